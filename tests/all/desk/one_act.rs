//! Several things changed of a user in one act, on the real store.

use halligan::{
    audit::{AuditQuery, Kind, Outcome},
    desk::DeskError,
    directory::{DirectoryError, UserChange},
    password::profile::Profile,
    permission::Role,
    receipt::{Step, StepOutcome},
};

use crate::support::{acts::Acts as _, station::Station};

const OWN: &str = "granite-willow-pepper-12";

#[tokio::test]
async fn whoever_leaves_is_disabled_loses_the_role_and_is_signed_out_by_one_act_with_one_record() {
    let station = Station::open(Profile::nist()).await;
    let admin = station.admin().await;
    let colleague = station.add("Op-1", Role::HelpDesk, OWN).await;
    let session = station.sign_in(&colleague.email, OWN).await.unwrap();
    let change = UserChange {
        active: Some(false),
        role: Some(Role::None),
        end_sessions: true,
        ..UserChange::default()
    };
    let desk = &station.desk;
    let receipt = desk
        .change_user(&admin, &colleague.id, change)
        .await
        .unwrap();
    let steps = [Step::Disabled, Step::RoleAssigned, Step::SessionsEnded];
    assert_eq!(receipt.steps, steps.map(|step| (step, StepOutcome::Done)));
    let query = AuditQuery {
        limit: 0,
        target: Some(colleague.id.clone()),
        before: None,
    };
    let records = desk.audit_list(&admin, query).await.unwrap();
    let changes: Vec<_> = records
        .iter()
        .filter(|record| record.event.kind == Kind::UserChanged)
        .map(|record| record.event.outcome.clone())
        .collect();
    assert_eq!(changes, [Outcome::Done, Outcome::Intent]);
    // The sign-in belongs to the same history.
    assert!(
        records
            .iter()
            .any(|record| record.event.kind == Kind::SignIn)
    );
    let next = desk.open_search(&session).await;
    assert!(
        matches!(
            next,
            Err(DeskError::Directory(DirectoryError::OperatorChanged(_)))
        ),
        "{next:?}"
    );
}

#[tokio::test]
async fn the_end_of_sessions_alone_wants_its_own_permission() {
    let station = Station::open(Profile::nist()).await;
    let admin = station.admin().await;
    let user = station.add("E7", Role::None, OWN).await;
    let colleague = station.add("Op-1", Role::HelpDesk, OWN).await;
    let session = station.sign_in(&colleague.email, OWN).await.unwrap();
    let ends = || UserChange {
        end_sessions: true,
        ..UserChange::default()
    };
    let refused = station.desk.change_user(&session, &user.id, ends()).await;
    assert!(matches!(refused, Err(DeskError::Lacks(_))), "{refused:?}");
    station
        .desk
        .change_user(&admin, &user.id, ends())
        .await
        .unwrap();
}
