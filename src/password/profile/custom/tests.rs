use super::*;
use crate::password::profile::Kdf;

fn wrong(base: &str, given: &ProfileOverrides) -> Vec<String> {
    Profile::from_config(base, given)
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn parsed(toml: &str) -> ProfileOverrides {
    toml::from_str(toml).unwrap()
}

#[test]
fn without_overrides_a_profile_is_itself() {
    for base in Profile::NAMES {
        let profile = Profile::from_config(base, &ProfileOverrides::default()).unwrap();
        assert_eq!(Some(profile), Profile::named(base));
    }
}

#[test]
fn an_override_replaces_its_value_and_marks_the_name() {
    let given = parsed("min_chars = 20\nhistory = 5\nkdf = \"pbkdf2-sha256\"");
    let profile = Profile::from_config("nist-800-63b-4", &given).unwrap();
    assert_eq!(profile.name, "nist-800-63b-4+custom");
    assert_eq!((profile.min_chars, profile.history), (20, 5));
    assert_eq!(profile.kdf, Kdf::Pbkdf2Sha256);
    assert_eq!(profile.max_chars, 128);
}

#[test]
fn writing_down_the_profiles_own_value_changes_nothing() {
    let given = parsed("min_chars = 15\nmust_change_after_reset = true\nsalt_bits = 128");
    let profile = Profile::from_config("cjis", &given).unwrap();
    assert_eq!(profile, Profile::cjis());
}

#[test]
fn zero_days_are_never() {
    let given = parsed("max_age_days = 0\ndisable_inactive_days = 0\nlockout_window_min = 0");
    let profile = Profile::from_config("cjis", &given).unwrap();
    assert_eq!(profile.max_age_days, None);
    assert_eq!(profile.disable_inactive_days, None);
    assert_eq!(profile.lockout_window_min, None);
}

#[test]
fn every_wrong_key_is_named_with_its_value_and_range() {
    let given = parsed(
        "lockout_attempts = 101\nmax_chars = 63\nmin_chars = 7\n\
         max_age_days = 4000\nmust_change_after_reset = false\nnormalize = \"NFKC\"\n\
         blocklist_min_entries = 100",
    );
    let wrong = wrong("nist-800-63b-4", &given).join("\n");
    for line in [
        "lockout_attempts = 101 is not possible: 1 to 100",
        "max_chars = 63 is not possible: 64 to 1024",
        "min_chars = 7 is not possible: 8 to 128",
        "max_age_days = 4000 is not possible: 1 to 3650, or 0 for never",
        "must_change_after_reset = false is not possible: it is on in every profile",
        "normalize = \"NFKC\" is not possible: only \"NFC\"",
        "blocklist_min_entries = 100 is not possible: 3000",
    ] {
        assert!(wrong.contains(line), "{line}\nis not in\n{wrong}");
    }
    assert_eq!(wrong.lines().count(), 7);
}

#[test]
fn the_least_length_cannot_exceed_the_most() {
    assert_eq!(
        wrong("cjis", &parsed("min_chars = 90\nmax_chars = 80")),
        ["min_chars = 90 is not possible: 8 to 80, which is max_chars"]
    );
}

#[test]
fn cjis_wants_a_written_reason_for_a_step_up_window() {
    assert_eq!(wrong("cjis", &parsed("step_up_window_min = 15")).len(), 1);
    let given = parsed("step_up_window_min = 15\nstep_up_reason = \"chief's order 7\"");
    let profile = Profile::from_config("cjis", &given).unwrap();
    assert_eq!(profile.step_up_window_min, 15);
    assert_eq!(profile.step_up_reason.as_deref(), Some("chief's order 7"));
    assert_eq!(wrong("legacy-90-10", &given).len(), 1);
    assert_eq!(
        wrong(
            "cjis",
            &parsed("step_up_window_min = 16\nstep_up_reason = \"x\"")
        ),
        ["step_up_window_min = 16 is not possible: 0 to 15"]
    );
}

#[test]
fn an_unknown_profile_or_key_is_an_error() {
    assert_eq!(wrong("nist", &ProfileOverrides::default()).len(), 1);
    assert!(toml::from_str::<ProfileOverrides>("min_charz = 9").is_err());
}

#[test]
fn the_list_of_keys_is_the_list_of_fields() {
    let fields = serde_json::to_value(ProfileOverrides::default()).unwrap();
    let mut fields: Vec<_> = fields.as_object().unwrap().keys().cloned().collect();
    let mut keys = ProfileOverrides::KEYS.map(str::to_owned).to_vec();
    fields.sort_unstable();
    keys.sort_unstable();
    assert_eq!(fields, keys);
}
