//! The line drops, or somebody ends the program from outside.
//!
//! A thread of its own hears the signal, because a terminal that takes nothing more keeps the loop
//! from hearing anything. It only asks the loop to end, which awaits the writes as on every other
//! way out, and watches that it does.

use std::{
    path::PathBuf,
    process, thread,
    time::{Duration, Instant},
};

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM},
    iterator::Signals,
};
use tokio::sync::oneshot;

use super::current_session::CurrentSession;
use crate::{console::terminal, desk::Desk};

/// Everything but the writes takes at most this long.
const FOR_THE_REST: Duration = Duration::from_secs(6);
/// Recording that a write was cut off takes at most this long.
const FOR_THE_RECORD: Duration = Duration::from_secs(2);

/// From now on these signals wait to be heard and end nothing by themselves. Called before the
/// terminal is taken: a signal in between would leave it raw.
///
/// # Errors
/// What the operating system says when it gives no signals.
pub fn catch() -> std::io::Result<Signals> {
    Signals::new([SIGHUP, SIGTERM, SIGINT, SIGQUIT])
}

/// Sees to it that a program that is to end does end.
#[derive(Debug, Clone)]
pub struct Watchdog {
    /// Before whom.
    pub desk: Desk,
    /// Who sits there, and the writes on their way.
    pub current: CurrentSession,
    /// How long a write can take until the directory's own time limits have ended it.
    pub longest_write: Duration,
    /// The directory of a demonstration, removed at the end.
    pub throw_away: Option<PathBuf>,
}

/// Starts the thread that hears signals. The number of the first one comes out of the channel.
///
/// # Errors
/// What the operating system says when it gives no thread.
pub fn listen(mut signals: Signals, watchdog: Watchdog) -> std::io::Result<oneshot::Receiver<i32>> {
    let (sender, receiver) = oneshot::channel();
    thread::Builder::new()
        .name("hangup".into())
        .spawn(move || {
            if let Some(signal) = signals.forever().next() {
                // Before the loop hears of it: what it writes from then on gives the terminal back.
                terminal::forget_drawn();
                // The loop may have ended by itself: then it is on its way out.
                let _ = sender.send(signal);
                watchdog.watch(128 + signal);
            }
        })?;
    Ok(receiver)
}

impl Watchdog {
    /// Starts watching on a thread of its own; the program ends with `code` if it has to be cut.
    pub fn set(self, code: i32) {
        // Without the thread the program waits as long as the directory does.
        let _ = thread::Builder::new()
            .name("watchdog".into())
            .spawn(move || self.watch(code));
    }

    /// Waits for the writes, then a little longer; the main thread ends the program before.
    fn watch(self, code: i32) {
        let begun = Instant::now();
        let mut written = begun;
        while begun.elapsed() < self.longest_write && written.elapsed() < FOR_THE_REST {
            if self.current.writes() > 0 {
                written = Instant::now();
            }
            thread::sleep(Duration::from_millis(20));
        }
        // Whatever hangs below, the process ends.
        let _ = thread::Builder::new().name("end".into()).spawn(move || {
            thread::sleep(FOR_THE_RECORD + FOR_THE_RECORD);
            process::exit(code);
        });
        terminal::restore();
        self.record_the_cut(begun.elapsed());
        self.end(code);
    }

    fn record_the_cut(&self, after: Duration) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let Ok(runtime) = runtime else { return };
        let session = self.current.session();
        let cut = (self.current.writes(), after);
        let record = async {
            let recorded =
                self.desk
                    .connection_lost(session.as_deref(), self.current.source(), Some(cut));
            tokio::time::timeout(FOR_THE_RECORD, recorded).await
        };
        if !matches!(runtime.block_on(record), Ok(Ok(()))) {
            tracing::error!("the lost connection could not be recorded");
        }
    }

    /// Ends the program as a signal would have.
    pub fn end(&self, code: i32) -> ! {
        if let Some(directory) = &self.throw_away {
            // What stays is removed by the next start.
            let _ = std::fs::remove_dir_all(directory);
        }
        process::exit(code)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        audit::{AuditLog, AuditQuery, Kind},
        config::open_store,
        directory::local::LocalDirectory,
        password::profile::Profile,
        source::Source,
    };

    #[test]
    fn a_change_that_is_cut_off_is_recorded_with_how_long_it_had_no_answer() {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let store = runtime
            .block_on(open_store(&folder.path().join("store/halligan.db")))
            .unwrap();
        let profile = Arc::new(Profile::nist());
        let local = LocalDirectory::new(store.clone(), Arc::clone(&profile));
        let audit = AuditLog::new(store);
        let watchdog = Watchdog {
            desk: Desk::new(Arc::new(local), audit.clone(), profile, ""),
            current: CurrentSession::new(Source("tty /dev/pts/9".into())),
            longest_write: Duration::ZERO,
            throw_away: None,
        };
        for (writes, told) in [
            (0, "the program hung and was cut off after 9 s"),
            (1, "1 change had no answer after 9 s and was cut off"),
            (2, "2 changes had no answer after 9 s and were cut off"),
        ] {
            let _writing: Vec<_> = (0..writes).map(|_| watchdog.current.writing()).collect();
            watchdog.record_the_cut(Duration::from_secs(9));
            let records = runtime.block_on(audit.list(AuditQuery::default())).unwrap();
            assert_eq!(records[0].event.kind, Kind::ConnectionLost);
            assert_eq!(records[0].event.detail.as_deref(), Some(told));
            assert_eq!(records[0].event.source, "tty /dev/pts/9");
        }
    }
}
