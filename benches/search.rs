//! What one key press costs at the embedded store, by the kind of text: 100,000 people, warm.

#![allow(missing_docs, reason = "criterion writes an undocumented function")]

#[allow(dead_code, reason = "each bench uses its part")]
#[path = "support/store.rs"]
mod store;

use std::{error::Error, hint::black_box};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use halligan::directory::local::LocalDirectory;
use tokio::runtime::{Builder, Runtime};

const PEOPLE: u64 = 100_000;
const SEED: u64 = 2026;

/// One text of each kind that is looked for in a way of its own.
const TEXTS: [(&str, &str); 9] = [
    ("everybody", ""),
    ("one letter", "m"),
    ("start of a word", "mar"),
    ("a whole name", "vasquez"),
    ("two words", "maria vas"),
    ("fragments", "mar vas e1"),
    ("the middle of words", "asque"),
    ("a mail domain", "@ashford-fir"),
    ("nobody", "xqzxqz"),
];

fn made(runtime: &Runtime) -> Result<(tempfile::TempDir, LocalDirectory), Box<dyn Error>> {
    let place = tempfile::tempdir()?;
    let path = place.path().join("store/halligan.db");
    let directory = runtime.block_on(async {
        store::make(&path, PEOPLE, SEED).await?;
        store::open(&path).await
    })?;
    Ok((place, directory))
}

fn searching(criterion: &mut Criterion) {
    let Ok(runtime) = Builder::new_current_thread().enable_all().build() else {
        return;
    };
    let Ok((_place, directory)) = made(&runtime) else {
        return;
    };
    for (name, text) in TEXTS {
        criterion.bench_function(&format!("search, {name}"), |bencher| {
            bencher.iter_batched(
                || text,
                |text| {
                    runtime
                        .block_on(store::search(&directory, black_box(text)))
                        .ok()
                },
                BatchSize::SmallInput,
            );
        });
    }
}

criterion_group!(benches, searching);
criterion_main!(benches);
