//! The screen of roles: what can be given, what is greyed, what is asked first, and whose change counts.

use halligan::{
    console::effect::{Reply, Request, RoleOrder, RolesListed, RolesRequest},
    desk::{DeskError, JudgedRole, RoleChange},
    directory::{DirectoryError, NewUser},
    operator::Operator,
    permission::{Permission, Permissions, Reach, Role, SiteRole},
    user::AccountKind,
};

use crate::support::{
    pilot::Pilot,
    world::{self, front_desk, kept},
};

/// At the list of roles; what is asked from there on stays open.
fn at_roles() -> Pilot {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Roles");
    pilot.answers_at_once = false;
    pilot
}

/// An operator with these permissions and reach at the list of these roles.
fn as_operator(permissions: Permissions, reach: Reach, roles: Vec<JudgedRole>) -> Pilot {
    let mut pilot = Pilot::new(crate::support::pilot::Setting::default());
    pilot.text("chief@riverside.example");
    pilot.press("tab");
    pilot.text(world::OWN_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    let operator = Operator {
        permissions,
        reach,
        ..world::operator()
    };
    pilot.answer_named("SignIn", Reply::SignedIn(Box::new(operator)));
    pilot.asked.clear();
    pilot.choose("Roles");
    let listed = RolesListed {
        roles,
        to_give: vec![Role::None],
    };
    pilot.answer_named("Roles", Reply::Roles(Box::new(listed)));
    pilot.asked.clear();
    pilot
}

/// Selects the row that begins with a name.
#[track_caller]
fn select(pilot: &mut Pilot, name: &str) {
    pilot.press("home");
    for _ in 0..12 {
        if pilot.read_line().contains(name) {
            return;
        }
        pilot.press("down");
    }
    panic!("no {name:?}:\n{}", pilot.screen());
}

/// Goes to a field of the form by its label.
#[track_caller]
fn go(pilot: &mut Pilot, field: &str) {
    for _ in 0..20 {
        if pilot.read_line().contains(field) {
            return;
        }
        pilot.press("tab");
    }
    panic!("no {field:?}:\n{}", pilot.screen());
}

/// What was asked of the desk about roles, if anything.
fn asked(pilot: &Pilot) -> Option<&RolesRequest> {
    pilot.asked.iter().find_map(|(_, request)| match request {
        Request::Roles(request) => Some(request),
        _ => None,
    })
}

fn conflict() -> Reply {
    Reply::Failed(DeskError::Directory(DirectoryError::DefinitionChanged {
        what: "role Front desk".into(),
        by: Some("Ben Holt (A1)".into()),
        at: None,
    }))
}

#[test]
fn the_list_tells_what_a_role_may_do_how_far_it_reaches_and_how_many_hold_it() {
    let mut pilot = at_roles();
    let screen = pilot.screen_at(160, 48);
    let line = |name: &str| {
        let mut lines = screen.lines().map(str::trim_start);
        let line = lines.find(|line| line.starts_with(name));
        line.unwrap_or_else(|| panic!("no {name}:\n{screen}"))
            .to_owned()
    };
    let front = line("Front desk");
    assert!(
        front.contains("3  ")
            && front.contains("residential accounts of station Station 4")
            && front.contains("Users - Read, Users - Update"),
        "{front}"
    );
    assert!(line("administrator").contains("everything"));
    assert!(
        line("help-desk").contains("1  "),
        "Ruth holds it:\n{screen}"
    );
    select(&mut pilot, "viewer");
    pilot.sees("viewer is built in, and stays as it is.");
}

#[test]
fn a_role_of_the_site_is_made_of_ticks_and_limits() {
    let mut pilot = at_roles();
    pilot.press("n");
    pilot.press("enter");
    pilot.sees("A role needs a name.");
    pilot.text("Night desk");
    for permission in ["Users - Read", "Users - Update Status"] {
        go(&mut pilot, permission);
        pilot.press("space");
    }
    go(&mut pilot, "Residential");
    pilot.press("space");
    go(&mut pilot, "Stations");
    pilot.text("Station 4; Station 7 ;");
    pilot.press("enter");
    let Some(RolesRequest::Add(role)) = asked(&pilot) else {
        panic!("{:?}", pilot.open());
    };
    let wanted = SiteRole {
        number: 0,
        name: "Night desk".into(),
        permissions: [Permission::UsersRead, Permission::UsersUpdateStatus]
            .into_iter()
            .collect(),
        reach: Reach {
            kinds: Some([AccountKind::Residential].into_iter().collect()),
            stations: Some(vec!["Station 4".into(), "Station 7".into()]),
        },
    };
    assert_eq!(*role, wanted);
    pilot.answers_at_once = true;
    pilot.answer_next();
    pilot.sees("The role Night desk was made.");
    pilot.sees("Held by");
}

#[test]
fn a_refusal_leaves_the_form_as_it_was_and_says_why() {
    let mut pilot = at_roles();
    pilot.press("n");
    pilot.text("Front Desk");
    pilot.press("enter");
    let taken = DirectoryError::Taken {
        attribute: None,
        message: "there is a role Front Desk already".into(),
    };
    pilot.answer_named("Roles", Reply::Failed(DeskError::Directory(taken)));
    pilot.sees("There is a role Front Desk already.");
    pilot.sees("[Front Desk");
    pilot.text(" 2");
    pilot.press("enter");
    pilot.answer_named(
        "Roles",
        Reply::Failed(DeskError::WiderReach(Reach::EVERYWHERE)),
    );
    pilot.sees("further than yours");
    pilot.sees("[Front Desk 2");
}

#[test]
fn what_the_operator_does_not_hold_cannot_be_ticked() {
    let own = [Permission::UsersRead, Permission::RolesUpdate];
    let reach = Reach {
        kinds: Some([AccountKind::Residential].into_iter().collect()),
        stations: None,
    };
    let mut pilot = as_operator(own.into_iter().collect(), reach, Vec::new());
    pilot.press("n");
    pilot.text("Desk");
    pilot.sees("Users - Delete [ ] you do not hold it");
    pilot.sees("Staff [ ] your role does not reach them");
    for field in ["Users - Delete", "Staff", "Users - Read"] {
        go(&mut pilot, field);
        pilot.press("space");
    }
    pilot.press("enter");
    let Some(RolesRequest::Add(role)) = asked(&pilot) else {
        panic!("{:?}", pilot.open());
    };
    assert_eq!(
        role.permissions,
        [Permission::UsersRead].into_iter().collect()
    );
    // It reaches as far as its maker unless less is chosen.
    let residents = [AccountKind::Residential].into_iter().collect();
    assert_eq!(role.reach.kinds, Some(residents));
}

#[test]
fn a_role_that_others_hold_is_changed_after_a_question_and_only_what_was_changed() {
    let mut pilot = at_roles();
    select(&mut pilot, "Front desk");
    pilot.press("enter");
    pilot.press("enter");
    pilot.sees("Nothing was changed.");
    go(&mut pilot, "Users - Delete");
    pilot.press("space");
    pilot.press("enter");
    assert!(asked(&pilot).is_none(), "asked first: {:?}", pilot.open());
    pilot.sees("Change the role Front desk for the 3 who hold it?");
    pilot.press("n");
    assert!(asked(&pilot).is_none());
    pilot.press("enter");
    pilot.press("y");
    let Some(RolesRequest::Change(RoleOrder {
        name,
        expected,
        change,
    })) = asked(&pilot)
    else {
        panic!("{:?}", pilot.open());
    };
    assert_eq!((name.as_str(), expected.0.as_str()), ("Front desk", "3"));
    let with_delete = Role::HelpDesk.permissions().iter();
    let with_delete = with_delete.chain([Permission::UsersDelete]).collect();
    let wanted = RoleChange {
        permissions: Some(with_delete),
        ..RoleChange::default()
    };
    assert_eq!(*change, wanted);
    pilot.answer_named("Roles", Reply::Failed(DeskError::StepUp));
    pilot.sees("Your password, once more");
    pilot.text(world::OWN_PASSWORD);
    pilot.press("enter");
    let operator = Box::new(world::operator());
    pilot.answer_named("Reauthenticate", Reply::Reauthenticated(operator));
    assert!(
        matches!(asked(&pilot), Some(RolesRequest::Change(_))),
        "it goes on by itself, without another question: {:?}",
        pilot.open()
    );
}

#[test]
fn a_change_that_meets_somebody_elses_is_told_and_saved_over_it_only_by_another_enter() {
    let mut pilot = at_roles();
    select(&mut pilot, "Spare");
    pilot.press("enter");
    pilot.press("ctrl-u");
    pilot.text("Reserve");
    pilot.press("enter");
    pilot.answer_named("Roles", conflict());
    let theirs = SiteRole {
        number: 6,
        name: "Standby".into(),
        permissions: [Permission::AuditRead].into_iter().collect(),
        reach: Reach::EVERYWHERE,
    };
    let mut now = kept(theirs, 0);
    now.kept.version.0 = "4".into();
    let listed = RolesListed {
        roles: vec![kept(front_desk(), 3), now],
        to_give: Vec::new(),
    };
    pilot.answer_named("Roles", Reply::Roles(Box::new(listed)));
    pilot.sees("Ben Holt (A1) changed the role Front desk meanwhile.");
    pilot.sees("name: you saw Spare, now Standby, you want Reserve.");
    pilot.sees("[Reserve");
    assert!(asked(&pilot).is_none(), "{:?}", pilot.open());
    pilot.press("enter");
    let Some(RolesRequest::Change(order)) = asked(&pilot) else {
        panic!("{:?}", pilot.open());
    };
    assert_eq!(
        (order.name.as_str(), order.expected.0.as_str()),
        ("Standby", "4")
    );
    // What they have changed besides stays theirs.
    let wanted = RoleChange {
        name: Some("Reserve".into()),
        ..RoleChange::default()
    };
    assert_eq!(order.change, wanted);
}

#[test]
fn a_role_that_somebody_holds_goes_for_another_one_and_after_a_question() {
    let mut pilot = at_roles();
    select(&mut pilot, "Front desk");
    pilot.press("r");
    pilot.sees("3 users hold the role Front desk");
    pilot.sees("< none >");
    pilot.press("left");
    pilot.sees("< Spare >");
    pilot.press("right");
    pilot.press("right");
    pilot.sees("< viewer >");
    pilot.press("enter");
    pilot.sees("Remove the role Front desk? The 3 who hold it get viewer.");
    assert!(asked(&pilot).is_none());
    pilot.press("y");
    let Some(RolesRequest::Remove(removal)) = asked(&pilot) else {
        panic!("{:?}", pilot.open());
    };
    assert_eq!(removal.name, "Front desk");
    assert_eq!(removal.instead, Some(Role::Viewer));
    let held = "the field Shift goes by the role Front desk: change the field first";
    let refused = DirectoryError::invalid(held);
    pilot.answer_named("Roles", Reply::Failed(DeskError::Directory(refused)));
    pilot.sees("The field Shift goes by the role Front desk: change the field first.");
}

#[test]
fn a_role_that_nobody_holds_goes_without_another_one() {
    let mut pilot = at_roles();
    select(&mut pilot, "Spare");
    pilot.press("r");
    pilot.sees("Nobody holds the role Spare.");
    pilot.does_not_see("Instead");
    pilot.press("enter");
    pilot.press("y");
    let Some(RolesRequest::Remove(removal)) = asked(&pilot) else {
        panic!("{:?}", pilot.open());
    };
    assert_eq!((removal.name.as_str(), &removal.instead), ("Spare", &None));
    pilot.answers_at_once = true;
    pilot.answer_next();
    pilot.sees("The role Spare was removed.");
}

#[test]
fn what_may_not_be_changed_is_shown_with_the_reason_and_sends_nothing() {
    let mut own = kept(front_desk(), 3);
    own.may_change = Err(DeskError::OwnRole);
    let roles = vec![own];
    let mut pilot = as_operator(Permissions::all(), Reach::EVERYWHERE, roles.clone());
    for (name, why) in [
        ("administrator", "This role is built in"),
        ("Front desk", "This is the role that you hold yourself."),
    ] {
        select(&mut pilot, name);
        pilot.press("r");
        assert!(asked(&pilot).is_none());
        pilot.press("enter");
        pilot.sees(why);
        go(&mut pilot, "Users - Delete");
        let before = pilot.read_line();
        pilot.press("space");
        assert_eq!(pilot.read_line(), before, "it cannot be turned");
        pilot.press("enter");
        assert!(asked(&pilot).is_none(), "{:?}", pilot.open());
        // A message may stand there, which Escape takes away first.
        while !pilot.screen().contains("Reaches") {
            pilot.press("esc");
        }
        let listed = RolesListed {
            roles: roles.clone(),
            to_give: vec![Role::None],
        };
        pilot.answer_named("Roles", Reply::Roles(Box::new(listed)));
        pilot.asked.clear();
    }
}

#[test]
fn without_the_permission_the_menu_says_which_is_missing() {
    let mut pilot = Pilot::new(crate::support::pilot::Setting::default());
    pilot.text("chief@riverside.example");
    pilot.press("tab");
    pilot.text(world::OWN_PASSWORD);
    pilot.answers_at_once = false;
    pilot.press("enter");
    let operator = Operator {
        permissions: Role::HelpDesk.permissions(),
        ..world::operator()
    };
    pilot.answer_named("SignIn", Reply::SignedIn(Box::new(operator)));
    pilot.asked.clear();
    for (entry, why) in [
        ("Roles", "needs Roles - Update"),
        ("Fields", "needs Fields - Update"),
    ] {
        pilot.sees(why);
        pilot.choose(entry);
        assert!(pilot.open().is_empty(), "{:?}", pilot.open());
    }
}

#[test]
fn a_new_user_is_given_a_role_of_the_site_and_only_one_that_may_be_given() {
    let mut pilot = Pilot::at_menu();
    pilot.answers_at_once = false;
    pilot.choose("Add user");
    let offered = vec![
        Role::None,
        Role::Viewer,
        Role::Site(kept(front_desk(), 0).kept.role),
    ];
    pilot.answer_named("Roles", Reply::RolesToGive(offered));
    pilot.text("E9");
    pilot.press("tab");
    pilot.press("tab");
    pilot.press("tab");
    pilot.text("Marlow");
    pilot.press("tab");
    pilot.press("tab");
    for role in [
        "none",
        "viewer",
        "Front desk",
        "none",
        "viewer",
        "Front desk",
    ] {
        pilot.sees(&format!("< {role} >"));
        pilot.press("right");
    }
    pilot.press("left");
    pilot.press("enter");
    let created = pilot.asked.iter().find_map(|(_, request)| match request {
        Request::Create(new, None) => Some(new),
        _ => None,
    });
    let Some(new) = created else {
        panic!("{:?}", pilot.open());
    };
    let NewUser { role, login, .. } = &**new;
    assert_eq!(login, "E9");
    assert!(role.is_called("front desk"), "{role}");
}
