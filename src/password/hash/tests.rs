use super::*;

const BOTH: [Kdf; 2] = [Kdf::Argon2id, Kdf::Pbkdf2Sha256];

fn secret(text: &str) -> Secret {
    Secret::from_typed(text).unwrap()
}

#[test]
fn the_right_password_verifies_and_any_other_does_not() {
    for kdf in BOTH {
        let hash = hash(kdf, &secret("Correct horse ß 電池")).unwrap();
        assert_eq!(
            verify(&hash, &secret("Correct horse ß 電池")),
            Ok(true),
            "{kdf:?}"
        );
        assert_eq!(
            verify(&hash, &secret("correct horse ß 電池")),
            Ok(false),
            "{kdf:?}"
        );
        assert_eq!(
            verify(&hash, &secret("Correct horse ß 電池 ")),
            Ok(false),
            "{kdf:?}"
        );
        assert_eq!(verify(&hash, &secret("")), Ok(false), "{kdf:?}");
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
    assert_eq!(verify(&reference, &secret("password")), Ok(true));
    assert_eq!(verify(&reference, &secret("Password")), Ok(false));
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
fn a_damaged_hash_is_no_answer() {
    let good = hash(Kdf::Argon2id, &secret("x")).unwrap().0;
    let huge = good.replace("m=19456", "m=4294967295");
    let slow = good.replace("t=2", "t=4294967295");
    let cut = good[..good.len() - 20].to_owned();
    let other = good.replace("argon2id", "scrypt");
    for damaged in ["", "$", "plain", &huge, &slow, &cut, &other] {
        let damaged = PasswordHash::from_stored(damaged.to_owned());
        let answer = verify(&damaged, &secret("x"));
        assert_eq!(answer, Err(HashError::Damaged), "{}", damaged.as_str());
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
fn memory_that_is_not_there_is_no_answer() {
    // More addresses than there are: no machine gives them, however much memory it has.
    let wanted = usize::MAX / size_of::<Block>();
    assert!(matches!(
        Memory::reserve(wanted).map(drop),
        Err(HashError::NotComputed(_))
    ));
    let cost = Cost::Argon2id {
        kib: u32::MAX,
        passes: 1,
        lanes: 0,
    };
    let mut out = [0; HASH_BYTES];
    let derived = cost.derive(&secret("x"), &[0; SALT_BYTES], &mut out);
    assert!(matches!(derived, Err(HashError::NotComputed(_))));
    // The same for somebody unknown: it must not tell who exists.
    let nobody = verify_nobody(cost, &secret("x"));
    assert!(matches!(nobody, Err(HashError::NotComputed(_))));
}

#[test]
fn the_cost_of_a_stored_hash_is_read_from_it_and_that_of_a_damaged_one_is_not_known() {
    for kdf in BOTH {
        let hash = hash(kdf, &secret("x")).unwrap();
        assert_eq!(Cost::of_stored(&hash), Some(Cost::of(kdf)));
        assert_eq!(verify_nobody(Cost::of(kdf), &secret("x")), Ok(()));
    }
    let damaged = PasswordHash::from_stored("$argon2id$v=19$m=1".into());
    assert_eq!(Cost::of_stored(&damaged), None);
}
