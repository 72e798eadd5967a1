//! Machine clients: made, listed and revoked by whoever may give roles.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, params};
use zeroize::Zeroizing;

use super::{
    Grant, TokenError, Tokens,
    client::{ClientKind, ClientRow, DAYS, MOST_DAYS, NewClient},
    networks::{comes_from, networks_of, networks_text},
    rows::{self, Bearer, Kept},
    text::{Hash, draw, hash},
};
use crate::{
    audit::{Event, Kind, Outcome, chain},
    desk::{
        DeskError, Seat,
        api::scope::{permissions_of_scope, scope_of},
        seat::TokensUpdate,
    },
    directory::DirectoryError,
    permission::Permissions,
    source::Source,
    store::StoreError,
};

/// Life of a token that a machine client got for its credentials.
const CLIENT_TOKEN: SignedDuration = SignedDuration::from_mins(60);
const LONGEST_NAME: usize = 64;

impl Seat<'_, TokensUpdate> {
    /// Makes a client; gives its secret, which is shown once. It may hold no permission that the
    /// operator lacks.
    ///
    /// # Errors
    /// [`DeskError::Outranked`], [`DirectoryError::Taken`],
    /// [`DirectoryError::Invalid`] and the store's.
    pub async fn create_client(self, new: NewClient) -> Result<Zeroizing<String>, DeskError> {
        let beyond = new.permissions.beyond(self.operator().permissions);
        if !beyond.is_empty() {
            return Err(self.refuse(None, DeskError::Outranked(beyond)).await);
        }
        let (days, now) = (new.days.unwrap_or(DAYS), self.desk().now());
        // A clock near the end of time leaves no room: such a token would never end.
        let expires = (1..=MOST_DAYS)
            .contains(&days)
            .then(|| now.checked_add(SignedDuration::from_hours(i64::from(days) * 24)))
            .and_then(Result::ok);
        let Some(expires) = expires else {
            let message = format!("a token ends after 1 to {MOST_DAYS} days, not after {days}");
            return Err(DirectoryError::invalid(message).into());
        };
        let fits = !new.name.is_empty()
            && new.name.chars().count() <= LONGEST_NAME
            && new
                .name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        if !fits || new.permissions.is_empty() {
            return Err(DirectoryError::invalid(
                "a token needs a name of letters, digits, '-', '_' and '.', and a scope",
            )
            .into());
        }
        self.step_up()?;
        let (secret, hash) = draw();
        let event = Event {
            detail: Some(format!("token {}: {}", new.name, scope_of(new.permissions))),
            ..self.event(Outcome::Done)
        };
        let by = self.operator();
        let made_by = by.made_by.as_ref().unwrap_or(&by.id);
        // Without its maker a token would be bounded by nobody.
        let made_by: Option<i64> = self
            .shares_store()
            .then(|| made_by.0.parse().map_err(|_| DirectoryError::NotFound))
            .transpose()?;
        let created_by = by.login.clone();
        let networks = (!new.networks.is_empty()).then(|| networks_text(&new.networks));
        let look = self.look_within();
        self.desk()
            .audit
            .store()
            .write(move |transaction| {
                look(transaction)?;
                let added = transaction.execute(
                    "INSERT OR IGNORE INTO api_clients
                         (name, secret, is_bearer, permissions, created_at, created_by, expires_at,
                          made_by, networks)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                    params![
                        new.name,
                        hash,
                        new.kind == ClientKind::Bearer,
                        new.permissions.bits(),
                        now.as_millisecond(),
                        created_by,
                        expires.as_millisecond(),
                        made_by,
                        networks,
                    ],
                )?;
                if added == 0 {
                    return Err(DirectoryError::Taken {
                        attribute: None,
                        message: format!("there is a token of the name {} already", new.name),
                    });
                }
                chain::append(transaction, &event, now)?;
                Ok::<_, DirectoryError>(())
            })
            .await
            .map_err(|error| self.ended_by(error))?;
        Ok(secret)
    }

    /// Every client, also those that have ended.
    ///
    /// # Errors
    /// The store's.
    pub async fn clients(self) -> Result<Vec<ClientRow>, DeskError> {
        let look = self.look_within();
        let rows = self
            .desk()
            .audit
            .store()
            .read(move |connection| {
                let state = connection.unchecked_transaction()?;
                look(&state)?;
                let mut statement = state.prepare(
                    "SELECT name, is_bearer, permissions, created_at, created_by, expires_at,
                         used_at, revoked_at, networks
                     FROM api_clients ORDER BY name",
                )?;
                let rows = statement.query_map([], |row| {
                    let time = |column| -> rusqlite::Result<Option<Timestamp>> {
                        let millis: Option<i64> = row.get(column)?;
                        Ok(millis.and_then(|millis| Timestamp::from_millisecond(millis).ok()))
                    };
                    Ok(ClientRow {
                        name: row.get(0)?,
                        kind: if row.get(1)? {
                            ClientKind::Bearer
                        } else {
                            ClientKind::ClientCredentials
                        },
                        scope: scope_of(Permissions::from_bits(row.get(2)?)),
                        created_at: time(3)?.unwrap_or(Timestamp::UNIX_EPOCH),
                        created_by: row.get(4)?,
                        expires_at: time(5)?,
                        used_at: time(6)?,
                        networks: networks_of(row.get::<_, Option<String>>(8)?.as_deref()),
                        revoked_at: time(7)?,
                    })
                })?;
                Ok::<_, DirectoryError>(rows.collect::<Result<Vec<_>, _>>()?)
            })
            .await?;
        self.record(self.event(Outcome::Done)).await?;
        Ok(rows)
    }

    /// Revokes a client and every token that it got.
    ///
    /// # Errors
    /// [`DirectoryError::Invalid`] when there is no such client, and the
    /// store's.
    pub async fn revoke_client(self, name: &str) -> Result<(), DeskError> {
        let event = Event {
            detail: Some(format!("token {name}")),
            ..self.event(Outcome::Done)
        };
        self.step_up()?;
        let (name, now) = (name.to_owned(), self.desk().now());
        let look = self.look_within();
        self.desk()
            .audit
            .store()
            .write(move |transaction| {
                look(transaction)?;
                let id: Option<i64> = transaction
                    .query_row(
                        "UPDATE api_clients SET revoked_at = ?2
                         WHERE name = ?1 AND revoked_at IS NULL RETURNING id",
                        params![name, now.as_millisecond()],
                        |row| row.get(0),
                    )
                    .optional()?;
                let Some(id) = id else {
                    return Err(DirectoryError::invalid(format!(
                        "there is no token of the name {name} that is in force"
                    )));
                };
                transaction.execute("DELETE FROM api_tokens WHERE client = ?1", [id])?;
                chain::append(transaction, &event, now)?;
                Ok::<_, DirectoryError>(())
            })
            .await
            .map_err(|error| self.ended_by(error))?;
        Ok(())
    }

    fn ended_by(&self, error: DirectoryError) -> DeskError {
        let error = error.into();
        self.note(&error);
        error
    }
}

impl Tokens {
    /// A token for a client's credentials; `None` when the scope asks for more than it has.
    ///
    /// # Errors
    /// [`TokenError::Refused`] for credentials that are wrong or have ended, which is recorded.
    pub async fn client_credentials(
        &self,
        name: &str,
        secret: &str,
        scope: &str,
        source: &Source,
    ) -> Result<Option<Grant>, TokenError> {
        let now = self.desk.now();
        let found = self.client(hash(secret), now).await?;
        let found = found.filter(|(known, _, networks)| {
            known.eq_ignore_ascii_case(name) && comes_from(source, networks.as_deref())
        });
        let Some((known, permissions, _)) = found else {
            // What was given as a name may be a secret: it is not recorded.
            let outcome = Outcome::Refused("a client's credentials were wrong".into());
            let event = self.desk.anonymous(source, Kind::SignIn, outcome);
            self.desk.audit.append(event, now).await?;
            return Err(TokenError::Refused);
        };
        let granted = match permissions_of_scope(scope) {
            Ok(asked) if asked.is_empty() => permissions,
            Ok(asked) if asked.beyond(permissions).is_empty() => asked,
            _ => return Ok(None),
        };
        let (token, hash) = draw();
        let kept = Kept {
            bearer: Bearer::Client(known.clone()),
            permissions: granted,
            made_by: None,
            networks: None,
            source: source.clone(),
            created_at: now,
            proved_at: now,
            used_at: now,
            expires_at: now.saturating_add(CLIENT_TOKEN).unwrap_or(now),
        };
        rows::keep(self.store(), hash, kept).await?;
        self.record_client(Kind::SignIn, Outcome::Done, &known, source)
            .await?;
        Ok(Some(Grant {
            token,
            expires_in: CLIENT_TOKEN.as_secs(),
            idle_limit: None,
            scope: scope_of(granted),
            operator: None,
        }))
    }

    async fn client(
        &self,
        secret: Hash,
        now: Timestamp,
    ) -> Result<Option<(String, Permissions, Option<String>)>, StoreError> {
        let now = now.as_millisecond();
        self.store()
            .read(move |connection| {
                Ok(connection
                    .query_row(
                        "SELECT name, permissions, networks FROM api_clients
                         WHERE secret = ?1 AND NOT is_bearer AND revoked_at IS NULL
                             AND (expires_at IS NULL OR expires_at > ?2)",
                        params![secret, now],
                        |row| {
                            let permissions = Permissions::from_bits(row.get(1)?);
                            Ok((row.get(0)?, permissions, row.get(2)?))
                        },
                    )
                    .optional()?)
            })
            .await
    }
}
