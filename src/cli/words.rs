//! The words of kinds and roles, and times, as values of options.

use clap::builder::{PossibleValuesParser, TypedValueParser};

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

/// `none`, `viewer`, `help-desk`, `auditor`, `administrator`.
pub(super) fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::word))
        .map(|word| Role::from_word(&word).unwrap_or_default())
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
