//! The tables of machine clients and tokens; `config::SCHEMA` says in which version of a store they
//! came.

use crate::store::Migration;

/// Machine clients, and the tokens of clients and operators.
pub const TABLES: Migration = Migration::Sql(include_str!("schema/1-tables.sql"));
