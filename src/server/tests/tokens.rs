//! How long the token of an operator is good, and what ends it.

use super::*;
use crate::desk::api::TokenError;

fn source() -> Source {
    Source("api 192.0.2.7".into())
}

impl Api {
    /// The store keeps milliseconds: a clock on which it rounds nothing.
    async fn on_the_second() -> Self {
        let api = Self::open().await;
        NOW.set(Timestamp::from_second(now().as_second()).unwrap());
        api
    }

    /// The session that a request with the token from here would have.
    async fn session(&self, token: &str) -> Result<Arc<Session>, TokenError> {
        self.tokens.session(token, &source()).await
    }

    /// The same API after a restart: nothing is known but what the store holds.
    fn restarted(&mut self) {
        self.tokens = Tokens::new(self.desk.clone());
    }

    async fn replace(&self, id: &str, path: &str, value: Value) {
        let change = json!([{ "op": "replace", "path": path, "value": value }]);
        let answer = self.patch(&self.all, id, change).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    async fn used_at(&self, client: &str) -> Option<Timestamp> {
        let at = self.desk.at(&self.chief);
        let seat = at.tokens_update(Kind::TokensListed).await.unwrap();
        let clients = seat.clients().await.unwrap();
        let row = clients.into_iter().find(|row| row.name == client);
        row.unwrap().used_at
    }
}

fn idle() -> SignedDuration {
    SignedDuration::from_mins(Profile::nist().idle_lock_min.into())
}

const SECOND: SignedDuration = SignedDuration::from_secs(1);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

#[tokio::test]
async fn a_token_ends_after_the_idle_time_and_not_a_second_earlier() {
    let api = Api::open().await;
    let (_, token) = api.operator("E1", Role::HelpDesk).await;
    for _ in 0..2 {
        pass(idle() - SECOND);
        assert!(api.session(&token).await.is_ok());
    }
    pass(idle());
    assert_eq!(api.session(&token).await.err(), Some(TokenError::Refused));
    NOW.set(now() - SECOND);
    assert_eq!(
        api.session(&token).await.err(),
        Some(TokenError::Refused),
        "what has ended does not come back"
    );
}

#[tokio::test]
async fn the_idle_time_goes_on_over_a_restart_from_the_last_use_to_the_minute() {
    let mut api = Api::open().await;
    let (_, token) = api.operator("E1", Role::HelpDesk).await;
    api.session(&token).await.unwrap();
    pass(MINUTE);
    api.session(&token).await.unwrap();
    pass(idle() - SECOND);
    api.restarted();
    assert!(api.session(&token).await.is_ok());
    // A use less than a minute after the last that was noted is not written down.
    pass(MINUTE - SECOND);
    api.session(&token).await.unwrap();
    pass(idle() - MINUTE + SECOND);
    api.restarted();
    assert!(api.session(&token).await.is_err());
}

#[tokio::test]
async fn a_wall_clock_may_step_back_a_minute_and_no_further() {
    let api = Api::on_the_second().await;
    let (_, token) = api.operator("E1", Role::HelpDesk).await;
    pass(-MINUTE);
    assert!(api.session(&token).await.is_ok());
    pass(-SignedDuration::from_millis(1));
    assert_eq!(api.session(&token).await.err(), Some(TokenError::Refused));
}

#[tokio::test]
async fn a_token_is_good_from_where_it_was_got_and_is_lost_by_a_use_from_elsewhere() {
    let api = Api::open().await;
    let (_, token) = api.operator("E1", Role::HelpDesk).await;
    assert!(api.session(&token).await.is_ok());
    let elsewhere = Source("api 192.0.2.8".into());
    let refused = api.tokens.session(&token, &elsewhere).await;
    assert_eq!(refused.err(), Some(TokenError::Refused));
    assert!(api.session(&token).await.is_err());
}

#[tokio::test]
async fn requests_of_a_token_share_a_session_until_the_operator_may_do_something_else() {
    let mut api = Api::open().await;
    let (id, token) = api.operator("E1", Role::Administrator).await;
    let first = api.session(&token).await.unwrap();
    assert!(Arc::ptr_eq(&first, &api.session(&token).await.unwrap()));
    let before = api.last_sequence().await;
    api.replace(&id, &format!("{EXTENSION_URN}:role"), "viewer".into())
        .await;
    assert!(api.last_sequence().await > before);
    let fewer = api.session(&token).await.unwrap();
    assert!(!Arc::ptr_eq(&first, &fewer));
    assert_eq!(fewer.operator().permissions, Role::Viewer.permissions());
    assert_eq!(fewer.proved_at(), first.proved_at());
    api.restarted();
    let resumed = api.session(&token).await.unwrap();
    assert_eq!(resumed.proved_at(), first.proved_at());
    assert!(!resumed.is_machine());
}

#[tokio::test]
async fn a_disabled_locked_or_removed_account_has_no_token_nor_one_whose_password_others_set() {
    let set = |value: Value| json!([{ "op": "replace", "path": "password", "value": value }]);
    for what in ["disabled", "removed", "set", "taken", "locked"] {
        let api = Api::open().await;
        let (id, token) = api.operator("E1", Role::HelpDesk).await;
        assert!(api.session(&token).await.is_ok(), "{what}");
        pass(SECOND);
        match what {
            "disabled" => api.replace(&id, "active", false.into()).await,
            "removed" => {
                let path = format!("/Users/{id}");
                let answer = api.scim(&api.all, Method::DELETE, &path, None).await;
                assert_eq!(answer.status, 204, "{answer:?}");
            }
            "set" => {
                let answer = api.patch(&api.all, &id, set(PASSWORD.into())).await;
                assert_eq!(answer.status, 200, "{answer:?}");
            }
            "taken" => {
                let take = json!([{ "op": "remove", "path": "password" }]);
                let answer = api.patch(&api.all, &id, take).await;
                assert_eq!(answer.status, 200, "{answer:?}");
            }
            _ => {
                let wrong = secret("not this one at all");
                for _ in 0..Profile::nist().lockout_attempts {
                    let console = Source("tty /dev/pts/9".into());
                    let refused = api.desk.sign_in("E1", &wrong, &console).await;
                    assert!(refused.is_err());
                    pass(SignedDuration::from_secs(30));
                }
            }
        }
        assert_eq!(
            api.session(&token).await.err(),
            Some(TokenError::Refused),
            "{what}"
        );
    }
}

#[tokio::test]
async fn a_proof_of_the_password_outlives_a_restart() {
    let mut api = Api::open().await;
    let (_, token) = api.operator("E1", Role::HelpDesk).await;
    let session = api.session(&token).await.unwrap();
    pass(MINUTE);
    let password = secret(ANOTHER);
    api.tokens
        .reauthenticate(&token, &session, &password)
        .await
        .unwrap();
    assert_eq!(session.proved_at(), now().as_second());
    api.restarted();
    let resumed = api.session(&token).await.unwrap();
    assert_eq!(resumed.proved_at(), now().as_second());
}

#[tokio::test]
async fn a_locked_session_has_no_token_in_use() {
    let api = Api::open().await;
    let (_, token) = api.operator("E1", Role::HelpDesk).await;
    let session = api.session(&token).await.unwrap();
    api.desk.lock(&session).await.unwrap();
    assert_eq!(api.session(&token).await.err(), Some(TokenError::Refused));
}

#[tokio::test]
async fn a_sign_out_ends_the_token_in_the_store_too() {
    let mut api = Api::open().await;
    let (_, token) = api.operator("E1", Role::HelpDesk).await;
    let session = api.session(&token).await.unwrap();
    api.tokens.sign_out(&token, &session).await.unwrap();
    assert_eq!(api.session(&token).await.err(), Some(TokenError::Refused));
    api.restarted();
    assert_eq!(api.session(&token).await.err(), Some(TokenError::Refused));
}

#[tokio::test]
async fn a_sound_store_is_told_as_sound_and_the_check_of_it_is_on_record() {
    let api = Api::open().await;
    let at = api.desk.at(&api.chief);
    let seat = at.users_read(Kind::StoreChecked).await.unwrap();
    let check = seat.check_store(|_| {}).await.unwrap();
    assert_eq!(check.file_faults, Vec::<String>::new());
    assert!(check.is_good());
    let record = api.records_after(0).await.pop().unwrap();
    assert_eq!(record.event.kind, Kind::StoreChecked);
    assert_eq!(
        record.event.detail.as_deref(),
        Some("1 users; faults of the file: 0, of the index: 0")
    );
}

#[tokio::test]
async fn tokens_that_have_ended_are_forgotten_and_the_others_go_on() {
    let api = Api::open().await;
    let (_, token) = api.operator("E1", Role::HelpDesk).await;
    let session = api.session(&token).await.unwrap();
    let count = async || {
        let store = api.audit.store();
        store
            .read(|connection| {
                let sql = "SELECT count(*) FROM api_tokens";
                Ok::<_, StoreError>(connection.query_row(sql, [], |row| row.get::<_, i64>(0))?)
            })
            .await
            .unwrap()
    };
    assert_eq!(count().await, 1);
    api.tokens.tidy().await.unwrap();
    assert_eq!(count().await, 1);
    assert!(Arc::ptr_eq(&session, &api.session(&token).await.unwrap()));
    pass(SignedDuration::from_hours(
        Profile::nist().reauth_hours.into(),
    ));
    api.tokens.tidy().await.unwrap();
    assert_eq!(count().await, 0);
}

#[tokio::test]
async fn the_last_use_of_a_client_is_noted_to_the_minute() {
    let api = Api::on_the_second().await;
    pass(MINUTE);
    let first = now();
    api.session(&api.all).await.unwrap();
    assert_eq!(api.used_at("all").await, Some(first));
    pass(MINUTE - SECOND);
    api.session(&api.all).await.unwrap();
    assert_eq!(api.used_at("all").await, Some(first));
    pass(SECOND);
    api.session(&api.all).await.unwrap();
    assert_eq!(api.used_at("all").await, Some(now()));
}

#[tokio::test]
async fn a_seat_that_was_taken_with_rights_of_before_makes_and_revokes_no_client() {
    for revoke in [false, true] {
        let api = Api::open().await;
        let (id, token) = api.operator("E1", Role::Administrator).await;
        let session = api.session(&token).await.unwrap();
        let at = api.desk.at(&session);
        let seat = at.tokens_update(Kind::TokenCreated).await.unwrap();
        api.replace(&id, &format!("{EXTENSION_URN}:role"), "viewer".into())
            .await;
        let refused = if revoke {
            seat.revoke_client("all").await
        } else {
            let new = NewClient {
                name: "late".into(),
                kind: ClientKind::Bearer,
                permissions: Permissions::from_iter([Permission::UsersRead]),
                days: None,
                networks: Vec::new(),
            };
            seat.create_client(new).await.map(drop)
        };
        assert!(refused.is_err());
        assert!(session.change().is_some(), "{refused:?}");
        assert!(api.session(&api.all).await.is_ok());
    }
}

#[tokio::test]
async fn a_client_that_signs_in_is_on_record_by_its_name() {
    let api = Api::open().await;
    let at = api.desk.at(&api.chief);
    let new = NewClient {
        name: "hr-sync".into(),
        kind: ClientKind::ClientCredentials,
        permissions: Permissions::from_iter([Permission::UsersRead]),
        days: None,
        networks: Vec::new(),
    };
    let seat = at.tokens_update(Kind::TokenCreated).await.unwrap();
    let secret = seat.create_client(new).await.unwrap();
    let before = api.last_sequence().await;
    let granted = api
        .tokens
        .client_credentials("HR-Sync", &secret, "", &source())
        .await;
    granted.unwrap().unwrap();
    let refused = api
        .tokens
        .client_credentials("hr-sync", "wrong", "", &source())
        .await;
    assert_eq!(refused.err(), Some(TokenError::Refused));
    let records = api.records_after(before).await;
    assert_eq!(records.len(), 2, "{records:?}");
    let done = &records[0].event;
    assert_eq!((done.kind, &done.outcome), (Kind::SignIn, &Outcome::Done));
    assert_eq!(done.operator.as_ref().unwrap().login, "client:hr-sync");
    let wrong = &records[1].event;
    assert_eq!(wrong.kind, Kind::SignIn);
    assert!(matches!(wrong.outcome, Outcome::Refused(_)));
    assert_eq!(wrong.operator, None);
}

#[tokio::test]
async fn each_callers_look_at_a_user_is_on_record() {
    let api = Api::open().await;
    let id = api.add("E7", Role::None).await;
    let reader = Permissions::from_iter([Permission::UsersRead]);
    let path = format!("/Users/{id}");
    for name in ["one", "two"] {
        let client = api.client(name, reader).await;
        let before = api.last_sequence().await;
        for _ in 0..2 {
            let answer = api.scim(&client, Method::GET, &path, None).await;
            assert_eq!(answer.status, 200, "{answer:?}");
        }
        let records = api.records_after(before).await;
        assert_eq!(records.len(), 1, "{records:?}");
        let event = &records[0].event;
        assert_eq!(event.kind, Kind::UserViewed);
        let login = &event.operator.as_ref().unwrap().login;
        assert_eq!(*login, format!("client:{name}"));
    }
}
