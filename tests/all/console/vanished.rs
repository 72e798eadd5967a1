//! An answer that comes when the screen that asked has gone: what was done or not is told all the
//! same, and what was only read is not.

use std::time::Duration;

use halligan::{
    console::effect::Reply,
    receipt::{Proof, Receipt},
};

use crate::support::{
    pilot::Pilot,
    world::{self, NEW_PASSWORD},
};

/// Signed out by way of the lock while the save is under way.
fn gone() -> Pilot {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    assert_eq!(pilot.open(), ["Reset"]);
    pilot.press("esc");
    pilot.sees("please wait for the answer");
    pilot.press("ctrl-d");
    pilot.press("esc");
    pilot.press("y");
    pilot.does_not_see("Maria Vasquez");
    pilot
}

#[test]
fn a_save_that_failed_is_told_in_red_until_it_is_read() {
    let mut pilot = gone();
    pilot.answer_named("Reset", world::unreachable());
    pilot.sees("Not done:");
    pilot.sees("does not answer");
    pilot.wait(Duration::from_mins(5));
    pilot.sees("does not answer");
}

#[test]
fn a_save_that_was_done_is_told_in_green_only_when_it_was_proved() {
    let mut pilot = gone();
    pilot.answer_named("Reset", Reply::Done(world::receipt(true)));
    let done = "Done: The change was made and confirmed.";
    assert!(pilot.styles(done).contains("Green"), "{}", pilot.screen());

    let mut pilot = gone();
    let unproved = Receipt {
        proof: Proof::Accepted("the server does not tell".into()),
        ..world::receipt(true)
    };
    pilot.answer_named("Reset", Reply::Done(unproved));
    pilot.does_not_see(done);
    let note = "Note: The user: accepted, not confirmed";
    assert!(pilot.styles(note).contains("Yellow"), "{}", pilot.screen());
}

#[test]
fn a_look_that_failed_is_of_no_interest_any_more() {
    let mut pilot = Pilot::at_menu();
    pilot.text("vasquez");
    pilot.answers_at_once = false;
    pilot.press("enter");
    assert_eq!(pilot.open(), ["OpenUser"]);
    pilot.press("esc");
    pilot.press("esc");
    pilot.answer_named("OpenUser", world::unreachable());
    pilot.does_not_see("does not answer");
}
