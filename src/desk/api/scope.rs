//! Permissions as OAuth scopes.

use crate::permission::{Permission, Permissions};

const SCOPES: [(Permission, &str); Permission::ALL.len()] = [
    (Permission::UsersRead, "users:read"),
    (Permission::UsersUpdate, "users:update"),
    (Permission::UsersCreate, "users:create"),
    (Permission::AuditRead, "audit:read"),
    (Permission::RolesUpdate, "roles:update"),
    (Permission::UsersUpdateStatus, "users:update-status"),
    (Permission::UsersDelete, "users:delete"),
    (Permission::TokensUpdate, "tokens:update"),
    (Permission::UsersForceLogout, "users:force-logout"),
    (Permission::FieldsUpdate, "fields:update"),
];

/// The permissions of scopes apart by blanks or commas: `users:read users:update`.
///
/// # Errors
/// The first word that is no scope.
pub fn permissions_of_scope(text: &str) -> Result<Permissions, String> {
    text.split([' ', ','])
        .filter(|word| !word.is_empty())
        .map(|word| {
            SCOPES
                .iter()
                .find(|(_, scope)| *scope == word)
                .map(|(permission, _)| *permission)
                .ok_or_else(|| word.to_owned())
        })
        .collect()
}

/// The scopes of permissions, apart by blanks.
pub fn scope_of(permissions: Permissions) -> String {
    SCOPES
        .iter()
        .filter(|(permission, _)| permissions.holds(*permission))
        .map(|(_, scope)| *scope)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_and_permissions_are_the_same_thing() {
        let all = scope_of(Permissions::all());
        assert_eq!(permissions_of_scope(&all), Ok(Permissions::all()));
        assert_eq!(permissions_of_scope("users:read,root"), Err("root".into()));
    }
}
