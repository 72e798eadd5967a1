//! Hashing of Halligan's own passwords as PHC strings, and verifying them.

use super::{Secret, profile::Kdf};

/// A PHC string: scheme, cost, salt and hash together. Never shown, logged or exported.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub(crate) String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// Hashes with a fresh salt. Takes tens of milliseconds: never on the drawing thread.
///
/// # Errors
/// A sentence when the operating system has no randomness or memory for it.
pub fn hash(kdf: Kdf, password: &Secret) -> Result<PasswordHash, String> {
    let _ = (kdf, password);
    todo!("password helper")
}

/// Does `password` have this hash? An unreadable hash never matches.
pub fn verify(hash: &PasswordHash, password: &Secret) -> bool {
    let _ = (hash, password);
    todo!("password helper")
}

/// Takes the same time as [`verify`] of a hash made by `kdf`, for sign-ins of unknown users.
pub fn verify_nobody(kdf: Kdf, password: &Secret) {
    let _ = (kdf, password);
    todo!("password helper")
}

/// True when the hash was made by another scheme or a lower cost than `kdf` makes today.
pub fn is_outdated(hash: &PasswordHash, kdf: Kdf) -> bool {
    let _ = (hash, kdf);
    todo!("password helper")
}
