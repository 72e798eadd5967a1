//! Keys and pastes from the terminal's bytes.
//!
//! Read on a thread of its own that blocks until there is something: no polling, no wake-up while
//! nobody types, and a terminal that goes away is an end of file and not a busy loop (crossterm's
//! own reader: issue 793). Every buffer that a password passes through is wiped.

mod parser;

pub use parser::Parser;

use std::{
    collections::VecDeque,
    fmt, io,
    pin::Pin,
    task::{Context, Poll},
    thread,
    time::Duration,
};

use crossterm::event::Event;
use futures_util::Stream;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
    time::{Sleep, sleep},
};
use zeroize::{Zeroize, Zeroizing};

use crate::console::theme::Ground;

/// Enough for any burst of keys; a longer paste comes in pieces.
const CHUNK: usize = 4096;
/// So many chunks wait for the loop; what is behind them stays in the terminal's own buffer.
const WAITING: usize = 4;
/// How long the rest of an answer may take that has begun.
const ANSWER: Duration = Duration::from_secs(2);

/// Terminal events as a stream; it ends when the terminal has gone away.
pub struct Input {
    bytes: mpsc::Receiver<Zeroizing<Vec<u8>>>,
    resized: Signal,
    parser: Parser,
    ready: VecDeque<Event>,
    /// How long the rest of a sequence may take after its escape byte; then it was the Escape key.
    wait: Duration,
    rest: Option<Pin<Box<Sleep>>>,
    tell: Tell,
}

/// Takes the ground that the terminal has told.
type Tell = Box<dyn Fn(Ground) + Send>;

impl Input {
    /// Starts reading standard input; the rest of a sequence may take `wait`, and the ground that the
    /// terminal answers goes to `tell`. Must be called on a runtime with its drivers on.
    ///
    /// # Errors
    /// What the operating system says when it gives no thread or no signal.
    pub fn open(wait: Duration, tell: impl Fn(Ground) + Send + 'static) -> io::Result<Self> {
        let (sender, bytes) = mpsc::channel(WAITING);
        let resized = signal(SignalKind::window_change())?;
        thread::Builder::new()
            .name("keys".into())
            .spawn(move || read_all(&sender))?;
        Ok(Self::of(bytes, resized, wait, Box::new(tell)))
    }

    fn of(
        bytes: mpsc::Receiver<Zeroizing<Vec<u8>>>,
        resized: Signal,
        wait: Duration,
        tell: Tell,
    ) -> Self {
        Self {
            bytes,
            resized,
            parser: Parser::default(),
            ready: VecDeque::new(),
            wait,
            rest: None,
            tell,
        }
    }
}

impl fmt::Debug for Input {
    /// Without what was typed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Input(…)")
    }
}

/// Reads until the terminal or the program has gone away.
fn read_all(sender: &mpsc::Sender<Zeroizing<Vec<u8>>>) {
    let mut chunk = [0; CHUNK];
    loop {
        match rustix::io::read(io::stdin(), &mut chunk) {
            Ok(0) => return,
            Ok(count) => {
                let read = chunk.get_mut(..count).unwrap_or_default();
                let sent = sender.blocking_send(Zeroizing::new(read.to_vec()));
                read.zeroize();
                if sent.is_err() {
                    return;
                }
            }
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return,
        }
    }
}

impl Stream for Input {
    type Item = io::Result<Event>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(event) = this.ready.pop_front() {
                return Poll::Ready(Some(Ok(event)));
            }
            match this.bytes.poll_recv(context) {
                Poll::Ready(Some(chunk)) => {
                    this.parser.feed(&chunk, &mut this.ready);
                    if let Some(ground) = this.parser.take_ground() {
                        (this.tell)(ground);
                    }
                    let unfinished = this.parser.is_unfinished();
                    let wait = if this.parser.is_within_answer() {
                        this.wait.max(ANSWER)
                    } else {
                        this.wait
                    };
                    this.rest = unfinished.then(|| Box::pin(sleep(wait)));
                    continue;
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => {}
            }
            if this.resized.poll_recv(context).is_ready() {
                // The drawing asks for the size itself; this only makes it draw.
                this.ready.push_back(Event::Resize(0, 0));
                continue;
            }
            if let Some(rest) = &mut this.rest
                && rest.as_mut().poll(context).is_ready()
            {
                this.rest = None;
                this.parser.give_up(&mut this.ready);
                continue;
            }
            return Poll::Pending;
        }
    }
}

#[cfg(test)]
mod tests;
