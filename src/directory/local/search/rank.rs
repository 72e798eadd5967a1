//! How well a user matches, judged on the text.

use super::joined;
use crate::directory::local::index::{gram, gram::Gram, key::Key};

/// How well a user matches, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The ID is the query.
    ExactId,
    /// The email is the query.
    ExactEmail,
    /// A field begins with the query.
    FieldStart,
    /// Every word of the query begins a word.
    WordStart,
    /// Every word of the query occurs somewhere.
    Anywhere,
    /// The same, but for words that are words of the name written as one.
    Joined,
}

/// A query, folded and split into words.
#[derive(Debug)]
pub(super) struct Wanted {
    /// All of it, with one space between words.
    pub(super) whole: String,
    words: Vec<String>,
    /// `\n` and the whole.
    field_start: String,
    /// Every word is made of letters and digits alone, so it can begin a word.
    plain: bool,
}

/// The sets whose intersection holds all users of a rank, and perhaps others.
#[derive(Debug)]
pub(super) struct Sets {
    pub(super) grams: Vec<Gram>,
    /// No other user is in the intersection, except those of a better rank.
    pub(super) conclusive: bool,
}

impl Wanted {
    /// Takes a folded query that is not empty.
    pub(super) fn new(folded: &str) -> Self {
        let mut words: Vec<_> = folded.split(' ').map(str::to_owned).collect();
        words.sort_unstable_by(|one, other| other.len().cmp(&one.len()).then(one.cmp(other)));
        words.dedup();
        Self {
            whole: folded.to_owned(),
            field_start: format!("\n{folded}"),
            plain: words
                .iter()
                .all(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric())),
            words,
        }
    }

    /// The rank of a user; `None` if the query does not find the user.
    pub(super) fn rank(&self, key: &Key) -> Option<Rank> {
        let text = key.0.as_str();
        if !self.words.iter().all(|word| text.contains(word.as_str())) {
            return self.is_joined(text).then_some(Rank::Joined);
        }
        let mut fields = text.split('\n').skip(1);
        if fields.next() == Some(&self.whole) {
            return Some(Rank::ExactId);
        }
        if fields.next() == Some(&self.whole) {
            return Some(Rank::ExactEmail);
        }
        if text.contains(&self.field_start) {
            return Some(Rank::FieldStart);
        }
        if self.plain && self.words.iter().all(|word| begins_a_word(text, word)) {
            return Some(Rank::WordStart);
        }
        Some(Rank::Anywhere)
    }

    fn is_joined(&self, text: &str) -> bool {
        // Behind ID and email stands the name, in both orders.
        let names = text.split('\n').skip(3);
        self.words.iter().all(|word| {
            text.contains(word.as_str()) || names.clone().any(|name| joined::begins(name, word))
        })
    }

    /// For each word and each way to take it apart the users who may have it as a joined name.
    pub(super) fn joined(&self) -> Vec<Sets> {
        let mut all = Vec::new();
        for word in &self.words {
            for parts in joined::splits(word) {
                let mut grams: Vec<Gram> = parts
                    .iter()
                    .map(|part| Gram::word(part.as_bytes()))
                    .collect();
                let others = self.words.iter().filter(|other| *other != word);
                grams.extend(others.flat_map(|other| inside(other, 0)));
                all.push(Sets {
                    grams,
                    conclusive: false,
                });
            }
        }
        all
    }

    /// The users with a field that begins with the query.
    pub(super) fn field_start(&self) -> Sets {
        let whole = self.whole.as_bytes();
        let told = gram::field_start(whole);
        let mut grams = vec![Gram::field(whole)];
        let conclusive = told == whole.len();
        if !conclusive {
            grams.extend(Gram::parted(whole));
            let mut words = self.whole.split(' ');
            let first = words.next().unwrap_or_default();
            grams.extend(inside(first, told));
            for (nth, word) in words.enumerate() {
                let plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric());
                let started = match nth {
                    0 => Some(Gram::pair(first.as_bytes(), word.as_bytes())),
                    _ => plain.then(|| Gram::among(word.as_bytes())),
                };
                let told = started.map_or(0, |_| gram::LONGEST_AMONG);
                grams.extend(started);
                grams.extend(inside(word, told));
            }
        }
        Sets { grams, conclusive }
    }

    /// The users in whom each word of the query begins a word; `None` if there can be none.
    pub(super) fn word_start(&self) -> Option<Sets> {
        if !self.plain {
            return None;
        }
        let mut sets = Sets {
            grams: Vec::new(),
            conclusive: true,
        };
        for word in &self.words {
            let told = gram::word_start(word.as_bytes());
            sets.grams.push(Gram::word(word.as_bytes()));
            if told < word.len() {
                sets.conclusive = false;
                sets.grams.extend(inside(word, told));
            }
        }
        Some(sets)
    }

    /// The users in whom every word occurs.
    pub(super) fn anywhere(&self) -> Sets {
        Sets {
            grams: self.words.iter().flat_map(|word| inside(word, 0)).collect(),
            conclusive: self
                .words
                .iter()
                .all(|word| word.len() <= gram::LONGEST_ANYWHERE),
        }
    }
}

/// The pieces of a word, but for those within the first `told` characters, which another gram has.
fn inside(word: &str, told: usize) -> impl Iterator<Item = Gram> {
    let word = word.as_bytes();
    let longest = word.len().clamp(1, gram::LONGEST_ANYWHERE);
    let known = (told.min(word.len()) + 1).saturating_sub(longest);
    word.windows(longest).skip(known).map(Gram::anywhere)
}

fn begins_a_word(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(at, _)| at == 0 || !text.as_bytes()[at - 1].is_ascii_alphanumeric())
}
