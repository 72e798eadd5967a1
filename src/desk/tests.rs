//! The desk before a directory that answers what the test tells it to.

mod by_parts;
mod changes;
mod check;
mod creation;
mod errors;
mod fixed;
mod operator;
mod outcome;
mod records;
mod recover;
mod search;
mod session;
mod settle;
mod tokens;
mod watch;

use std::{cell::Cell, sync::Arc};

use fixed::{Fixed, PASSWORD};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::{
    audit::{AuditQuery, Record, schema},
    directory::{Directory, NewUser, UserChange},
    operator::Operator,
    password::Secret,
    permission::{Permission, Permissions, Reach, Role},
    receipt::{Checked, Proof, Receipt, Settlement, Step},
    store::{Schema, Store},
    user::{AccountState, Fact, UserId, Version},
};

/// The directory here keeps nothing: the store holds the audit alone.
const SCHEMA: Schema = Schema(&[&[schema::TABLES, schema::OPEN_INTENTS, schema::RECOVERIES]]);

thread_local! {
    static STEADY: Cell<Duration> = const { Cell::new(Duration::ZERO) };

    /// Each test has a thread and so a clock of its own.
    static NOW: Cell<Timestamp> = const { Cell::new(Timestamp::UNIX_EPOCH) };
}

fn now() -> Timestamp {
    NOW.get()
}

fn pass(time: SignedDuration) {
    NOW.set(now() + time);
}

fn secret(text: &str) -> Secret {
    Secret::from_typed(text).unwrap()
}

fn source() -> Source {
    Source("tty /dev/pts/9".into())
}

struct Place {
    desk: Desk,
    directory: Fixed,
    folder: TempDir,
}

impl Place {
    async fn reset(&self, session: &Session) -> Result<Receipt, DeskError> {
        let seat = self.desk.at(session).users_update(Kind::PasswordReset);
        seat.await.unwrap().reset(order()).await
    }

    async fn open() -> Self {
        Self::before(Fixed::default()).await
    }

    async fn before(directory: Fixed) -> Self {
        Self::with_tables(directory, &SCHEMA).await
    }

    async fn with_tables(directory: Fixed, schema: &Schema) -> Self {
        NOW.set(Timestamp::from_second(1_790_000_000).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store/halligan.db"), schema)
            .await
            .unwrap();
        let desk = Desk::new(
            Arc::new(directory.clone()),
            AuditLog::new(store),
            Arc::new(Profile::nist()),
            "Harbour Fire District",
        );
        Self {
            desk: desk
                .with_clock(now)
                .with_looks(&[Duration::from_millis(1), Duration::from_millis(2)]),
            directory,
            folder,
        }
    }

    async fn session(&self) -> Arc<Session> {
        let password = secret(PASSWORD);
        self.desk.sign_in("E1", &password, &source()).await.unwrap()
    }

    /// Every record, newest first.
    async fn records(&self) -> Vec<Record> {
        self.desk.audit.list(AuditQuery::default()).await.unwrap()
    }

    async fn newest(&self) -> Event {
        self.records().await.remove(0).event
    }

    /// The newest record of an intent, whatever came of it.
    async fn intent_record(&self) -> Record {
        let records = self.records().await.into_iter();
        let mut intents = records.filter(|record| record.event.outcome == Outcome::Intent);
        intents.next().unwrap()
    }

    async fn intent(&self) -> Event {
        self.intent_record().await.event
    }
}

/// A reset of the user of these tests, typed and without a reason.
fn order() -> ResetOrder {
    ResetOrder {
        user: seven(),
        expected: None,
        password: secret(PASSWORD),
        generated: false,
        must_change: true,
        unlock: false,
        reason: String::new(),
    }
}

fn seven() -> UserId {
    UserId("7".into())
}

fn is_of_seven(event: &Event) -> bool {
    event
        .target
        .as_ref()
        .is_some_and(|target| target.id == seven())
}

#[tokio::test]
async fn the_desk_tells_what_it_stands_before_and_for_whom() {
    let place = Place::open().await;
    assert_eq!(place.desk.agency(), "Harbour Fire District");
    assert_eq!(place.desk.profile(), &Profile::nist());
    assert_eq!(place.desk.capabilities().name, "fixed");
    assert!(place.desk.asks_for_password());
    place.directory.told().asks_for_password = false;
    assert!(!place.desk.asks_for_password());
    for needs_first in [true, false] {
        place.directory.told().needs_first = needs_first;
        let told = place.desk.needs_first_administrator().await;
        assert_eq!(told, Ok(needs_first));
    }
    let session = place.session().await;
    let user = place
        .directory
        .user(&session.operator(), &UserId("7".into()))
        .await
        .unwrap();
    let context = place.desk.context(&user, true);
    assert_eq!(
        (context.agency, context.generated),
        ("Harbour Fire District", true)
    );
    let lines = place.desk.checklist(&user, "Harbour Fire District", false);
    assert!(lines.iter().any(|line| line.refusal.is_some()));
    assert!(lines.iter().any(|line| line.refusal.is_none()));
}

#[tokio::test]
async fn the_log_of_the_store_is_folded_into_the_file_before_the_end() {
    let place = Place::open().await;
    place.session().await;
    let log = place.folder.path().join("store/halligan.db-wal");
    assert!(std::fs::metadata(&log).unwrap().len() > 0);
    place.desk.tidy().await;
    assert_eq!(std::fs::metadata(&log).unwrap().len(), 0);
    place.session().await;
}

#[tokio::test]
async fn a_store_that_cannot_be_read_any_more_is_not_ready() {
    let place = Place::open().await;
    assert_eq!(place.desk.is_ready().await, Ok(()));
    let place = Place::open().await;
    std::fs::remove_dir_all(place.folder.path().join("store")).unwrap();
    assert!(place.desk.is_ready().await.is_err());
}

#[tokio::test]
async fn a_session_is_good_for_the_hours_of_the_profile_and_no_second_longer() {
    let place = Place::open().await;
    let session = place.session().await;
    pass(SignedDuration::from_hours(24) - SignedDuration::from_secs(1));
    assert_eq!(place.desk.awake(&session), Ok(()));
    pass(SignedDuration::from_secs(1));
    assert_eq!(place.desk.awake(&session), Err(DeskError::SessionLocked));
    assert!(session.is_locked());
    place
        .desk
        .reauthenticate(&session, &secret(PASSWORD))
        .await
        .unwrap();
    assert_eq!(place.desk.awake(&session), Ok(()));
    place.desk.lock(&session).await.unwrap();
    assert_eq!(place.desk.awake(&session), Err(DeskError::SessionLocked));
}

#[tokio::test]
async fn the_window_of_step_up_ends_on_the_second() {
    let place = Place::open().await;
    let session = place.session().await;
    pass(SignedDuration::from_mins(15) - SignedDuration::from_secs(1));
    assert_eq!(place.desk.step_up(&session), Ok(()));
    assert_eq!(place.desk.step_up(&session), Ok(()), "within the window");
    pass(SignedDuration::from_secs(1));
    assert_eq!(place.desk.step_up(&session), Err(DeskError::StepUp));
}

#[tokio::test]
async fn without_a_window_a_proof_serves_once_and_for_less_than_five_minutes() {
    let mut place = Place::open().await;
    place.desk.profiles = Profiles::from(Profile {
        step_up_window_min: 0,
        ..Profile::nist()
    });
    let session = place.session().await;
    pass(SignedDuration::from_secs(299));
    assert_eq!(place.desk.step_up(&session), Ok(()));
    assert_eq!(place.desk.step_up(&session), Err(DeskError::StepUp));
    session.prove(Operator::clone(&session.operator()), place.desk.instant());
    assert_eq!(place.desk.step_up(&session), Ok(()));
    session.prove(Operator::clone(&session.operator()), place.desk.instant());
    pass(SignedDuration::from_secs(300));
    assert_eq!(place.desk.step_up(&session), Err(DeskError::StepUp));
}

#[tokio::test]
async fn a_wall_clock_that_is_set_back_makes_no_proof_young_again() {
    let mut place = Place::open().await;
    place.desk = place.desk.with_steady_clock(|| STEADY.get());
    let session = place.session().await;
    pass(SignedDuration::from_hours(-72));
    STEADY.set(Duration::from_mins(15) - Duration::from_secs(1));
    assert_eq!(place.desk.step_up(&session), Ok(()));
    STEADY.set(Duration::from_mins(15));
    assert_eq!(place.desk.step_up(&session), Err(DeskError::StepUp));
    STEADY.set(Duration::from_hours(24) - Duration::from_secs(1));
    assert_eq!(place.desk.awake(&session), Ok(()));
    STEADY.set(Duration::from_hours(24));
    assert_eq!(place.desk.awake(&session), Err(DeskError::SessionLocked));
}

#[tokio::test]
async fn a_refusal_is_recorded_with_its_operator_and_target() {
    let place = Place::open().await;
    let session = place.session().await;
    let target = Target {
        id: UserId("7".into()),
        login: "E7".into(),
        name: "José García".into(),
        version: None,
    };
    let refused = place
        .desk
        .refuse(
            &session,
            Kind::Unlock,
            Some(target.clone()),
            DeskError::StepUp,
        )
        .await;
    assert_eq!(refused, DeskError::StepUp);
    let event = place.records().await.remove(0).event;
    assert_eq!(event.kind, Kind::Unlock);
    assert_eq!(event.outcome, Outcome::Refused(refused.to_string()));
    assert_eq!(event.target, Some(target));
    assert_eq!(event.operator.unwrap().id, UserId("1".into()));
    assert_eq!(event.source, "tty /dev/pts/9");
    assert_eq!(event.directory, "fixed");
}

#[tokio::test]
async fn the_operator_need_not_choose_anew_only_once_the_own_password_is_set() {
    let place = Place::open().await;
    let (old, new) = (secret(PASSWORD), secret("copper kettle marmot 91"));
    for (how, chosen) in [
        (StepOutcome::Done, true),
        (StepOutcome::NotNeeded, true),
        (StepOutcome::Refused("no".into()), false),
        (StepOutcome::Unknown("lost".into()), false),
        (StepOutcome::NotOffered("no such".into()), false),
    ] {
        place.directory.told().receipt.as_mut().unwrap().steps = vec![
            (Step::Unlocked, StepOutcome::Done),
            (Step::PasswordSet, how),
        ];
        let session = Session::new(
            Operator {
                must_change: true,
                ..Operator::clone(&place.session().await.operator())
            },
            source(),
            place.desk.instant(),
        );
        let seat = place.desk.at(&session).own_account().await.unwrap();
        seat.change_password(&old, &new).await.unwrap();
        assert_eq!(session.must_change(), !chosen);
    }
}

fn an_operator(permissions: Permissions, reach: Reach) -> Operator {
    Operator {
        id: UserId("1".into()),
        login: "E1".into(),
        email: String::new(),
        name: "Ada Lindqvist".into(),
        permissions,
        reach,
        kind: None,
        must_change: false,
        binding: 0,
        password_set_at: None,
        sessions_ended: None,
        made_by: None,
    }
}

#[test]
fn a_role_is_given_by_who_holds_roles_update_and_all_that_is_taken_and_given() {
    use change::gift;
    let sets: Vec<_> = Permission::ALL
        .into_iter()
        .map(|permission| Permissions::all().without(permission))
        .chain(Permission::ALL.map(|permission| Permissions::from_iter([permission])))
        .chain([Permissions::NONE, Permissions::all()])
        .collect();
    for own in &sets {
        let operator = an_operator(*own, Reach::EVERYWHERE);
        for held in &sets {
            for role in Role::BUILT_IN {
                let answer = gift(&operator, &role, (*held, &Reach::EVERYWHERE));
                let wanted: Permissions = role.permissions().iter().chain(held.iter()).collect();
                let expected = if role == Role::None && *held == Permissions::NONE {
                    Ok(())
                } else if !own.holds(Permission::RolesUpdate) {
                    Err(DeskError::Lacks(Permission::RolesUpdate))
                } else if wanted.beyond(*own) == Permissions::NONE {
                    Ok(())
                } else {
                    Err(DeskError::Outranked(wanted.beyond(*own)))
                };
                assert_eq!(answer, expected, "{own} gives {role} to {held}");
            }
        }
    }
}

#[test]
fn a_change_of_password_role_or_status_is_one_that_wants_a_proof() {
    use crate::directory::PasswordChange;
    use change::{is_sensitive, kind_of};
    let nothing = UserChange::default;
    let set = UserChange {
        password: Some(PasswordChange::Set {
            password: secret(PASSWORD),
            generated: false,
        }),
        ..nothing()
    };
    let taken = UserChange {
        password: Some(PasswordChange::TakeAway),
        ..nothing()
    };
    let role = UserChange {
        role: Some(Role::Viewer),
        ..nothing()
    };
    let status = UserChange {
        active: Some(false),
        ..nothing()
    };
    let name = UserChange {
        family_name: Some("García".into()),
        ..nothing()
    };
    for (change, sensitive, kind) in [
        (&set, true, Kind::PasswordReset),
        (&taken, true, Kind::UserChanged),
        (&role, true, Kind::RoleAssigned),
        (&status, true, Kind::UserChanged),
        (&name, false, Kind::UserChanged),
    ] {
        assert_eq!(is_sensitive(change), sensitive, "{change:?}");
        assert_eq!(kind_of(change), kind, "{change:?}");
    }
}

#[test]
fn a_reason_is_recorded_as_typed_but_for_the_blanks_around_it() {
    assert_eq!(reset::reason("  call 4711 "), Ok(Some("call 4711".into())));
    assert_eq!(reset::reason(" \t"), Ok(None));
    assert_eq!(reset::reason(""), Ok(None));
    let longest = "é".repeat(LONGEST_REASON);
    assert_eq!(reset::reason(&longest), Ok(Some(longest.clone())));
    for further in 1..3 {
        let refused = reset::reason(&format!("{longest}{}", "é".repeat(further)));
        assert!(matches!(
            refused,
            Err(DeskError::Directory(DirectoryError::Invalid { .. }))
        ));
    }
}

#[tokio::test]
async fn whoever_makes_an_operator_proves_the_password_and_whoever_unlocks_where_each_act_wants_it()
{
    let mut place = Place::open().await;
    let session = place.session().await;
    pass(SignedDuration::from_mins(15));
    let new = |role| NewUser {
        login: "E9".into(),
        email: String::new(),
        given_name: "Noor".into(),
        family_name: "Haddad".into(),
        kind: crate::user::AccountKind::Staff,
        role,
        active: true,
        must_change: false,
        ..NewUser::default()
    };
    for (role, wants) in [(Role::Viewer, true), (Role::None, false)] {
        let at = place.desk.at(&session);
        let seat = at.users_create(Kind::UserCreated).await.unwrap();
        let made = seat.create_user(new(role.clone()), None).await;
        assert_eq!(made.err(), wants.then_some(DeskError::StepUp), "{role}");
    }
    let unlock = async |place: &Place| {
        let at = place.desk.at(&session);
        let seat = at.users_update(Kind::Unlock).await.unwrap();
        seat.unlock(&seven(), None, "").await.map(drop)
    };
    assert_eq!(unlock(&place).await, Ok(()));
    place.desk.profiles = Profiles::from(Profile {
        step_up_window_min: 0,
        ..Profile::nist()
    });
    assert_eq!(unlock(&place).await, Err(DeskError::StepUp));
}

#[tokio::test]
async fn what_the_directory_has_recorded_is_recorded_again_only_where_it_is_not_certain() {
    let place = Place::open().await;
    let session = place.session().await;
    let sure = Proof::ReadBack("seen".into());
    let unsure = Proof::Accepted("taken".into());
    for (recorded, proof, outcomes) in [
        (true, sure.clone(), 0),
        (true, unsure.clone(), 1),
        (false, sure, 1),
        (false, unsure, 1),
    ] {
        if let Ok(receipt) = &mut place.directory.told().receipt {
            receipt.recorded = recorded;
            receipt.proof = proof.clone();
        }
        let at = place.desk.at(&session);
        let seat = at.users_update(Kind::Unlock).await.unwrap();
        seat.unlock(&seven(), None, "").await.unwrap();
        let intent = place.intent_record().await.sequence;
        let records = place.records().await;
        let closing = records.iter().filter(|record| {
            record.event.intent == Some(intent) && record.event.outcome != Outcome::Intent
        });
        assert_eq!(closing.count(), outcomes, "{recorded} {proof:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_is_on_record_as_what_is_not_known_of_that_intent() {
    let place = Place::open().await;
    let session = place.session().await;
    place.directory.told().receipt = Err(DirectoryError::OutcomeUnknown("the line broke".into()));
    place.directory.told().settlement = Settlement::Happened("the mark moved".into());
    place.reset(&session).await.unwrap();
    let intent = place.intent_record().await.sequence;
    let unknown = Outcome::Unknown("the line broke".into());
    let records = place.records().await;
    let lost = records
        .iter()
        .find(|record| record.event.outcome == unknown);
    assert_eq!(lost.unwrap().event.intent, Some(intent));
}
