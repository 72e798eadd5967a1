#!/usr/bin/env bash
# Three LDAP servers made with ldapjs, on loopback. A hostile one drops the connection at every password
# operation, having carried out every second one; another answers as lldap does; the third too, and
# hides its root DSE from those who are not bound.
#   tests/servers/ldapjs.sh DIR    pids in DIR/pids, exports on stdout
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC1091
. "$here/lib/common"

dir=$1
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    "$here/install" nodejs npm
fi
"$here/install" ldap-utils python3
(cd "$dir" && npm install --silent --no-audit --no-fund ldapjs@3.0.7) >&2
read -r port lldap hidden < <(free_ports 3)
cat >"$dir/server.mjs" <<'JS'
import ldap from "ldapjs";
const server = ldap.createServer();
let operations = 0, changed = 20260101000000, turned = false;
const turncoat = (dn) => String(dn).includes("turncoat");
server.bind("dc=f", (request, response, next) => {
    // Whoever is called that signs in until the password is changed, and never again.
    if (turned && turncoat(request.dn)) return next(new ldap.InvalidCredentialsError("no more"));
    if (request.credentials === "slow") return setTimeout(() => response.end(), 60000);
    if (request.credentials === "busy") return next(new ldap.BusyError("busy"));
    response.end();
    return next();
});
// ldapjs compares attribute names by case and would leave most of them out.
const whole = (response) => { response.attributes = ["*"]; return response; };
server.search("", (request, response) => {
    whole(response);
    response.send({ dn: "", attributes: { objectClass: ["top"], namingContexts: ["dc=f"],
        supportedExtension: ["1.3.6.1.4.1.4203.1.11.1"] } });
    response.end();
});
server.search("dc=f", (request, response) => {
    whole(response);
    if (request.scope === 0 || request.scope === "base") {
        response.send({ dn: request.dn.toString(), attributes: { objectClass: ["inetOrgPerson"], uid: ["u0"],
            sn: ["U"], entryUUID: ["1"], pwdChangedTime: [`${changed}Z`] } });
        return response.end();
    }
    for (let i = 0; i < 5; i++) {
        response.send({ dn: `uid=u${i},dc=f`, attributes: { uid: [`u${i}`], sn: ["U"] } });
        if (i === 2 && String(request.filter).includes("cut")) return response.connection.destroy();
    }
    response.end();
});
server.exop("1.3.6.1.4.1.4203.1.11.1", (request, response) => {
    if (turncoat(request.requestValue?.userIdentity)) {
        turned = true;
        response.end();
        return response.connection.end();
    }
    if (operations++ % 2 === 0) changed++;
    response.connection.destroy();
});
process.on("uncaughtException", (error) => console.error(error));
server.listen(Number(process.argv[2]), "127.0.0.1");
JS
# What lldap answers, by its sources (crates/ldap): no controls, Password Modify with both fields,
# nothing to see before a bind, unknown attributes passed over. It is not lldap itself.
cat >"$dir/lldap.mjs" <<'JS'
import ldap from "ldapjs";
const server = ldap.createServer();
const base = "dc=l", people = new Map(["admin", "ann", "bob"].map((uid) =>
    [uid, { password: `${uid}-Plm7xqRd`, changed: 20260101000000 }]));
const uidOf = (dn) => /^uid=([^,]+), ?ou=people, ?dc=l$/i.exec(String(dn))?.[1];
const whole = (response) => { response.attributes = ["*"]; return response; };
const managers = new Set(["admin"]), hides = process.argv[3] === "hidden";
server.bind("", (request, response, next) => next(new ldap.InvalidCredentialsError("anonymous")));
server.bind(base, (request, response, next) => {
    const person = people.get(uidOf(request.dn));
    if (!person || person.password !== request.credentials) return next(new ldap.InvalidCredentialsError(""));
    request.connection.uid = uidOf(request.dn);
    response.end();
    return next();
});
server.search("", (request, response, next) => {
    if (hides && !request.connection.uid) return next(new ldap.InsufficientAccessRightsError("anonymous"));
    whole(response);
    response.send({ dn: "", attributes: { objectClass: ["top"], vendorName: ["LLDAP"], vendorVersion: ["lldap_0.6.2"],
        supportedExtension: ["1.3.6.1.4.1.4203.1.11.1", "1.3.6.1.4.1.4203.1.11.3"], defaultNamingContext: [base],
        namingContexts: [base] } });
    response.end();
});
server.search(base, (request, response, next) => {
    if (!request.connection.uid) return next(new ldap.InsufficientAccessRightsError("No user currently bound"));
    whole(response);
    for (const [uid, person] of people) {
        const dn = `uid=${uid},ou=people,${base}`;
        const attributes = { objectClass: ["inetOrgPerson", "posixAccount", "mailAccount", "person"], uid: [uid],
            cn: [`${uid} Person`], sn: ["Person"], givenName: [uid], mail: [`${uid}@l.test`], entryUUID: [`uuid-${uid}`],
            pwdChangedTime: [`${person.changed}Z`] };
        const here = request.scope === "base" || request.scope === 0 ? uidOf(request.dn) === uid : true;
        if (here && request.filter.matches(attributes)) response.send({ dn, attributes });
    }
    response.end();
});
server.exop("1.3.6.1.4.1.4203.1.11.3", (request, response, next) => {
    response.value = `dn:uid=${request.connection.uid},ou=people,${base}`;
    response.end();
    return next();
});
server.exop("1.3.6.1.4.1.4203.1.11.1", (request, response, next) => {
    const { userIdentity, newPassword } = request.requestValue;
    if (!userIdentity || !newPassword)
        return next(new ldap.ConstraintViolationError("Missing either user_id or password"));
    const uid = uidOf(userIdentity), by = request.connection.uid;
    if (!managers.has(by) && by !== uid)
        return next(new ldap.InsufficientAccessRightsError(`User \`${by}\` cannot modify the password of user \`${uid}\``));
    if (!people.has(uid)) return next(new ldap.NoSuchObjectError(""));
    Object.assign(people.get(uid), { password: newPassword, changed: people.get(uid).changed + 1 });
    response.end();
    return next();
});
process.on("uncaughtException", (error) => console.error(error));
server.listen(Number(process.argv[2]), "127.0.0.1");
JS
(cd "$dir" && exec node server.mjs "$port") >"$dir/log" 2>&1 </dev/null &
echo $! >>"$dir/pids"
(cd "$dir" && exec node lldap.mjs "$lldap") >"$dir/lldap.log" 2>&1 </dev/null &
echo $! >>"$dir/pids"
(cd "$dir" && exec node lldap.mjs "$hidden" hidden) >"$dir/hidden.log" 2>&1 </dev/null &
echo $! >>"$dir/pids"
wait_for ldapwhoami -x -H "ldap://127.0.0.1:$hidden" -D "uid=ann,ou=people,dc=l" -w ann-Plm7xqRd
wait_for ldapsearch -x -H "ldap://127.0.0.1:$port" -s base -b "" 1.1
wait_for ldapwhoami -x -H "ldap://127.0.0.1:$lldap" -D "uid=ann,ou=people,dc=l" -w ann-Plm7xqRd
cat <<X
export HALLIGAN_LDAPJS=ldap://127.0.0.1:$port
export HALLIGAN_LDAPJS_LLDAP=ldap://127.0.0.1:$lldap
export HALLIGAN_LDAPJS_HIDDEN=ldap://127.0.0.1:$hidden
X
