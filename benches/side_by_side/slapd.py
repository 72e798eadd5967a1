#!/usr/bin/env python3
"""slapd's substring index over the same people, asked through one `ldapsearch` that stays open.

    slapd.py LDIF QUERIES SCRATCH [QUERIES_TO_ASK]

Loads the LDIF with slapadd into a back-mdb of its own, listens on loopback only, types every query
one to twelve characters far, and prints one JSON object. The answer is the first 20 entries that
slapd comes upon: it has no ranking and no count. `sub` indexes begin at two characters.
"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import socket
import subprocess
import sys
import time
import tty
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from pty_measure import spread  # noqa: E402

CONFIGURATION = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {scratch}/slapd.pid
database mdb
suffix "dc=example,dc=org"
directory {scratch}/db
maxsize 8589934592
index objectClass eq
index uid,cn,mail eq,sub
access to * by * read
"""


def free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return chosen.getsockname()[1]


def escaped(text: str) -> str:
    """RFC 4515, section 3: what a filter's value may not hold as it is."""
    return re.sub(r"[\\*()\0]", lambda found: f"\\{ord(found.group()):02x}", text)


class Client:
    """An ldapsearch that reads one filter a line and answers each before the next."""

    def __init__(self, url: str):
        # On a terminal of its own it writes out each answer's lines at once.
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.process = subprocess.Popen(
            ["ldapsearch", "-x", "-c", "-z", "20", "-H", url, "-b", "dc=example,dc=org", "-f", "-",
             "(|(uid=%s))", "uid", "cn", "mail"],
            stdin=subprocess.PIPE, stdout=slave, stderr=subprocess.STDOUT,
        )
        os.close(slave)

    def ask(self, text: str, patience: float = 30.0) -> tuple[float, int]:
        value = escaped(text)  # ldapsearch puts one value in place of one %s: it has to hold all three
        began = time.perf_counter()
        self.process.stdin.write(f"*{value}*)(cn=*{value}*)(mail=*{value}*\n".encode())
        self.process.stdin.flush()
        told = b""
        while not re.search(rb"^# numResponses: .*\n", told, re.M):
            ready, _, _ = select.select([self.master], [], [], patience)
            if not ready:
                raise TimeoutError(f"no answer to {text!r}; so far: {told[-300:]!r}")
            told += os.read(self.master, 65536)
        return (time.perf_counter() - began) * 1000, told.count(b"\ndn:")

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(5)
        os.close(self.master)


def main() -> None:
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    ldif, queries, scratch = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]) / "slapd"
    most = int(sys.argv[4]) if len(sys.argv) > 4 else 24
    shutil.rmtree(scratch, ignore_errors=True)
    (scratch / "db").mkdir(parents=True)
    (scratch / "slapd.conf").write_text(CONFIGURATION.format(scratch=scratch))
    began = time.perf_counter()
    subprocess.run(["slapadd", "-q", "-f", scratch / "slapd.conf", "-l", ldif], check=True, stderr=subprocess.DEVNULL)
    load = time.perf_counter() - began
    people = sum(1 for line in open(ldif) if line.startswith("employeeNumber:"))
    url = f"ldap://127.0.0.1:{free_port()}"
    # -d 0 keeps it in the foreground, so that it is our child and ends with us.
    server = subprocess.Popen(["slapd", "-d", "0", "-h", url, "-f", scratch / "slapd.conf"])
    try:
        for _ in range(200):
            asked = subprocess.run(["ldapsearch", "-x", "-H", url, "-b", "", "-s", "base"], capture_output=True)
            if asked.returncode == 0:
                break
            time.sleep(0.05)
        client = Client(url)
        by_length: dict[int, list[float]] = {}
        found = 0
        typed = [line.split("\t")[1] for line in queries.read_text().splitlines()][:most]
        for warm in (True, False):
            for text in typed[:2] if warm else typed:
                for length in range(1, len(text) + 1):
                    taken, entries = client.ask(text[:length].strip())
                    if not warm:
                        found += entries > 0
                        by_length.setdefault(length, []).append(taken)
        client.close()
        status = Path(f"/proc/{server.pid}/status").read_text()
        resident = int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) * 1024
    finally:
        server.terminate()
        server.wait(10)
    everything = [taken for some in by_length.values() for taken in some]
    told = {
        "people": people,
        "load_s": load,
        "rss_mb": resident / 1e6,
        "file_bytes": (scratch / "db" / "data.mdb").stat().st_blocks * 512,
        "answers_with_entries": found,
        "all": spread(everything),
        "by_length": {str(length): spread(some) for length, some in sorted(by_length.items())},
    }
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
