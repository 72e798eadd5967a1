//! Is a value of its attribute's kind?

use serde_json::{Map, Value};

use crate::scim::{
    ScimError, ScimType,
    schema::{Attribute, Kind, Mutability},
};

/// Checks a value against its attribute, a list or not.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named is handled alike"
)]
pub(in crate::scim) fn typed(attribute: &Attribute, value: Value) -> Result<Value, ScimError> {
    if !attribute.multi_valued {
        return single(attribute, value);
    }
    let list = match value {
        Value::Array(list) => list,
        // One value where a list is meant is what Entra sends.
        value => vec![value],
    };
    list.into_iter()
        .map(|value| single(attribute, value))
        .collect::<Result<_, _>>()
        .map(Value::Array)
}

fn single(attribute: &Attribute, value: Value) -> Result<Value, ScimError> {
    if attribute.kind == Kind::Complex {
        complex(attribute, value)
    } else {
        scalar(attribute, value)
    }
}

/// Keeps the sub-attributes that the table has, in its letters; those that can only be read are
/// passed over.
pub(super) fn complex(attribute: &Attribute, value: Value) -> Result<Value, ScimError> {
    let Value::Object(members) = value else {
        return Err(wrong_kind(attribute, "an object"));
    };
    let mut kept = Map::new();
    for (name, value) in members {
        if let Some(sub) = attribute.sub_attribute(&name)
            && sub.mutability != Mutability::ReadOnly
            && !value.is_null()
        {
            kept.insert(sub.name.into(), scalar(sub, value)?);
        }
    }
    Ok(Value::Object(kept))
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
