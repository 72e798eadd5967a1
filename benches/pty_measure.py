#!/usr/bin/env python3
"""What a full-screen program costs, counted through a pseudo-terminal of 80x24.

    pty_measure.py start  --expect TEXT [--step 'KEYS=>TEXT']... [--repeat N] [--evict FILE]... -- PROGRAM ...
    pty_measure.py keys   --expect TEXT [--step ...] --keys smith -- PROGRAM ...
    pty_measure.py burst  --expect TEXT [--step ...] --keys 'maria vasqu' -- PROGRAM ...
    pty_measure.py idle   --expect TEXT [--step ...] --seconds 60 -- PROGRAM ...
    pty_measure.py memory --expect TEXT [--step ...] [--keys smith] -- PROGRAM ...
    pty_measure.py show   --expect TEXT [--step ...] [--keys smith] -- PROGRAM ...

`--expect` is a text that the first full frame shows. A step sends keys and waits for a text; the
keys may hold escapes such as \\r, \\t and \\x1b. Every answer is one JSON object. Needs Python 3.11
and `pyte`.

"Full" is the last moment at which anything on the screen changed before it stayed quiet, so it
holds the whole frame and no waiting time.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import sys
import time

from pseudo_terminal import (
    ROWS,
    GaveUp,
    Program,
    activity,
    activity_since,
    drop_caches,
    evict,
    memory,
    opened,
)

Step = tuple[str, str | None]


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least `share` of all values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 1).__trunc__() - 1)] if ordered else float("nan")


def spread(values: list[float]) -> dict[str, float]:
    kept = [value for value in values if value is not None]
    if not kept:
        return {"n": 0}
    return {
        "n": len(kept),
        "min": round(min(kept), 3),
        "p50": round(percentile(kept, 0.5), 3),
        "p99": round(percentile(kept, 0.99), 3),
        "max": round(max(kept), 3),
    }


def measure_start(argv, expect, repeat=20, cold=None, env=None, steps=()) -> dict:
    """Exec to the first byte and to the first full frame. `cold` is called before every start."""
    firsts, fulls, sizes, lasts = [], [], [], []
    for round_ in range(repeat + (0 if cold else 1)):
        if cold:
            cold()
        program, first = opened(argv, expect, [], env)
        try:
            last = None
            for keys, wanted in steps:
                last = program.send(keys, wanted)
        finally:
            program.end()
        if round_ == 0 and not cold:
            continue  # the first start warms the page cache
        firsts.append(first.first_ms)
        fulls.append(first.painted_ms)
        sizes.append(first.bytes)
        if last is not None:
            lasts.append(last.painted_ms)
    told = {"first_byte_ms": spread(firsts), "full_frame_ms": spread(fulls), "first_frame_bytes": spread(sizes)}
    if lasts:
        told["last_step_ms"] = spread(lasts)
    return told


def measure_keys(argv, expect, steps, words: list[str], env=None, erase="\x7f") -> dict:
    """Bytes and time for each typed character, one at a time, each waited for."""
    rows: list[dict] = []
    program, _ = opened(argv, expect, steps, env)
    try:
        for word in words:
            for character in word:
                burst = program.send(character)
                rows.append(
                    {
                        "bytes": burst.bytes,
                        "reads": len(burst.chunks),
                        "rows": burst.rows_changed,
                        "ms": burst.painted_ms,
                    }
                )
            for _ in word:
                program.send(erase, quiet=0.05)
            program.settle()
    finally:
        program.end()
    # A typed character always changes its own row; a counter or a hint may change one more.
    still = [row for row in rows if row["rows"] <= 1]
    whole = [row for row in rows if row["rows"] >= ROWS // 2]
    return {
        "unchanged_bytes": spread([row["bytes"] for row in still]),
        "changed_bytes": spread([row["bytes"] for row in whole]),
        "any_bytes": spread([row["bytes"] for row in rows]),
        "key_to_repaint_ms": spread([row["ms"] for row in rows]),
        "reads": spread([row["reads"] for row in rows]),
        "rows": rows,
    }


def measure_burst(argv, expect, steps, text: str, env=None, repeat=5, erase="\x7f") -> dict:
    """Bytes and terminal writes when all of `text` arrives at once."""
    sizes, reads, times = [], [], []
    program, _ = opened(argv, expect, steps, env)
    try:
        for _ in range(repeat):
            burst = program.send(text)
            sizes.append(burst.bytes)
            reads.append(len(burst.chunks))
            times.append(burst.painted_ms)
            program.send(erase * len(text))
    finally:
        program.end()
    return {"bytes": spread(sizes), "frames": spread(reads), "ms": spread(times)}


def measure_idle(argv, expect, steps, seconds=60.0, env=None, settle=12.0) -> dict:
    """Bytes, wake-ups and processor time while nobody types.

    `settle` lets what follows the last key come to its end first, such as worker threads that wait
    ten seconds for more work.
    """
    program, _ = opened(argv, expect, steps, env)
    try:
        ends = time.monotonic() + settle
        while time.monotonic() < ends:
            program.settle()
        before = activity(program.pid)
        count = 0
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            ready, _, _ = select.select([program.master], [], [], left)
            if ready:
                count += len(os.read(program.master, 65536))
        after = activity(program.pid)
    finally:
        program.end()
    return {"seconds": seconds, "bytes": count, **activity_since(before, after)}


def measure_memory(argv, expect, steps, words: list[str], env=None, erase="\x7f") -> dict:
    """Resident memory after the first frame, and after being used."""
    program = Program(argv, env)
    try:
        program.first_frame(expect)
        first = memory(program.pid)
        for keys, wanted in steps:
            program.send(keys, wanted)
        opened_ = memory(program.pid)
        for word in words:
            for character in word:
                program.send(character, quiet=0.03)
            program.send(erase * len(word))
        used = memory(program.pid)
    finally:
        program.end()
    return {"first_frame": first, "opened": opened_, "used": used}


def unescape(text: str) -> str:
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["start", "keys", "burst", "idle", "memory", "show"])
    parser.add_argument("--expect", help="a text that the first full frame shows")
    parser.add_argument("--step", action="append", default=[], metavar="KEYS=>TEXT")
    parser.add_argument("--keys", action="append", default=[], help="what to type (repeatable)")
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--evict", action="append", default=[], help="a file to forget before every start")
    parser.add_argument("--drop-caches", action="store_true", help="empty the page cache before every start (root)")
    parser.add_argument("--rows", action="store_true", help="show every single key")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("program", nargs="+")
    asked = parser.parse_args()
    steps: list[Step] = []
    for step in asked.step:
        keys, _, wanted = step.partition("=>")
        steps.append((unescape(keys), wanted or None))
    env = dict(pair.split("=", 1) for pair in asked.env)
    words = [unescape(keys) for keys in asked.keys]
    cold = None
    if asked.drop_caches:
        cold = drop_caches
    elif asked.evict:
        cold = lambda: evict(asked.evict)  # noqa: E731
    try:
        match asked.what:
            case "start":
                told = measure_start(asked.program, asked.expect, asked.repeat, cold, env, steps)
            case "keys":
                told = measure_keys(asked.program, asked.expect, steps, words, env)
                if not asked.rows:
                    del told["rows"]
            case "burst":
                told = measure_burst(asked.program, asked.expect, steps, words[0], env, asked.repeat)
            case "idle":
                told = measure_idle(asked.program, asked.expect, steps, asked.seconds, env)
            case "memory":
                told = measure_memory(asked.program, asked.expect, steps, words, env)
            case "show":
                program, _ = opened(asked.program, asked.expect, steps, env)
                try:
                    for word in words:
                        program.send(word)
                    print(program.text())
                finally:
                    program.end()
                return
    except GaveUp as reason:
        sys.exit(f"pty_measure: {reason}")
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
