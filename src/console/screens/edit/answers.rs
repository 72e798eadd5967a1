//! What the answers to a question or a save lead to, and what the operator is told.

use super::{
    form::{RecordForm, Section},
    model::{Edit, Pending, Whom},
};
use crate::{
    console::{
        effect::{Reply, Ticket},
        keymap::{self, Action, Scope},
        screens::{Cx, Go, explain, nobody::Nobody, receipt::ReceiptPage, sentence},
        widgets::{Form as _, Question, SecretInput, Tone, modal::OnYes},
    },
    desk::DeskError,
    directory::DirectoryError,
    receipt::Receipt,
    text::ago,
};

impl Edit {
    /// The search that Enter did not wait for has been answered.
    pub(super) fn first_found(&mut self, reply: &Reply, cx: &mut Cx<'_>) -> Go {
        let Whom::First(_, typed) = &self.whom else {
            return Go::Stay;
        };
        if let Reply::Found(found) = reply {
            match found.rows.first() {
                Some(user) => {
                    self.name = user.name();
                    self.whom = Whom::User(user.id.clone());
                    self.load(cx);
                    return Go::Stay;
                }
                None => return Go::Replace(Box::new(Nobody::found(typed, Some(found)))),
            }
        } else if let Reply::Failed(error) = reply {
            return Go::Replace(Box::new(Nobody::failed(typed, error)));
        }
        Go::Back
    }

    /// A password was drawn, or could not be.
    pub(super) fn drawn(&mut self, reply: &Reply, cx: &mut Cx<'_>) {
        if let Reply::Generated(generated) = reply {
            self.form.forgive();
            self.refused = None;
            self.bits = Some(generated.bits);
            let input = &mut self.form.password.password.control;
            input.fill(&generated.secret);
            input.reveal(true);
            self.section = Section::Password;
            self.form.focus_on(|form| &mut form.password.password);
            // It stays shown: it has to be read out, and nobody has typed it.
            self.mask_again = None;
            self.judge(cx);
        } else if let Reply::Failed(error) = reply {
            cx.toast(Tone::Bad, explain(error));
        }
    }

    /// The answer to a save or an unlock.
    pub(super) fn written(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        let what = self.written_under(ticket)?;
        let reset = what == Pending::Save && self.form.password.password.is_filled();
        self.lost = None;
        self.writing = None;
        self.slow = None;
        self.is_slow = false;
        Some(
            if let Reply::Done(receipt) = reply
                && what == Pending::Remove
                && receipt.is_success()
            {
                self.removed(receipt, cx)
            } else if let Reply::Done(receipt) = reply {
                self.done(receipt, reset, cx)
            } else if let Reply::Failed(error) = reply {
                self.not_done(error, cx)
            } else {
                Go::Stay
            },
        )
    }

    /// Nobody is left whose page this could be.
    fn removed(&mut self, receipt: &Receipt, cx: &mut Cx<'_>) -> Go {
        self.form = RecordForm::new();
        let who = self.who();
        let (tone, headline) = ReceiptPage::told(&who, receipt, &[]);
        cx.toast(tone, headline);
        Go::Back
    }

    fn who(&self) -> String {
        self.user().map_or_else(
            || self.name.clone(),
            |user| format!("{} ({})", user.name(), user.login),
        )
    }

    fn done(&mut self, receipt: &Receipt, reset: bool, cx: &mut Cx<'_>) -> Go {
        self.pending = None;
        let mut password = SecretInput::default();
        let generated = self.bits.is_some();
        let shown = self.form.password.password.control.is_revealed();
        if reset {
            std::mem::swap(&mut password, &mut self.form.password.password.control);
            password.reveal(false);
        }
        self.form.blank_secrets();
        let who = self.who();
        let changed = self.form.names_of_changed();
        let (tone, headline) = ReceiptPage::told(&who, receipt, &changed);
        cx.toast(tone, headline);
        let user = self.user().map(|user| user.id.clone());
        let ticket = self.form.reason.trimmed();
        let page = ReceiptPage::new(user, who, receipt.clone(), password)
            .for_ticket(ticket)
            .of_changed(changed);
        let page = if generated {
            page.of_generated(shown)
        } else {
            page
        };
        Go::Replace(Box::new(page))
    }

    fn not_done(&mut self, error: &DeskError, cx: &mut Cx<'_>) -> Go {
        match error {
            DeskError::StepUp => return Go::StepUp,
            DeskError::Directory(DirectoryError::Conflict { at, .. }) => {
                self.pending = Some(Pending::Reload);
                let ago = at.and_then(|at| ago(at, cx.now));
                let ago = ago.map_or_else(String::new, |ago| format!(" That was {ago}."));
                return Go::Confirm(Question::new(
                    format!(
                        "{}{ago} Nothing was overwritten. Read the user again now? What you typed \
                         stays, and nothing is saved before you press {} again.",
                        sentence(&error.to_string()),
                        keymap::name_of(Scope::Edit, Action::Accept)
                    ),
                    OnYes::Resume,
                ));
            }
            DeskError::Policy(refusals) => {
                let text: Vec<String> = refusals
                    .iter()
                    .map(|r| format!("{} {}", sentence(&r.message), sentence(&r.cure)))
                    .collect();
                self.refuse_at(|form| &mut form.password.password, &text.join(" "), cx);
            }
            DeskError::Directory(DirectoryError::PasswordRefused { refusal, .. }) => {
                let (what, cure) = (sentence(&refusal.message), sentence(&refusal.cure));
                let text = format!("{what} {} {cure}", error.changed());
                self.refuse_at(|form| &mut form.password.password, &text, cx);
                // For the directory's own text.
                self.refused = Some(error.clone());
            }
            DeskError::Directory(
                DirectoryError::Taken {
                    attribute: Some(attribute),
                    ..
                }
                | DirectoryError::Invalid {
                    attribute: Some(attribute),
                    ..
                },
            ) => self.refuse_at(RecordForm::place_of(*attribute), &explain(error), cx),
            DeskError::VerifyCaller(_) => {
                self.refused = Some(error.clone());
                cx.toast(Tone::Warn, explain(error));
                return self.open_caller();
            }
            // The lock comes down over the page; what was typed beside the password stays.
            DeskError::SessionLocked => {}
            DeskError::Lacks(_)
            | DeskError::Outranked(_)
            | DeskError::BeyondReach(_)
            | DeskError::WiderReach(_)
            | DeskError::OwnRole
            | DeskError::OwnAccount
            | DeskError::Verification(_)
            | DeskError::TooManyGuesses { .. }
            | DeskError::UsesGrace(_)
            | DeskError::MustChangeFixed
            | DeskError::TypingNotAllowed
            | DeskError::OwnChangeFirst
            | DeskError::Directory(_)
            | DeskError::Audit(_)
            | DeskError::OutcomeNotRecorded(_)
            | DeskError::File(_) => {
                self.refused = Some(error.clone());
                cx.toast(Tone::Bad, explain(error));
            }
        }
        self.pending = None;
        Go::Stay
    }
}
