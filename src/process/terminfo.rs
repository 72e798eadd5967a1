//! What the machine's terminfo database says of a terminal (terminfo(5)).

use std::path::Path;

use termini::{NumberCapability, StringCapability, TermInfo};

/// Where the system keeps its descriptions (ncurses, Debian and the BSDs). `TERMINFO` and the home
/// directory are not looked at: whoever connects may have set them.
const DIRECTORIES: [&str; 4] = [
    "/etc/terminfo",
    "/lib/terminfo",
    "/usr/share/terminfo",
    "/usr/lib/terminfo",
];

/// As much of a description as the console asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Description {
    /// `colors`; zero where the terminal has none.
    pub colours: u32,
    /// `smcup`: a second screen to draw on.
    pub second_screen: bool,
    /// `ech`: erases some characters.
    pub erases: bool,
    /// `rep`: repeats a character.
    pub repeats: bool,
}

/// The description of `term`, which must be a name without a path; `None` where there is none.
pub fn description(term: &str) -> Option<Description> {
    let first = term.chars().next()?;
    let folder = [first.to_string(), format!("{:x}", u32::from(first))];
    DIRECTORIES
        .iter()
        .flat_map(|place| {
            folder
                .iter()
                .map(move |folder| Path::new(place).join(folder))
        })
        .find_map(|place| TermInfo::from_path(place.join(term)).ok())
        .map(|found| {
            let has = |capability| {
                found
                    .raw_string_cap(capability)
                    .is_some_and(|bytes| !bytes.is_empty())
            };
            Description {
                colours: found
                    .number_cap(NumberCapability::MaxColors)
                    .and_then(|colours| u32::try_from(colours).ok())
                    .unwrap_or_default(),
                second_screen: has(StringCapability::EnterAlternativeMode),
                erases: has(StringCapability::EraseChars),
                repeats: has(StringCapability::RepeatChar),
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_that_nobody_has_described_has_no_description() {
        assert_eq!(description("no-such-terminal"), None);
        assert_eq!(description(""), None);
    }

    /// ncurses-base, which every Debian system has, describes these.
    #[test]
    fn the_descriptions_of_common_terminals_are_read() {
        let xterm = description("xterm-256color").expect("ncurses-base is installed");
        assert_eq!((xterm.colours, xterm.second_screen), (256, true));
        let linux = description("linux").expect("ncurses-base is installed");
        assert_eq!((linux.colours, linux.second_screen), (8, false));
        let vt100 = description("vt100").expect("ncurses-base is installed");
        assert_eq!((vt100.colours, vt100.second_screen), (0, false));
    }
}
