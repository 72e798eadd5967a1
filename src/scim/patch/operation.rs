//! One operation: which attribute it means, and whether it may be written.

use serde_json::{Map, Value};

use super::{
    check::{scalar, typed},
    values::{Op, every_value, merge, selected},
};
use crate::scim::{
    Object, ScimError, ScimType,
    filter::PatchPath,
    schema::{self, EXTENSION_URN, Mutability, Resolved},
    take_member,
};

/// Does what one operation asks.
pub(super) fn apply(
    op: &str,
    path: Option<&str>,
    value: Value,
    resource: &mut Object,
) -> Result<(), ScimError> {
    let op = match op.to_ascii_lowercase().as_str() {
        "add" => Op::Add,
        "replace" => Op::Replace,
        "remove" => Op::Remove,
        _ => {
            return Err(ScimError::bad(
                ScimType::InvalidSyntax,
                "op is one of add, replace and remove",
            ));
        }
    };
    match path.filter(|path| !path.is_empty()) {
        Some(path) if path.eq_ignore_ascii_case(EXTENSION_URN) => {
            whole_extension(op, value, resource)
        }
        Some(path) => at_path(op, &path.parse()?, value, resource),
        None if op == Op::Remove => Err(ScimError::bad(
            ScimType::NoTarget,
            "a remove operation needs a path",
        )),
        None => each_member(op, value, resource),
    }
}

/// An operation without a path: every member is an operation of its own.
fn each_member(op: Op, value: Value, resource: &mut Object) -> Result<(), ScimError> {
    let Value::Object(members) = value else {
        return Err(ScimError::bad(
            ScimType::InvalidValue,
            "without a path the value is an object of attributes",
        ));
    };
    for (name, value) in members {
        if name.eq_ignore_ascii_case("schemas") {
            continue;
        }
        if name.eq_ignore_ascii_case(EXTENSION_URN) {
            whole_extension(op, value, resource)?;
        } else {
            at_path(op, &name.parse()?, value, resource)?;
        }
    }
    Ok(())
}

fn whole_extension(op: Op, value: Value, resource: &mut Object) -> Result<(), ScimError> {
    let members = match (op, value) {
        (Op::Remove, _) => {
            return Err(ScimError::bad(
                ScimType::Mutability,
                "the extension holds required attributes and cannot be removed",
            ));
        }
        (_, Value::Object(members)) => members,
        _ => {
            return Err(ScimError::bad(
                ScimType::InvalidValue,
                "the value of an extension is an object of its attributes",
            ));
        }
    };
    for (name, value) in members {
        // Some clients name the schema within the extension too.
        if name.eq_ignore_ascii_case("schemas") {
            continue;
        }
        at_path(
            op,
            &format!("{EXTENSION_URN}:{name}").parse()?,
            value,
            resource,
        )?;
    }
    Ok(())
}

fn at_path(op: Op, path: &PatchPath, value: Value, resource: &mut Object) -> Result<(), ScimError> {
    let resolved = schema::resolve(&path.attribute, ScimType::InvalidPath)?;
    let written = resolved.sub.unwrap_or(resolved.attribute);
    if resolved.attribute.name == "schemas" {
        return Ok(());
    }
    if resolved.attribute.mutability == Mutability::ReadOnly
        || written.mutability == Mutability::ReadOnly
    {
        return Err(ScimError::bad(
            ScimType::Mutability,
            format!("{} can only be read", path.attribute),
        ));
    }
    // An empty value is no value (RFC 7643 section 2.5).
    let op = if value.is_null() && op == Op::Replace {
        Op::Remove
    } else {
        op
    };
    if op == Op::Add && value.is_null() {
        return Err(ScimError::bad(
            ScimType::InvalidValue,
            format!("{} needs a value", path.attribute),
        ));
    }
    if op == Op::Remove && written.required && path.filter.is_none() {
        return Err(ScimError::bad(
            ScimType::Mutability,
            format!("{} is required", path.attribute),
        ));
    }
    let object = if resolved.extension {
        let entry = resource
            .entry(EXTENSION_URN)
            .or_insert_with(|| Value::Object(Map::new()));
        match entry.as_object_mut() {
            Some(object) => object,
            None => {
                return Err(ScimError::bad(
                    ScimType::InvalidValue,
                    "malformed extension",
                ));
            }
        }
    } else {
        resource
    };
    match &path.filter {
        Some(filter) => selected(op, path, filter, &resolved, &value, object),
        None => whole(op, &resolved, value, object),
    }
}

fn whole(op: Op, resolved: &Resolved, value: Value, object: &mut Object) -> Result<(), ScimError> {
    let attribute = resolved.attribute;
    let Some(sub) = resolved.sub else {
        if op == Op::Remove {
            take_member(object, attribute.name);
            return Ok(());
        }
        let value = typed(attribute, value)?;
        return merge(op, attribute, value, object);
    };
    if attribute.multi_valued {
        return every_value(op, attribute, sub, value, object);
    }
    let mut owner = match take_member(object, attribute.name) {
        Some(Value::Object(owner)) => owner,
        _ => Map::new(),
    };
    take_member(&mut owner, sub.name);
    if op != Op::Remove {
        owner.insert(sub.name.into(), scalar(sub, value)?);
    }
    if !owner.is_empty() {
        object.insert(attribute.name.into(), Value::Object(owner));
    }
    Ok(())
}
