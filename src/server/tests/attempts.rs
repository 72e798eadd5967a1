//! Tries to prove who one is: let in and counted in one step, and what is not known is no failure.

use tokio::task::JoinSet;

use super::*;

const WRONG: &str = "not this one at all";

fn address(n: u8) -> [u8; 4] {
    [198, 51, 100, n]
}

impl Api {
    async fn check(&self, id: &str, password: &str) -> Answered {
        let body = json!({ "schemas": [super::super::actions::CHECK_URN], "password": password });
        let path = format!("/Users/{id}/.check");
        self.scim(&self.all, Method::POST, &path, Some(body)).await
    }

    async fn damage_hashes(&self, from: &'static str, to: &'static str) {
        let change = format!("UPDATE passwords SET hash = replace(hash, '{from}', '{to}')");
        let changed = self
            .audit
            .store()
            .write(move |transaction| Ok::<_, StoreError>(transaction.execute_batch(&change)?));
        changed.await.unwrap();
    }
}

#[tokio::test]
async fn of_thirty_sign_ins_at_once_no_more_are_tried_than_one_after_the_other() {
    let api = Arc::new(Api::open().await);
    let mut all = JoinSet::new();
    for n in 0..30 {
        let router = api.router.clone();
        all.spawn(async move {
            let request = Request::post("/auth/sign-in")
                .header(header::HOST, "localhost")
                .header(header::CONTENT_TYPE, "application/json")
                .extension(ClientAddress::of(IpAddr::from(address(n))))
                .body(Body::from(
                    json!({ "login": "chief", "password": WRONG }).to_string(),
                ));
            router.oneshot(request.unwrap()).await.unwrap().status()
        });
    }
    let answers = all.join_all().await;
    let tried = answers
        .iter()
        .filter(|status| **status == StatusCode::UNAUTHORIZED);
    assert_eq!(tried.count(), 5, "{answers:?}");
    let later = |status: &&StatusCode| **status == StatusCode::TOO_MANY_REQUESTS;
    assert_eq!(answers.iter().filter(later).count(), 25);
}

#[tokio::test]
async fn who_has_signed_in_from_an_address_is_shut_out_there_by_nobody_else() {
    let api = Api::open().await;
    let (id, _) = api.operator("E1", Role::Viewer).await;
    assert_ne!(id, "");
    let ahead = std::time::Instant::now() + std::time::Duration::from_hours(1);
    // Strangers behind the same address, and guesses at the account from elsewhere.
    for _ in 0..20 {
        api.state
            .attempts
            .by_address
            .reserve(HERE.into(), ahead)
            .unwrap();
    }
    for _ in 0..5 {
        let of_account = &api.state.attempts.by_account;
        of_account.reserve("e1".into(), ahead).unwrap();
    }
    assert_eq!(api.try_sign_in("E1", ANOTHER, HERE).await.status, 200);
    assert_eq!(
        api.try_sign_in("E1@example.org", ANOTHER, HERE)
            .await
            .status,
        200
    );
    assert_eq!(api.try_sign_in("E2", ANOTHER, HERE).await.status, 429);
    assert_eq!(api.try_sign_in("E1", ANOTHER, address(1)).await.status, 429);
    // The place of their own is no way to guess on.
    for _ in 0..5 {
        assert_eq!(api.try_sign_in("E1", WRONG, HERE).await.status, 401);
    }
    assert_eq!(api.try_sign_in("E1", WRONG, HERE).await.status, 429);
}

#[tokio::test]
async fn what_could_not_be_checked_counts_as_no_failure_and_is_recorded_with_the_account() {
    let api = Api::open().await;
    let (id, _) = api.operator("E1", Role::Viewer).await;
    api.damage_hashes("m=19456", "m=4294967295").await;
    for n in 0..12 {
        let answer = api.try_sign_in("E1", ANOTHER, address(n)).await;
        assert_eq!(answer.status, 503, "{answer:?}");
    }
    let records = api.records_after(0).await;
    let last = &records.last().unwrap().event;
    assert_eq!(last.kind, Kind::SignIn);
    assert!(matches!(&last.outcome, Outcome::Failed(why) if why.contains("damaged")));
    assert_eq!(last.target.as_ref().unwrap().id.0, id);
    api.damage_hashes("m=4294967295", "m=19456").await;
    assert_eq!(api.try_sign_in("E1", ANOTHER, address(1)).await.status, 200);
}

#[tokio::test]
async fn a_check_is_throttled_like_a_sign_in_and_records_what_came_of_it() {
    let api = Api::open().await;
    let (id, _) = api.operator("E1", Role::None).await;
    let right = api.check(&id, ANOTHER).await;
    assert_eq!((right.status, &right.body["matches"]), (200, &json!(true)));
    for _ in 0..5 {
        let wrong = api.check(&id, WRONG).await;
        assert_eq!((wrong.status, &wrong.body["matches"]), (200, &json!(false)));
    }
    let last = api.records_after(0).await.pop().unwrap().event;
    assert_eq!(last.kind, Kind::PasswordChecked);
    assert_eq!(
        last.outcome,
        Outcome::SignInRefused(crate::operator::SignInRefusal::WrongPassword)
    );
    let throttled = api.check(&id, ANOTHER).await;
    assert_eq!(throttled.status, 429, "{throttled:?}");
    assert!(throttled.headers.contains_key(header::RETRY_AFTER));
}

#[tokio::test]
async fn the_own_password_given_again_is_throttled_too() {
    let api = Api::open().await;
    let (_, token) = api.operator("E1", Role::Viewer).await;
    let again = async |password: &str| {
        let body = json!({ "password": password });
        api.post(Some(&token), "/auth/reauthenticate", body)
            .await
            .status
    };
    for _ in 0..5 {
        assert_eq!(again(WRONG).await, 401);
    }
    assert_eq!(again(ANOTHER).await, 429);
    assert_eq!(api.change_own(&token, WRONG, PASSWORD).await.status, 429);
}
