//! Tokens in the store.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use super::text::Hash;
use crate::{
    audit::{Event, chain},
    permission::Permissions,
    source::Source,
    store::{Store, StoreError},
    user::UserId,
};

/// Whose token it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bearer {
    Operator(UserId),
    /// A machine client by name.
    Client(String),
}

/// A token as it is kept, without its text.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) bearer: Bearer,
    pub(super) permissions: Permissions,
    pub(super) source: Source,
    /// Of a client: who made it, and the networks that it may come from.
    pub(super) made_by: Option<UserId>,
    pub(super) networks: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) proved_at: Timestamp,
    pub(super) used_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

pub(super) async fn keep(store: &Store, hash: Hash, kept: Kept) -> Result<(), StoreError> {
    store
        .write(move |transaction| {
            let (operator, client) = match &kept.bearer {
                Bearer::Operator(id) => (Some(id.0.parse::<i64>().unwrap_or_default()), None),
                Bearer::Client(name) => (None, Some(name.as_str())),
            };
            transaction.execute(
                "INSERT INTO api_tokens (hash, operator, client, permissions, source, created_at,
                     proved_at, used_at, expires_at)
                 VALUES (?1, ?2, (SELECT id FROM api_clients WHERE name = ?3), ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    hash,
                    operator,
                    client,
                    kept.permissions.bits(),
                    kept.source.0,
                    kept.created_at.as_millisecond(),
                    kept.proved_at.as_millisecond(),
                    kept.used_at.as_millisecond(),
                    kept.expires_at.as_millisecond(),
                ],
            )?;
            Ok(())
        })
        .await
}

/// The token of a hash while it is good: not ended, its client neither revoked nor expired.
pub(super) async fn find(
    store: &Store,
    hash: Hash,
    now: Timestamp,
) -> Result<Option<Kept>, StoreError> {
    let now = now.as_millisecond();
    store
        .read(move |connection| {
            let issued = connection
                .prepare_cached(
                    "SELECT t.operator, c.name, t.permissions & coalesce(c.permissions, 65535),
                         t.source, t.created_at, t.proved_at, t.used_at, t.expires_at,
                         c.made_by, c.networks
                     FROM api_tokens t LEFT JOIN api_clients c ON c.id = t.client
                     WHERE t.hash = ?1 AND t.expires_at > ?2
                         AND (t.client IS NULL OR (c.revoked_at IS NULL
                             AND (c.expires_at IS NULL OR c.expires_at > ?2)))",
                )?
                .query_row(params![hash, now], read)
                .optional()?;
            if issued.is_some() {
                return Ok(issued);
            }
            Ok(connection
                .prepare_cached(
                    "SELECT NULL, name, permissions, '', created_at, created_at,
                         coalesce(used_at, 0), coalesce(expires_at, 253402300799000),
                         made_by, networks
                     FROM api_clients
                     WHERE secret = ?1 AND is_bearer AND revoked_at IS NULL
                         AND (expires_at IS NULL OR expires_at > ?2)",
                )?
                .query_row(params![hash, now], read)
                .optional()?)
        })
        .await
}

fn read(row: &Row<'_>) -> rusqlite::Result<Kept> {
    let time = |column| -> rusqlite::Result<Timestamp> {
        let millis: i64 = row.get(column)?;
        Ok(Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH))
    };
    let operator: Option<i64> = row.get(0)?;
    let bearer = match operator {
        Some(operator) => Bearer::Operator(UserId(operator.to_string())),
        None => Bearer::Client(row.get(1)?),
    };
    Ok(Kept {
        bearer,
        permissions: Permissions::from_bits(row.get(2)?),
        source: Source(row.get(3)?),
        made_by: row
            .get::<_, Option<i64>>(8)?
            .map(|row| UserId(row.to_string())),
        networks: row.get(9)?,
        created_at: time(4)?,
        proved_at: time(5)?,
        used_at: time(6)?,
        expires_at: time(7)?,
    })
}

pub(super) async fn note_use(store: &Store, hash: Hash, now: Timestamp) -> Result<(), StoreError> {
    let now = now.as_millisecond();
    store
        .write(move |transaction| {
            transaction.execute(
                "UPDATE api_tokens SET used_at = max(used_at, ?2) WHERE hash = ?1",
                params![hash, now],
            )?;
            transaction.execute(
                "UPDATE api_clients SET used_at = ?2 WHERE secret = ?1",
                params![hash, now],
            )?;
            Ok(())
        })
        .await
}

pub(super) async fn note_proof(
    store: &Store,
    hash: Hash,
    now: Timestamp,
) -> Result<(), StoreError> {
    let now = now.as_millisecond();
    store
        .write(move |transaction| {
            transaction.execute(
                "UPDATE api_tokens SET proved_at = ?2, used_at = ?2 WHERE hash = ?1",
                params![hash, now],
            )?;
            Ok(())
        })
        .await
}

/// Revokes a client whose maker may make none any more, recorded as `event`.
pub(super) async fn end_client(
    store: &Store,
    name: String,
    event: Event,
    now: Timestamp,
) -> Result<(), StoreError> {
    store
        .write(move |transaction| {
            let ended = transaction.execute(
                "UPDATE api_clients SET revoked_at = ?2 WHERE name = ?1 AND revoked_at IS NULL",
                params![name, now.as_millisecond()],
            )?;
            if ended > 0 {
                transaction.execute(
                    "DELETE FROM api_tokens
                     WHERE client = (SELECT id FROM api_clients WHERE name = ?1)",
                    [name],
                )?;
                chain::append(transaction, &event, now)?;
            }
            Ok(())
        })
        .await
}

pub(super) async fn forget(store: &Store, hash: Hash) -> Result<(), StoreError> {
    store
        .write(move |transaction| {
            transaction.execute("DELETE FROM api_tokens WHERE hash = ?1", params![hash])?;
            Ok(())
        })
        .await
}

pub(super) async fn forget_ended(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let now = now.as_millisecond();
    store
        .write(move |transaction| {
            transaction.execute("DELETE FROM api_tokens WHERE expires_at <= ?1", [now])?;
            Ok(())
        })
        .await
}
