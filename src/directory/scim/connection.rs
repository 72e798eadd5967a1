//! Requests and answers: HTTP with the server of the settings, and with nobody else.

use std::{fmt, time::Duration};

use reqwest::{
    Client, Method, Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, IF_MATCH},
};
use serde_json::Value;
use zeroize::Zeroizing;

use super::{
    answer::{Answer, receive, receive_json},
    endpoint::Endpoint,
    mask::Mask,
    private_file,
    request::{Body, Request, wiped},
    request_failure::RequestFailure,
    settings::{Checked, ScimSettings},
    token::Token,
};
use crate::{
    directory::DirectoryError,
    file::{SETTINGS, read},
    scim::MEDIA_TYPE,
};

/// Longest answer that is read, bytes.
const LONGEST_ANSWER: usize = 16_000_000;
/// Longest answer to a write: one user.
const LONGEST_RECEIPT: usize = 1_000_000;
/// Pause before the second try of a read.
const PAUSE: Duration = Duration::from_millis(200);

/// HTTP to one server.
#[derive(Debug, Clone)]
pub(super) struct Connection {
    reader: Client,
    /// Keeps no connection: a write never goes out on one that the server may just have closed,
    /// so a failure to connect is a write that was not sent.
    writer: Client,
    base: Url,
    endpoint: Endpoint,
}

impl Connection {
    /// Reads the certificate files; connects to nothing yet.
    pub(super) fn open(
        settings: &ScimSettings,
        checked: &Checked,
        token_cure: String,
    ) -> Result<Self, DirectoryError> {
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
                let pem = read(path, SETTINGS).map_err(|why| file(path, &why))?;
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
                let mut pem = Zeroizing::new(
                    read(certificate, SETTINGS).map_err(|why| file(certificate, &why))?,
                );
                let secret = private_file::read(key)
                    .map_err(|error| unusable(error.to_string(), error.cure()))?;
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
            builder.build().map_err(|error| {
                unusable(
                    format!("the certificates cannot be used: {error}"),
                    "Check the files named in the [scim] table.".into(),
                )
            })
        };
        Ok(Self {
            reader: client(4)?,
            writer: client(0)?,
            base,
            endpoint: Endpoint {
                host,
                connect_timeout: checked.connect_timeout,
                timeout: checked.timeout,
                token_cure,
            },
        })
    }

    /// What messages say about the server.
    pub(super) const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The host's own address, where what is not SCIM stands: `https://host/`.
    pub(super) fn origin(&self) -> Url {
        let mut origin = self.base.clone();
        origin.set_path("/");
        origin
    }

    /// Reads; tries a second time when the first failed in passing.
    pub(super) async fn read(
        &self,
        token: &Token,
        request: &Request,
    ) -> Result<Answer, RequestFailure> {
        let url = self.url(request);
        let first = self.once(&self.reader, &url, Some(token), request).await;
        match first {
            Err(failure) if failure.passes() => {
                tracing::debug!(?request, ?failure, "reading a second time");
                tokio::time::sleep(PAUSE).await;
                self.once(&self.reader, &url, Some(token), request).await
            }
            outcome => outcome,
        }
    }

    /// Writes, once and never again.
    pub(super) async fn write(
        &self,
        token: &Token,
        request: &Request,
    ) -> Result<Answer, RequestFailure> {
        self.once(&self.writer, &self.url(request), Some(token), request)
            .await
    }

    /// Writes to an address of the host that is not below the SCIM API.
    pub(super) async fn write_to(
        &self,
        url: &Url,
        token: Option<&Token>,
        request: &Request,
    ) -> Result<Answer, RequestFailure> {
        self.once(&self.writer, url, token, request).await
    }

    /// Asks a token endpoint (RFC 6749 section 4.4.2), which need not be on the same host.
    pub(super) async fn request_token(
        &self,
        address: &Url,
        id: &str,
        secret: &str,
        form: String,
    ) -> Result<Answer, RequestFailure> {
        let request = self
            .writer
            .post(address.clone())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .basic_auth(form_encoded(id), Some(form_encoded(secret)))
            .body(form);
        receive(request.send().await, LONGEST_RECEIPT, Mask(&[])).await
    }

    /// Posts a form that holds a password, once, to an address that is not SCIM; the status and what
    /// the answer says. `client` is named by Basic (RFC 6749 section 2.3.1).
    pub(super) async fn post_form(
        &self,
        address: &Url,
        client: Option<(&str, &str)>,
        form: Body,
    ) -> Result<(u16, Value), RequestFailure> {
        let Body { bytes, secrets } = form;
        let mut request = self
            .writer
            .post(address.clone())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(wiped(bytes));
        if let Some((id, secret)) = client {
            request = request.basic_auth(form_encoded(id), Some(form_encoded(secret)));
        }
        receive_json(request.send().await, LONGEST_RECEIPT, Mask(&secrets)).await
    }

    fn url(&self, request: &Request) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(&request.path);
        }
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
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
        request: &Request,
    ) -> Result<Answer, RequestFailure> {
        let mut headers = HeaderMap::new();
        headers.insert(
            ACCEPT,
            HeaderValue::from_static("application/scim+json, application/json"),
        );
        if let Some(token) = token {
            let bearer = Zeroizing::new(format!("Bearer {}", token.as_str()));
            let mut value = HeaderValue::from_str(&bearer).map_err(|_| {
                RequestFailure::Token(
                    "the token holds characters that no token has".into(),
                    self.endpoint.token_cure.clone(),
                )
            })?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        if let Some(etag) = &request.if_match
            && let Ok(value) = HeaderValue::from_str(etag)
        {
            headers.insert(IF_MATCH, value);
        }
        let mut sending = client.request(request.method.clone(), url.clone());
        if let Some(body) = &request.body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
            sending = sending.body(body.clone());
        }
        let limit = if request.method == Method::GET {
            LONGEST_ANSWER
        } else {
            LONGEST_RECEIPT
        };
        let sent = sending.headers(headers).send().await;
        receive(sent, limit, Mask(&request.secrets)).await
    }
}

fn file(path: &std::path::Path, why: &dyn fmt::Display) -> DirectoryError {
    unusable(
        format!("{}: {why}", path.display()),
        "Put the right file there, or name another in the [scim] table.".into(),
    )
}

fn unusable(message: String, cure: String) -> DirectoryError {
    DirectoryError::Unavailable {
        message,
        cure,
        raw: None,
    }
}

/// RFC 6749 section 2.3.1: identifier and secret are form-encoded before Basic takes them.
fn form_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
