//! The terminal's cursor stands where the focus is, on every screen: a screen reader and a braille
//! display read the line with the cursor.

use halligan::{console::effect::Reply, desk::DeskError};

use crate::support::{
    pilot::{Pilot, Setting},
    world::NEW_PASSWORD,
};

#[track_caller]
fn reads(pilot: &Pilot, text: &str) {
    let line = pilot.read_line();
    assert!(
        line.contains(text),
        "{line:?} is read, not {text:?}:\n{}",
        pilot.screen()
    );
}

#[test]
fn the_cursor_stands_where_the_focus_is_all_through_a_call() {
    let mut pilot = Pilot::new(Setting::default());
    reads(&pilot, "Email or ID");
    pilot.press("tab");
    reads(&pilot, "Password");
    pilot.press("backtab");
    pilot.sign_in();
    reads(&pilot, "Users");
    pilot.press("down");
    reads(&pilot, "Add user");
    pilot.press("down");
    reads(&pilot, "Audit");
    pilot.press("enter");
    reads(&pilot, "password-reset");
    pilot.press("esc");
    pilot.text("vasq");
    reads(&pilot, "Search [vasq");
    pilot.press("enter");
    reads(&pilot, "New password");
    pilot.press("ctrl-k");
    let help = pilot.read_line();
    assert!(help.contains('│'), "inside the dialog: {help:?}");
    pilot.press("esc");
    pilot.text(NEW_PASSWORD);
    pilot.press("esc");
    reads(&pilot, "no, stay here");
    pilot.press("n");
    reads(&pilot, "New password");
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_named("Reset", Reply::Failed(DeskError::StepUp));
    reads(&pilot, "Your password");
}

#[test]
fn on_a_receipt_the_news_is_read_first() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.press("ctrl-g");
    pilot.press("enter");
    reads(&pilot, "Done: Maria Vasquez");
}
