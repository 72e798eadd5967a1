//! Who is calling: when the console asks, what it takes for an answer, and that what was typed stays.

use halligan::{
    console::effect::{Reply, Request},
    desk::{CallerSight, DeskError},
    verification::{Method, Rules, Strictness, Suspicion, Unverified},
};

use crate::support::{
    pilot::{Pilot, Setting},
    world,
};

const NEW_PASSWORD: &str = "velvet-anchor-tulip-39";

/// A site that wants to know who is calling before a reset.
pub(super) fn strict() -> Setting {
    Setting {
        verification: Rules {
            reset: Strictness::Required,
            ..Rules::default()
        },
        ..Setting::default()
    }
}

/// The form of who is calling.
pub(super) fn asking(setting: Setting) -> Pilot {
    let mut pilot = Pilot::editing_with(setting, "vasquez");
    pilot.press("ctrl-p");
    pilot
}

fn not_yet() -> Reply {
    Reply::Failed(DeskError::VerifyCaller(Unverified::NotYet))
}

#[test]
fn a_site_that_asks_for_nothing_has_no_such_screen() {
    let pilot = asking(Setting::default());
    pilot.sees("This site does not ask who is calling.");
    pilot.does_not_see("Supervisor");
}

#[test]
fn a_save_that_wants_to_know_who_is_calling_opens_the_form_and_keeps_what_was_typed() {
    let mut pilot = Pilot::editing_with(strict(), "vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_with(not_yet());
    pilot.sees("There is no phone number on record.");
    pilot.does_not_see("Called back");
    pilot.press("space");
    for _ in 0..5 {
        pilot.press("tab");
    }
    pilot.text("INC-4711");
    pilot.press("enter");
    let (_, Request::CallerVerified(order)) = &pilot.asked[0] else {
        panic!("{:?}", pilot.open());
    };
    assert_eq!(order.methods, [Method::InPerson]);
    assert_eq!(order.ticket, "INC-4711");
    assert!(order.voucher.is_none());
    pilot.answer_next();
    pilot.sees("recorded who is calling");
    // The user is read again, with what the desk knows now; the password is still there.
    assert_eq!(pilot.open(), ["OpenUser"]);
    pilot.answer_next();
    pilot.answers_at_once = true;
    pilot.press("enter");
    assert_eq!(pilot.count("Reset"), 2);
}

#[test]
fn nothing_is_sent_before_a_method_a_supervisors_password_and_a_ticket_are_there() {
    let mut pilot = asking(strict());
    pilot.press("enter");
    pilot.sees("Turn on what was done, or name who vouches.");
    for _ in 0..3 {
        pilot.press("tab");
    }
    pilot.text("E9");
    pilot.press("enter");
    pilot.sees("The supervisor types the own password here.");
    pilot.text("granite-willow-pepper-12");
    pilot.does_not_see("granite");
    pilot.press("enter");
    pilot.sees("A ticket or incident number.");
    assert_eq!(pilot.count("CallerVerified"), 0);
    pilot.text("26-1123");
    pilot.answers_at_once = false;
    pilot.press("enter");
    let (_, Request::CallerVerified(order)) = &pilot.asked[0] else {
        panic!("{:?}", pilot.open());
    };
    assert_eq!(order.methods, [Method::Supervisor]);
    let (login, password) = order.voucher.as_ref().unwrap();
    assert_eq!(
        (login.as_str(), password.expose()),
        ("E9", "granite-willow-pepper-12")
    );
}

#[test]
fn a_refusal_is_told_and_the_supervisors_password_is_typed_anew() {
    let mut pilot = asking(strict());
    for _ in 0..3 {
        pilot.press("tab");
    }
    pilot.text("E9");
    pilot.press("tab");
    pilot.text("granite-willow-pepper-12");
    pilot.press("tab");
    pilot.text("26-1123");
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_with(Reply::Failed(DeskError::Verification(
        "the supervisor does not hold Users - Update".into(),
    )));
    pilot.sees("The supervisor does not hold Users - Update. Nothing was changed.");
    pilot.press("enter");
    pilot.sees("The supervisor types the own password here.");
}

#[test]
fn a_caller_is_turned_away_only_after_a_question_and_the_record_says_so() {
    let mut pilot = asking(strict());
    pilot.press("space");
    pilot.press("ctrl-t");
    pilot.sees("Turn this caller away?");
    pilot.press("n");
    assert_eq!(pilot.count("CallerRefused"), 0);
    pilot.press("ctrl-t");
    pilot.answers_at_once = false;
    pilot.press("y");
    let (_, Request::CallerRefused(_, methods, _)) = &pilot.asked[0] else {
        panic!("{:?}", pilot.open());
    };
    assert_eq!(methods, &[Method::InPerson]);
    pilot.answer_next();
    pilot.sees("was turned away: recorded.");
}

#[test]
fn only_what_counts_at_the_site_is_offered() {
    let mut setting = strict();
    setting.verification.methods = vec![Method::InPerson];
    setting.verification.ticket_required = false;
    let mut pilot = asking(setting);
    for other in [
        "Called back",
        "On video",
        "On the radio",
        "Supervisor",
        "Their password",
    ] {
        pilot.does_not_see(other);
    }
    pilot.press("space");
    pilot.press("enter");
    assert_eq!(pilot.count("CallerVerified"), 1);
}

#[test]
fn what_is_known_of_callers_stands_in_the_record() {
    let sight = CallerSight {
        strictness: Strictness::Required,
        verified: None,
        suspicion: Some(Suspicion::RefusedCaller),
        refused_in_the_last_hour: 2,
    };
    let lines = sight.lines(&jiff::tz::TimeZone::UTC);
    assert_eq!(lines[0], "2 refused callers in the last hour.");
    assert!(
        lines[1].contains("a caller for this account was refused lately"),
        "{lines:?}"
    );
    let mut pilot = Pilot::at_menu_of(strict());
    pilot.text("vasquez");
    pilot.answers_at_once = false;
    pilot.press("enter");
    let Reply::Opened(mut opened) = world::answer(&pilot.asked[0].1) else {
        panic!("{:?}", pilot.open());
    };
    opened.beforehand.callers = sight;
    pilot.answer_named("OpenUser", Reply::Opened(opened));
    pilot.sees("2 refused callers in the last hour.");
    pilot.sees("a supervisor or the person with a badge");
}
