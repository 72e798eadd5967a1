//! Times as people read them: one clock for console, commands and messages, and every time with
//! its zone.

use std::{env, fs, sync::OnceLock};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

/// The zone in which times are shown: `TZ`, else this machine's.
pub fn zone() -> &'static TimeZone {
    static ZONE: OnceLock<TimeZone> = OnceLock::new();
    ZONE.get_or_init(|| {
        // jiff alone would look the name up, and reads the names of all zones for that: a hundred
        // system calls before the first frame.
        if env::var_os("TZ").is_none()
            && let Ok(rules) = fs::read("/etc/localtime")
            && let Ok(zone) = TimeZone::tzif("Local", &rules)
        {
            return zone;
        }
        TimeZone::system()
    })
}

/// `03:12 UTC` today, `2026-11-22 03:12 UTC` on another day, in `zone`.
pub fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let at = at.to_zoned(zone.clone());
    let today = now.to_zoned(zone.clone()).date() == at.date();
    let form = if today {
        "%H:%M %Z"
    } else {
        "%Y-%m-%d %H:%M %Z"
    };
    at.strftime(form).to_string()
}

/// The same and how long ago that was: `03:12 UTC (20 minutes ago)`.
pub fn since(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let moment = moment(at, now, zone);
    match ago(at, now) {
        Some(ago) => format!("{moment} ({ago})"),
        None => moment,
    }
}

/// A time to come: `21:05 UTC` today, `Sat 21:05 UTC` within six days, `2026-12-24 21:05 UTC` later.
pub fn ahead(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (then, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let days = today
        .date()
        .until(then.date())
        .map_or(i32::MAX, |span| span.get_days());
    if at < now || !(1..=6).contains(&days) {
        return moment(at, now, zone);
    }
    then.strftime("%a %H:%M %Z").to_string()
}

/// A time as it is recorded, to the second: `2026-11-22 03:12:09 UTC`.
pub fn stamp(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S %Z")
        .to_string()
}

/// `20 minutes ago`; nothing for a time to come, as between two clocks, or more than a year back.
pub fn ago(at: Timestamp, now: Timestamp) -> Option<String> {
    let passed = now.duration_since(at);
    if passed < SignedDuration::ZERO {
        return None;
    }
    let (minutes, hours) = (passed.as_mins(), passed.as_hours());
    let (count, unit) = match (minutes, hours) {
        (0, _) => return Some("just now".into()),
        (1..60, _) => (minutes, "minute"),
        (_, 1..48) => (hours, "hour"),
        (_, 48..8784) => (hours / 24, "day"),
        _ => return None,
    };
    let plural = if count == 1 { "" } else { "s" };
    Some(format!("{count} {unit}{plural} ago"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_within_six_days_bears_its_weekday_and_a_later_one_its_date() {
        let now = at("2026-11-27T21:05:00Z");
        let told = |text: &str| ahead(at(text), now, &TimeZone::UTC);
        assert_eq!(told("2026-11-27T23:00:00Z"), "23:00 UTC");
        assert_eq!(told("2026-11-28T21:05:00Z"), "Sat 21:05 UTC");
        assert_eq!(told("2026-12-03T00:00:00Z"), "Thu 00:00 UTC");
        assert_eq!(told("2026-12-04T00:00:00Z"), "2026-12-04 00:00 UTC");
        assert_eq!(told("2026-11-26T21:05:00Z"), "2026-11-26 21:05 UTC");
    }

    #[test]
    fn a_time_is_told_with_how_long_ago_it_was() {
        let now = at("2026-11-27T21:05:00Z");
        let told = |text: &str| since(at(text), now, &TimeZone::UTC);
        assert_eq!(told("2026-11-27T21:04:01Z"), "21:04 UTC (just now)");
        assert_eq!(told("2026-11-27T21:04:00Z"), "21:04 UTC (1 minute ago)");
        assert_eq!(told("2026-11-27T20:45:00Z"), "20:45 UTC (20 minutes ago)");
        assert_eq!(told("2026-11-27T20:05:00Z"), "20:05 UTC (1 hour ago)");
        assert_eq!(
            told("2026-11-25T22:00:00Z"),
            "2026-11-25 22:00 UTC (47 hours ago)"
        );
        assert_eq!(
            told("2026-11-20T21:05:00Z"),
            "2026-11-20 21:05 UTC (7 days ago)"
        );
        assert_eq!(told("2024-11-20T21:05:00Z"), "2024-11-20 21:05 UTC");
        assert_eq!(
            told("2026-11-27T21:06:00Z"),
            "21:06 UTC",
            "by another clock"
        );
    }

    #[test]
    fn a_time_carries_the_zone_in_which_it_is_told() {
        let zone = TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap();
        let now = at("2026-11-27T21:05:00Z");
        assert_eq!(moment(at("2026-11-27T20:45:00Z"), now, &zone), "15:45 EST");
        assert_eq!(
            ahead(at("2026-11-28T20:45:00Z"), now, &zone),
            "Sat 15:45 EST"
        );
        assert_eq!(
            stamp(at("2026-07-01T20:45:09Z"), &zone),
            "2026-07-01 16:45:09 EDT"
        );
    }
}
