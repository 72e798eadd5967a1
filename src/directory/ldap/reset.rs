//! Setting somebody's password, with must-change and unlock as further steps of one receipt.

mod active_directory;
mod password_modify;

use super::{directory::LdapDirectory, flavour::Flavour, session::Session};
use crate::{
    directory::DirectoryError,
    receipt::{PasswordReset, Receipt},
};

impl LdapDirectory {
    pub(super) async fn reset(
        &self,
        session: &Session,
        reset: &PasswordReset<'_>,
    ) -> Result<Receipt, DirectoryError> {
        let writing = self.begin(session, reset.user, reset.expected).await?;
        match writing.link.root.flavour {
            Flavour::ActiveDirectory => Box::pin(self.reset_domain_user(&writing, reset)).await,
            Flavour::OpenLdap
            | Flavour::Ds389
            | Flavour::FreeIpa
            | Flavour::Lldap
            | Flavour::Other => Box::pin(self.reset_by_operation(&writing, reset)).await,
        }
    }
}
