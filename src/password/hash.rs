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
    /// Takes a PHC string as the store kept it. It is not checked: a damaged one never verifies.
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
    cost.derive(password, &salt, &mut *derived)?;
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

/// Does `password` have this hash? An unreadable hash never matches.
pub fn verify(hash: &PasswordHash, password: &Secret) -> bool {
    let Some(stored) = Stored::read(&hash.0) else {
        return false;
    };
    let mut derived = Zeroizing::new(vec![0; stored.hash.len()]);
    stored
        .cost
        .derive(password, &stored.salt, &mut derived)
        .is_ok()
        && bool::from(derived.ct_eq(stored.hash.as_bytes()))
}

/// Takes the same time as [`verify`] of a hash made by `kdf`, for sign-ins of unknown users.
pub fn verify_nobody(kdf: Kdf, password: &Secret) {
    let mut derived = Zeroizing::new([0; HASH_BYTES]);
    let done = Cost::of(kdf).derive(password, &[0x5a; SALT_BYTES], &mut *derived);
    std::hint::black_box(done.is_ok() && bool::from(derived.ct_eq(&[0; HASH_BYTES])));
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
enum Cost {
    Argon2id { kib: u32, passes: u32, lanes: u32 },
    Pbkdf2Sha256 { rounds: u32 },
}

impl Cost {
    const fn of(kdf: Kdf) -> Self {
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

    fn derive(self, password: &Secret, salt: &[u8], out: &mut [u8]) -> Result<(), String> {
        let derived = self.derive_from(password.expose().as_bytes(), salt, out);
        wipe_stack();
        derived
    }

    fn derive_from(self, password: &[u8], salt: &[u8], out: &mut [u8]) -> Result<(), String> {
        match self {
            Self::Argon2id { kib, passes, lanes } => {
                let params = argon2::Params::new(kib, passes, lanes, Some(out.len()))
                    .map_err(|error| format!("Argon2id refused its parameters ({error})"))?;
                let mut memory = Memory::reserve(params.block_count())?;
                Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                    .hash_password_into_with_memory(password, salt, out, &mut memory.0)
                    .map_err(|error| format!("Argon2id failed ({error})"))
            }
            Self::Pbkdf2Sha256 { rounds } => {
                let params = pbkdf2::Params::new_with_output_len(rounds, out.len())
                    .map_err(|error| format!("PBKDF2 refused its parameters ({error})"))?;
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
    fn reserve(blocks: usize) -> Result<Self, String> {
        const ALWAYS_MAPPED: usize = 33 * 1024;
        let mut memory = Vec::new();
        memory
            .try_reserve_exact(blocks.max(ALWAYS_MAPPED))
            .map_err(|_| "there is not enough memory to hash a password (33 MiB)".to_owned())?;
        memory.resize(blocks, Block::new());
        Ok(Self(memory))
    }
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
mod tests {
    use super::*;

    const BOTH: [Kdf; 2] = [Kdf::Argon2id, Kdf::Pbkdf2Sha256];

    fn secret(text: &str) -> Secret {
        Secret::from_typed(text).unwrap()
    }

    #[test]
    fn the_right_password_verifies_and_any_other_does_not() {
        for kdf in BOTH {
            let hash = hash(kdf, &secret("Correct horse ß 電池")).unwrap();
            assert!(verify(&hash, &secret("Correct horse ß 電池")), "{kdf:?}");
            assert!(!verify(&hash, &secret("correct horse ß 電池")), "{kdf:?}");
            assert!(!verify(&hash, &secret("Correct horse ß 電池 ")), "{kdf:?}");
            assert!(!verify(&hash, &secret("")), "{kdf:?}");
        }
    }

    #[test]
    fn a_hash_names_its_scheme_and_cost() {
        let argon = hash(Kdf::Argon2id, &secret("x")).unwrap();
        assert!(
            argon
                .as_str()
                .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
        );
        let pbkdf2 = hash(Kdf::Pbkdf2Sha256, &secret("x")).unwrap();
        assert!(pbkdf2.as_str().starts_with("$pbkdf2-sha256$i=600000$"));
    }

    #[test]
    fn the_same_password_hashes_differently_each_time() {
        let salted = |_| hash(Kdf::Argon2id, &secret("same")).unwrap();
        let [first, second] = [0, 1].map(salted);
        assert_ne!(first, second);
        let stored = Stored::read(first.as_str()).unwrap();
        assert_eq!(stored.salt.len() * 8, 128);
    }

    // Made by the reference implementation: `argon2 somesalt -id -t 2 -m 16 -p 1`.
    #[test]
    fn a_hash_of_the_reference_implementation_verifies() {
        let reference = PasswordHash::from_stored(
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
                .into(),
        );
        assert!(verify(&reference, &secret("password")));
        assert!(!verify(&reference, &secret("Password")));
    }

    // RFC 7914 section 11 gives PBKDF2-HMAC-SHA256 of "Password", "NaCl", 80000 rounds.
    #[test]
    fn pbkdf2_agrees_with_the_vector_of_rfc_7914() {
        let mut out = [0; 64];
        let cost = Cost::Pbkdf2Sha256 { rounds: 80_000 };
        cost.derive(&secret("Password"), b"NaCl", &mut out).unwrap();
        assert_eq!(out[..8], [0x4d, 0xdc, 0xd8, 0xf6, 0x0b, 0x98, 0xbe, 0x21]);
        assert_eq!(out[56..], [0x47, 0x8f, 0x62, 0xb3, 0x97, 0xf3, 0x3c, 0x8d]);
    }

    #[test]
    fn a_damaged_hash_never_verifies() {
        let good = hash(Kdf::Argon2id, &secret("x")).unwrap().0;
        let huge = good.replace("m=19456", "m=4294967295");
        let slow = good.replace("t=2", "t=4294967295");
        let cut = good[..good.len() - 20].to_owned();
        let other = good.replace("argon2id", "scrypt");
        for damaged in ["", "$", "plain", &huge, &slow, &cut, &other] {
            let damaged = PasswordHash::from_stored(damaged.to_owned());
            assert!(!verify(&damaged, &secret("x")), "{}", damaged.as_str());
        }
    }

    #[test]
    fn a_hash_is_outdated_when_the_scheme_changed_or_the_cost_rose() {
        let argon = hash(Kdf::Argon2id, &secret("x")).unwrap();
        assert!(!is_outdated(&argon, Kdf::Argon2id));
        assert!(is_outdated(&argon, Kdf::Pbkdf2Sha256));
        let cheaper = PasswordHash::from_stored(argon.0.replace("m=19456", "m=9216"));
        assert!(is_outdated(&cheaper, Kdf::Argon2id));
        let dearer = PasswordHash::from_stored(argon.0.replace("t=2", "t=3"));
        assert!(!is_outdated(&dearer, Kdf::Argon2id));
        let pbkdf2 = hash(Kdf::Pbkdf2Sha256, &secret("x")).unwrap();
        assert!(!is_outdated(&pbkdf2, Kdf::Pbkdf2Sha256));
        let fewer = PasswordHash::from_stored(pbkdf2.0.replace("i=600000", "i=310000"));
        assert!(is_outdated(&fewer, Kdf::Pbkdf2Sha256));
        assert!(is_outdated(
            &PasswordHash::from_stored("junk".into()),
            Kdf::Argon2id
        ));
    }

    #[test]
    fn debug_output_shows_nothing_of_the_hash() {
        let hash = hash(Kdf::Argon2id, &secret("x")).unwrap();
        assert_eq!(format!("{hash:?}"), "PasswordHash(…)");
    }

    #[test]
    fn an_unknown_user_costs_what_a_known_one_costs() {
        for kdf in BOTH {
            let hash = hash(kdf, &secret("x")).unwrap();
            let cost = Stored::read(hash.as_str()).unwrap().cost;
            assert_eq!(cost, Cost::of(kdf));
            verify_nobody(kdf, &secret("x"));
        }
    }
}
