//! A user of the store as a SCIM resource, and a resource as what is to be stored.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use zeroize::Zeroize as _;

use super::{
    Object, ScimError, ScimType, member, patch,
    schema::{self, EXTENSION_URN, Mutability, USER_URN},
    take_member,
};
use crate::{
    password::Secret,
    permission::Role,
    user::{AccountKind, User},
};

/// A user with what only the API shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The user.
    pub user: User,
    /// The role that is kept.
    pub role: Role,
    /// What only the API shows.
    pub beside: Beside,
    /// When the user was added.
    pub created: Timestamp,
    /// When the user was last changed.
    pub modified: Timestamp,
}

/// What only the API shows of a user, and provisioning clients write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// Handle given by a provisioning client.
    pub external_id: Option<String>,
    /// Name to show; without one it is put together, and empty is none at all.
    pub display_name: Option<String>,
    /// The client says that the address is not the primary one.
    pub email_is_not_primary: bool,
}

impl Entry {
    /// The ETag: weak, since the body also holds what time alone changes (the verdict).
    pub fn etag(&self) -> String {
        etag(&self.user.version.0)
    }

    /// The resource, complete but for what is never returned. `base` is the address of the API
    /// without a slash at the end, `policy` the name of the profile in force.
    pub fn resource(&self, base: &str, policy: &str, now: Timestamp) -> Object {
        let user = &self.user;
        let mut resource = Map::new();
        let mut put = |name: &str, value: Value| {
            if !matches!(&value, Value::String(text) if text.is_empty()) {
                resource.insert(name.into(), value);
            }
        };
        put("schemas", json!([USER_URN, EXTENSION_URN]));
        put("id", user.id.0.as_str().into());
        if let Some(external) = &self.beside.external_id {
            put("externalId", external.as_str().into());
        }
        put("userName", user.login.as_str().into());
        let name = self.name();
        if !name.is_empty() {
            put("name", Value::Object(name));
        }
        let display = &self.beside.display_name;
        put(
            "displayName",
            display.clone().unwrap_or_else(|| user.name()).into(),
        );
        if !user.email.is_empty() {
            put(
                "emails",
                json!([{ "value": user.email, "type": "work", "primary": !self.beside.email_is_not_primary }]),
            );
        }
        if let Some(active) = user.state.active.known() {
            put("active", (*active).into());
        }
        put(
            "meta",
            json!({
                "resourceType": "User",
                "created": self.created.to_string(),
                "lastModified": self.modified.to_string(),
                "location": format!("{base}/Users/{}", user.id),
                "version": self.etag(),
            }),
        );
        put(EXTENSION_URN, Value::Object(self.extension(policy, now)));
        resource
    }

    fn name(&self) -> Object {
        let mut name = Map::new();
        for (key, value) in [
            ("formatted", self.user.name()),
            ("familyName", self.user.family_name.clone()),
            ("givenName", self.user.given_name.clone()),
        ] {
            if !value.is_empty() {
                name.insert(key.into(), value.into());
            }
        }
        name
    }

    fn extension(&self, policy: &str, now: Timestamp) -> Object {
        let user = &self.user;
        let mut extension = Map::new();
        let mut put = |name: &str, value: Value| {
            extension.insert(name.into(), value);
        };
        if let Some(kind) = user.kind.known() {
            put("kind", kind.word().into());
        }
        put("role", self.role.word().into());
        let permissions: Vec<_> = user
            .permissions
            .iter()
            .map(super::super::permission::Permission::title)
            .collect();
        if !permissions.is_empty() {
            put("permissions", permissions.into());
        }
        put("verdict", user.verdict(now).words().into());
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
}

/// The weak ETag of a version.
pub fn etag(version: &str) -> String {
    format!("W/\"{version}\"")
}

/// What a POST, PUT or PATCH wants a user to be.
#[derive(Debug)]
pub struct Wanted {
    /// The ID people know.
    pub user_name: String,
    /// What only the API keeps.
    pub beside: Beside,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Address; empty for none.
    pub email: String,
    /// May sign in at all.
    pub active: bool,
    /// Kind.
    pub kind: AccountKind,
    /// Role.
    pub role: Role,
    /// A new password.
    pub password: Option<Secret>,
    /// Take the password away, so that the account has none.
    pub remove_password: bool,
    /// Take a lock off beside the new password.
    pub unlock: bool,
    /// Reason of the request, for the audit.
    pub reason: String,
}

impl Wanted {
    /// Reads a whole resource (POST, PUT, or the result of a PATCH).
    ///
    /// # Errors
    /// `invalidSyntax` or `invalidValue` naming the attribute.
    pub fn from_resource(resource: &mut Object) -> Result<Self, ScimError> {
        let password = password(resource)?;
        let extension = match take_member(resource, EXTENSION_URN) {
            Some(Value::Object(extension)) => extension,
            None => Map::new(),
            Some(_) => return Err(invalid("the extension is an object")),
        };
        let core = Part {
            object: resource,
            table: schema::USER,
        };
        let extension = Part {
            object: &extension,
            table: schema::EXTENSION,
        };
        let user_name = core.text("userName")?.unwrap_or_default();
        if user_name.trim().is_empty() {
            return Err(invalid("userName is required"));
        }
        let name = core.typed("name")?;
        let part = |key: &str| {
            name.as_ref()
                .and_then(Value::as_object)
                .and_then(|name| name.get(key))
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let (email, email_is_not_primary) = email(core.typed("emails")?)?;
        let given_name = part("givenName");
        let mut family_name = part("familyName");
        if given_name.trim().is_empty() && family_name.trim().is_empty() {
            // Many provisioning clients send no name; a user without one would be found by nobody.
            family_name.clone_from(&user_name);
        }
        let kind = extension
            .text("kind")?
            .map_or(Ok(AccountKind::default()), |word| {
                AccountKind::from_word(&word).ok_or_else(|| {
                    invalid("kind is one of staff, residential, commercial and unit")
                })
            })?;
        let role = extension.text("role")?.map_or(Ok(Role::None), |word| {
            Role::from_word(&word).ok_or_else(|| {
                invalid("role is one of none, viewer, help-desk, auditor and administrator")
            })
        })?;
        Ok(Self {
            user_name,
            beside: Beside {
                external_id: core.text("externalId")?.filter(|id| !id.is_empty()),
                display_name: core.text("displayName")?.filter(|name| !name.is_empty()),
                email_is_not_primary,
            },
            given_name,
            family_name,
            email,
            active: core.flag("active")?.unwrap_or(true),
            kind,
            role,
            password,
            remove_password: false,
            unlock: extension.flag("unlock")?.unwrap_or(false),
            reason: extension.text("reason")?.unwrap_or_default(),
        })
    }
}

/// Takes the password out of the resource and wipes the text it came in.
fn password(resource: &mut Object) -> Result<Option<Secret>, ScimError> {
    match take_member(resource, "password") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(mut text)) => {
            let secret = Secret::from_typed(&text);
            text.zeroize();
            match secret {
                Ok(secret) if secret.is_empty() => Err(invalid("the password is empty")),
                Ok(secret) => Ok(Some(secret)),
                Err(error) => Err(invalid(error.to_string())),
            }
        }
        Some(_) => Err(invalid("password wants a string")),
    }
}

/// The one address that the store keeps, the primary one of several, and whether it was said not
/// to be primary.
fn email(emails: Option<Value>) -> Result<(String, bool), ScimError> {
    let Some(Value::Array(list)) = emails else {
        return Ok((String::new(), false));
    };
    let list: Vec<&Object> = list.iter().filter_map(Value::as_object).collect();
    let primary: Vec<&Object> = list
        .iter()
        .copied()
        .filter(|email| member(email, "primary") == Some(&Value::Bool(true)))
        .collect();
    if primary.len() > 1 {
        return Err(invalid("emails holds more than one primary address"));
    }
    let chosen = match (list.as_slice(), primary.as_slice()) {
        ([], _) => return Ok((String::new(), false)),
        (_, [primary]) => primary,
        ([only], _) => only,
        _ => {
            return Err(invalid(
                "this directory keeps one address per user: mark one of emails as primary",
            ));
        }
    };
    match chosen.get("value").and_then(Value::as_str) {
        Some(address) if !address.trim().is_empty() => {
            let not_primary = member(chosen, "primary") == Some(&Value::Bool(false));
            Ok((address.to_owned(), not_primary))
        }
        _ => Err(invalid("emails.value is required")),
    }
}

struct Part<'a> {
    object: &'a Object,
    table: &'static [schema::Attribute],
}

impl Part<'_> {
    /// The value of an attribute that clients write, checked against the table.
    fn typed(&self, name: &str) -> Result<Option<Value>, ScimError> {
        let Some(attribute) = self.table.iter().find(|attribute| attribute.name == name) else {
            return Ok(None);
        };
        match member(self.object, name) {
            None | Some(Value::Null) => Ok(None),
            Some(_) if attribute.mutability == Mutability::ReadOnly => Ok(None),
            Some(value) => patch::typed(attribute, value.clone()).map(Some),
        }
    }

    fn text(&self, name: &str) -> Result<Option<String>, ScimError> {
        Ok(self
            .typed(name)?
            .and_then(|value| value.as_str().map(ToOwned::to_owned)))
    }

    fn flag(&self, name: &str) -> Result<Option<bool>, ScimError> {
        Ok(self.typed(name)?.and_then(|value| value.as_bool()))
    }
}

fn invalid(detail: impl Into<String>) -> ScimError {
    ScimError::bad(ScimType::InvalidValue, detail)
}
