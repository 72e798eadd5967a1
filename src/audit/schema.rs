//! The tables of the audit; `config::SCHEMA` says in which version of a store each came.

use crate::store::Migration;

/// The chain of records.
pub const TABLES: Migration = Migration::Sql(include_str!("schema/1-tables.sql"));

/// The list of open intents.
pub const OPEN_INTENTS: Migration = Migration::Sql(include_str!("schema/2-open-intents.sql"));

/// The list of recoveries, and who has seen them.
pub const RECOVERIES: Migration = Migration::Sql(include_str!("schema/3-recoveries.sql"));
