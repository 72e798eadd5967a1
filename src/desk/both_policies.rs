//! Two policies at once: the profile's, and what is known of the directory's own.

use super::{Desk, DeskError, Seat, seat::Right};
use crate::{
    directory::DirectoryPolicy,
    password::{
        generate::{Generated, Shape, generate},
        profile::Profile,
    },
    user::User,
};

impl Desk {
    /// Draws a password for `user` that keeps the stricter of both policies.
    ///
    /// # Errors
    /// A sentence where no draw keeps both, or the system has no randomness.
    pub fn generate(
        &self,
        user: &User,
        shape: Shape,
        directory: Option<&DirectoryPolicy>,
    ) -> Result<Generated, String> {
        let profile = self.profiles.of_user(user);
        let context = self.context(user, true);
        match directory {
            Some(policy) => generate(&stricter(profile, policy), shape, &context),
            None => generate(profile, shape, &context),
        }
    }
}

/// The profile with the directory's own bounds. What is drawn is ASCII, so whatever a directory
/// counts in, it counts the same.
fn stricter(profile: &Profile, directory: &DirectoryPolicy) -> Profile {
    let rules = &directory.rules;
    let bound = |bound: usize| u32::try_from(bound).unwrap_or(u32::MAX);
    let least = rules
        .iter()
        .filter_map(|rule| rule.least)
        .map(|(n, _)| bound(n));
    let most = rules
        .iter()
        .filter_map(|rule| rule.most)
        .map(|(n, _)| bound(n));
    Profile {
        min_chars_generated: least.fold(profile.min_chars_generated, u32::max),
        max_chars: most.fold(profile.max_chars, u32::min),
        composition_classes: profile.composition_classes.max(directory.classes),
        ..profile.clone()
    }
}

impl<R: Right> Seat<'_, R> {
    /// Refuses what the directory's own rules are known to refuse. What could not be read is left to
    /// the directory.
    pub(super) async fn judge_by_directory(
        &self,
        user: &User,
        candidate: &str,
    ) -> Result<(), DeskError> {
        let policy = self.directory().password_policy(self.operator(), &user.id);
        let policy = self.in_time(policy).await;
        let refusals = match policy {
            Ok(Some(policy)) => policy.refusals(candidate),
            Ok(None) | Err(_) => Vec::new(),
        };
        if refusals.is_empty() {
            Ok(())
        } else {
            Err(DeskError::Policy(refusals))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        directory::{CountedIn, DirectoryRule},
        password::policy::Context,
        permission::{Permissions, Reach},
        user::{AccountState, Fact, UserId, Version},
    };

    fn policy(least: usize, most: usize, classes: u32) -> DirectoryPolicy {
        DirectoryPolicy {
            rules: vec![DirectoryRule {
                label: "length".into(),
                least: Some((least, CountedIn::Bytes)),
                most: Some((most, CountedIn::Bytes)),
            }],
            classes,
            ..DirectoryPolicy::default()
        }
    }

    #[test]
    fn what_is_drawn_keeps_the_stricter_of_both_policies() {
        let profile = Profile::nist();
        let user = User {
            id: UserId("7".into()),
            login: "E1042".into(),
            email: String::new(),
            given_name: "Maria".into(),
            family_name: "Vasquez".into(),
            kind: Fact::NotOffered,
            details: Fact::NotOffered,
            state: AccountState::default(),
            permissions: Permissions::default(),
            reach: Reach::EVERYWHERE,
            role: None,
            version: Version(String::new()),
        };
        let context = Context {
            user: &user,
            agency: "",
            generated: true,
        };
        for shape in [Shape::Words, Shape::Groups] {
            for (least, most) in [(30, 64), (4, 20)] {
                let both = stricter(&profile, &policy(least, most, 0));
                let drawn = generate(&both, shape, &context).expect("drawn");
                let length = drawn.secret.expose().len();
                assert!(
                    (least..=most).contains(&length),
                    "{least} to {most}: {length}"
                );
                assert!(length >= profile.min_chars_generated as usize);
            }
        }
        let both = stricter(&profile, &policy(1, 64, 4));
        let drawn = generate(&both, Shape::Words, &context).expect("drawn");
        assert!(drawn.secret.expose().chars().any(char::is_uppercase));
    }
}
