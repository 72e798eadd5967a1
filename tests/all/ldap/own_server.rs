//! A server of a test's own, for tests that stop or kill it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A server of a test's own, ended when dropped.
pub struct OwnServer {
    pub directory: PathBuf,
    exports: String,
    _scratch: tempfile::TempDir,
}

impl OwnServer {
    /// Runs the hook `name` with `arguments` after the directory.
    pub fn start(name: &str, arguments: &[&str]) -> Self {
        let scratch = tempfile::tempdir().expect("a directory");
        let directory = scratch.path().join(name);
        fs::create_dir(&directory).expect("made");
        for path in [scratch.path(), &directory] {
            let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            fs::set_permissions(path, open).expect("opened");
        }
        let hook = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/servers/{name}.sh"));
        let output = Command::new(hook)
            .arg(&directory)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("the hook runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Self {
            directory,
            exports: String::from_utf8_lossy(&output.stdout).into_owned(),
            _scratch: scratch,
        }
    }

    /// An export of the hook.
    pub fn exported(&self, name: &str) -> String {
        let prefix = format!("export {name}=");
        let line = self
            .exports
            .lines()
            .find_map(|line| line.strip_prefix(&prefix));
        line.unwrap_or_else(|| panic!("{name} not in {}", self.exports))
            .to_owned()
    }

    /// Sends a signal to every process of the server.
    pub fn signal(&self, signal: &str) {
        let pids = fs::read_to_string(self.directory.join("pids")).unwrap_or_default();
        for pid in pids.split_whitespace() {
            let _ = Command::new("kill")
                .args([signal, pid])
                .stderr(Stdio::null())
                .status();
            if signal == "-STOP" {
                wait_until_stopped(pid);
            }
        }
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.signal("-KILL");
    }
}

/// `kill` comes back before every thread has stopped: one that works on a request may still answer it.
fn wait_until_stopped(pid: &str) {
    let stopped = || {
        fs::read_dir(format!("/proc/{pid}/task"))
            .unwrap()
            .map(|task| fs::read_to_string(task.unwrap().path().join("stat")).unwrap_or_default())
            // The state stands behind the name, which is in brackets (proc_pid_stat(5)).
            .all(|stat| {
                stat.rsplit_once(") ")
                    .is_some_and(|(_, rest)| rest.starts_with('T'))
            })
    };
    let deadline = Instant::now() + Duration::from_secs(10);
    while !stopped() {
        assert!(Instant::now() < deadline, "{pid} does not stop");
        thread::yield_now();
    }
}
