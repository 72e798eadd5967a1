"""The table of the comparison: what is wanted, what is reached, what the peers reach."""

from __future__ import annotations

import sys
import json
from pathlib import Path


def drawn(figures: dict) -> str:
    """A Markdown table; a figure that is missing is a dash, and why is told beneath."""

    def at(name: str, *path: str):
        value = figures.get(name, {})
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        return value

    def worst_p99(name: str, *path: str):
        """The highest p99 of any length typed."""
        lengths = at(name, *path, "by_length") or {}
        return max((told["p99"] for told in lengths.values()), default=None)

    def resident(name: str):
        return at(name, "used", "VmRSS")

    whiptail = at("whiptail.start", "full_frame_ms", "p50")
    start = at("ours.start", "full_frame_ms", "p50")
    floor = at("ours.reset", "fsync", "p50")
    fsyncs = at("ours.reset", "fsyncs_a_reset")
    unlock = at("ours.reset", "unlock", "p50")
    whole = at("ours.reset", "reset_without_hashing", "p50")
    needed = floor * fsyncs if floor and fsyncs else None
    search = worst_p99("ours.search")
    small = worst_p99("smaller.search")
    like, trigram, prefix = (worst_p99("sqlite", name) for name in ("LIKE, ranked", "FTS5 trigram, ranked", "FTS5 prefix, ranked"))
    slapd = worst_p99("slapd")
    rows = [
        ("key press to ranked first page and total, warm: highest p99 of any length", "< 2 ms", ms(search),
         [("LIKE", ms(like), ratio(like, search)), ("FTS5 trigram", ms(trigram), ratio(trigram, search)),
          ("FTS5 prefix", ms(prefix), ratio(prefix, search)),
          (f"slapd, {at('slapd', 'people') or 0:,} people, unranked", ms(slapd), ratio(slapd, search))]),
        ("the same, p50 of all", "", ms(at("ours.search", "p50_ms")),
         [("LIKE", ms(at("sqlite", "LIKE, ranked", "p50_ms")), ""), ("FTS5 trigram", ms(at("sqlite", "FTS5 trigram, ranked", "p50_ms")), ""),
          ("FTS5 prefix", ms(at("sqlite", "FTS5 prefix, ranked", "p50_ms")), ""), ("slapd", ms(at("slapd", "all", "p50")), "")]),
        ("the same, store evicted before each key: p99 of all", "< 20 ms", ms(at("ours.search_cold", "p99_ms")), []),
        ("resident memory of the console, store open and used", "< 24 MB", mb(resident("ours.memory")),
         [("fzf", mb(resident("fzf.memory")), ratio(resident("fzf.memory"), resident("ours.memory"))),
          ("Textual", mb(resident("textual.memory")), ratio(resident("textual.memory"), resident("ours.memory")))]),
        ("exec to first full frame, store open: p50", "1.5 x whiptail", f"{ms(start)} ({ratio(start, whiptail)} whiptail)",
         [("whiptail input", ms(whiptail), ratio(whiptail, start)),
          ("whiptail menu", ms(at("whiptail_menu.start", "full_frame_ms", "p50")), ratio(at("whiptail_menu.start", "full_frame_ms", "p50"), start)),
          ("vim", ms(at("vim.start", "full_frame_ms", "p50")), ratio(at("vim.start", "full_frame_ms", "p50"), start)),
          ("fzf, list read", ms(at("fzf.start", "full_frame_ms", "p50")), ratio(at("fzf.start", "full_frame_ms", "p50"), start)),
          ("Textual", ms(at("textual.start", "full_frame_ms", "p50")), ratio(at("textual.start", "full_frame_ms", "p50"), start))]),
        ("exec to first search answer, binary and store evicted, sign-in aside: p50", "< 60 ms", ms(at("ours.cold", "first_answer_ms", "p50")), []),
        ("bytes for a typed character, list unchanged: p50 / p99", "45", bytes_(at("ours.keys", "unchanged_bytes")), []),
        ("bytes for a typed character, list wholly changed: p50 / p99", "1,400", bytes_(at("ours.keys", "changed_bytes")),
         [("fzf", bytes_(at("fzf.keys", "changed_bytes")), ""), ("Textual", bytes_(at("textual.keys", "changed_bytes")), "")]),
        ("key to repaint on the terminal: p50 / p99", "", pair(at("ours.keys", "key_to_repaint_ms"), ms),
         [("fzf", pair(at("fzf.keys", "key_to_repaint_ms"), ms), ""), ("Textual", pair(at("textual.keys", "key_to_repaint_ms"), ms), "")]),
        ("12 characters at once: frames, bytes", "1 frame",
         f"{number(at('ours.burst', 'frames', 'p50'))} (at most {number(at('ours.burst', 'frames', 'max'))}), {number(at('ours.burst', 'bytes', 'p50'))} B",
         [("fzf", f"{number(at('fzf.burst', 'frames', 'p50'))}, {number(at('fzf.burst', 'bytes', 'p50'))} B", "")]),
        (f"idle for {number(at('ours.idle', 'seconds'))} s: bytes, wake-ups", "0, 0",
         f"{number(at('ours.idle', 'bytes'))}, {number(at('ours.idle', 'voluntary'))}",
         [("fzf", f"{number(at('fzf.idle', 'bytes'))}, {number(at('fzf.idle', 'voluntary'))}", "")]),
        ("one reset, hashing aside: p50", "1.5 x its fsyncs",
         f"{ms(whole)}; unlock, which writes as much, {ms(unlock)} ({ratio(unlock, needed)} its {number(fsyncs)} fsyncs)",
         [("8 KiB append + fdatasync", ms(floor), "")]),
        (f"import of {at('ours.import', 'people') or 0:,} people", "< 60 s, memory flat",
         f"{number(at('ours.import', 'seconds'), 1)} s; {mb(at('ours.import', 'rss_mb_after_a_quarter'))} after a quarter, {mb(at('ours.import', 'peak_rss_mb'))} at most", []),
        ("store and index on disk, a person", "600 B", f"{number(at('ours.import', 'bytes_a_person'))} B", []),
        ("ten times the people: search p99, start, memory, reset", "2; flat",
         ", ".join([ratio(search, small), ratio(start, at("smaller.start", "full_frame_ms", "p50")),
                    ratio(resident("ours.memory"), resident("smaller.memory")), ratio(unlock, at("smaller.reset", "unlock", "p50"))]), []),
        ("binary, stripped", "< 14 MB", mb((at("binary", "bytes") or 0) / 1e6 or None), []),
    ]
    lines = ["| what | reach | ours | peers in the same run (times ours) |", "|---|---|---|---|"]
    for what, reach, reached, peers in rows:
        beside = "; ".join(f"{name} {value}" + (f" ({times})" if times else "") for name, value, times in peers)
        lines.append(f"| {what} | {reach} | {reached} | {beside} |")
    lines += [f"* {name}: not measured: {told['error']}" for name, told in figures.items() if "error" in told]
    loads = [told["load"] for told in figures.values() if "load" in told]
    if loads:
        lines.append(f"\nLoad of the machine while measuring: {min(loads)} to {max(loads)} on {at('machine', 'cores')} cores.")
    return "\n".join(lines)


def number(value, digits: int = 0) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"


def ms(value) -> str:
    return "-" if value is None else f"{value:,.2f} ms" if value < 10 else f"{value:,.0f} ms"


def mb(value) -> str:
    return "-" if value is None else f"{value:,.1f} MB"


def ratio(one, other) -> str:
    return "-" if one is None or not other else f"{one / other:,.1f} x" if one / other < 10 else f"{one / other:,.0f} x"


def pair(spread, shown=number) -> str:
    if not spread or not spread.get("n"):
        return "-"
    return f"{shown(spread['p50'])} / {shown(spread['p99'])}"


def bytes_(spread) -> str:
    return pair(spread)


if __name__ == "__main__":
    print(drawn(json.loads(Path(sys.argv[1]).read_text())))
