//! What becomes of a change of a user: what it was for, and what is found when its answer is lost.

use super::*;
use crate::{
    desk::change::TRIES,
    directory::{Entry, PasswordChange, Provisioned, ProvisionedChange},
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
            generated: false,
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
async fn another_validity_is_to_let_in_only_whom_the_old_one_kept_out() {
    let place = Place::open().await;
    let session = place.session().await;
    let later = now() + SignedDuration::from_hours(1);
    let from = |at| UserChange {
        valid_from: Some(at),
        ..UserChange::default()
    };
    // The directory shows the account as before, so whoever was to get in does not.
    for (shown, change, ending) in [
        (Some(later), from(None), Ending::CannotSignIn),
        (Some(later), from(Some(later)), Ending::Done),
        (None, from(Some(later)), Ending::Done),
    ] {
        place.directory.told().state.valid_from = Fact::Known(shown);
        let receipt = place.change(&session, change).await.unwrap();
        assert_eq!(receipt.ending(), ending, "{shown:?}");
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
    let steps = |steps: &[Step]| -> Vec<_> {
        let steps = steps.iter();
        steps.map(|step| (*step, StepOutcome::Done)).collect()
    };
    for (active, change, is_there, told) in [
        (false, status(false), true, steps(&[Step::Disabled])),
        (true, status(false), false, Vec::new()),
        (
            false,
            named("José"),
            true,
            steps(&[Step::Disabled, Step::Changed]),
        ),
        (true, named("José"), false, Vec::new()),
        (false, named("Zoe"), false, Vec::new()),
    ] {
        place.directory.told().state.active = Fact::Known(active);
        let words = change.described();
        match place.change(&session, change).await {
            Ok(receipt) => {
                assert!(is_there, "{words:?}");
                assert_eq!(receipt.steps, told);
            }
            Err(DeskError::Directory(DirectoryError::Unavailable { message, .. })) => {
                assert!(!is_there && message.contains("does not show the change"));
            }
            other => panic!("{words:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn must_change_whose_answer_is_lost_happened_only_where_it_is_shown() {
    let place = Place::open().await;
    let session = place.session().await;
    place.loses_the_answer();
    for shown in [
        Fact::Known(true),
        Fact::Known(false),
        Fact::Unknown("is hidden".into()),
    ] {
        place.directory.told().state.must_change = shown.clone();
        let change = UserChange {
            must_change: true,
            ..UserChange::default()
        };
        let answer = place.change(&session, change).await;
        let is_told = match &answer {
            Ok(receipt) => {
                shown == Fact::Known(true)
                    && receipt.steps == [(Step::MustChange, StepOutcome::Done)]
            }
            Err(DeskError::Directory(DirectoryError::Unavailable { .. })) => {
                shown == Fact::Known(false)
            }
            Err(DeskError::Directory(DirectoryError::OutcomeUnknown(_))) => {
                matches!(shown, Fact::Unknown(_))
            }
            Err(_) => false,
        };
        assert!(is_told, "{shown:?}: {answer:?}");
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

    let wrong = DirectoryError::SignIn {
        reason: crate::operator::SignInRefusal::WrongPassword,
        user: None,
    };
    place.directory.told().sign_in = Some(wrong);
    let seat = place.desk.at(&session).own_account().await.unwrap();
    let answer = seat.change_password(&old, &new).await;
    assert!(
        matches!(
            &answer,
            Err(DeskError::Directory(DirectoryError::Unavailable { message, .. }))
                if message.contains("does not sign you in")
        ),
        "{answer:?}"
    );
    assert_eq!(place.directory.told().sign_ins, before + 2);
}

#[tokio::test]
async fn a_change_without_a_version_is_tried_again_a_dozen_times_and_one_from_a_version_never() {
    for (conflicts, expected, tried, done) in [
        (0, None, 1, true),
        (3, None, 4, true),
        (TRIES - 1, None, TRIES, true),
        (TRIES, None, TRIES, false),
        (1, Some(Version("7".into())), 1, false),
    ] {
        let place = Place::open().await;
        let session = place.session().await;
        place.directory.told().conflicts = conflicts;
        let seat = place
            .desk
            .at(&session)
            .users_change(Kind::UserChanged)
            .await;
        let answer = seat
            .unwrap()
            .change_user(&seven(), expected.as_ref(), &renamed(), "")
            .await;
        assert_eq!(answer.is_ok(), done, "{conflicts}: {answer:?}");
        assert_eq!(place.directory.told().changes, tried, "{conflicts}");
        if let Err(error) = answer {
            let conflict = DirectoryError::Conflict {
                by: None,
                at: None,
                what: "changed".into(),
            };
            assert_eq!(error, DeskError::Directory(conflict));
        }
    }
    let place = Place::open().await;
    let session = place.session().await;
    place.directory.told().receipt = Err(DirectoryError::NotOffered("not here".into()));
    place.change(&session, renamed()).await.unwrap_err();
    assert_eq!(
        place.directory.told().changes,
        1,
        "no other failure is tried again"
    );
}

#[tokio::test]
async fn what_a_client_wanted_and_nobody_keeps_is_on_record_where_nothing_else_changes() {
    let place = Place::open().await;
    let session = place.session().await;
    let user = place.directory.user(&session.operator(), &seven()).await;
    let current = Entry {
        user: user.unwrap(),
        provisioned: Provisioned::default(),
        role: Role::None,
        created: now(),
        modified: now(),
    };
    let seat = place
        .desk
        .at(&session)
        .users_change(Kind::UserChanged)
        .await;
    let title = ["title".to_owned()];
    seat.unwrap()
        .change_entry(current, &UserChange::default(), "INC-4711", &title)
        .await
        .unwrap();
    assert_eq!(place.directory.told().changes, 0);
    let event = place.newest().await;
    assert!(is_of_seven(&event));
    assert_eq!(event.reason.as_deref(), Some("INC-4711"));
    let detail = "changes nothing; not kept: title";
    assert_eq!(event.detail.as_deref(), Some(detail));
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
