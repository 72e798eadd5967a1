//! Changing attributes: one modify that takes the value away that was read and adds the new one, so
//! that a value that somebody else has written meanwhile is refused by the server, on every server,
//! and other values of the same attribute stay.

use std::collections::HashSet;

use ldap3::Mod;

use super::{
    attributes::Attributes, clock, directory::LdapDirectory, entry::Entry, flavour::Flavour,
    read::Seen, refusal::Tried, session::Session, status, writing::replace,
};
use crate::{
    directory::{DirectoryError, UserAttribute, UserChange, not_changed},
    receipt::{Proof, Receipt, StepOutcome},
    user::{UserId, Version},
};

impl LdapDirectory {
    /// Changes names, address, details, kind, status and an end of the account.
    pub(super) async fn change_attributes(
        &self,
        session: &Session,
        id: &UserId,
        expected: &Version,
        change: &UserChange,
    ) -> Result<Receipt, DirectoryError> {
        if change.role.is_some() {
            return Err(not_changed());
        }
        let change = &change.as_attributes()?;
        let writing = self.begin(session, id, Some(expected)).await?;
        let before = &writing.before;
        change.refuse_an_end_before_the_beginning(&before.user)?;
        let flavour = writing.link.root.flavour;
        let changes = changes(flavour, before, &self.attributes(), change)?;
        let what = "an attribute that was to be changed";
        let after = self
            .modified(&writing, changes, Tried::Attributes, what)
            .await?;
        let steps = vec![(change.step(), seen(change, after.as_ref()))];
        Ok(writing.receipt(steps, Proof::NotNeeded, after.as_ref()))
    }
}

fn changes(
    flavour: Flavour,
    before: &Seen,
    attributes: &Attributes,
    change: &UserChange,
) -> Result<Vec<Mod<Vec<u8>>>, DirectoryError> {
    let (entry, user) = (&before.entry, &before.user);
    if change.login.is_some() {
        return Err(DirectoryError::NotOffered(format!(
            "the ID ({}) is the name of the entry in many directories: it is changed with the \
             directory's own tools",
            attributes.login
        )));
    }
    if !change.details.fields.is_empty() {
        return Err(DirectoryError::NotOffered(
            "Fields of the site's own are kept in the embedded store only.".into(),
        ));
    }
    let mut changes = Vec::new();
    for (name, old, new) in [
        (&attributes.email, &user.email, &change.email),
        (&attributes.given_name, &user.given_name, &change.given_name),
        (
            &attributes.family_name,
            &user.family_name,
            &change.family_name,
        ),
    ] {
        if let Some(new) = new {
            changes.extend(instead(entry, name, Some(old), new));
        }
    }
    for detail in crate::user::Detail::ALL {
        let Some(new) = change.details.of(detail) else {
            continue;
        };
        let name = attributes.details.iter().find(|(one, _)| *one == detail);
        let Some((_, name)) = name else {
            return Err(DirectoryError::NotOffered(format!(
                "this directory has no attribute for the {}: name one in [ldap.attributes]",
                detail.words()
            )));
        };
        changes.extend(instead(entry, name, None, new));
    }
    if let Some(kind) = change.kind {
        let Some(name) = &attributes.kind else {
            return Err(DirectoryError::NotOffered(
                "this directory has no attribute for the kind: name one in [ldap.attributes]"
                    .into(),
            ));
        };
        changes.extend(instead(entry, name, None, kind.word()));
    }
    if change.valid_from.is_some() {
        return Err(DirectoryError::NotOffered(
            "A beginning of an account is set with the directory's own tools.".into(),
        ));
    }
    if let Some(until) = change.valid_until {
        changes.push(match (flavour, until) {
            (Flavour::ActiveDirectory, Some(until)) => {
                let ticks = clock::to_filetime(until).ok_or_else(|| DirectoryError::Invalid {
                    attribute: Some(UserAttribute::ValidUntil),
                    message: "this directory keeps no time before 1601".into(),
                })?;
                replace("accountExpires", &[ticks.to_string().as_bytes()])
            }
            (Flavour::ActiveDirectory, None) => replace("accountExpires", &[b"0"]),
            (Flavour::FreeIpa, Some(until)) => {
                let text = clock::as_generalized(until);
                replace("krbPrincipalExpiration", &[text.as_bytes()])
            }
            (Flavour::FreeIpa, None) => replace("krbPrincipalExpiration", &[]),
            (
                Flavour::OpenLdap | Flavour::Ds389 | Flavour::Lldap | Flavour::Other,
                Some(_) | None,
            ) => {
                return Err(DirectoryError::NotOffered(
                    "An end of an account is set with the directory's own tools.".into(),
                ));
            }
        });
    }
    if let Some(active) = change.active {
        changes.extend(status::changes(flavour, entry, active)?);
    }
    Ok(changes)
}

/// `new` in the place of the value `old`, or of the first.
fn instead(entry: &Entry, name: &str, old: Option<&str>, new: &str) -> Vec<Mod<Vec<u8>>> {
    let there = match old {
        Some(old) => entry
            .all_bytes(name)
            .iter()
            .find(|value| value.as_slice() == old.as_bytes())
            .map(Vec::as_slice),
        None => None,
    }
    .or_else(|| entry.bytes(name));
    let one = |value: &[u8]| HashSet::from([value.to_vec()]);
    let name = name.as_bytes().to_vec();
    let taken = there.map(|value| Mod::Delete(name.clone(), one(value)));
    let added = (!new.is_empty()).then(|| Mod::Add(name.clone(), one(new.as_bytes())));
    taken.into_iter().chain(added).collect()
}

/// Does the user show what was written?
fn seen(change: &UserChange, after: Option<&Seen>) -> StepOutcome {
    let Some(after) = after else {
        return StepOutcome::Unknown("the user could not be read again".into());
    };
    let open = change.not_in_force(&after.user);
    if open.is_empty() {
        StepOutcome::Done
    } else {
        let open = open.join(", ");
        StepOutcome::Refused(format!("the server took it, and shows another {open}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).into_owned()
    }

    fn told(changes: Vec<Mod<Vec<u8>>>) -> Vec<String> {
        changes
            .into_iter()
            .map(|change| match change {
                Mod::Add(name, values) => format!("add {} {}", text(&name), joined(&values)),
                Mod::Delete(name, values) => format!("delete {} {}", text(&name), joined(&values)),
                Mod::Replace(name, values) => {
                    format!("replace {} {}", text(&name), joined(&values))
                }
                Mod::Increment(name, _) => format!("increment {}", text(&name)),
            })
            .collect()
    }

    fn joined(values: &HashSet<Vec<u8>>) -> String {
        let mut values: Vec<_> = values.iter().map(|value| text(value)).collect();
        values.sort();
        values.join(" ")
    }

    #[test]
    fn a_value_takes_the_place_of_the_one_that_was_read_and_of_no_other() {
        let entry = Entry::for_test(
            "uid=a",
            &[("mail", &["one@x", "two@x"]), ("telephoneNumber", &["911"])],
        );
        for (name, old, new, expected) in [
            (
                "mail",
                Some("two@x"),
                "new@x",
                vec!["delete mail two@x", "add mail new@x"],
            ),
            (
                "telephoneNumber",
                None,
                "",
                vec!["delete telephoneNumber 911"],
            ),
            ("title", None, "Captain", vec!["add title Captain"]),
            ("title", None, "", vec![]),
        ] {
            assert_eq!(told(instead(&entry, name, old, new)), expected);
        }
    }
}
