//! Writes frames with as few bytes as a slow line deserves: colours and cursor are remembered from
//! frame to frame, moves are relative where that is shorter, a frame is one write, and a frame
//! without changes is none. (ratatui's own backend spends 31 bytes on every frame.)

use std::io::{self, Write};

use ratatui::{
    backend::{Backend, ClearType, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
    style::{Color, Modifier},
};
use unicode_width::UnicodeWidthStr;
use zeroize::Zeroize;

/// A full 80x24 frame with colours fits; a growing buffer would leave copies of what it held.
const ROOM: usize = 64 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Pen {
    fn of(cell: &Cell) -> Self {
        Self {
            fg: cell.fg,
            bg: cell.bg,
            modifier: cell.modifier,
        }
    }

    /// A blank has no ink: only the ground counts, and what is drawn without ink.
    fn leaves_blanks_like(self, other: Self) -> bool {
        let grounds = Modifier::REVERSED | Modifier::UNDERLINED;
        self.bg == other.bg && !(self.modifier | other.modifier).intersects(grounds)
    }
}

const PLAIN: Pen = Pen {
    fg: Color::Reset,
    bg: Color::Reset,
    modifier: Modifier::empty(),
};

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
            out: Vec::with_capacity(ROOM),
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
        if cells.len() > 3 || !cells.iter().all(alike) {
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
            _ => write!(self.out, "\x1b[{};{}H", y + 1, x + 1)?,
        }
        self.at = Some(Position { x, y });
        Ok(())
    }

    fn take_pen(&mut self, wanted: Pen, symbol: &str) -> io::Result<()> {
        if wanted == self.pen || symbol == " " && wanted.leaves_blanks_like(self.pen) {
            return Ok(());
        }
        if wanted == PLAIN {
            self.out.extend_from_slice(b"\x1b[m");
            self.pen = wanted;
            return Ok(());
        }
        let mut codes: Vec<String> = Vec::new();
        // Attributes are only ever added one by one; weak terminals cannot take one away.
        if !wanted.modifier.contains(self.pen.modifier) {
            codes.push("0".into());
            self.pen = PLAIN;
        }
        let added = wanted.modifier - self.pen.modifier;
        for (flag, code) in [
            (Modifier::BOLD, "1"),
            (Modifier::UNDERLINED, "4"),
            (Modifier::REVERSED, "7"),
        ] {
            if added.contains(flag) {
                codes.push(code.into());
            }
        }
        if wanted.fg != self.pen.fg {
            codes.push(colour(wanted.fg, 30));
        }
        if wanted.bg != self.pen.bg {
            codes.push(colour(wanted.bg, 40));
        }
        write!(self.out, "\x1b[{}m", codes.join(";"))?;
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
        self.at = (next < self.width && cells > 0).then_some(Position { x: next, y });
    }
}

/// SGR parameters of a colour (ECMA-48, and the xterm extensions for 256 and RGB).
fn colour(colour: Color, base: u8) -> String {
    let bright = base + 60;
    match colour {
        Color::Reset => (base + 9).to_string(),
        Color::Black => base.to_string(),
        Color::Red => (base + 1).to_string(),
        Color::Green => (base + 2).to_string(),
        Color::Yellow => (base + 3).to_string(),
        Color::Blue => (base + 4).to_string(),
        Color::Magenta => (base + 5).to_string(),
        Color::Cyan => (base + 6).to_string(),
        Color::Gray => (base + 7).to_string(),
        Color::DarkGray => bright.to_string(),
        Color::LightRed => (bright + 1).to_string(),
        Color::LightGreen => (bright + 2).to_string(),
        Color::LightYellow => (bright + 3).to_string(),
        Color::LightBlue => (bright + 4).to_string(),
        Color::LightMagenta => (bright + 5).to_string(),
        Color::LightCyan => (bright + 6).to_string(),
        Color::White => (bright + 7).to_string(),
        Color::Indexed(index) => format!("{};5;{index}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
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
        for (x, y, cell) in content {
            self.go_to(x, y)?;
            let pen = Pen::of(cell);
            self.take_pen(pen, cell.symbol())?;
            self.print(x, y, cell.symbol());
            let index = self.index(x, y);
            if let Some(standing) = self.standing.get_mut(index) {
                standing.clone_from(cell);
            }
        }
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
