//! One suite for every directory: what the desk may rely on, whoever keeps the users.
//!
//! Each story is a test of its own ([`behaves_as_every_directory`]) and adds people of its own, so
//! stories do not disturb each other and a fixture may be one server for all of them. What a
//! directory does not offer it must refuse, and the stories look that it does.

use async_trait::async_trait;
use halligan::{
    audit::{Event, Intent, Kind, Outcome, Target},
    directory::{Directory, DirectoryError, NewUser, Query},
    operator::{Operator, SignInRefusal},
    password::Secret,
    permission::Role,
    receipt::{PasswordReset, Proof, Receipt, Settlement, Step, StepOutcome},
    user::{AccountKind, Fact, User, UserId, Verdict},
};
use jiff::Timestamp;

/// A directory to be proved, and what only its own tools can do.
#[async_trait]
pub trait Fixture: Send + Sync {
    /// The directory.
    fn directory(&self) -> &dyn Directory;

    /// Somebody who may do everything there.
    async fn operator(&self) -> Operator;

    /// Adds a user, with a password that need not be changed. Directories that offer no way to
    /// add users do it with their own tools.
    async fn add(&self, new: &NewUser, password: Option<&Secret>) -> UserId {
        let operator = self.operator().await;
        let intent = self.intent(Kind::UserCreated, None).await;
        let user = self
            .directory()
            .create(&operator, new, password, &intent)
            .await
            .expect("the fixture's user is added");
        user.id
    }

    /// A committed intent; directories that do not share their store with the audit take any.
    async fn intent(&self, kind: Kind, target: Option<Target>) -> Intent {
        Intent {
            sequence: 1,
            event: event(kind, target),
        }
    }

    /// A handle of the right form that nobody has.
    fn missing(&self) -> UserId;

    /// How many wrong passwords lock an account; `None` where sign-ins lock nobody.
    fn failures_that_lock(&self) -> Option<u32>;

    /// Do users sign in with their email? Else with their ID only.
    fn signs_in_by_email(&self) -> bool {
        true
    }

    /// Is the reset refused when the user has changed since the last read?
    fn tells_conflicts(&self) -> bool {
        true
    }

    /// Can the account be disabled when it is made (`NewUser::active`)?
    fn disables(&self) -> bool {
        true
    }

    /// Does somebody who must change get in to do so? Active Directory refuses that bind.
    fn lets_in_to_change(&self) -> bool {
        true
    }

    /// Do users sign in through the directory? Plain SCIM has no such thing.
    fn users_sign_in(&self) -> bool {
        true
    }

    /// Is this the user's password? `None` where nothing can tell.
    async fn proves(&self, user: &User, password: &str) -> Option<bool> {
        let name = if self.signs_in_by_email() {
            &user.email
        } else {
            &user.login
        };
        match self.directory().sign_in(name, &secret(password)).await {
            Ok(_) => Some(true),
            Err(DirectoryError::SignIn { .. } | DirectoryError::SignInBarred { .. }) => Some(false),
            Err(other) => panic!("trying a password: {other}"),
        }
    }

    /// Does the directory itself tell of the right password what stands in the way?
    fn tells_what_stands_in_the_way(&self) -> bool {
        false
    }

    /// Does the search take any part of a word, or only its beginning?
    fn finds_inside_words(&self) -> bool {
        true
    }
}

/// An event as the desk makes one.
pub fn event(kind: Kind, target: Option<Target>) -> Event {
    Event {
        kind,
        outcome: Outcome::Intent,
        operator: None,
        target,
        source: "test".into(),
        directory: "test".into(),
        profile: "nist-800-63b-4".into(),
        reason: None,
        intent: None,
        steps: Vec::new(),
        proof: None,
        detail: None,
        caller: None,
        contact_changed: false,
    }
}

/// A password; taken as typed.
pub fn secret(text: &str) -> Secret {
    Secret::from_typed(text).expect("a usable text")
}

const OLD: &str = "copper heron basket ladle";
const NEW: &str = "quiet otter under seven bridges";
const OTHER: &str = "tall ladder beside the old pump";

/// Hands every story to the macro `$tell`, after what stands in the parentheses.
macro_rules! every_story {
    ($tell:ident! ($($with:tt)*)) => {
        $tell! {
            ($($with)*)
            a_user_is_found_by_id_email_and_name_in_any_case,
            nobody_found_is_an_empty_answer,
            a_page_is_not_longer_than_asked_for,
            an_opened_user_is_the_one_who_was_added,
            a_user_who_is_not_there_is_told_as_such,
            the_right_password_signs_in,
            every_refused_sign_in_looks_the_same,
            a_reset_password_is_good_at_once_and_the_old_one_no_more,
            a_reset_asks_for_a_change_at_the_next_sign_in,
            a_reset_moves_the_version,
            an_outdated_view_cannot_overwrite,
            too_many_failures_lock_until_an_administrator_unlocks,
            a_reset_takes_the_lock_off_when_asked,
            an_unlock_of_somebody_who_is_not_locked_is_not_needed,
            a_password_can_be_tried_without_counting,
            an_id_that_is_taken_is_refused,
            the_own_password_is_changed_with_the_old_one_as_proof,
            what_did_not_happen_is_not_settled_as_happened,
        }
    };
}
pub(crate) use every_story;

/// A test for each story of the suite, on a fixture of its own that the expression opens; behind
/// it, why the tests are ignored where no server runs.
macro_rules! behaves_as_every_directory {
    ($open:expr $(, ignore = $why:literal)?) => {
        mod behaves_as_every_directory {
            use super::*;
            $crate::support::directory_suite::every_story! {
                one_test_each! ($open $(, $why)?)
            }
            use $crate::support::directory_suite::one_test_each;
        }
    };
}
pub(crate) use behaves_as_every_directory;

macro_rules! one_test_each {
    ($with:tt $($story:ident,)+) => {
        $( one_test_each! { $with => $story } )+
    };
    (($open:expr $(, $why:literal)?) => $story:ident) => {
        #[tokio::test]
        $(#[ignore = $why])?
        async fn $story() {
            $crate::support::directory_suite::$story(&$open).await;
        }
    };
}
pub(crate) use one_test_each;

macro_rules! one_after_another {
    (($fixture:ident) $($story:ident,)+) => {
        $( $story($fixture).await; )+
    };
}

/// Every story on one fixture, for what holds after all of them.
pub async fn every_story_is_told(fixture: &dyn Fixture) {
    every_story! { one_after_another! (fixture) }
}

fn somebody(login: &str, given: &str, family: &str) -> NewUser {
    NewUser {
        login: login.into(),
        email: format!("{login}@example.org"),
        given_name: given.into(),
        family_name: family.into(),
        kind: AccountKind::Staff,
        role: Role::None,
        active: true,
        must_change: false,
        ..NewUser::default()
    }
}

async fn open(fixture: &dyn Fixture, id: &UserId) -> User {
    let operator = fixture.operator().await;
    fixture
        .directory()
        .user(&operator, id)
        .await
        .expect("the user is there")
}

async fn found(fixture: &dyn Fixture, text: &str) -> Vec<User> {
    let operator = fixture.operator().await;
    let query = Query {
        text: text.into(),
        limit: 20,
        offset: 0,
        ..Query::default()
    };
    fixture
        .directory()
        .search(&operator, &query)
        .await
        .unwrap_or_else(|error| panic!("searching {text:?}: {error}"))
        .rows
}

async fn sign_in(
    fixture: &dyn Fixture,
    user: &User,
    password: &str,
) -> Result<Operator, DirectoryError> {
    let name = if fixture.signs_in_by_email() {
        &user.email
    } else {
        &user.login
    };
    fixture.directory().sign_in(name, &secret(password)).await
}

async fn reset(
    fixture: &dyn Fixture,
    user: &User,
    password: &str,
    must_change: bool,
    unlock: bool,
) -> Result<Receipt, DirectoryError> {
    let operator = fixture.operator().await;
    let intent = fixture
        .intent(Kind::PasswordReset, Some(Target::from(user)))
        .await;
    let password = secret(password);
    let order = PasswordReset {
        user: &user.id,
        expected: Some(&user.version),
        password: &password,
        must_change,
        unlock,
    };
    fixture
        .directory()
        .reset_password(&operator, &order, &intent)
        .await
}

fn outcome(receipt: &Receipt, step: Step) -> Option<&StepOutcome> {
    receipt
        .steps
        .iter()
        .find(|(other, _)| *other == step)
        .map(|(_, outcome)| outcome)
}

fn refusal(answer: Result<Operator, DirectoryError>) -> SignInRefusal {
    match answer {
        Err(
            DirectoryError::SignIn { reason, .. } | DirectoryError::SignInBarred { reason, .. },
        ) => reason,
        other => panic!("a refused sign-in was expected: {other:?}"),
    }
}

pub async fn a_user_is_found_by_id_email_and_name_in_any_case(fixture: &dyn Fixture) {
    let id = fixture
        .add(&somebody("find1042", "Mariella", "Vasquezia"), None)
        .await;
    let mut texts = vec![
        "find1042",
        "FIND1042",
        "find1042@example.org",
        "Vasquezia",
        "vasq",
        "mariella",
    ];
    if fixture.finds_inside_words() {
        texts.push("asquez");
    }
    for text in texts {
        let rows = found(fixture, text).await;
        assert!(rows.iter().any(|user| user.id == id), "{text}: {rows:?}");
    }
    let rows = found(fixture, "find1042").await;
    assert_eq!(rows[0].id, id, "an exact ID comes first");
}

pub async fn nobody_found_is_an_empty_answer(fixture: &dyn Fixture) {
    assert!(found(fixture, "qqqq-nobody-has-this").await.is_empty());
}

pub async fn a_page_is_not_longer_than_asked_for(fixture: &dyn Fixture) {
    for nth in 0..4 {
        let new = somebody(&format!("page{nth}"), "Pagewise", &format!("Number{nth}"));
        fixture.add(&new, None).await;
    }
    let operator = fixture.operator().await;
    let query = Query {
        text: "pagewise".into(),
        limit: 3,
        offset: 0,
        ..Query::default()
    };
    let page = fixture
        .directory()
        .search(&operator, &query)
        .await
        .expect("an answer");
    assert_eq!(page.rows.len(), 3);
}

pub async fn an_opened_user_is_the_one_who_was_added(fixture: &dyn Fixture) {
    let new = somebody("open1", "José", "Núñez");
    let id = fixture.add(&new, Some(&secret(OLD))).await;
    let user = open(fixture, &id).await;
    assert_eq!(user.id, id);
    assert_eq!(user.login, "open1");
    assert_eq!(user.email, "open1@example.org");
    assert_eq!(user.name(), "José Núñez");
    assert!(user.permissions.is_empty());
    let now = Timestamp::now();
    assert!(
        matches!(
            user.verdict(now),
            Verdict::CanSignIn | Verdict::PasswordNotShown | Verdict::Unknown(_)
        ),
        "{:?}",
        user.verdict(now)
    );
}

pub async fn a_user_who_is_not_there_is_told_as_such(fixture: &dyn Fixture) {
    let operator = fixture.operator().await;
    let missing = fixture.missing();
    let directory = fixture.directory();
    assert_eq!(
        directory.user(&operator, &missing).await.unwrap_err(),
        DirectoryError::NotFound
    );
    let intent = fixture.intent(Kind::PasswordReset, None).await;
    let password = secret(NEW);
    let order = PasswordReset {
        user: &missing,
        expected: None,
        password: &password,
        must_change: true,
        unlock: false,
    };
    assert_eq!(
        directory
            .reset_password(&operator, &order, &intent)
            .await
            .unwrap_err(),
        DirectoryError::NotFound
    );
}

/// Where users do not sign in through the directory, their password lets nobody in.
async fn knows_nobody(fixture: &dyn Fixture, user: &User) {
    let answer = sign_in(fixture, user, OLD).await;
    assert_eq!(refusal(answer), SignInRefusal::UnknownUser);
}

pub async fn the_right_password_signs_in(fixture: &dyn Fixture) {
    let new = somebody("sign1", "Signe", "Inger");
    let id = fixture.add(&new, Some(&secret(OLD))).await;
    let user = open(fixture, &id).await;
    if !fixture.users_sign_in() {
        return knows_nobody(fixture, &user).await;
    }
    let operator = sign_in(fixture, &user, OLD).await.expect("a sign-in");
    assert_eq!(operator.id, id);
    assert_eq!(operator.name, "Signe Inger");
    assert!(!operator.must_change);
    fixture.directory().sign_out(&operator).await;
    if fixture.signs_in_by_email() {
        let name = user.email.to_uppercase();
        let again = fixture.directory().sign_in(&name, &secret(OLD)).await;
        assert_eq!(again.expect("in any case of letters").id, id);
    }
}

pub async fn every_refused_sign_in_looks_the_same(fixture: &dyn Fixture) {
    let id = fixture
        .add(&somebody("same1", "Sam", "Equal"), Some(&secret(OLD)))
        .await;
    let user = open(fixture, &id).await;
    let wrong = sign_in(fixture, &user, OTHER).await.unwrap_err();
    let unknown = fixture
        .directory()
        .sign_in("nobody-at-all@example.org", &secret(OLD))
        .await
        .unwrap_err();
    assert_eq!(wrong.to_string(), unknown.to_string());
    assert_eq!(wrong.cure(), unknown.cure());
    if let DirectoryError::SignIn { user: target, .. } = &unknown {
        assert!(target.is_none(), "nobody is named for an unknown user");
    }
    if !fixture.users_sign_in() {
        return knows_nobody(fixture, &user).await;
    }
    let new = NewUser {
        active: false,
        ..somebody("same2", "Dis", "Abled")
    };
    let id = fixture.add(&new, Some(&secret(OLD))).await;
    let user = open(fixture, &id).await;
    if fixture.disables() {
        assert_eq!(user.state.active, Fact::Known(false));
        let disabled = sign_in(fixture, &user, OLD).await.unwrap_err();
        if fixture.tells_what_stands_in_the_way() {
            assert!(
                matches!(disabled, DirectoryError::SignInBarred { .. }),
                "{disabled:?}"
            );
        } else {
            assert_eq!(wrong.to_string(), disabled.to_string());
        }
    } else {
        assert_ne!(user.state.active, Fact::Known(false), "nothing disables");
    }
}

pub async fn a_reset_password_is_good_at_once_and_the_old_one_no_more(fixture: &dyn Fixture) {
    let id = fixture
        .add(&somebody("reset1", "Rhea", "Setter"), Some(&secret(OLD)))
        .await;
    let user = open(fixture, &id).await;
    let receipt = reset(fixture, &user, NEW, false, false)
        .await
        .expect("a reset");
    assert_eq!(
        outcome(&receipt, Step::PasswordSet),
        Some(&StepOutcome::Done)
    );
    assert!(
        // What a directory shows decides how sure it is, but no success is in doubt.
        !matches!(receipt.proof, Proof::NotKnown(_)),
        "{:?}",
        receipt.proof
    );
    assert_ne!(fixture.proves(&user, NEW).await, Some(false), "the new one");
    assert_ne!(fixture.proves(&user, OLD).await, Some(true), "the old one");
}

pub async fn a_reset_asks_for_a_change_at_the_next_sign_in(fixture: &dyn Fixture) {
    let id = fixture
        .add(&somebody("must1", "Musta", "Change"), Some(&secret(OLD)))
        .await;
    let user = open(fixture, &id).await;
    let receipt = reset(fixture, &user, NEW, true, false)
        .await
        .expect("a reset");
    let step = outcome(&receipt, Step::MustChange);
    if !fixture.directory().capabilities().must_change.is_yes() {
        assert_ne!(step, Some(&StepOutcome::Done), "not offered, so not done");
        return;
    }
    assert_eq!(step, Some(&StepOutcome::Done));
    let user = open(fixture, &id).await;
    assert_eq!(user.state.must_change, Fact::Known(true));
    assert!(matches!(
        user.verdict(Timestamp::now()),
        Verdict::MustChange
    ));
    let answer = sign_in(fixture, &user, NEW).await;
    if fixture.lets_in_to_change() {
        assert!(answer.expect("let in to change it").must_change);
    } else {
        assert_eq!(refusal(answer), SignInRefusal::MustChange);
    }
}

pub async fn a_reset_moves_the_version(fixture: &dyn Fixture) {
    let id = fixture
        .add(&somebody("move1", "Vera", "Moved"), Some(&secret(OLD)))
        .await;
    let before = open(fixture, &id).await;
    let receipt = reset(fixture, &before, NEW, true, false)
        .await
        .expect("a reset");
    let after = open(fixture, &id).await;
    if fixture.tells_conflicts() {
        assert_ne!(before.version, after.version);
        if let Some(version) = receipt.version {
            assert_eq!(version, after.version);
        }
    } else {
        let proved = matches!(receipt.proof, Proof::ReadBack(_));
        assert_eq!(proved, before.version != after.version, "{receipt:?}");
    }
}

pub async fn an_outdated_view_cannot_overwrite(fixture: &dyn Fixture) {
    let id = fixture
        .add(&somebody("late1", "Tess", "Toolate"), Some(&secret(OLD)))
        .await;
    let seen = open(fixture, &id).await;
    reset(fixture, &seen, NEW, false, false)
        .await
        .expect("the first is in time");
    let error = match reset(fixture, &seen, OTHER, false, false).await {
        Ok(_) if !fixture.tells_conflicts() => {
            let proved = fixture.proves(&seen, OTHER).await;
            assert_ne!(proved, Some(false), "it says that it overwrote");
            return;
        }
        other => other.unwrap_err(),
    };
    assert!(
        matches!(error, DirectoryError::Conflict { .. }),
        "{error:?}"
    );
    assert_eq!(error.changed(), "Nothing was changed.");
    assert_ne!(
        fixture.proves(&seen, NEW).await,
        Some(false),
        "the first one's password stays"
    );
}

async fn lock(fixture: &dyn Fixture, user: &User) -> bool {
    let Some(failures) = fixture.failures_that_lock() else {
        return false;
    };
    for _ in 0..failures {
        refusal(sign_in(fixture, user, OTHER).await);
    }
    true
}

pub async fn too_many_failures_lock_until_an_administrator_unlocks(fixture: &dyn Fixture) {
    let id = fixture
        .add(&somebody("lock1", "Lock", "Outson"), Some(&secret(OLD)))
        .await;
    let user = open(fixture, &id).await;
    if !lock(fixture, &user).await {
        refusal(sign_in(fixture, &user, OTHER).await);
        let user = open(fixture, &id).await;
        let verdict = user.verdict(Timestamp::now());
        assert!(!matches!(verdict, Verdict::Locked { .. }), "{verdict:?}");
        return;
    }
    refusal(sign_in(fixture, &user, OLD).await);
    let user = open(fixture, &id).await;
    assert!(
        matches!(user.verdict(Timestamp::now()), Verdict::Locked { .. }),
        "{:?}",
        user.state
    );
    let operator = fixture.operator().await;
    let intent = fixture
        .intent(Kind::Unlock, Some(Target::from(&user)))
        .await;
    let receipt = fixture
        .directory()
        .unlock(&operator, &id, Some(&user.version), &intent)
        .await
        .expect("an unlock");
    assert_eq!(outcome(&receipt, Step::Unlocked), Some(&StepOutcome::Done));
    sign_in(fixture, &user, OLD)
        .await
        .expect("the password was left alone");
}

pub async fn a_reset_takes_the_lock_off_when_asked(fixture: &dyn Fixture) {
    let id = fixture
        .add(&somebody("lock2", "Lotta", "Locked"), Some(&secret(OLD)))
        .await;
    let user = open(fixture, &id).await;
    let locked = lock(fixture, &user).await;
    let user = open(fixture, &id).await;
    let receipt = reset(fixture, &user, NEW, false, true)
        .await
        .expect("a reset");
    if !locked {
        let step = outcome(&receipt, Step::Unlocked);
        assert_ne!(step, Some(&StepOutcome::Done), "there was no lock");
        return;
    }
    assert_eq!(outcome(&receipt, Step::Unlocked), Some(&StepOutcome::Done));
    sign_in(fixture, &user, NEW)
        .await
        .expect("unlocked and good");
}

pub async fn an_unlock_of_somebody_who_is_not_locked_is_not_needed(fixture: &dyn Fixture) {
    let id = fixture
        .add(&somebody("lock3", "Una", "Bound"), Some(&secret(OLD)))
        .await;
    let user = open(fixture, &id).await;
    let operator = fixture.operator().await;
    let intent = fixture
        .intent(Kind::Unlock, Some(Target::from(&user)))
        .await;
    let answer = fixture
        .directory()
        .unlock(&operator, &id, None, &intent)
        .await;
    if fixture.directory().capabilities().unlock.is_yes() {
        let receipt = answer.expect("an unlock");
        assert_eq!(
            outcome(&receipt, Step::Unlocked),
            Some(&StepOutcome::NotNeeded)
        );
    } else {
        assert!(matches!(answer, Err(DirectoryError::NotOffered(_))));
    }
}

pub async fn a_password_can_be_tried_without_counting(fixture: &dyn Fixture) {
    let id = fixture
        .add(&somebody("try1", "Tria", "Once"), Some(&secret(OLD)))
        .await;
    let operator = fixture.operator().await;
    let directory = fixture.directory();
    if !directory.capabilities().check.is_yes() {
        // Not offered beside the form; who asks all the same is told what it costs, or refused.
        let answer = directory
            .check_password(&operator, &id, &secret(OTHER))
            .await;
        match answer {
            Ok(wrong) => assert!(!wrong.matches && wrong.remark.is_some(), "{wrong:?}"),
            Err(error) => assert!(matches!(error, DirectoryError::NotOffered(_)), "{error:?}"),
        }
        return;
    }
    for _ in 0..=fixture.failures_that_lock().unwrap_or(3) {
        let wrong = directory
            .check_password(&operator, &id, &secret(OTHER))
            .await
            .expect("an answer");
        assert!(!wrong.matches && !wrong.signs_in);
    }
    let right = directory
        .check_password(&operator, &id, &secret(OLD))
        .await
        .expect("an answer");
    assert!(right.matches && right.signs_in, "{right:?}");
}

pub async fn an_id_that_is_taken_is_refused(fixture: &dyn Fixture) {
    let new = somebody("taken1", "Taka", "First");
    fixture.add(&new, None).await;
    let operator = fixture.operator().await;
    let intent = fixture.intent(Kind::UserCreated, None).await;
    let again = NewUser {
        email: "other-address@example.org".into(),
        ..new
    };
    let error = fixture
        .directory()
        .create(&operator, &again, None, &intent)
        .await
        .unwrap_err();
    if fixture.directory().capabilities().create.is_yes() {
        assert!(matches!(error, DirectoryError::Taken { .. }), "{error:?}");
    } else {
        assert!(matches!(error, DirectoryError::NotOffered(_)), "{error:?}");
    }
}

pub async fn the_own_password_is_changed_with_the_old_one_as_proof(fixture: &dyn Fixture) {
    let id = fixture
        .add(&somebody("own1", "Owen", "Self"), Some(&secret(OLD)))
        .await;
    let user = open(fixture, &id).await;
    if !fixture.users_sign_in() {
        return knows_nobody(fixture, &user).await;
    }
    let me = sign_in(fixture, &user, OLD).await.expect("a sign-in");
    let directory = fixture.directory();
    let intent = fixture
        .intent(Kind::PasswordChanged, Some(Target::from(&user)))
        .await;
    let error = directory
        .change_own_password(&me, &secret(OTHER), &secret(NEW), &intent)
        .await
        .unwrap_err();
    assert_eq!(error, DirectoryError::OldPasswordWrong);
    let intent = fixture
        .intent(Kind::PasswordChanged, Some(Target::from(&user)))
        .await;
    let receipt = directory
        .change_own_password(&me, &secret(OLD), &secret(NEW), &intent)
        .await
        .expect("a change");
    assert_eq!(
        outcome(&receipt, Step::PasswordSet),
        Some(&StepOutcome::Done)
    );
    sign_in(fixture, &user, NEW).await.expect("the new one");
    refusal(sign_in(fixture, &user, OLD).await);
}

pub async fn what_did_not_happen_is_not_settled_as_happened(fixture: &dyn Fixture) {
    let id = fixture
        .add(&somebody("settle1", "Seth", "Lement"), Some(&secret(OLD)))
        .await;
    let user = open(fixture, &id).await;
    let operator = fixture.operator().await;
    let settlement = fixture
        .directory()
        .settle(&operator, &id, Some(&user.version))
        .await
        .expect("an answer");
    assert!(
        !matches!(settlement, Settlement::Happened(_)),
        "{settlement:?}"
    );
}
