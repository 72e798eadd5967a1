//! Is a value of its attribute's kind?

use serde_json::{Map, Value};

use crate::{
    scim::{
        AttributePath, Ignored, ScimError, ScimType,
        schema::{Attribute, Kind, Mutability, not_kept},
    },
    user::full_name,
};

/// Checks a value against its attribute, a list or not.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named is handled alike"
)]
pub(in crate::scim) fn typed(
    attribute: &Attribute,
    value: Value,
    ignored: &mut Ignored,
) -> Result<Value, ScimError> {
    if !attribute.multi_valued {
        return single(attribute, value, ignored);
    }
    let list = match value {
        Value::Array(list) => list,
        // One value where a list is meant is what Entra sends.
        value => vec![value],
    };
    list.into_iter()
        .map(|value| {
            let mut value = single(attribute, value, ignored)?;
            if let Value::Object(members) = &mut value {
                members.retain(|_, value| !value.is_null());
                if members.is_empty() {
                    let detail = format!("a value of {} holds nothing", attribute.name);
                    return Err(ScimError::bad(ScimType::InvalidValue, detail));
                }
            }
            Ok(value)
        })
        .collect::<Result<_, _>>()
        .map(Value::Array)
}

fn single(attribute: &Attribute, value: Value, ignored: &mut Ignored) -> Result<Value, ScimError> {
    if attribute.kind == Kind::Complex {
        complex(attribute, value, ignored)
    } else {
        scalar(attribute, value)
    }
}

/// Keeps the sub-attributes that the table has, in its letters, with a null for each that is to be
/// empty; those that can only be read are passed over, those that are not kept are told.
pub(super) fn complex(
    attribute: &Attribute,
    value: Value,
    ignored: &mut Ignored,
) -> Result<Value, ScimError> {
    let Value::Object(members) = value else {
        return Err(wrong_kind(attribute, "an object"));
    };
    let mut kept = Map::new();
    let mut put_together = None;
    for (name, value) in members {
        match attribute.sub_attribute(&name) {
            None => ignored.pass_over_part(attribute, &name)?,
            Some(sub) if sub.mutability == Mutability::ReadOnly => {
                let path = AttributePath {
                    sub: Some(sub.name.to_owned()),
                    ..AttributePath::plain(attribute.name)
                };
                // The RFC lets clients write a few that we put together ourselves.
                put_together = not_kept(&path).map(|name| (name, value));
            }
            Some(sub) if value.is_null() => {
                kept.insert(sub.name.into(), Value::Null);
            }
            Some(sub) => {
                kept.insert(sub.name.into(), scalar(sub, value)?);
            }
        }
    }
    // Who writes back what was read has changed nothing.
    if let Some((name, value)) = put_together
        && value.as_str() != Some(formatted(&kept).as_str())
    {
        ignored.note(name);
    }
    Ok(Value::Object(kept))
}

/// `name.formatted` as this server puts it together.
fn formatted(name: &Map<String, Value>) -> String {
    let part = |part| name.get(part).and_then(Value::as_str).unwrap_or_default();
    full_name(part("givenName"), part("familyName"))
}

pub(super) fn scalar(attribute: &Attribute, value: Value) -> Result<Value, ScimError> {
    match (attribute.kind, value) {
        (Kind::String | Kind::Reference | Kind::DateTime, Value::String(text)) => {
            Ok(Value::String(text))
        }
        (Kind::Boolean, Value::Bool(flag)) => Ok(Value::Bool(flag)),
        // Entra sends "True" and "False".
        (Kind::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("true") => {
            Ok(Value::Bool(true))
        }
        (Kind::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("false") => {
            Ok(Value::Bool(false))
        }
        (Kind::Integer, Value::Number(number)) => Ok(Value::Number(number)),
        (Kind::Boolean, _) => Err(wrong_kind(attribute, "true or false")),
        (Kind::Integer, _) => Err(wrong_kind(attribute, "a whole number")),
        (Kind::Complex, _) => Err(wrong_kind(attribute, "an object")),
        _ => Err(wrong_kind(attribute, "a string")),
    }
}

fn wrong_kind(attribute: &Attribute, wanted: &str) -> ScimError {
    ScimError::bad(
        ScimType::InvalidValue,
        format!("{} wants {wanted}", attribute.name),
    )
}
