//! A role as it stands in the tables.

use std::sync::Arc;

use rusqlite::{Connection, Row as SqlRow, types::ValueRef};

use crate::{
    permission::{Kinds, Permissions, Reach, Role, SiteRole},
    store::StoreError,
};

/// The role of the number in a user's row, with what stands of it in `site_roles` from column
/// `from` on: name, permissions, kinds, stations. A number of no role is none, which permits nothing.
pub(super) fn held(number: u32, row: &SqlRow<'_>, from: usize) -> rusqlite::Result<Role> {
    let built_in = usize::try_from(number)
        .ok()
        .and_then(|number| Role::BUILT_IN.get(number));
    if let Some(role) = built_in {
        return Ok(role.clone());
    }
    if row.get_ref(from)? == ValueRef::Null {
        return Ok(Role::None);
    }
    Ok(Role::Site(Arc::new(role(number, row, from)?)))
}

/// A role of the site from column `from` on.
pub(super) fn role(number: u32, row: &SqlRow<'_>, from: usize) -> rusqlite::Result<SiteRole> {
    let kinds: Option<u8> = row.get(from + 2)?;
    let stations: Option<String> = row.get(from + 3)?;
    Ok(SiteRole {
        number,
        name: row.get(from)?,
        permissions: Permissions::from_bits(row.get(from + 1)?),
        reach: Reach {
            kinds: kinds.map(Kinds::from_bits),
            // A list that cannot be read names no station, which reaches nobody.
            stations: stations.map(|list| serde_json::from_str(&list).unwrap_or_default()),
        },
    })
}

/// Every role of the site, by name.
pub(super) fn all(connection: &Connection) -> Result<Vec<Arc<SiteRole>>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT number, name, permissions, kinds, stations FROM site_roles ORDER BY comparable",
    )?;
    let roles = statement.query_map([], |row| role(row.get(0)?, row, 1).map(Arc::new))?;
    Ok(roles.collect::<Result<_, _>>()?)
}
