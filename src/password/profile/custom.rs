//! Custom keys on top of a profile, each checked against its range.

use super::Profile;

mod overrides;
mod ranges;

pub use overrides::{ProfileError, ProfileOverrides};
use ranges::Wrong;

impl Profile {
    /// The profile `base` with `overrides` on top; its name gains `+custom` when any of them
    /// differs from the base.
    ///
    /// # Errors
    /// One [`ProfileError`] for each key that is wrong: out of range, against another key, or
    /// against a value that every profile fixes.
    pub fn from_config(
        base: &str,
        overrides: &ProfileOverrides,
    ) -> Result<Self, Vec<ProfileError>> {
        let Some(base) = Self::named(base) else {
            return Err(vec![ProfileError {
                key: "profile",
                value: format!("\"{base}\""),
                allowed: "\"nist-800-63b-4\", \"cjis\" or \"legacy-90-10\"".into(),
            }]);
        };
        let mut profile = base.clone();
        let mut wrong = Wrong(Vec::new());
        wrong.lengths(&mut profile, overrides);
        wrong.times(&mut profile, overrides);
        wrong.fixed(overrides);
        wrong.step_up(&base, &mut profile, overrides);

        set(&mut profile.reject_user_id, overrides.reject_user_id);
        set(
            &mut profile.reject_proper_name,
            overrides.reject_proper_name,
        );
        set(&mut profile.blocklist, overrides.blocklist);
        set(
            &mut profile.reveal_while_typing,
            overrides.reveal_while_typing,
        );
        set(&mut profile.kdf, overrides.kdf);
        set(
            &mut profile.operator_may_type_password,
            overrides.operator_may_type_password,
        );
        if profile != base {
            profile.name.push_str("+custom");
        }
        if wrong.0.is_empty() {
            Ok(profile)
        } else {
            Err(wrong.0)
        }
    }
}

fn set<T: Copy>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

#[cfg(test)]
mod tests;
