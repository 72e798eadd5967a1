//! Search filters (RFC 4515). Text from the operator is escaped, always.

mod spelling;

use ldap3::ldap_escape;

use super::{attributes::Attributes, flavour::Flavour};

pub(super) use spelling::holds;

/// How a text must stand in the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    /// The ID or the address is the text.
    Exact,
    /// Every word is the beginning of some field.
    Prefix,
    /// The same, said in two ways: of a beginning slapd's index knows four characters
    /// (`index_substr_if_maxlen`), of a middle as many pieces as there are.
    PrefixWithin,
    /// Every word stands somewhere in some field.
    Within,
}

/// Words shorter than this are not in a substring index of OpenLDAP (`index_substr_any_len`); 389
/// wants three. Either server would look through every entry.
pub(super) const SHORT: usize = 4;

/// Escapes a text for use as a value in a filter (RFC 4515 section 3), every byte that is not a
/// letter, digit or harmless sign.
pub(super) fn escape(text: &str) -> String {
    // NUL, parentheses, asterisk and backslash are the ones that RFC 4515 demands.
    ldap_escape(text).into_owned()
}

/// Users whose fields hold `text`.
pub(super) fn find(attributes: &Attributes, text: &str, how: Match) -> String {
    if how == Match::Exact {
        return login(attributes, text);
    }
    let users = &attributes.user_filter;
    let fields = &attributes.searched;
    let mut words = String::new();
    for word in text.split_whitespace() {
        let is_long = word.chars().count() > SHORT;
        if how == Match::Within || (how == Match::PrefixWithin && is_long) {
            words.push_str(&any_field(fields, "*", word));
        }
        if how != Match::Within {
            words.push_str(&any_field(fields, "", word));
        }
    }
    if words.is_empty() {
        return users.clone();
    }
    format!("(&{users}{words})")
}

fn any_field(fields: &[String], before: &str, word: &str) -> String {
    let spellings = spelling::of(word);
    let tests: Vec<String> = fields
        .iter()
        .flat_map(|field| spellings.iter().map(move |word| (field, word)))
        .map(|(field, word)| format!("({field}={before}{}*)", escape(word)))
        .collect();
    format!("(|{})", tests.concat())
}

/// Users of whose names the words may be another spelling: more than those, so what comes back is
/// looked through. `None` where the words are too short for that.
pub(super) fn find_alike(attributes: &Attributes, text: &str, within: bool) -> Option<String> {
    let names = attributes.names();
    let mut words = String::new();
    for word in text.split_whitespace() {
        let patterns = spelling::patterns(word);
        if patterns.is_empty() {
            return None;
        }
        let mut tests = any_field(&attributes.searched, if within { "*" } else { "" }, word);
        // Into the same disjunction.
        tests.pop();
        for name in &names {
            for pieces in &patterns {
                let pieces: Vec<String> = pieces.iter().map(|piece| escape(piece)).collect();
                let pattern = format!("{}{}*", if within { "*" } else { "" }, pieces.join("*"));
                let pattern = pattern.replace("**", "*");
                tests.extend(["(", name.as_str(), "=", &pattern, ")"]);
            }
        }
        tests.push(')');
        words.push_str(&tests);
    }
    (!words.is_empty()).then(|| format!("(&{}{words})", attributes.user_filter))
}

/// The user that an operator's sign-in text names.
pub(super) fn login(attributes: &Attributes, text: &str) -> String {
    let (users, text) = (&attributes.user_filter, escape(text));
    let (id, mail) = (&attributes.login, &attributes.email);
    format!("(&{users}(|({id}={text})({mail}={text})))")
}

/// The users who bear exactly this identifier, in any value of any attribute that holds one.
pub(super) fn named(attributes: &Attributes, flavour: Flavour, text: &str) -> String {
    let (users, text) = (&attributes.user_filter, escape(text));
    let (id, mail) = (&attributes.login, &attributes.email);
    // Mail servers keep further addresses in proxyAddresses, with their kind before them.
    let more = if flavour == Flavour::ActiveDirectory {
        format!("(userPrincipalName={text})(proxyAddresses=smtp:{text})")
    } else {
        String::new()
    };
    format!("(&{users}(|({id}={text})({mail}={text}){more}))")
}

/// Is there a word that a server could only find by looking through every entry?
pub(super) fn has_short_word(text: &str) -> bool {
    text.split_whitespace()
        .any(|word| word.chars().count() < SHORT)
}

#[cfg(test)]
mod tests {
    use ldap3::parse_filter;
    use proptest::prelude::*;

    use super::*;
    use crate::directory::ldap::settings::LdapSettings;

    fn attributes() -> Attributes {
        let mut settings = LdapSettings::default();
        settings.attributes.searched = vec!["uid".into(), "cn".into()];
        settings.user_filter = "(objectClass=person)".into();
        Attributes::new(Flavour::OpenLdap, &settings)
    }

    #[test]
    fn every_word_may_stand_in_another_field() {
        assert_eq!(
            find(&attributes(), " ann  lee ", Match::Within),
            "(&(objectClass=person)(|(uid=*ann*)(cn=*ann*))(|(uid=*lee*)(cn=*lee*)))"
        );
        assert_eq!(
            find(&attributes(), " ", Match::Within),
            "(objectClass=person)"
        );
    }

    #[test]
    fn what_filters_escape_is_escaped() {
        assert_eq!(
            find(&attributes(), "a*(b)\\c\0", Match::Prefix),
            r"(&(objectClass=person)(|(uid=a\2a\28b\29\5cc\00*)(cn=a\2a\28b\29\5cc\00*)))"
        );
    }

    #[test]
    fn a_long_beginning_is_asked_for_in_two_ways_where_that_narrows_the_index() {
        assert_eq!(
            find(&attributes(), "annab lee", Match::PrefixWithin),
            "(&(objectClass=person)(|(uid=*annab*)(cn=*annab*))(|(uid=annab*)(cn=annab*))\
             (|(uid=lee*)(cn=lee*)))"
        );
    }

    proptest! {
        /// Whatever is typed, the filter parses and has the shape of one that was built from a
        /// harmless word: nothing that was typed becomes structure.
        #[test]
        fn nothing_typed_becomes_structure(word in "\\PC{1,20}") {
            prop_assume!(word.split_whitespace().count() == 1);
            let filter = find(&attributes(), &word, Match::Within);
            prop_assert!(parse_filter(filter.as_bytes()).is_ok(), "{filter}");
            let structure = |text: &str| -> String {
                text.chars().filter(|c| "()*".contains(*c)).collect()
            };
            let harmless = find(&attributes(), "x", Match::Within);
            let one = "(*x*)".replace('x', "");
            let more = one.repeat((spelling::of(&word).len() - 1) * 2);
            let (before, after) = ("((", &structure(&harmless)[2..]);
            prop_assert_eq!(structure(&filter).len(), before.len() + more.len() + after.len());
            if let Some(alike) = find_alike(&attributes(), &word, true) {
                prop_assert!(parse_filter(alike.as_bytes()).is_ok(), "{alike}");
            }
        }
    }
}
