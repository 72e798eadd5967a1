//! PATCH operations (RFC 7644 section 3.5.2) on a resource in memory.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    AttributePath, Filter, Object, ScimError, ScimType,
    filter::{Literal, Operator, PatchPath},
    member,
    schema::{self, Attribute, EXTENSION_URN, Kind, Mutability, Resolved},
    take_member,
};

/// Schema URN of a request.
pub const URN: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// Most operations in one request.
pub const MAX_OPERATIONS: usize = 100;

/// The body of a PATCH.
#[derive(Deserialize)]
pub struct PatchRequest {
    /// [`URN`].
    #[serde(default)]
    pub schemas: Vec<String>,
    /// The operations, done in order, all or none.
    #[serde(rename = "Operations", alias = "operations")]
    pub operations: Vec<PatchOperation>,
}

/// One operation. It may carry a password, so there is no `Debug` of the value.
#[derive(Deserialize)]
pub struct PatchOperation {
    /// `add`, `replace` or `remove` in any case (Entra sends `Replace`).
    pub op: String,
    /// What to change; absent: the value is an object of attributes.
    #[serde(default)]
    pub path: Option<String>,
    /// The new value.
    #[serde(default)]
    pub value: Option<Value>,
}

impl std::fmt::Debug for PatchOperation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PatchOperation")
            .field("op", &self.op)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Op {
    Add,
    Replace,
    Remove,
}

impl PatchRequest {
    /// Does an operation take the core attribute `name` away?
    pub fn removes(&self, name: &str) -> bool {
        self.operations.iter().any(|operation| {
            let names = operation
                .path
                .as_deref()
                .and_then(AttributePath::parse)
                .is_some_and(|path| {
                    schema::resolve(&path, ScimType::InvalidPath)
                        .is_ok_and(|found| !found.extension && found.attribute.name == name)
                });
            let empties = operation.op.eq_ignore_ascii_case("remove")
                || (operation.op.eq_ignore_ascii_case("replace")
                    && operation.value.as_ref().is_none_or(Value::is_null));
            names && empties
        })
    }

    /// Applies every operation to `resource`. Nothing is to be kept of it when this fails.
    ///
    /// # Errors
    /// `invalidSyntax`, `invalidPath`, `invalidValue`, `noTarget` or `mutability`.
    pub fn apply(self, resource: &mut Object) -> Result<(), ScimError> {
        if self.operations.is_empty() || self.operations.len() > MAX_OPERATIONS {
            return Err(ScimError::bad(
                ScimType::InvalidSyntax,
                format!("a PATCH has 1 to {MAX_OPERATIONS} operations"),
            ));
        }
        for operation in self.operations {
            apply(operation, resource)?;
        }
        Ok(())
    }
}

fn apply(operation: PatchOperation, resource: &mut Object) -> Result<(), ScimError> {
    let op = match operation.op.to_ascii_lowercase().as_str() {
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
    let value = operation.value.unwrap_or(Value::Null);
    match operation.path.as_deref().filter(|path| !path.is_empty()) {
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

/// `emails.value` without a filter means every value.
fn every_value(
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
fn merge(
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
fn selected(
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
        _ => None,
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

/// Checks a value against its attribute, a list or not.
pub(super) fn typed(attribute: &Attribute, value: Value) -> Result<Value, ScimError> {
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
fn complex(attribute: &Attribute, value: Value) -> Result<Value, ScimError> {
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

fn scalar(attribute: &Attribute, value: Value) -> Result<Value, ScimError> {
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
