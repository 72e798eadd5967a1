//! Any body of a PATCH, applied to a user: what only the server writes stays as it is, and what
//! comes out has the attributes and kinds of the tables.

use halligan::scim::{
    Object, member,
    patch::PatchRequest,
    schema::{Attribute, EXTENSION, EXTENSION_URN, Kind, Mutability, USER},
    user::Wanted,
};
use serde_json::Value;

pub fn run(bytes: &[u8]) {
    let Ok(request) = serde_json::from_slice::<PatchRequest>(bytes) else {
        return;
    };
    let before = super::user();
    let mut after = before.clone();
    if request.apply(&mut after).is_err() {
        return;
    }
    unchanged(USER, &before, &after);
    unchanged(EXTENSION, extension(&before), extension(&after));
    has_the_kinds_of(USER, &after, &[EXTENSION_URN]);
    has_the_kinds_of(EXTENSION, extension(&after), &[]);
    let _ = Wanted::from_resource(&mut after);
}

fn extension(resource: &Object) -> &Object {
    resource[EXTENSION_URN]
        .as_object()
        .expect("the extension stays an object")
}

fn unchanged(table: &[Attribute], before: &Object, after: &Object) {
    for attribute in table {
        if attribute.mutability == Mutability::ReadOnly {
            assert_eq!(before.get(attribute.name), after.get(attribute.name));
        }
    }
}

fn has_the_kinds_of(table: &[Attribute], object: &Object, besides: &[&str]) {
    for (name, value) in object {
        let Some(attribute) = table.iter().find(|attribute| attribute.name == name) else {
            assert!(besides.contains(&name.as_str()), "{name} is in no table");
            continue;
        };
        assert!(!value.is_null(), "{name} is null");
        match (attribute.multi_valued, value) {
            (true, Value::Array(list)) => {
                assert!(!list.is_empty(), "{name} is an empty list");
                for value in list {
                    is_of(attribute, value);
                }
            }
            (false, value) => is_of(attribute, value),
            (true, value) => panic!("{name} is no list: {value}"),
        }
    }
    // What can be found whatever its letters is there once.
    for attribute in table {
        let same = object
            .keys()
            .filter(|key| key.eq_ignore_ascii_case(attribute.name));
        assert!(same.count() <= 1, "{} twice", attribute.name);
        assert_eq!(member(object, attribute.name), object.get(attribute.name));
    }
}

fn is_of(attribute: &Attribute, value: &Value) {
    let fits = match attribute.kind {
        Kind::String | Kind::Reference | Kind::DateTime => value.is_string(),
        Kind::Boolean => value.is_boolean(),
        Kind::Integer => value.is_i64() || value.is_u64(),
        Kind::Complex => match value.as_object() {
            Some(object) => {
                has_the_kinds_of(attribute.sub, object, &[]);
                true
            }
            None => false,
        },
    };
    assert!(fits, "{} is {value}", attribute.name);
}
