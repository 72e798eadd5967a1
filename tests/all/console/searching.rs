//! The list of users.

use std::time::Duration;

use crossterm::event::Event;
use halligan::{
    console::{
        app::Msg,
        effect::{Reply, Request},
    },
    directory::{Capabilities, Found, Total},
    permission::Role,
};

use crate::support::{
    pilot::{Pilot, Setting, key_event},
    world,
};

fn at_users() -> Pilot {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Users");
    pilot
}

fn open_texts(pilot: &Pilot) -> Vec<String> {
    pilot
        .asked
        .iter()
        .filter_map(|(_, request)| match request {
            Request::Search(query) => Some(query.text.clone()),
            _ => None,
        })
        .collect()
}

#[test]
fn the_first_row_is_selected_and_the_total_is_shown() {
    let mut pilot = at_users();
    pilot.text("vasq");
    pilot.sees("2 of 500");
    let row = pilot.screen();
    let selected: Vec<_> = row
        .lines()
        .filter(|line| line.starts_with('›') && line.contains('@'))
        .collect();
    assert_eq!(selected.len(), 1);
    assert!(selected[0].contains("E1042"), "{selected:?}");
}

#[test]
fn opening_the_list_is_recorded_once() {
    let mut pilot = at_users();
    pilot.text("vasq");
    assert_eq!(pilot.count("OpenSearch"), 1);
}

#[test]
fn people_of_the_same_name_are_told_apart_at_a_glance() {
    let mut pilot = at_users();
    pilot.text("vasq");
    pilot.sees("same name as another here");
    let marked = pilot
        .screen()
        .lines()
        .filter(|line| line.contains("= E"))
        .count();
    assert_eq!(marked, 2);
    // The one that is not selected shows ID and email in bold.
    assert!(pilot.styles("m.vasquez2").contains("BOLD: E2077"));

    let mut other = at_users();
    other.text("diaz");
    other.does_not_see("same name");
}

#[test]
fn an_older_answer_never_replaces_a_newer_one() {
    let mut pilot = at_users();
    pilot.answers_at_once = false;
    pilot.text("va");
    assert_eq!(open_texts(&pilot), ["v", "va"]);
    let (newer, _) = pilot.asked.remove(1);
    let (older, _) = pilot.asked.remove(0);
    pilot.reply(newer, Reply::Found(world::found("vasquez")));
    pilot.reply(older, Reply::Found(world::found("diaz")));
    pilot.sees("E1042");
    pilot.does_not_see("E1300");
}

#[test]
fn a_burst_of_twelve_characters_is_one_search() {
    let mut pilot = at_users();
    pilot.answers_at_once = false;
    let clock = pilot.clock;
    let burst = "maria vasque"
        .chars()
        .map(|c| {
            let key = if c == ' ' {
                "space".to_owned()
            } else {
                c.to_string()
            };
            Msg::Term(clock, Event::Key(key_event(&key)))
        })
        .collect();
    pilot.feed_all(burst);
    assert_eq!(open_texts(&pilot), ["maria vasque"]);

    pilot.asked.clear();
    pilot.paste("z jones");
    assert_eq!(open_texts(&pilot), ["maria vasquez jones"]);
}

#[test]
fn a_far_directory_is_asked_after_a_pause() {
    let capabilities = Capabilities {
        debounce_millis: 200,
        ..world::capabilities()
    };
    let mut pilot = Pilot::at_menu_of(Setting {
        capabilities,
        ..Setting::default()
    });
    pilot.choose("Users");
    pilot.answers_at_once = false;
    pilot.text("va");
    assert!(open_texts(&pilot).is_empty());
    pilot.wait(Duration::from_millis(250));
    assert_eq!(open_texts(&pilot), ["va"]);
}

#[test]
fn empty_slow_failed_and_too_many_are_four_pictures() {
    let mut empty = at_users();
    empty.text("zzz");
    empty.sees("Nobody matches \"zzz\"");
    empty.sees("Searched: ID, email, name in local store");
    empty.sees("inactive and disabled accounts too");
    empty.sees("Try another criterion");

    let mut slow = at_users();
    slow.answers_at_once = false;
    slow.text("v");
    slow.does_not_see("Still searching");
    slow.wait(Duration::from_millis(160));
    slow.sees("Still searching");
    slow.sees("E1042");

    let mut failed = at_users();
    failed.answers_at_once = false;
    failed.text("v");
    failed.answer_named("Search", world::unreachable());
    failed.sees("The search failed");
    failed.sees("ldaps://dc1.riverside.example does not answer");
    failed.press("enter");
    assert_eq!(open_texts(&failed), ["v"], "Enter asks again");

    let mut many = at_users();
    many.answers_at_once = false;
    many.text("s");
    many.answer_named("Search", Reply::Found(world::crowd(50, "S")));
    many.sees("more than 200 of 1000000");
    many.sees("Too many to list");
}

#[test]
fn a_found_nobody_and_an_empty_directory_are_not_the_same() {
    let mut pilot = Pilot::at_menu();
    pilot.answers_at_once = false;
    pilot.choose("Users");
    pilot.answer_named("OpenSearch", Reply::Noted);
    pilot.answer_named(
        "Search",
        Reply::Found(Found {
            rows: Vec::new(),
            total: Total::Exact(0),
            population: Some(0),
            meant: None,
            remark: None,
        }),
    );
    pilot.sees("There are no users in this directory yet");
}

#[test]
fn the_selection_moves_and_fetches_more_at_the_end() {
    let mut pilot = at_users();
    pilot.answers_at_once = false;
    pilot.text("s");
    pilot.answer_named("Search", Reply::Found(world::crowd(50, "S")));
    for _ in 0..6 {
        pilot.press("pagedown");
    }
    let Some((_, Request::Search(query))) = pilot.asked.last() else {
        panic!("no further page was asked for");
    };
    assert_eq!((query.offset, query.text.as_str()), (50, "s"));
    pilot.answer_named("Search", Reply::Found(world::crowd(30, "T")));
    pilot.press("down");
    pilot.sees("T0000");
}

#[test]
fn enter_before_the_answer_opens_the_first_of_what_was_typed_and_hides_what_follows() {
    let mut pilot = at_users();
    pilot.answers_at_once = false;
    pilot.text("okafor");
    pilot.press("enter");
    // Type-ahead: the password is on its way before the user is known.
    pilot.text(world::NEW_PASSWORD);
    pilot.does_not_see("copper");
    pilot.press("enter");
    assert_eq!(
        pilot.count("Reset"),
        0,
        "nothing is saved before the user is shown"
    );

    // The newest search answers; the older ones are stale.
    let last = pilot.asked.pop().expect("the newest search").0;
    pilot.asked.clear();
    pilot.reply(last, Reply::Found(world::found("okafor")));
    assert_eq!(pilot.open(), ["OpenUser"]);
    pilot.answers_at_once = true;
    pilot.answer_next();
    pilot.sees("Pat Okafor");
    pilot.press("enter");
    assert_eq!(pilot.count("Reset"), 1);
}

#[test]
fn enter_before_an_empty_answer_leads_back_to_the_list() {
    let mut pilot = at_users();
    pilot.answers_at_once = false;
    pilot.text("zzz");
    pilot.press("enter");
    let last = pilot.asked.pop().expect("the newest search").0;
    pilot.reply(last, Reply::Found(world::found("zzz")));
    pilot.sees("Nobody matches \"zzz\"");
    pilot.press("enter");
    pilot.sees("Search");
}

#[test]
fn in_a_wide_window_the_person_stands_beside_the_list() {
    let mut pilot = at_users();
    pilot.text("vasq");
    let wide = pilot.screen_at(160, 24);
    for text in [
        "Locked since 03:12",
        "Signed in 2026-11-21 17:30",
        "Others of that name:",
    ] {
        assert!(wide.contains(text), "{text}:\n{wide}");
    }
    assert!(!pilot.screen_at(119, 24).contains("Others of that name:"));
}

#[test]
fn beside_the_list_stand_the_last_acts_with_their_tickets_once_the_selection_rests() {
    let mut pilot = at_users();
    pilot.feed(Msg::Window(160, 48));
    pilot.text("vasq");
    pilot.press("down");
    pilot.press("up");
    assert_eq!(pilot.count("AuditList"), 0, "every look is recorded");
    pilot.wait(Duration::from_secs(1));
    assert_eq!(
        pilot.count("AuditList"),
        1,
        "only where the selection rests"
    );
    let wide = pilot.screen_at(160, 48);
    for text in ["On record (UTC):", "password-reset", "INC-2231 E1001"] {
        assert!(wide.contains(text), "{text}:\n{wide}");
    }
    pilot.press("down");
    let other = pilot.screen_at(160, 48);
    assert!(!other.contains("INC-2231"), "of somebody else:\n{other}");
    // Behind the person's page nobody looks.
    pilot.press("enter");
    pilot.wait(Duration::from_secs(5));
    assert_eq!(pilot.count("AuditList"), 1);
    pilot.press("esc");
    pilot.wait(Duration::from_secs(1));
    assert_eq!(
        pilot.count("AuditList"),
        2,
        "and it is read again after a change"
    );
}

#[test]
fn no_audit_is_read_for_a_narrow_window_or_for_who_may_not() {
    let mut narrow = at_users();
    narrow.text("vasq");
    narrow.wait(Duration::from_secs(5));
    assert_eq!(narrow.count("AuditList"), 0);
    let mut pilot = Pilot::new(Setting::default());
    pilot.answers_at_once = false;
    pilot.sign_in();
    let mut help_desk = world::operator();
    help_desk.permissions = Role::HelpDesk.permissions();
    pilot.answer_named("SignIn", Reply::SignedIn(Box::new(help_desk)));
    pilot.answers_at_once = true;
    pilot.feed(Msg::Window(160, 48));
    pilot.text("vasq");
    pilot.wait(Duration::from_secs(5));
    assert_eq!(pilot.count("AuditList"), 0);
}

#[test]
fn a_page_down_moves_by_the_window_and_home_and_end_go_to_the_ends() {
    let mut pilot = at_users();
    pilot.answers_at_once = false;
    pilot.text("s");
    pilot.answer_named("Search", Reply::Found(world::crowd(50, "S")));
    let selected = |pilot: &Pilot| -> String {
        let screen = pilot.screen();
        let line = screen.lines().find(|line| line.starts_with('›'));
        line.unwrap_or_default().chars().skip(3).take(5).collect()
    };
    // 24 lines, less header, field, titles, message and keys.
    pilot.press("pagedown");
    assert_eq!(selected(&pilot), "S0015");
    pilot.feed(Msg::Window(80, 48));
    pilot.press("pageup");
    assert_eq!(selected(&pilot), "S0000");
    pilot.press("end");
    assert_eq!(selected(&pilot), "S0049");
    pilot.press("home");
    assert_eq!(selected(&pilot), "S0000");
}

#[test]
fn tab_searches_for_what_may_have_been_meant() {
    let mut pilot = at_users();
    pilot.answers_at_once = false;
    pilot.text("vasqeuz");
    let newest = pilot.asked.pop().expect("a search").0;
    pilot.asked.clear();
    pilot.reply(
        newest,
        Reply::Found(Found {
            rows: Vec::new(),
            total: Total::Exact(0),
            population: Some(500),
            meant: Some("vasquez".into()),
            remark: Some("Did you mean \"vasquez\"?".into()),
        }),
    );
    pilot.sees("Did you mean \"vasquez\"? Tab searches for that.");
    pilot.press("tab");
    assert_eq!(open_texts(&pilot), ["vasquez"]);
    pilot.sees("Search [vasquez");
}

#[test]
fn a_letter_at_the_menu_opens_the_search_with_it_and_escape_ends_nothing() {
    for name in ["quinn", "olivia", "la", "7"] {
        let mut pilot = Pilot::at_menu();
        pilot.text(name);
        pilot.sees(&format!("Search [{name}"));
        assert_eq!(pilot.model.depth(), 2);
        for _ in 0..5 {
            pilot.press("esc");
            pilot.press("ctrl-x");
        }
        assert!(!pilot.model.is_over());
        assert_eq!(pilot.count("SignOut"), 0);
        pilot.sees("Ctrl-C quit");
        pilot.press("ctrl-c");
        pilot.sees("Sign out and end Halligan?");
        pilot.press("enter");
        assert!(!pilot.model.is_over(), "Enter stays");
        pilot.press("ctrl-c");
        pilot.press("y");
        assert!(pilot.model.is_over());
    }
    let mut nobody = Pilot::new(Setting::default());
    for key in ["esc", "ctrl-x"] {
        nobody.press(key);
    }
    assert!(!nobody.model.is_over());
}

#[test]
fn a_letter_in_the_midst_of_a_text_answers_no_question() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text("half a");
    pilot.press("esc");
    pilot.sees("lose what you typed");
    pilot.text("buy");
    pilot.sees("lose what you typed");
    pilot.sees("in the midst of typed text");
    pilot.press("y");
    pilot.sees("Search");
}

#[test]
fn a_huge_paste_into_the_search_is_refused() {
    let mut pilot = at_users();
    pilot.paste(&"x".repeat(1 << 20));
    pilot.sees("too long");
    pilot.press("esc");
    pilot.text("diaz");
    pilot.sees("E1300");
}
