//! The fields of the site's own within a form: which they are is known only when they have been read.

use std::collections::BTreeMap;

use super::sentence;
use crate::{
    console::widgets::{AnyField, ChoiceField, Part, TextField},
    user::{Details, FieldKind, SeenField, SiteValue},
};

/// The fields, in their order.
#[derive(Debug, Default)]
pub struct OwnFields(Vec<OwnField>);

#[derive(Debug)]
struct OwnField {
    seen: SeenField,
    /// What the user had in it when it was read last.
    held: String,
    input: Input,
}

#[derive(Debug)]
enum Input {
    Text(TextField),
    Choice(ChoiceField),
}

/// What is wrong, and with which of them.
#[derive(Debug)]
pub(super) struct OwnFault {
    place: usize,
    why: String,
}

impl Part for OwnFields {
    fn add_to<'a>(&'a self, fields: &mut Vec<&'a dyn AnyField>) {
        fields.extend(self.0.iter().map(|own| own.input.as_field()));
    }

    fn add_mut_to<'a>(&'a mut self, fields: &mut Vec<&'a mut dyn AnyField>) {
        fields.extend(self.0.iter_mut().map(|own| own.input.as_field_mut()));
    }
}

impl OwnFields {
    /// Puts in place what was read: which fields there are, and what the user has in them. What the
    /// operator has changed stays; `barred` is why none of them can be changed, if so.
    ///
    /// Where somebody else has changed the same: a sentence for each.
    pub(super) fn fill(
        &mut self,
        seen: &[SeenField],
        details: &Details,
        barred: Option<&str>,
    ) -> Vec<String> {
        let mut before = std::mem::take(&mut self.0);
        let mut met = Vec::new();
        for seen in seen {
            let held = details.field(&seen.field.name);
            if seen.field.retired && held.is_empty() {
                continue;
            }
            let mut own = before
                .iter()
                .position(|own| own.is_still(seen))
                .map_or_else(|| OwnField::new(seen), |place| before.remove(place));
            let fixed = barred.map(str::to_owned).or_else(|| seen.obstacle());
            met.extend(own.rebase(seen, held, fixed));
            self.0.push(own);
        }
        let lost = before.iter().filter(|own| own.input.as_field().is_dirty());
        met.extend(lost.map(|own| {
            format!(
                "{}: the field is another by now, or gone; what you wanted in it is not kept.",
                own.seen.field.title
            )
        }));
        met
    }

    /// Has one of them the focus?
    pub(super) fn has_focus(&self) -> bool {
        self.0.iter().any(|own| own.input.as_field().is_focused())
    }

    /// How the one that has the focus is typed, where that does not go without saying.
    pub(super) fn hint(&self) -> Option<&'static str> {
        let has_focus = |own: &&OwnField| own.input.as_field().is_focused();
        match self.0.iter().find(has_focus)?.seen.field.kind {
            FieldKind::Date => Some("A day as 2026-12-31."),
            FieldKind::Number => Some("A number as 12 or 4.5."),
            FieldKind::Text | FieldKind::Phone | FieldKind::YesNo | FieldKind::List => None,
        }
    }

    /// The first that cannot be kept as it is; with `is_changed`, where the user is added or changed,
    /// also what has to be filled.
    pub(super) fn fault(&self, is_changed: bool) -> Option<OwnFault> {
        self.0.iter().enumerate().find_map(|(place, own)| {
            let why = own.fault(is_changed)?;
            Some(OwnFault {
                place,
                why: sentence(&why),
            })
        })
    }

    /// Marks what is wrong, and gives that field the focus, which no other has.
    pub(super) fn refuse(&mut self, fault: OwnFault) {
        if let Some(own) = self.0.get_mut(fault.place) {
            let field = own.input.as_field_mut();
            field.mark(Some(fault.why));
            field.set_focused(true);
        }
    }

    /// What was changed, by the names of the fields.
    pub(super) fn changed(&self) -> BTreeMap<String, String> {
        let changed = self.0.iter().filter_map(|own| {
            let text = own.input.changed()?;
            Some((own.seen.field.name.clone(), own.kept(&text)))
        });
        changed.collect()
    }

    /// What a new user is to have in them.
    pub(super) fn values(&self) -> Vec<SiteValue> {
        let filled = self.0.iter().filter_map(|own| {
            let text = own.input.changed()?;
            Some(SiteValue {
                name: own.seen.field.name.clone(),
                title: own.seen.field.title.clone(),
                value: own.kept(&text),
                fits: true,
            })
        });
        filled.collect()
    }
}

impl OwnField {
    fn new(seen: &SeenField) -> Self {
        let title = seen.field.title.clone();
        let input = match seen.choices("") {
            Some(choices) => Input::Choice(ChoiceField::new(title, or_nothing(choices))),
            None => Input::Text(TextField::new(title)),
        };
        Self {
            seen: seen.clone(),
            held: String::new(),
            input,
        }
    }

    /// Is it this field, called so and filled in so?
    fn is_still(&self, seen: &SeenField) -> bool {
        let is_chosen = matches!(self.input, Input::Choice(_));
        self.seen.field.name == seen.field.name
            && self.seen.field.title == seen.field.title
            && is_chosen == seen.choices("").is_some()
    }

    fn rebase(&mut self, seen: &SeenField, held: &str, fixed: Option<String>) -> Option<String> {
        self.seen = seen.clone();
        held.clone_into(&mut self.held);
        // What cannot be changed any more cannot be taken back by hand either.
        let is_new = fixed.is_some();
        match &mut self.input {
            Input::Text(text) => {
                text.fixed = fixed;
                if is_new {
                    text.begin_with(held);
                    return None;
                }
                text.rebase(held)
            }
            Input::Choice(choice) => {
                choice.fixed = fixed;
                let choices = or_nothing(seen.choices(held).unwrap_or_default());
                let place = choices.iter().position(|one| one == held);
                let place = place.unwrap_or_default();
                if is_new {
                    choice.begin_with(choices, place);
                    return None;
                }
                choice.rebase(choices, place)
            }
        }
    }

    fn fault(&self, is_changed: bool) -> Option<String> {
        let (text, is_fixed) = match &self.input {
            Input::Text(text) => (text.trimmed(), text.fixed.is_some()),
            Input::Choice(choice) => (choice.value().to_owned(), choice.fixed.is_some()),
        };
        if is_fixed {
            return None;
        }
        self.seen.fault(&text, &self.held, is_changed)
    }

    /// As the store keeps it; what it would refuse has been told before it is asked.
    fn kept(&self, text: &str) -> String {
        let kept = self.seen.field.value(text);
        kept.unwrap_or_else(|_| text.to_owned())
    }
}

impl Input {
    fn as_field(&self) -> &dyn AnyField {
        match self {
            Self::Text(text) => text,
            Self::Choice(choice) => choice,
        }
    }

    fn as_field_mut(&mut self) -> &mut dyn AnyField {
        match self {
            Self::Text(text) => text,
            Self::Choice(choice) => choice,
        }
    }

    fn changed(&self) -> Option<String> {
        match self {
            Self::Text(text) => text.changed(),
            Self::Choice(choice) => choice.changed().map(str::to_owned),
        }
    }
}

/// A choice may also be left open.
fn or_nothing(choices: Vec<String>) -> Vec<String> {
    std::iter::once(String::new()).chain(choices).collect()
}
