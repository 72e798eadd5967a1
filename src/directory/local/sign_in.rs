//! Signing in: one evaluation of the hash and one transaction, whatever the answer.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Transaction, params};

use super::{
    LocalDirectory, hashing, index::Row, lockout, names, read, role, state,
    stored_password::stored_hash,
};
use crate::{
    audit::Target,
    directory::DirectoryError,
    operator::{Operator, SignInRefusal},
    password::{
        Secret,
        hash::{PasswordHash, is_outdated},
        profile::Profile,
    },
    store::StoreError,
    user::{Fact, User},
};

/// A password may change between looking it up and counting the answer; then it is tried again.
const ATTEMPTS: usize = 3;

#[derive(Debug)]
enum Answer {
    Accepted(Box<User>),
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
            if let Some(user) = self.attempt(typed, password, place).await? {
                return Ok(Operator {
                    name: user.name(),
                    id: user.id,
                    login: user.login,
                    email: user.email,
                    permissions: user.permissions,
                    must_change: user.state.must_change == Fact::Known(true),
                    binding: 0,
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
    ) -> Result<Option<User>, DirectoryError> {
        let name = names::sign_in_name(typed);
        let known = self
            .store
            .read(move |connection| {
                let Some(row) = names::row_of_sign_in_name(connection, &name)? else {
                    return Ok::<_, StoreError>(None);
                };
                Ok(Some((row, stored_hash(connection, row)?)))
            })
            .await?;
        let kdf = self.profile.kdf;
        let Some((row, hash)) = known else {
            hashing::verify_nobody(kdf, password).await?;
            self.store.write(lockout::count_refusal).await?;
            return Err(DirectoryError::SignIn {
                reason: SignInRefusal::UnknownUser,
                user: None,
            });
        };
        // Before the hash: a guess that comes too early takes nobody's turn.
        self.refuse_too_early(row, place).await?;
        let matches = match hash.clone() {
            Some(hash) => hashing::verify(hash, password).await?,
            None => hashing::verify_nobody(kdf, password).await?,
        };
        let renewed = match &hash {
            Some(hash) if matches && is_outdated(hash, kdf) => {
                Some(hashing::hash(kdf, password).await?)
            }
            Some(_) | None => None,
        };
        let (profile, now) = (Arc::clone(&self.profile), self.now());
        let place = place.to_owned();
        let (answer, target) = self
            .store
            .write(move |transaction| {
                let user = read::user(transaction, row)?;
                let target = Target::from(&user);
                if stored_hash(transaction, row)? != hash {
                    return Ok::<_, DirectoryError>((Answer::Stale, target));
                }
                let answer = judge(transaction, &profile, row, user, &place, matches, now)?;
                match &answer {
                    Answer::Accepted(_) => accept(transaction, row, renewed.as_ref(), now)?,
                    Answer::Refused(_) | Answer::TooEarly(_) | Answer::Stale => {
                        lockout::count_refusal(transaction)?;
                    }
                }
                Ok((answer, target))
            })
            .await?;
        match answer {
            Answer::Accepted(user) => Ok(Some(*user)),
            Answer::Stale => Ok(None),
            Answer::TooEarly(left) => Err(too_early(target, left)),
            Answer::Refused(reason) => Err(DirectoryError::SignIn {
                reason,
                user: Some(Box::new(target)),
            }),
        }
    }
}

impl LocalDirectory {
    /// Refuses while the only administrator has to wait after too many failures from `place`.
    pub(super) async fn refuse_too_early(
        &self,
        row: Row,
        place: &str,
    ) -> Result<(), DirectoryError> {
        let (profile, now) = (Arc::clone(&self.profile), self.now());
        let place = place.to_owned();
        self.store
            .read(
                move |connection| match lockout::wait(connection, &profile, row, &place, now)? {
                    None => Ok(()),
                    Some(left) => {
                        let target = Target::from(&read::user(connection, row)?);
                        Err(too_early(target, left))
                    }
                },
            )
            .await
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
    profile: &Profile,
    row: Row,
    mut user: User,
    place: &str,
    matches: bool,
    now: Timestamp,
) -> Result<Answer, StoreError> {
    let over = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
    state::end_inactive(profile, &mut user);
    let state = &user.state;
    let password = state.password.known().cloned().unwrap_or_default();
    let refusal = if state.active != Fact::Known(true) {
        SignInRefusal::Disabled
    } else if state.lock != Fact::Known(None) {
        SignInRefusal::Locked
    } else if !password.set {
        SignInRefusal::NoPassword
    } else if let Some(left) = lockout::wait(transaction, profile, row, place, now)? {
        // Of guesses that come at once only the first is answered.
        return Ok(Answer::TooEarly(left));
    } else if !matches {
        if lockout::count_failure(transaction, profile, row, place, now)? {
            SignInRefusal::NowLocked
        } else {
            SignInRefusal::WrongPassword
        }
    } else if over(password.expires_at) {
        SignInRefusal::Expired
    } else if over(state.account_expires.known().copied().flatten())
        && !role::is_last_administrator(transaction, row)?
    {
        SignInRefusal::Disabled
    } else {
        return Ok(Answer::Accepted(Box::new(user)));
    };
    Ok(Answer::Refused(refusal))
}

fn accept(
    transaction: &Transaction<'_>,
    row: Row,
    renewed: Option<&PasswordHash>,
    now: Timestamp,
) -> Result<(), StoreError> {
    lockout::forget_failures(transaction, row)?;
    transaction.execute(
        "INSERT INTO sign_ins (row, last_at) VALUES (?1, ?2)
         ON CONFLICT (row) DO UPDATE SET last_at = ?2",
        params![row, now.as_millisecond()],
    )?;
    if let Some(hash) = renewed {
        transaction.execute(
            "UPDATE passwords SET hash = ?2 WHERE row = ?1",
            params![row, hash.0],
        )?;
    }
    Ok(())
}
