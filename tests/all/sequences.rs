//! Any keys, pastes, sizes and answers in any order: the console never panics, always draws, keeps
//! a screen, writes at most once at a time and shows no secret.

use std::time::Duration;

use crate::support::{
    pilot::{Pilot, Setting},
    world,
};
use crossterm::event::Event;
use halligan::{
    console::{app::Msg, effect::Reply},
    desk::DeskError,
    directory::DirectoryError,
    permission::Permission,
    receipt::{Proof, Receipt, StepOutcome},
};
use proptest::prelude::*;

/// Typed into password fields only.
const MARK: &str = "zQ7 hidden marker zQ7";

#[derive(Debug, Clone)]
enum Step {
    Key(&'static str),
    Text(String),
    Paste(String),
    /// The marker, if a password field has the focus.
    Secret,
    /// The answer to an open question: which one, and how.
    Answer(usize, How),
    /// An answer to a question that nobody asked or that is long forgotten.
    Stale,
    Wake(usize),
    Wait(u64),
    Draw(u16, u16),
}

#[derive(Debug, Clone)]
enum How {
    Well,
    Badly(u8),
    Partly,
}

const KEYS: [&str; 30] = [
    "enter",
    "enter",
    "enter",
    "esc",
    "ctrl-x",
    "tab",
    "backtab",
    "up",
    "down",
    "left",
    "right",
    "pageup",
    "pagedown",
    "home",
    "end",
    "backspace",
    "delete",
    "space",
    "y",
    "n",
    "u",
    "ctrl-o",
    "ctrl-k",
    "ctrl-d",
    "ctrl-l",
    "ctrl-z",
    "ctrl-u",
    "ctrl-w",
    "?",
    "q",
];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => prop::sample::select(&KEYS[..]).prop_map(Step::Key),
        2 => "[a-z0-9 ]{1,6}".prop_map(Step::Text),
        1 => any::<String>().prop_map(Step::Paste),
        2 => Just(Step::Secret),
        8 => (0..4_usize, how()).prop_map(|(which, how)| Step::Answer(which, how)),
        1 => Just(Step::Stale),
        2 => (0..6_usize).prop_map(Step::Wake),
        1 => (0..4_000_000_u64).prop_map(Step::Wait),
        1 => (0..130_u16, 0..50_u16).prop_map(|(width, height)| Step::Draw(width, height)),
    ]
}

fn how() -> impl Strategy<Value = How> {
    prop_oneof![
        6 => Just(How::Well),
        3 => (0..9_u8).prop_map(How::Badly),
        1 => Just(How::Partly),
    ]
}

fn refusal(which: u8) -> DeskError {
    match which {
        0 => DeskError::StepUp,
        1 => DeskError::SessionLocked,
        2 => DeskError::OwnChangeFirst,
        3 => DeskError::Lacks(Permission::UsersRead),
        4 => DeskError::Directory(DirectoryError::Conflict {
            by: None,
            at: None,
            what: "password reset".into(),
        }),
        5 => DeskError::Directory(DirectoryError::OutcomeUnknown("the line dropped".into())),
        6 => DeskError::Directory(DirectoryError::NotFound),
        7 => DeskError::Policy(Vec::new()),
        _ => DeskError::Directory(DirectoryError::Cancelled),
    }
}

fn in_password_field(pilot: &Pilot) -> bool {
    pilot.screen().lines().any(|line| {
        line.contains("› New password")
            || line.contains("› Old password")
            || line.contains("› New, again")
            || line.contains("› Password")
            || line.contains("› Your password")
            || line.contains("› Again")
    })
}

fn perform(pilot: &mut Pilot, step: Step) {
    match step {
        Step::Key(key) => pilot.press(key),
        Step::Text(text) => pilot.text(&text),
        Step::Paste(text) => pilot.paste(&text),
        Step::Secret if in_password_field(pilot) => pilot.text(MARK),
        Step::Secret => {}
        Step::Answer(which, how) => {
            if pilot.asked.is_empty() {
                return;
            }
            let index = which % pilot.asked.len();
            let (ticket, request) = pilot.asked.remove(index);
            let reply = match how {
                How::Well => world::answer(&request),
                How::Badly(which) => Reply::Failed(refusal(which)),
                How::Partly => Reply::Done(Receipt {
                    steps: vec![(
                        halligan::receipt::Step::Unlocked,
                        StepOutcome::Refused("no right".into()),
                    )],
                    proof: Proof::Accepted("the server does not tell".into()),
                    ..world::receipt(false)
                }),
            };
            pilot.reply(ticket, reply);
        }
        Step::Stale => {
            let ticket = halligan::console::effect::Tickets::default().mint();
            pilot.reply(ticket, Reply::Found(world::crowd(3, "stale")));
        }
        Step::Wake(which) => {
            if pilot.sleeping.is_empty() {
                return;
            }
            let index = which % pilot.sleeping.len();
            let (at, ticket) = pilot.sleeping.remove(index);
            pilot.clock = pilot.clock.max(at);
            pilot.feed(Msg::Wake(ticket, pilot.clock));
        }
        Step::Wait(millis) => pilot.wait(Duration::from_millis(millis)),
        Step::Draw(width, height) => {
            pilot.feed(Msg::Term(pilot.clock, Event::Resize(width, height)));
            let _ = pilot.screen_at(width, height);
        }
    }
}

/// Writes of a form; locking and signing out go beside them.
fn open_writes(pilot: &Pilot) -> usize {
    pilot
        .open()
        .iter()
        .filter(|name| ["Reset", "Unlock", "ChangeOwn", "Create", "SetUp"].contains(&name.as_str()))
        .count()
}

fn holds(pilot: &Pilot) -> Result<(), TestCaseError> {
    prop_assert!(pilot.model.depth() > 0);
    prop_assert!(open_writes(pilot) <= 1, "{:?}", pilot.open());
    let printed = format!("{:?}", pilot.model);
    prop_assert!(!printed.contains("zQ7"), "a secret is in Debug");
    for (width, height) in [(80, 24), (40, 12)] {
        let screen = pilot.screen_at(width, height);
        prop_assert!(
            !screen.contains("zQ7"),
            "a secret is on the screen:\n{screen}"
        );
        prop_assert!(
            !screen.chars().any(|c| c.is_control() && c != '\n'),
            "a control character is on the screen"
        );
    }
    Ok(())
}

fn run(mut pilot: Pilot, steps: Vec<Step>) -> Result<(), TestCaseError> {
    pilot.answers_at_once = false;
    for step in steps {
        perform(&mut pilot, step);
        holds(&pilot)?;
        if pilot.model.is_over() {
            break;
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn anything_from_the_sign_in_on(steps in prop::collection::vec(step(), 1..60)) {
        run(Pilot::new(Setting::default()), steps)?;
    }

    #[test]
    fn anything_from_the_menu_on(steps in prop::collection::vec(step(), 1..60)) {
        run(Pilot::at_menu(), steps)?;
    }

    #[test]
    fn anything_from_the_password_form_on(steps in prop::collection::vec(step(), 1..60)) {
        run(Pilot::editing("vasquez"), steps)?;
    }

    #[test]
    fn anything_from_the_first_start_on(steps in prop::collection::vec(step(), 1..40)) {
        let setting = Setting { first_run: true, ..Setting::default() };
        run(Pilot::new(setting), steps)?;
    }
}
