//! The text of a token, and the hash under which it is kept.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// The hash under which a token is kept.
pub(super) type Hash = [u8; 32];

/// 256 random bits as text, and their hash.
pub(super) fn draw() -> (Zeroizing<String>, Hash) {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let bits = Zeroizing::new(rand::random::<[u8; 32]>());
    let token = Zeroizing::new(format!("hal_{}", URL_SAFE_NO_PAD.encode(bits.as_slice())));
    let hash = hash(&token);
    (token, hash)
}

/// A lookup by hash tells nothing of the token by its time.
pub(super) fn hash(token: &str) -> Hash {
    Sha256::digest(token.as_bytes()).into()
}
