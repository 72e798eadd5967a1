//! Bearer tokens: of operators who signed in, and of machine clients.

mod client;
mod clients;
mod networks;
mod rows;
pub mod schema;
mod text;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

use super::scope::scope_of;
use crate::{
    audit::{Actor, Event, Kind, Outcome},
    desk::{Desk, DeskError, Session},
    directory::DirectoryError,
    operator::Operator,
    password::Secret,
    permission::{Permissions, Reach},
    receipt::Receipt,
    source::Source,
    store::StoreError,
    user::UserId,
};

pub use client::{ClientKind, ClientRow, DAYS, MOST_DAYS, NewClient};
use networks::comes_from;
use rows::{Bearer, Kept};
use text::{Hash, draw, hash};

/// The last use of a token is written down at most so often.
const USE_NOTED: SignedDuration = SignedDuration::from_secs(60);

/// So far may the wall clock step back without ending a token.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_secs(60);

/// A token just issued; the text is shown once and kept nowhere.
#[derive(Debug)]
pub struct Grant {
    /// The token.
    pub token: Zeroizing<String>,
    /// Seconds after which it ends whatever happens.
    pub expires_in: i64,
    /// Seconds without a request after which it ends.
    pub idle_limit: Option<i64>,
    /// Scopes apart by blanks.
    pub scope: String,
    /// The operator, where one signed in.
    pub operator: Option<Operator>,
}

/// Why a token is no good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Unknown, ended, revoked, or used from elsewhere.
    #[error("the token is not good")]
    Refused,
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The directory does not say whether the operator may still sign in.
    #[error(transparent)]
    Directory(DirectoryError),
}

/// How many requests were turned away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TurnedAway {
    /// Their token is not good.
    pub bad_tokens: u64,
    /// They came too fast, or after too many failures.
    pub throttled: u64,
}

/// Issues tokens and turns them into sessions at the desk. Clones share everything.
#[derive(Debug, Clone)]
pub struct Tokens {
    desk: Desk,
    live: Arc<Mutex<HashMap<Hash, Live>>>,
}

/// An operator's token in use: the proof of the password and the due change live in the session.
#[derive(Debug, Clone)]
struct Live {
    session: Arc<Session>,
    created_at: i64,
    noted_at: Timestamp,
}

fn has_rights_of(session: &Session, operator: &Operator) -> bool {
    let before = session.operator();
    before.permissions == operator.permissions && before.reach == operator.reach
}

impl Tokens {
    /// Tokens for sessions at `desk`.
    pub fn new(desk: Desk) -> Self {
        Self {
            desk,
            live: Arc::default(),
        }
    }

    /// Signs an operator in; the token is good from `source` only.
    ///
    /// # Errors
    /// As [`Desk::sign_in`].
    pub async fn sign_in(
        &self,
        login: &str,
        password: &Secret,
        source: &Source,
    ) -> Result<Grant, DeskError> {
        let session = self.desk.sign_in(login, password, source).await?;
        let now = self.desk.now();
        let profile = self.desk.profile();
        let life = SignedDuration::from_hours(i64::from(profile.reauth_hours));
        let idle = SignedDuration::from_mins(i64::from(profile.idle_lock_min));
        let operator = Operator::clone(&session.operator());
        let (token, hash) = draw();
        let kept = Kept {
            bearer: Bearer::Operator(operator.id.clone()),
            permissions: operator.permissions,
            source: source.clone(),
            made_by: None,
            networks: None,
            created_at: now,
            proved_at: now,
            used_at: now,
            expires_at: now.saturating_add(life).unwrap_or(now),
        };
        rows::keep(self.store(), hash, kept)
            .await
            .map_err(DeskError::Audit)?;
        self.lock().insert(
            hash,
            Live {
                session,
                created_at: now.as_millisecond(),
                noted_at: now,
            },
        );
        Ok(Grant {
            token,
            expires_in: life.as_secs(),
            idle_limit: Some(idle.as_secs()),
            scope: scope_of(operator.permissions),
            operator: Some(operator),
        })
    }

    /// The session of a request that carries `token` and comes from `source`.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn session(&self, token: &str, source: &Source) -> Result<Arc<Session>, TokenError> {
        let hash = hash(token);
        let now = self.desk.now();
        let Some(kept) = rows::find(self.store(), hash, now).await? else {
            self.lock().remove(&hash);
            return Err(TokenError::Refused);
        };
        match kept.bearer.clone() {
            Bearer::Client(name) => {
                if !comes_from(source, kept.networks.as_deref()) {
                    return Err(TokenError::Refused);
                }
                let operator = self.client_now(&name, &kept, source, now).await?;
                if now.duration_since(kept.used_at) >= USE_NOTED {
                    rows::note_use(self.store(), hash, now).await?;
                }
                let now = self.desk.instant();
                Ok(Arc::new(Session::of_machine(operator, source.clone(), now)))
            }
            Bearer::Operator(id) => self.of_operator(hash, &id, kept, source, now).await,
        }
    }

    /// A machine client with what its maker may do now, and no more. When the maker is gone,
    /// disabled or no operator any more, the client ends for good.
    async fn client_now(
        &self,
        name: &str,
        kept: &Kept,
        source: &Source,
        now: Timestamp,
    ) -> Result<Operator, TokenError> {
        let nobody = client::operator("tokens", Permissions::NONE, Reach::EVERYWHERE, None);
        let maker = match &kept.made_by {
            Some(id) => match self.desk.directory.bearer(&nobody, id).await {
                Ok(maker) => Some(maker),
                Err(DirectoryError::NotFound) => None,
                Err(error) => return Err(TokenError::Directory(error)),
            },
            None => None,
        };
        let maker = maker.filter(|maker| {
            maker.state.active.known() == Some(&true) && !maker.permissions.is_empty()
        });
        if let Some(maker) = maker {
            let permissions = kept.permissions.within(maker.permissions);
            let (reach, maker) = (maker.reach, Some(maker.id));
            return Ok(client::operator(name, permissions, reach, maker));
        }
        let event = Event {
            detail: Some(format!("token {name}: its maker is no operator any more")),
            ..self
                .desk
                .anonymous(source, Kind::TokenRevoked, Outcome::Done)
        };
        rows::end_client(self.store(), name.to_owned(), event, now).await?;
        Err(TokenError::Refused)
    }

    async fn of_operator(
        &self,
        hash: Hash,
        id: &UserId,
        kept: Kept,
        source: &Source,
        now: Timestamp,
    ) -> Result<Arc<Session>, TokenError> {
        let known = self.lock().get(&hash).cloned();
        let idle = i64::from(self.desk.profile().idle_lock_min) * 60;
        let last_used = known.as_ref().map_or(kept.used_at, |live| live.noted_at);
        let idled = now.duration_since(last_used.max(kept.used_at)).as_secs() >= idle;
        // A wall clock that was set back makes no token young again.
        let set_back = kept.created_at.max(kept.used_at).duration_since(now) > CLOCK_SLACK;
        let over = idled || set_back;
        let operator = self.operator_now(id, &kept).await?;
        let Some(operator) = operator.filter(|_| !over && kept.source == *source) else {
            rows::forget(self.store(), hash).await?;
            self.lock().remove(&hash);
            return Err(TokenError::Refused);
        };
        let session = match known {
            // Somebody changed the operator's permissions: they count at once.
            Some(live) if has_rights_of(&live.session, &operator) => live.session,
            known => {
                let proved_at = known.as_ref().map_or(kept.proved_at, |live| {
                    Timestamp::from_second(live.session.proved_at()).unwrap_or(kept.proved_at)
                });
                let now = self.desk.instant();
                Arc::new(Session::resumed(operator, source.clone(), proved_at, now))
            }
        };
        if session.is_locked() {
            return Err(TokenError::Refused);
        }
        if now.duration_since(kept.used_at) >= USE_NOTED {
            rows::note_use(self.store(), hash, now).await?;
        }
        self.lock().insert(
            hash,
            Live {
                session: Arc::clone(&session),
                created_at: kept.created_at.as_millisecond(),
                noted_at: now,
            },
        );
        Ok(session)
    }

    /// The operator as the directory knows the account now; nobody when the account may not sign in any
    /// more, or when somebody else has set another password since.
    async fn operator_now(&self, id: &UserId, kept: &Kept) -> Result<Option<Operator>, TokenError> {
        let nobody = client::operator("tokens", Permissions::NONE, Reach::EVERYWHERE, None);
        let user = match self.desk.directory.bearer(&nobody, id).await {
            Ok(user) => user,
            Err(DirectoryError::NotFound) => return Ok(None),
            Err(error) => return Err(TokenError::Directory(error)),
        };
        let now = self.desk.now();
        let state = &user.state;
        let shut = state.active.known() == Some(&false)
            || matches!(state.lock.known(), Some(Some(_)))
            || state.is_outside_validity(now)
            || matches!(state.ends_unused.known(), Some(Some(end)) if *end <= now);
        let replaced = state.password.known().is_none_or(|password| {
            !password.set
                || password
                    .changed_at
                    .is_some_and(|changed| changed > kept.proved_at)
        });
        if shut || replaced {
            return Ok(None);
        }
        Ok(Some(Operator::of(&user)))
    }

    /// Renews the proof of the operator's password.
    ///
    /// # Errors
    /// As [`Desk::reauthenticate`].
    pub async fn reauthenticate(
        &self,
        token: &str,
        session: &Session,
        password: &Secret,
    ) -> Result<(), DeskError> {
        self.desk.reauthenticate(session, password).await?;
        rows::note_proof(self.store(), hash(token), self.desk.now())
            .await
            .map_err(DeskError::Audit)
    }

    /// Ends the token.
    ///
    /// # Errors
    /// The store's, in which case the token may still be good.
    pub async fn sign_out(&self, token: &str, session: &Session) -> Result<(), DeskError> {
        let hash = hash(token);
        rows::forget(self.store(), hash)
            .await
            .map_err(DeskError::Audit)?;
        self.lock().remove(&hash);
        self.desk.sign_out(session).await
    }

    /// Changes the operator's own password. The operator's other tokens end; those of this
    /// session go on.
    ///
    /// # Errors
    /// As [`OwnSeat::change_password`](crate::desk::OwnSeat::change_password).
    pub async fn change_own_password(
        &self,
        session: &Arc<Session>,
        old: &Secret,
        new: &Secret,
    ) -> Result<Receipt, DeskError> {
        let seat = self.desk.at(session).own_account().await?;
        let receipt = seat.change_password(old, new).await?;
        let own: Vec<Hash> = self
            .lock()
            .iter()
            .filter(|(_, live)| Arc::ptr_eq(&live.session, session))
            .map(|(hash, _)| *hash)
            .collect();
        for hash in own {
            // The old password was the proof; what was set is as old as this moment.
            rows::note_proof(self.store(), hash, self.desk.now())
                .await
                .map_err(DeskError::OutcomeNotRecorded)?;
        }
        Ok(receipt)
    }

    /// Forgets tokens that have ended.
    ///
    /// # Errors
    /// The store's.
    pub async fn tidy(&self) -> Result<(), StoreError> {
        let now = self.desk.now();
        rows::forget_ended(self.store(), now).await?;
        let oldest = now
            .saturating_sub(SignedDuration::from_hours(i64::from(
                self.desk.profile().reauth_hours,
            )))
            .map_or(0, Timestamp::as_millisecond);
        self.lock().retain(|_, live| live.created_at > oldest);
        Ok(())
    }

    fn store(&self) -> &crate::store::Store {
        self.desk.audit.store()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Hash, Live>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records requests from `source` that were turned away since the last such record.
    ///
    /// # Errors
    /// The store's.
    pub async fn record_turned_away(
        &self,
        source: &Source,
        turned_away: TurnedAway,
    ) -> Result<(), StoreError> {
        let why = format!(
            "requests turned away: {} with a token that is not good, {} throttled",
            turned_away.bad_tokens, turned_away.throttled
        );
        let event = self
            .desk
            .anonymous(source, Kind::RequestsTurnedAway, Outcome::Refused(why));
        let now = self.desk.now();
        self.desk.audit.append(event, now).await.map(drop)
    }

    async fn record_client(
        &self,
        kind: Kind,
        outcome: Outcome,
        name: &str,
        source: &Source,
    ) -> Result<(), StoreError> {
        let event = Event {
            operator: Some(Actor::from(&client::operator(
                name,
                Permissions::NONE,
                Reach::EVERYWHERE,
                None,
            ))),
            ..self.desk.anonymous(source, kind, outcome)
        };
        let now = self.desk.now();
        self.desk.audit.append(event, now).await.map(drop)
    }
}
