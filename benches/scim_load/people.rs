//! The people of a benchmark: as resources, and what is asked about them.

use std::{
    fs::File,
    io::{BufWriter, Write},
};

use halligan::{directory::NewUser, population::Population};
use rand::{RngExt, SeedableRng, rngs::SmallRng, seq::IndexedRandom};
use serde_json::{Value, json};

use super::Outcome;

/// A person as a SCIM resource that every server takes.
pub fn resource(person: &NewUser) -> Value {
    let whole = format!("{} {}", person.given_name, person.family_name);
    let mut resource = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": person.login,
        "displayName": whole.trim(),
        "name": { "givenName": person.given_name, "familyName": person.family_name },
        "active": person.active,
    });
    if !person.email.is_empty() {
        resource["emails"] = json!([{ "value": person.email }]);
    }
    resource
}

pub fn write(arguments: &[String]) -> Outcome<()> {
    let [file, count, seed] = arguments else {
        return Err("resources wants FILE.jsonl COUNT SEED".into());
    };
    let mut file = BufWriter::new(File::create(file)?);
    for person in Population::new(seed.parse()?, count.parse()?) {
        writeln!(file, "{}", resource(&person))?;
    }
    file.flush()?;
    Ok(())
}

/// Some of the people, evenly from all of them.
pub fn some(count: u64, seed: u64, wanted: u64) -> Vec<NewUser> {
    let every = usize::try_from((count / wanted).max(1)).unwrap_or(1);
    Population::new(seed, count).step_by(every).collect()
}

/// What operators type about `people`: beginnings of names and words within them from three
/// characters on, whole IDs, beginnings of addresses. Nothing is typed twice as often as another.
pub fn typed(people: &[NewUser], seed: u64) -> Vec<String> {
    let mut random = SmallRng::seed_from_u64(seed);
    let mut texts = Vec::new();
    while texts.len() < 2000 && !people.is_empty() {
        let Some(person) = people.choose(&mut random) else {
            break;
        };
        let name = person.family_name.split(' ').next().unwrap_or_default();
        let letters: Vec<char> = name.chars().filter(|c| c.is_alphanumeric()).collect();
        let length = random.random_range(3..9).min(letters.len());
        let text: String = match random.random_range(0..10) {
            0..5 => letters.iter().take(length).collect(),
            5..7 => letters[letters.len() - length..].iter().collect(),
            7..9 => person.login.clone(),
            _ => person
                .email
                .chars()
                .take(random.random_range(6..14))
                .collect(),
        };
        if text.chars().count() >= 3 {
            texts.push(text);
        }
    }
    texts
}
