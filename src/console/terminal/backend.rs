//! Writes frames with as few bytes as a slow line deserves: colours and cursor are remembered from
//! frame to frame, moves are relative where that is shorter, a frame is one write, and a frame
//! without changes is none. (ratatui's own backend spends 31 bytes on every frame.)
//!
//! Terminals do not agree how many cells a wide, joined or combining character takes. From the
//! first of them on, a line in which something changes is erased and written anew, as a repaint
//! writes it: then nothing can remain of what stood there, whatever the terminal counts.

mod pen;
mod width;

use std::io::{self, Write};

use ratatui::{
    backend::{Backend, ClearType, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
};
use unicode_width::UnicodeWidthStr;
use zeroize::Zeroize;

use self::{
    pen::{PLAIN, Pen},
    width::{has_agreed_width, is_agreed_narrow},
};

/// A full 80x24 frame with colours fits; a growing buffer would leave copies of what it held.
const CAPACITY: usize = 64 * 1024;

/// A backend over anything that takes bytes; `size` asks for the terminal's size.
pub struct Frugal<W: Write, S: Fn() -> io::Result<Size>> {
    writer: W,
    size: S,
    wipes: bool,
    out: Vec<u8>,
    pen: Pen,
    /// Where the cursor is; unknown at first and behind the last column.
    at: Option<Position>,
    shown: Option<bool>,
    /// Where it is to be at the end of the frame; `None` hides it.
    wanted: Option<Position>,
    width: u16,
    /// What stands on the screen: a few unchanged cells are cheaper to print again than to jump.
    standing: Vec<Cell>,
}

impl<W: Write, S: Fn() -> io::Result<Size>> Frugal<W, S> {
    /// `wipes`: clearing the screen clears the scrollback too (terminals without a second screen).
    pub fn new(writer: W, size: S, wipes: bool) -> Self {
        Self {
            writer,
            size,
            wipes,
            out: Vec::with_capacity(CAPACITY),
            pen: PLAIN,
            at: None,
            shown: None,
            wanted: None,
            width: 0,
            standing: Vec::new(),
        }
    }

    /// The terminal's size is asked for when it is cleared, and before the first frame.
    fn measure(&mut self) -> io::Result<()> {
        let size = (self.size)()?;
        self.width = size.width;
        self.standing.clear();
        let cells = usize::from(size.width) * usize::from(size.height);
        self.standing.resize(cells, Cell::default());
        Ok(())
    }

    fn index(&self, x: u16, y: u16) -> usize {
        usize::from(y) * usize::from(self.width) + usize::from(x)
    }

    /// Where a line stops to be made of characters whose width nobody disputes.
    fn first_disputed(&self, y: u16) -> u16 {
        let from = self.index(0, y);
        let row = self.standing.get(from..from + usize::from(self.width));
        row.and_then(|row| row.iter().position(|cell| !is_agreed_narrow(cell.symbol())))
            .and_then(|x| u16::try_from(x).ok())
            .unwrap_or(self.width)
    }

    /// Notes what is to stand at a place; beneath the rest of a wide character stands nothing.
    fn remember(&mut self, x: u16, y: u16, cell: &Cell) {
        let index = self.index(x, y);
        let end = self.index(self.width, y);
        let covered = index + 1..(index + cell.symbol().width()).min(end).max(index + 1);
        if let Some(cells) = self.standing.get_mut(covered) {
            cells.fill(Cell::default());
        }
        if let Some(standing) = self.standing.get_mut(index) {
            standing.clone_from(cell);
        }
    }

    /// Takes the changed cells of one line.
    fn draw_line(&mut self, y: u16, changed: &[(u16, &Cell)]) -> io::Result<()> {
        let before = self.first_disputed(y);
        for (x, cell) in changed {
            self.remember(*x, y, cell);
        }
        let mut disputed = before.min(self.first_disputed(y));
        if disputed < self.width {
            // A wide character that does not fit at the edge may push itself back by one cell.
            disputed = disputed.min(self.width.saturating_sub(2));
        }
        for (x, cell) in changed.iter().take_while(|(x, _)| *x < disputed) {
            self.go_to(*x, y)?;
            self.take_pen(Pen::of(cell), cell.symbol())?;
            self.print(*x, y, cell.symbol());
        }
        match changed.last() {
            Some((last, _)) if *last >= disputed => self.draw_rest(disputed, y),
            _ => Ok(()),
        }
    }

    /// Erases a line from `x` on and writes it anew, the same bytes whatever stood there.
    fn draw_rest(&mut self, mut x: u16, y: u16) -> io::Result<()> {
        self.jump_to(x, y)?;
        self.take_pen(PLAIN, "")?;
        self.out.extend_from_slice(b"\x1b[K");
        while x < self.width {
            let Some(cell) = self.standing.get(self.index(x, y)).cloned() else {
                return Ok(());
            };
            let pen = Pen::of(&cell);
            if cell.symbol() != " " || !pen.leaves_blanks_like(PLAIN) {
                self.jump_to(x, y)?;
                self.take_pen(pen, cell.symbol())?;
                self.print(x, y, cell.symbol());
            }
            let cells = u16::try_from(cell.symbol().width()).unwrap_or(1);
            x = x.saturating_add(cells.max(1));
        }
        Ok(())
    }

    /// To a place by its coordinates, unless the cursor is there for certain.
    fn jump_to(&mut self, x: u16, y: u16) -> io::Result<()> {
        if self.at != Some(Position { x, y }) {
            write!(self.out, "\x1b[{};{}H", y + 1, x + 1)?;
            self.at = Some(Position { x, y });
        }
        Ok(())
    }

    /// Bridges a gap of at most three cells by printing them again, if they look like the pen.
    fn bridge(&mut self, at: Position, x: u16) -> bool {
        let from = self.index(at.x, at.y);
        let Some(cells) = self.standing.get(from..from + usize::from(x - at.x)) else {
            return false;
        };
        let alike = |cell: &Cell| match cell.symbol() {
            " " => Pen::of(cell).leaves_blanks_like(self.pen),
            symbol => Pen::of(cell) == self.pen && symbol.len() == 1 && symbol > " ",
        };
        let in_plain_text = x <= self.first_disputed(at.y);
        if cells.len() > 3 || !in_plain_text || !cells.iter().all(alike) {
            return false;
        }
        for cell in cells {
            self.out.extend_from_slice(cell.symbol().as_bytes());
        }
        true
    }

    fn go_to(&mut self, x: u16, y: u16) -> io::Result<()> {
        if self.at == Some(Position { x, y }) {
            return Ok(());
        }
        let from = self.at;
        match from {
            Some(at) if at.y == y && x > at.x && self.bridge(at, x) => {}
            Some(at) if at.y == y && x > at.x => match x - at.x {
                1 => self.out.extend_from_slice(b"\x1b[C"),
                gap => write!(self.out, "\x1b[{gap}C")?,
            },
            Some(at) if y == at.y + 1 && x <= 3 => {
                self.out.extend_from_slice(b"\r\n");
                self.at = Some(Position { x: 0, y });
                return if x == 0 { Ok(()) } else { self.go_to(x, y) };
            }
            _ => return self.jump_to(x, y),
        }
        self.at = Some(Position { x, y });
        Ok(())
    }

    fn take_pen(&mut self, wanted: Pen, symbol: &str) -> io::Result<()> {
        if wanted == self.pen || symbol == " " && wanted.leaves_blanks_like(self.pen) {
            return Ok(());
        }
        write!(self.out, "\x1b[{}m", wanted.after(self.pen))?;
        self.pen = wanted;
        Ok(())
    }

    fn print(&mut self, x: u16, y: u16, symbol: &str) {
        // The last gate: nothing that a screen draws may drive the terminal.
        let symbol = if symbol.chars().any(char::is_control) {
            "?"
        } else {
            symbol
        };
        self.out.extend_from_slice(symbol.as_bytes());
        let cells = u16::try_from(symbol.width()).unwrap_or(1);
        let next = x.saturating_add(cells);
        let known = next < self.width && cells > 0 && has_agreed_width(symbol);
        self.at = known.then_some(Position { x: next, y });
    }
}

impl<W: Write, S: Fn() -> io::Result<Size>> Backend for Frugal<W, S> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        if self.width == 0 {
            self.measure()?;
        }
        let mut line: Vec<(u16, &Cell)> = Vec::new();
        let mut line_at = 0;
        for (x, y, cell) in content {
            if y != line_at {
                self.draw_line(line_at, &line)?;
                line.clear();
                line_at = y;
            }
            line.push((x, cell));
        }
        self.draw_line(line_at, &line)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.wanted = None;
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.at.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.wanted = Some(position.into());
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.out.extend_from_slice(b"\x1b[m\x1b[H\x1b[2J");
        if self.wipes {
            self.out.extend_from_slice(b"\x1b[3J");
        }
        self.pen = PLAIN;
        self.at = Some(Position::ORIGIN);
        self.measure()
    }

    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        (self.size)()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize {
            columns_rows: (self.size)()?,
            pixels: Size::default(),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(Position { x, y }) = self.wanted {
            self.go_to(x, y)?;
        }
        let shown = self.wanted.is_some();
        if self.shown != Some(shown) {
            let code: &[u8] = if shown { b"\x1b[?25h" } else { b"\x1b[?25l" };
            self.out.extend_from_slice(code);
            self.shown = Some(shown);
        }
        if self.out.is_empty() {
            return Ok(());
        }
        let written = self.writer.write_all(&self.out);
        // A revealed password may have been among it.
        self.out.zeroize();
        written?;
        self.writer.flush()
    }
}
