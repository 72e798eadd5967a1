//! How far permissions reach: over which accounts.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use crate::kind::AccountKind;

/// A set of kinds of accounts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(from = "Vec<AccountKind>", into = "Vec<AccountKind>")]
pub struct Kinds(u8);

impl Kinds {
    const fn bit(kind: AccountKind) -> u8 {
        1 << kind as u8
    }

    /// Is `kind` in the set?
    pub const fn holds(self, kind: AccountKind) -> bool {
        self.0 & Self::bit(kind) != 0
    }

    /// No kind at all?
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those of `self` that `other` lacks.
    #[must_use]
    pub const fn beyond(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Those of `self` that are in `other` too.
    #[must_use]
    pub const fn within(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The kinds in listed order.
    pub fn iter(self) -> impl Iterator<Item = AccountKind> {
        AccountKind::ALL
            .into_iter()
            .filter(move |kind| self.holds(*kind))
    }

    /// The set as the number kept in the embedded store; bit n is the n-th of [`AccountKind::ALL`].
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The set of a stored number; bits without a kind are dropped.
    pub fn from_bits(bits: u8) -> Self {
        let all: Self = AccountKind::ALL.into_iter().collect();
        Self(bits & all.0)
    }
}

impl FromIterator<AccountKind> for Kinds {
    fn from_iter<I: IntoIterator<Item = AccountKind>>(iter: I) -> Self {
        Self(
            iter.into_iter()
                .fold(0, |bits, kind| bits | Self::bit(kind)),
        )
    }
}

impl From<Vec<AccountKind>> for Kinds {
    fn from(list: Vec<AccountKind>) -> Self {
        list.into_iter().collect()
    }
}

impl From<Kinds> for Vec<AccountKind> {
    fn from(set: Kinds) -> Self {
        set.iter().collect()
    }
}

impl fmt::Debug for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Over which accounts permissions reach: every account, or those of some kinds, of some stations,
/// or of some kinds at some stations.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Reach {
    /// Accounts of these kinds only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Kinds>,
    /// Accounts of these stations only, compared without regard to case and to blanks at the ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stations: Option<Vec<String>>,
}

impl Reach {
    /// Every account.
    pub const EVERYWHERE: Self = Self {
        kinds: None,
        stations: None,
    };

    /// Every account?
    pub const fn is_everywhere(&self) -> bool {
        self.kinds.is_none() && self.stations.is_none()
    }

    /// Is an account of this kind and station within reach? What is not known is beyond a limit
    /// that speaks of it.
    pub fn covers(&self, kind: Option<AccountKind>, station: Option<&str>) -> bool {
        let kind_fits = self
            .kinds
            .is_none_or(|kinds| kind.is_some_and(|kind| kinds.holds(kind)));
        let station_fits = self
            .stations
            .as_ref()
            .is_none_or(|stations| station.is_some_and(|station| names(stations, station)));
        kind_fits && station_fits
    }

    /// Is every account in reach of `self` in reach of `other`?
    pub fn is_within(&self, other: &Self) -> bool {
        let kinds = match (self.kinds, other.kinds) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(own), Some(other)) => own.beyond(other).is_empty(),
        };
        let stations = match (&self.stations, &other.stations) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(own), Some(other)) => own.iter().all(|station| names(other, station)),
        };
        kinds && stations
    }

    /// The accounts in reach of both.
    #[must_use]
    pub fn narrowed_by(&self, other: &Self) -> Self {
        Self {
            kinds: match (self.kinds, other.kinds) {
                (Some(own), Some(other)) => Some(own.within(other)),
                (own, other) => own.or(other),
            },
            stations: match (&self.stations, &other.stations) {
                (Some(own), Some(other)) => Some(
                    own.iter()
                        .filter(|station| names(other, station))
                        .cloned()
                        .collect(),
                ),
                (own, other) => own.as_ref().or(other.as_ref()).cloned(),
            },
        }
    }
}

/// A station as it is compared: trimmed, as NFC, and without regard to case.
pub fn comparable_station(station: &str) -> String {
    station.trim().to_lowercase().nfc().collect()
}

fn names(stations: &[String], station: &str) -> bool {
    let wanted = comparable_station(station);
    // An account without a station is at none, whatever an empty entry of the list says.
    !wanted.is_empty()
        && stations
            .iter()
            .any(|known| comparable_station(known) == wanted)
}

impl fmt::Display for Reach {
    /// `residential and commercial accounts of station 4`; `every account`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kinds {
            None if self.stations.is_none() => return f.write_str("every account"),
            None => f.write_str("accounts")?,
            Some(kinds) if kinds.is_empty() => return f.write_str("no account"),
            Some(kinds) => {
                let words: Vec<_> = kinds.iter().map(AccountKind::word).collect();
                write!(f, "{} accounts", listed(&words))?;
            }
        }
        if let Some(stations) = &self.stations {
            let words: Vec<_> = stations.iter().map(String::as_str).collect();
            let stations = if words.len() == 1 {
                "station"
            } else {
                "stations"
            };
            if words.is_empty() {
                f.write_str(" of no station")?;
            } else {
                write!(f, " of {stations} {}", listed(&words))?;
            }
        }
        Ok(())
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests;
