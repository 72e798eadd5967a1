use super::*;

#[tokio::test]
async fn a_proof_is_used_once_and_renewed_by_the_password() {
    let place = Place::open().await;
    let session = place.session().await;
    assert_eq!(session.proved_at(), now().as_second());
    assert_eq!(session.source(), &source());
    assert!(session.use_proof());
    assert!(!session.use_proof());
    pass(SignedDuration::from_secs(5));
    session.set_locked();
    session.prove(Operator::clone(&session.operator()), place.desk.instant());
    assert_eq!(session.proved_at(), now().as_second());
    assert!(!session.is_locked());
    assert!(session.use_proof());
}

#[tokio::test]
async fn a_session_is_locked_once_and_recorded_once() {
    let place = Place::open().await;
    let session = place.session().await;
    assert!(!session.is_locked());
    place.desk.lock(&session).await.unwrap();
    place.desk.lock(&session).await.unwrap();
    assert!(session.is_locked());
    let locked = |record: &Record| record.event.kind == Kind::SessionLocked;
    assert_eq!(place.records().await.into_iter().filter(locked).count(), 1);
    assert!(session.set_locked(), "it was locked before");
}

#[tokio::test]
async fn a_resumed_session_has_used_its_proof_and_a_machine_has_none_to_give() {
    let place = Place::open().await;
    let operator = Operator::clone(&place.session().await.operator());
    let instant = place.desk.instant();
    let resumed = Session::resumed(operator.clone(), source(), now(), instant);
    assert!(!resumed.use_proof());
    assert_eq!(resumed.proved_at(), now().as_second());
    assert!(!resumed.is_machine());
    let machine = Session::of_machine(operator.clone(), source(), instant);
    assert!(machine.is_machine());
    assert_eq!(*machine.operator(), operator);
}

#[tokio::test]
async fn the_password_given_again_is_recorded_as_what_it_was_for() {
    let place = Place::open().await;
    let session = place.session().await;
    for (lock, kind) in [(false, Kind::StepUp), (true, Kind::SessionResumed)] {
        if lock {
            session.set_locked();
        }
        place
            .desk
            .reauthenticate(&session, &secret(PASSWORD))
            .await
            .unwrap();
        let event = place.records().await.remove(0).event;
        assert_eq!((event.kind, event.outcome), (kind, Outcome::Done));
        assert_eq!(event.operator.unwrap().id, UserId("1".into()));
    }
}

#[tokio::test]
async fn somebody_elses_password_does_not_open_the_session() {
    let place = Place::open().await;
    let session = place.session().await;
    session.set_locked();
    place.directory.told().operator = "2";
    let refused = place.desk.reauthenticate(&session, &secret(PASSWORD)).await;
    assert_eq!(refused, Err(DeskError::Directory(DirectoryError::NotFound)));
    assert!(session.is_locked());
    let event = place.records().await.remove(0).event;
    assert!(matches!(event.outcome, Outcome::Refused(_)));
}

#[tokio::test]
async fn a_sign_out_and_a_lost_terminal_are_on_record() {
    let place = Place::open().await;
    let session = place.session().await;
    let desk = &place.desk;
    desk.connection_lost(Some(&session), &source(), None)
        .await
        .unwrap();
    let event = place.records().await.remove(0).event;
    assert_eq!(event.kind, Kind::ConnectionLost);
    assert!(event.operator.is_some());
    desk.connection_lost(None, &source(), None).await.unwrap();
    let event = place.records().await.remove(0).event;
    assert_eq!(event.kind, Kind::ConnectionLost);
    assert!(event.operator.is_none());
    desk.sign_out(&session).await.unwrap();
    assert!(session.is_locked());
    assert_eq!(place.records().await.remove(0).event.kind, Kind::SignOut);
}
