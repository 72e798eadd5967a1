//! The desk before a directory that answers what the test tells it to.

mod check;
mod errors;
mod operator;
mod outcome;
mod records;
mod recover;
mod session;
mod settle;

use std::{
    cell::Cell,
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::{
    audit::{AuditQuery, Intent, Record, schema},
    directory::{Directory, Found, NewUser, Query, Support, UserChange},
    operator::Operator,
    password::Secret,
    permission::{Permission, Permissions, Role},
    receipt::{Checked, PasswordReset, Proof, Receipt, Settlement, Step},
    store::{Schema, Store},
    user::{AccountState, Fact, PasswordState, UserId, Version},
};

/// The directory here keeps nothing: the store holds the audit alone.
const SCHEMA: Schema = Schema(&[&[schema::TABLES, schema::OPEN_INTENTS, schema::RECOVERIES]]);

const PASSWORD: &str = "velvet-anchor-tulip-39";

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

/// What the directory knows and answers.
#[derive(Debug)]
struct Told {
    permissions: Permissions,
    /// Whoever signs in.
    operator: &'static str,
    /// The key of the connection that the next sign-in binds.
    binding: u64,
    /// Why nobody signs in.
    sign_in: Option<DirectoryError>,
    /// The bindings that have ended.
    signed_out: Vec<u64>,
    /// What the operator is found to be at the next looks; the same as before when none is left.
    fresh: VecDeque<Result<Operator, DirectoryError>>,
    /// Every look at the operator.
    looks: Vec<Operator>,
    administrators: Option<u64>,
    checked: Result<Checked, DirectoryError>,
    asks_for_password: bool,
    records_outcome: bool,
    needs_first: bool,
    version: &'static str,
    settlement: Settlement,
    /// What settlements say before that, the last one first.
    settlements: Vec<Settlement>,
    /// The state of every user, and the ID once something was written.
    state: AccountState,
    login_after: &'static str,
    written: bool,
    receipt: Result<Receipt, DirectoryError>,
    /// The versions that a settlement was asked to compare with.
    compared: Vec<Option<Version>>,
    /// Who was added.
    added: Vec<NewUser>,
    /// The roles that were given.
    roles: Vec<Role>,
    /// What every user holds.
    held: Permissions,
    /// What follows a reset whose answer was lost.
    follows: Option<Vec<(Step, StepOutcome)>>,
    policy: Option<crate::directory::DirectoryPolicy>,
}

impl Default for Told {
    fn default() -> Self {
        Self {
            permissions: Permissions::all(),
            operator: "1",
            binding: 0,
            sign_in: None,
            signed_out: Vec::new(),
            fresh: VecDeque::new(),
            looks: Vec::new(),
            administrators: None,
            checked: Err(DirectoryError::NotOffered("not here".into())),
            asks_for_password: true,
            records_outcome: false,
            needs_first: false,
            version: "7",
            settlement: Settlement::StillUnknown("no telling".into()),
            settlements: Vec::new(),
            state: AccountState {
                password: Fact::Known(PasswordState {
                    set: true,
                    ..PasswordState::default()
                }),
                ..AccountState::default()
            },
            login_after: "E7",
            written: false,
            receipt: Ok(Receipt {
                steps: vec![(Step::PasswordSet, StepOutcome::Done)],
                proof: Proof::ReadBack("seen".into()),
                version: None,
                server: None,
                after: None,
                recorded: false,
            }),
            compared: Vec::new(),
            added: Vec::new(),
            roles: Vec::new(),
            held: Permissions::NONE,
            follows: None,
            policy: None,
        }
    }
}

#[derive(Debug, Default, Clone)]
struct Fixed(Arc<Mutex<Told>>);

impl Fixed {
    fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.0.lock().unwrap()
    }
}

#[async_trait]
impl Directory for Fixed {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            name: "fixed".into(),
            searched: "ID".into(),
            debounce_millis: 0,
            reset: Support::Yes,
            must_change: Support::Yes,
            unlock: Support::Yes,
            check: Support::No("not here".into()),
            create: Support::Yes,
            roles: Support::Yes,
            enforces_policy: false,
            records_outcome: self.told().records_outcome,
        }
    }
    fn asks_for_password(&self) -> bool {
        self.told().asks_for_password
    }
    async fn needs_first_administrator(&self) -> Result<bool, DirectoryError> {
        Ok(self.told().needs_first)
    }
    async fn create_first_administrator(
        &self,
        new: &NewUser,
        password: &Secret,
        _: Event,
    ) -> Result<User, DirectoryError> {
        assert_eq!(password.expose(), PASSWORD);
        self.told().added.push(new.clone());
        Err(DirectoryError::Cancelled)
    }
    async fn warnings(
        &self,
        _: &Operator,
        _: &UserId,
        _: bool,
    ) -> Result<Vec<String>, DirectoryError> {
        Ok(vec!["it is disabled".into()])
    }
    async fn sign_in(&self, login: &str, _: &Secret) -> Result<Operator, DirectoryError> {
        let told = self.told();
        if let Some(error) = &told.sign_in {
            return Err(error.clone());
        }
        Ok(Operator {
            id: UserId(told.operator.into()),
            login: login.into(),
            email: String::new(),
            name: "Ada Lindqvist".into(),
            permissions: told.permissions,
            must_change: false,
            binding: told.binding,
            password_set_at: None,
            sessions_ended: None,
            made_by: None,
        })
    }
    async fn operator_now(&self, operator: &Operator) -> Result<Operator, DirectoryError> {
        let mut told = self.told();
        told.looks.push(operator.clone());
        let fresh = told.fresh.pop_front();
        fresh.unwrap_or_else(|| Ok(operator.clone()))
    }
    async fn sign_out(&self, operator: &Operator) {
        self.told().signed_out.push(operator.binding);
    }
    async fn administrators_who_can_sign_in(&self) -> Result<Option<u64>, DirectoryError> {
        Ok(self.told().administrators)
    }
    async fn recover(
        &self,
        _: &UserId,
        _: Option<&Secret>,
        _: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.told().receipt.clone()
    }
    async fn end_sessions(
        &self,
        _: &Operator,
        _: &UserId,
        _: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.told().receipt.clone()
    }
    async fn search(&self, _: &Operator, _: &Query) -> Result<Found, DirectoryError> {
        Err(DirectoryError::Cancelled)
    }
    async fn user(&self, _: &Operator, id: &UserId) -> Result<User, DirectoryError> {
        let told = self.told();
        Ok(User {
            id: id.clone(),
            login: if told.written { told.login_after } else { "E7" }.into(),
            email: String::new(),
            given_name: "José".into(),
            family_name: "García".into(),
            kind: Fact::NotOffered,
            state: told.state.clone(),
            permissions: told.held,
            version: Version(told.version.into()),
        })
    }
    async fn reset_password(
        &self,
        _: &Operator,
        _: &PasswordReset<'_>,
        _: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let mut told = self.told();
        told.written = true;
        told.receipt.clone()
    }
    async fn complete_reset(
        &self,
        _: &Operator,
        _: &UserId,
        must_change: bool,
        unlock: bool,
    ) -> Result<Option<Vec<(Step, StepOutcome)>>, DirectoryError> {
        assert!(must_change && !unlock, "as the order says");
        Ok(self.told().follows.clone())
    }
    async fn password_policy(
        &self,
        _: &Operator,
        _: &UserId,
    ) -> Result<Option<crate::directory::DirectoryPolicy>, DirectoryError> {
        Ok(self.told().policy.clone())
    }
    async fn unlock(
        &self,
        _: &Operator,
        _: &UserId,
        _: Option<&Version>,
        _: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.told().receipt.clone()
    }
    async fn change_own_password(
        &self,
        _: &Operator,
        _: &Secret,
        _: &Secret,
        _: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.told().receipt.clone()
    }
    async fn check_password(
        &self,
        _: &Operator,
        _: &UserId,
        _: &Secret,
    ) -> Result<Checked, DirectoryError> {
        self.told().checked.clone()
    }
    async fn create(
        &self,
        operator: &Operator,
        new: &NewUser,
        _: Option<&Secret>,
        _: &Intent,
    ) -> Result<User, DirectoryError> {
        self.told().added.push(new.clone());
        self.user(operator, &UserId("9".into())).await
    }
    async fn assign_role(
        &self,
        _: &Operator,
        _: &UserId,
        role: Role,
        _: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.told().roles.push(role);
        self.told().receipt.clone()
    }
    async fn settle(
        &self,
        _: &Operator,
        _: &UserId,
        before: Option<&Version>,
    ) -> Result<Settlement, DirectoryError> {
        let mut told = self.told();
        told.compared.push(before.cloned());
        let next = told.settlements.pop();
        Ok(next.unwrap_or_else(|| told.settlement.clone()))
    }
}

struct Place {
    desk: Desk,
    directory: Fixed,
    folder: TempDir,
}

impl Place {
    async fn open() -> Self {
        Self::before(Fixed::default()).await
    }

    async fn before(directory: Fixed) -> Self {
        NOW.set(Timestamp::from_second(1_790_000_000).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store/halligan.db"), &SCHEMA)
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
    place.desk.profile = Arc::new(Profile {
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
        for held in &sets {
            for role in Role::ALL {
                let answer = gift(*own, role, *held);
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
            unlock: false,
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
    };
    for (role, wants) in [(Role::Viewer, true), (Role::None, false)] {
        let at = place.desk.at(&session);
        let seat = at.users_create(Kind::UserCreated).await.unwrap();
        let made = seat.create_user(new(role), None).await;
        assert_eq!(made.err(), wants.then_some(DeskError::StepUp), "{role}");
    }
    let unlock = async |place: &Place| {
        let at = place.desk.at(&session);
        let seat = at.users_update(Kind::Unlock).await.unwrap();
        seat.unlock(&seven(), None, "").await.map(drop)
    };
    assert_eq!(unlock(&place).await, Ok(()));
    place.desk.profile = Arc::new(Profile {
        step_up_window_min: 0,
        ..Profile::nist()
    });
    assert_eq!(unlock(&place).await, Err(DeskError::StepUp));
}

#[tokio::test]
async fn a_lost_answer_is_on_record_as_what_is_not_known_of_that_intent() {
    let place = Place::open().await;
    let session = place.session().await;
    place.directory.told().receipt = Err(DirectoryError::OutcomeUnknown("the line broke".into()));
    place.directory.told().settlement = Settlement::Happened("the mark moved".into());
    let at = place.desk.at(&session);
    let seat = at.users_update(Kind::PasswordReset).await.unwrap();
    let order = ResetOrder {
        user: seven(),
        expected: None,
        password: secret(PASSWORD),
        generated: false,
        must_change: true,
        unlock: false,
        reason: String::new(),
    };
    seat.reset(order).await.unwrap();
    let intent = place.intent_record().await.sequence;
    let unknown = Outcome::Unknown("the line broke".into());
    let records = place.records().await;
    let lost = records
        .iter()
        .find(|record| record.event.outcome == unknown);
    assert_eq!(lost.unwrap().event.intent, Some(intent));
}
