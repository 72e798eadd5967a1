"""A program on a pseudo-terminal of 80x24, and what the kernel knows about it.

A read's time is taken before its bytes are looked at; the screen is worked out afterwards. The
clock starts before posix_spawn: fork, exec and the dynamic linker are in every figure.
"""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import termios
import time
from dataclasses import dataclass, field
from pathlib import Path

import pyte

COLUMNS, ROWS = 80, 24
# Sequences that a terminal of pyte's age would print or stumble over; none of them paints.
UNPAINTED = re.compile(
    rb"\x1b\[[<=>][0-9;:]*[a-zA-Z]|\x1b\[\?[0-9;]*(?:\$p|[mu])|\x1bP.*?\x1b\\|\x1b\].*?(?:\x07|\x1b\\)",
    re.S,
)
UNFINISHED = re.compile(rb"\x1b(?:\[[0-9;:?<=>$]*|[P\]][^\x07\x1b]*)?\Z")


class GaveUp(Exception):
    """The program ended, or never showed what was waited for."""


@dataclass
class Chunk:
    """One read from the terminal: seconds since the start, and the bytes."""

    at: float
    data: bytes


@dataclass
class Burst:
    """What came out between one moment and the next quiet."""

    chunks: list[Chunk] = field(default_factory=list)
    since: float = 0.0
    painted: float | None = None
    rows_changed: int = 0

    @property
    def bytes(self) -> int:
        return sum(len(chunk.data) for chunk in self.chunks)

    @property
    def first_ms(self) -> float | None:
        return (self.chunks[0].at - self.since) * 1000 if self.chunks else None

    @property
    def painted_ms(self) -> float | None:
        return (self.painted - self.since) * 1000 if self.painted is not None else None


class Program:
    """A program on a pseudo-terminal of its own."""

    def __init__(self, argv: list[str], env: dict[str, str] | None = None, quiet: float = 0.15):
        self.quiet = quiet
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.carry = b""
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        name = os.ttyname(slave)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            **(env or {}),
        }
        self.began = time.perf_counter()
        # The child leads a session of its own, so opening the slave makes it the controlling terminal.
        self.pid = os.posix_spawnp(
            argv[0],
            argv,
            environment,
            setsid=True,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, name, os.O_RDWR, 0),
                (os.POSIX_SPAWN_DUP2, 0, 1),
                (os.POSIX_SPAWN_DUP2, 0, 2),
                (os.POSIX_SPAWN_CLOSE, slave),
                (os.POSIX_SPAWN_CLOSE, self.master),
            ],
        )
        os.close(slave)

    def now(self) -> float:
        return time.perf_counter() - self.began

    def _answer(self, data: bytes) -> None:
        """Answers the questions that a program may wait for, as a plain xterm would."""
        if b"\x1b[c" in data or b"\x1b[0c" in data:
            os.write(self.master, b"\x1b[?62;22c")
        if b"\x1b[>c" in data or b"\x1b[>0c" in data:
            os.write(self.master, b"\x1b[>0;276;0c")
        if b"\x1b[6n" in data:
            os.write(self.master, b"\x1b[%d;%dR" % (self.screen.cursor.y + 1, self.screen.cursor.x + 1))

    def _feed(self, data: bytes) -> None:
        data = UNPAINTED.sub(b"", self.carry + data)
        unfinished = UNFINISHED.search(data)
        self.carry = unfinished.group() if unfinished else b""
        self.stream.feed(data[: len(data) - len(self.carry)])

    def _picture(self) -> tuple:
        return tuple(
            tuple(self.screen.buffer[row][column] for column in range(COLUMNS)) for row in range(ROWS)
        )

    def text(self) -> str:
        return "\n".join(self.screen.display)

    def settle(self, expect: str | None = None, deadline: float = 20.0, quiet: float | None = None) -> Burst:
        """Reads until the screen shows `expect` and has been quiet for a while."""
        burst = Burst(since=self.now())
        self._collect(burst, expect, deadline, quiet or self.quiet)
        return burst

    def send(self, keys: str | bytes, expect: str | None = None, deadline: float = 20.0, quiet: float | None = None) -> Burst:
        """Sends keys in one write and reads until the screen is quiet again."""
        burst = Burst(since=self.now())
        os.write(self.master, keys.encode() if isinstance(keys, str) else keys)
        self._collect(burst, expect, deadline, quiet or self.quiet)
        return burst

    def first_frame(self, expect: str | None, deadline: float = 30.0) -> Burst:
        burst = Burst(since=0.0)
        self._collect(burst, expect, deadline, self.quiet)
        return burst

    def _collect(self, burst: Burst, expect: str | None, deadline: float, quiet: float) -> None:
        ends = self.now() + deadline
        seen = 0
        before = last = self._picture()
        while True:
            ready, _, _ = select.select([self.master], [], [], quiet)
            if ready:
                try:
                    data = os.read(self.master, 65536)
                except OSError:
                    data = b""
                at = self.now()
                if not data:
                    for chunk in burst.chunks[seen:]:
                        self._feed(chunk.data)
                    raise GaveUp(f"the program ended; its screen:\n{self.text()}")
                burst.chunks.append(Chunk(at, data))
                self._answer(data)
                if at < ends:
                    continue
            for chunk in burst.chunks[seen:]:
                self._feed(chunk.data)
                picture = self._picture()
                if picture != last:
                    burst.painted, last = chunk.at, picture
            seen = len(burst.chunks)
            shown = expect is None or expect in self.text()
            if shown and not ready:
                burst.rows_changed = sum(a != b for a, b in zip(before, last))
                return
            if self.now() > ends:
                raise GaveUp(f"no {expect!r} within {deadline:.0f} s; the screen:\n{self.text()}")

    def end(self) -> None:
        for signum in (signal.SIGHUP, signal.SIGKILL):
            try:
                os.kill(self.pid, signum)
            except ProcessLookupError:
                break
            ends = time.monotonic() + 1.0
            while time.monotonic() < ends:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    os.close(self.master)
                    return
                time.sleep(0.005)
        os.close(self.master)


def memory(pid: int) -> dict[str, float]:
    """Resident memory in MB (10^6 bytes), as the kernel tells it."""
    told: dict[str, float] = {}
    for name in ("status", "smaps_rollup"):
        for line in Path(f"/proc/{pid}/{name}").read_text().splitlines():
            key, _, rest = line.partition(":")
            if key in ("VmRSS", "VmHWM", "RssAnon", "RssFile", "Pss"):
                told[key] = int(rest.split()[0]) * 1024 / 1e6
    return told


def activity(pid: int) -> dict[int, dict[str, int]]:
    """Wake-ups and processor time of every thread so far."""
    told = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            status = (task / "status").read_text()
            ran, _waited, slices = (task / "schedstat").read_text().split()
        except FileNotFoundError:
            continue  # a thread that has just ended
        one = {"cpu_ns": int(ran), "slices": int(slices)}
        for name in ("voluntary", "nonvoluntary"):
            one[name] = int(re.search(rf"^{name}_ctxt_switches:\s+(\d+)", status, re.M).group(1))
        told[int(task.name)] = one
    return told


def activity_since(before: dict[int, dict[str, int]], after: dict[int, dict[str, int]]) -> dict[str, int]:
    """What the threads that are still there did in between, and how many ended (each woke once)."""
    told = {"threads": len(after), "ended": len(before.keys() - after.keys())}
    for name in ("voluntary", "nonvoluntary", "cpu_ns", "slices"):
        told[name] = sum(one[name] - before.get(tid, {}).get(name, 0) for tid, one in after.items())
    return told


def evict(paths: list[str]) -> None:
    """Asks the kernel to forget a file's clean pages; pages that another process maps stay."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)


def drop_caches() -> bool:
    """Empties the page cache of the whole machine; needs root."""
    try:
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3\n")
        return True
    except OSError:
        return False


def opened(argv: list[str], expect: str | None, steps: list[tuple[str, str | None]], env: dict[str, str] | None = None) -> tuple[Program, Burst]:
    """A program that has drawn its first frame and gone through the steps."""
    program = Program(argv, env)
    try:
        first = program.first_frame(expect)
        for keys, wanted in steps:
            program.send(keys, wanted)
    except BaseException:
        program.end()
        raise
    return program, first
