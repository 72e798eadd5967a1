#!/usr/bin/env bash
# A project on django-scim2 (PyPI), on loopback: the liar. It announces changePassword and answers
# 501 to a PATCH of a password, while PUT works.
#   tests/servers/django_scim2.sh DIR
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC1091
. "$here/lib/common"

dir=$1
"$here/install" python3-venv curl >&2
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" -q install --disable-pip-version-check django-scim2==0.23.0 'django<6' >&2

read -r port < <(free_ports 1)
mkdir "$dir/people"
touch "$dir/people/__init__.py"
cp "$here/lib/django_project.py" "$dir/project.py"
cp "$here/lib/django_people.py" "$dir/people/models.py"
(umask 077 && printf 'django-token\n' >"$dir/token")
export PROJECT_DIR=$dir PROJECT_PORT=$port DJANGO_SETTINGS_MODULE=project
cd "$dir"
"$dir/venv/bin/django-admin" migrate --run-syncdb --pythonpath "$dir" -v 0 >&2
"$dir/venv/bin/django-admin" runserver --pythonpath "$dir" --noreload \
    "127.0.0.1:$port" >"$dir/log" 2>&1 </dev/null &
echo $! >>"$dir/pids"
url=http://127.0.0.1:$port/scim/v2
wait_for curl -sf -H 'Authorization: Bearer django-token' "$url/ServiceProviderConfig"
cat <<X
export HALLIGAN_TEST_DJANGO_SCIM2_URL='$url'
export HALLIGAN_TEST_DJANGO_SCIM2_TOKEN='$dir/token'
X
