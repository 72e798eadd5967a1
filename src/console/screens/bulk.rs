//! The same act for several users: who is in it and who is not, a question, one after another, and
//! what became of each.

mod model;
mod view;

pub use model::Bulk;

use crossterm::event::Event;
use ratatui::{Frame, layout::Rect};

use super::{Cx, Go, Screen, Site};
use crate::{
    console::{
        effect::{Reply, Ticket},
        keymap::{Action, Scope},
        widgets::{Form as _, Question, Tone, modal::OnYes},
    },
    desk::{BulkAct, LostAnswer},
};

use model::Phase;

impl Screen for Bulk {
    fn title(&self) -> String {
        match self.act {
            BulkAct::Unlock => "Unlock several",
            BulkAct::Enable => "Enable several",
            BulkAct::Disable => "Disable several",
            BulkAct::Reset => "Reset several",
            BulkAct::Set(_) => "Change several",
        }
        .into()
    }

    fn scopes(&self) -> Vec<Scope> {
        match self.phase {
            Phase::Plan => vec![self.form.scope(), Scope::Bulk, Scope::Form, Scope::Page],
            Phase::Running => vec![Scope::BulkRunning, Scope::Plain, Scope::Page],
            Phase::Over => vec![Scope::BulkOver, Scope::Plain, Scope::Page],
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Accept if self.phase == Phase::Plan => return self.ask(),
            Action::Accept | Action::Back if self.phase == Phase::Over => return self.leave(),
            Action::Back if self.phase == Phase::Running => {
                self.stop();
                cx.toast(Tone::Plain, "Stopping: what is on its way is awaited.");
            }
            Action::Back => return Go::Back,
            Action::Quit => return Go::Quit,
            Action::Up => self.first = self.first.saturating_sub(1),
            Action::Down => self.scroll(1),
            Action::PageUp => self.first = self.first.saturating_sub(8),
            Action::PageDown => self.scroll(8),
            Action::Reveal => self.shown = !self.shown,
            action => {
                self.form.act(action);
                self.judge();
            }
        }
        Go::Stay
    }

    fn input(&mut self, event: &Event, cx: &mut Cx<'_>) -> Go {
        if let Err(why) = self.form.input(event) {
            cx.toast(Tone::Bad, why);
        }
        self.judge();
        Go::Stay
    }

    fn is_final(&self, action: Action) -> bool {
        action == Action::Accept && self.phase != Phase::Running
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        self.take(ticket, reply, cx)
    }

    fn lost(&mut self, ticket: Ticket, answer: &LostAnswer, _cx: &mut Cx<'_>) -> bool {
        self.wait_for(ticket, answer)
    }

    fn resume(&mut self, cx: &mut Cx<'_>) -> Go {
        self.go_on(cx);
        Go::Stay
    }

    fn is_dirty(&self) -> bool {
        self.phase == Phase::Over && self.has_passwords()
    }

    fn is_saving(&self) -> bool {
        self.phase == Phase::Running
    }

    fn blank_secrets(&mut self) {
        self.forget_passwords();
    }

    fn blocked(&self, action: Action, _site: &Site) -> Option<String> {
        (action == Action::Reveal && !self.has_passwords())
            .then(|| "There is no password to show.".to_owned())
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        view::draw(self, frame, area, site);
    }
}

impl Bulk {
    fn leave(&self) -> Go {
        if self.has_passwords() {
            let text = "The new passwords are shown here only. Leave, and forget them?";
            return Go::Confirm(Question::new(text, OnYes::Leave));
        }
        Go::Back
    }
}
