#!/usr/bin/env bash
# scim2-server (PyPI) in memory, on loopback: ETags, If-Match, the whole filter grammar.
#   tests/servers/scim2_server.sh DIR
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC1091
. "$here/lib/common"

dir=$1
"$here/install" python3-venv curl >&2
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" -q install --disable-pip-version-check scim2-server==0.8.3 >&2

read -r port < <(free_ports 1)
(umask 077 && printf 'scim2-server-token\n' >"$dir/token")
"$dir/venv/bin/scim2-server" --port "$port" --bearer-token scim2-server-token \
    >"$dir/log" 2>&1 </dev/null &
echo $! >>"$dir/pids"
url=http://127.0.0.1:$port/v2
wait_for curl -sf -H 'Authorization: Bearer scim2-server-token' "$url/ServiceProviderConfig"
cat <<X
export HALLIGAN_TEST_SCIM2_SERVER_URL='$url'
export HALLIGAN_TEST_SCIM2_SERVER_TOKEN='$dir/token'
X
