//! The demonstration in a pseudo-terminal: shown, and gone afterwards.

use std::{
    fs,
    io::{Read as _, Write as _},
    path::PathBuf,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

use super::House;

struct Demo {
    child: Box<dyn Child + Send + Sync>,
    terminal: Box<dyn MasterPty + Send>,
    seen: Arc<Mutex<Vec<u8>>>,
}

impl Demo {
    fn start(house: &House) -> Self {
        let pair = native_pty_system().openpty(PtySize::default()).unwrap();
        let mut command = CommandBuilder::new(assert_cmd::cargo::cargo_bin!("halligan"));
        command.args(["demo", "--users", "20"]);
        command.env_clear();
        command.env("HOME", house.path(""));
        command.env("TMPDIR", house.path(""));
        command.env("TERM", "xterm");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let sink = Arc::clone(&seen);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                sink.lock().unwrap().extend_from_slice(&buffer[..count]);
            }
        });
        Self {
            child,
            terminal: pair.master,
            seen,
        }
    }

    fn signal(&self, signal: Signal) {
        let pid = self.child.process_id().unwrap().cast_signed();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    fn wait_for(&self, text: &str) {
        until(&format!("'{text}' on the screen"), || {
            let seen = self.seen.lock().unwrap();
            String::from_utf8_lossy(&seen).contains(text)
        });
    }
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !holds() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

fn directories(house: &House) -> Vec<PathBuf> {
    let entries = fs::read_dir(house.path("")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.to_string_lossy().contains("halligan-demo-"))
        .collect()
}

#[test]
fn a_demonstration_is_gone_after_its_end_and_a_killed_one_after_the_next_start() {
    let house = House::empty();
    let mut killed = Demo::start(&house);
    killed.wait_for("demo@halligan.example");
    let left = directories(&house);
    assert_eq!(left.len(), 1);
    killed.signal(Signal::KILL);
    killed.child.wait().unwrap();
    assert_eq!(directories(&house), left, "nobody was there to remove it");

    let mut next = Demo::start(&house);
    next.wait_for("demo@halligan.example");
    assert!(!left[0].exists());
    assert_eq!(directories(&house).len(), 1);
    // Kept: a writer that is dropped sends an end of file after the Ctrl-C.
    let mut writer = next.terminal.take_writer().unwrap();
    writer.write_all(b"\x03").unwrap();
    until("the end of the demonstration", || {
        next.child.try_wait().unwrap().is_some()
    });
    assert!(directories(&house).is_empty());
}

#[test]
fn a_demonstration_whose_terminal_goes_away_is_gone() {
    let house = House::empty();
    let mut demo = Demo::start(&house);
    demo.wait_for("demo@halligan.example");
    // What the kernel sends when the line drops.
    demo.signal(Signal::HUP);
    until("the end of the demonstration", || {
        demo.child.try_wait().unwrap().is_some()
    });
    assert!(directories(&house).is_empty());
}
