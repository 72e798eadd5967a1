//! Roles at the desk from groups of the directory.
//!
//! Whoever may do more must not be reset by whoever may do less, so a group that cannot be asked is
//! an error and never "no member".

mod membership;
mod nested;
mod posix;
mod token;

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use ldap3::Scope;

use super::{
    attributes::Attributes,
    connection::Link,
    directory::LdapDirectory,
    entry::Entry,
    flavour::Flavour,
    lost::Lost,
    rdn::same,
    result_code as code,
    search_request::{SearchAnswer, SearchRequest},
    session::Session,
    settings::LdapSettings,
};
use crate::{
    directory::DirectoryError,
    permission::{Permissions, Role},
    user::UserId,
};

use membership::membership;
use posix::Posix;
use token::Token;

/// What groups give, or why they could not be asked.
pub(super) type Held = Result<Permissions, Box<DirectoryError>>;

/// Somebody who may be a member, by every name that a group may know.
#[derive(Debug, Default)]
struct Member {
    /// The DN, and those of the groups that this is a member of.
    names: Vec<String>,
    posix: Posix,
    token: Token,
}

impl LdapDirectory {
    /// What the groups of the configuration give to `id`, asked over the session's connection.
    pub(super) async fn held_by(
        &self,
        session: &Session,
        id: &UserId,
    ) -> Result<Permissions, DirectoryError> {
        let settings = &self.connector.settings;
        if settings.roles.is_empty() {
            return Ok(Permissions::default());
        }
        session
            .read(|link| Box::pin(async move { of(&link, &id.0, settings).await }))
            .await?
            .map_err(|error| *error)
    }
}

/// What the groups in `memberOf` give. Nested groups are not in there.
pub(super) fn held(entry: &Entry, roles: &BTreeMap<String, Role>) -> Permissions {
    let groups = entry.texts("memberOf");
    roles
        .iter()
        .filter(|(group, _)| groups.iter().any(|held| same(held, group)))
        .flat_map(|(_, role)| role.permissions().iter())
        .collect()
}

/// What the groups themselves say of `dn`: as a member by DN or by ID (`memberUid`), by way of other
/// groups, as a primary group.
pub(super) async fn of(link: &Link, dn: &str, settings: &LdapSettings) -> Result<Held, Lost> {
    if settings.roles.is_empty() {
        return Ok(Ok(Permissions::default()));
    }
    let member = match member(link, dn, settings).await? {
        Ok(member) => member,
        Err(error) => return Ok(Err(error)),
    };
    let asked = settings
        .roles
        .iter()
        .map(async |(group, role)| Ok((role, holds(link, group, &member).await?)));
    let mut held = Vec::new();
    for (role, is_member) in try_join_all(asked).await? {
        match is_member {
            Ok(true) => held.extend(role.permissions().iter()),
            Ok(false) => {}
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(held.into_iter().collect()))
}

async fn member(
    link: &Link,
    dn: &str,
    settings: &LdapSettings,
) -> Result<Result<Member, Box<DirectoryError>>, Lost> {
    let login = Attributes::new(link.root.flavour, settings).login;
    let mut names = vec![login.clone(), "gidNumber".into()];
    if link.root.flavour == Flavour::ActiveDirectory {
        names.extend(token::ATTRIBUTES.iter().map(|&name| name.to_owned()));
    }
    let answer = base(link, dn, "(objectClass=*)", &names).await?;
    let entry = answer.entries.into_iter().next();
    let entry = entry.map_or_else(|| Entry::bare(dn), |(entry, _)| entry);
    let mut member = Member {
        names: vec![dn.to_owned()],
        posix: Posix::of(&entry, dn, &login),
        token: Token::of(&entry),
    };
    // Active Directory follows nested groups itself, and lldap has none.
    Ok(match link.root.flavour {
        Flavour::ActiveDirectory | Flavour::Lldap => Ok(member),
        Flavour::OpenLdap | Flavour::Ds389 | Flavour::FreeIpa | Flavour::Other => {
            match nested::above(link, dn, &member.posix).await? {
                Ok(groups) => {
                    member.names.extend(groups);
                    Ok(member)
                }
                Err(error) => Err(error),
            }
        }
    })
}

/// Is the group there, and may its members be read?
pub(super) async fn look(
    link: &Link,
    group: &str,
) -> Result<Result<(), Box<DirectoryError>>, Lost> {
    let nobody = Member::default();
    Ok(holds(link, group, &nobody).await?.map(|_| ()))
}

/// Is `member` one of `group`?
async fn holds(
    link: &Link,
    group: &str,
    member: &Member,
) -> Result<Result<bool, Box<DirectoryError>>, Lost> {
    let names = ["objectClass", "gidNumber", "objectSid"].map(str::to_owned);
    let answer = base(link, group, "(objectClass=*)", &names).await?;
    let Some((entry, _)) = answer.entries.into_iter().next() else {
        return Ok(Err(Box::new(unseen(link, group, answer.result.rc))));
    };
    if member.names.iter().any(|name| same(name, group))
        || member.posix.has_primary(&entry)
        || member.token.names(&entry)
    {
        return Ok(Ok(true));
    }
    let filter = membership(link.root.flavour, &member.names, &member.posix);
    let answer = base(link, group, &filter, &["1.1".to_owned()]).await?;
    if !answer.entries.is_empty() {
        return Ok(Ok(true));
    }
    if answer.result.rc != code::SUCCESS {
        return Ok(Err(Box::new(unseen(link, group, answer.result.rc))));
    }
    // A server leaves an entry out when it may not judge the filter: only whoever may see the
    // absence of members may believe it.
    let Some(attribute) = judged(link.root.flavour, &entry) else {
        return Ok(Ok(false));
    };
    let filter = format!("(|({attribute}=*)(!({attribute}=*)))");
    let answer = base(link, group, &filter, &["1.1".to_owned()]).await?;
    Ok(if answer.entries.is_empty() {
        Err(Box::new(unread(link, group, attribute)))
    } else {
        Ok(false)
    })
}

/// The attribute in which this kind of group has its members, where a server may hide it.
fn judged(flavour: Flavour, group: &Entry) -> Option<&'static str> {
    if matches!(flavour, Flavour::ActiveDirectory | Flavour::Lldap) {
        return None;
    }
    let classes = group.texts("objectClass");
    let is = |name: &str| classes.iter().any(|class| class.eq_ignore_ascii_case(name));
    Some(if is("groupOfUniqueNames") {
        "uniqueMember"
    } else if is("posixGroup") && !is("groupOfNames") && !is("ipaUserGroup") {
        "memberUid"
    } else {
        "member"
    })
}

async fn base(
    link: &Link,
    dn: &str,
    filter: &str,
    attributes: &[String],
) -> Result<SearchAnswer, Lost> {
    link.search(SearchRequest {
        base: dn,
        scope: Scope::Base,
        filter,
        attributes,
        limit: 0,
        controls: Vec::new(),
    })
    .await
}

fn unseen(link: &Link, group: &str, rc: u32) -> DirectoryError {
    let message = match rc {
        code::SUCCESS | code::NO_SUCH_OBJECT => format!(
            "{} has no group {group}, or does not show it to you",
            link.server
        ),
        34 => format!("{group} of [ldap.roles] is no DN for {}", link.server),
        other => format!(
            "{} does not say who is in the group {group} (result {other})",
            link.server
        ),
    };
    DirectoryError::Unavailable {
        message,
        cure: "Correct [ldap.roles], or have operators given read on the group: without it nobody \
               can tell who may reset whom."
            .into(),
        raw: None,
    }
}

fn unread(link: &Link, group: &str, attribute: &str) -> DirectoryError {
    DirectoryError::Unavailable {
        message: format!(
            "{} does not let you read {attribute} of the group {group} of [ldap.roles]",
            link.server
        ),
        cure: format!(
            "Have operators given read and search on {attribute} of that group: without it nobody \
             can tell who may reset whom."
        ),
        raw: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_holds_what_the_roles_of_all_its_groups_hold() {
        let roles = BTreeMap::from([
            ("cn=Desk,dc=lab".to_owned(), Role::HelpDesk),
            ("cn=Audit,dc=lab".to_owned(), Role::Auditor),
            ("cn=Boss,dc=lab".to_owned(), Role::Administrator),
        ]);
        let entry = Entry::for_test(
            "uid=a",
            &[("memberOf", &["CN=desk, DC=lab", "cn=audit,dc=lab"])],
        );
        let wanted: Permissions = Role::HelpDesk
            .permissions()
            .iter()
            .chain(Role::Auditor.permissions().iter())
            .collect();
        assert_eq!(held(&entry, &roles), wanted);
    }

    #[test]
    fn the_attribute_that_must_be_readable_is_the_one_of_the_kind_of_group() {
        let of = |classes: &[&str]| {
            judged(
                Flavour::OpenLdap,
                &Entry::for_test("", &[("objectClass", classes)]),
            )
        };
        assert_eq!(of(&["top", "groupOfNames"]), Some("member"));
        assert_eq!(of(&["groupOfUniqueNames"]), Some("uniqueMember"));
        assert_eq!(of(&["posixGroup"]), Some("memberUid"));
        assert_eq!(of(&["posixGroup", "groupOfNames"]), Some("member"));
    }
}
