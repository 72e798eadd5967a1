//! One user: the verdict first, then the password form.

mod view;
mod write;

use std::time::Duration;

use crossterm::event::Event;
use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};

use super::{Cx, Go, Screen, Site};
use crate::{
    console::{
        effect::{Opened, Remote, Reply, Request, Ticket},
        keymap::{Action, Scope},
        widgets::{Control, Field, Form, Tone},
    },
    desk::DeskError,
    directory::Support,
    password::{
        generate::Shape,
        policy::{self, Context, Line},
        strength::Strength,
    },
    user::{Fact, User, UserId, Verdict},
};

const PASSWORD: usize = 0;
const MUST_CHANGE: usize = 1;
const UNLOCK: usize = 2;
const REASON: usize = 3;

/// A revealed password masks itself again after this time.
const REVEAL: Duration = Duration::from_secs(15);

/// A write that takes longer is announced.
const SLOW: Duration = Duration::from_secs(1);

/// What goes on when the step-up or a question was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pending {
    Save,
    Unlock,
    Reload,
}

/// Who is being opened.
#[derive(Debug)]
enum Whom {
    /// The first answer to a search that is on its way, and what was typed.
    First(Ticket, String),
    /// This user.
    User(UserId),
}

/// The page of one user.
#[derive(Debug)]
pub struct Edit {
    whom: Whom,
    name: String,
    opened: Remote<Box<Opened>>,
    form: Form,
    rules: Vec<Line>,
    strength: Option<Strength>,
    rating: Option<Ticket>,
    /// Entropy of the password in the field, where our generator drew it.
    bits: Option<f64>,
    drawing: Option<Ticket>,
    save: Remote<()>,
    unlock: Remote<()>,
    pending: Option<Pending>,
    refused: Option<DeskError>,
    mask_again: Option<Ticket>,
    slow: Option<Ticket>,
    is_slow: bool,
    now: Timestamp,
}

impl Edit {
    /// The page of a user on the list.
    pub fn of(user: &User) -> Self {
        Self::new(Whom::User(user.id.clone()), user.name())
    }

    /// The page of whoever comes first in the answer to `ticket`.
    pub fn awaiting(ticket: Ticket, typed: &str) -> Self {
        Self::new(Whom::First(ticket, typed.to_owned()), "...".to_owned())
    }

    fn new(whom: Whom, name: String) -> Self {
        let mut form = Form::new(vec![
            Field::secret("New password"),
            Field::toggle("Must change", true, None),
            Field::toggle("Unlock too", false, None),
            Field::text("Reason/ticket", ""),
        ]);
        if let Some(field) = form.fields.get_mut(UNLOCK) {
            field.visible = false;
        }
        Self {
            whom,
            name,
            opened: Remote::Idle,
            form,
            rules: Vec::new(),
            strength: None,
            rating: None,
            bits: None,
            drawing: None,
            save: Remote::Idle,
            unlock: Remote::Idle,
            pending: None,
            refused: None,
            mask_again: None,
            slow: None,
            is_slow: false,
            now: Timestamp::UNIX_EPOCH,
        }
    }

    fn user(&self) -> Option<&User> {
        self.opened.ready().map(|opened| &opened.user)
    }

    fn load(&mut self, cx: &mut Cx<'_>) {
        if let Whom::User(id) = &self.whom {
            self.opened = Remote::Loading(cx.ask(Request::OpenUser(id.clone())));
            self.is_slow = false;
            self.slow = Some(cx.after(Duration::from_millis(150)));
        }
    }

    /// The user is there: what can be ticked follows from the state.
    fn show(&mut self, opened: &Opened, cx: &mut Cx<'_>) {
        self.now = cx.now;
        self.name = opened.user.name();
        let locked = matches!(opened.user.verdict(cx.now), Verdict::Locked { .. });
        let can_unlock = cx.site.capabilities.unlock.is_yes();
        if let Some(field) = self.form.fields.get_mut(UNLOCK) {
            field.visible = (locked || is_hidden(&opened.user)) && can_unlock;
            if let Control::Toggle { on, .. } = &mut field.control {
                *on = locked && can_unlock;
            }
        }
        if let Some(Field {
            control: Control::Toggle { on, fixed },
            ..
        }) = self.form.fields.get_mut(MUST_CHANGE)
        {
            match &cx.site.capabilities.must_change {
                Support::Yes => {
                    *on = true;
                    *fixed = Some("always, after a reset".into());
                }
                Support::No(why) => {
                    *on = false;
                    *fixed = Some(why.clone());
                }
            }
        }
        self.opened = Remote::Ready(Box::new(opened.clone()));
        self.judge(cx);
    }

    /// The candidate has changed: checklist at once, strength from off the drawing path.
    fn judge(&mut self, cx: &mut Cx<'_>) {
        let Some(opened) = self.opened.ready() else {
            return;
        };
        let user = &opened.user;
        let Some(input) = self.form.secret(PASSWORD) else {
            return;
        };
        let context = Context {
            user,
            agency: &cx.site.agency,
            generated: self.bits.is_some(),
        };
        self.rules = policy::checklist(&cx.site.profile, input.expose(), &context);
        if let Some(policy) = &opened.beforehand.policy
            && let Ok(candidate) = input.secret()
        {
            let lines = policy.rules.iter();
            self.rules
                .extend(lines.map(|rule| rule.line(candidate.expose())));
        }
        self.rating = None;
        if self.bits.is_some() || input.is_empty() {
            self.strength = None;
        }
        if self.bits.is_none()
            && !input.is_empty()
            && let Ok(candidate) = input.secret()
        {
            let known = vec![user.login.clone(), user.email.clone(), user.name()];
            self.rating = Some(cx.ask(Request::Rate(candidate, known)));
        }
    }

    fn generate(&mut self, shape: Shape, cx: &mut Cx<'_>) {
        if self.drawing.is_none()
            && !self.is_saving()
            && let Some(user) = self.user()
        {
            let request = Request::Generate(Box::new(user.clone()), shape);
            self.drawing = Some(cx.ask(request));
        }
    }

    fn reveal(&mut self, cx: &mut Cx<'_>) {
        let may = self.bits.is_some() || cx.site.profile.reveal_while_typing;
        let Some(input) = self.form.secret_mut(PASSWORD) else {
            return;
        };
        let on = may && !input.is_revealed();
        input.reveal(on);
        if on {
            self.mask_again = Some(cx.after(REVEAL));
        } else if !may {
            cx.toast(Tone::Plain, "The profile does not show typed passwords.");
        }
    }
}

/// May the operator not see whether the user is locked? Then an unlock is worth trying.
const fn is_hidden(user: &User) -> bool {
    matches!(user.state.lock, Fact::Unknown(_))
}

impl Screen for Edit {
    fn title(&self) -> String {
        self.name.clone()
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![self.form.kind(), Scope::Edit, Scope::Form, Scope::Page]
    }

    fn enter(&mut self, cx: &mut Cx<'_>) {
        self.now = cx.now;
        self.load(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Accept => return self.submit(cx),
            Action::UnlockOnly => self.unlock_only(cx),
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
            Action::Toggle if self.form.focus() == MUST_CHANGE => {
                cx.toast(
                    Tone::Plain,
                    "Must-change cannot be turned off: the profile wants it after every reset.",
                );
            }
            _ => {
                self.form.act(action);
            }
        }
        Go::Stay
    }

    fn input(&mut self, event: &Event, cx: &mut Cx<'_>) {
        if self.is_saving() {
            return;
        }
        if self.form.focus() == PASSWORD && !cx.site.profile.operator_may_type_password {
            cx.toast(Tone::Plain, "The profile lets you generate only: Ctrl-G.");
            return;
        }
        match self.form.input(event) {
            Ok(Some(PASSWORD)) => {
                if self.bits.take().is_some() && !cx.site.profile.reveal_while_typing {
                    self.form.mask();
                }
                self.refused = None;
                self.judge(cx);
            }
            Ok(_) => {}
            Err(why) => cx.toast(Tone::Bad, why),
        }
    }

    fn wake(&mut self, ticket: Ticket, _cx: &mut Cx<'_>) {
        if self.mask_again == Some(ticket) {
            self.form.mask();
        } else if self.slow == Some(ticket) {
            self.is_slow = true;
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
            match reply {
                Reply::Opened(opened) => self.show(opened, cx),
                Reply::Failed(error) => self.opened = Remote::Failed(error.clone()),
                _ => {}
            }
            return Some(Go::Stay);
        }
        if matches!(&self.whom, Whom::First(mine, _) if *mine == ticket) {
            return Some(self.first_found(reply, cx));
        }
        self.written(ticket, reply, cx)
    }

    fn resume(&mut self, cx: &mut Cx<'_>) -> Go {
        match self.pending.take() {
            Some(Pending::Save) => return self.submit(cx),
            Some(Pending::Unlock) => self.unlock_only(cx),
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
            _ => self.refused.as_ref(),
        }
    }

    fn is_dirty(&self) -> bool {
        self.form
            .fields
            .iter()
            .enumerate()
            .any(|(index, field)| matches!(index, PASSWORD | REASON) && field.is_dirty())
    }

    fn is_saving(&self) -> bool {
        self.save.is_loading() || self.unlock.is_loading()
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
            let locked = matches!(opened.user.verdict(self.now), Verdict::Locked { .. });
            if !locked && !is_hidden(&opened.user) {
                return Some("The account is not locked.".into());
            }
        }
        None
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        view::draw(self, frame, area, site);
    }
}
