//! From and until when an account is valid, as it is shown and typed: a date, perhaps with a time.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

const FORM: &str = "%Y-%m-%d %H:%M";
const WRONG: &str =
    "Type a date as 2026-12-31, perhaps with a time as 2026-12-31 18:00, or nothing.";

/// Which end of the time in which an account is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// From then on.
    From,
    /// Until then. A date without a time counts with its whole day.
    Until,
}

impl End {
    /// The text of a time; empty for none.
    pub fn text(self, at: Option<Timestamp>, zone: &TimeZone) -> String {
        let Some(at) = at else {
            return String::new();
        };
        let at = at.to_zoned(zone.clone()).datetime();
        let is_midnight = at.time() == Time::midnight();
        match self {
            Self::From if is_midnight => at.date().to_string(),
            Self::Until if is_midnight => match at.date().yesterday() {
                Ok(last) => last.to_string(),
                Err(_) => at.strftime(FORM).to_string(),
            },
            Self::From | Self::Until => at.strftime(FORM).to_string(),
        }
    }

    /// The time of a text; none where nothing was typed.
    ///
    /// # Errors
    /// What to type.
    pub fn read(self, text: &str, zone: &TimeZone) -> Result<Option<Timestamp>, &'static str> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let at = match text.parse::<Date>().ok().filter(|_| text.len() <= 10) {
            Some(date) => match self {
                Self::From => date.to_datetime(Time::midnight()),
                Self::Until => date
                    .checked_add(1.day())
                    .map_err(|_| WRONG)?
                    .to_datetime(Time::midnight()),
            },
            None => DateTime::strptime(FORM, text).map_err(|_| WRONG)?,
        };
        let at = at.to_zoned(zone.clone()).map_err(|_| WRONG)?;
        Ok(Some(at.timestamp()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> TimeZone {
        TimeZone::fixed(jiff::tz::offset(-7))
    }

    #[test]
    fn a_last_day_counts_whole_and_is_shown_as_it_was_typed() {
        let read = |end: End, text: &str| end.read(text, &zone()).unwrap().unwrap().to_string();
        assert_eq!(read(End::From, "2026-12-01"), "2026-12-01T07:00:00Z");
        assert_eq!(read(End::Until, "2026-12-31"), "2027-01-01T07:00:00Z");
        assert_eq!(read(End::Until, "2026-12-31 18:00"), "2027-01-01T01:00:00Z");
        for text in ["2026-12-31", "2026-12-31 18:00", ""] {
            for end in [End::From, End::Until] {
                let at = end.read(text, &zone()).unwrap();
                assert_eq!(end.text(at, &zone()), text, "{end:?}");
            }
        }
    }

    #[test]
    fn what_is_no_date_is_refused_with_one_that_is() {
        for text in ["soon", "31.12.2026", "2026-13-01", "2026-12-31 25:00"] {
            assert_eq!(End::Until.read(text, &zone()), Err(WRONG), "{text}");
        }
    }
}
