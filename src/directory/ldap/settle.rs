//! What became of a write whose answer was lost: found out by reading, never by writing again.

use std::time::Duration;

use super::{
    directory::LdapDirectory,
    mutex::lock,
    read::Seen,
    session::{Change, Session, Uncertain},
    version::Mark,
};
use crate::{
    directory::DirectoryError,
    receipt::Settlement,
    text::{stamp, zone},
    user::{Fact, UserId, Version},
};

/// A server that was stopped may still carry out what it was sent: before "it did not happen" is
/// believed, it is read a second time after this.
pub(super) const GRACE: Duration = Duration::from_secs(1);

impl LdapDirectory {
    pub(super) async fn settle(
        &self,
        session: &Session,
        id: &UserId,
        before: Option<&Version>,
    ) -> Result<Settlement, DirectoryError> {
        let uncertain = lock(&session.uncertain).get(id).cloned();
        if let Some(write) = &uncertain
            && write.change == Change::Lock
        {
            return self.settle_unlock(session, id, write).await;
        }
        let is_known = uncertain.is_some();
        // What was read just before the write is closer than what the operator saw.
        let before = uncertain.as_ref().map(|write| &write.before).or(before);
        let first = self.read(session, id).await?;
        let Some(before) = before.and_then(Mark::from_version) else {
            return Ok(Settlement::StillUnknown(last_change(&first)));
        };
        if !is_known && before.identity.is_empty() {
            return Ok(Settlement::StillUnknown(
                "nothing tells this entry from another one of the same name that came later \
                 (entryUUID, nsUniqueId and objectGUID cannot be read)"
                    .into(),
            ));
        }
        if let Some(happened) = happened(&before, &first) {
            lock(&session.uncertain).remove(id);
            return Ok(happened);
        }
        let server = session.link().await?.server;
        if let Some(write) = uncertain.filter(|write| write.server != server) {
            return Ok(Settlement::StillUnknown(format!(
                "{server} does not show the change, but it was sent to {}",
                write.server
            )));
        }
        tokio::time::sleep(GRACE).await;
        let second = self.read(session, id).await?;
        if let Some(happened) = happened(&before, &second) {
            lock(&session.uncertain).remove(id);
            return Ok(happened);
        }
        if second.mark.password.is_empty() {
            return Ok(Settlement::StillUnknown(
                "the directory does not show you when the password was changed".into(),
            ));
        }
        // After a restart it is not known any more what was to be changed: it may have been the lock.
        let hidden = matches!(second.user.state.lock, Fact::Unknown(_));
        if !is_known && (hidden || before.lock != second.mark.lock) {
            return Ok(Settlement::StillUnknown(format!(
                "{server} shows the same password change as before; the lock has changed since, or \
                 cannot be read"
            )));
        }
        lock(&session.uncertain).remove(id);
        Ok(Settlement::DidNotHappen(format!(
            "{server} shows the same password change as before"
        )))
    }
}

impl LdapDirectory {
    /// Is the lock off? Whoever took it off.
    async fn settle_unlock(
        &self,
        session: &Session,
        id: &UserId,
        write: &Uncertain,
    ) -> Result<Settlement, DirectoryError> {
        let mut seen = self.read(session, id).await?;
        if matches!(seen.user.state.lock, Fact::Known(Some(_))) {
            tokio::time::sleep(GRACE).await;
            seen = self.read(session, id).await?;
        }
        let server = session.link().await?.server;
        Ok(match seen.user.state.lock {
            Fact::Known(None) => {
                lock(&session.uncertain).remove(id);
                Settlement::Happened(format!("{server} shows no lock"))
            }
            Fact::Known(Some(_)) if write.server == server => {
                lock(&session.uncertain).remove(id);
                Settlement::DidNotHappen(format!("{server} shows the lock still"))
            }
            Fact::Known(Some(_)) => Settlement::StillUnknown(format!(
                "{server} shows the lock still, but the change was sent to {}",
                write.server
            )),
            Fact::Unknown(why) => {
                Settlement::StillUnknown(format!("whether it is locked cannot be read: it {why}"))
            }
            Fact::NotOffered => Settlement::StillUnknown("this directory has no locks".into()),
        })
    }
}

/// What the operator can compare with the time of the intent.
fn last_change(seen: &Seen) -> String {
    let at = seen
        .user
        .state
        .password
        .known()
        .and_then(|password| password.changed_at);
    let at = at.or_else(|| seen.entry.time("modifyTimestamp"));
    let by = seen.entry.text("modifiersName");
    match (at, by) {
        (Some(at), Some(by)) => format!(
            "the password or the entry was last changed at {} by {by}",
            stamp(at, zone())
        ),
        (Some(at), None) => format!(
            "the password or the entry was last changed at {}",
            stamp(at, zone())
        ),
        _ => "the directory does not show you when the password was changed".into(),
    }
}

/// The password is another one than before.
fn happened(before: &Mark, seen: &Seen) -> Option<Settlement> {
    if before.identity != seen.mark.identity {
        return Some(Settlement::StillUnknown(
            "the name belongs to another account now".into(),
        ));
    }
    if before.password != seen.mark.password {
        let by = seen.entry.text("modifiersName");
        let by = by.map_or(String::new(), |by| format!(", last changed by {by}"));
        return Some(Settlement::Happened(format!(
            "the time of the last password change has moved{by}"
        )));
    }
    // Within one second the time stands still; the change number does not.
    before.overtaken(&seen.mark).then(|| {
        Settlement::StillUnknown(
            "the entry has changed in the second in which its password was set last".into(),
        )
    })
}
