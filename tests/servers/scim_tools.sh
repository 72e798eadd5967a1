#!/usr/bin/env bash
# Not a server: the tools with which others test SCIM servers, in a virtual environment.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/install" python3-venv >&2
python3 -m venv "$1/venv" >&2
"$1/venv/bin/pip" install --quiet --disable-pip-version-check \
    'scim2-tester==0.5.2' 'scim2-cli==0.6.0' 'scim-sanity==0.7.4' 'schemathesis==4.32.5' >&2
: >"$1/pids"
printf "export HALLIGAN_TEST_SCIM_TOOLS='%s'\n" "$1/venv/bin"
