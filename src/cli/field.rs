//! `halligan field …`

mod change;
mod values;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{
    Context, Exit, Failure,
    context::SignedIn,
    table::{Column, Window, table},
    words,
};
use crate::{
    audit::Kind,
    permission::{Permission, Role},
    user::{FieldKind, SiteField},
};

/// List, add, change and retire the fields that the site adds to its users.
#[derive(Debug, Args)]
pub struct Field {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(Add),
    Change(change::Change),
    List(List),
    Retire(change::Retire),
    Show(Show),
    Values(values::Values),
}

impl Field {
    /// Runs the subcommand.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.command {
            Command::Add(add) => add.run(context).await,
            Command::Change(change) => change.run(context).await,
            Command::List(list) => list.run(context).await,
            Command::Retire(retire) => retire.run(context).await,
            Command::Show(show) => show.run(context).await,
            Command::Values(values) => values.run(context).await,
        }
    }
}

/// List the fields in the order in which they are shown.
#[derive(Debug, Args)]
struct List {}

impl List {
    async fn run(self, context: &Context) -> Result<Exit, Failure> {
        const COLUMNS: [Column; 7] = [
            Column::whole("Name"),
            Column::cut("Title", 10),
            Column::whole("Kind"),
            Column::cut("Seen by", 9),
            Column::cut("Edited by", 9),
            Column::cut("Filled by", 9),
            Column::whole("State"),
        ];
        let fields = context.at_desk(async |at| all(at).await).await?;
        let document: Vec<_> = fields.iter().map(shape).collect();
        let rows: Vec<Vec<String>> = fields
            .iter()
            .map(|field| {
                vec![
                    field.name.clone(),
                    field.title.clone(),
                    field.kind.word().into(),
                    roles(&field.seen_by, "everybody"),
                    roles(&field.edited_by, "everybody"),
                    roles(&field.filled_by, "nobody"),
                    if field.retired { "retired" } else { "" }.into(),
                ]
            })
            .collect();
        context.out.result(
            &json!({ "fields": document }),
            table(&COLUMNS, &rows, Window::of_output()),
        )?;
        Ok(Exit::Done)
    }
}

/// Show one field with its values.
#[derive(Debug, Args)]
struct Show {
    /// Its name.
    name: String,
}

impl Show {
    async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let field = context
            .at_desk(async |at| one(all(at).await?, &self.name))
            .await?;
        context
            .out
            .result(&json!({ "field": shape(&field) }), lines(&field))?;
        Ok(Exit::Done)
    }
}

/// Add a field.
#[derive(Debug, Args)]
struct Add {
    /// By this it is named in commands and in the API: letters, digits, - and _. It never changes.
    name: String,
    /// What stands before the value.
    #[arg(long)]
    title: String,
    /// What it holds.
    #[arg(long, default_value = "text", value_parser = words::field_kind())]
    kind: FieldKind,
    /// A value of a list, in the order in which they are offered; may be given several times.
    #[arg(long = "value", value_name = "VALUE")]
    values: Vec<String>,
    #[command(flatten)]
    who: Who,
}

impl Add {
    async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let mut field = SiteField {
            kind: self.kind,
            values: self.values.into_iter().map(values::fresh).collect(),
            ..SiteField::new(&self.name, &self.title)
        };
        self.who.put(&mut field);
        context
            .at_desk(async |at| {
                let seat = at.at().fields_update(Kind::FieldChanged).await?;
                seat.add_field(&field).await?;
                Ok(())
            })
            .await?;
        told(context, "added", &field)
    }
}

/// Who sees, edits and must fill a field.
#[derive(Debug, Args)]
struct Who {
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
    fn put(&self, field: &mut SiteField) {
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

    const fn is_told(&self) -> bool {
        self.seen_by.is_some() || self.edited_by.is_some() || self.filled_by.is_some()
    }
}

/// Every field for whoever manages them, and else those that the operator sees.
async fn all(at: &SignedIn) -> Result<Vec<SiteField>, Failure> {
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

fn one(fields: Vec<SiteField>, name: &str) -> Result<SiteField, Failure> {
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
async fn changed(
    context: &Context,
    name: &str,
    change: impl AsyncFnOnce(&mut SiteField) -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    let field = context
        .at_desk(async |at| {
            let mut field = one(all(at).await?, name)?;
            change(&mut field).await?;
            let seat = at.at().fields_update(Kind::FieldChanged).await?;
            seat.change_field(&field).await?;
            Ok(field)
        })
        .await?;
    told(context, "changed", &field)
}

fn told(context: &Context, what: &str, field: &SiteField) -> Result<Exit, Failure> {
    let line = format!("{what}: {} ({})", field.name, field.title);
    context
        .out
        .result(&json!({ "field": shape(field) }), [line])?;
    Ok(Exit::Done)
}

fn roles(roles: &[Role], none: &str) -> String {
    if roles.is_empty() {
        return none.into();
    }
    let words: Vec<_> = roles.iter().map(|role| role.word()).collect();
    words.join(", ")
}

fn lines(field: &SiteField) -> Vec<String> {
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

fn shape(field: &SiteField) -> Value {
    json!(field)
}
