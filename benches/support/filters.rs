//! How long each filter takes, alone and with a text, count and first page included.

use std::{error::Error, path::Path, time::Instant};

use halligan::{
    config::open_store,
    directory::{
        Query, Standing,
        local::{LocalDirectory, simulate_use},
    },
    password::profile::Profile,
    permission::Role,
    user::AccountKind,
};
use serde_json::{Map, Value, json};

use super::store::{open, operator};

/// So often is each asked.
const TIMES: usize = 200;

/// Texts that stand beside a filter: one that many have, a name, and one that nobody has.
const TEXTS: [&str; 3] = ["a", "maria", "zzqx"];

/// Passwords, sign-ins and locks for the people of a store.
pub async fn make_used(path: &Path) -> Result<Value, Box<dyn Error>> {
    let store = open_store(path).await?;
    let began = Instant::now();
    simulate_use(&store, &Profile::nist()).await?;
    store.close().await;
    Ok(json!({ "used_s": began.elapsed().as_secs_f64() }))
}

/// p50 and p99 in milliseconds, and how many there are.
pub async fn ask(path: &Path) -> Result<Value, Box<dyn Error>> {
    let directory = open(path).await?;
    let mut lines: Vec<String> = Standing::ALL
        .map(|standing| format!("is:{}", standing.word()))
        .to_vec();
    lines.extend(AccountKind::ALL.map(|kind| format!("kind:{}", kind.word())));
    lines.extend(Role::BUILT_IN.map(|role| format!("role:{}", role.word())));
    lines.push("station:12".into());
    lines.push("-is:locked".into());
    lines.push("kind:staff is:locked -is:disabled".into());
    let mut told = Map::new();
    for line in lines {
        let mut of_line = Map::new();
        of_line.insert("alone".into(), measured(&directory, &line).await?);
        for text in TEXTS {
            let with = format!("{line} {text}");
            of_line.insert(format!("with {text}"), measured(&directory, &with).await?);
        }
        told.insert(line, of_line.into());
    }
    Ok(told.into())
}

async fn measured(directory: &LocalDirectory, line: &str) -> Result<Value, Box<dyn Error>> {
    let query = Query {
        limit: 20,
        ..Query::typed(line)?
    };
    let operator = operator(directory).await?;
    let mut times = Vec::with_capacity(TIMES);
    let mut total = String::new();
    for _ in 0..TIMES {
        let began = Instant::now();
        let found = halligan::directory::Directory::search(directory, operator, &query).await?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
        total = found.total.to_string();
    }
    times.sort_by(f64::total_cmp);
    Ok(json!({
        "found": total,
        "p50_ms": times[TIMES / 2],
        "p99_ms": times[TIMES * 99 / 100],
    }))
}
