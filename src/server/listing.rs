//! Lists: `GET /Users` and `POST /.search` (RFC 7644 section 3.4, RFC 9865).

use axum::{
    extract::{RawQuery, Request, State},
    http::{HeaderMap, StatusCode},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    auth::Caller,
    body,
    discovery::base,
    limits::{CURSOR_SECONDS, MAX_PAGE, PAGE},
    resource::resource,
    respond::{Answer, ErrorResponse, scim},
    state::{Shared, SharedState},
};
use crate::{
    audit::Kind,
    directory::{EntryQuery, PageStart, RowPlace, Sort},
    scim::{
        AttributePath, Filter, ScimError, ScimType,
        list::{LIST_URN, ListResponse, SEARCH_URN, SearchRequest},
        projection::Projection,
    },
};

pub(super) async fn get(
    State(state): State<SharedState>,
    caller: Caller,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    let request = from_query(query.as_deref().unwrap_or_default())?;
    answer(&state, &caller, &headers, request).await
}

pub(super) async fn search(
    State(state): State<SharedState>,
    caller: Caller,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    let wanted: SearchRequest = body::message(&parts.headers, body, SEARCH_URN).await?;
    answer(&state, &caller, &parts.headers, wanted).await
}

/// The parameters of a GET; names in any case, lists by commas.
fn from_query(query: &str) -> Result<SearchRequest, ErrorResponse> {
    let mut request = SearchRequest::default();
    for (name, value) in body::pairs(query.as_bytes()) {
        match name.to_ascii_lowercase().as_str() {
            "filter" => request.filter = Some(value),
            "attributes" => request.attributes = names(&value),
            "excludedattributes" => request.excluded_attributes = names(&value),
            "sortby" => request.sort_by = Some(value),
            "sortorder" => request.sort_order = Some(value),
            "startindex" => request.start_index = Some(number("startIndex", &value)?),
            "count" => request.count = Some(number("count", &value)?),
            "cursor" => request.cursor = Some(value),
            _ => {}
        }
    }
    Ok(request)
}

/// The names in `attributes=userName,emails.value`.
pub(super) fn names(value: &str) -> Vec<String> {
    value
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

fn number(name: &str, value: &str) -> Result<i64, ErrorResponse> {
    value.trim().parse().map_err(|_| {
        invalid(
            ScimType::InvalidValue,
            format!("{name} is to be a whole number"),
        )
    })
}

async fn answer(
    state: &Shared,
    caller: &Caller,
    headers: &HeaderMap,
    request: SearchRequest,
) -> Answer {
    let projection = Projection::of(&request.attributes, &request.excluded_attributes)?;
    let filter: Option<Filter> = request
        .filter
        .as_deref()
        .filter(|text| !text.trim().is_empty())
        .map(str::parse)
        .transpose()?;
    if let Some(filter) = &filter {
        filter.typed()?;
    }
    let sort = sort(request.sort_by.as_deref(), request.sort_order.as_deref())?;
    let by_cursor = request.cursor.is_some();
    let count = count(request.count, by_cursor)?;
    let question = digest(&request, &caller.key());
    let start = match request.cursor.as_deref() {
        None => {
            let index = request.start_index.unwrap_or(1).max(1).unsigned_abs();
            PageStart::Index(index - 1)
        }
        Some("") => PageStart::After(None),
        Some(text) => {
            let place = opened(state, text, &question, Timestamp::now())?;
            PageStart::After(Some(place))
        }
    };
    let start_index = match &start {
        PageStart::Index(offset) => Some(offset + 1),
        PageStart::After(_) => None,
    };
    let query = EntryQuery {
        filter,
        sort,
        start,
        count,
        time: state.limits.search,
    };
    let record = state.is_new_view(&caller.key(), "list");
    let at = state.desk.at(&caller.session);
    let seat = at.users_read(Kind::SearchOpened).await?;
    if record {
        seat.open_search().await?;
    }
    let page = seat.entries(query).await?;
    let now = Timestamp::now();
    let base = base(state, headers);
    let resources: Vec<_> = page
        .entries
        .iter()
        .map(|entry| {
            let policy = &state.desk.profiles().of_user(&entry.user).name;
            let mut resource = resource(entry, &base, policy, now);
            projection.apply(&mut resource);
            resource
        })
        .collect();
    let next_cursor = page
        .next
        .filter(|_| by_cursor)
        .map(|place| sealed(state, &place, &question, now))
        .transpose()?;
    Ok(scim(
        StatusCode::OK,
        &ListResponse {
            schemas: vec![LIST_URN.to_owned()],
            total_results: page.total,
            start_index,
            items_per_page: u64::try_from(resources.len()).ok(),
            next_cursor,
            resources,
        },
    ))
}

fn count(wanted: Option<i64>, by_cursor: bool) -> Result<u32, ErrorResponse> {
    let Some(wanted) = wanted else {
        return Ok(PAGE);
    };
    if by_cursor && (wanted < 1 || wanted > i64::from(MAX_PAGE)) {
        return Err(invalid(
            ScimType::InvalidCount,
            format!("count is to be 1 to {MAX_PAGE}"),
        ));
    }
    let bounded = wanted.clamp(0, i64::from(MAX_PAGE));
    Ok(u32::try_from(bounded).unwrap_or(MAX_PAGE))
}

fn sort(by: Option<&str>, order: Option<&str>) -> Result<Option<Sort>, ErrorResponse> {
    let descending = match order.map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "ascending") => false,
        Some("descending") => true,
        Some(_) => {
            return Err(invalid(
                ScimType::InvalidValue,
                "sortOrder is ascending or descending".into(),
            ));
        }
    };
    let Some(by) = by.map(str::trim).filter(|by| !by.is_empty()) else {
        return Ok(None);
    };
    let path = AttributePath::parse(by).ok_or_else(|| {
        invalid(
            ScimType::InvalidPath,
            format!("{by:?} is not an attribute path"),
        )
    })?;
    Ok(Some(Sort {
        by: path,
        descending,
    }))
}

/// What must stay the same from page to page (RFC 9865 section 2.1), and whose pages they are.
fn digest(request: &SearchRequest, caller: &str) -> [u8; 16] {
    let mut hasher = Sha256::new();
    for part in [
        Some(caller),
        request.filter.as_deref(),
        request.sort_by.as_deref(),
        request.sort_order.as_deref(),
    ] {
        let part = part.unwrap_or_default();
        hasher.update(part.len().to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hasher.finalize()[..16]);
    short
}

#[derive(Serialize, Deserialize)]
struct Cursor {
    place: RowPlace,
    question: [u8; 16],
    until: i64,
}

const SEAL: usize = 16;

fn sealed(
    state: &Shared,
    place: &RowPlace,
    question: &[u8; 16],
    now: Timestamp,
) -> Result<String, ErrorResponse> {
    let cursor = Cursor {
        place: place.clone(),
        question: *question,
        until: now.as_second() + CURSOR_SECONDS,
    };
    let mut bytes = serde_json::to_vec(&cursor).map_err(|_| {
        ErrorResponse::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the cursor cannot be written",
        )
    })?;
    let seal = seal(state, &bytes);
    bytes.extend_from_slice(&seal);
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn opened(
    state: &Shared,
    text: &str,
    question: &[u8; 16],
    now: Timestamp,
) -> Result<RowPlace, ErrorResponse> {
    use subtle::ConstantTimeEq as _;
    let foreign = || {
        invalid(
            ScimType::InvalidCursor,
            "the cursor is not one of this server's, or was given for another query".into(),
        )
    };
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| foreign())?;
    let (body, mark) = bytes
        .len()
        .checked_sub(SEAL)
        .and_then(|length| bytes.split_at_checked(length))
        .ok_or_else(foreign)?;
    if !bool::from(seal(state, body).ct_eq(mark)) {
        return Err(foreign());
    }
    let cursor: Cursor = serde_json::from_slice(body).map_err(|_| foreign())?;
    if cursor.question != *question {
        return Err(foreign());
    }
    if cursor.until < now.as_second() {
        return Err(invalid(
            ScimType::ExpiredCursor,
            "the cursor has expired: begin again".into(),
        ));
    }
    Ok(cursor.place)
}

fn seal(state: &Shared, body: &[u8]) -> [u8; SEAL] {
    let mut short = [0; SEAL];
    // A key of any length will do for HMAC.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&state.cursor_key) {
        mac.update(body);
        short.copy_from_slice(&mac.finalize().into_bytes()[..SEAL]);
    }
    short
}

fn invalid(kind: ScimType, detail: String) -> ErrorResponse {
    ScimError::bad(kind, detail).into()
}

#[cfg(test)]
mod tests;
