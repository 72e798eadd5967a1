#!/usr/bin/env python3
"""Runs Halligan and its peers over the same people, and prints the table with ratios.

Started by benches/side-by-side, which builds and installs what is wanted here. Every figure is kept
in SCRATCH/figures.json as soon as it is there; one that could not be taken is told as such.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import people  # noqa: E402
import pty_measure  # noqa: E402
import table  # noqa: E402
from ours import SEED, Ours, size_of_binary  # noqa: E402

WHIPTAIL_MENU = ["whiptail", "--menu", "Users", "24", "78", "16"] + [
    word for number in range(1, 21) for word in (f"e{number:04}", f"Person_{number}")
]


class Figures:
    """What was measured, kept in a file."""

    def __init__(self, path: Path, only: set[str]):
        self.path, self.only = path, only
        self.all = json.loads(path.read_text()) if path.exists() else {}

    def take(self, name: str, measure, *arguments) -> None:
        if self.only and name.split(".")[0] not in self.only and name not in self.only:
            return
        load = os.getloadavg()[0]
        print(f"== {name} (load {load:.1f})", file=sys.stderr, flush=True)
        try:
            told = measure(*arguments)
        except Exception as reason:  # noqa: BLE001 - one figure less is no reason to lose the others
            detail = getattr(reason, "stderr", None) or ""
            told = {"error": f"{type(reason).__name__}: {reason} {detail[-400:]}".strip()}
            print(f"   not measured: {told['error']}", file=sys.stderr)
        self.all[name] = {"load": round(load, 1), "at": time.strftime("%Y-%m-%d %H:%M"), **told}
        self.path.write_text(json.dumps(self.all, indent=1))


def asked_for() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--halligan", required=True)
    parser.add_argument("--search-percentiles", required=True)
    parser.add_argument("--rust", required=True, help="the bench `side_by_side`")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help="names of figures, parted by commas")
    return parser.parse_args()


def machine() -> dict:
    processor = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown"
    )
    return {"kernel": platform.release(), "processor": processor, "cores": os.cpu_count()}


def make(figures: Figures, ours: Ours, smaller: Ours, scratch: Path, asked: argparse.Namespace) -> None:
    """The stores, and the same people for the peers."""
    figures.take("smaller.import", smaller.make, asked.rust)
    figures.take("ours.import", ours.make, asked.rust)
    store = str(ours.store)
    if not (scratch / "people.tsv").exists():
        people.export(store, scratch)
        people.queries(scratch, SEED)
        people.ldif(store, scratch, min(asked.people, 100_000))


def measure_ours(figures: Figures, ours: Ours, smaller: Ours, scratch: Path, asked: argparse.Namespace) -> None:
    queries = scratch / "queries.txt"
    words = typed_words(queries, 6 if asked.quick else 20)
    repeat = 5 if asked.quick else 50
    figures.take("binary", size_of_binary, asked.halligan)
    for name, one in (("ours", ours), ("smaller", smaller)):
        figures.take(f"{name}.search", one.search, asked.search_percentiles, queries)
        figures.take(f"{name}.start", one.start, repeat)
        figures.take(f"{name}.memory", one.memory, words)
        figures.take(f"{name}.reset", one.resets, asked.rust, 20 if asked.quick else 300)
    figures.take("ours.search_cold", ours.search, asked.search_percentiles, queries, "cold")
    figures.take("ours.keys", ours.keys, words)
    figures.take("ours.burst", ours.burst, "maria vasque", 5 if asked.quick else 20)
    figures.take("ours.idle", ours.idle, 10.0 if asked.quick else 60.0)
    figures.take("ours.cold", ours.cold, words[: 3 if asked.quick else 20])


def measure_peers(figures: Figures, scratch: Path, asked: argparse.Namespace) -> None:
    queries = scratch / "queries.txt"
    words = typed_words(queries, 4 if asked.quick else 8)
    few = "12" if asked.quick else "24"
    repeat = 5 if asked.quick else 20
    figures.take("sqlite", told, [asked.rust, "sqlite", scratch / "people.tsv", queries, scratch, few])
    if shutil.which("slapd") and shutil.which("ldapsearch"):
        python = sys.executable
        figures.take("slapd", told, [python, HERE / "slapd.py", scratch / "people.ldif", queries, scratch, few])
    if shutil.which("whiptail"):
        figures.take("whiptail.start", pty_measure.measure_start, ["whiptail", "--inputbox", "Name", "24", "78"], "Name", 50)
        figures.take("whiptail_menu.start", pty_measure.measure_start, WHIPTAIL_MENU, "Person_12", 50)
    if shutil.which("vim"):
        figures.take("vim.start", pty_measure.measure_start, ["vim", "-u", "DEFAULTS"], "VIM", repeat)
    if shutil.which("fzf"):
        count = sum(1 for _ in open(scratch / "people.txt"))
        fzf, full = ["sh", "-c", f"exec fzf < '{scratch}/people.txt'"], f"{count}/{count}"
        figures.take("fzf.start", pty_measure.measure_start, fzf, full, 5 if asked.quick else 10)
        figures.take("fzf.keys", without_rows, fzf, full, words)
        figures.take("fzf.burst", pty_measure.measure_burst, fzf, full, [], "maria vasque")
        figures.take("fzf.idle", pty_measure.measure_idle, fzf, full, [], 10.0 if asked.quick else 60.0)
        figures.take("fzf.memory", pty_measure.measure_memory, fzf, full, [], words[:4])
    first = open(scratch / "people.tsv").readline().split("\t")[0]
    textual = [sys.executable, str(HERE / "textual_list.py"), str(scratch / "LIKE--ranked.db")]
    figures.take("textual.start", pty_measure.measure_start, textual, first, 5 if asked.quick else 10)
    figures.take("textual.keys", without_rows, textual, first, words[:4])
    figures.take("textual.memory", pty_measure.measure_memory, textual, first, [], words[:4])


def told(command: list) -> dict:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def without_rows(argv: list[str], expect: str, words: list[str]) -> dict:
    answer = pty_measure.measure_keys(argv, expect, [], words)
    del answer["rows"]
    return answer


def typed_words(queries: Path, count: int) -> list[str]:
    """Texts to type on the screen: of every kind, plain ASCII so that one key is one byte."""
    texts = [line.split("\t")[1] for line in queries.read_text().splitlines()]
    return [text for text in texts if text.isascii()][:count]


def main() -> None:
    asked = asked_for()
    scratch = asked.scratch.resolve()
    figures = Figures(scratch / "figures.json", set(filter(None, asked.only.split(","))))
    figures.all["machine"] = machine()
    ours = Ours(asked.halligan, scratch, asked.people)
    smaller = Ours(asked.halligan, scratch, asked.people // 10)
    if not ours.store.exists() or not asked.only:
        make(figures, ours, smaller, scratch, asked)
    measure_ours(figures, ours, smaller, scratch, asked)
    measure_peers(figures, scratch, asked)
    print(table.drawn(figures.all))


if __name__ == "__main__":
    main()
