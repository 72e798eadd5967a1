//! The record of a user: its sections, what one save sends, and what is said where something may not be
//! changed.

use halligan::{
    audit::{Kind, Outcome},
    console::effect::{ChangeOrder, Opened, Reply, Request},
    desk::{Beforehand, DeskError},
    directory::{DirectoryError, Support, UserAttribute},
    permission::{Permission, Role},
    receipt::{Step, StepOutcome},
    user::{Detail, Details, Fact, User},
};

use crate::support::{
    pilot::{Pilot, Setting},
    world::{self, NEW_PASSWORD},
};

/// Maria Vasquez, locked, as a directory shows her that keeps details.
pub(super) fn maria() -> User {
    let mut user = world::people().remove(0);
    user.details = Fact::Known(Details {
        phone: "303 555 0142".into(),
        station: "7".into(),
        ..Details::default()
    });
    user.state.active = Fact::Known(true);
    user.state.must_change = Fact::Known(false);
    user.state.valid_from = Fact::Known(None);
    user.state.account_expires = Fact::Known(None);
    user
}

pub(super) fn opened(user: User) -> Opened {
    Opened {
        user,
        may_reset: Ok(()),
        may_change_status: Ok(()),
        may_give_role: Ok(()),
        roles_to_give: Role::BUILT_IN.to_vec(),
        may_sign_out: Ok(()),
        may_remove: Ok(()),
        beforehand: Beforehand::default(),
        fields: Vec::new(),
    }
}

/// At the page of Maria Vasquez, as read for this operator; questions stay open.
pub(super) fn at_record(opened: Opened) -> Pilot {
    at_record_with(Setting::default(), opened)
}

fn at_record_with(setting: Setting, opened: Opened) -> Pilot {
    let mut pilot = Pilot::at_menu_of(setting);
    pilot.text("vasquez");
    pilot.answers_at_once = false;
    pilot.press("enter");
    pilot.answer_named("OpenUser", Reply::Opened(Box::new(opened)));
    pilot
}

/// Opens a section by its key and goes to a field by its label.
pub(super) fn go(pilot: &mut Pilot, section: &str, field: &str) {
    for _ in 0..5 {
        if pilot.screen().contains(&format!("[{section}]")) {
            break;
        }
        pilot.press("pagedown");
    }
    pilot.sees(&format!("[{section}]"));
    for _ in 0..20 {
        if pilot.read_line().contains(field) {
            return;
        }
        pilot.press("tab");
    }
    panic!("no {field:?}:\n{}", pilot.screen());
}

/// The open questions but those about the strength of what is typed.
fn acts(pilot: &Pilot) -> Vec<String> {
    let open = pilot.open().into_iter();
    open.filter(|asked| asked != "Rate").collect()
}

pub(super) fn order(pilot: &Pilot) -> &ChangeOrder {
    match pilot.asked.last() {
        Some((_, Request::Change(order))) => order,
        other => panic!("not a change: {other:?}"),
    }
}

#[test]
fn sections_are_gone_through_by_tab_over_their_end_and_by_a_key() {
    let mut pilot = at_record(opened(maria()));
    pilot.sees("[Password]");
    // Password, must-change, unlock, reason: then the next section.
    for _ in 0..4 {
        pilot.press("tab");
    }
    pilot.sees("[Details]");
    assert!(pilot.read_line().contains("ID"), "{}", pilot.read_line());
    pilot.press("backtab");
    pilot.sees("[Password]");
    assert!(pilot.read_line().contains("Reason/ticket"));
    for section in ["Details", "Status", "Access", "History", "Password"] {
        pilot.press("pagedown");
        pilot.sees(&format!("[{section}]"));
    }
    for section in ["History", "Access", "Status", "Details", "Password"] {
        pilot.press("pageup");
        pilot.sees(&format!("[{section}]"));
    }
    assert!(pilot.read_line().contains("New password"));
}

#[test]
fn one_save_sends_what_was_changed_in_every_section_as_one_act() {
    let mut pilot = at_record(opened(maria()));
    pilot.text(NEW_PASSWORD);
    go(&mut pilot, "Details", "Phone");
    pilot.press("ctrl-u");
    pilot.text("303 555 0199");
    go(&mut pilot, "Status", "Active");
    pilot.press("space");
    go(&mut pilot, "Status", "Valid until");
    pilot.text("2026-12-31");
    go(&mut pilot, "Access", "Role");
    pilot.press("right");
    go(&mut pilot, "Access", "End sessions");
    pilot.press("space");
    go(&mut pilot, "Access", "Reason");
    pilot.text("INC-7");
    pilot.press("enter");
    assert_eq!(acts(&pilot), ["Change"], "one question, and no second act");
    let order = order(&pilot);
    assert_eq!(
        (order.user.0.as_str(), order.expected.0.as_str()),
        ("2", "7")
    );
    assert_eq!(order.reason, "INC-7");
    let change = &order.change;
    assert_eq!(
        change
            .new_password()
            .map(halligan::password::Secret::expose),
        Some(NEW_PASSWORD)
    );
    assert_eq!(change.details.phone.as_deref(), Some("303 555 0199"));
    assert_eq!(change.details.station, None, "what was not touched stays");
    assert_eq!(
        (change.active, change.role.clone()),
        (Some(false), Some(Role::Viewer))
    );
    assert_eq!(
        change
            .valid_until
            .flatten()
            .map(|at| at.to_string())
            .as_deref(),
        Some("2027-01-01T00:00:00Z"),
        "the last day counts whole"
    );
    // The lock goes with the password, as ever.
    assert!(change.unlock && change.end_sessions && !change.must_change);
    let receipt = world::changed(change);
    pilot.answer_named("Change", Reply::Done(receipt));
    pilot.sees("Done: Maria Vasquez (E1042)");
    for line in [
        "password set - done",
        "unlocked - done",
        "disabled - done",
        "role assigned - done",
        "phone, valid until changed - done",
        "sessions and tokens ended - done",
    ] {
        pilot.sees(line);
    }
    // The phone script is that of every reset.
    pilot.sees("Say    copper – kettle – marmot");
}

#[test]
fn a_locked_account_stays_locked_where_only_its_phone_is_changed() {
    let mut pilot = at_record(opened(maria()));
    go(&mut pilot, "Details", "Phone");
    pilot.text("9");
    pilot.press("enter");
    let order = order(&pilot);
    assert_eq!(order.change.steps(), [Step::Changed]);
}

#[test]
fn a_lock_is_taken_off_in_the_status_section() {
    let mut pilot = at_record(opened(maria()));
    go(&mut pilot, "Status", "Unlock");
    pilot.press("space");
    pilot.press("enter");
    assert_eq!(order(&pilot).change.steps(), [Step::Unlocked]);
}

#[test]
fn a_key_that_does_one_thing_at_once_waits_for_what_else_was_changed() {
    let mut pilot = at_record(opened(maria()));
    go(&mut pilot, "Details", "Phone");
    pilot.text("9");
    pilot.press("ctrl-o");
    pilot.sees("Something was changed under Details: save it first (Enter)");
    assert!(pilot.open().is_empty());
    pilot.sees("303 555 01429");
}

#[test]
fn nothing_is_saved_where_nothing_was_changed() {
    let mut pilot = at_record(opened(maria()));
    go(&mut pilot, "Details", "Phone");
    pilot.press("enter");
    pilot.sees("Nothing was changed here");
    assert!(pilot.open().is_empty());
}

#[test]
fn what_cannot_be_kept_is_told_at_its_field_and_not_sent() {
    for (section, field, typed, why) in [
        ("Details", "Phone", "call me", "which no phone number has"),
        ("Details", "Email", "maria", "This is not an address"),
        ("Details", "ID", "", "An ID is needed"),
        ("Status", "Valid from", "soon", "Type a date as 2026-12-31"),
        (
            "Status",
            "Remove",
            "E1043",
            "Type E1042 to remove this account",
        ),
    ] {
        let mut pilot = at_record(opened(maria()));
        go(&mut pilot, section, field);
        pilot.press("ctrl-u");
        pilot.text(typed);
        pilot.press("enter");
        pilot.sees(why);
        assert!(pilot.open().is_empty(), "{field}: {:?}", pilot.open());
    }
}

#[test]
fn what_the_directory_refuses_is_told_at_its_field_in_its_section() {
    let mut pilot = at_record(opened(maria()));
    go(&mut pilot, "Details", "Station");
    pilot.text("9");
    go(&mut pilot, "Status", "Active");
    pilot.press("space");
    pilot.press("enter");
    let error = DirectoryError::Invalid {
        message: "the station is none of ours".into(),
        attribute: Some(UserAttribute::Detail(Detail::Station)),
    };
    pilot.answer_named("Change", Reply::Failed(error.into()));
    pilot.sees("[Details]");
    pilot.sees("The station is none of ours.");
    assert!(
        pilot.read_line().contains("Station"),
        "{}",
        pilot.read_line()
    );
}

#[test]
fn what_the_operator_may_not_change_is_greyed_with_the_right_that_is_missing() {
    let lacks = |permission| Err(DeskError::Lacks(permission));
    let held = opened(maria());
    for (opened, section, field, right) in [
        (
            Opened {
                may_reset: lacks(Permission::UsersUpdate),
                ..held.clone()
            },
            "Details",
            "Phone",
            "Users - Update",
        ),
        (
            Opened {
                may_change_status: lacks(Permission::UsersUpdateStatus),
                ..held.clone()
            },
            "Status",
            "Active",
            "Users - Update Status",
        ),
        (
            Opened {
                may_give_role: lacks(Permission::RolesUpdate),
                roles_to_give: Role::BUILT_IN.to_vec(),
                ..held.clone()
            },
            "Access",
            "Role",
            "Roles - Update",
        ),
        (
            Opened {
                may_sign_out: lacks(Permission::UsersForceLogout),
                ..held.clone()
            },
            "Access",
            "End sessions",
            "Users - Force Logout",
        ),
        (
            Opened {
                may_remove: lacks(Permission::UsersDelete),
                ..held.clone()
            },
            "Status",
            "Remove",
            "Users - Delete",
        ),
    ] {
        let mut pilot = at_record(opened);
        go(&mut pilot, section, field);
        pilot.sees(&format!("needs the permission {right}"));
        pilot.press("space");
        pilot.text("x");
        pilot.press("right");
        pilot.press("enter");
        assert!(pilot.open().is_empty(), "{field}: {:?}", pilot.open());
    }
}

#[test]
fn what_the_directory_does_not_offer_is_greyed_with_its_reason() {
    let mut capabilities = world::capabilities();
    capabilities.attributes = Support::No("Changed with the directory's own tools.".into());
    let setting = Setting {
        capabilities,
        ..Setting::default()
    };
    let mut pilot = at_record_with(setting, opened(maria()));
    go(&mut pilot, "Details", "Station");
    pilot.sees("Changed with the directory's own tools.");
    pilot.text("9");
    pilot.press("enter");
    assert!(pilot.open().is_empty());
}

#[test]
fn only_roles_are_offered_that_the_operator_may_give() {
    let mut pilot = at_record(opened(maria()));
    go(&mut pilot, "Access", "Role");
    pilot.sees("May do nothing at the desk.");
    pilot.press("right");
    pilot.press("right");
    pilot.sees("help-desk");
    pilot.sees("May do at the desk: Users - Read, Users - Update, Users - Update Status.");
}

#[test]
fn a_role_of_the_site_stands_behind_the_built_in_ones_with_what_it_reaches() {
    let role = world::kept(world::front_desk(), 3).kept.role;
    let offered = [Role::None, Role::Viewer, Role::Site(role)];
    let mut pilot = at_record(Opened {
        roles_to_give: offered.to_vec(),
        ..opened(maria())
    });
    go(&mut pilot, "Access", "Role");
    pilot.press("right");
    pilot.press("right");
    pilot.sees("< Front desk >");
    pilot.sees(
        "May do at the desk, for residential accounts of station Station 4: Users - Read, Users - \
         Update, Users - Update Status.",
    );
    pilot.press("right");
    pilot.sees("< none >");
    pilot.press("left");
    pilot.press("enter");
    let change = &order(&pilot).change;
    assert!(change.role.as_ref().unwrap().is_called("Front desk"));
}

#[test]
fn the_role_that_is_held_is_shown_by_its_name_also_where_it_could_not_be_given() {
    let role = Role::Site(world::kept(world::front_desk(), 3).kept.role);
    let mut user = maria();
    user.permissions = role.permissions();
    user.reach = role.reach();
    user.role = Some(role);
    let mut pilot = at_record(Opened {
        roles_to_give: vec![Role::None],
        ..opened(user)
    });
    go(&mut pilot, "Access", "Role");
    pilot.sees("< Front desk >");
    pilot.press("right");
    pilot.press("right");
    pilot.sees("< Front desk >");
}

#[test]
fn a_conflict_is_shown_field_by_field_and_nothing_is_overwritten_unseen() {
    let mut pilot = at_record(opened(maria()));
    go(&mut pilot, "Details", "Station");
    pilot.press("ctrl-u");
    pilot.text("12");
    pilot.press("enter");
    let conflict = DirectoryError::Conflict {
        by: Some("Ben Holt (A1)".into()),
        at: None,
        what: "changed".into(),
    };
    pilot.answer_named("Change", Reply::Failed(conflict.into()));
    pilot.press("y");
    let mut now = maria();
    now.version.0 = "8".into();
    now.details = Fact::Known(Details {
        phone: "303 555 7777".into(),
        station: "9".into(),
        ..Details::default()
    });
    pilot.answer_named("OpenUser", Reply::Opened(Box::new(opened(now))));
    pilot.sees("station: you saw 7, now 9, you want 12.");
    // What the operator has not touched is as it is now.
    pilot.sees("303 555 7777");
    assert_eq!(pilot.count("Change"), 1, "nothing is saved before Enter");
    pilot.press("enter");
    let order = order(&pilot);
    assert_eq!(order.expected.0, "8");
    assert_eq!(order.change.details.station.as_deref(), Some("12"));
    assert_eq!(order.change.details.phone, None);
}

#[test]
fn whoever_removes_an_account_types_its_id_and_says_yes_and_is_at_the_list_then() {
    let mut pilot = at_record(opened(maria()));
    go(&mut pilot, "Status", "Remove");
    pilot.sees("Type E1042 to remove the account for good");
    pilot.text("E1042");
    pilot.press("enter");
    pilot.sees("Remove Maria Vasquez (E1042) for good?");
    assert!(pilot.open().is_empty(), "nothing before the yes");
    pilot.press("y");
    assert_eq!(pilot.open(), ["Remove"]);
    pilot.answer_named("Remove", Reply::Failed(DeskError::StepUp));
    pilot.sees("Your password, once more");
    pilot.text(world::OWN_PASSWORD);
    pilot.press("enter");
    let operator = Reply::Reauthenticated(Box::new(world::operator()));
    pilot.answer_named("Reauthenticate", operator);
    let (_, request) = pilot.asked.last().expect("a question");
    let reply = world::answer(request);
    pilot.answer_named("Remove", reply);
    pilot.sees("Maria Vasquez (E1042): user removed.");
    pilot.sees("Search");
}

#[test]
fn leaving_with_changes_asks_and_a_lock_keeps_them_but_no_secret() {
    let mut pilot = at_record(opened(maria()));
    pilot.text(NEW_PASSWORD);
    go(&mut pilot, "Details", "Phone");
    pilot.text("9");
    pilot.press("esc");
    pilot.sees("Please decide");
    pilot.press("n");
    pilot.press("ctrl-d");
    pilot.sees("Locked");
    pilot.answer_named("Lock", Reply::Noted);
    pilot.text(world::OWN_PASSWORD);
    pilot.press("enter");
    let operator = Reply::Reauthenticated(Box::new(world::operator()));
    pilot.answer_named("Reauthenticate", operator);
    pilot.sees("303 555 01429");
    pilot.press("enter");
    assert_eq!(order(&pilot).change.steps(), [Step::Changed], "no password");
}

#[test]
fn the_history_says_who_did_what_and_charts_the_sign_ins() {
    let mut pilot = at_record(opened(maria()));
    for _ in 0..4 {
        pilot.press("pagedown");
    }
    let (_, request) = pilot.asked.last().expect("a question");
    let Request::AuditList(query) = request else {
        panic!("{request:?}");
    };
    assert_eq!(query.target.as_ref().map(|id| id.0.as_str()), Some("2"));
    let mut ended = world::record(3, Kind::PasswordReset, Outcome::Done);
    ended.event.intent = Some(2);
    let records = vec![
        ended,
        world::record(2, Kind::PasswordReset, Outcome::Intent),
        world::record(1, Kind::SignIn, Outcome::Done),
    ];
    pilot.answer_named("AuditList", Reply::AuditListed(records));
    pilot.sees("Sign-ins here in 14 days: 1 on 1 day, 0 refused.");
    pilot.sees("2026-11-22 03:12 password reset, by Alma Chief; INC-2231");
    // The intent of an act that has ended is not told beside it.
    assert_eq!(pilot.screen().matches("password reset").count(), 1);
    pilot.press("right");
    pilot.does_not_see("sign in,");
    pilot.press("right");
    pilot.does_not_see("password reset");
    pilot.sees("sign in, by Alma Chief");
}

#[test]
fn what_was_not_done_of_a_save_stands_on_its_receipt_in_red() {
    let mut pilot = at_record(opened(maria()));
    pilot.text(NEW_PASSWORD);
    go(&mut pilot, "Status", "Active");
    pilot.press("space");
    pilot.press("enter");
    let mut receipt = world::changed(&order(&pilot).change);
    for (step, how) in &mut receipt.steps {
        if *step == Step::Disabled {
            *how = StepOutcome::Refused("the server said no".into());
        }
    }
    pilot.answer_named("Change", Reply::Done(receipt));
    pilot.sees("Only in part: Maria Vasquez (E1042)");
    pilot.sees("disabled - refused: the server said no");
    pilot.sees("password set - done");
}

#[test]
fn a_plain_reset_still_goes_its_own_way() {
    let mut pilot = at_record(opened(maria()));
    pilot.text(NEW_PASSWORD);
    pilot.press("enter");
    assert_eq!(acts(&pilot), ["Reset"]);
}
