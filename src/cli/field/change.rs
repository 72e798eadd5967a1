//! `halligan field change` and `retire`

use clap::Args;

use super::definition::{self, Who};
use crate::{
    cli::{Context, Exit, Failure, words},
    user::FieldKind,
};

/// Change the title or the kind of a field, or who sees, edits and must fill it. What users have in it
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
}

impl Change {
    pub(super) async fn run(self, context: &Context) -> Result<Exit, Failure> {
        if self.title.is_none() && self.kind.is_none() && !self.who.is_told() {
            return Err(Failure::usage("nothing is said that is to change"));
        }
        definition::changed(context, &self.name, async |field| {
            if let Some(title) = &self.title {
                field.title.clone_from(title);
            }
            field.kind = self.kind.unwrap_or(field.kind);
            self.who.put(field);
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
