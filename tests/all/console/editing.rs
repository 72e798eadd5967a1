//! The password form: what may be saved, how often, and what is said afterwards.

use std::time::Duration;

use halligan::{
    console::{
        ReceiptShows,
        app::Msg,
        effect::{Opened, Reply, Request},
    },
    desk::{Beforehand, CallerSight, DeskError},
    directory::{CountedIn, DirectoryError, DirectoryPolicy, DirectoryRule, Support},
    password::profile::Profile,
    permission::{Permission, Role},
    receipt::{After, Proof, Receipt, Step, StepOutcome},
    user::Fact,
};

use crate::support::{
    pilot::{Pilot, Setting, now},
    world::{self, NEW_PASSWORD, OWN_PASSWORD},
};

#[expect(clippy::expect_used, reason = "a test ends where it goes wrong")]
fn open_order(pilot: &Pilot) -> &halligan::desk::ResetOrder {
    let (_, request) = pilot.asked.last().expect("a question");
    let Request::Reset(order) = request else {
        panic!("not a reset: {request:?}");
    };
    order
}

#[test]
fn one_save_sets_unlocks_and_asks_for_a_change() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");

    let order = open_order(&pilot);
    assert_eq!(order.user.0, "2");
    assert_eq!(order.expected.as_ref().expect("a version").0, "7");
    assert_eq!(order.password.expose(), NEW_PASSWORD);
    assert!(order.must_change && order.unlock && !order.generated);
}

#[test]
fn the_unlock_switch_is_absent_when_the_account_is_not_locked() {
    let mut pilot = Pilot::editing("garcía");
    pilot.does_not_see("Unlock too");
    pilot.text(NEW_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    assert!(!open_order(&pilot).unlock);
}

#[test]
fn what_the_directory_can_do_may_turn_out_after_the_start() {
    let mut unknown = world::capabilities();
    unknown.must_change = Support::No("must change: not offered by this directory".into());
    unknown.unlock = Support::No("unlock: not offered by this directory".into());
    let mut pilot = Pilot::new(Setting {
        capabilities: unknown,
        ..Setting::default()
    });
    // A SCIM server with our extension says so at the sign-in.
    pilot.feed(Msg::Capabilities(Box::new(world::capabilities())));
    pilot.sign_in();
    pilot.text("vasquez");
    pilot.press("enter");
    pilot.does_not_see("not offered");
    pilot.text(NEW_PASSWORD);
    let mut refusing = world::capabilities();
    refusing.reset = Support::No("this server does not let a password be changed".into());
    pilot.feed(Msg::Capabilities(Box::new(refusing)));
    pilot.press("enter");
    pilot.sees("does not let a password be changed");
    assert_eq!(pilot.count("Reset"), 0, "a greyed key asks for nothing");
    pilot.feed(Msg::Capabilities(Box::new(world::capabilities())));
    pilot.answers_at_once = false;
    pilot.press("enter");
    let order = open_order(&pilot);
    assert!(order.must_change && order.unlock);
}

#[test]
fn what_the_directory_does_not_offer_reads_so_and_never_no() {
    let why = "must change: not offered by this directory (SCIM has no such thing)";
    let capabilities = halligan::directory::Capabilities {
        must_change: Support::No(why.into()),
        ..world::capabilities()
    };
    let setting = Setting {
        capabilities,
        ..Setting::default()
    };
    let mut pilot = Pilot::editing_with(setting, "diaz");
    pilot.sees("Must change [ ] must change: not offered by this directory");
    pilot.answers_at_once = false;
    pilot.text(NEW_PASSWORD);
    pilot.press("enter");
    assert!(!open_order(&pilot).must_change);
    let mut receipt = world::receipt(false);
    receipt.steps = vec![
        (Step::PasswordSet, StepOutcome::Done),
        (Step::MustChange, StepOutcome::NotNeeded),
    ];
    pilot.answer_named("Reset", Reply::Done(receipt));
    pilot.sees(&format!("must change at next sign-in - {why}"));
}

#[test]
fn a_held_enter_saves_once() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    for _ in 0..40 {
        pilot.clock += 30;
        pilot.key("enter");
    }
    assert_eq!(pilot.count("Reset"), 1);
    assert_eq!(pilot.model.writes_in_flight(), 1);

    // It stays held while the receipt comes: the receipt is not closed by it.
    pilot.answer_named("Reset", Reply::Done(world::receipt(true)));
    for _ in 0..40 {
        pilot.clock += 30;
        pilot.key("enter");
    }
    pilot.sees("Done: Maria Vasquez");
    pilot.answers_at_once = true;
    pilot.press("enter");
    pilot.sees("Search");
}

#[test]
fn where_a_paste_is_only_fast_typing_an_enter_that_comes_with_it_does_not_save() {
    let setting = Setting {
        brackets_paste: false,
        ..Setting::default()
    };
    let mut pilot = Pilot::editing_with(setting, "vasquez");
    pilot.text(NEW_PASSWORD);
    // As an unbracketed paste delivers it: no time between the last character and the Enter.
    pilot.clock -= 60;
    pilot.key("enter");
    assert_eq!(pilot.count("Reset"), 0);
    pilot.sees("press Enter again");
    pilot.press("enter");
    assert_eq!(pilot.count("Reset"), 1);
}

#[test]
fn a_paste_fills_the_field_and_never_saves() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.paste(&format!("{NEW_PASSWORD}\n"));
    assert_eq!(pilot.count("Reset"), 0);
    pilot.answers_at_once = false;
    pilot.press("enter");
    assert_eq!(open_order(&pilot).password.expose(), NEW_PASSWORD);
}

#[test]
fn a_paste_with_line_breaks_or_control_characters_is_refused_with_the_reason() {
    for (paste, why) in [
        ("first line\nsecond line", "line break"),
        ("with \u{1b}[31m escape", "control characters"),
        ("a\ttab", "control characters"),
    ] {
        let mut pilot = Pilot::editing("vasquez");
        pilot.paste(paste);
        pilot.sees(why);
        pilot.press("esc");
        pilot.press("enter");
        pilot.sees("Type a password");
        assert_eq!(pilot.count("Reset"), 0);
    }
}

#[test]
fn a_password_that_breaks_a_rule_is_not_sent_and_the_cure_is_named() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text("short");
    pilot.press("enter");
    assert_eq!(pilot.count("Reset"), 0);
    pilot.sees("15 characters");
    pilot.text(" but then made long enough");
    pilot.press("enter");
    assert_eq!(pilot.count("Reset"), 1);
}

#[test]
fn a_password_is_masked_until_it_is_asked_for_and_masks_itself_again() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.does_not_see("copper");
    pilot.press("ctrl-r");
    pilot.sees(NEW_PASSWORD);
    pilot.wait(Duration::from_secs(16));
    pilot.does_not_see("copper");
}

#[test]
fn a_profile_that_forbids_showing_keeps_typed_passwords_masked_but_shows_generated_ones() {
    let mut pilot = Pilot::editing_with(
        Setting {
            profile: Profile::cjis(),
            ..Setting::default()
        },
        "vasquez",
    );
    pilot.text(NEW_PASSWORD);
    pilot.press("ctrl-r");
    pilot.does_not_see("copper");
    pilot.press("ctrl-g");
    pilot.sees(world::GENERATED);
    pilot.sees("Generated for reading out");
}

#[test]
fn a_profile_may_leave_only_the_generator() {
    let profile = Profile {
        operator_may_type_password: false,
        ..Profile::nist()
    };
    let mut pilot = Pilot::editing_with(
        Setting {
            profile,
            ..Setting::default()
        },
        "vasquez",
    );
    pilot.text("x");
    pilot.sees("generate only");
    pilot.press("ctrl-g");
    pilot.press("enter");
    assert_eq!(pilot.count("Reset"), 1);
}

#[test]
fn changing_a_generated_password_by_hand_makes_it_a_typed_one() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.press("ctrl-g");
    pilot.text("9");
    pilot.does_not_see("Generated for");
    pilot.answers_at_once = false;
    pilot.press("enter");
    assert!(!open_order(&pilot).generated);
}

#[test]
fn unlock_only_leaves_the_password_alone() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.sees("Locked since 03:12 UTC (6 hours ago) after 5 failed sign-ins; password is");
    pilot.press("ctrl-o");
    assert_eq!(pilot.count("Unlock"), 1);
    assert_eq!(pilot.count("Reset"), 0);
    pilot.sees("unlocked - done");

    let mut other = Pilot::editing("garcía");
    other.press("ctrl-o");
    other.sees("not locked");
    assert_eq!(other.count("Unlock"), 0);
}

#[test]
fn the_toast_is_green_only_when_everything_was_done_and_proved() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.press("enter");
    assert!(
        pilot
            .styles("Done: Maria Vasquez (E1042): password set")
            .contains("Green")
    );

    let mut amber = Pilot::editing("vasquez");
    amber.text(NEW_PASSWORD);
    amber.answers_at_once = false;
    amber.press("enter");
    amber.answer_named(
        "Reset",
        Reply::Done(Receipt {
            proof: Proof::Accepted("the server does not tell when it was changed".into()),
            ..world::receipt(true)
        }),
    );
    amber.sees("accepted, not confirmed");
    assert!(!amber.styles("accepted").contains("Green"));
    assert!(amber.styles("accepted, not confirmed").contains("Yellow"));

    let mut red = Pilot::editing("vasquez");
    red.text(NEW_PASSWORD);
    red.answers_at_once = false;
    red.press("enter");
    let mut receipt = world::receipt(false);
    receipt.steps.push((
        Step::Unlocked,
        StepOutcome::Refused("insufficient access rights".into()),
    ));
    red.answer_named("Reset", Reply::Done(receipt));
    red.sees("Only in part");
    red.sees("refused: insufficient access rights");
    // Bad news stays until it is read.
    red.wait(Duration::from_mins(10));
    red.sees("only in part (password set");
    red.press("esc");
    red.does_not_see("only in part (password set");
    red.sees("Only in part");
}

#[test]
fn a_failed_save_keeps_what_was_typed_and_says_what_happened() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_named("Reset", world::unreachable());
    pilot.sees("does not answer");
    pilot.sees("Nothing was changed");
    pilot.press("esc");
    pilot.press("enter");
    assert_eq!(open_order(&pilot).password.expose(), NEW_PASSWORD);
    assert_eq!(pilot.count("Reset"), 2);
}

#[test]
fn an_unknown_outcome_is_not_called_a_failure_without_change() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_named(
        "Reset",
        Reply::Failed(DeskError::Directory(DirectoryError::OutcomeUnknown(
            "the connection was lost before the answer came".into(),
        ))),
    );
    pilot.sees("It is not known whether anything was changed");
    pilot.does_not_see("Nothing was changed");
}

#[test]
fn the_second_of_two_operators_is_told_who_changed_what_and_overwrites_nothing() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_named(
        "Reset",
        Reply::Failed(DeskError::Directory(DirectoryError::Conflict {
            by: Some("Ruth Diaz".into()),
            at: "2026-11-22T09:58:00Z".parse().ok(),
            what: "password reset".into(),
        })),
    );
    pilot.sees("Ruth Diaz changed this user at 2026-11-22 09:58:00 UTC: password");
    pilot.sees("Nothing was overwritten");

    pilot.press("y");
    assert_eq!(pilot.open(), ["OpenUser"]);
    assert_eq!(pilot.count("Reset"), 1, "nothing is saved by itself");
    let mut user = world::people().remove(0);
    user.version.0 = "8".into();
    pilot.answer_named(
        "OpenUser",
        Reply::Opened(Box::new(Opened {
            user,
            may_reset: Ok(()),
            may_change_status: Ok(()),
            may_give_role: Ok(()),
            roles_to_give: Role::BUILT_IN.to_vec(),
            may_sign_out: Ok(()),
            may_remove: Ok(()),
            beforehand: Beforehand::default(),
            fields: Vec::new(),
        })),
    );
    pilot.press("enter");
    assert_eq!(open_order(&pilot).expected.as_ref().expect("one").0, "8");
}

#[test]
fn the_step_up_asks_for_the_own_password_and_then_saves_once() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_named("Reset", Reply::Failed(DeskError::StepUp));
    pilot.sees("Your password, once more");

    pilot.text("wrong-one");
    pilot.press("enter");
    pilot.answer_named("Reauthenticate", world::wrong_sign_in());
    pilot.sees("Your password, once more");
    assert_eq!(pilot.count("Reset"), 1);

    pilot.text(OWN_PASSWORD);
    pilot.does_not_see(OWN_PASSWORD);
    pilot.press("enter");
    pilot.answer_named(
        "Reauthenticate",
        Reply::Reauthenticated(Box::new(world::operator())),
    );
    assert_eq!(pilot.count("Reset"), 2, "the same save went on, once");
    assert_eq!(open_order(&pilot).password.expose(), NEW_PASSWORD);
    pilot.answer_named("Reset", Reply::Done(world::receipt(true)));
    pilot.sees("Done: Maria Vasquez");
}

#[test]
fn cancelling_the_step_up_saves_nothing_and_keeps_the_form() {
    for cancel in ["esc", "ctrl-x"] {
        let mut pilot = Pilot::editing("vasquez");
        pilot.text(NEW_PASSWORD);
        pilot.answers_at_once = false;
        pilot.press("enter");
        pilot.answer_named("Reset", Reply::Failed(DeskError::StepUp));
        pilot.text(OWN_PASSWORD);
        pilot.press(cancel);
        pilot.sees("New password");
        assert_eq!(pilot.count("Reset"), 1);
        assert_eq!(pilot.count("Reauthenticate"), 0);
    }
}

#[test]
fn leaving_with_typed_work_asks_first_and_enter_means_stay() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text("half a pass");
    pilot.press("esc");
    pilot.sees("lose what you typed");
    pilot.press("enter");
    pilot.sees("New password");
    pilot.press("ctrl-x");
    pilot.press("y");
    pilot.does_not_see("New password");
    pilot.sees("Search");

    // Nothing typed: no question.
    let mut other = Pilot::editing("vasquez");
    other.press("esc");
    other.does_not_see("lose what you typed");
    other.sees("Search");
}

#[test]
fn nobody_leaves_while_a_save_is_on_its_way() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.press("esc");
    pilot.sees("being saved");
    pilot.sees("New password");
    pilot.wait(Duration::from_secs(2));
    pilot.sees("Still saving: 2 s, waiting for the answer of local store.");
    pilot.wait(Duration::from_secs(5));
    pilot.sees("Still saving: 7 s");
}

#[test]
fn quitting_during_a_save_asks_and_tells_the_outcome_in_the_end() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.press("ctrl-c");
    pilot.sees("A change is being saved");
    pilot.press("y");
    assert!(pilot.model.is_over());
    pilot.answer_named("Reset", Reply::Done(world::receipt(true)));
    assert_eq!(
        pilot.model.farewell(),
        Some("The last change was made and confirmed.")
    );
}

#[test]
fn a_user_who_may_not_be_reset_is_shown_with_the_reason() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.answers_at_once = false;
    pilot.press("esc");
    pilot.answers_at_once = true;
    pilot.press("enter");
    pilot.answers_at_once = false;
    let mut other = Pilot::at_menu();
    other.text("diaz");
    other.answers_at_once = false;
    other.press("enter");
    other.answer_named(
        "OpenUser",
        Reply::Opened(Box::new(Opened {
            user: world::people().remove(7),
            may_reset: Err(DeskError::Lacks(Permission::UsersUpdate)),
            may_change_status: Ok(()),
            may_give_role: Ok(()),
            roles_to_give: Role::BUILT_IN.to_vec(),
            may_sign_out: Ok(()),
            may_remove: Ok(()),
            beforehand: Beforehand::default(),
            fields: Vec::new(),
        })),
    );
    other.sees("You may not reset this password");
    other.sees("Users - Update");
    other.text(NEW_PASSWORD);
    other.press("enter");
    assert_eq!(other.count("Reset"), 0);
    other.press("ctrl-g");
    assert_eq!(other.count("Generate"), 0);
}

#[test]
fn the_receipt_is_one_page_with_what_to_say_each_step_and_the_spelling() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.press("ctrl-g");
    pilot.press("enter");
    let screen = pilot.screen();
    let place = |text: &str| {
        screen
            .find(text)
            .unwrap_or_else(|| panic!("no {text:?}:\n{screen}"))
    };
    let order = [
        "Done: Maria Vasquez (E1042)",
        world::GENERATED,
        "cabin – otter – lime – spoon – four seven, all small, dashes between;",
        "works until Mon 10:00 UTC, then you choose your own",
        "✓ password set",
        "✓ unlocked",
        "otter  Ocean Tom Tom Edward Robert",
        "47     four seven",
    ]
    .map(place);
    assert!(order.is_sorted(), "{order:?}\n{screen}");
}

#[test]
fn the_receipt_hides_the_password_on_request_and_forgets_it_in_time() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.press("ctrl-g");
    pilot.press("enter");
    pilot.sees(world::GENERATED);
    pilot.press("r");
    pilot.does_not_see(world::GENERATED);
    pilot.does_not_see("cabin");
    pilot.press("r");
    pilot.wait(Duration::from_mins(4));
    pilot.does_not_see("cabin");
    pilot.sees("The password was here for 3 minutes and is wiped");
    pilot.press("r");
    pilot.sees("not here (any more)");
    pilot.press("enter");
    pilot.sees("Search");
}

#[test]
fn a_lock_takes_the_password_from_the_receipt() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.press("ctrl-g");
    pilot.press("enter");
    pilot.press("ctrl-d");
    pilot.does_not_see("cabin");
    assert!(pilot.repaints > 0, "nor does it stay in a scrollback");
    pilot.text(OWN_PASSWORD);
    pilot.press("enter");
    pilot.sees("Done: Maria Vasquez");
    pilot.does_not_see("cabin");
}

#[test]
fn a_profile_that_shows_no_typed_password_shows_it_on_no_receipt_until_it_is_asked_for() {
    let cjis = || Setting {
        profile: Profile::cjis(),
        ..Setting::default()
    };
    let mut pilot = Pilot::editing_with(cjis(), "vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.press("enter");
    pilot.does_not_see("copper");
    pilot.sees("r shows the password");
    pilot.press("r");
    pilot.sees(NEW_PASSWORD);
    let mut generated = Pilot::editing_with(cjis(), "vasquez");
    generated.press("ctrl-g");
    generated.press("enter");
    generated.sees(world::GENERATED);
}

#[test]
fn the_site_says_which_passwords_stand_on_a_receipt_as_it_opens() {
    for (shows, typed, generated) in [
        (ReceiptShows::Always, true, true),
        (ReceiptShows::Generated, false, true),
        (ReceiptShows::Never, false, false),
    ] {
        let setting = || Setting {
            receipt_shows: shows,
            ..Setting::default()
        };
        let mut pilot = Pilot::editing_with(setting(), "vasquez");
        pilot.text(NEW_PASSWORD);
        pilot.press("enter");
        assert_eq!(pilot.screen().contains(NEW_PASSWORD), typed, "{shows:?}");
        let mut pilot = Pilot::editing_with(setting(), "vasquez");
        pilot.press("ctrl-g");
        pilot.press("enter");
        let stands = pilot.screen().contains(world::GENERATED);
        assert_eq!(stands, generated, "{shows:?}");
        if !generated {
            pilot.press("r");
            pilot.sees(world::GENERATED);
        }
    }
}

#[test]
fn a_generated_password_that_was_never_shown_is_not_thrown_away_without_a_question() {
    for leave in ["enter", "esc", "n"] {
        let mut pilot = Pilot::editing("vasquez");
        pilot.press("ctrl-g");
        pilot.press("ctrl-r");
        pilot.does_not_see("cabin");
        pilot.press("enter");
        // In the same moment in which the receipt comes.
        pilot.press(leave);
        pilot.sees("This generated password was never shown");
        pilot.press("n");
        pilot.sees(world::GENERATED);
        pilot.wait(Duration::from_secs(2));
        pilot.press(leave);
        pilot.does_not_see("never shown");
        pilot.sees("Search");
    }
}

#[test]
fn that_the_user_has_read_it_back_is_recorded_once() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.press("ctrl-g");
    pilot.press("enter");
    pilot.press("b");
    pilot.sees("read back by the user - recorded");
    pilot.press("b");
    assert_eq!(pilot.count("ReadBack"), 1);
}

#[test]
fn the_next_caller_begins_with_an_empty_search_and_the_same_ticket() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    for _ in 0..3 {
        pilot.press("tab");
    }
    pilot.text("INC-2231");
    pilot.press("enter");
    pilot.press("n");
    pilot.sees("9 of 500");
    pilot.does_not_see("Done: Maria Vasquez");
    pilot.text("okafor");
    pilot.press("enter");
    pilot.sees("Pat Okafor");
    pilot.sees("INC-2231");
}

#[test]
fn behind_a_receipt_the_next_name_replaces_the_old_one() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.press("enter");
    pilot.press("enter");
    pilot.sees("Search [vasquez");
    pilot.text("okafor");
    pilot.sees("Search [okafor");
    pilot.sees("1 of 500");
    // A key that moves keeps the text, and what is typed then is added.
    pilot.press("enter");
    pilot.press("esc");
    pilot.press("left");
    pilot.text("x");
    pilot.sees("Search [okafoxr");
}

#[test]
fn what_was_said_of_one_user_does_not_stand_over_the_page_of_another() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.press("enter");
    pilot.sees("Done: Maria Vasquez (E1042): password set");
    pilot.press("enter");
    pilot.does_not_see("Done:");
    pilot.text("okafor");
    pilot.press("enter");
    pilot.does_not_see("E1042");
}

#[test]
fn the_verdict_and_times_of_the_user_are_read_at_the_time_of_the_answer() {
    let pilot = Pilot::editing("okafor");
    pilot.sees("Must change the password at next sign-in");
    let disabled = Pilot::editing("whitfield");
    disabled.sees("Disabled");
    assert_eq!(now().to_string(), "2026-11-22T10:00:00Z");
}

#[test]
fn text_from_the_directory_cannot_drive_the_terminal() {
    let mut pilot = Pilot::at_menu();
    pilot.text("mallory");
    for screen in [pilot.screen(), {
        pilot.press("enter");
        pilot.screen()
    }] {
        assert!(screen.contains("Eve\\x1b[2J"), "{screen}");
        assert!(!screen.contains(['\u{1b}', '\u{202e}', '\u{9b}']));
    }
}

/// The page of somebody in a directory with rules and warnings of its own.
fn editing_elsewhere() -> Pilot {
    let mut pilot = Pilot::at_menu();
    pilot.text("diaz");
    pilot.answers_at_once = false;
    pilot.press("enter");
    let rule = |label: &str, least| DirectoryRule {
        label: label.into(),
        least,
        most: None,
    };
    let policy = DirectoryPolicy {
        source: "cn=default,ou=policies".into(),
        rules: vec![
            rule(
                "at least 30 characters (directory)",
                Some((30, CountedIn::CodePoints)),
            ),
            rule("none of the last 5 passwords (directory)", None),
        ],
        classes: 0,
        remark: Some("Halligan's own policy is checked first.".into()),
    };
    pilot.answer_named(
        "OpenUser",
        Reply::Opened(Box::new(Opened {
            user: world::people().remove(7),
            may_reset: Ok(()),
            may_change_status: Ok(()),
            may_give_role: Ok(()),
            roles_to_give: Role::BUILT_IN.to_vec(),
            may_sign_out: Ok(()),
            may_remove: Ok(()),
            beforehand: Beforehand {
                policy: Some(policy),
                warnings: vec!["This account is disabled\u{1b}[2J.".into()],
                callers: CallerSight::default(),
            },
            fields: Vec::new(),
        })),
    );
    pilot
}

#[test]
fn the_directorys_own_rules_and_warnings_are_there_before_the_save() {
    let mut pilot = editing_elsewhere();
    pilot.sees("This account is disabled");
    pilot.does_not_see("\u{1b}");
    pilot.sees("○ at least 30 characters (directory)");
    pilot.sees("Halligan's own policy is checked first.");
    pilot.text(NEW_PASSWORD);
    pilot.sees("… none of the last 5 passwords (directory) (seen when you save)");
    pilot.press("enter");
    assert_eq!(pilot.count("Reset"), 0, "23 characters are too few there");
    pilot.sees("30 characters are needed");
    pilot.text(" and more");
    pilot.sees("✓ at least 30 characters (directory)");
    pilot.press("enter");
    assert_eq!(pilot.count("Reset"), 1);
}

#[test]
fn the_directorys_own_text_is_behind_a_key_and_harmless() {
    let mut pilot = editing_elsewhere();
    pilot.press("ctrl-f");
    pilot.sees("The directory has said nothing more");
    pilot.text("copper kettle marmot 91 and more");
    pilot.press("enter");
    let raw = "result 50: no write access\u{1b}[31m to parent";
    pilot.answer_named(
        "Reset",
        Reply::Failed(DeskError::Directory(DirectoryError::Forbidden {
            message: "the directory does not let you reset this user's password".into(),
            raw: Some(raw.into()),
        })),
    );
    pilot.sees("does not let you reset");
    pilot.does_not_see("result 50");
    pilot.press("ctrl-f");
    pilot.sees("result 50: no write access");
    pilot.does_not_see("\u{1b}");
    pilot.press("esc");
    pilot.does_not_see("result 50");
}

#[test]
fn the_new_password_is_tried_only_when_the_operator_asks() {
    let mut setting = Setting::default();
    setting.capabilities.check = Support::No("a wrong one counts".into());
    let mut pilot = Pilot::editing_with(setting, "vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.press("enter");
    assert_eq!(pilot.count("Check"), 0);
    pilot.press("t");
    pilot.sees("counts a failed sign-in");
    pilot.press("n");
    assert_eq!(pilot.count("Check"), 0);
    pilot.press("t");
    pilot.press("y");
    assert_eq!(pilot.count("Check"), 1);
    pilot.sees("Tried: the new password is the right one.");
    pilot.sees("It must be changed at this sign-in.");
}

#[test]
fn an_account_whose_lock_cannot_be_seen_is_not_called_unlocked() {
    let mut pilot = Pilot::at_menu();
    pilot.text("diaz");
    pilot.answers_at_once = false;
    pilot.press("enter");
    let mut user = world::people().remove(7);
    user.state.lock = Fact::Unknown("needs read on pwdAccountLockedTime".into());
    pilot.answer_named(
        "OpenUser",
        Reply::Opened(Box::new(Opened {
            user,
            may_reset: Ok(()),
            may_change_status: Ok(()),
            may_give_role: Ok(()),
            roles_to_give: Role::BUILT_IN.to_vec(),
            may_sign_out: Ok(()),
            may_remove: Ok(()),
            beforehand: Beforehand::default(),
            fields: Vec::new(),
        })),
    );
    pilot.sees("Not known: whether it is locked");
    pilot.sees("Unlock too    [ ]");
    pilot.press("ctrl-o");
    pilot.does_not_see("The account is not locked.");
    assert_eq!(pilot.count("Unlock"), 1);
}

/// The page of Dana Whitfield, who is disabled, for somebody with these rights.
fn editing_disabled(may_change_status: Result<(), DeskError>) -> Pilot {
    let mut pilot = Pilot::at_menu();
    pilot.text("whitfield");
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_named(
        "OpenUser",
        Reply::Opened(Box::new(Opened {
            user: world::people().remove(4),
            may_reset: Ok(()),
            may_change_status,
            may_give_role: Ok(()),
            roles_to_give: Role::BUILT_IN.to_vec(),
            may_sign_out: Ok(()),
            may_remove: Ok(()),
            beforehand: Beforehand::default(),
            fields: Vec::new(),
        })),
    );
    pilot
}

#[test]
fn a_disabled_user_is_enabled_by_the_key_that_the_page_names_after_a_question_and_the_step_up() {
    let mut pilot = editing_disabled(Ok(()));
    pilot.sees("Disabled");
    pilot.sees("Ctrl-Y enables it, by Users - Update Status.");
    pilot.sees("Ctrl-Y enable ");
    pilot.press("ctrl-y");
    pilot.sees("Enable Dana Whitfield (E0900)?");
    pilot.press("n");
    assert_eq!(pilot.count("Enable"), 0);
    pilot.press("ctrl-y");
    pilot.press("y");
    assert_eq!(pilot.open(), ["Enable"]);
    // Enter once more does not send a second one.
    pilot.press("ctrl-y");
    assert_eq!(pilot.count("Enable"), 1);
    pilot.answer_named("Enable", Reply::Failed(DeskError::StepUp));
    pilot.sees("Your password, once more");
    pilot.text(OWN_PASSWORD);
    pilot.press("enter");
    pilot.answer_named(
        "Reauthenticate",
        Reply::Reauthenticated(Box::new(world::operator())),
    );
    assert_eq!(pilot.count("Enable"), 2, "the same act went on, once");
    let mut user = world::people().remove(4);
    user.state.active = Fact::Known(true);
    let receipt = Receipt {
        steps: vec![(Step::Enabled, StepOutcome::Done)],
        proof: Proof::NotNeeded,
        after: Some(Box::new(After::read(user, &Proof::NotNeeded, true, now()))),
        ..world::receipt(false)
    };
    pilot.answer_named("Enable", Reply::Done(receipt));
    pilot.sees("Done: Dana Whitfield (E0900)");
    pilot.sees("enabled - done");
    pilot.sees("Can sign in.");
}

#[test]
fn whoever_may_not_enable_is_told_so_where_the_verdict_stands_and_at_the_key() {
    let mut pilot = editing_disabled(Err(DeskError::Lacks(Permission::UsersUpdateStatus)));
    pilot.sees("You may not enable it: this needs the permission Users - Update Status");
    pilot.press("ctrl-y");
    pilot.sees("You may not enable this user");
    assert_eq!(pilot.count("Enable"), 0);
    // Of somebody who is not disabled the key is not there.
    let mut other = Pilot::editing("vasquez");
    other.press("ctrl-y");
    assert_eq!(other.count("Enable"), 0);
    other.does_not_see("Ctrl-Y");
}

#[test]
fn the_time_of_an_act_counts_down_while_it_is_saved() {
    let setting = Setting {
        act_limit: Some(Duration::from_secs(8)),
        ..Setting::default()
    };
    let mut pilot = Pilot::editing_with(setting, "vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.sees("Saving...");
    pilot.wait(Duration::from_secs(2));
    pilot.sees("Still saving: 6 s left for the answer of local store.");
    pilot.wait(Duration::from_secs(5));
    pilot.sees("Still saving: 1 s left");
    pilot.wait(Duration::from_secs(3));
    pilot.sees("the time of local store is over");
}

#[test]
fn the_receipt_of_somebody_who_is_disabled_is_amber_and_promises_no_sign_in() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.press("ctrl-g");
    pilot.answers_at_once = false;
    pilot.press("enter");
    let mut user = world::user(42, "E1042", "Maria", "Vasquez");
    user.state.active = Fact::Known(false);
    let receipt = world::receipt(true);
    let after = After::read(user, &receipt.proof, true, now());
    let receipt = Receipt {
        after: Some(Box::new(after)),
        ..receipt
    };
    pilot.answer_named("Reset", Reply::Done(receipt));
    pilot.sees("Done, but still cannot sign in: Maria Vasquez (E1042)");
    pilot.sees("Cannot sign in: disabled.");
    pilot.sees("Enable the account. On the user's page: Ctrl-Y (needs Users - Update Status)");
    pilot.does_not_see("works until");
    pilot.does_not_see("at the first sign-in");
    let styles = pilot.styles("Done, but still cannot sign in");
    assert!(styles.contains("Yellow"), "{styles}");
    assert!(!styles.contains("Green"), "{styles}");
    // In the narrowest window the name is wrapped, not cut.
    assert!(pilot.screen_at(40, 12).contains("Maria Vasquez (E1042)"));
}
