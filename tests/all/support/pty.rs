//! A program in a pseudo-terminal, and a terminal emulator that looks at it.

use std::{
    fs,
    io::{Read, Write},
    num::NonZeroU16,
    path::Path,
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Far more than anything here takes, even in a debug build on a busy machine.
const DEADLINE: Duration = Duration::from_mins(1);

/// A home for one test.
pub struct TempDir(tempfile::TempDir);

impl TempDir {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl AsRef<Path> for TempDir {
    fn as_ref(&self) -> &Path {
        self.path()
    }
}

struct Seen {
    parser: vt100::Parser,
    written: Vec<u8>,
    closed: bool,
    /// The reader is to let go of the terminal at the next byte.
    let_go: bool,
}

pub struct Pty {
    master: Mutex<Option<Box<dyn MasterPty + Send>>>,
    writer: Mutex<Option<Box<dyn Write + Send>>>,
    child: Mutex<Box<dyn Child + Send + Sync>>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
}

fn size((columns, rows): (u16, u16)) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}

impl Seen {
    /// How often a text stands on the screen, or as many mask characters in a row.
    fn shows(&self, text: &str) -> usize {
        let contents = self.parser.screen().contents();
        let length = text.chars().count();
        let masked = contents
            .split(|c| c != '•' && c != '*')
            .filter(|run| run.chars().count() == length)
            .count();
        masked + contents.matches(text).count()
    }
}

impl Pty {
    /// Our program with a home of its own.
    pub fn open(
        home: impl AsRef<Path>,
        arguments: &[&str],
        at: (u16, u16),
        environment: &[(&str, &str)],
    ) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_halligan"));
        command.args(arguments);
        command.env_clear();
        command.env("HOME", home.as_ref());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        for (name, value) in environment {
            command.env(name, value);
        }
        Self::run(command, at)
    }

    /// Our program as a shell starts it, which then reads a line from the same terminal.
    pub fn beneath_a_shell(home: &TempDir, arguments: &[&str]) -> Self {
        let script =
            "\"$@\"; echo the program has ended; read -r line; echo \"the shell read [$line]\"";
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-c", script, "sh", env!("CARGO_BIN_EXE_halligan")]);
        command.args(arguments);
        command.env_clear();
        command.env("HOME", home.path());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        Self::run(command, (80, 24))
    }

    /// One test of this very binary, told by a variable that it is meant.
    pub fn of_this_test(home: &TempDir, name: &str) -> Self {
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        command.args([name, "--exact", "--nocapture"]);
        command.env("HOME", home.path());
        command.env("HALLIGAN_TEST_CHILD", name);
        Self::run(command, (80, 24))
    }

    fn run(mut command: CommandBuilder, at: (u16, u16)) -> Self {
        command.cwd("/");
        let pair = native_pty_system().openpty(size(at)).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let rows = NonZeroU16::new(at.1).unwrap();
        let columns = NonZeroU16::new(at.0).unwrap();
        let seen = Arc::new((
            Mutex::new(Seen {
                parser: vt100::Parser::new(rows, columns, 0),
                written: Vec::new(),
                closed: false,
                let_go: false,
            }),
            Condvar::new(),
        ));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let watching = Arc::clone(&seen);
        thread::spawn(move || {
            let mut chunk = [0; 4096];
            loop {
                let count = reader.read(&mut chunk).unwrap_or(0);
                let mut seen = watching.0.lock().unwrap();
                seen.parser.process(&chunk[..count]);
                seen.written.extend_from_slice(&chunk[..count]);
                seen.closed = count == 0;
                watching.1.notify_all();
                if count == 0 || seen.let_go {
                    return;
                }
            }
        });
        let writer = pair.master.take_writer().unwrap();
        Self {
            master: Mutex::new(Some(pair.master)),
            writer: Mutex::new(Some(writer)),
            child: Mutex::new(child),
            seen,
        }
    }

    /// Waits until the screen holds this text; blanks and line breaks do not matter.
    #[track_caller]
    pub fn sees(&self, text: &str) {
        let wanted = flat(text);
        self.until(text, |seen| {
            flat(&seen.parser.screen().contents()).contains(&wanted)
        });
    }

    /// Waits until this is the last thing that the program has written: it asks, and listens.
    #[track_caller]
    pub fn asks(&self, question: &str) {
        let wanted = flat(question);
        self.until(question, |seen| {
            flat(&String::from_utf8_lossy(&seen.written)).ends_with(&wanted)
        });
    }

    /// Answers a question with a line.
    #[track_caller]
    pub fn answers(&self, question: &str, answer: &str) {
        self.asks(question);
        self.sends(&format!("{answer}\n"));
    }

    #[track_caller]
    fn until(&self, what: &str, there: impl Fn(&Seen) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        let mut seen = self.seen.0.lock().unwrap();
        while !there(&seen) {
            let rest = deadline.saturating_duration_since(Instant::now());
            if rest.is_zero() || seen.closed {
                let contents = seen.parser.screen().contents();
                drop(seen);
                panic!("{what:?} did not come:\n{contents}");
            }
            seen = self.seen.1.wait_timeout(seen, rest).unwrap().0;
        }
    }

    /// Sends bytes as the terminal would.
    pub fn sends(&self, bytes: &str) {
        let mut writer = self.writer.lock().unwrap();
        let writer = writer.as_mut().expect("the terminal is open");
        writer.write_all(bytes.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Types and waits until the program shows it, in the open or masked.
    #[track_caller]
    pub fn types(&self, text: &str) {
        let before = self.seen.0.lock().unwrap().shows(text);
        self.sends(text);
        self.until(text, |seen| seen.shows(text) > before);
    }

    pub fn pastes(&self, text: &str) {
        self.sends(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// A person's moment between the text and the Enter; without it they would be a paste. Not a
    /// wait for the program.
    #[expect(clippy::unused_self, reason = "reads as one of the person's acts")]
    pub fn pause(&self) {
        thread::sleep(Duration::from_millis(60));
    }

    pub fn enter(&self) {
        self.pause();
        self.sends("\r");
    }

    /// Goes to an entry of the menu with the arrow keys and opens it.
    pub fn chooses(&self, entry: &str) {
        let entries = [
            "Users",
            "Add user",
            "Audit",
            "Unfinished",
            "Roles",
            "Fields",
            "My password",
            "Lock",
            "Sign out",
            "Quit",
        ];
        let down = entries.iter().position(|name| *name == entry).unwrap();
        self.sends(&format!("\x1b[H{}\r", "\x1b[B".repeat(down)));
    }

    /// Signs out by the menu.
    #[track_caller]
    pub fn signs_out(&self) {
        self.chooses("Sign out");
        self.sees("Sign out?");
        self.sends("y");
    }

    /// Ends the program while somebody is signed in.
    #[track_caller]
    pub fn quits(&self) {
        self.sends("\x03");
        self.sees("Sign out and end Halligan?");
        self.sends("y");
    }

    /// A letter that is a key and no text: somebody has looked at the screen first.
    pub fn presses(&self, key: &str) {
        thread::sleep(Duration::from_millis(600));
        self.sends(key);
    }

    /// Enter on a screen that an Enter has just opened: the key was let go in between.
    pub fn enter_again(&self) {
        thread::sleep(Duration::from_millis(750));
        self.sends("\r");
    }

    pub fn resizes(&self, at: (u16, u16)) {
        let mut seen = self.seen.0.lock().unwrap();
        if let (Some(rows), Some(columns)) = (NonZeroU16::new(at.1), NonZeroU16::new(at.0)) {
            seen.parser.screen_mut().set_size(rows, columns);
        }
        drop(seen);
        let master = self.master.lock().unwrap();
        let master = master.as_ref().expect("the terminal is open");
        master.resize(size(at)).unwrap();
    }

    /// The line drops.
    pub fn closes(&self) {
        // The reader holds the terminal too: it lets go when it hears the repaint.
        self.seen.0.lock().unwrap().let_go = true;
        self.sends("\x0c");
        self.writer.lock().unwrap().take();
        self.master.lock().unwrap().take();
    }

    pub fn signals(&self, name: &str) {
        signal(name, self.pid());
    }

    /// Signals the program that the shell has started.
    pub fn signals_child(&self, name: &str) {
        let pid = self.pid();
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
        signal(name, children.trim().parse().unwrap());
    }

    /// Waits for the end: the exit code.
    #[track_caller]
    pub fn ends(&self) -> u32 {
        let deadline = Instant::now() + DEADLINE;
        let mut child = self.child.lock().unwrap();
        loop {
            if child.try_wait().unwrap().is_some() {
                break;
            }
            assert!(Instant::now() < deadline, "the program does not end");
            thread::yield_now();
        }
        let status = child.wait().unwrap();
        // What it wrote last is read before anybody looks.
        let mut seen = self.seen.0.lock().unwrap();
        while !seen.closed && self.master.lock().unwrap().is_some() {
            let (next, late) = self
                .seen
                .1
                .wait_timeout(seen, Duration::from_secs(5))
                .unwrap();
            seen = next;
            if late.timed_out() {
                break;
            }
        }
        seen.closed = false;
        status.exit_code()
    }

    /// Everything that the program wrote.
    pub fn written(&self) -> Vec<u8> {
        self.seen.0.lock().unwrap().written.clone()
    }

    /// What stands on the screen now.
    pub fn screen(&self) -> String {
        self.seen.0.lock().unwrap().parser.screen().contents()
    }

    pub fn pid(&self) -> u32 {
        self.child.lock().unwrap().process_id().unwrap()
    }

    /// Is the terminal in its ordinary mode again?
    pub fn is_cooked(&self) -> bool {
        let master = self.master.lock().unwrap();
        let master = master.as_ref().expect("the terminal is open");
        master
            .get_termios()
            .is_some_and(|modes| format!("{:?}", modes.local_flags).contains("ICANON"))
    }

    /// How much memory the program holds.
    pub fn resident_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Is this text anywhere in the program's memory? `None` where the memory may not be read.
    pub fn memory_holds(&self, text: &str) -> Option<bool> {
        use std::io::{Seek, SeekFrom};
        let pid = self.pid();
        let maps = fs::read_to_string(format!("/proc/{pid}/maps")).ok()?;
        let mut memory = fs::File::open(format!("/proc/{pid}/mem")).ok()?;
        let mut read_any = false;
        for line in maps.lines() {
            let mut parts = line.split_whitespace();
            let (range, rights) = (parts.next()?, parts.next()?);
            if !rights.starts_with("rw") {
                continue;
            }
            let (from, to) = range.split_once('-')?;
            let from = u64::from_str_radix(from, 16).ok()?;
            let to = u64::from_str_radix(to, 16).ok()?;
            let mut bytes = vec![0; usize::try_from(to - from).ok()?];
            memory.seek(SeekFrom::Start(from)).ok()?;
            if memory.read_exact(&mut bytes).is_err() {
                continue;
            }
            read_any = true;
            if bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes())
            {
                return Some(true);
            }
        }
        read_any.then_some(false)
    }

    /// Bytes written and voluntary wake-ups of every thread while nobody does anything.
    pub fn quiet(&self) -> (usize, u64) {
        // The spinner's and the worker threads' last timers run out first.
        thread::sleep(Duration::from_secs(12));
        let (bytes, switches) = (self.written().len(), self.switches());
        thread::sleep(Duration::from_secs(3));
        (self.written().len() - bytes, self.switches() - switches)
    }

    fn switches(&self) -> u64 {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.pid())).unwrap();
        tasks
            .filter_map(|task| fs::read_to_string(task.ok()?.path().join("status")).ok())
            .flat_map(|status| {
                status
                    .lines()
                    .filter_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))
                    .filter_map(|count| count.trim().parse::<u64>().ok())
                    .collect::<Vec<_>>()
            })
            .sum()
    }
}

fn signal(name: &str, pid: u32) {
    let status = std::process::Command::new("kill")
        .args([&format!("-{name}"), &pid.to_string()])
        .status()
        .unwrap();
    assert!(status.success());
}

impl Drop for Pty {
    fn drop(&mut self) {
        if let Ok(mut child) = self.child.lock() {
            let _ = child.kill();
        }
    }
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
