//! The two ways in which directories write times.

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};

/// Seconds from 1601-01-01 (FILETIME) to 1970-01-01 (Unix).
const FILETIME_EPOCH: i64 = 11_644_473_600;

/// Reads a generalized time (RFC 4517 section 3.3.13): `20261123050400Z`, `20261123050400.123456Z`,
/// `202611230504+0100`.
pub(super) fn generalized(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let zone_at = text.find(['Z', '+', '-'])?;
    let (stamp, zone) = text.split_at(zone_at);
    let (whole, fraction) = stamp.split_once(['.', ',']).unwrap_or((stamp, ""));
    if !whole.is_ascii() || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| whole.get(from..to)?.parse::<i16>().ok();
    let two = |from: usize, or: i8| match whole.len() {
        len if len >= from + 2 => i8::try_from(part(from, from + 2)?).ok(),
        len if len == from => Some(or),
        len if len < from => Some(or),
        _ => None,
    };
    let nanos = format!("{fraction:0<9}").get(..9)?.parse::<i32>().ok()?;
    let local = DateTime::new(
        part(0, 4)?,
        two(4, 1)?,
        two(6, 1)?,
        two(8, 0)?,
        two(10, 0)?,
        two(12, 0)?.min(59),
        nanos,
    )
    .ok()?;
    let offset = match zone {
        "Z" => 0,
        other => {
            let minutes = |at: usize| match other.get(at..at + 2) {
                Some(digits) => digits.parse::<i64>().ok(),
                None => Some(0),
            };
            let seconds = minutes(1)? * 3600 + minutes(3)? * 60;
            if other.starts_with('-') {
                -seconds
            } else {
                seconds
            }
        }
    };
    let utc = local.to_zoned(TimeZone::UTC).ok()?.timestamp();
    utc.checked_sub(SignedDuration::from_secs(offset)).ok()
}

/// Reads a FILETIME: 100 ns since 1601, where 0 and the largest numbers mean "none" or "never".
pub(super) fn filetime(ticks: i64) -> Option<Timestamp> {
    if ticks <= 0 || ticks == i64::MAX {
        return None;
    }
    let seconds = ticks / 10_000_000 - FILETIME_EPOCH;
    let nanos = i32::try_from(ticks % 10_000_000 * 100).ok()?;
    Timestamp::new(seconds, nanos).ok()
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
            let _ = (filetime(ticks), interval(ticks));
        }
    }
}
