//! `halligan field change`, `move` and `retire`

use clap::Args;

use super::definition::{self, Use, Who};
use crate::{
    audit::Kind,
    cli::{Context, Exit, Failure, words},
    user::FieldKind,
};

/// Change the title or the kind of a field, who sees, edits and must fill it, or whether users are found by
/// it and lists show it. What users have in it
/// stays, also where it does not fit another kind: it is shown as such, and only another value has to fit.
#[derive(Debug, Args)]
pub(super) struct Change {
    /// Its name.
    name: String,
    /// Another title.
    #[arg(long)]
    title: Option<String>,
    /// Another kind.
    #[arg(long, value_parser = words::field_kind())]
    kind: Option<FieldKind>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    used: Use,
}

impl Change {
    pub(super) async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let is_told = self.who.is_told() || self.used.is_told();
        if self.title.is_none() && self.kind.is_none() && !is_told {
            return Err(Failure::usage("nothing is said that is to change"));
        }
        definition::changed(context, &self.name, async |field| {
            if let Some(title) = &self.title {
                field.title.clone_from(title);
            }
            field.kind = self.kind.unwrap_or(field.kind);
            self.who.put(field);
            self.used.put(field);
            Ok(())
        })
        .await
    }
}

/// Retire a field: it is filled no more, and what users have in it stays.
#[derive(Debug, Args)]
pub(super) struct Retire {
    /// Its name.
    name: String,
    /// Take it into use again.
    #[arg(long)]
    undo: bool,
}

impl Retire {
    pub(super) async fn run(self, context: &Context) -> Result<Exit, Failure> {
        definition::changed(context, &self.name, async |field| {
            field.retired = !self.undo;
            Ok(())
        })
        .await
    }
}

/// Move a field to another place in the order in which fields are shown.
#[derive(Debug, Args)]
pub(super) struct Move {
    /// Its name.
    name: String,
    /// Its place from now on; 1 is the first.
    place: usize,
}

impl Move {
    pub(super) async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let field = context
            .at_desk(async |at| {
                let field = definition::one(definition::all(at).await?, &self.name)?;
                let seat = at.at().fields_update(Kind::FieldChanged).await?;
                seat.move_field(&field.name, self.place).await?;
                Ok(field)
            })
            .await?;
        definition::told(context, "moved", &field)
    }
}
