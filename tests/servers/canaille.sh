#!/usr/bin/env bash
# canaille (PyPI) on loopback: ignores filters, fails over ?count=, counts versions in seconds, and
# has a sign-in page that proves a password.
#   tests/servers/canaille.sh DIR
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC1091
. "$here/lib/common"

dir=$1
"$here/install" python3-venv curl >&2
python3 -m venv "$dir/venv"
pip=("$dir/venv/bin/pip" -q install --disable-pip-version-check)
"${pip[@]}" 'canaille[front,oidc,scim,server,sqlite]==0.3.6' >&2
# With newer ones every answer with a body is a 500.
"${pip[@]}" scim2-models==0.6.12 scim2-client==0.7.5 >&2

read -r port < <(free_ports 1)
cat >"$dir/canaille.toml" <<T
SECRET_KEY = "a key for one test run"
SERVER_NAME = "127.0.0.1:$port"
[CANAILLE]
DATABASE = "sql"
ENABLE_INTRUDER_LOCKOUT = false
[CANAILLE_SQL]
DATABASE_URI = "sqlite:///$dir/canaille.sqlite"
[CANAILLE_OIDC]
[CANAILLE_SCIM]
ENABLE_SERVER = true
T
export CANAILLE_CONFIG=$dir/canaille.toml
cd "$dir"
canaille=$dir/venv/bin/canaille
{
    "$canaille" db upgrade
    "$canaille" create client --client-id halligan --client-secret of-one-test-run \
        --client-name halligan
    "$canaille" create client --client-id verify --client-secret of-one-test-run \
        --client-name verify --grant-types password --scope openid \
        --token-endpoint-auth-method client_secret_basic
    "$canaille" create token --token-id test --access-token canaille-token --client halligan \
        --scope openid --issue-date 2026-01-01T00:00:00+00:00 --lifetime 99999999 \
        --type access_token
} >&2
(umask 077 && printf 'canaille-token\n' >"$dir/token" && printf 'of-one-test-run\n' >"$dir/secret")
"$canaille" run --bind "127.0.0.1:$port" >"$dir/log" 2>&1 </dev/null &
echo $! >>"$dir/pids"
url=http://127.0.0.1:$port/scim/v2
wait_for curl -sf -H 'Authorization: Bearer canaille-token' "$url/ServiceProviderConfig"
cat <<X
export HALLIGAN_TEST_CANAILLE_URL='$url'
export HALLIGAN_TEST_CANAILLE_TOKEN='$dir/token'
export HALLIGAN_TEST_CANAILLE_SECRET='$dir/secret'
X
