//! What a user is found by.

use std::fmt::Write as _;

use crate::directory::NewUser;

/// ID, email and name folded: `\n` before and after each field, the name in both orders, so that
/// the start of a field, a word or a whole field can be asked for as plain text.
///
/// Only printable ASCII and the line breaks occur in it; white space within a field is one space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Key(pub(in super::super) String);

impl Key {
    pub(in super::super) fn new(login: &str, email: &str, given: &str, family: &str) -> Self {
        let (given, family) = (fold(given), fold(family));
        let mut text = format!("\n{}\n{}\n", fold(login), fold(email));
        // Writing to a String cannot fail.
        let _ = match (given.is_empty(), family.is_empty()) {
            (false, false) => writeln!(text, "{given} {family}\n{family} {given}"),
            _ => writeln!(text, "{given}{family}"),
        };
        Self(text)
    }

    pub(in super::super) fn of(user: &NewUser) -> Self {
        Self::new(
            &user.login,
            &user.email,
            &user.given_name,
            &user.family_name,
        )
    }

    /// ID, email, name and, where there are two, the name the other way round.
    pub(in super::super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.split('\n').skip(1).filter(|field| !field.is_empty())
    }
}

/// Accents, case and scripts folded to printable lower-case ASCII, white space to single spaces.
pub(in super::super) fn fold(text: &str) -> String {
    let plain = crate::text::fold(text);
    let mut folded = String::with_capacity(plain.len());
    for word in plain
        .split(|c: char| !c.is_ascii_graphic())
        .filter(|word| !word.is_empty())
    {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// The words of a folded text: runs of letters and digits.
pub(in super::super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_holds_every_field_between_line_breaks_and_the_name_both_ways() {
        let key = Key::new("E1042", "Maria.V@Example.org", "María  José", "Vásquez");
        assert_eq!(
            key.0,
            "\ne1042\nmaria.v@example.org\nmaria jose vasquez\nvasquez maria jose\n"
        );
        assert_eq!(key.fields().count(), 4);
    }

    #[test]
    fn apparatus_has_one_name_and_perhaps_no_email() {
        let key = Key::new("ENG12", "", "", "Engine 12");
        assert_eq!(key.0, "\neng12\n\nengine 12\n");
        assert_eq!(key.fields().collect::<Vec<_>>(), ["eng12", "engine 12"]);
    }
}
