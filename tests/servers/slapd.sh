#!/usr/bin/env bash
# OpenLDAP with the ppolicy overlay, on loopback.
#   tests/servers/slapd.sh DIR [N [LEVEL [LOCKOUT]]]    N users (default 40); pids in DIR/pids, exports
#   on stdout; what LEVEL of slapd(8) -d tells goes to DIR/log (default nothing); LOCKOUT is
#   olcPPolicyUseLockout, whether a locked user is told so (default TRUE)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC1091
. "$here/lib/common"

suffix=dc=lab,dc=test

config() { # DIR LOCKOUT
    cat <<L
dn: cn=config
objectClass: olcGlobal
cn: config
olcPidFile: $1/run/slapd.pid
olcArgsFile: $1/run/slapd.args
olcTLSCACertificateFile: $1/pki/ca.crt
olcTLSCertificateFile: $1/pki/slapd.crt
olcTLSCertificateKeyFile: $1/pki/slapd.key
olcTLSVerifyClient: try
olcLogLevel: none
olcLocalSSF: 128
olcAuthzRegexp: {0}"^cn=external-desk$" "uid=desk,ou=operators,$suffix"
olcAuthzRegexp: {1}"^gidNumber=.*,cn=peercred,cn=external,cn=auth$" "uid=desk,ou=operators,$suffix"

dn: cn=module{0},cn=config
objectClass: olcModuleList
cn: module{0}
olcModulePath: /usr/lib/ldap
olcModuleLoad: back_mdb
olcModuleLoad: ppolicy
olcModuleLoad: memberof
olcModuleLoad: retcode

dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

include: file:///etc/ldap/schema/core.ldif
include: file:///etc/ldap/schema/cosine.ldif
include: file:///etc/ldap/schema/nis.ldif
include: file:///etc/ldap/schema/inetorgperson.ldif

dn: olcDatabase={-1}frontend,cn=config
objectClass: olcDatabaseConfig
objectClass: olcFrontendConfig
olcDatabase: {-1}frontend
olcSizeLimit: 500
olcPasswordHash: {SSHA}
olcAccess: {0}to dn.base="" by * read
olcAccess: {1}to dn.base="cn=subschema" by * read

dn: olcDatabase={0}config,cn=config
objectClass: olcDatabaseConfig
olcDatabase: {0}config
olcRootDN: cn=admin,cn=config
olcRootPW: configpw

dn: olcDatabase={1}mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: {1}mdb
olcSuffix: $suffix
olcRootDN: cn=admin,$suffix
olcRootPW: adminpw
olcDbDirectory: $1/db
olcDbMaxSize: 4294967296
olcDbNoSync: TRUE
olcDbIndex: objectClass eq
olcDbIndex: uid,mail,cn,sn,givenName,displayName,employeeNumber eq,sub
olcDbIndex: member,memberOf eq
olcDbIndex: entryUUID,entryCSN eq
olcLimits: {0}dn.onelevel="ou=operators,$suffix" size.soft=2000 size.hard=2000 size.prtotal=unlimited
olcAccess: {0}to dn.subtree="ou=bosses,$suffix" attrs=userPassword by dn.exact="uid=chief,ou=operators,$suffix" manage by self =w by anonymous auth by * none
olcAccess: {1}to attrs=userPassword by dn.exact="uid=chief,ou=operators,$suffix" manage by dn.exact="uid=desk,ou=operators,$suffix" manage by dn.exact="uid=writer,ou=operators,$suffix" =w by self =w by anonymous auth by * none
olcAccess: {2}to attrs=pwdReset,pwdAccountLockedTime,pwdFailureTime,pwdChangedTime by dn.exact="uid=chief,ou=operators,$suffix" manage by dn.exact="uid=desk,ou=operators,$suffix" manage by dn.exact="uid=writer,ou=operators,$suffix" manage by dn.exact="uid=blind,ou=operators,$suffix" none by self read by * none
olcAccess: {3}to dn.subtree="ou=policies,$suffix" by dn.exact="uid=blind,ou=operators,$suffix" none by users read by * none
olcAccess: {4}to dn.exact="cn=secret,ou=groups,$suffix" attrs=member by * none
olcAccess: {5}to attrs=displayName,telephoneNumber,physicalDeliveryOfficeName,title by dn.exact="uid=chief,ou=operators,$suffix" write by users read by * none
olcAccess: {6}to * by dn.onelevel="ou=operators,$suffix" read by self read by users read by * none

dn: olcOverlay={0}ppolicy,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcPPolicyConfig
olcOverlay: {0}ppolicy
olcPPolicyDefault: cn=default,ou=policies,$suffix
olcPPolicyHashCleartext: TRUE
olcPPolicyUseLockout: $2

dn: olcOverlay={1}memberof,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcMemberOfConfig
olcOverlay: {1}memberof

dn: olcOverlay={2}retcode,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcRetcodeConfig
olcOverlay: {2}retcode
olcRetcodeParent: ou=faults,$suffix
olcRetcodeItem: "cn=busy" "0x33" op=all text="server busy, injected"
olcRetcodeItem: "cn=unavailable" "0x34" op=all text="unavailable, injected"
olcRetcodeItem: "cn=silent" "0x34" op=all text="never sent" unsolicited="0"
L
}

data() { # N
    python3 - "$1" "$suffix" <<'PY'
import base64, random, sys
n, suffix = int(sys.argv[1]), sys.argv[2]
random.seed(7)
given = "Anna Boris Chloe Dmitri Elena Farid Grace Hugo Ingrid Jamal Keiko Liam Maria Noor Olga Pedro Quinn Rosa Sven Tara Umar Vera Wei Xenia Yusuf Zoe".split()
family = "Smith Ivanov Garcia Muller Rossi Kim Tanaka Silva Novak Olsen Haddad Okafor Dubois Kowalski Jensen Patel Nguyen Cohen Brown Lopez Fischer Moreau Costa Yilmaz Larsson".split()

def entry(dn, *lines):
    def value(line):
        name, text = line.split(": ", 1)
        safe = text.isascii() and text[:1] not in (" ", ":", "<") and text[-1:] != " "
        return line if safe else name + ":: " + base64.b64encode(text.encode()).decode()
    sys.stdout.write("\n".join([value("dn: " + dn), *map(value, lines)]) + "\n\n")

entry(suffix, "objectClass: top", "objectClass: dcObject", "objectClass: organization", "o: Lab", "dc: lab")
for ou in ("people", "bosses", "groups", "policies", "operators", "odd"):
    entry(f"ou={ou},{suffix}", "objectClass: organizationalUnit", f"ou: {ou}")
policy = ["objectClass: device", "objectClass: pwdPolicy", "pwdAttribute: userPassword"]
entry(f"cn=default,ou=policies,{suffix}", *policy, "cn: default", "pwdMinLength: 10", "pwdInHistory: 5",
      "pwdCheckQuality: 2", "pwdLockout: TRUE", "pwdMaxFailure: 3", "pwdLockoutDuration: 0",
      "pwdFailureCountInterval: 900", "pwdMustChange: TRUE", "pwdAllowUserChange: TRUE",
      "pwdSafeModify: FALSE", "pwdMaxAge: 7776000", "pwdExpireWarning: 604800", "pwdGraceAuthnLimit: 0")
entry(f"cn=service,ou=policies,{suffix}", *policy, "cn: service", "pwdMustChange: FALSE", "pwdMaxAge: 0")
entry(f"cn=lenient,ou=policies,{suffix}", *policy, "cn: lenient", "pwdMustChange: FALSE", "pwdMinAge: 86400",
      "pwdLockout: TRUE", "pwdMaxFailure: 3")
entry(f"cn=short,ou=policies,{suffix}", *policy, "cn: short", "pwdMustChange: TRUE", "pwdMaxAge: 1")
# Must-change lifts the least age; nothing lifts that a user may not change the password.
entry(f"cn=young,ou=policies,{suffix}", *policy, "cn: young", "pwdMustChange: TRUE", "pwdMinAge: 86400")
entry(f"cn=fixed,ou=policies,{suffix}", *policy, "cn: fixed", "pwdMustChange: TRUE", "pwdAllowUserChange: FALSE")
entry(f"cn=grace,ou=policies,{suffix}", *policy, "cn: grace", "pwdMaxAge: 1", "pwdGraceAuthNLimit: 3")
entry(f"cn=long,ou=policies,{suffix}", *policy, "cn: long", "pwdMustChange: TRUE", "pwdCheckQuality: 2",
      "pwdMinLength: 34")
for who in ("chief", "desk", "writer", "blind", "reader"):
    entry(f"uid={who},ou=operators,{suffix}", "objectClass: inetOrgPerson", f"uid: {who}", f"cn: Operator {who}",
          f"sn: {who.title()}", "givenName: Olive", f"mail: {who}@desk.test", f"userPassword: {who}-Plm7xqRd",
          f"pwdPolicySubentry: cn=service,ou=policies,{suffix}")
for unit in ("people", "bosses"):
    first = {"people": n, "bosses": 3}[unit]
    for i in range(first):
        f, l = random.choice(given), random.choice(family)
        u = f"{unit[0]}{l.lower()}{i}" if unit == "people" else f"boss{i}"
        entry(f"uid={u},ou={unit},{suffix}", "objectClass: inetOrgPerson", f"uid: {u}", f"cn: {f} {l} {i}", f"sn: {l}",
              f"givenName: {f}", f"displayName: {f} {l}", f"mail: {f.lower()}.{l.lower()}{i}@lab.test",
              f"employeeNumber: {100000 + i}", "userPassword: Start-Plm7xqRd-1")
for i in range(30):
    entry(f"uid=case{i},ou=people,{suffix}", "objectClass: inetOrgPerson", f"uid: case{i}", f"cn: Case Number{i}",
          f"sn: Number{i}", "givenName: Case", f"mail: case{i}@lab.test", "userPassword: Start-Plm7xqRd-1")
for who, extra in (("lenient", f"pwdPolicySubentry: cn=lenient,ou=policies,{suffix}"),
                   ("lenient2", f"pwdPolicySubentry: cn=lenient,ou=policies,{suffix}"),
                   ("lenient3", f"pwdPolicySubentry: cn=lenient,ou=policies,{suffix}"),
                   ("ended", f"pwdPolicySubentry: cn=short,ou=policies,{suffix}")):
    entry(f"uid={who},ou=people,{suffix}", "objectClass: inetOrgPerson", f"uid: {who}", f"cn: {who}", f"sn: {who}",
          "givenName: Case", f"mail: {who}@lab.test", "userPassword: Start-Plm7xqRd-1", extra)
for who in ("young", "fixed", "grace", "long", "long2"):
    entry(f"uid={who},ou=people,{suffix}", "objectClass: inetOrgPerson", f"uid: {who}", f"cn: {who}", f"sn: {who}",
          "givenName: Case", f"mail: {who}@lab.test", "userPassword: Start-Plm7xqRd-1",
          f"pwdPolicySubentry: cn={who.rstrip('2')},ou=policies,{suffix}")
entry(f"uid=grace2,ou=people,{suffix}", "objectClass: inetOrgPerson", "uid: grace2", "cn: grace2", "sn: grace2",
      "givenName: Case", "userPassword: Start-Plm7xqRd-1", "pwdChangedTime: 20260101000000Z",
      f"pwdPolicySubentry: cn=grace,ou=policies,{suffix}")
for i in range(20):
    entry(f"uid=more{i},ou=people,{suffix}", "objectClass: inetOrgPerson", f"uid: more{i}", f"cn: More Person{i}",
          f"sn: Person{i}", "givenName: More", f"mail: more{i}@lab.test", "userPassword: Start-Plm7xqRd-1")
entry(f"uid=nopassword,ou=people,{suffix}", "objectClass: inetOrgPerson", "uid: nopassword", "cn: No Password",
      "sn: Password", "givenName: No")
# Days since 1970-01-01.
entry(f"uid=shadow,ou=people,{suffix}", "objectClass: inetOrgPerson", "objectClass: shadowAccount", "uid: shadow",
      "cn: A Shadow", "sn: Shadow", "givenName: A", "shadowExpire: 20000", "userPassword: Start-Plm7xqRd-1")
for i, (name, last) in enumerate([("John Quarles", "Quarles"), ("Jörg Müllenbach", "Müllenbach"),
                                  ("Jiri Dvořáček", "Dvořáček"), ("Pat O\u2019Halloran", "O\u2019Halloran"),
                                  ("Sam O'Halloran", "O'Halloran")]):
    entry(f"uid=name{i},ou=people,{suffix}", "objectClass: inetOrgPerson", f"uid: name{i}", f"cn: {name}", f"sn: {last}",
          "userPassword: Start-Plm7xqRd-1")
# Every character that filters (RFC 4515) or DNs (RFC 4514) escape, in one name each.
for i, odd in enumerate(['st*r', 'par(en)s', 'back\\slash', 'com,ma', 'pl+us', 'quo"te', 'an<gle>', 'se;mi',
                         '#hash', ' lead', 'trail ', 'e=quals', 'Zoë Ñandú', '𝄞clef', "sla/sh"]):
    escaped = "".join("\\" + c if c in ',+"\\<>;=' else c for c in odd)
    if escaped[0] in "# ": escaped = "\\" + escaped
    if escaped[-1] == " ": escaped = escaped[:-1] + "\\ "
    entry(f"cn={escaped},ou=odd,{suffix}", "objectClass: inetOrgPerson", f"uid: odd{i}", f"cn: {odd}", f"sn: Odd{i}",
          f"mail: odd{i}@lab.test", "userPassword: Start-Plm7xqRd-1")
entry(f"cn=auditors,ou=groups,{suffix}", "objectClass: groupOfNames", "cn: auditors",
      f"member: uid=reader,ou=operators,{suffix}")
# Nobody may see who is in it.
entry(f"cn=secret,ou=groups,{suffix}", "objectClass: groupOfNames", "cn: secret",
      f"member: uid=chief,ou=operators,{suffix}")
PY
}

dir=$1
users=${2:-40}
level=${3:-0}
"$here/install" slapd slapd-contrib ldap-utils openssl python3
mkdir -p "$dir"/{slapd.d,db,run}
certificate "$dir" slapd "DNS:localhost,IP:127.0.0.1"
certificate "$dir" external-desk "DNS:desk.test"
config "$dir" "${4:-TRUE}" >"$dir/config.ldif"
slapadd -n0 -F "$dir/slapd.d" -l "$dir/config.ldif" >&2
data "$users" >"$dir/data.ldif"
slapadd -q -n1 -F "$dir/slapd.d" -l "$dir/data.ldif" >&2
read -r plain tls < <(free_ports 2)
socket=${dir//\//%2F}%2Frun%2Fldapi
own halligan-slapd "$dir"
as_user halligan-slapd /usr/sbin/slapd -F "$dir/slapd.d" -d "$level" \
    -h "ldap://127.0.0.1:$plain/ ldaps://127.0.0.1:$tls/ ldaps://127.0.0.2:$tls/ ldapi://$socket" \
    >"$dir/log" 2>&1 </dev/null &
echo $! >>"$dir/pids"
LDAPTLS_CACERT=$dir/pki/ca.crt \
    wait_for ldapsearch -x -H "ldaps://127.0.0.1:$tls" -s base -b "" 1.1
cat <<X
export HALLIGAN_SLAPD=ldaps://127.0.0.1:$tls
export HALLIGAN_SLAPD_PLAIN=ldap://127.0.0.1:$plain
export HALLIGAN_SLAPD_LOCAL=ldapi://$socket
export HALLIGAN_SLAPD_DIR=$dir
X
