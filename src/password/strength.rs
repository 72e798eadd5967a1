//! How hard a typed password is to guess, in words (zxcvbn).

use zxcvbn::{Score, zxcvbn};

use super::secret::wipe_stack;

/// zxcvbn takes time that grows faster than its input; what lies behind this many characters
/// changes no verdict.
const MOST_CHARS: usize = 100;

/// zxcvbn's verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strength {
    /// 0 (guessed at once) to 4 (very hard to guess).
    pub score: u8,
    /// `very weak`, `weak`, `fair`, `good`, `strong`.
    pub word: &'static str,
    /// One short hint, where zxcvbn has one.
    pub hint: Option<String>,
}

/// Rates `candidate`; `known` are words that the guesser knows too (names, ID, agency).
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named is handled alike"
)]
pub fn rate(candidate: &str, known: &[&str]) -> Strength {
    let end = candidate
        .char_indices()
        .nth(MOST_CHARS)
        .map_or(candidate.len(), |(end, _)| end);
    let entropy = zxcvbn(&candidate[..end], known);
    wipe_stack();
    let (score, word) = match entropy.score() {
        Score::Zero => (0, "very weak"),
        Score::One => (1, "weak"),
        Score::Two => (2, "fair"),
        Score::Three => (3, "good"),
        // The enum is open for a finer top.
        _ => (4, "strong"),
    };
    let hint = entropy.feedback().and_then(|feedback| {
        feedback
            .warning()
            .map(|warning| warning.to_string())
            .or_else(|| feedback.suggestions().first().map(ToString::to_string))
    });
    Strength { score, word, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_password_is_very_weak_and_says_why() {
        let strength = rate("password1", &[]);
        assert_eq!((strength.score, strength.word), (0, "very weak"));
        assert!(strength.hint.is_some_and(|hint| hint.contains("common")));
    }

    #[test]
    fn four_unrelated_words_are_strong_and_need_no_hint() {
        let strength = rate("acorn-otter-lilac-spoon-47", &[]);
        assert_eq!((strength.score, strength.word), (4, "strong"));
        assert_eq!(strength.hint, None);
    }

    #[test]
    fn a_name_that_the_guesser_knows_weakens_it() {
        let unknown = rate("Zyxquovasq77", &[]);
        let known = rate("Zyxquovasq77", &["zyxquovasq"]);
        assert!(known.score < unknown.score, "{known:?} {unknown:?}");
    }

    #[test]
    fn nothing_and_a_pasted_megabyte_are_rated_too() {
        assert_eq!(rate("", &[]).score, 0);
        assert!(rate(&"é電x1".repeat(250_000), &[]).score <= 4);
    }
}
