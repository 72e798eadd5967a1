use std::os::unix::fs::{PermissionsExt, chown};

use super::*;

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
    match make_private(path) {
        Err(StoreError::Exposed { message, cure }) => (message, cure),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn what_is_missing_is_made_for_the_owner_alone_and_found_again() {
    let folder = folder();
    let path = folder.path().join("a/b/halligan.db");
    let made = make_private(&path).unwrap();
    assert_eq!(made, path.canonicalize().unwrap());
    assert_eq!(mode(&made), 0o600);
    assert_eq!(mode(made.parent().unwrap()), 0o700);
    assert_eq!(mode(&folder.path().join("a")), 0o700);
    fs::write(&made, "kept").unwrap();
    assert_eq!(make_private(&path).unwrap(), made);
    assert_eq!(fs::read(&made).unwrap(), b"kept");
}

#[test]
fn whatever_others_could_read_is_refused_with_the_command_that_mends_it() {
    let folder = folder();
    let path = folder.path().join("store/halligan.db");
    let file = make_private(&path).unwrap();
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
            assert_eq!(cure, format!("chmod {good:04o} {shown}"));
        }
        set_mode(path, good);
        make_private(&file).unwrap();
    }
}

#[test]
fn what_belongs_to_somebody_else_is_refused() {
    if !rustix::process::geteuid().is_root() {
        // Only root can give a file away; the tests run as root where they are judged.
        return;
    }
    let folder = folder();
    let file = make_private(&folder.path().join("store/halligan.db")).unwrap();
    chown(&file, Some(12_345), None).unwrap();
    let (message, cure) = exposed(&file);
    assert!(
        message.contains("belongs to the user number 12345"),
        "{message}"
    );
    assert_eq!(cure, format!("chown 0 {}", file.display()));
}

#[test]
fn a_path_that_is_no_file_is_refused() {
    let folder = folder();
    let taken = folder.path().join("store");
    let inside = taken.join("directory");
    make_private(&taken.join("halligan.db")).unwrap();
    fs::create_dir(&inside).unwrap();
    for path in [&*inside, Path::new("/"), Path::new("..")] {
        let refused = make_private(path);
        assert!(
            matches!(&refused, Err(StoreError::Other(_))),
            "{}: {refused:?}",
            path.display()
        );
    }
    let below_a_file = taken.join("halligan.db/more/halligan.db");
    let refused = make_private(&below_a_file);
    assert!(
        matches!(&refused, Err(StoreError::ReadOnly(why)) if why.starts_with("the directory ")),
        "{refused:?}"
    );
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
