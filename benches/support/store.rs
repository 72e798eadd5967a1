//! Stores of fictional people for the benches.

use std::{
    error::Error,
    fs::{self, DirBuilder},
    os::unix::fs::DirBuilderExt,
    path::Path,
    sync::{Arc, atomic::Ordering},
};

use halligan::{
    audit::{AuditLog, Event, Kind, Outcome},
    config::open_store,
    directory::{
        Directory, Import, ImportOrder, ImportWatch, NewUser, Query, RosterRow,
        local::LocalDirectory,
    },
    operator::Operator,
    password::{Secret, profile::Profile},
    permission::Role,
    population::Population,
    user::AccountKind,
};
use jiff::Timestamp;
use tokio::sync::OnceCell;

const ADMINISTRATOR: &str = "admin@example.org";
const PASSWORD: &str = "copper heron basket ladle";

/// The administrator of the store, signed in once: what the store answers it answers to somebody who is
/// there.
static OPERATOR: OnceCell<Operator> = OnceCell::const_new();

/// Who asks.
pub async fn operator(directory: &LocalDirectory) -> Result<&'static Operator, Box<dyn Error>> {
    OPERATOR
        .get_or_try_init(async || {
            let password = Secret::from_typed(PASSWORD)?;
            Ok(directory.sign_in(ADMINISTRATOR, &password).await?)
        })
        .await
}

/// An event of the benchmark's own.
pub fn event(kind: Kind) -> Event {
    Event {
        kind,
        outcome: Outcome::Done,
        operator: None,
        target: None,
        source: "benchmark".into(),
        directory: "local store".into(),
        profile: "nist-800-63b-4".into(),
        reason: None,
        intent: None,
        steps: Vec::new(),
        proof: None,
        detail: None,
        caller: None,
        contact_changed: false,
    }
}

/// Opens a store as a directory.
pub async fn open(path: &Path) -> Result<LocalDirectory, Box<dyn Error>> {
    let store = open_store(path).await?;
    Ok(LocalDirectory::new(store, Arc::new(Profile::nist())))
}

/// A store with an administrator (`admin`, password `copper heron basket ladle`) and people;
/// gives how many were added.
pub async fn make(path: &Path, people: u64, seed: u64) -> Result<u64, Box<dyn Error>> {
    if let Some(parent) = path.parent() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(parent)?;
    }
    let directory = open(path).await?;
    let administrator = NewUser {
        login: "admin".into(),
        email: ADMINISTRATOR.into(),
        given_name: "Ada".into(),
        family_name: "Admin".into(),
        kind: AccountKind::Staff,
        role: Role::Administrator,
        active: true,
        must_change: false,
        ..NewUser::default()
    };
    let password = Secret::from_typed(PASSWORD)?;
    directory
        .create_first_administrator(&administrator, &password, event(Kind::StoreCreated))
        .await?;
    let audit = AuditLog::new(directory.store().clone());
    let intent = audit
        .intend(event(Kind::RosterImported), Timestamp::now())
        .await?;
    let watch = ImportWatch::default();
    let rows = (1..).zip(Population::new(seed, people));
    let import = Import {
        rows: Box::new(rows.map(|(line, user)| Ok(RosterRow::whole(line, user)))),
        order: ImportOrder {
            one_record: true,
            ..ImportOrder::default()
        },
        judge: Box::new(|_, _| Ok(())),
        report: Box::new(|_| {}),
        watch: watch.clone(),
    };
    let operator = operator(&directory).await?;
    directory.import(operator, import, &intent).await?;
    drop(audit);
    let store = directory.store().clone();
    drop(directory);
    store.close().await;
    Ok(watch.rows.load(Ordering::Relaxed))
}

/// Asks as the console does: the twenty best with all that a row shows, and the total.
pub async fn search(directory: &LocalDirectory, text: &str) -> Result<String, Box<dyn Error>> {
    let query = Query {
        text: text.into(),
        limit: 20,
        offset: 0,
        ..Query::default()
    };
    let operator = operator(directory).await?;
    let found = directory.search(operator, &query).await?;
    Ok(std::hint::black_box(found).total.to_string())
}

/// Bytes of a store's file.
pub fn size(path: &Path) -> Result<u64, Box<dyn Error>> {
    Ok(fs::metadata(path)?.len())
}
