//! A field of the site's own as one operator meets it.

use super::{FieldKind, SiteField};
use crate::permission::Role;

/// A field that an operator sees, and what the operator's role may do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenField {
    /// The field.
    pub field: SiteField,
    /// The role edits it; which permissions that wants besides is another question.
    pub is_edited: bool,
    /// The role must fill it where it adds or changes a user.
    pub is_filled: bool,
}

impl SeenField {
    /// The field for whoever holds `role`; nothing where the role does not see it.
    pub fn of(field: SiteField, role: &Role) -> Option<Self> {
        field.is_seen_by(role).then(|| Self {
            is_edited: field.is_edited_by(role),
            is_filled: field.is_filled_by(role),
            field,
        })
    }

    /// Why the operator does not edit it, if so.
    pub fn obstacle(&self) -> Option<String> {
        if self.is_edited {
            return None;
        }
        if self.field.retired {
            return Some("this field is retired".into());
        }
        let editors = self.field.edited_by.iter();
        // Who does not see it does not edit it.
        let editors: Vec<&str> = editors
            .filter(|role| self.field.is_seen_by(role))
            .map(Role::word)
            .collect();
        Some(match editors.as_slice() {
            [] => "no role edits it".into(),
            roles => format!("needs the role {}", roles.join(" or ")),
        })
    }

    /// What can be chosen where it is chosen and not typed: the values that are not retired, and what
    /// the user has, which stays though it is chosen no more.
    pub fn choices(&self, held: &str) -> Option<Vec<String>> {
        let mut choices: Vec<String> = match self.field.kind {
            FieldKind::List => {
                let values = self.field.values.iter().filter(|value| !value.retired);
                values.map(|value| value.value.clone()).collect()
            }
            FieldKind::YesNo => ["yes", "no"].map(ToOwned::to_owned).to_vec(),
            FieldKind::Text | FieldKind::Number | FieldKind::Date | FieldKind::Phone => {
                return None;
            }
        };
        if !held.is_empty() && !choices.iter().any(|choice| choice == held) {
            choices.push(held.to_owned());
        }
        Some(choices)
    }

    /// What is wrong with `text` in place of `held`, as a sentence without its end. What is there
    /// stays, whatever the field holds by now; whether it may be empty is asked where a user is
    /// changed at all.
    pub fn fault(&self, text: &str, held: &str, is_changed: bool) -> Option<String> {
        if is_changed && self.is_filled && text.trim().is_empty() {
            return Some(format!("{} has to be filled", self.field.title));
        }
        if text == held {
            return None;
        }
        self.field.value(text).err()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user::FieldValue;

    fn shift() -> SiteField {
        let value = |value: &str, retired| FieldValue {
            value: value.into(),
            retired,
        };
        SiteField {
            kind: FieldKind::List,
            values: vec![
                value("Red", false),
                value("Blue", true),
                value("Green", false),
            ],
            ..SiteField::new("shift", "Shift")
        }
    }

    #[test]
    fn a_role_meets_what_it_sees_and_is_told_who_edits_the_rest() {
        let field = SiteField {
            seen_by: vec![Role::HelpDesk, Role::Administrator],
            edited_by: vec![Role::Administrator, Role::Viewer],
            filled_by: vec![Role::Administrator],
            ..SiteField::new("boots", "Boots")
        };
        assert_eq!(SeenField::of(field.clone(), &Role::Viewer), None);
        let desk = SeenField::of(field.clone(), &Role::HelpDesk).unwrap();
        assert!(!desk.is_edited && !desk.is_filled);
        let why = desk.obstacle();
        assert_eq!(why.as_deref(), Some("needs the role administrator"));
        let chief = SeenField::of(field.clone(), &Role::Administrator).unwrap();
        assert!(chief.is_edited && chief.is_filled);
        assert_eq!(chief.obstacle(), None);
        let retired = SiteField {
            retired: true,
            ..field
        };
        let retired = SeenField::of(retired, &Role::Administrator).unwrap();
        assert!(!retired.is_filled, "nobody has to fill what nobody may");
        let why = retired.obstacle();
        assert_eq!(why.as_deref(), Some("this field is retired"));
    }

    #[test]
    fn a_retired_value_is_offered_to_whoever_has_it() {
        let seen = SeenField::of(shift(), &Role::HelpDesk).unwrap();
        let offered = |held| seen.choices(held).unwrap();
        assert_eq!(offered(""), ["Red", "Green"]);
        assert_eq!(offered("Green"), ["Red", "Green"]);
        assert_eq!(offered("Blue"), ["Red", "Green", "Blue"]);
        assert_eq!(seen.fault("Blue", "Blue", true), None);
        assert!(seen.fault("Blue", "Red", true).is_some());
        let boots = SeenField::of(SiteField::new("boots", "Boots"), &Role::HelpDesk);
        assert_eq!(boots.unwrap().choices(""), None);
    }

    #[test]
    fn what_must_be_filled_may_be_empty_only_where_nothing_changes() {
        let field = SiteField {
            filled_by: vec![Role::HelpDesk],
            ..shift()
        };
        let seen = SeenField::of(field, &Role::HelpDesk).unwrap();
        assert_eq!(seen.fault("", "", false), None);
        let why = seen.fault(" ", "Red", true);
        assert_eq!(why.as_deref(), Some("Shift has to be filled"));
    }
}
