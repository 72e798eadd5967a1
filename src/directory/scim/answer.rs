//! An answer: read to its end, but not for ever, and sorted into good ones and failures.

use jiff::Timestamp;
use reqwest::{Response, header::HeaderMap};
use serde_json::Value;
use zeroize::Zeroizing;

use super::{
    mask::Mask,
    request_failure::{Answered, RequestFailure},
};
use crate::scim::{self, ScimError, member};

/// Some write it before the first brace.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// A good answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// The `ETag` header.
    pub(super) etag: Option<String>,
    /// The `Date` header: the server's own clock.
    pub(super) date: Option<Timestamp>,
    /// The body; null where there is none.
    pub(super) body: Value,
    /// It held a secret of the request, which was taken out.
    pub(super) echoed: bool,
}

/// Reads an answer to its end, but not for ever, and sorts it.
pub(super) async fn receive(
    sent: Result<Response, reqwest::Error>,
    limit: usize,
    mask: Mask<'_>,
) -> Result<Answer, RequestFailure> {
    let mut response = sent.map_err(|error| RequestFailure::of_request(&error))?;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    if (300..400).contains(&status) {
        let to = header(&headers, "location").unwrap_or_default();
        let to = crate::text::clean(&mask.text(&to))
            .chars()
            .take(200)
            .collect();
        return Err(RequestFailure::Redirect(status, to));
    }
    let mut body = Zeroizing::new(Vec::new());
    while let Some(chunk) = response.chunk().await.map_err(|error| {
        // A refusal remains one when its text breaks off.
        if status >= 400 {
            RequestFailure::Answered(refusal(status, &headers, None))
        } else {
            RequestFailure::of_body(&error)
        }
    })? {
        if body.len() + chunk.len() > limit {
            return Err(if status >= 400 {
                RequestFailure::Answered(refusal(status, &headers, None))
            } else {
                RequestFailure::Endless(limit)
            });
        }
        body.extend_from_slice(&chunk);
    }
    let (body, held) = mask.body(body);
    let echoed = held || mask.is_in(&headers);
    let mut sorted = sort(status, &headers, &body, mask);
    if let Ok(answer) = &mut sorted {
        answer.echoed = echoed;
    }
    sorted
}

/// Reads an answer that is JSON but not SCIM: its status, and what it says; null for anything else.
pub(super) async fn receive_json(
    sent: Result<Response, reqwest::Error>,
    limit: usize,
    mask: Mask<'_>,
) -> Result<(u16, Value), RequestFailure> {
    let mut response = sent.map_err(|error| RequestFailure::of_request(&error))?;
    let status = response.status().as_u16();
    let mut body = Zeroizing::new(Vec::new());
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| RequestFailure::of_body(&error))?
    {
        if body.len() + chunk.len() > limit {
            return Err(RequestFailure::Endless(limit));
        }
        body.extend_from_slice(&chunk);
    }
    let (body, _) = mask.body(body);
    Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
}

fn sort(
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
    mask: Mask<'_>,
) -> Result<Answer, RequestFailure> {
    let trimmed = body.strip_prefix(BOM).unwrap_or(body).trim_ascii();
    let kind = header(headers, "content-type").unwrap_or_default();
    let html = kind.contains("html") || trimmed.starts_with(b"<");
    let parsed = serde_json::from_slice::<Value>(trimmed);
    if status >= 400 {
        // Gateways and frameworks refuse with web pages too; what counts then is the status,
        // unless the page is all that is known of a resource.
        return Err(match parsed {
            Ok(value) => RequestFailure::Answered(refusal(status, headers, Some(value))),
            Err(_) if html && !matches!(status, 401 | 403 | 429 | 501) => {
                RequestFailure::Html(status)
            }
            Err(_) => RequestFailure::Answered(refusal(status, headers, None)),
        });
    }
    // Not every 2xx is a success: 202 means later or never, 206 and 207 tell of a part.
    if matches!(status, 202 | 206 | 207) {
        return Err(RequestFailure::NotScim(status, String::new()));
    }
    if let Ok(value) = &parsed
        && let Some(told) = error_in(value)
    {
        return Err(RequestFailure::Answered(refusal(
            told,
            headers,
            Some(value.clone()),
        )));
    }
    let etag = header(headers, "etag").map(|etag| mask.text(&etag));
    let date = header(headers, "date")
        .and_then(|text| jiff::fmt::rfc2822::parse(&text).ok())
        .map(|at| at.timestamp());
    if trimmed.is_empty() {
        return Ok(Answer {
            etag,
            date,
            body: Value::Null,
            echoed: false,
        });
    }
    match parsed {
        Ok(body) => Ok(Answer {
            etag,
            date,
            body,
            echoed: false,
        }),
        Err(_) if html => Err(RequestFailure::Html(status)),
        Err(error) if error.is_eof() => Err(RequestFailure::Truncated),
        Err(_) => Err(RequestFailure::NotScim(status, String::new())),
    }
}

/// The status of a SCIM error that came with a good one.
fn error_in(body: &Value) -> Option<u16> {
    let object = body.as_object()?;
    let schemas = member(object, "schemas")?.as_array()?;
    let is_error = schemas
        .iter()
        .filter_map(Value::as_str)
        .any(|urn| urn.eq_ignore_ascii_case(scim::error::URN));
    if !is_error {
        return None;
    }
    let status = member(object, "status");
    let told = status
        .and_then(Value::as_u64)
        .or_else(|| status?.as_str()?.trim().parse().ok());
    // An error without its status says nothing of what was done.
    let told = told.and_then(|told| u16::try_from(told).ok());
    Some(told.filter(|told| (400..600).contains(told)).unwrap_or(500))
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
