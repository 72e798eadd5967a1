//! The embedded store's file: whom it lets in, what it says when it cannot go on.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use halligan::{
    config::{SCHEMA, open_store},
    store::{Schema, Store, StoreError},
};
use rusqlite::Connection;
use tempfile::TempDir;

fn private_directory() -> TempDir {
    tempfile::Builder::new()
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
        .unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

async fn made_in(directory: &TempDir) -> PathBuf {
    let path = directory.path().join("store.db");
    let store = open_store(&path).await.unwrap();
    append(&store, "first").await.unwrap();
    store.close().await;
    path
}

async fn append(store: &Store, body: &'static str) -> Result<usize, StoreError> {
    store
        .write(move |transaction| {
            Ok(transaction.execute(
                "INSERT INTO audit (at, kind, body, hash) VALUES (0, 'test', ?1, x'00')",
                [body],
            )?)
        })
        .await
}

async fn bodies(store: &Store) -> Vec<String> {
    store
        .read(|connection| {
            let mut statement = connection.prepare("SELECT body FROM audit ORDER BY seq")?;
            let bodies = statement
                .query_map([], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            Ok::<_, StoreError>(bodies)
        })
        .await
        .unwrap()
}

async fn refusal(path: &Path) -> StoreError {
    open_store(path).await.unwrap_err()
}

#[tokio::test]
async fn a_new_store_is_for_its_owner_alone() {
    let home = private_directory();
    let path = home.path().join("halligan").join("store.db");
    let store = open_store(&path).await.unwrap();
    append(&store, "one").await.unwrap();
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for suffix in ["", "-wal", "-shm"] {
        let file = PathBuf::from(format!("{}{suffix}", path.display()));
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn what_was_written_is_there_when_the_store_is_opened_again() {
    let home = private_directory();
    let path = made_in(&home).await;
    let store = open_store(&path).await.unwrap();
    append(&store, "second").await.unwrap();
    assert_eq!(bodies(&store).await, ["first", "second"]);
}

#[tokio::test]
async fn a_store_that_others_can_read_is_refused_with_the_command_that_mends_it() {
    let home = private_directory();
    let path = made_in(&home).await;
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let error = refusal(&path).await;
    assert!(error.to_string().contains("mode 0640"), "{error}");
    let shown = path.canonicalize().unwrap();
    assert_eq!(error.cure(), format!("Run: chmod 0600 {}", shown.display()));

    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    fs::set_permissions(home.path(), Permissions::from_mode(0o755)).unwrap();
    let error = refusal(&path).await;
    assert!(
        error.cure().starts_with("Run: chmod 0700 "),
        "{}",
        error.cure()
    );

    fs::set_permissions(home.path(), Permissions::from_mode(0o700)).unwrap();
    assert_eq!(bodies(&open_store(&path).await.unwrap()).await, ["first"]);
}

#[tokio::test]
async fn a_newer_schema_is_refused_with_both_numbers_and_left_alone() {
    let home = private_directory();
    let path = made_in(&home).await;
    let known: i64 = {
        let raw = Connection::open(&path).unwrap();
        let known = raw
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .unwrap();
        raw.execute_batch("PRAGMA user_version = 4711").unwrap();
        known
    };
    let before = fs::read(&path).unwrap();
    let error = refusal(&path).await;
    assert_eq!(error, StoreError::Newer { found: 4711, known });
    assert!(error.to_string().contains("4711"));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_store_of_every_earlier_version_is_brought_up_to_date_with_its_records_and_open_intents()
{
    let Schema(versions) = SCHEMA;
    for known in 1..versions.len() {
        let home = private_directory();
        let path = home.path().join("store.db");
        let store = Store::open(&path, &Schema(&versions[..known]))
            .await
            .unwrap();
        append(&store, "first").await.unwrap();
        let begun = "INSERT INTO audit (seq, at, kind, intent, body, hash)
                     VALUES (2, 0, 'test', 2, 'begun', x'00')";
        store
            .write(move |transaction| Ok::<_, StoreError>(transaction.execute(begun, [])?))
            .await
            .unwrap();
        store.close().await;

        let store = open_store(&path).await.unwrap();
        assert_eq!(bodies(&store).await, ["first", "begun"]);
        store.close().await;
        let raw = Connection::open(&path).unwrap();
        let number = |sql| raw.query_row(sql, [], |row| row.get::<_, usize>(0));
        assert_eq!(number("PRAGMA user_version").unwrap(), versions.len());
        assert_eq!(number("SELECT seq FROM open_intents").unwrap(), 2);
    }
}

#[tokio::test]
async fn a_search_whose_future_is_dropped_ends_and_lets_the_next_one_run() {
    let home = private_directory();
    let store = open_store(&made_in(&home).await).await.unwrap();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let searching = store.clone();
    let endless = tokio::spawn(async move {
        searching
            .search(move |connection, _| {
                begun.send(()).unwrap();
                let sql = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n)
                           SELECT count(*) FROM n";
                Ok::<i64, StoreError>(connection.query_row(sql, [], |row| row.get(0))?)
            })
            .await
    });
    has_begun.await.unwrap();
    endless.abort();
    let next = store.search(|_, _| Ok::<_, StoreError>(7));
    let answer = tokio::time::timeout(Duration::from_secs(30), next).await;
    assert_eq!(answer.expect("the search before it goes on"), Ok(7));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let home = private_directory();
    let path = home.path().join("store.db");
    let text = "this is a letter, not a database. ".repeat(200);
    fs::write(&path, &text).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    let error = refusal(&path).await;
    assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}");
    assert!(error.cure().contains("backup"));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_failing_write_changes_nothing() {
    let home = private_directory();
    let store = open_store(&made_in(&home).await).await.unwrap();
    let error = store
        .write(|transaction| -> Result<(), StoreError> {
            transaction.execute(
                "INSERT INTO audit (at, kind, body, hash) VALUES (0, 'test', 'lost', x'00')",
                [],
            )?;
            Err(StoreError::Other("on second thoughts".into()))
        })
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "on second thoughts");
    assert_eq!(bodies(&store).await, ["first"]);
}

#[tokio::test]
async fn a_full_disk_is_told_as_such_and_loses_nothing() {
    let home = private_directory();
    let store = open_store(&made_in(&home).await).await.unwrap();
    let error = store
        .write(|transaction| -> Result<(), StoreError> {
            let pages: i64 = transaction.query_row("PRAGMA page_count", [], |row| row.get(0))?;
            let sql = format!("PRAGMA max_page_count = {}", pages + 2);
            transaction.query_row(&sql, [], |row| row.get::<_, i64>(0))?;
            for _ in 0..1000 {
                transaction.execute(
                    "INSERT INTO audit (at, kind, body, hash)
                     VALUES (0, 'test', hex(zeroblob(2000)), x'00')",
                    [],
                )?;
            }
            Ok(())
        })
        .await
        .unwrap_err();
    assert_eq!(error, StoreError::Full);
    assert!(error.cure().contains("Make room"));
    assert_eq!(bodies(&store).await, ["first"]);
}

#[tokio::test]
async fn the_audit_can_be_neither_changed_nor_cut() {
    let home = private_directory();
    let store = open_store(&made_in(&home).await).await.unwrap();
    for sql in ["UPDATE audit SET body = 'x'", "DELETE FROM audit"] {
        let error = store
            .write(move |transaction| Ok::<_, StoreError>(transaction.execute(sql, [])?))
            .await
            .unwrap_err();
        assert!(error.to_string().contains("only ever appended"), "{error}");
    }
    assert_eq!(bodies(&store).await, ["first"]);
}

#[tokio::test]
async fn two_consoles_make_one_store_at_the_same_moment() {
    for _ in 0..10 {
        let home = private_directory();
        let path = home.path().join("new").join("store.db");
        let (one, two) = tokio::join!(open_store(&path), open_store(&path));
        let (one, two) = (one.unwrap(), two.unwrap());
        let (first, second) = tokio::join!(append(&one, "a"), append(&two, "b"));
        first.unwrap();
        second.unwrap();
        assert_eq!(bodies(&one).await.len(), 2);
        assert_eq!(bodies(&two).await.len(), 2);
    }
}

#[tokio::test]
async fn the_log_is_folded_into_the_file_while_the_store_stays_open_and_with_others_on_it() {
    let directory = private_directory();
    let path = made_in(&directory).await;
    let log = path.with_extension("db-wal");
    let one = open_store(&path).await.unwrap();
    let other = open_store(&path).await.unwrap();
    append(&one, "second").await.unwrap();
    assert!(fs::metadata(&log).unwrap().len() > 0);

    one.fold_log().await;
    assert_eq!(fs::metadata(&log).unwrap().len(), 0);

    append(&one, "third").await.unwrap();
    append(&other, "fourth").await.unwrap();
    assert_eq!(bodies(&one).await, ["first", "second", "third", "fourth"]);
}

#[tokio::test]
async fn a_store_that_was_replaced_or_removed_while_it_was_open_is_written_no_more() {
    for replaced in [true, false] {
        for part in ["", "-wal"] {
            let home = private_directory();
            let path = made_in(&home).await;
            let store = open_store(&path).await.unwrap();
            append(&store, "second").await.unwrap();
            let file = PathBuf::from(format!("{}{part}", path.display()));
            let copy = home.path().join("copy");
            fs::copy(&file, &copy).unwrap();
            if replaced {
                fs::rename(&copy, &file).unwrap();
            } else {
                fs::remove_file(&file).unwrap();
            }
            let refused = append(&store, "lost").await.unwrap_err();
            assert!(matches!(&refused, StoreError::Replaced(_)), "{refused:?}");
            assert!(!bodies(&store).await.contains(&"lost".to_owned()));
        }
    }
}

#[tokio::test]
async fn a_store_that_is_replaced_in_the_middle_of_a_write_does_not_answer_that_it_was_done() {
    let home = private_directory();
    let path = made_in(&home).await;
    let store = open_store(&path).await.unwrap();
    let aside = home.path().join("aside");
    let written = store
        .write(move |transaction| {
            fs::rename(&path, &aside).unwrap();
            Ok::<_, StoreError>(transaction.execute(
                "INSERT INTO audit (at, kind, body, hash) VALUES (0, 'test', 'x', x'00')",
                [],
            )?)
        })
        .await;
    let Err(StoreError::Uncertain(why)) = written else {
        panic!("{written:?}");
    };
    assert!(why.contains("replaced or removed"), "{why}");
}

#[tokio::test]
async fn a_store_that_must_be_there_is_opened_only_when_something_was_ever_stored_in_it() {
    let home = private_directory();
    let path = home.path().join("store.db");
    let missing = Store::open_existing(&path, &SCHEMA).await.unwrap_err();
    assert_eq!(missing, StoreError::Missing(path.display().to_string()));
    fs::write(&path, "").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    let empty = Store::open_existing(&path, &SCHEMA).await.unwrap_err();
    assert!(matches!(empty, StoreError::Missing(_)), "{empty:?}");
    fs::remove_file(&path).unwrap();
    let path = made_in(&home).await;
    let store = Store::open_existing(&path, &SCHEMA).await.unwrap();
    assert_eq!(bodies(&store).await, ["first"]);
}
