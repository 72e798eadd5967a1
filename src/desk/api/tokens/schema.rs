//! The tables of machine clients and tokens; `config::SCHEMA` says in which version of a store they
//! came.

use jiff::Timestamp;
use rusqlite::Transaction;

use crate::{
    audit::{Event, Kind, Outcome, chain},
    store::{Migration, StoreError},
};

/// Machine clients, and the tokens of clients and operators.
pub const TABLES: Migration = Migration::Sql(include_str!("schema/1-tables.sql"));

/// What bounds a client; what became of those that there were is recorded.
pub const BOUNDS: Migration = Migration::Work(|transaction| {
    transaction.execute_batch(include_str!("schema/2-bounds.sql"))?;
    record_carried_over(transaction)
});

/// One record in the name of nobody; none in a store that has just been made.
fn record_carried_over(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let users: i64 = transaction.query_row("SELECT count(*) FROM users", [], |row| row.get(0))?;
    if users == 0 {
        return Ok(());
    }
    let (clients, orphans): (i64, i64) = transaction.query_row(
        "SELECT count(*), count(*) FILTER (WHERE made_by IS NULL) FROM api_clients
         WHERE revoked_at IS NULL",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let event = Event {
        kind: Kind::RightsCarriedOver,
        outcome: Outcome::Done,
        operator: None,
        target: None,
        source: "upgrade of the store".into(),
        directory: "local store".into(),
        profile: String::new(),
        reason: None,
        intent: None,
        steps: Vec::new(),
        proof: None,
        detail: Some(format!(
            "administrators hold Users - Force Logout from now on; {clients} tokens of \
             machine clients keep their scopes, bounded by the rights of their makers; {orphans} of \
             them end, since their makers are not known"
        )),
        caller: None,
        contact_changed: false,
    };
    chain::append(transaction, &event, Timestamp::now())?;
    Ok(())
}
