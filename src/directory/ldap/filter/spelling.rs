//! Spellings of one word. Servers compare letter by letter: OpenLDAP, 389 and Samba do not take
//! `muller` for `müller`, nor a typewriter's apostrophe for a printer's.

use deunicode::deunicode;

const APOSTROPHES: [char; 7] = [
    '\'', '\u{2019}', '\u{2018}', '\u{2bc}', '`', '\u{b4}', '\u{2032}',
];
/// Letters that bear marks in European names, and may stand in a directory with or without.
const MARKABLE: &str = "aeiouycnszlrdgt";
/// Those that often do so in one word together.
const OFTEN: &str = "aeiouycnszlr";
/// Two letters that stand for one where a keyboard has no more.
const PAIRS: [&str; 6] = ["ae", "oe", "ue", "aa", "ss", "th"];

/// A word as typed, without its marks, with two letters for a marked one, and with every apostrophe.
pub(super) fn of(word: &str) -> Vec<String> {
    let mut all = vec![word.to_owned(), plain(word), paired(word)];
    if word.contains(APOSTROPHES) {
        for one in all.clone() {
            all.push(one.replace(APOSTROPHES, "'"));
            all.push(one.replace(APOSTROPHES, "\u{2019}"));
            all.push(one.replace(APOSTROPHES, ""));
        }
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|one| !one.is_empty() && seen.insert(one.to_lowercase()));
    all
}

/// Patterns, pieces of the word with anything between them, that a marked letter or an apostrophe
/// fits too. None for a word so short that it would be everybody's.
pub(super) fn patterns(word: &str) -> Vec<Vec<String>> {
    let word = plain(word).replace(APOSTROPHES, "");
    let letters: Vec<char> = word.to_lowercase().chars().collect();
    if letters.len() < 3 {
        return Vec::new();
    }
    let without = |from: usize, count: usize| -> Vec<String> {
        let piece = |part: &[char]| part.iter().collect::<String>();
        vec![piece(&letters[..from]), piece(&letters[from + count..])]
    };
    let mut all: Vec<Vec<String>> = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        if MARKABLE.contains(*letter) {
            all.push(without(at, 1));
        }
        let pair: String = letters[at..].iter().take(2).collect();
        if PAIRS.contains(&pair.as_str()) {
            all.push(without(at, 2));
        }
    }
    // O'Brien, D'Angelo: the apostrophe comes after the first letter.
    all.push(without(1, 0));
    let pieces: Vec<String> = word
        .to_lowercase()
        .split(|letter| OFTEN.contains(letter))
        .filter(|piece| !piece.is_empty())
        .map(str::to_owned)
        .collect();
    if pieces
        .iter()
        .map(|piece| piece.chars().count())
        .sum::<usize>()
        >= 3
    {
        // The first piece may stand anywhere: the letter before it may be marked.
        all.push(std::iter::once(String::new()).chain(pieces).collect());
    }
    all
}

/// Does `text` hold `word`, whatever the marks and apostrophes of both?
pub(in crate::directory::ldap) fn holds(text: &str, word: &str) -> bool {
    let bare = |text: String| text.to_lowercase().replace(APOSTROPHES, "");
    let words = [bare(plain(word)), bare(paired(word))];
    let texts = [bare(plain(text)), bare(paired(text))];
    texts
        .iter()
        .any(|text| words.iter().any(|word| text.contains(word)))
}

/// Latin letters without their marks; other scripts as they are.
fn plain(word: &str) -> String {
    letter_by_letter(word, |letter| match letter {
        'ß' => Some("ss"),
        _ => None,
    })
}

fn paired(word: &str) -> String {
    letter_by_letter(word, |letter| match letter {
        'ä' | 'æ' => Some("ae"),
        'Ä' | 'Æ' => Some("Ae"),
        'ö' | 'ø' | 'œ' => Some("oe"),
        'Ö' | 'Ø' | 'Œ' => Some("Oe"),
        'ü' => Some("ue"),
        'Ü' => Some("Ue"),
        'å' => Some("aa"),
        'Å' => Some("Aa"),
        'ß' => Some("ss"),
        'þ' => Some("th"),
        'Þ' => Some("Th"),
        _ => None,
    })
}

fn letter_by_letter(word: &str, special: impl Fn(char) -> Option<&'static str>) -> String {
    let mut plain = String::with_capacity(word.len());
    for letter in word.chars() {
        let is_marked_latin = matches!(letter, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
            && letter.is_alphabetic();
        match special(letter) {
            Some(letters) => plain.push_str(letters),
            None if is_marked_latin => plain.push_str(&deunicode(&letter.to_string())),
            // Marks that follow their letter.
            None if matches!(letter, '\u{300}'..='\u{36f}') => {}
            None => plain.push(letter),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_word_is_asked_for_with_and_without_its_marks() {
        assert_eq!(of("müller"), ["müller", "muller", "mueller"]);
        assert_eq!(of("o'brien"), ["o'brien", "o\u{2019}brien", "obrien"]);
        assert_eq!(
            of("O\u{2019}Brien"),
            ["O\u{2019}Brien", "O'Brien", "OBrien"]
        );
        assert_eq!(of("smith"), ["smith"]);
        assert_eq!(of("Иванов"), ["Иванов"], "another script stays as it is");
    }

    #[test]
    fn a_plain_word_fits_a_marked_name_and_no_other() {
        for (text, word) in [
            ("Test Müller", "muller"),
            ("Müller", "mull"),
            ("Müller", "mueller"),
            ("Dvořák", "dvorak"),
            ("O\u{2019}Brien", "obrien"),
            ("D'Angelo", "dangelo"),
            ("Strauß", "strauss"),
            ("Nuñez", "nunez"),
            ("Rene\u{301}", "rene"),
            ("Łukasz", "lukasz"),
            ("muller", "müller"),
        ] {
            assert!(holds(text, word), "{text} {word}");
        }
        assert!(!holds("Miller", "muller"));
    }

    /// What a server would find: the pieces in their order, the first at the beginning if `begins`.
    fn fits(text: &str, pieces: &[String]) -> bool {
        let mut rest = text;
        pieces.iter().all(|piece| match rest.find(piece.as_str()) {
            Some(at) => {
                rest = &rest[at + piece.len()..];
                true
            }
            None => false,
        })
    }

    #[test]
    fn the_patterns_of_a_plain_word_fit_the_marked_name() {
        for (text, word) in [
            ("müller", "muller"),
            ("müller", "mueller"),
            ("dvořák", "dvorak"),
            ("o\u{2019}brien", "obrien"),
            ("strauß", "strauss"),
            ("nuñez", "nunez"),
            ("łukasz", "lukasz"),
        ] {
            assert!(
                patterns(word).iter().any(|pieces| fits(text, pieces)),
                "{text} {word}"
            );
        }
        assert!(patterns("ab").is_empty());
    }
}
