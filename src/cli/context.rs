//! What a subcommand works with: configuration, output, and the desk with an operator at it.

use std::sync::Arc;

use super::{Failure, Output, secret_input::OperatorOptions};
use crate::{
    config::{Loaded, open_desk},
    desk::{At, Desk, Session},
    process,
};

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
    /// Opens the desk without signing in.
    pub async fn desk(&self) -> Result<Desk, Failure> {
        Ok(open_desk(&self.loaded.config).await?)
    }

    /// Signs the operator in, does `work`, signs out whatever came of it.
    pub async fn at_desk<T>(
        &self,
        work: impl AsyncFnOnce(&SignedIn) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        // The files are looked at before anything is opened or asked.
        let (login, password) = self.operator.read(self.loaded.config.asks_for_password())?;
        let desk = self.desk().await?;
        let session = desk.sign_in(&login, &password, &process::source()).await?;
        let signed_in = SignedIn { desk, session };
        let done = work(&signed_in).await;
        let left = signed_in.desk.sign_out(&signed_in.session).await;
        signed_in.desk.tidy().await;
        let done = done?;
        left?;
        Ok(done)
    }
}
