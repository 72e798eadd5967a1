use halligan::{
    audit::{Kind, Outcome},
    desk::DeskError,
    directory::DirectoryError,
    operator::SignInRefusal,
    password::profile::Profile,
    permission::Role,
};

use crate::support::acts::Acts as _;
use crate::support::station::{ADMIN, ADMIN_PASSWORD, Station, order, secret};

fn five_in_fifteen() -> Profile {
    Profile {
        lockout_attempts: 5,
        lockout_window_min: Some(15),
        ..Profile::nist()
    }
}

async fn refusal(station: &Station, login: &str, password: &str) -> DeskError {
    station.sign_in(login, password).await.unwrap_err()
}

#[tokio::test]
async fn every_refusal_reads_the_same_outside_and_its_true_reason_is_in_the_audit() {
    let station = Station::open(Profile::nist()).await;
    let wrong = refusal(&station, ADMIN, "not the password at all").await;
    let wrong_reason = station.last_outcome(Kind::SignIn).await;
    let unknown = refusal(&station, "hunter2 typed here", ADMIN_PASSWORD).await;
    let unknown_record = station.last(Kind::SignIn).await;
    assert_eq!(wrong.to_string(), unknown.to_string());
    assert_eq!(wrong.cure(), unknown.cure());
    assert_eq!(
        wrong_reason,
        Outcome::SignInRefused(SignInRefusal::WrongPassword)
    );
    assert_eq!(
        unknown_record.event.outcome,
        Outcome::SignInRefused(SignInRefusal::UnknownUser)
    );
    let text = serde_json::to_string(&unknown_record).unwrap();
    assert!(
        !text.contains("hunter2"),
        "a typed name was recorded: {text}"
    );
}

#[tokio::test]
async fn the_fifth_failure_locks_until_an_administrator_unlocks() {
    let station = Station::open(five_in_fifteen()).await;
    let user = station
        .add("E7", Role::HelpDesk, "granite-willow-pepper-12")
        .await;
    for attempt in 1..=5 {
        let refused = refusal(&station, &user.email, "wrong wrong wrong wrong").await;
        assert!(matches!(
            refused,
            DeskError::Directory(DirectoryError::SignIn { .. })
        ));
        let expected = if attempt < 5 {
            SignInRefusal::WrongPassword
        } else {
            SignInRefusal::NowLocked
        };
        assert_eq!(
            station.last_outcome(Kind::SignIn).await,
            Outcome::SignInRefused(expected)
        );
    }
    refusal(&station, &user.email, "granite-willow-pepper-12").await;
    assert_eq!(
        station.last_outcome(Kind::SignIn).await,
        Outcome::SignInRefused(SignInRefusal::Locked)
    );

    let admin = station.admin().await;
    let locked = station.desk.open_user(&admin, &user.id).await.unwrap();
    assert!(locked.state.lock.known().unwrap().is_some());
    station
        .desk
        .unlock(&admin, &user.id, Some(locked.version), "called back")
        .await
        .unwrap();
    station
        .sign_in(&user.email, "granite-willow-pepper-12")
        .await
        .expect("the password was fine all along");
}

#[tokio::test]
async fn a_locked_session_does_nothing_until_the_password_is_given_again() {
    let station = Station::open(Profile::nist()).await;
    let admin = station.admin().await;
    station.desk.lock(&admin).await.unwrap();
    assert_eq!(
        station.desk.open_search(&admin).await,
        Err(DeskError::SessionLocked)
    );
    station
        .desk
        .reauthenticate(&admin, &secret("wrong wrong wrong"))
        .await
        .unwrap_err();
    assert!(admin.is_locked());
    station
        .desk
        .reauthenticate(&admin, &secret(ADMIN_PASSWORD))
        .await
        .unwrap();
    station.desk.open_search(&admin).await.unwrap();
    assert_eq!(
        station.last_outcome(Kind::SessionResumed).await,
        Outcome::Done
    );
}

#[tokio::test]
async fn a_session_older_than_the_profile_allows_is_locked() {
    fn a_day_and_a_minute_later() -> jiff::Timestamp {
        jiff::Timestamp::now() + jiff::SignedDuration::from_mins(24 * 60 + 1)
    }
    let station = Station::open(Profile::nist()).await;
    let admin = station.admin().await;
    let later = station.desk.clone().with_clock(a_day_and_a_minute_later);
    assert_eq!(
        later.open_search(&admin).await,
        Err(DeskError::SessionLocked)
    );
    assert!(admin.is_locked());
}

#[tokio::test]
async fn who_signs_in_with_a_temporary_password_can_do_nothing_but_change_it() {
    let station = Station::open(Profile::nist()).await;
    let helper = station
        .add("E8", Role::HelpDesk, "granite-willow-pepper-12")
        .await;
    let admin = station.admin().await;
    station
        .desk
        .reset(&admin, order(&helper, "velvet-anchor-tulip-39"))
        .await
        .unwrap();
    let session = station
        .sign_in(&helper.email, "velvet-anchor-tulip-39")
        .await
        .unwrap();
    assert!(session.must_change());
    assert_eq!(
        station.desk.open_search(&session).await,
        Err(DeskError::OwnChangeFirst)
    );
    station
        .desk
        .change_own_password(
            &session,
            &secret("velvet-anchor-tulip-39"),
            &secret("marble-canoe-thunder-77"),
        )
        .await
        .unwrap();
    station.desk.open_search(&session).await.unwrap();
}
