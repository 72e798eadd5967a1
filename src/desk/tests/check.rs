//! Guesses at somebody's password: recorded with what came of them, and bounded.

use super::*;
use crate::{
    directory::{CountedIn, DirectoryPolicy, DirectoryRule},
    operator::SignInRefusal,
    user::PasswordState,
};

const fn checked(matches: bool, signs_in: bool) -> Checked {
    Checked {
        matches,
        signs_in,
        remark: None,
    }
}

impl Place {
    async fn check(&self, session: &Session, user: &str) -> Result<Checked, DeskError> {
        let at = self.desk.at(session);
        let seat = at.users_update(Kind::PasswordChecked).await.unwrap();
        seat.check(&UserId(user.into()), &secret(PASSWORD)).await
    }
}

#[tokio::test]
async fn a_check_is_on_record_with_what_came_of_it() {
    let place = Place::open().await;
    let session = place.session().await;
    let wrong = Outcome::SignInRefused(SignInRefusal::WrongPassword);
    for (answer, outcome, detail) in [
        (
            Ok(checked(true, true)),
            Outcome::Done,
            "it signs the user in",
        ),
        (
            Ok(checked(true, false)),
            Outcome::Done,
            "it is right, but does not sign the user in now",
        ),
        (
            Ok(checked(false, false)),
            wrong,
            "it does not sign the user in",
        ),
        (
            Err(DirectoryError::NotOffered("not here".into())),
            Outcome::Failed("not here".into()),
            "it is not known whether it is right",
        ),
    ] {
        place.directory.told().checked = answer.clone();
        let told = place.check(&session, "7").await;
        assert_eq!(told, answer.map_err(DeskError::Directory));
        let event = place.newest().await;
        assert_eq!(event.outcome, outcome);
        assert_eq!(event.detail.as_deref(), Some(detail));
        assert!(is_of_seven(&event));
        let intent = place.intent_record().await;
        assert_eq!(event.intent, Some(intent.sequence));
        assert!(is_of_seven(&intent.event));
    }
}

#[tokio::test]
async fn too_many_wrong_guesses_are_those_at_one_user_or_those_of_one_operator() {
    let mut place = Place::open().await;
    place.desk.profiles = Profiles::from(Profile {
        lockout_attempts: 3,
        lockout_window_min: Some(20),
        ..Profile::nist()
    });
    place.directory.told().checked = Ok(checked(false, false));
    let session = place.session().await;
    let refusal = |of_the_user| {
        Err(DeskError::TooManyGuesses {
            of_the_user,
            minutes: 20,
        })
    };
    for _ in 0..3 {
        place.check(&session, "7").await.unwrap();
    }
    assert_eq!(place.check(&session, "7").await, refusal(true));
    let event = place.newest().await;
    assert!(matches!(event.outcome, Outcome::Refused(_)), "{event:?}");
    assert!(is_of_seven(&event));
    for user in 10..27 {
        place.check(&session, &user.to_string()).await.unwrap();
    }
    assert_eq!(place.check(&session, "27").await, refusal(false));
    // Once the window has passed, neither counts any more.
    pass(SignedDuration::from_mins(20));
    assert_eq!(place.check(&session, "7").await, refusal(true));
    pass(SignedDuration::from_millis(1));
    place.check(&session, "7").await.unwrap();
}

#[test]
fn who_has_guessed_too_often_is_told_whose_guesses_and_how_long() {
    let error = |of_the_user| DeskError::TooManyGuesses {
        of_the_user,
        minutes: 20,
    };
    assert_eq!(
        error(true).to_string(),
        "too many wrong passwords have been tried for this user in the last 20 minutes, so this \
         one was not tried"
    );
    assert_eq!(
        error(false).to_string(),
        "you have tried too many wrong passwords in the last 20 minutes, so this one was not tried"
    );
    assert_eq!(
        error(true).cure(),
        "Wait 20 minutes, or set a new password."
    );
}

#[tokio::test]
async fn a_try_that_uses_up_a_grace_sign_in_wants_to_be_asked_for() {
    let place = Place::open().await;
    let session = place.session().await;
    place.directory.told().state = AccountState {
        password: Fact::Known(PasswordState {
            set: true,
            changed_at: None,
            expires_at: Some(now()),
        }),
        grace_sign_ins_left: Fact::Known(2),
        ..AccountState::default()
    };
    place.directory.told().checked = Ok(checked(true, true));
    let told = place.check(&session, "7").await;
    assert_eq!(told, Err(DeskError::UsesGrace(2)));
    let seat = place
        .desk
        .at(&session)
        .users_update(Kind::PasswordChecked)
        .await;
    let told = seat
        .unwrap()
        .check_by_grace(&seven(), &secret(PASSWORD))
        .await;
    assert_eq!(told, Ok(checked(true, true)));
}

#[tokio::test]
async fn what_breaks_a_known_rule_of_the_directory_is_refused_before_an_intent() {
    let place = Place::open().await;
    let session = place.session().await;
    let longer = PASSWORD.chars().count() + 1;
    place.directory.told().policy = Some(DirectoryPolicy {
        rules: vec![DirectoryRule {
            label: "length".into(),
            least: Some((longer, CountedIn::CodePoints)),
            most: None,
        }],
        ..DirectoryPolicy::default()
    });
    let told = place.reset(&session).await;
    let Err(DeskError::Policy(refusals)) = told else {
        panic!("{told:?}")
    };
    assert_eq!(refusals[0].rule, "directory_min_chars");
    assert!(matches!(place.newest().await.outcome, Outcome::Refused(_)));
    // The own password is no exception.
    let seat = place.desk.at(&session).own_account().await.unwrap();
    let (old, new) = (secret("the old one"), secret(PASSWORD));
    let told = seat.change_password(&old, &new).await;
    let Err(DeskError::Policy(refusals)) = told else {
        panic!("{told:?}")
    };
    assert_eq!(refusals[0].rule, "directory_min_chars");
    assert!(!place.directory.told().written, "nothing was sent");
}

#[tokio::test]
async fn that_a_lock_is_off_is_no_evidence_of_a_password() {
    let place = Place::open().await;
    let session = place.session().await;
    place.directory.told().state = AccountState {
        password: Fact::NotOffered,
        ..AccountState::default()
    };
    place.directory.told().receipt = Ok(Receipt {
        steps: vec![(Step::Unlocked, StepOutcome::Done)],
        proof: Proof::ReadBack("unlocked; 0 of 3 failures left".into()),
        version: None,
        server: None,
        after: None,
        recorded: false,
    });
    let seat = place.desk.at(&session).users_update(Kind::Unlock).await;
    let receipt = seat.unwrap().unlock(&seven(), None, "").await.unwrap();
    assert_eq!(receipt.ending(), crate::receipt::Ending::SignInNotKnown);
}

#[tokio::test]
async fn the_look_after_an_act_has_the_rest_of_its_time_and_a_moment_where_that_is_over() {
    let place = Place::open().await;
    let session = place.session().await;
    let hour = Duration::from_hours(1);
    for (limit, least, most) in [
        (hour, Duration::from_mins(59), hour),
        (
            Duration::ZERO,
            Duration::from_millis(1),
            Duration::from_secs(2),
        ),
    ] {
        place.directory.told().act_limit = Some(limit);
        place.directory.told().times.clear();
        place.reset(&session).await.unwrap();
        let times = place.directory.told().times.clone();
        let last = times.last().copied().flatten().expect("within a time");
        assert!((least..=most).contains(&last), "{limit:?}: {times:?}");
    }
}
