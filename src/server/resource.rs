//! A user as a SCIM resource, and what a client wants as a change.
//!
//! It stands here, above the directory and the wire types, since it alone must see both: the
//! directory's entries know no wire format, and the wire types no directory.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value, json};

use crate::{
    directory::{Entry, NewUser, PasswordChange, Provisioned, ProvisionedChange, UserChange},
    permission::Permission,
    scim::{
        Object,
        schema::{ENTERPRISE_URN, EXTENSION_URN, SITE_URN, USER_URN},
        user::Wanted,
    },
    user::{Details, DetailsChange, SignInOutlook, SiteValue, User, Version},
};

/// The ETag: weak, since the body also holds what time alone changes (the verdict).
pub fn etag(entry: &Entry) -> String {
    etag_of(&entry.user.version)
}

/// The weak ETag of a version.
pub fn etag_of(version: &Version) -> String {
    format!("W/\"{}\"", version.0)
}

/// The resource, complete but for what is never returned. `base` is the address of the API
/// without a slash at the end, `policy` the name of the profile in force.
pub fn resource(entry: &Entry, base: &str, policy: &str, now: Timestamp) -> Object {
    let user = &entry.user;
    let mut resource = Map::new();
    let mut put = |name: &str, value: Value| {
        if !matches!(&value, Value::String(text) if text.is_empty()) {
            resource.insert(name.into(), value);
        }
    };
    let details = user.details.known().cloned().unwrap_or_default();
    let mut schemas = vec![USER_URN, EXTENSION_URN];
    if !details.station.is_empty() {
        schemas.push(ENTERPRISE_URN);
        put(ENTERPRISE_URN, json!({ "division": details.station }));
    }
    if !details.fields.is_empty() {
        schemas.push(SITE_URN);
        let fields = details.fields.iter();
        let fields = fields.map(|field| (field.name.clone(), field.value.as_str().into()));
        put(SITE_URN, Value::Object(fields.collect()));
    }
    put("schemas", schemas.into());
    put("id", user.id.0.as_str().into());
    if let Some(external) = &entry.provisioned.external_id {
        put("externalId", external.as_str().into());
    }
    put("userName", user.login.as_str().into());
    let names = names(user);
    if !names.is_empty() {
        put("name", Value::Object(names));
    }
    let display = match details.display_name.as_str() {
        "" if entry.provisioned.shows_no_name => String::new(),
        "" => user.name(),
        display => display.to_owned(),
    };
    put("displayName", display.into());
    put("title", details.job_title.into());
    if !details.phone.is_empty() {
        put(
            "phoneNumbers",
            json!([{ "value": details.phone, "type": "work" }]),
        );
    }
    if !user.email.is_empty() {
        put(
            "emails",
            json!([{ "value": user.email, "type": "work", "primary": !entry.provisioned.email_is_not_primary }]),
        );
    }
    if let Some(active) = user.state.active.known() {
        put("active", (*active).into());
    }
    put(
        "meta",
        json!({
            "resourceType": "User",
            "created": entry.created.to_string(),
            "lastModified": entry.modified.to_string(),
            "location": format!("{base}/Users/{}", user.id),
            "version": etag(entry),
        }),
    );
    put(EXTENSION_URN, Value::Object(extension(entry, policy, now)));
    resource
}

fn names(user: &User) -> Object {
    let mut names = Map::new();
    for (key, value) in [
        ("formatted", user.name()),
        ("familyName", user.family_name.clone()),
        ("givenName", user.given_name.clone()),
    ] {
        if !value.is_empty() {
            names.insert(key.into(), value.into());
        }
    }
    names
}

fn extension(entry: &Entry, policy: &str, now: Timestamp) -> Object {
    let user = &entry.user;
    let mut extension = Map::new();
    let mut put = |name: &str, value: Value| {
        extension.insert(name.into(), value);
    };
    if let Some(kind) = user.kind.known() {
        put("kind", kind.word().into());
    }
    put("role", entry.role.word().into());
    let state = &user.state;
    for (name, at) in [
        ("validFrom", &state.valid_from),
        ("validUntil", &state.account_expires),
    ] {
        if let Some(Some(at)) = at.known() {
            put(name, at.to_string().into());
        }
    }
    let permissions: Vec<_> = user.permissions.iter().map(Permission::title).collect();
    if !permissions.is_empty() {
        put("permissions", permissions.into());
    }
    put("verdict", user.verdict(now).words().into());
    put("signIn", sign_in(&user.outlook(now), now));
    if let Some(lock) = user.state.lock.known() {
        let lock = lock
            .as_ref()
            .filter(|lock| lock.until.is_none_or(|until| until > now));
        let mut shown = Map::from_iter([("locked".to_owned(), lock.is_some().into())]);
        if let Some(lock) = lock {
            if let Some(since) = lock.since {
                shown.insert("since".into(), since.to_string().into());
            }
            if let Some(failures) = lock.failures {
                shown.insert("failures".into(), failures.into());
            }
            if let Some(until) = lock.until {
                shown.insert("until".into(), until.to_string().into());
            }
        }
        put("lock", Value::Object(shown));
    }
    if let Some(must_change) = user.state.must_change.known() {
        put("mustChange", (*must_change).into());
    }
    if let Some(Some(at)) = user.state.last_sign_in.known() {
        put("lastSignIn", at.to_string().into());
    }
    if let Some(password) = user.state.password.known() {
        put("passwordSet", password.set.into());
        if let Some(at) = password.changed_at {
            put("passwordChanged", at.to_string().into());
        }
        if let Some(at) = password.expires_at {
            put("passwordExpires", at.to_string().into());
        }
    }
    put("policy", policy.into());
    extension
}

/// Can the user sign in now? Times in UTC.
pub(super) fn sign_in(outlook: &SignInOutlook, now: Timestamp) -> Value {
    let mut shown = Map::from_iter([
        ("can".to_owned(), outlook.prospect().word().into()),
        (
            "sentence".to_owned(),
            outlook.sentence(now, &TimeZone::UTC).into(),
        ),
    ]);
    if let Some(until) = outlook.until {
        shown.insert("until".into(), until.to_string().into());
    }
    if let Some(remedy) = outlook.remedy() {
        shown.insert("remedy".into(), remedy.word().into());
    }
    Value::Object(shown)
}

/// The user that a POST wants.
pub fn new_user(wanted: &Wanted) -> NewUser {
    NewUser {
        login: wanted.user_name.clone(),
        email: wanted.email.clone(),
        given_name: wanted.given_name.clone(),
        family_name: wanted.family_name.clone(),
        kind: wanted.kind.unwrap_or_default(),
        role: wanted.role.clone().unwrap_or_default(),
        active: wanted.active.unwrap_or(true),
        must_change: wanted.password.is_some(),
        details: kept_details(wanted),
        valid_from: wanted.valid_from.flatten(),
        valid_until: wanted.valid_until.flatten(),
    }
}

/// The details that a POST or PUT wants, trimmed as they are kept.
fn kept_details(wanted: &Wanted) -> Details {
    let kept = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
    Details {
        display_name: kept(&wanted.display_name),
        phone: kept(&wanted.phone),
        station: kept(&wanted.station),
        job_title: kept(&wanted.title),
        fields: wanted
            .fields
            .iter()
            .map(|(name, value)| SiteValue::given(name, value.trim()))
            .collect(),
    }
}

/// What a provisioning client keeps with the user.
pub fn provisioned(wanted: &Wanted) -> Provisioned {
    Provisioned {
        external_id: wanted.external_id.clone(),
        shows_no_name: wanted.display_name.as_deref().map(str::trim) == Some(""),
        email_is_not_primary: wanted.email_is_not_primary,
    }
}

/// What has to be done to make `wanted` of `current`.
pub(super) fn difference(current: &Entry, wanted: Wanted) -> UserChange {
    fn other<T: PartialEq>(wanted: T, current: Option<&T>) -> Option<T> {
        (current != Some(&wanted)).then_some(wanted)
    }
    // What a request does not say stays: a role or a disabled account must not change in passing.
    fn said<T: PartialEq>(wanted: Option<T>, current: Option<&T>) -> Option<T> {
        wanted.and_then(|wanted| other(wanted, current))
    }
    let user = &current.user;
    let state = &user.state;
    let has_password = state.password.known().is_some_and(|password| password.set);
    let details = user.details.known().cloned().unwrap_or_default();
    let details = DetailsChange::between(&details, &kept_details(&wanted).into());
    UserChange {
        provisioned: provisioned_change(&current.provisioned, provisioned(&wanted)),
        login: other(wanted.user_name, Some(&user.login)),
        email: other(wanted.email, Some(&user.email)),
        given_name: other(wanted.given_name, Some(&user.given_name)),
        family_name: other(wanted.family_name, Some(&user.family_name)),
        details,
        valid_from: said(wanted.valid_from, state.valid_from.known()),
        valid_until: said(wanted.valid_until, state.account_expires.known()),
        kind: said(wanted.kind, user.kind.known()),
        active: said(wanted.active, state.active.known()),
        role: wanted
            .role
            .filter(|role| !current.role.is_called(role.word())),
        unlock: wanted.unlock && wanted.password.is_some(),
        must_change: false,
        end_sessions: false,
        password: match wanted.password {
            Some(password) => Some(PasswordChange::Set {
                password,
                generated: false,
            }),
            None if wanted.remove_password && has_password => Some(PasswordChange::TakeAway),
            None => None,
        },
    }
}

fn provisioned_change(current: &Provisioned, wanted: Provisioned) -> Option<ProvisionedChange> {
    let differs: Vec<_> = [
        ("externalId", current.external_id != wanted.external_id),
        ("displayName", current.shows_no_name != wanted.shows_no_name),
        (
            "emails",
            current.email_is_not_primary != wanted.email_is_not_primary,
        ),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect();
    (!differs.is_empty()).then_some(ProvisionedChange { wanted, differs })
}
