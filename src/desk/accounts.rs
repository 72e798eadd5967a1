//! Adding users, the first administrator among them.

use std::sync::{Mutex, PoisonError};

use super::{
    Desk, DeskError, Seat,
    change::{may_change, told},
    lost::Look,
    reach::{gift, may_see},
    reset::reason,
    roles::{no_such_role, role_called},
    seat::{UsersCreate, after::Sight},
};
use crate::{
    audit::{Event, Intent, Kind, Outcome, Target},
    directory::{
        DirectoryError, Entry, Import, ImportOrder, ImportWatch, Imported, Judge, KeptRole,
        NewUser, Provisioned, Query, Report, RosterRow, RosterRows, RowFault,
    },
    password::{Secret, policy},
    permission::{Permissions, Reach, Role},
    receipt::{Proof, Receipt, Step, StepOutcome},
    source::Source,
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
        // Chosen by its owner: that operators may only generate passwords concerns those of others.
        let user = candidate(&new);
        policy::judge(
            self.profiles.of_user(&user),
            password.expose(),
            &self.context(&user, false),
        )
        .map_err(DeskError::Policy)?;
        let event = self.anonymous(source, Kind::StoreCreated, Outcome::Done);
        Ok(self
            .directory
            .create_first_administrator(&new, password, event)
            .await?)
    }
}

impl Seat<'_, UsersCreate> {
    /// Adds a user; a role above `none` also wants Roles - Update and no permission that the
    /// operator lacks.
    ///
    /// # Errors
    /// [`DeskError::Lacks`], [`DeskError::Outranked`], [`DeskError::BeyondReach`],
    /// [`DeskError::WiderReach`], [`DeskError::TypingNotAllowed`],
    /// [`DeskError::Policy`], [`DeskError::StepUp`], [`DeskError::Audit`] and the directory's.
    pub async fn create_user(
        self,
        new: NewUser,
        password: Option<&Secret>,
    ) -> Result<Added, DeskError> {
        let (made, receipt) = self
            .add(new, password, ("", &[]), async |new, intent| {
                let operator = self.operator();
                let answer = self
                    .directory()
                    .create(operator, new, password, intent)
                    .await;
                let user = match answer {
                    Err(DirectoryError::OutcomeUnknown(what)) => {
                        self.look_after_creation(what, new, intent).await?
                    }
                    known => known?,
                };
                Ok((user.clone(), user))
            })
            .await?;
        let read = receipt
            .after
            .as_deref()
            .and_then(|after| after.user.clone());
        Ok(Added {
            user: read.unwrap_or(made),
            receipt,
        })
    }

    /// Adds a user together with what a provisioning client keeps of it. `not_kept` names what it
    /// wanted besides and nobody keeps.
    ///
    /// # Errors
    /// As [`Seat::create_user`].
    pub async fn create_entry(
        self,
        new: NewUser,
        provisioned: &Provisioned,
        password: Option<&Secret>,
        reason: &str,
        not_kept: &[String],
    ) -> Result<Entry, DeskError> {
        self.add(new, password, (reason, not_kept), async |new, intent| {
            let operator = self.operator();
            let entry = self
                .directory()
                .create_entry(operator, new, provisioned, password, intent)
                .await?;
            Ok((entry.user.clone(), entry))
        })
        .await
        .map(|(entry, _)| entry)
    }

    async fn add<T>(
        &self,
        new: NewUser,
        password: Option<&Secret>,
        (why, not_kept): (&str, &[String]),
        create: impl AsyncFnOnce(&NewUser, &Intent) -> Result<(User, T), DirectoryError>,
    ) -> Result<(T, Receipt), DeskError> {
        let role = self.known_role(new.role.clone()).await?;
        let new = NewUser {
            must_change: password.is_some(),
            role,
            ..new
        };
        let operator = self.operator();
        let permitted = may_see(operator, &candidate(&new))
            .and_then(|()| gift(operator, &new.role, (Permissions::NONE, &Reach::EVERYWHERE)));
        let judged = permitted.and_then(|()| match password {
            Some(password) => self
                .desk()
                .judge_password(&candidate(&new), password, false),
            None => Ok(()),
        });
        if let Err(refusal) = judged {
            let target = Target::from(&candidate(&new));
            return Err(self.refuse(target, refusal).await);
        }
        // A new operator is as good as a role given.
        if new.role != Role::None {
            self.step_up()?;
        }
        let event = Event {
            reason: reason(why)?,
            detail: told(Some(described(&new)), not_kept),
            ..self.event(Outcome::Intent)
        };
        let mut added = None;
        let receipt = self
            .write(event, async |intent| {
                let (user, made) = create(&new, &intent).await?;
                added = Some(made);
                let receipt = Receipt {
                    proof: self.first_password(&user, password).await,
                    ..self.created(Some(user.version.clone()))
                };
                let sight = Sight {
                    to_let_in: password.is_some() && new.active,
                    ..Sight::of(&user)
                };
                Ok(self.seen(receipt, sight).await)
            })
            .await?;
        match added {
            Some(made) => Ok((made, receipt)),
            None => Err(DeskError::File("the directory added nobody".into())),
        }
    }

    /// Is there a user with the ID and the address of `new` now?
    async fn look_after_creation(
        &self,
        what: String,
        new: &NewUser,
        intent: &Intent,
    ) -> Result<User, DirectoryError> {
        let found = Mutex::new(None);
        let found_here = &found;
        let look = |_| async move {
            let query = Query {
                text: new.login.clone(),
                limit: 50,
                offset: 0,
                ..Query::default()
            };
            let found_now = match self.directory().search(self.operator(), &query).await {
                Ok(found_now) => found_now,
                Err(error) => return Look::Unknown(error.to_string()),
            };
            let ours = |user: &User| {
                user.login.eq_ignore_ascii_case(&new.login)
                    && user.email.eq_ignore_ascii_case(&new.email)
            };
            match found_now.rows.into_iter().find(ours) {
                Some(user) => {
                    *found_here.lock().unwrap_or_else(PoisonError::into_inner) = Some(user);
                    Look::InForce(self.created(None))
                }
                // Of a search that was cut short nobody can be said to be missing.
                None if found_now.remark.is_some() => {
                    Look::Unknown(format!("no user {} was found so far", new.login))
                }
                None => Look::NotInForce(format!("no user {} is there", new.login)),
            }
        };
        self.desk().look_after(what, intent, look).await?;
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.ok_or(DirectoryError::NotFound)
    }

    /// Is the first password in force? A server may take the user and drop the password.
    async fn first_password(&self, user: &User, password: Option<&Secret>) -> Proof {
        let Some(password) = password else {
            return Proof::NotNeeded;
        };
        let directory = self.directory();
        if !directory.capabilities().check.is_yes() {
            return Proof::Accepted(
                "the directory took the user with a password; nothing shows that it kept it".into(),
            );
        }
        let checked = directory.check_password(self.operator(), &user.id, password);
        match checked.await {
            Ok(checked) if checked.matches => Proof::ReadBack("the stored hash verified".into()),
            Ok(_) => Proof::NotKnown("the password was tried and is not in force".into()),
            Err(error) => Proof::Accepted(format!("it could not be tried: {error}")),
        }
    }

    /// Takes a roster, all of it or none; what it makes of people wants what one at a time would. The
    /// roster is read while it is imported, so the operator's password is wanted whatever roles are in
    /// it. A plan goes the same way and keeps nothing.
    ///
    /// # Errors
    /// [`DeskError::Audit`] and the directory's.
    pub async fn import(
        self,
        rows: RosterRows,
        order: ImportOrder,
        watch: ImportWatch,
        report: Report,
    ) -> Result<Imported, DeskError> {
        let operator = self.operator().clone();
        let judge: Judge = Box::new(move |there, change| {
            if let Some(user) = there {
                return may_change(&operator, user, change).map_err(|refusal| refusal.to_string());
            }
            let new = change.applied_to(&candidate(&NewUser::default()));
            may_see(&operator, &new).map_err(|refusal| refusal.to_string())?;
            let role = change.role.clone().unwrap_or_default();
            gift(&operator, &role, (Permissions::NONE, &Reach::EVERYWHERE))
                .map_err(|refusal| format!("role {role}: {refusal}"))
        });
        let roles = self.roles_to_choose().await?;
        let rows = Box::new(rows.map(move |row| with_known_role(row?, &roles)));
        let import = Import {
            rows,
            order,
            judge,
            report,
            watch,
        };
        if order.only_plan {
            let intent = Intent {
                sequence: 0,
                event: self.event(Outcome::Intent),
            };
            let planned = self
                .directory()
                .import(self.operator(), import, &intent)
                .await;
            let planned = self.read(planned)?;
            self.record(Event {
                detail: Some(format!("only planned: {}", planned.planned())),
                ..self.event(Outcome::Done)
            })
            .await?;
            return Ok(planned);
        }
        self.step_up()?;
        let mut imported = None;
        self.write(self.event(Outcome::Intent), async |intent| {
            let done = self
                .directory()
                .import(self.operator(), import, &intent)
                .await?;
            imported = Some(done);
            Ok(self.created(None))
        })
        .await?;
        imported.ok_or_else(|| DeskError::File("the directory imported nobody".into()))
    }
}

impl Seat<'_, UsersCreate> {
    fn created(&self, version: Option<Version>) -> Receipt {
        Receipt {
            steps: vec![(Step::Created, StepOutcome::Done)],
            proof: Proof::NotNeeded,
            version,
            server: None,
            after: None,
            recorded: self.directory().capabilities().records_outcome,
        }
    }
}

/// A user added, and what is known of it.
#[derive(Debug)]
pub struct Added {
    /// The user, read afresh where that could be done.
    pub user: User,
    /// What was done, and whether the user can sign in.
    pub receipt: Receipt,
}

/// A user who is not in the directory yet, for the policy's context words and the audit.
fn candidate(new: &NewUser) -> User {
    User {
        id: UserId(String::new()),
        login: new.login.clone(),
        email: new.email.clone(),
        given_name: new.given_name.clone(),
        family_name: new.family_name.clone(),
        kind: Fact::Known(new.kind),
        details: Fact::Known(new.details.clone()),
        state: AccountState::default(),
        permissions: new.role.permissions(),
        reach: new.role.reach(),
        role: Some(new.role.clone()),
        version: Version(String::new()),
    }
}

/// The row with its role looked up.
fn with_known_role(mut row: RosterRow, roles: &[KeptRole]) -> Result<RosterRow, RowFault> {
    if let Role::Named(name) = &row.user.role {
        let kept = role_called(roles, name)
            .ok_or_else(|| RowFault::of_row(row.line, no_such_role(roles, name).to_string()))?;
        row.user.role = Role::Site(kept.role.clone());
    }
    Ok(row)
}

fn described(new: &NewUser) -> String {
    format!(
        "ID {}, {}, {}, role {}",
        new.login,
        candidate(new).name(),
        new.kind.word(),
        new.role
    )
}
