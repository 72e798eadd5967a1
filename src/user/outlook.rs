//! Can this person sign in now, until when, and do what will be asked of them?

use jiff::{Timestamp, tz::TimeZone};

use crate::text::{ahead, moment};

use super::{
    AccountState, Fact, PasswordState, Verdict,
    verdict::{grace, unread},
};

/// The short answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prospect {
    /// Yes, and what will be asked of the user can be done. Green.
    CanSignIn,
    /// No. Amber: something else has to be done first.
    CannotSignIn,
    /// The directory does not tell all that decides. Never green.
    NotKnown,
}

impl Prospect {
    /// The word in JSON and in the API: `yes`, `no`, `not_known`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::CanSignIn => "yes",
            Self::CannotSignIn => "no",
            Self::NotKnown => "not_known",
        }
    }
}

/// What would let the user in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// Enable the account.
    Enable,
    /// Let the account be valid longer.
    ExtendAccount,
    /// Let the account be valid earlier.
    BeginEarlier,
    /// Take the lock off.
    Unlock,
    /// Allow a sign-in without the smart card.
    AllowPassword,
    /// Set a password.
    ResetPassword,
    /// Allow the user to change the own password, or take must-change off.
    AllowChange,
    /// Lift the least age of a password, or wait.
    LiftMinimumAge,
}

impl Remedy {
    /// The word in JSON and in the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Enable => "enable",
            Self::ExtendAccount => "extend_account",
            Self::BeginEarlier => "begin_earlier",
            Self::Unlock => "unlock",
            Self::AllowPassword => "allow_password",
            Self::ResetPassword => "reset_password",
            Self::AllowChange => "allow_change",
            Self::LiftMinimumAge => "lift_minimum_age",
        }
    }

    /// As an order, for whoever can do it: "Enable the account."
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Enable => "Enable the account.",
            Self::ExtendAccount => "Give the account a later end.",
            Self::BeginEarlier => "Make the account valid earlier, or wait.",
            Self::Unlock => "Unlock the account.",
            Self::AllowPassword => "Allow a sign-in without the smart card.",
            Self::ResetPassword => "Reset the password.",
            Self::AllowChange => {
                "Allow the user to change the password, or set one that need not be changed."
            }
            Self::LiftMinimumAge => "Lift the least age of a password for this user, or wait.",
        }
    }
}

/// What is known of the password beside the state that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// Nothing.
    None,
    /// A password was written a moment ago, and was read back.
    PasswordSet,
    /// A sign-in as the user worked a moment ago.
    SignedIn,
}

/// The outlook: what stands in the way, until when the user can sign in, what is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInOutlook {
    /// What stands in the way, if anything.
    pub verdict: Verdict,
    /// Until when the user can sign in: the end of the password or of the account. `None` where
    /// neither has one, or where it is not known.
    pub until: Option<Timestamp>,
    /// The user must choose a new password, and whether that is allowed could not be read.
    pub unsure: Option<String>,
    /// So many more failed sign-ins lock the account, where the directory tells.
    pub failures_left: Option<u32>,
}

impl AccountState {
    /// Can the user sign in, judging by the state and by `evidence`?
    pub fn outlook(&self, now: Timestamp, evidence: Evidence) -> SignInOutlook {
        let mut verdict = match (evidence, &self.password) {
            // What is hidden is no longer a question: one was seen to be set.
            (Evidence::PasswordSet | Evidence::SignedIn, Fact::Unknown(_) | Fact::NotOffered) => {
                let password = Fact::Known(PasswordState {
                    set: true,
                    ..PasswordState::default()
                });
                Self {
                    password,
                    ..self.clone()
                }
                .verdict(now)
            }
            (Evidence::None | Evidence::PasswordSet | Evidence::SignedIn, _) => self.verdict(now),
        };
        if evidence == Evidence::SignedIn
            && matches!(verdict, Verdict::Unknown(_) | Verdict::PasswordNotShown)
        {
            verdict = Verdict::CanSignIn;
        }
        let unsure = (verdict == Verdict::MustChange)
            .then(|| {
                unread(
                    "whether the user may change the password",
                    &self.may_change_password,
                )
                .or_else(|| {
                    unread(
                        "from when on the user may change the password",
                        &self.earliest_change,
                    )
                })
            })
            .flatten();
        let account = self.account_ends();
        SignInOutlook {
            verdict,
            until: self
                .password_ends()
                .into_iter()
                .chain(account)
                .filter(|end| *end > now)
                .min(),
            unsure,
            failures_left: self.failures_left.known().copied(),
        }
    }
}

impl SignInOutlook {
    /// The outlook of a user who could not be read: nothing is known but what a sign-in showed.
    pub fn unread(why: String, evidence: Evidence) -> Self {
        Self {
            verdict: match evidence {
                Evidence::SignedIn => Verdict::CanSignIn,
                Evidence::None | Evidence::PasswordSet => Verdict::Unknown(why),
            },
            until: None,
            unsure: None,
            failures_left: None,
        }
    }

    /// Yes, no, or not known.
    pub const fn prospect(&self) -> Prospect {
        match &self.verdict {
            Verdict::MustChange if self.unsure.is_some() => Prospect::NotKnown,
            Verdict::CanSignIn | Verdict::GraceSignIns { .. } | Verdict::MustChange => {
                Prospect::CanSignIn
            }
            Verdict::Disabled
            | Verdict::AccountExpired(_)
            | Verdict::NotYetValid(_)
            | Verdict::Locked { .. }
            | Verdict::SmartCardOnly
            | Verdict::NoPassword
            | Verdict::PasswordExpired(_)
            | Verdict::MustChangeButMayNot
            | Verdict::MustChangeTooEarly(_) => Prospect::CannotSignIn,
            Verdict::PasswordNotShown | Verdict::Unknown(_) => Prospect::NotKnown,
        }
    }

    /// The act that would let the user in; `None` where nothing stands in the way that is known.
    pub const fn remedy(&self) -> Option<Remedy> {
        match &self.verdict {
            Verdict::Disabled => Some(Remedy::Enable),
            Verdict::AccountExpired(_) => Some(Remedy::ExtendAccount),
            Verdict::NotYetValid(_) => Some(Remedy::BeginEarlier),
            Verdict::Locked { .. } => Some(Remedy::Unlock),
            Verdict::SmartCardOnly => Some(Remedy::AllowPassword),
            Verdict::NoPassword | Verdict::PasswordExpired(_) => Some(Remedy::ResetPassword),
            Verdict::MustChangeButMayNot => Some(Remedy::AllowChange),
            Verdict::MustChangeTooEarly(_) => Some(Remedy::LiftMinimumAge),
            Verdict::GraceSignIns { .. }
            | Verdict::MustChange
            | Verdict::CanSignIn
            | Verdict::PasswordNotShown
            | Verdict::Unknown(_) => None,
        }
    }

    /// What keeps the user out, or what is not known, as the end of a sentence: "disabled",
    /// "the account ended 2026-01-01 00:00". Empty where nothing does.
    pub fn reason(&self, now: Timestamp, zone: &TimeZone) -> String {
        match &self.verdict {
            Verdict::Disabled => "disabled".into(),
            Verdict::AccountExpired(end) => {
                format!("the account ended {}", moment(*end, now, zone))
            }
            Verdict::NotYetValid(begin) => {
                format!("not valid until {}", ahead(*begin, now, zone))
            }
            Verdict::Locked { lock, .. } => match lock.until {
                Some(until) => format!("locked until {}", ahead(until, now, zone)),
                None => "locked".into(),
            },
            Verdict::SmartCardOnly => "only a smart card does, no password".into(),
            Verdict::NoPassword => "no password is set".into(),
            Verdict::PasswordExpired(end) => {
                format!("the password expired {}", moment(*end, now, zone))
            }
            Verdict::MustChangeButMayNot => {
                "the password must be changed at the next sign-in, and the user may not change it"
                    .into()
            }
            Verdict::MustChangeTooEarly(earliest) => format!(
                "the password must be changed at the next sign-in, and the user may not change it \
                 before {}",
                ahead(*earliest, now, zone)
            ),
            Verdict::PasswordNotShown => {
                "this directory does not show whether there is a password".into()
            }
            Verdict::Unknown(what) => what.clone(),
            Verdict::MustChange => self.unsure.clone().unwrap_or_default(),
            Verdict::CanSignIn | Verdict::GraceSignIns { .. } => String::new(),
        }
    }

    /// The one sentence, without a stop: "Can sign in until Sat 21:05, and must choose a new
    /// password then", "Cannot sign in: disabled", "Not known whether the user can sign in: …".
    pub fn sentence(&self, now: Timestamp, zone: &TimeZone) -> String {
        match self.prospect() {
            Prospect::CannotSignIn => format!("Cannot sign in: {}", self.reason(now, zone)),
            Prospect::NotKnown => format!(
                "Not known whether the user can sign in: {}",
                self.reason(now, zone)
            ),
            Prospect::CanSignIn => {
                let until = self.until.map_or_else(String::new, |end| {
                    format!(" until {}", ahead(end, now, zone))
                });
                let asked = match &self.verdict {
                    Verdict::MustChange => {
                        ", and must choose a new password at the next sign-in".into()
                    }
                    Verdict::GraceSignIns { left, .. } => {
                        format!(" with an expired password: {}", grace(*left))
                    }
                    Verdict::Disabled
                    | Verdict::AccountExpired(_)
                    | Verdict::NotYetValid(_)
                    | Verdict::Locked { .. }
                    | Verdict::SmartCardOnly
                    | Verdict::NoPassword
                    | Verdict::PasswordExpired(_)
                    | Verdict::MustChangeButMayNot
                    | Verdict::MustChangeTooEarly(_)
                    | Verdict::CanSignIn
                    | Verdict::PasswordNotShown
                    | Verdict::Unknown(_) => String::new(),
                };
                let warned = match self.failures_left {
                    Some(1) => "; one more failed sign-in locks the account",
                    Some(_) | None => "",
                };
                format!("Can sign in{until}{asked}{warned}")
            }
        }
    }
}

#[cfg(test)]
mod tests;
