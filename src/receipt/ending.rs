//! What a receipt comes to. Headline, colour, exit code, JSON and audit follow from it.

use super::{Proof, Receipt, StepOutcome};
use crate::user::Prospect;

/// What a write comes to, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// A step was refused.
    Refused,
    /// Whether the password is in force is not known: what the directory shows contradicts.
    NotKnown,
    /// Done, but the user still cannot sign in.
    CannotSignIn,
    /// The directory said yes, and it could not be proved.
    Accepted,
    /// Done in part: a step is not offered here, or its outcome is not known.
    Partial,
    /// Done, but whether the user can sign in is not known.
    SignInNotKnown,
    /// Done, proved, and the user can sign in.
    Done,
}

impl Ending {
    /// Every ending, the worst first.
    pub const ALL: [Self; 7] = [
        Self::Refused,
        Self::NotKnown,
        Self::CannotSignIn,
        Self::Accepted,
        Self::Partial,
        Self::SignInNotKnown,
        Self::Done,
    ];

    /// The word in JSON, in the API and in the audit.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Refused => "refused_in_part",
            Self::NotKnown => "not_known",
            Self::CannotSignIn => "cannot_sign_in",
            Self::Partial => "partial",
            Self::Accepted => "accepted",
            Self::SignInNotKnown => "sign_in_not_known",
            Self::Done => "done",
        }
    }

    /// The words at the head of a receipt and of its record.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Refused => "only in part",
            Self::NotKnown => "not known",
            Self::CannotSignIn => "done, but still cannot sign in",
            Self::Partial => "done, but not all of it",
            Self::Accepted => "accepted, not confirmed",
            Self::SignInNotKnown => "done; not known whether the user can sign in",
            Self::Done => "done",
        }
    }
}

impl Receipt {
    /// What the write came to.
    pub fn ending(&self) -> Ending {
        let any = |wanted: fn(&StepOutcome) -> bool| self.steps.iter().any(|(_, how)| wanted(how));
        let prospect = self
            .after
            .as_deref()
            .filter(|after| after.to_let_in)
            .map(|after| after.outlook.prospect());
        if any(|how| matches!(how, StepOutcome::Refused(_))) {
            Ending::Refused
        } else if matches!(self.proof, Proof::NotKnown(_)) {
            Ending::NotKnown
        } else if prospect == Some(Prospect::CannotSignIn) {
            Ending::CannotSignIn
        } else if !self.proof.is_certain() {
            Ending::Accepted
        } else if any(|how| matches!(how, StepOutcome::NotOffered(_) | StepOutcome::Unknown(_))) {
            Ending::Partial
        } else if prospect == Some(Prospect::NotKnown) {
            Ending::SignInNotKnown
        } else {
            Ending::Done
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        receipt::{After, Step},
        user::{AccountState, Evidence, Fact, PasswordState},
    };

    fn receipt(step: StepOutcome, proof: Proof, state: &AccountState, to_let_in: bool) -> Receipt {
        let at = jiff::Timestamp::UNIX_EPOCH;
        Receipt {
            steps: vec![(Step::PasswordSet, step)],
            after: Some(Box::new(After {
                user: None,
                outlook: state.outlook(at, proof.evidence()),
                at,
                to_let_in,
            })),
            proof,
            version: None,
            server: None,
            recorded: false,
        }
    }

    fn usable() -> AccountState {
        AccountState {
            password: Fact::Known(PasswordState {
                set: true,
                ..PasswordState::default()
            }),
            ..AccountState::default()
        }
    }

    fn disabled() -> AccountState {
        AccountState {
            active: Fact::Known(false),
            ..usable()
        }
    }

    fn read_back() -> Proof {
        Proof::ReadBack("x".into())
    }

    #[test]
    fn green_only_if_the_user_can_sign_in() {
        let hidden = AccountState {
            lock: Fact::Unknown("hidden".into()),
            ..usable()
        };
        assert_eq!(
            hidden
                .outlook(jiff::Timestamp::UNIX_EPOCH, Evidence::None)
                .prospect(),
            Prospect::NotKnown
        );
        for (state, ending) in [
            (usable(), Ending::Done),
            (disabled(), Ending::CannotSignIn),
            (hidden, Ending::SignInNotKnown),
        ] {
            let receipt = receipt(StepOutcome::Done, read_back(), &state, true);
            assert_eq!(receipt.ending(), ending);
            assert_eq!(receipt.is_success(), ending == Ending::Done);
        }
    }

    #[test]
    fn an_act_that_was_not_to_let_in_succeeds_with_a_user_who_cannot_sign_in() {
        let receipt = receipt(StepOutcome::Done, Proof::NotNeeded, &disabled(), false);
        assert!(receipt.is_success());
    }

    #[test]
    fn what_is_accepted_only_or_contradicted_is_no_success() {
        let ending = |proof| receipt(StepOutcome::Done, proof, &usable(), true).ending();
        assert_eq!(ending(Proof::Accepted("x".into())), Ending::Accepted);
        assert_eq!(ending(Proof::NotKnown("x".into())), Ending::NotKnown);
        assert_eq!(ending(Proof::SignedIn("x".into())), Ending::Done);
    }

    #[test]
    fn the_worst_is_told_first() {
        let ending = |step, proof, state| receipt(step, proof, state, true).ending();
        let (usable, disabled) = (usable(), disabled());
        let accepted = || Proof::Accepted("x".into());
        let refused = || StepOutcome::Refused("x".into());
        let not_offered = || StepOutcome::NotOffered("x".into());
        let unknown = || StepOutcome::Unknown("x".into());
        assert_eq!(ending(refused(), accepted(), &disabled), Ending::Refused);
        assert_eq!(
            ending(not_offered(), accepted(), &disabled),
            Ending::CannotSignIn
        );
        assert_eq!(ending(not_offered(), accepted(), &usable), Ending::Accepted);
        assert_eq!(ending(not_offered(), read_back(), &usable), Ending::Partial);
        assert_eq!(ending(unknown(), read_back(), &usable), Ending::Partial);
    }
}
