//! One question a line, one answer a line: no cursor movement, no colour, nothing drawn over.

use std::{
    io::{self, Write as _},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr},
};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use zeroize::Zeroizing;

use crate::{password::Secret, text};

/// A terminal in line mode gives at most 4,095 bytes of a line (termios(3)).
const MOST_BYTES: usize = 4096;

/// What came of a question.
#[derive(Debug)]
pub enum Heard<T> {
    /// An answer; may be empty.
    Said(T),
    /// Nobody has answered for the time that was given.
    Nothing,
    /// The line was dropped, a signal came, or the input has ended.
    Gone,
}

/// The terminal, asked line by line.
#[derive(Debug)]
pub struct Conversation {
    /// A signal asks the program to end. It ends between two acts, never within one.
    asked_to_end: Arc<AtomicBool>,
}

impl Conversation {
    /// From now on signals are heard between questions.
    ///
    /// # Errors
    /// What the operating system says when it gives no signals.
    pub fn begin() -> io::Result<Self> {
        let asked_to_end = Arc::new(AtomicBool::new(false));
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] {
            signal_hook::flag::register(signal, Arc::clone(&asked_to_end))?;
        }
        Ok(Self { asked_to_end })
    }

    /// Says a line. Where nobody takes it any more, the next question finds out.
    #[expect(
        clippy::unused_self,
        reason = "only who holds the conversation may speak"
    )]
    pub fn say(&self, line: &str) {
        let mut out = io::stdout().lock();
        for line in line.lines() {
            let _ = writeln!(out, "{}", text::clean(line));
        }
        let _ = out.flush();
    }

    /// An empty line between two subjects.
    #[expect(
        clippy::unused_self,
        reason = "only who holds the conversation may speak"
    )]
    pub fn pause(&self) {
        let _ = writeln!(io::stdout());
    }

    /// A secret on a line of its own, as it is.
    ///
    /// # Errors
    /// What the output says: then nobody has seen it.
    #[expect(
        clippy::unused_self,
        reason = "only who holds the conversation may speak"
    )]
    pub fn tell_secret(&self, secret: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "{secret}")?;
        out.flush()
    }

    /// Asks for a line of ordinary text, for at most this long.
    pub fn ask(&self, prompt: &str, patience: Duration) -> Heard<String> {
        self.prompt(prompt);
        match self.line(patience) {
            Ok(Heard::Said(line)) => {
                let line = std::str::from_utf8(&line).unwrap_or_else(|_| {
                    self.say("That was not UTF-8. Nothing was done with it.");
                    ""
                });
                Heard::Said(line.trim().to_owned())
            }
            Ok(Heard::Nothing) => Heard::Nothing,
            Ok(Heard::Gone) | Err(_) => Heard::Gone,
        }
    }

    /// Asks for a secret, without echo; what was typed before the question does not count.
    pub fn ask_secret(&self, prompt: &str, patience: Duration) -> Heard<Result<Secret, String>> {
        let Ok(quiet) = Quiet::begin() else {
            return Heard::Gone;
        };
        self.prompt(&format!("{prompt} (not shown)"));
        let heard = self.line(patience);
        drop(quiet);
        self.pause();
        match heard {
            Ok(Heard::Said(line)) => Heard::Said(
                std::str::from_utf8(&line)
                    .map_err(|_| "That was not UTF-8: no password.".to_owned())
                    .and_then(|line| Secret::from_typed(line).map_err(|error| error.to_string())),
            ),
            Ok(Heard::Nothing) => Heard::Nothing,
            Ok(Heard::Gone) | Err(_) => Heard::Gone,
        }
    }

    #[expect(
        clippy::unused_self,
        reason = "only who holds the conversation may speak"
    )]
    fn prompt(&self, prompt: &str) {
        let mut out = io::stdout().lock();
        let _ = write!(out, "{}: ", text::clean(prompt));
        let _ = out.flush();
    }

    /// One line of the terminal, without its end.
    fn line(&self, patience: Duration) -> io::Result<Heard<Zeroizing<Vec<u8>>>> {
        let stdin = io::stdin();
        let patience = Timespec {
            tv_sec: i64::try_from(patience.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: 0,
        };
        loop {
            if self.asked_to_end.load(Ordering::SeqCst) {
                return Ok(Heard::Gone);
            }
            let mut ready = [PollFd::new(&stdin, PollFlags::IN)];
            match poll(&mut ready, Some(&patience)) {
                Ok(0) => return Ok(Heard::Nothing),
                Ok(_) => break,
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        // Read without a buffer of the library's: it would keep a copy of what is secret.
        let mut line = Zeroizing::new(vec![0; MOST_BYTES]);
        let count = rustix::io::read(&stdin, &mut line[..])?;
        if count == 0 {
            return Ok(Heard::Gone);
        }
        line.truncate(count);
        while line
            .last()
            .is_some_and(|byte| matches!(byte, b'\n' | b'\r'))
        {
            line.pop();
        }
        Ok(Heard::Said(line))
    }
}

/// A terminal that shows nothing of what is typed, until this is dropped.
struct Quiet(Termios);

impl Quiet {
    fn begin() -> rustix::io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &quiet)?;
        Ok(Self(before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // A terminal that has gone away shows nothing any more.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}
