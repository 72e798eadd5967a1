//! The marks of frames, rules and steps.

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
