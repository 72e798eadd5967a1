#!/usr/bin/env bash
# 389 Directory Server, the whole instance beneath one directory, on loopback.
#   tests/servers/ds389.sh DIR [N]    N users (default 40); pids in DIR/pids, exports on stdout
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC1091
. "$here/lib/common"

suffix=dc=lab,dc=test

data() { # N
    python3 - "$1" "$suffix" <<'PY'
import base64, sys
n, suffix = int(sys.argv[1]), sys.argv[2]
def entry(dn, *lines):
    def value(line):
        name, text = line.split(": ", 1)
        safe = text.isascii() and text[:1] not in (" ", ":", "<") and text[-1:] != " "
        return line if safe else name + ":: " + base64.b64encode(text.encode()).decode()
    sys.stdout.write("\n".join([value("dn: " + dn), *map(value, lines)]) + "\n\n")
def operator(who): return f'userdn="ldap:///uid={who},ou=operators,{suffix}"'
state = " || ".join("nsAccountLock passwordRetryCount accountUnlockTime retryCountResetTime passwordExpirationTime "
                    "pwdReset pwdUpdateTime pwdPolicySubentry pwdTPRReset pwdTPRExpireAt lastLoginTime nsUniqueId "
                    "modifyTimestamp modifiersName memberOf entryusn".split())
write = "userPassword || passwordRetryCount || retryCountResetTime || accountUnlockTime"
entry(suffix, "objectClass: top", "objectClass: domain", "dc: lab",
      'aci: (targetattr!="userPassword || aci || ' + state + '")(version 3.0; acl "read"; allow (read,search,compare) userdn="ldap:///all";)',
      f'aci: (targetattr="{state}")(version 3.0; acl "state"; allow (read,search,compare) {operator("desk")} or {operator("chief")};)',
      f'aci: (targetattr="{write} || nsAccountLock")(version 3.0; acl "chief"; allow (write,compare) {operator("chief")};)',
      'aci: (targetattr="userPassword")(version 3.0; acl "self"; allow (write) userdn="ldap:///self";)')
for ou in ("people", "bosses", "operators", "groups", "odd"):
    more = []
    if ou in ("people", "odd"):
        more = [f'aci: (targetattr="{write}")(version 3.0; acl "desk"; allow (write,compare) {operator("desk")};)']
    entry(f"ou={ou},{suffix}", "objectClass: organizationalUnit", f"ou: {ou}", *more)
# Nobody may see who is in it.
entry(f"cn=secret,ou=groups,{suffix}", "objectClass: groupOfNames", "cn: secret",
      f"member: uid=chief,ou=operators,{suffix}",
      'aci: (targetattr="member")(version 3.0; acl "secret"; deny (all) userdn="ldap:///all";)')
for who in ("chief", "desk", "blind", "fresh"):
    entry(f"uid={who},ou=operators,{suffix}", "objectClass: inetOrgPerson", f"uid: {who}", f"cn: Operator {who}",
          f"sn: {who.title()}", "givenName: Olive", f"mail: {who}@desk.test", f"userPassword: {who}-Plm7xqRd")
people = [(f"case{i}", "Case", f"Number{i}", "people") for i in range(30)]
people += [(f"more{i}", "More", f"Person{i}", "people") for i in range(20)]
people += [(f"name{i}", given, last, "people") for i, (given, last) in enumerate(
    [("Jörg", "Müllenbach"), ("Pat", "O\u2019Halloran"), ("Sam", "O'Halloran")])]
people += [(f"people{i}", "Many", f"People{i}", "people") for i in range(n)] + [("boss0", "Big", "Boss", "bosses")]
for uid, given, sn, ou in people:
    entry(f"uid={uid},ou={ou},{suffix}", "objectClass: inetOrgPerson", f"uid: {uid}", f"cn: {given} {sn}", f"sn: {sn}",
          f"givenName: {given}", f"mail: {uid}@lab.test", "userPassword: Start-Plm7xqRd-1")
# The tree of FreeIPA, as its sources lay it out; its plug-ins are not there.
accounts, provisioning = f"cn=accounts,{suffix}", f"cn=accounts,cn=provisioning,{suffix}"
for dn in (accounts, f"cn=users,{accounts}", f"cn=groups,{accounts}", f"cn=compat,{suffix}",
           f"cn=users,cn=compat,{suffix}", f"cn=provisioning,{suffix}", provisioning,
           f"cn=deleted users,{provisioning}", f"cn=staged users,{provisioning}", f"cn=etc,{suffix}",
           f"cn=sysaccounts,cn=etc,{suffix}", f"cn=kerberos,{suffix}", f"cn=LAB.TEST,cn=kerberos,{suffix}"):
    more = []
    if dn == accounts:
        helper = f'userdn="ldap:///uid=helper,cn=users,{accounts}"'
        more = [f'aci: (targetattr="nsAccountLock || userPassword || krbLastAdminUnlock || krbLoginFailedCount || krbLastPwdChange'
                f' || krbPasswordExpiration")(version 3.0; acl "helper"; allow (write) {helper};)',
                f'aci: (targetattr="nsAccountLock || nsUniqueId || modifyTimestamp || modifiersName || memberOf")'
                f'(version 3.0; acl "state"; allow (read,search,compare) {helper};)']
    entry(dn, "objectClass: nsContainer", "cn: " + dn.split(",")[0][3:], *more)
entry(f"cn=global_policy,cn=LAB.TEST,cn=kerberos,{suffix}", "objectClass: nsContainer", "objectClass: krbPwdPolicy",
      "cn: global_policy", "krbMinPwdLife: 3600", "krbMaxPwdLife: 7776000", "krbPwdMinDiffChars: 3",
      "krbPwdMinLength: 8", "krbPwdHistoryLength: 4", "krbPwdMaxFailure: 6", "krbPwdFailureCountInterval: 60",
      "krbPwdLockoutDuration: 0")
def ipa(uid, *more, place=f"cn=users,{accounts}"):
    entry(f"uid={uid},{place}", "objectClass: inetOrgPerson", "objectClass: posixAccount", "objectClass: krbPrincipalAux",
          "objectClass: ipaObject", f"uid: {uid}", f"cn: Ipa {uid}", f"sn: {uid.title()}", "givenName: Ipa",
          f"mail: {uid}@ipa.test", f"krbPrincipalName: {uid}@LAB.TEST", f"ipaUniqueID: id-{uid}-{len(place)}",
          "uidNumber: 5001", "gidNumber: 5001", "homeDirectory: /nowhere", "userPassword: Start-Plm7xqRd-1", *more)
changed = ("krbLastPwdChange: 20260101000000Z", "krbPasswordExpiration: 20991231000000Z")
ipa("helper", *changed)
ipa("ipaann", *changed)
ipa("ipalocked", *changed, "krbLoginFailedCount: 6", "krbLastFailedAuth: 20261101000000Z")
ipa("ipaopen", *changed, "krbLoginFailedCount: 6", "krbLastFailedAuth: 20261101000000Z")
for off in ("ipaoff", "ipaoff2"):
    ipa(off, *changed, "nsAccountLock: TRUE")
ipa("ipamust", "krbLastPwdChange: 20260101000000Z", "krbPasswordExpiration: 20251231235959Z")
ipa("ipaended", *changed, "krbPrincipalExpiration: 20260601000000Z")
ipa("ipagone", *changed, place=f"cn=deleted users,{provisioning}")
ipa("ipastaged", *changed, place=f"cn=staged users,{provisioning}")
entry(f"uid=ipaann,cn=users,cn=compat,{suffix}", "objectClass: account", "objectClass: posixAccount", "uid: ipaann",
      "cn: Ipa ipaann", "uidNumber: 5001", "gidNumber: 5001", "homeDirectory: /nowhere")
entry(f"uid=ipasync,cn=sysaccounts,cn=etc,{suffix}", "objectClass: account", "objectClass: simpleSecurityObject",
      "uid: ipasync", "userPassword: Start-Plm7xqRd-1")
entry(f"uid=nopassword,ou=people,{suffix}", "objectClass: inetOrgPerson", "uid: nopassword", "cn: No Password",
      "sn: Password", "givenName: No")
for i, odd in enumerate(['st*r', 'par(en)s', 'back\\slash', 'com,ma', 'pl+us', 'quo"te', 'an<gle>', 'se;mi',
                         '#hash', 'e=quals', 'Zoë Ñandú', '𝄞clef', "sla/sh"]):
    escaped = "".join("\\" + c if c in ',+"\\<>;=' else c for c in odd)
    if escaped[0] in "# ": escaped = "\\" + escaped
    entry(f"cn={escaped},ou=odd,{suffix}", "objectClass: inetOrgPerson", f"uid: odd{i}", f"cn: {odd}", f"sn: Odd{i}",
          f"mail: odd{i}@lab.test", "userPassword: Start-Plm7xqRd-1")
PY
}

dir=$1
users=${2:-40}
"$here/install" 389-ds-base ldap-utils openssl python3
certificate "$dir" ds389 "DNS:localhost,IP:127.0.0.1"
read -r plain tls < <(free_ports 2)
# Everything that would go to /etc, /var and /run goes beneath a prefix.
prefix=$dir/prefix
mkdir -p "$prefix"/share/dirsrv/inf "$prefix"/etc/{default,tmpfiles.d,dirsrv} \
    "$prefix"/var/{lib,log}/dirsrv "$prefix"/run/{dirsrv,lock/dirsrv} "$prefix"/shm
sed -e 's/^with_systemd = .*/with_systemd = 0/' -e "s#^sysconf_dir = .*#sysconf_dir = $prefix/etc#" \
    -e "s#= /etc/dirsrv#= $prefix/etc/dirsrv#" -e "s#= /etc/default#= $prefix/etc/default#" \
    -e "s#= /var#= $prefix/var#" -e "s#= /run#= $prefix/run#" -e "s#= /dev/shm#= $prefix/shm#" \
    -e "s#= /etc/tmpfiles.d#= $prefix/etc/tmpfiles.d#" \
    /usr/share/dirsrv/inf/defaults.inf >"$prefix/share/dirsrv/inf/defaults.inf"
cp -r /etc/dirsrv/config /etc/dirsrv/schema "$prefix/etc/dirsrv/"
# The names that FreeIPA and MIT Kerberos keep; their numbers do not matter here.
{
    printf 'dn: cn=schema\n'
    for name in krbLastPwdChange krbPasswordExpiration krbPrincipalExpiration krbLastFailedAuth \
        krbLastAdminUnlock krbLastSuccessfulAuth; do
        printf 'attributeTypes: ( %s-oid NAME '"'%s'"' EQUALITY generalizedTimeMatch ORDERING generalizedTimeOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 SINGLE-VALUE )\n' \
            "$name" "$name"
    done
    for name in krbLoginFailedCount krbMaxPwdLife krbMinPwdLife krbPwdMinDiffChars krbPwdMinLength \
        krbPwdHistoryLength krbPwdMaxFailure krbPwdFailureCountInterval krbPwdLockoutDuration; do
        printf 'attributeTypes: ( %s-oid NAME '"'%s'"' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )\n' \
            "$name" "$name"
    done
    for name in krbPrincipalName ipaUniqueID krbPwdPolicyReference; do
        printf 'attributeTypes: ( %s-oid NAME '"'%s'"' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )\n' \
            "$name" "$name"
    done
    printf '%s\n' \
        "objectClasses: ( ipaObject-oid NAME 'ipaObject' SUP top AUXILIARY MUST ipaUniqueID )" \
        "objectClasses: ( krbPrincipalAux-oid NAME 'krbPrincipalAux' SUP top AUXILIARY MAY ( krbPrincipalName \$ krbPrincipalExpiration \$ krbPasswordExpiration \$ krbPwdPolicyReference \$ krbLastPwdChange \$ krbLastAdminUnlock \$ krbLastSuccessfulAuth \$ krbLastFailedAuth \$ krbLoginFailedCount ) )" \
        "objectClasses: ( krbPwdPolicy-oid NAME 'krbPwdPolicy' SUP top AUXILIARY MAY ( krbMaxPwdLife \$ krbMinPwdLife \$ krbPwdMinDiffChars \$ krbPwdMinLength \$ krbPwdHistoryLength \$ krbPwdMaxFailure \$ krbPwdFailureCountInterval \$ krbPwdLockoutDuration ) )"
} >"$prefix/etc/dirsrv/schema/60kerberos.ldif"
chmod 711 "$dir"
chown -R dirsrv "$prefix"
cat >"$dir/lab.inf" <<X
[general]
full_machine_name = localhost
strict_host_checking = False
systemd = False
start = False
defaults = 999999999
[slapd]
instance_name = lab
port = $plain
secure_port = $tls
root_password = dmpassword1
self_sign_cert = True
[backend-userroot]
suffix = $suffix
create_suffix_entry = False
sample_entries = no
X
export PREFIX=$prefix
quietly() { "$@" >>"$dir/setup.log" 2>&1 </dev/null || { tail -n 30 "$dir/setup.log" >&2; exit 1; }; }
quietly dscreate from-file "$dir/lab.inf"
dsctl lab stop >>"$dir/setup.log" 2>&1 </dev/null || true
quietly dsctl lab tls import-server-key-cert "$dir/pki/ds389.crt" "$dir/pki/ds389.key"
quietly dsctl lab tls import-ca "$dir/pki/ca.crt" LabCA
data "$users" >"$prefix/data.ldif"
chown dirsrv "$prefix/data.ldif"
quietly dsctl lab ldif2db userroot "$prefix/data.ldif"
python3 - "$prefix/etc/dirsrv/slapd-lab/dse.ldif" <<'PY'
import sys
path = sys.argv[1]
text = open(path).read()
values = {"nsslapd-listenhost": "127.0.0.1", "nsslapd-securelistenhost": "127.0.0.1",
          "passwordCheckSyntax": "on", "passwordMinLength": "10", "passwordMinCategories": "1",
          # Shorter parts of names would be found in any sentence.
          "passwordMinTokenLength": "20",
          "passwordHistory": "on", "passwordInHistory": "5", "passwordLockout": "on", "passwordMaxFailure": "3",
          "passwordUnlock": "off", "passwordMustChange": "on", "passwordExp": "on", "passwordMaxAge": "7776000",
          "passwordTrackUpdateTime": "on", "nsslapd-pwpolicy-local": "on",
          "aci": '(targetattr="objectClass || password*")(version 3.0; acl "policy"; allow (read,search,compare) '
                 'userdn="ldap:///uid=desk,ou=operators,dc=lab,dc=test";)'}
head, tail = text.split("dn: cn=config\n", 1)
entry, rest = tail.split("\n\n", 1)
lines = [l for l in entry.split("\n") if l.split(":")[0].lower() not in {k.lower() for k in values}]
lines += [f"{name}: {value}" for name, value in values.items()]
text = head + "dn: cn=config\n" + "\n".join(lines) + "\n\n" + rest
# Change numbers tell two resets in one second apart.
before, plugin = text.split("dn: cn=USN,cn=plugins,cn=config\n", 1)
plugin = plugin.replace("nsslapd-pluginEnabled: off", "nsslapd-pluginEnabled: on", 1)
open(path, "w").write(before + "dn: cn=USN,cn=plugins,cn=config\n" + plugin)
PY
setpriv --reuid dirsrv --regid dirsrv --clear-groups ns-slapd -D "$prefix/etc/dirsrv/slapd-lab" \
    -i "$prefix/run/dirsrv/slapd-lab.pid" -d 0 >"$dir/log" 2>&1 </dev/null &
echo $! >>"$dir/pids"
LDAPTLS_CACERT=$dir/pki/ca.crt \
    wait_for ldapsearch -x -H "ldaps://127.0.0.1:$tls" -s base -b "" 1.1
cat <<X
export HALLIGAN_DS389=ldaps://127.0.0.1:$tls
export HALLIGAN_DS389_PLAIN=ldap://127.0.0.1:$plain
export HALLIGAN_DS389_DIR=$dir
X
