//! What the desk records of an answer: the directory here says what the test tells it to.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use halligan::{
    audit::{Intent, Kind, Outcome},
    desk::DeskError,
    directory::{Capabilities, Directory, DirectoryError, Found, NewUser, Query, SharedDirectory},
    operator::Operator,
    password::{Secret, profile::Profile},
    permission::Role,
    receipt::{Checked, PasswordReset, Proof, Receipt, Settlement, Step, StepOutcome},
    user::{User, UserId, Version},
};

use crate::support::acts::Acts as _;
use crate::support::station::{
    ADMIN, ADMIN_PASSWORD, NEW_PASSWORD, Station, order, secret, source,
};

const OLD: &str = "granite-willow-pepper-12";

type Answer = Result<Receipt, DirectoryError>;

/// The real directory, but for what it answers to a reset, which it does not do.
#[derive(Debug)]
struct Answering {
    inner: SharedDirectory,
    answer: Mutex<Option<Answer>>,
}

#[async_trait]
impl Directory for Answering {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }
    async fn sign_in(&self, login: &str, password: &Secret) -> Result<Operator, DirectoryError> {
        self.inner.sign_in(login, password).await
    }
    async fn operator_now(&self, operator: &Operator) -> Result<Operator, DirectoryError> {
        self.inner.operator_now(operator).await
    }
    async fn search(&self, operator: &Operator, query: &Query) -> Result<Found, DirectoryError> {
        self.inner.search(operator, query).await
    }
    async fn user(&self, operator: &Operator, id: &UserId) -> Result<User, DirectoryError> {
        self.inner.user(operator, id).await
    }
    async fn reset_password(
        &self,
        _operator: &Operator,
        _reset: &PasswordReset<'_>,
        _intent: &Intent,
    ) -> Answer {
        self.answer.lock().unwrap().take().expect("asked once")
    }
    async fn unlock(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: Option<&Version>,
        intent: &Intent,
    ) -> Answer {
        self.inner.unlock(operator, user, expected, intent).await
    }
    async fn change_own_password(
        &self,
        operator: &Operator,
        old: &Secret,
        new: &Secret,
        intent: &Intent,
    ) -> Answer {
        self.inner
            .change_own_password(operator, old, new, intent)
            .await
    }
    async fn check_password(
        &self,
        operator: &Operator,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError> {
        self.inner.check_password(operator, user, password).await
    }
    async fn create(
        &self,
        operator: &Operator,
        new: &NewUser,
        password: Option<&Secret>,
        intent: &Intent,
    ) -> Result<User, DirectoryError> {
        self.inner.create(operator, new, password, intent).await
    }
    async fn assign_role(
        &self,
        operator: &Operator,
        user: &UserId,
        role: Role,
        intent: &Intent,
    ) -> Answer {
        self.inner.assign_role(operator, user, role, intent).await
    }
    async fn settle(
        &self,
        operator: &Operator,
        user: &UserId,
        before: Option<&Version>,
    ) -> Result<Settlement, DirectoryError> {
        self.inner.settle(operator, user, before).await
    }
}

struct Told {
    station: Station,
    user: User,
}

impl Told {
    async fn new() -> Self {
        let station = Station::open(Profile::nist()).await;
        let user = station.add("E7", Role::None, OLD).await;
        Self { station, user }
    }

    /// A reset whose answer is given.
    async fn reset(&self, answer: Answer) -> Result<Receipt, DeskError> {
        let desk = self.station.desk_before(Arc::new(Answering {
            inner: Arc::clone(&self.station.directory),
            answer: Mutex::new(Some(answer)),
        }));
        let session = desk
            .sign_in(ADMIN, &secret(ADMIN_PASSWORD), &source())
            .await
            .unwrap();
        desk.reset(&session, order(&self.user, NEW_PASSWORD)).await
    }

    /// The outcomes recorded of the reset, oldest first, and how many intents are open.
    async fn recorded(&self) -> (Vec<Outcome>, usize) {
        let outcomes = self
            .station
            .records()
            .await
            .into_iter()
            .rev()
            .filter(|record| record.event.kind == Kind::PasswordReset)
            .map(|record| record.event.outcome)
            .collect();
        let open = self.station.audit.open_intents().await.unwrap();
        (outcomes, open.len())
    }
}

fn receipt(step: StepOutcome, proof: Proof, recorded: bool) -> Receipt {
    Receipt {
        steps: vec![(Step::PasswordSet, step)],
        proof,
        version: None,
        server: None,
        after: None,
        recorded,
    }
}

fn proved() -> Proof {
    Proof::ReadBack("seen to work".into())
}

fn unproved() -> Proof {
    Proof::Accepted("it could not be read back".into())
}

#[tokio::test]
async fn an_outcome_that_the_directory_does_not_record_is_recorded_by_the_desk() {
    let told = Told::new().await;
    let answer = receipt(StepOutcome::Done, proved(), false);
    let receipt = told.reset(Ok(answer.clone())).await.unwrap();
    let after = receipt.after.clone().expect("read afresh");
    assert_eq!(after.user.map(|user| user.login), Some("E7".into()));
    assert_eq!(
        Receipt {
            after: None,
            ..receipt
        },
        answer
    );
    let (outcomes, open) = told.recorded().await;
    assert_eq!(outcomes, [Outcome::Intent, Outcome::Done]);
    assert_eq!(open, 0);
    let event = told.station.last(Kind::PasswordReset).await.event;
    assert_eq!(event.steps, [(Step::PasswordSet, StepOutcome::Done)]);
    assert_eq!(event.proof, Some(proved()));
}

#[tokio::test]
async fn an_outcome_that_the_directory_records_is_not_recorded_twice() {
    let told = Told::new().await;
    let answer = receipt(StepOutcome::Done, proved(), true);
    told.reset(Ok(answer)).await.unwrap();
    let (outcomes, _) = told.recorded().await;
    assert_eq!(outcomes, [Outcome::Intent]);
}

#[tokio::test]
async fn what_was_not_seen_to_work_is_on_record_as_accepted_whoever_records() {
    for recorded in [true, false] {
        let told = Told::new().await;
        let answer = receipt(StepOutcome::Done, unproved(), recorded);
        let receipt = told.reset(Ok(answer)).await.unwrap();
        assert!(!receipt.is_success());
        let (outcomes, open) = told.recorded().await;
        assert_eq!(outcomes, [Outcome::Intent, Outcome::Accepted]);
        assert_eq!(open, 0);
        let event = told.station.last(Kind::PasswordReset).await.event;
        assert_eq!(event.proof, Some(unproved()));
    }
}

#[tokio::test]
async fn a_step_that_was_refused_is_on_record_as_done_in_part() {
    let told = Told::new().await;
    let refused = StepOutcome::Refused("not here".into());
    told.reset(Ok(receipt(refused, proved(), false)))
        .await
        .unwrap();
    let (outcomes, _) = told.recorded().await;
    assert_eq!(outcomes, [Outcome::Intent, Outcome::Partial]);
}

#[tokio::test]
async fn a_failure_closes_its_intent_and_says_why() {
    let told = Told::new().await;
    let failure = DirectoryError::Unavailable {
        message: "no room left".into(),
        cure: String::new(),
        raw: None,
    };
    let answer = told.reset(Err(failure.clone())).await;
    assert_eq!(answer, Err(DeskError::Directory(failure)));
    let (outcomes, open) = told.recorded().await;
    let failed = Outcome::Failed("no room left".into());
    assert_eq!(outcomes, [Outcome::Intent, failed]);
    assert_eq!(open, 0);
}

#[tokio::test]
async fn a_lost_answer_is_looked_after_by_trying_the_new_password() {
    let told = Told::new().await;
    let lost = || Err(DirectoryError::OutcomeUnknown("the line broke".into()));
    let answer = told.reset(lost()).await;
    assert!(
        matches!(
            answer,
            Err(DeskError::Directory(DirectoryError::Unavailable { .. }))
        ),
        "{answer:?}"
    );
    let (outcomes, open) = told.recorded().await;
    let [Outcome::Intent, Outcome::Unknown(_), Outcome::Failed(_)] = &outcomes[..] else {
        panic!("{outcomes:?}")
    };
    assert_eq!(open, 0);

    // The same once more, but now it is in force: somebody has set it in the meantime.
    let admin = told.station.admin().await;
    let mut set = order(&told.user, NEW_PASSWORD);
    set.expected = None;
    told.station.desk.reset(&admin, set).await.unwrap();
    let receipt = told.reset(lost()).await.unwrap();
    assert!(matches!(receipt.proof, Proof::ReadBack(_)), "{receipt:?}");
    assert_eq!(receipt.steps[0], (Step::PasswordSet, StepOutcome::Done));
    assert_eq!(
        receipt.steps[1],
        (Step::MustChange, StepOutcome::Done),
        "the user was read again"
    );
    let (_, open) = told.recorded().await;
    assert_eq!(open, 0);
}
