//! When a password is no more than words that anybody can look up.

use super::candidate::plain;

/// Shorter words than this have no derivatives; a password would be refused by chance.
const LEAST: usize = 3;

/// A context word, in the form in which candidates are compared.
pub(super) struct Word {
    /// The whole word: `maria.vasquez`.
    whole: String,
    /// Its letters and digits only: `mariavasquez`.
    core: Vec<char>,
}

impl Word {
    /// `None` for a word without a letter or digit.
    pub(super) fn new(text: &str) -> Option<Self> {
        let whole = plain(text.trim()).as_str().to_owned();
        let core: Vec<_> = whole
            .chars()
            .filter(|char| char.is_alphanumeric())
            .collect();
        (!core.is_empty()).then_some(Self { whole, core })
    }

    /// Is `candidate` this word, but for case and accents?
    pub(super) fn is(&self, candidate: &str) -> bool {
        self.whole == candidate
    }

    /// What may stand around and between the letters of the word without making it another:
    /// anything but letters, and for a number anything but letters and digits.
    fn is_filler(&self, char: char) -> bool {
        if self.is_number() {
            !char.is_alphanumeric()
        } else {
            !char.is_alphabetic()
        }
    }

    fn is_number(&self) -> bool {
        !self.core.iter().any(|char| char.is_alphabetic())
    }
}

/// Is `candidate` made of nothing but `words` or derivatives of them? A derivative of a word is the
/// word
/// - written forwards or backwards,
/// - with look-alike signs for letters (`h@ll1g4n`),
/// - with digits and symbols before, after and between its letters,
/// - once, several times over, or followed by other words of the list.
pub(super) fn is_made_of(candidate: &str, words: &[Word]) -> bool {
    if words.iter().any(|word| word.is(candidate)) {
        return true;
    }
    let mut spellings: Vec<Spelling<'_>> = words
        .iter()
        .filter(|word| word.core.len() >= LEAST)
        .flat_map(|word| [false, true].map(|backwards| Spelling::new(word, backwards)))
        .collect();
    let mut between = Between::default();
    for char in candidate.chars() {
        let (mut word_ended, mut number_ended) = (false, false);
        for spelling in &mut spellings {
            let numeric = spelling.word.is_number();
            if spelling.step(char, between.may_start(numeric)) {
                *(if numeric {
                    &mut number_ended
                } else {
                    &mut word_ended
                }) = true;
            }
        }
        between.pass(char);
        between.after_word |= word_ended;
        between.after_number |= number_ended;
    }
    between.may_end()
}

/// Where between words the candidate can be. A number touches no other digit: `4711` is not in
/// `947110`.
#[expect(
    clippy::struct_excessive_bools,
    reason = "a set of states that hold together"
)]
struct Between {
    /// Nothing but filler so far.
    unused: bool,
    /// A word has ended, and filler since.
    after_word: bool,
    /// The last character ended a number.
    after_number: bool,
    /// The last character was a digit of the filler.
    after_digit: bool,
}

impl Default for Between {
    fn default() -> Self {
        Self {
            unused: true,
            after_word: false,
            after_number: false,
            after_digit: false,
        }
    }
}

impl Between {
    fn may_start(&self, number: bool) -> bool {
        self.after_number || ((self.unused || self.after_word) && !(number && self.after_digit))
    }

    fn pass(&mut self, filler: char) {
        let digit = filler.is_numeric();
        let is_filler = !filler.is_alphabetic();
        self.unused &= is_filler;
        self.after_word = is_filler && (self.after_word || (self.after_number && !digit));
        self.after_number = false;
        self.after_digit = digit;
    }

    fn may_end(&self) -> bool {
        self.after_word || self.after_number
    }
}

/// One spelling of a word and how far the candidate has come in it.
struct Spelling<'a> {
    word: &'a Word,
    backwards: bool,
    /// `reached[n]`: the candidate so far can end with the first n letters, n > 0.
    reached: Vec<bool>,
}

impl<'a> Spelling<'a> {
    fn new(word: &'a Word, backwards: bool) -> Self {
        Self {
            word,
            backwards,
            reached: vec![false; word.core.len()],
        }
    }

    fn letter(&self, index: usize) -> char {
        let core = &self.word.core;
        core[if self.backwards {
            core.len() - 1 - index
        } else {
            index
        }]
    }

    /// Takes one more character; true when it ends the word.
    fn step(&mut self, char: char, boundary: bool) -> bool {
        let filler = self.word.is_filler(char);
        let last = self.reached.len() - 1;
        let mut ended = false;
        for index in (0..=last).rev() {
            let before = if index == 0 {
                boundary
            } else {
                self.reached[index]
            };
            let fits = before && looks_like(char, self.letter(index));
            if fits && index == last {
                ended = true;
            } else if fits {
                self.reached[index + 1] = true;
            }
            if index > 0 {
                self.reached[index] &= filler;
            }
        }
        ended
    }
}

/// Is `char` the letter, or a sign that people write for it?
pub(super) fn looks_like(char: char, letter: char) -> bool {
    char == letter
        || match letter {
            'a' => matches!(char, '@' | '4'),
            'b' => char == '8',
            'e' => char == '3',
            'g' => matches!(char, '9' | '6'),
            'i' | 'l' => matches!(char, '1' | '!' | '|'),
            'o' => char == '0',
            's' => matches!(char, '$' | '5'),
            't' => matches!(char, '7' | '+'),
            'z' => char == '2',
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_of(candidate: &str, words: &[&str]) -> bool {
        let words: Vec<_> = words.iter().filter_map(|word| Word::new(word)).collect();
        is_made_of(&plain(candidate), &words)
    }

    #[test]
    fn the_word_in_any_dress_is_a_derivative() {
        for candidate in [
            "halligan",
            "HALLIGAN",
            "nagillah",
            "h@ll1g4n",
            "H4LL!G@N",
            "halligan2026!!!",
            "...1halligan",
            "h-a-l-l-i-g-a-n",
            "halliganhalligan",
            "halligan nagillah",
            "12halligan#halligan34",
        ] {
            assert!(made_of(candidate, &["halligan"]), "{candidate}");
        }
    }

    #[test]
    fn a_word_among_others_is_not() {
        for candidate in [
            "halligan bar",
            "my halligan",
            "halliga",
            "hallligan",
            "",
            "2026!!",
        ] {
            assert!(!made_of(candidate, &["halligan"]), "{candidate}");
        }
    }

    #[test]
    fn words_of_the_list_in_a_row_are_refused_too() {
        let words = ["Maria", "Vásquez", "m.vasquez"];
        for candidate in [
            "MariaVasquez1990",
            "vasquez, maria",
            "M_Vasquez!",
            "zeuqsav maria",
        ] {
            assert!(made_of(candidate, &words), "{candidate}");
        }
        assert!(!made_of("maria loves vasquez", &words));
    }

    #[test]
    fn a_number_is_not_found_among_other_digits_by_chance() {
        assert!(made_of("4711", &["4711"]));
        assert!(made_of("#4711-4711#", &["4711"]));
        assert!(made_of("47-11", &["4711"]));
        assert!(!made_of("47911", &["4711"]));
        assert!(!made_of("947110", &["4711"]));
        assert!(!made_of("9247 1133 1", &["4711"]));
    }

    #[test]
    fn a_very_short_word_counts_only_as_itself() {
        assert!(made_of("E1", &["E1"]));
        assert!(!made_of("e1-e1-e1-e1", &["E1"]));
    }
}
