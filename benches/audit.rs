//! What the audit costs: one record appended without waiting for the disk, and a chain verified.

#![allow(missing_docs, reason = "criterion writes an undocumented function")]

#[allow(dead_code, reason = "each bench uses its part")]
#[path = "support/store.rs"]
mod store;

use std::error::Error;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use halligan::{
    audit::{Kind, chain},
    config::open_store,
    store::StoreError,
};
use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};
use tokio::runtime::Builder;

const RECORDS: u64 = 10_000;

/// A connection to a store of its own, made by the program's own migrations.
fn made() -> Result<(tempfile::TempDir, Connection), Box<dyn Error>> {
    let place = tempfile::tempdir()?;
    let path = place.path().join("store/halligan.db");
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async { open_store(&path).await.map(drop) })?;
    Ok((place, Connection::open(&path)?))
}

fn append(connection: &mut Connection, records: u64) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for _ in 0..records {
        chain::append(
            &transaction,
            &store::event(Kind::PasswordReset),
            Timestamp::now(),
        )?;
    }
    Ok(transaction.commit()?)
}

fn audit(criterion: &mut Criterion) {
    let Ok((_place, mut connection)) = made() else {
        return;
    };
    if append(&mut connection, RECORDS).is_err() {
        return;
    }
    let mut group = criterion.benchmark_group("audit");
    group.throughput(Throughput::Elements(RECORDS));
    group.sample_size(10);
    group.bench_function("verify 10,000 records", |bencher| {
        bencher.iter(|| chain::verify(&connection, None).map(|verified| verified.first_bad));
    });
    group.throughput(Throughput::Elements(100));
    group.bench_function("append 100 records in one transaction", |bencher| {
        bencher.iter(|| append(&mut connection, 100));
    });
    group.finish();
}

criterion_group!(benches, audit);
criterion_main!(benches);
