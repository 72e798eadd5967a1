//! What an action means for the stack of screens: forward, back, lock, sign out, end.

use super::{Effect, Go, Millis, Model, Ticket, idle, idle::Due, question};
use crate::console::{
    effect::{Remote, Request},
    keymap::{Action, Scope},
    screens::{locked::Locked, menu::Menu, my_password::MyPassword, sign_in::SignIn},
    widgets::{Modal, Tone, modal, modal::OnYes},
};

/// Does what a key asked for.
pub fn act(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    match action {
        Action::Repaint => effects.push(Effect::Repaint),
        Action::Suspend => {
            let text = "Halligan cannot be suspended. Ctrl-D locks it, Ctrl-C ends it.";
            model.toast(Tone::Plain, text, effects);
        }
        Action::Lock => lock(model, effects),
        _ if model.modal.is_some() => act_on_modal(model, action, effects),
        Action::Help => {
            model.modal = Some(modal::help_for(&model.scopes()));
            model.guard.moved();
        }
        Action::OwnText => {
            let failure = model.top().and_then(|screen| screen.failure());
            match failure.and_then(crate::desk::DeskError::raw) {
                Some(text) => {
                    let text = text.to_owned();
                    model.modal = Some(Modal::OwnText { text, first: 0 });
                    model.guard.moved();
                }
                None => model.toast(
                    Tone::Plain,
                    "The directory has said nothing more than what is shown.",
                    effects,
                ),
            }
        }
        Action::Back if model.toasts.dismiss() => {}
        _ => act_on_screen(model, action, effects),
    }
}

fn act_on_screen(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    let top = model.screens.len().saturating_sub(1);
    let blocked = model
        .top()
        .and_then(|screen| screen.blocked(action, &model.site));
    if let Some(why) = blocked {
        model.toast(Tone::Plain, why, effects);
        return;
    }
    let Some(wanted) = model.with(top, effects, |screen, cx| screen.act(action, cx)) else {
        return;
    };
    let (dirty, saving) = model
        .top()
        .map_or((false, false), |s| (s.is_dirty(), s.is_saving()));
    let wanted = match wanted {
        Go::Back | Go::SignOut if saving => {
            let text = "It is being saved: please wait for the answer.";
            model.toast(Tone::Plain, text, effects);
            return;
        }
        Go::Back if dirty => question("Leave and lose what you typed here?", OnYes::Leave),
        Go::Quit => match quit_question(model) {
            Some(question) => question,
            None => Go::Quit,
        },
        other => other,
    };
    go(model, top, wanted, effects);
}

/// What to ask before the program ends, if anything.
fn quit_question(model: &Model) -> Option<Go> {
    if model.writes_in_flight() > 0 {
        let text = "A change is being saved. End Halligan as soon as its answer is there?";
        Some(question(text, OnYes::Quit))
    } else if model.screens.iter().any(|screen| screen.is_dirty()) && model.operator.is_some() {
        Some(question(
            "End Halligan and lose what you typed?",
            OnYes::Quit,
        ))
    } else if model.screens.len() > 1 {
        Some(question("Sign out and end Halligan?", OnYes::Quit))
    } else {
        None
    }
}

fn act_on_modal(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    let top = model.screens.len().saturating_sub(1);
    match (&mut model.modal, action) {
        (Some(Modal::Confirm(question)), Action::Yes) => {
            let wanted = match question.on_yes {
                OnYes::Leave => Go::Back,
                OnYes::Quit => Go::Quit,
                OnYes::SignOut => Go::SignOut,
                OnYes::Resume => {
                    close_modal(model);
                    resume(model, effects);
                    return;
                }
            };
            close_modal(model);
            go(model, top, wanted, effects);
        }
        (Some(Modal::Confirm(_)), Action::No | Action::Quit)
        | (
            Some(Modal::Help { .. } | Modal::OwnText { .. }),
            Action::Back | Action::Help | Action::Quit,
        )
        | (Some(Modal::StepUp { .. }), Action::Back | Action::Quit) => close_modal(model),
        (Some(Modal::Help { rows, first }), _) => {
            let most = rows.len().saturating_sub(1);
            *first = match action {
                Action::Up => first.saturating_sub(1),
                Action::Down => (*first + 1).min(most),
                Action::PageUp => first.saturating_sub(8),
                Action::PageDown => (*first + 8).min(most),
                _ => *first,
            };
        }
        (Some(Modal::OwnText { text, first }), _) => {
            // No narrower window than 40 columns is drawn.
            let most = text.chars().count() / 30;
            *first = match action {
                Action::Up => first.saturating_sub(1),
                Action::Down => (*first + 1).min(most),
                Action::PageUp => first.saturating_sub(8),
                Action::PageDown => (*first + 8).min(most),
                _ => *first,
            };
        }
        (Some(Modal::StepUp { form, check }), Action::Accept) if !check.is_loading() => {
            let asked = model.site.asks_for_password;
            let secret = form.secret(0);
            let secret = secret.filter(|secret| !asked || !secret.is_empty());
            match secret.map(super::super::widgets::SecretInput::secret) {
                Some(Ok(password)) => {
                    let ticket = model.tickets.mint();
                    *check = Remote::Loading(ticket);
                    effects.push(Effect::Ask(ticket, Request::Reauthenticate(password)));
                }
                _ => form.refuse(0, "Type your own password."),
            }
        }
        _ => {}
    }
}

fn close_modal(model: &mut Model) {
    model.modal = None;
    model.guard.moved();
}

/// The step-up was passed: what had asked for it goes on, once.
pub fn stepped_up(model: &mut Model, effects: &mut Vec<Effect>) {
    close_modal(model);
    resume(model, effects);
}

fn resume(model: &mut Model, effects: &mut Vec<Effect>) {
    let top = model.screens.len().saturating_sub(1);
    if let Some(wanted) = model.with(top, effects, |screen, cx| screen.resume(cx)) {
        go(model, top, wanted, effects);
    }
}

/// Follows a screen's wish. The screen at `index` need not be the one on top: an answer may reach
/// it beneath the lock.
pub fn go(model: &mut Model, index: usize, wanted: Go, effects: &mut Vec<Effect>) {
    match wanted {
        Go::Stay => return,
        Go::To(screen) => {
            let at = (index + 1).min(model.screens.len());
            model.screens.insert(at, screen);
            model.with(at, effects, |screen, cx| screen.enter(cx));
        }
        Go::Replace(screen) => {
            if let Some(slot) = model.screens.get_mut(index) {
                *slot = screen;
            }
            model.with(index, effects, |screen, cx| screen.enter(cx));
        }
        Go::Back => {
            if index == 0 || index >= model.screens.len() {
                return;
            }
            model.screens.remove(index);
            model.with(index - 1, effects, |screen, cx| screen.back(cx));
        }
        Go::Confirm(question) => model.modal = Some(Modal::Confirm(question)),
        Go::StepUp => model.modal = Some(Modal::step_up()),
        Go::SignedIn(operator) => {
            let must_change = operator.must_change;
            model.operator = Some(*operator);
            model.screens = vec![Box::new(Menu::default())];
            model.toasts.clear();
            model.with(0, effects, |screen, cx| screen.enter(cx));
            arm_lock(model, effects);
            if must_change {
                own_password_first(model, effects);
            }
        }
        Go::Unlocked => {
            model.screens.remove(index);
            model.idle.end = None;
            arm_lock(model, effects);
        }
        Go::OwnPasswordChanged => {
            if let Some(operator) = &mut model.operator {
                operator.must_change = false;
            }
            go(model, index, Go::Back, effects);
        }
        Go::Lock => lock(model, effects),
        Go::SignOut => {
            model.ask(Request::SignOut, effects);
            leave_desk(model);
            effects.push(Effect::Repaint);
        }
        Go::Quit => end(model, None, effects),
    }
    model.guard.moved();
}

/// Nobody is at the desk any more.
fn leave_desk(model: &mut Model) {
    model.operator = None;
    model.modal = None;
    model.toasts.clear();
    model.idle.lock = None;
    model.idle.end = None;
    model.screens = vec![Box::new(SignIn::new(""))];
}

fn end(model: &mut Model, why: Option<&str>, effects: &mut Vec<Effect>) {
    if model.operator.is_some() {
        model.ask(Request::SignOut, effects);
    }
    for screen in &mut model.screens {
        screen.blank_secrets();
    }
    model.modal = None;
    model.farewell = why.map(str::to_owned);
    model.quit = true;
}

/// Locks the session: secrets are wiped first, the rest of what was typed stays.
pub fn lock(model: &mut Model, effects: &mut Vec<Effect>) {
    let locked = model
        .top()
        .is_some_and(|screen| screen.scopes().contains(&Scope::Locked));
    let Some(operator) = model.operator.as_ref().filter(|_| !locked) else {
        return;
    };
    let name = operator.name.clone();
    for screen in &mut model.screens {
        screen.blank_secrets();
    }
    model.modal = None;
    model.screens.push(Box::new(Locked::new(&name)));
    model.ask(Request::Lock, effects);
    model.idle.lock = None;
    let ticket = model.tickets.mint();
    model.idle.end = Some(ticket);
    let rest =
        idle::end_after(&model.site.profile).saturating_sub(idle::lock_after(&model.site.profile));
    effects.push(Effect::After(rest, ticket));
    effects.push(Effect::Repaint);
    model.guard.moved();
}

/// Leads an operator whose password was set by somebody else to the form for a new one.
pub fn own_password_first(model: &mut Model, effects: &mut Vec<Effect>) {
    let there = model
        .screens
        .iter()
        .any(|screen| screen.scopes().contains(&Scope::MyPassword));
    if !there {
        let top = model.screens.len().saturating_sub(1);
        go(model, top, Go::To(Box::new(MyPassword::new(true))), effects);
    }
}

fn arm_lock(model: &mut Model, effects: &mut Vec<Effect>) {
    let ticket = model.tickets.mint();
    model.idle.lock = Some(ticket);
    effects.push(Effect::After(idle::lock_after(&model.site.profile), ticket));
}

/// One of the idle sleeps has ended? Then locks, ends, or sleeps for the rest.
pub fn idle(model: &mut Model, ticket: Ticket, at: Millis, effects: &mut Vec<Effect>) -> bool {
    if model.idle.lock == Some(ticket) {
        match model.idle.due(at, idle::lock_after(&model.site.profile)) {
            Due::Sleep(rest) => effects.push(Effect::After(rest, ticket)),
            Due::Now => lock(model, effects),
        }
        true
    } else if model.idle.end == Some(ticket) {
        match model.idle.due(at, idle::end_after(&model.site.profile)) {
            Due::Sleep(rest) => effects.push(Effect::After(rest, ticket)),
            Due::Now => {
                let why = "Halligan ended because nobody had pressed a key for a long time.";
                end(model, Some(why), effects);
            }
        }
        true
    } else {
        false
    }
}
