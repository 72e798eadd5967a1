//! Requests and answers: HTTP with the server of the settings, and with nobody else.

use std::{fmt, fs, time::Duration};

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::{
    Client, Method, Response, Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, IF_MATCH},
};
use serde_json::Value;
use zeroize::Zeroizing;

use super::{
    failure::{Answered, Failure},
    private_file,
    settings::{Checked, ScimSettings},
};
use crate::scim::{MEDIA_TYPE, ScimError};

/// Longest answer that is read, bytes.
const LONGEST_ANSWER: usize = 16_000_000;
/// Longest answer to a write: one user.
const LONGEST_RECEIPT: usize = 1_000_000;
/// Pause before the second try of a read.
const PAUSE: Duration = Duration::from_millis(200);

/// What messages say about the server.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Host, and port where it is not the scheme's own.
    pub(super) host: String,
    pub(super) connect_timeout: Duration,
    pub(super) timeout: Duration,
    /// What to do when the server does not accept our token.
    pub(super) token_cure: String,
}

/// A request.
#[derive(Clone)]
pub(super) struct Ask {
    method: Method,
    path: Vec<String>,
    query: Vec<(&'static str, String)>,
    body: Option<Bytes>,
    if_match: Option<String>,
}

impl fmt::Debug for Ask {
    /// Without the body, which may hold a password, and the query, which holds what was typed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} /{}", self.method, self.path.join("/"))
    }
}

impl Ask {
    /// A read of the resource at `path`.
    pub(super) fn get(path: &[&str]) -> Self {
        Self {
            method: Method::GET,
            path: path.iter().map(|part| (*part).to_owned()).collect(),
            query: Vec::new(),
            body: None,
            if_match: None,
        }
    }

    /// A request with a body. The buffer is wiped when the last copy of the body goes.
    pub(super) fn with_body(method: Method, path: &[&str], body: Zeroizing<Vec<u8>>) -> Self {
        Self {
            method,
            body: Some(Bytes::from_owner(Wiped(body))),
            ..Self::get(path)
        }
    }

    pub(super) fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Only if the resource still has this version.
    pub(super) fn if_match(mut self, etag: Option<&str>) -> Self {
        self.if_match = etag.map(ToOwned::to_owned);
        self
    }
}

/// Lets `Bytes` own a buffer that is wiped.
struct Wiped(Zeroizing<Vec<u8>>);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A good answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// The `ETag` header.
    pub(super) etag: Option<String>,
    /// The `Date` header: the server's own clock.
    pub(super) date: Option<Timestamp>,
    /// The body; null where there is none.
    pub(super) body: Value,
}

/// A bearer token.
pub(super) type Token = Zeroizing<String>;

/// HTTP to one server.
#[derive(Debug, Clone)]
pub(super) struct Connection {
    reader: Client,
    /// Keeps no connection: a write never goes out on one that the server may just have closed,
    /// so a failure to connect is a write that was not sent.
    writer: Client,
    base: Url,
    place: Place,
}

impl Connection {
    /// Reads the certificate files; connects to nothing yet.
    pub(super) fn open(
        settings: &ScimSettings,
        checked: &Checked,
        token_cure: String,
    ) -> Result<Self, Failure> {
        let base = checked.base.clone();
        let host = base.host_str().unwrap_or_default();
        let host = match base.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let client = |idle: usize| {
            let mut builder = Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .connect_timeout(checked.connect_timeout)
                .timeout(checked.timeout)
                .pool_max_idle_per_host(idle)
                .user_agent(concat!("halligan/", env!("CARGO_PKG_VERSION")));
            if let Some(path) = &settings.ca_file {
                let pem = fs::read(path).map_err(|why| file(path, &why))?;
                let list = reqwest::Certificate::from_pem_bundle(&pem)
                    .map_err(|_| file(path, &"this is no PEM file of certificates"))?;
                if list.is_empty() {
                    return Err(file(path, &"there is no certificate in it"));
                }
                builder = builder.tls_certs_only(list);
            }
            if let (Some(certificate), Some(key)) =
                (&settings.client_certificate, &settings.client_key)
            {
                let mut pem =
                    Zeroizing::new(fs::read(certificate).map_err(|why| file(certificate, &why))?);
                let secret = private_file::read(key)
                    .map_err(|error| Failure::Token(error.to_string(), error.cure()))?;
                pem.push(b'\n');
                pem.extend_from_slice(secret.as_bytes());
                let identity = reqwest::Identity::from_pem(&pem).map_err(|_| {
                    file(
                        key,
                        &"certificate and key cannot be read as PEM, or one is missing",
                    )
                })?;
                builder = builder.identity(identity);
            }
            builder
                .build()
                .map_err(|error| Failure::Tls(format!("the certificates cannot be used: {error}")))
        };
        Ok(Self {
            reader: client(4)?,
            writer: client(0)?,
            base,
            place: Place {
                host,
                connect_timeout: checked.connect_timeout,
                timeout: checked.timeout,
                token_cure,
            },
        })
    }

    /// What messages say about the server.
    pub(super) const fn place(&self) -> &Place {
        &self.place
    }

    /// The host's own address, where what is not SCIM stands: `https://host/`.
    pub(super) fn origin(&self) -> Url {
        let mut origin = self.base.clone();
        origin.set_path("/");
        origin
    }

    /// Reads; tries a second time when the first failed in passing.
    pub(super) async fn read(&self, token: &Token, ask: &Ask) -> Result<Answer, Failure> {
        let url = self.url(ask);
        let first = self.once(&self.reader, &url, Some(token), ask).await;
        match first {
            Err(failure) if failure.passes() => {
                tracing::debug!(?ask, ?failure, "reading a second time");
                tokio::time::sleep(PAUSE).await;
                self.once(&self.reader, &url, Some(token), ask).await
            }
            outcome => outcome,
        }
    }

    /// Writes, once and never again.
    pub(super) async fn write(&self, token: &Token, ask: &Ask) -> Result<Answer, Failure> {
        self.once(&self.writer, &self.url(ask), Some(token), ask)
            .await
    }

    /// Writes to an address of the host that is not below the SCIM API.
    pub(super) async fn write_to(
        &self,
        url: &Url,
        token: Option<&Token>,
        ask: &Ask,
    ) -> Result<Answer, Failure> {
        self.once(&self.writer, url, token, ask).await
    }

    /// Asks a token endpoint (RFC 6749 section 4.4.2), which need not be on the same host.
    pub(super) async fn buy_token(
        &self,
        address: &Url,
        id: &str,
        secret: &str,
        form: String,
    ) -> Result<Answer, Failure> {
        let request = self
            .writer
            .post(address.clone())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .basic_auth(form_encoded(id), Some(form_encoded(secret)))
            .body(form);
        receive(request.send().await, LONGEST_RECEIPT).await
    }

    fn url(&self, ask: &Ask) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(&ask.path);
        }
        if !ask.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&ask.query);
            // A literal plus is written %2B, so every + is a space; not every server knows that.
            let query = url.query().map(|query| query.replace('+', "%20"));
            url.set_query(query.as_deref());
        }
        url
    }

    async fn once(
        &self,
        client: &Client,
        url: &Url,
        token: Option<&Token>,
        ask: &Ask,
    ) -> Result<Answer, Failure> {
        let mut headers = HeaderMap::new();
        headers.insert(
            ACCEPT,
            HeaderValue::from_static("application/scim+json, application/json"),
        );
        if let Some(token) = token {
            let bearer = Zeroizing::new(format!("Bearer {}", token.as_str()));
            let mut value = HeaderValue::from_str(&bearer).map_err(|_| {
                Failure::Token(
                    "the token holds characters that no token has".into(),
                    self.place.token_cure.clone(),
                )
            })?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        if let Some(etag) = &ask.if_match
            && let Ok(value) = HeaderValue::from_str(etag)
        {
            headers.insert(IF_MATCH, value);
        }
        let mut request = client.request(ask.method.clone(), url.clone());
        if let Some(body) = &ask.body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
            request = request.body(body.clone());
        }
        let limit = if ask.method == Method::GET {
            LONGEST_ANSWER
        } else {
            LONGEST_RECEIPT
        };
        receive(request.headers(headers).send().await, limit).await
    }
}

impl Place {
    #[cfg(test)]
    pub(super) fn for_test() -> Self {
        Self {
            host: "directory.example.org".into(),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(15),
            token_cure: "Renew the token.".into(),
        }
    }
}

fn file(path: &std::path::Path, why: &dyn fmt::Display) -> Failure {
    Failure::Token(
        format!("{}: {why}", path.display()),
        "Put the right file there, or name another in the [scim] table.".into(),
    )
}

/// RFC 6749 section 2.3.1: identifier and secret are form-encoded before Basic takes them.
fn form_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Reads an answer to its end, but not for ever, and sorts it.
async fn receive(sent: Result<Response, reqwest::Error>, limit: usize) -> Result<Answer, Failure> {
    let mut response = sent.map_err(|error| Failure::of_request(&error))?;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    if (300..400).contains(&status) {
        let to = header(&headers, "location").unwrap_or_default();
        let to = crate::text::clean(&to).chars().take(200).collect();
        return Err(Failure::Redirect(status, to));
    }
    let mut body = Zeroizing::new(Vec::new());
    while let Some(chunk) = response.chunk().await.map_err(|error| {
        // A refusal remains one when its text breaks off.
        if status >= 400 {
            Failure::Answered(refusal(status, &headers, None))
        } else {
            Failure::of_body(&error)
        }
    })? {
        if body.len() + chunk.len() > limit {
            return Err(if status >= 400 {
                Failure::Answered(refusal(status, &headers, None))
            } else {
                Failure::Endless(limit)
            });
        }
        body.extend_from_slice(&chunk);
    }
    sort(status, &headers, &body)
}

fn sort(status: u16, headers: &HeaderMap, body: &[u8]) -> Result<Answer, Failure> {
    let trimmed = body.trim_ascii();
    let kind = header(headers, "content-type").unwrap_or_default();
    let html = kind.contains("html") || trimmed.starts_with(b"<");
    let parsed = serde_json::from_slice::<Value>(trimmed);
    if status >= 400 {
        // Gateways and frameworks refuse with web pages too; what counts then is the status,
        // unless the page is all that is known of a resource.
        return Err(match parsed {
            Ok(value) => Failure::Answered(refusal(status, headers, Some(value))),
            Err(_) if html && !matches!(status, 401 | 403 | 429 | 501) => Failure::Html(status),
            Err(_) => Failure::Answered(refusal(status, headers, None)),
        });
    }
    let etag = header(headers, "etag");
    let date = header(headers, "date")
        .and_then(|text| jiff::fmt::rfc2822::parse(&text).ok())
        .map(|at| at.timestamp());
    if trimmed.is_empty() {
        return Ok(Answer {
            etag,
            date,
            body: Value::Null,
        });
    }
    match parsed {
        Ok(body) => Ok(Answer { etag, date, body }),
        Err(_) if html => Err(Failure::Html(status)),
        Err(error) if error.is_eof() => Err(Failure::Truncated),
        Err(_) => Err(Failure::NotScim(status, String::new())),
    }
}

fn refusal(status: u16, headers: &HeaderMap, body: Option<Value>) -> Answered {
    let error = body.and_then(|body| serde_json::from_value::<ScimError>(body).ok());
    let mut answered = error.map_or_else(
        || Answered::from(ScimError::new(status, "")),
        Answered::from,
    );
    answered.status = status;
    answered.retry_after = header(headers, "retry-after").and_then(|text| pause(&text));
    answered.step_up = header(headers, "www-authenticate")
        .is_some_and(|challenge| challenge.contains("insufficient_user_authentication"));
    answered
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// `Retry-After`: seconds, or a date (RFC 9110 section 10.2.3).
fn pause(text: &str) -> Option<u64> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(seconds);
    }
    let until = jiff::fmt::rfc2822::parse(text.trim()).ok()?.timestamp();
    let left = until.as_second() - Timestamp::now().as_second();
    u64::try_from(left.max(1)).ok()
}
