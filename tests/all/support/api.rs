//! A server on a store of its own, for tests.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    sync::Arc,
};

use halligan::{
    audit::{AuditLog, Kind},
    config::open_store,
    desk::{
        Desk, Session,
        api::{ClientKind, NewClient, Tokens},
    },
    directory::{NewUser, local::LocalDirectory},
    password::{Secret, profile::Profile},
    permission::{Permissions, Role},
    scim::patch,
    server::{Limits, Running, Settings, start, tls::Identity},
    source::{Network, Source},
    store::Store,
    user::AccountKind,
};
use serde_json::{Value, json};
use tempfile::TempDir;

pub const ADMIN_PASSWORD: &str = "granite-otter-lime-47-spoon";
pub const EXTENSION: &str = "urn:halligan:params:scim:schemas:extension:1.0:User";
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

pub struct Api {
    pub base: String,
    pub root: String,
    pub token: String,
    pub desk: Desk,
    pub store: Store,
    pub running: Running,
    pub http: reqwest::Client,
    directory: TempDir,
}

pub fn secret(text: &str) -> Secret {
    Secret::from_typed(text).unwrap()
}

pub fn new_user(login: &str, role: Role) -> NewUser {
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

impl Api {
    pub async fn start() -> Self {
        Self::start_with(Profile::nist(), Limits::default()).await
    }

    pub async fn start_with(profile: Profile, limits: Limits) -> Self {
        Self::start_as(profile, limits, Vec::new()).await
    }

    /// Behind proxies whose word is taken.
    pub async fn start_behind(trusted_proxies: Vec<Network>) -> Self {
        Self::start_as(Profile::nist(), Limits::default(), trusted_proxies).await
    }

    /// With a certificate for `localhost`, which is given back.
    pub async fn start_with_tls(limits: Limits) -> (Self, String) {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let (certificate, key) = (
            folder.path().join("cert.pem"),
            folder.path().join("key.pem"),
        );
        fs::write(&certificate, made.cert.pem()).unwrap();
        fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        let identity = Some(Identity::Files { certificate, key });
        let api = Self::start_on(Profile::nist(), limits, Vec::new(), identity).await;
        (api, made.cert.pem())
    }

    /// The file of the store, for another process.
    pub fn store_file(&self) -> PathBuf {
        self.directory.path().join("store/halligan.db")
    }

    async fn start_as(profile: Profile, limits: Limits, trusted_proxies: Vec<Network>) -> Self {
        Self::start_on(profile, limits, trusted_proxies, None).await
    }

    async fn start_on(
        profile: Profile,
        limits: Limits,
        trusted_proxies: Vec<Network>,
        identity: Option<Identity>,
    ) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = open_store(&directory.path().join("store/halligan.db"))
            .await
            .unwrap();
        let (desk, tokens) = desks(&store, profile);
        let source = Source("test".into());
        desk.create_first_administrator(
            new_user("Chief", Role::Administrator),
            &secret(ADMIN_PASSWORD),
            &source,
        )
        .await
        .unwrap();
        let session = desk
            .sign_in("chief@example.org", &secret(ADMIN_PASSWORD), &source)
            .await
            .unwrap();
        let token = client(&desk, &session, "everything", Permissions::all()).await;
        let running = start(
            Settings {
                listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
                identity,
                base: None,
                trusted_proxies,
                metrics: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
                limits,
            },
            desk.clone(),
            tokens,
        )
        .await
        .unwrap();
        let root = format!("http://{}", running.address());
        Self {
            base: format!("{root}/scim/v2"),
            root,
            token,
            desk,
            store,
            running,
            http: reqwest::Client::new(),
            directory,
        }
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.send(reqwest::Method::GET, path, None, &[]).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(reqwest::Method::POST, path, Some(body), &[])
            .await
    }

    pub async fn send(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> (u16, Value) {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request
                .header("content-type", "application/scim+json")
                .body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        let value = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"))
        };
        (status, value)
    }

    pub async fn add(&self, login: &str) -> Value {
        let (status, user) = self.post("/Users", &resource(login)).await;
        assert_eq!(status, 201, "{user}");
        user
    }

    pub async fn patch(&self, id: &str, operations: &Value) -> (u16, Value) {
        let body = json!({ "schemas": [patch::URN], "Operations": operations });
        self.send(
            reqwest::Method::PATCH,
            &format!("/Users/{id}"),
            Some(&body),
            &[],
        )
        .await
    }

    /// The audit as `kind outcome target` lines, oldest first.
    pub async fn audit(&self) -> Vec<halligan::audit::Record> {
        let mut records = AuditLog::new(self.store.clone())
            .list(halligan::audit::log::AuditQuery::default())
            .await
            .unwrap();
        records.reverse();
        records
    }
}

/// The secret of a machine client that may do just this.
pub async fn client(
    desk: &Desk,
    session: &Session,
    name: &str,
    permissions: Permissions,
) -> String {
    let seat = desk.at(session).tokens_update(Kind::TokenCreated).await;
    let new = NewClient {
        name: name.into(),
        kind: ClientKind::Bearer,
        permissions,
        days: None,
        networks: Vec::new(),
    };
    seat.unwrap().create_client(new).await.unwrap().to_string()
}

pub fn desks(store: &Store, profile: Profile) -> (Desk, Tokens) {
    let profile = Arc::new(profile);
    let local = LocalDirectory::new(store.clone(), Arc::clone(&profile));
    let desk = Desk::new(
        Arc::new(local),
        AuditLog::new(store.clone()),
        profile,
        "Test agency",
    );
    let tokens = Tokens::new(desk.clone());
    (desk, tokens)
}

pub fn resource(login: &str) -> Value {
    json!({
        "schemas": [USER],
        "userName": login,
        "name": { "givenName": "Given", "familyName": format!("Family {login}") },
        "emails": [{ "value": format!("{login}@example.org"), "type": "work", "primary": true }],
    })
}
