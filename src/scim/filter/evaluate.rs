//! A filter's truth for one resource in memory. The SQL translation must agree with it: a property
//! test compares the two.

use std::cmp::Ordering;

use serde_json::Value;

use super::{Filter, Literal, Operator};
use crate::{
    scim::{
        AttributePath, Object, ScimError, ScimType, member,
        schema::{self, Attribute, Kind, Returned, UserSchema},
    },
    text,
};

impl Filter {
    /// Does the filter hold for `resource`, a user as this program writes one?
    ///
    /// # Errors
    /// `invalidFilter` when it names what users do not have, or compares what cannot be compared.
    pub fn holds(&self, resource: &Object) -> Result<bool, ScimError> {
        self.typed()?;
        Ok(self.truth(resource, None))
    }

    /// Does the filter hold for one value of the multi-valued attribute `parent`?
    ///
    /// # Errors
    /// As [`Filter::holds`].
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is another crate's, and what is not named is handled alike"
    )]
    pub fn holds_for_value(
        &self,
        parent: &AttributePath,
        value: &Value,
    ) -> Result<bool, ScimError> {
        self.check(Some(parent))?;
        Ok(match value {
            Value::Object(object) => self.truth(object, Some(parent)),
            _ => false,
        })
    }

    /// Checks every comparison against the attribute tables.
    ///
    /// # Errors
    /// `invalidFilter`.
    pub fn typed(&self) -> Result<(), ScimError> {
        self.check(None)
    }

    fn check(&self, parent: Option<&AttributePath>) -> Result<(), ScimError> {
        match self {
            Self::Compare(path, operator, literal) => {
                let leaf = leaf(path, parent)?;
                comparable(path, leaf, *operator, literal)
            }
            Self::Present(path) => leaf(path, parent).map(|_| ()),
            Self::Within(path, inner) => {
                let resolved = schema::resolve(path, ScimType::InvalidFilter)?;
                if resolved.attribute.kind != Kind::Complex || resolved.sub.is_some() {
                    return Err(refuse(format!("{path} has no sub-attributes to filter by")));
                }
                inner.check(Some(path))
            }
            Self::And(parts) | Self::Or(parts) => {
                parts.iter().try_for_each(|part| part.check(parent))
            }
            Self::Not(inner) => inner.check(parent),
        }
    }

    fn truth(&self, object: &Object, parent: Option<&AttributePath>) -> bool {
        match self {
            Self::Compare(path, operator, literal) => {
                let Ok(leaf) = leaf(path, parent) else {
                    return false;
                };
                let values = values(path, parent, object);
                compare_any(&values, leaf, *operator, literal)
            }
            Self::Present(path) => values(path, parent, object)
                .iter()
                .any(|value| is_present(value)),
            Self::Within(path, inner) => children(container(path, object), &path.name)
                .into_iter()
                .filter_map(Value::as_object)
                .any(|value| inner.truth(value, Some(path))),
            Self::And(parts) => parts.iter().all(|part| part.truth(object, parent)),
            Self::Or(parts) => parts.iter().any(|part| part.truth(object, parent)),
            Self::Not(inner) => !inner.truth(object, parent),
        }
    }
}

/// The table's entry of the value that `path` ends in; inside brackets it is a sub-attribute.
pub(crate) fn leaf(
    path: &AttributePath,
    parent: Option<&AttributePath>,
) -> Result<&'static Attribute, ScimError> {
    let leaf = match parent {
        None => {
            let resolved = schema::resolve(path, ScimType::InvalidFilter)?;
            resolved.leaf()
        }
        Some(parent) => {
            let owner = schema::resolve(parent, ScimType::InvalidFilter)?.attribute;
            let plain = path.urn.is_none() && path.sub.is_none();
            owner
                .sub_attribute(&path.name)
                .filter(|_| plain)
                .ok_or_else(|| refuse(format!("{parent} has no sub-attribute {path}")))?
        }
    };
    if leaf.returned == Returned::Never {
        return Err(refuse(format!(
            "{path} can be read by nobody, so not filtered by"
        )));
    }
    Ok(leaf)
}

fn comparable(
    path: &AttributePath,
    leaf: &Attribute,
    operator: Operator,
    literal: &Literal,
) -> Result<(), ScimError> {
    if matches!(literal, Literal::Null) {
        return if matches!(operator, Operator::Eq | Operator::Ne) {
            Ok(())
        } else {
            Err(refuse(format!(
                "null can be compared by eq and ne only, not {}",
                operator.word()
            )))
        };
    }
    let fits = match (leaf.kind, literal) {
        (Kind::String | Kind::Reference, Literal::Text(_)) => true,
        (Kind::DateTime, Literal::Text(text)) => {
            operator.is_substring() || text.parse::<jiff::Timestamp>().is_ok()
        }
        (Kind::Boolean, literal) => {
            literal.as_flag().is_some() && matches!(operator, Operator::Eq | Operator::Ne)
        }
        (Kind::Integer, Literal::Number(_)) => !operator.is_substring(),
        _ => false,
    };
    // Times are compared as times; parts of their text would depend on how they are written.
    let fits = fits && !(leaf.kind == Kind::DateTime && operator.is_substring());
    if fits {
        Ok(())
    } else {
        Err(refuse(format!(
            "{path} cannot be compared by {} with {literal}",
            operator.word()
        )))
    }
}

fn container<'a>(path: &AttributePath, object: &'a Object) -> Option<&'a Object> {
    let named = path.urn.as_deref().and_then(UserSchema::of_urn);
    named.unwrap_or(UserSchema::Core).part_of(object)
}

/// The value or values of `name` in `object`.
fn children<'a>(object: Option<&'a Object>, name: &str) -> Vec<&'a Value> {
    match object.and_then(|object| member(object, name)) {
        Some(Value::Array(list)) => list.iter().collect(),
        Some(value) => vec![value],
        None => Vec::new(),
    }
}

fn values<'a>(
    path: &AttributePath,
    parent: Option<&AttributePath>,
    object: &'a Object,
) -> Vec<&'a Value> {
    let owner = if parent.is_some() {
        Some(object)
    } else {
        container(path, object)
    };
    let found = children(owner, &path.name);
    let sub = match (&path.sub, parent) {
        (Some(sub), _) => Some(sub.as_str()),
        (None, None) => schema::resolve(path, ScimType::InvalidFilter)
            .ok()
            .filter(|resolved| !std::ptr::eq(resolved.leaf(), resolved.attribute))
            .map(|resolved| resolved.leaf().name),
        (None, Some(_)) => None,
    };
    match sub {
        None => found,
        Some(sub) => found
            .into_iter()
            .filter_map(Value::as_object)
            .flat_map(|value| children(Some(value), sub))
            .collect(),
    }
}

/// Null, an empty string, list or object count as no value (RFC 7643 section 2.5).
fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => list.iter().any(is_present),
        Value::Object(object) => object.values().any(is_present),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn compare_any(values: &[&Value], leaf: &Attribute, operator: Operator, literal: &Literal) -> bool {
    if operator == Operator::Ne {
        return !compare_any(values, leaf, Operator::Eq, literal);
    }
    if matches!(literal, Literal::Null) {
        return !values.iter().any(|value| is_present(value));
    }
    values
        .iter()
        .any(|value| compare(value, leaf, operator, literal))
}

fn compare(value: &Value, leaf: &Attribute, operator: Operator, literal: &Literal) -> bool {
    match (value, literal) {
        (Value::Bool(value), literal) => literal.as_flag() == Some(*value),
        (Value::Number(value), Literal::Number(wanted)) => value
            .as_f64()
            .zip(wanted.as_f64())
            .and_then(|(value, wanted)| value.partial_cmp(&wanted))
            .is_some_and(|order| ordered(order, operator)),
        (Value::String(value), Literal::Text(wanted)) if leaf.kind == Kind::DateTime => {
            match (value.parse::<jiff::Timestamp>(), wanted.parse()) {
                (Ok(value), Ok(wanted)) => ordered(value.cmp(&wanted), operator),
                _ => false,
            }
        }
        (Value::String(value), Literal::Text(wanted)) => {
            text_compares(value, wanted, operator, leaf.case_exact)
        }
        _ => false,
    }
}

/// Compares texts as filters do; without `case_exact` their [`text::comparable`] forms are compared,
/// as uniqueness does. An absent (empty) value compares with nothing.
pub(crate) fn text_compares(
    value: &str,
    wanted: &str,
    operator: Operator,
    case_exact: bool,
) -> bool {
    if value.is_empty() {
        return false;
    }
    if case_exact {
        return forms_compare(value, wanted, operator);
    }
    // Nothing is copied for what nearly everybody is called; a list may judge thousands.
    if operator == Operator::Co && value.is_ascii() && wanted.is_ascii() {
        return ascii_contains(value.as_bytes(), wanted.as_bytes());
    }
    forms_compare(
        &text::comparable(value),
        &text::comparable(wanted),
        operator,
    )
}

fn ascii_contains(value: &[u8], wanted: &[u8]) -> bool {
    let Some((first, rest)) = wanted.split_first() else {
        return true;
    };
    value.iter().enumerate().any(|(at, byte)| {
        byte.eq_ignore_ascii_case(first)
            && value
                .get(at + 1..=at + rest.len())
                .is_some_and(|part| part.eq_ignore_ascii_case(rest))
    })
}

fn forms_compare(value: &str, wanted: &str, operator: Operator) -> bool {
    match operator {
        Operator::Co => value.contains(wanted),
        Operator::Sw => value.starts_with(wanted),
        Operator::Ew => value.ends_with(wanted),
        Operator::Eq | Operator::Ne | Operator::Gt | Operator::Ge | Operator::Lt | Operator::Le => {
            ordered(value.cmp(wanted), operator)
        }
    }
}

const fn ordered(order: Ordering, operator: Operator) -> bool {
    match operator {
        Operator::Eq => order.is_eq(),
        Operator::Ne => order.is_ne(),
        Operator::Gt => order.is_gt(),
        Operator::Ge => order.is_ge(),
        Operator::Lt => order.is_lt(),
        Operator::Le => order.is_le(),
        Operator::Co | Operator::Sw | Operator::Ew => false,
    }
}

fn refuse(detail: String) -> ScimError {
    ScimError::bad(ScimType::InvalidFilter, detail)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn containing_without_a_copy_is_containing_in_the_comparable_form(
            value in "[aAbBkK.é\u{212a} ]{0,12}", wanted in "[aAbBkK.é\u{212a} ]{0,3}",
        ) {
            let slowly = !value.is_empty() && text::comparable(&value).contains(&*text::comparable(&wanted));
            prop_assert_eq!(text_compares(&value, &wanted, Operator::Co, false), slowly);
        }
    }
}
