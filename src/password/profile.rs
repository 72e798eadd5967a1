//! Profiles: `nist-800-63b-4`, `cjis`, `legacy-90-10`, and custom keys on top of one of them.

use serde::{Deserialize, Serialize};

use crate::kind::AccountKind;

mod custom;
#[cfg(test)]
mod documented;
mod of_kinds;
mod remark;

pub use custom::{ProfileError, ProfileOverrides};
pub use of_kinds::{KindProfile, Profiles};

/// How Halligan's own passwords are hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kdf {
    /// Argon2id, m = 19 MiB, t = 2, p = 1 (OWASP Password Storage Cheat Sheet).
    Argon2id,
    /// PBKDF2-HMAC-SHA256 with 600,000 rounds, for sites that need a FIPS-approved algorithm.
    Pbkdf2Sha256,
}

/// How a word that stands for the user is compared with the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Derivatives {
    /// Equal to the word only.
    Equal,
    /// Equal to the word or to a derivative of it: reversed, written with look-alike signs
    /// (`h@ll1gan`), with digits and symbols around it, or several times over.
    AndDerivatives,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key of the profile table"
)]
/// Every parameter of a profile; `docs/policy.md` names the standard behind each value. The fields
/// are the keys of the configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// `nist-800-63b-4`, `cjis`, `legacy-90-10`, or the base's name with `+custom`.
    pub name: String,
    /// Least characters (code points after NFC).
    pub min_chars: u32,
    /// Least characters of a generated password.
    pub min_chars_generated: u32,
    /// Most characters.
    pub max_chars: u32,
    /// How many of the four classes (lower, upper, digit, other) must occur; 0 or 1 is off.
    pub composition_classes: u32,
    /// How the user's ID is compared.
    pub reject_user_id: Derivatives,
    /// True: a proper name anywhere is refused (legacy); false: only as a context word.
    pub reject_proper_name: bool,
    /// Refuse common passwords, and what a guesser makes of them.
    pub blocklist: bool,
    /// After how many days the list counts as stale (`config check` says so).
    pub blocklist_max_age_days: u32,
    /// zxcvbn's score from which on a password is hard enough to guess, 1 to 4; 0 is off.
    pub min_strength: u8,
    /// How many former passwords may not be used again.
    pub history: u32,
    /// After how many days a password expires; `None` is never.
    pub max_age_days: Option<u32>,
    /// Life of a temporary password (set by somebody else, must-change) in hours.
    pub temp_password_hours: u32,
    /// May a typed password be revealed?
    pub reveal_while_typing: bool,
    /// Failed sign-ins that lock an account.
    pub lockout_attempts: u32,
    /// Within how many minutes; `None`: consecutive, however long it takes.
    pub lockout_window_min: Option<u32>,
    /// Minutes without a key until the session locks.
    pub idle_lock_min: u32,
    /// Hours after which the operator signs in again whatever happens.
    pub reauth_hours: u32,
    /// Minutes without a key until the console ends.
    pub disconnect_idle_min: u32,
    /// Minutes after a sign-in within which a reset asks for no password; 0: each reset asks.
    pub step_up_window_min: u32,
    /// Why the site raised the window above the profile's 0, in writing (`cjis` only).
    pub step_up_reason: Option<String>,
    /// Days without a sign-in after which an account counts as inactive; `None` is never.
    pub disable_inactive_days: Option<u32>,
    /// Hash of Halligan's own accounts.
    pub kdf: Kdf,
    /// May an operator type a password, or only generate one?
    pub operator_may_type_password: bool,
    /// The kind of account that this profile is for alone, told beside its rules.
    #[serde(skip)]
    pub of_kind: Option<AccountKind>,
}

impl Profile {
    /// NIST SP 800-63B-4, the default.
    pub fn nist() -> Self {
        Self {
            name: "nist-800-63b-4".into(),
            min_chars: 15,
            min_chars_generated: 15,
            max_chars: 128,
            composition_classes: 0,
            reject_user_id: Derivatives::AndDerivatives,
            reject_proper_name: false,
            blocklist: true,
            blocklist_max_age_days: 365,
            min_strength: 3,
            history: 0,
            max_age_days: None,
            temp_password_hours: 24,
            reveal_while_typing: true,
            lockout_attempts: 10,
            lockout_window_min: None,
            idle_lock_min: 60,
            reauth_hours: 24,
            disconnect_idle_min: 60,
            step_up_window_min: 15,
            step_up_reason: None,
            disable_inactive_days: None,
            kdf: Kdf::Argon2id,
            operator_may_type_password: true,
            of_kind: None,
        }
    }

    /// FBI CJIS Security Policy 5.9.5.
    pub fn cjis() -> Self {
        Self {
            name: "cjis".into(),
            blocklist_max_age_days: 92,
            history: 1,
            max_age_days: Some(365),
            reveal_while_typing: false,
            lockout_attempts: 5,
            lockout_window_min: Some(15),
            idle_lock_min: 30,
            reauth_hours: 12,
            step_up_window_min: 0,
            disable_inactive_days: Some(90),
            kdf: Kdf::Pbkdf2Sha256,
            ..Self::nist()
        }
    }

    /// An older written policy: 8 characters, 90 days, 10 former passwords. Does not meet CJIS
    /// 5.9.5 since 1 October 2024.
    pub fn legacy_90_10() -> Self {
        Self {
            name: "legacy-90-10".into(),
            min_chars: 8,
            reject_user_id: Derivatives::Equal,
            reject_proper_name: true,
            min_strength: 2,
            history: 10,
            max_age_days: Some(90),
            ..Self::cjis()
        }
    }

    /// Is even the last administrator who can sign in locked after `lockout_attempts` failures?
    /// CJIS AC-7 wants a lock; NIST SP 800-63B-4 (3.2.2) allows a growing wait, up to 100 failures.
    pub fn locks_the_last_administrator(&self) -> bool {
        self.base_name() != Self::nist().name
    }

    /// The profile of a name; `None` if there is none such.
    pub fn named(name: &str) -> Option<Self> {
        [Self::nist(), Self::cjis(), Self::legacy_90_10()]
            .into_iter()
            .find(|profile| profile.name == name)
    }
}
