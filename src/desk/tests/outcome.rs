//! What the desk makes of an answer: whether the user can sign in then, and what became of a
//! write whose answer was lost.

use super::*;
use crate::{
    receipt::Ending,
    user::{Prospect, Remedy},
};

impl Place {
    async fn last_outcome(&self) -> Outcome {
        self.records().await.remove(0).event.outcome
    }

    async fn still_open(&self, session: &Session) -> usize {
        let seat = self.desk.at(session).own_account().await.unwrap();
        seat.open_intents().await.unwrap().len()
    }
}

#[tokio::test]
async fn a_reset_of_a_disabled_user_is_done_but_no_success_on_the_receipt_and_on_record() {
    for recorded in [false, true] {
        let place = Place::open().await;
        let session = place.session().await;
        place.directory.told().state.active = Fact::Known(false);
        if let Ok(receipt) = &mut place.directory.told().receipt {
            receipt.recorded = recorded;
        }
        let receipt = place.reset(&session).await.unwrap();
        assert_eq!(receipt.ending(), Ending::CannotSignIn);
        let after = receipt.after.unwrap();
        assert_eq!(after.outlook.remedy(), Some(Remedy::Enable));
        assert_eq!(after.user.unwrap().login, "E7");
        let outcome = place.last_outcome().await;
        assert_eq!(outcome, Outcome::CannotSignIn("disabled".into()));
        assert_eq!(place.still_open(&session).await, 0);
    }
}

#[tokio::test]
async fn what_the_directory_hides_is_not_taken_for_a_user_who_can_sign_in() {
    let place = Place::open().await;
    let session = place.session().await;
    place.directory.told().state.lock = Fact::Unknown("needs read".into());
    let receipt = place.reset(&session).await.unwrap();
    assert_eq!(receipt.ending(), Ending::SignInNotKnown);
    let outcome = place.last_outcome().await;
    let what = "whether it is locked (needs read)".into();
    assert_eq!(outcome, Outcome::SignInNotKnown(what));
}

#[tokio::test]
async fn an_unlock_that_leaves_the_user_out_for_another_reason_is_no_success() {
    let place = Place::open().await;
    let session = place.session().await;
    place.directory.told().state.must_change = Fact::Known(true);
    place.directory.told().state.may_change_password = Fact::Known(false);
    let seat = place.desk.at(&session).users_update(Kind::Unlock).await;
    let id = UserId("7".into());
    let receipt = seat.unwrap().unlock(&id, None, "").await.unwrap();
    assert_eq!(receipt.ending(), Ending::CannotSignIn);
}

#[tokio::test]
async fn what_the_directory_hides_from_an_operator_of_the_own_account_keeps_nobody_out() {
    let place = Place::open().await;
    let session = place.session().await;
    place.directory.told().state.lock = Fact::Unknown("needs read".into());
    let old = secret("granite-willow-pepper-12");
    let seat = place.desk.at(&session).own_account().await.unwrap();
    let receipt = seat.change_password(&old, &secret(PASSWORD)).await.unwrap();
    assert_eq!(receipt.ending(), Ending::Done);
}

#[tokio::test]
async fn a_handle_that_leads_to_another_person_after_the_write_is_told() {
    let place = Place::open().await;
    let session = place.session().await;
    place.directory.told().login_after = "E8";
    let receipt = place.reset(&session).await.unwrap();
    assert_eq!(receipt.ending(), Ending::NotKnown);
    assert!(
        matches!(&receipt.proof, Proof::NotKnown(why) if why.contains("E8 is there now, not E7")),
        "{receipt:?}"
    );
    assert_eq!(receipt.after.unwrap().user, None);
    assert_eq!(place.still_open(&session).await, 1, "its intent stays open");
}

/// Some directories show their own ID to nobody who must change the password first.
#[tokio::test]
async fn whoever_changed_the_own_password_is_known_by_the_handle_under_another_id_too() {
    let place = Place::open().await;
    let session = place.session().await;
    place.directory.told().login_after = "case22";
    let seat = place.desk.at(&session).own_account().await.unwrap();
    let (old, new) = (secret("brick-meadow-lantern-58"), secret(PASSWORD));
    let receipt = seat.change_password(&old, &new).await.unwrap();
    assert_eq!(receipt.ending(), Ending::Done, "{receipt:?}");
    assert_eq!(place.still_open(&session).await, 0);
}

#[tokio::test]
async fn what_is_not_there_yet_counts_as_not_done_only_at_the_last_look() {
    let place = Place::open().await;
    let session = place.session().await;
    place.directory.told().receipt = Err(DirectoryError::OutcomeUnknown("cut".into()));
    // A server that carries the change out after it has dropped the line.
    let slow = || {
        let not_yet = || Settlement::DidNotHappen("as before".into());
        vec![
            Settlement::Happened("it moved".into()),
            not_yet(),
            not_yet(),
        ]
    };
    place.directory.told().settlements = slow();
    let hasty = Place {
        desk: place.desk.clone().with_looks(&[Duration::from_millis(1)]),
        directory: place.directory.clone(),
        folder: tempfile::tempdir().unwrap(),
    };
    let answer = hasty.reset(&session).await;
    assert_eq!(
        place.directory.told().settlements.len(),
        1,
        "looked at once and once more"
    );
    assert!(
        matches!(&answer, Err(DeskError::Directory(DirectoryError::Unavailable { message, .. }))
            if message == "cut; as before"),
        "{answer:?}"
    );

    place.directory.told().settlements = slow();
    let receipt = place.reset(&session).await.unwrap();
    assert!(
        matches!(&receipt.proof, Proof::Accepted(how) if how.starts_with("it moved")),
        "{receipt:?}"
    );
    assert_eq!(
        receipt.after.unwrap().outlook.prospect(),
        Prospect::CanSignIn
    );
    assert_eq!(
        place.last_outcome().await,
        Outcome::Partial,
        "must-change is not in effect"
    );
    assert_eq!(place.still_open(&session).await, 0);
}

#[tokio::test]
async fn a_lost_answer_that_nobody_can_tell_about_stays_open_and_is_never_told_as_nothing_changed()
{
    let place = Place::open().await;
    let session = place.session().await;
    place.directory.told().receipt = Err(DirectoryError::OutcomeUnknown("cut".into()));
    let answer = place.reset(&session).await;
    assert_eq!(
        answer,
        Err(DeskError::Directory(DirectoryError::OutcomeUnknown(
            "cut; no telling".into()
        )))
    );
    assert_ne!(answer.unwrap_err().changed(), "Nothing was changed.");
    assert_eq!(place.still_open(&session).await, 1);
}

#[tokio::test]
async fn whoever_waits_is_told_of_each_look_to_come_and_may_leave() {
    let place = Place::open().await;
    let session = place.session().await;
    let watch = LostWatch::default();
    let hour = Duration::from_hours(1);
    let place = Place {
        desk: place
            .desk
            .clone()
            .with_looks(&[Duration::from_millis(1), hour])
            .watched_by(watch.clone()),
        ..place
    };
    place.directory.told().receipt = Err(DirectoryError::OutcomeUnknown("cut".into()));
    let mut told = watch.told();
    let waiting = async {
        let last = told.wait_for(|told| told.as_ref().is_some_and(|told| told.left == 1));
        let last = last.await.unwrap().clone().unwrap();
        assert_eq!(last.what, "cut");
        assert!(last.next <= hour && last.next > hour / 2, "{last:?}");
        watch.leave();
    };
    let both = async { tokio::join!(place.reset(&session), waiting) };
    let (answer, ()) = tokio::time::timeout(Duration::from_mins(1), both)
        .await
        .expect("told, and left");
    assert!(
        matches!(
            answer,
            Err(DeskError::Directory(DirectoryError::OutcomeUnknown(_)))
        ),
        "{answer:?}"
    );
    assert_eq!(*watch.told().borrow(), None);
    assert_eq!(place.still_open(&session).await, 1);
}

#[tokio::test]
async fn where_change_and_outcome_are_one_transaction_the_first_look_decides() {
    let place = Place::open().await;
    place.directory.told().records_outcome = true;
    let session = place.session().await;
    place.directory.told().receipt = Err(DirectoryError::OutcomeUnknown("no room".into()));
    place.directory.told().settlement = Settlement::DidNotHappen("it is not there".into());
    let answer = place.reset(&session).await;
    assert!(
        matches!(
            answer,
            Err(DeskError::Directory(DirectoryError::Unavailable { .. }))
        ),
        "{answer:?}"
    );
    assert_eq!(place.directory.told().compared.len(), 1);
}
