//! Questions about the roles and fields of the site.

use super::Performer;
use crate::{
    audit::Kind,
    console::effect::{
        FieldsListed, FieldsRequest, Reply, RoleOrder, RoleRemoval, RolesListed, RolesRequest,
    },
    desk::DeskError,
    permission::Role,
};

impl Performer {
    pub(super) async fn roles(&self, request: RolesRequest) -> Result<Reply, DeskError> {
        let session = self.session()?;
        let at = self.desk.at(&session);
        Ok(match request {
            RolesRequest::List => {
                let seat = at.roles_update(Kind::RolesListed).await?;
                Reply::Roles(Box::new(RolesListed {
                    roles: seat.judged_roles().await?,
                    to_give: seat.roles_to_give().await?,
                }))
            }
            RolesRequest::ToGive => {
                let seat = at.roles_update(Kind::RolesListed).await?;
                Reply::RolesToGive(seat.roles_to_give().await?)
            }
            RolesRequest::Add(new) => {
                let seat = at.roles_update(Kind::RoleAdded).await?;
                Reply::Done(seat.add_role(new).await?)
            }
            RolesRequest::Change(RoleOrder {
                name,
                expected,
                change,
            }) => {
                let seat = at.roles_update(Kind::RoleChanged).await?;
                Reply::Done(seat.change_role(&name, Some(&expected), change).await?)
            }
            RolesRequest::Remove(RoleRemoval {
                name,
                expected,
                instead,
            }) => {
                let seat = at.roles_update(Kind::RoleRemoved).await?;
                let removed = seat.remove_role(&name, Some(&expected), instead).await?;
                Reply::Done(removed.receipt)
            }
        })
    }

    pub(super) async fn fields(&self, request: FieldsRequest) -> Result<Reply, DeskError> {
        let session = self.session()?;
        let at = self.desk.at(&session);
        let changes = || at.fields_update(Kind::FieldChanged);
        Ok(match request {
            FieldsRequest::List => {
                let seat = at.fields_update(Kind::FieldsListed).await?;
                let of_the_site = seat.roles_to_choose().await?.into_iter();
                let of_the_site = of_the_site.map(|kept| Role::Site(kept.role));
                let roles = Role::BUILT_IN.into_iter().chain(of_the_site).collect();
                let fields = seat.fields().await?;
                Reply::Fields(Box::new(FieldsListed { fields, roles }))
            }
            FieldsRequest::Add(field) => Reply::Done(changes().await?.add_field(&field).await?),
            FieldsRequest::Change(order) => {
                let seat = changes().await?;
                Reply::Done(seat.change_field(&order.seen, &order.field).await?)
            }
            FieldsRequest::Move(name, place) => {
                Reply::Done(changes().await?.move_field(&name, place).await?)
            }
        })
    }
}
