//! The name of an entry in its place: the first part of a DN (RFC 4514).

use super::entry::Entry;

/// The value that the first part of `dn` gives to `attribute`.
pub(super) fn value_of(dn: &str, attribute: &str) -> Option<String> {
    parts(dn).into_iter().find_map(|(kind, value)| {
        let wanted = kind.eq_ignore_ascii_case(attribute)
            || attribute.eq_ignore_ascii_case("uid") && kind == "0.9.2342.19200300.100.1.1";
        wanted.then(|| unescape(value)).flatten()
    })
}

/// The value of `attribute` that people know the entry by: among several the one in its DN.
pub(super) fn preferred(entry: &Entry, attribute: &str) -> Option<String> {
    let values = entry.texts(attribute);
    let named = value_of(&entry.dn, attribute);
    let of_name = named.and_then(|name| {
        let same = |value: &&String| value.to_lowercase() == name.to_lowercase();
        values.iter().find(same).cloned()
    });
    of_name.or_else(|| values.into_iter().next())
}

/// The value that mail can be sent to: among several the one that looks like an address.
pub(super) fn address(entry: &Entry, attribute: &str) -> Option<String> {
    let values = entry.texts(attribute);
    let first = values.iter().find(|value| looks_like_address(value));
    first.or(values.first()).cloned()
}

fn looks_like_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.is_empty()
            && !domain.contains('@')
            && !text.contains(|c: char| c.is_whitespace() || ",<>".contains(c))
    })
}

/// Has the text the form of a DN, of one part or more?
pub(super) fn is_name(text: &str) -> bool {
    let pairs = parts(text);
    let is_kind = |kind: &str| {
        kind.starts_with(|c: char| c.is_ascii_alphanumeric())
            && kind
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-.".contains(c))
    };
    let good = |(kind, value): &(&str, &str)| is_kind(kind) && !value.trim().is_empty();
    !pairs.is_empty()
        && pairs.iter().all(good)
        && match after_first(text) {
            Some(rest) => is_name(rest),
            None => true,
        }
}

/// Do two texts name the same entry? Case and blanks around the parts are ignored.
pub(super) fn same(one: &str, other: &str) -> bool {
    let parts = |dn: &str| -> Vec<String> {
        dn.split(',')
            .map(|part| part.trim().to_lowercase().replace(" = ", "="))
            .collect()
    };
    parts(one) == parts(other)
}

/// Does the entry `dn` stand at or beneath `base`?
pub(super) fn is_within(dn: &str, base: &str) -> bool {
    same(dn, base) || after_first(dn).is_some_and(|above| is_within(above, base))
}

/// The places above an entry, nearest first.
pub(super) fn above(dn: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(after_first(dn), |place| after_first(place))
}

/// What follows the first part.
fn after_first(dn: &str) -> Option<&str> {
    let mut escaped = false;
    for (at, character) in dn.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ',' => return Some(&dn[at + 1..]),
            _ => {}
        }
    }
    None
}

/// The pairs of the first part, which may be several (`cn=Ann+uid=ann`), values as they stand.
fn parts(dn: &str) -> Vec<(&str, &str)> {
    let mut pairs = Vec::new();
    let (mut begin, mut escaped) = (0, false);
    let mut end = dn.len();
    for (at, character) in dn.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '+' => {
                pairs.extend(dn[begin..at].split_once('='));
                begin = at + 1;
            }
            ',' => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    pairs.extend(dn[begin..end].split_once('='));
    let trimmed = pairs.into_iter();
    trimmed
        .map(|(kind, value)| (kind.trim(), value.trim_start()))
        .collect()
}

/// Takes the escapes of RFC 4514 section 2.4 back; `None` for a value in hexadecimal BER.
fn unescape(value: &str) -> Option<String> {
    if value.starts_with('#') {
        return None;
    }
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        match (byte, after) {
            (b'\\', [high, low, after @ ..])
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                let pair = [*high, *low];
                let pair = std::str::from_utf8(&pair).ok()?;
                bytes.push(u8::from_str_radix(pair, 16).ok()?);
                rest = after;
            }
            (b'\\', [escaped, after @ ..]) => {
                bytes.push(*escaped);
                rest = after;
            }
            _ => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_part_of_a_dn_is_read_with_its_escapes() {
        let uid = |dn: &str| value_of(dn, "uid");
        assert_eq!(uid("uid=ann,dc=lab").as_deref(), Some("ann"));
        assert_eq!(uid("UID = ann,dc=lab").as_deref(), Some("ann"));
        assert_eq!(uid("cn=Lee\\, Ann+uid=ann,dc=lab").as_deref(), Some("ann"));
        assert_eq!(uid("uid=a\\2Cb\\+c,dc=lab").as_deref(), Some("a,b+c"));
        assert_eq!(uid("uid=Zo\\C3\\AB,dc=lab").as_deref(), Some("Zoë"));
        assert_eq!(uid("cn=uid=no,uid=other"), None);
        assert_eq!(uid("uid=#0403616e6e,dc=lab"), None);
    }

    #[test]
    fn a_dn_is_told_from_other_texts_and_stands_beneath_its_ancestors() {
        for dn in [
            "o=agency",
            "uid=ann, ou=people,dc=lab",
            "cn=a\\,b+uid=x,dc=lab",
        ] {
            assert!(is_name(dn), "{dn}");
        }
        for other in [
            "",
            "people",
            "dc=lab,",
            "=x,dc=lab",
            "uid=,dc=lab",
            "a n=x,dc=lab",
        ] {
            assert!(!is_name(other), "{other}");
        }
        assert!(is_within("uid=a,ou=People,DC=lab", "ou=people, dc=lab"));
        assert!(is_within("ou=people,dc=lab", "ou=people,dc=lab"));
        assert!(!is_within("uid=a,ou=bosses,dc=lab", "ou=people,dc=lab"));
        assert!(
            !is_within("uid=a\\,ou=people,dc=lab", "ou=people,dc=lab"),
            "escaped"
        );
    }

    #[test]
    fn among_several_ids_the_one_in_the_dn_counts_and_among_addresses_one_that_is_one() {
        let entry = Entry::for_test(
            "uid=E1025,dc=lab",
            &[
                ("uid", &["vasquez", "e1025"]),
                (
                    "mail",
                    &["see personnel file", "maria@lab.test", "m@lab.test"],
                ),
            ],
        );
        assert_eq!(preferred(&entry, "uid").as_deref(), Some("e1025"));
        assert_eq!(address(&entry, "mail").as_deref(), Some("maria@lab.test"));
        let other = Entry::for_test("cn=x,dc=lab", &[("uid", &["one", "two"]), ("mail", &["?"])]);
        assert_eq!(preferred(&other, "uid").as_deref(), Some("one"));
        assert_eq!(
            address(&other, "mail").as_deref(),
            Some("?"),
            "all there is"
        );
    }
}
