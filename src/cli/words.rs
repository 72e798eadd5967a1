//! The words of kinds and roles as values of options.

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};

use crate::{permission::Role, user::AccountKind};

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
