#!/usr/bin/env python3
"""Writes the people of a store as the peers want them, and the queries that everybody is asked.

    people.py export STORE OUT      OUT/people.tsv (id, email, given, family), OUT/people.txt for fzf
    people.py ldif STORE OUT N      OUT/people.ldif, every k-th person so that there are N
    people.py queries OUT SEED      OUT/queries.txt: one string a line, to be typed 1 to 12 characters far

The store is only read. Needs nothing but Python.
"""

from __future__ import annotations

import base64
import random
import sqlite3
import sys
from pathlib import Path

SUFFIX = "dc=example,dc=org"


def rows(store: str):
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    yield from connection.execute("SELECT login, email, given, family FROM users ORDER BY row")


def export(store: str, out: Path) -> None:
    with open(out / "people.tsv", "w") as table, open(out / "people.txt", "w") as lines:
        for login, email, given, family in rows(store):
            table.write(f"{login}\t{email}\t{given}\t{family}\n")
            lines.write(f"{login}  {email}  {given} {family}\n")


def line(name: str, value: str) -> str:
    """One LDIF line; RFC 2849 wants base64 for whatever is not plain ASCII."""
    if value.isascii() and value[:1] not in (" ", ":", "<") and value == value.strip():
        return f"{name}: {value}\n"
    return f"{name}:: {base64.b64encode(value.encode()).decode()}\n"


def ldif(store: str, out: Path, wanted: int) -> None:
    total = sum(1 for _ in rows(store))
    step = max(1, total // wanted)
    with open(out / "people.ldif", "w") as file:
        file.write(f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: example\n\n")
        file.write(f"dn: ou=people,{SUFFIX}\nobjectClass: organizationalUnit\nou: people\n\n")
        for number, (login, email, given, family) in enumerate(rows(store)):
            if number % step or not login:
                continue
            name = f"{given} {family}".strip() or login
            file.write(f"dn: employeeNumber={number},ou=people,{SUFFIX}\nobjectClass: inetOrgPerson\n")
            file.write(line("employeeNumber", str(number)) + line("uid", login) + line("cn", name) + line("sn", family or name))
            if email.isascii() and email:
                file.write(line("mail", email))
            file.write("\n")


def typo(text: str, chance: random.Random) -> str:
    at = chance.randrange(1, max(2, len(text) - 1))
    return text[:at] + chance.choice("abcdefghijklmnopqrstuvwxyz") + text[at + 1 :]


def queries(out: Path, seed: int, wanted: int = 600) -> None:
    """IDs, emails, families, whole names both ways round, pieces from the middle, typos, misses."""
    chance = random.Random(seed)
    people = (out / "people.tsv").read_text().splitlines()
    kinds = {
        "id": lambda login, email, given, family: login,
        "email": lambda login, email, given, family: email,
        "family": lambda login, email, given, family: family,
        "name": lambda login, email, given, family: f"{given} {family}",
        "turned": lambda login, email, given, family: f"{family} {given}",
        "fragments": lambda login, email, given, family: f"{given[:3]} {family[:3]} {login[:3]}",
        "middle": lambda login, email, given, family: f"{given} {family} {email}"[chance.randrange(1, 9) :],
        "digits": lambda login, email, given, family: "".join(c for c in login if c.isdigit())[1:],
        "typo": lambda login, email, given, family: typo(f"{family} {given}", chance),
        "miss": lambda login, email, given, family: "".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(12)),
        "domain": lambda login, email, given, family: email.partition("@")[2],
        "unicode": lambda login, email, given, family: f"{given} {family}",
    }
    foreign = [person for person in people if not person.isascii()]
    with open(out / "queries.txt", "w") as file:
        names = list(kinds)
        number = 0
        while number < wanted:
            kind = names[number % len(names)]
            among = foreign if kind == "unicode" and foreign else people
            text = kinds[kind](*chance.choice(among).split("\t")).strip()
            if text:
                file.write(f"{kind}\t{text[:12].rstrip()}\n")
                number += 1


def main() -> None:
    match sys.argv[1:]:
        case ["export", store, out]:
            export(store, Path(out))
        case ["ldif", store, out, wanted]:
            ldif(store, Path(out), int(wanted))
        case ["queries", out, seed]:
            queries(Path(out), int(seed))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
