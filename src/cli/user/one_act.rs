//! What `user edit` changes beside attributes, in the same act.

use clap::Args;

use crate::{cli::words, directory::UserChange, permission::Role, user::User};

/// Status, role, lock and sessions, together with whatever else is changed.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub(super) struct OneAct {
    /// Let the user sign in again.
    #[arg(long, group = "changes", conflicts_with = "disable")]
    enable: bool,
    /// Keep the user from signing in.
    #[arg(long, group = "changes")]
    disable: bool,
    /// Take the lock off.
    #[arg(long, group = "changes")]
    unlock: bool,
    /// Have the user choose another password at the next sign-in.
    #[arg(long, group = "changes")]
    must_change: bool,
    /// Give this role in place of the one held.
    #[arg(long, group = "changes", value_parser = words::role())]
    role: Option<Role>,
    /// End the sessions and tokens.
    #[arg(long, group = "changes")]
    end_sessions: bool,
}

impl OneAct {
    /// Adds to `change` what differs from what is there.
    pub(super) fn add_to(&self, change: &mut UserChange, user: &User) {
        let state = &user.state;
        let active = match (self.enable, self.disable) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            (false, false) => None,
        };
        change.active = active.filter(|active| state.active.known() != Some(active));
        let is_open = state.lock.known().is_some_and(Option::is_none);
        change.unlock = self.unlock && !is_open;
        change.must_change = self.must_change && state.must_change.known() != Some(&true);
        // What a role of the site may do is not known before the desk has looked it up.
        let held = |role: &Role| !matches!(role, Role::Named(_)) && user.shows_role(role);
        change.role = self.role.clone().filter(|role| !held(role));
        change.end_sessions = self.end_sessions;
    }
}
