//! Rights are those of this moment: what is taken away between opening and saving is gone.

use std::sync::Arc;

use halligan::{
    audit::{AuditLog, AuditQuery, Format, Kind, Outcome},
    desk::{DeskError, Session},
    directory::{
        DirectoryError, ImportWatch, PasswordChange, Query, RosterRow, RosterRows, UserChange,
    },
    operator::Changed,
    password::profile::Profile,
    permission::{Permission, Role},
    user::User,
};

use crate::support::acts::Acts as _;
use crate::support::station::{NEW_PASSWORD, Station, order, person, secret};

const OWN: &str = "granite-willow-pepper-12";
const OTHER: &str = "cabin-otter-lime-spoon-47";

fn changed<T: std::fmt::Debug>(answer: Result<T, DeskError>) -> Changed {
    match answer {
        Err(DeskError::Directory(DirectoryError::OperatorChanged(change))) => change.what,
        other => panic!("the operator's change was not seen: {other:?}"),
    }
}

/// Every act once; what each says of the operator.
#[expect(clippy::too_many_lines, reason = "a table, one entry an act")]
async fn every_act(
    station: &Station,
    session: &Session,
    user: &User,
) -> Vec<(&'static str, Changed)> {
    let desk = &station.desk;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.jsonl");
    let query = Query {
        text: "E7".into(),
        limit: 5,
        offset: 0,
        ..Query::default()
    };
    let colleague = halligan::directory::NewUser {
        role: Role::HelpDesk,
        ..person("E70", "e70@station.example", "Una", "Field")
    };
    let row = person("E72", "e72@station.example", "Wim", "Holt");
    let rows: RosterRows = Box::new([Ok(RosterRow::whole(2, row))].into_iter());
    let change = |change: UserChange| desk.change_user(session, &user.id, change);
    let id = &user.id;
    let tokens = async {
        let seat = desk.at(session).tokens_update(Kind::TokensListed).await?;
        seat.clients().await
    };
    let watch = ImportWatch::default();
    vec![
        ("open search", changed(desk.open_search(session).await)),
        ("search", changed(desk.search(session, &query).await)),
        ("open user", changed(desk.open_user(session, id).await)),
        ("beforehand", changed(desk.beforehand(session, id).await)),
        ("unlock", changed(desk.unlock(session, id, None, "").await)),
        (
            "check",
            changed(desk.check(session, id, &secret("a guess")).await),
        ),
        (
            "reset",
            changed(desk.reset(session, order(user, NEW_PASSWORD)).await),
        ),
        (
            "rename",
            changed(
                change(UserChange {
                    given_name: Some("Zoe".into()),
                    ..UserChange::default()
                })
                .await,
            ),
        ),
        (
            "disable",
            changed(
                change(UserChange {
                    active: Some(false),
                    ..UserChange::default()
                })
                .await,
            ),
        ),
        (
            "take the password away",
            changed(
                change(UserChange {
                    password: Some(PasswordChange::TakeAway),
                    ..UserChange::default()
                })
                .await,
            ),
        ),
        (
            "give a role",
            changed(desk.assign_role(session, id, Role::Administrator).await),
        ),
        (
            "make an operator",
            changed(
                desk.create_user(session, colleague, Some(&secret(OTHER)))
                    .await,
            ),
        ),
        ("import", changed(desk.import(session, rows, watch).await)),
        ("remove", changed(desk.remove_user(session, id).await)),
        ("list tokens", changed(tokens.await)),
        (
            "list the audit",
            changed(desk.audit_list(session, AuditQuery::default()).await),
        ),
        (
            "verify the audit",
            changed(desk.audit_verify(session, None).await),
        ),
        (
            "export the audit",
            changed(desk.audit_export(session, file, Format::JsonLines).await),
        ),
        ("open intents", changed(desk.open_intents(session).await)),
        (
            "change the own password",
            changed(
                desk.change_own_password(session, &secret(OWN), &secret(OTHER))
                    .await,
            ),
        ),
    ]
}

/// Whoever signs in as an administrator, is then changed by another, and goes on.
async fn after(
    what: impl AsyncFn(&Station, &Arc<Session>, &User),
) -> (Station, Arc<Session>, User, Changed) {
    let station = Station::open(Profile::nist()).await;
    let mallory = station.add("E5", Role::Administrator, OWN).await;
    let victim = station.add("E7", Role::None, OTHER).await;
    let session = station.sign_in(&mallory.email, OWN).await.unwrap();
    station.desk.open_user(&session, &victim.id).await.unwrap();
    let admin = station.admin().await;
    what(&station, &admin, &mallory).await;
    let told = Box::pin(every_act(&station, &session, &victim)).await;
    let (_, first) = told[0];
    for (act, what) in told {
        assert_eq!(what, first, "{act}");
    }
    let seen = station.desk.open_user(&admin, &victim.id).await.unwrap();
    assert_eq!(seen.version, victim.version, "nothing was done to the user");
    (station, session, mallory, first)
}

#[tokio::test]
async fn whoever_was_demoted_does_nothing_more_from_a_session_that_was_open() {
    let (station, session, mallory, told) = after(async |station, admin, mallory| {
        station
            .desk
            .assign_role(admin, &mallory.id, Role::HelpDesk)
            .await
            .unwrap();
    })
    .await;
    assert_eq!(told, Changed::Role);
    let change = session.change().unwrap().to_string();
    assert!(
        change.starts_with("your role was changed by Ada Lindqvist (E1) at "),
        "{change}"
    );
    let refused = station.last_outcome(Kind::SearchOpened).await;
    assert!(matches!(refused, Outcome::Refused(why) if why == change));
    // The password given again: the new rights hold, and no others.
    station
        .desk
        .reauthenticate(&session, &secret(OWN))
        .await
        .unwrap();
    assert_eq!(session.operator().permissions, Role::HelpDesk.permissions());
    let refusal = station
        .desk
        .assign_role(&session, &mallory.id, Role::Viewer);
    assert_eq!(
        refusal.await.unwrap_err(),
        DeskError::Lacks(Permission::RolesUpdate)
    );
    station.desk.open_search(&session).await.unwrap();
}

#[tokio::test]
async fn whoever_was_promoted_signs_in_again_before_the_new_rights_hold() {
    let station = Station::open(Profile::nist()).await;
    let viewer = station.add("E5", Role::Viewer, OWN).await;
    let session = station.sign_in(&viewer.email, OWN).await.unwrap();
    let admin = station.admin().await;
    let given = station.desk.assign_role(&admin, &viewer.id, Role::HelpDesk);
    given.await.unwrap();
    assert_eq!(
        changed(station.desk.open_search(&session).await),
        Changed::Role
    );
}

#[tokio::test]
async fn whoever_was_disabled_does_nothing_more_nor_comes_back() {
    let (station, session, _, told) = after(async |station, admin, mallory| {
        let disabled = UserChange {
            active: Some(false),
            ..UserChange::default()
        };
        let change = station.desk.change_user(admin, &mallory.id, disabled);
        change.await.unwrap();
    })
    .await;
    assert_eq!(told, Changed::Disabled);
    let again = station.desk.reauthenticate(&session, &secret(OWN)).await;
    assert!(again.is_err());
    assert_eq!(
        changed(station.desk.open_search(&session).await),
        Changed::Disabled
    );
}

#[tokio::test]
async fn whoever_was_removed_does_nothing_more() {
    let (.., told) = after(async |station, admin, mallory| {
        let removal = station.desk.remove_user(admin, &mallory.id);
        removal.await.unwrap();
    })
    .await;
    assert_eq!(told, Changed::Removed);
}

#[tokio::test]
async fn whoever_got_another_password_does_nothing_more_with_the_old_one() {
    let (station, session, _, told) = after(async |station, admin, mallory| {
        let mallory = station.desk.open_user(admin, &mallory.id).await.unwrap();
        let reset = station.desk.reset(admin, order(&mallory, NEW_PASSWORD));
        reset.await.unwrap();
    })
    .await;
    assert_eq!(told, Changed::Password);
    // The new one opens the session, but a change is due before anything else.
    station
        .desk
        .reauthenticate(&session, &secret(NEW_PASSWORD))
        .await
        .unwrap();
    assert_eq!(
        station.desk.open_search(&session).await.unwrap_err(),
        DeskError::OwnChangeFirst
    );
}

#[tokio::test]
async fn whoever_was_locked_by_wrong_guesses_does_nothing_more() {
    let (.., told) = after(async |station, _, mallory| {
        for _ in 0..Profile::nist().lockout_attempts {
            let guess = station.sign_in(&mallory.email, "not this one at all");
            assert!(guess.await.is_err());
        }
    })
    .await;
    assert_eq!(told, Changed::Locked);
}

#[tokio::test]
async fn a_change_of_the_own_password_or_name_ends_no_session() {
    let station = Station::open(Profile::nist()).await;
    let me = station.add("E5", Role::HelpDesk, OWN).await;
    let session = station.sign_in(&me.email, OWN).await.unwrap();
    station
        .desk
        .change_own_password(&session, &secret(OWN), &secret(OTHER))
        .await
        .unwrap();
    station.desk.open_search(&session).await.unwrap();
    let admin = station.admin().await;
    let renamed = UserChange {
        given_name: Some("Zoe".into()),
        ..UserChange::default()
    };
    station
        .desk
        .change_user(&admin, &me.id, renamed)
        .await
        .unwrap();
    station.desk.open_search(&session).await.unwrap();
    assert!(session.operator().name.starts_with("Zoe"));
}

#[tokio::test]
async fn whoever_is_signed_out_by_force_locks_at_the_next_act_and_signs_in_again() {
    let (station, session, mallory, told) = after(async |station, admin, mallory| {
        let seat = station
            .desk
            .at(admin)
            .users_force_logout(Kind::SessionsEnded);
        let receipt = seat
            .await
            .unwrap()
            .end_sessions(&mallory.id, "left the console");
        assert!(receipt.await.unwrap().is_success());
    })
    .await;
    assert_eq!(told, Changed::SignedOut);
    let change = session.change().unwrap().to_string();
    assert!(
        change.starts_with("your session was ended by Ada Lindqvist (E1) at "),
        "{change}"
    );
    let own = secret(OWN);
    let again = station.desk.reauthenticate(&session, &own);
    again.await.unwrap();
    station.desk.open_search(&session).await.unwrap();
    let anew = station.sign_in(&mallory.email, OWN).await.unwrap();
    station.desk.open_search(&anew).await.unwrap();
}

#[tokio::test]
async fn nobody_is_signed_out_without_the_permission_nor_from_the_own_account() {
    let station = Station::open(Profile::nist()).await;
    let helper = station.add("E6", Role::HelpDesk, OTHER).await;
    let helping = station.sign_in(&helper.email, OTHER).await.unwrap();
    let refused = station
        .desk
        .at(&helping)
        .users_force_logout(Kind::SessionsEnded);
    assert_eq!(
        refused.await.unwrap_err(),
        DeskError::Lacks(Permission::UsersForceLogout)
    );
    let admin = station.admin().await;
    let own = admin.operator().id.clone();
    let seat = station
        .desk
        .at(&admin)
        .users_force_logout(Kind::SessionsEnded);
    let refused = seat.await.unwrap().end_sessions(&own, "").await;
    assert_eq!(refused.unwrap_err(), DeskError::OwnAccount);
}

/// Every act that a person at an operator's unattended console could do harm with.
#[tokio::test]
async fn every_sensitive_act_wants_a_proof_of_its_own_under_cjis() {
    let station = Station::open(Profile::cjis()).await;
    let admin = station.admin().await;
    let new = |login: &str, role| halligan::directory::NewUser {
        role,
        ..person(login, &format!("{login}@station.example"), "Test", login)
    };
    // The proof of the sign-in serves one act.
    let colleague = station
        .desk
        .create_user(&admin, new("E8", Role::HelpDesk), None);
    let colleague = colleague.await.unwrap();
    let visitor = station
        .desk
        .create_user(&admin, new("E9", Role::None), None);
    let visitor = visitor.await.expect("a user without a role is no operator");
    let desk = &station.desk;
    let change = |change: UserChange| desk.change_user(&admin, &visitor.id, change);
    let row = new("E72", Role::HelpDesk);
    let rows: RosterRows = Box::new([Ok(RosterRow::whole(2, row))].into_iter());
    let tokens = async {
        let seat = desk.at(&admin).tokens_update(Kind::TokenRevoked).await?;
        seat.revoke_client("any").await
    };
    let refused = [
        desk.create_user(&admin, new("E71", Role::Viewer), None)
            .await
            .err(),
        desk.import(&admin, rows, ImportWatch::default())
            .await
            .err(),
        desk.assign_role(&admin, &colleague.id, Role::Viewer)
            .await
            .err(),
        change(UserChange {
            active: Some(false),
            ..UserChange::default()
        })
        .await
        .err(),
        change(UserChange {
            password: Some(PasswordChange::TakeAway),
            ..UserChange::default()
        })
        .await
        .err(),
        desk.remove_user(&admin, &visitor.id).await.err(),
        desk.unlock(&admin, &visitor.id, None, "").await.err(),
        tokens.await.err(),
    ];
    assert_eq!(refused, [const { Some(DeskError::StepUp) }; 8]);
}

#[tokio::test]
async fn an_older_store_records_what_became_of_its_rights() {
    use halligan::store::{Schema, Store, StoreError};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store/halligan.db");
    // As of the version before the rights were bounded.
    let whole = halligan::config::SCHEMA.0;
    let older: &'static [&'static [halligan::store::Migration]] = &whole[..4];
    let store = Store::open(&path, &Schema(older)).await.unwrap();
    store
        .write(|transaction| {
            transaction.execute_batch(
                "INSERT INTO users (row, login, email, given, family, kind, role, active, version)
                 VALUES (1, 'E1', 'ada@station.example', 'Ada', 'Lindqvist', 0, 4, 1, 1);
                 INSERT INTO api_clients
                     (name, secret, is_bearer, permissions, created_at, created_by)
                 VALUES ('known', x'01', 1, 1, 0, 'E1'), ('orphan', x'02', 1, 1, 0, 'E2');",
            )?;
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    drop(store);
    let audit = AuditLog::new(halligan::config::open_store(&path).await.unwrap());
    let records = audit.list(AuditQuery::default()).await.unwrap();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].event.kind, Kind::RightsCarriedOver);
    let detail = records[0].event.detail.as_deref().unwrap();
    assert!(
        detail.contains("2 tokens") && detail.contains("1 of them end"),
        "{detail}"
    );
}

#[tokio::test]
async fn a_session_that_lies_open_ends_when_its_operator_is_changed_and_not_when_others_are() {
    let station = Station::open(Profile::nist()).await;
    let mallory = station.add("E5", Role::Administrator, OWN).await;
    let session = station.sign_in(&mallory.email, OWN).await.unwrap();
    let admin = station.admin().await;
    let look = || station.desk.at(&session).change_between_acts();
    assert_eq!(look().await, None);
    station.add("E7", Role::None, OTHER).await;
    assert_eq!(look().await, None);
    let given = station
        .desk
        .assign_role(&admin, &mallory.id, Role::HelpDesk);
    given.await.unwrap();
    let change = look().await.expect("the role was changed");
    assert_eq!(change.what, Changed::Role);
    assert!(session.is_locked());
    assert_eq!(session.change(), Some(change));
    // It is told once; the next act says it again.
    assert_eq!(look().await, None);
    assert_eq!(
        changed(station.desk.open_search(&session).await),
        Changed::Role
    );
}

#[tokio::test]
async fn a_look_during_a_change_of_the_own_password_does_not_end_the_session() {
    let station = Station::open(Profile::nist()).await;
    let me = station.add("E5", Role::HelpDesk, OWN).await;
    let session = station.sign_in(&me.email, OWN).await.unwrap();
    let (old, new) = (secret(OWN), secret(OTHER));
    let change = station.desk.change_own_password(&session, &old, &new);
    let mut change = std::pin::pin!(change);
    let looks = async {
        loop {
            assert_eq!(station.desk.at(&session).change_between_acts().await, None);
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        changed = &mut change => drop(changed.unwrap()),
        () = looks => {}
    }
    assert_eq!(station.desk.at(&session).change_between_acts().await, None);
    station.desk.open_search(&session).await.unwrap();
}

#[tokio::test]
async fn what_is_read_of_the_audit_and_of_tokens_is_for_who_still_may_as_it_is_read() {
    let station = Station::open(Profile::nist()).await;
    let admin = station.admin().await;
    let other = station.add("E5", Role::Administrator, OWN).await;
    let session = station.sign_in(&other.email, OWN).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.jsonl");
    let at = station.desk.at(&session);
    // The seats are taken while the role is held, and used when it is not.
    let lists = at.audit_read(Kind::AuditListed).await.unwrap();
    let verifies = at.audit_read(Kind::AuditVerified).await.unwrap();
    let exports = at.audit_read(Kind::AuditExported).await.unwrap();
    let tokens = at.tokens_update(Kind::TokensListed).await.unwrap();
    let demotion = station.desk.assign_role(&admin, &other.id, Role::HelpDesk);
    demotion.await.unwrap();
    let further = AuditQuery {
        before: Some(2),
        ..AuditQuery::default()
    };
    assert_eq!(changed(lists.audit_list(further).await), Changed::Role);
    assert!(session.change().is_some(), "the session ends with it");
    assert_eq!(
        changed(lists.audit_list(AuditQuery::default()).await),
        Changed::Role
    );
    assert_eq!(changed(verifies.audit_verify(None).await), Changed::Role);
    let exported = exports.audit_export(file.clone(), Format::JsonLines).await;
    assert_eq!(changed(exported), Changed::Role);
    assert!(!file.exists());
    assert_eq!(changed(tokens.clients().await), Changed::Role);
}
