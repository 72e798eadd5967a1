//! Reading a password out on the phone: one line per character with its word.

use serde::{Deserialize, Serialize};

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

/// The words of `text`, one per character: `capital Adam`, `dash`, `seven`. A run of lower-case
/// letters that is a word of the generator's list is told as `otter (o t t e r)`-free plain word.
pub fn read_back(text: &str, alphabet: Alphabet) -> Vec<String> {
    let _ = (text, alphabet);
    todo!("password helper")
}
