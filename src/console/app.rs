//! The core: [`update`] turns a message into effects, [`view()`] draws. No clock, channel, lock or
//! I/O in here; time arrives as data.

mod act;
mod answer;
mod clock;
mod guard;
mod idle;
mod model;
mod navigate;
mod view;

pub use clock::Millis;
pub use model::Model;
pub use view::view;

use std::{fmt, time::Duration};

use crossterm::event::{Event, KeyEvent, KeyEventKind};
use jiff::Timestamp;
use zeroize::Zeroize;

use super::{
    effect::{self, Effect, Reply, Ticket},
    keymap::{self, Action},
    screens::Go,
    theme::Look,
    widgets::{Form as _, Modal, Tone},
};
use crate::{directory::Capabilities, operator::OperatorChange};

/// Something that happened.
pub enum Msg {
    /// A key, a paste or a new size, and when.
    Term(Millis, Event),
    /// The window has so many columns and lines.
    Window(u16, u16),
    /// An answer of the desk, and what time it is.
    Reply(Ticket, Timestamp, Reply),
    /// The directory has turned out to be able to do other things than was known at the start:
    /// some say so after the sign-in only, or when they refuse.
    Capabilities(Box<Capabilities>),
    /// The operator is no longer who signed in, as was found between two acts.
    OperatorChanged(OperatorChange),
    /// For so many seconds another program has held the store that a change waits for.
    StoreHeld(Option<u64>),
    /// It is to be drawn in this look: the terminal has told what text stands on.
    Look(Box<Look>),
    /// Time that was asked for has passed, and when.
    Wake(Ticket, Millis),
}

impl fmt::Debug for Msg {
    /// Without keys and pastes: they may be a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Term(at, _) => write!(f, "Term({at}, …)"),
            Self::Window(width, height) => write!(f, "Window({width}, {height})"),
            Self::Reply(ticket, ..) => write!(f, "Reply({ticket:?}, …)"),
            Self::Capabilities(sheet) => write!(f, "{sheet:?}"),
            Self::OperatorChanged(change) => write!(f, "{change:?}"),
            Self::StoreHeld(seconds) => write!(f, "StoreHeld({seconds:?})"),
            Self::Look(_) => write!(f, "Look"),
            Self::Wake(ticket, at) => write!(f, "Wake({ticket:?}, {at})"),
        }
    }
}

/// Takes one message.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = Vec::new();
    model.toasts.begin();
    match msg {
        // The machine was suspended: the sleep that locks has not ended, but its time has come.
        Msg::Term(at, Event::Key(_)) if navigate::lock_if_due(model, at, &mut effects) => {}
        Msg::Term(at, Event::Key(key)) if !key.is_release() => {
            model.idle.touched(at);
            press(model, at, key, &mut effects);
        }
        Msg::Term(at, Event::Paste(mut text)) => {
            model.idle.touched(at);
            model.guard.text(at);
            let event = Event::Paste(std::mem::take(&mut text));
            input(model, &event, &mut effects);
            // It may have been a password.
            if let Event::Paste(mut text) = event {
                text.zeroize();
            }
        }
        Msg::Term(..) => {}
        Msg::Window(width, height) => model.window = (width, height),
        Msg::Reply(ticket, now, reply) => {
            model.now = now;
            answer::answer(model, ticket, &reply, &mut effects);
        }
        Msg::Capabilities(sheet) => model.site.capabilities = *sheet,
        Msg::OperatorChanged(change) => {
            navigate::operator_changed(model, &change.to_string(), &mut effects);
        }
        Msg::StoreHeld(seconds) => model.store_held = seconds,
        Msg::Look(look) => model.site.look = *look,
        Msg::Wake(ticket, at) => wake(model, ticket, at, &mut effects),
    }
    for effect in &effects {
        if let Effect::Ask(ticket, request) = effect
            && request.is_write()
        {
            model.writing.insert(*ticket);
        }
    }
    effects
}

/// Takes messages that arrived together; questions that a later one has made pointless are
/// dropped.
pub fn update_all(model: &mut Model, messages: impl IntoIterator<Item = Msg>) -> Vec<Effect> {
    let effects = messages
        .into_iter()
        .flat_map(|msg| update(model, msg))
        .collect();
    effect::without_superseded(effects)
}

fn press(model: &mut Model, at: Millis, key: KeyEvent, effects: &mut Vec<Effect>) {
    let pressed = keymap::combination(key);
    // Another key: Enter was let go, so the one that waits counts, and comes first.
    if pressed != crokey::key!(enter) && model.guard.take_waiting() {
        enter(model, effects);
    }
    let scopes = model.scopes();
    let Some(action) = keymap::resolve(&scopes, pressed) else {
        if keymap::is_text(&key) {
            model.guard.text(at);
        } else {
            model.guard.other();
        }
        input(model, &Event::Key(key), effects);
        return;
    };
    if pressed == crokey::key!(enter) {
        let press = guard::Enter {
            at,
            is_final: model.is_final(action),
            told_as_repeat: key.kind == KeyEventKind::Repeat,
        };
        let name = keymap::key_name(pressed);
        let text = match model.guard.enter(press) {
            guard::Verdict::Go => {
                act::act(model, action, effects);
                return;
            }
            guard::Verdict::Wait => {
                let ticket = model.tickets.mint();
                model.guard.waits(ticket);
                let time = Duration::from_millis(guard::WAIT);
                effects.push(Effect::After(time, ticket));
                return;
            }
            guard::Verdict::Held(false) => return,
            guard::Verdict::Held(true) => format!(
                "{name} is being held, or came twice at once: nothing was done. Press it once more."
            ),
            guard::Verdict::Pasted => format!(
                "{name} came together with other keys, as in a paste. Look, then press {name} \
                 again."
            ),
        };
        model.toast(Tone::Plain, text, effects);
        return;
    }
    if keymap::is_text(&key) {
        let belongs_to_text = model.guard.within_text(at);
        model.guard.text(at);
        if belongs_to_text && model.is_final(action) {
            let name = keymap::key_name(pressed);
            let text = format!("{name} came in the midst of typed text: press it once more.");
            model.toast(Tone::Plain, text, effects);
            return;
        }
    } else {
        model.guard.other();
    }
    act::act(model, action, effects);
}

/// The Enter that waited counts.
fn enter(model: &mut Model, effects: &mut Vec<Effect>) {
    let action = keymap::resolve(&model.scopes(), crokey::key!(enter));
    act::act(model, action.unwrap_or(Action::Accept), effects);
}

fn input(model: &mut Model, event: &Event, effects: &mut Vec<Effect>) {
    match &mut model.modal {
        Some(Modal::StepUp { form, check }) => {
            if !check.is_loading()
                && let Err(why) = form.input(event)
            {
                model.toast(Tone::Bad, why, effects);
            }
        }
        Some(_) => {}
        None => {
            let top = model.screens.len().saturating_sub(1);
            let go = model.with(top, effects, |screen, cx| screen.input(event, cx));
            if let Some(go @ Go::To(_)) = go {
                navigate::go(model, top, go, effects);
            }
        }
    }
}

fn wake(model: &mut Model, ticket: Ticket, at: Millis, effects: &mut Vec<Effect>) {
    if model.guard.take_waiting_for(ticket) {
        enter(model, effects);
        return;
    }
    if model.toasts.expire(ticket) || navigate::idle(model, ticket, at, effects) {
        return;
    }
    for index in 0..model.screens.len() {
        model.with(index, effects, |screen, cx| screen.wake(ticket, cx));
    }
}
