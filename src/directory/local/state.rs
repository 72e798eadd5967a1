//! When, by the profile of the account's kind, a password expires and an account ends.

use jiff::{SignedDuration, Timestamp};

use crate::{
    password::profile::{Profile, Profiles},
    user::{Fact, User},
};

/// An account that nobody has signed in with for `disable_inactive_days` has ended. Setting a
/// password starts the days again: that is how an administrator brings the account back.
pub(super) fn end_inactive(profiles: &Profiles, user: &mut User) {
    let last_used = last_use(
        user.state.last_sign_in.value(),
        user.state
            .password
            .known()
            .and_then(|password| password.changed_at),
    );
    user.state.ends_unused = Fact::Known(inactive_from(profiles.of_user(user), last_used));
}

pub(super) fn last_use(
    signed_in: Option<Timestamp>,
    password_set: Option<Timestamp>,
) -> Option<Timestamp> {
    signed_in.max(password_set)
}

pub(super) fn inactive_from(profile: &Profile, last_used: Option<Timestamp>) -> Option<Timestamp> {
    let days = profile.disable_inactive_days?;
    later(last_used?, 24 * i64::from(days))
}

/// When a password set at `now` stops working: a temporary one after some hours, any other at the
/// end of its age.
pub(super) fn expiry(profile: &Profile, temporary: bool, now: Timestamp) -> Option<Timestamp> {
    let aged = profile
        .max_age_days
        .and_then(|days| later(now, 24 * i64::from(days)));
    if !temporary {
        return aged;
    }
    let temporary = later(now, i64::from(profile.temp_password_hours));
    match (temporary, aged) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn later(from: Timestamp, hours: i64) -> Option<Timestamp> {
    from.checked_add(SignedDuration::from_hours(hours)).ok()
}
