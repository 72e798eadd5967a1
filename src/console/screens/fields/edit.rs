//! One field of the site's own: added or changed.

mod form;
mod save;

pub(super) use form::FieldForm;

use crossterm::event::Event;
use ratatui::{Frame, layout::Rect};

use super::{
    ticks::{Tick, Ticks},
    values::Values,
};
use crate::{
    console::{
        effect::{Remote, Reply, Ticket},
        keymap::{Action, Scope},
        screens::{Cx, Go, Screen, Site},
        widgets::{AnyField as _, Form as _, Page, Tone},
    },
    desk::DeskError,
    permission::Role,
    user::SiteField,
};

/// Cells of a label.
const LABEL: usize = 14;

/// What stands on the page.
#[derive(Debug)]
enum Mode {
    /// The form.
    Form,
    /// The values of the list.
    Values(Values),
    /// Who sees, edits and must fill it.
    Roles(Ticks),
}

/// The page of one field.
#[derive(Debug)]
pub struct EditField {
    /// As it was read; none for one that is yet to be added.
    seen: Option<SiteField>,
    /// What is wanted of values and roles; the rest stands in the form.
    wanted: SiteField,
    roles: Vec<Role>,
    form: FieldForm,
    mode: Mode,
    save: Remote<()>,
    /// Read again, since somebody else has changed it.
    reading: Option<Ticket>,
    refused: Option<DeskError>,
}

impl EditField {
    /// A field as it was read, or a new one, which may go by these roles.
    pub(super) fn of(seen: Option<&SiteField>, roles: &[Role]) -> Self {
        let wanted = seen.cloned().unwrap_or_else(|| SiteField::new("", ""));
        let mut form = FieldForm::new();
        form.fill(&wanted);
        if seen.is_some() {
            form.name.fixed = Some("never changes".into());
        }
        Self {
            seen: seen.cloned(),
            wanted,
            roles: roles.to_vec(),
            form,
            mode: Mode::Form,
            save: Remote::Idle,
            reading: None,
            refused: None,
        }
    }

    fn open_part(&mut self) {
        if self.form.values.is_focused() {
            let kept = self.seen.as_ref().map_or(&[][..], |seen| &seen.values);
            self.mode = Mode::Values(Values::of(kept));
        } else if self.form.roles.is_focused() {
            self.mode = Mode::Roles(Ticks::of(&self.roles));
        }
    }

    fn close_part(&mut self) {
        self.mode = Mode::Form;
        self.form.tell(&self.wanted);
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act_on_values(&mut self, action: Action, cx: &mut Cx<'_>) {
        let Mode::Values(list) = &mut self.mode else {
            return;
        };
        let values = &mut self.wanted.values;
        match action {
            Action::Up => list.move_to(list.selected().saturating_sub(1), values),
            Action::Down => list.move_to(list.selected() + 1, values),
            Action::MoveUp => list.shift(true, values),
            Action::MoveDown => list.shift(false, values),
            Action::Remove => list.retire(values),
            Action::Accept if list.is_typed() => {
                if let Err(why) = list.add(values) {
                    cx.toast(Tone::Bad, cx.site.look.clean(&why));
                }
            }
            Action::Accept | Action::Back => self.close_part(),
            _ => {}
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act_on_roles(&mut self, action: Action, cx: &mut Cx<'_>) {
        let Mode::Roles(ticks) = &mut self.mode else {
            return;
        };
        let tick = match action {
            Action::TickSees => Tick::Sees,
            Action::TickEdits => Tick::Edits,
            Action::TickFills => Tick::Fills,
            Action::Up => return ticks.move_to(ticks.selected().saturating_sub(1)),
            Action::Down => return ticks.move_to(ticks.selected() + 1),
            Action::First => return ticks.move_to(0),
            Action::Last => return ticks.move_to(usize::MAX),
            Action::Accept | Action::Back => return self.close_part(),
            _ => return,
        };
        if let Err(why) = ticks.turn(tick, &mut self.wanted) {
            cx.toast(Tone::Plain, why);
        }
    }
}

impl Screen for EditField {
    fn title(&self) -> String {
        match &self.seen {
            Some(seen) => seen.title.clone(),
            None => "New field".into(),
        }
    }

    fn scopes(&self) -> Vec<Scope> {
        match &self.mode {
            Mode::Form => vec![self.form.scope(), Scope::Field, Scope::Form, Scope::Page],
            Mode::Values(_) => vec![Scope::Text, Scope::FieldValues, Scope::Page],
            Mode::Roles(_) => vec![Scope::FieldRoles, Scope::Plain, Scope::Page],
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        if action == Action::Quit {
            return Go::Quit;
        }
        match (&self.mode, action) {
            (Mode::Values(_), _) => self.act_on_values(action, cx),
            (Mode::Roles(_), _) => self.act_on_roles(action, cx),
            (Mode::Form, Action::Accept) => self.submit(cx),
            (Mode::Form, Action::Back) => return Go::Back,
            (Mode::Form, _) if self.save.is_loading() => {}
            (Mode::Form, Action::OpenPart) => self.open_part(),
            (Mode::Form, _) => {
                self.form.act(action);
                self.form.show_what_fits();
            }
        }
        Go::Stay
    }

    fn input(&mut self, event: &Event, cx: &mut Cx<'_>) -> Go {
        let taken = match &mut self.mode {
            Mode::Form if self.save.is_loading() => Ok(false),
            Mode::Form => self.form.input(event),
            Mode::Values(list) => list.form.input(event),
            Mode::Roles(_) => Ok(false),
        };
        if let Err(why) = taken {
            cx.toast(Tone::Bad, why);
        }
        Go::Stay
    }

    fn is_final(&self, action: Action) -> bool {
        action == Action::Accept && matches!(self.mode, Mode::Form) && !self.save.is_loading()
    }

    fn resume(&mut self, cx: &mut Cx<'_>) -> Go {
        self.submit(cx);
        Go::Stay
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        if self.reading == Some(ticket) {
            return Some(self.read_again(reply, cx));
        }
        self.save.awaits(ticket).then(|| self.saved(reply, cx))
    }

    fn failure(&self) -> Option<&DeskError> {
        self.refused.as_ref()
    }

    fn is_dirty(&self) -> bool {
        let typed = match &self.mode {
            Mode::Values(list) => list.is_typed(),
            Mode::Form | Mode::Roles(_) => false,
        };
        typed || self.is_changed()
    }

    fn is_saving(&self) -> bool {
        self.save.is_loading()
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let theme = &look.theme;
        let mut page = Page::new(area);
        match &self.mode {
            Mode::Values(list) => list.draw(&self.wanted.values, &mut page, look, area.height),
            Mode::Roles(ticks) => ticks.draw(&self.wanted, &mut page, look),
            Mode::Form => {
                page.blank();
                for field in self.form.fields() {
                    field.draw(LABEL, &mut page, look);
                }
                page.blank();
                page.text(&look.clean(&self.hint()), theme.faint);
                if self.wanted.retired {
                    let text = "Retired: filled no more, and what users have in it stays.";
                    page.text(text, theme.warn);
                }
                if self.save.is_loading() {
                    page.text("Saving...", theme.faint);
                }
            }
        }
        page.render(frame, area);
    }
}
