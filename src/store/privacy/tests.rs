use std::os::unix::fs::{PermissionsExt, chown};

use super::{cure::quoted, *};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// What is said of an exposed path, and the command that mends it.
fn exposed(path: &Path) -> (String, String) {
    match make_private(path, Missing::Make) {
        Err(StoreError::Exposed { message, cure }) => (message, cure),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn what_is_missing_is_made_for_the_owner_alone_and_found_again() {
    let folder = folder();
    let path = folder.path().join("a/b/halligan.db");
    let made = make_private(&path, Missing::Make).unwrap();
    assert_eq!(made, path.canonicalize().unwrap());
    assert_eq!(mode(&made), 0o600);
    assert_eq!(mode(made.parent().unwrap()), 0o700);
    assert_eq!(mode(&folder.path().join("a")), 0o700);
    fs::write(&made, "kept").unwrap();
    assert_eq!(make_private(&path, Missing::Make).unwrap(), made);
    assert_eq!(fs::read(&made).unwrap(), b"kept");
}

#[test]
fn whatever_others_could_read_is_refused_with_the_command_that_mends_it() {
    let folder = folder();
    let path = folder.path().join("store/halligan.db");
    let file = make_private(&path, Missing::Make).unwrap();
    let beside = ["-wal", "-shm"].map(|suffix| {
        let beside = file.with_file_name(format!("halligan.db{suffix}"));
        fs::write(&beside, "").unwrap();
        set_mode(&beside, 0o600);
        beside
    });
    let directory = file.parent().unwrap().to_owned();
    for (path, good) in [
        (&directory, 0o700),
        (&file, 0o600),
        (&beside[0], 0o600),
        (&beside[1], 0o600),
    ] {
        for extra in [0o001, 0o004, 0o040, 0o020] {
            set_mode(path, good | extra);
            let (message, cure) = exposed(&file);
            let shown = path.display();
            let seen = good | extra;
            assert_eq!(message, format!("others can use {shown} (mode {seen:04o})"));
            assert_eq!(cure, format!("Run: chmod {good:04o} {shown}"));
        }
        set_mode(path, good);
        make_private(&file, Missing::Make).unwrap();
    }
}

#[test]
fn what_belongs_to_somebody_else_is_refused() {
    if !rustix::process::geteuid().is_root() {
        // Only root can give a file away; the tests run as root where they are judged.
        return;
    }
    let folder = folder();
    let file = make_private(&folder.path().join("store/halligan.db"), Missing::Make).unwrap();
    chown(&file, Some(12_345), None).unwrap();
    let (message, cure) = exposed(&file);
    assert!(
        message.contains("belongs to the user number 12345"),
        "{message}"
    );
    let shown = file.display();
    assert_eq!(
        cure,
        format!("Act as that user: sudo -u '#12345' halligan --store {shown}")
    );
    // The same for the directory that it is in, and for a file beside it no command at all.
    chown(file.parent().unwrap(), Some(12_345), None).unwrap();
    assert!(exposed(&file).1.contains("sudo -u '#12345' halligan"));
    for path in [file.parent().unwrap(), &file] {
        chown(path, Some(0), None).unwrap();
    }
    let log = beside(&file, "-wal");
    fs::write(&log, "").unwrap();
    set_mode(&log, 0o600);
    chown(&log, Some(12_345), None).unwrap();
    let (message, cure) = exposed(&file);
    assert!(message.contains("halligan.db-wal belongs to"), "{message}");
    assert_safe(&cure);
}

#[test]
fn a_path_that_is_no_file_is_refused() {
    let folder = folder();
    let taken = folder.path().join("store");
    let inside = taken.join("directory");
    make_private(&taken.join("halligan.db"), Missing::Make).unwrap();
    fs::create_dir(&inside).unwrap();
    for path in [&*inside, Path::new("/"), Path::new("..")] {
        let refused = make_private(path, Missing::Make);
        assert!(
            matches!(&refused, Err(StoreError::Exposed { .. })),
            "{}: {refused:?}",
            path.display()
        );
    }
    let below_a_file = taken.join("halligan.db/more/halligan.db");
    let refused = make_private(&below_a_file, Missing::Make);
    assert!(
        matches!(&refused, Err(StoreError::ReadOnly(why)) if why.starts_with("the directory ")),
        "{refused:?}"
    );
}

/// No owner is changed, no mode of what others use, nothing removed.
fn assert_safe(cure: &str) {
    for dangerous in ["chown", "chmod", "rm "] {
        assert!(!cure.contains(dangerous), "{cure}");
    }
}

#[test]
fn what_others_use_too_is_left_as_it_is() {
    let folder = folder();
    let shared = folder.path().join("home");
    fs::create_dir(&shared).unwrap();
    fs::write(shared.join("letters"), "").unwrap();
    set_mode(&shared, 0o755);
    let link = folder.path().join("link");
    std::os::unix::fs::symlink("/dev", &link).unwrap();
    let mut places: Vec<PathBuf> = ["/tmp", "/etc", "/dev", "/dev/shm", "/usr/bin"]
        .into_iter()
        .map(PathBuf::from)
        .collect();
    places.extend([shared, link]);
    for place in places {
        let file = place.join("halligan-of-this-test.db");
        let (message, cure) = exposed(&file);
        assert!(message.contains("the directory"), "{message}");
        assert_safe(&cure);
        assert!(!file.exists());
    }
    for device in ["/dev/null", "/dev", "/dev/tty"] {
        let (message, cure) = exposed(Path::new(device));
        assert!(message.contains("not the name of a file"), "{message}");
        assert_safe(&cure);
    }
}

#[test]
fn a_store_with_a_second_name_is_refused_with_a_way_to_find_the_other() {
    let folder = folder();
    let file = make_private(&folder.path().join("store/halligan.db"), Missing::Make).unwrap();
    let other = folder.path().join("store/other.db");
    fs::hard_link(&file, &other).unwrap();
    for name in [&file, &other] {
        let (message, cure) = exposed(name);
        assert!(message.contains("2 names (hard links)"), "{message}");
        assert!(cure.contains("find / -xdev -samefile"), "{cure}");
        assert_safe(&cure);
    }
    fs::remove_file(other).unwrap();
    make_private(&file, Missing::Make).unwrap();
}

#[test]
fn of_a_link_the_directory_that_it_leads_to_is_looked_at_and_the_log_is_expected_there() {
    let folder = folder();
    let target = make_private(&folder.path().join("far/halligan.db"), Missing::Make).unwrap();
    let near = folder.path().join("near");
    make_private(&near.join("other.db"), Missing::Make).unwrap();
    let link = near.join("halligan.db");
    std::os::unix::fs::symlink(&target, &link).unwrap();
    assert_eq!(make_private(&link, Missing::Make).unwrap(), target);
    let log = beside(&target, "-wal");
    fs::write(&log, "").unwrap();
    set_mode(&log, 0o640);
    assert!(exposed(&link).0.contains("halligan.db-wal"));
    fs::remove_file(log).unwrap();
    set_mode(target.parent().unwrap(), 0o750);
    assert!(exposed(&link).0.contains("far"), "{:?}", exposed(&link));
    // A link that leads nowhere makes nothing where it points.
    fs::remove_file(&target).unwrap();
    set_mode(target.parent().unwrap(), 0o700);
    assert!(matches!(
        make_private(&link, Missing::Make),
        Err(StoreError::Missing(_))
    ));
    assert!(!target.exists());
}

#[test]
fn a_store_that_must_be_there_is_not_made() {
    let folder = folder();
    let file = folder.path().join("store/halligan.db");
    let refused = make_private(&file, Missing::Refuse);
    assert_eq!(
        refused,
        Err(StoreError::Missing(file.display().to_string()))
    );
    assert!(!folder.path().join("store").exists());
}

#[test]
fn a_command_has_its_path_quoted_for_a_shell_only_where_it_must_be() {
    for (path, expected) in [
        ("/var/lib/halligan/a-b_c.db", "/var/lib/halligan/a-b_c.db"),
        ("/home/a@b/50%,+:", "/home/a@b/50%,+:"),
        ("/my store/h.db", "'/my store/h.db'"),
        ("/it's", r"'/it'\''s'"),
        ("/$HOME", "'/$HOME'"),
    ] {
        assert_eq!(quoted(Path::new(path)), expected);
    }
}

#[test]
fn a_full_disk_a_forbidden_place_and_the_rest_are_told_apart() {
    let said = |kind: ErrorKind| unwritable("the store", Path::new("/x"), &kind.into());
    for kind in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded] {
        assert!(matches!(said(kind), StoreError::Full));
    }
    for kind in [
        ErrorKind::PermissionDenied,
        ErrorKind::ReadOnlyFilesystem,
        ErrorKind::NotFound,
        ErrorKind::NotADirectory,
    ] {
        let said = said(kind);
        assert!(matches!(&said, StoreError::ReadOnly(why) if why.starts_with("the store /x: ")));
    }
    let said = said(ErrorKind::TimedOut);
    assert!(matches!(&said, StoreError::Other(why) if why.starts_with("the store /x: ")));
}

#[test]
fn a_log_that_is_a_link_or_has_a_second_name_is_refused_and_no_mode_is_to_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    let file = make_private(&folder.path().join("own/halligan.db"), Missing::Make).unwrap();
    let elsewhere = folder.path().join("elsewhere");
    fs::write(&elsewhere, "not a log").unwrap();
    for suffix in ["-wal", "-shm"] {
        let log = beside(&file, suffix);
        for second in [false, true] {
            if second {
                fs::set_permissions(&elsewhere, PermissionsExt::from_mode(0o600)).unwrap();
                fs::hard_link(&elsewhere, &log).unwrap();
            } else {
                std::os::unix::fs::symlink(&elsewhere, &log).unwrap();
            }
            let (message, cure) = exposed(&file);
            assert!(message.contains("SQLite makes no such log"), "{message}");
            assert!(!cure.contains("chmod"), "{cure}");
            fs::remove_file(&log).unwrap();
        }
    }
    make_private(&file, Missing::Refuse).unwrap();
}
