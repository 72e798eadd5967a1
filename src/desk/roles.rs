//! The roles that the site makes. Nobody makes or changes one to hold what they lack or to reach
//! further than they do, and nobody touches the one that they hold.

use super::{
    DeskError, Seat,
    reach::no_more_than_own,
    seat::{Right, RolesUpdate},
};
use crate::{
    audit::{Event, Outcome},
    directory::{DirectoryError, KeptRole},
    permission::{Permissions, Reach, Role, RoleFault, SiteRole},
    receipt::Receipt,
    user::Version,
};

/// What is to become of a role of the site; what is absent stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleChange {
    /// Its name.
    pub name: Option<String>,
    /// What it permits.
    pub permissions: Option<Permissions>,
    /// Over which accounts.
    pub reach: Option<Reach>,
}

/// A role of the site, and may this operator change it?
#[derive(Debug, Clone)]
pub struct JudgedRole {
    /// The role.
    pub kept: KeptRole,
    /// Why not, if so.
    pub may_change: Result<(), DeskError>,
}

/// A role of the site taken away.
#[derive(Debug)]
pub struct RoleRemoved {
    /// How many users held it.
    pub holders: u64,
    /// What was done.
    pub receipt: Receipt,
}

impl<R: Right> Seat<'_, R> {
    /// The roles of the site, for a choice.
    ///
    /// # Errors
    /// The directory's.
    pub async fn roles_to_choose(&self) -> Result<Vec<KeptRole>, DeskError> {
        self.read(self.directory().roles(self.operator()).await)
    }

    /// The roles that the operator may give: those that are built in, then the site's by name.
    ///
    /// # Errors
    /// The directory's.
    pub async fn roles_to_give(&self) -> Result<Vec<Role>, DeskError> {
        let of_the_site = self.roles_to_choose().await?.into_iter();
        let of_the_site = of_the_site.map(|kept| Role::Site(kept.role));
        let may_give = |role: &Role| {
            no_more_than_own(self.operator(), role.permissions(), &role.reach()).is_ok()
        };
        let all = Role::BUILT_IN.into_iter().chain(of_the_site);
        Ok(all.filter(may_give).collect())
    }

    /// The role that is meant, looked up where it is known by its name alone.
    ///
    /// # Errors
    /// [`DirectoryError::Invalid`] where there is none such, and the directory's.
    pub(super) async fn known_role(&self, role: Role) -> Result<Role, DeskError> {
        let Role::Named(name) = &role else {
            return Ok(role);
        };
        let roles = self.roles_to_choose().await?;
        let kept = role_called(&roles, name).ok_or_else(|| no_such_role(&roles, name))?;
        Ok(Role::Site(kept.role.clone()))
    }
}

/// The role of the site of this name.
pub(super) fn role_called<'r>(roles: &'r [KeptRole], name: &str) -> Option<&'r KeptRole> {
    roles.iter().find(|kept| kept.role.is_called(name))
}

pub(super) fn no_such_role(roles: &[KeptRole], name: &str) -> DirectoryError {
    let built_in = Role::WORDS.into_iter();
    let known: Vec<_> = built_in
        .chain(roles.iter().map(|kept| kept.role.name.as_str()))
        .collect();
    DirectoryError::invalid(format!(
        "there is no role {name}; there are {}",
        known.join(", ")
    ))
}

impl Seat<'_, RolesUpdate> {
    /// Every role of the site, with how many hold it; the listing is recorded.
    ///
    /// # Errors
    /// [`DeskError::Audit`] and the directory's.
    pub async fn roles(&self) -> Result<Vec<KeptRole>, DeskError> {
        let roles = self.roles_to_choose().await?;
        self.record(self.event(Outcome::Done)).await?;
        Ok(roles)
    }

    /// The same, each with why this operator may not change it, if so.
    ///
    /// # Errors
    /// As [`Seat::roles`].
    pub async fn judged_roles(&self) -> Result<Vec<JudgedRole>, DeskError> {
        let roles = self.roles().await?;
        if roles.is_empty() {
            return Ok(Vec::new());
        }
        let own = self.own_role().await?;
        let judged = roles.into_iter().map(|kept| JudgedRole {
            may_change: self.may_change(own, &kept.role),
            kept,
        });
        Ok(judged.collect())
    }

    /// Makes a role of the site.
    ///
    /// # Errors
    /// [`DeskError::Outranked`], [`DeskError::WiderReach`], [`DeskError::StepUp`],
    /// [`DeskError::Audit`], and the directory's: the name is taken, for one.
    pub async fn add_role(self, new: SiteRole) -> Result<Receipt, DeskError> {
        let new = new.checked().map_err(|fault| unfit(&fault))?;
        let described = described(&new);
        if let Err(refusal) = no_more_than_own(self.operator(), new.permissions, &new.reach) {
            return Err(self.refused(&described, refusal).await);
        }
        self.step_up()?;
        let event = Event {
            detail: Some(described),
            ..self.event(Outcome::Intent)
        };
        self.write(event, async |intent| {
            self.directory()
                .add_role(self.operator(), &new, &intent)
                .await
        })
        .await
    }

    /// Changes the role of this name, from the version that was seen on, or from the one of this
    /// moment.
    ///
    /// # Errors
    /// As [`Seat::add_role`], and [`DeskError::OwnRole`].
    pub async fn change_role(
        self,
        name: &str,
        expected: Option<&Version>,
        change: RoleChange,
    ) -> Result<Receipt, DeskError> {
        let old = self.role_to_change(name).await?;
        let was = &old.role;
        let new = SiteRole {
            number: was.number,
            name: change.name.unwrap_or_else(|| was.name.clone()),
            permissions: change.permissions.unwrap_or(was.permissions),
            reach: change.reach.unwrap_or_else(|| was.reach.clone()),
        };
        let new = new.checked().map_err(|fault| unfit(&fault))?;
        let differences = differences(was, &new);
        if differences.is_empty() {
            return Err(DirectoryError::invalid("nothing is to be changed").into());
        }
        let detail = format!("role {}: {}", was.name, differences.join("; "));
        let own = self.own_role().await?;
        let judged = self
            .may_change(own, was)
            .and_then(|()| no_more_than_own(self.operator(), new.permissions, &new.reach));
        if let Err(refusal) = judged {
            return Err(self.refused(&detail, refusal).await);
        }
        self.step_up()?;
        let event = Event {
            detail: Some(format!("{detail}; held by {}", old.holders)),
            ..self.event(Outcome::Intent)
        };
        let expected = expected.unwrap_or(&old.version);
        self.write(event, async |intent| {
            self.directory()
                .change_role(self.operator(), expected, &new, &intent)
                .await
        })
        .await
    }

    /// Takes the role of this name away. Who holds it holds `instead` from then on; a role that
    /// somebody holds goes only with that said.
    ///
    /// # Errors
    /// As [`Seat::change_role`].
    pub async fn remove_role(
        self,
        name: &str,
        expected: Option<&Version>,
        instead: Option<Role>,
    ) -> Result<RoleRemoved, DeskError> {
        let mut old = self.role_to_change(name).await?;
        let instead = match instead {
            Some(role) => Some(self.known_role(role).await?),
            None => None,
        };
        if instead.as_ref().and_then(Role::number) == Some(old.role.number) {
            return Err(DirectoryError::invalid("that is the role which is to go").into());
        }
        let mut detail = format!("{}; held by {}", described(&old.role), old.holders);
        if let Some(role) = &instead {
            detail = format!("{detail}, who hold {role} from now on");
        }
        let own = self.own_role().await?;
        let judged = self
            .may_change(own, &old.role)
            .and_then(|()| match &instead {
                Some(role) => no_more_than_own(self.operator(), role.permissions(), &role.reach()),
                None => Ok(()),
            });
        if let Err(refusal) = judged {
            return Err(self.refused(&detail, refusal).await);
        }
        self.step_up()?;
        if let Some(expected) = expected {
            old.version.clone_from(expected);
        }
        let event = Event {
            detail: Some(detail),
            ..self.event(Outcome::Intent)
        };
        let receipt = self
            .write(event, async |intent| {
                self.directory()
                    .remove_role(self.operator(), &old, instead.as_ref(), &intent)
                    .await
            })
            .await?;
        Ok(RoleRemoved {
            holders: old.holders,
            receipt,
        })
    }

    async fn role_to_change(&self, name: &str) -> Result<KeptRole, DeskError> {
        if let Some(role) = Role::built_in(name) {
            return Err(DirectoryError::invalid(format!(
                "{role} is a role that is built in, and stays as it is"
            ))
            .into());
        }
        let roles = self.roles_to_choose().await?;
        role_called(&roles, name)
            .cloned()
            .ok_or_else(|| no_such_role(&roles, name).into())
    }

    /// The number of the role that the operator holds, or whoever made the machine client.
    async fn own_role(&self) -> Result<Option<u32>, DeskError> {
        let operator = self.operator();
        let own = operator.made_by.as_ref().unwrap_or(&operator.id);
        let entry = self.read(self.directory().entry(operator, own).await)?;
        Ok(entry.role.number())
    }

    /// Nobody changes what they hold themselves, nor does a machine change what its maker holds; nor
    /// what may do more, or reaches further.
    fn may_change(&self, own: Option<u32>, role: &SiteRole) -> Result<(), DeskError> {
        if own == Some(role.number) {
            return Err(DeskError::OwnRole);
        }
        no_more_than_own(self.operator(), role.permissions, &role.reach)
    }

    async fn refused(&self, detail: &str, error: DeskError) -> DeskError {
        let event = Event {
            detail: Some(detail.to_owned()),
            ..self.event(Outcome::Refused(error.to_string()))
        };
        if let Err(failure) = self.record(event).await {
            tracing::error!(%failure, "a refusal could not be recorded");
        }
        error
    }
}

fn unfit(fault: &RoleFault) -> DeskError {
    DirectoryError::invalid(fault.to_string()).into()
}

fn permits(permissions: Permissions) -> String {
    if permissions.is_empty() {
        "nothing".into()
    } else {
        permissions.to_string()
    }
}

/// The role as the audit tells it.
fn described(role: &SiteRole) -> String {
    let SiteRole {
        name,
        permissions,
        reach,
        ..
    } = role;
    format!(
        "role {name}: permits {}; reaches {reach}",
        permits(*permissions)
    )
}

/// Each part as it was and as it is to be.
fn differences(old: &SiteRole, new: &SiteRole) -> Vec<String> {
    let mut told = Vec::new();
    if old.name != new.name {
        told.push(format!("name {} -> {}", old.name, new.name));
    }
    if old.permissions != new.permissions {
        let (was, is) = (permits(old.permissions), permits(new.permissions));
        told.push(format!("permits {was} -> {is}"));
    }
    if old.reach != new.reach {
        told.push(format!("reaches {} -> {}", old.reach, new.reach));
    }
    told
}
