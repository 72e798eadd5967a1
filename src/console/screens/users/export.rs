//! Writing what is shown to a file.

use std::path::PathBuf;

use ratatui::style::Style;

use crate::{
    console::{
        effect::{ExportOrder, Reply, Request, Ticket},
        keymap::{self, Action, Scope},
        screens::{Cx, Go, Site, explain},
        widgets::{AnyField as _, Form as _, Page, Question, TextField, Tone, form, modal::OnYes},
    },
    directory::Query,
    text,
};

form! {
    /// Where to.
    pub(super) struct ExportForm {
        file: TextField = TextField::new("File"),
    }
}

/// An export that is being asked for.
#[derive(Debug)]
pub struct Export {
    pub(super) form: ExportForm,
    query: Query,
    asked: Option<Ticket>,
}

impl Export {
    /// Of everybody who matches.
    pub fn of(query: Query) -> Self {
        Self {
            form: ExportForm::new(),
            query,
            asked: None,
        }
    }

    /// Asks the desk; `replace` says that a file that is there has been asked about.
    pub(super) fn ask(&mut self, replace: bool, cx: &mut Cx<'_>) {
        let file = self.form.file.trimmed();
        if file.is_empty() {
            self.form
                .refuse(|form| &mut form.file, "Type the name of a file.");
            return;
        }
        if self.asked.is_none() {
            self.form.forgive();
            self.asked = Some(cx.ask(Request::Export(Box::new(ExportOrder {
                query: self.query.clone(),
                file: PathBuf::from(file),
                replace,
            }))));
        }
    }

    pub(super) const fn is_writing(&self) -> bool {
        self.asked.is_some()
    }

    /// Takes the answer: done, or a question, or a refusal at the field.
    pub(super) fn take(
        &mut self,
        ticket: Ticket,
        reply: &Reply,
        cx: &mut Cx<'_>,
    ) -> Option<(Go, bool)> {
        if self.asked != Some(ticket) {
            return None;
        }
        self.asked = None;
        if let Reply::Exported(count) = reply {
            let file = self.form.file.trimmed();
            let users = text::users(*count);
            cx.toast(Tone::Good, format!("{users} written to {file}."));
            return Some((Go::Stay, true));
        }
        if let Reply::FileExists = reply {
            let text = format!("{} is there already. Replace it?", self.form.file.trimmed());
            return Some((Go::Confirm(Question::new(text, OnYes::Resume)), false));
        }
        if let Reply::Failed(error) = reply {
            self.form.refuse(|form| &mut form.file, explain(error));
        }
        Some((Go::Stay, false))
    }

    pub(super) fn draw(&self, page: &mut Page, site: &Site) {
        let look = &site.look;
        page.text("Write everybody who matches to a file.", Style::new());
        page.blank();
        self.form.file.draw(6, page, look);
        page.blank();
        let enter = keymap::name_of(Scope::Export, Action::Accept);
        let text = if self.is_writing() {
            "Writing...".to_owned()
        } else {
            format!(
                "{enter} writes it, for you alone (0600). A name that ends with .jsonl asks for JSON \
                 Lines, any other for CSV, safe to open in a spreadsheet. Either imports again. \
                 How many, and by which filters, is recorded."
            )
        };
        page.text(&text, look.theme.faint);
    }
}
