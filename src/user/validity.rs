//! From and until when an account is valid, as people and Active Directory write it.

use jiff::{Timestamp, civil, tz::TimeZone};

/// Words that say that there is no such time.
const NONE: [&str; 4] = ["", "none", "never", "-"];

/// The beginning that `text` says: a day begins at midnight in `zone`.
///
/// # Errors
/// A sentence.
pub fn beginning(text: &str, zone: &TimeZone) -> Result<Option<Timestamp>, String> {
    read(text, zone, false)
}

/// The end that `text` says: a day is valid to its end in `zone`, as people mean "until Friday".
///
/// # Errors
/// A sentence.
pub fn end(text: &str, zone: &TimeZone) -> Result<Option<Timestamp>, String> {
    read(text, zone, true)
}

fn read(text: &str, zone: &TimeZone, to_the_end: bool) -> Result<Option<Timestamp>, String> {
    let text = text.trim();
    if NONE.iter().any(|none| text.eq_ignore_ascii_case(none)) {
        return Ok(None);
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(Some(at));
    }
    // A date is read of a longer text too, whose time would be lost.
    let day = (text.len() == "2026-12-31".len())
        .then(|| text.parse::<civil::Date>().ok())
        .flatten();
    let local = match day {
        Some(day) if to_the_end => day.tomorrow().ok().map(civil::DateTime::from),
        Some(day) => Some(day.into()),
        None if text.contains(['T', 't', ' ']) => text.parse::<civil::DateTime>().ok(),
        None => None,
    };
    local
        .and_then(|local| local.to_zoned(zone.clone()).ok())
        .map(|zoned| Some(zoned.timestamp()))
        .ok_or_else(|| {
            format!("'{text}' is no day such as 2026-12-31, nor a time such as 2026-12-31 18:00")
        })
}

/// Would an account that is valid from the one until the other end before it begins?
pub fn ends_before_it_begins(from: Option<Timestamp>, until: Option<Timestamp>) -> bool {
    matches!((from, until), (Some(from), Some(until)) if from >= until)
}

/// Seconds from 1601-01-01 (FILETIME) to 1970-01-01 (Unix).
const FILETIME_EPOCH: i64 = 11_644_473_600;

/// Reads a FILETIME: 100 ns since 1601, where 0 and the largest numbers mean "none" or "never".
pub fn filetime(ticks: i64) -> Option<Timestamp> {
    if ticks <= 0 || ticks == i64::MAX {
        return None;
    }
    let seconds = ticks / 10_000_000 - FILETIME_EPOCH;
    let nanos = i32::try_from(ticks % 10_000_000 * 100).ok()?;
    Timestamp::new(seconds, nanos).ok()
}

/// Writes a FILETIME in whole seconds; `None` for what is not after 1601 began.
pub fn to_filetime(at: Timestamp) -> Option<i64> {
    let seconds = at.as_second().checked_add(FILETIME_EPOCH)?;
    seconds.checked_mul(10_000_000).filter(|ticks| *ticks > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filetime_is_read_as_it_was_written() {
        let end = "2026-12-31T18:00:00Z".parse().unwrap();
        assert_eq!(to_filetime(end).and_then(filetime), Some(end));
        let first = "1601-01-01T00:00:01Z".parse().unwrap();
        assert_eq!(to_filetime(first), Some(10_000_000));
        let before = "1601-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(to_filetime(before), None, "0 is without an end");
    }

    #[expect(clippy::unnecessary_wraps, reason = "what the readings give")]
    fn at(text: &str) -> Option<Timestamp> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn a_day_counts_whole_and_a_time_to_the_second() {
        let zone = TimeZone::fixed(jiff::tz::offset(-7));
        for (text, from, until) in [
            ("2026-12-31", "2026-12-31T07:00:00Z", "2027-01-01T07:00:00Z"),
            (
                "2026-12-31 18:00",
                "2027-01-01T01:00:00Z",
                "2027-01-01T01:00:00Z",
            ),
            (
                " 2026-12-31T18:00:00Z ",
                "2026-12-31T18:00:00Z",
                "2026-12-31T18:00:00Z",
            ),
        ] {
            assert_eq!(beginning(text, &zone), Ok(at(from)), "{text}");
            assert_eq!(end(text, &zone), Ok(at(until)), "{text}");
        }
    }

    #[test]
    fn no_time_can_be_said_and_what_is_not_understood_is_refused() {
        let zone = TimeZone::UTC;
        for none in ["", "none", "Never", " - "] {
            assert_eq!(end(none, &zone), Ok(None), "{none:?}");
        }
        for text in ["12/31/2026", "tomorrow", "2026-13-01", "2026-12-3", "18:00"] {
            let refused = end(text, &zone).unwrap_err();
            assert!(refused.contains(text), "{refused}");
        }
    }
}
