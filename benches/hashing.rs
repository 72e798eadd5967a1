//! What a sign-in costs: one verification per scheme, and that of an unknown user beside it.

#![allow(missing_docs, reason = "criterion writes an undocumented function")]

use criterion::{Criterion, criterion_group, criterion_main};
use halligan::password::{
    Secret,
    hash::{Cost, hash, verify, verify_nobody},
    profile::Kdf,
};

fn hashing(criterion: &mut Criterion) {
    let (Ok(right), Ok(wrong)) = (
        Secret::from_typed("acorn-otter-lilac-spoon-47"),
        Secret::from_typed("acorn-otter-lilac-spoon-48"),
    ) else {
        return;
    };
    for (name, kdf) in [
        ("argon2id", Kdf::Argon2id),
        ("pbkdf2-sha256", Kdf::Pbkdf2Sha256),
    ] {
        let Ok(stored) = hash(kdf, &right) else {
            return;
        };
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        group.bench_function("right password", |bencher| {
            bencher.iter(|| verify(&stored, &right));
        });
        group.bench_function("wrong password", |bencher| {
            bencher.iter(|| verify(&stored, &wrong));
        });
        group.bench_function("unknown user", |bencher| {
            bencher.iter(|| verify_nobody(Cost::of(kdf), &wrong));
        });
        group.finish();
    }
}

criterion_group!(benches, hashing);
criterion_main!(benches);
