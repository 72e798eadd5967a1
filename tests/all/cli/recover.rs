//! The way back in for an administrator, at the machine itself.

use std::os::unix::process::CommandExt as _;
use std::{
    fs,
    os::unix::fs::{MetadataExt as _, chown},
    path::Path,
};

use halligan::cli::Exit;

use super::{ADMINISTRATOR, House, code, err, out};

const LOCKED: &str = "INSERT INTO sign_ins (row, locked_since, failures)
    SELECT row, 1790000000000, 5 FROM users WHERE login = 'A1'
    ON CONFLICT (row) DO UPDATE SET locked_since = 1790000000000, failures = 5";

#[test]
fn a_locked_administrator_is_let_in_again_and_every_administrator_is_told_until_it_is_seen() {
    let house = House::set_up();
    house.behind_its_back(LOCKED);
    let refused = house.admin(&["find", "ada"], "");
    assert_eq!(code(&refused), Exit::SignIn.code());

    let recovered = house
        .command()
        .env("SUDO_USER", "bob")
        .args(["recover", "A1", "--yes", "--reason", "INC-7"])
        .output()
        .unwrap();
    assert_eq!(code(&recovered), 0, "{}", err(&recovered));
    assert!(
        err(&recovered).contains("done: unlocked"),
        "{}",
        err(&recovered)
    );

    let found = house.admin(&["find", "ada"], "");
    assert_eq!(code(&found), 0, "{}", err(&found));
    let told = err(&found);
    assert!(told.contains("RECOVERY"), "{told}");
    assert!(told.contains("Ada Ortiz (A1)"), "{told}");
    let me = rustix::process::getuid().as_raw();
    assert!(told.contains(&format!("by user number {me}")), "{told}");
    assert!(told.contains("sudo claims SUDO_USER=bob"), "{told}");
    assert!(told.contains("INC-7"), "{told}");

    let listed = house.admin(&["audit", "recoveries"], "");
    assert!(out(&listed).contains("RECOVERY"), "{}", out(&listed));
    assert!(err(&house.admin(&["find", "ada"], "")).contains("RECOVERY"));
    let (seen, exit) = house.json(&["audit", "recoveries", "--seen"], "");
    assert_eq!(exit, 0);
    assert_eq!(seen["recoveries"][0]["kind"], "recovered");
    assert_eq!(seen["recoveries"][0]["outcome"], "done");
    assert!(!err(&house.admin(&["find", "ada"], "")).contains("RECOVERY"));

    let (audit, _) = house.json(&["audit", "list", "--limit", "0"], "");
    let kinds: Vec<_> = audit["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| (record["kind"].as_str().unwrap(), &record["outcome"]))
        .collect();
    for expected in [
        ("recovered", "intent"),
        ("recovered", "done"),
        ("recoveries-seen", "done"),
    ] {
        assert!(
            kinds
                .iter()
                .any(|(kind, how)| (*kind, how.as_str()) == (expected.0, Some(expected.1))),
            "{expected:?}"
        );
    }
    assert_eq!(code(&house.admin(&["audit", "verify"], "")), 0);
}

#[test]
fn each_administrator_sees_a_recovery_alone_and_nobody_else_is_told() {
    let house = House::set_up();
    house.add("E7", "eve@example.org", "Eve", "Lund");
    house.add("A2", "ben@example.org", "Ben", "Ash");
    for (id, role) in [("E7", "help-desk"), ("A2", "administrator")] {
        assert_eq!(
            code(&house.admin(&["user", "role", id, role, "--yes"], "")),
            0
        );
        let reset = house.admin(
            &["reset", id, "--exact", "--password-stdin"],
            "velvet anchor tulip 39",
        );
        assert_eq!(code(&reset), 0, "{}", err(&reset));
    }
    house.behind_its_back("UPDATE passwords SET must_change = 0");
    assert_eq!(code(&house.run(&["recover", "A1", "--yes"], "")), 0);
    let file = house.private("theirs", "velvet anchor tulip 39");
    let told = |email: &str| err(&house.as_operator(email, &file, &["find", "ada"], ""));
    assert!(told("ben@example.org").contains("RECOVERY"));
    assert!(!told("eve@example.org").contains("RECOVERY"));
    house.admin(&["audit", "recoveries", "--seen"], "");
    assert!(!err(&house.admin(&["find", "ada"], "")).contains("RECOVERY"));
    assert!(told("ben@example.org").contains("RECOVERY"));
}

#[test]
fn a_temporary_password_is_printed_once_obeys_the_policy_and_must_be_changed() {
    let house = House::set_up();
    house.behind_its_back(LOCKED);
    let recovered = house.run(
        &["recover", ADMINISTRATOR, "--temporary-password", "--yes"],
        "",
    );
    assert_eq!(code(&recovered), 0, "{}", err(&recovered));
    let printed = out(&recovered);
    let password = printed.trim_end();
    assert!(
        password.chars().count() >= 15,
        "it is as long as the profile wants"
    );
    assert!(!err(&recovered).contains(password));
    // The old one is out, the new one signs in, and lets nothing be done before it is changed.
    assert_eq!(
        code(&house.admin(&["find", "ada"], "")),
        Exit::SignIn.code()
    );
    let file = house.private("temporary", password);
    let first = house.as_operator(ADMINISTRATOR, &file, &["find", "ada"], "");
    assert_eq!(code(&first), Exit::SignIn.code());
    assert!(
        err(&first).contains("choose a new password"),
        "{}",
        err(&first)
    );
    let chosen = house.as_operator(
        ADMINISTRATOR,
        &file,
        &["password", "--password-stdin"],
        "velvet anchor tulip 39",
    );
    assert_eq!(code(&chosen), 0, "{}", err(&chosen));
}

#[test]
fn a_password_that_nobody_can_read_is_said_to_be_set() {
    let house = House::set_up();
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let done = std::process::Command::new(assert_cmd::cargo::cargo_bin!("halligan"))
        .env_clear()
        .env("HOME", house.path(""))
        .args(["recover", "A1", "--temporary-password", "--yes"])
        .stdin(std::process::Stdio::null())
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(code(&done), Exit::Partial.code());
    assert!(
        err(&done).contains("The password was changed"),
        "{}",
        err(&done)
    );
    assert_eq!(
        code(&house.admin(&["find", "ada"], "")),
        Exit::SignIn.code()
    );
}

#[test]
fn where_output_is_thrown_away_no_temporary_password_is_made() {
    let house = House::set_up();
    let done = std::process::Command::new(assert_cmd::cargo::cargo_bin!("halligan"))
        .env_clear()
        .env("HOME", house.path(""))
        .args(["recover", "A1", "--temporary-password", "--yes"])
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .output()
        .unwrap();
    assert_eq!(code(&done), Exit::Usage.code(), "{}", err(&done));
    assert!(err(&done).contains("shown nowhere"), "{}", err(&done));
    assert_eq!(code(&house.admin(&["find", "ada"], "")), 0);
}

#[test]
fn a_temporary_password_comes_out_although_standard_error_takes_nothing() {
    let house = House::set_up();
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let done = std::process::Command::new(assert_cmd::cargo::cargo_bin!("halligan"))
        .env_clear()
        .env("HOME", house.path(""))
        .args(["recover", "A1", "--temporary-password", "--yes"])
        .stdin(std::process::Stdio::null())
        .stderr(full)
        .output()
        .unwrap();
    assert_eq!(code(&done), 0);
    assert!(
        out(&done).trim_end().chars().count() >= 15,
        "{}",
        out(&done)
    );
}

#[test]
fn nobody_but_an_active_administrator_who_exists_is_let_in_again() {
    let house = House::set_up();
    house.add("E7", "eve@example.org", "Eve", "Lund");
    let unknown = house.run(&["recover", "nobody", "--yes"], "");
    assert_eq!(code(&unknown), Exit::NotFound.code());
    for arguments in [
        &["recover", "E7", "--yes"][..],
        &["recover", "E7", "--temporary-password", "--yes"],
    ] {
        let refused = house.run(arguments, "");
        assert_eq!(code(&refused), Exit::Permission.code());
        assert!(
            err(&refused).contains("Eve Lund (E7) is no administrator"),
            "{}",
            err(&refused)
        );
        assert!(err(&refused).contains("Nothing was changed."));
        assert_eq!(out(&refused), "");
    }
    house.behind_its_back("UPDATE users SET active = 0 WHERE login = 'A1'");
    let disabled = house.run(&["recover", "A1", "--yes"], "");
    assert_eq!(code(&disabled), Exit::Permission.code());
    assert!(err(&disabled).contains("disabled"), "{}", err(&disabled));
    // Without a yes nothing happens.
    let unconfirmed = house.run(&["recover", "A1"], "");
    assert_eq!(code(&unconfirmed), Exit::Usage.code());
}

#[test]
fn a_recovery_makes_no_store() {
    let house = House::empty();
    let missing = house.run(&["recover", "A1", "--yes"], "");
    assert_eq!(code(&missing), Exit::Store.code());
    assert!(!house.path(".local/share/halligan").exists());
}

/// Everything beneath a folder with its owner.
fn owners(folder: &Path) -> Vec<(std::path::PathBuf, u32, u32)> {
    let mut owners: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let about = fs::symlink_metadata(&path).unwrap();
            (path, about.uid(), about.mode())
        })
        .collect();
    owners.sort();
    owners
}

#[test]
#[ignore = "needs root: tests/run"]
fn root_lets_an_administrator_of_a_services_store_in_and_leaves_every_file_to_the_service() {
    // Only root can give a file away.
    assert!(
        rustix::process::geteuid().is_root(),
        "tests/run runs as root"
    );
    let house = House::set_up();
    house.behind_its_back(LOCKED);
    let folder = house.path(".local/share/halligan");
    let store = folder.join("halligan.db");
    let log = house.path("log");
    let home = house.path("");
    for path in [
        &home,
        &house.path(".local"),
        &house.path(".local/share"),
        &folder,
        &store,
    ] {
        chown(path, Some(12_345), Some(12_345)).unwrap();
    }
    let before = owners(&folder);
    // Others than the owner, root too, are told how to act as the owner.
    let told = house.run(&["init", "--store", store.to_str().unwrap()], "");
    assert_eq!(code(&told), Exit::Store.code());
    assert!(
        err(&told).contains("sudo -u '#12345' halligan --store"),
        "{}",
        err(&told)
    );
    assert!(!err(&told).contains("chown"), "{}", err(&told));

    // A log that is to be written is the service's too.
    let config = house.private(
        "config.toml",
        &format!("log_file = {log:?}\nstore = {store:?}\n"),
    );
    let recovered = house.run(
        &[
            "recover",
            "A1",
            "--yes",
            "--config",
            config.to_str().unwrap(),
        ],
        "",
    );
    assert_eq!(code(&recovered), 0, "{}", err(&recovered));
    assert_eq!(fs::metadata(&log).unwrap().uid(), 12_345);
    let after = owners(&folder);
    assert!(after.iter().all(|(_, uid, _)| *uid == 12_345), "{after:?}");
    for (path, uid, mode) in before {
        let still = fs::metadata(&path).unwrap();
        assert_eq!(
            (still.uid(), still.mode()),
            (uid, mode),
            "{}",
            path.display()
        );
    }
    let connection = rusqlite::Connection::open(&store).unwrap();
    let (locked, detail): (Option<i64>, String) = connection
        .query_row(
            "SELECT (SELECT locked_since FROM sign_ins), body FROM audit
             WHERE kind = 'recovered' ORDER BY seq DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!(locked, None);
    assert!(detail.contains("by user number 0 (root)"), "{detail}");
}

#[test]
#[ignore = "needs root: tests/run"]
fn somebody_elses_store_is_not_recovered_by_an_ordinary_user() {
    assert!(
        rustix::process::geteuid().is_root(),
        "tests/run runs as root"
    );
    let house = House::set_up();
    let store = house.path(".local/share/halligan/halligan.db");
    let binary = house.path("halligan");
    fs::copy(assert_cmd::cargo::cargo_bin!("halligan"), &binary).unwrap();
    for folder in ["", ".local", ".local/share", ".local/share/halligan"] {
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(house.path(folder), open).unwrap();
    }
    let refused = std::process::Command::new(&binary)
        .env_clear()
        .args(["recover", "A1", "--yes", "--store"])
        .arg(&store)
        .uid(12_345)
        .gid(12_345)
        .output()
        .unwrap();
    assert_eq!(code(&refused), Exit::Store.code(), "{}", err(&refused));
    assert!(
        err(&refused).contains("belongs to root"),
        "{}",
        err(&refused)
    );
}

#[test]
fn no_request_of_the_api_and_no_key_of_the_console_leads_to_a_recovery() {
    fn rust_files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                rust_files(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for part in ["server", "console", "desk/api"] {
        rust_files(&source.join(part), &mut files);
    }
    assert!(files.len() > 50);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains(".recover("), "{}", file.display());
    }
}

#[test]
fn config_check_says_when_only_one_administrator_can_sign_in() {
    let house = House::set_up();
    let warned = || err(&house.run(&["config", "check"], "")).contains("only one administrator");
    assert!(warned());
    house.add("A2", "ben@example.org", "Ben", "Ash");
    let given = house.admin(&["user", "role", "A2", "administrator", "--yes"], "");
    assert_eq!(code(&given), 0, "{}", err(&given));
    assert!(warned(), "without a password nobody signs in");
    let reset = house.admin(
        &["reset", "A2", "--exact", "--password-stdin"],
        "velvet anchor tulip 39",
    );
    assert_eq!(code(&reset), 0, "{}", err(&reset));
    assert!(!warned());
    house.behind_its_back(LOCKED);
    assert!(warned(), "who is locked does not count");
}
