//! Lists and complex values: grown, merged, and changed where a filter chooses.

use serde_json::{Map, Value};

use super::check::{complex, scalar};
use crate::scim::{
    Filter, Ignored, Object, ScimError, ScimType,
    filter::{Literal, Operator, PatchPath, text_compares},
    member,
    schema::{Attribute, Kind, Mutability, Resolved},
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

/// Takes an attribute away: all of it, or of a list the values that the operation names.
///
/// RFC 7644 section 3.5.2.2 knows no value beside `remove`; clients that send one mean only that.
pub(super) fn without(
    attribute: &Attribute,
    value: Value,
    object: &mut Object,
) -> Result<(), ScimError> {
    let named = match value {
        Value::Null => Vec::new(),
        Value::Array(list) => list,
        one @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
            vec![one]
        }
    };
    if named.is_empty() {
        take_member(object, attribute.name);
        return Ok(());
    }
    let missing = || {
        let detail = format!("{} does not hold the value to be removed", attribute.name);
        ScimError::bad(ScimType::NoTarget, detail)
    };
    match take_member(object, attribute.name) {
        Some(Value::Array(mut list)) => {
            let before = list.len();
            list.retain(|there| {
                !named
                    .iter()
                    .any(|named| is_named_by(attribute, there, named))
            });
            if list.len() == before {
                return Err(missing());
            }
            put_list(object, attribute, list);
            Ok(())
        }
        Some(there)
            if named
                .iter()
                .any(|named| is_named_by(attribute, &there, named)) =>
        {
            Ok(())
        }
        // Nobody can tell what is never shown.
        Some(_) | None if attribute.mutability == Mutability::WriteOnly => Ok(()),
        Some(_) | None => Err(missing()),
    }
}

/// Is `named` this value, or a part of it by which it can be told?
fn is_named_by(attribute: &Attribute, there: &Value, named: &Value) -> bool {
    let same = |attribute: Option<&Attribute>, there: &Value, named: &Value| match (
        there.as_str(),
        named.as_str(),
    ) {
        (Some(there), Some(named)) => {
            let exact = attribute.is_some_and(|attribute| attribute.case_exact);
            text_compares(there, named, Operator::Eq, exact)
        }
        _ => there == named,
    };
    match (there, named) {
        (Value::Object(there), Value::Object(named)) => {
            !named.is_empty()
                && named.iter().all(|(name, named)| {
                    let sub = attribute.sub_attribute(name);
                    member(there, name).is_some_and(|there| same(sub, there, named))
                })
        }
        (Value::Object(there), named) => {
            let sub = attribute.sub_attribute("value");
            member(there, "value").is_some_and(|there| same(sub, there, named))
        }
        (there, named) => same(Some(attribute), there, named),
    }
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
                old.insert(name, value);
            }
            Value::Object(old)
        }
        (_, value) => value,
    };
    let new = if let Value::Object(mut members) = new {
        refuse_emptied(attribute, &members)?;
        members.retain(|_, value| !value.is_null());
        Value::Object(members)
    } else {
        new
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

/// A required part that is given as null or as nothing but blanks.
pub(super) fn refuse_emptied(attribute: &Attribute, members: &Object) -> Result<(), ScimError> {
    let emptied = members.iter().find(|(name, value)| {
        attribute
            .sub_attribute(name)
            .is_some_and(|sub| sub.required)
            && is_blank(value)
    });
    match emptied {
        None => Ok(()),
        Some((name, _)) => Err(ScimError::bad(
            ScimType::InvalidValue,
            format!("{}.{name} is required", attribute.name),
        )),
    }
}

fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// `emails[type eq "work"]` and `emails[type eq "work"].value`.
pub(super) fn selected(
    op: Op,
    path: &PatchPath,
    filter: &Filter,
    resolved: &Resolved,
    value: &Value,
    object: &mut Object,
    ignored: &mut Ignored,
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
                    let new = complex(attribute, value.clone(), ignored)?;
                    if let (Some(entry), Value::Object(new)) = (entry.as_object_mut(), new) {
                        for (name, value) in new {
                            take_member(entry, &name);
                            entry.insert(name, value);
                        }
                        refuse_emptied(attribute, entry)?;
                        entry.retain(|_, value| !value.is_null());
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
            let value = scalar(sub, value).ok()?;
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
