//! Where FreeIPA keeps what: its tree is the same everywhere.

use super::rdn::{self, same};

/// What a server of FreeIPA has in its root DSE, by its topology plug-in.
pub(super) const ROOT_ATTRIBUTES: [&str; 2] = ["ipaTopologyIsManaged", "ipaDomainLevel"];

const USERS: &str = "cn=users,cn=accounts";
const DELETED: &str = "cn=deleted users,cn=accounts,cn=provisioning";

/// Where users are: those of now, and those who were deleted and kept (`ipa user-del --preserve`), so
/// that they are told apart from people whom nobody knows. Not the compatibility tree (`cn=compat`),
/// which shows everybody a second time, nor staged users, nor the system accounts in
/// `cn=sysaccounts,cn=etc`.
pub(super) fn bases(contexts: &[String]) -> Vec<String> {
    let context = contexts.first();
    context.map_or_else(Vec::new, |context| {
        vec![format!("{USERS},{context}"), format!("{DELETED},{context}")]
    })
}

/// The DN of a user of now.
pub(super) fn user(contexts: &[String], escaped: &str) -> Option<String> {
    let context = contexts.first()?;
    Some(format!("uid={escaped},{USERS},{context}"))
}

/// Was it deleted, and is it kept?
pub(super) fn is_deleted(dn: &str) -> bool {
    rdn::above(dn).any(|place| begins(place, DELETED))
}

/// A place that is not there, or that operators may not see, in most installations.
pub(super) fn may_be_missing(base: &str) -> bool {
    begins(base, DELETED)
}

/// Does the tree show it in a place where nobody signs in?
pub(super) fn is_shadow(dn: &str) -> bool {
    rdn::above(dn).any(|place| {
        [
            "cn=compat",
            "cn=staged users,cn=accounts,cn=provisioning",
            "cn=sysaccounts,cn=etc",
        ]
        .iter()
        .any(|shadow| begins(place, shadow))
    })
}

/// The policy of users who have none of their own.
pub(super) fn global_policy(contexts: &[String], domain: &str) -> Option<String> {
    let context = contexts.first()?;
    let realm = domain.to_uppercase();
    Some(format!("cn=global_policy,cn={realm},cn=kerberos,{context}"))
}

/// Are the first parts of `dn` those of `beginning`?
fn begins(dn: &str, beginning: &str) -> bool {
    let count = beginning.split(',').count();
    let first: Vec<&str> = dn.split(',').take(count).collect();
    same(&first.join(","), beginning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_of_the_tree_are_told_apart() {
        let deleted = "uid=ann,cn=deleted users,cn=accounts,cn=provisioning,dc=lab";
        let staged = "uid=ann,cn=staged users,cn=accounts,cn=provisioning,dc=lab";
        let user = "uid=ann,cn=users,cn=accounts,dc=lab";
        assert!(is_deleted(deleted) && !is_deleted(user) && !is_deleted(staged));
        for shadow in [
            staged,
            "uid=ann,cn=users,cn=compat,dc=lab",
            "uid=sync,cn=sysaccounts,cn=etc,dc=lab",
        ] {
            assert!(is_shadow(shadow), "{shadow}");
        }
        assert!(!is_shadow(user) && !is_shadow(deleted));
        assert!(may_be_missing(
            "cn=Deleted Users,cn=accounts,cn=provisioning,dc=lab"
        ));
        assert!(!may_be_missing("cn=users,cn=accounts,dc=lab"));
    }
}
