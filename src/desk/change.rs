//! Changing and removing users: attributes, status, role and password, with one judge.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    DeskError, Seat,
    caller::acts_of,
    lost::Look,
    reach::{gift, may_see, within_reach},
    reset,
    seat::{self, after::Sight},
    settle::settled,
};
use crate::{
    audit::{Event, Intent, Kind, Outcome, Target},
    directory::{AttributeConflict, DirectoryError, Entry, PasswordChange, UserChange},
    operator::Operator,
    password::Secret,
    permission::{Permission, Role},
    receipt::{Proof, Receipt, Step, StepOutcome},
    user::{Fact, User, UserId, Version},
};

/// A change that says no version is tried so often when others write meanwhile.
pub const TRIES: u32 = 12;

/// Waits before try number `tries` of a change that others were faster than, for a time that is drawn:
/// two that tried again at once would meet again and again.
pub async fn before_another_try(tries: u32) {
    let longest = 4_u64 << tries.min(5);
    tokio::time::sleep(Duration::from_millis(rand::random_range(0..=longest))).await;
}

impl Seat<'_, seat::UsersChange> {
    /// Changes a user, all of it or nothing, from the version `expected` on, or from the one of
    /// this moment; then it is tried again when somebody else writes between. Attributes and password
    /// want Users - Update, status and validity Users - Update Status, a role Roles - Update.
    ///
    /// # Errors
    /// Refusals before anything is written, as for a reset and for a role; then the directory's.
    pub async fn change_user(
        self,
        user: &UserId,
        expected: Option<&Version>,
        change: &UserChange,
        reason: &str,
    ) -> Result<Receipt, DeskError> {
        let seat = self.for_act(kind_of(change));
        let known = seat.with_known_role(change).await?;
        let change = known.as_ref().unwrap_or(change);
        seat.change_now(user, expected, change, reason).await
    }

    /// Where the user is no longer as it was `seen`, attribute by attribute, with what `change`
    /// wants: what somebody is told whose change was refused because of another's.
    ///
    /// # Errors
    /// The directory's.
    pub async fn conflicts(
        self,
        seen: &User,
        change: &UserChange,
    ) -> Result<Vec<AttributeConflict>, DeskError> {
        let read = self.directory().user(self.operator(), &seen.id);
        let now = self.read(self.in_time(read).await)?;
        Ok(change.conflicts(seen, &now))
    }

    /// Changes an entry from the version that was read of it, and reads it again. `not_kept` names
    /// what a client wanted besides and nobody keeps: it is recorded, also where nothing else is.
    ///
    /// # Errors
    /// As [`Seat::change_user`].
    pub async fn change_entry(
        self,
        current: Entry,
        change: &UserChange,
        reason: &str,
        not_kept: &[String],
    ) -> Result<Entry, DeskError> {
        let seat = self.for_act(kind_of(change));
        let known = seat.with_known_role(change).await?;
        let change = known.as_ref().unwrap_or(change);
        let user = &current.user;
        if change.is_nothing() {
            if let Some(detail) = told(None, not_kept) {
                seat.record(Event {
                    target: Some(seat.desk().target_of(user)),
                    reason: reset::reason(reason)?,
                    detail: Some(format!("changes nothing; {detail}")),
                    ..seat.event(Outcome::Done)
                })
                .await?;
            }
            return Ok(current);
        }
        let detail = told(change.described(), not_kept);
        Box::pin(seat.change(user, &user.version, change, reason, detail)).await?;
        seat.entry(&user.id).await
    }
}

/// What the audit says of a change, and of what was wanted besides and is not kept.
pub(super) fn told(described: Option<String>, not_kept: &[String]) -> Option<String> {
    if not_kept.is_empty() {
        return described;
    }
    let ignored = format!("not kept: {}", not_kept.join(", "));
    Some(match described {
        Some(described) => format!("{described}; {ignored}"),
        None => ignored,
    })
}

impl Seat<'_, seat::RolesUpdate> {
    /// Gives a role in place of the one held. Neither the new nor the old role may hold what the
    /// operator lacks, and nobody gives a role to their own account.
    ///
    /// # Errors
    /// [`DeskError::OwnAccount`], [`DeskError::Outranked`], [`DeskError::StepUp`],
    /// [`DeskError::Audit`] and the directory's.
    pub async fn assign_role(self, user: &UserId, role: Role) -> Result<Receipt, DeskError> {
        let role = self.known_role(role).await?;
        let change = UserChange {
            role: Some(role),
            ..UserChange::default()
        };
        self.change_now(user, None, &change, "").await
    }
}

impl Seat<'_, seat::UsersDelete> {
    /// Removes a user and everything that belongs to the account, from the version that was seen;
    /// the audit stays.
    ///
    /// # Errors
    /// [`DeskError::OwnAccount`], [`DeskError::Outranked`], [`DeskError::StepUp`],
    /// [`DeskError::Audit`] and the directory's.
    pub async fn remove_user(
        self,
        user: &UserId,
        expected: Option<&Version>,
    ) -> Result<Receipt, DeskError> {
        let user = self.read(self.directory().user(self.operator(), user).await)?;
        let expected = expected.unwrap_or(&user.version);
        if let Err(refusal) = within_reach(self.operator(), &user) {
            return Err(self.refuse(Target::from(&user), refusal).await);
        }
        self.step_up()?;
        let event = Event {
            target: Some(self.desk().target_of(&user)),
            ..self.event(Outcome::Intent)
        };
        self.write(event, async |intent| {
            let answer = self
                .directory()
                .remove(self.operator(), &user.id, expected, &intent)
                .await;
            let look = |_| self.look_at_removal(&user);
            self.desk().settled(answer, &intent, look).await
        })
        .await
    }
}

impl<R: seat::Right> Seat<'_, R> {
    /// The change with its role looked up, where that is known by its name alone.
    async fn with_known_role(&self, change: &UserChange) -> Result<Option<UserChange>, DeskError> {
        let Some(role @ Role::Named(_)) = &change.role else {
            return Ok(None);
        };
        let role = self.known_role(role.clone()).await?;
        Ok(Some(UserChange {
            role: Some(role),
            ..change.duplicate()
        }))
    }

    /// Changes the user as it is at this moment, or from the version `expected` on.
    async fn change_now(
        &self,
        user: &UserId,
        expected: Option<&Version>,
        change: &UserChange,
        reason: &str,
    ) -> Result<Receipt, DeskError> {
        let mut tries = 1;
        loop {
            let read = self.directory().user(self.operator(), user);
            let user = self.read(self.in_time(read).await)?;
            let from = expected.unwrap_or(&user.version);
            let detail = change.described();
            // Boxed, here and below: with the directory it is 16 KB of a future.
            let answer = Box::pin(self.change(&user, from, change, reason, detail)).await;
            let again = expected.is_none() && tries < TRIES;
            match answer {
                Err(DeskError::Directory(DirectoryError::Conflict { .. })) if again => {
                    before_another_try(tries).await;
                    tries += 1;
                }
                answer => return answer,
            }
        }
    }

    async fn change(
        &self,
        user: &User,
        expected: &Version,
        change: &UserChange,
        reason: &str,
        detail: Option<String>,
    ) -> Result<Receipt, DeskError> {
        if let Err(refusal) = self.judge_change(user, change).await {
            return Err(self.refuse(Target::from(user), refusal).await);
        }
        let acts = acts_of(change, user, self.desk().now());
        let caller = self.caller(user, &acts).await?;
        // Where every act wants its own proof, taking a lock off is one of them.
        if is_sensitive(change) || change.unlock && self.desk().profile().step_up_window_min == 0 {
            self.step_up()?;
        }
        let event = Event {
            target: Some(self.desk().target_of(user)),
            reason: reset::reason(reason)?,
            detail,
            caller,
            contact_changed: change.changes_contact(),
            ..self.event(Outcome::Intent)
        };
        self.write(event, async |intent| {
            let receipt = if self.directory().capabilities().records_outcome {
                self.change_at_once(user, expected, change, &intent).await?
            } else {
                self.change_by_parts(user, expected, change, &intent)
                    .await?
            };
            let wanted = change.applied_to(user);
            let sight = if lets_in(change, user, &wanted, self.desk().now()) {
                Sight::to_let_in(&wanted)
            } else {
                Sight::of(&wanted)
            };
            Ok(self.seen(receipt, sight).await)
        })
        .await
    }

    /// All of it in one question to the directory.
    pub(super) async fn change_at_once(
        &self,
        user: &User,
        expected: &Version,
        change: &UserChange,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let write = self
            .directory()
            .change(self.operator(), &user.id, expected, change, intent);
        let answer = self.in_time(write).await;
        let look = |_| self.look_at_change(user, change);
        self.desk().settled(answer, intent, look).await
    }

    /// Does the directory show what was wanted?
    async fn look_at_change(&self, user: &User, change: &UserChange) -> Look {
        if let Some(password) = change.new_password() {
            return self.look_at_new_password(user, password, change).await;
        }
        if change.password.is_some() {
            return Look::Unknown("of a password nothing is shown".into());
        }
        let now = match self.directory().user(self.operator(), &user.id).await {
            Ok(now) => now,
            Err(error) => return Look::Unknown(error.to_string()),
        };
        let status = change
            .active
            .is_none_or(|active| now.state.active.known() == Some(&active));
        let must_change = match &now.state.must_change {
            Fact::Known(must) => !change.must_change || *must,
            Fact::Unknown(_) | Fact::NotOffered if change.must_change => {
                return Look::Unknown("whether the password must be changed is not shown".into());
            }
            Fact::Unknown(_) | Fact::NotOffered => true,
        };
        if status && must_change && change.applied_to(&now) == now && change.provisioned.is_none() {
            Look::InForce(settled(all_done(change), Proof::NotNeeded))
        } else if change.provisioned.is_some() {
            Look::Unknown("what provisioning clients keep is not read here".into())
        } else {
            Look::NotInForce("the directory does not show the change".into())
        }
    }

    /// A directory that takes all of a change at once shows by the password whether it took it.
    async fn look_at_new_password(
        &self,
        user: &User,
        password: &Secret,
        change: &UserChange,
    ) -> Look {
        if !self.directory().capabilities().check.is_yes() {
            return Look::Unknown("of a password nothing is shown".into());
        }
        let checked = self
            .directory()
            .check_password(self.operator(), &user.id, password);
        match checked.await {
            Ok(checked) if checked.matches => {
                let how = "the new password was tried and is in force";
                Look::InForce(settled(all_done(change), Proof::ReadBack(how.into())))
            }
            Ok(_) => Look::NotInForce("the new password was tried and is not in force".into()),
            Err(error) => Look::Unknown(error.to_string()),
        }
    }

    /// Is the user gone?
    async fn look_at_removal(&self, user: &User) -> Look {
        match self.directory().user(self.operator(), &user.id).await {
            Err(DirectoryError::NotFound) => Look::InForce(settled(
                vec![(Step::Removed, StepOutcome::Done)],
                Proof::NotNeeded,
            )),
            Ok(_) => Look::NotInForce("the user is still there".into()),
            Err(error) => Look::Unknown(error.to_string()),
        }
    }

    async fn judge_change(&self, user: &User, change: &UserChange) -> Result<(), DeskError> {
        may_change(self.operator(), user, change)?;
        match &change.password {
            Some(PasswordChange::Set {
                password,
                generated,
            }) => {
                let user = change.applied_to(user);
                self.desk().judge_password(&user, password, *generated)?;
                self.judge_by_directory(&user, password.expose()).await
            }
            Some(PasswordChange::TakeAway) | None => Ok(()),
        }
    }
}

/// May the operator make this of the user? What the policy says of a password is another question.
pub(super) fn may_change(
    operator: &Operator,
    user: &User,
    change: &UserChange,
) -> Result<(), DeskError> {
    let own = operator.permissions;
    let wants = |permission| {
        let held = own.holds(permission);
        held.then_some(()).ok_or(DeskError::Lacks(permission))
    };
    if change.changes_attributes() || change.changes_sign_in() {
        wants(Permission::UsersUpdate)?;
    }
    if change.active.is_some() || change.changes_validity() {
        wants(Permission::UsersUpdateStatus)?;
    }
    if change.end_sessions {
        wants(Permission::UsersForceLogout)?;
    }
    within_reach(operator, user)?;
    // Nobody moves a user out of their reach either: the next change would be refused to them.
    may_see(operator, &change.applied_to(user))?;
    match &change.role {
        Some(role) => gift(operator, role, (user.permissions, &user.reach)),
        None => Ok(()),
    }
}

/// Is the change, which makes `wanted` of `user`, to let the user in? Another beginning or end is, where
/// the account was not valid and is now.
fn lets_in(change: &UserChange, user: &User, wanted: &User, now: Timestamp) -> bool {
    let becomes_valid =
        user.state.is_outside_validity(now) && !wanted.state.is_outside_validity(now);
    change.active != Some(false)
        && (change.active.is_some()
            || change.new_password().is_some()
            || change.unlock
            || becomes_valid)
}

/// What nobody may do at a console that its operator has left.
pub(super) const fn is_sensitive(change: &UserChange) -> bool {
    change.password.is_some()
        || change.role.is_some()
        || change.active.is_some()
        || change.changes_validity()
}

/// What a change that is in force has done.
fn all_done(change: &UserChange) -> Vec<(Step, StepOutcome)> {
    let steps = change.steps().into_iter();
    steps.map(|step| (step, StepOutcome::Done)).collect()
}

pub(super) fn kind_of(change: &UserChange) -> Kind {
    if change.new_password().is_some() {
        Kind::PasswordReset
    } else if change.is_role_only() {
        Kind::RoleAssigned
    } else if change.step() == Step::Unlocked {
        Kind::Unlock
    } else {
        Kind::UserChanged
    }
}
