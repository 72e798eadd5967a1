//! A request.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use reqwest::Method;
use zeroize::Zeroizing;

use crate::password::Secret;

/// A request.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) path: Vec<String>,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) body: Option<Bytes>,
    pub(super) if_match: Option<String>,
    /// What the server must not say back.
    pub(super) secrets: Arc<[Secret]>,
}

/// A body, and the secrets in it.
pub(super) struct Body {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) secrets: Arc<[Secret]>,
}

impl Body {
    /// A body with these secrets in it.
    pub(super) fn holding<'a>(
        bytes: Zeroizing<Vec<u8>>,
        secrets: impl IntoIterator<Item = &'a Secret>,
    ) -> Self {
        let secrets = secrets.into_iter().map(Secret::duplicate).collect();
        Self { bytes, secrets }
    }
}

impl From<Zeroizing<Vec<u8>>> for Body {
    /// A body without a secret.
    fn from(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self::holding(bytes, [])
    }
}

impl fmt::Debug for Request {
    /// Without the body, which may hold a password, and the query, which holds what was typed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} /{}", self.method, self.path.join("/"))
    }
}

impl Request {
    /// A read of the resource at `path`.
    pub(super) fn get(path: &[&str]) -> Self {
        Self {
            method: Method::GET,
            path: path.iter().map(|part| (*part).to_owned()).collect(),
            query: Vec::new(),
            body: None,
            if_match: None,
            secrets: Arc::default(),
        }
    }

    /// A request with a body. The buffer is wiped when the last copy of the body goes.
    pub(super) fn with_body(method: Method, path: &[&str], body: impl Into<Body>) -> Self {
        let body = body.into();
        Self {
            method,
            body: Some(wiped(body.bytes)),
            secrets: body.secrets,
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

/// Bytes that are wiped when the last copy goes.
pub(super) fn wiped(bytes: Zeroizing<Vec<u8>>) -> Bytes {
    Bytes::from_owner(Wiped(bytes))
}

/// Lets `Bytes` own a buffer that is wiped.
struct Wiped(Zeroizing<Vec<u8>>);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
