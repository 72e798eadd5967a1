//! Groups of accounts by ID and number (RFC 2307): `posixGroup`.

use crate::directory::ldap::{entry::Entry, filter::escape, rdn};

/// How a `posixGroup` may know an account.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Posix {
    /// What `memberUid` may hold.
    logins: Vec<String>,
    /// The number of the primary group.
    primary: Option<String>,
}

impl Posix {
    pub(super) fn of(entry: &Entry, dn: &str, login: &str) -> Self {
        let mut logins = entry.texts(login);
        if let Some(value) = rdn::value_of(dn, login)
            && !logins.contains(&value)
        {
            logins.push(value);
        }
        Self {
            logins,
            primary: entry.text("gidNumber"),
        }
    }

    /// The part of a filter that a group with this account in `memberUid` fulfils.
    pub(super) fn test(&self) -> String {
        let tests = self.logins.iter();
        let tests: Vec<String> = tests
            .map(|login| format!("(memberUid={})", escape(login)))
            .collect();
        tests.concat()
    }

    /// Is `group` the primary one? It need not name its members (RFC 2307 section 5.3).
    pub(super) fn has_primary(&self, group: &Entry) -> bool {
        self.primary.is_some()
            && self.primary == group.text("gidNumber")
            && group
                .texts("objectClass")
                .iter()
                .any(|class| class.eq_ignore_ascii_case("posixGroup"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_known_by_every_id_and_by_the_number_of_its_primary_group() {
        let entry = Entry::for_test(
            "uid=ann,dc=lab",
            &[("uid", &["alee"]), ("gidNumber", &["500"])],
        );
        let posix = Posix::of(&entry, "uid=ann,dc=lab", "uid");
        assert_eq!(posix.test(), "(memberUid=alee)(memberUid=ann)");
        let group = |number: &str, class: &str| {
            Entry::for_test("", &[("gidNumber", &[number]), ("objectClass", &[class])])
        };
        assert!(posix.has_primary(&group("500", "posixGroup")));
        assert!(!posix.has_primary(&group("501", "posixGroup")));
        assert!(
            !posix.has_primary(&group("500", "posixAccount")),
            "a colleague"
        );
        assert!(!Posix::default().has_primary(&group("500", "posixGroup")));
    }
}
