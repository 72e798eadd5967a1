//! Writes frames with as few bytes as a slow line deserves: colours and cursor are remembered from
//! frame to frame, moves are relative where that is shorter, blanks are erased, a frame is one
//! write, and a frame without changes is none. A frame never costs more than a repaint, because
//! it is one where that is shorter. (ratatui's own backend spends 31 bytes on every frame.)
//!
//! Terminals do not agree how many cells a wide, joined or combining character takes. From the
//! first of them on, a line in which something changes is erased and written anew, as a repaint
//! writes it: then nothing can remain of what stood there, whatever the terminal counts.

mod abilities;
mod encoder;
mod pen;
mod shadow;
mod width;

use std::io::{self, Write};

use ratatui::{
    backend::{Backend, ClearType, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
};
use zeroize::Zeroize;

pub use self::abilities::Abilities;
use self::{encoder::Encoder, pen::PLAIN, shadow::Shadow};

/// A full 80x24 frame with colours fits; a growing buffer would leave copies of what it held.
const CAPACITY: usize = 64 * 1024;
/// With fewer changed cells than this a repaint cannot be shorter.
const LEAST_REPAINTED: usize = 100;

/// A backend over anything that takes bytes; `size` asks for the terminal's size.
pub struct Frugal<W: Write, S: Fn() -> io::Result<Size>> {
    writer: W,
    size: S,
    second_screen: bool,
    encoder: Encoder,
    shown: Option<bool>,
    /// Where it is to be at the end of the frame; `None` hides it.
    wanted: Option<Position>,
    /// What stands on the screen: a few unchanged cells are cheaper to print again than to jump.
    shadow: Shadow,
}

/// The columns of a line that change, and where it stops to be undisputed, before and after.
struct Changed {
    y: u16,
    columns: Vec<u16>,
    disputed: u16,
}

impl<W: Write, S: Fn() -> io::Result<Size>> Frugal<W, S> {
    /// For a terminal with these abilities.
    pub fn new(writer: W, size: S, abilities: Abilities) -> Self {
        Self {
            writer,
            size,
            second_screen: abilities.second_screen,
            encoder: Encoder::new(CAPACITY, abilities),
            shown: None,
            wanted: None,
            shadow: Shadow::default(),
        }
    }

    /// The terminal's size is asked for when it is cleared, and before the first frame.
    fn measure(&mut self) -> io::Result<()> {
        let size = (self.size)()?;
        self.shadow.clear(size.width, size.height);
        Ok(())
    }

    /// Takes note of the new cells; says what is to be written.
    fn take_note<'a>(
        &mut self,
        content: impl Iterator<Item = (u16, u16, &'a Cell)>,
    ) -> Vec<Changed> {
        let mut lines: Vec<Changed> = Vec::new();
        for (x, y, cell) in content {
            if lines.last().is_none_or(|line| line.y != y) {
                lines.push(Changed {
                    y,
                    columns: Vec::new(),
                    disputed: self.shadow.first_disputed(y),
                });
            }
            if let Some(line) = lines.last_mut() {
                line.columns.push(x);
            }
            self.shadow.remember(x, y, cell);
        }
        let width = self.shadow.width;
        for line in &mut lines {
            line.disputed = line.disputed.min(self.shadow.first_disputed(line.y));
            if line.disputed < width {
                // A wide character that does not fit at the edge may push itself back by one cell.
                line.disputed = line.disputed.min(width.saturating_sub(2));
            }
        }
        lines
    }

    /// The changed lines, each in the shorter of two ways: cell by cell, or written anew.
    fn write_changes(&self, lines: &[Changed]) -> io::Result<Encoder> {
        let mut whole = self.encoder.fork();
        for Changed {
            y,
            columns,
            disputed,
        } in lines
        {
            let mut by_cell = whole.fork();
            by_cell.write_changes(&self.shadow, *y, columns, *disputed)?;
            if columns.last().is_some_and(|last| last >= disputed) {
                by_cell.rewrite(&self.shadow, *disputed, *y, *disputed)?;
            }
            let first = columns.first().copied().unwrap_or_default().min(*disputed);
            let mut anew = whole.fork();
            anew.rewrite(&self.shadow, first, *y, *disputed)?;
            let shorter = if anew.out.len() < by_cell.out.len() {
                anew
            } else {
                by_cell
            };
            whole.join(&shorter);
        }
        Ok(whole)
    }

    /// The whole screen, from a blank one.
    fn repaint(&self) -> io::Result<Encoder> {
        let mut whole = self.encoder.fork();
        whole.erase_screen()?;
        for y in 0..self.shadow.height() {
            let mut disputed = self.shadow.first_disputed(y);
            if disputed < self.shadow.width {
                disputed = disputed.min(self.shadow.width.saturating_sub(2));
            }
            whole.write_line(&self.shadow, &mut 0, y, disputed)?;
        }
        Ok(whole)
    }
}

impl<W: Write, S: Fn() -> io::Result<Size>> Backend for Frugal<W, S> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        if self.shadow.width == 0 {
            self.measure()?;
        }
        let lines = self.take_note(content);
        let mut chosen = self.write_changes(&lines)?;
        if lines.iter().map(|line| line.columns.len()).sum::<usize>() >= LEAST_REPAINTED {
            let repainted = self.repaint()?;
            if repainted.out.len() < chosen.out.len() {
                chosen = repainted;
            }
        }
        self.encoder.join(&chosen);
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.wanted = None;
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.encoder.at.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.wanted = Some(position.into());
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.encoder.out.extend_from_slice(b"\x1b[m\x1b[H\x1b[2J");
        if !self.second_screen {
            self.encoder.out.extend_from_slice(b"\x1b[3J");
        }
        self.encoder.pen = PLAIN;
        self.encoder.at = Some(Position::ORIGIN);
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
            self.encoder.go_to(&self.shadow, x, y)?;
        }
        let shown = self.wanted.is_some();
        if self.shown != Some(shown) {
            let code: &[u8] = if shown { b"\x1b[?25h" } else { b"\x1b[?25l" };
            self.encoder.out.extend_from_slice(code);
            self.shown = Some(shown);
        }
        if self.encoder.out.is_empty() {
            return Ok(());
        }
        let written = self.writer.write_all(&self.encoder.out);
        // A revealed password may have been among it.
        self.encoder.out.zeroize();
        written?;
        self.writer.flush()
    }
}
