//! The actions of our extension: what is no change of a resource, and answers with a receipt.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, Response, StatusCode},
};
use serde_json::{Value, json};

use super::{
    attempt::Attempt,
    auth::{self, Caller},
    body,
    condition::Condition,
    resource::{self, etag_of},
    respond::{Answer, ErrorResponse, scim, warned},
    state::SharedState,
    users::finished,
};
use crate::{
    audit::Kind,
    password::policy,
    receipt::Receipt,
    scim::{Object, ScimError, ScimType, member},
    user::UserId,
};

/// Schema URN of the body of `.unlock`.
pub const UNLOCK_URN: &str = "urn:halligan:params:scim:api:messages:1.0:Unlock";
/// Schema URN of the body of `.sign-out`.
pub const SIGN_OUT_URN: &str = "urn:halligan:params:scim:api:messages:1.0:SignOut";
/// Schema URN of the body of `.check`.
pub const CHECK_URN: &str = "urn:halligan:params:scim:api:messages:1.0:Check";
/// Schema URN of the body of `/Me/.password`.
pub const CHANGE_URN: &str = "urn:halligan:params:scim:api:messages:1.0:ChangePassword";
/// Schema URN of what an action answers.
pub const RECEIPT_URN: &str = "urn:halligan:params:scim:api:messages:1.0:Receipt";

/// `POST /Users/{id}/.unlock`: `{"schemas": […], "reason": …}`.
pub(super) async fn unlock(
    State(state): State<SharedState>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    let given = action(&parts.headers, body, UNLOCK_URN).await?;
    let reason = text(&given, "reason")?.unwrap_or_default();
    let condition = Condition::of(&parts.headers);
    let session = Arc::clone(&caller.session);
    let desk = state.desk.clone();
    let id = UserId(id);
    let unlocking = async move {
        let seat = desk.at(&session).users_update(Kind::Unlock).await?;
        let expected = match condition {
            Condition::None => None,
            condition @ (Condition::OneOf(_) | Condition::NoneOf(_)) => {
                let current = seat.entry(&id).await?;
                condition.holds(&current)?;
                Some(current.user.version)
            }
        };
        Ok::<_, ErrorResponse>(seat.unlock(&id, expected, &reason).await?)
    };
    let receipt = finished(state.write(unlocking).await)?;
    Ok(receipted(&receipt))
}

/// `POST /Users/{id}/.sign-out`: `{"schemas": […], "reason": …}`.
pub(super) async fn sign_out(
    State(state): State<SharedState>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    let given = action(&parts.headers, body, SIGN_OUT_URN).await?;
    let reason = text(&given, "reason")?.unwrap_or_default();
    let session = Arc::clone(&caller.session);
    let desk = state.desk.clone();
    let ending = async move {
        let at = desk.at(&session);
        let seat = at.users_force_logout(Kind::SessionsEnded).await?;
        Ok::<_, ErrorResponse>(seat.end_sessions(&UserId(id), &reason).await?)
    };
    let receipt = finished(state.write(ending).await)?;
    Ok(receipted(&receipt))
}

/// `POST /Users/{id}/.check`: `{"schemas": […], "password": …}`.
pub(super) async fn check(
    State(state): State<SharedState>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let address = auth::address(request.extensions().get())?;
    let (parts, body) = request.into_parts();
    let given = action(&parts.headers, body, CHECK_URN).await?;
    let password = text(&given, "password")?.ok_or_else(|| wants("password"))?;
    let password = auth::secret(password)?;
    let attempt = Attempt::begin(&state, &format!("check of {id}"), address.0)?;
    let session = Arc::clone(&caller.session);
    let desk = state.desk.clone();
    let checking = async move {
        let seat = desk
            .at(&session)
            .users_update(Kind::PasswordChecked)
            .await?;
        let checked = seat.check(&UserId(id), &password).await;
        match &checked {
            // A right guess wipes nothing: it is not the user who has made it.
            Ok(checked) if !checked.matches => attempt.was_wrong(),
            Ok(_) | Err(_) => attempt.stays_unknown(),
        }
        Ok::<_, ErrorResponse>(checked?)
    };
    let checked = finished(state.write(checking).await)?;
    Ok(scim(
        StatusCode::OK,
        &json!({
            "schemas": [CHECK_URN],
            "matches": checked.matches,
            "signsIn": checked.signs_in,
            "remark": checked.remark,
        }),
    ))
}

/// `POST /Me/.password`: `{"schemas": […], "old": …, "new": …}`.
pub(super) async fn change_own_password(
    State(state): State<SharedState>,
    caller: Caller,
    request: Request,
) -> Answer {
    let address = auth::address(request.extensions().get())?;
    let (parts, body) = request.into_parts();
    let given = action(&parts.headers, body, CHANGE_URN).await?;
    let old = auth::secret(text(&given, "old")?.ok_or_else(|| wants("old"))?)?;
    let new = auth::secret(text(&given, "new")?.ok_or_else(|| wants("new"))?)?;
    let doubt = policy::doubt(new.expose());
    let session = Arc::clone(&caller.session);
    let tokens = state.tokens.clone();
    // Boxed: with the directory it is 18 KB of a future.
    let work = Box::pin(async move { tokens.change_own_password(&session, &old, &new).await });
    let receipt = auth::proving(&state, &caller.session, address, work).await?;
    Ok(warned(receipted(&receipt), doubt))
}

async fn action(headers: &HeaderMap, body: Body, urn: &str) -> Result<Object, ErrorResponse> {
    let object = body::object(headers, body).await?;
    body::of_urn(&object, urn)?;
    Ok(object)
}

fn text(object: &Object, name: &str) -> Result<Option<String>, ErrorResponse> {
    match member(object, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(wants(name)),
    }
}

fn wants(name: &str) -> ErrorResponse {
    ScimError::bad(ScimType::InvalidValue, format!("{name} is to be a string")).into()
}

fn receipted(receipt: &Receipt) -> Response<Body> {
    let steps: Vec<_> = receipt
        .steps
        .iter()
        .map(|(step, outcome)| json!({ "step": step, "outcome": outcome }))
        .collect();
    scim(
        StatusCode::OK,
        &json!({
            "schemas": [RECEIPT_URN],
            "success": receipt.is_success(),
            "ending": receipt.ending().word(),
            "steps": steps,
            "proof": receipt.proof,
            "version": receipt.version.as_ref().map(etag_of),
            "signIn": receipt.after.as_deref().map(|after| resource::sign_in(&after.outlook, after.at)),
        }),
    )
}
