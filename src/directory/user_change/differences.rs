//! What a change makes different, and where it meets somebody else's.

use jiff::Timestamp;

use super::{
    UserChange,
    attribute::{AttributeChange, AttributeConflict, words},
};
use crate::user::{AccountKind, Detail, User};

impl UserChange {
    /// Each attribute of `user`, and whether the account is active, as it is and as it is to be. A
    /// role is not among them: of the one that is kept a user shows the permissions alone.
    pub fn differences(&self, user: &User) -> Vec<AttributeChange> {
        let mut differences: Vec<_> = attributes(user)
            .into_iter()
            .zip(self.wanted())
            .filter_map(|((attribute, old), new)| {
                Some(AttributeChange {
                    attribute,
                    old,
                    new: new?,
                })
            })
            .collect();
        differences.extend(
            self.details
                .fields
                .iter()
                .map(|(name, new)| AttributeChange {
                    attribute: "field",
                    old: field(user, name),
                    new: format!("{name}={new}"),
                }),
        );
        differences
    }

    /// What of this change `after` does not show. A display name that is the name itself is none.
    pub(in crate::directory) fn not_in_force(&self, after: &User) -> Vec<&'static str> {
        self.differences(after)
            .into_iter()
            .filter(|difference| difference.old != difference.new)
            .filter(|difference| {
                difference.attribute != "display_name" || difference.new != after.name()
            })
            .map(|difference| words(difference.attribute))
            .collect()
    }

    /// Every attribute that is no longer as it was `seen`, with what this change wants of it.
    pub fn conflicts(&self, seen: &User, now: &User) -> Vec<AttributeConflict> {
        let mut conflicts: Vec<_> = attributes(seen)
            .into_iter()
            .zip(attributes(now))
            .zip(self.wanted())
            .filter(|(((_, seen), (_, now)), _)| seen != now)
            .map(
                |(((attribute, seen), (_, now)), wanted)| AttributeConflict {
                    attribute,
                    seen,
                    now,
                    wanted,
                },
            )
            .collect();
        let mut names: Vec<&str> = [seen, now]
            .into_iter()
            .filter_map(|user| user.details.known())
            .flat_map(|details| details.fields.iter().map(|field| field.name.as_str()))
            .collect();
        names.sort_unstable();
        names.dedup();
        conflicts.extend(names.into_iter().filter_map(|name| {
            let (seen, now) = (field(seen, name), field(now, name));
            let wanted = self.details.fields.get(name);
            (seen != now).then(|| AttributeConflict {
                attribute: "field",
                seen,
                now,
                wanted: wanted.map(|new| format!("{name}={new}")),
            })
        }));
        conflicts
    }

    /// What each of [`attributes`] is to become, in the same order.
    fn wanted(&self) -> Vec<Option<String>> {
        let mut wanted = vec![
            self.login.clone(),
            self.email.clone(),
            self.given_name.clone(),
            self.family_name.clone(),
            self.kind.map(|kind| kind.word().to_owned()),
            self.active.map(|active| state(active).to_owned()),
        ];
        let details = Detail::ALL.into_iter();
        wanted.extend(details.map(|one| self.details.of(one).map(ToOwned::to_owned)));
        wanted.extend([self.valid_from.map(instant), self.valid_until.map(instant)]);
        wanted
    }
}

/// The attributes that can be changed, by name.
fn attributes(user: &User) -> Vec<(&'static str, String)> {
    let kind = user.kind.known().copied().map_or("?", AccountKind::word);
    let active = user.state.active.known().is_some_and(|active| *active);
    let mut all = vec![
        ("id", user.login.clone()),
        ("email", user.email.clone()),
        ("given_name", user.given_name.clone()),
        ("family_name", user.family_name.clone()),
        ("kind", kind.to_owned()),
        ("state", state(active).to_owned()),
    ];
    let details = user.details.known().cloned().unwrap_or_default();
    all.extend(Detail::ALL.map(|one| (one.key(), details.of(one).to_owned())));
    let state = &user.state;
    all.extend([
        ("valid_from", instant(state.valid_from.value())),
        ("valid_until", instant(state.account_expires.value())),
    ]);
    all
}

/// A field of the site's own with what stands in it: `shirt=M`.
fn field(user: &User, name: &str) -> String {
    let value = user
        .details
        .known()
        .map_or("", |details| details.field(name));
    format!("{name}={value}")
}

const fn state(active: bool) -> &'static str {
    if active { "active" } else { "disabled" }
}

/// A time as an attribute; empty where there is none.
fn instant(at: Option<Timestamp>) -> String {
    at.map_or_else(String::new, |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        permission::Permissions,
        user::{AccountState, Details, DetailsChange, Fact, UserId, Version},
    };

    fn user(station: &str, phone: &str) -> User {
        User {
            id: UserId("7".into()),
            login: "E7".into(),
            email: "maria@station.example".into(),
            given_name: "Maria".into(),
            family_name: "Vasquez".into(),
            kind: Fact::Known(AccountKind::Staff),
            details: Fact::Known(Details {
                station: station.into(),
                phone: phone.into(),
                ..Details::default()
            }),
            state: AccountState::default(),
            permissions: Permissions::NONE,
            reach: crate::permission::Reach::EVERYWHERE,
            role: None,
            version: Version("1".into()),
        }
    }

    #[test]
    fn each_attribute_that_somebody_else_changed_is_told_with_what_was_seen_is_now_and_was_wanted()
    {
        let change = UserChange {
            details: DetailsChange {
                station: Some("Station 9".into()),
                ..DetailsChange::default()
            },
            valid_until: Some(None),
            ..UserChange::default()
        };
        let seen = user("Station 7", "303 555 0142");
        let mut now = user("Station 8", "");
        now.state.account_expires = Fact::Known(Some("2026-12-31T00:00:00Z".parse().unwrap()));
        let told: Vec<_> = change
            .conflicts(&seen, &now)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            told,
            [
                "phone: you saw 303 555 0142, now none",
                "station: you saw Station 7, now Station 8, you want Station 9",
                "valid until: you saw none, now 2026-12-31T00:00:00Z, you want none",
            ]
        );
        assert!(change.conflicts(&seen, &seen).is_empty());
    }

    #[test]
    fn every_attribute_has_its_place_among_what_is_wanted() {
        let until = "2026-12-31T00:00:00Z";
        let change = UserChange {
            login: Some("id".into()),
            email: Some("email".into()),
            given_name: Some("given_name".into()),
            family_name: Some("family_name".into()),
            kind: Some(AccountKind::Unit),
            active: Some(false),
            details: Details {
                display_name: "display_name".into(),
                phone: "phone".into(),
                station: "station".into(),
                job_title: "job_title".into(),
                ..Details::default()
            }
            .into(),
            valid_from: Some(None),
            valid_until: Some(Some(until.parse().unwrap())),
            ..UserChange::default()
        };
        let differences = change.differences(&user("", ""));
        assert_eq!(differences.len(), 12);
        for difference in differences {
            let expected = match difference.attribute {
                "kind" => "unit",
                "state" => "disabled",
                "valid_from" => "",
                "valid_until" => until,
                name => name,
            };
            assert_eq!(difference.new, expected, "{}", difference.attribute);
        }
    }
}
