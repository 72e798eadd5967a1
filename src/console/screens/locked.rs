//! The session is locked: nothing of it is shown until the operator is back.

use crossterm::event::Event;
use ratatui::{Frame, layout::Rect};

use super::{Cx, Go, Screen, Site, explain, sentence};
use crate::console::{
    effect::{Remote, Reply, Request, Ticket},
    keymap::{self, Action, Scope},
    widgets::{AnyField as _, Form as _, Page, Question, SecretField, Tone, form, modal::OnYes},
};

form! {
    /// The operator's password.
    struct UnlockForm {
        password: SecretField = SecretField::new("Password"),
    }
}

/// Asks for the password again.
#[derive(Debug)]
pub struct Locked {
    name: String,
    /// What has changed of the operator, where that is why.
    change: Option<String>,
    form: UnlockForm,
    check: Remote<()>,
}

impl Locked {
    /// The lock of this operator's session.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            change: None,
            form: UnlockForm::new(),
            check: Remote::Idle,
        }
    }

    /// The lock of a session whose operator is no longer who signed in.
    pub fn operator_changed(name: &str, change: &str) -> Self {
        Self {
            change: Some(format!("{} Sign in again.", sentence(change))),
            ..Self::new(name)
        }
    }
}

impl Screen for Locked {
    fn title(&self) -> String {
        "Locked".into()
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Text, Scope::Locked]
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Accept if !self.check.is_loading() => {
                let asked = cx.site.asks_for_password;
                match self.form.password.control.secret() {
                    Ok(password) if !asked || !password.is_empty() => {
                        self.form.forgive();
                        self.check = Remote::Loading(cx.ask(Request::Reauthenticate(password)));
                        self.form.blank_secrets();
                    }
                    Ok(_) | Err(_) => self
                        .form
                        .refuse(|form| &mut form.password, "Type your password."),
                }
            }
            Action::SignOut => {
                return Go::Confirm(Question::new(
                    "Sign out? What was typed beneath the lock is lost.",
                    OnYes::SignOut,
                ));
            }
            Action::Quit => return Go::Quit,
            _ => {}
        }
        Go::Stay
    }

    fn input(&mut self, event: &Event, cx: &mut Cx<'_>) -> Go {
        if !cx.site.asks_for_password {
            return Go::Stay;
        }
        if let Err(why) = self.form.input(event) {
            cx.toast(Tone::Bad, why);
        }
        Go::Stay
    }

    fn is_final(&self, action: Action) -> bool {
        action == Action::Accept && self.form.password.is_filled() && !self.check.is_loading()
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, _cx: &mut Cx<'_>) -> Option<Go> {
        if !self.check.awaits(ticket) {
            return None;
        }
        self.check = Remote::Idle;
        Some(
            if let Reply::Reauthenticated(operator) = reply
                && self.change.is_some()
            {
                Go::SignedIn(operator.clone())
            } else if let Reply::Reauthenticated(operator) = reply {
                Go::Unlocked(operator.clone())
            } else if let Reply::Failed(error) = reply {
                self.form.refuse(|form| &mut form.password, explain(error));
                Go::Stay
            } else {
                Go::Stay
            },
        )
    }

    fn blank_secrets(&mut self) {
        self.form.blank_secrets();
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let mut page = Page::new(area);
        page.blank();
        let title = match &self.change {
            Some(change) => look.clean(change),
            None => format!("Locked. {} is still signed in.", look.clean(&self.name)),
        };
        page.text(&title, look.theme.warn);
        page.blank();
        if let (Some(_), true) = (&self.change, site.asks_for_password) {
            let name = look.clean(&self.name);
            let text = format!("{name}, give your password to go on with what you may do now.");
            page.text(&text, look.theme.faint);
            page.blank();
            self.form.password.draw(10, &mut page, look);
        } else if site.asks_for_password {
            page.text(
                "What was typed is kept, except passwords. Give your password to go on.",
                look.theme.faint,
            );
            page.blank();
            self.form.password.draw(10, &mut page, look);
        } else {
            let text = format!(
                "Whoever is at this terminal goes on with {}, since you signed in without a \
                 password: lock the terminal itself.",
                keymap::name_of(Scope::Locked, Action::Accept)
            );
            page.text(&text, look.theme.warn);
        }
        if self.check.is_loading() {
            page.text("Checking...", look.theme.faint);
        }
        page.render(frame, area);
    }
}
