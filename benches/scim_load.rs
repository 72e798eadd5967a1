//! The load behind `benches/scim-side-by-side`: `cargo bench --bench scim_load -- WHAT ...`
//!
//! ```text
//! roster FILE.csv COUNT SEED                         fictional people, for `halligan user import`
//! resources FILE.jsonl COUNT SEED                    the same people as SCIM resources, one a line
//! fill URL TOKEN_FILE COUNT SEED SECONDS             POST them by /Bulk, 500 at a time
//! load URL TOKEN_FILE COUNT SEED WHAT CLIENTS SECONDS [EVERY_MS]
//! table FILE.jsonl                                   the answers of `load` as a Markdown table
//! ```
//!
//! `WHAT` is `search` (three-way `co`, fifty rows), `cursor` (the same by RFC 9865), `get` (by id),
//! `rename` (PATCH of a name) or `password` (PATCH of a password). Each client has one connection,
//! kept alive where the server keeps it, and asks again as soon as it is answered, or every
//! `EVERY_MS` milliseconds. The answer is one JSON object; times are milliseconds.

#[path = "scim_load/fill.rs"]
mod fill;
#[path = "scim_load/load.rs"]
mod load;
#[path = "scim_load/people.rs"]
mod people;
#[path = "side_by_side/roster.rs"]
mod roster;
#[path = "scim_load/table.rs"]
mod table;
#[path = "scim_load/wire.rs"]
mod wire;

use std::{
    env,
    error::Error,
    io::{self, Write},
};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    // `cargo bench` adds a `--bench` of its own.
    let arguments: Vec<String> = env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    match arguments.split_first() {
        Some((what, rest)) if what == "roster" => roster::run(rest),
        Some((what, rest)) if what == "resources" => people::write(rest),
        Some((what, rest)) if what == "fill" => runtime.block_on(fill::run(rest)),
        Some((what, rest)) if what == "load" => runtime.block_on(load::run(rest)),
        Some((what, rest)) if what == "table" => table::run(rest),
        _ => Ok(writeln!(
            io::stderr(),
            "scim_load: benches/scim-side-by-side runs this; nothing was measured"
        )?),
    }
}
