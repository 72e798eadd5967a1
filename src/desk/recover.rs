//! The way back in for an administrator, and who is told of it.

use super::{Desk, DeskError, OwnSeat, reset::reason};
use crate::{
    audit::{Event, Kind, Outcome, Record, Target},
    password::{Secret, policy},
    permission::Permission,
    receipt::{After, Receipt},
    source::Source,
    user::User,
};

/// What an administrator is to know after the sign-in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notices {
    /// Recoveries that this administrator has not confirmed to have seen, oldest first.
    pub recoveries: Vec<Record>,
    /// How many administrators can sign in, where the directory can tell.
    pub administrators: Option<u64>,
}

/// An order to let an administrator in again.
#[derive(Debug)]
pub struct Recovery<'a> {
    /// Whom, as [`Desk::administrator`] found the account.
    pub administrator: &'a User,
    /// A temporary password from the generator; `None` takes the lock off alone.
    pub password: Option<&'a Secret>,
    /// Who asks, as far as the machine can tell.
    pub by: &'a str,
    /// Reason or ticket; may be empty.
    pub reason: &'a str,
    /// From where.
    pub source: &'a Source,
}

impl Desk {
    /// The account that signs in with `name`, for a recovery.
    ///
    /// # Errors
    /// The directory's; it knows nobody of that name, for one.
    pub async fn administrator(&self, name: &str) -> Result<User, DeskError> {
        Ok(self.directory.administrator(name).await?)
    }

    /// How many administrators can sign in; `None` where the directory cannot tell.
    ///
    /// # Errors
    /// The directory's.
    pub async fn administrators_who_can_sign_in(&self) -> Result<Option<u64>, DeskError> {
        Ok(self.directory.administrators_who_can_sign_in().await?)
    }

    /// Takes the lock off an administrator's account, or gives it a temporary password too. Nobody
    /// has signed in for this: whoever can open the store's file is root or its owner, which is
    /// why no request of the API leads here.
    ///
    /// # Errors
    /// [`DeskError::Policy`], [`DeskError::Audit`] and the directory's: only an active
    /// administrator is let in again.
    pub async fn recover(&self, order: &Recovery<'_>) -> Result<Receipt, DeskError> {
        let user = order.administrator;
        if let Some(password) = order.password {
            let context = self.context(user, true);
            let profile = self.profiles.of_user(user);
            policy::judge(profile, password.expose(), &context).map_err(DeskError::Policy)?;
        }
        let event = Event {
            target: Some(Target::from(user)),
            reason: reason(order.reason)?,
            detail: Some(format!("asked for at this machine by {}", order.by)),
            ..self.anonymous(order.source, Kind::Recovered, Outcome::Intent)
        };
        self.write(event, async |intent| {
            let mut receipt = self
                .directory
                .recover(&user.id, order.password, &intent)
                .await?;
            let read = self.directory.administrator(&user.login).await;
            let at = self.now();
            receipt.after = Some(Box::new(match read {
                Ok(user) => After::read(user, &receipt.proof, true, at),
                Err(error) => After::unread(&error.to_string(), &receipt.proof, true, at),
            }));
            Ok(receipt)
        })
        .await
    }
}

impl OwnSeat<'_> {
    /// What the operator is to know after the sign-in; nothing for whoever is no administrator.
    ///
    /// # Errors
    /// [`DeskError::Audit`] and the directory's.
    pub async fn notices(&self) -> Result<Notices, DeskError> {
        let operator = self.at.session.operator();
        let limited = !operator.reach.is_everywhere();
        if limited || !operator.permissions.holds(Permission::RolesUpdate) {
            return Ok(Notices::default());
        }
        let recoveries = self
            .at
            .desk
            .audit
            .unseen_recoveries(&operator.id)
            .await
            .map_err(DeskError::Audit)?;
        let administrators = self.at.desk.administrators_who_can_sign_in().await?;
        Ok(Notices {
            recoveries,
            administrators,
        })
    }

    /// Records that the operator has seen every recovery up to `sequence`.
    ///
    /// # Errors
    /// [`DeskError::Audit`].
    pub async fn recoveries_seen(&self, sequence: u64) -> Result<(), DeskError> {
        let desk = self.at.desk;
        let session = self.at.session;
        let event = Event {
            detail: Some(format!("up to record {sequence}")),
            ..desk.event(session, Kind::RecoveriesSeen, Outcome::Done)
        };
        desk.audit
            .recoveries_seen(&session.operator().id, sequence, event, desk.now())
            .await
            .map_err(DeskError::Audit)
    }
}
