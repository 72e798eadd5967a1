//! What users are filtered by, as sets of rows in the form of those of the search index.
//!
//! A time is kept bit by bit: for each of the bits of its milliseconds the users in whose time it is
//! set. "Before now" is then a walk over some forty sets, exact and as fast for a million users
//! whose passwords have ended as for one.
//!
//! The tables say themselves whose facets change, by triggers (`schema/6-facets.sql`): whatever
//! writes, no change is missed. Who has changed waits in `facets_waiting`, with what the sets hold
//! of the account, and many are folded into the sets at once.

pub(in super::super) mod check;
pub(in super::super) mod merge;

use rusqlite::{Connection, OptionalExtension, Row as SqlRow};

use super::{Row, gram::Gram};
use crate::store::StoreError;

/// Bits of a time in milliseconds since 1970: until the year 2109.
pub(in super::super) const TIME_BITS: u8 = 42;
/// The latest time that is told from a later one.
const LATEST: i64 = (1 << TIME_BITS) - 1;

/// The columns of a user's facets, in the view and in the table of those who wait.
const COLUMNS: &str = "row, kind, role, active, has_password, must_change, changed_at, expires_at, \
     last_at, locked_since, station, valid_until";

/// A set of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Facet {
    /// Everybody.
    User,
    /// Not disabled.
    Active,
    /// With a lock in force.
    Locked,
    /// With a password.
    Password,
    /// Whose next sign-in asks for a new password.
    MustChange,
    /// Whose password was reset and has not been used.
    Unused,
    /// Who have signed in.
    SignedIn,
    /// Of a kind, by its number.
    Kind(i64),
    /// With a role, by its number.
    Role(i64),
    /// At a station, by its number.
    Station(i64),
    /// With this time.
    Has(Time),
    /// With a time in which this bit is set.
    Bit(Time, u8),
}

/// A time that users are filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Time {
    /// When the password ends.
    PasswordEnd,
    /// The last sign-in or the last new password, whichever was later.
    LastUse,
    /// Until when somebody has said that the account is valid.
    ValidUntil,
}

impl Time {
    const fn field(self) -> i64 {
        match self {
            Self::PasswordEnd => 16,
            Self::LastUse => 17,
            Self::ValidUntil => 18,
        }
    }
}

impl Facet {
    /// The gram of the set; the numbers stand in stores and stay as they are.
    pub(in super::super) const fn gram(self) -> Gram {
        let (field, value) = match self {
            Self::User => (0, 0),
            Self::Active => (0, 1),
            Self::Locked => (0, 2),
            Self::Password => (0, 3),
            Self::MustChange => (0, 4),
            Self::Unused => (0, 5),
            Self::SignedIn => (0, 6),
            Self::Kind(kind) => (1, kind),
            Self::Role(role) => (2, role),
            Self::Station(station) => (3, station),
            Self::Has(time) => (time.field(), 63),
            Self::Bit(time, bit) => (time.field(), bit as i64),
        };
        Gram::facet(field, value)
    }
}

/// A time as it is kept: nothing before 1970, nothing behind the latest.
pub(in super::super) fn kept(millis: i64) -> i64 {
    millis.clamp(0, LATEST)
}

/// What a user is filtered by.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Facets {
    kind: i64,
    role: i64,
    active: bool,
    password: Option<Password>,
    last_at: Option<i64>,
    locked: bool,
    station: Option<i64>,
    valid_until: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Password {
    must_change: bool,
    changed_at: i64,
    expires_at: Option<i64>,
}

/// Reads what [`COLUMNS`] name; `None` for who is not there.
fn read(row: &SqlRow<'_>) -> rusqlite::Result<(Row, Option<Facets>)> {
    let number = row.get(0)?;
    let Some(kind) = row.get(1)? else {
        return Ok((number, None));
    };
    let password = if row.get(4)? {
        Some(Password {
            must_change: row.get(5)?,
            changed_at: row.get(6)?,
            expires_at: row.get(7)?,
        })
    } else {
        None
    };
    let facets = Facets {
        kind,
        role: row.get(2)?,
        active: row.get(3)?,
        password,
        last_at: row.get(8)?,
        locked: row.get::<_, Option<i64>>(9)?.is_some(),
        station: row.get(10)?,
        valid_until: row.get(11)?,
    };
    Ok((number, Some(facets)))
}

/// The facets of a user as they are now.
fn now(connection: &Connection, row: Row) -> Result<Option<Facets>, StoreError> {
    let now = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM facets WHERE row = ?1"))?
        .query_row([row], read)
        .optional()?;
    Ok(now.and_then(|(_, facets)| facets))
}

/// The sets that a user is in now, in ascending order; none for who is not there.
pub(in super::super) fn grams_now(
    connection: &Connection,
    row: Row,
    grams: &mut Vec<Gram>,
) -> Result<(), StoreError> {
    grams.clear();
    if let Some(facets) = now(connection, row)? {
        collect(&facets, grams);
    }
    Ok(())
}

/// Whose facets are not up to date in the sets, in the order of rows.
pub(in super::super) fn waiting(connection: &Connection) -> Result<Vec<Row>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT row FROM facets_waiting ORDER BY row")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every set that a user is in, each once, in ascending order. `grams` is emptied first.
fn collect(facets: &Facets, grams: &mut Vec<Gram>) {
    grams.clear();
    let mut add = |facet: Facet| grams.push(facet.gram());
    add(Facet::User);
    add(Facet::Kind(facets.kind));
    add(Facet::Role(facets.role));
    if facets.active {
        add(Facet::Active);
    }
    if facets.locked {
        add(Facet::Locked);
    }
    if facets.last_at.is_some() {
        add(Facet::SignedIn);
    }
    if let Some(station) = facets.station {
        add(Facet::Station(station));
    }
    let mut time = |time: Time, millis: Option<i64>| {
        let Some(millis) = millis.map(kept) else {
            return;
        };
        add(Facet::Has(time));
        for bit in (0..TIME_BITS).filter(|bit| millis >> bit & 1 == 1) {
            add(Facet::Bit(time, bit));
        }
    };
    let password = facets.password.as_ref();
    time(
        Time::PasswordEnd,
        password.and_then(|password| password.expires_at),
    );
    let changed_at = password.map(|password| password.changed_at);
    time(Time::LastUse, facets.last_at.max(changed_at));
    time(Time::ValidUntil, facets.valid_until);
    if let Some(password) = password {
        add(Facet::Password);
        if password.must_change {
            add(Facet::MustChange);
            if facets.last_at.is_none_or(|last| last < password.changed_at) {
                add(Facet::Unused);
            }
        }
    }
    grams.sort_unstable();
}
