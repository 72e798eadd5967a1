//! When an account begins and ends.

use jiff::Timestamp;

use crate::{
    directory::ldap::{clock, entry::Entry},
    user::Fact,
};

/// The earlier of the directory's own `end` and `shadowExpire` (RFC 2307 section 2.3), by which
/// Unix hosts judge.
pub(super) fn end(entry: &Entry, own: Fact<Option<Timestamp>>) -> Fact<Option<Timestamp>> {
    let shadow = match entry.number("shadowExpire") {
        None => return own,
        Some(0) => {
            return Fact::Unknown(
                "shadowExpire is 0, which some hosts take for an end and others for none".into(),
            );
        }
        Some(days) if days < 0 => None,
        Some(days) => clock::days(days),
    };
    match own {
        Fact::Known(own) => Fact::Known(own.into_iter().chain(shadow).min()),
        Fact::NotOffered => Fact::Known(shadow),
        Fact::Unknown(why) => Fact::Unknown(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_for_unix_hosts_counts_beside_the_directorys_own() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a timestamp");
        let read =
            |days: &str, own| end(&Entry::for_test("uid=a", &[("shadowExpire", &[days])]), own);
        // 20000 days after 1970-01-01.
        let shadow = at("2024-10-04T00:00:00Z");
        assert_eq!(read("20000", Fact::NotOffered), Fact::Known(Some(shadow)));
        let (early, late) = (at("2024-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"));
        assert_eq!(
            read("20000", Fact::Known(Some(early))),
            Fact::Known(Some(early))
        );
        assert_eq!(
            read("20000", Fact::Known(Some(late))),
            Fact::Known(Some(shadow))
        );
        assert_eq!(read("-1", Fact::Known(None)), Fact::Known(None));
        assert!(matches!(read("0", Fact::Known(None)), Fact::Unknown(_)));
        let none = end(&Entry::bare("uid=a"), Fact::NotOffered);
        assert_eq!(none, Fact::NotOffered);
    }
}
