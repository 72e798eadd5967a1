//! How hard a password is to guess by zxcvbn's reckoning (SP 800-63B-4, 3.1.1.2, asks for guidance of
//! that kind; the threshold is ours). It is judged when every other rule is kept, which say better
//! what is wrong.

use super::{
    context_words,
    rule::{Rule, Verdict},
};
use crate::password::{profile::Derivatives, strength::reaches};

pub(super) const RULE: Rule = Rule {
    key: "min_strength",
    label: |profile, _| {
        Some(match profile.min_strength {
            0 => return None,
            1 => "not very easy to guess".to_owned(),
            2 => "at least fairly hard to guess".to_owned(),
            3 => "hard to guess".to_owned(),
            _ => "very hard to guess".to_owned(),
        })
    },
    check: |profile, candidate, context| {
        let known: Vec<&str> = match profile.reject_user_id {
            Derivatives::Equal => Vec::new(),
            Derivatives::AndDerivatives => context_words::known(context).collect(),
        };
        if reaches(&candidate.exact, &known, profile.min_strength) {
            Verdict::Kept
        } else {
            Verdict::broken(
                "it is too easy to guess",
                "Add words that have nothing to do with each other.",
            )
        }
    },
};
