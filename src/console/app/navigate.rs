//! What a wish means for the stack of screens: forward, back, lock, sign out, end.

use super::{
    clock::Millis,
    idle::{self, Due},
    model::Model,
};
use crate::console::{
    effect::{Effect, Request, Ticket},
    keymap::Scope,
    screens::{
        Go, locked::Locked, menu::Menu, my_password::MyPassword, sign_in::SignIn, users::Users,
    },
    widgets::Modal,
};
use crate::operator::Operator;

/// Takes the dialog away.
pub fn close_modal(model: &mut Model) {
    model.modal = None;
    model.guard.moved();
}

/// The step-up was passed: what had asked for it goes on, once.
pub fn stepped_up(model: &mut Model, operator: Box<Operator>, effects: &mut Vec<Effect>) {
    close_modal(model);
    if holds_other_rights(model, &operator) {
        signed_in(model, *operator, effects);
    } else {
        resume(model, effects);
    }
}

/// What is on the screens was opened with other rights than `operator` holds now.
fn holds_other_rights(model: &Model, operator: &Operator) -> bool {
    let before = model.operator.as_ref();
    let rights = |operator: &Operator| (operator.permissions, operator.reach.clone());
    before.is_none_or(|before| rights(before) != rights(operator))
}

/// Lets the screen on top go on with what it had asked for.
pub fn resume(model: &mut Model, effects: &mut Vec<Effect>) {
    let top = model.screens.len().saturating_sub(1);
    if let Some(wanted) = model.with(top, effects, |screen, cx| screen.resume(cx)) {
        go(model, top, wanted, effects);
    }
}

/// Follows a screen's wish. The screen at `index` need not be the one on top: an answer may reach
/// it beneath the lock.
pub fn go(model: &mut Model, index: usize, wanted: Go, effects: &mut Vec<Effect>) {
    if matches!(
        wanted,
        Go::To(_) | Go::Replace(_) | Go::Back | Go::NextCaller(_)
    ) {
        model.toasts.leave();
    }
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
        Go::NextCaller(ticket) => {
            if index == 0 || index >= model.screens.len() {
                return;
            }
            model.screens.remove(index);
            let found = model.with(index - 1, effects, |screen, cx| {
                screen.next_caller(&ticket, cx)
            });
            if found != Some(true) {
                let list = Users::for_ticket(&ticket);
                go(model, index - 1, Go::To(Box::new(list)), effects);
            }
        }
        Go::Confirm(question) => model.modal = Some(Modal::Confirm(question)),
        Go::StepUp => model.modal = Some(Modal::step_up()),
        Go::SignedIn(operator) => signed_in(model, *operator, effects),
        Go::Unlocked(operator) if holds_other_rights(model, &operator) => {
            signed_in(model, *operator, effects);
        }
        Go::Unlocked(operator) => {
            model.screens.remove(index);
            model.idle.end = None;
            arm_lock(model, effects);
            let must_change = operator.must_change;
            model.operator = Some(*operator);
            if must_change {
                own_password_first(model, effects);
            }
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

fn signed_in(model: &mut Model, operator: Operator, effects: &mut Vec<Effect>) {
    let must_change = operator.must_change;
    model.operator = Some(operator);
    model.screens = vec![Box::new(Menu::default())];
    model.toasts.clear();
    model.idle.end = None;
    model.with(0, effects, |screen, cx| screen.enter(cx));
    arm_lock(model, effects);
    if must_change {
        own_password_first(model, effects);
    }
}

/// The operator is no longer who signed in: what the old rights had opened is left, and the lock
/// says why. After the password was given again the new rights hold.
pub fn operator_changed(model: &mut Model, change: &str, effects: &mut Vec<Effect>) {
    let Some(operator) = &model.operator else {
        return;
    };
    let name = operator.name.clone();
    for screen in &mut model.screens {
        screen.blank_secrets();
    }
    model.modal = None;
    model.toasts.clear();
    model.screens = vec![
        Box::new(Menu::default()),
        Box::new(Locked::operator_changed(&name, change)),
    ];
    model.idle.lock = None;
    arm_end(model, effects);
    effects.push(Effect::Repaint);
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
    model.toasts.leave();
    model.screens.push(Box::new(Locked::new(&name)));
    model.ask(Request::Lock, effects);
    model.idle.lock = None;
    arm_end(model, effects);
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

fn arm_end(model: &mut Model, effects: &mut Vec<Effect>) {
    let ticket = model.tickets.mint();
    model.idle.end = Some(ticket);
    let rest =
        idle::end_after(&model.site.profile).saturating_sub(idle::lock_after(&model.site.profile));
    effects.push(Effect::After(rest, ticket));
}

/// Locks when nobody has pressed a key for long enough; true when it did.
pub fn lock_if_due(model: &mut Model, at: Millis, effects: &mut Vec<Effect>) -> bool {
    let due = model.idle.due(at, idle::lock_after(&model.site.profile)) == Due::Now;
    let locks = due && model.idle.lock.is_some();
    if locks {
        model.idle.touched(at);
        lock(model, effects);
    }
    locks
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
