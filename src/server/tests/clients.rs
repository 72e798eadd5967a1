//! Machine clients: bounded by their maker, their days and their networks, at each use.

use super::*;

impl Api {
    /// A token made by `maker`, an operator's session, from `networks` only.
    async fn client_of(
        &self,
        token: &str,
        permissions: Permissions,
        networks: &[&str],
    ) -> Result<String, crate::desk::DeskError> {
        let source = Source("api 192.0.2.7".into());
        let session = self.tokens.session(token, &source).await.unwrap();
        let at = self.desk.at(&session);
        let seat = at.tokens_update(Kind::TokenCreated).await?;
        let new = NewClient {
            name: "integration".into(),
            kind: ClientKind::Bearer,
            permissions,
            days: None,
            networks: networks.iter().map(|text| text.parse().unwrap()).collect(),
        };
        Ok(seat.create_client(new).await?.to_string())
    }

    async fn list_from(&self, token: &str, from: [u8; 4]) -> Answered {
        self.ask(Asked {
            method: Method::GET,
            path: "/scim/v2/Users",
            token: Some(token),
            body: None,
            from,
        })
        .await
    }

    async fn give(&self, id: &str, role: Role) {
        let change = json!([{
            "op": "replace", "path": format!("{EXTENSION_URN}:role"), "value": role.word()
        }]);
        let answer = self.patch(&self.all, id, change).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

fn both() -> Permissions {
    Permissions::from_iter([Permission::UsersRead, Permission::UsersUpdate])
}

#[tokio::test]
async fn a_client_may_do_no_more_than_its_maker_may_at_that_moment() {
    let api = Api::open().await;
    let (maker, token) = api.operator("E1", Role::Administrator).await;
    let client = api.client_of(&token, both(), &[]).await.unwrap();
    let id = api.add("E7", Role::None).await;
    let rename = json!([{ "op": "replace", "path": "name.familyName", "value": "Vasquez" }]);
    let answer = api.patch(&client, &id, rename.clone()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    api.give(&maker, Role::Viewer).await;
    let answer = api.patch(&client, &id, rename).await;
    assert_eq!(answer.status, 403, "{answer:?}");
    let challenge = answer.headers[header::WWW_AUTHENTICATE].to_str().unwrap();
    assert_eq!(
        challenge,
        "Bearer realm=\"halligan\", error=\"insufficient_scope\", scope=\"users:update\""
    );
    assert_eq!(api.list_from(&client, HERE).await.status, 200);
}

#[tokio::test]
async fn a_client_ends_for_good_when_its_maker_is_no_operator_any_more() {
    let api = Api::open().await;
    let (maker, token) = api.operator("E1", Role::Administrator).await;
    let client = api.client_of(&token, both(), &[]).await.unwrap();
    assert_eq!(api.list_from(&client, HERE).await.status, 200);
    api.give(&maker, Role::None).await;
    assert_eq!(api.list_from(&client, HERE).await.status, 401);
    let revoked = |record: &Record| record.event.kind == Kind::TokenRevoked;
    let records = api.records_after(0).await;
    let record = records.iter().rfind(|record| revoked(record)).unwrap();
    assert_eq!(
        record.event.detail.as_deref(),
        Some("token integration: its maker is no operator any more")
    );
    // Neither does it come back with the maker's role.
    api.give(&maker, Role::Administrator).await;
    assert_eq!(api.list_from(&client, HERE).await.status, 401);
}

#[tokio::test]
async fn a_client_ends_with_its_maker_disabled_or_removed() {
    for end in [
        json!([{ "op": "replace", "path": "active", "value": false }]),
        Value::Null,
    ] {
        let api = Api::open().await;
        let (maker, token) = api.operator("E1", Role::Administrator).await;
        let client = api.client_of(&token, both(), &[]).await.unwrap();
        let path = format!("/Users/{maker}");
        let answer = if end.is_null() {
            api.scim(&api.all, Method::DELETE, &path, None).await
        } else {
            api.patch(&api.all, &maker, end).await
        };
        assert!(answer.status < 300, "{answer:?}");
        assert_eq!(api.list_from(&client, HERE).await.status, 401);
    }
}

#[tokio::test]
async fn a_client_is_good_from_its_networks_alone() {
    let api = Api::open().await;
    let (_, token) = api.operator("E1", Role::Administrator).await;
    let networks = ["192.0.2.0/28", "2001:db8::/32"];
    let client = api.client_of(&token, both(), &networks).await.unwrap();
    assert_eq!(api.list_from(&client, [192, 0, 2, 15]).await.status, 200);
    assert_eq!(api.list_from(&client, [192, 0, 2, 16]).await.status, 401);
    assert_eq!(api.list_from(&client, HERE).await.status, 200);
}

#[tokio::test]
async fn a_client_ends_after_ninety_days_where_nothing_else_is_said_and_never_has_none() {
    let api = Api::open().await;
    assert_eq!(api.list_from(&api.all, HERE).await.status, 200);
    pass(SignedDuration::from_hours(90 * 24) - SignedDuration::from_secs(1));
    assert_eq!(api.list_from(&api.all, HERE).await.status, 200);
    pass(SignedDuration::from_secs(1));
    assert_eq!(api.list_from(&api.all, HERE).await.status, 401);
}

#[tokio::test]
async fn a_client_is_made_and_revoked_only_with_a_fresh_proof_of_the_password() {
    use crate::desk::DeskError;
    let api = Api::open().await;
    pass(SignedDuration::from_mins(15));
    let at = || api.desk.at(&api.chief);
    let new = |days| NewClient {
        name: "late".into(),
        kind: ClientKind::Bearer,
        permissions: both(),
        days,
        networks: Vec::new(),
    };
    let seat = at().tokens_update(Kind::TokenCreated).await.unwrap();
    let made = seat.create_client(new(None)).await;
    assert_eq!(made.err(), Some(DeskError::StepUp));
    let seat = at().tokens_update(Kind::TokenRevoked).await.unwrap();
    assert_eq!(seat.revoke_client("all").await, Err(DeskError::StepUp));
    let password = secret(CHIEF_PASSWORD);
    api.desk
        .reauthenticate(&api.chief, &password)
        .await
        .unwrap();
    let seat = at().tokens_update(Kind::TokenCreated).await.unwrap();
    let none = seat.create_client(new(Some(0))).await;
    assert!(matches!(none, Err(DeskError::Directory(_))), "{none:?}");
    for too_many in [3651, u32::MAX] {
        let seat = at().tokens_update(Kind::TokenCreated).await.unwrap();
        let endless = seat.create_client(new(Some(too_many))).await;
        assert!(
            matches!(endless, Err(DeskError::Directory(_))),
            "{endless:?}"
        );
    }
    let seat = at().tokens_update(Kind::TokenRevoked).await.unwrap();
    seat.revoke_client("all").await.unwrap();
}

#[tokio::test]
async fn a_flood_of_bad_tokens_and_what_is_throttled_are_one_record_a_minute() {
    let api = Api::open().await;
    let before = api.last_sequence().await;
    let mut throttled = 0;
    for _ in 0..30 {
        let answer = api.list_from("hal_no_token_at_all", HERE).await;
        assert!(matches!(answer.status, 401 | 429), "{answer:?}");
        throttled += u32::from(answer.status == 429);
    }
    assert!(throttled > 0);
    let records = api.records_after(before).await;
    let turned_away = |record: &&Record| record.event.kind == Kind::RequestsTurnedAway;
    let told: Vec<_> = records.iter().filter(turned_away).collect();
    assert_eq!(told.len(), 1, "{records:?}");
    assert_eq!(told[0].event.source, "api 192.0.2.7");
}

#[tokio::test]
async fn whoever_is_signed_out_by_force_has_no_token_any_more() {
    let api = Api::open().await;
    let (id, token) = api.operator("E1", Role::HelpDesk).await;
    assert_eq!(api.list_from(&token, HERE).await.status, 200);
    let path = format!("/Users/{id}/.sign-out");
    let body =
        json!({ "schemas": [super::super::actions::SIGN_OUT_URN], "reason": "stolen laptop" });
    let answer = api.scim(&api.all, Method::POST, &path, Some(body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(api.list_from(&token, HERE).await.status, 401);
    let again = api.sign_in("E1", ANOTHER).await;
    assert_eq!(api.list_from(&again, HERE).await.status, 200);
}

#[tokio::test]
async fn a_wall_clock_that_is_set_back_ends_the_tokens_of_operators() {
    let api = Api::open().await;
    let (_, token) = api.operator("E1", Role::HelpDesk).await;
    assert_eq!(api.list_from(&token, HERE).await.status, 200);
    pass(SignedDuration::from_hours(-72));
    assert_eq!(api.list_from(&token, HERE).await.status, 401);
}

#[tokio::test]
async fn a_client_whose_maker_is_gone_ends_once_however_many_requests_come_at_once() {
    let api = Api::open().await;
    let (maker, token) = api.operator("E1", Role::Administrator).await;
    let client = api.client_of(&token, both(), &[]).await.unwrap();
    api.give(&maker, Role::None).await;
    let requests = (0..8).map(|_| api.list_from(&client, HERE));
    let answers = futures_util::future::join_all(requests).await;
    assert!(answers.iter().all(|answer| answer.status == 401));
    let records = api.records_after(0).await;
    let ends = |record: &&Record| record.event.kind == Kind::TokenRevoked;
    assert_eq!(records.iter().filter(ends).count(), 1);
}

#[tokio::test]
async fn a_client_has_a_name_of_plain_characters_and_a_scope_and_is_on_record_with_both() {
    use crate::{desk::DeskError, directory::DirectoryError};
    let api = Api::open().await;
    let make = async |name: &str, permissions| {
        let at = api.desk.at(&api.chief);
        let seat = at.tokens_update(Kind::TokenCreated).await.unwrap();
        let new = NewClient {
            name: name.into(),
            kind: ClientKind::Bearer,
            permissions,
            days: None,
            networks: Vec::new(),
        };
        seat.create_client(new).await.map(drop)
    };
    let longest = "n".repeat(64);
    for name in ["", "two words", "naïve", "a/b", &format!("{longest}n")] {
        let refused = make(name, both()).await;
        let invalid = matches!(
            refused,
            Err(DeskError::Directory(DirectoryError::Invalid { .. }))
        );
        assert!(invalid, "{name:?}: {refused:?}");
    }
    let refused = make("no-scope", Permissions::NONE).await;
    assert!(
        matches!(
            refused,
            Err(DeskError::Directory(DirectoryError::Invalid { .. }))
        ),
        "{refused:?}"
    );
    let newest = async || api.records_after(0).await.pop().unwrap().event;
    for name in ["n", "HR-sync_2.0", &longest] {
        make(name, both()).await.unwrap();
        let event = newest().await;
        assert_eq!(event.kind, Kind::TokenCreated);
        let detail = format!("token {name}: users:read users:update");
        assert_eq!(event.detail, Some(detail));
    }
    let again = make("n", both()).await;
    assert!(
        matches!(
            again,
            Err(DeskError::Directory(DirectoryError::Taken { .. }))
        ),
        "{again:?}"
    );
    let at = api.desk.at(&api.chief);
    let seat = at.tokens_update(Kind::TokenRevoked).await.unwrap();
    seat.revoke_client("n").await.unwrap();
    let event = newest().await;
    assert_eq!(event.kind, Kind::TokenRevoked);
    assert_eq!(event.detail.as_deref(), Some("token n"));
}
