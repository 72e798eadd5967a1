//! A directory that answers what the test tells it to.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;

use crate::{
    audit::{Event, Intent},
    directory::{
        Capabilities, Deadline, Directory, DirectoryError, Finding, Found, Import, Imported,
        NewUser, Query, Support, UserChange,
    },
    operator::Operator,
    password::Secret,
    permission::{Permissions, Reach, Role},
    receipt::{Checked, PasswordReset, Proof, Receipt, Settlement, Step, StepOutcome},
    user::{AccountState, Fact, PasswordState, User, UserId, Version},
};

/// The password of every test here.
pub(super) const PASSWORD: &str = "velvet-anchor-tulip-39";

/// What the directory knows and answers.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of a test, independent"
)]
pub(super) struct Told {
    pub(super) permissions: Permissions,
    /// Whoever signs in.
    pub(super) operator: &'static str,
    /// The key of the connection that the next sign-in binds.
    pub(super) binding: u64,
    /// Why nobody signs in.
    pub(super) sign_in: Option<DirectoryError>,
    /// The bindings that have ended.
    pub(super) signed_out: Vec<u64>,
    /// What the operator is found to be at the next looks; the same as before when none is left.
    pub(super) fresh: VecDeque<Result<Operator, DirectoryError>>,
    /// Every look at the operator.
    pub(super) looks: Vec<Operator>,
    pub(super) administrators: Option<u64>,
    pub(super) checked: Result<Checked, DirectoryError>,
    pub(super) asks_for_password: bool,
    pub(super) records_outcome: bool,
    /// What was begun elsewhere is heard of later.
    pub(super) late: bool,
    /// Another name that it goes by.
    pub(super) other_name: Option<&'static str>,
    pub(super) needs_first: bool,
    pub(super) version: &'static str,
    pub(super) settlement: Settlement,
    /// What settlements say before that, the last one first.
    pub(super) settlements: Vec<Settlement>,
    /// The state of every user, and the ID once something was written.
    pub(super) state: AccountState,
    pub(super) login_after: &'static str,
    pub(super) written: bool,
    pub(super) receipt: Result<Receipt, DirectoryError>,
    /// What the next writes are answered, the first one first; `receipt` when none is left.
    pub(super) answers: VecDeque<Result<Receipt, DirectoryError>>,
    /// The writes in words, and the version that each began from.
    pub(super) wrote: Vec<(&'static str, String)>,
    /// The versions that a settlement was asked to compare with.
    pub(super) compared: Vec<Option<Version>>,
    /// Who was added.
    pub(super) added: Vec<NewUser>,
    /// The roles that were given.
    pub(super) roles: Vec<Role>,
    /// What every user holds.
    pub(super) held: Permissions,
    /// What follows a reset whose answer was lost.
    pub(super) follows: Option<Vec<(Step, StepOutcome)>>,
    /// Why it does not follow.
    pub(super) follow_fails: Option<DirectoryError>,
    pub(super) policy: Option<crate::directory::DirectoryPolicy>,
    /// What searches find, the first one first; a search beyond them is called off.
    pub(super) found: VecDeque<Found>,
    pub(super) searched: Vec<String>,
    /// Whoever bears an identifier.
    pub(super) named: Option<Vec<User>>,
    /// Why the answer to a creation is lost.
    pub(super) creation_lost: Option<DirectoryError>,
    /// Can a password be tried?
    pub(super) checks: bool,
    /// So many changes come too late.
    pub(super) conflicts: u32,
    /// How often a change was tried.
    pub(super) changes: u32,
    /// How often somebody signed in.
    pub(super) sign_ins: u32,
    pub(super) act_limit: Option<Duration>,
    /// What every reading of a user had of its act's time.
    pub(super) times: Vec<Option<Duration>>,
    pub(super) findings: Vec<Finding>,
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
            late: false,
            other_name: None,
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
            answers: VecDeque::new(),
            wrote: Vec::new(),
            compared: Vec::new(),
            added: Vec::new(),
            roles: Vec::new(),
            held: Permissions::NONE,
            follows: None,
            follow_fails: None,
            policy: None,
            found: VecDeque::new(),
            searched: Vec::new(),
            named: None,
            creation_lost: None,
            checks: false,
            conflicts: 0,
            changes: 0,
            sign_ins: 0,
            act_limit: None,
            times: Vec::new(),
            findings: Vec::new(),
        }
    }
}

#[derive(Debug, Default, Clone)]
pub(super) struct Fixed(pub(super) Arc<Mutex<Told>>);

impl Fixed {
    pub(super) fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.0.lock().unwrap()
    }

    /// The answer to a write that began from this version.
    fn writes(
        &self,
        what: &'static str,
        expected: Option<&Version>,
    ) -> Result<Receipt, DirectoryError> {
        let mut told = self.told();
        let from = expected.map_or_else(String::new, |version| version.0.clone());
        told.wrote.push((what, from));
        let next = told.answers.pop_front();
        next.unwrap_or_else(|| told.receipt.clone())
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
            check: if self.told().checks {
                Support::Yes
            } else {
                Support::No("not here".into())
            },
            create: Support::Yes,
            roles: Support::Yes,
            site_definitions: Support::Yes,
            status: Support::Yes,
            attributes: Support::Yes,
            validity: Support::Yes,
            must_change_alone: Support::Yes,
            remove: Support::Yes,
            end_sessions: Support::Yes,
            enforces_policy: false,
            records_outcome: self.told().records_outcome,
        }
    }
    fn act_limit(&self) -> Option<Duration> {
        self.told().act_limit
    }
    async fn examine_servers(&self) -> Vec<Finding> {
        self.told().findings.clone()
    }
    async fn examine(&self, _: &Operator) -> Result<Vec<Finding>, DirectoryError> {
        Ok(self.told().findings.clone())
    }
    async fn import(
        &self,
        _: &Operator,
        import: Import,
        _: &Intent,
    ) -> Result<Imported, DirectoryError> {
        Ok(Imported {
            added: import.rows.count() as u64,
            ..Imported::default()
        })
    }
    async fn named(&self, _: &Operator, _: &str) -> Result<Option<Vec<User>>, DirectoryError> {
        Ok(self.told().named.clone())
    }
    async fn change(
        &self,
        _: &Operator,
        _: &UserId,
        expected: &Version,
        change: &UserChange,
        _: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let mut told = self.told();
        told.changes += 1;
        if told.changes <= told.conflicts {
            return Err(DirectoryError::Conflict {
                by: None,
                at: None,
                what: "changed".into(),
            });
        }
        told.roles.extend(change.role.clone());
        drop(told);
        self.writes(change.step().words(), Some(expected))
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
        let mut told = self.told();
        told.sign_ins += 1;
        if let Some(error) = &told.sign_in {
            return Err(error.clone());
        }
        Ok(Operator {
            id: UserId(told.operator.into()),
            login: login.into(),
            email: String::new(),
            name: "Ada Lindqvist".into(),
            permissions: told.permissions,
            reach: Reach::EVERYWHERE,
            kind: None,
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
    async fn search(&self, _: &Operator, query: &Query) -> Result<Found, DirectoryError> {
        let mut told = self.told();
        told.searched.push(query.text.clone());
        told.found.pop_front().ok_or(DirectoryError::Cancelled)
    }
    async fn user(&self, _: &Operator, id: &UserId) -> Result<User, DirectoryError> {
        let mut told = self.told();
        told.times.push(Deadline::left());
        Ok(User {
            id: id.clone(),
            login: if told.written { told.login_after } else { "E7" }.into(),
            email: String::new(),
            given_name: "José".into(),
            family_name: "García".into(),
            kind: Fact::NotOffered,
            details: Fact::NotOffered,
            state: told.state.clone(),
            permissions: told.held,
            reach: Reach::EVERYWHERE,
            role: None,
            version: Version(told.version.into()),
        })
    }
    async fn reset_password(
        &self,
        _: &Operator,
        reset: &PasswordReset<'_>,
        _: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.told().written = true;
        self.writes("password", reset.expected)
    }
    async fn complete_reset(
        &self,
        _: &Operator,
        _: &UserId,
        must_change: bool,
        _: bool,
    ) -> Result<Option<Vec<(Step, StepOutcome)>>, DirectoryError> {
        assert!(must_change, "as the order says");
        let told = self.told();
        match &told.follow_fails {
            Some(error) => Err(error.clone()),
            None => Ok(told.follows.clone()),
        }
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
        expected: Option<&Version>,
        _: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.writes("unlock", expected)
    }
    async fn end_sessions(
        &self,
        _: &Operator,
        _: &UserId,
        _: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.writes("end sessions", None)
    }
    async fn change_own_password(
        &self,
        _: &Operator,
        _: &Secret,
        _: &Secret,
        _: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let mut told = self.told();
        told.written = true;
        told.receipt.clone()
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
        let lost = self.told().creation_lost.clone();
        match lost {
            Some(error) => Err(error),
            None => self.user(operator, &UserId("9".into())).await,
        }
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
    fn goes_by(&self, name: &str) -> bool {
        name == "fixed" || self.told().other_name == Some(name)
    }
    fn is_told_at_once(&self, _: &str) -> bool {
        !self.told().late
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
