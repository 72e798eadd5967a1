//! The directory's own rules for passwords.

use serde::Serialize;

use crate::{password::policy::Line, password::policy::Refusal, password::policy::Tick};

/// A directory's own password rules, for the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct DirectoryPolicy {
    /// Where they were read: a DN, "the domain".
    pub source: String,
    /// The rules, in the order in which they are shown.
    pub rules: Vec<DirectoryRule>,
    /// Kinds of characters that it wants, of upper case, lower case, digits and others; 0 for any.
    pub classes: u32,
    /// Said beside them: that the directory does not check what an administrator sets.
    pub remark: Option<String>,
}

/// One rule of a [`DirectoryPolicy`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DirectoryRule {
    /// As a short sentence: "at least 10 characters (directory)".
    pub label: String,
    /// The least length, where this rule is about it; others can only be judged on Save.
    pub least: Option<(usize, CountedIn)>,
    /// The greatest length, likewise.
    pub most: Option<(usize, CountedIn)>,
}

impl DirectoryPolicy {
    /// The rules that `candidate` (NFC) is known to break.
    pub fn refusals(&self, candidate: &str) -> Vec<Refusal> {
        let lines = self.rules.iter().map(|rule| rule.line(candidate));
        lines.filter_map(|line| line.refusal).collect()
    }
}

/// What a directory counts when it measures a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CountedIn {
    /// Code points.
    CodePoints,
    /// UTF-16 code units (Active Directory).
    Utf16,
    /// Bytes of UTF-8 (OpenLDAP).
    Bytes,
}

impl CountedIn {
    /// In words, for more than one.
    const fn words(self) -> &'static str {
        match self {
            Self::CodePoints => "characters",
            Self::Utf16 => "UTF-16 units",
            Self::Bytes => "bytes",
        }
    }
}

impl CountedIn {
    /// The length of a password.
    fn length(self, candidate: &str) -> usize {
        match self {
            Self::CodePoints => candidate.chars().count(),
            Self::Utf16 => candidate.encode_utf16().count(),
            Self::Bytes => candidate.len(),
        }
    }
}

impl DirectoryRule {
    /// A rule that only the directory itself can judge.
    pub const fn on_save(label: String) -> Self {
        Self {
            label,
            least: None,
            most: None,
        }
    }

    /// The rule's line in the checklist for `candidate` (NFC).
    pub fn line(&self, candidate: &str) -> Line {
        let refusal = self.refusal(candidate);
        Line {
            label: self.label.clone(),
            tick: match (self.least.or(self.most), &refusal) {
                (None, _) => Tick::OnSave,
                (Some(_), None) => Tick::Kept,
                (Some(_), Some(_)) => Tick::Broken,
            },
            refusal,
        }
    }

    fn refusal(&self, candidate: &str) -> Option<Refusal> {
        let short = self
            .least
            .filter(|(least, unit)| unit.length(candidate) < *least);
        if let Some((least, _)) = short {
            return Some(Refusal {
                rule: "directory_min_chars".into(),
                message: format!("too short for the directory: {least} characters are needed"),
                cure: format!("Add words until it has {least} characters."),
            });
        }
        let long = self
            .most
            .filter(|(most, unit)| unit.length(candidate) > *most);
        long.map(|(most, unit)| Refusal {
            rule: "directory_max_chars".into(),
            message: format!(
                "too long for the directory: it takes {most} {}",
                unit.words()
            ),
            cure: "Use a shorter one.".into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_length_is_judged_in_what_the_directory_counts() {
        let rule = |unit| DirectoryRule {
            label: String::new(),
            least: Some((3, unit)),
            most: Some((4, unit)),
        };
        let broken = |unit, candidate: &str| {
            rule(unit)
                .line(candidate)
                .refusal
                .map(|refusal| refusal.rule)
        };
        assert_eq!(
            broken(CountedIn::Bytes, "ab").as_deref(),
            Some("directory_min_chars")
        );
        assert_eq!(broken(CountedIn::Bytes, "abc"), None);
        assert_eq!(
            broken(CountedIn::Bytes, "äöü").as_deref(),
            Some("directory_max_chars")
        );
        assert_eq!(broken(CountedIn::CodePoints, "äöü"), None);
        assert_eq!(
            broken(CountedIn::Utf16, "𝄞𝄞𝄞").as_deref(),
            Some("directory_max_chars")
        );
        let unknown = DirectoryRule::on_save("history".into()).line("ab");
        assert_eq!(unknown.tick, Tick::OnSave);
    }
}
