//! Why a verification does not count, and what makes a site stricter.

use std::fmt;

/// Why a verification does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unverified {
    /// There is none.
    NotYet,
    /// The window is over.
    TooOld,
    /// The user may do other things now than when it was made.
    RightsChanged,
    /// A caller was refused since.
    RefusedSince,
    /// A strong method is wanted, and none was used.
    NotStrong(Suspicion),
}

/// What makes the desk stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspicion {
    /// The account may act on others.
    Operator,
    /// A caller was refused lately.
    RefusedCaller,
    /// The way to reach the person was changed lately.
    ContactChanged,
}

impl Suspicion {
    /// In a few words, behind "since".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Operator => "this account may act on others",
            Self::RefusedCaller => "a caller for this account was refused lately",
            Self::ContactChanged => "address or phone were changed lately",
        }
    }
}

impl fmt::Display for Unverified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotYet => f.write_str("it has not been made sure who is calling"),
            Self::TooOld => f.write_str("the caller was verified too long ago"),
            Self::RightsChanged => {
                f.write_str("the rights of this account have changed since the caller was verified")
            }
            Self::RefusedSince => {
                f.write_str("a caller for this account was refused since the verification")
            }
            Self::NotStrong(why) => write!(
                f,
                "since {}, only a supervisor or the person with a badge counts",
                why.words()
            ),
        }
    }
}
