//! The styles, named by what they are for.
//!
//! Text has a contrast of at least 4.5 to 1 (WCAG 2.2, success criterion 1.4.3) on the ground that
//! is known, or on black and on white where none is. Where no colour of the eight does that,
//! colour and ground are set together.

use ratatui::style::{Color, Modifier, Style};

use super::{ColourMode, Ground};
use crate::user::Verdict;

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
    /// The theme for a terminal and its ground.
    pub fn new(colour: ColourMode, ground: Ground) -> Self {
        match colour {
            ColourMode::None => Self::monochrome(),
            ColourMode::Basic => Self::basic(ground),
            ColourMode::Indexed => Self::indexed(ground),
        }
    }

    /// The style of a verdict on somebody.
    pub const fn of_verdict(&self, verdict: &Verdict) -> Style {
        match verdict {
            Verdict::CanSignIn | Verdict::PasswordNotShown => Style::new(),
            Verdict::Disabled | Verdict::AccountExpired(_) | Verdict::NotYetValid(_) => self.bad,
            Verdict::Locked { .. }
            | Verdict::SmartCardOnly
            | Verdict::NoPassword
            | Verdict::PasswordExpired(_)
            | Verdict::MustChangeButMayNot
            | Verdict::MustChangeTooEarly(_)
            | Verdict::GraceSignIns { .. }
            | Verdict::MustChange
            | Verdict::Unknown(_) => self.warn,
        }
    }

    fn monochrome() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let reversed = plain.add_modifier(Modifier::REVERSED);
        Self {
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
        }
    }

    /// The eight colours are the terminal's own: what is told here holds for those of xterm and,
    /// on a dark ground, of the PC's text mode, whose bold letters are bright.
    fn basic(ground: Ground) -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let (good, warn, accent) = match ground {
            Ground::Dark => (
                bold.fg(Color::Green),
                bold.fg(Color::Yellow),
                bold.fg(Color::Cyan),
            ),
            Ground::Light | Ground::Unknown => (
                plain.fg(Color::Black).bg(Color::Green),
                plain.fg(Color::Black).bg(Color::Yellow),
                if ground == Ground::Light {
                    bold.fg(Color::Blue)
                } else {
                    bold
                },
            ),
        };
        Self {
            bar: plain.fg(Color::Gray).bg(Color::Blue),
            brand: bold.fg(Color::Gray).bg(Color::Blue),
            strong: bold,
            accent,
            selected: plain.fg(Color::Black).bg(Color::Cyan),
            good,
            warn,
            bad: bold.fg(Color::Gray).bg(Color::Red),
            ..Self::monochrome()
        }
    }

    fn indexed(ground: Ground) -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let ink = |index| plain.fg(Color::Indexed(index));
        let on = |ink: u8, ground| plain.fg(Color::Indexed(ink)).bg(Color::Indexed(ground));
        let (faint, accent, good, warn, bad) = match ground {
            Ground::Dark => (ink(246), ink(74), ink(77), ink(220), ink(210)),
            Ground::Light => (ink(241), ink(25), ink(22), ink(94), ink(124)),
            Ground::Unknown => (ink(243), ink(63), on(231, 28), on(16, 220), on(231, 160)),
        };
        Self {
            bar: on(252, 24),
            brand: on(231, 24).add_modifier(Modifier::BOLD),
            faint,
            strong: bold,
            accent: accent.add_modifier(Modifier::BOLD),
            selected: on(231, 25).add_modifier(Modifier::BOLD),
            good,
            warn,
            bad,
            disabled: faint,
            ..Self::monochrome()
        }
    }

    /// Every style with its name, for whoever looks at all of them.
    pub const fn all(&self) -> [(&'static str, Style); 12] {
        [
            ("bar", self.bar),
            ("brand", self.brand),
            ("faint", self.faint),
            ("strong", self.strong),
            ("accent", self.accent),
            ("field", self.field),
            ("field_focused", self.field_focused),
            ("selected", self.selected),
            ("good", self.good),
            ("warn", self.warn),
            ("bad", self.bad),
            ("disabled", self.disabled),
        ]
    }
}
