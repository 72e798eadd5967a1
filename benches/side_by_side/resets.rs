//! What one reset at the desk costs beside its hashing: intent, change, outcome and index, durable.
//!
//! Resets the passwords of users of STORE, a store made for the purpose, as the operator LOGIN whose
//! password is the first line of `PASSWORD_FILE`. Every round does one of each, so that a disk that
//! grows slower or quicker does so for all of them:
//!
//! * `fsync`: 8 KiB written into a file beside the store that has its full length already, as the
//!   store's log has, then `fdatasync`: the machine's own cost;
//! * `unlock`: intent, change and outcome like a reset, with no password in it;
//! * `reset`: the whole, and `hashing`: one hash and one proof of the same kind, by themselves.
//!
//! The answer is one JSON object, in milliseconds.

use std::{
    error::Error,
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::FileExt,
    path::Path,
    sync::Arc,
    time::Instant,
};

use super::percentile;
use halligan::{
    audit::{AuditLog, Kind},
    config::open_store,
    desk::{Desk, ResetOrder, Session},
    directory::local::LocalDirectory,
    password::{Secret, hash, profile::Profile},
    source::Source,
    user::UserId,
};
use serde_json::{Map, Value, json};

/// What a commit of a reset writes to the log, about.
const WRITTEN: usize = 8 << 10;
const FLOOR_BYTES: usize = 4 << 20;

struct Counter {
    desk: Desk,
    session: Arc<Session>,
    floor: File,
    profile: Arc<Profile>,
}

impl Counter {
    async fn open(path: &Path, login: &str, password: &Secret) -> Result<Self, Box<dyn Error>> {
        let profile = Arc::new(Profile::nist());
        let store = open_store(path).await?;
        let directory = LocalDirectory::new(store.clone(), Arc::clone(&profile));
        let audit = AuditLog::new(store);
        let desk = Desk::new(Arc::new(directory), audit, Arc::clone(&profile), "");
        let session = desk
            .sign_in(login, password, &Source("benchmark".into()))
            .await?;
        let mut floor = File::create(path.with_extension("floor"))?;
        floor.write_all(&vec![0; FLOOR_BYTES])?;
        floor.sync_all()?;
        Ok(Self {
            desk,
            session,
            floor,
            profile,
        })
    }

    /// Milliseconds of fsync, unlock, reset and hashing, on this user.
    async fn round(&mut self, user: UserId, nth: usize) -> Result<[f64; 4], Box<dyn Error>> {
        let place = (nth * WRITTEN) % FLOOR_BYTES;
        let began = Instant::now();
        self.floor.write_all_at(&[0x5a; WRITTEN], place as u64)?;
        self.floor.sync_data()?;
        let fsync = milliseconds(began);

        let began = Instant::now();
        let seat = self.desk.at(&self.session).users_update(Kind::Unlock);
        seat.await?.unlock(&user, None, "").await?;
        let unlock = milliseconds(began);

        let text = format!("correct stable battery {nth}");
        let order = ResetOrder {
            user,
            expected: None,
            password: Secret::from_typed(&text)?,
            generated: true,
            must_change: true,
            unlock: true,
            reason: String::new(),
        };
        let began = Instant::now();
        let seat = self
            .desk
            .at(&self.session)
            .users_update(Kind::PasswordReset);
        seat.await?.reset(order).await?;
        let reset = milliseconds(began);

        let secret = Secret::from_typed(&text)?;
        let kdf = self.profile.kdf;
        let began = Instant::now();
        let proved = tokio::task::spawn_blocking(move || {
            hash::hash(kdf, &secret).map(|stored| hash::verify(&stored, &secret) == Ok(true))
        });
        if !proved.await?? {
            return Err("a hash does not prove its own password".into());
        }
        Ok([fsync, unlock, reset, milliseconds(began)])
    }
}

fn milliseconds(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e3
}

fn spread(values: &[f64]) -> Value {
    json!({"n": values.len(), "p50": percentile(values, 0.5), "p99": percentile(values, 0.99)})
}

#[tokio::main(flavor = "current_thread")]
pub async fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [store, login, password, rest @ ..] = arguments else {
        return Err("resets wants STORE LOGIN PASSWORD_FILE [ROUNDS]".into());
    };
    let rounds: usize = rest.first().map_or(Ok(200), |text| text.parse())?;
    let password = fs::read_to_string(password)?;
    let password = Secret::from_typed(password.lines().next().unwrap_or_default())?;
    let mut counter = Counter::open(Path::new(store), login, &password).await?;
    let mut taken: [Vec<f64>; 5] = Default::default();
    for nth in 0..rounds {
        // The first handles belong to the administrators of a new store.
        let user = UserId((nth + 10).to_string());
        let [fsync, unlocked, whole, hashing] = counter.round(user, nth).await?;
        let values = [fsync, unlocked, whole, hashing, whole - hashing];
        for (all, value) in taken.iter_mut().zip(values) {
            all.push(value);
        }
    }
    let names = [
        "fsync",
        "unlock",
        "reset",
        "hashing",
        "reset_without_hashing",
    ];
    let answer: Map<String, Value> = names
        .into_iter()
        .zip(&taken)
        .map(|(name, values)| (name.to_owned(), spread(values)))
        .collect();
    writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&answer)?)?;
    Ok(())
}
