//! `halligan demo`

mod people;
mod scratch;

use clap::Args;

use self::scratch::Scratch;
use super::{Context, Exit, Failure, console};
use crate::{process::Terminal, verification::Rules};

pub(super) use self::scratch::sweep;

/// Open the console on a throw-away store of fictional people; nothing is left behind.
#[derive(Debug, Args)]
pub struct Demo {
    /// So many people.
    #[arg(long, value_name = "N", default_value_t = 500,
          value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    users: u64,
}

impl Demo {
    /// Makes the store, opens the console with the sign-in shown, removes the store.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        console::ready(&Terminal::of_environment())?;
        sweep();
        let scratch = Scratch::new()?;
        let mut context = context.clone();
        context.loaded.config.store = scratch.path().join("halligan.db");
        context.loaded.config.directory = crate::config::DirectoryKind::Local;
        let desk = context.desk_on_new_store().await?;
        // Nobody calls for fictional people while they are being made up.
        let unasked = desk.clone().with_verification(Rules::default());
        let sign_in = people::settle(&context, &unasked, self.users).await?;
        let ended = console::open(&context, desk, Some((sign_in, scratch.path().to_owned()))).await;
        drop(scratch);
        ended
    }
}
