//! Former passwords. Their hashes are the directory's, so it judges on Save.

use super::rule::{Rule, Verdict};

pub(super) const RULE: Rule = Rule {
    key: "history",
    label: |profile, _| match profile.history {
        0 => None,
        1 => Some("not the last password (checked on Save)".to_owned()),
        last => Some(format!(
            "not one of the last {last} passwords (checked on Save)"
        )),
    },
    check: |_, _, _| Verdict::OnSave,
};
