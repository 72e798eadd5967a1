//! Users as every directory shows them, the one-line verdict on why somebody cannot sign in, and
//! the outlook after an act: can this person sign in now?
//!
//! Nothing here knows a protocol. A backend fills in what it can read and says of the rest that it
//! is [`Fact::Unknown`] or [`Fact::NotOffered`]; the console never turns a gap into a "no".

mod details;
mod field_columns;
mod outlook;
mod phone;
mod seen_field;
mod site_field;
mod state;
pub mod validity;
mod verdict;

pub use crate::kind::AccountKind;
pub use details::{Detail, Details, DetailsChange};
pub use field_columns::FieldColumn;
pub use outlook::{Evidence, Prospect, Remedy, SignInOutlook};
pub use seen_field::SeenField;
pub use site_field::{FieldKind, FieldValue, SiteField, SiteValue};
pub use state::{AccountState, Fact, Lock, PasswordState};
pub use verdict::Verdict;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::permission::{Permissions, Reach, Role};

/// The directory's own immutable handle of a user: a row number, a SCIM `id`, a DN or an
/// `objectGUID`. Opaque to everybody but the directory that made it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub String);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a directory says of the state that was read: a change is refused when it has moved since.
/// A counter in the embedded store, an `ETag` in SCIM, `entryCSN` or `uSNChanged` in LDAP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub String);

/// A user as a directory shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The directory's handle.
    pub id: UserId,
    /// The ID people know: badge, employee or customer number, `uid`, `sAMAccountName`.
    pub login: String,
    /// The address that the user signs in with; empty when there is none.
    pub email: String,
    /// Given name; empty for apparatus.
    pub given_name: String,
    /// Family name, or the whole name of apparatus and businesses.
    pub family_name: String,
    /// Staff, residential, commercial or unit; not every directory knows.
    pub kind: Fact<AccountKind>,
    /// Display name, phone, station and job title; not every directory has them.
    #[serde(default)]
    pub details: Fact<Details>,
    /// Whether and why not the user can sign in.
    pub state: AccountState,
    /// What the user may do at this desk: an operator must hold all of it to reset the user.
    pub permissions: Permissions,
    /// Whom the permissions are about; an operator must reach as far to act on the user.
    #[serde(default)]
    pub reach: Reach,
    /// The role that is held, where the directory keeps roles by their names.
    #[serde(skip)]
    pub role: Option<Role>,
    /// The version that was read.
    pub version: Version,
}

/// Given and family name as one; either may be empty.
pub fn full_name(given: &str, family: &str) -> String {
    match (given, family) {
        (one, "") | ("", one) => one.to_owned(),
        (given, family) => format!("{given} {family}"),
    }
}

impl User {
    /// "Maria Vasquez", or whichever of the two names there is.
    pub fn name(&self) -> String {
        full_name(&self.given_name, &self.family_name)
    }

    /// The phone number on record; empty where there is none or the directory shows none.
    pub fn phone(&self) -> &str {
        self.details.known().map_or("", |details| &details.phone)
    }

    /// Is the account one of those that `reach` covers?
    pub fn is_reached_by(&self, reach: &Reach) -> bool {
        let station = self.details.known().map(|details| details.station.as_str());
        reach.covers(self.kind.known().copied(), station)
    }

    /// Are permissions and reach those of the role?
    pub fn shows_role(&self, role: &Role) -> bool {
        role.permissions() == self.permissions && role.reach() == self.reach
    }

    /// The role that is held: by its name, or the built-in one that permissions and reach are those of.
    pub fn role_shown(&self) -> Option<Role> {
        let mut built_in = Role::BUILT_IN.into_iter();
        let held = self.role.clone();
        held.or_else(|| built_in.find(|role| self.shows_role(role)))
    }

    /// The verdict at `now`.
    pub fn verdict(&self, now: Timestamp) -> Verdict {
        self.state.verdict(now)
    }

    /// Can the user sign in, at `now`, judging by the state alone?
    pub fn outlook(&self, now: Timestamp) -> SignInOutlook {
        self.state.outlook(now, Evidence::None)
    }
}
