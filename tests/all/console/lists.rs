//! Filters, ready-made lists, orders, several at once, and export.

use std::time::Duration;

use halligan::{
    console::effect::{Reply, Request},
    desk::{DeskError, LostAnswer},
    directory::{DirectoryError, Order, Total},
};

use crate::support::{pilot::Pilot, world};

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
        let query = DirectoryError::NotOffered("This server cannot tell who is locked.".into());
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

/// The answer to the oldest question, which is said to be the first page of so many.
fn answer_as_page_of(pilot: &mut Pilot, total: u64) {
    let (_, request) = &pilot.asked[0];
    let Reply::Found(mut found) = world::answer(request) else {
        panic!("{:?}", pilot.open());
    };
    found.total = Total::Exact(total);
    pilot.answer_with(Reply::Found(found));
}

#[test]
fn selecting_all_and_reading_on_do_not_give_each_other_up() {
    let mut pilot = at_users();
    pilot.answers_at_once = false;
    pilot.text("v");
    answer_as_page_of(&mut pilot, 200);
    pilot.press("ctrl-t");
    pilot.press("down");
    assert_eq!(pilot.open(), ["Search"], "the next page is read");
    pilot.press("a");
    assert_eq!(pilot.open(), ["Search", "Search"]);
    let given_up = DeskError::Directory(DirectoryError::Cancelled);
    pilot.answer_with(Reply::Failed(given_up));
    pilot.press("down");
    assert_eq!(pilot.open(), ["Search"], "all are being read");
    pilot.answer_with(world::unreachable());
    pilot.sees("0 selected");
    pilot.press("down");
    assert_eq!(pilot.open(), ["Search"], "the next page is read after all");
}

fn lost() -> Reply {
    Reply::Lost(LostAnswer {
        what: "the connection was lost before the answer came".into(),
        next: Duration::from_secs(10),
        left: 3,
    })
}

/// The plan of disabling everybody of the staff, begun, and the first is on its way.
fn disabling() -> Pilot {
    let mut pilot = at_users();
    pilot.text("kind:staff");
    pilot.press("ctrl-t");
    pilot.press("a");
    pilot.press("d");
    pilot.press("enter");
    pilot.answers_at_once = false;
    pilot.press("y");
    pilot
}

#[test]
fn a_lost_answer_among_several_sends_nobody_twice_and_its_outcome_is_told() {
    let mut pilot = disabling();
    let (first, Request::Change(order)) = &pilot.asked[0] else {
        panic!("{:?}", pilot.open());
    };
    let (first, whom) = (*first, order.user.clone());
    for _ in 0..2 {
        pilot.reply(first, lost());
        assert_eq!(
            pilot.count("Change"),
            1,
            "nobody is sent before it is known"
        );
        pilot.sees("the connection was lost before the answer came. It is being looked after");
    }
    pilot.answer_next();
    pilot.does_not_see("looked after");
    pilot.sees("1 of 5 done.");
    assert_eq!(pilot.count("Change"), 2);
    let (second, Request::Change(order)) = &pilot.asked[0] else {
        panic!("{:?}", pilot.open());
    };
    assert_ne!(order.user, whom);
    let second = *second;
    pilot.reply(second, lost());
    // Esc stops behind it.
    pilot.press("esc");
    assert_eq!(pilot.open(), ["Change"]);
    pilot.answer_with(Reply::Failed(DeskError::Directory(
        DirectoryError::OutcomeUnknown("the connection was lost; nobody could look".into()),
    )));
    assert_eq!(pilot.count("Change"), 2);
    pilot.sees("1 done, 1 not, or not in full, 3 not begun.");
    pilot.sees("nobody could look");
}

#[test]
fn a_lost_answer_is_told_by_the_program_where_the_screen_only_waits() {
    let mut pilot = super::session::after_a_crash();
    pilot.choose("Unfinished");
    pilot.press("enter");
    let (ticket, _) = pilot.asked[0];
    pilot.reply(ticket, lost());
    pilot.sees("It is not known yet whether the last change was made");
    pilot.press("enter");
    assert_eq!(pilot.count("Settle"), 1, "it is awaited still");
    pilot.answer_next();
    pilot.sees("It did not happen: the user is still at version 7.");
}

#[test]
fn the_lock_takes_the_passwords_of_several_and_the_one_on_its_way() {
    let mut pilot = at_users();
    pilot.text("vasq");
    pilot.press("ctrl-t");
    pilot.press("space");
    pilot.press("space");
    pilot.press("r");
    pilot.press("enter");
    pilot.answers_at_once = false;
    pilot.press("y");
    pilot.answer_next();
    pilot.answer_next();
    pilot.sees("1 of 2 done.");
    pilot.does_not_see("shows the new passwords");
    pilot.answer_next();
    assert_eq!(pilot.open(), ["Reset"]);
    pilot.press("ctrl-d");
    pilot.answer_named("Lock", Reply::Noted);
    pilot.answer_next();
    pilot.text(world::OWN_PASSWORD);
    pilot.press("enter");
    pilot.answer_next();
    pilot.sees("2 done.");
    pilot.press("r");
    pilot.sees("There is no password to show.");
    pilot.does_not_see(world::GENERATED);
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
    pilot.does_not_see(world::GENERATED);
    pilot.press("r");
    pilot.sees(world::GENERATED);
    pilot.press("enter");
    pilot.sees("shown here only");
    pilot.press("y");
    pilot.does_not_see(world::GENERATED);
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
