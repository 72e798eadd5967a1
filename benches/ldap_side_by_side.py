#!/usr/bin/env python3
"""Halligan's LDAP directory and `ldapsearch`, keystroke by keystroke, over one slapd.

Started by benches/ldap-side-by-side. Whatever one of the two asks, slapd's stats log tells how many
searches it took and how long the server was busy with each (etime), and that nobody bound or
connected anew on the way; a run in which somebody did ends as a failure.
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import random
import re
import select
import statistics
import subprocess
import sys
import tempfile
import time
import tty
from pathlib import Path

OPERATOR, PASSWORD, SUFFIX = "desk", "desk-Plm7xqRd", "dc=lab,dc=test"
OPERATOR_DN = f"uid={OPERATOR},ou=operators,{SUFFIX}"
USERS = "(|(objectClass=inetOrgPerson)(objectClass=account)(objectClass=posixAccount))"
FIELDS = ["uid", "mail", "employeeNumber", "cn", "displayName", "givenName", "sn"]
# Halligan asks for 50 rows in steps of 100, and for one more to see whether there are more.
ROWS = 101


def escaped(text: str) -> str:
    """RFC 4515, section 3."""
    return re.sub(r"[\\*()\0]", lambda found: f"\\{ord(found.group()):02x}", text)


def filter_of(text: str) -> str:
    """The filter that Halligan makes of a text: every word anywhere in any field."""
    words = "".join(
        "(|" + "".join(f"({field}=*{escaped(word)}*)" for field in FIELDS) + ")" for word in text.split()
    )
    return f"(&{USERS}{words})" if words else USERS


def asks(filter_: str, log: str) -> bool:
    """slapd writes what it compares with in lower case, and marks classes that it does not know."""
    return filter_.lower() in log.replace("(?", "(").lower()


class Log:
    """slapd's stats log, read as it grows."""

    def __init__(self, path: Path):
        self.file = path.open(errors="replace")

    def since(self) -> str:
        """What was logged since the last look, once every search in it has ended."""
        text, deadline = "", time.monotonic() + 10
        while True:
            text += self.file.read()
            begun, ended = text.count(" SRCH base="), text.count(" SEARCH RESULT ")
            if begun and begun == ended and text.endswith("\n"):
                return text
            if time.monotonic() > deadline:
                raise TimeoutError(f"{begun} searches begun, {ended} ended: {text[-300:]}")
            time.sleep(0.001)

    def skip(self) -> None:
        time.sleep(0.3)
        self.file.read()


def server_ms(log: str) -> float:
    return sum(float(seconds) for seconds in re.findall(r"SEARCH RESULT .*? etime=([0-9.]+)", log)) * 1000


class Ours:
    def __init__(self, bench: str, url: str, ca: Path):
        config = (
            f'urls = ["{url}"]\nca_file = "{ca}"\nbases = ["{SUFFIX}"]\nplain_on_loopback = true\n'
            f'login_dn = "uid={{}},ou=operators,{SUFFIX}"\n'
            f'default_policy = "cn=default,ou=policies,{SUFFIX}"\n'
        )
        self.process = subprocess.Popen(
            [bench], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            env={"HALLIGAN_LDAP_BENCH": config},
        )
        for line in (OPERATOR, PASSWORD):
            self.process.stdin.write(line + "\n")
        if self.process.stdout.readline() != "ready\n":
            sys.exit("our part did not sign in")

    def ask(self, text: str) -> tuple[float, int]:
        self.process.stdin.write(text + "\n")
        told = json.loads(self.process.stdout.readline())
        return told["ms"], told["rows"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)


class Peer:
    """An ldapsearch that reads one filter a line and answers each before the next."""

    def __init__(self, url: str, ca: Path, attributes: list[str]):
        # On a terminal of its own it writes out each answer's lines at once.
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.secret = tempfile.NamedTemporaryFile()
        self.secret.write(PASSWORD.encode())
        self.secret.flush()
        self.process = subprocess.Popen(
            ["ldapsearch", "-x", "-c", "-z", str(ROWS), "-H", url, "-D", OPERATOR_DN, "-y", self.secret.name,
             "-b", SUFFIX, "-f", "-", f"(&{USERS}%s)", *attributes],
            stdin=subprocess.PIPE, stdout=slave, stderr=subprocess.STDOUT,
            env={**os.environ, "LDAPTLS_CACERT": str(ca)},
        )
        os.close(slave)

    def ask(self, text: str, patience: float = 30.0) -> tuple[float, int]:
        value = filter_of(text).removeprefix(f"(&{USERS}").removesuffix(")")
        began = time.perf_counter()
        self.process.stdin.write(value.encode() + b"\n")
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
        self.process.wait(10)
        os.close(self.master)


def texts(ldif: Path, count: int) -> list[str]:
    """What operators type: IDs, names, addresses of people who are there, and a few who are not."""
    people: list[dict[str, str]] = []
    for block in ldif.read_text().split("\n\n"):
        if "ou=people" in block.split("\n", 1)[0]:
            people.append(dict(line.split(": ", 1) for line in block.split("\n") if ": " in line))
    random.seed(11)
    kinds = ["uid", "cn", "sn", "mail", "employeeNumber"]
    chosen = [random.choice(people) for _ in range(count - count // 8)]
    typed = [person.get(kinds[number % len(kinds)], person["uid"]) for number, person in enumerate(chosen)]
    return typed + [f"nobody{number}" for number in range(count // 8)]


def spread(values: list[float]) -> str:
    ordered = sorted(values)
    return f"{statistics.median(ordered):.2f} / {ordered[int(len(ordered) * 0.99)]:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--bench", "--url", "--plain"):
        parser.add_argument(name, required=True)
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--typed", type=int, required=True)
    parser.add_argument("--people", type=int, required=True)
    asked = parser.parse_args()
    ca = asked.directory / "pki/ca.crt"
    keystrokes = [
        text[:length].strip()
        for text in texts(asked.directory / "data.ldif", asked.typed)
        for length in range(1, min(len(text), 12) + 1)
    ]
    log = Log(asked.directory / "log")
    ours = Ours(asked.bench, asked.url, ca)
    # What is asked once in a session (policies, rights) and the server's caches: not counted.
    for text in keystrokes[:12]:
        ours.ask(text)
    first = log.since()
    attributes = re.findall(r"SRCH attr=(.*)", first)[-1].split()
    if not asks(filter_of(keystrokes[11]), first):
        sys.exit(f"Halligan's filter is another one:\n{first[-2000:]}")
    peer = Peer(asked.url, ca, attributes)
    for text in keystrokes[:3]:
        peer.ask(text)
    log.skip()
    figures: list[dict] = []
    for text in keystrokes:
        figure = {"length": len(text), "text": text}
        wall, rows = ours.ask(text)
        told = log.since()
        anew = re.findall(r" (?:BIND dn=|ACCEPT from|STARTTLS).*", told)
        figure |= {"ours": wall, "ours_server": server_ms(told), "searches": told.count(" SRCH base="), "rows": rows}
        wall, rows = peer.ask(text)
        told = log.since()
        anew += re.findall(r" (?:BIND dn=|ACCEPT from|STARTTLS).*", told)
        figure |= {"peer": wall, "peer_server": server_ms(told), "peer_rows": rows}
        if not asks(filter_of(text), told):
            sys.exit(f"ldapsearch was asked with another filter: {told}")
        if anew:
            sys.exit(f"somebody connected or bound anew at {text!r}: {anew}")
        figures.append(figure)
    ours.close()
    peer.close()
    (asked.directory / "figures.json").write_text(json.dumps(figures, indent=1))
    draw(figures, asked.people)


def draw(figures: list[dict], people: int) -> None:
    print(f"{len(figures)} keystrokes over {people:,} entries, one connection each, nobody bound anew.")
    print("Milliseconds, p50 / p99. Server: slapd's own etime; a ratio is of the sums.\n")
    print("| characters typed | n | searches | server, ours | server, ldapsearch | ratio | whole, ours | whole, ldapsearch | whole ours / server ldapsearch |")
    print("|---|---|---|---|---|---|---|---|---|")

    def row(name: str, some: list[dict]) -> None:
        def all_of(key: str) -> list[float]:
            return [figure[key] for figure in some]

        ratio = sum(all_of("ours_server")) / sum(all_of("peer_server"))
        whole = sum(all_of("ours")) / sum(all_of("peer_server"))
        print(
            f"| {name} | {len(some)} | {statistics.mean(all_of('searches')):.2f} | {spread(all_of('ours_server'))} "
            f"| {spread(all_of('peer_server'))} | {ratio:.2f} | {spread(all_of('ours'))} | {spread(all_of('peer'))} | {whole:.2f} |"
        )

    for length in range(1, 13):
        some = [figure for figure in figures if figure["length"] == length]
        if some:
            row(str(length), some)
    row("all", figures)


if __name__ == "__main__":
    main()
