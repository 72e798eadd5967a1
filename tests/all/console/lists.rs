//! Filters, ready-made lists, orders, several at once, and export.

use halligan::{
    console::effect::{Reply, Request},
    desk::DeskError,
    directory::Order,
};

use crate::support::pilot::Pilot;

fn at_users() -> Pilot {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Users");
    pilot
}

#[test]
fn a_filter_is_typed_in_the_search_line_and_completed_with_a_key() {
    let mut pilot = at_users();
    pilot.text("is:dis");
    pilot.sees("is:disabled");
    pilot.press("tab");
    pilot.sees("Whitfield");
    pilot.does_not_see("Okafor");
    pilot.sees("1 of 500");
}

#[test]
fn a_filter_that_is_not_understood_is_told_and_nobody_is_opened() {
    let mut pilot = at_users();
    let before = pilot.count("Search");
    pilot.text("kind:stuff");
    pilot.sees("kind:stuff is not understood: kind: takes staff, residential");
    assert_eq!(pilot.count("Search"), before + "kind".len());
    pilot.press("enter");
    pilot.sees("Users");
    assert_eq!(pilot.count("OpenUser"), 0);
}

#[test]
fn ready_made_lists_are_opened_with_a_key_and_say_how_many() {
    let mut pilot = at_users();
    pilot.press("ctrl-g");
    pilot.sees("Locked now");
    pilot.sees("Operators");
    pilot.sees("is:ends-this-week");
    for size in [(80, 24), (40, 12)] {
        let screen = pilot.screen_at(size.0, size.1);
        assert!(screen.contains("Locked now"), "{screen}");
    }
    pilot.press("down");
    pilot.press("enter");
    pilot.sees("is:disabled");
    pilot.sees("Whitfield");
    pilot.press("ctrl-g");
    pilot.press("esc");
    pilot.sees("Whitfield");
}

#[test]
fn a_list_that_the_server_cannot_tell_is_said_in_its_place() {
    let mut pilot = at_users();
    pilot.answers_at_once = false;
    pilot.press("ctrl-g");
    let refused = || {
        let query = halligan::directory::DirectoryError::NotOffered(
            "This server cannot tell who is locked.".into(),
        );
        Err(DeskError::Directory(query))
    };
    pilot.answer_named("Count", Reply::Counted((0..9).map(|_| refused()).collect()));
    pilot.sees("cannot be told here");
    pilot.sees("This server cannot tell who is locked.");
}

#[test]
fn a_key_goes_through_the_orders_and_the_list_says_which() {
    let mut pilot = at_users();
    pilot.press("ctrl-o");
    pilot.sees("sorted by name");
    pilot.press("ctrl-o");
    pilot.sees("sorted by id");
    pilot.answers_at_once = false;
    pilot.press("ctrl-o");
    assert!(pilot.asked.iter().any(|(_, request)| matches!(
        request,
        Request::Search(query) if query.order == Order::LastSignIn
    )));
}

#[test]
fn several_are_selected_planned_asked_about_and_done_one_after_another() {
    let mut pilot = at_users();
    pilot.text("kind:staff");
    pilot.press("ctrl-t");
    pilot.press("a");
    pilot.sees("selected");
    pilot.press("d");
    // Dana Whitfield is disabled already, and told so before anything begins.
    pilot.sees("E0900  Dana Whitfield: is disabled already");
    assert_eq!(pilot.count("Change"), 0);
    pilot.text("INC-7");
    pilot.press("enter");
    pilot.sees("Really disable");
    assert_eq!(pilot.count("Change"), 0);
    pilot.answers_at_once = false;
    pilot.press("y");
    // Never two at once.
    assert_eq!(pilot.open().len(), 1);
    assert!(pilot.asked.iter().all(|(_, request)| matches!(
        request,
        Request::Change(order) if order.reason == "INC-7" && order.change.active == Some(false)
    )));
    pilot.answer_next();
    pilot.sees("1 of ");
    pilot.answers_at_once = true;
    pilot.answer_next();
    pilot.press("down");
    pilot.sees("5 done.");
    assert_eq!(pilot.count("Change"), 5);
    pilot.press("enter");
    pilot.sees("Search");
}

#[test]
fn a_run_is_stopped_with_a_key_and_says_how_many_were_not_begun() {
    let mut pilot = at_users();
    pilot.text("kind:staff");
    pilot.press("ctrl-t");
    pilot.press("a");
    pilot.press("d");
    pilot.press("enter");
    pilot.answers_at_once = false;
    pilot.press("y");
    pilot.press("esc");
    assert_eq!(pilot.open().len(), 1, "what is on its way is awaited");
    pilot.answer_next();
    assert_eq!(pilot.open().len(), 0);
    pilot.sees("not begun");
    pilot.sees("You stopped it.");
}

#[test]
fn passwords_of_several_are_drawn_shown_on_request_and_forgotten() {
    let mut pilot = at_users();
    pilot.text("vasq");
    pilot.press("ctrl-t");
    pilot.press("space");
    pilot.press("space");
    pilot.sees("2 selected");
    pilot.press("r");
    pilot.press("enter");
    pilot.press("y");
    assert_eq!(pilot.count("Generate"), 2);
    assert_eq!(pilot.count("Reset"), 2);
    pilot.does_not_see(crate::support::world::GENERATED);
    pilot.press("r");
    pilot.sees(crate::support::world::GENERATED);
    pilot.press("enter");
    pilot.sees("shown here only");
    pilot.press("y");
    pilot.does_not_see(crate::support::world::GENERATED);
}

#[test]
fn nobody_selected_is_said() {
    let mut pilot = at_users();
    pilot.press("ctrl-t");
    pilot.press("u");
    pilot.sees("Nobody is selected yet.");
    pilot.press("esc");
    pilot.text("vasq");
    pilot.sees("2 of 500");
}

#[test]
fn what_is_shown_is_written_to_a_file_and_none_is_replaced_without_a_question() {
    let mut pilot = at_users();
    pilot.text("is:disabled");
    pilot.press("ctrl-r");
    pilot.text("there.csv");
    pilot.press("enter");
    pilot.sees("is there already. Replace it?");
    pilot.press("y");
    pilot.sees("1 user written to there.csv.");
    assert_eq!(pilot.count("Export"), 2);
}
