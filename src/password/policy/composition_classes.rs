//! Classes of characters, for sites whose remote directory still demands them; off in every profile
//! (SP 800-63B-4, 3.1.1.2 forbids it).

use super::rule::{Rule, Verdict};

pub(super) const RULE: Rule = Rule {
    key: "composition_classes",
    label: |profile, _| {
        (profile.composition_classes > 1).then(|| wanted(profile.composition_classes))
    },
    check: |profile, candidate, _| {
        if classes(&candidate.exact) >= profile.composition_classes {
            Verdict::Kept
        } else {
            Verdict::broken(
                format!(
                    "too few kinds of characters: {} are needed",
                    wanted(profile.composition_classes)
                ),
                "Add a capital letter, a digit or a symbol.",
            )
        }
    },
};

fn wanted(classes: u32) -> String {
    match classes {
        4.. => "lower case, upper case, a digit and a symbol".to_owned(),
        _ => format!("{classes} of: lower case, upper case, digit, symbol"),
    }
}

fn classes(text: &str) -> u32 {
    let [mut lower, mut upper, mut digit, mut other] = [false; 4];
    for char in text.chars() {
        match char {
            _ if char.is_lowercase() => lower = true,
            _ if char.is_uppercase() => upper = true,
            _ if char.is_numeric() => digit = true,
            _ => other = true,
        }
    }
    [lower, upper, digit, other].map(u32::from).iter().sum()
}
