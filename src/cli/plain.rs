//! `halligan --plain`: the same desk as numbered questions, for screen readers, dumb terminals, slow
//! lines and transcripts. What is judged, done and recorded is the desk's, as everywhere.

mod caller;
mod conversation;
mod definitions;
mod details;
mod person;
mod record;
mod records;

use std::{sync::Arc, time::Duration};

use self::conversation::{Conversation, Heard};
use super::{Context, Exit, Failure, notices, shape};
use crate::{
    desk::{At, Desk, DeskError, Session},
    operator::Operator,
    password::Secret,
    process,
};

/// Why a question was left without an answer.
#[derive(Debug)]
enum Left {
    /// The terminal went away, or the input has ended.
    Gone,
    /// The operator has signed out, or may not go on.
    SignedOut,
    /// The program itself failed.
    Failed(Failure),
}

impl From<Failure> for Left {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The operator at the desk, and the terminal between them.
struct Talk<'a> {
    context: &'a Context,
    desk: Desk,
    session: Arc<Session>,
    conversation: &'a Conversation,
}

/// Asks line by line until nobody signs in any more.
pub(super) async fn run(context: &Context, desk: Desk) -> Result<Exit, Failure> {
    let conversation = Conversation::begin()?;
    let ended = conduct(context, &desk, &conversation).await;
    desk.tidy().await;
    match ended {
        Ok(()) | Err(Left::Gone | Left::SignedOut) => Ok(Exit::Done),
        Err(Left::Failed(failure)) => Err(failure),
    }
}

async fn conduct(context: &Context, desk: &Desk, conversation: &Conversation) -> Result<(), Left> {
    let agency = &context.loaded.config.agency;
    let place = [agency.as_str(), &desk.capabilities().name]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    conversation.say(&format!("Halligan. {place}."));
    if desk
        .needs_first_administrator()
        .await
        .map_err(Failure::from)?
    {
        return Err(Failure::new(
            Exit::Usage,
            "this store has no administrator yet",
            "Nothing was changed.",
            "Make the first one with `halligan init`.",
        )
        .into());
    }
    while let Some(session) = sign_in(context, desk, conversation).await? {
        let mut talk = Talk {
            context,
            desk: desk.clone(),
            session,
            conversation,
        };
        let left = talk.serve().await;
        match left {
            Ok(()) | Err(Left::SignedOut) => {
                if let Err(error) = desk.sign_out(&talk.session).await {
                    talk.tell(&error);
                }
                conversation.say("Signed out.");
            }
            Err(Left::Gone) => {
                let source = process::source();
                let lost = desk.connection_lost(Some(&talk.session), &source, None);
                return lost.await.map_err(|error| Failure::from(error).into());
            }
            failed @ Err(Left::Failed(_)) => return failed,
        }
    }
    Ok(())
}

/// Asks who is there until somebody is, or an empty line ends the program.
async fn sign_in(
    context: &Context,
    desk: &Desk,
    conversation: &Conversation,
) -> Result<Option<Arc<Session>>, Left> {
    loop {
        let (login, password) = if context.loaded.config.asks_for_password() {
            let Heard::Said(login) = conversation.ask("Your email, or nothing to end", FOREVER)
            else {
                return Err(Left::Gone);
            };
            if login.is_empty() {
                return Ok(None);
            }
            match conversation.ask_secret("Your password", FOREVER) {
                Heard::Said(Ok(password)) => (login, password),
                Heard::Said(Err(why)) => {
                    conversation.say(&why);
                    continue;
                }
                Heard::Nothing | Heard::Gone => return Err(Left::Gone),
            }
        } else {
            match conversation.ask("Press Enter to sign in, or type 0 to end", FOREVER) {
                Heard::Said(answer) if answer == "0" => return Ok(None),
                Heard::Said(_) => {}
                Heard::Nothing | Heard::Gone => return Err(Left::Gone),
            }
            let nothing = Secret::from_typed("").map_err(|error| {
                Failure::new(Exit::Failed, &error.to_string(), "Nothing was changed.", "")
            })?;
            (String::new(), nothing)
        };
        match desk.sign_in(&login, &password, &process::source()).await {
            Ok(session) => return Ok(Some(session)),
            Err(error) => say_error(conversation, &error),
        }
    }
}

/// Nobody is signed in: there is nothing to lock.
const FOREVER: Duration = Duration::from_hours(24 * 365);

/// What happened, what was changed, what to do now.
fn say_error(conversation: &Conversation, error: &DeskError) {
    conversation.say(&format!("Not done: {error}."));
    for line in [error.changed(), &error.cure()] {
        if !line.is_empty() {
            conversation.say(line);
        }
    }
}

impl Talk<'_> {
    fn at(&self) -> At<'_> {
        self.desk.at(&self.session)
    }

    fn operator(&self) -> Arc<Operator> {
        self.session.operator()
    }

    fn say(&self, line: &str) {
        self.conversation.say(line);
    }

    fn say_all(&self, lines: Vec<String>) {
        for line in lines {
            self.say(&line);
        }
    }

    fn tell(&self, error: &DeskError) {
        say_error(self.conversation, error);
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(u64::from(self.desk.profile().idle_lock_min.max(1)) * 60)
    }

    /// Asks; locks when nobody answers, and asks again once the operator has come back.
    async fn ask(&mut self, prompt: &str) -> Result<String, Left> {
        loop {
            match self.conversation.ask(prompt, self.patience()) {
                Heard::Said(answer) => return Ok(answer),
                Heard::Nothing => self.lock().await?,
                Heard::Gone => return Err(Left::Gone),
            }
        }
    }

    /// Asks for a secret; `None` where nothing was typed.
    async fn ask_secret(&mut self, prompt: &str) -> Result<Option<Secret>, Left> {
        loop {
            match self.conversation.ask_secret(prompt, self.patience()) {
                Heard::Said(Ok(secret)) if secret.is_empty() => return Ok(None),
                Heard::Said(Ok(secret)) => return Ok(Some(secret)),
                Heard::Said(Err(why)) => self.say(&why),
                Heard::Nothing => self.lock().await?,
                Heard::Gone => return Err(Left::Gone),
            }
        }
    }

    /// Numbers the choices; the index of the one that was chosen, `None` for going back.
    async fn choose(&mut self, choices: &[String], back: &str) -> Result<Option<usize>, Left> {
        for (n, choice) in choices.iter().enumerate() {
            self.say(&format!("{} {choice}", n + 1));
        }
        self.say(&format!("0 {back}"));
        loop {
            let answer = self.ask("Number").await?;
            match answer.parse::<usize>() {
                Ok(0) => return Ok(None),
                Ok(n) if n <= choices.len() => return Ok(Some(n - 1)),
                Ok(_) | Err(_) => {
                    self.say(&format!("Type a number from 0 to {}.", choices.len()));
                }
            }
        }
    }

    /// A yes that is typed; anything else is a no.
    async fn confirms(&mut self, question: &str) -> Result<bool, Left> {
        let answer = self.ask(&format!("{question} Type yes or no")).await?;
        Ok(answer.eq_ignore_ascii_case("yes") || answer.eq_ignore_ascii_case("y"))
    }

    /// Locks the session, by request or because nobody was there.
    async fn lock(&mut self) -> Result<(), Left> {
        if let Err(error) = self.desk.lock(&self.session).await {
            self.tell(&error);
        }
        self.conversation.pause();
        self.say("Locked.");
        self.prove("Your password to go on, or nothing to sign out")
            .await
    }

    /// The operator gives the password again.
    async fn prove(&self, prompt: &str) -> Result<(), Left> {
        loop {
            match self.conversation.ask_secret(prompt, FOREVER) {
                Heard::Said(Ok(password)) if password.is_empty() => return Err(Left::SignedOut),
                Heard::Said(Ok(password)) => {
                    match self.desk.reauthenticate(&self.session, &password).await {
                        Ok(()) => return Ok(()),
                        Err(error) => self.tell(&error),
                    }
                }
                Heard::Said(Err(why)) => self.say(&why),
                Heard::Nothing | Heard::Gone => return Err(Left::Gone),
            }
            self.may_go_on()?;
        }
    }

    /// An operator who has changed since the sign-in is told what has, and signed out.
    fn may_go_on(&self) -> Result<(), Left> {
        match self.session.change() {
            Some(change) => {
                self.say(&format!("Signed out: {change}."));
                Err(Left::SignedOut)
            }
            None => Ok(()),
        }
    }

    /// Does `act`, once more where the operator's password was due for it. An error has been told
    /// when it comes back.
    async fn act<T>(
        &mut self,
        act: impl AsyncFn(At<'_>) -> Result<T, DeskError>,
    ) -> Result<Result<T, DeskError>, Left> {
        loop {
            let error = match act(self.at()).await {
                Ok(done) => return Ok(Ok(done)),
                Err(error) => error,
            };
            self.may_go_on()?;
            if !matches!(error, DeskError::StepUp | DeskError::SessionLocked) {
                self.tell(&error);
                return Ok(Err(error));
            }
            self.prove("Your own password once more, or nothing to sign out")
                .await?;
        }
    }

    async fn serve(&mut self) -> Result<(), Left> {
        let operator = self.operator();
        self.say(&format!(
            "Signed in: {} ({}).",
            operator.name, operator.login
        ));
        if self.session.must_change() {
            self.say("You must choose a new password of your own first.");
            self.own_password().await?;
            if self.session.must_change() {
                return Err(Left::SignedOut);
            }
        }
        let (desk, session) = (self.desk.clone(), Arc::clone(&self.session));
        let told = async |_: At<'_>| notices::lines(&desk, &session).await;
        if let Ok(lines) = self.act(told).await? {
            self.say_all(lines);
        }
        loop {
            self.conversation.pause();
            let choices = [
                "Find a person",
                "Changes whose outcome is not known",
                "The last records of the audit",
                "My password",
                "Lock",
                "Roles",
                "Fields of the site",
            ];
            let choices = choices.map(str::to_owned);
            match self.choose(&choices, "Sign out").await? {
                None => return Ok(()),
                Some(0) => self.find().await?,
                Some(1) => self.unsettled().await?,
                Some(2) => self.audit().await?,
                Some(3) => self.own_password().await?,
                Some(4) => self.lock().await?,
                Some(5) => self.roles().await?,
                Some(_) => self.fields().await?,
            }
        }
    }

    async fn own_password(&mut self) -> Result<(), Left> {
        let Some(old) = self
            .ask_secret("Your password of now, or nothing to go back")
            .await?
        else {
            return Ok(());
        };
        let Some(new) = self
            .new_password("Your new password, or nothing to go back")
            .await?
        else {
            return Ok(());
        };
        let change = async |at: At<'_>| at.own_account().await?.change_password(&old, &new).await;
        if let Ok(receipt) = self.act(change).await? {
            self.say_all(shape::own_receipt_lines(&receipt));
        }
        Ok(())
    }

    /// A password that is typed twice alike; `None` for going back.
    async fn new_password(&mut self, prompt: &str) -> Result<Option<Secret>, Left> {
        loop {
            let Some(first) = self.ask_secret(prompt).await? else {
                return Ok(None);
            };
            let Some(second) = self.ask_secret("The same again").await? else {
                return Ok(None);
            };
            if first.expose() == second.expose() {
                return Ok(Some(first));
            }
            self.say("The two differ. Once more.");
        }
    }
}
