//! Passwords tried on request of operators: bounded, and recorded with what came of them.

use halligan::{
    audit::{Kind, Outcome},
    desk::DeskError,
    operator::SignInRefusal,
    password::profile::Profile,
    permission::Role,
};

use crate::support::{
    acts::Acts as _,
    station::{NEW_PASSWORD, Station, secret},
};

const WRONG: &str = "not this one at all";

fn three() -> Profile {
    Profile {
        lockout_attempts: 3,
        ..Profile::nist()
    }
}

#[tokio::test]
async fn after_as_many_wrong_guesses_as_sign_ins_a_check_is_refused_with_the_reason() {
    let station = Station::open(three()).await;
    let user = station.add("E7", Role::None, NEW_PASSWORD).await;
    let ada = station.admin().await;
    let check = async |password: &str| station.desk.check(&ada, &user.id, &secret(password)).await;
    for _ in 0..4 {
        // A right one is no guess.
        assert!(check(NEW_PASSWORD).await.unwrap().matches);
    }
    let record = station.last(Kind::PasswordChecked).await;
    assert_eq!(record.event.outcome, Outcome::Done);
    for _ in 0..3 {
        assert!(!check(WRONG).await.unwrap().matches);
    }
    let record = station.last(Kind::PasswordChecked).await;
    let wrong = Outcome::SignInRefused(SignInRefusal::WrongPassword);
    assert_eq!(record.event.outcome, wrong);
    assert!(record.event.intent.is_some());
    // Another console at the same store counts on, and the right one is not tried either.
    let other = station.desk_before(station.directory.clone());
    let refused = other.check(&ada, &user.id, &secret(NEW_PASSWORD)).await;
    let refusal = refused.unwrap_err();
    assert!(matches!(
        refusal,
        DeskError::TooManyGuesses {
            of_the_user: true,
            ..
        }
    ));
    assert!(refusal.cure().contains("15 minutes"), "{}", refusal.cure());
    let record = station.last(Kind::PasswordChecked).await;
    assert_eq!(record.event.outcome, Outcome::Refused(refusal.to_string()));
    let another = station.add("E8", Role::None, NEW_PASSWORD).await;
    let checked = station.desk.check(&ada, &another.id, &secret(WRONG)).await;
    assert!(!checked.unwrap().matches);
}

#[tokio::test]
async fn guesses_that_come_at_once_are_counted_before_they_are_tried() {
    let station = Station::open(three()).await;
    let user = station.add("E7", Role::None, NEW_PASSWORD).await;
    let ada = station.admin().await;
    let guess = secret(WRONG);
    let tried =
        futures_util::future::join_all((0..12).map(|_| station.desk.check(&ada, &user.id, &guess)))
            .await;
    assert_eq!(tried.iter().filter(|one| one.is_ok()).count(), 3);
}

#[tokio::test]
async fn one_password_tried_on_everybody_is_guessing_too() {
    let station = Station::open(Profile::nist()).await;
    let ada = station.admin().await;
    let mut refused = 0;
    for n in 0..21 {
        let user = station
            .add(&format!("E{}", n + 10), Role::None, NEW_PASSWORD)
            .await;
        match station.desk.check(&ada, &user.id, &secret(WRONG)).await {
            Ok(checked) => assert!(!checked.matches),
            Err(DeskError::TooManyGuesses {
                of_the_user: false, ..
            }) => refused += 1,
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(refused, 1);
}
