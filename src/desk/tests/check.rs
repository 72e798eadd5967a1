//! Guesses at somebody's password: recorded with what came of them, and bounded.

use super::*;
use crate::operator::SignInRefusal;

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
    place.desk.profile = Arc::new(Profile {
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
