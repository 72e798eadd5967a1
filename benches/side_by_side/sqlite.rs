//! What `SQLite` does by itself over the same people: LIKE, the trigram tokenizer, prefixes.
//!
//! `PEOPLE.tsv` has the columns id, email, given name, family name; `QUERIES.txt` has kind and text.
//! Every query is typed one to twelve characters far; each keystroke asks for the twenty best and
//! for the total, counted to 201. The answer is one JSON object: for each design the milliseconds a
//! keystroke takes, by the number of characters typed, and the size of its file. The engine is the
//! one that Halligan itself is built with.

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    io::{self, BufRead, BufReader, Write},
    path::Path,
    time::Instant,
};

use super::percentile;
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// One way of searching: its tables, and how a keystroke becomes statements.
struct Design {
    name: &'static str,
    tables: &'static str,
    page: &'static str,
    count: &'static str,
    /// The parameter for what was typed; `None` where the design has no answer.
    asked: fn(&str) -> Option<String>,
}

const PEOPLE: &str = "CREATE TABLE people (id TEXT, email TEXT, name TEXT, key TEXT)";

const DESIGNS: [Design; 3] = [
    Design {
        name: "LIKE, ranked",
        tables: "",
        page: "SELECT id, email, name FROM people WHERE key LIKE '%' || ?1 || '%' ESCAPE '\\'
               ORDER BY CASE WHEN key LIKE ?1 || char(1) || '%' ESCAPE '\\' THEN 0
                             WHEN key LIKE '%' || char(1) || ?1 || char(1) || '%' ESCAPE '\\' THEN 1
                             WHEN key LIKE ?1 || '%' ESCAPE '\\' THEN 2
                             WHEN key LIKE '%' || char(1) || ?1 || '%' ESCAPE '\\' THEN 2
                             WHEN key LIKE '% ' || ?1 || '%' ESCAPE '\\' THEN 3 ELSE 4 END, rowid LIMIT 20",
        count: "SELECT count(*) FROM
                (SELECT 1 FROM people WHERE key LIKE '%' || ?1 || '%' ESCAPE '\\' LIMIT 201)",
        asked: |typed| {
            let escaped = typed.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            Some(escaped)
        },
    },
    Design {
        name: "FTS5 trigram, ranked",
        tables: "CREATE VIRTUAL TABLE found USING fts5
                   (key, content='', tokenize='trigram', detail='full');
                 INSERT INTO found (rowid, key) SELECT rowid, key FROM people;
                 INSERT INTO found (found) VALUES ('optimize');",
        page: "SELECT id, email, name FROM (SELECT rowid AS r, rank AS k FROM found WHERE found MATCH ?1
               ORDER BY rank LIMIT 20) JOIN people ON people.rowid = r ORDER BY k",
        count: "SELECT count(*) FROM (SELECT 1 FROM found WHERE found MATCH ?1 LIMIT 201)",
        asked: |typed| {
            (typed.chars().count() >= 3)
                .then(|| format!("\"{}\"", typed.replace('"', "\"\"")))
        },
    },
    Design {
        name: "FTS5 prefix, ranked",
        tables: "CREATE VIRTUAL TABLE found USING fts5
                   (key, content='', tokenize='unicode61', prefix='1 2 3', detail='full');
                 INSERT INTO found (rowid, key) SELECT rowid, key FROM people;
                 INSERT INTO found (found) VALUES ('optimize');",
        page: "SELECT id, email, name FROM (SELECT rowid AS r, rank AS k FROM found WHERE found MATCH ?1
               ORDER BY rank LIMIT 20) JOIN people ON people.rowid = r ORDER BY k",
        count: "SELECT count(*) FROM (SELECT 1 FROM found WHERE found MATCH ?1 LIMIT 201)",
        asked: |typed| {
            let words: Vec<String> = typed
                .split_whitespace()
                .map(|word| format!("\"{}\"*", word.replace('"', "\"\"")))
                .collect();
            (!words.is_empty()).then(|| words.join(" "))
        },
    },
];

fn folded(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

fn built(people: &Path, scratch: &Path, design: &Design) -> Result<Connection, Box<dyn Error>> {
    let path = scratch.join(format!("{}.db", design.name.replace([' ', ','], "-")));
    let _ = fs::remove_file(&path);
    let mut connection = Connection::open(&path)?;
    connection.execute_batch(
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;",
    )?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(PEOPLE)?;
    {
        let mut insert = transaction.prepare("INSERT INTO people VALUES (?1, ?2, ?3, ?4)")?;
        for line in BufReader::new(fs::File::open(people)?).lines() {
            let line = line?;
            let fields: Vec<&str> = line.split('\t').collect();
            let [id, email, given, family] = fields[..] else {
                return Err(format!("not four columns: {line}").into());
            };
            let name = format!("{given} {family}");
            let key = folded(&format!("{id}\u{1}{email}\u{1}{name}"));
            insert.execute(params![id, email, name, key])?;
        }
    }
    transaction.execute_batch(design.tables)?;
    transaction.commit()?;
    drop(connection);
    let connection = Connection::open(&path)?;
    connection.execute_batch("PRAGMA cache_size=-8000;")?;
    Ok(connection)
}

/// Milliseconds of every keystroke, by the number of characters typed so far.
fn typed(
    connection: &Connection,
    design: &Design,
    queries: &[String],
) -> Result<BTreeMap<usize, Vec<f64>>, Box<dyn Error>> {
    let mut page = connection.prepare(design.page)?;
    let mut count = connection.prepare(design.count)?;
    let mut taken: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for query in queries {
        let characters: Vec<char> = query.chars().collect();
        for length in 1..=characters.len().min(12) {
            let so_far = folded(&characters[..length].iter().collect::<String>());
            let Some(first) = (design.asked)(so_far.trim_end()) else {
                continue;
            };
            let began = Instant::now();
            let mut rows = page.query([&first])?;
            let mut bytes = 0;
            while let Some(row) = rows.next()? {
                bytes += row.get_ref(2)?.as_str()?.len();
            }
            let total: i64 = count.query_row([&first], |row| row.get(0))?;
            std::hint::black_box((bytes, total));
            taken
                .entry(length)
                .or_default()
                .push(began.elapsed().as_secs_f64() * 1e3);
        }
    }
    Ok(taken)
}

fn told(taken: &BTreeMap<usize, Vec<f64>>) -> Value {
    let all: Vec<f64> = taken.values().flatten().copied().collect();
    let by_length: BTreeMap<String, Value> = taken
        .iter()
        .map(|(length, values)| {
            let p50 = percentile(values, 0.5);
            let p99 = percentile(values, 0.99);
            (
                length.to_string(),
                json!({"p50": p50, "p99": p99, "n": values.len()}),
            )
        })
        .collect();
    json!({
        "n": all.len(),
        "p50_ms": percentile(&all, 0.5),
        "p99_ms": percentile(&all, 0.99),
        "max_ms": percentile(&all, 1.0),
        "by_length": by_length,
    })
}

pub fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [people, queries, scratch, rest @ ..] = arguments else {
        return Err("sqlite wants PEOPLE.tsv QUERIES.txt SCRATCH [QUERIES_TO_ASK]".into());
    };
    let most: usize = rest.first().map_or(Ok(24), |text| text.parse())?;
    let queries: Vec<String> = fs::read_to_string(queries)?
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(_, text)| text.to_owned())
        .take(most)
        .collect();
    let mut answer = serde_json::Map::new();
    for design in &DESIGNS {
        let began = Instant::now();
        let connection = built(Path::new(people), Path::new(scratch), design)?;
        let build = began.elapsed().as_secs_f64();
        let size = fs::metadata(connection.path().unwrap_or_default())?.len();
        typed(&connection, design, &queries[..queries.len().min(2)])?;
        let mut design_told = told(&typed(&connection, design, &queries)?);
        design_told["build_s"] = json!(build);
        design_told["file_bytes"] = json!(size);
        answer.insert(design.name.into(), design_told);
    }
    writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&answer)?)?;
    Ok(())
}
