//! Finding and opening users.

use super::{
    At, CallerSight, DeskError, Seat,
    reach::{may_see, within_reach},
    seat::{SeesUsers, UsersRead},
};
use crate::{
    audit::{Event, Outcome, Target},
    directory::{
        DirectoryError, DirectoryPolicy, Entry, EntryPage, EntryQuery, Finding, Found, Query, Total,
    },
    permission::Permission,
    user::{User, UserId},
};

/// What an operator should know about a user before saving.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beforehand {
    /// The directory's own password rules for this user, where it has and shows any.
    pub policy: Option<DirectoryPolicy>,
    /// Sentences: that the account is disabled, that must-change has no effect.
    pub warnings: Vec<String>,
    /// What stands open for callers of this user.
    pub callers: CallerSight,
}

impl Seat<'_, UsersRead> {
    /// Records that the list of users was opened. What is searched for is not recorded: it may be
    /// a password typed into the wrong field.
    ///
    /// # Errors
    /// [`DeskError::Audit`].
    pub async fn open_search(&self) -> Result<(), DeskError> {
        self.record(self.event(Outcome::Done)).await
    }

    /// Finds users. Where nobody is found as it was typed, the text is read as other programs write
    /// it: `Vasquez, Maria`, `mailto:…`.
    ///
    /// # Errors
    /// The directory's.
    pub async fn search(&self, query: &Query) -> Result<Found, DeskError> {
        let found = self.search_once(query).await?;
        if found.total != Total::Exact(0) {
            return Ok(found);
        }
        for text in query.other_readings() {
            let other = Query {
                text,
                ..query.clone()
            };
            let read = self.search_once(&other).await?;
            if read.total != Total::Exact(0) {
                return Ok(read);
            }
        }
        Ok(found)
    }

    /// What the directory finds. One whose operators may be limited leaves out whom they do not reach,
    /// and counts without them; a row that it should show all the same is not handed on.
    async fn search_once(&self, query: &Query) -> Result<Found, DeskError> {
        let search = self.directory().search(self.operator(), query);
        let mut found = self.read(self.in_time(search).await)?;
        found
            .rows
            .retain(|user| may_see(self.operator(), user).is_ok());
        Ok(found)
    }

    /// Whoever bears exactly this identifier, of those that the directory knows; `None` where a
    /// search tells that as well.
    ///
    /// # Errors
    /// The directory's.
    pub async fn named(&self, identifier: &str) -> Result<Option<Vec<User>>, DeskError> {
        let named = self.directory().named(self.operator(), identifier);
        let mut named = self.read(self.in_time(named).await)?;
        if let Some(users) = &mut named {
            users.retain(|user| may_see(self.operator(), user).is_ok());
        }
        Ok(named)
    }

    /// What the operator sees of the directory and may do there, with what mends what is missing.
    ///
    /// # Errors
    /// The directory's.
    pub async fn examine(&self) -> Result<Vec<Finding>, DeskError> {
        self.read(self.directory().examine(self.operator()).await)
    }

    /// A page of users with all that is kept, for provisioning clients.
    ///
    /// # Errors
    /// [`DirectoryError::Query`] for what cannot be answered, and the directory's other errors.
    pub async fn entries(&self, query: EntryQuery) -> Result<EntryPage, DeskError> {
        self.read(self.directory().entries(self.operator(), query).await)
    }

    /// Opens one user's page, recorded as a view.
    ///
    /// # Errors
    /// [`DeskError::BeyondReach`], [`DeskError::Audit`] and the directory's.
    pub async fn open_user(&self, user: &UserId) -> Result<User, DeskError> {
        let read = self.directory().user(self.operator(), user);
        let user = self.read(self.in_time(read).await)?;
        if let Err(refusal) = may_see(self.operator(), &user) {
            return Err(self.refuse(Target::from(&user), refusal).await);
        }
        self.viewed(&user).await?;
        Ok(user)
    }

    /// Opens one user with all that is kept, recorded as a view.
    ///
    /// # Errors
    /// As [`Seat::open_user`].
    pub async fn open_entry(&self, user: &UserId) -> Result<Entry, DeskError> {
        let entry = self.entry(user).await?;
        self.viewed(&entry.user).await?;
        Ok(entry)
    }

    async fn viewed(&self, user: &User) -> Result<(), DeskError> {
        self.record(Event {
            target: Some(Target::from(user)),
            ..self.event(Outcome::Done)
        })
        .await
    }

    /// What to know about `user` before a reset. Never fails: what could not be read is a warning,
    /// since the directory judges on Save all the same. Nothing that is shown here is more than
    /// [`Seat::open_user`] may show, so nothing is recorded.
    pub async fn beforehand(&self, user: &UserId) -> Beforehand {
        let (directory, operator) = (self.directory(), self.operator());
        let mut known = Beforehand::default();
        let asks_of_callers = !self.desk().verification().is_off();
        if asks_of_callers || !operator.reach.is_everywhere() {
            // What is told here is told of whom the operator may see.
            let read = self.in_time(directory.user(operator, user)).await;
            let seen = read.map_err(DeskError::from);
            let seen = seen.and_then(|user| may_see(operator, &user).map(|()| user));
            let seen = match seen {
                Ok(user) => self.callers(&user).await,
                Err(refusal) => Err(refusal),
            };
            match seen {
                Ok(callers) => known.callers = callers,
                Err(refusal) => {
                    known.warnings.push(format!("{refusal}."));
                    return known;
                }
            }
        }
        // Every profile fixes must-change for a reset.
        let must_change = directory.capabilities().must_change.is_yes();
        let policy = self
            .in_time(directory.password_policy(operator, user))
            .await;
        let warnings = directory.warnings(operator, user, must_change);
        let warnings = self.in_time(warnings).await;
        let unread = |what: &str, error: &DirectoryError| {
            format!("{what} could not be read ({error}): the directory judges on Save.")
        };
        match warnings {
            Ok(warnings) => known.warnings = warnings,
            Err(error) => known
                .warnings
                .push(unread("What stands in the way of a reset", &error)),
        }
        match policy {
            Ok(policy) => known.policy = policy,
            Err(error) => known
                .warnings
                .push(unread("The directory's own rules", &error)),
        }
        known
    }
}

impl<R: SeesUsers> Seat<'_, R> {
    /// A user with all that is kept, as it is now: what a write of it begins from, or a look that
    /// has been recorded already.
    ///
    /// # Errors
    /// [`DeskError::BeyondReach`] and the directory's.
    pub async fn entry(&self, user: &UserId) -> Result<Entry, DeskError> {
        let entry = self.read(self.directory().entry(self.operator(), user).await)?;
        match may_see(self.operator(), &entry.user) {
            Ok(()) => Ok(entry),
            Err(refusal) => Err(self.refuse(Target::from(&entry.user), refusal).await),
        }
    }
}

impl At<'_> {
    /// Why this operator may not reset or unlock this user, for the greyed key.
    ///
    /// # Errors
    /// [`DeskError::Lacks`], [`DeskError::OwnAccount`] or [`DeskError::Outranked`].
    pub fn may_reset(self, user: &User) -> Result<(), DeskError> {
        self.may_act_on(user, Permission::UsersUpdate)
    }

    /// Why this operator may not enable or disable this user, likewise.
    ///
    /// # Errors
    /// As [`At::may_reset`].
    pub fn may_change_status(self, user: &User) -> Result<(), DeskError> {
        self.may_act_on(user, Permission::UsersUpdateStatus)
    }

    /// Why this operator may not give this user a role, likewise.
    ///
    /// # Errors
    /// As [`At::may_reset`].
    pub fn may_give_role(self, user: &User) -> Result<(), DeskError> {
        self.may_act_on(user, Permission::RolesUpdate)
    }

    /// Why this operator may not end this user's sessions, likewise.
    ///
    /// # Errors
    /// As [`At::may_reset`].
    pub fn may_sign_out(self, user: &User) -> Result<(), DeskError> {
        self.may_act_on(user, Permission::UsersForceLogout)
    }

    /// Why this operator may not remove this user, likewise.
    ///
    /// # Errors
    /// As [`At::may_reset`].
    pub fn may_remove(self, user: &User) -> Result<(), DeskError> {
        self.may_act_on(user, Permission::UsersDelete)
    }

    fn may_act_on(self, user: &User, wanted: Permission) -> Result<(), DeskError> {
        let operator = self.session.operator();
        if !operator.permissions.holds(wanted) {
            return Err(DeskError::Lacks(wanted));
        }
        within_reach(&operator, user)
    }
}
