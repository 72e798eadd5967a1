//! The terminal itself: taking it over, giving it back on every way out, and writing to it.

mod backend;
pub mod input;

pub use backend::{Abilities, Frugal};

use std::{
    io::{self, Write},
    panic,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

/// Do we draw on it? Whoever stops first turns this off.
static DRAWN: AtomicBool = AtomicBool::new(false);
/// Is it raw? Whoever gives it back first turns this off.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Has it a second screen to go back from?
static ALTERNATE: AtomicBool = AtomicBool::new(false);
/// The id of the last panic, for the line that is printed once the terminal is restored.
static DEFECT: Mutex<Option<String>> = Mutex::new(None);

/// Holds the terminal; gives it back when dropped, also by a panic.
#[derive(Debug)]
pub struct Hold(());

impl Hold {
    /// Takes the terminal over: raw mode, second screen if it has one (`alternate`), bracketed paste, and a
    /// panic hook that prints no values.
    ///
    /// # Errors
    /// What the terminal says; it is as before then.
    pub fn take(alternate: bool) -> io::Result<Self> {
        enable_raw_mode()?;
        ALTERNATE.store(alternate, Ordering::SeqCst);
        TAKEN.store(true, Ordering::SeqCst);
        DRAWN.store(true, Ordering::SeqCst);
        let hold = Self(());
        panic::set_hook(Box::new(|panic| {
            let id = uuid::Uuid::new_v4().simple().to_string();
            let place = panic
                .location()
                .map_or_else(String::new, ToString::to_string);
            tracing::error!(%id, %place, "panic");
            *DEFECT.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
        }));
        let mut out = io::stdout().lock();
        write!(out, "{}", beginning(alternate))?;
        out.flush()?;
        Ok(hold)
    }
}

/// What is written first. A program before us may have died with modes of its own on: a mouse, an
/// application keypad or kitty's keys would be typed into our fields.
fn beginning(alternate: bool) -> String {
    // The first screen is where to go back to in the end.
    let (leave, enter) = if alternate {
        // Kitty's keyboard protocol and xterm's modifyOtherKeys: their sequences are not for
        // terminals that know only DEC's.
        ("\x1b[?47l", "\x1b[?1049h\x1b[=0u\x1b[>4m")
    } else {
        ("", "")
    };
    // Application cursor keys, reverse video, origin mode and keypad; X10's and xterm's mouse with
    // its encodings, and focus; synchronised output, reports of colours and size, Windows' keys.
    let private = "\x1b[?1;5;6;66;9l\x1b[?1000;1001;1002;1003;1004;1005;1006;1015;1016l\
                   \x1b[?2026;2031;2048;9001l";
    // Insert mode, line feeds sent by Enter, 8-bit answers, margins, line-drawing characters.
    let others = "\x1b[4l\x1b[20l\x1b>\x1b F\x1b[r\x1b(B\x0f";
    // Autowrap (DECAWM) is off: a character that the terminal holds wider than we do must not run
    // over into the next line, or scroll the last one.
    format!("{leave}{enter}{private}{others}\x1b[?2004h\x1b[?7l\x1b[m\x1b[H\x1b[2J")
}

/// Asks the terminal for the colour of its ground (OSC 11). The answer comes among the keys, if it
/// comes.
///
/// # Errors
/// What the terminal says.
pub fn ask_ground() -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(b"\x1b]11;?\x1b\\")?;
    out.flush()
}

impl Drop for Hold {
    fn drop(&mut self) {
        restore();
        if std::thread::panicking() {
            let id = last_defect().unwrap_or_default();
            // There is nobody left to tell if this fails.
            let _ = writeln!(
                io::stderr(),
                "Halligan stopped because of a defect in itself (id {id}). What was saved is \
                 saved; look at the user before you repeat a change."
            );
        } else {
            // Not while panicking: the standard library would abort.
            let _ = panic::take_hook();
        }
    }
}

/// The id of a panic that was caught, taken out.
pub fn last_defect() -> Option<String> {
    DEFECT.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Gives the terminal back, once, whoever calls: the owner, a panic, the watchdog.
///
/// What was typed and not read is thrown away: a password among it would go to the shell, which
/// shows it and keeps it in its history.
pub fn restore() {
    leave_screen();
    if TAKEN.swap(false, Ordering::SeqCst) {
        forget_typed();
        let _ = disable_raw_mode();
    }
}

/// Takes everything from the screen, once, while what is typed still is neither shown nor given to
/// the shell: for the time in which the last writes end.
pub fn leave_screen() {
    if !DRAWN.swap(false, Ordering::SeqCst) {
        return;
    }
    // Without a second screen the last frame would stay in sight and in the scrollback.
    let leave = if ALTERNATE.load(Ordering::SeqCst) {
        "\x1b[H\x1b[2J\x1b[?1049l"
    } else {
        "\x1b[H\x1b[2J\x1b[3J"
    };
    let mut out = io::stdout().lock();
    // A terminal that has gone away needs no restoring.
    let _ = write!(out, "\x1b[?2004l\x1b[?7h\x1b[m{leave}\x1b[?25h");
    let _ = out.flush();
}

/// Throws away what was typed at the terminal and has not been read (`tcflush`, `TCIFLUSH`).
pub fn forget_typed() {
    use rustix::termios::{QueueSelector, tcflush};
    // Where it is no terminal, or has gone away, there is nothing to throw away.
    let _ = tcflush(io::stdin(), QueueSelector::IFlush);
}

/// Throws away what the terminal has not taken, and lets it go on where Ctrl-S has stopped it: a
/// drawing that waits for such a terminal would hold everything up.
pub fn forget_drawn() {
    use rustix::termios::{Action, QueueSelector, tcflow, tcflush};
    let _ = tcflush(io::stdout(), QueueSelector::OFlush);
    let _ = tcflow(io::stdout(), Action::OOn);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_that_a_program_before_us_left_on_are_turned_off_before_anything_is_drawn() {
        for alternate in [true, false] {
            let text = beginning(alternate);
            for mode in [
                "1", "9", "1000", "1002", "1003", "1004", "1005", "1006", "1015", "2026",
            ] {
                let off = text.split("\x1b[?").any(|part| {
                    part.split_once('l')
                        .is_some_and(|(modes, _)| modes.split(';').any(|one| one == mode))
                });
                assert!(off, "{mode} in {text:?}");
            }
            assert!(text.ends_with("\x1b[2J"), "nothing of it stays in sight");
        }
        // DEC's terminals get nothing that only xterm and kitty know.
        let dec = beginning(false);
        assert!(!dec.contains('>') || !dec.contains("[>"), "{dec:?}");
        assert!(!dec.contains("[=") && !dec.contains("1049"), "{dec:?}");
        let xterm = beginning(true);
        assert!(xterm.find("?47l") < xterm.find("?1049h"), "{xterm:?}");
    }
}
