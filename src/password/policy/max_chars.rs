//! Most length in code points after NFC; never cut off (SP 800-63B-4, 3.1.1.2).

use super::rule::{Rule, Verdict};

pub(super) const RULE: Rule = Rule {
    key: "max_chars",
    label: |profile, _| Some(format!("at most {} characters", profile.max_chars)),
    check: |profile, candidate, _| {
        if candidate.chars <= profile.max_chars as usize {
            Verdict::Silent
        } else {
            let most = profile.max_chars;
            Verdict::broken(
                format!("too long: {most} characters are the most"),
                format!("Shorten it to {most} characters; nothing is cut off silently."),
            )
        }
    },
};
