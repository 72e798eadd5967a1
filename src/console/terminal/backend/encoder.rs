//! The shortest bytes that bring the terminal from what stands there to what is to stand there.

use std::io::{self, Write};

use ratatui::{buffer::Cell, layout::Position};
use unicode_width::UnicodeWidthStr;
use zeroize::Zeroize;

use super::{
    abilities::Abilities,
    pen::{PLAIN, Pen},
    shadow::{Shadow, is_blank},
    width::{has_agreed_width, is_agreed_narrow},
};

/// Fewer blanks than this are printed: to erase them and to step over them costs as much.
const LEAST_ERASED: u16 = 10;
/// What repeating must save, since the cursor has to be placed by its coordinates afterwards.
const LEAST_SAVED: usize = 8;

/// Bytes for the terminal, and the state that they leave it in.
pub struct Encoder {
    /// What is to be written.
    pub out: Vec<u8>,
    /// In which style the terminal prints.
    pub pen: Pen,
    /// Where the cursor is; unknown at first and behind the last column.
    pub at: Option<Position>,
    abilities: Abilities,
}

impl Encoder {
    /// Nothing to write yet, to a terminal of which only the style is known.
    pub fn new(capacity: usize, abilities: Abilities) -> Self {
        Self {
            out: Vec::with_capacity(capacity),
            pen: PLAIN,
            at: None,
            abilities,
        }
    }

    /// The same state, with nothing to write: for a way to draw that may turn out too long.
    pub fn fork(&self) -> Self {
        Self {
            out: Vec::with_capacity(self.out.capacity() / 16),
            pen: self.pen,
            at: self.at,
            abilities: self.abilities,
        }
    }

    /// Takes the way that was chosen.
    pub fn join(&mut self, chosen: &Self) {
        self.out.extend_from_slice(&chosen.out);
        self.pen = chosen.pen;
        self.at = chosen.at;
    }

    /// Writes the changed cells of a line up to `end`, which stand before anything disputed.
    pub fn write_changes(
        &mut self,
        shadow: &Shadow,
        y: u16,
        changed: &[u16],
        end: u16,
    ) -> io::Result<()> {
        let blank_from = shadow.blank_from(y);
        let erased = changed.iter().filter(|x| **x >= blank_from).count();
        // Erasing to the end of a line is three bytes; the rest of a disputed line is not ours.
        let tail = if erased > 3 && end == shadow.width {
            blank_from
        } else {
            end
        };
        let mut next = 0;
        for (n, &x) in changed.iter().enumerate() {
            if x >= tail.min(end) {
                if tail < end {
                    self.go_to(shadow, x, y)?;
                    self.erase_line()?;
                }
                return Ok(());
            }
            if x < next {
                continue;
            }
            let run = changed.get(n..).unwrap_or_default();
            next = x + self.write_run(shadow, run, y, tail.min(end))?;
        }
        Ok(())
    }

    /// Writes at least the first of these changed cells; returns how many columns are done.
    fn write_run(&mut self, shadow: &Shadow, changed: &[u16], y: u16, end: u16) -> io::Result<u16> {
        let Some(&x) = changed.first() else {
            return Ok(1);
        };
        let Some(cell) = shadow.cells(x..end, y).first() else {
            return Ok(1);
        };
        let together = changed
            .iter()
            .zip(x..end)
            .take_while(|(changed, x)| *changed == x)
            .count();
        let together = u16::try_from(together).unwrap_or(1).max(1);
        self.go_to(shadow, x, y)?;
        let blanks = shadow.cells(x..x + together, y).iter();
        let blanks = u16::try_from(blanks.take_while(|cell| is_blank(cell)).count()).unwrap_or(0);
        if self.abilities.erases && blanks >= LEAST_ERASED {
            self.take_ground()?;
            write!(self.out, "\x1b[{blanks}X")?;
            return Ok(blanks);
        }
        self.take_pen(Pen::of(cell), cell.symbol())?;
        self.print_alike(shadow.cells(x..x + together, y), x, y, shadow.width)
    }

    /// Erases a line from `x` on and writes it anew, the same bytes whatever stood there.
    pub fn rewrite(
        &mut self,
        shadow: &Shadow,
        mut x: u16,
        y: u16,
        disputed: u16,
    ) -> io::Result<()> {
        if x < disputed {
            self.go_to(shadow, x, y)?;
        } else {
            self.jump_to(x, y)?;
        }
        self.erase_line()?;
        self.write_line(shadow, &mut x, y, disputed)
    }

    /// Writes what is not blank of a line that is blank from `x` on.
    pub fn write_line(
        &mut self,
        shadow: &Shadow,
        x: &mut u16,
        y: u16,
        disputed: u16,
    ) -> io::Result<()> {
        while *x < shadow.width {
            let cells = shadow.cells(*x..shadow.width, y);
            let Some(cell) = cells.first() else {
                return Ok(());
            };
            if is_blank(cell) {
                *x += 1;
                continue;
            }
            if *x < disputed {
                self.go_to(shadow, *x, y)?;
            } else {
                self.jump_to(*x, y)?;
            }
            self.take_pen(Pen::of(cell), cell.symbol())?;
            *x = x.saturating_add(self.print_alike(cells, *x, y, shadow.width)?);
        }
        Ok(())
    }

    /// Prints the first cell, and with it those after it that are the same; returns the columns.
    fn print_alike(&mut self, cells: &[Cell], x: u16, y: u16, width: u16) -> io::Result<u16> {
        let Some(first) = cells.first() else {
            return Ok(1);
        };
        let symbol = first.symbol();
        let alike = cells.iter().take_while(|cell| *cell == first).count();
        let plain = alike.saturating_mul(symbol.len());
        if self.abilities.repeats
            && is_agreed_narrow(symbol)
            && plain > symbol.len() + 5 + LEAST_SAVED
        {
            self.print(x, y, symbol, width);
            write!(self.out, "\x1b[{}b", alike - 1)?;
            self.at = None;
            return Ok(u16::try_from(alike).unwrap_or(u16::MAX));
        }
        self.print(x, y, symbol, width);
        let columns = u16::try_from(symbol.width()).unwrap_or(1);
        Ok(columns.max(1))
    }

    /// Erases from the cursor to the end of the line.
    fn erase_line(&mut self) -> io::Result<()> {
        self.take_ground()?;
        self.out.extend_from_slice(b"\x1b[K");
        Ok(())
    }

    /// Erasing leaves cells in the ground that is set.
    fn take_ground(&mut self) -> io::Result<()> {
        self.take_pen(PLAIN, " ")
    }

    /// Erases the screen without moving it into a scrollback, as ED 2 does on some terminals.
    pub fn erase_screen(&mut self) -> io::Result<()> {
        self.take_ground()?;
        self.out.extend_from_slice(b"\x1b[H\x1b[J");
        self.at = Some(Position::ORIGIN);
        Ok(())
    }

    /// To a place by its coordinates, unless the cursor is there for certain.
    pub fn jump_to(&mut self, x: u16, y: u16) -> io::Result<()> {
        if self.at != Some(Position { x, y }) {
            write!(self.out, "\x1b[{};{}H", y + 1, x + 1)?;
            self.at = Some(Position { x, y });
        }
        Ok(())
    }

    /// Bridges a gap of at most three cells by printing them again, if they look like the pen.
    fn bridge(&mut self, shadow: &Shadow, at: Position, x: u16) -> bool {
        let cells = shadow.cells(at.x..x, at.y);
        let alike = |cell: &Cell| match cell.symbol() {
            " " => Pen::of(cell).leaves_blanks_like(self.pen),
            symbol => Pen::of(cell) == self.pen && symbol.len() == 1 && symbol > " ",
        };
        let in_plain_text = x <= shadow.first_disputed(at.y);
        if cells.is_empty() || cells.len() > 3 || !in_plain_text || !cells.iter().all(alike) {
            return false;
        }
        for cell in cells {
            self.out.extend_from_slice(cell.symbol().as_bytes());
        }
        true
    }

    /// To a place by the shortest way.
    pub fn go_to(&mut self, shadow: &Shadow, x: u16, y: u16) -> io::Result<()> {
        if self.at == Some(Position { x, y }) {
            return Ok(());
        }
        let from = self.at;
        match from {
            Some(at) if at.y == y && x > at.x && self.bridge(shadow, at, x) => {}
            Some(at) if at.y == y && x > at.x => match x - at.x {
                1 => self.out.extend_from_slice(b"\x1b[C"),
                gap => write!(self.out, "\x1b[{gap}C")?,
            },
            Some(at) if y == at.y + 1 && x <= 3 => {
                self.out.extend_from_slice(b"\r\n");
                self.at = Some(Position { x: 0, y });
                return if x == 0 {
                    Ok(())
                } else {
                    self.go_to(shadow, x, y)
                };
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

    fn print(&mut self, x: u16, y: u16, symbol: &str, width: u16) {
        // The last gate: nothing that a screen draws may drive the terminal.
        let symbol = if symbol.chars().any(char::is_control) {
            "?"
        } else {
            symbol
        };
        self.out.extend_from_slice(symbol.as_bytes());
        let cells = u16::try_from(symbol.width()).unwrap_or(1);
        let next = x.saturating_add(cells);
        let known = next < width && cells > 0 && has_agreed_width(symbol);
        self.at = known.then_some(Position { x: next, y });
    }
}

/// A revealed password may have been among it.
impl Drop for Encoder {
    fn drop(&mut self) {
        self.out.zeroize();
    }
}
