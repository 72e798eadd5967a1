#!/usr/bin/env bash
# Not a server: the tools with which others test SCIM servers, in a virtual environment.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/install" python3-venv >&2
python3 -m venv "$1/venv" >&2
"$1/venv/bin/pip" install --quiet --disable-pip-version-check \
    'scim2-tester==0.5.2' 'scim2-cli==0.6.0' 'scim-sanity==0.7.4' 'schemathesis==4.32.5' >&2
# scim2-tester 0.5.2 fills a dateTime with a UUID, which is none (RFC 7643 section 2.3.5), and so ends
# every check of a user that has one: it is given times, a beginning before any end.
"$1/venv/bin/python" - >&2 <<'EOF'
import importlib.util
import pathlib

spec = importlib.util.find_spec("scim2_tester")
file = pathlib.Path(spec.origin).with_name("filling.py")
text = file.read_text()


def put_before(mark, what):
    global text
    assert text.count(mark) == 1, f"{file} is another than was looked at"
    text = text.replace(mark, what + mark)


put_before(
    "    elif field_type is bytes:\n",
    """    elif field_type is datetime:
        year = 2001 if "from" in str(field_name) else 2031
        value = datetime(year, 1, 1, tzinfo=timezone.utc) + timedelta(days=next(_DAYS))

""",
)
put_before(
    "ModelT = TypeVar(",
    """from datetime import datetime, timedelta, timezone
from itertools import count

_DAYS = count()

""",
)
file.write_text(text)
EOF
: >"$1/pids"
printf "export HALLIGAN_TEST_SCIM_TOOLS='%s'\n" "$1/venv/bin"
