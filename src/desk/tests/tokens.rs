//! Machine clients where the operators live in a directory elsewhere, and where they were carried
//! over from an older store.

use super::*;
use crate::{
    desk::api::{ClientKind, NewClient, schema as of_tokens},
    store::Migration,
};

/// Of the users as much as the tables of the clients look at.
const USERS: Migration = Migration::Sql(
    "CREATE TABLE users (row INTEGER PRIMARY KEY, login TEXT) STRICT;
     INSERT INTO users VALUES (1, 'A1');",
);
/// A client that A1 made, one that somebody made who is there no more, and one that has ended.
const CLIENTS: Migration = Migration::Sql(
    "INSERT INTO api_clients (name, secret, is_bearer, permissions, created_at, created_by)
     VALUES ('sync', x'01', 1, 1, 0, 'A1'), ('cron', x'02', 1, 1, 0, 'A2');
     INSERT INTO api_clients (name, secret, is_bearer, permissions, created_at, created_by, revoked_at)
     VALUES ('old', x'03', 1, 1, 0, 'A2', 1);",
);
const AUDIT: &[Migration] = &[schema::TABLES, schema::OPEN_INTENTS, schema::RECOVERIES];
const WITH_TOKENS: Schema = Schema(&[AUDIT, &[USERS, of_tokens::TABLES, of_tokens::BOUNDS]]);
const CARRIED_OVER: Schema = Schema(&[
    AUDIT,
    &[USERS, of_tokens::TABLES, CLIENTS, of_tokens::BOUNDS],
]);

#[tokio::test]
async fn an_operator_of_a_directory_elsewhere_makes_and_ends_a_token() {
    let place = Place::with_tables(Fixed::default(), &WITH_TOKENS).await;
    // No row of the store has such a handle.
    place.directory.told().operator = "uid=ada,dc=example";
    let session = place.session().await;
    let at = place.desk.at(&session);
    let new = NewClient {
        name: "sync".into(),
        kind: ClientKind::Bearer,
        permissions: Permissions::from_iter([Permission::UsersRead]),
        days: None,
        networks: Vec::new(),
    };
    let seat = at.tokens_update(Kind::TokenCreated).await.unwrap();
    seat.create_client(new).await.unwrap();
    let seat = at.tokens_update(Kind::TokensListed).await.unwrap();
    assert_eq!(seat.clients().await.unwrap().len(), 1);
    let seat = at.tokens_update(Kind::TokenRevoked).await.unwrap();
    seat.revoke_client("sync").await.unwrap();
}

#[tokio::test]
async fn what_became_of_clients_when_their_makers_came_to_bound_them_is_on_record() {
    let place = Place::with_tables(Fixed::default(), &CARRIED_OVER).await;
    let record = place.newest().await;
    assert_eq!(record.kind, Kind::RightsCarriedOver);
    let told = record.detail.unwrap();
    assert!(
        told.contains("2 tokens of machine clients") && told.contains("1 of them end"),
        "{told}"
    );
    let new = Place::open().await;
    assert_eq!(new.records().await, [], "there was nobody before");
}
