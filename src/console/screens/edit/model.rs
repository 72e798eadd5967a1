//! What the page of one user holds: who it is, what was typed, and what is awaited.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    form::{RecordForm, Section},
    history::History,
    waiting::Waiting,
};
use crate::{
    console::{
        effect::{Opened, Remote, Request, Ticket},
        screens::{Cx, Go, caller::Caller},
        widgets::{AnyField, Form as _, Tone},
    },
    desk::{DeskError, LostAnswer},
    directory::Support,
    password::{
        generate::Shape,
        policy::{self, Context, Line},
        strength::Strength,
    },
    user::{Fact, User, UserId, Verdict},
};

/// A revealed password masks itself again after this time.
const REVEAL: Duration = Duration::from_secs(15);

/// What goes on when the step-up or a question was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pending {
    /// Saving.
    Save,
    /// Unlocking.
    Unlock,
    /// Enabling.
    Enable,
    /// Removing.
    Remove,
    /// Reading the user again.
    Reload,
}

/// Who is being opened.
#[derive(Debug)]
pub enum Whom {
    /// The first answer to a search that is on its way, and what was typed.
    First(Ticket, String),
    /// This user.
    User(UserId),
}

/// The page of one user.
#[derive(Debug)]
pub struct Edit {
    pub(super) whom: Whom,
    pub(super) name: String,
    pub(super) opened: Remote<Box<Opened>>,
    pub(super) section: Section,
    pub(super) form: RecordForm,
    pub(super) history: History,
    /// Where somebody else has changed what the operator has changed too.
    pub(super) met: Vec<String>,
    pub(super) rules: Vec<Line>,
    pub(super) strength: Option<Strength>,
    pub(super) rating: Option<Ticket>,
    /// Entropy of the password in the field, where our generator drew it.
    pub(super) bits: Option<f64>,
    pub(super) drawing: Option<Ticket>,
    /// The write on its way, and what it is.
    pub(super) writing: Option<(Ticket, Pending)>,
    pub(super) pending: Option<Pending>,
    pub(super) refused: Option<DeskError>,
    pub(super) mask_again: Option<Ticket>,
    pub(super) slow: Option<Ticket>,
    pub(super) is_slow: bool,
    /// Whole seconds since the save.
    pub(super) waited: u64,
    pub(super) now: Timestamp,
    /// The answer to the write was lost, and it is looked after.
    pub(super) lost: Option<Waiting>,
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
        let mut form = RecordForm::new();
        form.password.unlock.visible = false;
        Self {
            whom,
            name,
            opened: Remote::Idle,
            section: Section::Password,
            form,
            history: History::default(),
            met: Vec::new(),
            rules: Vec::new(),
            strength: None,
            rating: None,
            bits: None,
            drawing: None,
            writing: None,
            pending: None,
            refused: None,
            mask_again: None,
            slow: None,
            is_slow: false,
            waited: 0,
            now: Timestamp::UNIX_EPOCH,
            lost: None,
        }
    }

    /// The same, with the reason or ticket of the change before.
    #[must_use]
    pub fn for_ticket(mut self, ticket: &str) -> Self {
        self.form.reason.set_text(ticket);
        self
    }

    /// Whose page it is, once it was read.
    pub(super) fn user(&self) -> Option<&User> {
        self.opened.ready().map(|opened| &opened.user)
    }

    /// Is it a user who is disabled?
    pub(super) fn is_disabled(&self) -> bool {
        let verdict = self.user().map(|user| user.verdict(self.now));
        verdict == Some(Verdict::Disabled)
    }

    /// Is a write on its way?
    pub(super) const fn is_saving(&self) -> bool {
        self.writing.is_some()
    }

    /// What the write is whose answer comes under `ticket`, where it is one of this page.
    pub(super) fn written_under(&self, ticket: Ticket) -> Option<Pending> {
        let (_, what) = self.writing.filter(|(mine, _)| *mine == ticket)?;
        Some(what)
    }

    /// The answer was lost: what was typed stays, since it may be in force.
    pub(super) fn wait_for(&mut self, answer: &LostAnswer, cx: &mut Cx<'_>) {
        self.lost = Some(Waiting::begin(answer, cx));
    }

    /// A second of the countdown is over.
    pub(super) fn tick(&mut self, ticket: Ticket, cx: &mut Cx<'_>) -> bool {
        let waiting = self.lost.as_mut().filter(|lost| lost.tick == ticket);
        waiting.is_some_and(|waiting| {
            waiting.pass(cx);
            true
        })
    }

    /// Shows another section, with the focus on its first field or on its last.
    pub(super) fn open_section(&mut self, section: Section, at_first: bool, cx: &mut Cx<'_>) {
        self.section = section;
        self.form.enter(section, at_first);
        if section == Section::History
            && let Whom::User(id) = &self.whom
        {
            self.history.begin_with_newest();
            self.history.open(id, cx);
        }
    }

    /// The next field, or over the end of a section the first of the next.
    pub(super) fn next_field(&mut self, cx: &mut Cx<'_>) {
        let is_history = self.section == Section::History;
        if is_history && self.history.older(self.form.history.show.value()) {
            return;
        }
        if !self.form.step_within(self.section, true) {
            self.open_section(self.section.next(), true, cx);
        }
    }

    /// The field before, or the last of the section before.
    pub(super) fn previous_field(&mut self, cx: &mut Cx<'_>) {
        if self.section == Section::History && self.history.newer() {
            return;
        }
        if !self.form.step_within(self.section, false) {
            self.open_section(self.section.previous(), false, cx);
        }
    }

    /// Does a section hold something to be saved?
    pub(super) fn is_changed(&self) -> bool {
        Section::ALL
            .into_iter()
            .any(|section| self.form.is_changed(section))
    }

    /// Reads the user.
    pub(super) fn load(&mut self, cx: &mut Cx<'_>) {
        if let Whom::User(id) = &self.whom {
            self.opened = Remote::Loading(cx.ask(Request::OpenUser(id.clone())));
            self.is_slow = false;
            self.slow = Some(cx.after(Duration::from_millis(150)));
        }
    }

    /// The user is there: what can be ticked follows from the state.
    pub(super) fn show(&mut self, opened: &Opened, cx: &mut Cx<'_>) {
        self.now = cx.now;
        self.name = opened.user.name();
        let locked = matches!(opened.user.verdict(cx.now), Verdict::Locked { .. });
        let can_unlock = cx.site.capabilities.unlock.is_yes();
        self.met = self.form.fill(opened, cx);
        if !self.form.fields().into_iter().any(AnyField::is_focused) {
            // On a field of the site's own that is gone.
            self.form.enter(self.section, true);
        }
        let unlock = &mut self.form.password.unlock;
        unlock.visible = may_be_locked(&opened.user, cx.now) && can_unlock;
        unlock.begin_with(locked && can_unlock);
        let (must_change, why) = match &cx.site.capabilities.must_change {
            Support::Yes => (true, "always, after a reset"),
            Support::No(why) => (false, why.as_str()),
        };
        self.form.password.must_change.begin_with(must_change);
        self.form.password.must_change.fixed = Some(why.to_owned());
        self.opened = Remote::Ready(Box::new(opened.clone()));
        if opened.may_reset.is_err() && self.section == Section::Password {
            // A form that could not be saved is not offered.
            self.form.password.password.visible = false;
            self.form.password.must_change.visible = false;
            self.form.password.unlock.visible = false;
            self.form.enter(self.section, true);
        }
        if self.section == Section::History {
            self.history.open(&opened.user.id, cx);
        }
        self.judge(cx);
    }

    /// The candidate has changed: checklist at once, strength from off the drawing path.
    pub(super) fn judge(&mut self, cx: &mut Cx<'_>) {
        let Some(opened) = self.opened.ready() else {
            return;
        };
        let user = &opened.user;
        let input = &self.form.password.password.control;
        let context = Context {
            user,
            agency: &cx.site.agency,
            generated: self.bits.is_some(),
        };
        self.rules = policy::checklist(cx.site.profiles.of_user(user), input.expose(), &context);
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

    /// Who is calling? What was typed here stays.
    pub(super) fn open_caller(&self) -> Go {
        match self.opened.ready() {
            Some(opened) => Go::To(Box::new(Caller::new(
                opened.user.clone(),
                opened.beforehand.callers.clone(),
                &self.form.reason.trimmed(),
            ))),
            None => Go::Stay,
        }
    }

    /// Has a password drawn.
    pub(super) fn generate(&mut self, shape: Shape, cx: &mut Cx<'_>) {
        if self.drawing.is_none()
            && !self.is_saving()
            && let Some(opened) = self.opened.ready()
        {
            let policy = opened.beforehand.policy.clone().map(Box::new);
            let request = Request::Generate(Box::new(opened.user.clone()), shape, policy);
            self.drawing = Some(cx.ask(request));
        }
    }

    /// Shows the password for a while, or masks it.
    pub(super) fn reveal(&mut self, cx: &mut Cx<'_>) {
        let may = self.bits.is_some() || cx.site.profile.reveal_while_typing;
        let input = &mut self.form.password.password.control;
        let on = may && !input.is_revealed();
        input.reveal(on);
        if on {
            self.mask_again = Some(cx.after(REVEAL));
        } else if !may {
            cx.toast(Tone::Plain, "The profile does not show typed passwords.");
        }
    }
}

/// Is the user locked, or may the operator not see whether? Then an unlock is worth trying.
pub fn may_be_locked(user: &User, now: Timestamp) -> bool {
    matches!(user.verdict(now), Verdict::Locked { .. })
        || matches!(user.state.lock, Fact::Unknown(_))
}
