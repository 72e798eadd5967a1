//! What the sign-in of somebody unknown is to cost: as much as that of somebody who is known, also
//! while the store holds hashes of several schemes, after the profile has changed.

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::index::Row;
use crate::{
    password::{
        hash::{Cost, PasswordHash},
        profile::Kdf,
    },
    store::StoreError,
};

/// The cost of one stored hash, drawn by the typed name: unknown names are spread over the schemes
/// as the known ones are, and each gets the same at every try. The draw is keyed with a hash that
/// nobody outside knows, so that it cannot be foretold.
pub(super) fn cost(connection: &Connection, name: &str, kdf: Kdf) -> Result<Cost, StoreError> {
    let ends: Option<(Row, String)> = connection
        .prepare_cached("SELECT row, hash FROM passwords ORDER BY row LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((first, key)) = ends else {
        return Ok(Cost::of(kdf));
    };
    let last: Row = connection
        .prepare_cached("SELECT max(row) FROM passwords")?
        .query_row([], |row| row.get(0))?;
    let digest = Sha256::new()
        .chain_update(key)
        .chain_update([0])
        .chain_update(name)
        .finalize();
    let draw = digest
        .iter()
        .take(7)
        .fold(0_i64, |n, byte| n << 8 | i64::from(*byte));
    let drawn: String = connection
        .prepare_cached("SELECT hash FROM passwords WHERE row >= ?1 ORDER BY row LIMIT 1")?
        .query_row(params![first + draw % (last - first + 1)], |row| row.get(0))?;
    Ok(Cost::of_stored(&PasswordHash::from_stored(drawn)).unwrap_or(Cost::of(kdf)))
}
