//! The line drops, or somebody ends the program from outside: heard on a thread of its own,
//! because a terminal that has gone away can keep the event loop from ever hearing anything
//! (crossterm issue 793).

use std::{
    path::PathBuf,
    process, thread,
    time::{Duration, Instant},
};

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM},
    iterator::Signals,
};

use super::seat::Seat;
use crate::{console::terminal, desk::Desk};

/// A write that is on its way gets this long to finish.
const FOR_WRITES: Duration = Duration::from_secs(3);
/// Everything together takes at most this long.
const FOR_ALL: Duration = Duration::from_secs(6);

/// From now on these signals wait to be heard and end nothing by themselves. Called before the
/// terminal is taken: a signal in between would leave it raw.
///
/// # Errors
/// What the operating system says when it gives no signals.
pub fn catch() -> std::io::Result<Signals> {
    Signals::new([SIGHUP, SIGTERM, SIGINT, SIGQUIT])
}

/// Starts the thread. `throw_away` is the directory of a demonstration, removed at the end.
///
/// # Errors
/// What the operating system says when it gives no thread.
pub fn listen(
    mut signals: Signals,
    desk: Desk,
    seat: Seat,
    throw_away: Option<PathBuf>,
) -> std::io::Result<()> {
    thread::Builder::new()
        .name("hangup".into())
        .spawn(move || {
            if let Some(signal) = signals.forever().next() {
                leave(&desk, &seat);
                if let Some(directory) = throw_away {
                    // What stays is removed by the next start.
                    let _ = std::fs::remove_dir_all(directory);
                }
                process::exit(128 + signal);
            }
        })?;
    Ok(())
}

/// Gives the terminal back, lets a write finish, and records that the connection was lost.
fn leave(desk: &Desk, seat: &Seat) {
    // Whatever hangs below, the process ends.
    let _ = thread::Builder::new().name("watchdog".into()).spawn(|| {
        thread::sleep(FOR_ALL);
        process::exit(128 + SIGHUP);
    });
    terminal::restore();
    let deadline = Instant::now() + FOR_WRITES;
    while seat.writes() > 0 && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(10));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    if let Ok(runtime) = runtime {
        let recorded = runtime.block_on(async {
            tokio::time::timeout(
                Duration::from_secs(2),
                desk.connection_lost(seat.session().as_deref(), seat.source()),
            )
            .await
        });
        runtime.block_on(desk.tidy());
        if !matches!(recorded, Ok(Ok(()))) {
            tracing::error!("the lost connection could not be recorded");
        }
    }
}
