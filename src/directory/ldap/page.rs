//! What a user's page shows: the user with the roles of all groups, and the rules for the password.

use super::{
    directory::LdapDirectory,
    policy::{self, Hints, Rules},
};
use crate::{
    directory::{DirectoryError, DirectoryPolicy},
    operator::Operator,
    user::{User, UserId},
};

impl LdapDirectory {
    pub(super) async fn page(
        &self,
        operator: &Operator,
        id: &UserId,
    ) -> Result<User, DirectoryError> {
        let session = self.session(operator)?;
        let mut user = match self.read_user(&session, id).await {
            Ok(seen) => seen.user,
            // Operators who must change their password first may read nothing, not even their entry.
            Err(DirectoryError::Forbidden { .. } | DirectoryError::NotFound)
                if operator.must_change && operator.id == *id =>
            {
                let unseen = self.unseen(&session.link().await?, id).user;
                return Ok(User {
                    login: operator.login.clone(),
                    email: operator.email.clone(),
                    family_name: operator.name.clone(),
                    ..unseen
                });
            }
            Err(error) => return Err(error),
        };
        // A page asks the groups themselves, which know of nested members too.
        let held = self.held_by(&session, id).await?;
        user.permissions = user.permissions.iter().chain(held.iter()).collect();
        Ok(user)
    }

    pub(super) async fn rules_of(
        &self,
        operator: &Operator,
        user: &UserId,
    ) -> Result<Option<DirectoryPolicy>, DirectoryError> {
        let session = self.session(operator)?;
        let seen = self.read(&session, user).await?;
        let link = session.link().await?;
        let hints = Hints::of(&link, &self.connector.settings);
        Ok(match seen.rules {
            Rules::Known(policy) => Some(policy.checklist(link.root.flavour, hints)),
            Rules::Hidden(source) => Some(DirectoryPolicy {
                remark: Some(format!(
                    "The directory has rules of its own that you may not read ({source}): it \
                     judges on Save."
                )),
                source,
                rules: Vec::new(),
                classes: 0,
            }),
            Rules::None => Some(policy::none(&link)),
        })
    }
}
