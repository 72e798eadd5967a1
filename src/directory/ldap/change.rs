//! Changing attributes: one modify that takes the value away that the operator has seen and adds the new
//! one, so that where somebody else has written another it is refused, by the server itself where that
//! was meanwhile, and other values of the same attribute stay.

use std::collections::HashSet;

use jiff::Timestamp;
use ldap3::Mod;

use super::{
    attributes::Attributes, clock, directory::LdapDirectory, entry::Entry, flavour::Flavour,
    read::Seen, refusal::Tried, seen_values::SeenValues, session::Session, status, version::Mark,
    writing::conflict,
};
use crate::{
    directory::{DirectoryError, UserAttribute, UserChange, not_changed},
    receipt::{Proof, Receipt, StepOutcome},
    user::{Detail, UserId, Version},
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
        let attributes = &Attributes::new(flavour, &self.connector.settings);
        let seen = writing
            .expected
            .as_ref()
            .map_or_else(SeenValues::default, |mark| mark.values.clone());
        let written = Written::all(flavour, attributes, change)?;
        let mut changes = instead(&before.entry, attributes, &seen, &written)
            .map_err(|met| conflict(before, &met))?;
        if let Some(active) = change.active {
            changes.extend(status::changes(flavour, &before.entry, active)?);
        }
        if changes.is_empty() {
            let steps = vec![(change.step(), StepOutcome::NotNeeded)];
            return Ok(writing.receipt(steps, Proof::NotNeeded, Some(before)));
        }
        let what = |now: &Seen| {
            let met = instead(&now.entry, attributes, &seen, &written).err();
            met.unwrap_or_else(|| "an attribute that was to be changed".into())
        };
        let after = self
            .modified(&writing, changes, Tried::Attributes, what)
            .await?;
        let steps = vec![(change.step(), in_force(change, after.as_ref()))];
        let mut receipt = writing.receipt(steps, Proof::NotNeeded, after.as_ref());
        receipt.version = after.map(|after| {
            let names: Vec<_> = written.iter().map(|one| one.name).collect();
            let values = seen.with_written(attributes, &names, &after.mark.values);
            let mark = Mark {
                values,
                ..after.mark
            };
            mark.version()
        });
        Ok(receipt)
    }
}

/// An attribute that is written.
#[derive(Debug)]
struct Written<'a> {
    /// To people.
    what: &'static str,
    /// In the directory.
    name: &'a str,
    /// What is to stand there; empty is nothing.
    new: String,
}

impl<'a> Written<'a> {
    /// Everything that a change writes but the status.
    fn all(
        flavour: Flavour,
        attributes: &'a Attributes,
        change: &UserChange,
    ) -> Result<Vec<Self>, DirectoryError> {
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
        if change.valid_from.is_some() {
            return Err(DirectoryError::NotOffered(
                "A beginning of an account is set with the directory's own tools.".into(),
            ));
        }
        let mut written = Vec::new();
        let mut put = |what, name, new: Option<&str>| {
            written.extend(new.map(|new| Self {
                what,
                name,
                new: new.to_owned(),
            }));
        };
        put("email", &attributes.email, change.email.as_deref());
        let given_name = change.given_name.as_deref();
        put("given name", &attributes.given_name, given_name);
        let family_name = change.family_name.as_deref();
        put("family name", &attributes.family_name, family_name);
        for detail in Detail::ALL {
            let Some(new) = change.details.of(detail) else {
                continue;
            };
            let name = attributes.detail(detail);
            let name = name.ok_or_else(|| no_attribute(detail.words()))?;
            put(detail.words(), name, Some(new));
        }
        if let Some(kind) = change.kind {
            let name = attributes.kind.as_ref();
            let name = name.ok_or_else(|| no_attribute("kind"))?;
            put("kind", name, Some(kind.word()));
        }
        if let Some(until) = change.valid_until {
            let name = attributes.end.ok_or_else(|| {
                DirectoryError::NotOffered(
                    "An end of an account is set with the directory's own tools.".into(),
                )
            })?;
            put("valid until", name, Some(&end(flavour, until)?));
        }
        Ok(written)
    }
}

fn no_attribute(what: &str) -> DirectoryError {
    DirectoryError::NotOffered(format!(
        "this directory has no attribute for the {what}: name one in [ldap.attributes]"
    ))
}

/// The end of an account as the directory writes it.
fn end(flavour: Flavour, until: Option<Timestamp>) -> Result<String, DirectoryError> {
    let Some(until) = until else {
        let none = match flavour {
            Flavour::ActiveDirectory => "0",
            Flavour::OpenLdap
            | Flavour::Ds389
            | Flavour::FreeIpa
            | Flavour::Lldap
            | Flavour::Other => "",
        };
        return Ok(none.to_owned());
    };
    if flavour != Flavour::ActiveDirectory {
        return Ok(clock::as_generalized(until));
    }
    let ticks = clock::to_filetime(until).ok_or_else(|| DirectoryError::Invalid {
        attribute: Some(UserAttribute::ValidUntil),
        message: "this directory keeps no time before 1601".into(),
    })?;
    Ok(ticks.to_string())
}

/// Everything that is written, in the place of the values that were seen; or what somebody else has
/// changed of it.
fn instead(
    entry: &Entry,
    attributes: &Attributes,
    seen: &SeenValues,
    written: &[Written<'_>],
) -> Result<Vec<Mod<Vec<u8>>>, String> {
    let (mut changes, mut met) = (Vec::new(), Vec::new());
    for one in written {
        let Ok(there) = seen.find(entry, attributes, one.name) else {
            met.push(one.what);
            continue;
        };
        let value = |value: &[u8]| HashSet::from([value.to_vec()]);
        let name = || one.name.as_bytes().to_vec();
        changes.extend(there.map(|there| Mod::Delete(name(), value(there))));
        let is_there = !one.new.is_empty();
        changes.extend(is_there.then(|| Mod::Add(name(), value(one.new.as_bytes()))));
    }
    if met.is_empty() {
        Ok(changes)
    } else {
        Err(met.join(", "))
    }
}

/// Does the user show what was written?
fn in_force(change: &UserChange, after: Option<&Seen>) -> StepOutcome {
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
    use crate::directory::ldap::settings::LdapSettings;

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
    fn a_value_takes_the_place_of_the_one_that_was_seen_and_of_no_other() {
        let attributes = Attributes::new(Flavour::OpenLdap, &LdapSettings::default());
        let seen = [("mail", &["two@x"][..]), ("telephoneNumber", &["911"])];
        let seen = SeenValues::of(&Entry::for_test("uid=a", &seen), &attributes);
        let entry = Entry::for_test(
            "uid=a",
            &[("mail", &["one@x", "two@x"]), ("telephoneNumber", &["911"])],
        );
        let write = |entry: &Entry, name, new: &str| {
            let written = [Written {
                what: "value",
                name,
                new: new.into(),
            }];
            instead(entry, &attributes, &seen, &written).map(told)
        };
        for (name, new, expected) in [
            ("mail", "new@x", vec!["delete mail two@x", "add mail new@x"]),
            ("telephoneNumber", "", vec!["delete telephoneNumber 911"]),
            ("title", "Captain", vec!["add title Captain"]),
            ("title", "", vec![]),
        ] {
            assert_eq!(write(&entry, name, new).unwrap(), expected);
        }
        let changed = Entry::for_test(
            "uid=a",
            &[
                ("mail", &["one@x"]),
                ("telephoneNumber", &["912"]),
                ("title", &["Chief"]),
            ],
        );
        for name in ["mail", "telephoneNumber", "title"] {
            let met = write(&changed, name, "new").unwrap_err();
            assert_eq!(met, "value", "{name}");
        }
    }

    #[test]
    fn an_end_is_written_as_the_directory_counts_and_none_as_it_says_none() {
        let until = "2026-12-31T18:00:00Z".parse().ok();
        let (domain, ipa) = (Flavour::ActiveDirectory, Flavour::FreeIpa);
        assert_eq!(end(domain, until).unwrap(), "134432136000000000");
        assert_eq!(end(domain, None).unwrap(), "0");
        assert_eq!(end(ipa, until).unwrap(), "20261231180000Z");
        assert_eq!(end(ipa, None).unwrap(), "");
        assert!(end(domain, "1600-12-31T00:00:00Z".parse().ok()).is_err());
    }
}
