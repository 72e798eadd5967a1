//! What a key asks for: of the dialog that lies over everything, else of the screen on top.

use super::{model::Model, navigate};
use crate::console::{
    effect::{Effect, Remote, Request},
    keymap::{self, Action, Scope},
    screens::Go,
    widgets::{Form as _, Modal, Question, Tone, modal, modal::OnYes},
};

/// Does what a key asked for.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a screen answers to its own keys; the rest is for whoever stands around it"
)]
pub fn act(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    match action {
        Action::Repaint => effects.push(Effect::Repaint),
        Action::Suspend => {
            let text = format!(
                "Halligan cannot be suspended. {} locks it, {} ends it.",
                keymap::name_of(Scope::Global, Action::Lock),
                keymap::name_of(Scope::Global, Action::Quit)
            );
            model.toast(Tone::Plain, text, effects);
        }
        Action::Lock => navigate::lock(model, effects),
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
        Go::Back if dirty => Go::Confirm(Question::new(
            "Leave and lose what you typed here?",
            OnYes::Leave,
        )),
        Go::Quit => match quit_question(model) {
            Some(question) => Go::Confirm(question),
            None => Go::Quit,
        },
        other @ (Go::Stay
        | Go::To(_)
        | Go::Replace(_)
        | Go::Back
        | Go::NextCaller(_)
        | Go::Confirm(_)
        | Go::StepUp
        | Go::SignedIn(_)
        | Go::Unlocked(_)
        | Go::OwnPasswordChanged
        | Go::Lock
        | Go::SignOut) => other,
    };
    navigate::go(model, top, wanted, effects);
}

/// Nobody is signed in, and there is nothing to lose but half a name.
fn is_sign_in(model: &Model) -> bool {
    model
        .top()
        .is_some_and(|screen| screen.scopes().contains(&Scope::SignIn))
}

/// What to ask before the program ends, if anything.
fn quit_question(model: &Model) -> Option<Question> {
    if model.writes_in_flight() > 0 {
        let text = "A change is being saved. End Halligan as soon as its answer is there?";
        Some(Question::new(text, OnYes::Quit))
    } else if model.screens.iter().any(|screen| screen.is_dirty()) && !is_sign_in(model) {
        Some(Question::new(
            "End Halligan and lose what you typed?",
            OnYes::Quit,
        ))
    } else if model.operator.is_some() {
        Some(Question::new("Sign out and end Halligan?", OnYes::Quit))
    } else {
        None
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a screen answers to its own keys; the rest is for whoever stands around it"
)]
fn act_on_modal(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    let top = model.screens.len().saturating_sub(1);
    match (&mut model.modal, action) {
        (Some(Modal::Confirm(question)), Action::Yes) => {
            let wanted = match question.on_yes {
                OnYes::Leave => Go::Back,
                OnYes::Quit => Go::Quit,
                OnYes::SignOut => Go::SignOut,
                OnYes::Resume => {
                    navigate::close_modal(model);
                    navigate::resume(model, effects);
                    return;
                }
            };
            navigate::close_modal(model);
            navigate::go(model, top, wanted, effects);
        }
        (Some(Modal::Confirm(_)), Action::No | Action::Quit)
        | (
            Some(Modal::Help { .. } | Modal::OwnText { .. }),
            Action::Back | Action::Help | Action::Quit,
        )
        | (Some(Modal::StepUp { .. }), Action::Back | Action::Quit) => navigate::close_modal(model),
        (Some(Modal::Help { rows, first }), _) => {
            let most = rows.len().saturating_sub(1);
            *first = match action {
                Action::Up => first.saturating_sub(1),
                Action::Down => (*first + 1).min(most),
                Action::PageUp => first.saturating_sub(8),
                Action::PageDown => (*first + 8).min(most),
                Action::First => 0,
                Action::Last => most,
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
                Action::First => 0,
                Action::Last => most,
                _ => *first,
            };
        }
        (Some(Modal::StepUp { form, check }), Action::Accept) if !check.is_loading() => {
            let asked = model.site.asks_for_password;
            match form.password.control.secret() {
                Ok(password) if !asked || !password.is_empty() => {
                    let ticket = model.tickets.mint();
                    *check = Remote::Loading(ticket);
                    effects.push(Effect::Ask(ticket, Request::Reauthenticate(password)));
                }
                Ok(_) | Err(_) => {
                    form.refuse(|form| &mut form.password, "Type your own password.");
                }
            }
        }
        _ => {}
    }
}
