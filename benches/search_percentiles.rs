//! How long the embedded store takes for a key press, by the number of characters typed.
//!
//! ```text
//! cargo bench --bench search_percentiles -- make STORE PEOPLE [SEED]     import fictional people
//! cargo bench --bench search_percentiles -- ask STORE [QUERIES.txt]      warm: every keystroke
//! cargo bench --bench search_percentiles -- cold STORE [QUERIES.txt]     evicted before each one
//! cargo bench --bench search_percentiles -- first STORE TEXT             open, ask once, end
//! cargo bench --bench search_percentiles -- use STORE                    passwords, sign-ins, locks
//! cargo bench --bench search_percentiles -- filters STORE                each filter, alone and with a text
//! ```
//!
//! `QUERIES.txt` has kind and text; without it, texts are made from the people of the store. Every
//! text is typed one to twelve characters far, and each keystroke asks as the console does: through
//! the directory and its thread, for the twenty best with all that a row shows, and for the total.
//! The answer is one JSON object; times are milliseconds. The warm measurement runs twice and tells
//! the second, so that the machine's file cache is warm.

#[path = "support/filters.rs"]
mod filters;
#[allow(dead_code, reason = "each bench uses its part")]
#[path = "support/store.rs"]
mod store;

use std::{
    collections::BTreeMap,
    env,
    error::Error,
    fs::{self, File},
    io::{self, Write},
    path::Path,
    time::Instant,
};

use halligan::{config::open_store, directory::local::LocalDirectory, store::StoreError};
use rand::{RngExt, SeedableRng, rngs::SmallRng, seq::IndexedRandom};
use rustix::fs::{Advice, fadvise};
use serde_json::{Value, json};
use store::{open, search};

const TEXTS: usize = 600;
const COLD_KEYSTROKES: usize = 400;
const LONGEST: usize = 12;

type Times = BTreeMap<usize, Vec<f64>>;

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo bench` adds a `--bench` of its own.
    let arguments: Vec<String> = env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let told = runtime.block_on(async {
        match arguments[..] {
            ["make", store, people] => make(Path::new(store), people.parse()?, 1).await,
            ["make", store, people, seed] => {
                make(Path::new(store), people.parse()?, seed.parse()?).await
            }
            ["ask", store] => ask(Path::new(store), None).await,
            ["ask", store, queries] => ask(Path::new(store), Some(Path::new(queries))).await,
            ["cold", store] => cold(Path::new(store), None).await,
            ["cold", store, queries] => cold(Path::new(store), Some(Path::new(queries))).await,
            ["first", store, text] => first(Path::new(store), text).await,
            ["use", store] => filters::make_used(Path::new(store)).await,
            ["filters", store] => filters::ask(Path::new(store)).await,
            _ => Ok(json!({
                "nothing was measured": "give make STORE PEOPLE, ask STORE, cold STORE, first STORE TEXT, use STORE or filters STORE"
            })),
        }
    })?;
    writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&told)?)?;
    Ok(())
}

/// As [`store::make`], with what it took.
async fn make(path: &Path, people: u64, seed: u64) -> Result<Value, Box<dyn Error>> {
    let before = resident("VmHWM:")?;
    let began = Instant::now();
    let added = store::make(path, people, seed).await?;
    let import = began.elapsed().as_secs_f64();
    let bytes = store::size(path)?;
    Ok(json!({
        "people": added,
        "import_s": import,
        "bytes": bytes,
        "bytes_a_person": bytes / people.max(1),
        "peak_kib_before": before,
        "peak_kib_after": resident("VmHWM:")?,
    }))
}

async fn ask(path: &Path, queries: Option<&Path>) -> Result<Value, Box<dyn Error>> {
    let texts = texts(path, queries).await?;
    let directory = open(path).await?;
    let mut by_kind = BTreeMap::new();
    typed(&directory, &texts, &mut by_kind, usize::MAX, || Ok(())).await?;
    by_kind.clear();
    let by_length = typed(&directory, &texts, &mut by_kind, usize::MAX, || Ok(())).await?;
    let mut told = summary(&by_length);
    told["by_kind"] = by_kind
        .into_iter()
        .map(|(kind, times)| (kind, summary(&times)))
        .collect();
    told["resident_kib"] = json!(resident("VmRSS:")?);
    told["peak_kib"] = json!(resident("VmHWM:")?);
    Ok(told)
}

async fn cold(path: &Path, queries: Option<&Path>) -> Result<Value, Box<dyn Error>> {
    let mut texts = texts(path, queries).await?;
    let mut random = SmallRng::seed_from_u64(3);
    // Each text at one random length, so that no keystroke warms the next.
    for (_, text) in &mut texts {
        let length = random.random_range(1..=LONGEST);
        *text = text.chars().take(length).collect();
    }
    let mut times = Times::new();
    for (_, text) in texts.iter().take(COLD_KEYSTROKES) {
        // A connection of its own: SQLite's cache would be warm else.
        let directory = open(path).await?;
        search(&directory, "").await?;
        evict(path)?;
        let began = Instant::now();
        search(&directory, text).await?;
        let taken = began.elapsed().as_secs_f64() * 1e3;
        times.entry(text.chars().count()).or_default().push(taken);
    }
    Ok(summary(&times))
}

async fn first(path: &Path, text: &str) -> Result<Value, Box<dyn Error>> {
    let began = Instant::now();
    let directory = open(path).await?;
    let opened = began.elapsed().as_secs_f64() * 1e3;
    let found = search(&directory, text).await?;
    Ok(json!({
        "open_ms": opened,
        "open_and_first_search_ms": began.elapsed().as_secs_f64() * 1e3,
        "found": found,
        "resident_kib": resident("VmRSS:")?,
    }))
}

/// Types every text; gives the times by length, and adds those of each kind to `by_kind`.
async fn typed(
    directory: &LocalDirectory,
    texts: &[(String, String)],
    by_kind: &mut BTreeMap<String, Times>,
    most: usize,
    mut before: impl FnMut() -> io::Result<()>,
) -> Result<Times, Box<dyn Error>> {
    let mut times = Times::new();
    let mut slowest: Vec<(f64, String)> = Vec::new();
    for (kind, text) in texts.iter().take(most) {
        let characters: Vec<char> = text.chars().collect();
        for length in 1..=characters.len().min(LONGEST) {
            let so_far: String = characters[..length].iter().collect();
            before()?;
            let began = Instant::now();
            search(directory, &so_far).await?;
            let taken = began.elapsed().as_secs_f64() * 1e3;
            slowest.push((taken, so_far));
            times.entry(length).or_default().push(taken);
            by_kind
                .entry(kind.clone())
                .or_default()
                .entry(length)
                .or_default()
                .push(taken);
        }
    }
    slowest.sort_by(|one, other| other.0.total_cmp(&one.0));
    slowest.truncate(12);
    writeln!(io::stderr(), "slowest: {slowest:?}")?;
    Ok(times)
}

/// Kind and text of every query: from the file, or made from people of the store.
async fn texts(
    path: &Path,
    queries: Option<&Path>,
) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    if let Some(queries) = queries {
        return Ok(fs::read_to_string(queries)?
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .map(|(kind, text)| (kind.to_owned(), text.to_owned()))
            .collect());
    }
    let store = open_store(path).await?;
    let people = store.read(|connection| {
        let last: i64 = connection.query_row("SELECT max(row) FROM users", [], |row| row.get(0))?;
        let mut random = SmallRng::seed_from_u64(2);
        let mut people = Vec::new();
        let mut statement =
            connection.prepare("SELECT login, email, given, family FROM users WHERE row = ?1")?;
        for _ in 0..TEXTS {
            let row = random.random_range(1..=last);
            people.push(statement.query_row([row], |row| {
                Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
            })?);
        }
        Ok::<_, StoreError>(people)
    });
    let people: Vec<[String; 4]> = people.await?;
    let mut random = SmallRng::seed_from_u64(5);
    let mut made = Vec::new();
    for (nth, [login, email, given, family]) in people.iter().enumerate() {
        let begin = |text: &str, length| text.chars().take(length).collect::<String>();
        let mut letters = || {
            *b"abcdefghijklmnopqrstuvwxyz"
                .choose(&mut random)
                .unwrap_or(&b'x')
        };
        let (kind, text) = match nth % 12 {
            0 => ("id", login.clone()),
            1 => ("email", email.clone()),
            2 => ("family", family.clone()),
            3 => ("name", format!("{given} {family}")),
            4 => ("turned", format!("{family} {given}")),
            5 => (
                "fragments",
                format!(
                    "{} {} {}",
                    begin(given, 3),
                    begin(family, 3),
                    begin(login, 3)
                ),
            ),
            6 => (
                "middle",
                format!("{family}{email}").chars().skip(2).collect(),
            ),
            7 => ("digits", login.chars().skip(2).collect()),
            8 => {
                let mut typo: Vec<char> = format!("{family} {given}").chars().collect();
                if let Some(place) = typo.get_mut(2) {
                    *place = char::from(letters());
                }
                ("typo", typo.into_iter().collect())
            }
            9 => (
                "miss",
                (0..LONGEST).map(|_| char::from(letters())).collect(),
            ),
            10 => (
                "domain",
                email.rsplit('@').next().unwrap_or_default().into(),
            ),
            _ => (
                "two letters",
                format!("{} {}", begin(given, 2), begin(family, 1)),
            ),
        };
        made.push((kind.to_owned(), text.trim().to_owned()));
    }
    Ok(made)
}

/// Drops the store's files from the machine's file cache.
fn evict(path: &Path) -> io::Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        if let Ok(file) = File::open(name) {
            file.sync_all()?;
            fadvise(&file, 0, None, Advice::DontNeed)?;
        }
    }
    Ok(())
}

fn resident(field: &str) -> io::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with(field));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(number
        .and_then(|number| number.parse().ok())
        .unwrap_or_default())
}

/// Nearest rank: the smallest value that at least `share` of all do not exceed.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "ranks are small and positive"
)]
fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let rank = (values.len() as f64 * share).ceil() as usize;
    values.get(rank.max(1) - 1).copied().unwrap_or(f64::NAN)
}

fn summary(times: &Times) -> Value {
    let mut all: Vec<f64> = times.values().flatten().copied().collect();
    let by_length: BTreeMap<String, Value> = times
        .iter()
        .map(|(length, values)| {
            let mut values = values.clone();
            let p50 = percentile(&mut values, 0.5);
            let p99 = percentile(&mut values, 0.99);
            (
                format!("{length:02}"),
                json!({"p50": p50, "p99": p99, "n": values.len()}),
            )
        })
        .collect();
    json!({
        "n": all.len(),
        "p50_ms": percentile(&mut all, 0.5),
        "p99_ms": percentile(&mut all, 0.99),
        "max_ms": percentile(&mut all, 1.0),
        "by_length": by_length,
    })
}
