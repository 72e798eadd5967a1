//! Saving: one press does it once.

use std::time::Duration;

use super::{
    form::{RecordForm, Section},
    model::{Edit, Pending},
};
use crate::{
    console::{
        effect::{ChangeOrder, Request},
        keymap::{self, Action, Scope},
        screens::{Cx, Go, own_fields::OwnFault, sentence},
        widgets::{AnyField, Form as _, Question, Tone, form::Place, modal::OnYes},
    },
    desk::ResetOrder,
    directory::{PasswordChange, UserChange},
    password::policy::Tick,
    user::User,
};

/// A write that takes longer is announced.
const SLOW: Duration = Duration::from_secs(1);

impl Edit {
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
        if !self.form.status.remove.trimmed().is_empty() {
            return self.ask_to_remove(&user, cx);
        }
        let mut change = match self.form.wanted(&cx.site.zone) {
            Ok(change) => change,
            Err(fault) => {
                self.refuse_at(fault.at, &fault.why, cx);
                return Go::Stay;
            }
        };
        if let Some(fault) = self.form.details.own.fault(change.changes_attributes()) {
            self.refuse_own(fault, cx);
            return Go::Stay;
        }
        let typed = self.form.password.password.is_filled();
        if !typed && change.is_nothing() && self.section != Section::Password {
            cx.toast(
                Tone::Plain,
                "Nothing was changed here, so there is nothing to save.",
            );
            return Go::Stay;
        }
        if !typed && change.is_nothing() {
            let generate = keymap::name_of(Scope::Edit, Action::Generate);
            let unlock = keymap::name_of(Scope::Edit, Action::UnlockOnly);
            let why = if self.form.password.unlock.is_on() {
                format!("Type a password or generate one with {generate}; {unlock} unlocks only.")
            } else {
                format!("Type a password, or generate one with {generate}.")
            };
            self.refuse_at(|form| &mut form.password.password, &why, cx);
            return Go::Stay;
        }
        if !typed {
            self.send(&user, change, cx);
            return Go::Stay;
        }
        let broken = self.rules.iter().find(|rule| rule.tick == Tick::Broken);
        if let Some(rule) = broken {
            let text = rule.refusal.as_ref().map_or_else(
                || sentence(&rule.label),
                |refusal| format!("{} {}", sentence(&refusal.message), sentence(&refusal.cure)),
            );
            self.refuse_at(|form| &mut form.password.password, &text, cx);
            return Go::Stay;
        }
        let password = match self.form.password.password.control.secret() {
            Ok(password) => password,
            Err(why) => {
                self.refuse_at(
                    |form| &mut form.password.password,
                    &sentence(&why.to_string()),
                    cx,
                );
                return Go::Stay;
            }
        };
        if !change.is_nothing() {
            change.unlock |= self.form.password.unlock.is_on();
            change.password = Some(PasswordChange::Set {
                password,
                generated: self.bits.is_some(),
            });
            self.send(&user, change, cx);
            return Go::Stay;
        }
        let order = ResetOrder {
            user: user.id,
            expected: Some(user.version),
            password,
            generated: self.bits.is_some(),
            must_change: self.form.password.must_change.is_on(),
            unlock: self.form.password.unlock.is_on(),
            reason: self.form.reason.trimmed(),
        };
        if self.bits.is_none() {
            self.form.mask();
        }
        self.write(Pending::Save, Request::Reset(order), cx);
        Go::Stay
    }

    /// Sends everything that was changed as one act.
    fn send(&mut self, user: &User, change: UserChange, cx: &mut Cx<'_>) {
        if self.bits.is_none() {
            self.form.mask();
        }
        let order = ChangeOrder {
            user: user.id.clone(),
            expected: user.version.clone(),
            change,
            reason: self.form.reason.trimmed(),
        };
        self.write(Pending::Save, Request::Change(Box::new(order)), cx);
    }

    /// Marks a field as wrong and shows the section that it belongs to.
    pub(super) fn refuse_at(&mut self, at: Place<RecordForm>, why: &str, cx: &mut Cx<'_>) {
        self.form.refuse(at, why);
        let holds = |section: &Section| {
            let fields = self.form.of(*section);
            fields.into_iter().any(AnyField::is_focused)
        };
        if let Some(section) = Section::ALL.into_iter().find(holds)
            && section != self.section
        {
            self.open_section(section, true, cx);
            self.form.focus_on(at);
        }
    }

    /// The same for a field of the site's own, which is one of the details.
    fn refuse_own(&mut self, fault: OwnFault, cx: &mut Cx<'_>) {
        if self.section != Section::Details {
            self.open_section(Section::Details, true, cx);
        }
        self.form.blur();
        self.form.details.own.refuse(fault);
    }

    /// May something be saved, if not the password?
    pub(super) fn may_save_beside_the_password(&self) -> bool {
        self.section != Section::Password
            || self.is_changed() && !self.form.password.password.is_filled()
    }

    /// Why a key that does one thing at once does not: something else waits to be saved.
    pub(super) fn waits_to_be_saved(&self) -> Option<String> {
        let sections = [Section::Details, Section::Status, Section::Access];
        let changed = sections
            .into_iter()
            .find(|section| self.form.is_changed(*section))?;
        let enter = keymap::name_of(Scope::Edit, Action::Accept);
        Some(format!(
            "Something was changed under {}: save it first ({enter}), or do this under {} too.",
            changed.title(),
            Section::Status.title()
        ))
    }

    /// Asks before the account is removed: whoever wants it has typed its ID.
    fn ask_to_remove(&mut self, user: &User, cx: &mut Cx<'_>) -> Go {
        if self.form.status.remove.trimmed() != user.login {
            let why = format!(
                "Type {} to remove this account, or empty the field.",
                user.login
            );
            self.refuse_at(|form| &mut form.status.remove, &why, cx);
            return Go::Stay;
        }
        self.pending = Some(Pending::Remove);
        Go::Confirm(Question::new(
            format!(
                "Remove {} ({}) for good? This cannot be taken back; what is on record stays. \
                 Nothing else that was typed here is saved.",
                user.name(),
                user.login
            ),
            OnYes::Resume,
        ))
    }

    /// Removes the account.
    pub(super) fn remove(&mut self, cx: &mut Cx<'_>) {
        if self.is_saving() {
            return;
        }
        if let Some(user) = self.user() {
            let request = Request::Remove(user.id.clone(), user.version.clone());
            self.write(Pending::Remove, request, cx);
        }
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
            self.write(Pending::Unlock, request, cx);
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
            self.write(Pending::Enable, request, cx);
        }
    }

    /// Sends a write.
    fn write(&mut self, what: Pending, request: Request, cx: &mut Cx<'_>) {
        self.refused = None;
        self.pending = Some(what);
        self.writing = Some((cx.ask(request), what));
        self.is_slow = false;
        self.waited = 0;
        self.slow = Some(cx.after(SLOW));
    }
}
