//! `halligan policy …`

use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    Context, Exit, Failure,
    table::{Column, Window, table},
    words,
};
use crate::{kind::AccountKind, password::profile::ProfileOverrides};

/// Look at the rules for passwords and accounts.
#[derive(Debug, Args)]
pub struct Policy {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Show(Show),
}

/// Print the rules in force for everybody, or for one kind of account.
#[derive(Debug, Args)]
struct Show {
    /// The kind of account; a kind without rules of its own has those for everybody.
    #[arg(long, value_parser = words::kind())]
    kind: Option<AccountKind>,
}

impl Policy {
    /// Runs the subcommand.
    pub fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.command {
            Command::Show(show) => show.run(context),
        }
    }
}

const COLUMNS: [Column<'_>; 3] = [
    Column::whole("Rule"),
    Column::whole("Value"),
    Column::whole("From"),
];

impl Show {
    fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let profiles = &context.loaded.profiles;
        let profile = profiles.of(self.kind);
        let general = json!(**profiles.general());
        let values = json!(**profile);
        let own = format!("[kinds.{}]", self.kind.map_or("", AccountKind::word));
        let rows: Vec<_> = ProfileOverrides::KEYS
            .into_iter()
            .filter_map(|key| {
                // What every profile fixes has no value of its own.
                let value = values.get(key)?;
                let from = if general.get(key) == Some(value) {
                    "everybody"
                } else {
                    &own
                };
                let value = if value.is_null() {
                    "never".to_owned()
                } else {
                    value.to_string()
                };
                Some(vec![key.to_owned(), value, from.to_owned()])
            })
            .collect();
        let mut lines = vec![format!("profile {}", profile.name)];
        lines.extend(table(&COLUMNS, &rows, Window::of_output()));
        context.out.result(
            &json!({
                "kind": self.kind.map(AccountKind::word),
                "has_own": profiles.is_own(self.kind),
                "profile": values,
                "remark": profile.remark(),
            }),
            lines,
        )?;
        if let Some(remark) = profile.remark() {
            context.out.remark(&format!("warning: {remark}"))?;
        }
        Ok(Exit::Done)
    }
}
