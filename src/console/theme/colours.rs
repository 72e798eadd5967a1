//! What the terminal can show, and on which ground: from the configuration and the environment. What
//! the terminal itself answers comes later, among the keys, and is not waited for.

/// How many colours the terminal may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColourMode {
    /// None (`NO_COLOR`, `CLICOLOR=0`, a monochrome terminal): bold and reverse only.
    None,
    /// The eight standard colours, as the terminal defines them.
    #[default]
    Basic,
    /// The 256-colour table.
    Indexed,
}

/// What text stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ground {
    /// Black or nearly so.
    Dark,
    /// White or nearly so.
    Light,
    /// Nobody has told: what is drawn is readable on both.
    #[default]
    Unknown,
}

/// What the site asks for (`console.theme`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Asked {
    /// What the terminal can do, on the ground that it tells.
    #[default]
    Auto,
    /// For a dark ground.
    Dark,
    /// For a light ground.
    Light,
    /// No colours.
    Mono,
}

/// What is known of the terminal before it is asked anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings<'a> {
    /// `NO_COLOR` is set and not empty (no-color.org), or `CLICOLOR` is `0`.
    pub no_colour: bool,
    /// `TERM`.
    pub term: &'a str,
    /// `COLORTERM` is set and not empty.
    pub colorterm: bool,
    /// `COLORFGBG`, as rxvt and Konsole set it: `15;0`, or `15;default;0`.
    pub colorfgbg: Option<&'a str>,
    /// The number of colours that the terminal is known to have.
    pub colours: u32,
}

impl Surroundings<'_> {
    /// How many colours to use.
    pub fn colours(&self, asked: Asked) -> ColourMode {
        if self.no_colour || asked == Asked::Mono || self.is_monochrome() {
            return ColourMode::None;
        }
        match self.colours {
            0..8 => ColourMode::None,
            // The variable survives where the description of the terminal is older than itself.
            8..256 if self.colorterm => ColourMode::Indexed,
            8..256 => ColourMode::Basic,
            256.. => ColourMode::Indexed,
        }
    }

    /// The ground, as far as it is known without asking the terminal.
    pub fn ground(&self, asked: Asked) -> Ground {
        match asked {
            Asked::Dark => Ground::Dark,
            Asked::Light => Ground::Light,
            Asked::Auto | Asked::Mono => self.colorfgbg.map_or_else(
                || {
                    // The Linux console is black (console_codes(4)).
                    if self.term == "linux" || self.term.starts_with("linux-") {
                        Ground::Dark
                    } else {
                        Ground::Unknown
                    }
                },
                ground_of_colorfgbg,
            ),
        }
    }

    fn is_monochrome(&self) -> bool {
        let number = self.term.strip_prefix("vt").unwrap_or_default();
        self.term == "dumb"
            // A VT100 to VT420; not VTE, the library of GNOME's terminal.
            || number.starts_with(|c: char| c.is_ascii_digit())
            || self.term.ends_with("-m")
            || self.term.ends_with("-mono")
    }
}

/// The last part is the ground, a colour of the sixteen; 7 and 9 to 15 are light.
fn ground_of_colorfgbg(text: &str) -> Ground {
    let last = text.rsplit(';').next().unwrap_or_default();
    match last.parse::<u8>() {
        Ok(0..=6 | 8) => Ground::Dark,
        Ok(7 | 9..=15) => Ground::Light,
        Ok(16..) | Err(_) => Ground::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colours(term: &str, colours: u32) -> ColourMode {
        let surroundings = Surroundings {
            term,
            colours,
            ..Surroundings::default()
        };
        surroundings.colours(Asked::Auto)
    }

    #[test]
    fn a_terminal_gets_the_colours_that_it_is_known_to_have() {
        assert_eq!(colours("xterm", 8), ColourMode::Basic);
        assert_eq!(colours("xterm-256color", 256), ColourMode::Indexed);
        assert_eq!(colours("wy50", 0), ColourMode::None);
        assert_eq!(colours("hurd", 8), ColourMode::Basic);
        assert_eq!(colours("vte-256color", 256), ColourMode::Indexed);
    }

    #[test]
    fn a_monochrome_terminal_gets_none_whatever_the_variables_say() {
        for term in ["vt100", "vt220", "dumb", "xterm-mono", "linux-m"] {
            let surroundings = Surroundings {
                term,
                colorterm: true,
                colours: 256,
                ..Surroundings::default()
            };
            assert_eq!(
                surroundings.colours(Asked::Auto),
                ColourMode::None,
                "{term}"
            );
        }
    }

    #[test]
    fn no_colour_is_stronger_than_what_the_terminal_can_do() {
        let surroundings = Surroundings {
            no_colour: true,
            term: "xterm-256color",
            colours: 256,
            colorterm: true,
            ..Surroundings::default()
        };
        assert_eq!(surroundings.colours(Asked::Dark), ColourMode::None);
        let coloured = Surroundings {
            no_colour: false,
            ..surroundings
        };
        assert_eq!(coloured.colours(Asked::Mono), ColourMode::None);
        assert_eq!(coloured.colours(Asked::Dark), ColourMode::Indexed);
    }

    #[test]
    fn colorterm_lifts_a_terminal_of_eight_colours_and_no_other() {
        let surroundings = |term, colours| Surroundings {
            term,
            colours,
            colorterm: true,
            ..Surroundings::default()
        };
        let of = |term, colours| surroundings(term, colours).colours(Asked::Auto);
        assert_eq!(of("xterm", 8), ColourMode::Indexed);
        assert_eq!(of("unheard-of", 0), ColourMode::None);
    }

    #[test]
    fn the_ground_is_what_the_site_says_else_what_the_variable_says_else_unknown() {
        let ground = |asked, colorfgbg, term| {
            let surroundings = Surroundings {
                term,
                colorfgbg,
                ..Surroundings::default()
            };
            surroundings.ground(asked)
        };
        assert_eq!(ground(Asked::Light, Some("15;0"), "xterm"), Ground::Light);
        assert_eq!(ground(Asked::Dark, Some("0;15"), "xterm"), Ground::Dark);
        assert_eq!(ground(Asked::Auto, Some("15;0"), "xterm"), Ground::Dark);
        assert_eq!(
            ground(Asked::Auto, Some("0;default;15"), "xterm"),
            Ground::Light
        );
        assert_eq!(
            ground(Asked::Auto, Some("0;default"), "xterm"),
            Ground::Unknown
        );
        assert_eq!(ground(Asked::Auto, None, "linux"), Ground::Dark);
        assert_eq!(ground(Asked::Auto, None, "xterm"), Ground::Unknown);
    }
}
