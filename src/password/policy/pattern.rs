//! What a list would hold at every length if it could.

use crate::password::word_list::COMMON_PASSWORDS;

/// A listed password several times over, up to three characters again and again, or one row of
/// letters or digits up or down.
pub(super) fn is_pattern(text: &str) -> bool {
    let chars = || text.chars();
    let count = chars().count();
    if count < 4 {
        return false;
    }
    let repeated = (1..=count / 2)
        .filter(|unit| count % unit == 0 || *unit <= 3)
        .filter(|unit| chars().skip(*unit).eq(chars().take(count - unit)))
        .any(|unit| {
            let bytes = chars().take(unit).map(char::len_utf8).sum();
            unit <= 3 || COMMON_PASSWORDS.contains(&text[..bytes])
        });
    let pairs = || chars().zip(chars().skip(1));
    repeated
        || pairs().all(|(left, right)| follows(left, right))
        || pairs().all(|(left, right)| follows(right, left))
}

fn follows(left: char, right: char) -> bool {
    matches!((left, right), ('9', '0') | ('z', 'a')) || u32::from(left) + 1 == u32::from(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_and_rows_are_patterns() {
        for text in [
            "aaaaaaaaaaaaaaa",
            "abababababababa",
            "xyzxyzxyzxyzxyzxy",
            "passwordpasswordpassword",
            "dragondragondragon",
            "123456789012345",
            "987654321098765",
            "abcdefghijklmnop",
            "ééééééééééééééé",
            "xxxx",
        ] {
            assert!(is_pattern(text), "{text}");
        }
    }

    #[test]
    fn a_phrase_is_not() {
        for text in [
            "",
            "ab",
            "correct horse battery",
            "boo-hoo boo-hoo",
            "dragon",
            "xqzxq",
        ] {
            assert!(!is_pattern(text), "{text}");
        }
    }
}
