//! The state of an account, as far as a resource tells it.

use jiff::Timestamp;
use serde_json::Value;

use super::values::{flag, time};
use crate::{
    scim::{Object, member},
    user::{AccountState, Fact, Lock, PasswordState},
};

fn active(resource: &Object) -> Fact<bool> {
    flag(resource, "active").map_or_else(
        || Fact::Unknown("the server does not say whether the user is active".into()),
        Fact::Known,
    )
}

/// SCIM knows `active` and nothing else (RFC 7643 section 4.1.1).
pub(super) fn plain_state(resource: &Object) -> AccountState {
    AccountState {
        active: active(resource),
        ..AccountState::nothing_offered()
    }
}

/// The server has our extension, but shows this user without it.
pub(super) fn hidden_state(resource: &Object) -> AccountState {
    fn hidden<T>() -> Fact<T> {
        Fact::Unknown("the server did not show it".into())
    }
    AccountState {
        active: active(resource),
        lock: hidden(),
        must_change: hidden(),
        password: hidden(),
        last_sign_in: hidden(),
        ..AccountState::nothing_offered()
    }
}

pub(super) fn known_state(resource: &Object, extension: &Object) -> AccountState {
    let missing = "the server did not show it";
    let lock = match member(extension, "lock").and_then(Value::as_object) {
        Some(lock) => match flag(lock, "locked") {
            Some(true) => Fact::Known(Some(Lock {
                since: time(lock, "since"),
                failures: member(lock, "failures")
                    .and_then(Value::as_u64)
                    .and_then(|failures| u32::try_from(failures).ok()),
                until: time(lock, "until"),
            })),
            Some(false) => Fact::Known(None),
            None => Fact::Unknown(missing.into()),
        },
        None => Fact::Unknown(missing.into()),
    };
    let password = flag(extension, "passwordSet").map_or_else(
        || Fact::Unknown(missing.into()),
        |set| {
            Fact::Known(PasswordState {
                set,
                changed_at: time(extension, "passwordChanged"),
                expires_at: time(extension, "passwordExpires"),
            })
        },
    );
    AccountState {
        active: active(resource),
        lock,
        must_change: flag(extension, "mustChange")
            .map_or_else(|| Fact::Unknown(missing.into()), Fact::Known),
        password,
        // Absent means never (docs/scim-extension.md).
        last_sign_in: Fact::Known(time(extension, "lastSignIn")),
        valid_from: shown(extension, "validFrom"),
        account_expires: shown(extension, "validUntil"),
        ..AccountState::nothing_offered()
    }
}

/// A beginning or an end that is shown; an older server of ours has none.
fn shown(extension: &Object, name: &str) -> Fact<Option<Timestamp>> {
    time(extension, name).map_or(Fact::NotOffered, |at| Fact::Known(Some(at)))
}
