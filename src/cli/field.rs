//! `halligan field …`

mod change;
mod definition;
mod values;

use clap::{Args, Subcommand};
use serde_json::json;

use definition::{Use, Who, all, lines, one, roles, shape, told};

use super::{
    Context, Exit, Failure,
    table::{Column, Window, table},
    words,
};
use crate::{
    audit::Kind,
    user::{FieldKind, SiteField},
};

/// List, add, change, move and retire the fields that the site adds to its users.
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
    Move(change::Move),
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
            Command::Move(moves) => moves.run(context).await,
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
        const COLUMNS: [Column<'_>; 8] = [
            Column::whole("Name"),
            Column::cut("Title", 10),
            Column::whole("Kind"),
            Column::cut("Seen by", 9),
            Column::cut("Edited by", 9),
            Column::cut("Filled by", 9),
            Column::spare("Used", 8),
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
                    used(field),
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

fn used(field: &SiteField) -> String {
    let flags = [(field.searched, "searched"), (field.shown, "shown")];
    let flags = flags.into_iter().filter(|(is_on, _)| *is_on);
    let words: Vec<_> = flags.map(|(_, word)| word).collect();
    words.join(", ")
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
    #[command(flatten)]
    used: Use,
}

impl Add {
    async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let mut field = SiteField {
            kind: self.kind,
            values: self.values.into_iter().map(definition::fresh).collect(),
            ..SiteField::new(&self.name, &self.title)
        };
        self.who.put(&mut field);
        self.used.put(&mut field);
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
