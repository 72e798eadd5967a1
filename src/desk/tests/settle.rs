use super::*;

const TWO_MINUTES: SignedDuration = SignedDuration::from_mins(2);

impl Place {
    /// A reset whose answer is lost, so that its intent stays open.
    async fn lose(&self, session: &Session) -> Record {
        self.directory.told().receipt = Err(DirectoryError::Unavailable {
            message: "down".into(),
            cure: String::new(),
            raw: None,
        });
        let intent = self
            .desk
            .intend(Event {
                target: Some(self.desk.target_of(&self.user(session).await)),
                reason: Some("call 4711".into()),
                ..self
                    .desk
                    .event(session, Kind::PasswordReset, Outcome::Intent)
            })
            .await
            .unwrap();
        let mut open = self.open_intents(session).await;
        assert_eq!(open.len(), 1);
        assert_eq!(open[0].sequence, intent.sequence);
        open.remove(0)
    }

    async fn user(&self, session: &Session) -> User {
        let id = UserId("7".into());
        self.directory.user(&session.operator(), &id).await.unwrap()
    }

    async fn open_intents(&self, session: &Session) -> Vec<Record> {
        let seat = self.desk.at(session).own_account().await.unwrap();
        seat.open_intents().await.unwrap()
    }

    async fn settle(&self, session: &Session, intent: &Record, remark: Option<&str>) -> Settlement {
        let seat = self.desk.at(session).users_update(Kind::Settled).await;
        seat.unwrap().settle(intent, remark).await.unwrap()
    }
}

fn is_unknown(settlement: &Settlement) -> bool {
    matches!(settlement, Settlement::StillUnknown(_))
}

#[tokio::test]
async fn the_version_is_kept_with_an_intent_only_where_it_is_needed() {
    let place = Place::open().await;
    let session = place.session().await;
    let user = place.user(&session).await;
    assert_eq!(
        place.desk.target_of(&user).version,
        Some(Version("7".into()))
    );
    let unversioned = User {
        version: Version(String::new()),
        ..user.clone()
    };
    assert_eq!(place.desk.target_of(&unversioned).version, None);
    place.directory.told().records_outcome = true;
    let target = place.desk.target_of(&user);
    assert_eq!((target.version, target.login), (None, "E7".into()));
}

#[tokio::test]
async fn a_mark_that_moved_may_have_moved_by_a_later_change() {
    let place = Place::open().await;
    let session = place.session().await;
    let intent = place.lose(&session).await;
    place.directory.told().settlement = Settlement::Happened("the mark moved".into());
    assert!(is_unknown(&place.settle(&session, &intent, None).await));
    assert_eq!(place.open_intents(&session).await.len(), 1);
    assert_eq!(place.directory.told().compared, [Some(Version("7".into()))]);
}

#[tokio::test]
async fn where_nothing_moved_it_did_not_happen_once_nobody_can_be_at_it_any_more() {
    let place = Place::open().await;
    let session = place.session().await;
    let intent = place.lose(&session).await;
    place.directory.told().settlement = Settlement::DidNotHappen("as before".into());
    pass(TWO_MINUTES - SignedDuration::from_millis(1));
    assert!(is_unknown(&place.settle(&session, &intent, None).await));
    pass(SignedDuration::from_millis(1));
    let settled = place.settle(&session, &intent, None).await;
    assert_eq!(settled, Settlement::DidNotHappen("as before".into()));
    assert!(place.open_intents(&session).await.is_empty());
    let event = place.records().await.remove(0).event;
    assert_eq!((event.kind, event.outcome), (Kind::Settled, Outcome::Done));
    assert_eq!(event.intent, Some(intent.sequence));
    assert_eq!(event.target, intent.event.target);
    assert_eq!(
        event.detail.as_deref(),
        Some("it did not happen: as before")
    );
}

#[tokio::test]
async fn a_server_that_hears_of_a_change_later_cannot_tell_that_it_did_not_happen() {
    let place = Place::open().await;
    let session = place.session().await;
    let intent = place.lose(&session).await;
    place.directory.told().settlement = Settlement::DidNotHappen("as before".into());
    place.directory.told().late = true;
    pass(TWO_MINUTES);
    let settled = place.settle(&session, &intent, None).await;
    assert!(
        matches!(&settled, Settlement::StillUnknown(how) if how.contains("begun at fixed")),
        "{settled:?}"
    );
    place.directory.told().late = false;
    let settled = place.settle(&session, &intent, None).await;
    assert_eq!(settled, Settlement::DidNotHappen("as before".into()));
}

#[tokio::test]
async fn what_was_begun_under_another_name_is_settled_where_the_directory_goes_by_it() {
    let place = Place::open().await;
    let session = place.session().await;
    let mut intent = place.lose(&session).await;
    intent.event.directory = "fixed at another server".into();
    place.directory.told().settlement = Settlement::DidNotHappen("as before".into());
    pass(TWO_MINUTES);
    let elsewhere = place.settle(&session, &intent, None).await;
    assert!(
        matches!(&elsewhere, Settlement::StillUnknown(how) if how.contains("and this is fixed")),
        "{elsewhere:?}"
    );
    place.directory.told().other_name = Some("fixed at another server");
    let settled = place.settle(&session, &intent, None).await;
    assert_eq!(settled, Settlement::DidNotHappen("as before".into()));
}

#[tokio::test]
async fn a_directory_that_needs_no_version_is_believed() {
    let place = Place::open().await;
    place.directory.told().records_outcome = true;
    let session = place.session().await;
    for (n, told) in [
        Settlement::Happened("it is there".into()),
        Settlement::DidNotHappen("it is not".into()),
    ]
    .into_iter()
    .enumerate()
    {
        let intent = place.lose(&session).await;
        place.directory.told().settlement = told.clone();
        assert_eq!(place.settle(&session, &intent, None).await, told);
        assert_eq!(place.directory.told().compared.len(), n + 1);
        assert_eq!(place.directory.told().compared[n], None);
        assert!(place.open_intents(&session).await.is_empty());
    }
}

#[tokio::test]
async fn what_cannot_be_told_stays_open_until_the_operator_closes_it_with_a_remark() {
    let place = Place::open().await;
    let session = place.session().await;
    let intent = place.lose(&session).await;
    assert!(is_unknown(&place.settle(&session, &intent, None).await));
    assert_eq!(place.open_intents(&session).await.len(), 1);
    let remark = Some("looked at it");
    assert!(is_unknown(&place.settle(&session, &intent, remark).await));
    assert!(place.open_intents(&session).await.is_empty());
    let detail = place.records().await.remove(0).event.detail.unwrap();
    assert!(
        detail.starts_with("closed by the operator: looked at it"),
        "{detail}"
    );
}

#[tokio::test]
async fn an_intent_of_another_directory_or_about_nobody_is_not_asked_about() {
    let place = Place::open().await;
    let session = place.session().await;
    let intent = place.lose(&session).await;
    place.directory.told().settlement = Settlement::Happened("here".into());
    let mut elsewhere = intent.clone();
    elsewhere.event.directory = "ldaps://dc1.example".into();
    let mut nobody = intent;
    nobody.event.target = None;
    for intent in [elsewhere, nobody] {
        assert!(is_unknown(&place.settle(&session, &intent, None).await));
    }
    assert!(place.directory.told().compared.is_empty());
}

#[tokio::test]
async fn open_intents_are_shown_to_who_may_write_or_read_the_audit() {
    let place = Place::open().await;
    let chief = place.session().await;
    place.lose(&chief).await;
    for permission in Permission::ALL {
        place.directory.told().permissions = Permissions::from_iter([permission]);
        let session = place.session().await;
        let shown = place.open_intents(&session).await.len();
        let may = matches!(permission, Permission::UsersUpdate | Permission::AuditRead);
        assert_eq!(shown == 1, may, "{permission}");
    }
}

#[tokio::test]
async fn a_lost_answer_is_looked_after_by_the_version_where_no_password_can_be_tried() {
    let place = Place::open().await;
    let session = place.session().await;
    let lost = DirectoryError::OutcomeUnknown("the line broke".into());
    place.directory.told().receipt = Err(lost);
    place.directory.told().settlement = Settlement::Happened("the mark moved".into());
    place.directory.told().state.must_change = Fact::Unknown("hidden".into());
    let receipt = place.reset(&session).await.unwrap();
    assert_eq!(receipt.steps[0], (Step::PasswordSet, StepOutcome::Done));
    assert!(matches!(receipt.steps[1].1, StepOutcome::Unknown(_)));
    assert!(
        matches!(receipt.proof, Proof::Accepted(_)),
        "a mark that moved is no proof: {receipt:?}"
    );
    assert_eq!(receipt.steps[2], (Step::Unlocked, StepOutcome::NotNeeded));

    // Must-change is sent now where it is a step of its own.
    place.directory.told().follows = Some(vec![(Step::MustChange, StepOutcome::Done)]);
    let receipt = place.reset(&session).await.unwrap();
    let must_change = receipt
        .steps
        .iter()
        .find(|(step, _)| *step == Step::MustChange);
    assert_eq!(must_change, Some(&(Step::MustChange, StepOutcome::Done)));
    assert_eq!(receipt.steps.len(), 3, "none twice: {receipt:?}");

    place.directory.told().settlement = Settlement::DidNotHappen("as before".into());
    let failed = place.reset(&session).await;
    assert!(
        matches!(&failed, Err(DeskError::Directory(DirectoryError::Unavailable { message, .. }))
            if message == "the line broke; as before"),
        "{failed:?}"
    );
    let unknown = place
        .records()
        .await
        .into_iter()
        .filter(|record| matches!(record.event.outcome, Outcome::Unknown(_)))
        .count();
    assert_eq!(unknown, 3, "each loss is on record at once");
    assert!(place.open_intents(&session).await.is_empty());
}

#[tokio::test]
async fn an_interrupted_try_of_a_password_is_settled_as_what_changed_nothing() {
    let place = Place::open().await;
    let session = place.session().await;
    let event = Event {
        target: Some(Target::from(&place.user(&session).await)),
        ..place
            .desk
            .event(&session, Kind::PasswordChecked, Outcome::Intent)
    };
    place.desk.intend(event).await.unwrap();
    let intent = place.open_intents(&session).await.remove(0);
    // The directory is not asked: no mark of the user tells of a try.
    place.directory.told().settlement = Settlement::Happened("the mark moved".into());
    let settled = place.settle(&session, &intent, None).await;
    assert!(
        matches!(&settled, Settlement::DidNotHappen(how) if how.contains("changes nothing")),
        "{settled:?}"
    );
    assert!(place.directory.told().compared.is_empty());
    assert!(place.open_intents(&session).await.is_empty());
}
