//! Roles at the desk from groups of the directory.

use std::collections::BTreeMap;

use ldap3::Scope;

use super::{
    connection::Link, entry::Entry, filter::escape, flavour::Flavour, lost::Lost,
    search_request::SearchRequest,
};
use crate::permission::{Permissions, Role};

/// What the groups in `memberOf` give. Nested groups are not in there.
pub(super) fn held(entry: &Entry, roles: &BTreeMap<String, Role>) -> Permissions {
    let groups = entry.texts("memberOf");
    roles
        .iter()
        .filter(|(group, _)| groups.iter().any(|held| same(held, group)))
        .flat_map(|(_, role)| role.permissions().iter())
        .collect()
}

/// What the groups themselves say of `dn`, nested ones of Active Directory included.
pub(super) async fn of(
    link: &Link,
    dn: &str,
    roles: &BTreeMap<String, Role>,
) -> Result<Permissions, Lost> {
    let member = escape(dn);
    // LDAP_MATCHING_RULE_TRANSITIVE_EVAL (MS-ADTS 3.1.1.3.4.4.3).
    let filter = match link.root.flavour {
        Flavour::ActiveDirectory => format!("(member:1.2.840.113556.1.4.1941:={member})"),
        Flavour::OpenLdap | Flavour::Ds389 | Flavour::Lldap | Flavour::Other => {
            format!("(|(member={member})(uniqueMember={member}))")
        }
    };
    let mut held = Vec::new();
    for (group, role) in roles {
        let answer = link
            .search(SearchRequest {
                base: group,
                scope: Scope::Base,
                filter: &filter,
                attributes: &["1.1".to_owned()],
                limit: 0,
                controls: Vec::new(),
            })
            .await?;
        if !answer.entries.is_empty() {
            held.extend(role.permissions().iter());
        }
    }
    Ok(held.into_iter().collect())
}

/// Do two texts name the same entry? Case and blanks around the parts are ignored.
pub(super) fn same(one: &str, other: &str) -> bool {
    let parts = |dn: &str| -> Vec<String> {
        dn.split(',')
            .map(|part| part.trim().to_lowercase().replace(" = ", "="))
            .collect()
    };
    parts(one) == parts(other)
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
}
