//! The lists in `assets/`, searched where they lie in the program: no map, no start-up cost.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// A sorted list, one entry a line, compiled into the program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WordList(&'static str);

/// The most common passwords, in lower case.
pub(crate) const COMMON_PASSWORDS: WordList =
    WordList(include_str!("../../assets/common-passwords.txt"));

/// The short list of the EFF, words of three to five letters.
pub(crate) const SHORT_WORDS: WordList = WordList(include_str!("../../assets/eff-short-words.txt"));

/// The day on which `assets/refresh` last renewed the list of common passwords.
const REFRESHED: &str = include_str!("../../assets/common-passwords.date");

impl WordList {
    /// Is `word` one of the entries?
    pub(crate) fn contains(self, word: &str) -> bool {
        let text = self.0.as_bytes();
        let (mut low, mut high) = (0, text.len());
        while low < high {
            let middle = low.midpoint(high);
            let start = text[low..middle]
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(low, |newline| low + newline + 1);
            let end = text[middle..]
                .iter()
                .position(|byte| *byte == b'\n')
                .map_or(text.len(), |newline| middle + newline);
            match text[start..end].cmp(word.as_bytes()) {
                std::cmp::Ordering::Equal => return true,
                std::cmp::Ordering::Less => low = end + 1,
                std::cmp::Ordering::Greater => high = start,
            }
        }
        false
    }

    /// The entries in order.
    pub(crate) fn iter(self) -> impl Iterator<Item = &'static str> {
        self.0.lines()
    }
}

/// How many passwords the shipped list of common passwords has.
pub fn blocklist_entries() -> u32 {
    u32::try_from(COMMON_PASSWORDS.iter().count()).unwrap_or(u32::MAX)
}

/// The day on which the list of common passwords was last renewed (UTC).
pub fn blocklist_date() -> Date {
    // A test holds the file to this form; the oldest date makes a broken one count as stale.
    REFRESHED.trim().parse().unwrap_or(Date::ZERO)
}

/// How many whole days old the list of common passwords is at `now`; `config check` compares it
/// with the profile's `blocklist_max_age_days`.
pub fn blocklist_age(now: Timestamp) -> u32 {
    let today = now.to_zoned(TimeZone::UTC).date();
    let days = today.duration_since(blocklist_date()).as_hours() / 24;
    u32::try_from(days.max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_lower_case_and_long_enough() {
        for list in [COMMON_PASSWORDS, SHORT_WORDS] {
            let entries: Vec<_> = list.iter().collect();
            assert!(entries.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes()));
            assert!(entries.iter().all(|entry| **entry == entry.to_lowercase()));
            assert!(entries.iter().all(|entry| !entry.is_empty()));
        }
        assert!(blocklist_entries() >= 10_000);
        assert_eq!(SHORT_WORDS.iter().count(), 1296);
        assert!(SHORT_WORDS.iter().all(|word| (3..=5).contains(&word.len())));
    }

    #[test]
    fn every_entry_is_found_and_its_neighbours_are_not() {
        for entry in COMMON_PASSWORDS.iter() {
            assert!(COMMON_PASSWORDS.contains(entry), "{entry}");
            assert!(!COMMON_PASSWORDS.contains(&format!("{entry}\u{1}")));
        }
        for absent in [
            "",
            "\n",
            "password\n",
            "zzzzzzzzzzzzzzzzzzzzzz",
            "\u{10ffff}",
            "pass word",
        ] {
            assert!(!COMMON_PASSWORDS.contains(absent), "{absent:?}");
        }
    }

    #[test]
    fn the_age_of_the_list_counts_from_its_date() {
        let date = blocklist_date();
        assert!(date.year() >= 2026);
        let at = |days: i32| {
            let day = date + jiff::Span::new().days(days);
            day.at(12, 0, 0, 0)
                .to_zoned(TimeZone::UTC)
                .unwrap()
                .timestamp()
        };
        assert_eq!(blocklist_age(at(0)), 0);
        assert_eq!(blocklist_age(at(92)), 92);
        assert_eq!(blocklist_age(at(-5)), 0);
    }
}
