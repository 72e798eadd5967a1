//! The same act for several users: who is in it, and who is passed over and why. Each is an act of
//! its own at the gate, with its own record; here is only looked ahead, so that nobody is surprised.

use std::fmt;

use super::{DeskError, reach::within_reach};
use crate::{
    directory::UserChange,
    operator::Operator,
    permission::Permission,
    user::{AccountKind, DetailsChange, User},
};

/// What is to be done to each of several users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkAct {
    /// Take the lock off.
    Unlock,
    /// Enable the account.
    Enable,
    /// Disable the account.
    Disable,
    /// Draw a new password.
    Reset,
    /// Set fields to the same for all.
    Set(CommonFields),
}

/// Fields that several users can have alike; what is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommonFields {
    /// Another kind.
    pub kind: Option<AccountKind>,
    /// Another station; empty takes it away.
    pub station: Option<String>,
}

/// Who is in the act, and who is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkPlan {
    /// These, in the order given.
    pub acts: Vec<User>,
    /// These are passed over, and why.
    pub passed_over: Vec<(User, String)>,
}

impl CommonFields {
    /// Nothing is to be set.
    pub const fn is_nothing(&self) -> bool {
        self.kind.is_none() && self.station.is_none()
    }

    fn change(&self) -> UserChange {
        UserChange {
            kind: self.kind,
            details: DetailsChange {
                station: self.station.clone(),
                ..DetailsChange::default()
            },
            ..UserChange::default()
        }
    }
}

impl fmt::Display for BulkAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unlock => "unlock",
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Reset => "reset the password of",
            Self::Set(_) => "change",
        })
    }
}

impl BulkAct {
    /// What the act wants.
    pub const fn wants(&self) -> Permission {
        match self {
            Self::Unlock | Self::Reset | Self::Set(_) => Permission::UsersUpdate,
            Self::Enable | Self::Disable => Permission::UsersUpdateStatus,
        }
    }

    /// The act as a change of a user; `None` for those that are acts of their own.
    pub fn change(&self) -> Option<UserChange> {
        match self {
            Self::Unlock | Self::Reset => None,
            Self::Enable | Self::Disable => Some(UserChange {
                active: Some(*self == Self::Enable),
                ..UserChange::default()
            }),
            Self::Set(fields) => Some(fields.change()),
        }
    }

    /// Who of `users` is in it, as far as can be known before.
    pub fn plan(&self, operator: &Operator, users: Vec<User>) -> BulkPlan {
        let mut plan = BulkPlan {
            acts: Vec::new(),
            passed_over: Vec::new(),
        };
        for user in users {
            match self.obstacle(operator, &user) {
                None => plan.acts.push(user),
                Some(why) => plan.passed_over.push((user, why)),
            }
        }
        plan
    }

    fn obstacle(&self, operator: &Operator, user: &User) -> Option<String> {
        if !operator.permissions.holds(self.wants()) {
            return Some(DeskError::Lacks(self.wants()).to_string());
        }
        if let Err(refusal) = within_reach(operator, user) {
            return Some(refusal.to_string());
        }
        let state = &user.state;
        let nothing = match self {
            Self::Unlock => (state.lock.known() == Some(&None)).then_some("is not locked"),
            Self::Enable => (state.active.known() == Some(&true)).then_some("is not disabled"),
            Self::Disable => {
                (state.active.known() == Some(&false)).then_some("is disabled already")
            }
            Self::Reset => None,
            Self::Set(fields) => fields
                .change()
                .differences(user)
                .iter()
                .all(|difference| difference.old == difference.new)
                .then_some("is so already"),
        };
        nothing.map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        permission::{Permissions, Role},
        user::{AccountState, Details, Fact, Lock, UserId, Version},
    };

    fn user(login: &str, role: &Role, state: AccountState) -> User {
        User {
            id: UserId(login.into()),
            login: login.into(),
            email: String::new(),
            given_name: String::new(),
            family_name: login.into(),
            kind: Fact::Known(AccountKind::Staff),
            details: Fact::Known(Details::default()),
            state,
            permissions: role.permissions(),
            reach: crate::permission::Reach::EVERYWHERE,
            role: None,
            version: Version("1".into()),
        }
    }

    fn of(act: &BulkAct, holds: Permissions) -> Vec<(String, String)> {
        let lock = Some(Lock {
            since: None,
            failures: None,
            until: None,
        });
        let me = user("me", &Role::HelpDesk, AccountState::default());
        let operator = Operator {
            permissions: holds,
            reach: crate::permission::Reach::EVERYWHERE,
            ..Operator::of(&me)
        };
        let users = vec![
            me,
            user("chief", &Role::Administrator, AccountState::default()),
            user("open", &Role::None, AccountState::default()),
            user(
                "locked",
                &Role::None,
                AccountState {
                    lock: Fact::Known(lock),
                    active: Fact::Known(false),
                    ..AccountState::default()
                },
            ),
            user("unread", &Role::None, AccountState::nothing_offered()),
        ];
        let plan = act.plan(&operator, users);
        let acts = plan.acts.into_iter().map(|user| (user.login, "in".into()));
        let passed = plan.passed_over.into_iter();
        acts.chain(passed.map(|(user, why)| (user.login, why)))
            .collect()
    }

    #[test]
    fn whoever_may_not_be_touched_or_needs_nothing_is_passed_over_with_the_reason() {
        let held = Role::HelpDesk.permissions();
        let own = ("me", "this is your own account");
        let chief = ("chief", "this concerns permissions that you do not hold: ");
        for (act, expected) in [
            (
                BulkAct::Unlock,
                vec![
                    ("locked", "in"),
                    ("unread", "in"),
                    own,
                    chief,
                    ("open", "is not locked"),
                ],
            ),
            (
                BulkAct::Disable,
                vec![
                    ("open", "in"),
                    ("unread", "in"),
                    own,
                    chief,
                    ("locked", "is disabled already"),
                ],
            ),
            (
                BulkAct::Enable,
                vec![
                    ("locked", "in"),
                    ("unread", "in"),
                    own,
                    chief,
                    ("open", "is not disabled"),
                ],
            ),
            (
                BulkAct::Reset,
                vec![
                    ("open", "in"),
                    ("locked", "in"),
                    ("unread", "in"),
                    own,
                    chief,
                ],
            ),
            (
                BulkAct::Set(CommonFields {
                    kind: Some(AccountKind::Staff),
                    station: None,
                }),
                vec![
                    own,
                    chief,
                    ("open", "is so already"),
                    ("locked", "is so already"),
                    ("unread", "is so already"),
                ],
            ),
        ] {
            let told = of(&act, held);
            assert_eq!(told.len(), expected.len(), "{act}: {told:?}");
            for ((login, why), (expected, begins)) in told.iter().zip(expected) {
                assert_eq!(login, expected, "{act}");
                assert!(why.starts_with(begins), "{act}: {why}");
            }
        }
    }

    #[test]
    fn without_the_permission_nobody_is_in_it() {
        let told = of(&BulkAct::Disable, Role::Viewer.permissions());
        assert!(
            told.iter()
                .all(|(_, why)| why.contains("Users - Update Status"))
        );
    }
}
