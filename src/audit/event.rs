//! What a record says.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    operator::{Operator, SignInRefusal},
    receipt::{Proof, Step, StepOutcome},
    user::{User, UserId, Version},
    verification::Method,
};

/// What was done or tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The store was made and its first administrator added.
    StoreCreated,
    /// A sign-in, good or refused.
    SignIn,
    /// The operator signed out, or the console ended.
    SignOut,
    /// The session was locked because no key was pressed for too long, or on request.
    SessionLocked,
    /// The operator gave the password again.
    SessionResumed,
    /// The operator gave the password again before a privileged act.
    StepUp,
    /// The terminal went away.
    ConnectionLost,
    /// The list of users was opened.
    SearchOpened,
    /// One user's page was opened.
    UserViewed,
    /// Another user's password.
    PasswordReset,
    /// The operator's own password.
    PasswordChanged,
    /// A lock taken off.
    Unlock,
    /// A password tried on request of an operator.
    PasswordChecked,
    /// The user has read a new password back to the operator.
    PasswordReadBack,
    /// A user added.
    UserCreated,
    /// Many users added at once.
    RosterImported,
    /// A role given.
    RoleAssigned,
    /// The audit was listed.
    AuditListed,
    /// The chain was verified.
    AuditVerified,
    /// The audit was exported.
    AuditExported,
    /// Users were written to a file.
    UsersExported,
    /// The search index was checked or mended.
    StoreChecked,
    /// A user's attributes changed.
    UserChanged,
    /// A user taken out of the directory.
    UserRemoved,
    /// A field of the site's own added, changed or retired.
    FieldChanged,
    /// The definitions of the site's own fields were listed.
    FieldsListed,
    /// A machine client of the API made.
    TokenCreated,
    /// A machine client of the API revoked.
    TokenRevoked,
    /// The machine clients were listed.
    TokensListed,
    /// An intent without an outcome was settled.
    Settled,
    /// An administrator let in again at the machine: unlocked, or given a temporary password.
    Recovered,
    /// An administrator has seen the recoveries.
    RecoveriesSeen,
    /// A record whose text cannot be read any more: shown in its place, never appended.
    Unreadable,
    /// Somebody's sessions and tokens were ended.
    SessionsEnded,
    /// Requests of the API with a token that is not good, or too many of them, in one record a
    /// minute and source.
    RequestsTurnedAway,
    /// An upgrade of the store gave roles and tokens their present meaning.
    RightsCarriedOver,
    /// The roles were listed.
    RolesListed,
    /// A role of the site made.
    RoleAdded,
    /// A role of the site changed.
    RoleChanged,
    /// A role of the site taken away.
    RoleRemoved,
    /// It was made sure who is calling for a user.
    CallerVerified,
    /// A caller was not who they said, or could not show it.
    CallerRefused,
}

impl Kind {
    /// The kebab-case word of the kind, as it stands in the records.
    pub const fn word(self) -> &'static str {
        match self {
            Self::StoreCreated => "store-created",
            Self::SignIn => "sign-in",
            Self::SignOut => "sign-out",
            Self::SessionLocked => "session-locked",
            Self::SessionResumed => "session-resumed",
            Self::StepUp => "step-up",
            Self::ConnectionLost => "connection-lost",
            Self::SearchOpened => "search-opened",
            Self::UserViewed => "user-viewed",
            Self::PasswordReset => "password-reset",
            Self::PasswordChanged => "password-changed",
            Self::Unlock => "unlock",
            Self::PasswordChecked => "password-checked",
            Self::PasswordReadBack => "password-read-back",
            Self::UserCreated => "user-created",
            Self::RosterImported => "roster-imported",
            Self::RoleAssigned => "role-assigned",
            Self::AuditListed => "audit-listed",
            Self::AuditVerified => "audit-verified",
            Self::AuditExported => "audit-exported",
            Self::UsersExported => "users-exported",
            Self::StoreChecked => "store-checked",
            Self::UserChanged => "user-changed",
            Self::UserRemoved => "user-removed",
            Self::FieldChanged => "field-changed",
            Self::FieldsListed => "fields-listed",
            Self::TokenCreated => "token-created",
            Self::TokenRevoked => "token-revoked",
            Self::TokensListed => "tokens-listed",
            Self::Settled => "settled",
            Self::Recovered => "recovered",
            Self::RecoveriesSeen => "recoveries-seen",
            Self::Unreadable => "unreadable",
            Self::SessionsEnded => "sessions-ended",
            Self::RequestsTurnedAway => "requests-turned-away",
            Self::RightsCarriedOver => "rights-carried-over",
            Self::RolesListed => "roles-listed",
            Self::RoleAdded => "role-added",
            Self::RoleChanged => "role-changed",
            Self::RoleRemoved => "role-removed",
            Self::CallerVerified => "caller-verified",
            Self::CallerRefused => "caller-refused",
        }
    }
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The operator's immutable handle.
    pub id: UserId,
    /// The ID people know.
    pub login: String,
    /// Name.
    pub name: String,
}

/// Whom it was done to: the immutable handle *and* the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The immutable handle.
    pub id: UserId,
    /// The ID people know.
    pub login: String,
    /// Name.
    pub name: String,
    /// The version before the act, in an intent where the directory does not share its store with
    /// the audit: by it an intent is settled whose console has crashed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<Version>,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is about to be done.
    Intent,
    /// Done.
    Done,
    /// Done in part: see the steps.
    Partial,
    /// The directory said yes, and it could not be proved.
    Accepted,
    /// Done, but the user still could not sign in then: why.
    CannotSignIn(String),
    /// Done, but it was not known whether the user could sign in: what was missing.
    SignInNotKnown(String),
    /// Refused by the desk: the missing permission or the rule.
    Refused(String),
    /// A sign-in refused, with the true reason.
    SignInRefused(SignInRefusal),
    /// The directory failed or refused; nothing was changed.
    Failed(String),
    /// It is not known whether it happened.
    Unknown(String),
    /// The operator gave up before anything was sent.
    Cancelled,
}

impl Outcome {
    /// The outcome in a few words: `done`, `refused: …`, `sign-in refused: wrong password`.
    pub fn sentence(&self) -> String {
        match self {
            Self::Intent => "intent".into(),
            Self::Done => "done".into(),
            Self::Partial => "done in part".into(),
            Self::Accepted => "accepted, not confirmed".into(),
            Self::CannotSignIn(why) => format!("done, but still cannot sign in: {why}"),
            Self::SignInNotKnown(what) => {
                format!("done; not known whether the user can sign in: {what}")
            }
            Self::Refused(why) => format!("refused: {why}"),
            Self::SignInRefused(reason) => format!("sign-in refused: {}", reason.words()),
            Self::Failed(why) => format!("failed: {why}"),
            Self::Unknown(why) => format!("unknown: {why}"),
            Self::Cancelled => "cancelled".into(),
        }
    }
}

impl From<&User> for Target {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.clone(),
            login: user.login.clone(),
            name: user.name(),
            version: None,
        }
    }
}

impl From<&Operator> for Target {
    fn from(operator: &Operator) -> Self {
        Self {
            id: operator.id.clone(),
            login: operator.login.clone(),
            name: operator.name.clone(),
            version: None,
        }
    }
}

impl From<&Operator> for Actor {
    fn from(operator: &Operator) -> Self {
        Self {
            id: operator.id.clone(),
            login: operator.login.clone(),
            name: operator.name.clone(),
        }
    }
}

/// How it was made sure who was calling: the methods alone, never an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Caller {
    /// By what; empty where it was asked for and passed over.
    pub methods: Vec<Method>,
    /// The second operator who vouched.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub voucher: Option<Actor>,
}

impl Caller {
    /// `caller verified: in person, with badge`, or that it was passed over.
    pub fn words(&self) -> String {
        if self.methods.is_empty() {
            return "caller not verified".into();
        }
        let methods: Vec<_> = self.methods.iter().map(|method| method.words()).collect();
        let by = self.voucher.as_ref().map_or_else(String::new, |voucher| {
            format!(" ({}, {})", voucher.name, voucher.login)
        });
        format!("caller verified: {}{by}", methods.join("; "))
    }
}

/// What is to be recorded. Never a password, its hash or length, nor a typed unknown user name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What.
    pub kind: Kind,
    /// How it ended.
    pub outcome: Outcome,
    /// Who; absent before a sign-in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub operator: Option<Actor>,
    /// Whom it concerned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target: Option<Target>,
    /// From where: `tty /dev/pts/1 uid 1000`, `api 192.0.2.9`.
    pub source: String,
    /// Which directory.
    pub directory: String,
    /// Which profile was in force.
    pub profile: String,
    /// Reason or ticket as typed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Sequence number of the intent that this is the outcome of.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub intent: Option<u64>,
    /// The outcome of each step.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub steps: Vec<(Step, StepOutcome)>,
    /// Whether it was seen to work.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proof: Option<Proof>,
    /// Anything else, in words: counts of an import, the range of an export.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub detail: Option<String>,
    /// How it was made sure who was calling, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub caller: Option<Caller>,
    /// The address or phone by which the person is reached was changed.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub contact_changed: bool,
}

impl Event {
    /// A recovery in words: whom, what was done, who asked.
    pub fn recovery(&self) -> String {
        let whom = self.target.as_ref().map_or_else(
            || "an administrator".into(),
            |target| format!("{} ({})", target.name, target.login),
        );
        let done = self.steps.iter().filter_map(|(step, how)| {
            let done = matches!(how, StepOutcome::Done);
            done.then(|| step.words())
        });
        [whom.as_str()]
            .into_iter()
            .chain(done)
            .chain(self.detail.as_deref())
            .chain(self.reason.as_deref())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// An event in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// 1, 2, 3 … without a gap.
    pub sequence: u64,
    /// When, UTC, milliseconds.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub event: Event,
    /// SHA-256 over the hash before it and this record's canonical text, in hex.
    pub hash: String,
}
