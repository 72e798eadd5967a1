//! `halligan field values`

use clap::Args;

use super::definition::{self, fresh};
use crate::{
    cli::{Context, Exit, Failure},
    text,
    user::SiteField,
};

/// Change the values of a list: add, retire, restore, or put first. A value that is retired is chosen no
/// more, and stays with whoever has it.
#[derive(Debug, Args)]
pub(super) struct Values {
    /// The name of the field.
    name: String,
    /// Add a value at the end; may be given several times.
    #[arg(long, value_name = "VALUE")]
    add: Vec<String>,
    /// Retire a value; may be given several times.
    #[arg(long, value_name = "VALUE")]
    retire: Vec<String>,
    /// Take a retired value into use again; may be given several times.
    #[arg(long, value_name = "VALUE")]
    restore: Vec<String>,
    /// Put a value first; several come first in the order in which they are given.
    #[arg(long, value_name = "VALUE")]
    first: Vec<String>,
}

impl Values {
    pub(super) async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let told = [&self.add, &self.retire, &self.restore, &self.first];
        if told.into_iter().all(Vec::is_empty) {
            return Err(Failure::usage("nothing is said that is to change"));
        }
        definition::changed(context, &self.name, async |field| self.change(field)).await
    }

    fn change(&self, field: &mut SiteField) -> Result<(), Failure> {
        field.values.extend(self.add.iter().cloned().map(fresh));
        for (told, retired) in [(&self.retire, true), (&self.restore, false)] {
            for value in told {
                let at = place(field, value)?;
                field.values[at].retired = retired;
            }
        }
        for value in self.first.iter().rev() {
            let at = place(field, value)?;
            let value = field.values.remove(at);
            field.values.insert(0, value);
        }
        Ok(())
    }
}

fn place(field: &SiteField, value: &str) -> Result<usize, Failure> {
    let wanted = text::comparable(value.trim());
    field
        .values
        .iter()
        .position(|known| text::comparable(&known.value) == wanted)
        .ok_or_else(|| Failure::usage(&format!("{} has no value {value}", field.name)))
}
