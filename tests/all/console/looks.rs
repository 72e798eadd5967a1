//! How every screen looks: at 80x24, 40x12 and 160x48, in UTF-8 and in ASCII, on a dark and on a light
//! ground and without colours.

use std::fmt::Write as _;

use halligan::console::{ColourMode, DemoSignIn, Ground, app::Msg, effect::Reply, theme::Look};
use ratatui::{buffer::Buffer, style::Color};

use super::{
    caller::{asking, strict},
    own_fields::one_of_each,
    record::{at_record, go},
};
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

/// A screen in every size, in ASCII, and in its styles on a dark ground, on a light one and without
/// colours.
fn every(pilot: &mut Pilot) -> String {
    let mut text = String::new();
    for (width, height) in [(80, 24), (40, 12), (160, 48)] {
        let screen = pilot.screen_at(width, height);
        writeln!(text, "{width}x{height}\n{}\n", screen.trim_end()).unwrap();
    }
    let mut drawn_in = |colour, ground, utf8| {
        pilot.feed(Msg::Look(Box::new(Look::new(colour, ground, utf8))));
        (pilot.screen(), pilot.buffer(80, 24))
    };
    let (ascii, _) = drawn_in(ColourMode::Indexed, Ground::Dark, false);
    assert!(ascii.is_ascii(), "{ascii}");
    writeln!(text, "ASCII\n{}\n", ascii.trim_end()).unwrap();
    for (name, colour, ground) in [
        ("dark", ColourMode::Indexed, Ground::Dark),
        ("light", ColourMode::Indexed, Ground::Light),
        ("mono", ColourMode::None, Ground::Unknown),
    ] {
        let (_, buffer) = drawn_in(colour, ground, true);
        writeln!(text, "Styles, {name}\n{}", styles(&buffer)).unwrap();
    }
    drawn_in(ColourMode::Basic, Ground::Dark, true);
    text
}

/// A letter for the style of each cell, and what the letters stand for; a dot is no style.
fn styles(buffer: &Buffer) -> String {
    let mut known: Vec<String> = Vec::new();
    let mut grid = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            let colour = |colour: Color| match colour {
                Color::Reset => "-".to_owned(),
                Color::Indexed(index) => index.to_string(),
                other => format!("{other:?}"),
            };
            let mut style = format!("{} on {}", colour(cell.fg), colour(cell.bg));
            // Blanks have no ink.
            if cell.symbol() == " " {
                style = format!("- on {}", colour(cell.bg));
            }
            if !cell.modifier.is_empty() {
                write!(style, " {:?}", cell.modifier).unwrap();
            }
            if style == "- on -" {
                line.push('.');
                continue;
            }
            let place = known.iter().position(|one| *one == style);
            let place = place.unwrap_or_else(|| {
                known.push(style);
                known.len() - 1
            });
            line.push(char::from(b'a' + u8::try_from(place).unwrap()));
        }
        writeln!(grid, "{}", line.trim_end_matches('.')).unwrap();
    }
    for (place, style) in (b'a'..).zip(known) {
        writeln!(grid, "{}: {style}", char::from(place)).unwrap();
    }
    grid
}

#[test]
fn sign_in_of_a_demonstration() {
    let mut pilot = Pilot::new(Setting {
        demo: Some(DemoSignIn {
            email: "chief@riverside.example".into(),
            password: "shown-on-purpose-here".into(),
        }),
        ..Setting::default()
    });
    snapshot!("sign_in", every(&mut pilot));
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
    snapshot!("set_up", every(&mut pilot));
}

#[test]
fn the_plan_of_a_roster_at_the_first_start() {
    let mut pilot = super::session::first_start_with_a_roster();
    snapshot!("set_up_roster", every(&mut pilot));
}

#[test]
fn menu() {
    snapshot!("menu", every(&mut Pilot::at_menu()));
}

#[test]
fn users_with_two_of_the_same_name() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Users");
    snapshot!("users_all", every(&mut pilot));
    pilot.text("vasq");
    snapshot!("users_twins", every(&mut pilot));
}

#[test]
fn users_nobody() {
    let mut pilot = Pilot::at_menu();
    pilot.text("zzz");
    snapshot!("users_nobody", every(&mut pilot));
}

#[test]
fn users_failed() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Users");
    pilot.answers_at_once = false;
    pilot.text("v");
    pilot.answer_named("Search", world::unreachable());
    snapshot!("users_failed", every(&mut pilot));
}

#[test]
fn edit_empty_typed_and_generated() {
    let mut pilot = Pilot::editing("vasquez");
    snapshot!("edit_empty", every(&mut pilot));
    pilot.text("copper kettle");
    snapshot!("edit_typed", every(&mut pilot));
    pilot.press("ctrl-g");
    snapshot!("edit_generated", every(&mut pilot));
}

#[test]
fn receipt_with_its_script_and_hidden() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.press("ctrl-g");
    pilot.press("enter");
    snapshot!("receipt", every(&mut pilot));
    pilot.press("r");
    snapshot!("receipt_hidden", every(&mut pilot));
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
    snapshot!("unfinished", every(&mut pilot));
}

#[test]
fn audit_list_and_details() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Audit");
    pilot.press("v");
    snapshot!("audit", every(&mut pilot));
    pilot.press("enter");
    snapshot!("audit_details", every(&mut pilot));
}

#[test]
fn add_user() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Add user");
    pilot.text("E3001");
    snapshot!("add_user", every(&mut pilot));
}

#[test]
fn who_is_calling() {
    let mut pilot = asking(strict());
    pilot.press("space");
    snapshot!("caller", every(&mut pilot));
}

#[test]
fn roles() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Roles");
    pilot.press("end");
    pilot.press("up");
    snapshot!("roles", every(&mut pilot));
    pilot.press("enter");
    snapshot!("role", every(&mut pilot));
    pilot.press("esc");
    pilot.press("r");
    snapshot!("role_remove", every(&mut pilot));
}

#[test]
fn fields_of_the_site() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Fields");
    snapshot!("fields", every(&mut pilot));
    pilot.press("enter");
    for _ in 0..3 {
        pilot.press("tab");
    }
    snapshot!("field", every(&mut pilot));
    pilot.press("space");
    snapshot!("field_values", every(&mut pilot));
    pilot.press("esc");
    pilot.press("tab");
    pilot.press("space");
    snapshot!("field_roles", every(&mut pilot));
}

#[test]
fn my_password() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("My password");
    pilot.text(OWN_PASSWORD);
    pilot.press("tab");
    pilot.text("copper");
    snapshot!("my_password", every(&mut pilot));
}

#[test]
fn locked() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Lock");
    snapshot!("locked", every(&mut pilot));
}

#[test]
fn a_long_message_leaves_the_screen_its_mark_that_there_is_more() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.press("ctrl-g");
    pilot.press("enter");
    let screen = pilot.screen_at(40, 12);
    let lines: Vec<&str> = screen.lines().collect();
    let message = lines.iter().rposition(|line| line.contains("Done:"));
    let message = message.unwrap_or_else(|| panic!("no message:\n{screen}"));
    assert!(lines[message - 1].ends_with("..."), "{screen}");
}

#[test]
fn the_dialogs() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.press("esc");
    snapshot!("dialog_confirm", every(&mut pilot));
    pilot.press("n");
    pilot.press("ctrl-k");
    snapshot!("dialog_help", every(&mut pilot));
    pilot.press("esc");
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_named("Reset", Reply::Failed(halligan::desk::DeskError::StepUp));
    snapshot!("dialog_step_up", every(&mut pilot));
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
    let list = pilot.screen();
    pilot.text("vasquez");
    pilot.press("enter");
    pilot.text("copper kettle");
    let edit = pilot.screen();
    pilot.press("ctrl-k");
    let help = pilot.screen();
    pilot.press("esc");
    pilot.press("ctrl-g");
    pilot.press("enter");
    for screen in [list, edit, help, pilot.screen()] {
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
            assert_eq!(cell.fg, Color::Reset);
            assert_eq!(cell.bg, Color::Reset);
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

#[test]
fn the_fields_of_the_site_in_a_record() {
    let mut pilot = at_record(one_of_each());
    go(&mut pilot, "Details", "Locker");
    snapshot!("record_own_fields", every(&mut pilot));
}

#[test]
fn the_sections_of_a_record() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.press("pagedown");
    snapshot!("record_details", every(&mut pilot));
    pilot.press("pagedown");
    snapshot!("record_status", every(&mut pilot));
    pilot.press("pagedown");
    snapshot!("record_access", every(&mut pilot));
    pilot.press("pagedown");
    snapshot!("record_history", every(&mut pilot));
}
