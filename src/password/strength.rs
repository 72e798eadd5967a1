//! How hard a typed password is to guess, in words (zxcvbn).

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
    let _ = (candidate, known);
    todo!("password helper")
}
