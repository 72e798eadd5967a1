//! The operator as the directory tells the account at this moment.
//!
//! What an operator may not read of the own entry is not known: `docs/ldap.md` says so. The server
//! judges by the bind, which outlives a new password; so the date of the password is looked at too.

use jiff::Timestamp;

use super::{directory::LdapDirectory, session::Session};
use crate::{
    directory::DirectoryError,
    operator::{Changed, Operator, OperatorChange},
    permission::Permissions,
    user::{Fact, User},
};

impl LdapDirectory {
    pub(super) async fn operator_now(
        &self,
        operator: &Operator,
    ) -> Result<Operator, DirectoryError> {
        let session = self.session(operator)?;
        let seen = match self.read(&session, &operator.id).await {
            Ok(seen) => Some(seen.user),
            Err(DirectoryError::NotFound) if session.has_seen_own_entry() => {
                return changed(Changed::Removed);
            }
            // Who may not read the own entry, or must change the password first, goes on with what
            // the sign-in proved.
            Err(DirectoryError::NotFound | DirectoryError::Forbidden { .. }) => None,
            Err(error) => return Err(error),
        };
        let Some(user) = seen else {
            return Ok(operator.clone());
        };
        session.note_own_entry();
        let permissions = self.permissions_now(&session, operator).await?;
        let user = User {
            permissions,
            ..user
        };
        // Grace sign-ins (draft-behera-ldap-password-policy section 5.2.6) let an expired password in.
        match operator.change_to(&user, Timestamp::now()) {
            Some(Changed::Expired) | None if permissions != operator.permissions => {
                changed(Changed::Role)
            }
            Some(Changed::Expired) | None => Ok(now(operator, &user)),
            Some(what) => changed(what),
        }
    }

    async fn permissions_now(
        &self,
        session: &Session,
        operator: &Operator,
    ) -> Result<Permissions, DirectoryError> {
        let from_groups = self.held_by(session, &operator.id).await?;
        let default = self.connector.settings.default_role.permissions();
        Ok(default.iter().chain(from_groups.iter()).collect())
    }
}

/// What was read in place of what the sign-in told; what was not read stays.
fn now(operator: &Operator, user: &User) -> Operator {
    let password_set_at = user.state.password.known().and_then(|it| it.changed_at);
    Operator {
        must_change: operator.must_change || user.state.must_change == Fact::Known(true),
        password_set_at: password_set_at.or(operator.password_set_at),
        ..operator.clone()
    }
}

fn changed<T>(what: Changed) -> Result<T, DirectoryError> {
    Err(DirectoryError::OperatorChanged(OperatorChange::from(what)))
}
