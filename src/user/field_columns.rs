//! The site's own fields as columns of a list of users.

use super::{SiteValue, User};

/// A field that some of the users have a value in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldColumn {
    /// The field's name.
    pub name: String,
    /// Its title.
    pub title: String,
}

impl FieldColumn {
    /// The fields of these users, each once, in the order in which the users have them.
    pub fn of<'u>(users: impl IntoIterator<Item = &'u User>) -> Vec<Self> {
        let mut columns: Vec<Self> = Vec::new();
        for user in users {
            // A field that is new here stands behind the one that it follows.
            let mut place = 0;
            for value in values(user) {
                let known = columns.iter().position(|column| column.name == value.name);
                if let Some(known) = known {
                    place = known + 1;
                } else {
                    let (name, title) = (value.name.clone(), value.title.clone());
                    columns.insert(place, Self { name, title });
                    place += 1;
                }
            }
        }
        columns
    }

    /// What a user has in it; nothing where that is nothing.
    pub fn value<'u>(&self, user: &'u User) -> &'u str {
        let mut values = values(user).iter();
        values
            .find(|value| value.name == self.name)
            .map_or("", |value| &value.value)
    }
}

fn values(user: &User) -> &[SiteValue] {
    user.details.known().map_or(&[], |details| &details.fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        permission::{Permissions, Reach},
        user::{AccountState, Details, Fact, UserId, Version},
    };

    fn with(fields: &[&str]) -> User {
        let fields = fields.iter().map(|name| SiteValue {
            name: (*name).into(),
            title: name.to_uppercase(),
            value: format!("{name} of this one"),
            fits: true,
        });
        User {
            id: UserId("7".into()),
            login: "E7".into(),
            email: String::new(),
            given_name: String::new(),
            family_name: "Marlow".into(),
            kind: Fact::NotOffered,
            details: Fact::Known(Details {
                fields: fields.collect(),
                ..Details::default()
            }),
            state: AccountState::default(),
            permissions: Permissions::NONE,
            reach: Reach::EVERYWHERE,
            role: None,
            version: Version("1".into()),
        }
    }

    #[test]
    fn columns_stand_in_the_order_of_the_fields_whoever_has_which() {
        let users = [
            with(&["a", "c"]),
            with(&[]),
            with(&["a", "b"]),
            with(&["c", "d"]),
        ];
        let columns = FieldColumn::of(&users);
        let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c", "d"]);
        assert_eq!(columns[1].title, "B");
        assert_eq!(columns[1].value(&users[2]), "b of this one");
        assert_eq!(columns[1].value(&users[0]), "");
    }
}
