//! The screen of the site's own fields: added, changed, put in order, retired, and whose change counts.

use halligan::{
    console::effect::{FieldsListed, FieldsRequest, Reply, Request},
    desk::DeskError,
    directory::DirectoryError,
    permission::Role,
    user::{FieldKind, FieldValue, SiteField},
};

use crate::support::{
    pilot::Pilot,
    world::{self, fields},
};

fn at_fields() -> Pilot {
    let mut pilot = Pilot::at_menu();
    pilot.choose("Fields");
    pilot.answers_at_once = false;
    pilot
}

#[track_caller]
fn go(pilot: &mut Pilot, field: &str) {
    for _ in 0..12 {
        if pilot.read_line().contains(field) {
            return;
        }
        pilot.press("tab");
    }
    panic!("no {field:?}:\n{}", pilot.screen());
}

fn asked(pilot: &Pilot) -> Option<&FieldsRequest> {
    pilot.asked.iter().find_map(|(_, request)| match request {
        Request::Fields(request) => Some(request),
        _ => None,
    })
}

/// The field that is being saved over the one that was seen.
#[track_caller]
fn saved(pilot: &Pilot) -> (SiteField, SiteField) {
    match asked(pilot) {
        Some(FieldsRequest::Change(order)) => (order.seen.clone(), order.field.clone()),
        other => panic!("{other:?}"),
    }
}

fn value(value: &str, retired: bool) -> FieldValue {
    FieldValue {
        value: value.into(),
        retired,
    }
}

#[test]
fn a_drop_down_field_is_added_with_its_values_in_order() {
    let mut pilot = at_fields();
    pilot.press("n");
    pilot.press("enter");
    pilot.sees("A title is needed");
    pilot.text("Shirt size");
    pilot.press("tab");
    pilot.text("shirt");
    go(&mut pilot, "Kind");
    pilot.does_not_see("Values");
    pilot.press("left");
    pilot.sees("< list >");
    go(&mut pilot, "Values");
    pilot.press("space");
    for text in ["S", "L", "M", "XXL"] {
        pilot.text(text);
        pilot.press("enter");
    }
    pilot.text("m");
    pilot.press("enter");
    pilot.sees("The value m is there already.");
    pilot.press("ctrl-u");
    pilot.press("esc");
    // XXL is not kept yet: it goes. M comes before L.
    pilot.press("ctrl-t");
    pilot.press("pageup");
    pilot.press("enter");
    pilot.sees("S, M, L");
    go(&mut pilot, "Searched");
    pilot.press("space");
    pilot.sees("Users are found by a value: shirt:VALUE");
    go(&mut pilot, "Shown in list");
    pilot.press("space");
    pilot.press("enter");
    let wanted = SiteField {
        kind: FieldKind::List,
        values: ["S", "M", "L"].map(|text| value(text, false)).to_vec(),
        searched: true,
        shown: true,
        ..SiteField::new("shirt", "Shirt size")
    };
    match asked(&pilot) {
        Some(FieldsRequest::Add(field)) => assert_eq!(*field, wanted),
        other => panic!("{other:?}"),
    }
    pilot.answers_at_once = true;
    pilot.answer_next();
    pilot.sees("The field Shirt size was added.");
}

#[test]
fn a_value_that_is_kept_is_retired_and_comes_back() {
    let mut pilot = at_fields();
    pilot.press("enter");
    pilot.sees("Red, Green, (Blue)");
    go(&mut pilot, "Values");
    pilot.press("space");
    pilot.press("ctrl-t");
    pilot.press("down");
    pilot.press("down");
    pilot.press("ctrl-t");
    pilot.press("esc");
    pilot.sees("(Red), Green, Blue");
    pilot.press("enter");
    let (seen, field) = saved(&pilot);
    assert_eq!(seen, fields()[0]);
    assert_eq!(
        field.values,
        [
            value("Red", true),
            value("Green", false),
            value("Blue", false)
        ]
    );
}

#[test]
fn who_sees_edits_and_must_fill_a_field_is_ticked_role_by_role() {
    let mut pilot = at_fields();
    pilot.press("enter");
    go(&mut pilot, "Roles");
    pilot.press("space");
    pilot.sees("Every role sees it, also those to come.");
    // The first one is the viewer: no longer seen by it, and the auditor does not edit.
    pilot.press("s");
    pilot.press("down");
    pilot.press("f");
    pilot.press("down");
    pilot.press("e");
    pilot.press("end");
    pilot.sees("Spare");
    pilot.press("enter");
    pilot.sees("filled by help-desk");
    pilot.press("enter");
    let (_, field) = saved(&pilot);
    let words = |roles: &[Role]| {
        roles
            .iter()
            .map(Role::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        words(&field.seen_by),
        "help-desk auditor administrator Front desk Spare"
    );
    assert_eq!(
        words(&field.edited_by),
        "viewer help-desk administrator Front desk Spare"
    );
    assert_eq!(words(&field.filled_by), "help-desk");
}

#[test]
fn the_last_role_that_sees_a_field_is_not_taken_away_since_none_would_be_all() {
    let mut pilot = at_fields();
    pilot.press("down");
    pilot.press("enter");
    go(&mut pilot, "Roles");
    pilot.press("space");
    pilot.press("down");
    pilot.press("s");
    pilot.press("down");
    pilot.press("down");
    pilot.press("s");
    pilot.sees("One role at least");
    pilot.press("esc");
    pilot.press("enter");
    assert_eq!(saved(&pilot).1.seen_by, [Role::Administrator]);
}

#[test]
fn another_kind_loses_nothing_and_says_so_before_it_is_saved() {
    let mut pilot = at_fields();
    pilot.press("enter");
    go(&mut pilot, "Name");
    pilot.sees("never changes");
    pilot.text("x");
    go(&mut pilot, "Kind");
    pilot.does_not_see("only another value has to fit");
    pilot.press("right");
    pilot.sees("< text >");
    pilot.sees("What users have in it stays, also where it does not fit the other kind");
    pilot.press("enter");
    let (seen, field) = saved(&pilot);
    let wanted = SiteField {
        kind: FieldKind::Text,
        ..seen
    };
    assert_eq!(field, wanted, "its values are kept too");
}

#[test]
fn a_field_is_retired_after_a_question_and_taken_into_use_again() {
    let mut pilot = at_fields();
    pilot.press("r");
    pilot.sees("Retire the field Shift? It is filled no more, and what users have in it stays.");
    assert!(asked(&pilot).is_none());
    pilot.press("n");
    assert!(asked(&pilot).is_none());
    pilot.press("r");
    pilot.press("y");
    let (seen, field) = saved(&pilot);
    let retired = SiteField {
        retired: true,
        ..seen
    };
    assert_eq!(field, retired);
    pilot.answer_named("Fields", Reply::Failed(DeskError::StepUp));
    pilot.text(world::OWN_PASSWORD);
    pilot.press("enter");
    let operator = Box::new(world::operator());
    pilot.answer_named("Reauthenticate", Reply::Reauthenticated(operator));
    assert_eq!(saved(&pilot).1, retired, "it goes on by itself");
    pilot.answer_named("Fields", Reply::Done(world::receipt(false)));
    let listed = FieldsListed {
        fields: vec![retired, fields().remove(1)],
        roles: Vec::new(),
    };
    pilot.answer_named("Fields", Reply::Fields(Box::new(listed)));
    pilot.sees("The field Shift was retired.");
    pilot.press("r");
    pilot.sees("Take the field Shift into use again?");
    pilot.press("y");
    assert!(!saved(&pilot).1.retired);
}

#[test]
fn a_field_is_moved_in_the_order_and_stays_selected() {
    let mut pilot = at_fields();
    pilot.press("u");
    assert!(asked(&pilot).is_none(), "it is the first");
    pilot.press("d");
    match asked(&pilot) {
        Some(FieldsRequest::Move(name, place)) => {
            assert_eq!((name.as_str(), *place), ("shift", 2));
        }
        other => panic!("{other:?}"),
    }
    pilot.answer_named("Fields", Reply::Done(world::receipt(false)));
    let mut moved = fields();
    moved.reverse();
    let listed = FieldsListed {
        fields: moved,
        roles: Vec::new(),
    };
    pilot.answer_named("Fields", Reply::Fields(Box::new(listed)));
    assert!(pilot.read_line().contains("Shift"), "{}", pilot.screen());
    pilot.press("d");
    assert!(asked(&pilot).is_none(), "it is the last");
}

#[test]
fn a_change_that_meets_somebody_elses_keeps_both_where_they_are_about_other_things() {
    let mut pilot = at_fields();
    pilot.press("enter");
    pilot.press("ctrl-u");
    pilot.text("Watch");
    pilot.press("enter");
    let conflict = DirectoryError::DefinitionChanged {
        what: "field Shift".into(),
        by: None,
        at: None,
    };
    pilot.answer_named("Fields", Reply::Failed(DeskError::Directory(conflict)));
    let theirs = SiteField {
        values: vec![value("Red", false), value("White", false)],
        filled_by: vec![Role::HelpDesk],
        title: "Platoon".into(),
        ..fields().remove(0)
    };
    let listed = FieldsListed {
        fields: vec![theirs.clone()],
        roles: Role::BUILT_IN.to_vec(),
    };
    pilot.answer_named("Fields", Reply::Fields(Box::new(listed)));
    pilot.sees("Somebody else changed the field Shift meanwhile.");
    pilot.sees("title: you saw Shift, now Platoon, you want Watch.");
    assert!(asked(&pilot).is_none());
    pilot.press("enter");
    let (seen, field) = saved(&pilot);
    assert_eq!(seen, theirs);
    let wanted = SiteField {
        title: "Watch".into(),
        ..theirs
    };
    assert_eq!(field, wanted);
}

#[test]
fn leaving_with_something_typed_asks_first() {
    let mut pilot = at_fields();
    pilot.press("enter");
    go(&mut pilot, "Values");
    pilot.press("space");
    pilot.text("White");
    pilot.press("enter");
    pilot.press("enter");
    pilot.press("esc");
    pilot.sees("Leave and lose what you typed here?");
}
