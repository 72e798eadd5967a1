//! Times as people read them.

use jiff::{Timestamp, tz::TimeZone};

/// `03:12` today, `2026-11-22 03:12` on another day, in `zone`.
pub fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let at = at.to_zoned(zone.clone());
    let today = now.to_zoned(zone.clone()).date() == at.date();
    at.strftime(if today { "%H:%M" } else { "%Y-%m-%d %H:%M" })
        .to_string()
}

/// A time to come: `21:05` today, `Sat 21:05` within six days, `2026-12-24 21:05` later.
pub fn ahead(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (then, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let days = today
        .date()
        .until(then.date())
        .map_or(i32::MAX, |span| span.get_days());
    if at < now || !(1..=6).contains(&days) {
        return moment(at, now, zone);
    }
    then.strftime("%a %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_within_six_days_bears_its_weekday_and_a_later_one_its_date() {
        let now: Timestamp = "2026-11-27T21:05:00Z".parse().unwrap();
        let told = |text: &str| ahead(text.parse().unwrap(), now, &TimeZone::UTC);
        assert_eq!(told("2026-11-27T23:00:00Z"), "23:00");
        assert_eq!(told("2026-11-28T21:05:00Z"), "Sat 21:05");
        assert_eq!(told("2026-12-03T00:00:00Z"), "Thu 00:00");
        assert_eq!(told("2026-12-04T00:00:00Z"), "2026-12-04 00:00");
        assert_eq!(told("2026-11-26T21:05:00Z"), "2026-11-26 21:05");
    }
}
