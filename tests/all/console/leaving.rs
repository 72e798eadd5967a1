//! Every way out of the loop awaits the change that is on its way, and its outcome is on record.

use std::{
    convert::Infallible,
    io,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use crossterm::event::Event;
use futures_util::{FutureExt as _, Stream};
use halligan::{
    audit::{Kind, Outcome},
    console::runtime::CurrentSession,
    password::profile::Profile,
};
use ratatui::{
    Terminal,
    backend::{Backend, ClearType, TestBackend, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
};
use rusqlite::Connection;
use tokio::sync::mpsc;

use super::running::{Console, Keys, breath, console_with, press, text};
use crate::support::station::{ADMIN, ADMIN_PASSWORD, NEW_PASSWORD, Station, source};

/// How the terminal or the program goes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// End of file, with no signal.
    EndOfFile,
    /// Reading fails.
    ReadError,
    /// Drawing fails.
    DrawError,
    /// A defect in the loop.
    Panic,
}

/// Keys until the way out is taken.
struct Leaving {
    keys: Keys,
    way: Way,
    now: mpsc::UnboundedReceiver<()>,
}

impl Stream for Leaving {
    type Item = io::Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.way != Way::DrawError && self.now.poll_recv(context).is_ready() {
            return match self.way {
                Way::EndOfFile => Poll::Ready(None),
                Way::ReadError | Way::DrawError => {
                    Poll::Ready(Some(Err(io::ErrorKind::Other.into())))
                }
                Way::Panic => panic!("a defect on purpose"),
            };
        }
        Pin::new(&mut self.keys).poll_next(context)
    }
}

/// A screen that takes nothing more from some moment on.
struct Breaking {
    screen: TestBackend,
    broken: Arc<AtomicBool>,
    /// What stands on it.
    shown: Arc<Mutex<String>>,
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the drawing that it stands in for can fail"
)]
fn never<T>(result: Result<T, Infallible>) -> io::Result<T> {
    Ok(result.unwrap())
}

impl Backend for Breaking {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        if self.broken.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        never(self.screen.draw(content))?;
        *self.shown.lock().unwrap() = self.screen.to_string();
        Ok(())
    }
    fn hide_cursor(&mut self) -> io::Result<()> {
        never(self.screen.hide_cursor())
    }
    fn show_cursor(&mut self) -> io::Result<()> {
        never(self.screen.show_cursor())
    }
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        never(self.screen.get_cursor_position())
    }
    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        never(self.screen.set_cursor_position(position))
    }
    fn clear(&mut self) -> io::Result<()> {
        never(self.screen.clear())
    }
    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        never(self.screen.clear_region(region))
    }
    fn size(&self) -> io::Result<Size> {
        never(self.screen.size())
    }
    fn window_size(&mut self) -> io::Result<WindowSize> {
        never(self.screen.window_size())
    }
    fn flush(&mut self) -> io::Result<()> {
        never(self.screen.flush())
    }
}

async fn until(otherwise: &str, there: impl Fn() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    while !there() {
        assert!(tokio::time::Instant::now() < deadline, "{otherwise}");
        tokio::task::yield_now().await;
    }
}

/// Leaves while a change of the operator's own password waits for another program's lock.
async fn leaves_during_a_save(way: Way) {
    let station = Station::open(Profile::nist()).await;
    let current = CurrentSession::new(source());
    let Console {
        keys,
        mut model,
        runtime,
        events,
    } = console_with(&station, current.clone());
    let (leave, now) = mpsc::unbounded_channel();
    let broken = Arc::new(AtomicBool::new(false));
    let shown = Arc::new(Mutex::new(String::new()));
    let screen = Breaking {
        screen: TestBackend::new(80, 24),
        broken: Arc::clone(&broken),
        shown: Arc::clone(&shown),
    };
    let mut terminal = Terminal::new(screen).unwrap();
    let events = Leaving {
        keys: events,
        way,
        now,
    };
    let other = Connection::open(station.audit.store().path()).unwrap();
    let script = async {
        text(&keys, ADMIN);
        press(&keys, "tab");
        text(&keys, ADMIN_PASSWORD);
        breath().await;
        press(&keys, "enter");
        until("nobody is in", || {
            shown.lock().unwrap().contains("find somebody")
        })
        .await;
        for _ in 0..6 {
            press(&keys, "down");
        }
        press(&keys, "enter");
        text(&keys, ADMIN_PASSWORD);
        press(&keys, "tab");
        text(&keys, NEW_PASSWORD);
        press(&keys, "tab");
        text(&keys, NEW_PASSWORD);
        breath().await;
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        press(&keys, "enter");
        until("nothing is saved", || current.writes() > 0).await;
        broken.store(true, Ordering::SeqCst);
        leave.send(()).unwrap();
        press(&keys, "f1");
        tokio::task::yield_now().await;
        other.execute_batch("ROLLBACK").unwrap();
    };
    let run = AssertUnwindSafe(runtime.run(&mut terminal, &mut model, events)).catch_unwind();
    let (ended, ()) = tokio::join!(run, script);
    match (way, ended) {
        (Way::Panic, ended) => assert!(ended.is_err(), "the defect was swallowed"),
        (_, ended) => assert!(ended.unwrap().is_err(), "{way:?}"),
    }
    assert_eq!(
        station.last_outcome(Kind::PasswordChanged).await,
        Outcome::Done,
        "{way:?}"
    );
    assert_eq!(current.writes(), 0);
    station.sign_in(ADMIN, NEW_PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_terminal_that_ends_without_a_signal_loses_no_save() {
    leaves_during_a_save(Way::EndOfFile).await;
}

#[tokio::test]
async fn a_terminal_that_cannot_be_read_loses_no_save() {
    leaves_during_a_save(Way::ReadError).await;
}

#[tokio::test]
async fn a_terminal_that_cannot_be_drawn_on_loses_no_save() {
    leaves_during_a_save(Way::DrawError).await;
}

#[tokio::test]
async fn a_defect_in_the_loop_loses_no_save() {
    leaves_during_a_save(Way::Panic).await;
}
