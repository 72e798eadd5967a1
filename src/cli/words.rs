//! The words of kinds and roles as values of options.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::{permission::Role, user::AccountKind};

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
