//! The fields of the site's own, in the record of a user and in the form of a new one.

use halligan::{
    console::effect::{Opened, Reply, Request},
    desk::DeskError,
    directory::DirectoryError,
    permission::{Permission, Role},
    user::{Details, Fact, FieldKind, FieldValue, SeenField, SiteField, SiteValue},
};

use super::record::{at_record, go, maria, opened, order};
use crate::support::{pilot::Pilot, world};

/// A field as the help desk meets it.
fn seen(field: SiteField) -> SeenField {
    SeenField::of(field, &Role::HelpDesk).expect("everybody sees it")
}

fn of_kind(name: &str, title: &str, kind: FieldKind) -> SiteField {
    SiteField {
        kind,
        ..SiteField::new(name, title)
    }
}

fn shift() -> SiteField {
    let value = |value: &str, retired| FieldValue {
        value: value.into(),
        retired,
    };
    SiteField {
        values: vec![
            value("Red", false),
            value("Blue", true),
            value("Green", false),
        ],
        ..of_kind("shift", "Shift", FieldKind::List)
    }
}

fn boots() -> SiteField {
    of_kind("boots", "Boots", FieldKind::Number)
}

/// Boots that the help desk must fill.
fn boots_to_fill() -> SiteField {
    SiteField {
        filled_by: vec![Role::HelpDesk],
        ..boots()
    }
}

/// Maria Vasquez with these fields, of which she has these values.
pub(super) fn with(fields: &[SiteField], values: &[(&str, &str)]) -> Opened {
    let mut user = maria();
    let details = user.details.known().cloned().expect("details");
    let value = |(name, value): &(&str, &str)| SiteValue {
        name: (*name).into(),
        title: (*name).into(),
        value: (*value).into(),
        fits: true,
    };
    user.details = Fact::Known(Details {
        fields: values.iter().map(value).collect(),
        ..details
    });
    Opened {
        fields: fields.iter().cloned().map(seen).collect(),
        ..opened(user)
    }
}

/// One of each kind, and one that only the administrator edits.
pub(super) fn one_of_each() -> Opened {
    let locker = SiteField {
        edited_by: vec![Role::Administrator],
        ..SiteField::new("locker", "Locker")
    };
    let fields = [
        shift(),
        boots(),
        of_kind("hired", "Hired", FieldKind::Date),
        of_kind("pager", "Pager", FieldKind::Phone),
        of_kind("radio", "Radio", FieldKind::YesNo),
        locker,
    ];
    with(&fields, &[("shift", "Blue"), ("locker", "14")])
}

#[test]
fn each_is_filled_in_as_its_kind_is_and_saved_with_the_rest() {
    let mut pilot = at_record(one_of_each());
    go(&mut pilot, "Details", "Station");
    pilot.text("1");
    go(&mut pilot, "Details", "Shift");
    pilot.press("left");
    pilot.press("tab");
    pilot.sees("A number as 12 or 4.5.");
    pilot.text("42.5");
    pilot.press("tab");
    pilot.sees("A day as 2026-12-31.");
    pilot.text("2026-12-31");
    pilot.press("tab");
    pilot.text("303 555 0142");
    pilot.press("tab");
    pilot.press("right");
    pilot.press("enter");
    let change = &order(&pilot).change;
    assert_eq!(change.details.station.as_deref(), Some("71"));
    let fields: Vec<_> = change.details.fields.iter().collect();
    let kept = [
        ("boots", "42.5"),
        ("hired", "2026-12-31"),
        ("pager", "303 555 0142"),
        ("radio", "yes"),
        ("shift", "Green"),
    ];
    let kept = kept.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(fields, kept.each_ref().map(|(name, value)| (name, value)));
    let receipt = world::changed(change);
    pilot.answer_named("Change", Reply::Done(receipt));
    pilot.sees("station, shift, boots, hired, pager, radio changed - done");
}

#[test]
fn what_a_field_does_not_hold_is_told_there_from_any_section_and_not_sent() {
    for (field, text, why) in [
        ("Boots", "4x", "Boots: '4x' is no number such as 12 or 4.5."),
        (
            "Hired",
            "soon",
            "Hired: 'soon' is no day such as 2026-12-31.",
        ),
        ("Pager", "ring", "Pager: the phone holds 'r'"),
    ] {
        let mut pilot = at_record(one_of_each());
        go(&mut pilot, "Details", field);
        pilot.text(text);
        pilot.press("pagedown");
        pilot.sees("[Status]");
        pilot.press("enter");
        assert!(pilot.open().is_empty(), "{field}: {:?}", pilot.open());
        pilot.sees("[Details]");
        pilot.sees(why);
        assert!(pilot.read_line().contains(field), "{}", pilot.read_line());
        // What is wrong goes with the mark.
        pilot.press("ctrl-u");
        pilot.does_not_see(why);
    }
}

#[test]
fn a_retired_value_stays_with_whoever_has_it_and_is_offered_to_nobody_else() {
    for (held, offered) in [
        (&[("shift", "Blue")][..], vec!["Blue", "-", "Red", "Green"]),
        (&[], vec!["-", "Red", "Green", "-"]),
    ] {
        let mut pilot = at_record(with(&[shift()], held));
        go(&mut pilot, "Details", "Shift");
        for value in offered {
            let line = pilot.read_line();
            assert!(line.contains(&format!("< {value} >")), "{value}: {line}");
            pilot.press("right");
        }
    }
    let mut pilot = at_record(with(&[shift()], &[("shift", "Blue")]));
    go(&mut pilot, "Details", "Station");
    pilot.text("1");
    pilot.press("enter");
    let change = &order(&pilot).change;
    assert!(change.details.fields.is_empty(), "{change:?}");
}

#[test]
fn what_the_role_does_not_edit_is_greyed_with_the_role_that_does() {
    let mut pilot = at_record(one_of_each());
    go(&mut pilot, "Details", "Locker");
    pilot.sees("14 needs the role administrator");
    pilot.text("15");
    pilot.press("enter");
    assert!(pilot.open().is_empty(), "{:?}", pilot.open());
    let mut pilot = at_record(Opened {
        may_reset: Err(DeskError::Lacks(Permission::UsersUpdate)),
        ..one_of_each()
    });
    go(&mut pilot, "Details", "Shift");
    pilot.sees("Blue this needs the permission Users - Update");
    pilot.press("right");
    pilot.press("enter");
    assert!(pilot.open().is_empty(), "{:?}", pilot.open());
}

#[test]
fn a_retired_field_is_there_for_whoever_has_something_in_it() {
    let retired = SiteField {
        retired: true,
        ..SiteField::new("badge", "Old badge")
    };
    let mut pilot = at_record(with(std::slice::from_ref(&retired), &[("badge", "9")]));
    go(&mut pilot, "Details", "Old badge");
    pilot.sees("9 this field is retired");
    let mut pilot = at_record(with(&[retired], &[]));
    go(&mut pilot, "Details", "Job title");
    pilot.does_not_see("Old badge");
}

#[test]
fn what_must_be_filled_is_asked_for_where_the_details_change() {
    let mut pilot = at_record(with(&[boots_to_fill()], &[]));
    go(&mut pilot, "Details", "Phone");
    pilot.text("9");
    pilot.press("enter");
    assert_eq!(pilot.count("Create"), 0);
    pilot.sees("Boots has to be filled.");
    assert!(pilot.read_line().contains("Boots"), "{}", pilot.read_line());
    pilot.text("42");
    pilot.press("enter");
    let fields = &order(&pilot).change.details.fields;
    assert_eq!(fields["boots"], "42");

    let mut pilot = at_record(with(&[boots_to_fill()], &[]));
    go(&mut pilot, "Status", "Active");
    pilot.press("space");
    pilot.press("enter");
    assert_eq!(
        order(&pilot).change.active,
        Some(false),
        "no detail changes"
    );
}

#[test]
fn somebody_elses_value_is_told_beside_the_one_seen_and_the_one_wanted() {
    let mut pilot = at_record(with(&[boots(), shift()], &[("boots", "42")]));
    go(&mut pilot, "Details", "Boots");
    pilot.press("ctrl-u");
    pilot.text("43");
    pilot.press("tab");
    pilot.press("right");
    pilot.press("enter");
    let conflict = || {
        let conflict = DirectoryError::Conflict {
            by: None,
            at: None,
            what: "changed".into(),
        };
        Reply::Failed(conflict.into())
    };
    pilot.answer_named("Change", conflict());
    pilot.press("y");
    let now = with(&[boots(), shift()], &[("boots", "44"), ("shift", "Green")]);
    pilot.answer_named("OpenUser", Reply::Opened(Box::new(now)));
    pilot.sees("boots: you saw 42, now 44, you want 43.");
    pilot.sees("shift: you saw nothing, now Green, you want Red.");
    pilot.press("enter");
    let fields = &order(&pilot).change.details.fields;
    assert_eq!(fields["boots"], "43");
    assert_eq!(fields["shift"], "Red");
    // Meanwhile somebody has made another field of it.
    pilot.answer_named("Change", conflict());
    pilot.press("y");
    let now = with(&[shift()], &[("shift", "Green")]);
    pilot.answer_named("OpenUser", Reply::Opened(Box::new(now)));
    pilot.sees("Boots: the field is another by now, or gone; what you wanted in it is not kept.");
}

#[test]
fn a_new_user_gets_what_must_be_filled() {
    let mut pilot = Pilot::at_menu();
    pilot.answers_at_once = false;
    pilot.choose("Add user");
    let fields = [shift(), boots_to_fill()].map(seen).to_vec();
    pilot.answer_named("SeenFields", Reply::SeenFields(fields));
    for text in ["E3001", "new@riverside.example", "Noor"] {
        pilot.text(text);
        pilot.press("tab");
    }
    pilot.text("Haddad");
    pilot.press("enter");
    assert_eq!(pilot.count("Create"), 0);
    pilot.sees("Boots has to be filled.");
    pilot.text("none");
    pilot.press("enter");
    pilot.sees("Boots: 'none' is no number such as 12 or 4.5.");
    pilot.press("ctrl-u");
    pilot.text("39");
    pilot.press("enter");
    let Some((_, Request::Create(new, None))) = pilot.asked.last() else {
        panic!("{:?}", pilot.open());
    };
    assert_eq!(new.details.field("boots"), "39");
    assert_eq!(new.details.fields.len(), 1, "{:?}", new.details);
}
