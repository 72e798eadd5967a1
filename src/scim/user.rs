//! A resource as what a client wants a user to be.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};
use zeroize::Zeroize as _;

use super::{
    AttributePath, Ignored, Object, ScimError, ScimType, Unknown, member, patch,
    schema::{self, ENTERPRISE_URN, EXTENSION_URN, Mutability, SITE_URN},
    take_member,
};
use crate::{password::Secret, permission::Role, user::AccountKind};

/// What a POST, PUT or PATCH wants a user to be.
#[derive(Debug)]
pub struct Wanted {
    /// The ID people know.
    pub user_name: String,
    /// Handle given by the client.
    pub external_id: Option<String>,
    /// Name to show; without one it is put together, and empty is none at all.
    pub display_name: Option<String>,
    /// Job title.
    pub title: Option<String>,
    /// Phone number at work.
    pub phone: Option<String>,
    /// Station, the `division` of the enterprise extension.
    pub station: Option<String>,
    /// From when on the account is valid, where it is said; `Some(None)` is at once.
    pub valid_from: Option<Option<Timestamp>>,
    /// Until when, where it is said; `Some(None)` is without an end.
    pub valid_until: Option<Option<Timestamp>>,
    /// Values of the site's own fields, where they are said; empty takes one away.
    pub fields: BTreeMap<String, String>,
    /// The address is said not to be the primary one.
    pub email_is_not_primary: bool,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Address; empty for none.
    pub email: String,
    /// May sign in at all, where it is said.
    pub active: Option<bool>,
    /// Kind, where it is said.
    pub kind: Option<AccountKind>,
    /// Role, where it is said.
    pub role: Option<Role>,
    /// A new password.
    pub password: Option<Secret>,
    /// Take the password away, so that the account has none.
    pub remove_password: bool,
    /// Take a lock off beside the new password.
    pub unlock: bool,
    /// Reason of the request, for the audit.
    pub reason: String,
    /// Names of what the request gave and is not kept.
    pub ignored: Vec<String>,
}

impl Wanted {
    /// The same once more, for a change that is tried again.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self {
            user_name: self.user_name.clone(),
            external_id: self.external_id.clone(),
            display_name: self.display_name.clone(),
            title: self.title.clone(),
            phone: self.phone.clone(),
            station: self.station.clone(),
            fields: self.fields.clone(),
            given_name: self.given_name.clone(),
            family_name: self.family_name.clone(),
            email: self.email.clone(),
            password: self.password.as_ref().map(Secret::duplicate),
            reason: self.reason.clone(),
            ignored: self.ignored.clone(),
            role: self.role.clone(),
            ..*self
        }
    }

    /// Reads a whole resource (POST, PUT, or the result of a PATCH).
    ///
    /// # Errors
    /// `invalidSyntax` or `invalidValue` naming the attribute.
    #[expect(clippy::too_many_lines, reason = "one attribute after the other")]
    pub fn from_resource(resource: &mut Object) -> Result<Self, ScimError> {
        let password = password(resource)?;
        let extension = match take_member(resource, EXTENSION_URN) {
            Some(Value::Object(extension)) => extension,
            None => Map::new(),
            Some(_) => return Err(invalid("the extension is an object")),
        };
        let fields = site_fields(take_member(resource, SITE_URN))?;
        let mut ignored = Ignored::new(Unknown::Told);
        let enterprise = match take_member(resource, ENTERPRISE_URN) {
            Some(Value::Object(enterprise)) => enterprise,
            None | Some(Value::Null) => Map::new(),
            Some(_) => {
                ignored.note(ENTERPRISE_URN);
                Map::new()
            }
        };
        pass_over(resource, None, schema::USER, &mut ignored)?;
        pass_over(
            &extension,
            Some(EXTENSION_URN),
            schema::EXTENSION,
            &mut ignored,
        )?;
        let urn = Some(ENTERPRISE_URN);
        pass_over(&enterprise, urn, schema::ENTERPRISE, &mut ignored)?;
        let mut core = Part {
            object: resource,
            table: schema::USER,
            ignored: &mut ignored,
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
        let emails = core.typed("emails")?;
        let (email, email_is_not_primary) = email(emails, core.ignored)?;
        let given_name = part("givenName");
        let mut family_name = part("familyName");
        if given_name.trim().is_empty() && family_name.trim().is_empty() {
            // Many provisioning clients send no name; a user without one would be found by nobody.
            family_name.clone_from(&user_name);
        }
        let external_id = core.text("externalId")?.filter(|id| !id.is_empty());
        let display_name = core.text("displayName")?;
        let title = core.text("title")?;
        let phones = core.typed("phoneNumbers")?;
        let phone = phone(phones, core.ignored);
        let active = core.flag("active")?;
        let station = Part {
            object: &enterprise,
            table: schema::ENTERPRISE,
            ignored: &mut ignored,
        }
        .text("division")?;
        let mut extension = Part {
            object: &extension,
            table: schema::EXTENSION,
            ignored: &mut ignored,
        };
        let kind = extension
            .text("kind")?
            .map(|word| {
                AccountKind::from_word(&word).ok_or_else(|| {
                    invalid("kind is one of staff, residential, commercial and unit")
                })
            })
            .transpose()?;
        let role = extension.text("role")?.map(|word| Role::of_word(&word));
        let valid_from = extension.time("validFrom")?;
        let valid_until = extension.time("validUntil")?;
        let unlock = extension.flag("unlock")?.unwrap_or(false);
        if unlock && password.is_none() {
            return Err(invalid(
                "unlock is for a request that sets a password: POST to /Users/{id}/.unlock",
            ));
        }
        let reason = extension.text("reason")?.unwrap_or_default();
        Ok(Self {
            user_name,
            external_id,
            display_name,
            title,
            phone,
            station,
            fields,
            valid_from,
            valid_until,
            email_is_not_primary,
            given_name,
            family_name,
            email,
            active,
            kind,
            role,
            password,
            remove_password: false,
            unlock,
            reason,
            ignored: ignored.into_names(),
        })
    }
}

/// Notes every member that no table of ours has.
fn pass_over(
    object: &Object,
    urn: Option<&str>,
    table: &'static [schema::Attribute],
    ignored: &mut Ignored,
) -> Result<(), ScimError> {
    for name in object.keys() {
        let here = table
            .iter()
            .any(|attribute| attribute.name.eq_ignore_ascii_case(name));
        if here || name.eq_ignore_ascii_case("schemas") || name.eq_ignore_ascii_case("groups") {
            // `groups` can only be read (RFC 7643 section 4.1.2), and such is passed over.
            continue;
        }
        let path = AttributePath::parse(name).filter(|_| urn.is_none());
        ignored.pass_over(&path.unwrap_or_else(|| path_of(urn, name)))?;
    }
    Ok(())
}

fn path_of(urn: Option<&str>, name: &str) -> AttributePath {
    AttributePath {
        urn: urn.map(ToOwned::to_owned),
        ..AttributePath::plain(name)
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
fn email(emails: Option<Value>, ignored: &mut Ignored) -> Result<(String, bool), ScimError> {
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
    if list.len() > 1 {
        ignored.note("emails");
    }
    let kind = chosen.get("type").and_then(Value::as_str);
    if kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("work")) {
        ignored.note("emails.type");
    }
    match chosen.get("value").and_then(Value::as_str) {
        Some(address) if !address.trim().is_empty() => {
            let not_primary = member(chosen, "primary") == Some(&Value::Bool(false));
            Ok((address.to_owned(), not_primary))
        }
        _ => Err(invalid("emails.value is required")),
    }
}

/// The values of the site's own fields. What each may hold its definition says.
fn site_fields(extension: Option<Value>) -> Result<BTreeMap<String, String>, ScimError> {
    let members = match extension {
        None | Some(Value::Null) => return Ok(BTreeMap::new()),
        Some(Value::Object(members)) => members,
        Some(_) => return Err(invalid(format!("{SITE_URN} is an object of fields"))),
    };
    members
        .into_iter()
        .map(|(name, value)| {
            let text = match value {
                Value::Null => String::new(),
                Value::String(text) => text,
                Value::Bool(true) => "yes".into(),
                Value::Bool(false) => "no".into(),
                Value::Number(number) => number.to_string(),
                Value::Array(_) | Value::Object(_) => {
                    return Err(invalid(format!("{name} wants one value")));
                }
            };
            Ok((name, text))
        })
        .collect()
}

/// The number of type work, or the first without a type.
fn phone(phones: Option<Value>, ignored: &mut Ignored) -> Option<String> {
    let Some(Value::Array(list)) = phones else {
        return None;
    };
    let list: Vec<&Object> = list.iter().filter_map(Value::as_object).collect();
    let kind = |phone: &Object| {
        let kind = member(phone, "type").and_then(Value::as_str);
        kind.map(str::to_ascii_lowercase)
    };
    let chosen = list
        .iter()
        .find(|phone| kind(phone).as_deref() == Some("work"))
        .or_else(|| list.iter().find(|phone| kind(phone).is_none()));
    if list.len() > usize::from(chosen.is_some()) {
        ignored.note("phoneNumbers");
    }
    let value = member(chosen?, "value").and_then(Value::as_str)?;
    Some(value.to_owned())
}

struct Part<'a> {
    object: &'a Object,
    table: &'static [schema::Attribute],
    ignored: &'a mut Ignored,
}

impl Part<'_> {
    /// The value of an attribute that clients write, checked against the table.
    fn typed(&mut self, name: &str) -> Result<Option<Value>, ScimError> {
        let Some(attribute) = self.table.iter().find(|attribute| attribute.name == name) else {
            return Ok(None);
        };
        match member(self.object, name) {
            None | Some(Value::Null) => Ok(None),
            Some(_) if attribute.mutability == Mutability::ReadOnly => Ok(None),
            Some(value) => patch::typed(attribute, value.clone(), self.ignored).map(Some),
        }
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, ScimError> {
        Ok(self
            .typed(name)?
            .and_then(|value| value.as_str().map(ToOwned::to_owned)))
    }

    /// A time; `Some(None)` where the request says that there is none.
    #[expect(clippy::option_option, reason = "no change, no bound, a bound")]
    fn time(&mut self, name: &str) -> Result<Option<Option<Timestamp>>, ScimError> {
        if member(self.object, name).is_some_and(Value::is_null) {
            return Ok(Some(None));
        }
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let at = text
            .parse()
            .map_err(|_| invalid(format!("{name} is no time such as 2026-12-31T23:59:59Z")))?;
        Ok(Some(Some(at)))
    }

    fn flag(&mut self, name: &str) -> Result<Option<bool>, ScimError> {
        Ok(self.typed(name)?.and_then(|value| value.as_bool()))
    }
}

fn invalid(detail: impl Into<String>) -> ScimError {
    ScimError::bad(ScimType::InvalidValue, detail)
}
