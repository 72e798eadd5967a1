//! The ways to ask, best first.

use crate::scim::{Filter, Object, filter::Operator};

/// One way.
#[derive(Debug)]
pub(super) struct Rung {
    operator: Operator,
    fields: &'static [&'static str],
    /// The fields in words.
    pub(super) words: &'static str,
    /// Said on the screen.
    pub(super) remark: Option<&'static str>,
}

/// ID, email and name, wherever a server keeps the name.
const ALL: &[&str] = &[
    "userName",
    "emails.value",
    "name.givenName",
    "name.familyName",
    "displayName",
];
const SIGN_IN: &[&str] = &["userName", "emails.value"];
const ID: &[&str] = &["userName"];

/// The ladder; below it a list is read and searched here.
pub(super) const LADDER: [Rung; 6] = [
    Rung {
        operator: Operator::Co,
        fields: ALL,
        words: "ID, email, name",
        remark: None,
    },
    Rung {
        operator: Operator::Co,
        fields: ID,
        words: "ID",
        remark: Some("this server searches IDs only, not emails and names"),
    },
    Rung {
        operator: Operator::Sw,
        fields: ALL,
        words: "ID, email, name (their beginnings)",
        remark: Some("this server finds only what begins with the letters typed"),
    },
    Rung {
        operator: Operator::Sw,
        fields: ID,
        words: "ID (its beginning)",
        remark: Some("this server finds only IDs that begin with the letters typed"),
    },
    Rung {
        operator: Operator::Eq,
        fields: SIGN_IN,
        words: "whole ID or email",
        remark: Some("this server finds only a whole ID or a whole email address"),
    },
    Rung {
        operator: Operator::Eq,
        fields: ID,
        words: "whole ID",
        remark: Some("this server finds only a whole ID"),
    },
];

impl Rung {
    /// Finds whole words only, or IDs only: where the users are few, reading them all finds more.
    pub(super) fn is_poor(&self) -> bool {
        self.operator == Operator::Eq || self.fields == ID
    }

    /// Each word of what was typed in one of the fields; with `eq` the whole of it. `spellings`
    /// is for servers that tell capital letters from small ones: as typed, small, capital, and
    /// with a capital at the beginning.
    pub(super) fn filter(&self, typed: &str, spellings: bool) -> Filter {
        if self.operator == Operator::Eq {
            return self.any_field(typed.trim(), spellings);
        }
        let mut words: Vec<Filter> = typed
            .split_whitespace()
            .map(|word| self.any_field(word, spellings))
            .collect();
        if words.len() == 1 {
            words.remove(0)
        } else {
            Filter::And(words)
        }
    }

    fn any_field(&self, word: &str, spellings: bool) -> Filter {
        let mut forms = vec![word.to_owned()];
        if spellings {
            let small = word.to_lowercase();
            let mut letters = small.chars();
            let begun: String = letters
                .next()
                .into_iter()
                .flat_map(char::to_uppercase)
                .chain(letters)
                .collect();
            for form in [begun, word.to_uppercase(), small] {
                if !forms.contains(&form) {
                    forms.push(form);
                }
            }
        }
        let mut fields: Vec<Filter> = self
            .fields
            .iter()
            .flat_map(|field| {
                forms
                    .iter()
                    .map(|form| Filter::compare(field, self.operator, form))
            })
            .collect();
        if fields.len() == 1 {
            fields.remove(0)
        } else {
            Filter::Or(fields)
        }
    }
}

/// Would the best way of asking find `row`? Searching here is the same filter, evaluated in memory.
pub(super) fn matches_locally(row: &Object, typed: &str) -> bool {
    matches!(LADDER[0].filter(typed, false).holds(row), Ok(true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::scim::mapping;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn the_filter_is_what_the_rfc_writes_and_quotes_are_escaped() {
        assert_eq!(
            LADDER[1].filter("vas\"q", false).to_string(),
            r#"userName co "vas\"q""#
        );
        assert_eq!(
            LADDER[4].filter(" m@x.example ", false).to_string(),
            r#"userName eq "m@x.example" or emails.value eq "m@x.example""#
        );
    }

    proptest! {
        /// What is found here is what a plain reading of "each word in some field" finds.
        #[test]
        fn searching_here_finds_what_each_word_is_part_of(
            login in "[A-Za-z0-9]{1,6}", given in "[A-Za-zäÖé]{0,6}", family in "[A-Za-zß ]{0,8}",
            email in "[a-z]{1,5}@[a-z]{1,4}", typed in "[A-Za-z0-9äÖ@ \"]{1,5}",
        ) {
            prop_assume!(!typed.trim().is_empty());
            let row = json!({
                "id": "1", "userName": login,
                "name": { "givenName": given, "familyName": family },
                "emails": [{ "value": email }],
            });
            let row = row.as_object().unwrap();
            let user = mapping::user_of(row, None, false).unwrap();
            let fields = [&user.login, &user.email, &given, &family].map(|field| field.to_lowercase());
            let expected = typed
                .to_lowercase()
                .split_whitespace()
                .all(|word| fields.iter().any(|field| field.contains(word)));
            prop_assert_eq!(matches_locally(row, &typed), expected);
        }

        /// Every filter of the ladder is read by the grammar and means the same afterwards.
        #[test]
        fn whatever_is_typed_makes_a_filter_that_can_be_read(typed in "\\PC{1,12}") {
            prop_assume!(!typed.trim().is_empty());
            for rung in &LADDER {
                let filter = rung.filter(&typed, true);
                let read = filter.to_string().parse::<Filter>().unwrap();
                prop_assert_eq!(read.to_string(), filter.to_string());
            }
        }
    }
}
