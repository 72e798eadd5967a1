//! Saving a field, and what becomes of that.

use super::EditField;
use crate::{
    console::{
        effect::{FieldOrder, FieldsRequest, Remote, Reply, Request},
        screens::{Cx, Go, explain, fields::ticks, sentence},
        widgets::{AnyField as _, Form as _, Tone},
    },
    desk::DeskError,
    directory::DirectoryError,
    user::{FieldKind, SiteField},
};

impl EditField {
    /// The field as it is wanted.
    fn field(&self) -> SiteField {
        SiteField {
            name: self.form.name.trimmed(),
            title: self.form.title.trimmed(),
            kind: self.form.kind(),
            searched: self.form.searched.is_on(),
            shown: self.form.shown.is_on(),
            ..self.wanted.clone()
        }
    }

    pub(super) fn is_changed(&self) -> bool {
        match &self.seen {
            Some(seen) => self.field() != *seen,
            None => self.form.is_dirty(),
        }
    }

    pub(super) fn submit(&mut self, cx: &mut Cx<'_>) {
        if self.save.is_loading() || self.reading.is_some() {
            return;
        }
        self.form.forgive();
        self.refused = None;
        let field = self.field();
        if field.title.is_empty() {
            self.form.refuse(
                |form| &mut form.title,
                "A title is needed: it stands before the value.",
            );
            return;
        }
        let request = match &self.seen {
            None => FieldsRequest::Add(field),
            Some(seen) if *seen == field => {
                cx.toast(Tone::Plain, "Nothing was changed.");
                return;
            }
            Some(seen) => FieldsRequest::Change(Box::new(FieldOrder {
                seen: seen.clone(),
                field,
            })),
        };
        self.save = Remote::Loading(cx.ask(Request::Fields(request)));
    }

    pub(super) fn saved(&mut self, reply: &Reply, cx: &mut Cx<'_>) -> Go {
        self.save = Remote::Idle;
        let Reply::Failed(error) = reply else {
            let title = self.form.title.trimmed();
            let done = if self.seen.is_some() {
                "changed"
            } else {
                "added"
            };
            let text = format!("The field {title} was {done}.");
            cx.toast(Tone::Good, cx.site.look.clean(&text));
            return Go::Back;
        };
        if *error == DeskError::StepUp {
            return Go::StepUp;
        }
        self.refused = Some(error.clone());
        if let DeskError::Directory(DirectoryError::DefinitionChanged { .. }) = error {
            self.reading = Some(cx.ask(Request::Fields(FieldsRequest::List)));
        } else {
            cx.toast(Tone::Bad, cx.site.look.clean(&explain(error)));
        }
        Go::Stay
    }

    /// The field as somebody else has left it: what was not changed here is as they want it.
    pub(super) fn read_again(&mut self, reply: &Reply, cx: &mut Cx<'_>) -> Go {
        self.reading = None;
        let why = self.refused.as_ref().map(explain).unwrap_or_default();
        let (Reply::Fields(listed), Some(seen)) = (reply, &self.seen) else {
            cx.toast(Tone::Bad, why);
            return Go::Stay;
        };
        let is_it = |field: &&SiteField| field.name.eq_ignore_ascii_case(&seen.name);
        let Some(now) = listed.fields.iter().find(is_it) else {
            cx.toast(Tone::Bad, why);
            return Go::Back;
        };
        let wanted = &mut self.wanted;
        if wanted.values == seen.values {
            wanted.values.clone_from(&now.values);
        }
        for (wanted, seen, now) in [
            (&mut wanted.seen_by, &seen.seen_by, &now.seen_by),
            (&mut wanted.edited_by, &seen.edited_by, &now.edited_by),
            (&mut wanted.filled_by, &seen.filled_by, &now.filled_by),
        ] {
            if *wanted == *seen {
                wanted.clone_from(now);
            }
        }
        wanted.retired = now.retired;
        let met = self.form.fill(now);
        self.form.tell(&self.wanted);
        self.roles.clone_from(&listed.roles);
        self.seen = Some(now.clone());
        let mut told = vec![why];
        told.extend(met.iter().map(|met| sentence(met)));
        if self.is_changed() {
            told.push("Enter saves what you want over it.".into());
        }
        cx.toast(Tone::Bad, cx.site.look.clean(&told.join(" ")));
        Go::Stay
    }

    /// What to know of the field that has the focus.
    pub(super) fn hint(&self) -> String {
        let form = &self.form;
        let changes_kind = self
            .seen
            .as_ref()
            .is_some_and(|seen| seen.kind != form.kind());
        if changes_kind {
            "What users have in it stays, also where it does not fit the other kind: it is shown as \
             such, and only another value has to fit."
                .into()
        } else if form.name.is_focused() {
            "By its name it is given in commands, rosters and the API: letters, digits, - and _. It \
             never changes."
                .into()
        } else if form.searched.is_focused() {
            let name = match form.name.trimmed() {
                name if name.is_empty() => "name".to_owned(),
                name => name,
            };
            let by = match form.kind() {
                FieldKind::Text | FieldKind::Phone => "the beginning of a value",
                FieldKind::Number | FieldKind::Date | FieldKind::YesNo | FieldKind::List => {
                    "a value"
                }
            };
            format!("Users are found by {by}: {name}:VALUE in a search, by whoever sees the field.")
        } else if form.shown.is_focused() {
            "A column of lists of users, where there is room, for whoever sees the field.".into()
        } else if form.roles.is_focused() {
            sentence(&ticks::summary(&self.wanted))
        } else {
            String::new()
        }
    }
}
