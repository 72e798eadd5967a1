//! Single users: read, add, replace, patch, remove.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, RawQuery, Request, State},
    http::{HeaderMap, Response, StatusCode, header},
};
use jiff::Timestamp;
use serde_json::Value;

use super::{
    auth::{self, Caller},
    body,
    condition::{Condition, names_version},
    discovery::base,
    listing,
    resource::{self, etag},
    respond::{Answer, ErrorResponse, empty, scim, warned, with_header},
    state::{Shared, SharedState},
};
use crate::{
    audit::Kind,
    desk::{DeskError, TRIES, before_another_try},
    directory::{DirectoryError, Entry},
    password::policy,
    scim::{
        Object, ScimError, ScimType, member,
        patch::{self, PatchRequest},
        projection::Projection,
        schema::{EXTENSION_URN, USER_URN},
        take_member,
        user::Wanted,
    },
    user::UserId,
};

pub(super) async fn read(
    State(state): State<SharedState>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let projection = projection(query.as_deref())?;
    let record = state.is_new_view(&caller.key(), &id);
    let at = state.desk.at(&caller.session);
    let seat = at.users_read(Kind::UserViewed).await?;
    let entry = if record {
        seat.open_entry(&UserId(id)).await?
    } else {
        seat.entry(&UserId(id)).await?
    };
    let etag = etag(&entry);
    if names_version(&headers, header::IF_NONE_MATCH.as_str(), &etag) == Some(true) {
        return Ok(with_header(
            empty(StatusCode::NOT_MODIFIED),
            header::ETAG,
            &etag,
        ));
    }
    let read = Written::whole(entry);
    Ok(shown(&state, &headers, &read, StatusCode::OK, &projection))
}

/// A user after a write, and what is to be told of the request.
pub(super) struct Written {
    pub(super) entry: Entry,
    /// What of it was not kept.
    pub(super) ignored: Vec<String>,
    /// Of a password that was taken.
    pub(super) doubt: Option<&'static str>,
}

impl Written {
    const fn whole(entry: Entry) -> Self {
        Self {
            entry,
            ignored: Vec::new(),
            doubt: None,
        }
    }
}

pub(super) async fn create(
    State(state): State<SharedState>,
    caller: Caller,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    let projection = projection(parts.uri.query())?;
    let resource = body::object(&parts.headers, body).await?;
    let written = create_from(&state, &caller, resource).await?;
    let response = shown(
        &state,
        &parts.headers,
        &written,
        StatusCode::CREATED,
        &projection,
    );
    Ok(with_header(
        response,
        header::LOCATION,
        &location(&state, &parts.headers, &written.entry),
    ))
}

/// Adds a user of a resource.
pub(super) async fn create_from(
    state: &SharedState,
    caller: &Caller,
    mut resource: Object,
) -> Result<Written, ErrorResponse> {
    body::of_urn(&resource, USER_URN)?;
    let wanted = Wanted::from_resource(&mut resource)?;
    let session = Arc::clone(&caller.session);
    let desk = state.desk.clone();
    let adding = async move {
        let seat = desk.at(&session).users_create(Kind::UserCreated).await?;
        let (new, provisioned) = (resource::new_user(&wanted), resource::provisioned(&wanted));
        let entry = seat
            .create_entry(
                new,
                &provisioned,
                wanted.password.as_ref(),
                &wanted.reason,
                &wanted.ignored,
            )
            .await?;
        Ok::<_, DeskError>(Written {
            entry,
            doubt: doubt(&wanted),
            ignored: wanted.ignored,
        })
    };
    finished(state.write(adding).await)
}

pub(super) async fn replace(
    State(state): State<SharedState>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    let projection = projection(parts.uri.query())?;
    let resource = body::object(&parts.headers, body).await?;
    let condition = Condition::of(&parts.headers);
    let written = replace_by(&state, &caller, UserId(id), resource, condition).await?;
    Ok(shown(
        &state,
        &parts.headers,
        &written,
        StatusCode::OK,
        &projection,
    ))
}

/// Replaces a user by a resource. What only the server writes is passed over, the `id` too
/// (RFC 7644 section 3.5.1).
pub(super) async fn replace_by(
    state: &SharedState,
    caller: &Caller,
    id: UserId,
    mut resource: Object,
    condition: Condition,
) -> Result<Written, ErrorResponse> {
    body::of_urn(&resource, USER_URN)?;
    let empties_password = member(&resource, "password").is_some_and(Value::is_null);
    let wanted = Wanted::from_resource(&mut resource)?;
    change(state, caller, id, condition, move |current| {
        let has_password = current.user.state.password.known();
        if empties_password && has_password.is_none_or(|password| password.set) {
            let detail =
                "password cannot be emptied by PUT: leave it out to keep it, or PATCH remove";
            return Err(ScimError::bad(ScimType::InvalidValue, detail).into());
        }
        Ok(wanted.duplicate())
    })
    .await
}

pub(super) async fn patch(
    State(state): State<SharedState>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    let projection = projection(parts.uri.query())?;
    let change: PatchRequest = body::message(&parts.headers, body, patch::URN).await?;
    let condition = Condition::of(&parts.headers);
    let written = patch_by(&state, &caller, UserId(id), change, condition).await?;
    Ok(shown(
        &state,
        &parts.headers,
        &written,
        StatusCode::OK,
        &projection,
    ))
}

/// Patches a user.
pub(super) async fn patch_by(
    state: &SharedState,
    caller: &Caller,
    id: UserId,
    request: PatchRequest,
    condition: Condition,
) -> Result<Written, ErrorResponse> {
    change(state, caller, id, condition, move |current| {
        patched(current, &request)
    })
    .await
}

/// What a PATCH makes of a user.
fn patched(current: &Entry, request: &PatchRequest) -> Result<Wanted, ErrorResponse> {
    let mut resource = resource::resource(current, "", "", Timestamp::now());
    let kept = current.user.details.known();
    let kept = kept.map_or("", |details| details.display_name.as_str());
    if kept.is_empty() {
        // It is put together anew when the name changes.
        resource.remove("displayName");
    }
    if let Some(Value::Object(name)) = resource.get_mut("name") {
        take_member(name, "formatted");
    }
    let applied = request.apply(&mut resource)?;
    let mut wanted = Wanted::from_resource(&mut resource)?;
    wanted.remove_password = applied.removed("password") && wanted.password.is_none();
    if wanted.display_name.is_none() {
        // One that is kept stands in the resource unless it was taken away.
        let shows_none = applied.removed("displayName") || current.provisioned.shows_no_name;
        wanted.display_name = shows_none.then(String::new);
    }
    // A patched resource is whole: what is not in it any more was taken away.
    wanted.valid_from = Some(wanted.valid_from.flatten());
    wanted.valid_until = Some(wanted.valid_until.flatten());
    wanted.ignored = [applied.ignored.into_names(), wanted.ignored].concat();
    Ok(wanted)
}

/// Makes of a user what is wanted of it, all or nothing. What was changed by others meanwhile is read
/// and judged again: a client that names no version wants its change made, whatever the version.
async fn change(
    state: &SharedState,
    caller: &Caller,
    id: UserId,
    condition: Condition,
    wanted: impl Fn(&Entry) -> Result<Wanted, ErrorResponse> + Send + 'static,
) -> Result<Written, ErrorResponse> {
    let session = Arc::clone(&caller.session);
    let shared = Arc::clone(state);
    let changing = async move {
        let _turn = shared.turn_of(&id).await;
        for tries in 1..=TRIES {
            let at = shared.desk.at(&session);
            let seat = at.users_change(Kind::UserChanged).await?;
            let current = seat.entry(&id).await?;
            condition.holds(&current)?;
            let mut wanted = wanted(&current)?;
            let reason = std::mem::take(&mut wanted.reason);
            let (doubt, ignored) = (doubt(&wanted), std::mem::take(&mut wanted.ignored));
            let change = resource::difference(&current, wanted);
            let changed = seat.change_entry(current, &change, &reason, &ignored);
            match changed.await {
                Err(DeskError::Directory(DirectoryError::Conflict { .. })) => {
                    before_another_try(tries).await;
                }
                Err(error) => return Err(error.into()),
                Ok(entry) => {
                    return Ok(Written {
                        entry,
                        ignored,
                        doubt,
                    });
                }
            }
        }
        Err(kept_changing())
    };
    finished(state.write(changing).await)
}

fn kept_changing() -> ErrorResponse {
    ErrorResponse {
        retry_after: Some(1),
        ..ErrorResponse::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "others kept changing this user; nothing of this request was done",
        )
    }
}

pub(super) async fn delete(
    State(state): State<SharedState>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Answer {
    delete_by(&state, &caller, UserId(id), Condition::of(&headers)).await?;
    Ok(empty(StatusCode::NO_CONTENT))
}

/// Removes a user.
pub(super) async fn delete_by(
    state: &SharedState,
    caller: &Caller,
    id: UserId,
    condition: Condition,
) -> Result<(), ErrorResponse> {
    let session = Arc::clone(&caller.session);
    let shared = Arc::clone(state);
    let removing = async move {
        let _turn = shared.turn_of(&id).await;
        for tries in 1..=TRIES {
            let at = shared.desk.at(&session);
            let seat = at.users_delete(Kind::UserRemoved).await?;
            let current = seat.entry(&id).await?;
            condition.holds(&current)?;
            match seat.remove_user(&id, Some(&current.user.version)).await {
                Err(DeskError::Directory(DirectoryError::Conflict { .. })) => {
                    before_another_try(tries).await;
                }
                Err(error) => return Err(error.into()),
                Ok(_) => return Ok(()),
            }
        }
        Err(kept_changing())
    };
    finished(state.write(removing).await)
}

pub(super) async fn me(
    State(state): State<SharedState>,
    caller: Caller,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    let projection = projection(query.as_deref())?;
    let seat = state.desk.at(&caller.session).own_account().await?;
    let read = Written::whole(seat.entry().await?);
    Ok(shown(&state, &headers, &read, StatusCode::OK, &projection))
}

/// What a client is to be told of a password that was taken.
fn doubt(wanted: &Wanted) -> Option<&'static str> {
    let password = wanted.password.as_ref()?;
    policy::doubt(password.expose())
}

pub(super) fn finished<T, E: Into<ErrorResponse>>(
    outcome: Option<Result<T, E>>,
) -> Result<T, ErrorResponse> {
    outcome.ok_or_else(auth::broken)?.map_err(Into::into)
}

fn shown(
    state: &Shared,
    headers: &HeaderMap,
    written: &Written,
    status: StatusCode,
    projection: &Projection,
) -> Response<Body> {
    let base = base(state, headers);
    let now = Timestamp::now();
    let entry = &written.entry;
    let mut resource = resource::resource(
        entry,
        &base,
        &state.desk.profiles().of_user(&entry.user).name,
        now,
    );
    if let Some(Value::Object(extension)) = resource.get_mut(EXTENSION_URN)
        && !written.ignored.is_empty()
    {
        extension.insert("ignored".into(), written.ignored.clone().into());
    }
    projection.apply(&mut resource);
    let response = scim(status, &resource);
    let response = with_header(response, header::ETAG, &etag(entry));
    let response = with_header(
        response,
        header::CONTENT_LOCATION,
        &location(state, headers, entry),
    );
    warned(response, written.doubt)
}

/// The address of a user.
pub(super) fn location(state: &Shared, headers: &HeaderMap, entry: &Entry) -> String {
    format!("{}/Users/{}", base(state, headers), entry.user.id)
}

fn projection(query: Option<&str>) -> Result<Projection, ErrorResponse> {
    let (mut attributes, mut excluded) = (Vec::new(), Vec::new());
    for (name, value) in body::pairs(query.unwrap_or_default().as_bytes()) {
        match name.to_ascii_lowercase().as_str() {
            "attributes" => attributes = listing::names(&value),
            "excludedattributes" => excluded = listing::names(&value),
            _ => {}
        }
    }
    Ok(Projection::of(&attributes, &excluded)?)
}
