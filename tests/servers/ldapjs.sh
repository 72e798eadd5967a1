#!/usr/bin/env bash
# A hostile LDAP server made with ldapjs, on loopback: it drops the connection at every password
# operation, having carried out every second one.
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
read -r port < <(free_ports 1)
cat >"$dir/server.mjs" <<'JS'
import ldap from "ldapjs";
const server = ldap.createServer();
let operations = 0, changed = 20260101000000;
server.bind("dc=f", (request, response, next) => {
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
    if (operations++ % 2 === 0) changed++;
    response.connection.destroy();
});
process.on("uncaughtException", (error) => console.error(error));
server.listen(Number(process.argv[2]), "127.0.0.1");
JS
(cd "$dir" && exec node server.mjs "$port") >"$dir/log" 2>&1 </dev/null &
echo $! >>"$dir/pids"
wait_for ldapsearch -x -H "ldap://127.0.0.1:$port" -s base -b "" 1.1
echo "export HALLIGAN_LDAPJS=ldap://127.0.0.1:$port"
