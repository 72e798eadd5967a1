//! The screens, one file each, and what they have in common.

pub mod add_user;
pub mod audit;
pub mod bulk;
pub mod caller;
pub mod edit;
pub mod fields;
mod identity;
pub mod locked;
pub mod menu;
pub mod my_password;
pub mod nobody;
mod own_fields;
pub mod receipt;
pub mod roles;
pub mod set_up;
pub mod sign_in;
pub mod unfinished;
pub mod users;

use std::{fmt, sync::Arc, time::Duration};

use crossterm::event::Event;
use jiff::{Timestamp, tz::TimeZone};
use ratatui::{Frame, layout::Rect};

use super::{
    effect::{Effect, Reply, Request, Ticket, Tickets},
    keymap::{Action, Scope},
    theme::Look,
    widgets::{About, Question, Toasts, Tone},
};
use crate::{
    desk::{DeskError, LostAnswer},
    directory::Capabilities,
    operator::Operator,
    password::{
        generate::Shape,
        profile::{Profile, Profiles},
        read_back::Alphabet,
    },
    permission::{Permission, Reach},
    user::{Fact, User, Version},
    verification::Rules,
};

/// What holds for the whole run.
#[derive(Debug)]
pub struct Site {
    /// What the directory can do, and its name.
    pub capabilities: Capabilities,
    /// Operators prove themselves with a password.
    pub asks_for_password: bool,
    /// How long one act may take before it ends without an answer, where there is such a bound.
    pub act_limit: Option<Duration>,
    /// The agency; may be empty.
    pub agency: String,
    /// The password profile in force.
    pub profile: Arc<Profile>,
    /// The same, with those of kinds that have one of their own.
    pub profiles: Profiles,
    /// The zone in which times are shown.
    pub zone: TimeZone,
    /// Words for reading out.
    pub alphabet: Alphabet,
    /// Shape of a generated password.
    pub shape: Shape,
    /// Styles and marks.
    pub look: Look,
    /// The terminal tells pasted text from typed text.
    pub brackets_paste: bool,
    /// Shown at the sign-in of a demonstration.
    pub demo: Option<DemoSignIn>,
    /// What the site wants to know of callers.
    pub verification: Rules,
    /// What a receipt shows when it opens.
    pub receipt_shows: ReceiptShows,
}

/// Which new passwords stand on a receipt without a further key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReceiptShows {
    /// Generated ones, and typed ones where the profile shows those at all.
    #[default]
    Always,
    /// Generated ones.
    Generated,
    /// None.
    Never,
}

/// The sign-in of a throw-away store.
#[derive(Clone, PartialEq, Eq)]
pub struct DemoSignIn {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for DemoSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DemoSignIn({})", self.email)
    }
}

/// What a screen may use while it works.
#[derive(Debug)]
pub struct Cx<'a> {
    /// What holds for the whole run.
    pub site: &'a Site,
    /// Who is signed in.
    pub operator: Option<&'a Operator>,
    /// The time of the last answer.
    pub now: Timestamp,
    /// Lines that the screen has for itself.
    pub lines: u16,
    /// Columns of the window.
    pub columns: u16,
    pub(super) tickets: &'a mut Tickets,
    pub(super) toasts: &'a mut Toasts,
    pub(super) effects: &'a mut Vec<Effect>,
}

impl Cx<'_> {
    /// Asks the desk.
    pub fn ask(&mut self, request: Request) -> Ticket {
        let ticket = self.tickets.mint();
        self.effects.push(Effect::Ask(ticket, request));
        ticket
    }

    /// Asks to be woken.
    pub fn after(&mut self, time: Duration) -> Ticket {
        let ticket = self.tickets.mint();
        self.effects.push(Effect::After(time, ticket));
        ticket
    }

    /// Says something in the line above the footer.
    pub fn toast(&mut self, tone: Tone, text: impl Into<String>) {
        if let Some(effect) = self
            .toasts
            .push(About::Screen, tone, text.into(), self.tickets)
        {
            self.effects.push(effect);
        }
    }

    /// Does the operator hold `permission`?
    pub fn permits(&self, permission: Permission) -> bool {
        self.operator
            .is_some_and(|operator| operator.permissions.holds(permission))
    }
}

/// Where to go after an action or an answer.
#[derive(Debug)]
pub enum Go {
    /// Nowhere.
    Stay,
    /// To a screen on top of this one.
    To(Box<dyn Screen>),
    /// To a screen in place of this one.
    Replace(Box<dyn Screen>),
    /// Back to the screen beneath.
    Back,
    /// To the list of users for whoever calls next, with the reason or ticket of the last change.
    NextCaller(String),
    /// Ask first.
    Confirm(Question),
    /// The operator's password is wanted; [`Screen::resume`] follows when it was right.
    StepUp,
    /// Somebody has signed in.
    SignedIn(Box<Operator>),
    /// The operator has given the password again; as the directory knows the account now.
    Unlocked(Box<Operator>),
    /// The operator has chosen a new password.
    OwnPasswordChanged,
    /// Lock the session.
    Lock,
    /// End the session.
    SignOut,
    /// End the program.
    Quit,
}

/// A screen: a little state machine without clock, channel or I/O.
pub trait Screen: fmt::Debug + Send {
    /// Its crumb.
    fn title(&self) -> String;

    /// Which keys are alive, innermost first; `Global` comes by itself.
    fn scopes(&self) -> Vec<Scope>;

    /// It has just been opened.
    fn enter(&mut self, _cx: &mut Cx<'_>) {}

    /// The screen above it has been closed.
    fn back(&mut self, _cx: &mut Cx<'_>) {}

    /// The same, and somebody else is asked for: true if this screen is where one is found.
    fn next_caller(&mut self, _ticket: &str, _cx: &mut Cx<'_>) -> bool {
        false
    }

    /// A key was pressed that means something here.
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go;

    /// Text for the focused field. It may open another screen, and leads nowhere else.
    fn input(&mut self, _event: &Event, _cx: &mut Cx<'_>) -> Go {
        Go::Stay
    }

    /// Would the action save, confirm or throw something away? A key that is only repeated, or that
    /// belongs to a text, does no such thing.
    fn is_final(&self, _action: Action) -> bool {
        false
    }

    /// Time it had asked for has passed.
    fn wake(&mut self, _ticket: Ticket, _cx: &mut Cx<'_>) {}

    /// An answer; `None` when it is not this screen's.
    fn reply(&mut self, _ticket: Ticket, _reply: &Reply, _cx: &mut Cx<'_>) -> Option<Go> {
        None
    }

    /// The answer to a write was lost and is looked after; the outcome follows under the same ticket.
    /// True where this screen waits for it and says so.
    fn lost(&mut self, _ticket: Ticket, _answer: &LostAnswer, _cx: &mut Cx<'_>) -> bool {
        false
    }

    /// The question it had asked was answered with yes, or the step-up is done.
    fn resume(&mut self, _cx: &mut Cx<'_>) -> Go {
        Go::Stay
    }

    /// The refusal or failure that it shows now, whose raw text can be asked for.
    fn failure(&self) -> Option<&DeskError> {
        None
    }

    /// Would something typed be lost?
    fn is_dirty(&self) -> bool {
        false
    }

    /// Is a write on its way?
    fn is_saving(&self) -> bool {
        false
    }

    /// The session is about to be locked: wipe what is secret, keep the rest.
    fn blank_secrets(&mut self) {}

    /// Why an action is impossible now, if so.
    fn blocked(&self, _action: Action, _site: &Site) -> Option<String> {
        None
    }

    /// Draws itself.
    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site);
}

/// What happened, what was changed and what to do now, as sentences.
pub fn explain(error: &DeskError) -> String {
    let mut text = sentence(&error.to_string());
    for part in [error.changed().to_owned(), error.cure()] {
        if !part.is_empty() {
            text.push(' ');
            text.push_str(&sentence(&part));
        }
    }
    text
}

/// With a capital at the start and a full stop at the end.
pub fn sentence(text: &str) -> String {
    // An address or the name of an attribute (pwdChangedTime) at the start stays as it is.
    let word = text.split(' ').next().unwrap_or_default();
    let plain = word
        .chars()
        .all(|c| c.is_alphabetic() || c == ',' || c == '\'')
        && !word.chars().skip(1).any(char::is_uppercase);
    let mut chars = text.chars();
    let mut whole: String = match chars.next() {
        Some(first) if plain => first.to_uppercase().chain(chars).collect(),
        _ => text.to_owned(),
    };
    if !whole.is_empty() && !whole.ends_with(['.', '!', '?']) {
        whole.push('.');
    }
    whole
}

/// The operator as a user, for the context words of the policy.
fn own_account(operator: &Operator) -> User {
    User {
        id: operator.id.clone(),
        login: operator.login.clone(),
        email: operator.email.clone(),
        given_name: String::new(),
        family_name: operator.name.clone(),
        kind: operator.kind.map_or(Fact::NotOffered, Fact::Known),
        details: Fact::NotOffered,
        state: crate::user::AccountState::default(),
        permissions: operator.permissions,
        reach: Reach::EVERYWHERE,
        role: None,
        version: Version(String::new()),
    }
}
