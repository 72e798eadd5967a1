"""Drives a demonstration through a pseudo-terminal and draws its screens as SVG."""

import fcntl
import html
import os
import pty
import re
import select
import struct
import sys
import termios
import time

import pyte

COLUMNS, LINES = 80, 24
CELL_WIDTH, CELL_HEIGHT, MARGIN = 8.4, 18, 12
BACKGROUND, FOREGROUND = "#1b1f24", "#d7dde4"
COLOURS = {
    "black": "#3b4048", "red": "#ff7b72", "green": "#7ee787", "brown": "#e3b341",
    "yellow": "#e3b341", "blue": "#79c0ff", "magenta": "#d2a8ff", "cyan": "#76e3ea",
    "white": "#f0f6fc",
}


class Terminal:
    """The program and what it has drawn."""

    def __init__(self, arguments, environment):
        self.screen = pyte.Screen(COLUMNS, LINES)
        self.stream = pyte.ByteStream(self.screen)
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execve(arguments[0], arguments, environment)
        size = struct.pack("HHHH", LINES, COLUMNS, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)

    def wait_for(self, text, seconds=60):
        """Reads until the text stands on the screen and nothing more comes for a moment."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            quiet = not select.select([self.master], [], [], 0.3)[0]
            if quiet:
                if any(text in line for line in self.screen.display):
                    return
                continue
            try:
                self.stream.feed(os.read(self.master, 65536))
            except OSError:
                break
        raise SystemExit(f"waited in vain for {text!r}:\n" + "\n".join(self.screen.display))

    def press(self, keys):
        os.write(self.master, keys.encode())

    def line_with(self, text):
        return next(line for line in self.screen.display if text in line)


def colour(name, fallback):
    if name == "default":
        return fallback
    return COLOURS.get(name.removeprefix("bright"), f"#{name}" if re.fullmatch("[0-9a-f]{6}", name) else fallback)


def svg(screen):
    """The screen as a picture: a rectangle per coloured run, a text per run of one style."""
    width, height = COLUMNS * CELL_WIDTH + 2 * MARGIN, LINES * CELL_HEIGHT + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
        f'viewBox="0 0 {width:.0f} {height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14">',
        f'<rect width="100%" height="100%" rx="6" fill="{BACKGROUND}"/>',
    ]
    for row in range(LINES):
        column = 0
        while column < COLUMNS:
            cell = screen.buffer[row][column]
            style = (cell.fg, cell.bg, cell.bold, cell.reverse, cell.underscore)
            end = column
            while end < COLUMNS:
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
    parts.append("</svg>\n")
    return "\n".join(parts)


def main():
    binary, target, scratch = sys.argv[1:]
    environment = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": scratch, "TMPDIR": scratch, "TZ": "UTC"}
    terminal = Terminal([os.path.abspath(binary), "demo"], environment)

    def picture(name):
        with open(os.path.join(target, f"{name}.svg"), "w", encoding="utf-8") as file:
            file.write(svg(terminal.screen))

    terminal.wait_for("demo@halligan.example")
    # The password stands below the address, alone or behind its label.
    display = [line.rstrip() for line in terminal.screen.display]
    below = next(n for n, line in enumerate(display) if "demo@halligan.example" in line) + 1
    password = display[below].split()[-1]
    terminal.press("demo@halligan.example\t")
    terminal.press(password)
    terminal.wait_for("***" if any("***" in line for line in terminal.screen.display) else "Password")
    terminal.press("\r")
    terminal.wait_for("Users")
    terminal.press("\r")
    terminal.wait_for("ID")
    terminal.press("vas")
    terminal.wait_for("vas")
    picture("users")
    # The user with a story: locked out.
    terminal.press("\x15")
    for _ in range(60):
        terminal.wait_for(" ")
        current = next((line for line in terminal.screen.display if line.startswith(("›", ">")) and "locked" in line), None)
        if current:
            break
        terminal.press("\x1b[B")
    terminal.press("\r")
    terminal.wait_for("Locked since")
    terminal.press("copper lantern")
    terminal.wait_for("at least")
    picture("edit")


main()
