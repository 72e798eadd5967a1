//! What was seen of the attributes that a change of a user writes: a change takes away the value that
//! was seen, or nothing at all is done.

use std::{
    hash::{BuildHasher, RandomState},
    sync::LazyLock,
};

use super::{attributes::Attributes, entry::Entry, rdn};

/// Drawn for each process. Versions are printed and recorded: without a key everybody could find out
/// a phone number from one by trying all of them.
static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// A digest of the value that was seen of each attribute of [`Attributes::written`], in their order;
/// none where there was none. Empty where it is not known what was seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct SeenValues(Vec<Option<u64>>);

/// The value that was seen is no longer there, or there is one where there was none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Overtaken;

impl SeenValues {
    /// What an entry shows.
    pub(super) fn of(entry: &Entry, attributes: &Attributes) -> Self {
        let names = attributes.written().into_iter();
        Self(
            names
                .map(|name| shown(entry, attributes, name).map(digest))
                .collect(),
        )
    }

    /// The value of `name` that was seen, as `entry` holds it now.
    pub(super) fn find<'e>(
        &self,
        entry: &'e Entry,
        attributes: &Attributes,
        name: &str,
    ) -> Result<Option<&'e [u8]>, Overtaken> {
        let names = attributes.written();
        let place = names.iter().position(|written| *written == name);
        match place.and_then(|place| self.0.get(place)) {
            None => Ok(shown(entry, attributes, name)),
            Some(None) if entry.has(name) => Err(Overtaken),
            Some(None) => Ok(None),
            Some(Some(seen)) => {
                let mut values = entry.all_bytes(name).iter().map(Vec::as_slice);
                let found = values.find(|value| digest(value) == *seen);
                found.map(Some).ok_or(Overtaken)
            }
        }
    }

    /// The same after a write of the attributes `written`, which left `after`: of what was not written
    /// nothing else has been seen since.
    #[must_use]
    pub(super) fn with_written(
        &self,
        attributes: &Attributes,
        written: &[&str],
        after: &Self,
    ) -> Self {
        let names = attributes.written();
        if self.0.len() != names.len() || after.0.len() != names.len() {
            return after.clone();
        }
        let both = self.0.iter().zip(&after.0).zip(names);
        Self(
            both.map(|((seen, after), name)| {
                if written.contains(&name) {
                    *after
                } else {
                    *seen
                }
            })
            .collect(),
        )
    }

    /// As a part of a version.
    pub(super) fn text(&self) -> String {
        let digests: Vec<_> = self
            .0
            .iter()
            .map(|seen| seen.map_or_else(String::new, |seen| format!("{seen:x}")))
            .collect();
        digests.join(".")
    }

    /// Back from a part of a version.
    pub(super) fn from_text(text: &str) -> Self {
        if text.is_empty() {
            return Self::default();
        }
        let digests = text
            .split('.')
            .map(|seen| match seen {
                "" => Ok(None),
                seen => u64::from_str_radix(seen, 16).map(Some),
            })
            .collect::<Result<_, _>>();
        Self(digests.unwrap_or_default())
    }
}

/// The value that a user is shown with.
fn shown<'e>(entry: &'e Entry, attributes: &Attributes, name: &str) -> Option<&'e [u8]> {
    if name != attributes.email {
        return entry.bytes(name);
    }
    let address = rdn::address(entry, name)?;
    let mut values = entry.all_bytes(name).iter().map(Vec::as_slice);
    values
        .find(|value| *value == address.as_bytes())
        .or_else(|| entry.bytes(name))
}

fn digest(value: &[u8]) -> u64 {
    KEY.hash_one(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::ldap::{flavour::Flavour, settings::LdapSettings};

    fn attributes() -> Attributes {
        Attributes::new(Flavour::OpenLdap, &LdapSettings::default())
    }

    fn seen(values: &[(&str, &[&str])]) -> SeenValues {
        SeenValues::of(&Entry::for_test("uid=a", values), &attributes())
    }

    #[test]
    fn a_value_that_was_seen_is_found_wherever_it_stands_and_missed_where_it_is_gone() {
        let then = seen(&[("mail", &["one@x"]), ("title", &["Captain"])]);
        let now = Entry::for_test("uid=a", &[("mail", &["two@x", "one@x"]), ("sn", &["A"])]);
        let find = |name| then.find(&now, &attributes(), name);
        assert_eq!(find("mail"), Ok(Some(&b"one@x"[..])));
        assert_eq!(find("title"), Err(Overtaken), "somebody took it away");
        assert_eq!(find("sn"), Err(Overtaken), "there was none");
        assert_eq!(find("telephoneNumber"), Ok(None));
        let nothing = SeenValues::default();
        assert_eq!(
            nothing.find(&now, &attributes(), "mail"),
            Ok(Some(&b"two@x"[..])),
            "what nobody has looked at is taken as it is"
        );
    }

    #[test]
    fn what_was_seen_goes_through_a_version_and_shows_no_value() {
        let then = seen(&[("mail", &["one@x"]), ("telephoneNumber", &["911"])]);
        let text = then.text();
        assert_eq!(SeenValues::from_text(&text), then);
        assert!(!text.contains("911") && !text.contains('|'), "{text}");
        assert_eq!(SeenValues::from_text("zz.1"), SeenValues::default());
    }

    #[test]
    fn a_write_shows_its_own_attributes_and_no_others() {
        let then = seen(&[("telephoneNumber", &["911"]), ("title", &["Captain"])]);
        let after = seen(&[("telephoneNumber", &["112"]), ("title", &["Chief"])]);
        let next = then.with_written(&attributes(), &["title"], &after);
        let expected = seen(&[("telephoneNumber", &["911"]), ("title", &["Chief"])]);
        assert_eq!(next, expected);
    }
}
