//! Keeps `docs/policy.md` true.

use serde_json::{Map, Value, json};

use super::{Profile, ProfileOverrides};

const PAGE: &str = include_str!("../../../docs/policy.md");

fn values(profile: &Profile) -> Map<String, Value> {
    let Value::Object(mut values) = serde_json::to_value(profile).unwrap() else {
        unreachable!("a struct is an object")
    };
    let Value::Object(fixed) = json!({
        "must_change_after_reset": true,
        "lockout_release": "administrator",
        "blocklist_min_entries": 3000,
        "count": "code points",
        "normalize": "NFC",
        "salt_bits": 128,
    }) else {
        unreachable!("it is written as an object")
    };
    values.extend(fixed);
    values
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named is handled alike"
)]
fn cell(key: &str, value: &Value) -> String {
    match value {
        Value::Null if key == "step_up_reason" => "none".into(),
        Value::Null => "never".into(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

#[test]
fn the_page_has_a_row_for_each_key_with_the_values_of_the_code() {
    let profiles = [Profile::nist(), Profile::cjis(), Profile::legacy_90_10()];
    let rows: Vec<_> = PAGE
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    assert_eq!(rows.len(), ProfileOverrides::KEYS.len());
    for (key, row) in ProfileOverrides::KEYS.into_iter().zip(rows) {
        let cells = profiles
            .each_ref()
            .map(|profile| cell(key, &values(profile)[key]));
        let expected = format!("| `{key}` | {} |", cells.join(" | "));
        assert!(
            row.starts_with(&expected),
            "{row}\nshould start\n{expected}"
        );
    }
}

#[test]
fn the_example_of_the_page_is_a_policy() {
    let (_, rest) = PAGE.split_once("[policy]\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let given: ProfileOverrides = toml::from_str(example).unwrap();
    let profile = Profile::from_config("cjis", &given).unwrap();
    assert_eq!(profile.name, "cjis+custom");
    assert_eq!(profile.remark(), None);
}
