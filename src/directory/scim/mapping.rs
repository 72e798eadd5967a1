//! A SCIM resource as a user, tolerant of what servers really send.

use serde_json::Value;

use super::{
    operators::is_local,
    state::{hidden_state, known_state, plain_state},
    values::{flag, text},
    version::version,
};
use crate::{
    permission::{Permission, Permissions, Reach, Role},
    scim::{
        Object, member,
        schema::{ENTERPRISE_URN, EXTENSION_URN},
    },
    user::{AccountKind, Details, Fact, User, UserId, full_name},
};

/// The user of a resource; `None` if it has no usable `id` or no `userName`. `etag` is the header's,
/// where the server is known to keep `ETag`s; `extended` says that it offers our extension.
pub(super) fn user(resource: Value, etag: Option<&str>, extended: bool) -> Option<User> {
    let Value::Object(resource) = resource else {
        return None;
    };
    user_of(&resource, etag, extended)
}

/// As [`user`].
pub(super) fn user_of(resource: &Object, etag: Option<&str>, extended: bool) -> Option<User> {
    let id = UserId(text(resource, "id")?);
    // Such an id would lead to another address, or be taken for an operator of the local store.
    if id.0.is_empty() || id.0 == "." || id.0 == ".." || is_local(&id) {
        return None;
    }
    let login = text(resource, "userName")?;
    let (given_name, family_name) = name(resource);
    let extension = member(resource, EXTENSION_URN).and_then(Value::as_object);
    let state = match (extension, extended) {
        (Some(extension), _) => known_state(resource, extension),
        (None, false) => plain_state(resource),
        (None, true) => hidden_state(resource),
    };
    Some(User {
        login,
        email: email(resource),
        given_name,
        family_name,
        kind: kind(resource, extension),
        state,
        permissions: extension.map_or(Permissions::NONE, permissions),
        reach: Reach::EVERYWHERE,
        role: extension
            .and_then(|extension| member(extension, "role"))
            .and_then(Value::as_str)
            .map(Role::of_word),
        version: version(resource, etag),
        id,
        details: details(resource),
    })
}

/// Given and family name; where there are none, the whole name stands as the family name.
fn name(resource: &Object) -> (String, String) {
    let name = member(resource, "name").and_then(Value::as_object);
    let part = |key| name.and_then(|name| text(name, key)).unwrap_or_default();
    let (given, family) = (part("givenName"), part("familyName"));
    if !given.is_empty() || !family.is_empty() {
        return (given, family);
    }
    let whole = text(resource, "displayName")
        .filter(|whole| !whole.is_empty())
        .unwrap_or_else(|| part("formatted"));
    (String::new(), whole)
}

/// Display name, phone, station and job title, where the resource shows any of them.
fn details(resource: &Object) -> Fact<Details> {
    let enterprise = member(resource, ENTERPRISE_URN).and_then(Value::as_object);
    let station = enterprise.and_then(|enterprise| text(enterprise, "division"));
    let title = text(resource, "title");
    let display = text(resource, "displayName");
    let phone = one_of(resource, "phoneNumbers");
    if station.is_none() && title.is_none() && display.is_none() && phone.is_empty() {
        return Fact::NotOffered;
    }
    let (given, family) = name(resource);
    let mut details = Details {
        display_name: display.unwrap_or_default(),
        phone,
        station: station.unwrap_or_default(),
        job_title: title.unwrap_or_default(),
        ..Details::default()
    };
    details.drop_repeated_name(&full_name(&given, &family));
    Fact::Known(details)
}

/// The primary address, else the one of work, else the first.
fn email(resource: &Object) -> String {
    one_of(resource, "emails")
}

/// The primary value of a list, else the one of work, else the first.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named is handled alike"
)]
fn one_of(resource: &Object, list: &str) -> String {
    let emails = match member(resource, list) {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => return String::new(),
    };
    let address = |email: &Value| match email {
        Value::Object(email) => text(email, "value"),
        Value::String(text) => Some(text.clone()),
        _ => None,
    };
    let is_work = |email: &&Value| {
        let kind = email.as_object().and_then(|email| text(email, "type"));
        kind.is_some_and(|kind| kind.eq_ignore_ascii_case("work"))
    };
    emails
        .iter()
        .find(|email| email.as_object().and_then(|email| flag(email, "primary")) == Some(true))
        .or_else(|| emails.iter().find(is_work))
        .or_else(|| emails.first())
        .and_then(address)
        .unwrap_or_default()
}

fn kind(resource: &Object, extension: Option<&Object>) -> Fact<AccountKind> {
    extension
        .and_then(|extension| text(extension, "kind"))
        .or_else(|| text(resource, "userType"))
        .and_then(|word| AccountKind::from_word(&word))
        .map_or(Fact::NotOffered, Fact::Known)
}

fn permissions(extension: &Object) -> Permissions {
    let Some(Value::Array(titles)) = member(extension, "permissions") else {
        return Permissions::NONE;
    };
    Permission::ALL
        .into_iter()
        .filter(|permission| {
            titles
                .iter()
                .any(|title| title.as_str() == Some(permission.title()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{super::version::etag, *};
    use crate::user::{Lock, Verdict};
    use jiff::Timestamp;
    use serde_json::json;

    #[test]
    fn what_scim_lacks_is_not_offered_and_never_a_no() {
        let user = user(
            json!({
                "id": "2819c223", "userName": "E1042", "active": true,
                "name": { "givenName": "Maria", "familyName": "Vasquez" },
                "emails": [{ "value": "m@home.example", "type": "home" },
                           { "value": "m@work.example", "primary": "True" }],
                "meta": { "lastModified": "2026-11-23T03:12:11Z" },
            }),
            None,
            false,
        )
        .unwrap();
        assert_eq!(
            (user.email.as_str(), user.name().as_str()),
            ("m@work.example", "Maria Vasquez")
        );
        assert_eq!(user.state.lock, Fact::NotOffered);
        assert_eq!(user.state.must_change, Fact::NotOffered);
        assert_eq!(user.kind, Fact::NotOffered);
        assert_eq!(etag(&user.version), None, "a time is no ETag");
    }

    #[test]
    fn a_server_that_does_not_say_active_leaves_it_unknown() {
        let user = user(json!({ "id": 7, "userName": "x" }), None, false).unwrap();
        assert_eq!(user.id.0, "7");
        assert!(matches!(
            user.verdict(Timestamp::now()),
            Verdict::Unknown(_)
        ));
    }

    #[test]
    fn our_extension_is_read_in_full() {
        let user = user(
            json!({
                "id": "4", "userName": "x", "active": true,
                "meta": { "version": "W/\"12\"" },
                EXTENSION_URN: {
                    "kind": "unit", "permissions": ["Users - Read", "Users - Update"],
                    "lock": { "locked": true, "since": "2026-11-23T03:12:00Z", "failures": 5 },
                    "mustChange": true, "passwordSet": true,
                    "passwordChanged": "2026-11-01T00:00:00Z",
                },
            }),
            None,
            true,
        )
        .unwrap();
        assert_eq!(user.kind, Fact::Known(AccountKind::Unit));
        assert!(user.permissions.holds(Permission::UsersUpdate));
        assert!(matches!(
            user.state.lock,
            Fact::Known(Some(Lock {
                failures: Some(5),
                ..
            }))
        ));
        assert_eq!(user.state.last_sign_in, Fact::Known(None));
        assert_eq!(etag(&user.version), Some("W/\"12\""));
    }

    #[test]
    fn an_id_that_would_lead_elsewhere_is_no_user() {
        for id in ["", ".", "..", "local:1"] {
            assert!(
                user(json!({ "id": id, "userName": "x" }), None, false).is_none(),
                "{id:?}"
            );
        }
    }
}
