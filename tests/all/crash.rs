//! What is left when a console is killed, the disk is full or read-only, or somebody holds the lock.

use std::{
    env,
    fs::{self, Permissions},
    io::{BufRead, BufReader, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use halligan::{
    audit::{AuditLog, AuditQuery, Event, Intent, Kind, Outcome, Record, Target},
    config::open_store,
    directory::{Directory, DirectoryError, NewUser, local::LocalDirectory},
    operator::Operator,
    password::{Secret, profile::Profile},
    permission::{Reach, Role},
    receipt::{PasswordReset, Receipt},
    store::StoreError,
    user::{User, UserId},
};
use jiff::Timestamp;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::support::rounds::kills;

/// Tells the child which store to write.
const CHILDS_STORE: &str = "HALLIGAN_CRASH_TEST_STORE";
/// The number of its first attempt.
const CHILDS_FIRST: &str = "HALLIGAN_CRASH_TEST_FIRST";
/// Far more than a closing connection takes.
const PATIENCE: Duration = Duration::from_secs(30);

struct Desk {
    directory: LocalDirectory,
    audit: AuditLog,
    operator: Operator,
    user: User,
}

fn secret(text: &str) -> Secret {
    Secret::from_typed(text).unwrap()
}

fn password(attempt: u64) -> Secret {
    secret(&format!("the password of attempt {attempt}"))
}

fn person(login: &str, role: Role) -> NewUser {
    NewUser {
        login: login.into(),
        email: format!("{login}@example.org"),
        given_name: "Cora".into(),
        family_name: "Crash".into(),
        role,
        active: true,
        ..NewUser::default()
    }
}

fn event(kind: Kind, outcome: Outcome, target: Option<Target>) -> Event {
    Event {
        kind,
        outcome,
        operator: None,
        target,
        source: "test".into(),
        directory: "local store".into(),
        profile: "nist-800-63b-4".into(),
        reason: None,
        intent: None,
        steps: Vec::new(),
        proof: None,
        detail: None,
        caller: None,
        contact_changed: false,
    }
}

/// A new store with an administrator, and a user whose password is that of attempt 0.
async fn make(path: &Path) {
    let store = open_store(path).await.unwrap();
    let directory = LocalDirectory::new(store, Arc::new(Profile::nist()));
    let made = event(Kind::StoreCreated, Outcome::Done, None);
    let first = person("admin", Role::Administrator);
    directory
        .create_first_administrator(&first, &secret("the administrator's own"), made)
        .await
        .unwrap();
    let desk = Desk::open(path).await.unwrap();
    let intent = desk.intend(Kind::UserCreated, 0).await.unwrap();
    let user = person("user", Role::None);
    desk.directory
        .create(&desk.operator, &user, Some(&password(0)), &intent)
        .await
        .unwrap();
}

impl Desk {
    async fn open(path: &Path) -> Result<Self, StoreError> {
        let store = open_store(path).await?;
        let directory = LocalDirectory::new(store.clone(), Arc::new(Profile::nist()));
        let operator = Operator {
            id: UserId("1".into()),
            login: "admin".into(),
            email: "admin@example.org".into(),
            name: "Cora Crash".into(),
            permissions: Role::Administrator.permissions(),
            reach: Reach::EVERYWHERE,
            kind: None,
            must_change: false,
            binding: 0,
            password_set_at: None,
            sessions_ended: None,
            made_by: None,
        };
        let user = directory.user(&operator, &UserId("2".into())).await;
        let user = match user {
            Ok(user) => user,
            Err(_) => directory
                .user(&operator, &UserId("1".into()))
                .await
                .expect("the administrator is there"),
        };
        Ok(Self {
            directory,
            audit: AuditLog::new(store),
            operator,
            user,
        })
    }

    async fn intend(&self, kind: Kind, attempt: u64) -> Result<Intent, StoreError> {
        let target = Some(Target::from(&self.user));
        let event = Event {
            reason: Some(format!("attempt {attempt}")),
            ..event(kind, Outcome::Intent, target)
        };
        self.audit.intend(event, Timestamp::now()).await
    }

    async fn reset(&self, attempt: u64) -> Result<Receipt, DirectoryError> {
        let intent = self.intend(Kind::PasswordReset, attempt).await?;
        let new = password(attempt);
        let reset = PasswordReset {
            user: &self.user.id,
            expected: None,
            password: &new,
            must_change: true,
            unlock: true,
        };
        self.directory
            .reset_password(&self.operator, &reset, &intent)
            .await
    }

    async fn is_password(&self, attempt: u64) -> bool {
        self.directory
            .check_password(&self.operator, &self.user.id, &password(attempt))
            .await
            .unwrap()
            .matches
    }

    async fn resets(&self) -> Vec<Record> {
        let mut records = self.audit.list(AuditQuery::default()).await.unwrap();
        records.retain(|record| record.event.kind == Kind::PasswordReset);
        records
    }

    async fn is_whole(&self) {
        let verified = self.audit.verify(None).await.unwrap();
        assert!(verified.first_bad.is_none(), "{verified:?}");
        let integrity: String = self
            .directory
            .store()
            .read(|connection| {
                Ok::<String, StoreError>(connection.query_row(
                    "PRAGMA integrity_check",
                    [],
                    |row| row.get(0),
                )?)
            })
            .await
            .unwrap();
        assert_eq!(integrity, "ok");
        let index = self.directory.check_index(false, |_| ()).await.unwrap();
        assert_eq!(index.faults, Vec::<String>::new());
    }
}

fn private_directory() -> TempDir {
    tempfile::Builder::new()
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
        .unwrap()
}

fn attempt_of(record: &Record) -> Option<u64> {
    let reason = record.event.reason.as_deref()?;
    reason.strip_prefix("attempt ")?.parse().ok()
}

/// Not a test: what the next one starts and kills. Does nothing without its store.
#[tokio::test]
#[ignore = "is started by the test that kills it"]
async fn a_child_resets_the_password_again_and_again() {
    let Ok(path) = env::var(CHILDS_STORE) else {
        return;
    };
    let first: u64 = env::var(CHILDS_FIRST).unwrap().parse().unwrap();
    let desk = Desk::open(Path::new(&path)).await.unwrap();
    let mut out = std::io::stdout();
    for attempt in first.. {
        writeln!(out, "\ntrying {attempt}").unwrap();
        out.flush().unwrap();
        desk.reset(attempt).await.unwrap();
        writeln!(out, "\ndone {attempt}").unwrap();
        out.flush().unwrap();
    }
}

fn start_child(path: &Path, first: u64) -> (Child, BufReader<ChildStdout>) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args([
            "crash::a_child_resets_the_password_again_and_again",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env(CHILDS_STORE, path)
        .env(CHILDS_FIRST, first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    (child, out)
}

/// Kills the child some time after it has begun to try; gives the highest numbers it told.
fn kill_at_random(path: &Path, first: u64, after: Duration) -> (u64, u64) {
    let (mut child, mut out) = start_child(path, first);
    let mut told = (first - 1, first - 1);
    let mut line = String::new();
    while told.0 < first {
        line.clear();
        assert_ne!(out.read_line(&mut line).unwrap(), 0, "the child has ended");
        take(&line, &mut told);
    }
    thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    for line in out.lines() {
        take(&line.unwrap(), &mut told);
    }
    told
}

fn take(line: &str, told: &mut (u64, u64)) {
    let number = |text: &str| text.trim().parse().unwrap();
    if let Some(text) = line.strip_prefix("trying ") {
        told.0 = number(text);
    } else if let Some(text) = line.strip_prefix("done ") {
        told.1 = number(text);
    }
}

#[tokio::test]
async fn a_console_killed_at_any_moment_leaves_the_old_password_or_the_new_one_with_its_outcome() {
    let home = private_directory();
    let path = home.path().join("store.db");
    make(&path).await;
    let mut next = 1;
    let (mut between, mut happened) = (0, 0);
    for round in 0..kills() {
        let after = Duration::from_micros(rand::random_range(0..250_000));
        let (tried, done) = kill_at_random(&path, next, after);
        assert!(tried == done || tried == done + 1, "round {round}");
        let desk = Desk::open(&path).await.unwrap();
        let resets = desk.resets().await;
        let has = |attempt, outcome: &Outcome| {
            resets.iter().any(|record| {
                attempt_of(record) == Some(attempt) && record.event.outcome == *outcome
            })
        };
        for acknowledged in next..=done {
            assert!(has(acknowledged, &Outcome::Done), "round {round}: lost");
        }
        if tried > done {
            between += 1;
            let recorded = has(tried, &Outcome::Done);
            happened += usize::from(recorded);
            assert!(!recorded || has(tried, &Outcome::Intent), "round {round}");
            assert_eq!(desk.is_password(tried).await, recorded, "round {round}");
            assert_eq!(desk.is_password(done).await, !recorded, "round {round}");
        } else {
            assert!(desk.is_password(done).await, "round {round}");
        }
        if round % 10 == 9 {
            desk.is_whole().await;
        }
        // Whatever was open must be decidable, and the next console goes on from there.
        let password_in_force = if tried > done && has(tried, &Outcome::Done) {
            tried
        } else {
            done
        };
        next = tried + 1;
        if password_in_force != next - 1 {
            desk.reset(next).await.unwrap();
            next += 1;
        }
    }
    assert!(between > 0, "no kill came between a try and its end");
    println!(
        "{between} of {} kills came in mid-reset; {happened} of those had committed",
        kills()
    );
}

#[tokio::test]
async fn a_lock_that_is_given_up_in_time_is_waited_for() {
    let home = private_directory();
    let path = home.path().join("store.db");
    make(&path).await;
    let desk = Desk::open(&path).await.unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let waiting = desk.reset(1);
    tokio::pin!(waiting);
    let early = tokio::time::timeout(Duration::from_millis(300), &mut waiting).await;
    assert!(early.is_err(), "it waits");
    other.execute_batch("COMMIT").unwrap();
    assert!(waiting.await.unwrap().is_success());
    assert!(desk.is_password(1).await);
}

#[tokio::test]
async fn a_lock_that_is_never_given_up_is_told_as_such_and_nothing_is_changed() {
    let home = private_directory();
    let path = home.path().join("store.db");
    make(&path).await;
    let desk = Desk::open(&path).await.unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = desk.intend(Kind::PasswordReset, 1).await.unwrap_err();
    assert_eq!(error, StoreError::Busy);
    assert!(error.cure().contains("other console"));
    assert!(desk.is_password(0).await, "readers go on meanwhile");
    other.execute_batch("ROLLBACK").unwrap();
    assert!(desk.reset(1).await.unwrap().is_success());
}

#[tokio::test]
async fn a_damaged_page_is_told_as_damage() {
    let home = private_directory();
    let path = home.path().join("store.db");
    make(&path).await;
    let desk = Desk::open(&path).await.unwrap();
    let root: usize = desk
        .directory
        .store()
        .read(|connection| {
            let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'users'";
            Ok::<_, StoreError>(connection.query_row(sql, [], |row| row.get(0))?)
        })
        .await
        .unwrap();
    let Desk {
        directory, audit, ..
    } = desk;
    drop(audit);
    let store = directory.store().clone();
    drop(directory);
    store.close().await;
    // Whoever closes last folds the log into the file, and lanes may still be closing.
    let own = Connection::open(&path).unwrap();
    own.busy_timeout(PATIENCE).unwrap();
    let busy: i64 = own
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        .unwrap();
    assert_eq!(busy, 0, "the log is folded into the file");
    own.close().unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let page = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
    bytes[(root - 1) * page..root * page].fill(0xa5);
    fs::write(&path, &bytes).unwrap();
    let store = open_store(&path).await.unwrap();
    let directory = LocalDirectory::new(store, Arc::new(Profile::nist()));
    let error = directory.sign_in("user", &password(0)).await.unwrap_err();
    assert!(error.to_string().contains("damaged"), "{error}");
    assert!(error.cure().contains("backup"), "{}", error.cure());
}

/// A file system of its own, as small as wanted.
struct Disk(PathBuf);

impl Disk {
    fn mounted(home: &TempDir) -> Self {
        let place = home.path().join("disk");
        fs::create_dir(&place).unwrap();
        mount(&["-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs"], &place);
        Self(place)
    }

    /// Waits for files that a store which was dropped a moment ago is still closing.
    fn remount(&self, how: &str) {
        let how = format!("remount,{how}");
        let deadline = Instant::now() + Duration::from_mins(1);
        while !is_mounted(&["-o", &how], &self.0) {
            assert!(Instant::now() < deadline, "{how}: still busy");
        }
    }
}

fn mount(arguments: &[&str], place: &Path) {
    assert!(is_mounted(arguments, place), "mount {arguments:?}");
}

fn is_mounted(arguments: &[&str], place: &Path) -> bool {
    let done = Command::new("mount").args(arguments).arg(place).status();
    done.unwrap().success()
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test]
#[ignore = "needs root for a tmpfs: tests/run"]
async fn a_full_disk_loses_nothing_and_is_no_obstacle_once_there_is_room() {
    let home = private_directory();
    let mount = Disk::mounted(&home);
    let path = mount.0.join("store.db");
    make(&path).await;
    let desk = Desk::open(&path).await.unwrap();
    let intent = desk.intend(Kind::PasswordReset, 1).await.unwrap();
    let filler = mount.0.join("filler");
    let mut file = fs::File::create(&filler).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    drop(file);

    // What room the log has left is used up by and by; then both kinds of write are refused.
    let refused = loop {
        match desk.intend(Kind::PasswordReset, 1).await {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(refused, StoreError::Full);
    assert!(refused.cure().contains("Make room"));
    let new = password(1);
    let reset = PasswordReset {
        user: &desk.user.id,
        expected: None,
        password: &new,
        must_change: true,
        unlock: false,
    };
    let error = desk
        .directory
        .reset_password(&desk.operator, &reset, &intent)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("the disk is full"), "{error}");
    assert_eq!(error.changed(), "Nothing was changed.");
    assert!(desk.is_password(0).await);
    desk.is_whole().await;

    fs::remove_file(&filler).unwrap();
    assert!(desk.reset(2).await.unwrap().is_success());
    assert!(desk.is_password(2).await);
    desk.is_whole().await;
}

#[tokio::test]
#[ignore = "needs root for a tmpfs: tests/run"]
async fn a_read_only_disk_is_told_as_such() {
    let home = private_directory();
    let mount = Disk::mounted(&home);
    let path = mount.0.join("store.db");
    make(&path).await;
    // Lanes close behind a store that was dropped, and the last takes the log away. With a log the store
    // can be opened on this disk too.
    let log = mount.0.join("store.db-wal");
    let deadline = Instant::now() + Duration::from_mins(1);
    while log.exists() {
        assert!(Instant::now() < deadline, "the log is still there");
        tokio::task::yield_now().await;
    }
    mount.remount("ro");
    let error = open_store(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly(_)), "{error:?}");
    assert!(
        error.cure().contains("where you can write"),
        "{}",
        error.cure()
    );
    mount.remount("rw");
    let desk = Desk::open(&path).await.unwrap();
    assert!(desk.is_password(0).await);
}
