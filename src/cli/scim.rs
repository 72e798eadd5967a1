//! `halligan scim …`

use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    Context, Exit, Failure, config::told, context::SignedIn, receipt, secret_input::confirm, shape,
};
use crate::{
    audit::Kind,
    config::DirectoryKind,
    directory::{FindingVerdict, Query},
    receipt::Ending,
    user::User,
};

/// Look at the SCIM server behind the directory.
#[derive(Debug, Args)]
pub struct Scim {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Probe(Probe),
}

/// Find out what this server can prove of a reset. Resets the password of the account that scim.canary
/// names, after a question, tries it where scim.verify names a sign-in, and a wrong one too; says what
/// was seen and which word of docs/proof.md a reset there gets. Ends with 0 where a reset is proved,
/// 13 where it is only accepted, 12 where it is not known.
#[derive(Debug, Args)]
struct Probe {}

impl Scim {
    /// Runs the subcommand.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.command {
            Command::Probe(probe) => probe.run(context).await,
        }
    }
}

impl Probe {
    async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let config = &context.loaded.config;
        let canary = config.scim.canary.trim();
        if config.directory != DirectoryKind::Scim || canary.is_empty() {
            return Err(Failure::new(
                Exit::Configuration,
                "there is no SCIM server with an account to probe it on",
                "Nothing was changed.",
                "Set directory = \"scim\" and scim.canary to the userName of an account that nobody uses.",
            ));
        }
        let (user, receipt, findings) = context
            .at_desk(async |signed_in| {
                let user = find(signed_in, canary).await?;
                signed_in.at().may_reset(&user)?;
                let question = format!(
                    "Reset the password of {}, which scim.canary names? Nobody will know the new one.",
                    shape::who(&user)
                );
                confirm(&question, context.yes)?;
                let drawn = signed_in.desk.generate(&user, config.generator, None);
                let drawn = drawn
                    .map_err(|why| Failure::new(Exit::Failed, &why, "Nothing was changed.", ""))?;
                let seat = signed_in.at().users_update(Kind::PasswordReset).await?;
                let (receipt, findings) =
                    seat.probe(&user.id, &user.version, drawn.secret).await?;
                Ok((user, receipt, findings))
            })
            .await?;
        let mut document = receipt::document(&user, &receipt);
        document["findings"] = json!(findings);
        let proof = receipt.proof.sentence();
        context
            .out
            .result(&document, [format!("{canary}: {proof}")])?;
        for finding in &findings {
            told(context, finding)?;
        }
        let is_wrong = findings
            .iter()
            .any(|it| it.verdict == FindingVerdict::Wrong);
        Ok(match receipt.ending() {
            Ending::NotKnown => Exit::Unknown,
            _ if receipt.proof.is_certain() && !is_wrong => Exit::Done,
            Ending::Refused
            | Ending::CannotSignIn
            | Ending::Accepted
            | Ending::Partial
            | Ending::SignInNotKnown
            | Ending::Done => Exit::Partial,
        })
    }
}

/// The account of exactly this ID.
async fn find(signed_in: &SignedIn, canary: &str) -> Result<User, Failure> {
    let query = Query {
        text: canary.to_owned(),
        limit: 20,
        offset: 0,
        ..Query::default()
    };
    let seat = signed_in.at().users_read(Kind::SearchOpened).await?;
    let found = seat.search(&query).await?.rows;
    let same = |user: &User| user.login.to_lowercase() == canary.to_lowercase();
    found.into_iter().find(same).ok_or_else(|| {
        Failure::new(
            Exit::NotFound,
            &format!("the server has no user '{canary}', which scim.canary names"),
            "Nothing was changed.",
            "Add an account for it that nobody uses, or name another.",
        )
    })
}
