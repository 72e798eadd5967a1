//! The tables of users; `config::SCHEMA` says in which version of a store each came.

use super::index::{bulk, facets};
use crate::store::Migration;

/// Users, their passwords and sign-ins, and the search index.
pub const TABLES: Migration = Migration::Sql(include_str!("schema/1-tables.sql"));

/// What only the API shows of a user.
pub const API_ATTRIBUTES: Migration = Migration::Sql(include_str!("schema/2-api.sql"));

/// How often others have ended a user's sessions.
pub const SESSIONS_ENDED: Migration = Migration::Sql(include_str!("schema/3-sessions-ended.sql"));

/// The search index built anew: an older one has other grams.
pub const INDEX_REBUILT: Migration =
    Migration::Work(|transaction| bulk::rebuild(transaction, &mut |_| ()));

/// Names in the form in which they are compared now.
pub const COMPARABLE_NAMES: Migration =
    Migration::Sql(include_str!("schema/4-comparable-names.sql"));

/// Phone, station, job title, and from and until when an account is valid.
pub const DETAILS: Migration = Migration::Sql(include_str!("schema/5-details.sql"));

/// What users are filtered by, for those who are there.
pub const FACETS: Migration = Migration::Work(|transaction| {
    transaction.execute_batch(include_str!("schema/6-facets.sql"))?;
    facets::merge::rebuild(transaction)
});

/// Fields of the site's own, and what users have in them.
pub const SITE_FIELDS: Migration = Migration::Sql(include_str!("schema/6-site-fields.sql"));

/// The roles that the site has made.
pub const SITE_ROLES: Migration = Migration::Sql(include_str!("schema/7-site-roles.sql"));

/// By what of the site's own fields users are found.
pub const SEARCHED_VALUES: Migration = Migration::Sql(include_str!("schema/8-searched-values.sql"));

/// From where failed sign-ins came.
pub const FAILURE_SOURCES: Migration = Migration::Sql(include_str!("schema/3-failure-sources.sql"));
