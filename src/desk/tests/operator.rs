//! The operator is looked at with each act, and a session is over when the account has changed.

use super::*;
use crate::operator::{Changed, OperatorChange, SignInRefusal};

fn changed(what: Changed) -> OperatorChange {
    OperatorChange {
        what,
        by: Some("A1".into()),
        at: None,
    }
}

impl Place {
    /// With a clock that runs forward as the test says, from `since_boot` on.
    async fn on_a_steady_clock(since_boot: Duration) -> Self {
        let mut place = Self::open().await;
        STEADY.set(since_boot);
        place.desk = place.desk.with_steady_clock(|| STEADY.get());
        place
    }

    fn looks(&self) -> usize {
        self.directory.told().looks.len()
    }

    async fn look_for_users(&self, session: &Session, act: Kind) {
        self.desk.at(session).users_read(act).await.unwrap();
    }
}

#[tokio::test]
async fn the_clock_that_runs_forward_has_run_since_the_machine_started() {
    let before = since_boot();
    assert!(before > Duration::ZERO);
    assert!(since_boot() >= before);
}

#[tokio::test]
async fn a_search_over_the_network_goes_by_a_look_of_the_last_five_seconds() {
    let place = Place::on_a_steady_clock(Duration::from_secs(100)).await;
    let session = place.session().await;
    place.look_for_users(&session, Kind::SearchOpened).await;
    assert_eq!(place.looks(), 1);
    STEADY.set(Duration::from_millis(104_999));
    place.look_for_users(&session, Kind::SearchOpened).await;
    assert_eq!(place.looks(), 1);
    place.look_for_users(&session, Kind::UserViewed).await;
    assert_eq!(place.looks(), 2, "whatever is no search looks each time");
    STEADY.set(Duration::from_millis(109_999));
    place.look_for_users(&session, Kind::SearchOpened).await;
    assert_eq!(place.looks(), 3, "the look has grown old on the second");
    place.directory.told().records_outcome = true;
    place.look_for_users(&session, Kind::SearchOpened).await;
    assert_eq!(place.looks(), 4, "in the store a look costs nothing");
}

#[tokio::test]
async fn right_after_the_start_of_the_machine_no_look_is_taken_for_granted() {
    let place = Place::on_a_steady_clock(Duration::from_secs(1)).await;
    let session = place.session().await;
    place.look_for_users(&session, Kind::SearchOpened).await;
    assert_eq!(place.looks(), 1);
}

#[tokio::test]
async fn an_act_is_done_with_the_rights_of_this_moment() {
    let place = Place::open().await;
    let session = place.session().await;
    let fewer = Operator {
        permissions: Permissions::from_iter([Permission::UsersRead]),
        ..Operator::clone(&session.operator())
    };
    place.directory.told().fresh.push_back(Ok(fewer.clone()));
    let refused = place.desk.at(&session).users_update(Kind::Unlock).await;
    assert_eq!(
        refused.unwrap_err(),
        DeskError::Lacks(Permission::UsersUpdate)
    );
    assert_eq!(*session.operator(), fewer);
    assert_eq!(session.change(), None);
}

#[tokio::test]
async fn a_session_whose_operator_has_changed_is_over_until_the_password_is_given_again() {
    let place = Place::open().await;
    let session = place.session().await;
    let change = changed(Changed::Role);
    let error = DirectoryError::OperatorChanged(change.clone());
    place.directory.told().fresh.push_back(Err(error.clone()));
    let at = place.desk.at(&session);
    let refused = at.users_update(Kind::Unlock).await.unwrap_err();
    assert_eq!(refused, DeskError::Directory(error.clone()));
    let event = place.newest().await;
    assert_eq!(event.kind, Kind::Unlock);
    assert_eq!(event.outcome, Outcome::Refused(refused.to_string()));
    assert_eq!(session.change(), Some(change));
    assert!(session.is_locked());
    let refused = at.users_read(Kind::UserViewed).await.unwrap_err();
    assert_eq!(refused, DeskError::Directory(error), "and says why");
    let password = secret(PASSWORD);
    place
        .desk
        .reauthenticate(&session, &password)
        .await
        .unwrap();
    assert_eq!(session.change(), None);
    at.users_read(Kind::UserViewed).await.unwrap();
}

#[tokio::test]
async fn a_directory_that_does_not_answer_ends_no_session() {
    let place = Place::open().await;
    let session = place.session().await;
    let down = || DirectoryError::Unavailable {
        message: "down".into(),
        cure: String::new(),
        raw: None,
    };
    place.directory.told().fresh.push_back(Err(down()));
    let refused = place.desk.at(&session).users_update(Kind::Unlock).await;
    assert_eq!(refused.unwrap_err(), DeskError::Directory(down()));
    assert_eq!(session.change(), None);
    assert!(!session.is_locked());
}

#[tokio::test]
async fn a_write_that_finds_the_operator_changed_ends_the_session_too() {
    let place = Place::open().await;
    let session = place.session().await;
    let change = changed(Changed::Disabled);
    place.directory.told().receipt = Err(DirectoryError::OperatorChanged(change.clone()));
    let at = place.desk.at(&session);
    let seat = at.users_update(Kind::Unlock).await.unwrap();
    seat.unlock(&seven(), None, "").await.unwrap_err();
    assert_eq!(session.change(), Some(change));
    assert!(session.is_locked());
}

#[tokio::test]
async fn the_own_change_of_the_password_does_not_end_the_session_that_made_it() {
    let place = Place::open().await;
    let session = place.session().await;
    let (old, new) = (secret(PASSWORD), secret("copper kettle marmot 91"));
    let before = Operator {
        password_set_at: Some(now()),
        must_change: true,
        ..Operator::clone(&session.operator())
    };
    let change = async || {
        let seat = place.desk.at(&session).own_account().await.unwrap();
        seat.change_password(&old, &new).await.unwrap();
    };
    // The account as it is after the change, a name that was corrected meanwhile included.
    let after = Operator {
        name: "Ada Lindqvist-Berg".into(),
        must_change: false,
        password_set_at: Some(now()),
        ..before.clone()
    };
    place.directory.told().fresh = [Ok(before.clone()), Ok(after.clone())].into();
    change().await;
    assert_eq!(*session.operator(), after);
    let asked = place.directory.told().looks.pop().unwrap();
    assert_eq!(
        (asked.password_set_at, asked.must_change),
        (None, false),
        "whenever it was set, it is the new one that was proved"
    );
    // Somebody else has set one right after: the next act finds it out.
    place.directory.told().fresh = [Ok(before.clone()), Ok(before.clone())].into();
    change().await;
    assert!(!session.must_change());
    let change_by_another = changed(Changed::Password);
    let error = DirectoryError::OperatorChanged(change_by_another.clone());
    place.directory.told().fresh = [Ok(before), Err(error)].into();
    change().await;
    assert_eq!(session.change(), Some(change_by_another));
}

#[tokio::test]
async fn the_first_connection_goes_on_after_the_password_and_ends_when_its_operator_has_changed() {
    let place = Place::open().await;
    let password = secret(PASSWORD);
    place.directory.told().binding = 1;
    let session = place.session().await;
    place.directory.told().binding = 2;
    place
        .desk
        .reauthenticate(&session, &password)
        .await
        .unwrap();
    assert_eq!(place.directory.told().signed_out, [2]);
    assert_eq!(session.operator().binding, 1);
    session.operator_changed(changed(Changed::Role));
    place.directory.told().binding = 3;
    place
        .desk
        .reauthenticate(&session, &password)
        .await
        .unwrap();
    assert_eq!(place.directory.told().signed_out, [2, 1]);
    assert_eq!(session.operator().binding, 3);
    place.desk.sign_out(&session).await.unwrap();
    assert_eq!(place.directory.told().signed_out, [2, 1, 3]);
}

#[tokio::test]
async fn a_refused_sign_in_is_on_record_with_whose_account_it_was_and_why() {
    let place = Place::open().await;
    let target = Target {
        id: seven(),
        login: "E7".into(),
        name: "José García".into(),
        version: None,
    };
    let of_seven = || Some(Box::new(target.clone()));
    let unchecked = DirectoryError::PasswordNotChecked {
        why: "the line broke".into(),
        cure: String::new(),
        user: of_seven(),
    };
    for (error, outcome) in [
        (
            DirectoryError::SignIn {
                reason: SignInRefusal::Expired,
                user: of_seven(),
            },
            Outcome::SignInRefused(SignInRefusal::Expired),
        ),
        (
            DirectoryError::TryLater {
                seconds: 3,
                user: Box::new(target.clone()),
            },
            Outcome::SignInRefused(SignInRefusal::Delayed),
        ),
        (unchecked.clone(), Outcome::Failed(unchecked.to_string())),
    ] {
        place.directory.told().sign_in = Some(error.clone());
        let refused = place.desk.sign_in("E7", &secret(PASSWORD), &source()).await;
        assert_eq!(refused.unwrap_err(), DeskError::Directory(error));
        let event = place.newest().await;
        assert_eq!((event.kind, event.outcome), (Kind::SignIn, outcome));
        assert_eq!(event.target.as_ref(), Some(&target));
    }
}

#[tokio::test]
async fn between_two_acts_a_changed_operator_is_told_once_and_a_silent_directory_is_asked_no_more()
{
    let place = Place::open().await;
    let session = place.session().await;
    let at = place.desk.at(&session);
    let down = || {
        Err(DirectoryError::Unavailable {
            message: "down".into(),
            cure: String::new(),
            raw: None,
        })
    };
    assert_eq!(at.change_between_acts().await, None);
    assert_eq!(place.looks(), 1);
    place.directory.told().fresh.push_back(down());
    assert_eq!(
        at.change_between_acts().await,
        None,
        "an error is no change"
    );
    assert_eq!(at.change_between_acts().await, None);
    assert_eq!(
        place.looks(),
        2,
        "elsewhere it is not asked again and again"
    );
    // An act hears of the operator again.
    place.look_for_users(&session, Kind::UserViewed).await;
    assert_eq!(at.change_between_acts().await, None);
    assert_eq!(place.looks(), 4);
    // In the store a look costs nothing and locks nobody.
    place.directory.told().records_outcome = true;
    place.directory.told().fresh.push_back(down());
    assert_eq!(at.change_between_acts().await, None);
    assert_eq!(at.change_between_acts().await, None);
    assert_eq!(place.looks(), 6);
    let change = changed(Changed::Role);
    let error = DirectoryError::OperatorChanged(change.clone());
    place.directory.told().fresh.push_back(Err(error));
    assert_eq!(at.change_between_acts().await, Some(change));
    assert_eq!(at.change_between_acts().await, None, "it has been told");
    assert_eq!(place.looks(), 7);
}
