//! Adding users, the first administrator among them, and giving roles.

use super::{Desk, DeskError, Session};
use crate::source::Source;
use crate::{
    audit::{Event, Kind, Outcome, Target},
    directory::{ImportWatch, Imported, NewUser, RosterRows},
    password::{Secret, policy},
    permission::{Permission, Permissions, Role},
    receipt::{Proof, Receipt, Step, StepOutcome},
    user::{AccountState, Fact, User, UserId, Version},
};

impl Desk {
    /// Is the set-up screen due: a store in which nobody can sign in as an administrator?
    ///
    /// # Errors
    /// The directory's.
    pub async fn needs_first_administrator(&self) -> Result<bool, DeskError> {
        Ok(self.directory.needs_first_administrator().await?)
    }

    /// Adds the first administrator, while there is none.
    ///
    /// # Errors
    /// [`DeskError::Policy`] and the directory's.
    pub async fn create_first_administrator(
        &self,
        new: NewUser,
        password: &Secret,
        source: &Source,
    ) -> Result<User, DeskError> {
        let new = NewUser {
            role: Role::Administrator,
            active: true,
            must_change: false,
            ..new
        };
        self.judge_new(&new, password)?;
        let event = self.anonymous(source, Kind::StoreCreated, Outcome::Done);
        Ok(self
            .directory
            .create_first_administrator(&new, password, event)
            .await?)
    }

    /// Adds a user. Users - Create; a role above `none` also wants Roles - Update and no
    /// permission that the operator lacks.
    ///
    /// # Errors
    /// [`DeskError::Lacks`], [`DeskError::Outranked`], [`DeskError::Policy`], [`DeskError::Audit`]
    /// and the directory's.
    pub async fn create_user(
        &self,
        session: &Session,
        new: NewUser,
        password: Option<&Secret>,
    ) -> Result<User, DeskError> {
        let kind = Kind::UserCreated;
        self.require(session, kind, Permission::UsersCreate).await?;
        let new = NewUser {
            must_change: password.is_some(),
            ..new
        };
        let permitted = gift(session.operator().permissions, new.role, Permissions::NONE);
        let judged = permitted.and_then(|()| match password {
            Some(password) => self.judge_new(&new, password),
            None => Ok(()),
        });
        let target = Target::from(&candidate(&new));
        if let Err(refusal) = judged {
            return Err(self.refuse(session, kind, Some(target), refusal).await);
        }
        let event = Event {
            detail: Some(described(&new)),
            ..self.event(session, kind, Outcome::Intent)
        };
        let mut added = None;
        self.write(event, async |intent| {
            let operator = session.operator();
            let user = self
                .directory
                .create(operator, &new, password, &intent)
                .await?;
            let version = user.version.clone();
            let recorded = self.directory.capabilities().records_outcome;
            added = Some(user);
            Ok(Receipt {
                steps: vec![(Step::Created, StepOutcome::Done)],
                proof: Proof::NotNeeded,
                version: Some(version),
                server: None,
                recorded,
            })
        })
        .await?;
        added.ok_or_else(|| DeskError::File("the directory added nobody".into()))
    }

    /// Adds the users of a roster, all or none. Users - Create, and what their roles want.
    ///
    /// # Errors
    /// [`DeskError::Lacks`], [`DeskError::Audit`] and the directory's.
    pub async fn import(
        &self,
        session: &Session,
        rows: RosterRows,
        watch: ImportWatch,
    ) -> Result<Imported, DeskError> {
        let kind = Kind::RosterImported;
        self.require(session, kind, Permission::UsersCreate).await?;
        let own = session.operator().permissions;
        let checked = rows.map(move |row| {
            let (line, new) = row?;
            match gift(own, new.role, Permissions::NONE) {
                Ok(()) => Ok((line, new)),
                Err(refusal) => Err(format!("line {line}: role {}: {refusal}", new.role)),
            }
        });
        let event = self.event(session, kind, Outcome::Intent);
        let mut imported = None;
        self.write(event, async |intent| {
            let done = self
                .directory
                .import(session.operator(), Box::new(checked), watch, &intent)
                .await?;
            imported = Some(done);
            Ok(Receipt {
                steps: vec![(Step::Created, StepOutcome::Done)],
                proof: Proof::NotNeeded,
                version: None,
                server: None,
                recorded: self.directory.capabilities().records_outcome,
            })
        })
        .await?;
        imported.ok_or_else(|| DeskError::File("the directory imported nobody".into()))
    }

    /// Gives a role in place of the one held. Roles - Update; neither the new nor the old role may
    /// hold what the operator lacks, and nobody gives a role to himself.
    ///
    /// # Errors
    /// [`DeskError::Lacks`], [`DeskError::OwnAccount`], [`DeskError::Outranked`],
    /// [`DeskError::Audit`] and the directory's.
    pub async fn assign_role(
        &self,
        session: &Session,
        user: &UserId,
        role: Role,
    ) -> Result<Receipt, DeskError> {
        let kind = Kind::RoleAssigned;
        self.require(session, kind, Permission::RolesUpdate).await?;
        let user = self.directory.user(session.operator(), user).await?;
        let target = Some(Target::from(&user));
        let permitted = if session.operator().id == user.id {
            Err(DeskError::OwnAccount)
        } else {
            gift(session.operator().permissions, role, user.permissions)
        };
        if let Err(refusal) = permitted {
            return Err(self.refuse(session, kind, target, refusal).await);
        }
        let event = Event {
            target: Some(self.target_of(&user)),
            detail: Some(format!("role {role}")),
            ..self.event(session, kind, Outcome::Intent)
        };
        self.write(event, async |intent| {
            self.directory
                .assign_role(session.operator(), &user.id, role, &intent)
                .await
        })
        .await
    }

    pub(super) fn judge_new(&self, new: &NewUser, password: &Secret) -> Result<(), DeskError> {
        let user = candidate(new);
        policy::judge(
            &self.profile,
            password.expose(),
            &self.context(&user, false),
        )
        .map_err(DeskError::Policy)
    }
}

/// May somebody with `own` permissions give `role` to a user who holds `held` now?
pub(super) fn gift(own: Permissions, role: Role, held: Permissions) -> Result<(), DeskError> {
    if role == Role::None && held.is_empty() {
        return Ok(());
    }
    if !own.holds(Permission::RolesUpdate) {
        return Err(DeskError::Lacks(Permission::RolesUpdate));
    }
    let wanted: Permissions = role.permissions().iter().chain(held.iter()).collect();
    let beyond = wanted.beyond(own);
    if beyond.is_empty() {
        Ok(())
    } else {
        Err(DeskError::Outranked(beyond))
    }
}

/// A user who is not in the directory yet, for the policy's context words and the audit.
pub(super) fn candidate(new: &NewUser) -> User {
    User {
        id: UserId(String::new()),
        login: new.login.clone(),
        email: new.email.clone(),
        given_name: new.given_name.clone(),
        family_name: new.family_name.clone(),
        kind: Fact::Known(new.kind),
        state: AccountState::default(),
        permissions: new.role.permissions(),
        version: Version(String::new()),
    }
}

pub(super) fn described(new: &NewUser) -> String {
    format!(
        "ID {}, {}, {}, role {}",
        new.login,
        candidate(new).name(),
        new.kind.word(),
        new.role
    )
}
