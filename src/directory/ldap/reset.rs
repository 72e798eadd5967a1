//! Writing: reset, unlock and the operator's own change, each a receipt of steps.

mod active_directory;
mod own;
mod password_modify;
mod proof;
mod unlock;

use ldap3::Mod;

use super::{
    LdapDirectory,
    connection::{Link, Lost},
    flavour::Flavour,
    lookup::Seen,
    session::{Change, Session, Uncertain},
    state::Mark,
};
use crate::{
    directory::DirectoryError,
    receipt::{PasswordReset, Proof, Receipt, Step, StepOutcome},
    user::{Fact, UserId, Version},
};

/// Where a write goes, and what was there before.
#[derive(Debug)]
pub(super) struct Writing<'a> {
    pub(super) session: &'a Session,
    pub(super) link: Link,
    pub(super) id: &'a UserId,
    pub(super) before: Seen,
}

impl LdapDirectory {
    pub(super) async fn reset(
        &self,
        session: &Session,
        reset: &PasswordReset<'_>,
    ) -> Result<Receipt, DirectoryError> {
        let writing = self.begin(session, reset.user, reset.expected).await?;
        match writing.link.root.flavour {
            Flavour::ActiveDirectory => Box::pin(self.reset_domain_user(&writing, reset)).await,
            _ => Box::pin(self.reset_by_operation(&writing, reset)).await,
        }
    }

    /// Reads the user over the connection that will be written to, and compares.
    async fn begin<'a>(
        &self,
        session: &'a Session,
        id: &'a UserId,
        expected: Option<&Version>,
    ) -> Result<Writing<'a>, DirectoryError> {
        let before = self.see(session, id).await?;
        if let Some(expected) = expected {
            compare(expected, &before)?;
        }
        let link = session.link().await?;
        Ok(Writing {
            session,
            link,
            id,
            before,
        })
    }
}

/// Refuses when the user has changed since the operator looked.
fn compare(expected: &Version, now: &Seen) -> Result<(), DirectoryError> {
    let then = Mark::from_version(expected);
    if then.as_ref().is_some_and(|then| then.matches(&now.mark)) {
        return Ok(());
    }
    let what = match then {
        Some(then) if then.identity != now.mark.identity => {
            "the name now belongs to another account"
        }
        Some(then) if then.password != now.mark.password || then.overtaken(&now.mark) => {
            "password set"
        }
        _ => "must-change or another flag of the account",
    };
    let entry = &now.entry;
    Err(DirectoryError::Conflict {
        by: entry.text("modifiersName"),
        at: entry
            .time("modifyTimestamp")
            .or_else(|| entry.time("whenChanged")),
        what: what.into(),
    })
}

impl Writing<'_> {
    /// The answer was lost: it may or may not have happened.
    async fn unknown(&self, change: Change, lost: &Lost) -> DirectoryError {
        super::lock(&self.session.uncertain).insert(
            self.id.clone(),
            Uncertain {
                change,
                before: self.before.mark.version(),
                server: self.link.server.clone(),
            },
        );
        self.session.drop_link(&self.link).await;
        DirectoryError::OutcomeUnknown(format!(
            "{lost} after the change had been sent: it may or may not have happened"
        ))
    }

    /// Was the user known to be locked?
    fn was_locked(&self) -> bool {
        matches!(self.before.user.state.lock, Fact::Known(Some(_)))
    }

    /// Is the user protected by AdminSDHolder?
    fn protected(&self) -> bool {
        self.before.entry.number("adminCount") == Some(1)
    }

    /// A receipt for this server.
    fn receipt(
        &self,
        steps: Vec<(Step, StepOutcome)>,
        proof: Proof,
        after: Option<&Seen>,
    ) -> Receipt {
        Receipt {
            steps,
            proof,
            version: after.map(|seen| seen.mark.version()),
            server: Some(self.link.server.to_string()),
            recorded: false,
        }
    }
}

fn replace(attribute: &str, values: &[&[u8]]) -> Mod<Vec<u8>> {
    Mod::Replace(
        attribute.as_bytes().to_vec(),
        values.iter().map(|value| value.to_vec()).collect(),
    )
}

/// What the lock looks like after a write.
fn lock_step(asked: bool, was_locked: bool, after: Option<&Seen>) -> StepOutcome {
    let Some(after) = after else {
        return if was_locked || asked {
            StepOutcome::Unknown("the user could not be read again".into())
        } else {
            StepOutcome::NotNeeded
        };
    };
    match &after.user.state.lock {
        Fact::Known(None) if was_locked => StepOutcome::Done,
        Fact::Known(Some(_)) if asked => StepOutcome::Refused("the account is still locked".into()),
        Fact::Unknown(why) if asked => {
            StepOutcome::Unknown(format!("whether it is locked cannot be read: it {why}"))
        }
        Fact::Known(_) | Fact::Unknown(_) => StepOutcome::NotNeeded,
        Fact::NotOffered => StepOutcome::NotOffered("this directory has no locks".into()),
    }
}
