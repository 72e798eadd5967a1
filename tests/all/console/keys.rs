//! The one table of keys, and what a reset costs in key presses.

use std::{collections::HashSet, path::Path};

use crossterm::event::{KeyCode, KeyModifiers};
use halligan::{
    console::{
        ColourMode,
        effect::Reply,
        keymap::{self, Action, BINDINGS, Scope},
        theme::Look,
    },
    desk::DeskError,
};

use super::caller::{asking, strict};
use crate::support::{
    pilot::{Pilot, Setting, key_event},
    world,
};

/// Every screen and dialog by the scopes that are alive there: together they are all scopes.
fn everywhere() -> Vec<Vec<Scope>> {
    let mut stacks = Vec::new();
    let mut here = |pilot: &Pilot| stacks.push(pilot.model.scopes());
    here(&Pilot::new(Setting::default()));
    here(&Pilot::new(Setting {
        first_run: true,
        ..Setting::default()
    }));
    for entry in ["Users", "Add user", "Audit", "My password", "Lock"] {
        let mut pilot = Pilot::at_menu();
        here(&pilot);
        pilot.choose(entry);
        for _ in 0..8 {
            here(&pilot);
            pilot.press("tab");
        }
    }
    let mut pilot = super::session::after_a_crash();
    pilot.choose("Unfinished");
    pilot.press("enter");
    here(&pilot);
    here(&super::session::first_start_with_a_roster());
    here(&Pilot::editing("zzz"));
    here(&Pilot::editing("whitfield"));
    let mut pilot = Pilot::editing("vasquez");
    here(&pilot);
    pilot.press("ctrl-k");
    here(&pilot);
    pilot.press("esc");
    pilot.text(world::NEW_PASSWORD);
    pilot.press("tab");
    here(&pilot);
    pilot.press("esc");
    here(&pilot);
    pilot.press("n");
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_named("Reset", Reply::Failed(DeskError::StepUp));
    here(&pilot);
    pilot.text(world::OWN_PASSWORD);
    pilot.answers_at_once = true;
    pilot.press("enter");
    here(&pilot);
    let mut pilot = Pilot::at_menu();
    pilot.choose("Users");
    for list in ["ctrl-g", "ctrl-r"] {
        pilot.press(list);
        here(&pilot);
        pilot.press("esc");
    }
    pilot.press("ctrl-t");
    here(&pilot);
    pilot.press("space");
    pilot.press("d");
    here(&pilot);
    pilot.press("enter");
    pilot.answers_at_once = false;
    pilot.press("y");
    here(&pilot);
    pilot.answer_next();
    here(&pilot);
    here(&asking(strict()));
    let mut pilot = Pilot::at_menu();
    pilot.choose("Roles");
    here(&pilot);
    pilot.press("end");
    pilot.press("r");
    here(&pilot);
    pilot.press("esc");
    pilot.press("enter");
    here(&pilot);
    let mut pilot = Pilot::at_menu();
    pilot.choose("Fields");
    here(&pilot);
    pilot.press("enter");
    for _ in 0..3 {
        pilot.press("tab");
    }
    for part in ["values", "roles"] {
        here(&pilot);
        pilot.press("space");
        assert!(!pilot.screen().contains("Searched"), "{part}");
        here(&pilot);
        pilot.press("esc");
        pilot.press("tab");
    }
    for scope in Scope::ALL {
        assert!(
            stacks.iter().any(|stack| stack.contains(&scope)),
            "{scope:?} was not met: {stacks:?}"
        );
    }
    stacks
}

#[test]
fn no_key_is_bound_twice_in_a_scope() {
    let mut seen = HashSet::new();
    for row in BINDINGS {
        for key in row.keys {
            assert!(
                seen.insert((row.scope, *key)),
                "{:?}: {} is bound twice",
                row.scope,
                keymap::key_name(*key)
            );
        }
    }
}

#[test]
fn no_plain_character_is_a_command_where_text_is_typed() {
    for stack in everywhere() {
        if !stack.contains(&Scope::Text) {
            continue;
        }
        for row in BINDINGS.iter().filter(|row| stack.contains(&row.scope)) {
            for key in row.keys {
                let plain = matches!(key.codes.first(), KeyCode::Char(_))
                    && !key.modifiers.contains(KeyModifiers::CONTROL);
                assert!(!plain, "{:?} binds {}", row.scope, keymap::key_name(*key));
            }
        }
    }
}

#[test]
fn every_action_has_a_key_that_serial_lines_and_multiplexers_let_through() {
    let eaten = |code: KeyCode, modifiers: KeyModifiers| {
        modifiers.contains(KeyModifiers::ALT)
            || matches!(code, KeyCode::F(_))
            || (modifiers.contains(KeyModifiers::CONTROL)
                && matches!(code, KeyCode::Char('s' | 'q' | 'a' | 'b')))
    };
    for row in BINDINGS {
        assert!(
            row.keys
                .iter()
                .any(|key| !eaten(*key.codes.first(), key.modifiers)),
            "{:?} {:?} can be reached only by keys that get eaten",
            row.scope,
            row.action
        );
        for key in row.keys {
            let flow = matches!(key.codes.first(), KeyCode::Char('s' | 'q'))
                && key.modifiers == KeyModifiers::CONTROL;
            assert!(!flow, "{:?} binds flow control", row.scope);
        }
    }
}

#[test]
fn every_screen_and_dialog_can_be_left_without_the_escape_key() {
    let leaves = [Action::Back, Action::Quit, Action::No, Action::SignOut];
    for stack in everywhere() {
        let leaving = BINDINGS
            .iter()
            .filter(|row| stack.contains(&row.scope) && leaves.contains(&row.action))
            .flat_map(|row| row.keys)
            .any(|key| {
                *key != crokey::key!(esc)
                    && keymap::resolve(&stack, *key).is_some_and(|action| leaves.contains(&action))
            });
        assert!(leaving, "{stack:?}");
    }
}

#[test]
fn a_question_mark_is_the_same_key_with_and_without_shift() {
    let mut event = key_event("?");
    let plain = keymap::combination(event);
    event.modifiers = KeyModifiers::SHIFT;
    assert_eq!(keymap::combination(event), plain);
    assert_eq!(
        keymap::resolve(&[Scope::Menu, Scope::Plain], plain),
        Some(Action::Help)
    );
}

#[test]
fn a_line_feed_is_enter() {
    let pressed = keymap::combination(key_event("ctrl-j"));
    assert_eq!(pressed, crokey::key!(enter));
}

#[test]
fn the_footer_fits_and_keeps_what_matters_most() {
    let look = Look::new(ColourMode::None, halligan::console::Ground::Dark, true);
    for width in [40_u16, 60, 80, 132] {
        for scopes in [
            vec![
                Scope::Text,
                Scope::Edit,
                Scope::Form,
                Scope::Page,
                Scope::Global,
            ],
            vec![Scope::Text, Scope::Users, Scope::Page, Scope::Global],
            vec![Scope::Menu, Scope::Plain, Scope::Global],
        ] {
            let line = keymap::footer(&scopes, width, &look, |_| false);
            let text: String = line
                .spans
                .iter()
                .map(|span| span.content.as_ref())
                .collect();
            assert!(
                text.trim_end().chars().count() <= usize::from(width),
                "{width}: {text}"
            );
            assert!(text.contains("Enter"), "{width}: {text}");
            assert!(text.contains("keys"), "{width}: {text}");
        }
    }
}

#[test]
fn the_key_documentation_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/keys.md");
    let wanted = keymap::markdown();
    if std::env::var_os("HALLIGAN_TEST_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("docs/");
        std::fs::write(&path, &wanted).expect("docs/keys.md");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "docs/keys.md is stale: HALLIGAN_TEST_BLESS=1 cargo test --test all console::keys"
    );
}

#[test]
fn a_typed_reset_costs_two_keys_and_two_texts_on_three_screens() {
    let mut pilot = Pilot::at_menu();
    let screens = [pilot.screen()];
    pilot.text("vasquez");
    pilot.press("enter");
    pilot.text(world::NEW_PASSWORD);
    pilot.press("enter");
    pilot.sees("Done: Maria Vasquez");
    assert_eq!(
        screens.len() + pilot.model.depth() - 1,
        3,
        "menu, users, edit"
    );
    assert_eq!((pilot.presses, pilot.texts), (2, 2), "Enter, Enter");
    assert_eq!(pilot.count("Reset"), 1);
}

#[test]
fn a_generated_reset_costs_three_keys_and_one_text() {
    let mut pilot = Pilot::at_menu();
    pilot.text("vasquez");
    pilot.press("enter");
    pilot.press("ctrl-g");
    pilot.press("enter");
    pilot.sees("Done: Maria Vasquez");
    assert_eq!((pilot.presses, pilot.texts), (3, 1), "Enter, Ctrl-G, Enter");
    assert_eq!(pilot.count("Reset"), 1);
}

#[test]
fn the_next_caller_costs_one_key_more() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.press("ctrl-g");
    pilot.press("enter");
    (pilot.presses, pilot.texts) = (0, 0);
    pilot.press("n");
    pilot.text("okafor");
    pilot.press("enter");
    pilot.text(world::NEW_PASSWORD);
    pilot.press("enter");
    pilot.sees("Done: Pat Okafor");
    assert_eq!((pilot.presses, pilot.texts), (3, 2), "n, Enter, Enter");
}

#[test]
fn help_lists_the_keys_that_are_alive_and_any_leaving_key_closes_it() {
    for close in ["esc", "ctrl-x", "enter", "q"] {
        let mut pilot = Pilot::editing("vasquez");
        pilot.press("ctrl-k");
        pilot.sees("Draw a readable password");
        pilot.press(close);
        pilot.does_not_see("Draw a readable password");
        pilot.sees("New password");
    }
}

#[test]
fn keys_that_would_suspend_or_kill_are_told_that_they_do_not() {
    for key in ["ctrl-z", "ctrl-\\", "ctrl-4"] {
        let mut pilot = Pilot::at_menu();
        pilot.press(key);
        pilot.sees("Halligan cannot be suspended");
        assert!(!pilot.model.is_over());
    }
}
