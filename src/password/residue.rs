//! Tests that nothing of a password is left in this process's memory once it has been used.
#![cfg(target_os = "linux")]

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
};

use zeroize::Zeroizing;

use super::{
    Secret, hash,
    policy::{
        self,
        tests::{context, maria},
    },
    profile::{Kdf, Profile},
    read_back, strength,
};

/// "plinth7 Quagmire!dove", masked so that the test itself does not hold what it looks for.
const MASKED: [u8; 21] = [
    0x25, 0x39, 0x3c, 0x3b, 0x21, 0x3d, 0x62, 0x75, 0x04, 0x20, 0x34, 0x32, 0x38, 0x3c, 0x27, 0x30,
    0x74, 0x31, 0x3a, 0x23, 0x30,
];
const MASK: u8 = 0x55;

fn secret() -> Secret {
    let mut text = Zeroizing::new(String::with_capacity(MASKED.len()));
    text.extend(MASKED.iter().map(|byte| char::from(byte ^ MASK)));
    Secret::from_typed(&text).unwrap()
}

/// How often the masked text stands, unmasked, in the writable memory of this process.
fn occurrences(masked: &[u8]) -> usize {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let mut memory = File::open("/proc/self/mem").unwrap();
    let mut found = 0;
    for region in maps.lines().filter(|line| line.contains(" rw")) {
        let (start, end) = region.split_once(' ').unwrap().0.split_once('-').unwrap();
        let [start, end] = [start, end].map(|at| u64::from_str_radix(at, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
        // Regions of other threads may go while we look.
        if memory.seek(SeekFrom::Start(start)).is_ok() && memory.read_exact(&mut bytes).is_ok() {
            found += bytes
                .windows(masked.len())
                .filter(|window| window.iter().zip(masked).all(|(a, b)| *a == b ^ MASK))
                .count();
        }
        bytes.fill(0);
    }
    found
}

#[test]
fn no_piece_of_a_password_outlives_its_use() {
    let user = maria();
    let password = secret();
    assert!(occurrences(&MASKED) > 0, "the search finds what is there");
    for kdf in [Kdf::Argon2id, Kdf::Pbkdf2Sha256] {
        let hash = hash::hash(kdf, &password).unwrap();
        assert_eq!(hash::verify(&hash, &password), Ok(true));
    }
    let text = password.expose();
    drop(read_back::read_back(text, read_back::Alphabet::Apco));
    for end in 1..=text.len() {
        let lines = policy::checklist(&Profile::legacy_90_10(), &text[..end], &context(&user));
        assert!(!lines.is_empty());
        strength::rate(&text[..end], &["maria"]);
    }
    // Longer and longer, so that what is left behind lies in blocks of every size.
    let mut longer = Zeroizing::new(String::with_capacity(100));
    longer.push_str(text);
    while longer.len() < 100 {
        strength::rate(&longer, &["maria"]);
        longer.push_str("-w3");
    }
    drop(longer);
    drop(password);
    for from in [0, 8, 13] {
        let length = MASKED.len() - from;
        assert_eq!(occurrences(&MASKED[from..]), 0, "the last {length}");
    }
}
