//! What `benches/side-by-side` wants in Rust: `cargo bench --bench side_by_side -- WHAT ...`
//!
//! ```text
//! roster FILE.csv COUNT SEED                             fictional people, for `halligan user import`
//! resets STORE LOGIN PASSWORD_FILE [ROUNDS]              what a reset costs beside its hashing
//! sqlite PEOPLE.tsv QUERIES.txt SCRATCH [QUERIES]        SQLite's own LIKE, FTS5 trigrams, prefixes
//! ```

#[path = "side_by_side/resets.rs"]
mod resets;
#[path = "side_by_side/roster.rs"]
mod roster;
#[path = "side_by_side/sqlite.rs"]
mod sqlite;

use std::{
    env,
    error::Error,
    io::{self, Write},
};

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo bench` adds a `--bench` of its own.
    let arguments: Vec<String> = env::args()
        .skip(1)
        .filter(|a| !a.starts_with("--"))
        .collect();
    match arguments.split_first() {
        Some((what, rest)) if what == "roster" => roster::run(rest),
        Some((what, rest)) if what == "resets" => resets::run(rest),
        Some((what, rest)) if what == "sqlite" => sqlite::run(rest),
        _ => Ok(writeln!(
            io::stderr(),
            "side_by_side: benches/side-by-side runs this; nothing was measured"
        )?),
    }
}

/// Nearest rank: the smallest value that at least `share` of all do not exceed.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "ranks are small and positive"
)]
fn percentile(values: &[f64], share: f64) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let rank = (values.len() as f64 * share).ceil() as usize;
    values.get(rank.max(1) - 1).copied().unwrap_or(f64::NAN)
}
