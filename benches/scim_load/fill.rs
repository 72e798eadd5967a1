//! Puts people into a server that has no other way to get them.

use std::{
    io::{self, Write},
    time::{Duration, Instant},
};

use halligan::population::Population;
use serde_json::json;

use super::{Outcome, people, wire::Wire};

const AT_ONCE: usize = 500;

/// Tells how many were put there within the time that is given.
pub async fn run(arguments: &[String]) -> Outcome<()> {
    let [url, token, count, seed, seconds] = arguments else {
        return Err("fill wants URL TOKEN_FILE COUNT SEED SECONDS".into());
    };
    let mut wire = Wire::new(url, token)?;
    let began = Instant::now();
    let bound = Duration::from_secs(seconds.parse()?);
    let mut filled = 0;
    let mut people = Population::new(seed.parse()?, count.parse()?).peekable();
    while people.peek().is_some() && began.elapsed() < bound {
        let operations: Vec<_> = people
            .by_ref()
            .take(AT_ONCE)
            .enumerate()
            .map(|(nth, person)| {
                json!({
                    "method": "POST", "path": "/Users", "bulkId": nth.to_string(),
                    "data": people::resource(&person),
                })
            })
            .collect();
        let sent = operations.len();
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": operations,
        });
        let answer = wire.json("POST", "/Bulk", &body.to_string()).await?;
        let made = answer["Operations"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|operation| operation["status"] == "201" || operation["status"] == 201)
            .count();
        if made != sent {
            return Err(format!("{made} of {sent} users were added: {answer}").into());
        }
        filled += made;
    }
    let told = json!({ "people": filled, "seconds": began.elapsed().as_secs_f64() });
    writeln!(io::stdout(), "{told}")?;
    Ok(())
}
