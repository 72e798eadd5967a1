"""Halligan itself: made, filled, started, typed at, left alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pty_measure
from pseudo_terminal import evict, opened

LOGIN = "bench@example.org"
PASSWORD = "copper lantern 42 walrus"
SEED = 2026
FIRST_FRAME = "Who is at the desk?"
# Enter comes by itself: close behind other keys it would be taken for a paste.
SIGN_IN = [(f"{LOGIN}\t", LOGIN), (PASSWORD, None), ("\r", "My password")]
USERS = [("/", "Search")]


class Ours:
    """A store with so many people, and the program on it."""

    def __init__(self, binary: str, scratch: Path, people: int):
        self.binary, self.people = binary, people
        self.place = scratch / f"ours-{people}"
        self.store = self.place / "halligan.db"
        self.password = self.place / "password"
        self.argv = [binary, "--store", str(self.store)]
        self.env = {"HOME": str(self.place)}

    def call(self, *arguments: str, **more) -> subprocess.CompletedProcess:
        return subprocess.run([*self.argv, *arguments], text=True, env={**os.environ, **self.env}, **more)

    def as_operator(self, *arguments: str) -> list[str]:
        return ["--operator", LOGIN, "--operator-password-file", str(self.password), *arguments]

    def make(self, rust: str) -> dict:
        """An empty store, its administrator, and everybody on the roster."""
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir(parents=True, mode=0o700)
        self.password.touch(0o600)
        self.password.write_text(PASSWORD + "\n")
        self.call("init", "--email", LOGIN, "--given-name", "Bench", "--family-name", "Operator",
                  "--password-stdin", input=PASSWORD + "\n", check=True, stdout=subprocess.DEVNULL)
        file = self.place / "roster.csv"
        subprocess.run([rust, "roster", str(file), str(self.people), str(SEED)], check=True)
        began = time.perf_counter()
        program = subprocess.Popen([*self.argv, "--yes", *self.as_operator("user", "import", str(file))],
                                   env={**os.environ, **self.env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        resident = []
        while program.poll() is None:
            status = Path(f"/proc/{program.pid}/status").read_text()
            if found := re.search(r"VmRSS:\s+(\d+)", status):
                resident.append(int(found.group(1)) * 1024 / 1e6)
            time.sleep(0.1)
        if program.returncode:
            raise RuntimeError(f"halligan user import ended with {program.returncode}")
        taken = time.perf_counter() - began
        kept = sum(path.stat().st_size for path in self.place.glob("halligan.db*"))
        quarter = len(resident) // 4
        file.unlink()
        return {
            "people": self.people,
            "seconds": taken,
            "peak_rss_mb": max(resident, default=0.0),
            "rss_mb_after_a_quarter": resident[quarter] if resident else 0.0,
            "rss_mb_at_the_end": resident[-1] if resident else 0.0,
            "bytes_on_disk": kept,
            "bytes_a_person": kept / self.people,
        }

    def start(self, repeat: int) -> dict:
        return pty_measure.measure_start(self.argv, FIRST_FRAME, repeat, env=self.env)

    def keys(self, words: list[str]) -> dict:
        told = pty_measure.measure_keys(self.argv, FIRST_FRAME, SIGN_IN + USERS, words, self.env)
        told.pop("rows")
        return told

    def burst(self, text: str, repeat: int) -> dict:
        return pty_measure.measure_burst(self.argv, FIRST_FRAME, SIGN_IN + USERS, text, self.env, repeat)

    def idle(self, seconds: float) -> dict:
        steps = SIGN_IN + USERS + [("smi", None)]
        return pty_measure.measure_idle(self.argv, FIRST_FRAME, steps, seconds, self.env)

    def memory(self, words: list[str]) -> dict:
        return pty_measure.measure_memory(self.argv, FIRST_FRAME, SIGN_IN + USERS, words, self.env)

    def cold(self, words: list[str]) -> dict:
        """Exec to the first search answer with binary and store evicted, the sign-in's hashing aside.

        The C library stays in memory: everything else on the machine uses it too.
        """
        frames, answers = [], []
        for word in words:
            evict([self.binary, *map(str, self.place.glob("halligan.db*"))])
            program, first = opened(self.argv, FIRST_FRAME, [], self.env)
            try:
                for keys, wanted in SIGN_IN:
                    program.send(keys, wanted)
                listed = program.send("/", "Search")
                found = program.send(word)
                frames.append(first.painted_ms)
                answers.append(first.painted_ms + (listed.painted_ms or 0) + (found.painted_ms or 0))
            finally:
                program.end()
        return {"full_frame_ms": pty_measure.spread(frames), "first_answer_ms": pty_measure.spread(answers)}

    def resets(self, rust: str, rounds: int) -> dict:
        told = subprocess.run([rust, "resets", str(self.store), LOGIN, str(self.password), str(rounds)],
                              capture_output=True, text=True, check=True)
        answer = json.loads(told.stdout)
        if shutil.which("strace"):
            answer["fsyncs_a_reset"] = self.fsyncs(rust)
        return answer

    def fsyncs(self, rust: str) -> float:
        """How many times one reset asks for durability: the difference between 20 and 40 rounds.

        A round is one append of its own with one fsync, one unlock and one reset; an unlock writes
        as often as a reset.
        """
        counted = []
        for rounds in (20, 40):
            told = subprocess.run(["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", "/dev/stdout",
                                   rust, "resets", str(self.store), LOGIN, str(self.password), str(rounds)],
                                  capture_output=True, text=True, check=True)
            counted.append(len(re.findall(r"f(?:data)?sync\(\d+\)", told.stdout)))
        return ((counted[1] - counted[0]) / 20 - 1) / 2

    def search(self, search_percentiles: str, queries: Path, how: str = "ask") -> dict:
        """`ask`: warm, every keystroke; `cold`: the store's files evicted before each."""
        told = subprocess.run([search_percentiles, how, str(self.store), str(queries)],
                              capture_output=True, text=True, check=True)
        return json.loads(told.stdout)


def size_of_binary(binary: str) -> dict:
    return {"bytes": Path(binary).stat().st_size}

