//! The values of a drop-down list: in which order they are offered, and which are retired.

use ratatui::text::{Line, Span};

use crate::{
    console::{
        keymap::{self, Action, Scope},
        theme::Look,
        widgets::{AnyField as _, Page, TextField, cut, form},
    },
    text::comparable,
    user::FieldValue,
};

form! {
    /// A value to be added.
    pub(super) struct NewValue {
        value: TextField = TextField::new("Add"),
    }
}

/// The values, of which one is selected.
#[derive(Debug)]
pub(super) struct Values {
    pub(super) form: NewValue,
    selected: usize,
    /// Those that are kept already, and are retired rather than taken away.
    kept: Vec<String>,
}

impl Values {
    pub(super) fn of(kept: &[FieldValue]) -> Self {
        Self {
            form: NewValue::new(),
            selected: 0,
            kept: kept.iter().map(|value| value.value.clone()).collect(),
        }
    }

    pub(super) const fn selected(&self) -> usize {
        self.selected
    }

    pub(super) fn move_to(&mut self, index: usize, values: &[FieldValue]) {
        self.selected = index.min(values.len().saturating_sub(1));
    }

    /// Has something been typed that is not added yet?
    pub(super) fn is_typed(&self) -> bool {
        !self.form.value.trimmed().is_empty()
    }

    /// Adds what was typed at the end.
    ///
    /// # Errors
    /// It is there already.
    pub(super) fn add(&mut self, values: &mut Vec<FieldValue>) -> Result<(), String> {
        let value = self.form.value.trimmed();
        let is_it = |one: &FieldValue| comparable(&one.value) == comparable(&value);
        if values.iter().any(is_it) {
            return Err(format!("The value {value} is there already."));
        }
        values.push(FieldValue {
            value,
            retired: false,
        });
        self.selected = values.len() - 1;
        self.form.value.begin_with("");
        Ok(())
    }

    /// Retires the selected value or takes it into use again; one that is not kept yet goes.
    pub(super) fn retire(&mut self, values: &mut Vec<FieldValue>) {
        let Some(value) = values.get_mut(self.selected) else {
            return;
        };
        if self.kept.contains(&value.value) {
            value.retired = !value.retired;
        } else {
            values.remove(self.selected);
            self.move_to(self.selected, values);
        }
    }

    /// Moves the selected value by one place.
    pub(super) fn shift(&mut self, up: bool, values: &mut [FieldValue]) {
        let to = if up {
            self.selected.checked_sub(1)
        } else {
            Some(self.selected + 1).filter(|to| *to < values.len())
        };
        if let Some(to) = to {
            values.swap(self.selected, to);
            self.selected = to;
        }
    }

    pub(super) fn draw(&self, values: &[FieldValue], page: &mut Page, look: &Look, lines: u16) {
        let theme = &look.theme;
        // The field, two hints and a line between stand beneath.
        let room = usize::from(lines).saturating_sub(5).max(1);
        let first = (self.selected + 1).saturating_sub(room);
        if values.is_empty() {
            page.text("No value yet: type the first one.", theme.faint);
        }
        for (index, value) in values.iter().enumerate().skip(first).take(room) {
            let (pointer, style) = match (index == self.selected, value.retired) {
                (true, _) => (look.glyphs.pointer, theme.selected),
                (false, true) => (" ", theme.disabled),
                (false, false) => (" ", ratatui::style::Style::new()),
            };
            let retired = if value.retired { "  (retired)" } else { "" };
            let room = page.width().saturating_sub(3 + retired.len());
            let text = cut(&look.clean(&value.value), room, look);
            page.line(Line::from(vec![
                Span::styled(format!("{pointer} {text}"), style),
                Span::styled(retired, theme.faint),
            ]));
        }
        page.blank();
        self.form.value.draw(4, page, look);
        let key = |action| keymap::name_of(Scope::FieldValues, action);
        let text = format!(
            "{} adds it at the end. {} and {} move the selected value.",
            key(Action::Accept),
            key(Action::MoveUp),
            key(Action::MoveDown)
        );
        page.text(&text, theme.faint);
        let text = "A retired value is chosen no more, and stays with whoever has it.";
        page.text(text, theme.faint);
    }
}

/// In short: `Red, Green, (Blue)`, a retired one in brackets.
pub(super) fn summary(values: &[FieldValue]) -> String {
    let words: Vec<_> = values
        .iter()
        .map(|value| {
            if value.retired {
                format!("({})", value.value)
            } else {
                value.value.clone()
            }
        })
        .collect();
    if words.is_empty() {
        "none yet".into()
    } else {
        words.join(", ")
    }
}
