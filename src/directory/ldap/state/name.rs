//! The two names of a user, where a directory may hold both in one attribute.

use crate::directory::ldap::{attributes::Attributes, entry::Entry};

/// Given name and family name. Where `givenName` is missing, `cn: John Smith` beside `sn: Smith`
/// still is a whole name: "Smith" alone could be somebody else.
pub(in crate::directory::ldap) fn of(entry: &Entry, attributes: &Attributes) -> (String, String) {
    let text = |name: &str| entry.text(name).unwrap_or_default();
    let given = text(&attributes.given_name);
    let family = text(&attributes.family_name);
    if !given.is_empty() {
        return (given, family);
    }
    let whole: Vec<String> = attributes
        .display
        .iter()
        .flat_map(|name| entry.texts(name))
        .collect();
    if family.is_empty() {
        return (given, whole.into_iter().next().unwrap_or_default());
    }
    for name in whole
        .iter()
        .filter(|name| name.split_whitespace().nth(1).is_some())
    {
        if let Some(first) = before(name, &family) {
            return (first.to_owned(), family);
        }
    }
    // "Smith, John", or a name that was not changed with the other.
    let other = whole
        .into_iter()
        .find(|name| name.split_whitespace().nth(1).is_some());
    (given, other.unwrap_or(family))
}

/// What stands before the family name, as a word of its own, at the end of the whole name.
fn before<'a>(whole: &'a str, family: &str) -> Option<&'a str> {
    let whole = whole.trim();
    let at = whole.len().checked_sub(family.trim().len())?;
    let (first, last) = (whole.get(..at)?, whole.get(at..)?);
    let is_word = first.ends_with(char::is_whitespace);
    (is_word && last.to_lowercase() == family.trim().to_lowercase()).then(|| first.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::ldap::{flavour::Flavour, settings::LdapSettings};

    fn name(values: &[(&str, &[&str])]) -> (String, String) {
        let attributes = Attributes::new(Flavour::OpenLdap, &LdapSettings::default());
        of(&Entry::for_test("uid=a", values), &attributes)
    }

    #[test]
    fn a_whole_name_without_a_given_name_is_not_cut_to_the_family_name() {
        let both = |given: &str, family: &str| (given.to_owned(), family.to_owned());
        let smith = ("sn", &["Smith"][..]);
        assert_eq!(
            name(&[smith, ("cn", &["John Smith"])]),
            both("John", "Smith")
        );
        // Several values, in the order of a server's choice.
        assert_eq!(
            name(&[smith, ("cn", &["jsmith", "John Q. SMITH"])]),
            both("John Q.", "Smith")
        );
        assert_eq!(
            name(&[smith, ("displayName", &["Smith, John"])]),
            both("", "Smith, John")
        );
        assert_eq!(
            name(&[smith, ("cn", &["Ann Blacksmith"])]),
            both("", "Ann Blacksmith")
        );
        assert_eq!(name(&[smith, ("cn", &["jsmith"])]), both("", "Smith"));
        assert_eq!(
            name(&[smith, ("givenName", &["Jo"]), ("cn", &["John Smith"])]),
            both("Jo", "Smith")
        );
        assert_eq!(name(&[("cn", &["Engine 4"])]), both("", "Engine 4"));
        assert_eq!(name(&[("sn", &["Ö"]), ("cn", &["é Ö"])]), both("é", "Ö"));
    }
}
