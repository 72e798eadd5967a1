//! One operation: which attribute it means, and whether it may be written.

use serde_json::{Map, Value, json};

use super::{
    applied::Applied,
    check::{scalar, typed},
    values::{Op, every_value, merge, refuse_emptied, selected, without},
};
use crate::scim::{
    Filter, Ignored, Object, ScimError, ScimType,
    filter::PatchPath,
    member,
    schema::{self, Attribute, ENTERPRISE_URN, Mutability, Resolved, SITE_URN, UserSchema},
    take_member,
};

/// Does what one operation asks.
pub(super) fn apply(
    op: &str,
    path: Option<&str>,
    value: Value,
    resource: &mut Object,
    applied: &mut Applied,
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
        Some(path) => at_name(op, path, value, resource, applied),
        None if op == Op::Remove => Err(ScimError::bad(
            ScimType::NoTarget,
            "a remove operation needs a path",
        )),
        None => each_member(op, value, resource, applied),
    }
}

/// What a path names: an extension as a whole, or an attribute.
fn at_name(
    op: Op,
    path: &str,
    value: Value,
    resource: &mut Object,
    applied: &mut Applied,
) -> Result<(), ScimError> {
    if path.eq_ignore_ascii_case(SITE_URN) {
        return whole_site(op, value, resource);
    }
    match UserSchema::of_urn(path).filter(|schema| *schema != UserSchema::Core) {
        Some(extension) => whole_extension(extension, op, value, resource, applied),
        None => at_path(op, &path.parse()?, value, resource, applied),
    }
}

/// An operation without a path: every member is an operation of its own.
fn each_member(
    op: Op,
    value: Value,
    resource: &mut Object,
    applied: &mut Applied,
) -> Result<(), ScimError> {
    let Value::Object(members) = value else {
        return Err(ScimError::bad(
            ScimType::InvalidValue,
            "without a path the value is an object of attributes",
        ));
    };
    refuse_empty("the value", &members)?;
    for (name, value) in members {
        if name.eq_ignore_ascii_case("schemas") {
            continue;
        }
        at_name(op, &name, value, resource, applied)?;
    }
    Ok(())
}

/// An operation that names nothing would be answered with a 200 and do nothing.
fn refuse_empty(what: &str, members: &Object) -> Result<(), ScimError> {
    if members.is_empty() {
        let detail = format!("{what} holds no attribute");
        return Err(ScimError::bad(ScimType::InvalidValue, detail));
    }
    Ok(())
}

fn whole_extension(
    extension: UserSchema,
    op: Op,
    value: Value,
    resource: &mut Object,
    applied: &mut Applied,
) -> Result<(), ScimError> {
    if extension == UserSchema::Enterprise && op == Op::Remove {
        take_member(resource, ENTERPRISE_URN);
        return Ok(());
    }
    if extension == UserSchema::Enterprise && !value.is_object() {
        applied.ignored.note(ENTERPRISE_URN);
        return Ok(());
    }
    let members = match (op, value) {
        (Op::Remove, _) => {
            return Err(ScimError::bad(
                ScimType::Mutability,
                "the extension holds required attributes and cannot be removed",
            ));
        }
        (_, value) => extension_members(value)?,
    };
    refuse_empty("the value of the extension", &members)?;
    for (name, value) in members {
        // Some clients name the schema within the extension too.
        if name.eq_ignore_ascii_case("schemas") {
            continue;
        }
        let path = format!("{}:{name}", extension.urn()).parse()?;
        at_path(op, &path, value, resource, applied)?;
    }
    Ok(())
}

fn extension_members(value: Value) -> Result<Object, ScimError> {
    let Value::Object(members) = value else {
        return Err(ScimError::bad(
            ScimType::InvalidValue,
            "the value of an extension is an object of its attributes",
        ));
    };
    Ok(members)
}

fn at_path(
    op: Op,
    path: &PatchPath,
    value: Value,
    resource: &mut Object,
    applied: &mut Applied,
) -> Result<(), ScimError> {
    let urn = path.attribute.urn.as_deref();
    if urn.is_some_and(|urn| urn.eq_ignore_ascii_case(SITE_URN)) {
        return site_field(op, path, value, resource);
    }
    // Before it is looked up: a few stand in our table because the server puts them together.
    if let Some(name) = schema::not_kept(&path.attribute) {
        applied.ignored.note(name);
        return Ok(());
    }
    let resolved = schema::resolve(&path.attribute, ScimType::InvalidPath)?;
    let written = resolved.sub.unwrap_or(resolved.attribute);
    if resolved.attribute.name == "schemas" {
        return Ok(());
    }
    if resolved.attribute.mutability == Mutability::ReadOnly
        || written.mutability == Mutability::ReadOnly
    {
        // Clients send the id beside what they change; to write what is there changes nothing.
        if op != Op::Remove && path.filter.is_none() && is_there(&resolved, &value, resource) {
            return Ok(());
        }
        return Err(ScimError::bad(
            ScimType::Mutability,
            format!("{} can only be read", path.attribute),
        ));
    }
    // An empty value is no value (RFC 7643 section 2.5).
    let op = if is_empty(&value) && op == Op::Replace {
        Op::Remove
    } else {
        op
    };
    if op == Op::Add && is_empty(&value) {
        return Err(ScimError::bad(
            ScimType::InvalidValue,
            format!("{} needs a value", path.attribute),
        ));
    }
    if resolved.sub.is_none() && resolved.schema == UserSchema::Core {
        note_removal(op, resolved.attribute, applied);
    }
    if op == Op::Remove && written.required && path.filter.is_none() {
        return Err(ScimError::bad(
            ScimType::Mutability,
            format!("{} is required", path.attribute),
        ));
    }
    let object = if resolved.schema == UserSchema::Core {
        resource
    } else {
        let entry = resource
            .entry(resolved.schema.urn())
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
    };
    match &path.filter {
        Some(filter) if is_of_another_phone(&resolved, path, filter, object) => {
            // Clients send mobile and fax numbers beside what counts.
            applied.ignored.note(path.attribute.to_string());
            Ok(())
        }
        Some(filter) => {
            // One work number is kept: where there is none, `replace` writes the first.
            let op = match op {
                Op::Replace if is_phone(&resolved) => Op::Add,
                Op::Remove if is_phone(&resolved) && member(object, "phoneNumbers").is_none() => {
                    return Ok(());
                }
                Op::Add | Op::Replace | Op::Remove => op,
            };
            let ignored = &mut applied.ignored;
            selected(op, path, filter, &resolved, &value, object, ignored)
        }
        None => whole(op, &resolved, value, object, &mut applied.ignored),
    }
}

/// Every one of the site's own fields that the value names, or with `remove` all that the user has.
fn whole_site(op: Op, value: Value, resource: &mut Object) -> Result<(), ScimError> {
    let members = match (op, value) {
        (Op::Remove, _) => match member(resource, SITE_URN) {
            Some(Value::Object(there)) => there.clone(),
            _ => return Ok(()),
        },
        (_, value) => extension_members(value)?,
    };
    refuse_empty("the value of the extension", &members)?;
    for (name, value) in members {
        let path = format!("{SITE_URN}:{name}").parse()?;
        site_field(op, &path, value, resource)?;
    }
    Ok(())
}

/// One of the site's own fields. Null stands for none, so that it is known to be taken away.
fn site_field(
    op: Op,
    path: &PatchPath,
    value: Value,
    resource: &mut Object,
) -> Result<(), ScimError> {
    if path.filter.is_some() || path.attribute.sub.is_some() {
        let detail = format!("{} has one value without parts", path.attribute.name);
        return Err(ScimError::bad(ScimType::InvalidPath, detail));
    }
    let mut fields = match take_member(resource, SITE_URN) {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    take_member(&mut fields, &path.attribute.name);
    let value = if op == Op::Remove { Value::Null } else { value };
    fields.insert(path.attribute.name.clone(), value);
    resource.insert(SITE_URN.into(), Value::Object(fields));
    Ok(())
}

fn is_phone(resolved: &Resolved) -> bool {
    resolved.attribute.name == "phoneNumbers"
}

/// Does the filter name a phone number of another type than the one that is kept?
fn is_of_another_phone(
    resolved: &Resolved,
    path: &PatchPath,
    filter: &Filter,
    object: &Object,
) -> bool {
    let there = member(object, "phoneNumbers").and_then(|phones| phones.get(0));
    let kept = there.cloned().unwrap_or_else(|| json!({ "type": "work" }));
    is_phone(resolved)
        && !filter
            .holds_for_value(&path.attribute.parent(), &kept)
            .unwrap_or(false)
}

/// Null and an empty list are no value (RFC 7643 section 2.5).
fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

fn note_removal(op: Op, attribute: &'static Attribute, applied: &mut Applied) {
    applied.removed.retain(|name| *name != attribute.name);
    if op == Op::Remove {
        applied.removed.push(attribute.name);
    }
}

/// Is `value` what the resource has there?
fn is_there(resolved: &Resolved, value: &Value, resource: &Object) -> bool {
    let owner = resolved.schema.part_of(resource);
    let there = owner.and_then(|owner| member(owner, resolved.attribute.name));
    let there = match resolved.sub {
        Some(sub) => there
            .and_then(Value::as_object)
            .and_then(|there| member(there, sub.name)),
        None => there,
    };
    there == Some(value)
}

fn whole(
    op: Op,
    resolved: &Resolved,
    value: Value,
    object: &mut Object,
    ignored: &mut Ignored,
) -> Result<(), ScimError> {
    let attribute = resolved.attribute;
    let Some(sub) = resolved.sub else {
        if op == Op::Remove {
            return without(attribute, value, object);
        }
        let told = ignored.len();
        let value = typed(attribute, value, ignored)?;
        if let Value::Object(members) = &value
            && ignored.len() == told
        {
            refuse_empty(attribute.name, members)?;
        }
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
        refuse_emptied(attribute, &owner)?;
    }
    if !owner.is_empty() {
        object.insert(attribute.name.into(), Value::Object(owner));
    }
    Ok(())
}
