//! One user: the verdict first, then the password form.

mod answers;
mod form;
mod head;
mod history;
mod model;
mod validity;
mod view;
mod waiting;
mod wanted;
mod write;

use std::time::Duration;

pub use model::Edit;

use crossterm::event::Event;
use ratatui::{Frame, layout::Rect};

use self::{
    form::Section,
    model::{Pending, Whom, may_be_locked},
};
use super::{Cx, Go, Screen, Site};
use crate::{
    console::{
        effect::{Remote, Reply, Ticket},
        keymap::{self, Action, Scope},
        widgets::{AnyField as _, Form as _, Question, Tone, modal::OnYes},
    },
    desk::{DeskError, LostAnswer},
    directory::Support,
    password::generate::Shape,
};

impl Screen for Edit {
    fn title(&self) -> String {
        self.name.clone()
    }

    fn scopes(&self) -> Vec<Scope> {
        let disabled = self.is_disabled().then_some(Scope::Disabled);
        let scopes = [Scope::Edit, Scope::Form, Scope::Page];
        [self.form.scope()]
            .into_iter()
            .chain(disabled)
            .chain(scopes)
            .collect()
    }

    fn enter(&mut self, cx: &mut Cx<'_>) {
        self.now = cx.now;
        self.load(cx);
    }

    /// What the desk knows of callers may have changed.
    fn back(&mut self, cx: &mut Cx<'_>) {
        self.refused = None;
        self.load(cx);
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Accept => return self.submit(cx),
            Action::UnlockOnly => self.unlock_only(cx),
            Action::Enable => return self.ask_to_enable(),
            Action::OpenCaller => return self.open_caller(),
            Action::Back if self.lost.is_some() && self.form.password.password.is_filled() => {
                return Go::Confirm(Question::new(
                    "The password here may be in force, and is shown nowhere once you leave. What \
                     became of the change is looked after all the same. Leave?",
                    OnYes::Leave,
                ));
            }
            Action::Back => return Go::Back,
            Action::Quit => return Go::Quit,
            Action::Reveal => self.reveal(cx),
            Action::Generate => self.generate(cx.site.shape, cx),
            Action::GenerateOther => self.generate(
                match cx.site.shape {
                    Shape::Words => Shape::Groups,
                    Shape::Groups => Shape::Words,
                },
                cx,
            ),
            _ if self.is_saving() => {}
            Action::NextSection => self.open_section(self.section.next(), true, cx),
            Action::PreviousSection => self.open_section(self.section.previous(), true, cx),
            Action::NextField => self.next_field(cx),
            Action::PreviousField => self.previous_field(cx),
            Action::Toggle if self.form.password.must_change.is_focused() => {
                cx.toast(
                    Tone::Plain,
                    "Must-change cannot be turned off: the profile wants it after every reset.",
                );
            }
            _ => {
                self.form.act(action);
                self.history.begin_with_newest();
            }
        }
        Go::Stay
    }

    fn input(&mut self, event: &Event, cx: &mut Cx<'_>) -> Go {
        if self.is_saving() {
            return Go::Stay;
        }
        if self.section != Section::Password && self.user().is_none() {
            cx.toast(Tone::Plain, "The user is still being read: please wait.");
            return Go::Stay;
        }
        if self.form.password.password.is_focused() && !cx.site.profile.operator_may_type_password {
            let key = keymap::name_of(Scope::Edit, Action::Generate);
            cx.toast(
                Tone::Plain,
                format!("The profile lets you generate only: {key}."),
            );
            return Go::Stay;
        }
        match self.form.input(event) {
            Ok(true) if self.form.password.password.is_focused() => {
                if self.bits.take().is_some() && !cx.site.profile.reveal_while_typing {
                    self.form.mask();
                }
                self.refused = None;
                self.judge(cx);
            }
            Ok(_) => {}
            Err(why) => cx.toast(Tone::Bad, why),
        }
        Go::Stay
    }

    fn is_final(&self, action: Action) -> bool {
        let saves = action == Action::Accept && self.is_changed() && self.user().is_some();
        (saves || action == Action::UnlockOnly) && !self.is_saving()
    }

    fn wake(&mut self, ticket: Ticket, cx: &mut Cx<'_>) {
        if self.tick(ticket, cx) {
            return;
        }
        if self.mask_again == Some(ticket) {
            self.form.mask();
        } else if self.slow == Some(ticket) {
            self.is_slow = true;
            if self.is_saving() && self.lost.is_none() {
                self.waited += 1;
                self.slow = Some(cx.after(Duration::from_secs(1)));
            }
        }
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        if self.rating == Some(ticket) {
            self.rating = None;
            if let Reply::Rated(strength) = reply {
                self.strength = Some(strength.clone());
            }
            return Some(Go::Stay);
        }
        if self.drawing == Some(ticket) {
            self.drawing = None;
            self.drawn(reply, cx);
            return Some(Go::Stay);
        }
        if self.opened.awaits(ticket) {
            self.slow = None;
            self.is_slow = false;
            if let Reply::Opened(opened) = reply {
                self.show(opened, cx);
            } else if let Reply::Failed(error) = reply {
                self.opened = Remote::Failed(error.clone());
            }
            return Some(Go::Stay);
        }
        if self.history.take(ticket, reply) {
            return Some(Go::Stay);
        }
        if matches!(&self.whom, Whom::First(mine, _) if *mine == ticket) {
            return Some(self.first_found(reply, cx));
        }
        self.written(ticket, reply, cx)
    }

    fn lost(&mut self, ticket: Ticket, answer: &LostAnswer, cx: &mut Cx<'_>) -> bool {
        let mine = self.written_under(ticket).is_some();
        if mine {
            self.wait_for(answer, cx);
        }
        mine
    }

    fn resume(&mut self, cx: &mut Cx<'_>) -> Go {
        match self.pending.take() {
            Some(Pending::Save) => return self.submit(cx),
            Some(Pending::Unlock) => self.unlock_only(cx),
            Some(Pending::Enable) => self.enable(cx),
            Some(Pending::Remove) => self.remove(cx),
            Some(Pending::Reload) => {
                self.refused = None;
                self.load(cx);
            }
            None => {}
        }
        Go::Stay
    }

    fn failure(&self) -> Option<&DeskError> {
        match &self.opened {
            Remote::Failed(error) => Some(error),
            Remote::Idle | Remote::Loading(_) | Remote::Ready(_) => self.refused.as_ref(),
        }
    }

    fn is_dirty(&self) -> bool {
        self.is_changed() || self.form.reason.is_dirty()
    }

    fn is_saving(&self) -> bool {
        // A lost answer may take two minutes: nobody has to stay for it.
        Self::is_saving(self) && self.lost.is_none()
    }

    fn blank_secrets(&mut self) {
        self.form.blank_secrets();
        self.bits = None;
        self.strength = None;
        self.pending = None;
    }

    fn blocked(&self, action: Action, site: &Site) -> Option<String> {
        let writes = matches!(
            action,
            Action::Accept | Action::Generate | Action::GenerateOther
        );
        let opened = self.opened.ready()?;
        if matches!(action, Action::Enable | Action::UnlockOnly)
            && let Some(why) = self.waits_to_be_saved()
        {
            return Some(why);
        }
        if action == Action::OpenCaller && site.verification.is_off() {
            return Some("This site does not ask who is calling.".into());
        }
        if action == Action::Enable {
            return match (&opened.may_change_status, &site.capabilities.status) {
                (Err(why), _) => Some(format!("You may not enable this user: {why}.")),
                (Ok(()), Support::No(why)) => Some(format!("Enabling is not offered: {why}")),
                (Ok(()), Support::Yes) => None,
            };
        }
        let writes = writes && (action != Action::Accept || !self.may_save_beside_the_password());
        if writes && let Err(why) = &opened.may_reset {
            return Some(format!("You may not reset this password: {why}."));
        }
        if writes && let Support::No(why) = &site.capabilities.reset {
            return Some(format!("Reset is not offered: {why}"));
        }
        if action == Action::UnlockOnly {
            if let Support::No(why) = &site.capabilities.unlock {
                return Some(format!("Unlock is not offered: {why}"));
            }
            if let Err(why) = &opened.may_reset {
                return Some(format!("You may not unlock this user: {why}."));
            }
            if !may_be_locked(&opened.user, self.now) {
                return Some("The account is not locked.".into());
            }
        }
        None
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        view::draw(self, frame, area, site);
    }
}
