use super::*;
use crate::server::tests::Api;

const QUESTION: [u8; 16] = [7; 16];

fn place() -> RowPlace {
    let place = serde_json::json!({ "key": { "Number": 7 }, "row": 7 });
    serde_json::from_value(place).unwrap()
}

fn later(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

#[tokio::test]
async fn a_cursor_is_good_for_its_time_and_no_longer() {
    let api = Api::open().await;
    let state = &api.state;
    let text = sealed(state, &place(), &QUESTION, later(0)).unwrap();
    let opened_at = |seconds| opened(state, &text, &QUESTION, later(seconds));
    let kind = |answer: Result<RowPlace, ErrorResponse>| answer.unwrap_err().error.scim_type;
    opened_at(0).unwrap();
    opened_at(CURSOR_SECONDS).unwrap();
    let expired = kind(opened_at(CURSOR_SECONDS + 1));
    assert!(matches!(expired, Some(ScimType::ExpiredCursor)));
}

#[tokio::test]
async fn a_cursor_of_another_question_or_server_or_one_that_was_changed_is_refused() {
    let api = Api::open().await;
    let state = &api.state;
    let text = sealed(state, &place(), &QUESTION, later(0)).unwrap();
    let refused = |state: &Shared, text: &str, question: &[u8; 16]| {
        let failure = opened(state, text, question, later(0)).unwrap_err();
        matches!(failure.error.scim_type, Some(ScimType::InvalidCursor))
    };
    assert!(refused(state, &text, &[8; 16]));
    let other = Api::open().await;
    assert!(refused(&other.state, &text, &QUESTION));
    let mut bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
    for index in 0..bytes.len() {
        bytes[index] ^= 1;
        assert!(refused(state, &URL_SAFE_NO_PAD.encode(&bytes), &QUESTION));
        bytes[index] ^= 1;
    }
    for text in ["", "!", "AAAA"] {
        assert!(refused(state, text, &QUESTION), "{text:?}");
    }
}
