//! From where an operator works.

mod account;
mod forwarded;

pub use account::{account_name, is_account_name};
pub use forwarded::{Network, client, is_trusted};

use std::fmt;

/// From where the operator works: `tty /dev/pts/1 uid 1000`, `api 192.0.2.9`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source(pub String);

impl Source {
    /// The place without what differs from one connection to the next: `ssh 192.0.2.7`.
    pub fn place(&self) -> String {
        let mut words = self.0.split_whitespace();
        if words.any(|word| word.trim_start_matches('(') == "ssh")
            && let Some(address) = words.next()
        {
            return format!("ssh {address}");
        }
        self.0.clone()
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_an_address_without_its_port() {
        for (source, place) in [
            ("ssh 192.0.2.7 50122", "ssh 192.0.2.7"),
            ("tty /dev/pts/4 (ssh 192.0.2.7 50122)", "ssh 192.0.2.7"),
            (
                "tty /dev/pts/4 uid 7 claims ssh 192.0.2.7 50122",
                "ssh 192.0.2.7",
            ),
            ("tty /dev/tty1 uid 7", "tty /dev/tty1 uid 7"),
            ("api 192.0.2.9", "api 192.0.2.9"),
            ("no terminal", "no terminal"),
        ] {
            assert_eq!(Source(source.into()).place(), place);
        }
    }
}
