#!/usr/bin/env bash
# A server on SCIMMY (npm), on loopback: gives 20 rows when asked for more, sends an ETag that it
# does not mind, and refuses passwords of fewer than ten characters.
#   tests/servers/scimmy.sh DIR
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC1091
. "$here/lib/common"

dir=$1
command -v npm >/dev/null || "$here/install" nodejs npm >&2
"$here/install" curl >&2
cp "$here/lib/scimmy.mjs" "$dir/server.mjs"
(cd "$dir" && npm install --silent --no-audit --no-fund --cache "$dir/cache" \
    scimmy@1.3.5 scimmy-routers@1.3.2 express@5.3.0 >&2)

read -r port < <(free_ports 1)
(umask 077 && printf 'scimmy-token\n' >"$dir/token")
node "$dir/server.mjs" "$port" scimmy-token >"$dir/log" 2>&1 </dev/null &
echo $! >>"$dir/pids"
url=http://127.0.0.1:$port/scim/v2
wait_for curl -sf -H 'Authorization: Bearer scimmy-token' "$url/ServiceProviderConfig"
cat <<X
export HALLIGAN_TEST_SCIMMY_URL='$url'
export HALLIGAN_TEST_SCIMMY_TOKEN='$dir/token'
X
