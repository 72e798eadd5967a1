//! The record of a person as questions: details, status, role, sessions, history, removal.

use jiff::Timestamp;

use super::{Left, Talk};
use crate::{
    audit::{AuditQuery, Kind, SignInDays},
    cli::shape,
    console::screens::audit::acts,
    desk::At,
    directory::UserChange,
    permission::Permission,
    text,
    user::{User, Verdict},
};

/// As many records as can be listened to.
const ROWS: usize = 9;

/// So many are read for the count of sign-ins.
const MOST: usize = 200;

/// What can be done for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    TypePassword,
    GeneratePassword,
    Unlock,
    TryPassword,
    Enable,
    Disable,
    ChangeDetails,
    GiveRole,
    EndSessions,
    VerifyCaller,
    TurnAway,
    History,
    Remove,
}

impl Act {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::TypePassword => "Type a new password",
            Self::GeneratePassword => "Generate a new password",
            Self::Unlock => "Unlock, and leave the password alone",
            Self::TryPassword => "Try a password",
            Self::Enable => "Enable the account, and leave the password alone",
            Self::Disable => "Disable the account",
            Self::ChangeDetails => "Change ID, names, email or details",
            Self::GiveRole => "Give a role",
            Self::EndSessions => "End sessions and tokens",
            Self::VerifyCaller => "Say how it was made sure who is calling",
            Self::TurnAway => "Turn the caller away",
            Self::History => "History",
            Self::Remove => "Remove the account for good",
        }
    }
}

impl Talk<'_> {
    /// What this operator may do for this person in this directory, what is done most often first.
    pub(super) fn offered(&self, user: &User, now: Timestamp) -> Vec<Act> {
        let can = self.desk.capabilities();
        let mut acts = vec![
            Act::TypePassword,
            Act::GeneratePassword,
            Act::Unlock,
            Act::TryPassword,
        ];
        let at = self.at();
        let has_status = at.may_change_status(user).is_ok() && can.status.is_yes();
        if user.verdict(now) == Verdict::Disabled {
            acts.push(Act::Enable);
        } else if has_status {
            acts.push(Act::Disable);
        }
        let asks = !self.desk.verification().is_off();
        for (act, is_offered) in [
            (Act::VerifyCaller, asks),
            (Act::TurnAway, asks),
            (Act::ChangeDetails, can.attributes.is_yes()),
            (
                Act::GiveRole,
                can.roles.is_yes() && at.may_give_role(user).is_ok(),
            ),
            (
                Act::EndSessions,
                can.end_sessions.is_yes() && at.may_sign_out(user).is_ok(),
            ),
            (
                Act::History,
                self.operator().permissions.holds(Permission::AuditRead),
            ),
            (
                Act::Remove,
                can.remove.is_yes() && at.may_remove(user).is_ok(),
            ),
        ] {
            if is_offered {
                acts.push(act);
            }
        }
        acts
    }

    /// Asks for the reason and a yes: the reason, or nothing where it was no.
    pub(super) async fn agreed(&mut self, question: &str) -> Result<Option<String>, Left> {
        let reason = self.ask("Reason or ticket, may be empty").await?;
        if self.confirms(question).await? {
            return Ok(Some(reason));
        }
        self.say("Nothing was changed.");
        Ok(None)
    }

    /// Asks for the reason and a yes, makes the change and tells what was done.
    pub(super) async fn change(
        &mut self,
        user: &User,
        question: &str,
        change: &UserChange,
    ) -> Result<(), Left> {
        let Some(reason) = self.agreed(question).await? else {
            return Ok(());
        };
        let make = async |at: At<'_>| {
            let seat = at.users_change(Kind::UserChanged).await?;
            let version = Some(&user.version);
            seat.change_user(&user.id, version, change, &reason).await
        };
        if let Ok(receipt) = self.act(make).await? {
            self.say_all(shape::receipt_lines(user, &receipt));
        }
        Ok(())
    }

    pub(super) async fn set_status(&mut self, user: &User, active: bool) -> Result<(), Left> {
        let word = if active { "Enable" } else { "Disable" };
        let change = UserChange {
            active: Some(active),
            ..UserChange::default()
        };
        let question = format!("{word} {}?", shape::who(user));
        self.change(user, &question, &change).await
    }

    pub(super) async fn give_role(&mut self, user: &User) -> Result<(), Left> {
        let offered = async |at: At<'_>| {
            let seat = at.roles_update(Kind::RolesListed).await?;
            seat.roles_to_give().await
        };
        let Ok(roles) = self.act(offered).await? else {
            return Ok(());
        };
        let words: Vec<String> = roles.iter().map(|role| role.word().to_owned()).collect();
        let Some(chosen) = self.choose(&words, "Back").await? else {
            return Ok(());
        };
        let role = roles.get(chosen).cloned().unwrap_or_default();
        let change = UserChange {
            role: Some(role.clone()),
            ..UserChange::default()
        };
        let question = format!("Give {} the role {role}?", shape::who(user));
        self.change(user, &question, &change).await
    }

    pub(super) async fn end_sessions(&mut self, user: &User) -> Result<(), Left> {
        let change = UserChange {
            end_sessions: true,
            ..UserChange::default()
        };
        let question = format!("End the sessions and tokens of {}?", shape::who(user));
        self.change(user, &question, &change).await
    }

    /// The sign-ins of the last days, and what was done last.
    pub(super) async fn history(&mut self, user: &User) -> Result<(), Left> {
        let list = async |at: At<'_>| {
            let query = AuditQuery {
                limit: MOST,
                target: Some(user.id.clone()),
                before: None,
            };
            let seat = at.audit_read(Kind::AuditListed).await?;
            seat.audit_list(query).await
        };
        let Ok(records) = self.act(list).await? else {
            return Ok(());
        };
        let days = SignInDays::of(&records, Timestamp::now(), text::zone());
        self.say(&days.sentence());
        self.say(&format!("A digit a day: {}", days.chart(false)));
        // Every look at the page is on record too, and was no act.
        let acts = acts(&records).into_iter();
        let acts = acts.filter(|record| record.event.kind != Kind::UserViewed);
        for record in acts.take(ROWS) {
            self.say(&record.sentence(text::zone()));
        }
        Ok(())
    }

    /// Asks for the ID, since it cannot be taken back; true where nobody is left.
    pub(super) async fn remove(&mut self, user: &User) -> Result<bool, Left> {
        let question = format!(
            "Type {} to remove {} for good, or nothing to go back",
            user.login,
            shape::who(user)
        );
        if self.ask(&question).await? != user.login {
            self.say("Nothing was changed.");
            return Ok(false);
        }
        let remove = async |at: At<'_>| {
            let seat = at.users_delete(Kind::UserRemoved).await?;
            seat.remove_user(&user.id, Some(&user.version)).await
        };
        let removed = self.act(remove).await?;
        if let Ok(receipt) = &removed {
            self.say_all(shape::receipt_lines(user, receipt));
        }
        Ok(removed.is_ok())
    }
}
