//! How hard a typed password is to guess, in words (zxcvbn).

use zxcvbn::{feedback::Feedback, zxcvbn};

use super::secret::wipe_stack;

/// zxcvbn takes time that grows much faster than its input (two seconds for 100 characters with
/// many signs for letters), so it is given stretches of this length.
const STRETCH: usize = 16;
/// What lies behind this many stretches changes no verdict.
const MOST_STRETCHES: usize = 6;
/// Decimal logarithms of the guesses at which zxcvbn's scores 1 to 4 begin.
const SCORES: [f64; 4] = [3.0, 6.0, 8.0, 10.0];

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
pub fn rate(candidate: &str, known: &[&str]) -> Strength {
    let (guesses, feedback) = reckon(candidate, known, f64::INFINITY);
    let score = score_of(guesses);
    let word = match score {
        0 => "very weak",
        1 => "weak",
        2 => "fair",
        3 => "good",
        _ => "strong",
    };
    let hint = feedback.filter(|_| score <= 2).and_then(|feedback| {
        feedback
            .warning()
            .map(|warning| warning.to_string())
            .or_else(|| feedback.suggestions().first().map(ToString::to_string))
    });
    Strength { score, word, hint }
}

/// Does `candidate` reach `score`? Stops reckoning as soon as it does.
pub(super) fn reaches(candidate: &str, known: &[&str], score: u8) -> bool {
    let Some(enough) = SCORES.get(usize::from(score).wrapping_sub(1)) else {
        return true;
    };
    reckon(candidate, known, *enough).0 >= *enough
}

fn score_of(guesses: f64) -> u8 {
    SCORES.iter().map(|from| u8::from(guesses >= *from)).sum()
}

/// The decimal logarithm of the guesses that the candidate takes, up to `enough`, and what zxcvbn
/// says of its beginning. Stretches are guessed one after the other; one that comes again costs
/// nothing.
fn reckon(candidate: &str, known: &[&str], enough: f64) -> (f64, Option<Feedback>) {
    let mut guesses = 0.0;
    let mut feedback = None;
    let mut stretches: Vec<&str> = Vec::with_capacity(MOST_STRETCHES);
    let mut rest = candidate;
    while !rest.is_empty() && stretches.len() < MOST_STRETCHES && guesses < enough {
        let end = rest
            .char_indices()
            .nth(STRETCH)
            .map_or(rest.len(), |(end, _)| end);
        let (stretch, behind) = rest.split_at(end);
        if !stretches.contains(&stretch) {
            let entropy = zxcvbn(stretch, known);
            guesses += entropy.guesses_log10();
            if stretches.is_empty() {
                feedback = entropy.feedback().cloned();
            }
        }
        stretches.push(stretch);
        rest = behind;
    }
    wipe_stack();
    (guesses, feedback)
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
