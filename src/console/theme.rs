//! Colours and marks. State is always told in words too; colour only underlines it.

use ratatui::style::{Color, Modifier, Style};

use crate::text;

/// How many colours the terminal may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColourMode {
    /// None (`NO_COLOR`, vt100): bold and reverse only.
    None,
    /// The eight standard colours, as the terminal defines them.
    #[default]
    Basic,
    /// The 256-colour table.
    Indexed,
}

impl ColourMode {
    /// What `NO_COLOR`, `TERM` and `COLORTERM` ask for.
    pub fn detect(no_color: Option<&str>, term: Option<&str>, colorterm: Option<&str>) -> Self {
        let term = term.unwrap_or_default();
        if no_color.is_some_and(|value| !value.is_empty())
            || term.starts_with("vt")
            || term == "dumb"
        {
            Self::None
        } else if term.contains("256color") || colorterm.is_some_and(|value| !value.is_empty()) {
            Self::Indexed
        } else {
            Self::Basic
        }
    }
}

/// The styles, named by what they are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// The bar at the top.
    pub bar: Style,
    /// The program's name in it.
    pub brand: Style,
    /// Less important text: hints, column titles.
    pub faint: Style,
    /// What the eye should find first.
    pub strong: Style,
    /// The focused label, the crumb one is at, key names.
    pub accent: Style,
    /// The inside of an input field.
    pub field: Style,
    /// The inside of the focused input field.
    pub field_focused: Style,
    /// The selected row.
    pub selected: Style,
    /// Success; nothing else is green.
    pub good: Style,
    /// Look here: locked, must change, accepted but not confirmed.
    pub warn: Style,
    /// Failed, refused, disabled.
    pub bad: Style,
    /// What cannot be done.
    pub disabled: Style,
}

impl Theme {
    /// The theme for a terminal.
    pub fn new(colour: ColourMode) -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let reversed = plain.add_modifier(Modifier::REVERSED);
        match colour {
            ColourMode::None => Self {
                bar: reversed,
                brand: reversed.add_modifier(Modifier::BOLD),
                faint: plain,
                strong: bold,
                accent: bold,
                field: plain,
                field_focused: plain,
                selected: reversed,
                good: bold,
                warn: bold,
                bad: bold,
                disabled: plain,
            },
            ColourMode::Basic => Self {
                bar: plain.fg(Color::White).bg(Color::Blue),
                brand: bold.fg(Color::White).bg(Color::Blue),
                faint: plain,
                strong: bold,
                accent: bold.fg(Color::Cyan),
                field: plain,
                field_focused: plain,
                selected: plain.fg(Color::Black).bg(Color::Cyan),
                good: bold.fg(Color::Green),
                warn: bold.fg(Color::Yellow),
                bad: bold.fg(Color::Red),
                disabled: plain,
            },
            ColourMode::Indexed => {
                let ink = |index| plain.fg(Color::Indexed(index));
                Self {
                    bar: ink(252).bg(Color::Indexed(24)),
                    brand: bold.fg(Color::Indexed(231)).bg(Color::Indexed(24)),
                    faint: ink(244),
                    strong: bold,
                    accent: bold.fg(Color::Indexed(74)),
                    field: plain,
                    field_focused: plain,
                    selected: bold.fg(Color::Indexed(231)).bg(Color::Indexed(31)),
                    // The terminal's own colours: readable on its ground, and half the bytes.
                    good: plain.fg(Color::Green),
                    warn: plain.fg(Color::Yellow),
                    bad: plain.fg(Color::Red),
                    disabled: ink(244),
                }
            }
        }
    }
}

/// The marks, in Unicode or in ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// Beside the selected row or the focused field.
    pub pointer: &'static str,
    /// Between the crumbs of where one is.
    pub crumb: &'static str,
    /// A masked character.
    pub mask: char,
    /// A rule that is kept.
    pub kept: &'static str,
    /// A rule that is not kept (yet).
    pub open: &'static str,
    /// A step that is done.
    pub tick: &'static str,
    /// A step that was refused.
    pub cross: &'static str,
    /// Judged later.
    pub later: &'static str,
    /// Between facts.
    pub dot: &'static str,
    /// Something is left out.
    pub ellipsis: &'static str,
    /// A horizontal rule.
    pub rule: &'static str,
    /// Filled and empty cells of the strength meter.
    pub meter: (&'static str, &'static str),
    /// Is this the UTF-8 set?
    pub utf8: bool,
}

impl Glyphs {
    /// The marks for a locale.
    pub const fn new(utf8: bool) -> Self {
        if utf8 {
            Self {
                pointer: "›",
                crumb: "›",
                mask: '•',
                kept: "✓",
                open: "○",
                tick: "✓",
                cross: "✗",
                later: "…",
                dot: "·",
                ellipsis: "…",
                rule: "─",
                meter: ("■", "□"),
                utf8,
            }
        } else {
            Self {
                pointer: ">",
                crumb: ">",
                mask: '*',
                kept: "[x]",
                open: "[ ]",
                tick: "+",
                cross: "x",
                later: "[?]",
                dot: "-",
                ellipsis: "~",
                rule: "-",
                meter: ("#", "."),
                utf8,
            }
        }
    }
}

/// Everything that a screen needs in order to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Styles.
    pub theme: Theme,
    /// Marks.
    pub glyphs: Glyphs,
}

impl Look {
    /// The look of a terminal.
    pub fn new(colour: ColourMode, utf8: bool) -> Self {
        Self {
            theme: Theme::new(colour),
            glyphs: Glyphs::new(utf8),
        }
    }

    /// Text from elsewhere, made fit for the terminal and the locale.
    pub fn clean(&self, text: &str) -> String {
        let safe = text::clean(text);
        if self.glyphs.utf8 {
            safe.into_owned()
        } else {
            text::ascii(&safe).into_owned()
        }
    }
}
