//! Which keys there are, and which one was meant.

use ::config::{ConfigError as Foreign, Value};
use serde_json::{Value as Json, json};

use super::{Config, ConfigError};

/// Every key of `config` with its value as it would be written in the file.
/// An empty table is a key of its own: anything may stand beneath it.
pub(super) fn leaves(config: &Config) -> Vec<(String, String)> {
    let mut leaves = Vec::new();
    if let Ok(tree) = serde_json::to_value(config) {
        walk(None, &tree, &mut leaves);
    }
    leaves
}

fn walk(path: Option<&str>, tree: &Json, leaves: &mut Vec<(String, String)>) {
    match (tree, path) {
        (Json::Object(table), _) if !table.is_empty() => {
            for (key, value) in table {
                let path = path.map_or_else(|| key.clone(), |path| format!("{path}.{key}"));
                walk(Some(&path), value, leaves);
            }
        }
        (Json::Null, Some(path)) => leaves.push((path.to_owned(), String::from("not set"))),
        (value, Some(path)) => leaves.push((path.to_owned(), value.to_string())),
        (_, None) => {}
    }
}

/// Keys of earlier versions that nothing obeyed, and why they are gone.
const REMOVED: [(&str, &str); 2] = [
    (
        "policy.audit_keep_days",
        "audit records are never deleted, so all of them are kept",
    ),
    (
        "policy.min_chars_with_mfa",
        "Halligan has no second factor, so min_chars always holds",
    ),
];

/// Former names of keys that are still read (a serde alias each).
const FORMER: [&str; 1] = ["console.colour"];

/// Refuses keys that nobody reads: a mistyped `idle_lock_min` must not leave a console unlocked.
pub(super) fn refuse_unknown(given: &[(String, Value)]) -> Result<(), ConfigError> {
    // What the flags set, most starts have no other, is known without a list of all keys.
    if given
        .iter()
        .all(|(key, _)| ["store", "profile"].contains(&key.as_str()))
    {
        return Ok(());
    }
    let known = leaves(&Config::default());
    let lines: Vec<String> = given
        .iter()
        .filter(|(key, _)| {
            !FORMER.contains(&key.as_str())
                && !known
                    .iter()
                    .any(|(known, _)| key == known || key.starts_with(&format!("{known}.")))
        })
        .map(|(key, value)| {
            let origin = value.origin().unwrap_or("the command line");
            match REMOVED.iter().find(|(removed, _)| removed == key) {
                Some((_, why)) => {
                    format!("{origin}: '{key}' is no longer a key: {why}; take it out")
                }
                None => format!("{origin}: there is no key '{key}'{}", hint(key, &known)),
            }
        })
        .collect();
    if lines.is_empty() {
        Ok(())
    } else {
        Err(ConfigError(lines.join("\n")))
    }
}

/// Names the key, where its value came from and what it may be. The `config` crate's own message
/// for a word that is none of an enum's does not say which words there are; serde's does.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named is handled alike"
)]
pub(super) fn wrong_value(error: &Foreign, given: &[(String, Value)]) -> ConfigError {
    let key = match error {
        Foreign::At { key, .. } | Foreign::Type { key, .. } => key.as_deref(),
        _ => None,
    };
    let Some((key, value)) = key.and_then(|key| given.iter().find(|(given, _)| given == key))
    else {
        return ConfigError(error.to_string());
    };
    let mut tree = json!(value.clone().into_string().unwrap_or_default());
    for part in key.rsplit('.') {
        tree = json!({ part: tree });
    }
    let origin = value.origin().unwrap_or("the command line");
    let why = match (error, serde_json::from_value::<Config>(tree)) {
        (Foreign::At { .. }, Err(why)) => why.to_string(),
        _ => error.to_string(),
    };
    ConfigError(format!("{origin}: {key}: {why}"))
}

fn hint(key: &str, known: &[(String, String)]) -> String {
    if key.contains("password") || key.contains("secret") {
        return format!(
            "; a password does not belong there: unset HALLIGAN_{} and change that password",
            key.to_uppercase().replace('.', "__")
        );
    }
    known
        .iter()
        .map(|(known, _)| (strsim::jaro_winkler(key, known), known))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| format!("; did you mean '{known}'?"))
        .unwrap_or_default()
}
