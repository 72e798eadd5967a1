//! What became of a change whose outcome is not on record.

use super::{LocalDirectory, change, read};
use crate::{
    directory::DirectoryError,
    operator::Operator,
    receipt::Settlement,
    user::{UserId, Version},
};

impl LocalDirectory {
    /// A change and its outcome are committed together, so whatever has no outcome did not happen;
    /// only a disk that failed in the middle of a commit leaves a doubt, which the version settles.
    pub(super) async fn settle(
        &self,
        operator: &Operator,
        user: &UserId,
        before: Option<&Version>,
    ) -> Result<Settlement, DirectoryError> {
        let row = read::row_of(user)?;
        let Some(before) = before.cloned() else {
            return Ok(Settlement::DidNotHappen(
                "the store commits a change together with its outcome, and there is none".into(),
            ));
        };
        let me = change::signature(operator);
        let changed = self
            .read_for(operator, move |connection| match change::refuse_if_changed(
                connection,
                row,
                Some(&before),
            ) {
                Ok(_) => Ok(None),
                Err(DirectoryError::Conflict { by, what, .. }) => Ok(Some((by, what))),
                Err(error) => Err(error),
            })
            .await?;
        Ok(match changed {
            None => Settlement::DidNotHappen("the user is as before".into()),
            Some((Some(by), what)) if by == me => {
                Settlement::Happened(format!("the store has it: {what} by {by}"))
            }
            Some((by, what)) => Settlement::StillUnknown(format!(
                "{} has changed the user since: {what}",
                by.as_deref().unwrap_or("somebody else")
            )),
        })
    }
}
