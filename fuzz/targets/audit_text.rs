//! Any text in the place of a record: an event goes through chain and exports as it is, a text that
//! was put into the chain is found, and no cell of the CSV is a formula.

use halligan::audit::{
    Event, Format, Record,
    chain::{append, verify},
    export,
};
use jiff::Timestamp;
use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};

const TABLE: &str = "CREATE TABLE audit (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, \
     kind TEXT NOT NULL, target TEXT, intent INTEGER, body TEXT NOT NULL, hash BLOB NOT NULL); \
     CREATE INDEX audit_by_intent ON audit (intent) WHERE intent IS NOT NULL";

const FIRST: &str = r#"{"kind":"sign-in","outcome":"done","source":"tty /dev/pts/1",
    "directory":"local store","profile":"cjis"}"#;

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(event) = serde_json::from_str::<Event>(text) {
        goes_through(&event);
    }
    is_found(text);
}

fn goes_through(event: &Event) {
    let written = serde_json::to_string(event).expect("an event can be written");
    let read: Event = serde_json::from_str(&written).expect("and read");
    assert_eq!(read, *event);

    let mut connection = chain();
    if !add(&mut connection, event) {
        return;
    }
    let verified = verify(&connection, None).expect("the chain can be read");
    assert_eq!((verified.records, verified.first_bad), (2, None));

    let (count, lines) =
        export::write_to(&connection, Vec::new(), Format::JsonLines, &"memory").expect("JSON");
    assert_eq!(count, 2);
    let last = lines
        .split(|byte| *byte == b'\n')
        .nth(1)
        .expect("two lines");
    let record: Record = serde_json::from_slice(last).expect("a line is a record");
    assert_eq!(record.event, *event);

    let (_, rows) = export::write_to(&connection, Vec::new(), Format::Csv, &"memory").expect("CSV");
    let rows: Vec<_> = csv::Reader::from_reader(rows.as_slice())
        .into_records()
        .collect::<Result<_, _>>()
        .expect("the CSV can be read");
    assert_eq!(rows.len(), 2);
    for cell in rows.iter().flatten() {
        assert!(!cell.contains(char::is_control), "{cell:?}");
        assert!(
            !cell.trim_start().starts_with(['=', '+', '-', '@']),
            "{cell:?}"
        );
    }
}

/// Puts `text` in the place of the second record, first as it is and then with a hash that fits.
fn is_found(text: &str) {
    let mut connection = chain();
    let first: Event = serde_json::from_str(FIRST).expect("an event");
    assert!(add(&mut connection, &first));
    let previous: Vec<u8> = connection
        .query_row("SELECT hash FROM audit WHERE seq = 1", [], |row| row.get(0))
        .expect("the first hash");
    let fits = Sha256::new().chain_update(&previous).chain_update(text);
    connection
        .execute("UPDATE audit SET body = ?1 WHERE seq = 2", params![text])
        .expect("the text is put in");
    let verified = verify(&connection, None).expect("the chain can be read");
    assert_eq!(verified.first_bad.map(|(sequence, _)| sequence), Some(2));

    connection
        .execute(
            "UPDATE audit SET hash = ?1 WHERE seq = 2",
            params![fits.finalize().as_slice()],
        )
        .expect("the hash is put in");
    let verified = verify(&connection, None).expect("the chain can be read");
    // Only a text that says what the columns say can pass for the record.
    if verified.first_bad.is_none() {
        let record: serde_json::Value = serde_json::from_str(text).expect("it was read");
        assert_eq!(
            (&record["sequence"], &record["kind"]),
            (&2.into(), &"sign-in".into())
        );
    }
}

fn chain() -> Connection {
    let mut connection = Connection::open_in_memory().expect("a store in memory");
    connection.execute_batch(TABLE).expect("the table");
    let open_intents = include_str!("../../src/audit/schema/2-open-intents.sql");
    connection
        .execute_batch(open_intents)
        .expect("the open intents");
    let first: Event = serde_json::from_str(FIRST).expect("an event");
    assert!(add(&mut connection, &first));
    connection
}

/// False when SQLite cannot hold it: an intent's number beyond its largest.
fn add(connection: &mut Connection, event: &Event) -> bool {
    let at = Timestamp::from_second(1_790_000_000).expect("a time");
    let transaction = connection.transaction().expect("a transaction");
    let added = append(&transaction, event, at).is_ok();
    transaction.commit().expect("a commit");
    added
}
