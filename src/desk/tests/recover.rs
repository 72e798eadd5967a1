//! The way back in for an administrator, who is told of it, and sessions that are ended.

use super::*;

impl Place {
    async fn notices(&self, session: &Session) -> Notices {
        let seat = self.desk.at(session).own_account().await.unwrap();
        seat.notices().await.unwrap()
    }
}

#[tokio::test]
async fn a_recovery_is_on_record_with_whom_why_and_who_asked_and_told_until_it_was_seen() {
    let place = Place::open().await;
    place.directory.told().administrators = Some(3);
    assert_eq!(
        place.desk.administrators_who_can_sign_in().await,
        Ok(Some(3))
    );
    let session = place.session().await;
    let user = place.directory.user(&session.operator(), &seven()).await;
    let user = user.unwrap();
    let source = source();
    let (weak, drawn) = (secret("short"), secret("copper kettle marmot 91"));
    let order = |password| Recovery {
        administrator: &user,
        password: Some(password),
        by: "root",
        reason: " call 4711 ",
        source: &source,
    };
    let refused = place.desk.recover(&order(&weak)).await;
    assert!(matches!(refused, Err(DeskError::Policy(_))), "{refused:?}");
    place.desk.recover(&order(&drawn)).await.unwrap();
    let event = place.intent().await;
    assert_eq!(event.kind, Kind::Recovered);
    assert!(is_of_seven(&event));
    assert_eq!(event.reason.as_deref(), Some("call 4711"));
    assert_eq!(
        event.detail.as_deref(),
        Some("asked for at this machine by root")
    );

    let notices = place.notices(&session).await;
    assert_eq!(notices.administrators, Some(3));
    let recoveries = notices.recoveries;
    assert!(!recoveries.is_empty());
    assert!(
        recoveries
            .iter()
            .all(|record| record.event.kind == Kind::Recovered)
    );
    let last = recoveries.last().unwrap().sequence;
    let seat = place.desk.at(&session).own_account().await.unwrap();
    seat.recoveries_seen(last).await.unwrap();
    let event = place.newest().await;
    assert_eq!(event.kind, Kind::RecoveriesSeen);
    assert_eq!(event.detail, Some(format!("up to record {last}")));
    assert!(place.notices(&session).await.recoveries.is_empty());
}

#[tokio::test]
async fn only_administrators_are_told_of_recoveries() {
    let place = Place::open().await;
    place.directory.told().administrators = Some(3);
    place.directory.told().permissions = Permissions::all().without(Permission::RolesUpdate);
    let session = place.session().await;
    assert_eq!(place.notices(&session).await, Notices::default());
}

#[tokio::test]
async fn sessions_ended_by_force_are_on_record_with_whose_and_why() {
    let place = Place::open().await;
    let session = place.session().await;
    let at = place.desk.at(&session);
    let seat = at.users_force_logout(Kind::SessionsEnded).await.unwrap();
    seat.end_sessions(&seven(), " stolen laptop ")
        .await
        .unwrap();
    let event = place.intent().await;
    assert_eq!(event.kind, Kind::SessionsEnded);
    assert!(is_of_seven(&event));
    assert_eq!(event.reason.as_deref(), Some("stolen laptop"));
    let own = UserId("1".into());
    let seat = at.users_force_logout(Kind::SessionsEnded).await.unwrap();
    let refused = seat.end_sessions(&own, "").await;
    assert_eq!(refused, Err(DeskError::OwnAccount));
    assert_eq!(place.newest().await.target.unwrap().id, own);
}
