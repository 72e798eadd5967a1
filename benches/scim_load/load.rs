//! Clients that ask as fast as they are answered, or at a pace.

use std::{
    io::{self, Write},
    rc::Rc,
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::task::LocalSet;

use super::{Outcome, people, wire::Wire};

/// Users whose ids are looked up for `get`, `rename` and `password`.
const TARGETS: u64 = 192;
/// Users whose names and addresses are typed.
const TYPED: u64 = 600;
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// One thing to ask.
struct Question {
    verb: &'static str,
    path: String,
    body: String,
}

pub async fn run(arguments: &[String]) -> Outcome<()> {
    let [url, token, count, seed, what, clients, seconds, rest @ ..] = arguments else {
        return Err("load wants URL TOKEN_FILE COUNT SEED WHAT CLIENTS SECONDS [EVERY_MS]".into());
    };
    let (count, seed): (u64, u64) = (count.parse()?, seed.parse()?);
    let (clients, seconds): (usize, u64) = (clients.parse()?, seconds.parse()?);
    let pace = match rest.first() {
        Some(millis) => Some(Duration::from_millis(millis.parse()?)),
        None => None,
    };
    let mut wire = Wire::new(url, token)?;
    let questions = questions(&mut wire, count, seed, what).await?;
    // Each client has its own share, so that no two of them change the same user at once.
    let share = (questions.len() / clients).max(1);
    let shares: Vec<Rc<[Question]>> = into_shares(questions, share);
    let began = Instant::now();
    let end = began + Duration::from_secs(seconds);
    let room = LocalSet::new();
    let mut tasks = Vec::new();
    for nth in 0..clients {
        let own = shares.get(nth % shares.len()).ok_or("no questions")?;
        let wire = Wire::new(url, token)?;
        // People do not press their keys all at the same moment.
        let late = pace.map_or(Duration::ZERO, |pace| {
            pace * u32::try_from(nth).unwrap_or(0) / u32::try_from(clients).unwrap_or(1)
        });
        let task = client(wire, Rc::clone(own), began + late, end, pace);
        tasks.push(room.spawn_local(task));
    }
    let (mut times, mut refused) = (Vec::new(), 0_u64);
    room.run_until(async {
        for task in tasks {
            let (more, bad) = task.await.map_err(|error| error.to_string())??;
            times.extend(more);
            refused += bad;
        }
        Ok::<_, String>(())
    })
    .await?;
    let passed = began.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| percentile(&times, share);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 requests")]
    let per_second = (times.len() as f64 - refused as f64) / passed;
    let told = json!({
        "what": what, "people": count, "clients": clients, "every_ms": rest.first(),
        "requests": times.len(), "refused": refused, "per_second": per_second,
        "p50_ms": at(0.5), "p99_ms": at(0.99), "worst_ms": at(1.0),
    });
    writeln!(io::stdout(), "{told}")?;
    Ok(())
}

/// Times in milliseconds, and how many answers were no good ones.
async fn client(
    mut wire: Wire,
    questions: Rc<[Question]>,
    mut next: Instant,
    end: Instant,
    pace: Option<Duration>,
) -> Result<(Vec<f64>, u64), String> {
    let (mut times, mut refused) = (Vec::new(), 0);
    for question in questions.iter().cycle() {
        if Instant::now() >= end {
            break;
        }
        if let Some(pace) = pace {
            tokio::time::sleep_until(next.into()).await;
            next += pace;
        }
        let asked = Instant::now();
        let (status, _) = wire
            .ask(question.verb, &question.path, &question.body)
            .await
            .map_err(|error| error.to_string())?;
        times.push(asked.elapsed().as_secs_f64() * 1000.0);
        if status >= 300 {
            refused += 1;
        }
    }
    Ok((times, refused))
}

fn into_shares(mut questions: Vec<Question>, share: usize) -> Vec<Rc<[Question]>> {
    let mut shares = Vec::new();
    while questions.len() >= share {
        let rest = questions.split_off(share);
        shares.push(questions.into());
        questions = rest;
    }
    shares
}

async fn questions(wire: &mut Wire, count: u64, seed: u64, what: &str) -> Outcome<Vec<Question>> {
    let searches = matches!(what, "search" | "cursor");
    let sample = people::some(count, seed, if searches { TYPED } else { TARGETS });
    let get = |path: String| Question {
        verb: "GET",
        path,
        body: String::new(),
    };
    if searches {
        let how = if what == "cursor" { "&cursor" } else { "" };
        return Ok(people::typed(&sample, seed)
            .iter()
            .map(|text| {
                let filter = format!(
                    "userName co \"{text}\" or emails.value co \"{text}\" or displayName co \"{text}\""
                );
                get(format!("/Users?count=50{how}&filter={}", encoded(&filter)))
            })
            .collect());
    }
    let mut questions = Vec::new();
    for person in &sample {
        let filter = encoded(&format!("userName eq \"{}\"", person.login));
        let found = wire
            .json("GET", &format!("/Users?count=1&filter={filter}"), "")
            .await?;
        let id = found["Resources"][0]["id"]
            .as_str()
            .ok_or_else(|| format!("{} is not there", person.login))?;
        let path = format!("/Users/{id}");
        let replaced = |attribute: &str, value: &str| {
            let operation = json!({ "op": "replace", "path": attribute, "value": value });
            json!({ "schemas": [PATCH], "Operations": [operation] }).to_string()
        };
        match what {
            "get" => questions.push(get(path)),
            // Another value each time, or a server might have nothing to do.
            "rename" | "password" => questions.extend((0..20).map(|nth| Question {
                verb: "PATCH",
                path: path.clone(),
                body: if what == "rename" {
                    replaced("displayName", &format!("{} {nth}", person.family_name))
                } else {
                    replaced(
                        "password",
                        &format!("velvet anchor {nth} tulip {}", person.login),
                    )
                },
            })),
            _ => return Err(format!("{what} cannot be asked").into()),
        }
    }
    Ok(questions)
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

/// Nearest rank: the smallest value that at least `share` of all do not exceed.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "ranks are small and positive"
)]
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied().unwrap_or(f64::NAN)
}
