//! Lists and complex values: grown, merged, and changed where a filter chooses.

use serde_json::{Map, Value};

use super::check::{complex, scalar};
use crate::scim::{
    Filter, Object, ScimError, ScimType,
    filter::{Literal, Operator, PatchPath},
    member,
    schema::{Attribute, Kind, Resolved},
    take_member,
};

/// What an operation does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Add,
    Replace,
    Remove,
}

/// `emails.value` without a filter means every value.
pub(super) fn every_value(
    op: Op,
    attribute: &Attribute,
    sub: &Attribute,
    value: Value,
    object: &mut Object,
) -> Result<(), ScimError> {
    let value = if op == Op::Remove {
        None
    } else {
        Some(scalar(sub, value)?)
    };
    let mut list = match take_member(object, attribute.name) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    };
    if list.is_empty() && value.is_some() {
        list.push(Value::Object(Map::new()));
    }
    for entry in list.iter_mut().filter_map(Value::as_object_mut) {
        take_member(entry, sub.name);
        if let Some(value) = &value {
            entry.insert(sub.name.into(), value.clone());
        }
    }
    put_list(object, attribute, list);
    Ok(())
}

/// Sets a whole attribute: lists grow by `add`, complex values are merged.
pub(super) fn merge(
    op: Op,
    attribute: &Attribute,
    value: Value,
    object: &mut Object,
) -> Result<(), ScimError> {
    let old = take_member(object, attribute.name);
    let new = match (old, value) {
        (Some(Value::Array(mut list)), Value::Array(added)) if op == Op::Add => {
            for value in added {
                if is_primary(&value) {
                    list.iter_mut().for_each(no_longer_primary);
                }
                if !list.contains(&value) {
                    list.push(value);
                }
            }
            Value::Array(list)
        }
        (Some(Value::Object(mut old)), Value::Object(new)) => {
            for (name, value) in new {
                take_member(&mut old, &name);
                if !value.is_null() {
                    old.insert(name, value);
                }
            }
            Value::Object(old)
        }
        (_, value) => value,
    };
    if let Value::Array(list) = new {
        put_list(object, attribute, list);
    } else if new.as_object().is_none_or(|new| !new.is_empty()) {
        object.insert(attribute.name.into(), new);
    } else if attribute.required {
        return Err(ScimError::bad(
            ScimType::InvalidValue,
            format!("{} is required", attribute.name),
        ));
    }
    Ok(())
}

/// `emails[type eq "work"]` and `emails[type eq "work"].value`.
pub(super) fn selected(
    op: Op,
    path: &PatchPath,
    filter: &Filter,
    resolved: &Resolved,
    value: &Value,
    object: &mut Object,
) -> Result<(), ScimError> {
    let attribute = resolved.attribute;
    if !attribute.multi_valued || attribute.kind != Kind::Complex {
        return Err(ScimError::bad(
            ScimType::InvalidPath,
            format!("{} is no list of complex values", attribute.name),
        ));
    }
    let parent = path.attribute.parent();
    let mut list = match take_member(object, attribute.name) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    };
    let mut chosen = Vec::with_capacity(list.len());
    for value in &list {
        chosen.push(
            filter
                .holds_for_value(&parent, value)
                .map_err(|error| ScimError::bad(ScimType::InvalidPath, error.detail))?,
        );
    }
    if !chosen.contains(&true) {
        let Some(fresh) = made_by(attribute, filter).filter(|_| op == Op::Add) else {
            return Err(ScimError::bad(
                ScimType::NoTarget,
                format!("no value of {} matches the filter", attribute.name),
            ));
        };
        list.push(Value::Object(fresh));
        chosen.push(true);
    }
    let mut kept = Vec::with_capacity(list.len());
    for (mut entry, chosen) in list.into_iter().zip(chosen) {
        if chosen {
            match (op, resolved.sub) {
                (Op::Remove, None) => continue,
                (Op::Remove, Some(sub)) => {
                    if let Some(entry) = entry.as_object_mut() {
                        take_member(entry, sub.name);
                    }
                }
                (_, Some(sub)) => {
                    if let Some(entry) = entry.as_object_mut() {
                        take_member(entry, sub.name);
                        entry.insert(sub.name.into(), scalar(sub, value.clone())?);
                    }
                }
                (_, None) => {
                    let new = complex(attribute, value.clone())?;
                    if let (Some(entry), Value::Object(new)) = (entry.as_object_mut(), new) {
                        for (name, value) in new {
                            take_member(entry, &name);
                            entry.insert(name, value);
                        }
                    }
                }
            }
        }
        kept.push(entry);
    }
    put_list(object, attribute, kept);
    Ok(())
}

/// The value that `add` makes where `emails[type eq "work"]` matches none, as Entra expects; its
/// names are in the letters of the table.
fn made_by(attribute: &Attribute, filter: &Filter) -> Option<Object> {
    match filter {
        Filter::Compare(path, Operator::Eq, literal) => {
            let sub = attribute.sub_attribute(&path.name)?;
            let value = match literal {
                Literal::Text(text) => Value::from(text.as_str()),
                Literal::Boolean(flag) => Value::from(*flag),
                Literal::Number(_) | Literal::Null => return None,
            };
            Some(Map::from_iter([(sub.name.to_owned(), value)]))
        }
        Filter::And(parts) => {
            let mut made = Map::new();
            for part in parts {
                made.extend(made_by(attribute, part)?);
            }
            Some(made)
        }
        Filter::Compare(..)
        | Filter::Present(_)
        | Filter::Within(..)
        | Filter::Or(_)
        | Filter::Not(_) => None,
    }
}

fn put_list(object: &mut Object, attribute: &Attribute, mut list: Vec<Value>) {
    list.retain(|value| value.as_object().is_none_or(|value| !value.is_empty()));
    if !list.is_empty() {
        object.insert(attribute.name.into(), Value::Array(list));
    }
}

fn is_primary(value: &Value) -> bool {
    value.as_object().and_then(|value| member(value, "primary")) == Some(&Value::Bool(true))
}

fn no_longer_primary(value: &mut Value) {
    if let Some(value) = value.as_object_mut()
        && take_member(value, "primary").is_some()
    {
        value.insert("primary".into(), Value::Bool(false));
    }
}
