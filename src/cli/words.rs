//! The words of kinds and roles, and times, as values of options.

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};

use jiff::Timestamp;

use crate::{
    permission::Role,
    text,
    user::{AccountKind, FieldKind, validity},
};

/// `staff`, `residential`, `commercial`, `unit`.
pub(super) fn kind() -> impl TypedValueParser<Value = AccountKind> {
    PossibleValuesParser::new(AccountKind::ALL.map(AccountKind::word))
        .map(|word| AccountKind::from_word(&word).unwrap_or_default())
}

/// `none`, `viewer`, `help-desk`, `auditor`, `administrator`, or the name of a role of the site,
/// which the desk looks up.
pub(super) fn role() -> impl TypedValueParser<Value = Role> {
    NonEmptyStringValueParser::new().map(|word| Role::of_word(&word))
}

/// A time from or until when an account is valid; `none` is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound(pub(super) Option<Timestamp>);

/// A day from its beginning, or a time.
pub(super) fn valid_from(value: &str) -> Result<Bound, String> {
    validity::beginning(value, text::zone()).map(Bound)
}

/// A day to its end, or a time.
pub(super) fn valid_until(value: &str) -> Result<Bound, String> {
    validity::end(value, text::zone()).map(Bound)
}

/// `yes` or `no`.
pub(super) fn yes_no() -> impl TypedValueParser<Value = bool> {
    PossibleValuesParser::new(["yes", "no"]).map(|word| word == "yes")
}

/// `text`, `number`, `date`, `phone`, `yes-no`, `list`.
pub(super) fn field_kind() -> impl TypedValueParser<Value = FieldKind> {
    PossibleValuesParser::new(FieldKind::ALL.map(FieldKind::word))
        .map(|word| FieldKind::from_word(&word).unwrap_or(FieldKind::Text))
}

/// Roles apart by commas; `all` names none.
#[derive(Debug, Clone)]
pub(super) struct Roles(pub(super) Vec<Role>);

/// Reads [`Roles`].
#[expect(clippy::unnecessary_wraps, reason = "the form of a value's parser")]
pub(super) fn roles(value: &str) -> Result<Roles, String> {
    if value.eq_ignore_ascii_case("all") {
        return Ok(Roles(Vec::new()));
    }
    Ok(Roles(value.split(',').map(Role::of_word).collect()))
}

/// `NAME=VALUE` of a field of the site's own.
pub(super) fn field(value: &str) -> Result<(String, String), String> {
    let (name, text) = value
        .split_once('=')
        .ok_or_else(|| format!("'{value}' is not of the form NAME=VALUE"))?;
    Ok((name.trim().to_owned(), text.trim().to_owned()))
}
