//! The console: pure inside, impure at one edge.
//!
//! [`app`] holds the core: a message in, effects out, a drawing of the model. [`runtime`] is the
//! only place that awaits, reads a clock or holds a channel; [`terminal`] the only one that knows
//! the terminal.

pub mod app;
pub mod effect;
pub mod keymap;
pub mod runtime;
pub mod screens;
pub mod terminal;
pub mod theme;
pub mod widgets;

pub use runtime::{OpenedRoster, RosterReader};
pub use screens::{DemoSignIn, ReceiptShows};
pub use theme::{ColourMode, Ground};

use std::{
    io::{self, IsTerminal, Write},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::StreamExt as _;
use jiff::tz::TimeZone;
use ratatui::{Terminal, layout::Size};

use self::{
    app::Model,
    runtime::{
        CurrentSession, Runtime,
        hangup::{self, Watchdog},
    },
    screens::Site,
    terminal::{Abilities, Frugal, Hold, input},
    theme::Look,
};
use crate::{
    desk::Desk,
    password::{generate::Shape, read_back::Alphabet},
    source::Source,
    text::system_error,
};

/// How the console is to look and behave; the command line fills it in from configuration and
/// environment.
#[derive(Debug)]
pub struct Options {
    /// From where the operator works, for the audit.
    pub source: Source,
    /// The store has no administrator yet: the set-up screen comes first.
    pub first_run: bool,
    /// The sign-in of a demonstration, to be shown.
    pub demo_sign_in: Option<DemoSignIn>,
    /// The directory of a demonstration, removed when a signal ends the program.
    pub throw_away: Option<PathBuf>,
    /// How long a write can take until the directory's own time limits have ended it.
    pub longest_write: Duration,
    /// The locale is UTF-8.
    pub utf8: bool,
    /// Colours.
    pub colour: ColourMode,
    /// How long the rest of a key's sequence may take.
    pub escape_wait: Duration,
    /// The ground, as far as it is known without asking the terminal.
    pub ground: Ground,
    /// The terminal is asked for its ground, and understands the question or passes over it.
    pub asks_ground: bool,
    /// What the terminal understands.
    pub abilities: Abilities,
    /// `TERM`, checked.
    pub term: String,
    /// The zone in which times are shown.
    pub zone: TimeZone,
    /// Words for reading out.
    pub alphabet: Alphabet,
    /// Shape of generated passwords.
    pub shape: Shape,
    /// What a receipt shows when it opens.
    pub receipt_shows: ReceiptShows,
    /// Opens a roster file.
    pub roster: RosterReader,
}

/// Why the console could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// Standard input or output is not a terminal.
    #[error(
        "the console needs a terminal (with ssh: -t); the subcommands work without one, see --help"
    )]
    NoTerminal,
    /// `TERM=dumb` cannot show a screen (`halligan --plain` needs none).
    #[error("TERM={0} cannot show a screen; the subcommands work on it, see --help")]
    Dumb(String),
    /// The terminal failed or went away.
    #[error("the terminal failed: {}", system_error(.0))]
    Terminal(#[from] io::Error),
}

/// By then a terminal has answered what it was asked at the start, if it does.
const ANSWERED: Duration = Duration::from_millis(500);

/// Opens the console and returns when the operator has ended it.
///
/// # Errors
/// [`ConsoleError`]; the terminal is restored in every case.
pub async fn run(desk: Desk, options: Options) -> Result<(), ConsoleError> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(ConsoleError::NoTerminal);
    }
    if options.term == "dumb" {
        return Err(ConsoleError::Dumb(options.term));
    }
    let current = CurrentSession::new(options.source.clone());
    let escape_wait = options.escape_wait;
    let asks_ground = options.asks_ground;
    let look = Look::new(options.colour, options.ground, options.utf8);
    let abilities = options.abilities;
    let roster = options.roster.clone();
    let watchdog = Watchdog {
        desk: desk.clone(),
        current: current.clone(),
        longest_write: options.longest_write,
        throw_away: options.throw_away.clone(),
    };
    let mut model = model(&desk, options);

    let signals = hangup::catch()?;
    let hold = Hold::take(abilities.second_screen)?;
    let mut signal = hangup::listen(signals, watchdog.clone())?;
    let backend = Frugal::new(io::stdout(), terminal_size, abilities);
    let mut screen = Terminal::new(backend)?;
    // The first frame comes before anything that can wait.
    screen.draw(|frame| app::view(&model, frame))?;
    let asked = if asks_ground {
        terminal::ask_ground()?;
        Some(Instant::now())
    } else {
        None
    };
    let mut heard = None;
    let leaving = Box::pin(async {
        match (&mut signal).await {
            Ok(number) => heard = Some(number),
            // The thread that hears signals has ended; nobody asks us to leave.
            Err(_) => std::future::pending().await,
        }
    });
    let runtime = Runtime::new(desk.clone(), current.clone(), roster).watched_by(watchdog.clone());
    let told = runtime.ground_teller(look);
    // What nobody has asked for is no answer.
    let tell = move |ground| {
        if asks_ground {
            told(ground);
        }
    };
    let events = input::Input::open(escape_wait, tell)?.take_until(leaving);
    let ended = runtime.run(&mut screen, &mut model, events).await;
    terminal::leave_screen();
    if ended.is_err() {
        let session = current.session();
        let recorded = desk.connection_lost(session.as_deref(), current.source(), None);
        if let Err(error) = recorded.await {
            tracing::error!(%error, "the lost connection could not be recorded");
        }
    }
    desk.tidy().await;
    if let Some(asked) = asked {
        // Whoever leaves at once is not to find the answer typed into the shell.
        tokio::time::sleep(ANSWERED.saturating_sub(asked.elapsed())).await;
    }
    drop(hold);
    if let Some(signal) = heard {
        watchdog.end(128 + signal);
    }
    ended?;
    if let Some(farewell) = model.farewell() {
        writeln!(io::stdout(), "{farewell}")?;
    }
    Ok(())
}

fn model(desk: &Desk, options: Options) -> Model {
    let site = Site {
        capabilities: desk.capabilities(),
        asks_for_password: desk.asks_for_password(),
        act_limit: desk.act_limit(),
        agency: desk.agency().to_owned(),
        profile: Arc::clone(desk.profiles().general()),
        profiles: desk.profiles().clone(),
        zone: options.zone,
        alphabet: options.alphabet,
        shape: options.shape,
        look: Look::new(options.colour, options.ground, options.utf8),
        brackets_paste: options.abilities.second_screen,
        demo: options.demo_sign_in,
        verification: desk.verification().clone(),
        receipt_shows: options.receipt_shows,
    };
    Model::new(site, options.first_run)
}

/// Asked of the kernel directly: crossterm would start `tput` when that fails, and a kiosk starts
/// no programs.
fn terminal_size() -> io::Result<Size> {
    let size = rustix::termios::tcgetwinsize(io::stdout())?;
    Ok(Size {
        width: size.ws_col,
        height: size.ws_row,
    })
}
