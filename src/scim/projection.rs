//! `attributes` and `excludedAttributes` (RFC 7644 section 3.9).

use super::{
    AttributePath, Object, ScimError, ScimType,
    schema::{self, Attribute, Returned, SITE_URN, UserSchema},
};
use serde_json::Value;

/// Which attributes an answer carries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Projection {
    /// Those that are returned by default.
    #[default]
    Default,
    /// Those named, and those that are always returned.
    Only(Vec<AttributePath>),
    /// The default ones without those named; what is always returned stays.
    Without(Vec<AttributePath>),
}

impl Projection {
    /// From the two parameters.
    ///
    /// # Errors
    /// `invalidValue` when both are given or a name is malformed. An attribute that users do not
    /// have is passed over.
    pub fn of(attributes: &[String], excluded: &[String]) -> Result<Self, ScimError> {
        match (attributes.is_empty(), excluded.is_empty()) {
            (true, true) => Ok(Self::Default),
            (false, true) => Ok(Self::Only(paths(attributes)?)),
            (true, false) => Ok(Self::Without(paths(excluded)?)),
            (false, false) => Err(ScimError::bad(
                ScimType::InvalidValue,
                "attributes and excludedAttributes cannot be given together",
            )),
        }
    }

    /// Takes from `resource` what is not to be returned.
    pub fn apply(&self, resource: &mut Object) {
        let extensions =
            UserSchema::EXTENSIONS.map(|schema| (schema, resource.remove(schema.urn())));
        let site = resource.remove(SITE_URN);
        self.part(resource, schema::USER, None);
        if let Some(Value::Object(mut fields)) = site {
            fields.retain(|name, _| self.keeps_field(name));
            if !fields.is_empty() {
                resource.insert(SITE_URN.into(), Value::Object(fields));
            }
        }
        for (schema, extension) in extensions {
            let urn = schema.urn();
            if let Some(Value::Object(mut extension)) = extension
                && self.keeps(urn)
            {
                self.part(&mut extension, schema.attributes(), Some(urn));
                if !extension.is_empty() {
                    resource.insert(urn.into(), Value::Object(extension));
                }
            }
        }
    }

    /// Is a field of the site's own wanted?
    fn keeps_field(&self, name: &str) -> bool {
        let named = |paths: &[AttributePath]| {
            paths.iter().any(|path| {
                is_whole_extension(path, SITE_URN)
                    || in_schema(path, Some(SITE_URN)) && path.name.eq_ignore_ascii_case(name)
            })
        };
        match self {
            Self::Default => true,
            Self::Only(paths) => named(paths),
            Self::Without(paths) => !named(paths),
        }
    }

    fn keeps(&self, urn: &str) -> bool {
        match self {
            Self::Without(paths) => !paths.iter().any(|path| is_whole_extension(path, urn)),
            Self::Default | Self::Only(_) => true,
        }
    }

    fn part(&self, object: &mut Object, table: &'static [Attribute], urn: Option<&str>) {
        for attribute in table {
            match attribute.returned {
                Returned::Always => {}
                Returned::Never => {
                    object.remove(attribute.name);
                }
                Returned::Default | Returned::Request => self.one(object, attribute, urn),
            }
        }
    }

    fn one(&self, object: &mut Object, attribute: &'static Attribute, urn: Option<&str>) {
        let named = |paths: &[AttributePath]| -> (bool, Vec<String>) {
            let mut whole = false;
            let mut subs = Vec::new();
            for path in paths {
                if urn.is_some_and(|urn| is_whole_extension(path, urn)) {
                    whole = true;
                } else if in_schema(path, urn) && path.name.eq_ignore_ascii_case(attribute.name) {
                    match &path.sub {
                        None => whole = true,
                        Some(sub) => subs.push(sub.clone()),
                    }
                }
            }
            (whole, subs)
        };
        match self {
            Self::Default => unasked(object, attribute),
            Self::Only(paths) => match named(paths) {
                (true, _) => without_unasked_parts(object, attribute),
                (false, subs) if subs.is_empty() => {
                    object.remove(attribute.name);
                }
                (false, subs) => keep_subs(object, attribute.name, |name| {
                    subs.iter().any(|sub| sub.eq_ignore_ascii_case(name))
                }),
            },
            Self::Without(paths) => match named(paths) {
                (true, _) => {
                    object.remove(attribute.name);
                }
                (false, subs) if subs.is_empty() => unasked(object, attribute),
                (false, subs) => keep_subs(object, attribute.name, |name| {
                    !subs.iter().any(|sub| sub.eq_ignore_ascii_case(name))
                }),
            },
        }
    }
}

/// Takes away what is returned on request only.
fn unasked(object: &mut Object, attribute: &'static Attribute) {
    if attribute.returned == Returned::Request {
        object.remove(attribute.name);
    } else {
        without_unasked_parts(object, attribute);
    }
}

fn without_unasked_parts(object: &mut Object, attribute: &'static Attribute) {
    let unasked = |name: &str| {
        attribute
            .sub_attribute(name)
            .is_some_and(|sub| sub.returned == Returned::Request)
    };
    if attribute
        .sub
        .iter()
        .any(|sub| sub.returned == Returned::Request)
    {
        keep_subs(object, attribute.name, |name| !unasked(name));
    }
}

fn keep_subs(object: &mut Object, name: &str, keep: impl Fn(&str) -> bool) {
    let empty = match object.get_mut(name) {
        Some(Value::Object(value)) => {
            value.retain(|key, _| keep(key));
            value.is_empty()
        }
        Some(Value::Array(list)) => {
            for value in list.iter_mut().filter_map(Value::as_object_mut) {
                value.retain(|key, _| keep(key));
            }
            list.retain(|value| value.as_object().is_none_or(|value| !value.is_empty()));
            list.is_empty()
        }
        _ => false,
    };
    if empty {
        object.remove(name);
    }
}

fn in_schema(path: &AttributePath, urn: Option<&str>) -> bool {
    match (path.urn.as_deref(), urn) {
        (Some(written), Some(urn)) => written.eq_ignore_ascii_case(urn),
        (Some(written), None) => written.eq_ignore_ascii_case(schema::USER_URN),
        (None, urn) => urn.is_none(),
    }
}

/// `attributes=urn:…:User` names the whole extension: the URN reads as a path whose last part
/// is its name.
fn is_whole_extension(path: &AttributePath, urn: &str) -> bool {
    path.to_string().eq_ignore_ascii_case(urn)
}

fn paths(names: &[String]) -> Result<Vec<AttributePath>, ScimError> {
    names
        .iter()
        .map(|name| {
            AttributePath::parse(name.trim()).ok_or_else(|| {
                ScimError::bad(
                    ScimType::InvalidValue,
                    format!("{name:?} is not an attribute path"),
                )
            })
        })
        .collect()
}
