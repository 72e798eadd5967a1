//! Draws a readable password (`policy.md` section 5): words or groups.

use serde::{Deserialize, Serialize};

use super::{Secret, policy::Context, profile::Profile};

/// The two shapes of a generated password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// Four short words and two digits: `cabin-otter-lime-spoon-47`.
    #[default]
    Words,
    /// Three groups of five of 32 unambiguous symbols, one fixed place a digit.
    Groups,
}

/// A generated password and what it is worth.
#[derive(Debug)]
pub struct Generated {
    /// The password.
    pub secret: Secret,
    /// Entropy of the draw in bits, counted from the draws made (not guessed from the text).
    pub bits: f64,
}

/// Draws from the operating system's generator until the draw obeys `profile` for `context`.
///
/// # Errors
/// A sentence when the operating system has no randomness, or no draw obeyed the policy within
/// the bound (a policy that excludes every shape).
pub fn generate(
    profile: &Profile,
    shape: Shape,
    context: &Context<'_>,
) -> Result<Generated, String> {
    let _ = (profile, shape, context);
    todo!("password helper")
}
