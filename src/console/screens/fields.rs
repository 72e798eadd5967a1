//! The fields that the site adds to its users, in the order in which they are shown.

mod edit;
mod ticks;
mod values;

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use self::edit::EditField;
use super::{Cx, Go, Screen, Site, explain};
use crate::{
    console::{
        effect::{FieldOrder, FieldsListed, FieldsRequest, Remote, Reply, Request, Ticket},
        keymap::{self, Action, Scope},
        theme::Look,
        widgets::{Page, Question, Tone, modal::OnYes, row},
    },
    desk::DeskError,
    permission::Role,
    user::SiteField,
};

/// What is done to a field from the list.
#[derive(Debug, Clone)]
enum Act {
    /// Retired, or taken into use again.
    Retire(Box<SiteField>),
    /// Moved to a place.
    Move(String, usize),
}

/// The list.
#[derive(Debug, Default)]
pub struct Fields {
    listed: Remote<Box<FieldsListed>>,
    /// As they were before they are read again, so that the list does not blink.
    last: Option<Box<FieldsListed>>,
    selected: usize,
    /// What was asked, and goes on after a question or a step-up.
    pending: Option<Act>,
    write: Remote<()>,
}

impl Fields {
    fn load(&mut self, cx: &mut Cx<'_>) {
        let asked = cx.ask(Request::Fields(FieldsRequest::List));
        if let Remote::Ready(listed) = std::mem::replace(&mut self.listed, Remote::Loading(asked)) {
            self.last = Some(listed);
        }
    }

    fn known(&self) -> Option<&FieldsListed> {
        self.listed
            .ready()
            .or(self.last.as_ref())
            .map(AsRef::as_ref)
    }

    fn fields(&self) -> &[SiteField] {
        self.known().map_or(&[], |listed| &listed.fields)
    }

    fn roles(&self) -> &[Role] {
        self.known().map_or(&[], |listed| &listed.roles)
    }

    fn move_to(&mut self, index: usize) {
        self.selected = index.min(self.fields().len().saturating_sub(1));
    }

    /// Retires the selected field or takes it into use again, after a question.
    fn retire(&mut self, site: &Site) -> Go {
        let Some(field) = self.fields().get(self.selected) else {
            return Go::Stay;
        };
        let title = &field.title;
        let text = if field.retired {
            format!("Take the field {title} into use again?")
        } else {
            format!(
                "Retire the field {title}? It is filled no more, and what users have in it stays. \
                 A field is never removed."
            )
        };
        let question = Question::new(site.look.clean(&text), OnYes::Resume);
        self.pending = Some(Act::Retire(Box::new(field.clone())));
        Go::Confirm(question)
    }

    fn shift(&mut self, up: bool, cx: &mut Cx<'_>) {
        let to = if up {
            self.selected.checked_sub(1)
        } else {
            Some(self.selected + 1).filter(|to| *to < self.fields().len())
        };
        if let (Some(to), Some(field)) = (to, self.fields().get(self.selected))
            && !self.write.is_loading()
        {
            self.pending = Some(Act::Move(field.name.clone(), to + 1));
            self.go_on(cx);
        }
    }

    fn go_on(&mut self, cx: &mut Cx<'_>) {
        let request = match &self.pending {
            Some(Act::Retire(seen)) => FieldsRequest::Change(Box::new(FieldOrder {
                field: SiteField {
                    retired: !seen.retired,
                    ..SiteField::clone(seen)
                },
                seen: SiteField::clone(seen),
            })),
            Some(Act::Move(name, place)) => FieldsRequest::Move(name.clone(), *place),
            None => return,
        };
        self.write = Remote::Loading(cx.ask(Request::Fields(request)));
    }

    fn written(&mut self, reply: &Reply, cx: &mut Cx<'_>) -> Go {
        self.write = Remote::Idle;
        if let Reply::Failed(DeskError::StepUp) = reply {
            return Go::StepUp;
        }
        let done = self.pending.take();
        if let Reply::Failed(error) = reply {
            cx.toast(Tone::Bad, cx.site.look.clean(&explain(error)));
        } else {
            match done {
                Some(Act::Move(_, place)) => self.selected = place.saturating_sub(1),
                Some(Act::Retire(field)) => {
                    let what = if field.retired {
                        "is in use again"
                    } else {
                        "was retired"
                    };
                    let text = format!("The field {} {what}.", field.title);
                    cx.toast(Tone::Good, cx.site.look.clean(&text));
                }
                None => {}
            }
        }
        self.load(cx);
        Go::Stay
    }
}

impl Screen for Fields {
    fn title(&self) -> String {
        "Fields".into()
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Fields, Scope::Plain, Scope::Page]
    }

    fn enter(&mut self, cx: &mut Cx<'_>) {
        self.load(cx);
    }

    fn back(&mut self, cx: &mut Cx<'_>) {
        self.load(cx);
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Back => return Go::Back,
            Action::Quit => return Go::Quit,
            Action::Up => self.move_to(self.selected.saturating_sub(1)),
            Action::Down => self.move_to(self.selected + 1),
            Action::First => self.move_to(0),
            Action::Last => self.move_to(usize::MAX),
            Action::New => return Go::To(Box::new(EditField::of(None, self.roles()))),
            Action::Accept => {
                if let Some(field) = self.fields().get(self.selected) {
                    return Go::To(Box::new(EditField::of(Some(field), self.roles())));
                }
            }
            Action::Remove if !self.write.is_loading() => return self.retire(cx.site),
            Action::MoveUp => self.shift(true, cx),
            Action::MoveDown => self.shift(false, cx),
            _ => {}
        }
        Go::Stay
    }

    fn resume(&mut self, cx: &mut Cx<'_>) -> Go {
        self.go_on(cx);
        Go::Stay
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        if self.write.awaits(ticket) {
            return Some(self.written(reply, cx));
        }
        let listed = self.listed.take(ticket, reply, |reply| {
            if let Reply::Fields(listed) = reply {
                Some(listed.clone())
            } else {
                None
            }
        });
        if listed {
            self.move_to(self.selected);
        }
        listed.then_some(Go::Stay)
    }

    fn failure(&self) -> Option<&DeskError> {
        match &self.listed {
            Remote::Failed(error) => Some(error),
            Remote::Idle | Remote::Loading(_) | Remote::Ready(_) => None,
        }
    }

    fn is_saving(&self) -> bool {
        self.write.is_loading()
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let mut page = Page::new(area);
        if let Remote::Failed(error) = &self.listed {
            page.text(&look.clean(&explain(error)), look.theme.bad);
        }
        if self.fields().is_empty() {
            let text = if self.listed.is_loading() {
                "Reading the fields...".to_owned()
            } else {
                let key = keymap::name_of(Scope::Fields, Action::New);
                format!("This site has no fields of its own yet: {key} adds one.")
            };
            page.blank();
            page.text(&text, look.theme.faint);
        } else {
            self.rows(&mut page, look);
        }
        page.render(frame, area);
    }
}

impl Fields {
    fn rows(&self, page: &mut Page, look: &Look) {
        let wide = page.width() >= 60;
        let title = if wide { 24 } else { 18 };
        let widths = [title, if wide { 16 } else { 0 }, 8, 20];
        let titles = ["Title", "Name", "Kind", "Used"].map(str::to_owned);
        let text = row(&titles, widths, 1, " ", look);
        page.line(Line::from(Span::styled(text, look.theme.faint)));
        for (index, field) in self.fields().iter().enumerate() {
            let selected = index == self.selected;
            let (pointer, style) = match (selected, field.retired) {
                (true, _) => (look.glyphs.pointer, look.theme.selected),
                (false, true) => (" ", look.theme.disabled),
                (false, false) => (" ", Style::new()),
            };
            if selected {
                page.keep_next();
            }
            let flags = [
                (field.retired, "retired"),
                (field.searched, "searched"),
                (field.shown, "in list"),
            ];
            let flags = flags.iter().filter(|(is_on, _)| *is_on);
            let flags: Vec<_> = flags.map(|(_, word)| *word).collect();
            let cells = [
                look.clean(&field.title),
                look.clean(&field.name),
                field.kind.word().to_owned(),
                flags.join(", "),
            ];
            page.line(Line::styled(row(&cells, widths, 1, pointer, look), style));
        }
        page.blank();
        if let Some(field) = self.fields().get(self.selected) {
            let text = super::sentence(&ticks::summary(field));
            page.text(&look.clean(&text), look.theme.faint);
        }
    }
}
