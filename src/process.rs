//! What the process does to itself before anything else, and what it reads of its surroundings.
//!
//! Nothing of the environment is trusted, since behind sshd's `ForceCommand` whoever connects may
//! have set it (`AcceptEnv` of `sshd_config`): each variable is checked before it is used.

pub mod at_machine;
mod terminfo;

pub use terminfo::Description;

use std::{env, fs, io, time::Duration};

use rustix::{
    fs::Mode,
    process::{DumpableBehavior, Resource, Rlimit},
};

use crate::source::Source;

/// Forbids core dumps and foreign `ptrace`, and makes new files private.
///
/// Both `PR_SET_DUMPABLE` and `RLIMIT_CORE` are set: the limit alone is not obeyed when
/// `core_pattern` is a pipe (core(5)).
///
/// # Errors
/// What the kernel says; the program must not go on then.
pub fn harden() -> io::Result<()> {
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    rustix::process::setrlimit(
        Resource::Core,
        Rlimit {
            current: Some(0),
            maximum: Some(0),
        },
    )?;
    rustix::process::umask(Mode::from_raw_mode(0o077));
    Ok(())
}

/// From where the operator works: `tty /dev/pts/1 uid 1000`, or `no terminal uid 1000`.
///
/// Terminal and user are the kernel's word. The user who logged in comes with it where it is
/// another one, as under sudo (`login uid 1001`; `pam_loginuid(8)`). `SSH_CONNECTION` can be set by
/// anybody, so it stands behind them as what it is: `claims ssh 192.0.2.7 50122`.
pub fn source() -> Source {
    let terminal = terminal_name();
    let login = fs::read_to_string("/proc/self/loginuid").ok();
    let claim = env::var("SSH_CONNECTION").ok();
    Source(described(
        terminal.as_deref(),
        rustix::process::getuid().as_raw(),
        login.and_then(|text| text.trim().parse().ok()),
        claim.and_then(|text| ssh_client(&text)).as_deref(),
    ))
}

fn described(terminal: Option<&str>, uid: u32, login: Option<u32>, claim: Option<&str>) -> String {
    let place = match terminal {
        Some(name) => format!("tty {name} uid {uid}"),
        None => format!("no terminal uid {uid}"),
    };
    // All ones: nobody has logged in, as in a service.
    let login = login.filter(|login| *login != uid && *login != u32::MAX);
    let login = login.map_or_else(String::new, |login| format!(" login uid {login}"));
    let claim = claim.map_or_else(String::new, |claim| format!(" claims {claim}"));
    format!("{place}{login}{claim}")
}

/// The terminal on standard input, by its name in `/dev`.
fn terminal_name() -> Option<String> {
    rustix::termios::ttyname(io::stdin(), Vec::new())
        .ok()
        .and_then(|name| name.into_string().ok())
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_graphic()))
}

/// Is this terminal at the end of a serial line?
fn is_serial(name: &str) -> bool {
    let lines = ["ttyS", "ttyUSB", "ttyACM", "ttyAMA", "ttymxc", "hvc"];
    name.strip_prefix("/dev/")
        .is_some_and(|name| lines.iter().any(|line| name.starts_with(line)))
}

/// `ssh ADDRESS PORT` of an `SSH_CONNECTION` (client address, client port, server address, server
/// port; sshd(8)); `None` for anything else.
fn ssh_client(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(' ').collect();
    let [client, client_port, server, server_port] = parts[..] else {
        return None;
    };
    // A link-local address carries its zone: fe80::1%eth0.
    let address = |text: &str| {
        let bare = text.split_once('%').map_or(text, |(bare, _)| bare);
        bare.parse::<std::net::IpAddr>().ok()
    };
    address(server)?;
    server_port.parse::<u16>().ok()?;
    let port: u16 = client_port.parse().ok()?;
    Some(format!("ssh {} {port}", address(client)?))
}

/// What the surroundings say about drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that are independent of each other"
)]
pub struct Terminal {
    /// The locale's characters are UTF-8; otherwise only ASCII is drawn.
    pub utf8: bool,
    /// The line is slow or far: SSH, or a serial line.
    pub far: bool,
    /// `NO_COLOR` is there and not empty (no-color.org), or `CLICOLOR` is `0`
    /// (bixense.com/clicolors).
    pub no_colour: bool,
    /// `COLORTERM` is there and not empty.
    pub colorterm: bool,
    /// `COLORFGBG`, as rxvt and Konsole set it.
    pub colorfgbg: Option<String>,
    /// `TERM`, or `dumb` when it is missing or holds anything but letters, digits, `.`, `+`, `-`.
    pub term: String,
}

impl Terminal {
    /// Reads the environment.
    pub fn of_environment() -> Self {
        let mut terminal = Self::from_variables(|name| env::var(name).ok());
        terminal.far |= terminal_name().is_some_and(|name| is_serial(&name));
        terminal
    }

    /// How long the rest of a key's sequence may take on this line.
    pub const fn escape_wait(&self) -> Duration {
        Duration::from_millis(if self.far { 300 } else { 50 })
    }

    /// The same from any source of variables.
    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        // The first that is set and not empty decides (setlocale(3)).
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
        let term = set("TERM").filter(|term| {
            term.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".+-".contains(&byte))
        });
        Self {
            utf8: locale.is_some_and(|locale| {
                let locale = locale.to_ascii_lowercase();
                locale.contains("utf-8") || locale.contains("utf8")
            }),
            far: set("SSH_CONNECTION").is_some(),
            no_colour: set("NO_COLOR").is_some() || set("CLICOLOR").as_deref() == Some("0"),
            colorterm: set("COLORTERM").is_some(),
            colorfgbg: set("COLORFGBG"),
            term: term.unwrap_or_else(|| "dumb".into()),
        }
    }

    /// What the terminal can do. Reads a file: asked once.
    pub fn describe(&self) -> Description {
        terminfo::describe(&self.term)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn terminal(variables: &[(&str, &str)]) -> Terminal {
        Terminal::from_variables(|name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn an_ssh_connection_is_believed_only_in_the_form_that_sshd_gives_it() {
        assert_eq!(
            ssh_client("192.0.2.7 50122 198.51.100.1 22").as_deref(),
            Some("ssh 192.0.2.7 50122")
        );
        assert_eq!(
            ssh_client("fe80::1%eth0 50122 fe80::2%eth0 22").as_deref(),
            Some("ssh fe80::1 50122")
        );
        for forged in [
            "",
            "192.0.2.7",
            "192.0.2.7 50122",
            "somewhere 50122 198.51.100.1 22",
            "192.0.2.7 99999 198.51.100.1 22",
            "192.0.2.7 50122 198.51.100.1 22 more",
            "192.0.2.7\n 50122 198.51.100.1 22",
        ] {
            assert_eq!(ssh_client(forged), None, "{forged:?}");
        }
    }

    #[test]
    fn what_the_environment_claims_stands_behind_what_the_kernel_knows() {
        for (terminal, login, claim, told) in [
            (None, None, None, "no terminal uid 1000"),
            (
                Some("/dev/pts/1"),
                Some(1000),
                None,
                "tty /dev/pts/1 uid 1000",
            ),
            (
                Some("/dev/pts/1"),
                Some(u32::MAX),
                None,
                "tty /dev/pts/1 uid 1000",
            ),
            (
                Some("/dev/pts/1"),
                Some(1001),
                Some("ssh 192.0.2.7 50122"),
                "tty /dev/pts/1 uid 1000 login uid 1001 claims ssh 192.0.2.7 50122",
            ),
        ] {
            assert_eq!(described(terminal, 1000, login, claim), told);
        }
    }

    proptest! {
        #[test]
        fn whatever_ssh_connection_holds_only_plain_text_comes_out(text in ".{0,80}") {
            if let Some(source) = ssh_client(&text) {
                prop_assert!(source.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()));
            }
        }
    }

    #[test]
    fn the_first_locale_variable_that_is_not_empty_decides() {
        assert!(terminal(&[("LANG", "de_DE.UTF-8")]).utf8);
        assert!(terminal(&[("LC_ALL", ""), ("LANG", "C.utf8")]).utf8);
        assert!(!terminal(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]).utf8);
        assert!(!terminal(&[]).utf8);
    }

    #[test]
    fn no_color_counts_only_when_it_is_not_empty() {
        assert!(terminal(&[("NO_COLOR", "0")]).no_colour);
        assert!(!terminal(&[("NO_COLOR", "")]).no_colour);
    }

    #[test]
    fn clicolor_0_asks_for_no_colours_and_another_value_for_nothing() {
        assert!(terminal(&[("CLICOLOR", "0")]).no_colour);
        assert!(!terminal(&[("CLICOLOR", "1")]).no_colour);
    }

    #[test]
    fn a_line_over_ssh_or_a_serial_one_is_waited_for_longer() {
        let local = terminal(&[("TERM", "xterm")]);
        assert_eq!(local.escape_wait(), Duration::from_millis(50));
        let ssh = terminal(&[("SSH_CONNECTION", "192.0.2.7 1 192.0.2.9 22")]);
        assert_eq!(ssh.escape_wait(), Duration::from_millis(300));
        // Measured over a radio link: the bytes of an arrow came 70 ms apart.
        assert!(ssh.escape_wait() > Duration::from_millis(70));
        for (name, serial) in [
            ("/dev/ttyS0", true),
            ("/dev/ttyUSB1", true),
            ("/dev/tty1", false),
            ("/dev/pts/3", false),
        ] {
            assert_eq!(is_serial(name), serial, "{name}");
        }
    }

    #[test]
    fn a_crafted_term_is_dumb() {
        assert_eq!(
            terminal(&[("TERM", "xterm-256color")]).term,
            "xterm-256color"
        );
        for crafted in ["", "../../etc/passwd", "xterm\u{1b}[2J", "a b"] {
            assert_eq!(terminal(&[("TERM", crafted)]).term, "dumb", "{crafted:?}");
        }
    }
}
