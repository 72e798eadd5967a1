//! Signing in: one evaluation of the hash and one transaction, whatever the answer.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Transaction, params};

use super::{
    LocalDirectory, hashing,
    index::{Row, facets::merge::merge_many},
    lockout, names, operator_now, read, role, stand_in, state,
    stored_password::stored_hash,
};
use crate::{
    audit::Target,
    directory::DirectoryError,
    operator::{Operator, SignInRefusal},
    password::{
        Secret,
        hash::{PasswordHash, is_outdated},
        profile::Profiles,
    },
    store::StoreError,
    user::{Fact, User},
};

/// A password may change between looking it up and counting the answer; then it is tried again.
const ATTEMPTS: usize = 3;

#[derive(Debug)]
enum Answer {
    /// With how often the user's sessions have been ended.
    Accepted(Box<User>, i64),
    Refused(SignInRefusal),
    /// Another guess has failed meanwhile.
    TooEarly(SignedDuration),
    /// The password has changed meanwhile.
    Stale,
}

impl LocalDirectory {
    pub(super) async fn sign_in_at(
        &self,
        typed: &str,
        password: &Secret,
        place: &str,
    ) -> Result<Operator, DirectoryError> {
        for _ in 0..ATTEMPTS {
            if let Some((user, sessions_ended)) = self.attempt(typed, password, place).await? {
                return Ok(Operator {
                    sessions_ended: Some(sessions_ended),
                    ..Operator::of(&user)
                });
            }
        }
        Err(StoreError::Busy.into())
    }

    async fn attempt(
        &self,
        typed: &str,
        password: &Secret,
        place: &str,
    ) -> Result<Option<(User, i64)>, DirectoryError> {
        let name = names::sign_in_name(typed);
        let kdf = self.profiles.general().kdf;
        let (profiles, now, from) = (Arc::clone(&self.profiles), self.now(), place.to_owned());
        let (known, stand_in) = self
            .store
            .read(move |connection| {
                let stand_in = stand_in::cost(connection, &name, kdf)?;
                let Some(row) = names::row_of_sign_in_name(connection, &name)? else {
                    return Ok::<_, DirectoryError>((None, stand_in));
                };
                // Before the hash: a guess that comes too early takes nobody's turn.
                refuse_too_early(connection, &profiles, row, &from, now)?;
                Ok((Some((row, stored_hash(connection, row)?)), stand_in))
            })
            .await?;
        let Some((row, hash)) = known else {
            hashing::verify_nobody(stand_in, password).await?;
            self.store.write(lockout::count_refusal).await?;
            return Err(DirectoryError::SignIn {
                reason: SignInRefusal::UnknownUser,
                user: None,
            });
        };
        let matches = match hash.clone() {
            Some(hash) => hashing::verify(hash, password).await,
            None => hashing::verify_nobody(stand_in, password).await,
        };
        let matches = match matches {
            Ok(matches) => matches,
            Err(error) => return Err(self.not_checked(row, error).await),
        };
        let (profiles, now) = (Arc::clone(&self.profiles), self.now());
        let place = place.to_owned();
        let looked_at = hash.clone();
        let (answer, target) = self
            .store
            .write(move |transaction| {
                let user = read::user(transaction, row)?;
                let target = Target::from(&user);
                if stored_hash(transaction, row)? != looked_at {
                    return Ok::<_, DirectoryError>((Answer::Stale, target));
                }
                let answer = judge(transaction, &profiles, row, user, &place, matches, now)?;
                match &answer {
                    Answer::Accepted(..) => accept(transaction, row, now)?,
                    Answer::Refused(_) | Answer::TooEarly(_) | Answer::Stale => {
                        lockout::count_refusal(transaction)?;
                    }
                }
                merge_many(transaction)?;
                Ok((answer, target))
            })
            .await?;
        match answer {
            Answer::Accepted(user, ended) => {
                if let Some(hash) = hash.filter(|hash| is_outdated(hash, kdf)) {
                    self.renew(row, hash, password).await;
                }
                Ok(Some((*user, ended)))
            }
            Answer::Stale => Ok(None),
            Answer::TooEarly(left) => Err(too_early(target, left)),
            Answer::Refused(reason) => Err(DirectoryError::SignIn {
                reason,
                user: Some(Box::new(target)),
            }),
        }
    }

    /// Names the account in an error that left its password unchecked.
    async fn not_checked(&self, row: Row, error: DirectoryError) -> DirectoryError {
        let read = self
            .store
            .read(move |connection| read::user(connection, row));
        match (error, read.await) {
            (DirectoryError::PasswordNotChecked { why, cure, .. }, Ok(user)) => {
                DirectoryError::PasswordNotChecked {
                    why,
                    cure,
                    user: Some(Box::new(Target::from(&user))),
                }
            }
            (error, _) => error,
        }
    }

    /// Puts a hash of today's cost in the place of an older one of the same password. Only for who
    /// has been let in: the time that it takes would tell anybody else that the password is right.
    /// The older one goes on working when that fails.
    async fn renew(&self, row: Row, old: PasswordHash, password: &Secret) {
        let renewed = match hashing::hash(self.profiles.general().kdf, password).await {
            Ok(renewed) => renewed,
            Err(error) => {
                tracing::warn!(%error, "an older hash could not be renewed");
                return;
            }
        };
        let put = self.store.write(move |transaction| {
            transaction.execute(
                "UPDATE passwords SET hash = ?2 WHERE row = ?1 AND hash = ?3",
                params![row, renewed.0, old.0],
            )?;
            Ok::<_, StoreError>(())
        });
        if let Err(error) = put.await {
            tracing::warn!(%error, "an older hash could not be renewed");
        }
    }
}

/// Refuses while the only administrator has to wait after too many failures from `place`.
pub(super) fn refuse_too_early(
    connection: &Connection,
    profiles: &Profiles,
    row: Row,
    place: &str,
    now: Timestamp,
) -> Result<(), DirectoryError> {
    match lockout::wait(connection, profiles, row, place, now)? {
        None => Ok(()),
        Some(left) => Err(too_early(Target::from(&read::user(connection, row)?), left)),
    }
}

fn too_early(user: Target, left: SignedDuration) -> DirectoryError {
    let whole = left.as_secs() + i64::from(left.subsec_nanos() > 0);
    DirectoryError::TryLater {
        seconds: u64::try_from(whole).unwrap_or(1),
        user: Box::new(user),
    }
}

fn judge(
    transaction: &Transaction<'_>,
    profiles: &Profiles,
    row: Row,
    mut user: User,
    place: &str,
    matches: bool,
    now: Timestamp,
) -> Result<Answer, DirectoryError> {
    let over = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
    state::end_inactive(profiles, &mut user);
    let state = &user.state;
    let (Fact::Known(password), Fact::Known(_), Fact::Known(begins), Fact::Known(ends)) = (
        &state.password,
        &state.lock,
        &state.valid_from,
        &state.account_expires,
    ) else {
        return Err(StoreError::from(read::DamagedTime).into());
    };
    let unused = state.ends_unused.value();
    let refusal = if state.active != Fact::Known(true) {
        SignInRefusal::Disabled
    } else if state.lock != Fact::Known(None) {
        SignInRefusal::Locked
    } else if !password.set {
        SignInRefusal::NoPassword
    } else if let Some(left) = lockout::wait(transaction, profiles, row, place, now)? {
        // Of guesses that come at once only the first is answered.
        return Ok(Answer::TooEarly(left));
    } else if !matches {
        if lockout::count_failure(transaction, profiles, row, place, now)? {
            SignInRefusal::NowLocked
        } else {
            SignInRefusal::WrongPassword
        }
    } else if over(password.expires_at) {
        SignInRefusal::Expired
    } else if begins.is_some_and(|begin| begin > now) {
        SignInRefusal::NotYetValid
    } else if over(*ends) && !role::is_last_administrator(transaction, row, now)? {
        SignInRefusal::AccountEnded
    } else if over(unused) && !role::is_last_administrator(transaction, row, now)? {
        SignInRefusal::Disabled
    } else {
        let ended = operator_now::sessions_ended(transaction, row)?;
        return Ok(Answer::Accepted(Box::new(user), ended));
    };
    Ok(Answer::Refused(refusal))
}

pub(super) fn accept(
    transaction: &Transaction<'_>,
    row: Row,
    now: Timestamp,
) -> Result<(), StoreError> {
    lockout::forget_failures(transaction, row)?;
    transaction.execute(
        "INSERT INTO sign_ins (row, last_at) VALUES (?1, ?2)
         ON CONFLICT (row) DO UPDATE SET last_at = ?2",
        params![row, now.as_millisecond()],
    )?;
    Ok(())
}
