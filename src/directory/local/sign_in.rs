//! Signing in: one evaluation of the hash and one transaction, whatever the answer.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::{
    LocalDirectory, hashing, index::Row, lockout, names, operator_now, read, role, state,
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
    /// With how often the user's sessions have been ended.
    Accepted(Box<User>, i64),
    Refused(SignInRefusal),
    /// The password has changed meanwhile.
    Stale,
}

impl LocalDirectory {
    pub(super) async fn sign_in(
        &self,
        typed: &str,
        password: &Secret,
    ) -> Result<Operator, DirectoryError> {
        for _ in 0..ATTEMPTS {
            if let Some((user, sessions_ended)) = self.attempt(typed, password).await? {
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
    ) -> Result<Option<(User, i64)>, DirectoryError> {
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
        let (answer, target) = self
            .store
            .write(move |transaction| {
                let user = read::user(transaction, row)?;
                let target = Target::from(&user);
                if stored_hash(transaction, row)? != hash {
                    return Ok::<_, DirectoryError>((Answer::Stale, target));
                }
                let answer = judge(transaction, &profile, row, user, matches, now)?;
                match &answer {
                    Answer::Accepted(..) => accept(transaction, row, renewed.as_ref(), now)?,
                    Answer::Refused(_) | Answer::Stale => lockout::count_refusal(transaction)?,
                }
                Ok((answer, target))
            })
            .await?;
        match answer {
            Answer::Accepted(user, ended) => Ok(Some((*user, ended))),
            Answer::Stale => Ok(None),
            Answer::Refused(reason) => Err(DirectoryError::SignIn {
                reason,
                user: Some(Box::new(target)),
            }),
        }
    }
}

fn judge(
    transaction: &Transaction<'_>,
    profile: &Profile,
    row: Row,
    mut user: User,
    matches: bool,
    now: Timestamp,
) -> Result<Answer, DirectoryError> {
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
    } else if !matches {
        if lockout::count_failure(transaction, profile, row, now)? {
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
        let ended = operator_now::sessions_ended(transaction, row)?;
        return Ok(Answer::Accepted(Box::new(user), ended));
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
