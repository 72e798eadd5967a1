//! The user after an act, read afresh.

use std::time::Duration;

use super::{At, OwnSeat, Right, Seat};
use crate::{
    operator::Operator,
    receipt::{After, Proof, Receipt, Step},
    user::{User, UserId},
};

/// A user is read again for so long at least, however little the act has left of its time.
const LEAST: Duration = Duration::from_secs(2);

/// Whom to read after an act, and what the act was for.
#[derive(Debug, Clone, Copy)]
pub(in crate::desk) struct Sight<'a> {
    /// The directory's handle.
    pub(in crate::desk) id: &'a UserId,
    /// The ID that the user has after the act; `None` where the person proved by a password who it
    /// is: some directories show their own ID to nobody who must change first.
    pub(in crate::desk) login: Option<&'a str>,
    /// Was the act to let the user in?
    pub(in crate::desk) to_let_in: bool,
}

impl<'a> Sight<'a> {
    /// The sight of `user` after an act that was to let the user in.
    pub(in crate::desk) fn to_let_in(user: &'a User) -> Self {
        Self {
            id: &user.id,
            login: Some(&user.login),
            to_let_in: true,
        }
    }

    /// The sight of `user` after another act.
    pub(in crate::desk) fn of(user: &'a User) -> Self {
        Self {
            to_let_in: false,
            ..Self::to_let_in(user)
        }
    }
}

impl<R: Right> Seat<'_, R> {
    /// The receipt with the user as the directory shows it now.
    pub(in crate::desk) async fn seen(&self, receipt: Receipt, sight: Sight<'_>) -> Receipt {
        self.at.seen(self.operator(), receipt, sight).await
    }
}

impl OwnSeat<'_> {
    /// The receipt with the operator's own account as the directory shows it now. Whoever works at
    /// the desk is signed in: what the directory hides from its owner keeps nobody out.
    pub(in crate::desk) async fn seen(&self, mut receipt: Receipt, user: &User) -> Receipt {
        let certain = receipt.proof.is_certain();
        let operator = self.at.session.operator();
        let sight = Sight {
            login: None,
            ..Sight::to_let_in(user)
        };
        receipt = self.at.seen(&operator, receipt, sight).await;
        if certain
            && let Some(after) = &mut receipt.after
            && let Some(user) = &after.user
        {
            after.outlook = user
                .state
                .outlook(after.at, crate::user::Evidence::SignedIn);
        }
        receipt
    }
}

impl At<'_> {
    async fn seen(self, operator: &Operator, mut receipt: Receipt, sight: Sight<'_>) -> Receipt {
        let read = self.desk.directory.behind().user(operator, sight.id);
        let read = self.in_rest(LEAST, read).await;
        let at = self.desk.now();
        // What proves that a lock is off says nothing of the password.
        let unlocks_only = receipt
            .steps
            .iter()
            .all(|(step, _)| *step == Step::Unlocked);
        let proof = if unlocks_only {
            Proof::NotNeeded
        } else {
            receipt.proof.clone()
        };
        let to_let_in = sight.to_let_in;
        receipt.after = Some(Box::new(match read {
            Ok(user)
                if sight
                    .login
                    .is_none_or(|login| same_person(&user.login, login)) =>
            {
                After::read(user, &proof, to_let_in, at)
            }
            // Two users with one handle: it cannot be told which of them was written.
            Ok(user) => {
                let other = format!(
                    "{} is there now, not {}: another person may have been changed",
                    user.login,
                    sight.login.unwrap_or_default()
                );
                receipt.proof = Proof::NotKnown(other.clone());
                After::unread(&other, &receipt.proof, to_let_in, at)
            }
            Err(error) => After::unread(&error.to_string(), &proof, to_let_in, at),
        }));
        receipt
    }
}

/// Directories compare IDs without regard to the case of letters.
fn same_person(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
