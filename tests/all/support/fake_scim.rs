//! A SCIM server in memory that misbehaves as it is told, and a console's directory before it.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use halligan::{
    audit::{Event, Intent, Kind, Outcome},
    config::open_store,
    directory::{
        Directory, DirectoryError, NewUser, Query, SharedDirectory,
        ldap::settings::LdapSettings,
        local::LocalDirectory,
        scim::{ScimDirectory, ScimSettings},
    },
    operator::Operator,
    password::{Secret, profile::Profile},
    permission::Role,
    receipt::{PasswordReset, Receipt},
    scim::{Filter, Object, schema::EXTENSION_URN},
    store::Store,
    user::{AccountKind, User, UserId},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

pub const ADMIN: &str = "ada@station.example";
pub const ADMIN_PASSWORD: &str = "copper lantern seven gates";
pub const NEW_PASSWORD: &str = "velvet-anchor-tulip-39";
pub const TOKEN: &str = "tok-5e1f0c";

/// How a user's version is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versions {
    /// `meta.version`, and `If-Match` is obeyed.
    Etag,
    /// `meta.version` counts in seconds, as canaille's, and the user is changed all the time: the
    /// version stays the same.
    Seconds,
    /// `meta.lastModified` only.
    Modified,
    /// Neither.
    None,
}

/// What is wrong with the server.
#[allow(clippy::struct_excessive_bools, reason = "each is a fault of its own")]
#[derive(Debug, Clone)]
pub struct Quirks {
    pub versions: Versions,
    /// Operators of filters that it knows.
    pub operators: &'static [&'static str],
    /// Attributes that it knows in filters; empty for all.
    pub fields: &'static [&'static str],
    pub ignores_filters: bool,
    /// 500 when `count` is given.
    pub fails_over_count: bool,
    /// Most rows of a page.
    pub most_rows: usize,
    /// Pages come with a cursor, asked for or not.
    pub cursors: bool,
    pub extension: bool,
    /// The answer to a PATCH holds the password.
    pub echoes: bool,
    /// Status of a PATCH; 501 changes nothing.
    pub patch: u16,
    /// The attributes that the schema of users lists; without them no schema is shown.
    pub schema: Option<&'static [&'static str]>,
    /// Status of a PATCH that changes the user all the same.
    pub lies_about_patch: Option<u16>,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            versions: Versions::Etag,
            operators: &["co", "sw", "eq"],
            fields: &[],
            ignores_filters: false,
            fails_over_count: false,
            most_rows: 200,
            cursors: false,
            extension: false,
            echoes: false,
            patch: 204,
            schema: None,
            lies_about_patch: None,
        }
    }
}

#[derive(Debug)]
struct Account {
    resource: Value,
    version: u64,
    password: Option<String>,
}

/// The server's state.
#[derive(Debug, Clone)]
pub struct FakeScim {
    pub quirks: Quirks,
    accounts: Arc<Mutex<Vec<Account>>>,
}

impl FakeScim {
    pub fn new(quirks: Quirks) -> Self {
        Self {
            quirks,
            accounts: Arc::default(),
        }
    }

    pub fn add(&self, login: &str, given: &str, family: &str) {
        let mut accounts = self.accounts.lock().unwrap();
        let id = format!("u-{}", accounts.len() + 1);
        let mut resource = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "id": id, "userName": login, "active": true, "x-kept": "here",
            "name": { "givenName": given, "familyName": family },
            "displayName": format!("{given} {family}"),
            "emails": [{ "value": format!("{}@station.example", login.to_lowercase()), "primary": true }],
        });
        if self.quirks.extension {
            resource[EXTENSION_URN] = json!({
                "kind": "staff", "lock": { "locked": true, "failures": 5 }, "mustChange": false,
                "passwordSet": true, "passwordChanged": "2026-01-01T00:00:00Z",
            });
        }
        accounts.push(Account {
            resource,
            version: 1,
            password: None,
        });
    }

    pub fn password(&self, id: &str) -> Option<String> {
        let accounts = self.accounts.lock().unwrap();
        let account = accounts.iter().find(|account| account.resource["id"] == id);
        account.unwrap().password.clone()
    }

    pub fn resource(&self, id: &str) -> Value {
        let accounts = self.accounts.lock().unwrap();
        let account = accounts.iter().find(|account| account.resource["id"] == id);
        account.unwrap().resource.clone()
    }

    /// Somebody else changes the user.
    pub fn touch(&self, id: &str) {
        let mut accounts = self.accounts.lock().unwrap();
        let account = accounts
            .iter_mut()
            .find(|account| account.resource["id"] == id);
        account.unwrap().version += 1;
    }

    fn shown(&self, account: &Account) -> Value {
        let mut resource = account.resource.clone();
        resource["meta"] = match self.quirks.versions {
            Versions::Etag => json!({ "version": format!("W/\"{}\"", account.version) }),
            Versions::Seconds => {
                json!({ "version": "W/\"1\"", "lastModified": jiff::Timestamp::now().to_string() })
            }
            Versions::Modified => {
                json!({ "lastModified": format!("2026-11-23T03:{:02}:00Z", account.version) })
            }
            Versions::None => json!({ "resourceType": "User" }),
        };
        resource
    }

    fn list(&self, request: &Request) -> ResponseTemplate {
        let query = |name: &str| {
            request
                .url
                .query_pairs()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        if self.quirks.fails_over_count && query("count").is_some() {
            return ResponseTemplate::new(500).set_body_raw("<h1>TypeError</h1>", "text/html");
        }
        let filter = match query("filter") {
            Some(text) if !self.quirks.ignores_filters => {
                let known = |operator: &&str| {
                    !text.contains(&format!(" {operator} \""))
                        || self.quirks.operators.contains(operator)
                };
                if !["co", "sw", "eq"].iter().all(known) {
                    return scim_error(400, Some("invalidFilter"), "this operator is not known");
                }
                let strange = |field: &&str| {
                    !self.quirks.fields.is_empty()
                        && !self.quirks.fields.contains(field)
                        && text.contains(&format!("{field} "))
                };
                if ["emails.value", "name.givenName", "displayName"]
                    .iter()
                    .any(strange)
                {
                    return scim_error(400, Some("invalidFilter"), "this attribute is not known");
                }
                Some(text.parse::<Filter>().unwrap())
            }
            _ => None,
        };
        let accounts = self.accounts.lock().unwrap();
        let rows: Vec<Value> = accounts
            .iter()
            .map(|account| self.shown(account))
            .filter(|row| {
                let row: &Object = row.as_object().unwrap();
                filter
                    .as_ref()
                    .is_none_or(|filter| filter.holds(row).unwrap())
            })
            .collect();
        let number = |name| query(name).and_then(|text| text.parse::<usize>().ok());
        let start = number("cursor")
            .or_else(|| number("startIndex").filter(|_| !self.quirks.cursors))
            .unwrap_or(1)
            .max(1);
        let count = number("count")
            .unwrap_or(usize::MAX)
            .min(self.quirks.most_rows);
        let page: Vec<&Value> = rows.iter().skip(start - 1).take(count).collect();
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": rows.len(), "itemsPerPage": page.len(), "Resources": page,
        });
        if self.quirks.extension && query("cursor").is_some() {
            body.as_object_mut().unwrap().remove("totalResults");
        }
        if !self.quirks.cursors {
            body["startIndex"] = start.into();
        } else if start - 1 + page.len() < rows.len() {
            body["nextCursor"] = (start + page.len()).to_string().into();
        }
        scim(200, &body)
    }

    fn patch(&self, account: &mut Account, request: &Request) -> ResponseTemplate {
        if self.quirks.patch == 501 && self.quirks.lies_about_patch.is_none() {
            return scim_error(501, None, "PATCH of password is not implemented");
        }
        if self.is_stale(account, request) {
            return scim_error(412, None, "the version has moved");
        }
        let body: Value = request.body_json().unwrap();
        for operation in body["Operations"].as_array().unwrap() {
            let value = &operation["value"];
            match operation["path"]
                .as_str()
                .unwrap()
                .rsplit(':')
                .next()
                .unwrap()
            {
                "password" => {
                    account.password = Some(value.as_str().unwrap().to_owned());
                    if self.quirks.extension {
                        account.resource[EXTENSION_URN]["passwordChanged"] =
                            "2026-11-23T03:00:00Z".into();
                        account.resource[EXTENSION_URN]["mustChange"] = true.into();
                    }
                }
                "unlock" => account.resource[EXTENSION_URN]["lock"] = json!({ "locked": false }),
                "reason" => {}
                "active" => account.resource["active"] = value.clone(),
                _ => put(&mut account.resource, operation),
            }
        }
        account.version += 1;
        match self.quirks.lies_about_patch {
            Some(501) => scim_error(501, None, "not implemented"),
            Some(status) => {
                ResponseTemplate::new(status).set_body_raw("<h1>Server Error</h1>", "text/html")
            }
            None if self.quirks.patch == 204 => ResponseTemplate::new(204),
            None => {
                let mut shown = self.shown(account);
                if self.quirks.echoes {
                    shown["password"] = json!(account.password);
                }
                scim(self.quirks.patch, &shown)
            }
        }
    }

    fn is_stale(&self, account: &Account, request: &Request) -> bool {
        let wanted = request.headers.get("if-match");
        self.quirks.versions == Versions::Etag
            && wanted.is_some_and(|wanted| wanted != &format!("W/\"{}\"", account.version))
    }
}

impl Respond for FakeScim {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let bearer = request.headers.get("authorization");
        if bearer.is_none_or(|bearer| bearer != &format!("Bearer {TOKEN}")) {
            return scim_error(401, None, "who are you?");
        }
        let path = request.url.path().strip_prefix("/scim/v2/").unwrap_or("");
        let method = request.method.as_str();
        match (method, path.split('/').collect::<Vec<_>>().as_slice()) {
            ("GET", ["ServiceProviderConfig"]) => scim(
                200,
                &json!({
                    "patch": { "supported": true }, "changePassword": { "supported": true },
                    "filter": { "supported": true, "maxResults": 200 },
                    "pagination": { "cursor": self.quirks.cursors, "index": true },
                    "etag": { "supported": matches!(self.quirks.versions, Versions::Etag | Versions::Seconds) },
                }),
            ),
            ("GET", ["ResourceTypes"]) => scim(
                200,
                &json!({ "totalResults": 1, "Resources": [{
                    "id": "User", "endpoint": "/Users",
                    "schemaExtensions": if self.quirks.extension {
                        json!([{ "schema": EXTENSION_URN, "required": false }])
                    } else {
                        json!([])
                    },
                }] }),
            ),
            ("GET", ["Schemas"]) => match self.quirks.schema {
                None => scim(200, &json!({ "totalResults": 0, "Resources": [] })),
                Some(names) => {
                    let names = names.iter().map(|name| json!({ "name": name }));
                    let schema = json!({
                        "id": "urn:ietf:params:scim:schemas:core:2.0:User",
                        "attributes": names.collect::<Vec<_>>(),
                    });
                    scim(200, &json!({ "totalResults": 1, "Resources": [schema] }))
                }
            },
            ("GET", ["Users"]) => self.list(request),
            (method, ["Users", id]) => {
                let mut accounts = self.accounts.lock().unwrap();
                let Some(account) = accounts
                    .iter_mut()
                    .find(|account| account.resource["id"] == *id)
                else {
                    return scim_error(404, None, "no such user");
                };
                match method {
                    "GET" => scim(200, &self.shown(account)),
                    "PATCH" => self.patch(account, request),
                    "PUT" if self.is_stale(account, request) => scim_error(412, None, "moved"),
                    "PUT" => {
                        let mut body: Value = request.body_json().unwrap();
                        let password = body.as_object_mut().unwrap().remove("password");
                        account.password =
                            password.and_then(|text| Some(text.as_str()?.to_owned()));
                        account.resource = body;
                        account.version += 1;
                        scim(200, &self.shown(account))
                    }
                    _ => scim_error(405, None, "no"),
                }
            }
            _ => scim_error(404, None, "nothing here"),
        }
    }
}

/// Puts a value in its place, or takes it away.
fn put(resource: &mut Value, operation: &Value) {
    let path = operation["path"].as_str().unwrap();
    let (object, path) = match path.rsplit_once(':') {
        Some((urn, path)) => (&mut resource[urn], path),
        None => (resource, path),
    };
    let (object, name) = match path.split_once('.') {
        Some((parent, name)) => (&mut object[parent], name),
        None => (object, path),
    };
    if operation["op"] == "remove" {
        object.as_object_mut().unwrap().remove(name);
    } else {
        object[name] = operation["value"].clone();
    }
}

pub fn scim(status: u16, body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body.to_string(), "application/scim+json")
}

pub fn scim_error(status: u16, scim_type: Option<&str>, detail: &str) -> ResponseTemplate {
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": status.to_string(), "detail": detail,
    });
    if let Some(scim_type) = scim_type {
        body["scimType"] = scim_type.into();
    }
    scim(status, &body)
}

pub fn secret(text: &str) -> Secret {
    Secret::from_typed(text).unwrap()
}

/// Operators in a store of their own, and a room for files.
pub struct Home {
    pub room: TempDir,
    pub operators: SharedDirectory,
    pub store: Store,
}

impl Home {
    pub async fn new() -> Self {
        let room = tempfile::Builder::new()
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir()
            .unwrap();
        let store = open_store(&room.path().join("store.db")).await.unwrap();
        let operators = LocalDirectory::new(store.clone(), Arc::new(Profile::nist()));
        let ada = NewUser {
            login: "E1".into(),
            email: ADMIN.into(),
            given_name: "Ada".into(),
            family_name: "Lindqvist".into(),
            kind: AccountKind::Staff,
            role: Role::Administrator,
            active: true,
            must_change: false,
            ..NewUser::default()
        };
        let made = Event {
            outcome: Outcome::Done,
            ..event(Kind::StoreCreated)
        };
        operators
            .create_first_administrator(&ada, &secret(ADMIN_PASSWORD), made)
            .await
            .unwrap();
        Self {
            room,
            operators: Arc::new(operators),
            store,
        }
    }

    /// A file that only we can read.
    pub fn private_file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.room.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    pub fn settings(&self, url: &str) -> ScimSettings {
        ScimSettings {
            url: url.into(),
            token_file: Some(self.private_file("token", TOKEN)),
            timeout: 5,
            ..ScimSettings::default()
        }
    }

    pub fn open(&self, settings: &ScimSettings) -> ScimDirectory {
        self.open_with(settings, &LdapSettings::default())
    }

    pub fn open_with(&self, settings: &ScimSettings, ldap: &LdapSettings) -> ScimDirectory {
        ScimDirectory::open(settings, ldap, Arc::clone(&self.operators)).unwrap()
    }
}

/// A console's directory before a fake server.
pub struct World {
    pub fake: FakeScim,
    pub server: MockServer,
    pub directory: ScimDirectory,
    pub operator: Operator,
    pub home: Home,
}

impl World {
    /// Users u-1 Maria Vasquez (E1042), u-2 Marius Olsen (E2) and u-3 Ines Vasić (E3).
    pub async fn new(quirks: Quirks) -> Self {
        Self::with(quirks, |_| ()).await
    }

    pub async fn with(quirks: Quirks, set: impl FnOnce(&mut ScimSettings)) -> Self {
        let fake = FakeScim::new(quirks);
        fake.add("E1042", "Maria", "Vasquez");
        fake.add("E2", "Marius", "Olsen");
        fake.add("E3", "Ines", "Vasić");
        let server = MockServer::start().await;
        Mock::given(any())
            .respond_with(fake.clone())
            .with_priority(100)
            .mount(&server)
            .await;
        let home = Home::new().await;
        let mut settings = home.settings(&format!("{}/scim/v2", server.uri()));
        set(&mut settings);
        let directory = home.open(&settings);
        let operator = directory
            .sign_in(ADMIN, &secret(ADMIN_PASSWORD))
            .await
            .unwrap();
        Self {
            fake,
            server,
            directory,
            operator,
            home,
        }
    }

    /// Another directory before the same server, and the operator at it.
    pub async fn reopen(&mut self, settings: &ScimSettings) {
        self.reopen_with(settings, &LdapSettings::default()).await;
    }

    /// The same, with where users sign in.
    pub async fn reopen_with(&mut self, settings: &ScimSettings, ldap: &LdapSettings) {
        self.directory = self.home.open_with(settings, ldap);
        let password = secret(ADMIN_PASSWORD);
        let signed_in = self.directory.sign_in(ADMIN, &password);
        self.operator = signed_in.await.unwrap();
    }

    pub async fn user(&self, id: &str) -> User {
        self.directory
            .user(&self.operator, &UserId(id.into()))
            .await
            .unwrap()
    }

    pub async fn search(&self, text: &str) -> halligan::directory::Found {
        self.search_page(text, 0, 20).await.unwrap()
    }

    pub async fn search_page(
        &self,
        text: &str,
        offset: usize,
        limit: usize,
    ) -> Result<halligan::directory::Found, DirectoryError> {
        let query = Query {
            text: text.into(),
            limit,
            offset,
            ..Query::default()
        };
        self.directory.search(&self.operator, &query).await
    }

    /// Resets u-1 as seen now.
    pub async fn reset(&self) -> Result<Receipt, DirectoryError> {
        let user = self.user("u-1").await;
        reset(&self.directory, &self.operator, &user).await
    }

    /// How many requests of `method` there were.
    pub async fn sent(&self, method: &str) -> usize {
        let requests = self.server.received_requests().await.unwrap();
        let same = |request: &&Request| request.method.as_str() == method;
        requests.iter().filter(same).count()
    }
}

/// Resets `user` as it was seen, with must-change and unlock.
pub async fn reset(
    directory: &ScimDirectory,
    operator: &Operator,
    user: &User,
) -> Result<Receipt, DirectoryError> {
    let password = secret(NEW_PASSWORD);
    let order = PasswordReset {
        user: &user.id,
        expected: Some(&user.version),
        password: &password,
        must_change: true,
        unlock: true,
    };
    directory
        .reset_password(operator, &order, &intent(Kind::PasswordReset))
        .await
}

pub fn event(kind: Kind) -> Event {
    Event {
        kind,
        outcome: Outcome::Intent,
        operator: None,
        target: None,
        source: "test".into(),
        directory: "test".into(),
        profile: "nist-800-63b-4".into(),
        reason: Some("INC-7".into()),
        intent: None,
        steps: Vec::new(),
        proof: None,
        detail: None,
        caller: None,
        contact_changed: false,
    }
}

pub fn intent(kind: Kind) -> Intent {
    Intent {
        sequence: 1,
        event: event(kind),
    }
}
