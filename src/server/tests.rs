//! The API in this process: the router without a socket, the real desk and store behind it, and a
//! clock of the test.

mod at_once;
mod attempts;
mod clients;
mod details;
mod emptied;
mod one_form;
mod operators;
mod permissions;
mod provisioning;
mod ranks;
mod sign_in;
mod tokens;

use std::{cell::Cell, net::IpAddr, path::Path, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::mpsc;
use tower::ServiceExt as _;

use super::{
    Limits,
    request_address::ClientAddress,
    router,
    state::{Shared, SharedState},
};
use crate::{
    audit::{AuditLog, AuditQuery, Kind, Outcome, Record},
    config::open_store,
    desk::{
        Desk, Session,
        api::{ClientKind, NewClient, Tokens},
    },
    directory::{NewUser, local::LocalDirectory},
    password::{Secret, profile::Profile},
    permission::{Permission, Permissions, Role},
    scim::{
        patch,
        schema::{EXTENSION_URN, USER_URN},
    },
    source::Source,
    store::{Store, StoreError},
    user::AccountKind,
};

const CHIEF_PASSWORD: &str = "granite-otter-lime-47-spoon";
const PASSWORD: &str = "velvet-anchor-plum-31";
const ANOTHER: &str = "copper kettle marmot 91";
const HERE: [u8; 4] = [192, 0, 2, 7];

thread_local! {
    /// Each test has a thread and so a clock of its own.
    static NOW: Cell<Timestamp> = const { Cell::new(Timestamp::UNIX_EPOCH) };
}

fn now() -> Timestamp {
    NOW.get()
}

fn pass(time: SignedDuration) {
    NOW.set(now() + time);
}

fn secret(text: &str) -> Secret {
    Secret::from_typed(text).unwrap()
}

pub(super) struct Api {
    router: Router,
    pub(super) state: SharedState,
    desk: Desk,
    tokens: Tokens,
    audit: AuditLog,
    chief: Arc<Session>,
    /// A token that may do everything.
    all: String,
    _writes: mpsc::Receiver<()>,
    _folder: TempDir,
}

/// What the API answered.
#[derive(Debug)]
struct Answered {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

/// One request.
struct Asked<'a> {
    method: Method,
    path: &'a str,
    token: Option<&'a str>,
    body: Option<Value>,
    from: [u8; 4],
}

async fn store_at(path: &Path) -> Store {
    open_store(path).await.unwrap()
}

impl Api {
    pub(super) async fn open() -> Self {
        Self::under(Profile::nist()).await
    }

    async fn under(profile: Profile) -> Self {
        NOW.set(Timestamp::now());
        let folder = tempfile::tempdir().unwrap();
        let store = store_at(&folder.path().join("store/halligan.db")).await;
        let profile = Arc::new(profile);
        let local = LocalDirectory::new(store.clone(), Arc::clone(&profile)).with_clock(now);
        let audit = AuditLog::new(store);
        let desk = Desk::new(Arc::new(local), audit.clone(), profile, "Agency").with_clock(now);
        let tokens = Tokens::new(desk.clone());
        let source = Source("test".into());
        let password = secret(CHIEF_PASSWORD);
        desk.create_first_administrator(person("Chief", Role::Administrator), &password, &source)
            .await
            .unwrap();
        let chief = desk
            .sign_in("chief@example.org", &password, &source)
            .await
            .unwrap();
        let (writes, running) = mpsc::channel(1);
        let state = Arc::new(Shared::new(
            desk.clone(),
            tokens.clone(),
            Limits::default(),
            None,
            Vec::new(),
            "http",
            writes,
        ));
        let mut api = Self {
            router: router::api(&state),
            state,
            desk,
            tokens,
            audit,
            chief,
            all: String::new(),
            _writes: running,
            _folder: folder,
        };
        api.all = api.client("all", Permissions::all()).await;
        api
    }

    /// The token of a machine client.
    async fn client(&self, name: &str, permissions: Permissions) -> String {
        let new = NewClient {
            name: name.into(),
            kind: ClientKind::Bearer,
            permissions,
            days: None,
            networks: Vec::new(),
        };
        let at = self.desk.at(&self.chief);
        let seat = at.tokens_update(Kind::TokenCreated).await.unwrap();
        seat.create_client(new).await.unwrap().to_string()
    }

    async fn ask(&self, asked: Asked<'_>) -> Answered {
        let mut request = Request::builder()
            .method(asked.method)
            .uri(asked.path)
            .header(header::HOST, "localhost")
            .extension(ClientAddress::of(IpAddr::from(asked.from)));
        if let Some(token) = asked.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match asked.body {
            None => Body::empty(),
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/scim+json");
                body.to_string().into()
            }
        };
        self.send(request.body(body).unwrap()).await
    }

    async fn send(&self, request: Request<Body>) -> Answered {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answered {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }

    /// A request below `/scim/v2`.
    async fn scim(&self, token: &str, method: Method, path: &str, body: Option<Value>) -> Answered {
        self.ask(Asked {
            method,
            path: &format!("/scim/v2{path}"),
            token: Some(token),
            body,
            from: HERE,
        })
        .await
    }

    /// A POST outside `/scim/v2`.
    async fn post(&self, token: Option<&str>, path: &str, body: Value) -> Answered {
        self.ask(Asked {
            method: Method::POST,
            path,
            token,
            body: Some(body),
            from: HERE,
        })
        .await
    }

    async fn patch(&self, token: &str, id: &str, operations: Value) -> Answered {
        let body = json!({ "schemas": [patch::URN], "Operations": operations });
        self.scim(token, Method::PATCH, &format!("/Users/{id}"), Some(body))
            .await
    }

    async fn get(&self, id: &str) -> Value {
        let path = format!("/Users/{id}?attributes=userName,active,name,{EXTENSION_URN}");
        let answer = self.scim(&self.all, Method::GET, &path, None).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    /// Somebody without a password.
    async fn add(&self, login: &str, role: Role) -> String {
        let mut wanted = resource(login);
        wanted[EXTENSION_URN] = json!({ "role": role.word() });
        let answer = self
            .scim(&self.all, Method::POST, "/Users", Some(wanted))
            .await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body["id"].as_str().unwrap().to_owned()
    }

    /// An operator with a password that need not be changed, and where one has signed in.
    async fn operator(&self, login: &str, role: Role) -> (String, String) {
        let id = self.add(login, role).await;
        let set = json!([{ "op": "replace", "path": "password", "value": PASSWORD }]);
        let answer = self.patch(&self.all, &id, set).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let token = self.sign_in(login, PASSWORD).await;
        let answer = self.change_own(&token, PASSWORD, ANOTHER).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        (id, token)
    }

    async fn change_own(&self, token: &str, old: &str, new: &str) -> Answered {
        let body = json!({ "schemas": [super::actions::CHANGE_URN], "old": old, "new": new });
        self.scim(token, Method::POST, "/Me/.password", Some(body))
            .await
    }

    async fn sign_in(&self, login: &str, password: &str) -> String {
        let answer = self.try_sign_in(login, password, HERE).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["access_token"].as_str().unwrap().to_owned()
    }

    async fn try_sign_in(&self, login: &str, password: &str, from: [u8; 4]) -> Answered {
        self.ask(Asked {
            method: Method::POST,
            path: "/auth/sign-in",
            token: None,
            body: Some(json!({ "login": login, "password": password })),
            from,
        })
        .await
    }

    /// The records from a sequence number on, oldest first.
    async fn records_after(&self, sequence: u64) -> Vec<Record> {
        let mut records = self.audit.list(AuditQuery::default()).await.unwrap();
        records.retain(|record| record.sequence > sequence);
        records.reverse();
        records
    }

    async fn last_sequence(&self) -> u64 {
        let newest = AuditQuery {
            limit: 1,
            ..AuditQuery::default()
        };
        self.audit.list(newest).await.unwrap()[0].sequence
    }
}

fn person(login: &str, role: Role) -> NewUser {
    NewUser {
        login: login.into(),
        email: format!("{}@example.org", login.to_lowercase()),
        given_name: "Test".into(),
        family_name: login.into(),
        kind: AccountKind::Staff,
        role,
        active: true,
        must_change: false,
        ..NewUser::default()
    }
}

fn resource(login: &str) -> Value {
    json!({
        "schemas": [USER_URN],
        "userName": login,
        "name": { "givenName": "Given", "familyName": format!("Family {login}") },
        "emails": [{ "value": format!("{login}@example.org"), "type": "work", "primary": true }],
    })
}
