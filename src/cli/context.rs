//! What a subcommand works with: configuration, output, and the desk with an operator at it.

use std::{pin::pin, sync::Arc, time::Duration};

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{Failure, Output, notices, secret_input::OperatorOptions};
use crate::{
    config::{DirectoryKind, Loaded, open_desk, open_desk_unasked},
    desk::{At, Desk, LostAnswer, LostWatch, Session},
    process,
    store::{Missing, held_for},
};

/// A wait for another program that is shorter needs no word.
const PATIENCE: Duration = Duration::from_secs(1);
const LOOKS: Duration = Duration::from_millis(250);

/// What every subcommand is given.
#[derive(Debug, Clone)]
pub struct Context {
    /// The configuration and where it came from.
    pub loaded: Loaded,
    /// Where results go.
    pub out: Output,
    /// Do not ask before what cannot be undone.
    pub yes: bool,
    /// Who does it.
    pub operator: OperatorOptions,
    /// Tells of answers that are lost.
    pub lost: LostWatch,
}

/// An operator who has signed in, at the desk.
#[derive(Debug)]
pub struct SignedIn {
    /// The desk.
    pub desk: Desk,
    /// The operator's session.
    pub session: Arc<Session>,
}

impl SignedIn {
    /// The operator about to take a seat.
    pub fn at(&self) -> At<'_> {
        self.desk.at(&self.session)
    }
}

impl Context {
    /// Opens the desk without signing in, on a store that must be there.
    pub async fn desk(&self) -> Result<Desk, Failure> {
        let config = &self.loaded.config;
        // Before an LDAP directory the store holds the record alone: nobody becomes an administrator
        // by a new one, and at its usual place nothing else makes it.
        let missing = if config.directory == DirectoryKind::Ldap && !self.loaded.names_store() {
            Missing::Make
        } else {
            Missing::Refuse
        };
        let desk = open_desk(config, missing).await?;
        Ok(desk.watched_by(self.lost.clone()))
    }

    /// The same without asking any server that the users may live at.
    pub async fn desk_unasked(&self) -> Result<Desk, Failure> {
        Ok(open_desk_unasked(&self.loaded.config, Missing::Refuse).await?)
    }

    /// Waits for `work`, and says once when another program holds the store. When the answer to a
    /// write is lost, it says so before each look. Ctrl-C during a write or a look ends the waiting,
    /// and the command tells what is known.
    pub async fn patiently<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        let mut told = false;
        let mut lost = self.lost.told();
        let mut writing = self.lost.writing();
        let mut looking = false;
        let mut interrupts = None;
        loop {
            // Before a write, and at a prompt, Ctrl-C ends the program as ever.
            if looking || *writing.borrow_and_update() {
                interrupts = interrupts.or_else(|| signal(SignalKind::interrupt()).ok());
            }
            tokio::select! {
                done = &mut work => return done,
                Ok(()) = writing.changed() => {}
                Ok(()) = lost.changed() => {
                    let answer = lost.borrow_and_update().clone();
                    looking = answer.is_some();
                    if let Some(answer) = answer {
                        // Nobody is left to be told when the stream is closed.
                        let _ = self.out.remark(&waiting(&answer));
                    }
                }
                () = pressed(&mut interrupts) => {
                    if looking {
                        self.lost.leave();
                    } else {
                        // As above.
                        let _ = self.out.remark(
                            "A change is being saved; Halligan ends as soon as it can tell what \
                             became of it.",
                        );
                        self.lost.interrupt();
                    }
                }
                () = tokio::time::sleep(LOOKS), if !told => {
                    if held_for().is_some_and(|time| time >= PATIENCE) {
                        told = true;
                        // Nobody is left to be told when the stream is closed.
                        let _ = self.out.remark("Waiting for another program that holds the store.");
                    }
                }
            }
        }
    }

    /// The same for whoever sets a store up: one that is not there is made.
    pub async fn desk_on_new_store(&self) -> Result<Desk, Failure> {
        Ok(open_desk(&self.loaded.config, Missing::Make).await?)
    }

    /// Signs the operator in, tells what an administrator is to know, does `work`, signs out
    /// whatever came of it.
    pub async fn at_desk<T>(
        &self,
        work: impl AsyncFnOnce(&SignedIn) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.at_desk_without_notices(async |signed_in| {
            for line in notices::lines(&signed_in.desk, &signed_in.session).await? {
                self.out.remark(&line)?;
            }
            work(signed_in).await
        })
        .await
    }

    /// The same for a command that tells them itself.
    pub async fn at_desk_without_notices<T>(
        &self,
        work: impl AsyncFnOnce(&SignedIn) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        // The files are looked at before anything is opened or asked.
        let (login, password) = self.operator.read(self.loaded.config.asks_for_password())?;
        let desk = self.desk().await?;
        let source = process::source();
        let session = self
            .patiently(desk.sign_in(&login, &password, &source))
            .await?;
        let signed_in = SignedIn { desk, session };
        let done = self.patiently(Box::pin(work(&signed_in))).await;
        let left = self
            .patiently(signed_in.desk.sign_out(&signed_in.session))
            .await;
        signed_in.desk.tidy().await;
        let done = done?;
        if let Err(error) = left {
            // What was done is told all the same: nothing of it depends on this record.
            let _ = self
                .out
                .remark(&format!("The sign-out was not recorded: {error}"));
        }
        Ok(done)
    }
}

/// Waits for Ctrl-C, where it is listened for.
async fn pressed(interrupts: &mut Option<Signal>) {
    match interrupts {
        Some(interrupts) => {
            interrupts.recv().await;
        }
        None => std::future::pending().await,
    }
}

fn waiting(lost: &LostAnswer) -> String {
    let seconds = lost.next.as_millis().div_ceil(1000);
    let looks = match lost.left {
        1 => "for the last time".to_owned(),
        left => format!("{left} looks to come"),
    };
    format!(
        "Not known yet whether it was done: {}. Looking again in {seconds} s ({looks}); Ctrl-C ends \
         the waiting, not the change.",
        lost.what
    )
}
