use super::*;

fn told(key: &str, value: &str) -> KindProfile {
    toml::from_str(&format!("[policy]\n{key} = {value}")).unwrap()
}

#[test]
fn a_kind_without_a_profile_of_its_own_and_one_that_is_not_known_have_the_general_one() {
    let residents = Profile {
        min_chars: 8,
        ..Profile::nist()
    };
    let profiles = Profiles::from(Profile::nist()).with(AccountKind::Residential, residents);
    let least = |kind| profiles.of(kind).min_chars;
    assert_eq!(least(Some(AccountKind::Residential)), 8);
    assert_eq!(least(Some(AccountKind::Staff)), 15);
    assert_eq!(least(None), 15);
    assert!(profiles.is_own(Some(AccountKind::Residential)));
    assert!(!profiles.is_own(Some(AccountKind::Staff)) && !profiles.is_own(None));
}

#[test]
fn what_is_not_about_a_password_is_the_same_for_every_kind() {
    let profiles =
        Profiles::from(Profile::cjis()).with(AccountKind::Residential, Profile::legacy_90_10());
    let own = profiles.of(Some(AccountKind::Residential));
    let general = Profile::cjis();
    assert_eq!((own.min_chars, own.history), (8, 10));
    let other = Profile {
        kdf: super::super::Kdf::Argon2id,
        idle_lock_min: 7,
        reauth_hours: 7,
        disconnect_idle_min: 7,
        step_up_window_min: 7,
        step_up_reason: Some("a reason".into()),
        reveal_while_typing: true,
        operator_may_type_password: false,
        blocklist_max_age_days: 7,
        ..general.clone()
    };
    let profiles = Profiles::from(general.clone()).with(AccountKind::Unit, other);
    let expected = Profile {
        of_kind: Some(AccountKind::Unit),
        ..general
    };
    assert_eq!(**profiles.of(Some(AccountKind::Unit)), expected);
}

#[test]
fn values_stand_on_the_general_ones_unless_the_kind_names_a_profile() {
    let general: ProfileOverrides = toml::from_str("min_chars = 20\nhistory = 3").unwrap();
    let profile = told("min_chars", "8").profile("cjis", &general).unwrap();
    assert_eq!(
        (profile.min_chars, profile.history, profile.max_age_days),
        (8, 3, Some(365))
    );
    let named = KindProfile {
        profile: Some("legacy-90-10".into()),
        ..told("min_chars", "9")
    };
    let profile = named.profile("cjis", &general).unwrap();
    assert_eq!(
        (profile.min_chars, profile.history, profile.max_age_days),
        (9, 10, Some(90))
    );
}

#[test]
fn each_value_of_a_kind_counts_or_is_refused() {
    let values = [
        ("min_chars", "9", false),
        ("min_chars_generated", "9", false),
        ("max_chars", "99", false),
        ("composition_classes", "2", false),
        ("reject_user_id", "\"equal\"", false),
        ("reject_proper_name", "true", false),
        ("blocklist", "false", false),
        ("blocklist_max_age_days", "9", true),
        ("min_strength", "1", false),
        ("history", "9", false),
        ("max_age_days", "9", false),
        ("temp_password_hours", "9", false),
        ("reveal_while_typing", "false", true),
        ("lockout_attempts", "9", false),
        ("lockout_window_min", "9", false),
        ("idle_lock_min", "9", true),
        ("reauth_hours", "9", true),
        ("disconnect_idle_min", "9", true),
        ("step_up_window_min", "9", true),
        ("step_up_reason", "\"a reason\"", true),
        ("disable_inactive_days", "9", false),
        ("kdf", "\"pbkdf2-sha256\"", true),
        ("operator_may_type_password", "false", true),
    ];
    let none = ProfileOverrides::default();
    for (key, value, refused) in values {
        match told(key, value).profile("nist-800-63b-4", &none) {
            Ok(profile) => {
                assert!(!refused, "{key}");
                assert_ne!(profile, Profile::nist(), "{key} does not count");
            }
            Err(wrong) => {
                assert!(refused, "{key}: {wrong:?}");
                assert_eq!(wrong[0].key, key);
            }
        }
    }
    assert_eq!(values.len(), ProfileOverrides::KEYS.len() - 6);
    for (key, value) in [
        ("salt_bits", "1"),
        ("count", "\"bytes\""),
        ("normalize", "\"none\""),
    ] {
        assert!(told(key, value).profile("cjis", &none).is_err(), "{key}");
    }
}
