//! The roles and fields of the site: what there is, and which commands do the rest.

use super::{Left, Talk};
use crate::{
    audit::Kind,
    desk::At,
    permission::{Permissions, Role},
    user::SiteField,
};

impl Talk<'_> {
    /// The roles, the built-in ones first.
    pub(super) async fn roles(&mut self) -> Result<(), Left> {
        let list = async |at: At<'_>| at.roles_update(Kind::RolesListed).await?.roles().await;
        let Ok(kept) = self.act(list).await? else {
            return Ok(());
        };
        for role in &Role::BUILT_IN {
            self.say(&format!(
                "{role}, built in: permits {}.",
                permits(role.permissions())
            ));
        }
        for kept in &kept {
            let role = &kept.role;
            self.say(&format!(
                "{}, held by {}: permits {}; reaches {}.",
                role.name,
                kept.holders,
                permits(role.permissions),
                role.reach
            ));
        }
        self.say(
            "`halligan role add`, `change` and `remove` make and change those of the site; a role is \
             given in the record of a person.",
        );
        Ok(())
    }

    /// The site's own fields, in their order.
    pub(super) async fn fields(&mut self) -> Result<(), Left> {
        let list = async |at: At<'_>| at.fields_update(Kind::FieldsListed).await?.fields().await;
        let Ok(fields) = self.act(list).await? else {
            return Ok(());
        };
        if fields.is_empty() {
            self.say("There are none yet.");
        }
        for field in &fields {
            self.say(&described(field));
        }
        self.say(
            "`halligan field add`, `change`, `values`, `move` and `retire` add and change them.",
        );
        Ok(())
    }
}

fn permits(permissions: Permissions) -> String {
    if permissions.is_empty() {
        "nothing".into()
    } else {
        permissions.to_string()
    }
}

fn described(field: &SiteField) -> String {
    let flags = [
        (field.searched, "searched"),
        (field.shown, "shown in lists"),
        (field.retired, "retired"),
    ];
    let told: Vec<&str> = std::iter::once(field.kind.word())
        .chain(
            flags
                .into_iter()
                .filter_map(|(is_on, word)| is_on.then_some(word)),
        )
        .collect();
    format!("{} ({}), {}.", field.title, field.name, told.join(", "))
}
