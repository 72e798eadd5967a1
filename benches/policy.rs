//! What one key costs in the password form: checklist and strength, and one generated password.

#![allow(missing_docs, reason = "criterion writes an undocumented function")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use halligan::{
    password::{
        generate::{Shape, generate},
        policy::{Context, checklist},
        profile::Profile,
        strength::rate,
    },
    permission::{Permissions, Reach},
    user::{AccountKind, AccountState, Fact, User, UserId, Version},
};

fn user() -> User {
    User {
        id: UserId("7".into()),
        login: "mvasquez".into(),
        email: "m.vasquez@springfield.example".into(),
        given_name: "María José".into(),
        family_name: "Vásquez".into(),
        kind: Fact::Known(AccountKind::Staff),
        details: Fact::NotOffered,
        state: AccountState::default(),
        permissions: Permissions::default(),
        reach: Reach::EVERYWHERE,
        role: None,
        version: Version("1".into()),
    }
}

fn policy(criterion: &mut Criterion) {
    let user = user();
    let context = Context {
        user: &user,
        agency: "Springfield Fire Department",
        generated: false,
    };
    let profile = Profile::nist();
    for (name, candidate) in [
        ("26 characters", "acorn-otter-lilac-spoon-47".to_owned()),
        ("128 characters", "maria fire 4711 ".repeat(8)),
        ("pasted megabyte", "x".repeat(1 << 20)),
    ] {
        criterion.bench_function(&format!("checklist, {name}"), |bencher| {
            bencher.iter(|| checklist(&profile, black_box(&candidate), &context));
        });
        criterion.bench_function(&format!("strength, {name}"), |bencher| {
            bencher.iter(|| rate(black_box(&candidate), &["maria", "vasquez"]));
        });
    }
    for (name, shape) in [("words", Shape::Words), ("groups", Shape::Groups)] {
        criterion.bench_function(&format!("generate {name}"), |bencher| {
            bencher.iter(|| generate(&profile, shape, &context));
        });
    }
}

criterion_group!(benches, policy);
criterion_main!(benches);
