//! Whom an operator may see and act on, and which role they may give: every judgement of it is here;
//! the store leaves out of its answers whom these would refuse.

use super::DeskError;
use crate::{
    operator::Operator,
    permission::{Permission, Permissions, Reach, Role},
    user::User,
};

/// Nobody acts on the own account from outside it, nor on an account beyond the operator's reach or
/// one that may do more or reaches further.
pub(super) fn within_reach(operator: &Operator, user: &User) -> Result<(), DeskError> {
    if operator.id == user.id {
        return Err(DeskError::OwnAccount);
    }
    may_see(operator, user)?;
    no_more_than_own(operator, user.permissions, &user.reach)
}

/// Nobody sees an account that the operator's role does not reach; everybody sees their own.
pub(super) fn may_see(operator: &Operator, user: &User) -> Result<(), DeskError> {
    if operator.id == user.id || user.is_reached_by(&operator.reach) {
        Ok(())
    } else {
        Err(DeskError::BeyondReach(operator.reach.clone()))
    }
}

/// May the operator give `role` to a user who holds `held`, and reaches so far, now?
pub(super) fn gift(
    operator: &Operator,
    role: &Role,
    (held, held_reach): (Permissions, &Reach),
) -> Result<(), DeskError> {
    if *role == Role::None && held.is_empty() {
        return Ok(());
    }
    let own = operator.permissions;
    if !own.holds(Permission::RolesUpdate) {
        return Err(DeskError::Lacks(Permission::RolesUpdate));
    }
    let wanted: Permissions = role.permissions().iter().chain(held.iter()).collect();
    let beyond = wanted.beyond(own);
    if !beyond.is_empty() {
        return Err(DeskError::Outranked(beyond));
    }
    no_more_than_own(operator, role.permissions(), &role.reach())?;
    no_more_than_own(operator, held, held_reach)
}

/// Nobody gives, makes or acts on what may do more than they, or reaches further. What may do
/// nothing reaches nobody.
pub(super) fn no_more_than_own(
    operator: &Operator,
    permissions: Permissions,
    reach: &Reach,
) -> Result<(), DeskError> {
    let beyond = permissions.beyond(operator.permissions);
    if !beyond.is_empty() {
        return Err(DeskError::Outranked(beyond));
    }
    if permissions.is_empty() || reach.is_within(&operator.reach) {
        Ok(())
    } else {
        Err(DeskError::WiderReach(reach.clone()))
    }
}
