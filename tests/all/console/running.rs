//! The loop itself, before a real desk on a real store, on a made-up terminal.

use std::{io, time::Duration};

use crossterm::event::Event;
use halligan::{
    audit::Kind,
    console::{
        RosterReader,
        app::Model,
        runtime::{CurrentSession, Runtime},
        screens::Site,
        theme::Look,
    },
    password::{profile::Profile, read_back::Alphabet},
};
use jiff::tz::TimeZone;
use ratatui::{Terminal, backend::TestBackend};
use tokio::sync::mpsc;

use crate::support::{
    pilot::key_event,
    station::{ADMIN, ADMIN_PASSWORD, Station, source},
};

/// Events that a test sends while the loop runs.
pub(super) struct Keys(mpsc::UnboundedReceiver<Event>);

impl futures_util::Stream for Keys {
    type Item = io::Result<Event>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|event| event.map(Ok))
    }
}

pub(super) struct Console {
    pub(super) keys: mpsc::UnboundedSender<Event>,
    pub(super) model: Model,
    pub(super) runtime: Runtime,
    pub(super) events: Keys,
}

fn console(station: &Station) -> Console {
    console_with(station, CurrentSession::new(source()))
}

pub(super) fn console_with(station: &Station, current: CurrentSession) -> Console {
    let site = Site {
        act_limit: None,
        asks_for_password: true,
        capabilities: station.desk.capabilities(),
        agency: station.desk.agency().to_owned(),
        profile: station.profile.clone(),
        profiles: station.profile.clone().into(),
        zone: TimeZone::UTC,
        alphabet: Alphabet::default(),
        shape: halligan::password::generate::Shape::default(),
        look: Look::new(
            halligan::console::ColourMode::None,
            halligan::console::Ground::Dark,
            true,
        ),
        brackets_paste: true,
        demo: None,
        verification: halligan::verification::Rules::default(),
        receipt_shows: halligan::console::ReceiptShows::default(),
    };
    let (keys, events) = mpsc::unbounded_channel();
    let roster = RosterReader::new(|_, _| Err("no roster here".into()));
    Console {
        keys,
        model: Model::new(site, false),
        runtime: Runtime::new(station.desk.clone(), current, roster),
        events: Keys(events),
    }
}

pub(super) fn text(keys: &mpsc::UnboundedSender<Event>, text: &str) {
    for c in text.chars() {
        let key = crossterm::event::KeyCode::Char(c);
        keys.send(Event::Key(key.into())).unwrap();
    }
}

pub(super) fn press(keys: &mpsc::UnboundedSender<Event>, key: &str) {
    keys.send(Event::Key(key_event(key))).unwrap();
}

/// A person needs a moment between the text and the Enter; without it they would be a paste.
pub(super) async fn breath() {
    tokio::time::sleep(Duration::from_millis(40)).await;
}

#[tokio::test]
async fn a_sign_in_a_search_and_a_quit_go_through_the_real_desk() {
    let station = Station::open(Profile::nist()).await;
    let Console {
        keys,
        mut model,
        runtime,
        events,
    } = console(&station);
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let script = async {
        text(&keys, ADMIN);
        press(&keys, "tab");
        text(&keys, ADMIN_PASSWORD);
        breath().await;
        press(&keys, "enter");
        until_recorded(&station, Kind::SignIn).await;
        // The menu may come a moment after the record: a key before it does nothing there.
        while !is_recorded(&station, Kind::SearchOpened).await {
            press(&keys, "u");
            breath().await;
        }
        // At the menu Escape does nothing: only what asks ends the program.
        press(&keys, "esc");
        press(&keys, "esc");
        press(&keys, "ctrl-c");
        press(&keys, "y");
    };
    let (ended, ()) = tokio::join!(runtime.run(&mut terminal, &mut model, events), script);
    ended.unwrap();
    assert!(model.is_over());
    // The sign-out is a write: the loop waited for it.
    station.last(Kind::SignOut).await;
}

async fn is_recorded(station: &Station, kind: Kind) -> bool {
    let records = station.records().await;
    records.iter().any(|record| record.event.kind == kind)
}

async fn until_recorded(station: &Station, kind: Kind) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    while !is_recorded(station, kind).await {
        assert!(
            tokio::time::Instant::now() < deadline,
            "{kind:?} was not recorded in time"
        );
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_end_of_the_terminal_ends_the_loop_with_an_error() {
    let station = Station::open(Profile::nist()).await;
    let Console {
        keys,
        mut model,
        runtime,
        events,
    } = console(&station);
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    drop(keys);
    let ended = runtime.run(&mut terminal, &mut model, events).await;
    assert_eq!(ended.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    assert!(!model.is_over());
}
