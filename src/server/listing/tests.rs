use std::sync::Arc;

use super::*;

const QUESTION: [u8; 16] = [7; 16];

#[derive(Debug)]
struct Sealing {
    shared: Shared,
    _folder: tempfile::TempDir,
}

/// A server's state; the key of its cursors is drawn anew for each.
async fn sealing() -> Sealing {
    use crate::{
        audit::AuditLog,
        config::open_store,
        desk::{Desk, api::Tokens},
        directory::local::LocalDirectory,
        password::profile::Profile,
        server::Limits,
    };
    let folder = tempfile::tempdir().unwrap();
    let store = open_store(&folder.path().join("store/halligan.db"))
        .await
        .unwrap();
    let profile = Arc::new(Profile::nist());
    let local = LocalDirectory::new(store.clone(), Arc::clone(&profile));
    let desk = Desk::new(Arc::new(local), AuditLog::new(store), profile, "");
    let tokens = Tokens::new(desk.clone());
    let (writes, _) = tokio::sync::mpsc::channel(1);
    Sealing {
        shared: Shared::new(desk, tokens, Limits::default(), None, "http", writes),
        _folder: folder,
    }
}

fn place() -> RowPlace {
    let place = serde_json::json!({ "key": { "Number": 7 }, "row": 7 });
    serde_json::from_value(place).unwrap()
}

fn later(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

#[tokio::test]
async fn a_cursor_is_good_for_its_time_and_no_longer() {
    let state = sealing().await.shared;
    let text = sealed(&state, &place(), &QUESTION, later(0)).unwrap();
    let opened_at = |seconds| opened(&state, &text, &QUESTION, later(seconds));
    let kind = |answer: Result<Place, Failure>| answer.unwrap_err().error.scim_type;
    opened_at(0).unwrap();
    opened_at(CURSOR_SECONDS).unwrap();
    let expired = kind(opened_at(CURSOR_SECONDS + 1));
    assert!(matches!(expired, Some(ScimType::ExpiredCursor)));
}

#[tokio::test]
async fn a_cursor_of_another_question_or_server_or_one_that_was_changed_is_refused() {
    let state = sealing().await.shared;
    let text = sealed(&state, &place(), &QUESTION, later(0)).unwrap();
    let refused = |state: &Shared, text: &str, question: &[u8; 16]| {
        let failure = opened(state, text, question, later(0)).unwrap_err();
        matches!(failure.error.scim_type, Some(ScimType::InvalidCursor))
    };
    assert!(refused(&state, &text, &[8; 16]));
    let other = sealing().await.shared;
    assert!(refused(&other, &text, &QUESTION));
    let mut bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
    for index in 0..bytes.len() {
        bytes[index] ^= 1;
        assert!(refused(&state, &URL_SAFE_NO_PAD.encode(&bytes), &QUESTION));
        bytes[index] ^= 1;
    }
    for text in ["", "!", "AAAA"] {
        assert!(refused(&state, text, &QUESTION), "{text:?}");
    }
}
