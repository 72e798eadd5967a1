//! What to say on the phone, and how each part of it is spelled. A password of words is said as
//! words, which a caller takes down faster and with fewer slips than letter by letter.

use zeroize::Zeroizing;

use super::read_back::{self, Alphabet};

/// A password as it is read out.
pub struct PhoneScript {
    /// Its parts as they are said.
    pub said: Vec<Zeroizing<String>>,
    /// How they are written: `all small`, `dashes between`.
    pub manner: Vec<&'static str>,
    /// Each part of letters or digits, and its spelling.
    pub spelled: Vec<(Zeroizing<String>, Zeroizing<String>)>,
}

/// Shorter runs of letters are no words.
const WORD: usize = 3;

/// A run of letters, a run of digits, or one other character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    Letters,
    Digits,
    Other,
}

impl Run {
    fn of(c: char) -> Self {
        if c.is_alphabetic() {
            Self::Letters
        } else if c.is_ascii_digit() {
            Self::Digits
        } else {
            Self::Other
        }
    }
}

/// The script for `text`.
pub fn phone_script(text: &str, alphabet: Alphabet) -> PhoneScript {
    let runs = runs(text);
    let has_capital = text.chars().any(char::is_uppercase);
    let has_small = text.chars().any(char::is_lowercase);
    let mixed = has_capital && has_small;
    let mut manner = Vec::new();
    match (has_capital, has_small) {
        (true, false) => manner.push("all capitals"),
        (false, true) => manner.push("all small"),
        (true, true) => manner.push("all else small"),
        (false, false) => {}
    }
    let between = separator(&runs);
    manner.extend(between.map(|(_, words)| words));
    let mut said = Vec::new();
    let mut spelled = Vec::new();
    for (run, part) in &runs {
        let spelling = || read_back::spelled(part, alphabet, mixed);
        match run {
            Run::Other if between.is_some_and(|(mark, _)| part.starts_with(mark)) => {}
            Run::Other => said.push(spelling()),
            Run::Letters if is_word(part) => {
                said.push(word(part, mixed));
                spelled.push((Zeroizing::new((*part).to_owned()), spelling()));
            }
            Run::Letters | Run::Digits => {
                said.push(spelling());
                spelled.push((Zeroizing::new((*part).to_owned()), spelling()));
            }
        }
    }
    PhoneScript {
        said,
        manner,
        spelled,
    }
}

fn runs(text: &str) -> Vec<(Run, &str)> {
    let mut runs: Vec<(Run, &str)> = Vec::new();
    let mut begin = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let run = Run::of(c);
        if before != Some(run) || run == Run::Other {
            if let Some(before) = before {
                runs.push((before, &text[begin..at]));
            }
            begin = at;
            before = Some(run);
        }
    }
    runs.extend(before.map(|before| (before, &text[begin..])));
    runs
}

/// The one mark that stands between all parts, where that is so.
fn separator(runs: &[(Run, &str)]) -> Option<(char, &'static str)> {
    let marks = [
        ('-', "dashes between"),
        (' ', "spaces between"),
        ('.', "dots between"),
    ];
    let (inner, ends) = match runs {
        [first, inner @ .., last] if inner.len() % 2 == 1 => (inner, [first, last]),
        _ => return None,
    };
    let parts_at_ends = ends.iter().all(|(run, _)| *run != Run::Other);
    marks.into_iter().find(|(mark, _)| {
        parts_at_ends
            && inner.iter().enumerate().all(|(index, (run, part))| {
                let is_mark = *run == Run::Other && part.starts_with(*mark);
                is_mark == (index % 2 == 0)
            })
    })
}

/// Can it be said as a word? Only where a few words tell how it is written.
fn is_word(part: &str) -> bool {
    let is_small = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase());
    part.len() >= WORD
        && part.bytes().all(|byte| byte.is_ascii_alphabetic())
        && part.bytes().any(|byte| b"aeiouyAEIOUY".contains(&byte))
        && (is_all_capitals(part) || part.get(1..).is_some_and(is_small))
}

fn is_all_capitals(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// A word as it is said; its capitals where the password has small letters too.
fn word(part: &str, mixed: bool) -> Zeroizing<String> {
    let first = part.get(..1).unwrap_or_default();
    let manner: &[&str] = if !mixed || part.bytes().all(|byte| byte.is_ascii_lowercase()) {
        &[]
    } else if is_all_capitals(part) {
        &[" in capitals"]
    } else {
        &[" with a capital ", first]
    };
    // One allocation of the right size: no growing copy stays behind.
    Zeroizing::new([&[part], manner].concat().concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &str) -> (String, Vec<String>) {
        let script = phone_script(text, Alphabet::Apco);
        let said: Vec<&str> = script.said.iter().map(|part| part.as_str()).collect();
        let spelled = script.spelled.iter();
        (
            format!("{}, {}", said.join(" - "), script.manner.join(", ")),
            spelled
                .map(|(part, how)| format!("{}: {}", part.as_str(), how.as_str()))
                .collect(),
        )
    }

    #[test]
    fn words_are_said_as_words_and_spelled_under_it() {
        let (said, spelled) = script("cider-pace-66");
        assert_eq!(said, "cider - pace - six six, all small, dashes between");
        assert_eq!(
            spelled,
            [
                "cider: Charles Ida David Edward Robert",
                "pace: Paul Adam Charles Edward",
                "66: six six",
            ]
        );
        let (said, _) = script("copper kettle marmot 91");
        assert_eq!(
            said,
            "copper - kettle - marmot - niner one, all small, spaces between"
        );
    }

    #[test]
    fn what_is_no_word_is_said_by_its_letters_with_their_case_where_both_occur() {
        let (said, spelled) = script("K7W-M9");
        assert_eq!(
            said,
            "King - seven - William - dash - Mary - niner, all capitals"
        );
        assert_eq!(spelled.len(), 5);
        let (said, _) = script("Ab#cider");
        assert_eq!(said, "capital Adam Boy - hash - cider, all else small");
    }

    #[test]
    fn a_word_with_a_capital_is_said_as_a_person_would_say_it() {
        let (said, spelled) = script("Copper kettle NATO 91");
        assert_eq!(
            said,
            "Copper with a capital C - kettle - NATO in capitals - niner one, all else small, \
             spaces between"
        );
        assert_eq!(
            spelled[0],
            "Copper: capital Charles Ocean Paul Paul Edward Robert"
        );
        let (said, _) = script("coPper");
        assert_eq!(
            said,
            "Charles Ocean capital Paul Paul Edward Robert, all else small"
        );
    }

    #[test]
    fn every_character_is_in_the_script() {
        for text in ["-a-", " x", "a--b", "é1", "", "a.b-c"] {
            let script = phone_script(text, Alphabet::Icao);
            let parts = runs(text);
            let whole: String = parts.iter().map(|(_, part)| *part).collect();
            assert_eq!(whole, text);
            let marks = parts.iter().filter(|(run, _)| *run == Run::Other).count();
            let left_out = if separator(&parts).is_some() {
                marks
            } else {
                0
            };
            assert_eq!(script.said.len() + left_out, parts.len(), "{text}");
        }
    }
}
