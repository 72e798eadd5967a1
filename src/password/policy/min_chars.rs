//! Least length in code points after NFC (SP 800-63B-4, 3.1.1.2; CJIS IA-5(1)(a)-6, -7).

use super::rule::{Context, Rule, Verdict};
use crate::password::profile::Profile;

pub(super) const RULE: Rule = Rule {
    key: "min_chars",
    label: |profile, context| {
        let least = least(profile, context);
        Some(match profile.of_kind {
            Some(kind) => format!("at least {least} characters ({})", kind.word()),
            None => format!("at least {least} characters"),
        })
    },
    check: |profile, candidate, context| {
        let least = least(profile, context);
        if candidate.chars >= least as usize {
            Verdict::Kept
        } else {
            Verdict::broken(
                format!("too short: {least} characters are needed"),
                format!("Add words until it has {least} characters; spaces count."),
            )
        }
    },
};

pub(super) fn least(profile: &Profile, context: &Context<'_>) -> u32 {
    if context.generated {
        profile.min_chars_generated
    } else {
        profile.min_chars
    }
}
