//! Reading a password out on the phone, so that it arrives as it was meant: in the spelling alphabet
//! of APCO (US police) or of ICAO (Annex 10, volume II, 5.2.1.3).

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::word_list::SHORT_WORDS;

/// Which spelling alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alphabet {
    /// Adam, Boy, Charles: usual with US police.
    #[default]
    Apco,
    /// Alfa, Bravo, Charlie.
    Icao,
}

const APCO: [&str; 26] = [
    "Adam", "Boy", "Charles", "David", "Edward", "Frank", "George", "Henry", "Ida", "John", "King",
    "Lincoln", "Mary", "Nora", "Ocean", "Paul", "Queen", "Robert", "Sam", "Tom", "Union", "Victor",
    "William", "X-ray", "Young", "Zebra",
];

const ICAO: [&str; 26] = [
    "Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett",
    "Kilo", "Lima", "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo", "Sierra", "Tango",
    "Uniform", "Victor", "Whiskey", "X-ray", "Yankee", "Zulu",
];

const DIGITS: [&str; 10] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "niner",
];

/// The lines to read out for `text`.
///
/// First how the letters are written, where they all are alike: `all letters small`. Then a line
/// per character (`capital Adam`, `dash`, `seven`), except that a word of the generator's list is
/// one line, said and then spelled: `otter: Ocean Tom Tom Edward Robert`. Letters carry `capital`
/// or `small` only where both occur. The lines tell the secret, so they are zeroized when dropped.
pub fn read_back(text: &str, alphabet: Alphabet) -> Vec<Zeroizing<String>> {
    let has_capital = text.chars().any(char::is_uppercase);
    let has_small = text.chars().any(char::is_lowercase);
    let speaker = Speaker {
        alphabet,
        tell_capitals: has_capital && has_small,
        tell_small: has_capital && has_small,
    };
    let mut lines = Vec::with_capacity(text.len() + 1);
    match (has_capital, has_small) {
        (true, false) => lines.push(line(&["all letters capital"])),
        (false, true) => lines.push(line(&["all letters small"])),
        _ => {}
    }
    for (index, part) in text.split('-').enumerate() {
        if index > 0 {
            lines.push(line(&["dash"]));
        }
        match listed_word(part) {
            Some(word) => lines.push(speaker.word(word, part)),
            None => lines.extend(part.chars().map(|char| speaker.character(char))),
        }
    }
    lines
}

/// Every character of `text` by its word, and which are capitals where `tell_capitals`.
pub fn spelled(text: &str, alphabet: Alphabet, tell_capitals: bool) -> Zeroizing<String> {
    let speaker = Speaker {
        alphabet,
        tell_capitals,
        tell_small: false,
    };
    let words: Vec<_> = text.chars().map(|char| speaker.character(char)).collect();
    let mut parts = Vec::with_capacity(2 * words.len());
    for (index, word) in words.iter().enumerate() {
        parts.extend((index > 0).then_some(" "));
        parts.push(word.as_str());
    }
    line(&parts)
}

/// The generator's word that `part` is, perhaps with a capital first letter.
fn listed_word(part: &str) -> Option<&'static str> {
    let mut chars = part.chars();
    let first = chars.next()?;
    chars.all(|char| char.is_ascii_lowercase()).then_some(())?;
    first.is_ascii_alphabetic().then_some(())?;
    SHORT_WORDS
        .iter()
        .find(|word| word.eq_ignore_ascii_case(part))
}

struct Speaker {
    alphabet: Alphabet,
    tell_capitals: bool,
    tell_small: bool,
}

impl Speaker {
    fn word(&self, word: &str, spelled: &str) -> Zeroizing<String> {
        let letters: Vec<_> = spelled.chars().map(|char| self.character(char)).collect();
        let mut parts = vec![word, ":"];
        for letter in &letters {
            parts.extend([" ", letter.as_str()]);
        }
        line(&parts)
    }

    fn character(&self, char: char) -> Zeroizing<String> {
        if let Some(name) = self.letter(char) {
            return line(&[self.case(char), name]);
        }
        if let Some(name) = digit(char).or_else(|| symbol(char)) {
            return line(&[name]);
        }
        let mut decomposed = std::iter::once(char).nfd();
        if let (Some(base), Some(mark), None) =
            (decomposed.next(), decomposed.next(), decomposed.next())
            && let (Some(name), Some(accent)) = (self.letter(base), accent(mark))
        {
            return line(&[self.case(char), name, " with ", accent]);
        }
        Zeroizing::new(format!(
            "{}character U+{:04X}",
            self.case(char),
            u32::from(char)
        ))
    }

    fn letter(&self, char: char) -> Option<&'static str> {
        let words = match self.alphabet {
            Alphabet::Apco => &APCO,
            Alphabet::Icao => &ICAO,
        };
        let place = char
            .is_ascii_alphabetic()
            .then(|| char.to_ascii_lowercase())?;
        words.get(usize::from(place as u8 - b'a')).copied()
    }

    fn case(&self, char: char) -> &'static str {
        if self.tell_capitals && char.is_uppercase() {
            "capital "
        } else if self.tell_small && char.is_lowercase() {
            "small "
        } else {
            ""
        }
    }
}

/// One allocation of the right size: no growing copy stays behind.
fn line(parts: &[&str]) -> Zeroizing<String> {
    Zeroizing::new(parts.concat())
}

fn digit(char: char) -> Option<&'static str> {
    let digit = char.to_digit(10)?;
    DIGITS.get(digit as usize).copied()
}

/// The customary words; no standard has them.
fn symbol(char: char) -> Option<&'static str> {
    Some(match char {
        ' ' => "space",
        '!' => "exclamation",
        '"' => "double quote",
        '#' => "hash",
        '$' => "dollar",
        '%' => "percent",
        '&' => "and-sign",
        '\'' => "single quote",
        '(' => "open paren",
        ')' => "close paren",
        '*' => "star",
        '+' => "plus",
        ',' => "comma",
        '-' => "dash",
        '.' => "dot",
        '/' => "slash",
        ':' => "colon",
        ';' => "semicolon",
        '<' => "less-than",
        '=' => "equals",
        '>' => "greater-than",
        '?' => "question mark",
        '@' => "at",
        '[' => "open bracket",
        '\\' => "backslash",
        ']' => "close bracket",
        '^' => "caret",
        '_' => "underscore",
        '`' => "backtick",
        '{' => "open brace",
        '|' => "bar",
        '}' => "close brace",
        '~' => "tilde",
        _ => return None,
    })
}

fn accent(mark: char) -> Option<&'static str> {
    Some(match mark {
        '\u{300}' => "grave accent",
        '\u{301}' => "acute accent",
        '\u{302}' => "circumflex",
        '\u{303}' => "tilde",
        '\u{308}' => "two dots",
        '\u{30a}' => "ring",
        '\u{30c}' => "caron",
        '\u{327}' => "cedilla",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, alphabet: Alphabet) -> Vec<String> {
        read_back(text, alphabet)
            .iter()
            .map(|line| line.to_string())
            .collect()
    }

    #[test]
    fn generated_words_are_said_and_spelled() {
        assert_eq!(
            told("otter-lilac-47", Alphabet::Apco),
            [
                "all letters small",
                "otter: Ocean Tom Tom Edward Robert",
                "dash",
                "lilac: Lincoln Ida Lincoln Adam Charles",
                "dash",
                "four",
                "seven",
            ]
        );
        assert_eq!(
            told("Otter-lilac-47", Alphabet::Icao)[0],
            "otter: capital Oscar small Tango small Tango small Echo small Romeo"
        );
    }

    #[test]
    fn groups_are_spelled_without_case_words() {
        assert_eq!(
            told("K7W-M9", Alphabet::Icao),
            [
                "all letters capital",
                "Kilo",
                "seven",
                "Whiskey",
                "dash",
                "Mike",
                "niner",
            ]
        );
    }

    #[test]
    fn mixed_case_symbols_and_accents_have_their_words() {
        assert_eq!(
            told("Ab #é電", Alphabet::Apco),
            [
                "capital Adam",
                "small Boy",
                "space",
                "hash",
                "small Edward with acute accent",
                "character U+96FB",
            ]
        );
    }

    #[test]
    fn the_alphabets_are_in_order() {
        for alphabet in [APCO, ICAO] {
            for (letter, word) in ('A'..='Z').zip(alphabet) {
                assert!(word.starts_with(letter), "{word}");
            }
        }
    }

    #[test]
    fn every_printable_ascii_character_has_a_word() {
        for char in ' '..='~' {
            let lines = told(&char.to_string(), Alphabet::Apco);
            let line = lines.last().unwrap();
            assert!(!line.contains("U+") && line.is_ascii(), "{char}: {line}");
        }
    }
}
