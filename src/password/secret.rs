//! A password in memory: zeroized on drop, without `Debug`, `Display` or `Clone`.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, Zeroizing};

/// A password, taken exactly as typed and normalised to NFC (NIST SP 800-63B-4, 3.1.1.2).
pub struct Secret(SecretString);

/// The text cannot be a password: it holds a control character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnusableText {
    /// A line break, most often from a paste of more than one line.
    #[error("a password cannot hold a line break; paste one line only")]
    LineBreak,
    /// Another control character.
    #[error("a password cannot hold control characters such as Tab or Escape")]
    Control,
}

impl Secret {
    /// Takes typed or pasted text, as NFC.
    ///
    /// # Errors
    /// [`UnusableText`] for text with line breaks or control characters.
    pub fn from_typed(text: &str) -> Result<Self, UnusableText> {
        if text.contains(['\n', '\r', '\u{2028}', '\u{2029}']) {
            return Err(UnusableText::LineBreak);
        }
        if text.chars().any(char::is_control) {
            return Err(UnusableText::Control);
        }
        // NFC of a text can be up to three times as long in UTF-8 (UAX #15); with the capacity
        // reserved no growing copy is left behind in freed memory.
        let mut normal = Zeroizing::new(String::with_capacity(text.len() * 3));
        normal.extend(text.nfc());
        Ok(Self(SecretString::from(normal.as_str())))
    }

    /// The characters, for hashing, sending or showing; never for a log, an error or a format.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Is there nothing in it?
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }

    /// A second copy, for the rare place that must keep one (the receipt that is read out).
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(SecretString::from(self.expose()))
    }
}

/// Overwrites the stack below the caller, where functions of other crates that have just returned
/// left pieces of a secret (the heap is wiped by the allocator when it is freed).
#[inline(never)]
#[expect(
    clippy::large_stack_arrays,
    reason = "it is the stack that is to be overwritten"
)]
pub(super) fn wipe_stack() {
    let mut below = [0_u8; 64 * 1024];
    std::hint::black_box(&mut below);
    below.zeroize();
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
