//! One trait for every place that users live in.
//!
//! A backend translates its protocol at its own border: no LDAP, HTTP or SQL type leaves its file,
//! and every failure becomes a [`DirectoryError`] that says what happened, what was changed and
//! what to do now. Only the [desk](crate::desk) calls a directory.

mod capabilities;
mod deadline;
mod entry;
mod error;
mod finding;
pub mod ldap;
mod listing;
pub mod local;
mod new_user;
mod policy;
mod query;
mod roster;
pub mod scim;
mod site_role;
mod tried_sign_in;
mod user_change;

pub use capabilities::{Capabilities, Support};
pub use deadline::Deadline;
pub use entry::{Entry, Provisioned};
pub use error::{DirectoryError, UserAttribute};
pub use finding::{Finding, FindingVerdict};
pub use listing::{EntryPage, EntryQuery, PageStart, RowPlace, Sort};
pub use new_user::NewUser;
pub use policy::{CountedIn, DirectoryPolicy, DirectoryRule};
pub use query::{
    Criterion, FieldAsked, Found, Order, Property, Query, QueryError, Standing, Total, completions,
    in_a_week, is_of_station,
};
use query::{cannot_tell, name_key};
pub use roster::{
    Import, ImportOrder, ImportWatch, Imported, Judge, MatchBy, Missing, Report, RosterAct,
    RosterLine, RosterRow, RosterRows, RowFault, Said,
};
pub use site_role::KeptRole;
pub use tried_sign_in::TriedSignIn;
use user_change::not_changed;
pub use user_change::{
    AttributeChange, AttributeConflict, PasswordChange, ProvisionedChange, UserChange,
};

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;

use crate::{
    audit::{Event, Intent},
    operator::Operator,
    password::Secret,
    permission::{Role, SiteRole},
    receipt::{Checked, PasswordReset, Receipt, Settlement, Step, StepOutcome},
    source::Source,
    user::{SeenField, SiteField, User, UserId, Version},
};

/// Users live here: the embedded store, a SCIM server, an LDAP directory.
#[async_trait]
pub trait Directory: Send + Sync + fmt::Debug {
    /// What this directory can do; the console greys the rest and names the reason.
    fn capabilities(&self) -> Capabilities;

    /// How long one act may take, with an answer or without; `None` where there is no such bound.
    /// The desk runs the questions of one act under one [`Deadline`].
    fn act_limit(&self) -> Option<Duration> {
        None
    }

    /// Do operators prove themselves with a password? Not where a client certificate or the user of
    /// this machine does it; [`Directory::sign_in`] then takes none.
    fn asks_for_password(&self) -> bool {
        true
    }

    /// Proves who the operator is. Every refusal takes the same time and looks the same outside.
    ///
    /// # Errors
    /// [`DirectoryError::SignIn`] with the true reason, for the audit only.
    async fn sign_in(&self, login: &str, password: &Secret) -> Result<Operator, DirectoryError>;

    /// The same, for a directory that slows somebody down by the place that guesses come from.
    async fn sign_in_from(
        &self,
        login: &str,
        password: &Secret,
        _source: &Source,
    ) -> Result<Operator, DirectoryError> {
        self.sign_in(login, password).await
    }
    /// The operator as the directory knows the account at this moment: every act at the desk
    /// begins with it. What the directory cannot tell stays as it was proved at the sign-in.
    ///
    /// # Errors
    /// [`DirectoryError::OperatorChanged`] when the account is no longer the one that signed in.
    async fn operator_now(&self, operator: &Operator) -> Result<Operator, DirectoryError>;

    /// Ends what [`Directory::sign_in`] began: unbinds, forgets tokens.
    async fn sign_out(&self, _operator: &Operator) {}

    /// Finds users by ID, email and name, best first. Dropping the future ends the search.
    async fn search(&self, operator: &Operator, query: &Query) -> Result<Found, DirectoryError>;

    /// Whoever bears exactly this identifier, of those that the directory knows (ID, any address,
    /// its own handle); `None` where a search tells that as well.
    async fn named(
        &self,
        _operator: &Operator,
        _identifier: &str,
    ) -> Result<Option<Vec<User>>, DirectoryError> {
        Ok(None)
    }

    /// One user, read afresh.
    async fn user(&self, operator: &Operator, id: &UserId) -> Result<User, DirectoryError>;

    /// Sets a password, with must-change and unlock where asked, as one action. Nothing may be
    /// changed when an error other than [`DirectoryError::OutcomeUnknown`] comes back.
    ///
    /// A directory that shares its store with the audit writes the outcome of `intent` in the same
    /// transaction and says so in [`Receipt::recorded`].
    async fn reset_password(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError>;

    /// What was to follow the password in a reset whose answer was lost, once it is known that the
    /// password is in force: must-change and unlock, where they are steps of their own here, done
    /// now. `None` where nothing follows.
    async fn complete_reset(
        &self,
        _operator: &Operator,
        _user: &UserId,
        _must_change: bool,
        _unlock: bool,
    ) -> Result<Option<Vec<(Step, StepOutcome)>>, DirectoryError> {
        Ok(None)
    }

    /// Takes the lock off and leaves the password alone.
    async fn unlock(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: Option<&Version>,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError>;

    /// The operator's own change, with the old password as proof.
    async fn change_own_password(
        &self,
        operator: &Operator,
        old: &Secret,
        new: &Secret,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError>;

    /// Would this password sign the user in? Does not count as a failed sign-in where that can be
    /// avoided; [`Capabilities::check`] says whether it can.
    async fn check_password(
        &self,
        operator: &Operator,
        user: &UserId,
        password: &Secret,
    ) -> Result<Checked, DirectoryError>;

    /// True when nobody could sign in as an administrator: the set-up screen is due. Directories
    /// that others run never need it.
    async fn needs_first_administrator(&self) -> Result<bool, DirectoryError> {
        Ok(false)
    }

    /// Adds the first administrator, only while [`Directory::needs_first_administrator`] holds;
    /// checked, made and recorded as `event` in one transaction.
    async fn create_first_administrator(
        &self,
        _new: &NewUser,
        _password: &Secret,
        _event: Event,
    ) -> Result<User, DirectoryError> {
        Err(DirectoryError::NotOffered(
            "This directory makes its administrators itself.".into(),
        ))
    }

    /// The account that signs in with `name`, for [`Directory::recover`].
    async fn administrator(&self, _name: &str) -> Result<User, DirectoryError> {
        Err(not_recovered())
    }

    /// Takes the lock off an active administrator's account and, where one is given, puts a
    /// temporary password in force. Asked for at the machine, by nobody who has signed in.
    async fn recover(
        &self,
        _administrator: &UserId,
        _password: Option<&Secret>,
        _intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        Err(not_recovered())
    }

    /// How many administrators can sign in now; `None` where the directory cannot tell.
    async fn administrators_who_can_sign_in(&self) -> Result<Option<u64>, DirectoryError> {
        Ok(None)
    }

    /// Adds many users at once, and changes those who are there where that was asked for. All or
    /// nothing: when it fails or its watch says stop, nothing has been done.
    async fn import(
        &self,
        _operator: &Operator,
        _import: Import,
        _intent: &Intent,
    ) -> Result<Imported, DirectoryError> {
        Err(DirectoryError::NotOffered(
            "A roster can be imported into the embedded store only.".into(),
        ))
    }

    /// Adds a user.
    async fn create(
        &self,
        operator: &Operator,
        new: &NewUser,
        password: Option<&Secret>,
        intent: &Intent,
    ) -> Result<User, DirectoryError>;

    /// Gives the user a role, in place of the one held.
    async fn assign_role(
        &self,
        operator: &Operator,
        user: &UserId,
        role: Role,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError>;

    /// The roles that the site has made, by name. Where roles come from elsewhere there are none.
    async fn roles(&self, _operator: &Operator) -> Result<Vec<KeptRole>, DirectoryError> {
        Ok(Vec::new())
    }

    /// Makes a role of the site.
    async fn add_role(
        &self,
        _operator: &Operator,
        _new: &SiteRole,
        _intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        Err(no_roles_of_the_site())
    }

    /// Changes a role of the site, from the version `expected` on; everybody who holds it has the
    /// changed one at once.
    async fn change_role(
        &self,
        _operator: &Operator,
        _expected: &Version,
        _to: &SiteRole,
        _intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        Err(no_roles_of_the_site())
    }

    /// Takes a role of the site away; who holds it holds `instead` from then on.
    async fn remove_role(
        &self,
        _operator: &Operator,
        _role: &KeptRole,
        _instead: Option<&Role>,
        _intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        Err(no_roles_of_the_site())
    }

    /// Adds a user together with what a provisioning client keeps of it.
    async fn create_entry(
        &self,
        _operator: &Operator,
        _new: &NewUser,
        _provisioned: &Provisioned,
        _password: Option<&Secret>,
        _intent: &Intent,
    ) -> Result<Entry, DirectoryError> {
        Err(not_provisioned())
    }

    /// Makes a change of a user, all of it or nothing, from the version `expected` on.
    async fn change(
        &self,
        operator: &Operator,
        user: &UserId,
        _expected: &Version,
        change: &UserChange,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        match &change.role {
            Some(role) if change.is_role_only() => {
                self.assign_role(operator, user, role.clone(), intent).await
            }
            Some(_) | None => Err(not_changed()),
        }
    }

    /// Takes a user away for good, from the version `expected` on.
    async fn remove(
        &self,
        _operator: &Operator,
        _user: &UserId,
        _expected: &Version,
        _intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        Err(DirectoryError::NotOffered(
            "Users of this directory are removed with the directory's own tools.".into(),
        ))
    }

    /// Ends the sessions and tokens of a user.
    async fn end_sessions(
        &self,
        _operator: &Operator,
        _user: &UserId,
        _intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        Err(DirectoryError::NotOffered(
            "Sessions at this directory are ended with the directory's own tools.".into(),
        ))
    }

    /// The fields of the site's own that the operator sees, in their order.
    async fn seen_fields(&self, _operator: &Operator) -> Result<Vec<SeenField>, DirectoryError> {
        Ok(Vec::new())
    }

    /// Every field of the site's own, for whoever manages them.
    async fn all_site_fields(
        &self,
        _operator: &Operator,
    ) -> Result<Vec<SiteField>, DirectoryError> {
        Ok(Vec::new())
    }

    /// Adds a field of the site's own, or puts another definition in the place of the one of this
    /// name that was `seen`.
    async fn put_site_field(
        &self,
        _operator: &Operator,
        _field: &SiteField,
        _seen: Option<&SiteField>,
        _intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        Err(no_fields_of_the_site())
    }

    /// Moves a field of the site's own to another place in their order, counted from 1.
    async fn move_site_field(
        &self,
        _operator: &Operator,
        _name: &str,
        _place: usize,
        _intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        Err(no_fields_of_the_site())
    }

    /// One user with all that is kept.
    async fn entry(&self, _operator: &Operator, _id: &UserId) -> Result<Entry, DirectoryError> {
        Err(not_provisioned())
    }

    /// A page of users with all that is kept. [`DirectoryError::Query`] for a filter or an order
    /// that cannot be answered, or not within the time.
    async fn entries(
        &self,
        _operator: &Operator,
        _query: EntryQuery,
    ) -> Result<EntryPage, DirectoryError> {
        Err(not_provisioned())
    }

    /// The directory's own password rules for `user`, as far as the operator may read them;
    /// `None` where it has none or shows none.
    async fn password_policy(
        &self,
        _operator: &Operator,
        _user: &UserId,
    ) -> Result<Option<DirectoryPolicy>, DirectoryError> {
        Ok(None)
    }

    /// What the operator should know before saving: sentences such as "this account is
    /// disabled: a new password alone does not let the user in".
    async fn warnings(
        &self,
        _operator: &Operator,
        _user: &UserId,
        _must_change: bool,
    ) -> Result<Vec<String>, DirectoryError> {
        Ok(Vec::new())
    }

    /// Looks at the servers behind the directory as anybody finds them, for `config check --connect`.
    async fn examine_servers(&self) -> Vec<Finding> {
        Vec::new()
    }

    /// Looks at what the operator sees and may do, and names what mends what is missing. Changes
    /// nothing.
    async fn examine(&self, _operator: &Operator) -> Result<Vec<Finding>, DirectoryError> {
        Ok(Vec::new())
    }

    /// Resets the password of an account that nobody uses, tries it, and says what the directory can
    /// prove. What was found is told beside the receipt.
    async fn probe(
        &self,
        _operator: &Operator,
        _reset: &PasswordReset<'_>,
        _intent: &Intent,
    ) -> Result<(Receipt, Vec<Finding>), DirectoryError> {
        Err(DirectoryError::NotOffered(
            "Only a SCIM server is probed: other directories are known.".into(),
        ))
    }

    /// Is `name`, a [`Capabilities::name`] in a record, a name of this directory?
    fn goes_by(&self, name: &str) -> bool {
        self.capabilities().name == name
    }

    /// Does what was done at the place `name`, a [`Capabilities::name`] in a record, show here at
    /// once? Not where one server has to hear of it from another first.
    fn is_told_at_once(&self, _name: &str) -> bool {
        true
    }

    /// Finds out what became of an intent whose outcome is unknown, without writing.
    async fn settle(
        &self,
        operator: &Operator,
        user: &UserId,
        before: Option<&Version>,
    ) -> Result<Settlement, DirectoryError>;
}

fn no_roles_of_the_site() -> DirectoryError {
    DirectoryError::NotOffered(
        "Roles of the site are kept in the embedded store only; here they come from the directory."
            .into(),
    )
}

fn no_fields_of_the_site() -> DirectoryError {
    DirectoryError::NotOffered(
        "Fields of the site's own are kept in the embedded store only.".into(),
    )
}

fn not_recovered() -> DirectoryError {
    DirectoryError::NotOffered(
        "The administrators of this directory are let in again with the directory's own tools."
            .into(),
    )
}

fn not_provisioned() -> DirectoryError {
    DirectoryError::NotOffered(
        "Provisioning clients are served from the embedded store only.".into(),
    )
}

/// A directory shared by console, commands and server.
pub type SharedDirectory = Arc<dyn Directory>;
