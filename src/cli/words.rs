//! The words of kinds and roles, and times, as values of options.

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};

use jiff::Timestamp;

use crate::{
    permission::Role,
    text,
    user::{AccountKind, validity},
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
