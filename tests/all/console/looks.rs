//! How every screen looks, at 80x24 and 40x12, in UTF-8 and in ASCII.

use halligan::console::{ColourMode, DemoSignIn, effect::Reply};

use crate::support::{
    pilot::{Pilot, Setting},
    world::{self, NEW_PASSWORD, OWN_PASSWORD},
};

/// Keeps a snapshot, after making sure that no secret is in it.
macro_rules! snapshot {
    ($name:literal, $text:expr) => {{
        let text = $text;
        for secret in [NEW_PASSWORD, OWN_PASSWORD] {
            assert!(!text.contains(secret), "a password is in the snapshot");
        }
        insta::with_settings!({
            prepend_module_to_snapshot => false,
            omit_expression => true,
            snapshot_path => "../snapshots",
        }, { insta::assert_snapshot!($name, text) });
    }};
}

fn both(pilot: &Pilot) -> String {
    format!("{}\n\n{}", pilot.screen(), pilot.screen_at(40, 12))
}

#[test]
fn sign_in_of_a_demonstration() {
    let pilot = Pilot::new(Setting {
        demo: Some(DemoSignIn {
            email: "chief@riverside.example".into(),
            password: "shown-on-purpose-here".into(),
        }),
        ..Setting::default()
    });
    snapshot!("sign_in", both(&pilot));
}

#[test]
fn set_up_with_a_password_half_typed() {
    let mut pilot = Pilot::new(Setting {
        first_run: true,
        ..Setting::default()
    });
    for text in ["Alma", "Chief", "E1001", "chief@riverside.example"] {
        pilot.text(text);
        pilot.press("tab");
    }
    pilot.text("granite-lant");
    snapshot!("set_up", both(&pilot));
}

#[test]
fn menu() {
    snapshot!("menu", both(&Pilot::at_menu()));
}

#[test]
fn users_with_two_of_the_same_name() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Users");
    snapshot!("users_all", both(&pilot));
    pilot.text("vasq");
    snapshot!("users_twins", both(&pilot));
}

#[test]
fn users_nobody() {
    let mut pilot = Pilot::at_menu();
    pilot.text("zzz");
    snapshot!("users_nobody", both(&pilot));
}

#[test]
fn users_failed() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Users");
    pilot.answers_at_once = false;
    pilot.text("v");
    pilot.answer_named("Search", world::unreachable());
    snapshot!("users_failed", both(&pilot));
}

#[test]
fn edit_empty_typed_and_generated() {
    let mut pilot = Pilot::editing("vasquez");
    snapshot!("edit_empty", both(&pilot));
    pilot.text("copper kettle");
    snapshot!("edit_typed", both(&pilot));
    pilot.press("ctrl-g");
    snapshot!("edit_generated", both(&pilot));
}

#[test]
fn receipt_with_its_script_and_hidden() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.press("ctrl-g");
    pilot.press("enter");
    snapshot!("receipt", both(&pilot));
    pilot.press("r");
    snapshot!("receipt_hidden", both(&pilot));
}

#[test]
fn unfinished_changes() {
    let mut pilot = super::session::after_a_crash();
    pilot.choose("Unfinished");
    pilot.press("enter");
    let how = "the user's version at the server has moved from 3 to 4, by this change or by a \
               later one: look at the user";
    let unknown = halligan::receipt::Settlement::StillUnknown(how.into());
    pilot.answer_named("Settle", Reply::Settled(unknown));
    pilot.text("she signs in");
    snapshot!("unfinished", both(&pilot));
}

#[test]
fn audit_list_and_details() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Audit");
    pilot.press("v");
    snapshot!("audit", both(&pilot));
    pilot.press("enter");
    snapshot!("audit_details", both(&pilot));
}

#[test]
fn add_user() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Add user");
    pilot.text("E3001");
    snapshot!("add_user", both(&pilot));
}

#[test]
fn my_password() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("My password");
    pilot.text(OWN_PASSWORD);
    pilot.press("tab");
    pilot.text("copper");
    snapshot!("my_password", both(&pilot));
}

#[test]
fn locked() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Lock");
    snapshot!("locked", both(&pilot));
}

#[test]
fn the_dialogs() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.press("esc");
    snapshot!("dialog_confirm", both(&pilot));
    pilot.press("n");
    pilot.press("ctrl-k");
    snapshot!("dialog_help", both(&pilot));
    pilot.press("esc");
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_named("Reset", Reply::Failed(halligan::desk::DeskError::StepUp));
    snapshot!("dialog_step_up", both(&pilot));
}

#[test]
fn everything_is_ascii_where_the_locale_is_not_utf8() {
    let setting = || Setting {
        utf8: false,
        colour: ColourMode::None,
        ..Setting::default()
    };
    let mut pilot = Pilot::at_menu_of(setting());
    pilot.choose("Users");
    snapshot!("ascii_users", both(&pilot));
    pilot.text("vasquez");
    pilot.press("enter");
    pilot.text("copper kettle");
    snapshot!("ascii_edit", both(&pilot));
    pilot.press("ctrl-k");
    let help = pilot.screen();
    pilot.press("esc");
    pilot.press("ctrl-g");
    pilot.press("enter");
    for screen in [help, pilot.screen()] {
        assert!(screen.is_ascii(), "{screen}");
    }
}

#[test]
fn without_colours_no_cell_has_one() {
    let mut pilot = Pilot::at_menu_of(Setting {
        colour: ColourMode::None,
        ..Setting::default()
    });
    let mut seen = vec![pilot.buffer(80, 24)];
    pilot.text("vasquez");
    seen.push(pilot.buffer(80, 24));
    pilot.press("enter");
    pilot.text(NEW_PASSWORD);
    seen.push(pilot.buffer(80, 24));
    pilot.press("enter");
    seen.push(pilot.buffer(80, 24));
    for buffer in seen {
        for cell in &buffer.content {
            assert_eq!(cell.fg, ratatui::style::Color::Reset);
            assert_eq!(cell.bg, ratatui::style::Color::Reset);
        }
    }
}

#[test]
fn colours_of_the_list_and_the_receipt() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Users");
    let mut text = String::new();
    for needle in ["E1042", "E2077", "E0900", "R5001"] {
        text.push_str(&pilot.styles(needle));
    }
    pilot.text("vasquez");
    pilot.press("enter");
    text.push_str(&pilot.styles("Locked since"));
    pilot.text(NEW_PASSWORD);
    pilot.press("enter");
    text.push_str(&pilot.styles("password set"));
    snapshot!("colours", text);
}

#[test]
fn a_window_that_is_too_small_says_what_it_needs() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    for (width, height) in [(39, 12), (40, 11), (20, 5)] {
        let text = pilot.screen_at(width, height);
        assert!(text.contains("40x12"), "{text}");
    }
    for (width, height) in [(1, 1), (0, 0), (3, 200), (500, 1)] {
        let _ = pilot.screen_at(width, height);
    }
    pilot.sees("New password");
}
