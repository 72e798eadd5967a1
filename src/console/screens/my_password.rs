//! The operator's own password: old, new, and new again.

use crossterm::event::Event;
use ratatui::{Frame, layout::Rect};

use super::{Cx, Go, Screen, Site, explain, own_account, sentence};
use crate::{
    console::{
        effect::{Remote, Reply, Request, Ticket},
        keymap::{Action, Scope},
        widgets::{
            AnyField as _, Form as _, Page, Question, SecretField, Tone, checklist, form,
            form::Place, modal::OnYes,
        },
    },
    desk::{DeskError, LostAnswer},
    directory::DirectoryError,
    password::{
        policy::{self, Context, Line, Tick},
        strength::Strength,
    },
};

form! {
    /// The old password, and the new one twice.
    struct OwnPasswordForm {
        old: SecretField = SecretField::new("Old password"),
        new: SecretField = SecretField::new("New password"),
        again: SecretField = SecretField::new("New, again"),
    }
}

/// The form.
#[derive(Debug)]
pub struct MyPassword {
    forced: bool,
    form: OwnPasswordForm,
    rules: Vec<Line>,
    strength: Option<Strength>,
    rating: Option<Ticket>,
    save: Remote<()>,
    refused: Option<DeskError>,
}

impl MyPassword {
    /// The form; `forced` when nothing else may be done before.
    pub fn new(forced: bool) -> Self {
        Self {
            forced,
            form: OwnPasswordForm::new(),
            rules: Vec::new(),
            strength: None,
            rating: None,
            save: Remote::Idle,
            refused: None,
        }
    }

    fn judge(&mut self, cx: &mut Cx<'_>) {
        let Some(operator) = cx.operator else { return };
        let user = own_account(operator);
        let input = &self.form.new.control;
        let context = Context {
            user: &user,
            agency: &cx.site.agency,
            generated: false,
        };
        self.rules = policy::checklist(cx.site.profiles.of_user(&user), input.expose(), &context);
        self.rating = None;
        if input.is_empty() {
            self.strength = None;
        }
        if let Ok(candidate) = input.secret()
            && !candidate.is_empty()
        {
            let known = vec![user.login.clone(), user.email.clone(), user.name()];
            self.rating = Some(cx.ask(Request::Rate(candidate, known)));
        }
    }

    /// The first field in which nothing was typed.
    fn first_empty(&self) -> Option<Place<OwnPasswordForm>> {
        let form = &self.form;
        if !form.old.is_filled() {
            Some(|form| &mut form.old)
        } else if !form.new.is_filled() {
            Some(|form| &mut form.new)
        } else if !form.again.is_filled() {
            Some(|form| &mut form.again)
        } else {
            None
        }
    }

    fn submit(&mut self, cx: &mut Cx<'_>) {
        if self.save.is_loading() {
            return;
        }
        self.form.forgive();
        if let Some(first) = self.first_empty() {
            if first(&mut self.form).is_focused() {
                self.form.refuse(first, "Type it here.");
            } else {
                self.form.focus_on(first);
            }
            return;
        }
        if !self.form.new.control.equals(&self.form.again.control) {
            let why = "This is not the same as above.";
            self.form.refuse(|form| &mut form.again, why);
            return;
        }
        let broken = self.rules.iter().find(|rule| rule.tick == Tick::Broken);
        if let Some(refusal) = broken.and_then(|rule| rule.refusal.as_ref()) {
            let text = format!("{}. {}.", refusal.message, refusal.cure);
            self.form.refuse(|form| &mut form.new, text);
            return;
        }
        let (old, new) = (&self.form.old.control, &self.form.new.control);
        if let (Ok(old), Ok(new)) = (old.secret(), new.secret()) {
            self.form.mask();
            self.save = Remote::Loading(cx.ask(Request::ChangeOwn(old, new)));
        }
    }
}

impl Screen for MyPassword {
    fn title(&self) -> String {
        "My password".into()
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![
            self.form.scope(),
            Scope::MyPassword,
            Scope::Form,
            Scope::Page,
        ]
    }

    fn enter(&mut self, cx: &mut Cx<'_>) {
        self.judge(cx);
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Accept => self.submit(cx),
            Action::Back if self.forced => {
                return Go::Confirm(Question::new(
                    "You must choose a new password before anything else. Sign out instead?",
                    OnYes::SignOut,
                ));
            }
            Action::Back => return Go::Back,
            Action::Quit => return Go::Quit,
            Action::Reveal if cx.site.profile.reveal_while_typing => {
                for field in [&mut self.form.new, &mut self.form.again] {
                    let shown = field.control.is_revealed();
                    field.control.reveal(!shown);
                }
            }
            Action::Reveal => cx.toast(Tone::Plain, "The profile does not show typed passwords."),
            _ => {
                self.form.act(action);
            }
        }
        Go::Stay
    }

    fn input(&mut self, event: &Event, cx: &mut Cx<'_>) -> Go {
        if self.save.is_loading() {
            return Go::Stay;
        }
        match self.form.input(event) {
            Ok(true) if self.form.new.is_focused() => self.judge(cx),
            Ok(_) => {}
            Err(why) => cx.toast(Tone::Bad, why),
        }
        Go::Stay
    }

    fn is_final(&self, action: Action) -> bool {
        action == Action::Accept && self.first_empty().is_none() && !self.save.is_loading()
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        if self.rating == Some(ticket) {
            self.rating = None;
            if let Reply::Rated(strength) = reply {
                self.strength = Some(strength.clone());
            }
            return Some(Go::Stay);
        }
        if !self.save.awaits(ticket) {
            return None;
        }
        self.save = Remote::Idle;
        Some(
            if let Reply::Done(receipt) = reply
                && receipt.is_success()
            {
                self.form.blank_secrets();
                cx.toast(Tone::Good, "Your password was changed.");
                Go::OwnPasswordChanged
            } else if let Reply::Done(receipt) = reply {
                self.form.blank_secrets();
                let what = sentence(receipt.ending().words());
                let text = format!(
                    "{what} Keep the old password in mind until you have signed in with the new one."
                );
                cx.toast(Tone::Warn, text);
                Go::OwnPasswordChanged
            } else if let Reply::Failed(error) = reply {
                self.refused = Some(error.clone());
                let field: Place<OwnPasswordForm> = match error {
                    DeskError::Directory(DirectoryError::OldPasswordWrong) => |form| &mut form.old,
                    DeskError::Lacks(_)
                    | DeskError::Outranked(_)
                    | DeskError::BeyondReach(_)
                    | DeskError::WiderReach(_)
                    | DeskError::OwnRole
                    | DeskError::OwnAccount
                    | DeskError::Policy(_)
                    | DeskError::MustChangeFixed
                    | DeskError::TypingNotAllowed
                    | DeskError::SessionLocked
                    | DeskError::OwnChangeFirst
                    | DeskError::StepUp
                    | DeskError::VerifyCaller(_)
                    | DeskError::Verification(_)
                    | DeskError::TooManyGuesses { .. }
                    | DeskError::UsesGrace(_)
                    | DeskError::Directory(_)
                    | DeskError::Audit(_)
                    | DeskError::OutcomeNotRecorded(_)
                    | DeskError::File(_) => |form| &mut form.new,
                };
                self.form.refuse(field, explain(error));
                Go::Stay
            } else {
                Go::Stay
            },
        )
    }

    fn lost(&mut self, ticket: Ticket, answer: &LostAnswer, cx: &mut Cx<'_>) -> bool {
        let mine = self.save.awaits(ticket);
        if mine {
            let text = format!(
                "It is not known yet whether your password was changed ({}): keep both in mind. It \
                 is being looked after.",
                answer.what
            );
            cx.toast(Tone::Warn, text);
        }
        mine
    }

    fn failure(&self) -> Option<&DeskError> {
        self.refused.as_ref()
    }

    fn is_dirty(&self) -> bool {
        self.form.is_dirty()
    }

    fn is_saving(&self) -> bool {
        self.save.is_loading()
    }

    fn blank_secrets(&mut self) {
        self.form.blank_secrets();
        self.strength = None;
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let mut page = Page::new(area);
        if self.forced {
            let text = "Somebody else set your password: choose one of your own before you go on.";
            page.text(text, look.theme.warn);
            page.blank();
        }
        for field in self.form.fields() {
            field.draw(13, &mut page, look);
        }
        page.blank();
        let typed = self.form.new.is_filled();
        checklist::draw(&self.rules, typed, 3, &mut page, look);
        checklist::meter(self.strength.as_ref(), &self.rules, 3, &mut page, look);
        if self.save.is_loading() {
            page.text("Saving...", look.theme.faint);
        }
        page.render(frame, area);
    }
}
