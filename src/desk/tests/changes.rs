//! What becomes of a change of a user: what it was for, and what is found when its answer is lost.

use super::*;
use crate::{
    directory::{PasswordChange, Provisioned, ProvisionedChange},
    receipt::Ending,
};

impl Place {
    async fn change(&self, session: &Session, change: UserChange) -> Result<Receipt, DeskError> {
        let seat = self.desk.at(session).users_change(Kind::UserChanged).await;
        seat.unwrap().change_user(&seven(), None, &change, "").await
    }

    /// The answer to the next write is lost.
    fn loses_the_answer(&self) {
        self.directory.told().receipt = Err(DirectoryError::OutcomeUnknown("cut".into()));
    }

    /// A user who must change the password and may not.
    fn nobody_gets_in(&self) {
        let mut told = self.directory.told();
        told.state.active = Fact::Known(true);
        told.state.must_change = Fact::Known(true);
        told.state.may_change_password = Fact::Known(false);
    }
}

fn renamed() -> UserChange {
    UserChange {
        given_name: Some("Zoe".into()),
        ..UserChange::default()
    }
}

fn status(active: bool) -> UserChange {
    UserChange {
        active: Some(active),
        ..UserChange::default()
    }
}

fn with_password(active: Option<bool>) -> UserChange {
    UserChange {
        active,
        password: Some(PasswordChange::Set {
            password: secret(PASSWORD),
            unlock: false,
        }),
        ..UserChange::default()
    }
}

#[tokio::test]
async fn a_change_is_no_success_where_it_was_to_let_in_somebody_who_stays_out() {
    let place = Place::open().await;
    let session = place.session().await;
    place.nobody_gets_in();
    for (change, ending) in [
        (status(true), Ending::CannotSignIn),
        (with_password(None), Ending::CannotSignIn),
        (with_password(Some(true)), Ending::CannotSignIn),
        (with_password(Some(false)), Ending::Done),
        (status(false), Ending::Done),
        (renamed(), Ending::Done),
    ] {
        let words = change.described();
        let receipt = place.change(&session, change).await.unwrap();
        assert_eq!(receipt.ending(), ending, "{words:?}");
    }
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_happened_only_where_all_of_it_is_shown() {
    let place = Place::open().await;
    let session = place.session().await;
    place.loses_the_answer();
    let named = |name: &str| UserChange {
        given_name: Some(name.into()),
        ..status(false)
    };
    let (status_alone, more) = (Step::Disabled, Step::Changed);
    for (active, change, is_there, step) in [
        (false, status(false), true, status_alone),
        (true, status(false), false, status_alone),
        (false, named("José"), true, more),
        (true, named("José"), false, more),
        (false, named("Zoe"), false, more),
    ] {
        place.directory.told().state.active = Fact::Known(active);
        let words = change.described();
        match place.change(&session, change).await {
            Ok(receipt) => {
                assert!(is_there, "{words:?}");
                assert_eq!(receipt.steps, [(step, StepOutcome::Done)]);
            }
            Err(DeskError::Directory(DirectoryError::Unavailable { message, .. })) => {
                assert!(!is_there && message.contains("does not show the change"));
            }
            other => panic!("{words:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_role_whose_answer_is_lost_is_found_as_a_role() {
    let place = Place::open().await;
    let session = place.session().await;
    place.loses_the_answer();
    let change = UserChange {
        role: Some(Role::None),
        ..UserChange::default()
    };
    let receipt = place.change(&session, change).await.unwrap();
    assert_eq!(receipt.steps, [(Step::RoleAssigned, StepOutcome::Done)]);
}

#[tokio::test]
async fn what_is_not_read_back_stays_not_known_when_the_answer_is_lost() {
    let place = Place::open().await;
    let session = place.session().await;
    place.loses_the_answer();
    place.directory.told().state.active = Fact::Known(false);
    let provisioned = UserChange {
        provisioned: Some(ProvisionedChange {
            wanted: Provisioned::default(),
            differs: vec!["displayName"],
        }),
        ..status(false)
    };
    for change in [provisioned, with_password(Some(false))] {
        let answer = place.change(&session, change).await;
        assert!(
            matches!(
                answer,
                Err(DeskError::Directory(DirectoryError::OutcomeUnknown(_)))
            ),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn what_a_lost_answer_left_undone_and_cannot_be_done_now_is_not_known() {
    let place = Place::open().await;
    let session = place.session().await;
    place.loses_the_answer();
    place.directory.told().settlement = Settlement::Happened("it moved".into());
    place.directory.told().follow_fails = Some(DirectoryError::NotOffered("away".into()));
    let receipt = place.reset(&session).await.unwrap();
    assert_eq!(
        receipt.steps,
        [
            (Step::PasswordSet, StepOutcome::Done),
            (Step::MustChange, StepOutcome::Unknown("away".into())),
            (Step::Unlocked, StepOutcome::NotNeeded),
        ]
    );
}

#[tokio::test]
async fn the_own_new_password_is_tried_once_and_at_the_last_look() {
    let place = Place::open().await;
    let session = place.session().await;
    place.loses_the_answer();
    let before = place.directory.told().sign_ins;
    let (old, new) = (secret("brick-meadow-lantern-58"), secret(PASSWORD));
    let seat = place.desk.at(&session).own_account().await.unwrap();
    let receipt = seat.change_password(&old, &new).await.unwrap();
    assert!(matches!(receipt.proof, Proof::SignedIn(_)), "{receipt:?}");
    assert_eq!(place.directory.told().sign_ins, before + 1);
}

#[tokio::test]
async fn a_password_that_was_read_back_is_on_record_with_whose_it_is() {
    let place = Place::open().await;
    let session = place.session().await;
    let at = place.desk.at(&session);
    let seat = at.users_update(Kind::PasswordReadBack).await.unwrap();
    seat.password_read_back(&seven()).await.unwrap();
    let event = place.newest().await;
    assert_eq!(event.kind, Kind::PasswordReadBack);
    assert!(is_of_seven(&event));
}
