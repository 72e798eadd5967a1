//! Adding users one at a time.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::Transaction;

use super::{
    LocalDirectory, change, entries, fields, filling, hashing,
    index::{
        Row,
        change::{note_folded_names, replace},
        key::Key,
    },
    names,
    operator_now::refuse_if_operator_changed,
    read, role, site_fields, site_roles,
    stored_password::{self, NewPassword},
    write,
};
use crate::{
    audit::{Event, Intent, Target, chain},
    directory::{DirectoryError, Entry, NewUser, Provisioned},
    operator::Operator,
    password::{Secret, profile::Profiles},
    permission::Reach,
    receipt::{Step, StepOutcome},
    user::{DetailsChange, User},
};

impl LocalDirectory {
    pub(super) async fn create(
        &self,
        operator: &Operator,
        new: &NewUser,
        provisioned: &Provisioned,
        password: Option<&Secret>,
        intent: &Intent,
    ) -> Result<Entry, DirectoryError> {
        let new = fields::checked(new)?;
        let provisioned = fields::provisioned(provisioned)?;
        let by = Signature {
            name: change::signature(operator),
            reach: operator.reach.clone(),
        };
        let operator = operator.clone();
        let mut intent = intent.clone();
        let whole = new.clone();
        self.add(new, password, by, move |transaction, row, at| {
            refuse_if_operator_changed(transaction, &operator, at)?;
            write::update(transaction, row, &whole, &provisioned)?;
            let fields = DetailsChange::from(whole.details).fields;
            filling::put_values(transaction, row, &operator, &fields)?;
            let mut entry = entries::one(transaction, row)?;
            site_fields::attach(transaction, &operator, std::iter::once(&mut entry.user))?;
            intent.event.target = Some(Target::from(&entry.user));
            let steps = [(Step::Created, StepOutcome::Done)];
            change::conclude(transaction, &intent, &steps, at)?;
            Ok(entry)
        })
        .await
    }

    pub(super) async fn create_first_administrator(
        &self,
        new: &NewUser,
        password: &Secret,
        event: Event,
    ) -> Result<User, DirectoryError> {
        let new = fields::checked(new)?;
        self.add(
            new,
            Some(password),
            Signature::of_set_up(),
            move |transaction, row, at| {
                // The new one is there already; another must not be.
                if !role::has_no_administrator_but(transaction, row)? {
                    return Err(DirectoryError::Forbidden {
                        message: "there is an administrator already".into(),
                        raw: None,
                    });
                }
                let user = read::user(transaction, row)?;
                let event = Event {
                    target: Some(Target::from(&user)),
                    ..event
                };
                chain::append(transaction, &event, at)?;
                Ok(user)
            },
        )
        .await
    }

    /// Adds a user; `record` writes what else belongs to it in the same transaction.
    async fn add<T: Send + 'static>(
        &self,
        new: NewUser,
        password: Option<&Secret>,
        by: Signature,
        record: impl FnOnce(&Transaction<'_>, Row, Timestamp) -> Result<T, DirectoryError>
        + Send
        + 'static,
    ) -> Result<T, DirectoryError> {
        let password = match password {
            None => None,
            Some(password) => Some(NewPassword {
                hash: hashing::hash(self.profiles.general().kdf, password).await?,
                instead_of: None,
                must_change: new.must_change,
                damaged_former: 0,
            }),
        };
        let (profiles, at) = (Arc::clone(&self.profiles), self.now());
        self.store
            .write(move |transaction| {
                let row = insert(transaction, &profiles, &new, password.as_ref(), &by, at)?;
                record(transaction, row, at)
            })
            .await
    }
}

/// Who adds somebody: the name that is noted with it, and whom they may be told of.
pub(super) struct Signature {
    name: String,
    reach: Reach,
}

impl Signature {
    /// Nobody has signed in yet.
    pub(super) fn of_set_up() -> Self {
        Self {
            name: "set-up".into(),
            reach: Reach::EVERYWHERE,
        }
    }
}

pub(super) fn insert(
    transaction: &Transaction<'_>,
    profiles: &Profiles,
    new: &NewUser,
    password: Option<&NewPassword>,
    by: &Signature,
    at: Timestamp,
) -> Result<Row, DirectoryError> {
    site_roles::refuse_unless_as_judged(transaction, &new.role)?;
    let row = write::next_row(transaction)?;
    write::insert(transaction, row, new, &by.name, at)?;
    if let Some(taken) = names::claim_names(transaction, row, new)? {
        return Err(taken.error(transaction, &by.reach)?);
    }
    note_folded_names(transaction, row, new)?;
    replace(transaction, row, None, Some(&Key::of(new)))?;
    write::count_added(transaction, 1)?;
    if let Some(password) = password {
        stored_password::put(transaction, profiles, row, password, at)?;
    }
    Ok(row)
}
