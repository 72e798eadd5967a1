//! What it costs to make text harmless, and to fold it for searching.

#![allow(missing_docs, reason = "criterion writes an undocumented function")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use halligan::text;

fn folding(criterion: &mut Criterion) {
    for (name, text) in [
        ("a plain name", "Maria Vasquez"),
        ("an accented name", "María José Vásquez"),
        ("a name in another script", "王小明"),
        ("an email", "m.vasquez42@springfield-fire.example"),
    ] {
        criterion.bench_function(&format!("neutralise {name}"), |bencher| {
            bencher.iter(|| text::neutralise(black_box(text)));
        });
        criterion.bench_function(&format!("fold {name}"), |bencher| {
            bencher.iter(|| text::fold(black_box(text)));
        });
    }
}

criterion_group!(benches, folding);
criterion_main!(benches);
