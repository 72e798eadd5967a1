//! How sure it is that a password is in force: four words, the same everywhere
//! (`docs/proof.md`).

use serde::{Deserialize, Serialize};

use crate::user::Evidence;

/// How sure it is that the new password is in force. The text says by what it is known; it names
/// what decided, and nothing that did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// A sign-in as the user, with the new password, worked.
    SignedIn(String),
    /// The directory showed the effect of this very write: the stored hash verified, or the
    /// password's own time or key version has the value that this write gave it.
    #[serde(alias = "proved")]
    ReadBack(String),
    /// The directory said yes, and nothing contradicts. A version or a time of change that moved is
    /// no more than this: it tells that something was written, not what.
    #[serde(alias = "unproved")]
    Accepted(String),
    /// The directory said yes, and what it shows contradicts; or it did not say.
    NotKnown(String),
    /// No password was written, so there is nothing to prove.
    NotNeeded,
}

impl Proof {
    /// The word for people; empty where there is nothing to prove.
    pub const fn words(&self) -> &'static str {
        match self {
            Self::SignedIn(_) => "signed in",
            Self::ReadBack(_) => "read back",
            Self::Accepted(_) => "accepted",
            Self::NotKnown(_) => "not known",
            Self::NotNeeded => "",
        }
    }

    /// The word in JSON, in the API and in the audit.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::SignedIn(_) => "signed_in",
            Self::ReadBack(_) => "read_back",
            Self::Accepted(_) => "accepted",
            Self::NotKnown(_) => "not_known",
            Self::NotNeeded => "not_needed",
        }
    }

    /// By what it is known.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::SignedIn(how)
            | Self::ReadBack(how)
            | Self::Accepted(how)
            | Self::NotKnown(how) => Some(how),
            Self::NotNeeded => None,
        }
    }

    /// "read back: verified against the store"; empty where there is nothing to prove.
    pub fn sentence(&self) -> String {
        self.detail()
            .map_or_else(String::new, |how| format!("{}: {how}", self.words()))
    }

    /// Signed in, read back, or nothing to prove.
    pub const fn is_certain(&self) -> bool {
        match self {
            Self::SignedIn(_) | Self::ReadBack(_) | Self::NotNeeded => true,
            Self::Accepted(_) | Self::NotKnown(_) => false,
        }
    }

    /// What the proof says of the user's sign-in, beside the state that is read afterwards.
    pub const fn evidence(&self) -> Evidence {
        match self {
            Self::SignedIn(_) => Evidence::SignedIn,
            Self::ReadBack(_) => Evidence::PasswordSet,
            Self::Accepted(_) | Self::NotKnown(_) | Self::NotNeeded => Evidence::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_older_records_and_servers_are_read_as_what_they_meant() {
        let read = |text: &str| serde_json::from_str::<Proof>(text).unwrap();
        assert_eq!(read(r#"{"proved":"x"}"#), Proof::ReadBack("x".into()));
        assert_eq!(read(r#"{"unproved":"x"}"#), Proof::Accepted("x".into()));
        assert_eq!(read(r#""not_needed""#), Proof::NotNeeded);
    }

    #[test]
    fn each_proof_is_written_with_its_word() {
        let how = || "x".to_owned();
        for proof in [
            Proof::SignedIn(how()),
            Proof::ReadBack(how()),
            Proof::Accepted(how()),
            Proof::NotKnown(how()),
        ] {
            let written = serde_json::to_value(&proof).unwrap();
            assert_eq!(written[proof.word()], "x");
            assert_eq!(proof.word().replace('_', " "), proof.words());
        }
    }
}
