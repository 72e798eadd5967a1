//! How long an operator's token is good, from where, and how it is kept.

use std::{
    fs,
    sync::atomic::{AtomicI64, Ordering},
};

use crate::support::api::{ADMIN_PASSWORD, desks, new_user, secret};
use halligan::{
    config::open_store,
    desk::api::{TokenError, Tokens},
    password::profile::Profile,
    permission::Role,
    source::Source,
};
use jiff::{SignedDuration, Timestamp};

struct Station {
    tokens: Tokens,
    source: Source,
    token: String,
    directory: tempfile::TempDir,
}

/// An operator who has just signed in, by this clock.
async fn station(clock: fn() -> Timestamp) -> Station {
    let directory = tempfile::tempdir().unwrap();
    let store = open_store(&directory.path().join("store/h.db")).await;
    let (desk, _) = desks(&store.unwrap(), Profile::nist());
    let desk = desk.with_clock(clock);
    let source = Source("api 192.0.2.7".into());
    let chief = new_user("Chief", Role::Administrator);
    desk.create_first_administrator(chief, &secret(ADMIN_PASSWORD), &source)
        .await
        .unwrap();
    let tokens = Tokens::new(desk);
    let password = secret(ADMIN_PASSWORD);
    let grant = tokens.sign_in("chief@example.org", &password, &source);
    let token = grant.await.unwrap().token.to_string();
    Station {
        tokens,
        source,
        token,
        directory,
    }
}

impl Station {
    async fn is_good(&self) -> bool {
        match self.tokens.session(&self.token, &self.source).await {
            Ok(_) => true,
            Err(TokenError::Refused) => false,
            Err(other) => panic!("{other:?}"),
        }
    }
}

static IDLE: AtomicI64 = AtomicI64::new(0);

#[tokio::test]
async fn a_token_that_is_not_used_for_as_long_as_the_profile_lets_a_session_idle_is_dead() {
    let station = station(|| {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(30_000_000 + IDLE.load(Ordering::SeqCst))
    })
    .await;
    // The profile says 60 minutes.
    for minutes in [59, 118, 177] {
        IDLE.store(minutes, Ordering::SeqCst);
        assert!(station.is_good().await, "used within the hour: {minutes}");
    }
    IDLE.store(177 + 60, Ordering::SeqCst);
    assert!(!station.is_good().await);
    IDLE.store(178, Ordering::SeqCst);
    assert!(!station.is_good().await, "dead is dead");
}

static ABSOLUTE: AtomicI64 = AtomicI64::new(0);

#[tokio::test]
async fn a_token_in_constant_use_ends_with_the_hours_of_the_profile() {
    let station = station(|| {
        let minutes = 30_000_000 + ABSOLUTE.load(Ordering::SeqCst);
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    })
    .await;
    // The profile says 24 hours.
    for minutes in (0..24 * 60).step_by(30) {
        ABSOLUTE.store(minutes, Ordering::SeqCst);
        assert!(station.is_good().await, "after {minutes} minutes");
    }
    ABSOLUTE.store(24 * 60, Ordering::SeqCst);
    assert!(!station.is_good().await);
}

#[tokio::test]
async fn a_token_is_good_from_the_address_of_the_sign_in_only_and_dies_when_it_turns_up_elsewhere()
{
    let station = station(Timestamp::now).await;
    assert!(station.is_good().await);
    let elsewhere = Source("api 198.51.100.9".into());
    let stolen = station.tokens.session(&station.token, &elsewhere).await;
    assert!(matches!(stolen, Err(TokenError::Refused)));
    assert!(!station.is_good().await);
}

#[tokio::test]
async fn the_store_keeps_no_token_by_which_somebody_could_come_in() {
    let station = station(Timestamp::now).await;
    // The rest is base64url, which may have an underscore of its own.
    let secret = station.token.strip_prefix("hal_").unwrap();
    assert!(secret.len() > 40, "256 bits");
    let mut looked_at = 0;
    for file in fs::read_dir(station.directory.path().join("store")).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        looked_at += bytes.len();
        let found = bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "the token is in the store");
    }
    assert!(looked_at > 10_000);
}
