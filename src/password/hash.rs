//! Hashing of Halligan's own passwords as PHC strings, and verifying them.
//!
//! Scheme, cost, salt and hash are kept together (NIST SP 800-63B-4, 3.1.1.2), so a password
//! hashed under an older profile still verifies and is renewed at the next good sign-in.

use argon2::{Algorithm, Argon2, Block, Version};
use phc::{Ident, Output, ParamsString, Salt};
use rand::{TryRng, rngs::SysRng};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Secret, profile::Kdf, secret::wipe_stack};

const ARGON2ID: Ident = Ident::new_unwrap("argon2id");
const PBKDF2_SHA256: Ident = Ident::new_unwrap("pbkdf2-sha256");

/// 128 bits; CJIS and NIST ask for 32 at least.
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// Memory of Argon2id in KiB, its passes and lanes (OWASP Password Storage Cheat Sheet).
const ARGON2_KIB: u32 = 19 * 1024;
const ARGON2_PASSES: u32 = 2;
const ARGON2_LANES: u32 = 1;
/// Rounds of PBKDF2-HMAC-SHA256 (the same sheet, FIPS row).
const PBKDF2_ROUNDS: u32 = 600_000;

/// A stored cost above these is taken for damage: nobody shall stall the desk, or take all its
/// memory, by planting a hash.
const MOST_ARGON2_KIB: u32 = 256 * 1024;
const MOST_ARGON2_PASSES: u32 = 64;
const MOST_PBKDF2_ROUNDS: u32 = 20_000_000;

/// A PHC string: scheme, cost, salt and hash together. Never shown, logged or exported.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub(crate) String);

impl PasswordHash {
    /// Takes a PHC string as the store kept it. It is not checked: of a damaged one it is never
    /// known whether a password has it.
    pub const fn from_stored(phc: String) -> Self {
        Self(phc)
    }

    /// The PHC string, for the store only.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

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
    let mut salt = [0; SALT_BYTES];
    SysRng
        .try_fill_bytes(&mut salt)
        .map_err(|error| format!("the operating system gave no random numbers ({error})"))?;
    let cost = Cost::of(kdf);
    let mut derived = Zeroizing::new([0; HASH_BYTES]);
    cost.derive(password, &salt, &mut *derived)
        .map_err(|error| error.to_string())?;
    let written = cost
        .params()
        .and_then(|params| {
            Ok(phc::PasswordHash {
                algorithm: cost.ident(),
                version: cost.version(),
                params,
                salt: Some(Salt::new(&salt)?),
                hash: Some(Output::new(&*derived)?),
            })
        })
        .map_err(|error| format!("the hash could not be written down ({error})"))?;
    Ok(PasswordHash(written.to_string()))
}

/// Why it is not known whether a password has a hash. Never to be taken for a "no".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// What the store holds is no hash of ours, or its cost is beyond what we are ready to pay.
    #[error("the stored hash of the password is damaged, or of a kind that is not known here")]
    Damaged,
    /// There was no memory for it.
    #[error("{0}")]
    NotComputed(String),
}

/// Does `password` have this hash?
///
/// # Errors
/// [`HashError`] when that cannot be told.
pub fn verify(hash: &PasswordHash, password: &Secret) -> Result<bool, HashError> {
    let stored = Stored::read(&hash.0).ok_or(HashError::Damaged)?;
    // Ours are never shorter; what is has lost its end, and no password fits the rest.
    if stored.hash.len() < HASH_BYTES {
        return Err(HashError::Damaged);
    }
    let mut derived = Zeroizing::new(vec![0; stored.hash.len()]);
    stored.cost.derive(password, &stored.salt, &mut derived)?;
    Ok(derived.ct_eq(stored.hash.as_bytes()).into())
}

/// Does the work of [`verify`] of a hash of this cost, for sign-ins of unknown users.
///
/// # Errors
/// As [`verify`]: where memory is short, that does not tell who exists.
pub fn verify_nobody(cost: Cost, password: &Secret) -> Result<(), HashError> {
    let mut derived = Zeroizing::new([0; HASH_BYTES]);
    cost.derive(password, &[0x5a; SALT_BYTES], &mut *derived)?;
    std::hint::black_box(bool::from(derived.ct_eq(&[0; HASH_BYTES])));
    Ok(())
}

/// True when the hash was made by another scheme or a lower cost than `kdf` makes today, or cannot
/// be read at all.
pub fn is_outdated(hash: &PasswordHash, kdf: Kdf) -> bool {
    Stored::read(&hash.0).is_none_or(|stored| {
        stored.salt.len() < SALT_BYTES
            || stored.hash.len() < HASH_BYTES
            || stored.cost.is_below(Cost::of(kdf))
    })
}

/// A scheme with what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// Argon2id.
    Argon2id {
        /// Memory in KiB.
        kib: u32,
        /// Passes over it.
        passes: u32,
        /// Lanes.
        lanes: u32,
    },
    /// PBKDF2-HMAC-SHA256.
    Pbkdf2Sha256 {
        /// Rounds.
        rounds: u32,
    },
}

impl Cost {
    /// What a hash costs that is made today.
    pub const fn of(kdf: Kdf) -> Self {
        match kdf {
            Kdf::Argon2id => Self::Argon2id {
                kib: ARGON2_KIB,
                passes: ARGON2_PASSES,
                lanes: ARGON2_LANES,
            },
            Kdf::Pbkdf2Sha256 => Self::Pbkdf2Sha256 {
                rounds: PBKDF2_ROUNDS,
            },
        }
    }

    /// What a stored hash costs; none of a damaged one.
    pub fn of_stored(hash: &PasswordHash) -> Option<Self> {
        Stored::read(&hash.0).map(|stored| stored.cost)
    }

    const fn ident(self) -> Ident {
        match self {
            Self::Argon2id { .. } => ARGON2ID,
            Self::Pbkdf2Sha256 { .. } => PBKDF2_SHA256,
        }
    }

    fn version(self) -> Option<u32> {
        match self {
            Self::Argon2id { .. } => Some(Version::V0x13.into()),
            Self::Pbkdf2Sha256 { .. } => None,
        }
    }

    fn params(self) -> phc::Result<ParamsString> {
        let mut params = ParamsString::new();
        match self {
            Self::Argon2id { kib, passes, lanes } => {
                params.add_decimal("m", kib)?;
                params.add_decimal("t", passes)?;
                params.add_decimal("p", lanes)?;
            }
            Self::Pbkdf2Sha256 { rounds } => params.add_decimal("i", rounds)?,
        }
        Ok(params)
    }

    /// The cost written in a PHC string, within the bounds that we are ready to pay.
    fn read(phc: &phc::PasswordHash) -> Option<Self> {
        let param = |name| phc.params.get_decimal(name);
        if phc.algorithm == ARGON2ID && phc.version == Some(Version::V0x13.into()) {
            let (kib, passes, lanes) = (param("m")?, param("t")?, param("p")?);
            (kib <= MOST_ARGON2_KIB && passes <= MOST_ARGON2_PASSES).then_some(Self::Argon2id {
                kib,
                passes,
                lanes,
            })
        } else if phc.algorithm == PBKDF2_SHA256 && phc.version.is_none() {
            let rounds = param("i")?;
            (rounds <= MOST_PBKDF2_ROUNDS).then_some(Self::Pbkdf2Sha256 { rounds })
        } else {
            None
        }
    }

    fn is_below(self, wanted: Self) -> bool {
        match (self, wanted) {
            (
                Self::Argon2id { kib, passes, .. },
                Self::Argon2id {
                    kib: wanted_kib,
                    passes: wanted_passes,
                    ..
                },
            ) => kib < wanted_kib || passes < wanted_passes,
            (Self::Pbkdf2Sha256 { rounds }, Self::Pbkdf2Sha256 { rounds: wanted }) => {
                rounds < wanted
            }
            _ => true,
        }
    }

    fn derive(self, password: &Secret, salt: &[u8], out: &mut [u8]) -> Result<(), HashError> {
        let derived = self.derive_from(password.expose().as_bytes(), salt, out);
        wipe_stack();
        derived
    }

    fn derive_from(self, password: &[u8], salt: &[u8], out: &mut [u8]) -> Result<(), HashError> {
        match self {
            Self::Argon2id { kib, passes, lanes } => {
                let params = argon2::Params::new(kib, passes, lanes, Some(out.len()))
                    .map_err(|error| not_computed("Argon2id refused its parameters", error))?;
                let mut memory = Memory::reserve(params.block_count())?;
                Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                    .hash_password_into_with_memory(password, salt, out, &mut memory.0)
                    .map_err(|error| not_computed("Argon2id failed", error))
            }
            Self::Pbkdf2Sha256 { rounds } => {
                let params = pbkdf2::Params::new_with_output_len(rounds, out.len())
                    .map_err(|error| not_computed("PBKDF2 refused its parameters", error))?;
                pbkdf2::pbkdf2_hmac_with_params(
                    password,
                    salt,
                    pbkdf2::Algorithm::Pbkdf2Sha256,
                    params,
                    out,
                );
                Ok(())
            }
        }
    }
}

/// Argon2's working memory; the allocator zeroes it when it is freed, as it does everything.
struct Memory(Vec<Block>);

impl Memory {
    /// Reserves more than 32 MiB of addresses: glibc hands every block above that size straight
    /// back to the kernel when it is freed, while after the first free of a smaller one it keeps
    /// such blocks resident for the next use.
    fn reserve(blocks: usize) -> Result<Self, HashError> {
        const ALWAYS_MAPPED: usize = 33 * 1024;
        let mut memory = Vec::new();
        let wanted = blocks.max(ALWAYS_MAPPED);
        memory.try_reserve_exact(wanted).map_err(|_| {
            HashError::NotComputed(format!(
                "there is not enough memory to hash a password ({} MiB)",
                wanted / 1024
            ))
        })?;
        memory.resize(blocks, Block::new());
        Ok(Self(memory))
    }
}

fn not_computed(what: &str, error: impl std::fmt::Display) -> HashError {
    HashError::NotComputed(format!("{what} ({error})"))
}

/// A PHC string that can be verified.
struct Stored {
    cost: Cost,
    salt: Salt,
    hash: Output,
}

impl Stored {
    fn read(text: &str) -> Option<Self> {
        let phc = phc::PasswordHash::new(text).ok()?;
        Some(Self {
            cost: Cost::read(&phc)?,
            salt: phc.salt?,
            hash: phc.hash?,
        })
    }
}

#[cfg(test)]
mod tests;
