use std::collections::HashSet;

use super::*;

/// Every set there is.
fn sets() -> impl Iterator<Item = Permissions> {
    (0..1024).map(Permissions::from_bits)
}

#[test]
fn a_permission_is_named_everywhere_as_the_agencys_software_names_it() {
    let titles = Permission::ALL.map(Permission::title);
    assert_eq!(
        titles,
        [
            "Users - Read",
            "Users - Update",
            "Users - Create",
            "Audit - Read",
            "Roles - Update",
            "Users - Update Status",
            "Users - Delete",
            "Tokens - Update",
            "Users - Force Logout",
            "Fields - Update",
        ]
    );
    for permission in Permission::ALL {
        assert_eq!(permission.to_string(), permission.title());
        let json = serde_json::to_value(permission).unwrap();
        assert_eq!(json, permission.title());
    }
}

#[test]
fn the_stored_number_of_a_set_has_a_bit_for_each_permission_and_never_changes() {
    let bits = Permission::ALL.map(|one| Permissions::from_iter([one]).bits());
    assert_eq!(bits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
    assert_eq!(Permissions::all().bits(), 1023);
    assert_eq!(Permissions::NONE.bits(), 0);
    assert_eq!(Permissions::from_bits(u16::MAX), Permissions::all());
    for set in sets() {
        assert_eq!(Permissions::from_bits(set.bits()), set);
        assert_eq!(set.iter().collect::<Permissions>(), set);
    }
    assert_eq!(sets().collect::<HashSet<_>>().len(), 1024);
}

#[test]
fn sets_are_compared_and_taken_apart_permission_by_permission() {
    for one in sets() {
        assert_eq!(one.is_empty(), one == Permissions::NONE);
        for other in sets() {
            let within = one.within(other);
            let beyond = one.beyond(other);
            for permission in Permission::ALL {
                let expected = one.holds(permission) && !other.holds(permission);
                assert_eq!(beyond.holds(permission), expected);
                let both = one.holds(permission) && other.holds(permission);
                assert_eq!(within.holds(permission), both);
            }
        }
        for permission in Permission::ALL {
            let without = one.without(permission);
            for other in Permission::ALL {
                let expected = one.holds(other) && other != permission;
                assert_eq!(without.holds(other), expected);
            }
        }
    }
}

#[test]
fn a_permission_that_is_listed_twice_is_held_once() {
    let twice = [Permission::UsersRead, Permission::UsersRead];
    assert_eq!(
        Permissions::from_iter(twice),
        Permissions::from_iter([Permission::UsersRead])
    );
}

#[test]
fn a_set_is_written_in_listed_order_and_read_back() {
    let set = Permissions::from_iter([Permission::RolesUpdate, Permission::UsersRead]);
    assert_eq!(set.to_string(), "Users - Read, Roles - Update");
    assert_eq!(
        format!("{set:?}"),
        "Permissions(Users - Read, Roles - Update)"
    );
    assert_eq!(Permissions::NONE.to_string(), "");
    let json = serde_json::to_string(&set).unwrap();
    assert_eq!(json, r#"["Users - Read","Roles - Update"]"#);
    assert_eq!(serde_json::from_str::<Permissions>(&json).unwrap(), set);
    assert!(serde_json::from_str::<Permissions>(r#"["Users - Remove"]"#).is_err());
}

#[test]
fn each_role_holds_what_its_name_says_and_the_auditor_cannot_reset() {
    use Permission::{AuditRead, UsersRead, UsersUpdate, UsersUpdateStatus};
    let held = |role: Role| role.permissions().iter().collect::<Vec<_>>();
    assert_eq!(held(Role::None), []);
    assert_eq!(held(Role::Viewer), [UsersRead]);
    assert_eq!(
        held(Role::HelpDesk),
        [UsersRead, UsersUpdate, UsersUpdateStatus]
    );
    assert_eq!(held(Role::Auditor), [UsersRead, AuditRead]);
    assert_eq!(held(Role::Administrator), Permission::ALL);
}

#[test]
fn a_role_is_found_by_its_word_in_any_case_and_by_nothing_else() {
    let words = ["none", "viewer", "help-desk", "auditor", "administrator"];
    assert_eq!(Role::WORDS, words);
    for role in Role::BUILT_IN {
        assert_eq!(role.to_string(), role.word());
        assert_eq!(Role::built_in(role.word()), Some(role.clone()));
        let typed = format!(" {} ", role.word().to_uppercase());
        assert_eq!(Role::built_in(&typed), Some(role.clone()));
        assert_eq!(serde_json::to_value(&role).unwrap(), role.word());
    }
    for word in ["", "admin", "help desk"] {
        assert_eq!(Role::built_in(word), None, "{word}");
        assert_eq!(Role::of_word(word), Role::Named(word.into()));
        // Nor does a setting name one of the site, which nobody there would look up.
        assert!(serde_json::from_value::<Role>(word.into()).is_err());
    }
}
