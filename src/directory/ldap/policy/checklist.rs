//! The directory's rules as the operator sees them beside our own.

use super::rules::Policy;
use crate::directory::{
    CountedIn, DirectoryPolicy, DirectoryRule,
    ldap::{connection::Link, control::POLICY_HINTS, flavour::Flavour, settings::LdapSettings},
};

impl Policy {
    /// For the checklist.
    pub(in crate::directory::ldap) fn checklist(
        &self,
        flavour: Flavour,
        hints: Hints,
    ) -> DirectoryPolicy {
        let mut rules = Vec::new();
        let unit = self.counted_in.unwrap_or(CountedIn::CodePoints);
        if let Some(least) = self.min_length {
            rules.push(DirectoryRule {
                label: format!("at least {least} characters (directory)"),
                least: Some((least, unit)),
                most: None,
            });
        }
        if let Some(most) = self.max_length {
            rules.push(DirectoryRule {
                label: format!("at most {most} characters (directory)"),
                least: None,
                most: Some((most, unit)),
            });
        }
        let mut rule = |label| rules.push(DirectoryRule::on_save(label));
        if let Some(quality) = self.quality {
            rule(format!("{quality} (directory)"));
        }
        if let Some(history) = self.history {
            let plural = if history == 1 { "" } else { "s" };
            rule(format!(
                "none of the last {history} password{plural} (directory)"
            ));
        }
        DirectoryPolicy {
            source: self.source.clone(),
            rules,
            classes: self.classes,
            remark: Some(match flavour {
                Flavour::ActiveDirectory => history_checked(hints).into(),
                Flavour::FreeIpa => {
                    "FreeIPA checks the history of what an administrator sets, and nothing else: \
                     Halligan's own policy is checked first."
                        .into()
                }
                Flavour::OpenLdap | Flavour::Ds389 | Flavour::Lldap | Flavour::Other => {
                    "This directory may not check what an administrator sets, so Halligan's own \
                     policy is checked first."
                        .into()
                }
            }),
        }
    }
}

/// Are the policy hints asked for by the configuration, and does the server know them?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::directory::ldap) enum Hints {
    NotWanted,
    Sent,
    NotKnown,
}

impl Hints {
    pub(in crate::directory::ldap) fn of(link: &Link, settings: &LdapSettings) -> Self {
        if !settings.policy_hints {
            Self::NotWanted
        } else if POLICY_HINTS.iter().any(|oid| link.root.control(oid)) {
            Self::Sent
        } else {
            Self::NotKnown
        }
    }
}

/// What a domain checks of an administrator's choice (MS-ADTS 3.1.1.3.4.1.28).
const fn history_checked(hints: Hints) -> &'static str {
    match hints {
        Hints::NotWanted => {
            "The domain checks length and complexity of what an administrator sets, not the history."
        }
        Hints::Sent => {
            "The domain checks length, complexity and history of what an administrator sets, and \
             perhaps its least age."
        }
        Hints::NotKnown => {
            "The domain checks length and complexity of what an administrator sets, not the \
             history: this server does not know the policy hints that the configuration wants."
        }
    }
}

/// What is said where no policy applies to a user.
pub(in crate::directory::ldap) fn none(link: &Link) -> DirectoryPolicy {
    DirectoryPolicy {
        source: link.server.to_string(),
        rules: Vec::new(),
        classes: 0,
        remark: Some("This directory checks no password: Halligan's own policy decides.".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whether_the_history_is_checked_depends_on_the_policy_hints() {
        let remark = |hints| {
            let policy = Policy::default().checklist(Flavour::ActiveDirectory, hints);
            policy.remark.unwrap_or_default()
        };
        assert!(remark(Hints::NotWanted).contains("not the history"));
        assert!(remark(Hints::Sent).contains("complexity and history"));
        assert!(remark(Hints::NotKnown).contains("does not know the policy hints"));
    }
}
