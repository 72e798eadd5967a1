//! What every write has in common: the user before it, the user after it, and the receipt.

use std::time::Duration;

use ldap3::Mod;

use super::{
    connection::Link,
    directory::LdapDirectory,
    lost::Lost,
    mutex::lock,
    read::Seen,
    refusal::{Tried, refused},
    result_code as code,
    session::{Change, Session, Uncertain},
    version::Mark,
};
use crate::{
    directory::{Deadline, DirectoryError},
    receipt::{Proof, Receipt, Step, StepOutcome},
    user::{Fact, UserId, Version},
};

/// A write is not begun with less time than this for its answer: what became of it would only be
/// guessed at.
const ROOM: Duration = Duration::from_millis(500);

/// Where a write goes, and what was there before.
#[derive(Debug)]
pub(super) struct Writing<'a> {
    pub(super) session: &'a Session,
    pub(super) link: Link,
    pub(super) id: &'a UserId,
    /// What the operator has seen.
    pub(super) expected: Option<Mark>,
    pub(super) before: Seen,
}

impl LdapDirectory {
    /// Reads the user over the connection that will be written to, and compares.
    pub(super) async fn begin<'a>(
        &self,
        session: &'a Session,
        id: &'a UserId,
        expected: Option<&Version>,
    ) -> Result<Writing<'a>, DirectoryError> {
        let before = self.read_user(session, id).await?;
        if Deadline::left().is_some_and(|left| left < ROOM) {
            return Err(DirectoryError::Unavailable {
                message: format!(
                    "reading the user took so long that nothing was sent: the {} s of an act are \
                     as good as over",
                    self.connector.settings.act_timeout().as_secs_f32()
                ),
                cure: "Try again; look whether the server and the network are up.".into(),
                raw: None,
            });
        }
        if let Some(expected) = expected {
            compare(expected, &before)?;
        }
        let link = session.link().await?;
        Ok(Writing {
            session,
            link,
            id,
            expected: expected.and_then(Mark::from_version),
            before,
        })
    }

    /// Reads the user once more at the server that was written; another may not know yet.
    pub(super) async fn again(&self, writing: &Writing<'_>) -> Option<Seen> {
        let (session, id) = (writing.session, writing.id);
        match self.read_over(session, &writing.link, id).await {
            Ok(seen) => return seen,
            Err(lost) => {
                tracing::warn!(%lost, "could not read the user again");
                session.drop_link(&writing.link).await;
            }
        }
        let link = session.link().await.ok()?;
        if link.server != writing.link.server {
            return None;
        }
        self.read_over(session, &link, id).await.ok().flatten()
    }
}

impl LdapDirectory {
    /// Sends a modify that takes values away as they were seen, and reads the user again. Where such a
    /// value is no longer there, nothing of the modify is done (RFC 4511 section 4.6); `what` names it.
    pub(super) async fn modified(
        &self,
        writing: &Writing<'_>,
        changes: Vec<Mod<Vec<u8>>>,
        tried: Tried,
        what: impl FnOnce(&Seen) -> String,
    ) -> Result<Option<Seen>, DirectoryError> {
        let link = &writing.link;
        match link.modify(&writing.id.0, changes, Vec::new()).await {
            Ok(result) if result.rc == code::SUCCESS => Ok(self.again(writing).await),
            Ok(result) if result.rc == code::NO_SUCH_ATTRIBUTE => {
                let now = self.again(writing).await;
                let now = now.as_ref().unwrap_or(&writing.before);
                Err(conflict(now, &what(now)))
            }
            Ok(result) => Err(refused(&result, link, tried, writing.protected())),
            Err(lost) => Err(writing.lost(&lost).await),
        }
    }
}

/// Refuses when the user has changed since the operator looked.
pub(super) fn compare(expected: &Version, now: &Seen) -> Result<(), DirectoryError> {
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
    Err(conflict(now, what))
}

/// Somebody else was there: who and when, as far as the entry tells.
pub(super) fn conflict(now: &Seen, what: &str) -> DirectoryError {
    let entry = &now.entry;
    DirectoryError::Conflict {
        by: entry.text("modifiersName"),
        at: entry
            .time("modifyTimestamp")
            .or_else(|| entry.time("whenChanged")),
        what: what.into(),
    }
}

impl Writing<'_> {
    /// The answer was lost: it may or may not have happened.
    pub(super) async fn unknown(&self, change: Change, lost: &Lost) -> DirectoryError {
        lock(&self.session.uncertain).insert(
            self.id.clone(),
            Uncertain {
                change,
                before: self.before.mark.version(),
                server: self.link.server.clone(),
            },
        );
        self.lost(lost).await
    }

    /// The same of a change that the user itself shows, so that nothing has to be remembered of it.
    pub(super) async fn lost(&self, lost: &Lost) -> DirectoryError {
        self.session.drop_link(&self.link).await;
        DirectoryError::OutcomeUnknown(format!(
            "{lost} after the change had been sent: it may or may not have happened"
        ))
    }

    /// Was the user known to be locked?
    pub(super) fn was_locked(&self) -> bool {
        matches!(self.before.user.state.lock, Fact::Known(Some(_)))
    }

    /// Is the user protected by AdminSDHolder?
    pub(super) fn protected(&self) -> bool {
        self.before.entry.number("adminCount") == Some(1)
    }

    /// A receipt for this server, of a write of no attributes that a change writes.
    pub(super) fn receipt(
        &self,
        steps: Vec<(Step, StepOutcome)>,
        proof: Proof,
        after: Option<&Seen>,
    ) -> Receipt {
        let mut mark = after.map(|after| after.mark.clone());
        if let (Some(mark), Some(expected)) = (&mut mark, &self.expected) {
            mark.values.clone_from(&expected.values);
        }
        Receipt {
            steps,
            proof,
            version: mark.map(|mark| mark.version()),
            server: Some(self.link.server.to_string()),
            after: None,
            recorded: false,
        }
    }
}

pub(super) fn replace(attribute: &str, values: &[&[u8]]) -> Mod<Vec<u8>> {
    Mod::Replace(
        attribute.as_bytes().to_vec(),
        values.iter().map(|value| value.to_vec()).collect(),
    )
}

/// What the lock looks like after a write.
pub(super) fn lock_step(asked: bool, was_locked: bool, after: Option<&Seen>) -> StepOutcome {
    let Some(after) = after else {
        return if was_locked || asked {
            StepOutcome::Unknown("the user could not be read again".into())
        } else {
            StepOutcome::NotNeeded
        };
    };
    match &after.user.state.lock {
        Fact::Known(None) if was_locked => StepOutcome::Done,
        Fact::Known(Some(_)) if asked => StepOutcome::Refused("STILL LOCKED".into()),
        // A new password alone does not let a locked user in.
        Fact::Known(Some(_)) => StepOutcome::NotOffered(
            "STILL LOCKED: a reset leaves the lock on here, and an unlock was not asked for".into(),
        ),
        Fact::Unknown(why) if asked => {
            StepOutcome::Unknown(format!("whether it is locked cannot be read: it {why}"))
        }
        Fact::Known(None) | Fact::Unknown(_) => StepOutcome::NotNeeded,
        Fact::NotOffered => StepOutcome::NotOffered("this directory has no locks".into()),
    }
}
