//! Finding a person, and what can be done for them.

use jiff::Timestamp;

use super::{Answer, Left, Talk};
use crate::{
    audit::Kind,
    cli::shape,
    desk::{Beforehand, DeskError, ResetOrder},
    directory::Query,
    password::{Secret, generate::generate, read_back::read_back},
    process,
    receipt::Receipt,
    user::{User, UserId},
};

/// As many as can be listened to.
const ROWS: usize = 9;

impl Talk<'_> {
    /// Asks for a text until somebody is found, or nothing is typed.
    pub(super) async fn find(&mut self) -> Result<(), Left> {
        let opened = async {
            let seat = self.at().users_read(Kind::SearchOpened).await?;
            seat.open_search().await
        };
        let opened = opened.await;
        if let Answer::Refused = self.answer(opened).await? {
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
        let query = Query {
            text: text.to_owned(),
            limit: ROWS,
            offset: 0,
        };
        loop {
            let found = async {
                let seat = self.at().users_read(Kind::SearchOpened).await?;
                seat.search(&query).await
            };
            let found = found.await;
            let found = match self.answer(found).await? {
                Answer::Given(found) => found,
                Answer::Again => continue,
                Answer::Refused => return Ok(Vec::new()),
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
                let words = user.verdict(now);
                self.say(&format!(
                    "{} {}: {}, {kind}",
                    n + 1,
                    words.words(),
                    shape::who(user)
                ));
            }
            return Ok(found.rows);
        }
    }

    /// The page of a person: the verdict first, then what can be done.
    async fn person(&mut self, id: &UserId) -> Result<(), Left> {
        loop {
            let opened = self.open(id).await;
            let (user, may_reset, known) = match self.answer(opened).await? {
                Answer::Given(opened) => opened,
                Answer::Again => continue,
                Answer::Refused => return Ok(()),
            };
            let now = Timestamp::now();
            self.conversation.pause();
            self.say(&format!(
                "{}.",
                user.verdict(now).sentence(now, &process::time_zone())
            ));
            self.say(&format!("{}.", shape::who(&user)));
            for warning in &known.warnings {
                self.say(warning);
            }
            if let Err(error) = may_reset {
                self.say(&format!("You cannot change this account: {error}."));
                return Ok(());
            }
            let choices = [
                "Type a new password",
                "Generate a new password",
                "Unlock, and leave the password alone",
                "Try a password",
            ];
            match self.choose(&choices.map(str::to_owned), "Back").await? {
                None => return Ok(()),
                Some(0) => self.type_password(&user).await?,
                Some(1) => self.generate_password(&user).await?,
                Some(2) => self.unlock(&user).await?,
                Some(_) => self.try_password(&user).await?,
            }
        }
    }

    async fn open(
        &self,
        id: &UserId,
    ) -> Result<(User, Result<(), DeskError>, Beforehand), DeskError> {
        let seat = self.at().users_read(Kind::UserViewed).await?;
        let user = seat.open_user(id).await?;
        let may_reset = self.at().may_reset(&user);
        let known = match may_reset {
            Ok(()) => seat.beforehand(&user.id).await,
            Err(_) => Beforehand::default(),
        };
        Ok((user, may_reset, known))
    }

    async fn type_password(&mut self, user: &User) -> Result<(), Left> {
        let prompt = format!("New password for {}, or nothing to go back", user.login);
        let Some(password) = self.new_password(&prompt).await? else {
            return Ok(());
        };
        self.reset(user, &password, false).await
    }

    async fn generate_password(&mut self, user: &User) -> Result<(), Left> {
        let shape = self.context.loaded.config.generator;
        let context = self.desk.context(user, true);
        match generate(self.desk.profile(), shape, &context) {
            Ok(drawn) => self.reset(user, &drawn.secret, true).await,
            Err(why) => {
                self.say(&format!("Not done: {why}. Nothing was changed."));
                Ok(())
            }
        }
    }

    async fn reset(&mut self, user: &User, password: &Secret, generated: bool) -> Result<(), Left> {
        let reason = self.ask("Reason or ticket, may be empty").await?;
        let question = format!("Reset the password of {}?", shape::who(user));
        if !self.confirms(&question).await? {
            self.say("Nothing was changed.");
            return Ok(());
        }
        let lock = user.state.lock.known();
        loop {
            let order = ResetOrder {
                user: user.id.clone(),
                expected: Some(user.version.clone()),
                password: password.duplicate(),
                generated,
                must_change: true,
                unlock: lock.is_some_and(Option::is_some),
                reason: reason.clone(),
            };
            let done = async {
                let seat = self.at().users_update(Kind::PasswordReset).await?;
                seat.reset(order).await
            };
            let done = done.await;
            let in_doubt = done.as_ref().is_err_and(is_in_doubt);
            match self.answer(done).await? {
                Answer::Again => {}
                Answer::Refused if generated && in_doubt => {
                    self.say("The password that was generated, if it was set:");
                    return self.read_out(password);
                }
                Answer::Refused => return Ok(()),
                Answer::Given(receipt) => {
                    self.receipt(&receipt);
                    if !generated {
                        return Ok(());
                    }
                    self.say("The new password, to be read out:");
                    return self.read_out(password);
                }
            }
        }
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
        let reason = self.ask("Reason or ticket, may be empty").await?;
        if !self
            .confirms(&format!("Unlock {}?", shape::who(user)))
            .await?
        {
            self.say("Nothing was changed.");
            return Ok(());
        }
        loop {
            let done = async {
                let seat = self.at().users_update(Kind::Unlock).await?;
                let version = Some(user.version.clone());
                seat.unlock(&user.id, version, &reason).await
            };
            let done = done.await;
            match self.answer(done).await? {
                Answer::Again => {}
                Answer::Refused => return Ok(()),
                Answer::Given(receipt) => {
                    self.receipt(&receipt);
                    return Ok(());
                }
            }
        }
    }

    async fn try_password(&mut self, user: &User) -> Result<(), Left> {
        let prompt = format!("Password to try for {}, or nothing to go back", user.login);
        let Some(password) = self.ask_secret(&prompt).await? else {
            return Ok(());
        };
        let mut by_grace = false;
        loop {
            let checked = async {
                let seat = self.at().users_update(Kind::PasswordChecked).await?;
                if by_grace {
                    seat.check_by_grace(&user.id, &password).await
                } else {
                    seat.check(&user.id, &password).await
                }
            };
            let checked = checked.await;
            if let Err(grace @ DeskError::UsesGrace(_)) = &checked {
                by_grace = self.confirms(&format!("{grace}. Try it?")).await?;
                if by_grace {
                    continue;
                }
                self.say("Nothing was tried.");
                return Ok(());
            }
            match self.answer(checked).await? {
                Answer::Again => {}
                Answer::Refused => return Ok(()),
                Answer::Given(checked) => {
                    for line in shape::checked_lines(user, &checked) {
                        self.say(&line);
                    }
                    return Ok(());
                }
            }
        }
    }

    /// What a write did, a line a step.
    pub(super) fn receipt(&self, receipt: &Receipt) {
        let lines = shape::own_receipt_lines(receipt);
        if lines.is_empty() {
            self.say("There was nothing to do.");
        }
        for line in lines {
            self.say(&line);
        }
    }
}

/// May the password be in force all the same?
fn is_in_doubt(error: &DeskError) -> bool {
    use crate::directory::DirectoryError;
    matches!(
        error,
        DeskError::OutcomeNotRecorded(_) | DeskError::Directory(DirectoryError::OutcomeUnknown(_))
    )
}
