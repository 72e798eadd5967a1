//! Giving a role, at a server with our extension (`docs/scim-extension.md`).

use super::{body, directory::ScimDirectory, resource::Resource, writing::receipt};
use crate::{
    audit::Intent,
    directory::DirectoryError,
    operator::Operator,
    permission::Role,
    receipt::{Proof, Receipt, Step, StepOutcome},
    scim::schema::EXTENSION_URN,
    user::UserId,
};

impl ScimDirectory {
    pub(super) async fn assign_role(
        &self,
        operator: &Operator,
        user: &UserId,
        role: Role,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        self.extended(operator, "roles").await?;
        let before = self.before(operator, user, None).await?;
        let path = format!("{EXTENSION_URN}:role");
        let operations = vec![body::put(&path, role.word())];
        let after = self.patched(operator, &before, operations, intent).await?;
        let after = after.ok();
        let steps = vec![(Step::RoleAssigned, role_seen(after.as_ref(), &role))];
        let version = after.map(|after| after.user.version);
        Ok(receipt(steps, Proof::NotNeeded, version))
    }
}

/// Does the user show the role?
pub(super) fn role_seen(after: Option<&Resource>, role: &Role) -> StepOutcome {
    match after.map(|after| after.user.permissions == role.permissions()) {
        Some(true) => StepOutcome::Done,
        Some(false) => StepOutcome::Refused("the server shows another role".into()),
        None => StepOutcome::Unknown("accepted, but reading back failed".into()),
    }
}
