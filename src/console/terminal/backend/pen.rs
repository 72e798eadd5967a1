//! Colours and attributes, and the parameters of SGR that set them (ECMA-48, 8.3.117).

use ratatui::{
    buffer::Cell,
    style::{Color, Modifier},
};

/// In which style the terminal prints what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Pen {
    /// The style of a cell.
    pub const fn of(cell: &Cell) -> Self {
        Self {
            fg: cell.fg,
            bg: cell.bg,
            modifier: cell.modifier,
        }
    }

    /// A blank has no ink: only the ground counts, and what is drawn without ink.
    pub fn leaves_blanks_like(self, other: Self) -> bool {
        let grounds = Modifier::REVERSED | Modifier::UNDERLINED;
        self.bg == other.bg && !(self.modifier | other.modifier).intersects(grounds)
    }

    /// The SGR parameters that lead here from another pen; none take everything away.
    pub fn after(self, mut before: Self) -> String {
        if self == PLAIN {
            return String::new();
        }
        let mut codes: Vec<String> = Vec::new();
        // Attributes are only ever added one by one; weak terminals cannot take one away.
        if !self.modifier.contains(before.modifier) {
            codes.push("0".into());
            before = PLAIN;
        }
        let added = self.modifier - before.modifier;
        for (flag, code) in [
            (Modifier::BOLD, "1"),
            (Modifier::UNDERLINED, "4"),
            (Modifier::REVERSED, "7"),
        ] {
            if added.contains(flag) {
                codes.push(code.into());
            }
        }
        if self.fg != before.fg {
            codes.push(colour(self.fg, 30));
        }
        if self.bg != before.bg {
            codes.push(colour(self.bg, 40));
        }
        codes.join(";")
    }
}

/// Nothing set.
pub const PLAIN: Pen = Pen {
    fg: Color::Reset,
    bg: Color::Reset,
    modifier: Modifier::empty(),
};

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
