//! Numbers that people put behind words: a few digits, years, dates.

/// Hands over the length and price of each number that `text` starts with.
pub(super) fn each(text: &[char], mut take: impl FnMut(usize, u16)) {
    let digits: usize = text
        .iter()
        .take(8)
        .take_while(|char| char.is_ascii_digit())
        .count();
    for (chars, price) in [(2, 14), (3, 22), (4, 29)] {
        if digits >= chars {
            take(chars, price);
        }
    }
    let number = |from: usize, to: usize| {
        text[from..to].iter().fold(0, |number, digit| {
            number * 10 + digit.to_digit(10).unwrap_or_default()
        })
    };
    let is_year = |from| (1900..=2099).contains(&number(from, from + 4));
    let is_day = |from| {
        let (left, right) = (number(from, from + 2), number(from + 2, from + 4));
        (1..=31).contains(&left) && (1..=31).contains(&right) && (left <= 12 || right <= 12)
    };
    if digits >= 4 && is_year(0) {
        take(4, 13);
    }
    if digits >= 4 && is_day(0) {
        take(4, 26);
    }
    // Day, month and year of two digits, in any order: a hundred years of 366 days.
    if digits >= 6 && (is_day(0) || is_day(2)) {
        take(6, 38);
    }
    if digits >= 8 && ((is_day(0) && is_year(4)) || (is_year(0) && is_day(4))) {
        take(8, 39);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is a number of its own beside the mere digits.
    fn dates(text: &str) -> Vec<(usize, u16)> {
        let text: Vec<char> = text.chars().collect();
        let mut found = Vec::new();
        each(&text, |chars, price| found.push((chars, price)));
        let digits = [(2, 14), (3, 22), (4, 29)];
        let count = text.iter().take_while(|char| char.is_ascii_digit()).count();
        for one in digits.into_iter().filter(|(chars, _)| *chars <= count) {
            let place = found.iter().position(|other| *other == one);
            found.remove(place.unwrap());
        }
        found
    }

    #[test]
    fn years_days_and_dates_are_cheaper_than_their_digits() {
        for (text, expected) in [
            ("x", &[][..]),
            ("7", &[]),
            ("71x", &[]),
            ("1899", &[]),
            ("1900", &[(4, 13)]),
            ("1999", &[(4, 13)]),
            ("2099", &[(4, 13)]),
            ("2100", &[]),
            ("3112", &[(4, 26)]),
            ("1231", &[(4, 26)]),
            ("1313", &[]),
            ("3213", &[]),
            ("1232", &[]),
            ("0012", &[]),
            ("1200", &[]),
            ("311299", &[(4, 26), (6, 38)]),
            ("991231", &[(6, 38)]),
            ("999999", &[]),
            ("31121999", &[(4, 26), (6, 38), (8, 39)]),
            ("19991231", &[(4, 13), (8, 39)]),
            ("19990000", &[(4, 13)]),
            ("31120000", &[(4, 26), (6, 38)]),
            ("99991231", &[]),
            ("99991999", &[]),
        ] {
            assert_eq!(dates(text), expected, "{text}");
        }
    }
}
