//! Saving: one press does it once, and the answer decides what the operator is told.

use std::time::Duration;

use super::model::{Edit, Pending, Whom};
use crate::{
    console::{
        effect::{Remote, Reply, Request, Ticket},
        keymap::{self, Action, Scope},
        screens::{Cx, Go, explain, nobody::Nobody, receipt::ReceiptPage, sentence},
        widgets::{Form as _, Question, SecretInput, Tone, modal::OnYes},
    },
    desk::{DeskError, ResetOrder},
    directory::DirectoryError,
    password::policy::Tick,
    receipt::Receipt,
    text::ago,
};

/// A write that takes longer is announced.
const SLOW: Duration = Duration::from_secs(1);

impl Edit {
    /// The search that Enter did not wait for has been answered.
    pub(super) fn first_found(&mut self, reply: &Reply, cx: &mut Cx<'_>) -> Go {
        let Whom::First(_, typed) = &self.whom else {
            return Go::Stay;
        };
        match reply {
            Reply::Found(found) => match found.rows.first() {
                Some(user) => {
                    self.name = user.name();
                    self.whom = Whom::User(user.id.clone());
                    self.load(cx);
                    return Go::Stay;
                }
                None => return Go::Replace(Box::new(Nobody::found(typed, Some(found)))),
            },
            Reply::Failed(error) => {
                return Go::Replace(Box::new(Nobody::failed(typed, error)));
            }
            Reply::SignedIn(_)
            | Reply::Reauthenticated(_)
            | Reply::Noted
            | Reply::Counted(_)
            | Reply::Exported(_)
            | Reply::FileExists
            | Reply::Opened(_)
            | Reply::Rated(_)
            | Reply::Generated(_)
            | Reply::Done(_)
            | Reply::Checked(_)
            | Reply::Created(_)
            | Reply::AuditListed(_)
            | Reply::Verified(_)
            | Reply::OpenIntents(_)
            | Reply::Notices(_)
            | Reply::Settled(_)
            | Reply::Progress(_)
            | Reply::Lost(_)
            | Reply::Imported(..) => {}
        }
        Go::Back
    }

    /// A password was drawn, or could not be.
    pub(super) fn drawn(&mut self, reply: &Reply, cx: &mut Cx<'_>) {
        match reply {
            Reply::Generated(generated) => {
                self.form.forgive();
                self.refused = None;
                self.bits = Some(generated.bits);
                let input = &mut self.form.password.control;
                input.fill(&generated.secret);
                input.reveal(true);
                self.form.focus_on(|form| &mut form.password);
                // It stays shown: it has to be read out, and nobody has typed it.
                self.mask_again = None;
                self.judge(cx);
            }
            Reply::Failed(error) => cx.toast(Tone::Bad, explain(error)),
            Reply::SignedIn(_)
            | Reply::Reauthenticated(_)
            | Reply::Noted
            | Reply::Found(_)
            | Reply::Counted(_)
            | Reply::Exported(_)
            | Reply::FileExists
            | Reply::Opened(_)
            | Reply::Rated(_)
            | Reply::Done(_)
            | Reply::Checked(_)
            | Reply::Created(_)
            | Reply::AuditListed(_)
            | Reply::Verified(_)
            | Reply::OpenIntents(_)
            | Reply::Notices(_)
            | Reply::Settled(_)
            | Reply::Progress(_)
            | Reply::Lost(_)
            | Reply::Imported(..) => {}
        }
    }

    /// Saves, unless a save is on its way already.
    pub(super) fn submit(&mut self, cx: &mut Cx<'_>) -> Go {
        if self.is_saving() {
            return Go::Stay;
        }
        let Some(user) = self.user().cloned() else {
            cx.toast(Tone::Plain, "The user is still being read: please wait.");
            return Go::Stay;
        };
        self.form.forgive();
        if !self.form.password.is_filled() {
            let generate = keymap::name_of(Scope::Edit, Action::Generate);
            let unlock = keymap::name_of(Scope::Edit, Action::UnlockOnly);
            let why = if self.form.unlock.is_on() {
                format!("Type a password or generate one with {generate}; {unlock} unlocks only.")
            } else {
                format!("Type a password, or generate one with {generate}.")
            };
            self.form.refuse(|form| &mut form.password, why);
            return Go::Stay;
        }
        let broken = self.rules.iter().find(|rule| rule.tick == Tick::Broken);
        if let Some(rule) = broken {
            let text = rule.refusal.as_ref().map_or_else(
                || sentence(&rule.label),
                |refusal| format!("{} {}", sentence(&refusal.message), sentence(&refusal.cure)),
            );
            self.form.refuse(|form| &mut form.password, text);
            return Go::Stay;
        }
        let password = match self.form.password.control.secret() {
            Ok(password) => password,
            Err(why) => {
                self.form
                    .refuse(|form| &mut form.password, sentence(&why.to_string()));
                return Go::Stay;
            }
        };
        let order = ResetOrder {
            user: user.id,
            expected: Some(user.version),
            password,
            generated: self.bits.is_some(),
            must_change: self.form.must_change.is_on(),
            unlock: self.form.unlock.is_on(),
            reason: self.form.reason.trimmed(),
        };
        if self.bits.is_none() {
            self.form.mask();
        }
        self.refused = None;
        self.pending = Some(Pending::Save);
        self.save = Remote::Loading(cx.ask(Request::Reset(order)));
        self.announce_if_slow(cx);
        Go::Stay
    }

    /// Unlocks and leaves the password alone.
    pub(super) fn unlock_only(&mut self, cx: &mut Cx<'_>) {
        if self.is_saving() {
            return;
        }
        if let Some(user) = self.user() {
            let request = Request::Unlock(
                user.id.clone(),
                user.version.clone(),
                self.form.reason.trimmed(),
            );
            self.refused = None;
            self.pending = Some(Pending::Unlock);
            self.unlock = Remote::Loading(cx.ask(request));
            self.announce_if_slow(cx);
        }
    }

    /// Asks before the account is enabled: somebody had a reason to disable it.
    pub(super) fn ask_to_enable(&mut self) -> Go {
        let Some(user) = self.user().filter(|_| !self.is_saving()) else {
            return Go::Stay;
        };
        let question = format!(
            "Enable {} ({})? Somebody has disabled this account: find out why first. The password \
             stays as it is.",
            user.name(),
            user.login
        );
        self.pending = Some(Pending::Enable);
        Go::Confirm(Question::new(question, OnYes::Resume))
    }

    /// Enables the account and leaves the password alone.
    pub(super) fn enable(&mut self, cx: &mut Cx<'_>) {
        if self.is_saving() {
            return;
        }
        if let Some(user) = self.user() {
            let request = Request::Enable(
                user.id.clone(),
                user.version.clone(),
                self.form.reason.trimmed(),
            );
            self.refused = None;
            self.pending = Some(Pending::Enable);
            self.enable = Remote::Loading(cx.ask(request));
            self.announce_if_slow(cx);
        }
    }

    fn announce_if_slow(&mut self, cx: &mut Cx<'_>) {
        self.is_slow = false;
        self.waited = 0;
        self.slow = Some(cx.after(SLOW));
    }

    /// The answer to a save or an unlock.
    pub(super) fn written(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        let reset = self.save.awaits(ticket);
        if !reset && !self.unlock.awaits(ticket) && !self.enable.awaits(ticket) {
            return None;
        }
        if let Reply::Lost(answer) = reply {
            self.wait_for(answer, cx);
            return Some(Go::Stay);
        }
        self.lost = None;
        self.save = Remote::Idle;
        self.unlock = Remote::Idle;
        self.enable = Remote::Idle;
        self.slow = None;
        self.is_slow = false;
        Some(match reply {
            Reply::Done(receipt) => self.done(receipt, reset, cx),
            Reply::Failed(error) => self.not_done(error, cx),
            Reply::SignedIn(_)
            | Reply::Reauthenticated(_)
            | Reply::Noted
            | Reply::Found(_)
            | Reply::Counted(_)
            | Reply::Exported(_)
            | Reply::FileExists
            | Reply::Opened(_)
            | Reply::Rated(_)
            | Reply::Generated(_)
            | Reply::Checked(_)
            | Reply::Created(_)
            | Reply::AuditListed(_)
            | Reply::Verified(_)
            | Reply::OpenIntents(_)
            | Reply::Notices(_)
            | Reply::Settled(_)
            | Reply::Progress(_)
            | Reply::Lost(_)
            | Reply::Imported(..) => Go::Stay,
        })
    }

    fn done(&mut self, receipt: &Receipt, reset: bool, cx: &mut Cx<'_>) -> Go {
        self.pending = None;
        let mut password = SecretInput::default();
        let generated = self.bits.is_some();
        let shown = self.form.password.control.is_revealed();
        if reset {
            std::mem::swap(&mut password, &mut self.form.password.control);
            password.reveal(false);
        }
        self.form.blank_secrets();
        let who = self.user().map_or_else(
            || self.name.clone(),
            |user| format!("{} ({})", user.name(), user.login),
        );
        let (tone, headline) = ReceiptPage::told(&who, receipt);
        cx.toast(tone, headline);
        let user = self.user().map(|user| user.id.clone());
        let ticket = self.form.reason.trimmed();
        let page = ReceiptPage::new(user, who, receipt.clone(), password).for_ticket(ticket);
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
                self.form.refuse(|form| &mut form.password, text.join(" "));
            }
            DeskError::Directory(DirectoryError::PasswordRefused { refusal, .. }) => {
                let (what, cure) = (sentence(&refusal.message), sentence(&refusal.cure));
                let text = format!("{what} {} {cure}", error.changed());
                self.form.refuse(|form| &mut form.password, text);
                // For the directory's own text.
                self.refused = Some(error.clone());
            }
            // The lock comes down over the page; what was typed beside the password stays.
            DeskError::SessionLocked => {}
            DeskError::Lacks(_)
            | DeskError::Outranked(_)
            | DeskError::OwnAccount
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
