//! A change of a user in a directory that takes one thing at a time: part by part, and the receipt says
//! what was done and what not.

use super::{ResetOrder, Seat, seat::Right};
use crate::{
    audit::Intent,
    directory::{DirectoryError, PasswordChange, UserChange},
    receipt::{PasswordReset, Proof, Receipt, Step, StepOutcome},
    user::{User, Version},
};

/// What one question to the directory can do.
#[expect(
    clippy::large_enum_variant,
    reason = "a handful of them, made once for an act"
)]
enum Part {
    /// A new password, and what goes with it.
    Password(Box<ResetOrder>),
    /// Nothing but the lock.
    Unlock,
    /// Attributes, validity, status and role, which every directory takes in one request.
    Change(UserChange),
    /// The sessions and tokens.
    EndSessions,
}

impl Part {
    /// What it does, as a receipt names it.
    fn steps(&self) -> Vec<Step> {
        match self {
            Self::Password(order) => {
                let unlocked = order.unlock.then_some(Step::Unlocked);
                [Step::PasswordSet, Step::MustChange]
                    .into_iter()
                    .chain(unlocked)
                    .collect()
            }
            Self::Unlock => vec![Step::Unlocked],
            Self::Change(change) => change.steps(),
            Self::EndSessions => vec![Step::SessionsEnded],
        }
    }
}

/// The parts, what a directory refuses most often first: then nothing has been changed yet.
fn parts(user: &User, change: &UserChange) -> Vec<Part> {
    let mut parts = Vec::new();
    match &change.password {
        Some(PasswordChange::Set {
            password,
            generated,
        }) => parts.push(Part::Password(Box::new(ResetOrder {
            user: user.id.clone(),
            expected: None,
            password: password.duplicate(),
            generated: *generated,
            must_change: true,
            unlock: change.unlock,
            reason: String::new(),
        }))),
        Some(PasswordChange::TakeAway) => parts.push(Part::Change(UserChange {
            password: Some(PasswordChange::TakeAway),
            ..UserChange::default()
        })),
        None => {}
    }
    let beside_password = change.new_password().is_some();
    if change.unlock && !beside_password {
        parts.push(Part::Unlock);
    }
    for one in [
        UserChange {
            must_change: change.must_change && !beside_password,
            ..UserChange::default()
        },
        UserChange {
            unlock: false,
            must_change: false,
            end_sessions: false,
            ..change.without_password()
        },
    ] {
        if !one.is_nothing() {
            parts.push(Part::Change(one));
        }
    }
    if change.end_sessions {
        parts.push(Part::EndSessions);
    }
    parts
}

impl<R: Right> Seat<'_, R> {
    /// Makes a change part by part. What fails at first fails as a whole; afterwards what was not done
    /// is a step of the receipt, and nothing more is tried.
    pub(super) async fn change_by_parts(
        &self,
        user: &User,
        expected: &Version,
        change: &UserChange,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let mut whole: Option<Receipt> = None;
        let mut failed = None;
        for part in parts(user, change) {
            let Some(done) = &mut whole else {
                let first = Box::pin(self.make(user, expected, &part, intent));
                whole = Some(first.await?);
                continue;
            };
            if let Some(what) = &failed {
                let why = format!("not tried, since {what} failed");
                let refused = |step| (step, StepOutcome::Refused(why.clone()));
                done.steps.extend(part.steps().into_iter().map(refused));
                continue;
            }
            let version = match done.version.clone() {
                Some(version) => Ok(version),
                None => self.version_now(user).await,
            };
            let answer = match version {
                Ok(version) => Box::pin(self.make(user, &version, &part, intent)).await,
                Err(error) => Err(error),
            };
            match answer {
                Ok(next) => add(done, next),
                Err(error) => {
                    failed = part.steps().first().map(|step| step.words());
                    let how = outcome(&error);
                    let steps = part.steps().into_iter();
                    done.steps.extend(steps.map(|step| (step, how.clone())));
                }
            }
        }
        whole.ok_or_else(|| DirectoryError::NotOffered("there is nothing to change".into()))
    }

    async fn version_now(&self, user: &User) -> Result<Version, DirectoryError> {
        let read = self.directory().user(self.operator(), &user.id);
        self.in_time(read).await.map(|now| now.version)
    }

    async fn make(
        &self,
        user: &User,
        expected: &Version,
        part: &Part,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let (directory, operator) = (self.directory(), self.operator());
        match part {
            Part::Password(order) => {
                let reset = PasswordReset {
                    user: &order.user,
                    expected: Some(expected),
                    password: &order.password,
                    must_change: order.must_change && directory.capabilities().must_change.is_yes(),
                    unlock: order.unlock,
                };
                let write = directory.reset_password(operator, &reset, intent);
                let answer = self.in_time(write).await;
                let look = |_| self.look_at_reset(user, order);
                self.desk().settled(answer, intent, look).await
            }
            Part::Unlock => {
                let write = directory.unlock(operator, &user.id, Some(expected), intent);
                let answer = self.in_time(write).await;
                let look = |_| self.look_at_unlock(user);
                self.desk().settled(answer, intent, look).await
            }
            Part::Change(change) => self.change_at_once(user, expected, change, intent).await,
            Part::EndSessions => directory.end_sessions(operator, &user.id, intent).await,
        }
    }
}

/// What one more part has done.
fn add(whole: &mut Receipt, next: Receipt) {
    whole.steps.extend(next.steps);
    whole.version = next.version;
    if next.proof != Proof::NotNeeded {
        whole.proof = next.proof;
    }
    whole.server = whole.server.take().or(next.server);
    whole.recorded &= next.recorded;
}

/// How the steps of a part ended that failed after others were done.
fn outcome(error: &DirectoryError) -> StepOutcome {
    if let DirectoryError::OutcomeUnknown(what) = error {
        StepOutcome::Unknown(what.clone())
    } else if let DirectoryError::NotOffered(why) = error {
        StepOutcome::NotOffered(why.clone())
    } else {
        StepOutcome::Refused(error.to_string())
    }
}
