//! Users as SCIM entries, with permission, policy and audit.

use crate::{
    audit::{Event, Kind, Outcome, Target},
    desk::{Desk, DeskError, Session, accounts, reset},
    directory::{
        DirectoryError, NewUser,
        local::{
            LocalDirectory,
            entries::{EntryChange, EntryPage, EntryQuery, ListError},
        },
    },
    password::profile::Profile,
    permission::{Permission, Permissions},
    receipt::{Proof, Receipt, Step, StepOutcome},
    scim::{
        ScimError, ScimType,
        user::{Entry, Wanted},
    },
    store::StoreError,
    user::UserId,
};

/// The desk before the embedded store, for the server. Clones share everything.
#[derive(Debug, Clone)]
pub struct ApiDesk {
    desk: Desk,
    store: LocalDirectory,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListFailure {
    /// The desk refused.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The question cannot be answered.
    #[error(transparent)]
    Scim(#[from] ScimError),
}

impl ApiDesk {
    /// A desk before `store`, with `desk`'s rules and audit.
    pub const fn new(desk: Desk, store: LocalDirectory) -> Self {
        Self { desk, store }
    }

    /// The desk itself, for what needs no entry.
    pub const fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The profile in force.
    pub fn profile(&self) -> &Profile {
        self.desk.profile()
    }

    /// Does the store answer?
    ///
    /// # Errors
    /// The store's.
    pub async fn is_ready(&self) -> Result<(), StoreError> {
        self.store
            .store()
            .read(|connection| Ok(connection.query_row("SELECT 1", [], |_| Ok(()))?))
            .await
    }

    /// Lists users. Users - Read; `record` says that the look is to be recorded.
    ///
    /// # Errors
    /// [`ListFailure`].
    pub async fn list(
        &self,
        session: &Session,
        query: EntryQuery,
        record: bool,
    ) -> Result<EntryPage, ListFailure> {
        if record {
            self.desk.open_search(session).await?;
        } else {
            self.desk
                .require(session, Kind::SearchOpened, Permission::UsersRead)
                .await?;
        }
        match self.store.entries(query).await {
            Ok(page) => Ok(page),
            Err(ListError::Scim(error)) => Err(error.into()),
            Err(ListError::Store(StoreError::Interrupted)) => Err(ScimError::bad(
                ScimType::TooMany,
                "the search took too long: narrow the filter, or ask by cursor",
            )
            .into()),
            Err(ListError::Store(error)) => {
                Err(DeskError::from(DirectoryError::from(error)).into())
            }
        }
    }

    /// One user; `record` says that the look is to be recorded. Users - Read.
    ///
    /// # Errors
    /// [`DeskError::Lacks`], [`DeskError::Audit`] and the store's.
    pub async fn open(
        &self,
        session: &Session,
        id: &UserId,
        record: bool,
    ) -> Result<Entry, DeskError> {
        self.desk
            .require(session, Kind::UserViewed, Permission::UsersRead)
            .await?;
        let entry = self.store.entry(id).await?;
        if record {
            self.desk
                .record(Event {
                    target: Some(Target::from(&entry.user)),
                    ..self.desk.event(session, Kind::UserViewed, Outcome::Done)
                })
                .await?;
        }
        Ok(entry)
    }

    /// The operator's own entry. No permission needed.
    ///
    /// # Errors
    /// [`DirectoryError::NotFound`] for a machine client; the session's own.
    pub async fn me(&self, session: &Session) -> Result<Entry, DeskError> {
        self.desk.awake(session)?;
        Ok(self.store.entry(&session.operator().id).await?)
    }

    /// A user as it is now, before a change of it. Users - Update.
    ///
    /// # Errors
    /// [`DeskError::Lacks`] and the store's.
    pub async fn current(&self, session: &Session, id: &UserId) -> Result<Entry, DeskError> {
        self.desk
            .require(session, Kind::UserChanged, Permission::UsersUpdate)
            .await?;
        Ok(self.store.entry(id).await?)
    }

    /// Adds a user. Users - Create; a role above `none` also wants Roles - Update.
    ///
    /// # Errors
    /// As [`Desk::create_user`].
    pub async fn create(&self, session: &Session, wanted: Wanted) -> Result<Entry, DeskError> {
        let kind = Kind::UserCreated;
        let desk = &self.desk;
        desk.require(session, kind, Permission::UsersCreate).await?;
        let new = wanted.new_user();
        let own = session.operator().permissions;
        let permitted = accounts::gift(own, new.role, Permissions::NONE);
        let judged = permitted.and_then(|()| match &wanted.password {
            Some(password) => desk.judge_new(&new, password),
            None => Ok(()),
        });
        if let Err(refusal) = judged {
            let target = Target::from(&accounts::candidate(&new));
            return Err(desk.refuse(session, kind, Some(target), refusal).await);
        }
        let event = Event {
            reason: reset::reason(&wanted.reason),
            detail: Some(accounts::described(&new)),
            ..desk.event(session, kind, Outcome::Intent)
        };
        let mut added = None;
        desk.write(event, async |intent| {
            let entry = self
                .store
                .entry_created(
                    session.operator(),
                    &new,
                    &wanted.beside,
                    wanted.password.as_ref(),
                    &intent,
                )
                .await?;
            let version = entry.user.version.clone();
            added = Some(entry);
            Ok(receipt(Step::Created, version))
        })
        .await?;
        added.ok_or_else(|| DirectoryError::NotFound.into())
    }

    /// Changes a user to what is wanted, in one transaction and only from the version of
    /// `current`. Users - Update; another role wants Roles - Update, a password what a reset
    /// wants.
    ///
    /// # Errors
    /// As [`Desk::reset`] and [`Desk::assign_role`].
    pub async fn change(
        &self,
        session: &Session,
        current: &Entry,
        wanted: Wanted,
    ) -> Result<Entry, DeskError> {
        let desk = &self.desk;
        let change = EntryChange::between(current, wanted);
        if change.is_nothing() {
            return Ok(current.clone());
        }
        let kind = if change.password.is_some() {
            Kind::PasswordReset
        } else if change.only_the_role(current) {
            Kind::RoleAssigned
        } else {
            Kind::UserChanged
        };
        desk.require(session, kind, Permission::UsersUpdate).await?;
        let target = Some(Target::from(&current.user));
        if let Err(refusal) = self.judge(session, current, &change) {
            return Err(desk.refuse(session, kind, target, refusal).await);
        }
        if change.password.is_some() {
            desk.step_up(session)?;
        }
        let event = Event {
            target,
            reason: reset::reason(&change.reason),
            detail: change.described(current),
            ..desk.event(session, kind, Outcome::Intent)
        };
        desk.write(event, async |intent| {
            self.store
                .entry_changed(session.operator(), current, &change, &intent)
                .await
        })
        .await?;
        Ok(self.store.entry(&current.user.id).await?)
    }

    fn judge(
        &self,
        session: &Session,
        current: &Entry,
        change: &EntryChange,
    ) -> Result<(), DeskError> {
        let desk = &self.desk;
        let own = session.operator().permissions;
        desk.may_reset(session, &current.user)?;
        if change.new.role != current.role {
            accounts::gift(own, change.new.role, current.user.permissions)?;
        }
        let Some(password) = &change.password else {
            return Ok(());
        };
        if !desk.profile().operator_may_type_password {
            return Err(DeskError::TypingNotAllowed);
        }
        desk.judge_new(&change.new, password)
    }

    /// Removes a user and everything that belongs to the account; the audit stays. Users - Update.
    ///
    /// # Errors
    /// [`DeskError::Lacks`], [`DeskError::OwnAccount`], [`DeskError::Outranked`] and the store's.
    pub async fn delete(&self, session: &Session, current: &Entry) -> Result<(), DeskError> {
        let kind = Kind::UserRemoved;
        let desk = &self.desk;
        desk.require(session, kind, Permission::UsersUpdate).await?;
        let target = Some(Target::from(&current.user));
        if let Err(refusal) = desk.may_reset(session, &current.user) {
            return Err(desk.refuse(session, kind, target, refusal).await);
        }
        let event = Event {
            target,
            ..desk.event(session, kind, Outcome::Intent)
        };
        desk.write(event, async |intent| {
            self.store
                .entry_removed(session.operator(), current, &intent)
                .await
        })
        .await?;
        Ok(())
    }
}

fn receipt(step: Step, version: crate::user::Version) -> Receipt {
    Receipt {
        steps: vec![(step, StepOutcome::Done)],
        proof: Proof::NotNeeded,
        version: Some(version),
        server: None,
        recorded: true,
    }
}

impl Wanted {
    /// The user that a POST wants.
    pub(crate) fn new_user(&self) -> NewUser {
        NewUser {
            login: self.user_name.clone(),
            email: self.email.clone(),
            given_name: self.given_name.clone(),
            family_name: self.family_name.clone(),
            kind: self.kind,
            role: self.role,
            active: self.active,
            must_change: self.password.is_some(),
        }
    }
}
