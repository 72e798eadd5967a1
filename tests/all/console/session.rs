//! Signing in, being locked out and being sent away.

use std::time::Duration;

use halligan::{
    audit::{Kind, Outcome},
    console::app::Msg,
    console::effect::{Reply, Request, RosterImport, Ticket},
    desk::DeskError,
    desk::Notices,
    directory::{DirectoryError, UserAttribute},
    operator::{Changed, Operator, OperatorChange},
    password::profile::Profile,
    permission::{Reach, Role},
    receipt::Settlement,
    user::AccountKind,
};

use crate::support::{
    pilot::{Pilot, Setting},
    world::{self, NEW_PASSWORD, OWN_PASSWORD},
};

fn signed_in_as(operator: Operator) -> Pilot {
    let mut pilot = Pilot::new(Setting::default());
    pilot.text("somebody@riverside.example");
    pilot.press("enter");
    pilot.text(OWN_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_named("SignIn", Reply::SignedIn(Box::new(operator)));
    pilot.answers_at_once = true;
    while !pilot.asked.is_empty() {
        pilot.answer_next();
    }
    pilot
}

#[test]
fn enter_goes_from_the_email_to_the_password_and_then_signs_in() {
    let mut pilot = Pilot::new(Setting::default());
    pilot.text("chief@riverside.example");
    pilot.press("enter");
    assert_eq!(pilot.count("SignIn"), 0);
    pilot.text(OWN_PASSWORD);
    pilot.does_not_see(OWN_PASSWORD);
    pilot.press("enter");
    pilot.sees("Alma Chief (E1001)");
}

#[test]
fn a_wrong_sign_in_says_one_thing_and_keeps_the_name() {
    let mut pilot = Pilot::new(Setting::default());
    pilot.text("chief@riverside.example");
    pilot.press("tab");
    pilot.text("not the password");
    pilot.press("enter");
    pilot.sees("The email or the password is wrong, or this account cannot sign in.");
    pilot.sees("chief@riverside.example");
    pilot.text(OWN_PASSWORD);
    pilot.press("enter");
    pilot.sees("Alma Chief");
}

#[test]
fn what_the_operator_may_not_do_is_shown_with_the_missing_permission() {
    let pilot = signed_in_as(Operator {
        permissions: Role::HelpDesk.permissions(),
        ..world::operator()
    });
    pilot.sees("needs Users - Create");
    pilot.sees("needs Audit - Read");
    let mut pilot = pilot;
    pilot.choose("Audit");
    pilot.sees("Audit: needs Audit - Read.");
    assert_eq!(pilot.count("AuditList"), 0);
    assert_eq!(pilot.model.depth(), 1);
}

#[test]
fn changes_without_an_outcome_are_shown_after_the_sign_in() {
    let mut pilot = Pilot::new(Setting::default());
    pilot.text("chief@riverside.example");
    pilot.press("tab");
    pilot.text(OWN_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_named("SignIn", Reply::SignedIn(Box::new(world::operator())));
    pilot.answer_named(
        "OpenIntents",
        Reply::OpenIntents(vec![world::record(7, Kind::PasswordReset, Outcome::Intent)]),
    );
    pilot.sees("1 change was begun without an outcome");
    pilot.sees("password-reset for Maria Vasquez (E1042) by Alma Chief");
}

fn told(notices: Notices) -> Pilot {
    let mut pilot = Pilot::new(Setting::default());
    pilot.text("chief@riverside.example");
    pilot.press("tab");
    pilot.text(OWN_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_named("SignIn", Reply::SignedIn(Box::new(world::operator())));
    pilot.answer_named("Notices", Reply::Notices(notices));
    pilot
}

#[test]
fn a_recovery_at_the_machine_stands_on_the_menu_until_the_administrator_has_seen_it() {
    let mut record = world::record(12, Kind::Recovered, Outcome::Done);
    record.event.detail = Some("asked for at this machine by user number 0 (root)".into());
    let notices = Notices {
        recoveries: vec![record],
        administrators: Some(2),
    };
    let mut pilot = told(notices.clone());
    pilot.sees(
        "Let in again at the machine, without a sign-in; \"Recoveries\" once you have seen it:",
    );
    pilot.sees("Maria Vasquez (E1042), asked for at this machine by user number 0");
    pilot.does_not_see("the only administrator");
    pilot.choose("Recoveries");
    pilot.press("enter");
    assert_eq!(
        pilot.count("RecoveriesSeen"),
        1,
        "once, however often Enter is pressed"
    );
    pilot.answer_named("RecoveriesSeen", Reply::Noted);
    pilot.answer_named("Notices", Reply::Notices(Notices::default()));
    pilot.does_not_see("Let in again");
    pilot.does_not_see("Recoveries");
    pilot.press("enter");
    assert_eq!(pilot.count("RecoveriesSeen"), 1);
}

#[test]
fn the_only_administrator_who_can_sign_in_is_told_so() {
    let alone = told(Notices {
        recoveries: Vec::new(),
        administrators: Some(1),
    });
    alone.sees("You are the only administrator who can sign in.");
    alone.does_not_see("Let in again");
}

/// At the menu, after the crash of a console.
pub fn after_a_crash() -> Pilot {
    after_a_crash_of(world::operator())
}

fn after_a_crash_of(operator: Operator) -> Pilot {
    let mut pilot = Pilot::new(Setting::default());
    pilot.text("chief@riverside.example");
    pilot.press("tab");
    pilot.text(OWN_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_named("SignIn", Reply::SignedIn(Box::new(operator)));
    let open = vec![
        world::record(7, Kind::PasswordReset, Outcome::Intent),
        world::record(9, Kind::Unlock, Outcome::Intent),
    ];
    pilot.answer_named("OpenIntents", Reply::OpenIntents(open));
    pilot.answer_named("Notices", Reply::Notices(Notices::default()));
    pilot
}

#[test]
fn an_open_change_is_settled_by_asking_the_directory_once() {
    let mut pilot = after_a_crash();
    pilot.choose("Unfinished");
    pilot.sees("Enter asks the directory what became of it.");
    pilot.press("enter");
    pilot.press("enter");
    assert_eq!(
        pilot.open(),
        ["Settle"],
        "once, however often Enter is pressed"
    );
    pilot.press("esc");
    assert_eq!(pilot.model.depth(), 2, "nobody leaves while it is asked");
    pilot.answer_next();
    pilot.sees("It did not happen: the user is still at version 7.");
    pilot.does_not_see("password-reset for");
    pilot.sees("unlock for Maria Vasquez (E1042) by Alma Chief");
    pilot.press("esc");
    assert!(
        pilot.open().iter().any(|asked| asked == "OpenIntents"),
        "the menu looks again"
    );
}

#[test]
fn what_the_directory_cannot_tell_is_closed_with_what_the_operator_found_out() {
    let mut pilot = after_a_crash();
    pilot.choose("Unfinished");
    pilot.press("enter");
    let how = "the version has moved, by this change or by a later one: look at the user";
    let unknown = || Reply::Settled(Settlement::StillUnknown(how.into()));
    pilot.answer_named("Settle", unknown());
    pilot
        .sees("The directory cannot tell: The version has moved, by this change or by a later one");
    pilot.sees("password-reset for");
    pilot.text("she signs in with the new one");
    pilot.press("enter");
    let (_, request) = pilot.asked.last().expect("a question");
    assert!(
        matches!(request, Request::Settle(record, Some(remark))
            if record.sequence == 7 && remark == "she signs in with the new one"),
        "{request:?}"
    );
    pilot.answer_named("Settle", unknown());
    pilot.sees("Closed with what you found out: she signs in with the new one.");
    pilot.does_not_see("password-reset for");
}

#[test]
fn there_is_nothing_to_settle_where_every_change_has_its_outcome_or_the_permission_is_missing() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Unfinished");
    pilot.sees("Unfinished: every change that was begun has its outcome on record.");
    assert_eq!(pilot.model.depth(), 1);
    let mut pilot = after_a_crash_of(Operator {
        permissions: Role::Auditor.permissions(),
        ..world::operator()
    });
    pilot.choose("Unfinished");
    pilot.sees("Unfinished: needs Users - Update.");
    assert_eq!(pilot.model.depth(), 1);
}

#[test]
fn an_operator_with_a_temporary_password_is_led_straight_to_a_new_one() {
    let mut pilot = signed_in_as(Operator {
        must_change: true,
        ..world::operator()
    });
    pilot.sees("Somebody else set your password");
    pilot.press("esc");
    pilot.sees("Sign out instead?");
    pilot.press("n");
    pilot.text(OWN_PASSWORD);
    pilot.press("enter");
    pilot.text(NEW_PASSWORD);
    pilot.press("enter");
    pilot.text(NEW_PASSWORD);
    pilot.press("enter");
    assert_eq!(pilot.count("ChangeOwn"), 1);
    pilot.sees("Your password was changed");
    pilot.sees("Users");
}

#[test]
fn two_different_new_passwords_are_not_sent() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("My password");
    pilot.text(OWN_PASSWORD);
    pilot.press("tab");
    pilot.text(NEW_PASSWORD);
    pilot.press("tab");
    pilot.text("copper kettle marmot 92");
    pilot.press("enter");
    pilot.sees("not the same");
    assert_eq!(pilot.count("ChangeOwn"), 0);
}

#[test]
fn the_session_locks_when_idle_and_keeps_typed_work_other_than_secrets() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.press("tab");
    pilot.press("tab");
    pilot.press("tab");
    pilot.text("INC-2231");
    pilot.wait(Duration::from_mins(59));
    pilot.sees("INC-2231");
    pilot.wait(Duration::from_mins(2));
    pilot.sees("Locked. Alma Chief is still signed in.");
    pilot.does_not_see("Vasquez");
    pilot.does_not_see("INC-2231");
    assert_eq!(pilot.count("Lock"), 1);
    assert!(pilot.repaints > 0);

    pilot.text("wrong");
    pilot.press("enter");
    pilot.sees("is wrong");
    pilot.text(OWN_PASSWORD);
    pilot.press("enter");
    pilot.sees("INC-2231");
    pilot.press("enter");
    pilot.sees("Type a password");
    assert_eq!(pilot.count("Reset"), 0, "the secret was wiped");
}

#[test]
fn a_key_puts_the_lock_off_and_one_sleep_is_enough() {
    let mut pilot = Pilot::at_menu();
    for _ in 0..10 {
        pilot.wait(Duration::from_mins(10));
        pilot.press("down");
    }
    assert_eq!(pilot.count("Lock"), 0);
    assert!(pilot.sleeping.len() <= 2, "{:?}", pilot.sleeping);
    pilot.wait(Duration::from_mins(61));
    assert_eq!(pilot.count("Lock"), 1);
}

#[test]
fn a_session_left_alone_for_long_ends_and_is_signed_out() {
    let mut pilot = Pilot::at_menu();
    pilot.wait(Duration::from_mins(61));
    assert!(!pilot.model.is_over());
    pilot.wait(Duration::from_mins(16));
    assert!(pilot.model.is_over());
    assert_eq!(pilot.count("SignOut"), 1);
    assert!(pilot.model.farewell().expect("a reason").contains("nobody"));
}

#[test]
fn a_session_that_the_desk_calls_too_old_is_locked() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_named("Reset", Reply::Failed(DeskError::SessionLocked));
    pilot.sees("Locked. Alma Chief is still signed in.");
}

#[test]
fn the_answer_to_a_save_waits_beneath_the_lock() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.press("ctrl-d");
    pilot.sees("Locked.");
    pilot.answer_named("Reset", Reply::Done(world::receipt(true)));
    pilot.sees("Locked.");
    pilot.text(OWN_PASSWORD);
    pilot.press("enter");
    pilot.answer_named(
        "Reauthenticate",
        Reply::Reauthenticated(Box::new(world::operator())),
    );
    pilot.sees("Done: Maria Vasquez");
}

/// An answer of the desk to somebody whose role was taken away.
fn demoted() -> Reply {
    let change = OperatorChange {
        what: Changed::Role,
        by: Some("Ben Holt (A1)".into()),
        at: "2026-11-22T21:00:00Z".parse().ok(),
    };
    Reply::Failed(DeskError::Directory(DirectoryError::OperatorChanged(
        change,
    )))
}

#[test]
fn a_console_whose_operator_was_demoted_locks_says_by_whom_and_shows_nothing_any_more() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_named("Reset", demoted());
    pilot.sees("Your role was changed by Ben Holt (A1) at 2026-11-22 21:00:00 UTC.");
    pilot.does_not_see("Vasquez");
    // Menu and lock: the page of the user and the list beneath it have been left.
    assert_eq!(pilot.model.depth(), 2);
    let viewer = Operator {
        permissions: Role::Viewer.permissions(),
        ..world::operator()
    };
    pilot.text(OWN_PASSWORD);
    pilot.press("enter");
    pilot.answer_named("Reauthenticate", Reply::Reauthenticated(Box::new(viewer)));
    assert_eq!(pilot.model.depth(), 1);
    pilot.does_not_see("Vasquez");
    pilot.choose("Audit");
    assert_eq!(
        pilot.count("AuditList"),
        0,
        "a viewer does not read the audit"
    );
}

#[test]
fn a_change_that_is_found_between_two_acts_locks_the_console_at_once() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    pilot.feed(Msg::OperatorChanged(OperatorChange {
        what: Changed::Role,
        by: Some("Ben Holt (A1)".into()),
        at: "2026-11-22T21:00:00Z".parse().ok(),
    }));
    pilot.sees("Your role was changed by Ben Holt (A1) at 2026-11-22 21:00:00 UTC.");
    pilot.does_not_see("Vasquez");
    assert_eq!(pilot.model.depth(), 2);
    // Nobody at the desk: there is nothing to lock.
    let mut nobody = Pilot::new(Setting::default());
    nobody.feed(Msg::OperatorChanged(Changed::Removed.into()));
    assert_eq!(nobody.model.depth(), 1);
}

#[test]
fn a_role_that_changed_beneath_an_idle_lock_takes_the_screens_with_it() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.answers_at_once = false;
    pilot.press("ctrl-d");
    let viewer = Operator {
        permissions: Role::Viewer.permissions(),
        ..world::operator()
    };
    pilot.text(OWN_PASSWORD);
    pilot.press("enter");
    pilot.answer_named("Reauthenticate", Reply::Reauthenticated(Box::new(viewer)));
    assert_eq!(pilot.model.depth(), 1);
    pilot.does_not_see("Vasquez");
}

#[test]
fn a_reach_that_narrowed_beneath_an_idle_lock_takes_the_screens_with_it() {
    let mut pilot = Pilot::editing("vasquez");
    pilot.answers_at_once = false;
    pilot.press("ctrl-d");
    let confined = Operator {
        reach: Reach {
            kinds: Some([AccountKind::Residential].into_iter().collect()),
            ..Reach::EVERYWHERE
        },
        ..world::operator()
    };
    pilot.text(OWN_PASSWORD);
    pilot.press("enter");
    pilot.answer_named("Reauthenticate", Reply::Reauthenticated(Box::new(confined)));
    assert_eq!(pilot.model.depth(), 1);
    pilot.does_not_see("Vasquez");
}

#[test]
fn signing_out_leaves_nothing_of_the_session() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Sign out");
    pilot.sees("Sign out?");
    pilot.press("y");
    pilot.sees("nobody is signed in");
    pilot.sees("Email or ID");
    assert_eq!(pilot.count("SignOut"), 1);
    pilot.wait(Duration::from_hours(5));
    assert_eq!(pilot.count("Lock"), 0);
    assert!(!pilot.model.is_over());
}

#[test]
fn the_first_start_makes_an_administrator_imports_and_signs_in() {
    let mut pilot = Pilot::new(Setting {
        first_run: true,
        ..Setting::default()
    });
    for text in ["Alma", "Chief", "E1001", "chief@riverside.example"] {
        pilot.text(text);
        pilot.press("tab");
    }
    pilot.text(NEW_PASSWORD);
    pilot.press("tab");
    pilot.text(NEW_PASSWORD);
    pilot.press("tab");
    pilot.text("roster.csv");
    pilot.answers_at_once = false;
    pilot.press("enter");
    let Some((_, Request::SetUp(new, password))) = pilot.asked.last() else {
        panic!("no administrator was made: {:?}", pilot.open());
    };
    assert_eq!(new.login, "E1001");
    assert_eq!(new.role, Role::Administrator);
    assert_eq!(password.expose(), NEW_PASSWORD);
    pilot.answer_named("SetUp", Reply::SignedIn(Box::new(world::operator())));
    let (ticket, order) = roster_order(&mut pilot);
    assert!(order.only_plan, "a plan comes first");
    pilot.reply(ticket, Reply::Progress(1200));
    pilot.sees("Planning: 1200 rows so far");
    pilot.reply(
        ticket,
        Reply::Failed(DeskError::File("the heading lacks an ID".into())),
    );
    pilot.sees("The heading lacks an ID");
    pilot.press("ctrl-u");
    pilot.press("enter");
    pilot.sees("Alma Chief (E1001)");
    pilot.sees("Users");
}

#[expect(clippy::expect_used, reason = "a test ends where it goes wrong")]
fn roster_order(pilot: &mut Pilot) -> (Ticket, RosterImport) {
    let (ticket, request) = pilot.asked.pop().expect("a question");
    match request {
        Request::Import(order) => (ticket, order),
        other => panic!("not about a roster: {other:?}"),
    }
}

/// The first start with everything typed and a roster named.
pub(super) fn first_start_with_a_roster() -> Pilot {
    let mut pilot = Pilot::new(Setting {
        first_run: true,
        ..Setting::default()
    });
    for text in ["Alma", "Chief", "E1001", "chief@riverside.example"] {
        pilot.text(text);
        pilot.press("tab");
    }
    pilot.text(NEW_PASSWORD);
    pilot.press("tab");
    pilot.text(NEW_PASSWORD);
    pilot.press("tab");
    pilot.text("~/roster.csv");
    pilot.press("enter");
    pilot
}

#[test]
fn a_roster_is_planned_first_and_imported_by_a_second_enter() {
    let mut pilot = first_start_with_a_roster();
    pilot.wait(Duration::from_mins(2));
    pilot.sees("Plan: 31 users would be added, 1 given a role, 2 unchanged. Nothing was changed.");
    pilot.sees("Line 7: E7 Ada Okoye: new, role administrator");
    pilot.sees("Of no use here, and passed over: shoe.");
    assert_eq!(pilot.count("Import"), 1);
    pilot.answers_at_once = false;
    pilot.press("enter");
    let (ticket, order) = roster_order(&mut pilot);
    assert!(!order.only_plan && !order.skip_faulty);
    pilot.reply(ticket, Reply::Imported(Box::new(world::roster(&[]))));
    pilot.sees("Done: 31 users added, 1 given a role, 2 unchanged.");
    pilot.sees("The audit names those who got a role.");
    pilot.press("enter");
    pilot.sees("find somebody");
}

#[test]
fn faulty_lines_are_told_by_the_plan_and_left_out_only_where_that_was_chosen() {
    let mut pilot = first_start_with_a_roster();
    pilot.answers_at_once = false;
    // Another text is another file: the plan of the first no longer counts.
    pilot.text("x");
    pilot.press("enter");
    let (ticket, order) = roster_order(&mut pilot);
    assert!(order.only_plan);
    assert_eq!(order.file.to_str(), Some("~/roster.csvx"));
    let planned = world::roster(&[(12, "the ID is missing"), (40, "no such kind")]);
    pilot.reply(ticket, Reply::Imported(Box::new(planned)));
    pilot.sees("Line 12: the ID is missing");
    pilot.sees("Line 40: no such kind");
    pilot.sees("Correct the file and press Enter for another plan, or leave the faulty lines out.");

    pilot.press("enter");
    let (ticket, order) = roster_order(&mut pilot);
    assert!(
        order.only_plan,
        "nothing is imported while lines are faulty"
    );
    let planned = world::roster(&[(12, "the ID is missing")]);
    pilot.reply(ticket, Reply::Imported(Box::new(planned)));
    pilot.press("tab");
    pilot.press("tab");
    pilot.press("space");
    pilot.sees("Enter imports the others; the faulty lines are left out.");
    pilot.press("enter");
    let (_, order) = roster_order(&mut pilot);
    assert!(!order.only_plan && order.skip_faulty);
}

#[test]
fn what_columns_are_can_be_said_on_the_set_up_screen_and_how_to_keep_it() {
    let mut pilot = first_start_with_a_roster();
    pilot.press("tab");
    pilot.text("Employee #=id; Team=kind");
    pilot.answers_at_once = false;
    pilot.press("enter");
    let (ticket, order) = roster_order(&mut pilot);
    assert!(order.only_plan, "other columns want another plan");
    assert_eq!(order.columns, "Employee #=id; Team=kind");
    pilot.reply(ticket, Reply::Imported(Box::new(world::roster(&[]))));
    pilot.answers_at_once = true;
    pilot.press("enter");
    pilot.sees("columns = [\"Employee #=id\", \"Team=kind\"]");
}

#[test]
fn a_plan_and_an_import_can_be_stopped() {
    let mut pilot = first_start_with_a_roster();
    pilot.answers_at_once = false;
    pilot.press("enter");
    let (ticket, order) = roster_order(&mut pilot);
    assert!(!order.only_plan);
    pilot.reply(ticket, Reply::Progress(10));
    pilot.sees("Importing: 10 rows so far. Esc stops; nobody is added then.");
    pilot.press("esc");
    assert_eq!(pilot.count("StopImport"), 1);
    pilot.reply(
        ticket,
        Reply::Failed(DeskError::Directory(DirectoryError::Cancelled)),
    );
    pilot.press("enter");
    let (_, order) = roster_order(&mut pilot);
    assert!(order.only_plan, "after a stop the next is a plan again");
}

#[test]
fn the_first_start_names_the_first_thing_that_is_wrong() {
    let mut pilot = Pilot::new(Setting {
        first_run: true,
        profile: Profile::cjis(),
        ..Setting::default()
    });
    pilot.press("enter");
    pilot.sees("Type your name");
    assert_eq!(pilot.count("SetUp"), 0);
}

#[test]
fn a_new_user_is_added_and_opened() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Add user");
    pilot.text("E3001");
    pilot.press("tab");
    pilot.text("new@riverside.example");
    pilot.press("tab");
    pilot.text("Noor");
    pilot.press("tab");
    pilot.text("Haddad");
    pilot.press("enter");
    assert_eq!(pilot.count("Create"), 1);
    pilot.sees("Noor Haddad (E3001) was added");
}

#[test]
fn what_somebody_else_has_is_told_at_its_field() {
    let taken = |attribute, message: &str| {
        let message = message.into();
        Reply::Failed(DirectoryError::Taken { attribute, message }.into())
    };
    let mut pilot = Pilot::at_menu();
    pilot.choose("Add user");
    for text in ["E3001", "new@riverside.example", "Noor", "Haddad"] {
        pilot.text(text);
        pilot.press("tab");
    }
    pilot.answers_at_once = false;
    for (attribute, label) in [
        (Some(UserAttribute::Email), "Email"),
        (Some(UserAttribute::Id), "ID"),
        (Some(UserAttribute::FamilyName), "Family name"),
        (Some(UserAttribute::GivenName), "Given name"),
        // Whatever the sentence speaks of.
        (None, "ID"),
    ] {
        pilot.press("enter");
        pilot.answer_named("Create", taken(attribute, "this email is known here"));
        let screen = pilot.screen();
        let told = screen
            .lines()
            .position(|line| line.contains("is known here"));
        let field = screen.lines().nth(told.unwrap() - 1).unwrap();
        assert!(field.contains(label), "{label}: {screen}");
    }
}

#[test]
fn the_audit_is_listed_verified_and_read_in_full() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Audit");
    pilot.sees("password-reset");
    pilot.press("v");
    pilot.sees("Whole: 3 records");
    pilot.press("enter");
    pilot.sees("INC-2231");
    pilot.press("esc");
    pilot.press("esc");
    pilot.sees("find somebody");
}

#[test]
fn what_was_begun_and_what_came_of_it_are_one_line_and_the_filters_show_less() {
    let mut begun = world::record(2, Kind::PasswordReset, Outcome::Intent);
    begun.event.reason = Some("INC-2231".into());
    let mut done = world::record(3, Kind::PasswordReset, Outcome::Done);
    done.event.intent = Some(2);
    done.event.reason = Some("INC-2231".into());
    let refused = world::record(4, Kind::Unlock, Outcome::Refused("no".into()));
    let open = world::record(5, Kind::Unlock, Outcome::Intent);
    let sign_in = world::record(1, Kind::SignIn, Outcome::Done);
    let mut pilot = Pilot::at_menu();
    pilot.answers_at_once = false;
    pilot.choose("Audit");
    let records = vec![open, refused, done, begun, sign_in];
    pilot.answer_named("AuditList", Reply::AuditListed(records));
    let lines = |pilot: &Pilot, text: &str| {
        let screen = pilot.screen();
        screen.lines().filter(|line| line.contains(text)).count()
    };
    pilot.sees("When (UTC) Who What Outcome Whom Reason");
    pilot.sees("password-reset done E1042 INC-2231");
    assert_eq!(lines(&pilot, "password-reset"), 1, "begun and done are one");
    assert_eq!(lines(&pilot, "begun"), 1, "what has no outcome stays");
    pilot.press("f");
    pilot.sees("changes only");
    assert_eq!((lines(&pilot, "sign-in"), lines(&pilot, "refused")), (0, 0));
    pilot.press("f");
    assert_eq!(lines(&pilot, "refused"), 1);
    assert_eq!(lines(&pilot, "password-reset"), 0);
    pilot.press("f");
    pilot.press("home");
    pilot.press("u");
    let Some((_, Request::AuditList(query))) = pilot.asked.last() else {
        panic!("nothing was asked: {:?}", pilot.open());
    };
    assert_eq!(query.target.as_ref().expect("a user").0, "2");
    pilot.sees("about Maria Vasquez (E1042)");
    pilot.press("u");
    pilot.does_not_see("about Maria");
}

#[test]
fn where_the_directory_knows_the_operator_no_password_is_asked_for() {
    let mut pilot = Pilot::new(Setting {
        asks_for_password: false,
        ..Setting::default()
    });
    pilot.sees("Enter signs you in");
    pilot.does_not_see("Password");
    pilot.answers_at_once = false;
    pilot.press("enter");
    let (_, request) = pilot.asked.first().expect("a question");
    assert!(
        matches!(request, Request::SignIn(login, password) if login.is_empty() && password.is_empty())
    );
    let refused = world::wrong_sign_in();
    pilot.answer_with(refused);
    pilot.sees("this account cannot sign in");
    pilot.press("enter");
    pilot.answer_with(Reply::SignedIn(Box::new(world::operator())));
    pilot.sees("find somebody");
    pilot.choose("Lock");
    pilot.sees("Whoever is at this terminal goes on with Enter");
    pilot.answers_at_once = true;
    pilot.asked.clear();
    pilot.press("enter");
    assert_eq!(pilot.count("Reauthenticate"), 1);
}

#[test]
fn a_new_operator_is_added_only_after_the_own_password_was_given_again_and_once() {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Add user");
    for text in ["E77", "e77@riverside.example", "Una", "Field"] {
        pilot.text(text);
        pilot.press("tab");
    }
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_named("Create", Reply::Failed(DeskError::StepUp));
    pilot.sees("Your password, once more");
    pilot.text(OWN_PASSWORD);
    pilot.press("enter");
    let again = Reply::Reauthenticated(Box::new(world::operator()));
    pilot.answer_named("Reauthenticate", again);
    assert_eq!(pilot.count("Create"), 2, "what was typed went on, once");
}
