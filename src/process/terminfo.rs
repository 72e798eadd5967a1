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

/// As much of a description as the console asks for; what is not known to be there is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Description {
    /// `colors`; zero where the terminal has none.
    pub colours: u32,
    /// `smcup`: a second screen to draw on. Where there is none the first one is drawn on, and
    /// wiped together with its scrollback.
    pub second_screen: bool,
    /// `ech`: erases some characters.
    pub erases: bool,
    /// `rep`: repeats a character.
    pub repeats: bool,
}

/// Families of terminals that have had eight colours and, but for the console of Linux, a second
/// screen for as long as they exist: for machines without a database.
const FAMILIES: [&str; 12] = [
    "xterm",
    "screen",
    "tmux",
    "linux",
    "rxvt",
    "konsole",
    "gnome",
    "vte",
    "putty",
    "kitty",
    "foot",
    "alacritty",
];

/// What is known of `term`, which must be a name without a path.
pub fn describe(term: &str) -> Description {
    read(term).unwrap_or_else(|| by_name(term))
}

fn by_name(term: &str) -> Description {
    let is_known = FAMILIES.iter().any(|name| term.starts_with(name));
    let colours = if term.contains("256color") || term.contains("direct") {
        256
    } else if is_known {
        8
    } else {
        0
    };
    Description {
        colours,
        second_screen: is_known && !term.starts_with("linux"),
        erases: false,
        repeats: false,
    }
}

fn read(term: &str) -> Option<Description> {
    let first = term.chars().next()?;
    let folder = [first.to_string(), format!("{:x}", u32::from(first))];
    let found = DIRECTORIES
        .iter()
        .flat_map(|place| {
            folder
                .iter()
                .map(move |folder| Path::new(place).join(folder))
        })
        .find_map(|place| TermInfo::from_path(place.join(term)).ok())?;
    let has = |capability| {
        found
            .raw_string_cap(capability)
            .is_some_and(|bytes| !bytes.is_empty())
    };
    Some(Description {
        colours: found
            .number_cap(NumberCapability::MaxColors)
            .and_then(|colours| u32::try_from(colours).ok())
            .unwrap_or_default(),
        second_screen: has(StringCapability::EnterAlternativeMode),
        erases: has(StringCapability::EraseChars),
        repeats: has(StringCapability::RepeatChar),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_that_nobody_has_described_has_no_description() {
        assert_eq!(read("no-such-terminal"), None);
        assert_eq!(read(""), None);
    }

    /// ncurses-base, which every Debian system has, describes these.
    #[test]
    fn the_descriptions_of_common_terminals_are_read() {
        let xterm = read("xterm-256color").expect("ncurses-base is installed");
        assert_eq!((xterm.colours, xterm.second_screen), (256, true));
        let linux = read("linux").expect("ncurses-base is installed");
        assert_eq!((linux.colours, linux.second_screen), (8, false));
        let vt100 = read("vt100").expect("ncurses-base is installed");
        assert_eq!((vt100.colours, vt100.second_screen), (0, false));
    }

    #[test]
    fn without_a_description_only_families_that_are_known_get_any_colours() {
        assert_eq!(by_name("xterm").colours, 8);
        assert_eq!(by_name("tmux-256color").colours, 256);
        assert_eq!(by_name("my-own-terminal").colours, 0);
    }

    #[test]
    fn only_a_terminal_that_is_known_to_have_a_second_screen_is_sent_there() {
        let on = |term| describe(term).second_screen;
        assert!(on("xterm-256color"));
        assert!(on("foot-of-tomorrow"));
        assert!(on("vte-of-tomorrow"));
        for without in ["linux", "vt220", "dumb", "nobody-knows-it"] {
            assert!(!on(without), "{without}");
        }
    }
}
