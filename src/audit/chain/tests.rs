use proptest::prelude::*;

use super::*;
use crate::{
    audit::{Actor, Kind, Target, schema},
    operator::SignInRefusal,
    store::Schema,
    user::UserId,
};

/// A chain that can be tampered with, as whoever can write the file can.
fn empty_chain() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    Schema(&[&[schema::TABLES, schema::OPEN_INTENTS]])
        .bring_up_to_date(&mut connection)
        .unwrap();
    connection
        .execute_batch("DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_removed;")
        .unwrap();
    connection
}

fn event(kind: Kind, outcome: Outcome, intent: Option<u64>) -> Event {
    Event {
        kind,
        outcome,
        operator: Some(Actor {
            id: UserId("1".into()),
            login: "E1".into(),
            name: "Ann Okafor".into(),
        }),
        target: Some(Target {
            id: UserId("7".into()),
            login: "E7".into(),
            name: "José Núñez".into(),
            version: None,
        }),
        source: "tty /dev/pts/1".into(),
        directory: "local store".into(),
        profile: "cjis".into(),
        reason: Some("incident 26-1123".into()),
        intent,
        steps: Vec::new(),
        proof: None,
        detail: None,
        caller: None,
        contact_changed: false,
    }
}

fn chain_of(events: &[Event]) -> Connection {
    let mut connection = empty_chain();
    append_all(&mut connection, events);
    connection
}

fn append_all(connection: &mut Connection, events: &[Event]) {
    for (n, event) in events.iter().enumerate() {
        let transaction = connection.transaction().unwrap();
        let at = Timestamp::from_millisecond(1_790_000_000_000 + i64::try_from(n).unwrap() * 17)
            .unwrap();
        append(&transaction, event, at).unwrap();
        transaction.commit().unwrap();
    }
}

fn five() -> Connection {
    chain_of(&[
        event(Kind::SignIn, Outcome::Done, None),
        event(Kind::PasswordReset, Outcome::Intent, None),
        event(Kind::PasswordReset, Outcome::Done, Some(2)),
        event(Kind::Unlock, Outcome::Intent, None),
        event(
            Kind::SignIn,
            Outcome::SignInRefused(SignInRefusal::WrongPassword),
            None,
        ),
    ])
}

fn first_bad(connection: &Connection) -> Option<u64> {
    verify(connection, None)
        .unwrap()
        .first_bad
        .map(|(sequence, _)| sequence)
}

#[test]
fn an_untouched_chain_verifies_and_names_the_intent_that_was_never_concluded() {
    let verified = verify(&five(), None).unwrap();
    assert_eq!(verified.records, 5);
    assert_eq!(verified.first_bad, None);
    assert_eq!(verified.open_intents, [4]);
}

#[test]
fn an_edited_text_is_found_at_its_record() {
    let connection = five();
    connection
        .execute(
            "UPDATE audit SET body = replace(body, 'Okafor', 'Oakley') WHERE seq = 3",
            [],
        )
        .unwrap();
    assert_eq!(first_bad(&connection), Some(3));
}

#[test]
fn an_edited_column_is_found_though_the_chained_text_is_whole() {
    for edit in [
        "at = at + 1",
        "kind = 'unlock'",
        "target = '8'",
        "intent = NULL",
    ] {
        let connection = five();
        connection
            .execute(&format!("UPDATE audit SET {edit} WHERE seq = 3"), [])
            .unwrap();
        assert_eq!(first_bad(&connection), Some(3), "{edit}");
    }
}

#[test]
fn a_deleted_record_is_named_by_the_number_that_is_missing() {
    let connection = five();
    connection
        .execute("DELETE FROM audit WHERE seq = 2", [])
        .unwrap();
    let (sequence, why) = verify(&connection, None).unwrap().first_bad.unwrap();
    assert_eq!(sequence, 2);
    assert!(why.contains("record 2 is missing"), "{why}");
}

#[test]
fn swapped_records_are_found_at_the_first_of_them() {
    let connection = five();
    connection
        .execute_batch(
            "UPDATE audit SET seq = 99 WHERE seq = 2;
             UPDATE audit SET seq = 2 WHERE seq = 3;
             UPDATE audit SET seq = 3 WHERE seq = 99;",
        )
        .unwrap();
    assert_eq!(first_bad(&connection), Some(2));
}

#[test]
fn a_cut_off_tail_is_found_only_with_an_anchor() {
    let connection = five();
    let (sequence, hash) = head(&connection).unwrap();
    let anchor = (sequence, hex(&hash));
    assert_eq!(verify(&connection, Some(&anchor)).unwrap().first_bad, None);
    connection
        .execute("DELETE FROM audit WHERE seq >= 4", [])
        .unwrap();
    // The list of open intents tells, but whoever can cut the one can cut the other.
    assert_eq!(first_bad(&connection), Some(4));
    connection
        .execute("DELETE FROM open_intents WHERE seq >= 4", [])
        .unwrap();
    assert_eq!(first_bad(&connection), None);
    let verified = verify(&connection, Some(&anchor)).unwrap();
    assert_eq!(verified.first_bad.unwrap().0, 5);
}

#[test]
fn a_lost_answer_leaves_its_intent_open_until_it_is_settled() {
    let mut events = vec![
        event(Kind::PasswordReset, Outcome::Intent, None),
        event(Kind::PasswordReset, Outcome::Unknown("cut".into()), Some(1)),
    ];
    assert_eq!(open_intents(&chain_of(&events)).unwrap(), [1]);
    events.push(event(Kind::Settled, Outcome::Done, Some(1)));
    assert!(open_intents(&chain_of(&events)).unwrap().is_empty());
}

#[test]
fn an_older_store_gets_the_list_of_its_open_intents() {
    let mut connection = Connection::open_in_memory().unwrap();
    Schema(&[&[schema::TABLES]])
        .bring_up_to_date(&mut connection)
        .unwrap();
    let events = [
        event(Kind::PasswordReset, Outcome::Intent, None),
        event(Kind::Unlock, Outcome::Intent, None),
        event(Kind::PasswordReset, Outcome::Unknown("cut".into()), Some(1)),
        event(Kind::Unlock, Outcome::Done, Some(2)),
        event(Kind::Unlock, Outcome::Intent, None),
    ];
    append_all(&mut connection, &events);
    Schema(&[&[schema::TABLES], &[schema::OPEN_INTENTS]])
        .bring_up_to_date(&mut connection)
        .unwrap();
    assert_eq!(open_intents(&connection).unwrap(), [1, 5]);
    assert_eq!(verify(&connection, None).unwrap().first_bad, None);
}

#[test]
fn an_intent_hidden_from_or_added_to_the_list_is_found() {
    for (edit, bad) in [
        ("DELETE FROM open_intents WHERE seq = 4", 4),
        ("INSERT INTO open_intents (seq) VALUES (2)", 2),
    ] {
        let connection = five();
        connection.execute_batch(edit).unwrap();
        let verified = verify(&connection, None).unwrap();
        assert_eq!(verified.first_bad.unwrap().0, bad, "{edit}");
        assert_eq!(verified.open_intents, [4], "the chain is what counts");
    }
}

#[test]
fn an_outcome_that_comes_twice_closes_its_intent_once() {
    let events = [
        event(Kind::PasswordReset, Outcome::Intent, None),
        event(Kind::Settled, Outcome::Done, Some(1)),
        event(Kind::Settled, Outcome::Done, Some(1)),
    ];
    let verified = verify(&chain_of(&events), None).unwrap();
    assert_eq!(verified.first_bad, None);
    assert!(verified.open_intents.is_empty());
}

#[test]
fn a_record_reads_back_as_it_was_written() {
    let connection = five();
    let stored: Stored = connection
        .query_row(
            &format!("SELECT {COLUMNS} FROM audit WHERE seq = 3"),
            [],
            Stored::read,
        )
        .unwrap();
    let record = stored.record();
    assert_eq!(
        record.event,
        event(Kind::PasswordReset, Outcome::Done, Some(2))
    );
    assert_eq!(record.sequence, 3);
}

#[test]
fn a_link_is_the_sha_256_of_the_hash_before_and_the_text() {
    assert_eq!(
        hex(&link(&GENESIS, "abc")),
        "365aa7d8f7f9402c4b9434502b4cc89ddb09fe50d7cd95b493b834c62d5a5370"
    );
    assert_eq!(hex(&[0x00, 0x0f, 0xa0]), "000fa0");
    let at = Timestamp::from_millisecond(1_790_000_000_007).unwrap();
    assert_eq!(instant(at), "2026-09-21T14:13:20.007Z");
}

#[test]
fn the_head_is_what_verifying_ends_with_and_nothing_before_the_first_record() {
    let empty = chain_of(&[]);
    assert_eq!(head(&empty).unwrap(), (0, GENESIS));
    assert_eq!(verify(&empty, None).unwrap().head, hex(&GENESIS));
    let connection = five();
    let (sequence, hash) = head(&connection).unwrap();
    assert_eq!(sequence, 5);
    assert_eq!(verify(&connection, None).unwrap().head, hex(&hash));
}

#[test]
fn where_time_runs_backwards_is_told_and_is_no_fault() {
    let mut connection = empty_chain();
    let transaction = connection.transaction().unwrap();
    for second in [1000, 2000, 1940, 1200, 1300, 1239, 900] {
        let at = Timestamp::from_second(second).unwrap();
        append(&transaction, &event(Kind::SignIn, Outcome::Done, None), at).unwrap();
    }
    transaction.commit().unwrap();
    let verified = verify(&connection, None).unwrap();
    assert_eq!(verified.first_bad, None);
    // 60 seconds and 61 seconds back; only more than a minute tells of a clock.
    assert_eq!(verified.backwards, [4, 6, 7]);
}

#[test]
fn an_anchor_holds_only_at_its_own_number() {
    let connection = five();
    let (_, hash) = head(&connection).unwrap();
    for anchor in [(4, hex(&hash)), (5, hex(&GENESIS)), (6, hex(&hash))] {
        let verified = verify(&connection, Some(&anchor)).unwrap();
        assert_eq!(verified.first_bad.unwrap().0, anchor.0);
    }
}

#[test]
fn an_append_returns_the_record_as_it_can_be_listed() {
    let mut connection = chain_of(&[]);
    let transaction = connection.transaction().unwrap();
    let at = Timestamp::from_microsecond(1_790_000_000_007_900).unwrap();
    let wanted = event(Kind::Unlock, Outcome::Intent, None);
    let record = append(&transaction, &wanted, at).unwrap();
    let stored: Stored = transaction
        .query_row(&format!("SELECT {COLUMNS} FROM audit"), [], Stored::read)
        .unwrap();
    assert_eq!(stored.record(), record);
    assert_eq!(record.at.as_microsecond(), 1_790_000_000_007_000);
    assert_eq!((record.sequence, record.event), (1, wanted));
    assert_eq!(record.hash, hex(&head(&transaction).unwrap().1));
}

/// Whoever can write the file: changes the text of a record and chains all that follow anew.
fn forge(connection: &Connection, sequence: u64, change: impl Fn(&str) -> String) {
    let mut previous = GENESIS;
    for number in 1..=5 {
        let body: String = connection
            .query_row("SELECT body FROM audit WHERE seq = ?1", [number], |row| {
                row.get(0)
            })
            .unwrap();
        let body = if number == sequence {
            change(&body)
        } else {
            body
        };
        previous = link(&previous, &body);
        connection
            .execute(
                "UPDATE audit SET body = ?2, hash = ?3 WHERE seq = ?1",
                params![number, body, previous.as_slice()],
            )
            .unwrap();
    }
}

#[test]
fn a_text_that_was_chained_anew_must_still_say_what_the_columns_say() {
    for (part, other) in [
        ("\"sequence\":3", "\"sequence\":4"),
        (".034Z", ".035Z"),
        ("password-reset", "unlock"),
        ("\"id\":\"7\"", "\"id\":\"8\""),
        ("\"intent\":2", "\"intent\":1"),
    ] {
        let connection = five();
        forge(&connection, 3, |body| {
            assert!(body.contains(part), "{body}");
            body.replace(part, other)
        });
        let (sequence, why) = verify(&connection, None).unwrap().first_bad.unwrap();
        assert_eq!(sequence, 3, "{part}");
        assert!(why.contains("columns differ"), "{part}: {why}");
    }
    let connection = five();
    forge(&connection, 3, |_| "no record".into());
    let (sequence, why) = verify(&connection, None).unwrap().first_bad.unwrap();
    assert_eq!(sequence, 3);
    assert!(why.contains("cannot be read"), "{why}");
    let connection = five();
    forge(&connection, 3, str::to_owned);
    assert_eq!(first_bad(&connection), None, "nothing was changed");
}

#[test]
fn only_the_first_fault_is_told_and_every_record_is_counted() {
    let connection = five();
    connection
        .execute("UPDATE audit SET kind = 'unlock' WHERE seq IN (2, 4)", [])
        .unwrap();
    let verified = verify(&connection, None).unwrap();
    assert_eq!(verified.first_bad.unwrap().0, 2);
    assert_eq!(verified.records, 5);
}

#[test]
fn a_refusal_closes_the_intent_that_it_belongs_to() {
    let events = [
        event(Kind::PasswordReset, Outcome::Intent, None),
        event(Kind::Unlock, Outcome::Intent, None),
        event(Kind::PasswordReset, Outcome::Failed("no".into()), Some(1)),
    ];
    assert_eq!(open_intents(&chain_of(&events)).unwrap(), [2]);
}

proptest! {
    #[test]
    fn any_changed_byte_of_any_text_is_noticed(
        record in 1_u64..=5,
        place in any::<prop::sample::Index>(),
        flip in 1_u8..=255,
    ) {
        let connection = five();
        let body: String = connection
            .query_row("SELECT body FROM audit WHERE seq = ?1", [record], |row| row.get(0))
            .unwrap();
        let mut bytes = body.into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        let altered = String::from_utf8_lossy(&bytes).into_owned();
        connection
            .execute("UPDATE audit SET body = ?2 WHERE seq = ?1", params![record, altered])
            .unwrap();
        prop_assert_eq!(first_bad(&connection), Some(record));
    }
}
