"""Drives a demonstration through a pseudo-terminal: pictures of its screens, and a recording of a call."""

import fcntl
import html
import json
import os
import pty
import re
import select
import struct
import sys
import termios
import time

import pyte

CELL_WIDTH, CELL_HEIGHT, MARGIN = 8.4, 18, 12
BACKGROUND, FOREGROUND = "#1b1f24", "#d7dde4"
COLOURS = {
    "black": "#3b4048", "red": "#ff7b72", "green": "#7ee787", "brown": "#e3b341",
    "yellow": "#e3b341", "blue": "#79c0ff", "magenta": "#d2a8ff", "cyan": "#76e3ea",
    "white": "#f0f6fc",
}
GROUND_QUESTION = b"\x1b]11;?\x1b\\"
GROUND_ANSWER = "\x1b]11;rgb:1b1b/1f1f/2424\x1b\\"
REPEATED = re.compile(rb"([\x00-\x7f]|[\xc0-\xff][\x80-\xbf]+)\x1b\[(\d+)b")
# Seconds between two letters, and before a key that leads on.
LETTER, LOOK = 0.12, 1.6


class Terminal:
    """The program, what it has drawn, and what was recorded of it."""

    def __init__(self, arguments, environment, columns, lines):
        self.columns, self.lines = columns, lines
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.ByteStream(self.screen)
        # Seconds and bytes of each output, and the screens to be shown with their beginning.
        self.clock, self.outputs, self.frames, self.records = 0.0, [], [], False
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execve(arguments[0], arguments, environment)
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)

    def read(self):
        """Takes what there is; false at the end."""
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        if GROUND_QUESTION in data:
            self.press(GROUND_ANSWER)
            data = data.replace(GROUND_QUESTION, b"")
        # pyte does not know how to repeat a character (REP).
        self.stream.feed(REPEATED.sub(lambda found: found[1] * (1 + int(found[2])), data))
        if self.records:
            self.outputs.append((self.clock, data))
        return True

    def wait_for(self, text, seconds=60):
        """Reads until the text stands on the screen and nothing more comes for a moment."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            quiet = not select.select([self.master], [], [], 0.3)[0]
            if quiet:
                if any(text in line for line in self.screen.display):
                    return
                continue
            if not self.read():
                break
        raise SystemExit(f"waited in vain for {text!r}:\n" + "\n".join(self.screen.display))

    def press(self, keys):
        os.write(self.master, keys.encode())

    def begin(self):
        """From here on everything is recorded, beginning with what stands there."""
        self.records = True
        lines = "\r\n".join(line.rstrip() for line in self.screen.display)
        self.outputs.append((0.0, f"\x1b[H\x1b[2J{lines}".encode()))
        self.press("\x0c")
        self.settle()

    def settle(self):
        """Takes what comes until nothing comes, as one picture."""
        while select.select([self.master], [], [], 0.25)[0]:
            if not self.read():
                break
        self.frames.append((self.clock, drawing(self.screen)))

    def does(self, keys, pause=LOOK):
        """Presses a key after a look at the screen."""
        self.clock += pause
        if pause >= LOOK:
            # A command that comes as fast as text is asked for once more.
            time.sleep(0.6)
        self.press(keys)
        self.settle()

    def types(self, text):
        for n, letter in enumerate(text):
            self.does(letter, LETTER if n else LOOK)


def colour(name, fallback):
    if name == "default":
        return fallback
    return COLOURS.get(name.removeprefix("bright"), f"#{name}" if re.fullmatch("[0-9a-f]{6}", name) else fallback)


def drawing(screen):
    """What stands on the screen: a rectangle per coloured run, a text per run of one style."""
    parts = []
    for row in range(screen.lines):
        column = 0
        while column < screen.columns:
            cell = screen.buffer[row][column]
            style = (cell.fg, cell.bg, cell.bold, cell.reverse, cell.underscore)
            end = column
            while end < screen.columns:
                other = screen.buffer[row][end]
                if (other.fg, other.bg, other.bold, other.reverse, other.underscore) != style:
                    break
                end += 1
            front, back = colour(cell.fg, FOREGROUND), colour(cell.bg, BACKGROUND)
            if cell.reverse:
                front, back = back, front
            x, y = MARGIN + column * CELL_WIDTH, MARGIN + row * CELL_HEIGHT
            run = (end - column) * CELL_WIDTH
            if back != BACKGROUND:
                parts.append(f'<rect x="{x:.1f}" y="{y}" width="{run:.1f}" height="{CELL_HEIGHT}" fill="{back}"/>')
            text = "".join(screen.buffer[row][n].data for n in range(column, end))
            if text.strip():
                bold = ' font-weight="bold"' if cell.bold else ""
                under = ' text-decoration="underline"' if cell.underscore else ""
                parts.append(
                    f'<text x="{x:.1f}" y="{y + 13.5}" textLength="{run:.1f}" xml:space="preserve" '
                    f'fill="{front}"{bold}{under}>{html.escape(text)}</text>'
                )
            column = end
    return "\n".join(parts)


def svg(screen, inside):
    width, height = screen.columns * CELL_WIDTH + 2 * MARGIN, screen.lines * CELL_HEIGHT + 2 * MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
        f'viewBox="0 0 {width:.0f} {height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14">\n'
        f'<rect width="100%" height="100%" rx="6" fill="{BACKGROUND}"/>\n{inside}\n</svg>\n'
    )


def animation(terminal):
    """One picture after the other, over and over; where nothing moves the last one stands."""
    whole = terminal.clock + 6
    parts = []
    for n, (begin, inside) in enumerate(terminal.frames):
        end = terminal.frames[n + 1][0] if n + 1 < len(terminal.frames) else whole
        if end <= begin:
            continue
        last = n + 1 == len(terminal.frames)
        times = f"0;{begin / whole:.5f}" + ("" if last else f";{end / whole:.5f}")
        values = "hidden;visible" + ("" if last else ";hidden")
        parts.append(
            f'<g visibility="{"visible" if last else "hidden"}"><animate attributeName="visibility" '
            f'dur="{whole:.2f}s" repeatCount="indefinite" calcMode="discrete" keyTimes="{times}" '
            f'values="{values}"/>\n{inside}\n</g>'
        )
    return svg(terminal.screen, "\n".join(parts))


def cast(terminal):
    """The recording as asciinema takes it (asciicast v2)."""
    header = {"version": 2, "width": terminal.columns, "height": terminal.lines, "title": "A call"}
    lines = [json.dumps(header)]
    for at, data in terminal.outputs:
        lines.append(json.dumps([round(at, 3), "o", data.decode("utf-8", "replace")], ensure_ascii=False))
    return "\n".join(lines) + "\n"


def main():
    binary, target, scratch = sys.argv[1:]
    environment = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": scratch, "TMPDIR": scratch, "TZ": "UTC"}

    def keep(name, text):
        with open(os.path.join(target, name), "w", encoding="utf-8") as file:
            file.write(text)

    def signed_in(columns, lines):
        terminal = Terminal([os.path.abspath(binary), "demo"], environment, columns, lines)
        terminal.wait_for("demo@halligan.example")
        # The password stands below the address, alone or behind its label.
        display = [line.rstrip() for line in terminal.screen.display]
        below = next(n for n, line in enumerate(display) if "demo@halligan.example" in line) + 1
        password = display[below].split()[-1]
        terminal.press("demo@halligan.example\t")
        terminal.press(password)
        terminal.wait_for("•••")
        terminal.press("\r")
        terminal.wait_for("find somebody")
        return terminal

    def select_locked(terminal):
        """Goes to somebody who is locked out; gives the ID."""
        for _ in range(80):
            terminal.wait_for("Search")
            line = next((line for line in terminal.screen.display if line.startswith("›")), "")
            if "locked" in line:
                return line.strip("›= ").split()[0]
            terminal.press("\x1b[B")
        raise SystemExit("nobody is locked")

    terminal = signed_in(80, 24)
    terminal.press("vas")
    terminal.wait_for("vas")
    keep("users.svg", svg(terminal.screen, drawing(terminal.screen)))
    terminal.press("\x15")
    locked = select_locked(terminal)
    terminal.press("\r")
    terminal.wait_for("Locked since")
    terminal.press("copper lantern")
    terminal.wait_for("at least")
    keep("edit.svg", svg(terminal.screen, drawing(terminal.screen)))

    # A whole call, from the menu to the next caller.
    terminal = signed_in(80, 24)
    terminal.begin()
    terminal.types(locked.lower())
    terminal.does("\r")
    terminal.wait_for("Locked since")
    terminal.does("\x07", 3)
    terminal.does("\r", 2.5)
    terminal.wait_for("Say")
    terminal.frames[-1] = (terminal.frames[-1][0], drawing(terminal.screen))
    keep("receipt.svg", svg(terminal.screen, drawing(terminal.screen)))
    terminal.does("b", 6)
    terminal.does("n", 3)
    keep("call.svg", animation(terminal))
    keep("call.cast", cast(terminal))

    terminal = signed_in(140, 30)
    terminal.press(locked.lower())
    terminal.wait_for("Locked since")
    time.sleep(1)
    terminal.wait_for("record")
    keep("wide.svg", svg(terminal.screen, drawing(terminal.screen)))


main()
