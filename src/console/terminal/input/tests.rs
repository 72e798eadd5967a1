//! Whether the rest of a sequence is waited for. No clock is needed: one wait is longer than any
//! test, the other is over at once.

use crossterm::event::{KeyCode, KeyEvent};
use futures_util::{FutureExt as _, StreamExt as _};

use super::*;

/// What is heard of pieces that come one after the other.
async fn heard(wait: Duration, pieces: &[&str]) -> Vec<KeyCode> {
    let (sender, bytes) = mpsc::channel(WAITING);
    let resized = signal(SignalKind::window_change()).unwrap();
    let mut input = Input::of(bytes, resized, wait, Box::new(|_| ()));
    let mut heard = Vec::new();
    for piece in pieces {
        sender
            .try_send(Zeroizing::new(piece.as_bytes().to_vec()))
            .unwrap();
        // A sleep of no time is over when the runtime has looked at its clock.
        for _ in 0..100 {
            while let Some(Some(Ok(event))) = input.next().now_or_never() {
                if let Event::Key(KeyEvent { code, .. }) = event {
                    heard.push(code);
                }
            }
            sleep(Duration::ZERO).await;
        }
    }
    heard
}

#[tokio::test]
async fn an_arrow_that_the_line_tears_apart_is_an_arrow_while_its_rest_is_waited_for() {
    let torn = ["\u{1b}", "[B"];
    let long = Duration::from_hours(1);
    assert_eq!(heard(long, &torn).await, [KeyCode::Down]);
    assert_eq!(
        heard(long, &["\u{1b}]11;rgb:0/0", "/0\u{7}", "x"]).await,
        [KeyCode::Char('x')]
    );
}

#[tokio::test]
async fn an_answer_that_comes_late_and_in_pieces_is_told_and_never_typed() {
    let (sender, bytes) = mpsc::channel(WAITING);
    let resized = signal(SignalKind::window_change()).unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let tell = Box::new(move |ground| tell.send(ground).unwrap());
    let mut input = Input::of(bytes, resized, Duration::ZERO, tell);
    for piece in ["x", "\u{1b}]11;r", "gb:ffff/", "ffff/ffff\u{1b}\\", "y"] {
        sender
            .try_send(Zeroizing::new(piece.as_bytes().to_vec()))
            .unwrap();
        for _ in 0..100 {
            while let Some(Some(Ok(event))) = input.next().now_or_never() {
                assert!(
                    matches!(event, Event::Key(key) if "xy".contains(&key.code.to_string())),
                    "{event:?}"
                );
            }
            sleep(Duration::ZERO).await;
        }
    }
    assert_eq!(told.try_recv(), Ok(Ground::Light));
    assert!(told.try_recv().is_err(), "once");
}

#[tokio::test]
async fn an_escape_byte_that_nothing_follows_in_time_is_the_escape_key() {
    assert_eq!(heard(Duration::ZERO, &["\u{1b}"]).await, [KeyCode::Esc]);
    assert_eq!(
        heard(Duration::ZERO, &["\u{1b}", "[B"]).await,
        [KeyCode::Esc, KeyCode::Char('['), KeyCode::Char('B')]
    );
}
