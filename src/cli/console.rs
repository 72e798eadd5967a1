//! `halligan` without a subcommand: the console.

use std::{
    io::{self, IsTerminal as _},
    path::PathBuf,
    time::Duration,
};

use super::{Context, Exit, Failure};
use crate::{
    config::{Characters, Colour},
    console::{self, ColourMode, ConsoleError, DemoSignIn, Options, RosterReader},
    desk::Desk,
    process::{self, Terminal},
};

/// Opens the console on the configured directory.
pub(super) async fn run(context: &Context) -> Result<Exit, Failure> {
    // Before a store is made that nobody could set up.
    ready(&Terminal::of_environment())?;
    // Only at its usual place is a new store what was meant: elsewhere it may be a disk that was
    // not mounted, and whoever comes would set it up.
    let desk = if context.loaded.names_store() {
        context.desk().await?
    } else {
        context.desk_on_new_store().await?
    };
    open(context, desk, None).await
}

/// Can this terminal show a screen?
pub(super) fn ready(terminal: &Terminal) -> Result<(), ConsoleError> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(ConsoleError::NoTerminal);
    }
    if terminal.term == "dumb" {
        return Err(ConsoleError::Dumb(terminal.term.clone()));
    }
    Ok(())
}

/// Opens the console before `desk`; a demonstration shows its sign-in and throws its store away.
pub(super) async fn open(
    context: &Context,
    desk: Desk,
    demo: Option<(DemoSignIn, PathBuf)>,
) -> Result<Exit, Failure> {
    let terminal = Terminal::of_environment();
    let config = &context.loaded.config;
    let (demo_sign_in, throw_away) = demo.unzip();
    let options = Options {
        source: process::source(),
        first_run: desk.needs_first_administrator().await?,
        demo_sign_in,
        throw_away,
        longest_write: config.longest_write(),
        utf8: match config.console.characters {
            Characters::Auto => terminal.utf8,
            Characters::Ascii => false,
            Characters::Unicode => true,
        },
        colour: colour(config.console.colour, &terminal),
        escape_wait: config
            .console
            .escape_wait_ms
            .map_or_else(|| terminal.escape_wait(), Duration::from_millis),
        term: terminal.term,
        zone: process::time_zone(),
        alphabet: config.read_back,
        shape: config.generator,
        roster: RosterReader::new(super::user::import::rows),
    };
    console::run(desk, options).await?;
    Ok(Exit::Done)
}

fn colour(wish: Colour, terminal: &Terminal) -> ColourMode {
    if wish == Colour::Never {
        return ColourMode::None;
    }
    let no_color = terminal.no_color.then_some("1");
    let colorterm = std::env::var("COLORTERM").ok();
    ColourMode::detect(no_color, Some(&terminal.term), colorterm.as_deref())
}
