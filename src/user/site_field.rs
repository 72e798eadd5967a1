//! Fields that a site adds to its users: what they are called, what they may hold, and who sees,
//! edits and must fill them.

use jiff::civil;
use serde::{Deserialize, Serialize};

use super::phone;
use crate::{permission::Role, text};

/// Longest name of a field, in characters.
const LONGEST_NAME: usize = 32;
/// Longest title or value, in characters.
const LONGEST: usize = 256;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// Any text of one line.
    Text,
    /// A decimal number.
    Number,
    /// A day: 2026-12-31.
    Date,
    /// A phone number.
    Phone,
    /// Yes or no.
    YesNo,
    /// One of the field's own values.
    List,
}

impl FieldKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Text,
        Self::Number,
        Self::Date,
        Self::Phone,
        Self::YesNo,
        Self::List,
    ];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Phone => "phone",
            Self::YesNo => "yes-no",
            Self::List => "list",
        }
    }

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.word().eq_ignore_ascii_case(word.trim()))
    }
}

/// A value of a drop-down list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldValue {
    /// As it is shown and kept.
    pub value: String,
    /// Chosen no more; who has it keeps it.
    #[serde(default)]
    pub retired: bool,
}

/// A field of the site's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteField {
    /// By this it is named in commands and in the API; it never changes.
    pub name: String,
    /// What stands before the value.
    pub title: String,
    /// What it holds.
    pub kind: FieldKind,
    /// The values of a list, in the order in which they are offered.
    #[serde(default)]
    pub values: Vec<FieldValue>,
    /// The roles that see it; none is every role.
    #[serde(default, deserialize_with = "role_names")]
    pub seen_by: Vec<Role>,
    /// The roles that edit it; none is every role that may change users. Who does not see it does
    /// not edit it.
    #[serde(default, deserialize_with = "role_names")]
    pub edited_by: Vec<Role>,
    /// The roles that must fill it where they add or change a user.
    #[serde(default, deserialize_with = "role_names")]
    pub filled_by: Vec<Role>,
    /// Filled no more; what users have stays.
    #[serde(default)]
    pub retired: bool,
    /// Users are found by their values in it: `name:value`.
    #[serde(default)]
    pub searched: bool,
    /// It is a column of lists of users.
    #[serde(default)]
    pub shown: bool,
}

/// The value of a user in a field of the site's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteValue {
    /// The field's name.
    pub name: String,
    /// The field's title.
    pub title: String,
    /// The value as it was given.
    pub value: String,
    /// False: kept from before the field held something else. Another value has to fit.
    pub fits: bool,
}

impl SiteValue {
    /// As somebody gives it: the field's definition judges it.
    pub fn given(name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            title: name.clone(),
            name,
            value: value.into(),
            fits: true,
        }
    }
}

impl SiteField {
    /// A text field that everybody sees and edits.
    pub fn new(name: &str, title: &str) -> Self {
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            kind: FieldKind::Text,
            values: Vec::new(),
            seen_by: Vec::new(),
            edited_by: Vec::new(),
            filled_by: Vec::new(),
            retired: false,
            searched: false,
            shown: false,
        }
    }

    /// The definition as it can be kept.
    ///
    /// # Errors
    /// A sentence.
    pub fn checked(&self) -> Result<Self, String> {
        let mut checked = self.clone();
        checked.title = tidy("title", &self.title)?;
        let name = &self.name;
        let begins = name.starts_with(|char: char| char.is_ascii_alphabetic());
        let rest = |char: char| char.is_ascii_alphanumeric() || char == '_' || char == '-';
        if !begins || !name.chars().all(rest) || name.len() > LONGEST_NAME {
            return Err(format!(
                "the name of a field is at most {LONGEST_NAME} letters, digits, - and _, a letter \
                 first: '{name}' is not"
            ));
        }
        if checked.title.is_empty() {
            return Err("a field needs a title".into());
        }
        for value in &mut checked.values {
            value.value = tidy("value", &value.value)?;
            if value.value.is_empty() {
                return Err("a value of a list is not empty".into());
            }
        }
        let alike = |one: &FieldValue, other: &FieldValue| same(&one.value, &other.value);
        for (nth, value) in checked.values.iter().enumerate() {
            if checked
                .values
                .iter()
                .skip(nth + 1)
                .any(|other| alike(value, other))
            {
                return Err(format!(
                    "the value {} stands in the list twice",
                    value.value
                ));
            }
        }
        if self.kind == FieldKind::List && self.values.iter().all(|value| value.retired) {
            return Err("a list needs at least one value that is not retired".into());
        }
        Ok(checked)
    }

    /// A value as it can be kept; empty takes it away.
    ///
    /// # Errors
    /// A sentence that names the field.
    pub fn value(&self, text: &str) -> Result<String, String> {
        let text = tidy(&self.title, text)?;
        if text.is_empty() {
            return Ok(text);
        }
        let title = &self.title;
        match self.kind {
            FieldKind::Text => Ok(text),
            FieldKind::Number if is_number(&text) => Ok(text),
            FieldKind::Number => Err(format!("{title}: '{text}' is no number such as 12 or 4.5")),
            FieldKind::Date => match text.parse::<civil::Date>() {
                Ok(_) if text.len() == "2026-12-31".len() => Ok(text),
                Ok(_) | Err(_) => Err(format!("{title}: '{text}' is no day such as 2026-12-31")),
            },
            FieldKind::Phone => phone::checked(text).map_err(|why| format!("{title}: {why}")),
            FieldKind::YesNo => match text.to_lowercase().as_str() {
                "yes" | "true" => Ok("yes".into()),
                "no" | "false" => Ok("no".into()),
                _ => Err(format!("{title}: '{text}' is neither yes nor no")),
            },
            FieldKind::List => self.of_list(&text),
        }
    }

    fn of_list(&self, text: &str) -> Result<String, String> {
        let title = &self.title;
        match self.values.iter().find(|value| same(&value.value, text)) {
            Some(value) if !value.retired => Ok(value.value.clone()),
            Some(value) => Err(format!("{title}: {} is chosen no more", value.value)),
            None => {
                let all = self.values.iter().filter(|value| !value.retired);
                let all: Vec<&str> = all.map(|value| value.value.as_str()).collect();
                Err(format!("{title}: '{text}' is none of {}", all.join(", ")))
            }
        }
    }

    /// A value as it is compared in a search.
    pub fn searchable(text: &str) -> String {
        text::fold(text.trim())
    }

    /// Is a user found by the beginning of a value? Else by the whole of it.
    pub const fn is_found_by_beginning(&self) -> bool {
        match self.kind {
            FieldKind::Text | FieldKind::Phone => true,
            FieldKind::Number | FieldKind::Date | FieldKind::YesNo | FieldKind::List => false,
        }
    }

    /// Is `text` what the field holds? A retired value of a list is.
    pub fn fits(&self, text: &str) -> bool {
        match self.kind {
            FieldKind::List => self.values.iter().any(|value| same(&value.value, text)),
            FieldKind::Text
            | FieldKind::Number
            | FieldKind::Date
            | FieldKind::Phone
            | FieldKind::YesNo => self.value(text).is_ok_and(|kept| kept == text),
        }
    }

    /// Does a role see it?
    pub fn is_seen_by(&self, role: &Role) -> bool {
        self.seen_by.is_empty() || is_named(&self.seen_by, role)
    }

    /// Does a role edit it? Which permissions that wants besides is another question.
    pub fn is_edited_by(&self, role: &Role) -> bool {
        !self.retired
            && self.is_seen_by(role)
            && (self.edited_by.is_empty() || is_named(&self.edited_by, role))
    }

    /// Must a role fill it?
    pub fn is_filled_by(&self, role: &Role) -> bool {
        self.is_edited_by(role) && is_named(&self.filled_by, role)
    }
}

/// Built-in roles, and those of the site, which are looked up where they are compared.
fn role_names<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<Role>, D::Error> {
    let names = Vec::<String>::deserialize(from)?;
    Ok(names.iter().map(|name| Role::of_word(name)).collect())
}

/// Roles of the site are known by their names here.
fn is_named(roles: &[Role], role: &Role) -> bool {
    roles.iter().any(|one| role.is_called(one.word()))
}

fn tidy(what: &str, text: &str) -> Result<String, String> {
    text::one_line(&format!("{what}: it"), text, LONGEST)
}

fn same(one: &str, other: &str) -> bool {
    text::comparable(one) == text::comparable(other)
}

/// Digits with a sign and a decimal point or without: what counting would change is no number.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    match unsigned.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(unsigned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: FieldKind) -> SiteField {
        SiteField {
            kind,
            values: [("Red", false), ("Green", true)]
                .map(|(value, retired)| FieldValue {
                    value: value.into(),
                    retired,
                })
                .to_vec(),
            ..SiteField::new("shirt", "Shirt")
        }
    }

    #[test]
    fn each_kind_takes_what_it_is_and_refuses_the_rest() {
        for (kind, good, bad) in [
            (FieldKind::Text, &["M", "x y"][..], &["a\nb"][..]),
            (
                FieldKind::Number,
                &["12", "-4.5", "007"],
                &["1e3", "1,5", ".", "twelve"],
            ),
            (
                FieldKind::Date,
                &["2026-12-31"],
                &["12/31/2026", "2026-02-30", "2026-12-31T00:00"],
            ),
            (FieldKind::Phone, &["303 555 0142"], &["12", "call me"]),
            (FieldKind::YesNo, &["yes", "no"], &["maybe", "1"]),
            (FieldKind::List, &["Red"], &["Blue", "Green"]),
        ] {
            let field = field(kind);
            for text in good {
                assert_eq!(field.value(text).as_deref(), Ok(*text), "{kind:?}");
                assert!(field.fits(text), "{kind:?} {text}");
            }
            for text in bad {
                let refused = field.value(text).unwrap_err();
                assert!(refused.starts_with("Shirt: "), "{refused}");
            }
            assert_eq!(field.value("  ").as_deref(), Ok(""), "taken away");
        }
        assert_eq!(field(FieldKind::List).value("red").as_deref(), Ok("Red"));
        assert_eq!(field(FieldKind::YesNo).value("TRUE").as_deref(), Ok("yes"));
    }

    #[test]
    fn a_retired_value_of_a_list_still_fits_who_has_it() {
        let list = field(FieldKind::List);
        assert!(list.fits("Green") && !list.fits("Blue"));
    }

    #[test]
    fn roles_that_are_named_see_edit_and_must_fill_and_no_others() {
        let plain = field(FieldKind::Text);
        for role in &Role::BUILT_IN {
            assert!(plain.is_seen_by(role) && plain.is_edited_by(role));
            assert!(!plain.is_filled_by(role));
        }
        let kept = SiteField {
            seen_by: vec![Role::HelpDesk, Role::Auditor],
            edited_by: vec![Role::HelpDesk, Role::Administrator],
            filled_by: vec![Role::HelpDesk, Role::Administrator],
            ..plain
        };
        assert!(kept.is_seen_by(&Role::Auditor) && !kept.is_edited_by(&Role::Auditor));
        assert!(kept.is_filled_by(&Role::HelpDesk));
        assert!(
            !kept.is_edited_by(&Role::Administrator) && !kept.is_filled_by(&Role::Administrator),
            "nobody edits unseen"
        );
        let retired = SiteField {
            retired: true,
            ..kept
        };
        assert!(retired.is_seen_by(&Role::HelpDesk));
        assert!(!retired.is_edited_by(&Role::HelpDesk) && !retired.is_filled_by(&Role::HelpDesk));
    }

    #[test]
    fn a_definition_that_could_not_be_used_is_refused() {
        for name in ["", "1a", "a b", "ä", "x:y", &"a".repeat(33)] {
            assert!(SiteField::new(name, "T").checked().is_err(), "{name}");
        }
        assert!(SiteField::new("badge-Class_2", "T").checked().is_ok());
        assert!(SiteField::new("a", "  ").checked().is_err());
        let mut list = field(FieldKind::List);
        assert!(list.checked().is_ok());
        list.values[0].retired = true;
        assert!(list.checked().is_err(), "nothing can be chosen");
        list.values[0].retired = false;
        list.values[1].value = "RED".into();
        assert!(list.checked().is_err(), "twice the same");
    }
}
