//! Finding a person, and what can be done for them.

use jiff::Timestamp;

use super::{Left, Talk, record::Act};
use crate::{
    audit::Kind,
    cli::shape,
    desk::{At, Beforehand, DeskError, ResetOrder},
    directory::Query,
    password::{Secret, read_back::read_back},
    text,
    user::{User, UserId},
};

/// As many as can be listened to.
const ROWS: usize = 9;

impl Talk<'_> {
    /// Asks for a text until somebody is found, or nothing is typed.
    pub(super) async fn find(&mut self) -> Result<(), Left> {
        let open = async |at: At<'_>| at.users_read(Kind::SearchOpened).await?.open_search().await;
        if self.act(open).await?.is_err() {
            return Ok(());
        }
        let mut rows: Vec<User> = Vec::new();
        loop {
            let prompt = if rows.is_empty() {
                "ID, email or name, or nothing to go back"
            } else {
                "Number, another text, or nothing to go back"
            };
            let text = self.ask(prompt).await?;
            if text.is_empty() {
                return Ok(());
            }
            let chosen = text.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            if let Some(user) = chosen.and_then(|n| rows.get(n)) {
                let id = user.id.clone();
                self.person(&id).await?;
                rows.clear();
                continue;
            }
            rows = self.search(&text).await?;
        }
    }

    async fn search(&mut self, text: &str) -> Result<Vec<User>, Left> {
        let query = match Query::typed(text) {
            Ok(query) => Query {
                limit: ROWS,
                ..query
            },
            Err(error) => {
                self.say(&format!("{error}."));
                return Ok(Vec::new());
            }
        };
        let search = async |at: At<'_>| {
            let seat = at.users_read(Kind::SearchOpened).await?;
            seat.search(&query).await
        };
        let Ok(found) = self.act(search).await? else {
            return Ok(Vec::new());
        };
        if let Some(remark) = &found.remark {
            self.say(remark);
        }
        if found.rows.is_empty() {
            self.say(&format!("Nobody matches \"{text}\"."));
            return Ok(found.rows);
        }
        self.say(&format!("{}.", found.total));
        let now = Timestamp::now();
        for (n, user) in found.rows.iter().enumerate() {
            let kind = user.kind.known().map_or("", |kind| kind.word());
            let state = user.verdict(now).words();
            self.say(&format!("{} {state}: {}, {kind}", n + 1, shape::who(user)));
        }
        Ok(found.rows)
    }

    /// The page of a person: the verdict first, then what can be done.
    async fn person(&mut self, id: &UserId) -> Result<(), Left> {
        loop {
            let Ok((user, may_reset, known)) = self.act(async |at| open(at, id).await).await?
            else {
                return Ok(());
            };
            let now = Timestamp::now();
            self.conversation.pause();
            self.say(&format!(
                "{}.",
                user.verdict(now).sentence(now, text::zone())
            ));
            self.say(&format!("{}.", shape::who(&user)));
            self.say_all(known.callers.lines(text::zone()));
            for warning in &known.warnings {
                self.say(warning);
            }
            if let Err(error) = may_reset {
                self.say(&format!("You cannot change this account: {error}."));
                return Ok(());
            }
            let offered = self.offered(&user, now);
            let choices: Vec<String> = offered.iter().map(|act| act.words().to_owned()).collect();
            let Some(chosen) = self.choose(&choices, "Back").await? else {
                return Ok(());
            };
            match offered.get(chosen).copied().unwrap_or(Act::TypePassword) {
                Act::TypePassword => self.type_password(&user).await?,
                Act::GeneratePassword => self.generate_password(&user, &known).await?,
                Act::Unlock => self.unlock(&user).await?,
                Act::TryPassword => self.try_password(&user).await?,
                Act::Enable => self.set_status(&user, true).await?,
                Act::Disable => self.set_status(&user, false).await?,
                Act::ChangeDetails => self.change_details(&user).await?,
                Act::GiveRole => self.give_role(&user).await?,
                Act::EndSessions => self.end_sessions(&user).await?,
                Act::VerifyCaller => self.verify_caller(&user).await?,
                Act::TurnAway => self.turn_away(&user).await?,
                Act::History => self.history(&user).await?,
                Act::Remove => {
                    if self.remove(&user).await? {
                        return Ok(());
                    }
                }
            }
        }
    }

    async fn type_password(&mut self, user: &User) -> Result<(), Left> {
        let prompt = format!("New password for {}, or nothing to go back", user.login);
        let Some(password) = self.new_password(&prompt).await? else {
            return Ok(());
        };
        self.reset(user, &password, false).await
    }

    async fn generate_password(&mut self, user: &User, known: &Beforehand) -> Result<(), Left> {
        let shape = self.context.loaded.config.generator;
        match self.desk.generate(user, shape, known.policy.as_ref()) {
            Ok(drawn) => self.reset(user, &drawn.secret, true).await,
            Err(why) => {
                self.say(&format!("Not done: {why}. Nothing was changed."));
                Ok(())
            }
        }
    }

    async fn reset(&mut self, user: &User, password: &Secret, generated: bool) -> Result<(), Left> {
        let question = format!("Reset the password of {}?", shape::who(user));
        let Some(reason) = self.agreed(&question).await? else {
            return Ok(());
        };
        let is_locked = user.state.lock.known().is_some_and(Option::is_some);
        let reset = async |at: At<'_>| {
            let order = ResetOrder {
                user: user.id.clone(),
                expected: Some(user.version.clone()),
                password: password.duplicate(),
                generated,
                must_change: true,
                unlock: is_locked,
                reason: reason.clone(),
            };
            let seat = at.users_update(Kind::PasswordReset).await?;
            seat.reset(order).await
        };
        let head = match self.act(reset).await? {
            Ok(receipt) => {
                self.say_all(shape::receipt_lines(user, &receipt));
                "The new password, to be read out:"
            }
            Err(error) if error.may_be_in_force() => {
                "The password that was generated, if it was set:"
            }
            Err(_) => return Ok(()),
        };
        if !generated {
            return Ok(());
        }
        self.say(head);
        self.read_out(password)
    }

    /// The password, and then how it is spelled.
    fn read_out(&self, password: &Secret) -> Result<(), Left> {
        let lines = read_back(password.expose(), self.context.loaded.config.read_back);
        let told = std::iter::once(password.expose()).chain(lines.iter().map(|line| line.as_str()));
        for line in told {
            if self.conversation.tell_secret(line).is_err() {
                return Err(Left::Gone);
            }
        }
        Ok(())
    }

    async fn unlock(&mut self, user: &User) -> Result<(), Left> {
        let question = format!("Unlock {}?", shape::who(user));
        let Some(reason) = self.agreed(&question).await? else {
            return Ok(());
        };
        let unlock = async |at: At<'_>| {
            let seat = at.users_update(Kind::Unlock).await?;
            let version = Some(user.version.clone());
            seat.unlock(&user.id, version, &reason).await
        };
        if let Ok(receipt) = self.act(unlock).await? {
            self.say_all(shape::receipt_lines(user, &receipt));
        }
        Ok(())
    }

    async fn try_password(&mut self, user: &User) -> Result<(), Left> {
        let prompt = format!("Password to try for {}, or nothing to go back", user.login);
        let Some(password) = self.ask_secret(&prompt).await? else {
            return Ok(());
        };
        let mut by_grace = false;
        loop {
            // A grace sign-in that would be used up is a question, not a failure.
            let check = async |at: At<'_>| {
                let seat = at.users_update(Kind::PasswordChecked).await?;
                let checked = if by_grace {
                    seat.check_by_grace(&user.id, &password).await
                } else {
                    seat.check(&user.id, &password).await
                };
                match checked {
                    Err(grace @ DeskError::UsesGrace(_)) => Ok(Err(grace)),
                    checked => checked.map(Ok),
                }
            };
            match self.act(check).await? {
                Ok(Ok(checked)) => self.say_all(shape::checked_lines(user, &checked)),
                Ok(Err(grace)) if self.confirms(&format!("{grace}. Try it?")).await? => {
                    by_grace = true;
                    continue;
                }
                Ok(Err(_)) => self.say("Nothing was tried."),
                Err(_) => {}
            }
            return Ok(());
        }
    }
}

/// The user, whether the operator may reset the password, and what to know beforehand.
async fn open(
    at: At<'_>,
    id: &UserId,
) -> Result<(User, Result<(), DeskError>, Beforehand), DeskError> {
    let seat = at.users_read(Kind::UserViewed).await?;
    let user = seat.open_user(id).await?;
    let may_reset = at.may_reset(&user);
    let known = match may_reset {
        Ok(()) => seat.beforehand(&user.id).await,
        Err(_) => Beforehand::default(),
    };
    Ok((user, may_reset, known))
}
