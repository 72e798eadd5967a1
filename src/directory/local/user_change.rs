//! Changing a user: everything that is asked for in one transaction with its record.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use rusqlite::Transaction;

use super::{
    LocalDirectory,
    change::{self, By, Change, done_if},
    end_sessions, entries, fields, filling, hashing,
    index::{
        change::{note_folded_names, replace},
        key::Key,
    },
    lockout, names, read, role, site_roles,
    stored_password::{self, NewPassword, not_compared},
    write,
};
use crate::{
    audit::Intent,
    directory::{DirectoryError, Entry, NewUser, PasswordChange, Provisioned, UserChange},
    operator::Operator,
    password::profile::Profiles,
    permission::Reach,
    permission::Role,
    receipt::{Proof, Receipt, Step, StepOutcome},
    store::StoreError,
    user::{UserId, Version},
};

/// A password may change while the new one is being hashed; then the history is looked at again.
const ATTEMPTS: usize = 3;

impl LocalDirectory {
    pub(super) async fn change(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: &Version,
        wanted: &UserChange,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let row = read::row_of(user)?;
        let seen = expected.clone();
        // Before the costly hash; what counts is the look within the transaction.
        let old = self
            .store
            .read(move |connection| {
                change::refuse_if_changed(connection, row, Some(&seen))?;
                entries::one(connection, row)
            })
            .await?;
        let new = fields::checked(&changed(&old, wanted))?;
        let provisioned = match &wanted.provisioned {
            Some(change) => fields::provisioned(&change.wanted)?,
            None => old.provisioned.clone(),
        };
        let hash = match wanted.new_password() {
            Some(password) => Some(hashing::hash(self.profiles.general().kdf, password).await?),
            None => None,
        };
        for _ in 0..ATTEMPTS {
            let mut damaged = 0;
            let password = match (&wanted.password, &hash) {
                (Some(PasswordChange::Set { password, .. }), Some(hash)) => {
                    let (instead_of, damaged_former) =
                        self.refuse_former(row, wanted.kind, password).await?;
                    damaged = damaged_former;
                    PasswordWork::Put(NewPassword {
                        hash: hash.clone(),
                        instead_of,
                        must_change: true,
                        damaged_former,
                    })
                }
                (Some(PasswordChange::TakeAway), _) => PasswordWork::TakeAway,
                (Some(PasswordChange::Set { .. }) | None, _) => PasswordWork::Keep,
            };
            let work = Work {
                change: Change {
                    row,
                    expected: Some(expected.clone()),
                    by: By::Operator(operator.clone()),
                    what: what(wanted),
                    at: self.now(),
                },
                old: old.clone(),
                new: new.clone(),
                provisioned: provisioned.clone(),
                password,
                asked: Asked::of(wanted),
                fields: wanted
                    .changes_attributes()
                    .then(|| wanted.details.fields.clone()),
            };
            let (profiles, intent) = (Arc::clone(&self.profiles), intent.clone());
            let done = self
                .store
                .write(move |transaction| work.commit(transaction, &profiles, &intent))
                .await?;
            if let Some(Done { steps, version }) = done {
                let proof = match wanted.new_password() {
                    Some(password) => self.proved(row, password, damaged).await,
                    None => Proof::NotNeeded,
                };
                return Ok(change::receipt(steps, proof, Some(version)));
            }
        }
        Err(StoreError::Busy.into())
    }
}

/// What was asked for, beside the values that things are to have.
struct Asked {
    steps: Vec<Step>,
    unlock: bool,
    must_change: bool,
}

impl Asked {
    fn of(wanted: &UserChange) -> Self {
        Self {
            steps: wanted.steps(),
            unlock: wanted.unlock,
            must_change: wanted.must_change,
        }
    }
}

/// For whoever comes too late.
fn what(wanted: &UserChange) -> &'static str {
    if wanted.new_password().is_some() {
        "password reset"
    } else if wanted.is_role_only() {
        "role given"
    } else if wanted.steps() == [Step::Unlocked] {
        "unlocked"
    } else {
        "changed"
    }
}

/// The attributes as they are to be.
fn changed(old: &Entry, wanted: &UserChange) -> NewUser {
    let user = wanted.applied_to(&old.user);
    NewUser {
        login: user.login,
        email: user.email,
        given_name: user.given_name,
        family_name: user.family_name,
        kind: user.kind.known().copied().unwrap_or_default(),
        details: user.details.known().cloned().unwrap_or_default(),
        valid_from: user.state.valid_from.value(),
        valid_until: user.state.account_expires.value(),
        role: wanted.role.clone().unwrap_or_else(|| old.role.clone()),
        active: wanted
            .active
            .unwrap_or(user.state.active.known() == Some(&true)),
        must_change: false,
    }
}

/// Would the account be valid at `at`?
fn is_valid(new: &NewUser, at: Timestamp) -> bool {
    new.valid_from.is_none_or(|from| from <= at) && new.valid_until.is_none_or(|until| until > at)
}

/// What becomes of the password.
enum PasswordWork {
    Keep,
    Put(NewPassword),
    TakeAway,
}

pub(super) struct Work {
    change: Change,
    old: Entry,
    new: NewUser,
    provisioned: Provisioned,
    password: PasswordWork,
    asked: Asked,
    /// Other values of the site's own fields, where attributes change at all.
    fields: Option<BTreeMap<String, String>>,
}

/// What was done.
pub(super) struct Done {
    pub(super) steps: Vec<(Step, StepOutcome)>,
    version: Version,
}

impl Work {
    /// What attributes, status and role are to become.
    ///
    /// # Errors
    /// [`DirectoryError::Invalid`].
    pub(super) fn without_password(
        change: Change,
        old: &Entry,
        wanted: &UserChange,
    ) -> Result<Self, DirectoryError> {
        Ok(Self {
            change,
            old: old.clone(),
            new: fields::checked(&changed(old, wanted))?,
            provisioned: old.provisioned.clone(),
            password: PasswordWork::Keep,
            asked: Asked::of(wanted),
            // A roster says nothing of the site's own fields, nor does it have to.
            fields: None,
        })
    }

    /// `None` when the password has changed since its history was looked at.
    fn commit(
        &self,
        transaction: &Transaction<'_>,
        profiles: &Profiles,
        intent: &Intent,
    ) -> Result<Option<Done>, DirectoryError> {
        let Some(done) = self.apply(transaction, profiles)? else {
            return Ok(None);
        };
        let damaged = match &self.password {
            PasswordWork::Put(new) => not_compared(new.damaged_former),
            PasswordWork::TakeAway | PasswordWork::Keep => None,
        };
        change::conclude_with(transaction, intent, &done.steps, damaged, self.change.at)?;
        Ok(Some(done))
    }

    /// The same without a record.
    pub(super) fn apply(
        &self,
        transaction: &Transaction<'_>,
        profiles: &Profiles,
    ) -> Result<Option<Done>, DirectoryError> {
        let (row, at) = (self.change.row, self.change.at);
        // First, while nothing is written: what is answered here is committed.
        if let PasswordWork::Put(new) = &self.password
            && !new.is_next(transaction, row)?
        {
            return Ok(None);
        }
        let version = self.change.begin(transaction)?;
        let takes_password_away = matches!(self.password, PasswordWork::TakeAway);
        let leaves_the_desk = self.old.role == Role::Administrator
            && (self.new.role != Role::Administrator
                || !self.new.active
                || takes_password_away
                || (!is_valid(&self.new, at) && !self.old.user.state.is_outside_validity(at)));
        if leaves_the_desk {
            role::refuse_the_last_administrator(transaction, row, at)?;
        }
        if self.asked.steps.contains(&Step::RoleAssigned) {
            site_roles::refuse_unless_as_judged(transaction, &self.new.role)?;
        }
        write::update(transaction, row, &self.new, &self.provisioned)?;
        if let (Some(fields), By::Operator(operator)) = (&self.fields, &self.change.by) {
            filling::put_values(transaction, row, operator, fields)?;
        }
        self.rename(transaction)?;
        match &self.password {
            PasswordWork::Keep => {}
            PasswordWork::TakeAway => {
                transaction
                    .prepare_cached("DELETE FROM passwords WHERE row = ?1")?
                    .execute([row])?;
            }
            PasswordWork::Put(new) => {
                if !stored_password::put(transaction, profiles, row, new, self.change.at)? {
                    return Ok(None);
                }
                if !self.asked.unlock {
                    lockout::forget_failures(transaction, row)?;
                }
            }
        }
        let mut steps = Vec::new();
        for step in &self.asked.steps {
            steps.push((*step, self.ended(*step, transaction)?));
            // Beside a new password it is always said what became of the lock.
            if *step == Step::MustChange && !self.asked.unlock && self.sets_password() {
                steps.push((Step::Unlocked, StepOutcome::NotNeeded));
            }
        }
        Ok(Some(Done { steps, version }))
    }

    const fn sets_password(&self) -> bool {
        matches!(self.password, PasswordWork::Put(_))
    }

    /// Does what of a step is still to do, and says how it ended.
    fn ended(
        &self,
        step: Step,
        transaction: &Transaction<'_>,
    ) -> Result<StepOutcome, DirectoryError> {
        let row = self.change.row;
        match step {
            Step::Unlocked => Ok(done_if(lockout::unlock(transaction, row)?)),
            Step::SessionsEnded => {
                end_sessions::forget(transaction, row)?;
                Ok(StepOutcome::Done)
            }
            Step::MustChange if self.asked.must_change && !self.sets_password() => {
                let changed = transaction
                    .prepare_cached(
                        "UPDATE passwords SET must_change = 1 WHERE row = ?1 AND NOT must_change",
                    )?
                    .execute([row])?;
                Ok(done_if(changed > 0))
            }
            Step::PasswordSet
            | Step::MustChange
            | Step::RoleAssigned
            | Step::Created
            | Step::Changed
            | Step::Enabled
            | Step::Disabled
            | Step::Removed
            | Step::RoleAdded
            | Step::RoleChanged
            | Step::RoleRemoved => Ok(StepOutcome::Done),
        }
    }

    /// Keeps sign-in names and search index in step with ID, email and name.
    fn rename(&self, transaction: &Transaction<'_>) -> Result<(), DirectoryError> {
        let row = self.change.row;
        let (was, now) = (entries::key(&self.old), Key::of(&self.new));
        let user = &self.old.user;
        if user.login != self.new.login || user.email != self.new.email {
            for sql in [
                "DELETE FROM sign_in_names WHERE row = ?1",
                "DELETE FROM folded_names WHERE row = ?1",
            ] {
                transaction.prepare_cached(sql)?.execute([row])?;
            }
            if let Some(taken) = names::claim_names(transaction, row, &self.new)? {
                let reach = match &self.change.by {
                    By::Operator(operator) => &operator.reach,
                    By::AtMachine => &Reach::EVERYWHERE,
                };
                return Err(taken.error(transaction, reach)?);
            }
            note_folded_names(transaction, row, &self.new)?;
        }
        if was != now {
            replace(transaction, row, Some(&was), Some(&now))?;
        }
        Ok(())
    }
}
