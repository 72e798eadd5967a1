//! What is filled in of a field of the site's own.

use crate::{
    console::{
        screens::fields::{ticks, values},
        widgets::{ChoiceField, OpenerField, TextField, ToggleField, form},
    },
    user::{FieldKind, SiteField},
};

form! {
    /// A field of the site's own.
    pub(in crate::console::screens::fields) struct FieldForm {
        /// What stands before the value.
        title: TextField = TextField::new("Title"),
        /// By this it is named.
        name: TextField = TextField::new("Name"),
        /// What it holds.
        kind: ChoiceField = ChoiceField::new("Kind", FieldKind::ALL.map(FieldKind::word)),
        /// The values of a list.
        values: OpenerField = OpenerField::new("Values"),
        /// Who sees, edits and must fill it.
        roles: OpenerField = OpenerField::new("Roles"),
        /// Users are found by it.
        searched: ToggleField = ToggleField::new("Searched", false),
        /// It is a column of lists.
        shown: ToggleField = ToggleField::new("Shown in list", false),
    }
}

impl FieldForm {
    /// Fills in what was read. What was changed by hand stays; where that and what was read have both
    /// changed, a sentence says so.
    pub(super) fn fill(&mut self, field: &SiteField) -> Vec<String> {
        let place = FieldKind::ALL.iter().position(|kind| *kind == field.kind);
        let words = FieldKind::ALL.map(FieldKind::word);
        let met = [
            self.title.rebase(&field.title),
            self.name.rebase(&field.name),
            self.kind.rebase(words, place.unwrap_or_default()),
            self.values.rebase(values::summary(&field.values)),
            self.roles.rebase(ticks::summary(field)),
            self.searched.rebase(field.searched),
            self.shown.rebase(field.shown),
        ];
        self.show_what_fits();
        met.into_iter().flatten().collect()
    }

    /// Tells what the pages of values and roles hold.
    pub(super) fn tell(&mut self, wanted: &SiteField) {
        self.values.tell(values::summary(&wanted.values));
        self.roles.tell(ticks::summary(wanted));
    }

    /// What it is to hold.
    pub(super) fn kind(&self) -> FieldKind {
        FieldKind::from_word(self.kind.value()).unwrap_or(FieldKind::Text)
    }

    /// Only a list has values.
    pub(super) fn show_what_fits(&mut self) {
        self.values.visible = self.kind() == FieldKind::List;
    }
}
