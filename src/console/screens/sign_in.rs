//! Who is at the desk?

use std::time::Duration;

use crossterm::event::Event;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{Cx, Go, Screen, Site, explain};
use crate::{
    console::{
        effect::{Remote, Reply, Request, Ticket},
        keymap::{self, Action, Scope},
        widgets::{Fault, Form as _, Page, SecretField, TextField, Tone, form},
    },
    desk::DeskError,
};

form! {
    /// Email or ID, and password.
    struct Credentials {
        login: TextField = TextField::new("Email or ID"),
        password: SecretField = SecretField::new("Password"),
    }
}

/// The sign-in.
#[derive(Debug)]
pub struct SignIn {
    form: Credentials,
    attempt: Remote<()>,
    refused: Option<DeskError>,
    slow: Option<Ticket>,
    is_slow: bool,
}

impl SignIn {
    /// The form, with the first field filled in where the name is known.
    pub fn new(login: &str) -> Self {
        let mut form = Credentials::new();
        form.login.begin_with(login);
        if !login.is_empty() {
            form.focus_on(|form| &mut form.password);
        }
        Self {
            form,
            attempt: Remote::Idle,
            refused: None,
            slow: None,
            is_slow: false,
        }
    }

    fn submit(&mut self, cx: &mut Cx<'_>) {
        if self.attempt.is_loading() {
            return;
        }
        self.form.forgive();
        if !cx.site.asks_for_password {
            if let Ok(nothing) = self.form.password.control.secret() {
                let request = Request::SignIn(String::new(), nothing);
                self.attempt = Remote::Loading(cx.ask(request));
            }
            return;
        }
        let fault = if self.form.login.trimmed().is_empty() {
            let why = "Type your email or your ID.";
            Some(Fault::new(|form: &mut Credentials| &mut form.login, why))
        } else if self.form.password.is_filled() {
            None
        } else {
            let why = "Type your password.";
            Some(Fault::new(|form: &mut Credentials| &mut form.password, why))
        };
        if let Some(fault) = fault {
            self.form.advance(|form| &mut form.password, fault);
            return;
        }
        match self.form.password.control.secret() {
            Ok(password) => {
                let request = Request::SignIn(self.form.login.trimmed(), password);
                self.attempt = Remote::Loading(cx.ask(request));
                self.is_slow = false;
                self.slow = Some(cx.after(Duration::from_secs(1)));
                self.form.password.control.clear();
            }
            Err(why) => self.form.refuse(|form| &mut form.password, why.to_string()),
        }
    }
}

impl Screen for SignIn {
    fn title(&self) -> String {
        "Sign in".into()
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![self.form.scope(), Scope::SignIn, Scope::Form]
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Accept => self.submit(cx),
            Action::Quit => return Go::Quit,
            _ => {
                self.form.act(action);
            }
        }
        Go::Stay
    }

    fn input(&mut self, event: &Event, cx: &mut Cx<'_>) -> Go {
        if self.attempt.is_loading() || !cx.site.asks_for_password {
            return Go::Stay;
        }
        if let Err(why) = self.form.input(event) {
            cx.toast(Tone::Bad, why);
        }
        Go::Stay
    }

    fn is_final(&self, action: Action) -> bool {
        action == Action::Accept && self.form.password.is_filled()
    }

    fn wake(&mut self, ticket: Ticket, _cx: &mut Cx<'_>) {
        if self.slow == Some(ticket) {
            self.is_slow = true;
        }
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, _cx: &mut Cx<'_>) -> Option<Go> {
        if !self.attempt.awaits(ticket) {
            return None;
        }
        self.attempt = Remote::Idle;
        Some(if let Reply::SignedIn(operator) = reply {
            Go::SignedIn(operator.clone())
        } else if let Reply::Failed(error) = reply {
            self.refused = Some(error.clone());
            self.form.refuse(|form| &mut form.password, explain(error));
            Go::Stay
        } else {
            Go::Stay
        })
    }

    fn failure(&self) -> Option<&DeskError> {
        self.refused.as_ref()
    }

    fn is_dirty(&self) -> bool {
        self.form.is_dirty()
    }

    fn blank_secrets(&mut self) {
        self.form.blank_secrets();
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let mut page = Page::new(area);
        page.blank();
        page.text("Who is at the desk?", look.theme.strong);
        page.blank();
        if site.asks_for_password {
            for field in self.form.fields() {
                field.draw(12, &mut page, look);
            }
        } else {
            let text = format!(
                "The directory knows you by your certificate, or as a user of this machine. {} \
                 signs you in.",
                keymap::name_of(Scope::SignIn, Action::Accept)
            );
            page.text(&text, look.theme.faint);
            if let Some(error) = &self.refused {
                page.blank();
                page.text(&look.clean(&explain(error)), look.theme.bad);
            }
        }
        page.blank();
        if self.attempt.is_loading() {
            let text = if self.is_slow {
                "Still signing in: the directory is slow to answer."
            } else {
                "Signing in..."
            };
            page.text(text, look.theme.faint);
        }
        if let Some(demo) = &site.demo {
            page.blank();
            page.text(
                "A demonstration with fictional people; nothing is left behind. Sign in with:",
                look.theme.faint,
            );
            for (label, value) in [("Email", &demo.email), ("Password", &demo.password)] {
                page.line(Line::from(vec![
                    Span::styled(format!("   {label:<10}"), look.theme.faint),
                    Span::raw(value.clone()),
                ]));
            }
        }
        page.render(frame, area);
    }
}
