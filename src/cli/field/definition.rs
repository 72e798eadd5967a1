//! What every subcommand of `halligan field` has in common.

use clap::Args;
use serde_json::{Value, json};

use crate::{
    audit::Kind,
    cli::{Context, Exit, Failure, context::SignedIn, words},
    permission::{Permission, Role},
    user::{FieldValue, SiteField},
};

/// Who sees, edits and must fill a field.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_field_names,
    reason = "these are the names of the options"
)]
pub(super) struct Who {
    /// Roles that see it, apart by commas; all is every role.
    #[arg(long, value_name = "ROLES", value_parser = words::roles)]
    seen_by: Option<words::Roles>,
    /// Roles that edit it, of those who may change users; all is every role.
    #[arg(long, value_name = "ROLES", value_parser = words::roles)]
    edited_by: Option<words::Roles>,
    /// Roles that must fill it where they add or change a user; all is no role.
    #[arg(long, value_name = "ROLES", value_parser = words::roles)]
    filled_by: Option<words::Roles>,
}

impl Who {
    pub(super) fn put(&self, field: &mut SiteField) {
        for (told, roles) in [
            (&self.seen_by, &mut field.seen_by),
            (&self.edited_by, &mut field.edited_by),
            (&self.filled_by, &mut field.filled_by),
        ] {
            if let Some(told) = told {
                roles.clone_from(&told.0);
            }
        }
    }

    pub(super) const fn is_told(&self) -> bool {
        self.seen_by.is_some() || self.edited_by.is_some() || self.filled_by.is_some()
    }
}

/// Whether users are found by a field, and whether lists show it.
#[derive(Debug, Args)]
pub(super) struct Use {
    /// Users are found by what they have in it: NAME:VALUE in a search.
    #[arg(long, value_name = "YES|NO", value_parser = words::yes_no())]
    searched: Option<bool>,
    /// It is a column of lists of users, where there is room.
    #[arg(long, value_name = "YES|NO", value_parser = words::yes_no())]
    shown: Option<bool>,
}

impl Use {
    pub(super) fn put(&self, field: &mut SiteField) {
        field.searched = self.searched.unwrap_or(field.searched);
        field.shown = self.shown.unwrap_or(field.shown);
    }

    pub(super) const fn is_told(&self) -> bool {
        self.searched.is_some() || self.shown.is_some()
    }
}

/// Every field for whoever manages them, and else those that the operator sees.
pub(super) async fn all(at: &SignedIn) -> Result<Vec<SiteField>, Failure> {
    let held = at.session.operator().permissions;
    if held.holds(Permission::FieldsUpdate) {
        Ok(at
            .at()
            .fields_update(Kind::FieldsListed)
            .await?
            .fields()
            .await?)
    } else {
        let seat = at.at().users_read(Kind::FieldsListed).await?;
        Ok(seat.site_fields().await?)
    }
}

pub(super) fn one(fields: Vec<SiteField>, name: &str) -> Result<SiteField, Failure> {
    fields
        .into_iter()
        .find(|field| field.name.eq_ignore_ascii_case(name))
        .ok_or_else(|| {
            Failure::new(
                Exit::NotFound,
                &format!("there is no field {name}"),
                "Nothing was changed.",
                "See `halligan field list`.",
            )
        })
}

/// Reads a field, makes something else of it, and keeps that.
pub(super) async fn changed(
    context: &Context,
    name: &str,
    change: impl AsyncFnOnce(&mut SiteField) -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    let field = context
        .at_desk(async |at| {
            let seen = one(all(at).await?, name)?;
            let mut field = seen.clone();
            change(&mut field).await?;
            let seat = at.at().fields_update(Kind::FieldChanged).await?;
            seat.change_field(&seen, &field).await?;
            Ok(field)
        })
        .await?;
    told(context, "changed", &field)
}

pub(super) fn told(context: &Context, what: &str, field: &SiteField) -> Result<Exit, Failure> {
    let line = format!("{what}: {} ({})", field.name, field.title);
    context
        .out
        .result(&json!({ "field": shape(field) }), [line])?;
    Ok(Exit::Done)
}

pub(super) fn roles(roles: &[Role], none: &str) -> String {
    if roles.is_empty() {
        return none.into();
    }
    let words: Vec<_> = roles.iter().map(Role::word).collect();
    words.join(", ")
}

pub(super) fn lines(field: &SiteField) -> Vec<String> {
    let mut lines = vec![
        format!("{:<12}{}", "Name", field.name),
        format!("{:<12}{}", "Title", field.title),
        format!("{:<12}{}", "Kind", field.kind.word()),
        format!("{:<12}{}", "Seen by", roles(&field.seen_by, "everybody")),
        format!(
            "{:<12}{}",
            "Edited by",
            roles(&field.edited_by, "everybody")
        ),
        format!("{:<12}{}", "Filled by", roles(&field.filled_by, "nobody")),
        format!("{:<12}{}", "Searched", yes_or_no(field.searched)),
        format!("{:<12}{}", "Shown", yes_or_no(field.shown)),
    ];
    lines.extend(field.values.iter().map(|value| {
        let retired = if value.retired { " (retired)" } else { "" };
        format!("{:<12}{}{retired}", "Value", value.value)
    }));
    if field.retired {
        lines.push("Retired: filled no more; what users have stays".into());
    }
    lines
}

const fn yes_or_no(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

pub(super) fn shape(field: &SiteField) -> Value {
    json!(field)
}

/// A value that may be chosen.
pub(super) const fn fresh(value: String) -> FieldValue {
    FieldValue {
        value,
        retired: false,
    }
}
