//! What is on record about one person, for people to read.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::event::{Kind, Outcome, Record};

/// Days of the chart.
const DAYS: usize = 14;

impl Record {
    /// In plain words: when, what, how it ended, by whom, and the reason or ticket.
    pub fn sentence(&self, zone: &TimeZone) -> String {
        let event = &self.event;
        let at = self.at.to_zoned(zone.clone());
        let what = event.kind.word().replace('-', " ");
        let mut text = format!("{} {what}", at.strftime("%Y-%m-%d %H:%M"));
        if event.outcome != Outcome::Done {
            let _ = write!(text, ", {}", event.outcome.sentence());
        }
        if let Some(who) = &event.operator {
            let _ = write!(text, ", by {}", who.name);
        }
        for more in [&event.detail, &event.reason].into_iter().flatten() {
            let _ = write!(text, "; {more}");
        }
        text
    }
}

/// Sign-ins a day, the oldest day first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInDays {
    last: Date,
    good: [u32; DAYS],
    refused: u32,
}

impl SignInDays {
    /// Those of the fourteen days up to `now` among `records`, days in `zone`.
    pub fn of(records: &[Record], now: Timestamp, zone: &TimeZone) -> Self {
        let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
        let mut days = Self {
            last: day(now),
            good: [0; DAYS],
            refused: 0,
        };
        for record in records {
            if record.event.kind != Kind::SignIn {
                continue;
            }
            let ago = days
                .last
                .since(day(record.at))
                .map_or(-1, |span| span.get_days());
            let place = usize::try_from(ago)
                .ok()
                .and_then(|ago| (DAYS - 1).checked_sub(ago));
            let Some(count) = place.and_then(|place| days.good.get_mut(place)) else {
                continue;
            };
            if record.event.outcome == Outcome::Done {
                *count += 1;
            } else {
                days.refused += 1;
            }
        }
        days
    }

    /// The same in a sentence.
    pub fn sentence(&self) -> String {
        let all: u32 = self.good.iter().sum();
        let on = self.good.iter().filter(|count| **count > 0).count();
        let (refused, days) = (self.refused, if on == 1 { "day" } else { "days" });
        format!("Sign-ins here in {DAYS} days: {all} on {on} {days}, {refused} refused.")
    }

    /// A column a day; without bars a digit, and `+` for more than nine.
    pub fn chart(&self, utf8: bool) -> String {
        const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
        let most = self.good.iter().copied().max().unwrap_or_default().max(1);
        let column = |count: u32| match (utf8, count) {
            (_, 0) => '.',
            (true, _) => {
                let height = (count * 8).div_ceil(most).saturating_sub(1);
                let place = usize::try_from(height).unwrap_or_default();
                BARS.get(place).copied().unwrap_or('█')
            }
            (false, 10..) => '+',
            (false, _) => char::from_digit(count, 10).unwrap_or('+'),
        };
        let columns: String = self.good.iter().map(|count| column(*count)).collect();
        let before = SignedDuration::from_hours(24 * 13);
        let first = self.last.checked_sub(before).unwrap_or(self.last);
        format!(
            "{} {columns} {}",
            first.strftime("%m-%d"),
            self.last.strftime("%m-%d")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Event;

    fn sign_in(at: &str, outcome: Outcome) -> Record {
        Record {
            sequence: 1,
            at: at.parse().unwrap(),
            event: Event {
                kind: Kind::SignIn,
                outcome,
                operator: None,
                target: None,
                source: String::new(),
                directory: String::new(),
                profile: String::new(),
                reason: Some("INC-7".into()),
                intent: None,
                steps: Vec::new(),
                proof: None,
                detail: None,
                caller: None,
                contact_changed: false,
            },
            hash: String::new(),
        }
    }

    fn days(records: &[Record]) -> SignInDays {
        let now = "2026-11-28T10:00:00Z".parse().unwrap();
        SignInDays::of(records, now, &TimeZone::UTC)
    }

    #[test]
    fn sign_ins_are_counted_by_day_for_fourteen_days_and_refusals_apart() {
        let refused = || Outcome::Failed("x".into());
        let mut records = vec![
            sign_in("2026-11-28T09:00:00Z", Outcome::Done),
            sign_in("2026-11-28T08:00:00Z", Outcome::Done),
            sign_in("2026-11-27T23:59:00Z", refused()),
            sign_in("2026-11-15T00:00:00Z", Outcome::Done),
            // A day too early.
            sign_in("2026-11-14T23:59:59Z", Outcome::Done),
        ];
        let told = "Sign-ins here in 14 days: 3 on 2 days, 1 refused.";
        assert_eq!(days(&records).sentence(), told);
        assert_eq!(days(&records).chart(false), "11-15 1............2 11-28");
        assert_eq!(days(&records).chart(true), "11-15 ▄............█ 11-28");
        records.extend((0..9).map(|_| sign_in("2026-11-28T07:00:00Z", Outcome::Done)));
        assert_eq!(days(&records).chart(false), "11-15 1............+ 11-28");
    }

    #[test]
    fn a_record_reads_as_a_sentence_with_its_ticket() {
        let record = sign_in("2026-11-28T09:00:00Z", Outcome::Failed("no answer".into()));
        assert_eq!(
            record.sentence(&TimeZone::UTC),
            "2026-11-28 09:00 sign in, failed: no answer; INC-7"
        );
    }
}
