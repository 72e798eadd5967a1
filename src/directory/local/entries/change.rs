//! Adding, changing and removing users as entries, each in one transaction with its record.

use std::sync::Arc;

use rusqlite::Transaction;

use super::{
    super::{
        LocalDirectory,
        change::{self, Change},
        create, fields, hashing,
        index::{
            change::{note_folded_names, replace},
            key::Key,
        },
        lockout, names,
        read::row_of,
        role,
        stored_password::{self, NewPassword},
        write,
    },
    read,
};
use crate::{
    audit::{Intent, Target},
    directory::{DirectoryError, NewUser},
    operator::Operator,
    password::Secret,
    permission::Role,
    receipt::{Proof, Receipt, Step, StepOutcome},
    scim::user::{Beside, Entry, Wanted},
    store::StoreError,
};

/// A password may change while the new one is being hashed; then the history is looked at again.
const ATTEMPTS: usize = 3;

/// What is to become of a user.
#[derive(Debug)]
pub struct EntryChange {
    /// The attributes, all of them.
    pub new: NewUser,
    /// What only the API shows.
    pub beside: Beside,
    /// A new password.
    pub password: Option<Secret>,
    /// Take the password away.
    pub remove_password: bool,
    /// Take a lock off beside the new password.
    pub unlock: bool,
    /// Reason of the request.
    pub reason: String,
    changed: Vec<&'static str>,
}

impl EntryChange {
    /// What has to be done to make `wanted` of `current`.
    pub fn between(current: &Entry, wanted: Wanted) -> Self {
        let new = NewUser {
            must_change: false,
            ..wanted.new_user()
        };
        let user = &current.user;
        let changed = [
            ("userName", user.login != new.login),
            (
                "externalId",
                current.beside.external_id != wanted.beside.external_id,
            ),
            (
                "displayName",
                current.beside.display_name != wanted.beside.display_name,
            ),
            ("givenName", user.given_name != new.given_name),
            ("familyName", user.family_name != new.family_name),
            (
                "emails",
                user.email != new.email
                    || current.beside.email_is_not_primary != wanted.beside.email_is_not_primary,
            ),
            ("active", user.state.active.known() != Some(&new.active)),
            ("kind", user.kind.known() != Some(&new.kind)),
            ("role", current.role != new.role),
        ]
        .into_iter()
        .filter_map(|(name, differs)| differs.then_some(name))
        .collect();
        let has_password = user
            .state
            .password
            .known()
            .is_some_and(|password| password.set);
        Self {
            new,
            beside: wanted.beside,
            password: wanted.password,
            remove_password: wanted.remove_password && has_password,
            unlock: wanted.unlock,
            reason: wanted.reason,
            changed,
        }
    }

    /// Nothing differs.
    pub fn is_nothing(&self) -> bool {
        self.changed.is_empty() && self.password.is_none() && !self.remove_password
    }

    /// Nothing but the role differs.
    pub fn only_the_role(&self, _current: &Entry) -> bool {
        self.changed == ["role"] && self.password.is_none() && !self.remove_password
    }

    /// The names of what changes, for the audit; values stay out of it but for the role and
    /// whether the account is active.
    pub fn described(&self, _current: &Entry) -> Option<String> {
        let mut words: Vec<String> = self
            .changed
            .iter()
            .map(|name| match *name {
                "role" => format!("role {}", self.new.role),
                "active" if self.new.active => "enabled".into(),
                "active" => "disabled".into(),
                other => other.into(),
            })
            .collect();
        if self.remove_password {
            words.push("password taken away".into());
        }
        (!words.is_empty()).then(|| format!("changes {}", words.join(", ")))
    }

    fn what(&self) -> &'static str {
        if self.password.is_some() {
            "password reset"
        } else {
            "changed"
        }
    }
}

impl LocalDirectory {
    /// Adds a user.
    ///
    /// # Errors
    /// [`DirectoryError::Invalid`], [`DirectoryError::Taken`] and the store's.
    pub async fn entry_created(
        &self,
        operator: &Operator,
        new: &NewUser,
        beside: &Beside,
        password: Option<&Secret>,
        intent: &Intent,
    ) -> Result<Entry, DirectoryError> {
        let new = fields::checked(new)?;
        let beside = fields::beside(beside)?;
        let password = match password {
            None => None,
            Some(password) => Some(NewPassword {
                hash: hashing::hash(self.profile.kdf, password).await?,
                instead_of: None,
                must_change: new.must_change,
            }),
        };
        let (profile, at, by) = (
            Arc::clone(&self.profile),
            self.now(),
            change::signature(operator),
        );
        let mut intent = intent.clone();
        self.store
            .write(move |transaction| {
                let password = password.as_ref();
                let row = create::insert(transaction, &profile, &new, password, &by, at)?;
                write::update(transaction, row, &new, &beside)?;
                let entry = one(transaction, row)?;
                intent.event.target = Some(Target::from(&entry.user));
                let steps = [(Step::Created, StepOutcome::Done)];
                change::conclude(transaction, &intent, &steps, at)?;
                Ok(entry)
            })
            .await
    }

    /// Changes a user from the version of `current`.
    ///
    /// # Errors
    /// [`DirectoryError::Conflict`] when it is another by now, [`DirectoryError::Taken`],
    /// [`DirectoryError::Invalid`], [`DirectoryError::PasswordRefused`],
    /// [`DirectoryError::Forbidden`] for the last administrator, and the store's.
    pub async fn entry_changed(
        &self,
        operator: &Operator,
        current: &Entry,
        wanted: &EntryChange,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let row = row_of(&current.user.id)?;
        let expected = current.user.version.clone();
        {
            // Before the costly hash; what counts is the look within the transaction.
            let expected = expected.clone();
            self.store
                .read(move |connection| change::refuse_if_changed(connection, row, Some(&expected)))
                .await?;
        }
        let new = fields::checked(&wanted.new)?;
        let beside = fields::beside(&wanted.beside)?;
        let hash = match &wanted.password {
            Some(password) => Some(hashing::hash(self.profile.kdf, password).await?),
            None => None,
        };
        for _ in 0..ATTEMPTS {
            let password = match (&wanted.password, &hash) {
                (Some(password), Some(hash)) => Some(NewPassword {
                    hash: hash.clone(),
                    instead_of: self.refuse_former(row, password).await?,
                    must_change: true,
                }),
                _ => None,
            };
            let work = Work {
                change: Change {
                    row,
                    expected: Some(expected.clone()),
                    by: change::signature(operator),
                    what: wanted.what(),
                    at: self.now(),
                },
                old: current.clone(),
                new: new.clone(),
                beside: beside.clone(),
                password,
                remove_password: wanted.remove_password,
                unlock: wanted.unlock,
                changes: !wanted.changed.is_empty() || wanted.remove_password,
            };
            let (profile, intent) = (Arc::clone(&self.profile), intent.clone());
            let done = self
                .store
                .write(move |transaction| work.commit(transaction, &profile, &intent))
                .await?;
            if let Some((steps, version)) = done {
                let proof = match &wanted.password {
                    Some(password) => self.proved(row, password).await,
                    None => Proof::NotNeeded,
                };
                return Ok(Receipt {
                    steps,
                    proof,
                    version: Some(version),
                    server: None,
                    recorded: true,
                });
            }
        }
        Err(StoreError::Busy.into())
    }

    /// Takes a user away, from the version of `current`.
    ///
    /// # Errors
    /// [`DirectoryError::Conflict`], [`DirectoryError::Forbidden`] for the last administrator, and
    /// the store's.
    pub async fn entry_removed(
        &self,
        operator: &Operator,
        current: &Entry,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let change = Change {
            row: row_of(&current.user.id)?,
            expected: Some(current.user.version.clone()),
            by: change::signature(operator),
            what: "removed",
            at: self.now(),
        };
        let intent = intent.clone();
        let steps = vec![(Step::Removed, StepOutcome::Done)];
        let written = steps.clone();
        self.store
            .write(move |transaction| {
                change.begin(transaction)?;
                refuse_the_last_administrator(transaction, change.row)?;
                let old = one(transaction, change.row)?;
                replace(transaction, change.row, Some(&key(&old)), None)?;
                for sql in [
                    "DELETE FROM passwords WHERE row = ?1",
                    "DELETE FROM former_passwords WHERE row = ?1",
                    "DELETE FROM sign_ins WHERE row = ?1",
                    "DELETE FROM failures WHERE row = ?1",
                    "DELETE FROM sign_in_names WHERE row = ?1",
                    "DELETE FROM folded_names WHERE row = ?1",
                    "DELETE FROM api_tokens WHERE operator = ?1",
                    "DELETE FROM users WHERE row = ?1",
                    "UPDATE counters SET value = max(value, ?1) WHERE name = 'highest removed row'",
                ] {
                    transaction.prepare_cached(sql)?.execute([change.row])?;
                }
                transaction
                    .execute_batch("UPDATE counters SET value = value - 1 WHERE name = 'users'")?;
                change::conclude(transaction, &intent, &written, change.at)?;
                Ok::<_, DirectoryError>(())
            })
            .await?;
        Ok(Receipt {
            steps,
            proof: Proof::NotNeeded,
            version: None,
            server: None,
            recorded: true,
        })
    }
}

struct Work {
    change: Change,
    old: Entry,
    new: NewUser,
    beside: Beside,
    password: Option<NewPassword>,
    remove_password: bool,
    unlock: bool,
    changes: bool,
}

type Done = (Vec<(Step, StepOutcome)>, crate::user::Version);

impl Work {
    /// `None` when the password has changed since its history was looked at.
    fn commit(
        &self,
        transaction: &Transaction<'_>,
        profile: &crate::password::profile::Profile,
        intent: &Intent,
    ) -> Result<Option<Done>, DirectoryError> {
        let row = self.change.row;
        // First, while nothing is written: what is answered here is committed.
        if let Some(password) = &self.password
            && !password.is_next(transaction, row)?
        {
            return Ok(None);
        }
        let version = self.change.begin(transaction)?;
        let loses_the_desk = self.old.role == Role::Administrator
            && (self.new.role != Role::Administrator || !self.new.active || self.remove_password);
        if loses_the_desk {
            refuse_the_last_administrator(transaction, row)?;
        }
        write::update(transaction, row, &self.new, &self.beside)?;
        self.rename(transaction)?;
        let mut steps = Vec::new();
        if self.remove_password {
            transaction
                .prepare_cached("DELETE FROM passwords WHERE row = ?1")?
                .execute([row])?;
        }
        if let Some(password) = &self.password {
            if !stored_password::put(transaction, profile, row, password, self.change.at)? {
                return Ok(None);
            }
            steps.push((Step::PasswordSet, StepOutcome::Done));
            steps.push((Step::MustChange, StepOutcome::Done));
            let unlocked = self.unlock && lockout::unlock(transaction, row)?;
            if !self.unlock {
                lockout::forget_failures(transaction, row)?;
            }
            let outcome = if unlocked {
                StepOutcome::Done
            } else {
                StepOutcome::NotNeeded
            };
            steps.push((Step::Unlocked, outcome));
        }
        if self.changes {
            steps.push((Step::Changed, StepOutcome::Done));
        }
        change::conclude(transaction, intent, &steps, self.change.at)?;
        Ok(Some((steps, version)))
    }

    /// Keeps sign-in names and search index in step with ID, email and name.
    fn rename(&self, transaction: &Transaction<'_>) -> Result<(), DirectoryError> {
        let row = self.change.row;
        let (was, now) = (key(&self.old), Key::of(&self.new));
        let user = &self.old.user;
        if user.login != self.new.login || user.email != self.new.email {
            for sql in [
                "DELETE FROM sign_in_names WHERE row = ?1",
                "DELETE FROM folded_names WHERE row = ?1",
            ] {
                transaction.prepare_cached(sql)?.execute([row])?;
            }
            if let Some(taken) = names::claim_names(transaction, row, &self.new)? {
                let sentence = taken.sentence(transaction)?;
                return Err(DirectoryError::Taken(sentence));
            }
            note_folded_names(transaction, row, &self.new)?;
        }
        if was != now {
            replace(transaction, row, Some(&was), Some(&now))?;
        }
        Ok(())
    }
}

fn key(entry: &Entry) -> Key {
    let user = &entry.user;
    Key::new(
        &user.login,
        &user.email,
        &user.given_name,
        &user.family_name,
    )
}

fn one(transaction: &Transaction<'_>, row: i64) -> Result<Entry, DirectoryError> {
    read::entries(transaction, &[row])?
        .into_iter()
        .next()
        .ok_or(DirectoryError::NotFound)
}

fn refuse_the_last_administrator(
    transaction: &Transaction<'_>,
    row: i64,
) -> Result<(), DirectoryError> {
    if role::is_last_administrator(transaction, row)? {
        return Err(DirectoryError::Forbidden {
            message: "this is the last administrator who can sign in: give somebody else the \
                      role first"
                .into(),
            raw: None,
        });
    }
    Ok(())
}
