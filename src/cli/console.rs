//! `halligan` without a subcommand: the console.

use std::{
    io::{self, IsTerminal as _},
    path::PathBuf,
    time::Duration,
};

use super::{Context, Exit, Failure, plain};
use crate::{
    config::{Characters, ShowPasswords, Theme},
    console::{
        self, ColourMode, ConsoleError, DemoSignIn, Options, ReceiptShows,
        terminal::Abilities,
        theme::{Asked, Surroundings},
    },
    desk::Desk,
    process::{self, Terminal},
    text,
};

/// Opens the console on the configured directory.
pub(super) async fn run(context: &Context, plain: bool) -> Result<Exit, Failure> {
    let terminal = Terminal::of_environment();
    if plain || terminal.term == "dumb" {
        is_terminal()?;
        return plain::run(context, context.desk().await?).await;
    }
    // Before a store is made that nobody could set up.
    ready(&terminal)?;
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
    is_terminal()?;
    if terminal.term == "dumb" {
        return Err(ConsoleError::Dumb(terminal.term.clone()));
    }
    Ok(())
}

fn is_terminal() -> Result<(), ConsoleError> {
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        Ok(())
    } else {
        Err(ConsoleError::NoTerminal)
    }
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
    let asked = asked(config.console.theme);
    let described = terminal.describe();
    let surroundings = Surroundings {
        no_colour: terminal.no_colour,
        term: &terminal.term,
        colorterm: terminal.colorterm,
        colorfgbg: terminal.colorfgbg.as_deref(),
        colours: described.colours,
    };
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
        escape_wait: config
            .console
            .escape_wait_ms
            .map_or_else(|| terminal.escape_wait(), Duration::from_millis),
        colour: surroundings.colours(asked),
        ground: surroundings.ground(asked),
        // A terminal with one screen is DEC's, or the Linux console: they would print the question.
        asks_ground: asked == Asked::Auto
            && described.second_screen
            && surroundings.colours(asked) != ColourMode::None,
        abilities: Abilities {
            second_screen: described.second_screen,
            erases: described.erases,
            repeats: described.repeats,
        },
        term: terminal.term.clone(),
        zone: text::zone().clone(),
        alphabet: config.read_back,
        shape: config.generator,
        receipt_shows: match config.console.show_passwords {
            ShowPasswords::Always => ReceiptShows::Always,
            ShowPasswords::Generated => ReceiptShows::Generated,
            ShowPasswords::Never => ReceiptShows::Never,
        },
        roster: super::user::import::reader(config.roster.columns.clone()),
    };
    console::run(desk, options).await?;
    Ok(Exit::Done)
}

const fn asked(theme: Theme) -> Asked {
    match theme {
        Theme::Auto => Asked::Auto,
        Theme::Dark => Asked::Dark,
        Theme::Light => Asked::Light,
        Theme::Mono => Asked::Mono,
    }
}
