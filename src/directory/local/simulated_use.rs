//! Makes a throw-away store look as if it had been in use: passwords, sign-ins and locks.

use jiff::Timestamp;
use rusqlite::params;

use super::{hashing, index::facets::merge::merge_many};
use crate::{
    directory::DirectoryError,
    password::{Secret, profile::Profile},
    store::{Store, StoreError},
};

const HOUR: i64 = 3_600_000;

/// Gives all users without a password one that nobody knows, with a past: most can sign in,
/// one in forty is locked, one in thirty must change, one in fifty let a temporary password lapse,
/// one in sixty never got one. The row number decides, so that a user always has the same past.
///
/// Only for demonstrations and benches: it goes around the desk and leaves no record.
///
/// # Errors
/// The store's.
pub async fn simulate_use(store: &Store, profile: &Profile) -> Result<(), DirectoryError> {
    let nobody_knows = uuid::Uuid::new_v4().to_string();
    let nobody_knows = Secret::from_typed(&nobody_knows)
        .map_err(|error| DirectoryError::invalid(error.to_string()))?;
    let hash = hashing::hash(profile.kdf, &nobody_knows).await?;
    let now = Timestamp::now().as_millisecond();
    let life = HOUR * i64::from(profile.temp_password_hours);
    let failures = profile.lockout_attempts;
    store
        .write(move |transaction| -> Result<(), StoreError> {
            transaction.execute(
                "INSERT INTO passwords (row, hash, changed_at, expires_at, must_change)
                 SELECT row, ?1,
                        CASE WHEN row % 30 = 7 THEN ?2 - ?3 * (1 + row % 9)
                             WHEN row % 50 = 11 THEN ?2 - ?4 - ?3 * (1 + row % 40)
                             ELSE ?2 - ?3 * 24 * (1 + row % 200) END,
                        CASE WHEN row % 30 = 7 THEN ?2 - ?3 * (1 + row % 9) + ?4
                             WHEN row % 50 = 11 THEN ?2 - ?3 * (1 + row % 40) END,
                        row % 30 = 7 OR row % 50 = 11
                 FROM users
                 WHERE row % 60 <> 19 AND row NOT IN (SELECT row FROM passwords)",
                params![hash.0, now, HOUR, life],
            )?;
            transaction.execute(
                "INSERT OR IGNORE INTO sign_ins (row, last_at, locked_since, failures)
                 SELECT row, ?1 - ?2 * (3 + row % 700),
                        CASE WHEN row % 40 = 3 THEN ?1 - ?2 * (row % 3) - 1 - row % 3000000 END,
                        CASE WHEN row % 40 = 3 THEN ?3 END
                 FROM passwords WHERE hash = ?4 AND NOT must_change",
                params![now, HOUR, failures, hash.0],
            )?;
            merge_many(transaction)
        })
        .await
        .map_err(Into::into)
}
