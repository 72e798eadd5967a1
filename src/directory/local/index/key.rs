//! What a user is found by.

use std::borrow::Cow;

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
        let names = 2 * (given.len() + family.len() + 2);
        let mut text = String::with_capacity(3 + login.len() + email.len() + names);
        text.push('\n');
        fold_onto(login, &mut text);
        text.push('\n');
        fold_onto(email, &mut text);
        text.push('\n');
        let mut name = |one: &str, space, other: &str| {
            text.extend([one, space, other, "\n"]);
        };
        if given.is_empty() || family.is_empty() {
            name(&given, "", &family);
        } else {
            name(&given, " ", &family);
            name(&family, " ", &given);
        }
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
    let mut folded = String::with_capacity(text.len());
    fold_onto(text, &mut folded);
    folded
}

fn fold_onto(text: &str, folded: &mut String) {
    let plain = if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(crate::text::fold(text))
    };
    let begin = folded.len();
    let mut parted = false;
    for char in plain.chars() {
        match char {
            '!'..='~' => {
                if parted && folded.len() > begin {
                    folded.push(' ');
                }
                parted = false;
                folded.push(char.to_ascii_lowercase());
            }
            // As `text::fold` has it: a control character is nothing, not a space.
            _ if char.is_ascii_control() && !char.is_ascii_whitespace() => {}
            _ => parted = true,
        }
    }
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
    fn plain_ascii_is_folded_as_any_other_text() {
        for text in [
            "  Mar\u{b}\u{7}ia \t Jos\n",
            "",
            " ",
            "\u{7}",
            "A",
            "a\u{c}b",
        ] {
            let words = crate::text::fold(text);
            let words: Vec<_> = words.split_ascii_whitespace().collect();
            assert_eq!(fold(text), words.join(" "), "{text:?}");
        }
    }

    #[test]
    fn apparatus_has_one_name_and_perhaps_no_email() {
        let key = Key::new("ENG12", "", "", "Engine 12");
        assert_eq!(key.0, "\neng12\n\nengine 12\n");
        assert_eq!(key.fields().collect::<Vec<_>>(), ["eng12", "engine 12"]);
    }
}
