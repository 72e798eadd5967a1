//! The answers as a table, and how many times ours is the best of the others'.

use std::{
    fs,
    io::{self, Write},
};

use serde_json::Value;

use super::Outcome;

const OURS: &str = "halligan";
const HOW: [(&str, &str); 5] = [
    ("search", "search, three-way co"),
    ("cursor", "the same by cursor"),
    ("get", "GET by id"),
    ("rename", "PATCH of a name"),
    ("password", "PATCH of a password"),
];

/// Each line is what `load` told, with `server` and `rss_mb` put to it.
pub fn run(arguments: &[String]) -> Outcome<()> {
    let [file] = arguments else {
        return Err("table wants FILE.jsonl".into());
    };
    let rows: Vec<Value> = fs::read_to_string(file)?
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "| what | server | users | clients | good answers/s | p50 ms | p99 ms | refused | memory MB |"
    )?;
    writeln!(out, "|---|---|---:|---:|---:|---:|---:|---:|---:|")?;
    for (what, words) in HOW {
        for row in rows.iter().filter(|row| row["what"] == what) {
            let pace = row["every_ms"]
                .as_str()
                .map_or_else(String::new, |every| format!(", each every {every} ms"));
            writeln!(
                out,
                "| {words} | {} | {} | {}{pace} | {:.1} | {:.2} | {:.2} | {} | {} |",
                text(&row["server"]),
                row["people"],
                row["clients"],
                number(&row["per_second"]),
                number(&row["p50_ms"]),
                number(&row["p99_ms"]),
                row["refused"],
                row["rss_mb"],
            )?;
        }
    }
    writeln!(out)?;
    for (what, words) in HOW {
        let rate = |ours: bool| {
            rows.iter()
                .filter(|row| row["what"] == what && row["peers"] == true)
                .filter(|row| (text(&row["server"]) == OURS) == ours)
                .map(|row| number(&row["per_second"]))
                .fold(f64::NAN, f64::max)
        };
        let ratio = rate(true) / rate(false);
        if ratio.is_finite() {
            writeln!(
                out,
                "{words}: Halligan gives {ratio:.1} times as many good answers a second as the best of the others."
            )?;
        }
    }
    Ok(())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}
