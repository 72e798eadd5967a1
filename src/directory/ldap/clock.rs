//! The two ways in which directories write times.

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};

pub(super) use crate::user::validity::{filetime, to_filetime};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Reads a generalized time (RFC 4517 section 3.3.13): `20261123050400Z`, `20261123050400.123456Z`,
/// `202611230504+0100`.
pub(super) fn generalized(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let zone_at = text.find(['Z', '+', '-'])?;
    let (stamp, zone) = text.split_at(zone_at);
    let (whole, fraction) = match stamp.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (stamp, None),
    };
    // The unit of the last two digits: a fraction is one of an hour, of a minute or of a second.
    let unit = match whole.len() {
        10 => 3600,
        12 => 60,
        14 => 1,
        _ => return None,
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) {
        return None;
    }
    let two = |from: usize| match whole.get(from..from + 2) {
        Some(digits) => digits.parse::<i8>().ok(),
        None => Some(0),
    };
    let year = whole.get(..4)?.parse::<i16>().ok()?;
    let hour = DateTime::new(year, two(4)?, two(6)?, two(8)?, 0, 0, 0).ok()?;
    let (minute, second) = (two(10)?, two(12)?);
    // 60 is a leap second.
    if minute > 59 || second > 60 {
        return None;
    }
    let part = match fraction {
        None => 0,
        Some(fraction) if !fraction.is_empty() && digits(fraction) => {
            format!("{fraction:0<9}").get(..9)?.parse::<i64>().ok()?
        }
        Some(_) => return None,
    };
    let within_hour = SignedDuration::from_secs(i64::from(minute) * 60 + i64::from(second.min(59)))
        + SignedDuration::from_nanos(part * unit);
    let utc = hour.to_zoned(TimeZone::UTC).ok()?.timestamp();
    utc.checked_add(within_hour)
        .ok()?
        .checked_sub(offset(zone)?)
        .ok()
}

/// How far a zone is ahead of UTC: `Z`, `+0130`, `-05`.
fn offset(zone: &str) -> Option<SignedDuration> {
    if zone == "Z" {
        return Some(SignedDuration::ZERO);
    }
    let (sign, digits) = zone.split_at(1);
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = digits
        .get(2..)
        .filter(|m| !m.is_empty())
        .map_or(Some(0), |m| m.parse().ok())?;
    let ahead = SignedDuration::from_mins(hours * 60 + minutes);
    Some(if sign == "-" { -ahead } else { ahead })
}

/// Reads a number of days since 1970-01-01, as `shadowExpire` has it (RFC 2307 section 2.3).
pub(super) fn days(days: i64) -> Option<Timestamp> {
    Timestamp::from_second(days.checked_mul(DAY)?).ok()
}

/// A time as a generalized time, in whole seconds.
pub(super) fn as_generalized(at: Timestamp) -> String {
    at.strftime("%Y%m%d%H%M%SZ").to_string()
}

/// A length of time in 100 ns, written as a negative number; 0 and the smallest mean "none".
pub(super) fn interval(ticks: i64) -> Option<SignedDuration> {
    if ticks >= 0 || ticks == i64::MIN {
        return None;
    }
    Some(SignedDuration::from_secs(-(ticks / 10_000_000)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[test]
    fn generalized_times_are_read_in_every_form_that_servers_write() {
        for (text, want) in [
            ("20261123050400Z", "2026-11-23T05:04:00Z"),
            ("20261123050400.5Z", "2026-11-23T05:04:00.5Z"),
            ("20261123050400,250Z", "2026-11-23T05:04:00.25Z"),
            ("202611230504Z", "2026-11-23T05:04:00Z"),
            ("2026112305Z", "2026-11-23T05:00:00Z"),
            ("20261123050400+0130", "2026-11-23T03:34:00Z"),
            ("20261123050400-05", "2026-11-23T10:04:00Z"),
            ("20261123050460Z", "2026-11-23T05:04:59Z"),
            // A fraction belongs to the last unit that is written: half an hour, half a minute.
            ("2026112320.5Z", "2026-11-23T20:30:00Z"),
            ("2026112320,25Z", "2026-11-23T20:15:00Z"),
            ("202611232010.5Z", "2026-11-23T20:10:30Z"),
            ("2026112320.5-0100", "2026-11-23T21:30:00Z"),
            ("19700101000000Z", "1970-01-01T00:00:00Z"),
            ("000001010000Z", "0000-01-01T00:00:00Z"),
        ] {
            assert_eq!(generalized(text), Some(at(want)), "{text}");
        }
        for text in [
            "",
            "Z",
            "2026",
            "20261399000000Z",
            "2026112305040Z",
            // The hour is demanded.
            "20261123Z",
            "20261123050400.Z",
            "20261123050400.5",
            "20261123056000Z",
            "20261123050461Z",
            "20261123050400+1",
            "ab261123050400Z",
        ] {
            assert_eq!(generalized(text), None, "{text}");
        }
    }

    #[test]
    fn a_filetime_of_never_is_no_time() {
        assert_eq!(filetime(i64::MAX), None);
        assert_eq!(filetime(0), None);
        assert_eq!(
            filetime(134_083_586_400_000_000),
            Some(at("2025-11-23T08:04:00Z"))
        );
        assert_eq!(
            interval(-18_000_000_000),
            Some(SignedDuration::from_mins(30))
        );
        assert_eq!(interval(i64::MIN), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,40}") {
            let _ = generalized(&text);
        }

        #[test]
        fn no_number_makes_the_readers_panic(ticks in any::<i64>()) {
            let _ = (filetime(ticks), interval(ticks), days(ticks));
        }
    }
}
