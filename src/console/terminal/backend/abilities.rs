//! What a terminal can be asked to do.

/// What a terminal understands beyond ECMA-48's erasing to the end of line and screen, which all
/// do; what it does not say is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Abilities {
    /// It has a second screen; clearing one without clears the scrollback too.
    pub second_screen: bool,
    /// ECH (ECMA-48, 8.3.38): erases some characters.
    pub erases: bool,
    /// REP (ECMA-48, 8.3.103): repeats the character before.
    pub repeats: bool,
}
