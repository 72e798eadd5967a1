//! Walks over keyboards, and rows of the alphabet and of digits.

/// The rows of a keyboard, the keys of a column under one another: as they are, and with Shift where
/// that gives no capital letter. A key that is missing is a blank.
type Layout = [&'static str; 8];

const LAYOUTS: [Layout; 6] = [
    // American
    [
        "1234567890-=",
        "qwertyuiop[]",
        "asdfghjkl;'",
        "zxcvbnm,./",
        "!@#$%^&*()_+",
        "          {}",
        "         :\"",
        "       <>?",
    ],
    // German, the accents as the near letters that the rules see
    [
        "1234567890s",
        "qwertzuiopu+",
        "asdfghjkloa#",
        "yxcvbnm,.-",
        "!\"#$%&/()=?",
        "           *",
        "           '",
        "       ;:_",
    ],
    // French
    [
        "&e\"'(-e_ca)=",
        "azertyuiop^$",
        "qsdfghjklmu*",
        "wxcvbn,;:!",
        "1234567890 +",
        "",
        "           ",
        "      ?./",
    ],
    // Number pad
    ["789", "456", "123", "0", "", "", "", ""],
    // A telephone's keys
    ["123", "456", "789", "*0#", "", "", "", ""],
    // Alphabet
    ["abcdefghijklmnopqrstuvwxyz", "", "", "", "", "", "", ""],
];

/// Shorter walks are in words by chance.
const LEAST: usize = 3;
/// Two walks of which each takes every other key: `1q2w3e4r`.
const LEAST_INTERLEAVED: usize = 6;
/// A start, a direction and a length: 50 keys, 8 ways.
const WALK: u16 = 25;
const INTERLEAVED: u16 = 35;
/// After another walk: the next row or column, in the same way.
const NEXT: u16 = 7;

/// Where a key lies: row and column.
type Place = (i8, i8);

fn places(layout: &Layout, char: char) -> impl Iterator<Item = Place> {
    (0_i8..).zip(layout).flat_map(move |(row, keys)| {
        (0_i8..)
            .zip(keys.chars())
            .filter(move |(_, key)| *key == char && char != ' ')
            .map(move |(column, _)| (row % 4, column))
    })
}

/// How far one must go from `from` to `to`, if no further than to the neighbouring key; (0, 0) is
/// the same key again.
fn steps(layout: &'static Layout, from: char, to: char) -> impl Iterator<Item = Place> {
    places(layout, from).flat_map(move |(row, column)| {
        places(layout, to)
            .map(move |(next_row, next_column)| (next_row - row, next_column - column))
            .filter(|(down, right)| down.abs() <= 1 && right.abs() <= 1)
    })
}

/// Hands over each walk that `text` starts with: its length, its price, its price after another.
pub(super) fn each(text: &[char], mut take: impl FnMut(usize, u16, u16)) {
    for chars in LEAST..=straight(text, 1) {
        take(chars, WALK, NEXT);
    }
    for chars in LEAST_INTERLEAVED..=straight(text, 2) {
        take(chars, INTERLEAVED, NEXT);
    }
}

/// How many characters from the start are one straight walk, or `apart` walks in turn.
fn straight(text: &[char], apart: usize) -> usize {
    let run = |offset: usize| {
        let keys = || text.iter().skip(offset).step_by(apart).copied();
        let pairs = || keys().zip(keys().skip(1));
        let Some((first, second)) = pairs().next() else {
            return keys().count();
        };
        let same = first == second;
        let as_long = |goes: &dyn Fn(char, char) -> bool| {
            1 + pairs().take_while(|(from, to)| goes(*from, *to)).count()
        };
        if same {
            return as_long(&|from, to| from == to);
        }
        LAYOUTS
            .iter()
            .flat_map(|layout| steps(layout, first, second).map(move |step| (layout, step)))
            .map(|(layout, step)| {
                as_long(&|from, to| from != to && steps(layout, from, to).any(|next| next == step))
            })
            .chain([as_long(&|from, to| {
                matches!((from, to), ('9', '0') | ('0', '9')) || next_digit(from, to)
            })])
            .max()
            .unwrap_or(1)
    };
    if apart == 1 {
        return run(0);
    }
    let (even, odd) = (run(0), run(1));
    if even <= odd {
        // Even positions end first: the odd one behind the last of them still counts.
        (2 * even).min(text.len())
    } else {
        2 * odd + 1
    }
}

/// A row of digits goes on after 9.
fn next_digit(from: char, to: char) -> bool {
    from.is_ascii_digit() && u32::from(from) + 1 == u32::from(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_is_as_long_as_it_goes_straight_on() {
        for (text, apart, expected) in [
            ("", 1, 0),
            ("q", 1, 1),
            ("q9", 1, 1),
            ("qwerty", 1, 6),
            ("qwert9", 1, 5),
            ("aaaab", 1, 4),
            ("789012", 1, 6),
            ("901234", 1, 6),
            ("1q2w3e4r", 2, 8),
            ("1q2w3e4r5", 2, 9),
            ("1q2w3e495p", 2, 7),
            ("1q3w5e", 2, 2),
        ] {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(straight(&chars, apart), expected, "{text}");
        }
    }
}
