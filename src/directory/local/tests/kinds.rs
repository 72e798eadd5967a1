//! Each account is under the profile of its kind: history, life of a password, lockout, and when an
//! unused one ends.

use super::*;
use crate::{
    directory::{Criterion, Query, Standing, UserChange},
    password::profile::Kdf,
};

const RESIDENTIAL: AccountKind = AccountKind::Residential;

fn residents() -> Profile {
    Profile {
        history: 1,
        max_age_days: Some(30),
        temp_password_hours: 2,
        lockout_attempts: 2,
        disable_inactive_days: Some(10),
        ..Profile::nist()
    }
}

fn profiles() -> Profiles {
    Profiles::from(Profile {
        disable_inactive_days: Some(90),
        ..Profile::nist()
    })
    .with(RESIDENTIAL, residents())
}

impl Local {
    async fn of_kind(&self, login: &str, kind: AccountKind) -> User {
        let user = self.add(login, Role::None).await;
        let change = UserChange {
            kind: Some(kind),
            ..UserChange::default()
        };
        self.changed(&user, &change).await
    }

    async fn changed(&self, user: &User, change: &UserChange) -> User {
        let intent = self.intent(Kind::UserChanged).await;
        let by = operator();
        let version = self.user(user).await.version;
        self.directory
            .change(&by, &user.id, &version, change, &intent)
            .await
            .unwrap();
        self.user(user).await
    }

    async fn life(&self, user: &User) -> Option<SignedDuration> {
        let password = self.user(user).await.state.password;
        let end = password.known().unwrap().expires_at;
        end.map(|end| end.duration_since(now()))
    }
}

#[tokio::test]
async fn a_password_may_come_again_and_lives_as_long_as_the_kind_of_its_account_says() {
    let local = Local::open(profiles()).await;
    let staff = local.of_kind("S1", AccountKind::Staff).await;
    let resident = local.of_kind("R1", RESIDENTIAL).await;
    // The one in force is a former one: residents may not have it again.
    local.reset(&staff, FIRST).await.unwrap();
    local.reset(&resident, FIRST).await.unwrap_err();
    local.reset(&resident, SECOND).await.unwrap();
    local.reset(&staff, SECOND).await.unwrap();
    assert_eq!(local.life(&staff).await, None);
    assert_eq!(
        local.life(&resident).await,
        Some(SignedDuration::from_hours(30 * 24))
    );
    let temporary = async |user: &User| {
        let reset = PasswordReset {
            user: &user.id,
            expected: None,
            password: &secret(THIRD),
            must_change: true,
            unlock: false,
        };
        local.reset_by(&reset).await.unwrap();
        local.life(user).await.unwrap().as_hours()
    };
    assert_eq!(temporary(&resident).await, 2);
    assert_eq!(temporary(&staff).await, 24);
}

#[tokio::test]
async fn an_account_is_locked_after_as_many_failures_as_its_kind_allows() {
    let local = Local::open(profiles()).await;
    let staff = local.of_kind("S1", AccountKind::Staff).await;
    let resident = local.of_kind("R1", RESIDENTIAL).await;
    for nth in 1..=3 {
        let refusal = local.refusal(&staff, WRONG).await;
        assert_eq!(refusal, SignInRefusal::WrongPassword, "{nth}");
    }
    assert_eq!(
        local.refusal(&resident, WRONG).await,
        SignInRefusal::WrongPassword
    );
    assert_eq!(
        local.refusal(&resident, WRONG).await,
        SignInRefusal::NowLocked
    );
}

#[tokio::test]
async fn an_unused_account_ends_after_the_days_of_its_kind_and_is_listed_so() {
    let local = Local::open(profiles()).await;
    let staff = local.of_kind("S1", AccountKind::Staff).await;
    let resident = local.of_kind("R1", RESIDENTIAL).await;
    let expired = async || {
        let query = Query {
            criteria: vec![Criterion::from(Standing::Expired)],
            limit: 9,
            ..Query::default()
        };
        let found = local.directory.search(&operator(), &query).await.unwrap();
        let logins = found.rows.into_iter().map(|user| user.login);
        logins.collect::<Vec<_>>()
    };
    assert_eq!(expired().await, [""; 0]);
    pass(SignedDuration::from_hours(11 * 24));
    assert_eq!(
        local.refusal(&resident, FIRST).await,
        SignInRefusal::Disabled
    );
    assert_eq!(expired().await, ["R1"]);
    local.sign_in(&staff, FIRST).await.unwrap();
    pass(SignedDuration::from_hours(91 * 24));
    assert_eq!(expired().await, ["S1", "R1"]);
}

#[tokio::test]
async fn a_change_of_kind_touches_the_next_password_and_not_the_one_in_force() {
    let local = Local::open(profiles()).await;
    let user = local.of_kind("S1", AccountKind::Staff).await;
    let kind = |kind| UserChange {
        kind: Some(kind),
        ..UserChange::default()
    };
    local.changed(&user, &kind(RESIDENTIAL)).await;
    assert_eq!(local.life(&user).await, None);
    local.sign_in(&user, FIRST).await.unwrap();
    local.reset(&user, SECOND).await.unwrap();
    assert!(local.life(&user).await.is_some());
    local.changed(&user, &kind(AccountKind::Staff)).await;
    assert!(local.life(&user).await.is_some());
    // Both at once: the rules are those of the kind that the account gets.
    let both = UserChange {
        password: Some(crate::directory::PasswordChange::Set {
            password: secret(SECOND),
            generated: false,
        }),
        ..kind(RESIDENTIAL)
    };
    let intent = local.intent(Kind::UserChanged).await;
    let version = local.user(&user).await.version;
    let by = operator();
    let changed = local
        .directory
        .change(&by, &user.id, &version, &both, &intent)
        .await;
    assert!(changed.is_err(), "{changed:?}");
}

#[tokio::test]
async fn the_hash_is_the_same_for_every_kind() {
    let other = Profile {
        kdf: Kdf::Pbkdf2Sha256,
        ..residents()
    };
    let local = Local::open(Profiles::from(Profile::nist()).with(RESIDENTIAL, other)).await;
    local.of_kind("R1", RESIDENTIAL).await;
    let hash = local.text("SELECT hash FROM passwords").await;
    assert!(hash.starts_with("$argon2id$"), "{hash}");
}
