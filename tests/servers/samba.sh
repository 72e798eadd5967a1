#!/usr/bin/env bash
# A Samba Active Directory domain controller on a loopback address of its own (its ports are fixed).
#   tests/servers/samba.sh DIR [N]    N users (default 1000); pids in DIR/pids, exports on stdout
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC1091
. "$here/lib/common"

# Prints an address of the loopback network on which nobody listens.
free_address() {
    python3 - <<'PY'
import random, socket
while True:
    address = f"127.{random.randint(16, 250)}.{random.randint(1, 250)}.{random.randint(1, 250)}"
    try:
        for port in (88, 389, 464, 636, 3268, 3269):
            with socket.socket() as s:
                s.bind((address, port))
    except OSError:
        continue
    print(address)
    break
PY
}

dir=$1
users=${2:-1000}
"$here/install" samba samba-ad-dc samba-ad-provision samba-dsdb-modules samba-vfs-modules winbind \
    python3-samba ldap-utils openssl python3 attr acl krb5-user
address=$(free_address)
certificate "$dir" dc1 "DNS:dc1.lab.test,IP:$address"
samba-tool domain provision --targetdir="$dir/dc" --realm=LAB.TEST --domain=LAB --server-role=dc \
    --host-name=dc1 --host-ip="$address" --dns-backend=NONE --adminpass='Adm1n-Plm7xqRd!' \
    --function-level=2008_R2 --option="interfaces=$address/8" --option="bind interfaces only=yes" \
    --option="server services=ldap cldap kdc" \
    --option="tls enabled=yes" --option="tls cafile=$dir/pki/ca.crt" \
    --option="tls certfile=$dir/tls/dc1.crt" --option="tls keyfile=$dir/tls/dc1.key" \
    --option="old password allowed period=0" --option="ldap server require strong auth=yes" --option="pid directory=$dir/run" \
    --option="disable spoolss=yes" --option="disable netbios=yes" --option="load printers=no" \
    >"$dir/provision.log" 2>&1 || { tail -n 20 "$dir/provision.log" >&2; exit 1; }
mkdir -p "$dir/tls" "$dir/run" "$dir/log.d"
cp "$dir/pki/dc1.crt" "$dir/pki/dc1.key" "$dir/tls/"
chmod 600 "$dir/tls/dc1.key"
conf=$dir/dc/etc/smb.conf
samba-tool domain passwordsettings set -s "$conf" --complexity=on --history-length=5 \
    --min-pwd-length=10 --min-pwd-age=0 --max-pwd-age=90 --account-lockout-threshold=3 \
    --account-lockout-duration=30 --reset-account-lockout-after=30 >/dev/null
/usr/bin/python3 - "$conf" "$users" >&2 <<'PY'
import sys, ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
from samba.sd_utils import SDUtils
from samba.ndr import ndr_unpack
from samba.dcerpc import security

lp = LoadParm(); lp.load(sys.argv[1])
count = int(sys.argv[2])
sam = SamDB(lp=lp, session_info=system_session())
base = str(sam.domain_dn())
for ou in ("People", "Services", "Odd", "Suite"):
    sam.create_ou(f"OU={ou},{base}")
sam.transaction_start()
# The history and the rule for three kinds of characters do not hold for the suite's people.
sam.add({"dn": f"CN=Suite,CN=Password Settings Container,CN=System,{base}",
         "objectClass": "msDS-PasswordSettings", "msDS-PasswordSettingsPrecedence": "10",
         "msDS-PasswordReversibleEncryptionEnabled": "FALSE", "msDS-PasswordHistoryLength": "0",
         "msDS-PasswordComplexityEnabled": "FALSE", "msDS-MinimumPasswordLength": "12",
         "msDS-MinimumPasswordAge": "0", "msDS-MaximumPasswordAge": str(-90 * 864000000000),
         "msDS-LockoutThreshold": "3", "msDS-LockoutDuration": "-36000000000",
         "msDS-LockoutObservationWindow": "-18000000000"})
def user(name, ou="People", password="Start-Plm7xqRd-1", given="Case", family=None):
    sam.newuser(name, password, userou=f"OU={ou}", givenname=given, surname=family or name.title(),
                mailaddress=f"{name}@lab.test")
for name in ("desk", "chief", "reader", "halfdesk"):
    user(name, "Services", f"{name}-Plm7xqRd1", "Olive")
for i in range(30): user(f"case{i}", family=f"Number{i}")
for name in ("never", "never2", "off", "off2", "strict", "admin2"): user(name)
for name in ("ended", "fixed", "strict2"): user(name)
for i in range(20): user(f"more{i}", given="More", family=f"Person{i}")
for i, (first, last) in enumerate([("Jörg", "Müllenbach"), ("Pat", "O\u2019Halloran"), ("Sam", "O'Halloran")]):
    user(f"name{i}", given=first, family=last)
sam.newcomputer("desktop1")
for i in range(count): user(f"people{i}", given="Many", family=f"People{i}")
for i, odd in enumerate(["st*r", "par(en)s", "back\\slash", "com,ma", "pl+us", 'quo"te', "an<gle>", "se;mi",
                         "#hash", "e=quals", "Zoë Ñandú", "𝄞clef", "sla/sh"]):
    dn = ldb.Dn(sam, f"OU=Odd,{base}")
    dn.add_child(ldb.Dn(sam, "CN=x"))
    dn.set_component(0, "CN", odd)
    sam.add({"dn": dn, "objectClass": "user", "sAMAccountName": f"odd{i}", "sn": f"Odd{i}", "mail": f"odd{i}@lab.test",
             "displayName": odd})
    sam.setpassword(f"(sAMAccountName=odd{i})", "Start-Plm7xqRd-1")
    sam.enable_account(f"(sAMAccountName=odd{i})")
sam.newgroup("Helpdesk"); sam.newgroup("HalfHelpdesk"); sam.newgroup("Auditors"); sam.newgroup("Suite People")
sam.add_remove_group_members("Helpdesk", ["desk"], add_members_operation=True)
sam.add_remove_group_members("HalfHelpdesk", ["halfdesk"], add_members_operation=True)
sam.add_remove_group_members("Suite People", ["strict", "strict2"], add_members_operation=True)
sam.add_remove_group_members("Auditors", ["Helpdesk"], add_members_operation=True)
sam.add_remove_group_members("Domain Admins", ["chief", "admin2"], add_members_operation=True)
def change(dn, **values):
    message = ldb.Message(ldb.Dn(sam, dn))
    for name, value in values.items():
        name = name.replace("_", "-")
        message[name] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, name)
    sam.modify(message)
def dn(name): return str(sam.search(base, expression=f"(sAMAccountName={name})", attrs=["dn"])[0].dn)
for name in ("never", "never2"): change(dn(name), userAccountControl=str(512 | 0x10000))
for name in ("off", "off2"): change(dn(name), userAccountControl=str(512 | 2))
change(dn("admin2"), adminCount="1")
for name in ("desk", "chief", "reader", "halfdesk"):
    change(dn(name), userAccountControl=str(512 | 0x10000))
change(f"CN=Suite,CN=Password Settings Container,CN=System,{base}", msDS_PSOAppliesTo=dn("Suite People"))
# The least that a help desk needs: Reset Password, and write on pwdLastSet and lockoutTime.
acl, people = SDUtils(sam), "bf967aba-0de6-11d0-a285-00aa003049e2"
def sid(name):
    found = sam.search(base, expression=f"(sAMAccountName={name})", attrs=["objectSid"])
    return ndr_unpack(security.dom_sid, found[0]["objectSid"][0])
for ou in ("People", "Odd", "Suite"):
    for right in ("CR;00299570-246d-11d0-a768-00aa006e0529", "RPWP;bf967a0a-0de6-11d0-a285-00aa003049e2",
                  "RPWP;28630ebf-41d5-11d1-a9c1-0000f80367c1"):
        acl.dacl_add_ace(f"OU={ou},{base}", f"(OA;CI;{right};{people};{sid('Helpdesk')})")
# As "User cannot change password" of Active Directory Users and Computers writes it.
for whom in ("WD", "PS"):
    acl.dacl_prepend_aces(dn("fixed"), f"(OD;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;{whom})")
# 2001-01-01.
change(dn("ended"), accountExpires="126227808000000000")
acl.dacl_add_ace(f"OU=People,{base}", f"(OA;CI;CR;00299570-246d-11d0-a768-00aa006e0529;{people};{sid('HalfHelpdesk')})")
acl.dacl_add_ace(f"OU=People,{base}", f"(OA;CI;RPWP;bf967a0a-0de6-11d0-a285-00aa003049e2;{people};{sid('HalfHelpdesk')})")
sam.transaction_commit()
PY
samba -i -M single -s "$conf" -l "$dir/log.d" -d 0 --no-process-group \
    --option="server services=ldap cldap kdc" --option="old password allowed period=0" >"$dir/log" 2>&1 </dev/null &
echo $! >>"$dir/pids"
LDAPTLS_CACERT=$dir/pki/ca.crt wait_for ldapsearch -x -H "ldaps://$address" -s base -b "" 1.1
# For kinit: this domain controller and no other, and no name service asked.
cat >"$dir/krb5.conf" <<X
[libdefaults]
default_realm = LAB.TEST
dns_lookup_kdc = false
dns_lookup_realm = false
dns_canonicalize_hostname = false
rdns = false
[realms]
LAB.TEST = {
    kdc = $address
}
X
# The tests run as somebody else, perhaps, and need the certificates only.
chmod 711 "$dir"
cat <<X
export HALLIGAN_SAMBA=ldaps://$address
export HALLIGAN_SAMBA_PLAIN=ldap://$address
export HALLIGAN_SAMBA_DIR=$dir
X
