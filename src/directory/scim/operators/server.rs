//! Operators who sign in at a server of our own (`docs/scim-extension.md`).

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::{
    directory::{
        DirectoryError,
        scim::{
            bearer,
            body::json_with_secrets,
            connection::Connection,
            mapping,
            request::Request,
            request_failure::{Answered, RequestFailure},
            resource::WITH_EXTENSION,
            token::Token,
        },
    },
    operator::{Changed, Operator, SignInRefusal},
    password::Secret,
    permission::{Permissions, Reach},
    user::UserId,
};

/// The tokens of those who are signed in, by [`Operator::binding`].
#[derive(Debug, Default)]
pub(in crate::directory::scim) struct ServerSessions {
    sessions: Mutex<HashMap<u64, Session>>,
    last: AtomicU64,
}

struct Session {
    operator: UserId,
    token: Arc<Token>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({})", self.operator)
    }
}

/// What our server tells of the operator beside the token.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Who {
    id: String,
    user_name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    permissions: Permissions,
    #[serde(default)]
    must_change: bool,
}

impl ServerSessions {
    /// The token of a signed-in operator.
    pub(in crate::directory::scim) fn token(
        &self,
        operator: &Operator,
    ) -> Result<Arc<Token>, RequestFailure> {
        self.lock()
            .get(&operator.binding)
            .map(|session| Arc::clone(&session.token))
            .ok_or_else(|| {
                RequestFailure::Token(
                    "you are not signed in at the server any more".into(),
                    "Sign out and in again.".into(),
                )
            })
    }

    /// Signs in at the server. An operator who is signed in already gets the new token for the
    /// old session too: its proof is the fresh one, which a reset may want.
    pub(in crate::directory::scim) async fn sign_in(
        &self,
        connection: &Connection,
        login: &str,
        password: &Secret,
    ) -> Result<Operator, DirectoryError> {
        let mut address = connection.origin();
        address.set_path("/auth/sign-in");
        let body = json_with_secrets(&json!({ "login": login }), &[("password", password)]);
        let request = Request::with_body(Method::POST, &[], body);
        let answer = connection
            .write_to(&address, None, &request)
            .await
            .map_err(|failure| refused(failure, connection))?;
        let failed = |what: &str| {
            RequestFailure::NotScim(200, what.to_owned()).into_error(connection.endpoint())
        };
        let (token, _) =
            bearer::granted(&answer.body).map_err(|_| failed("no access_token in the answer"))?;
        let token = Arc::new(token);
        let who = answer.body.get("operator").cloned().unwrap_or_default();
        let who = match serde_json::from_value::<Who>(who) {
            Ok(who) => who,
            Err(_) => self.me(connection, &token).await?,
        };
        let binding = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let id = UserId(who.id);
        let mut superseded = Vec::new();
        {
            let mut sessions = self.lock();
            for session in sessions
                .values_mut()
                .filter(|session| session.operator == id)
            {
                superseded.push(std::mem::replace(&mut session.token, Arc::clone(&token)));
            }
            sessions.insert(
                binding,
                Session {
                    operator: id.clone(),
                    token,
                },
            );
        }
        for old in superseded {
            end(connection, &old).await;
        }
        Ok(Operator {
            id,
            login: who.user_name,
            email: who.email,
            name: who.name,
            permissions: who.permissions,
            reach: Reach::EVERYWHERE,
            kind: None,
            must_change: who.must_change,
            binding,
            password_set_at: None,
            sessions_ended: None,
            made_by: None,
        })
    }

    /// The operator as the server tells the account now. It looks at its owner at every use of a
    /// token and refuses one whose owner was disabled, locked or given another password.
    pub(in crate::directory::scim) async fn operator_now(
        &self,
        connection: &Connection,
        operator: &Operator,
    ) -> Result<Operator, DirectoryError> {
        let endpoint = connection.endpoint();
        let changed = |what: Changed| DirectoryError::OperatorChanged(what.into());
        let token = self
            .token(operator)
            .map_err(|failure| failure.into_error(endpoint))?;
        let request = Request::get(&["Me"]).query("attributes", WITH_EXTENSION);
        let answer = match connection.read(&token, &request).await {
            Ok(answer) => answer,
            Err(RequestFailure::Answered(Answered { status: 401, .. })) => {
                return Err(changed(Changed::SignedOut));
            }
            Err(failure) => return Err(failure.into_error(endpoint)),
        };
        let Some(user) = mapping::user(answer.body, None, true) else {
            return Err(
                RequestFailure::NotScim(200, "/Me is not a user".into()).into_error(endpoint)
            );
        };
        if user.permissions != operator.permissions {
            return Err(changed(Changed::Role));
        }
        Ok(Operator {
            binding: operator.binding,
            ..Operator::of(&user)
        })
    }

    async fn me(&self, connection: &Connection, token: &Token) -> Result<Who, DirectoryError> {
        let endpoint = connection.endpoint();
        let answer = connection
            .read(
                token,
                &Request::get(&["Me"]).query("attributes", WITH_EXTENSION),
            )
            .await
            .map_err(|failure| failure.into_error(endpoint))?;
        let user = mapping::user(answer.body, None, true).ok_or_else(|| {
            RequestFailure::NotScim(200, "/Me is not a user".into()).into_error(endpoint)
        })?;
        Ok(Who {
            name: user.name(),
            must_change: user.state.must_change.known() == Some(&true),
            id: user.id.0,
            user_name: user.login,
            email: user.email,
            permissions: user.permissions,
        })
    }

    /// Signs out; the server forgets the token when no other session of ours uses it.
    pub(in crate::directory::scim) async fn sign_out(
        &self,
        connection: &Connection,
        operator: &Operator,
    ) {
        let gone = {
            let mut sessions = self.lock();
            sessions.remove(&operator.binding).filter(|gone| {
                !sessions
                    .values()
                    .any(|session| Arc::ptr_eq(&session.token, &gone.token))
            })
        };
        if let Some(session) = gone {
            end(connection, &session.token).await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Session>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A token that the server could not be told to forget expires by itself.
async fn end(connection: &Connection, token: &Token) {
    let mut address = connection.origin();
    address.set_path("/auth/sign-out");
    let request = Request::with_body(Method::POST, &[], Zeroizing::new(Vec::new()));
    if let Err(failure) = connection.write_to(&address, Some(token), &request).await {
        tracing::debug!(?failure, "the server was not told of a sign-out");
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever is not looked at here is told by its own sentence, which names each variant"
)]
fn refused(failure: RequestFailure, connection: &Connection) -> DirectoryError {
    match failure {
        RequestFailure::Answered(Answered {
            status: 400 | 401, ..
        }) => DirectoryError::SignIn {
            reason: SignInRefusal::Undisclosed,
            user: None,
        },
        RequestFailure::Answered(Answered { status: 404, .. }) | RequestFailure::Html(404) => {
            DirectoryError::Unavailable {
                message: format!(
                    "{} has no sign-in for operators: it is no `halligan serve`",
                    connection.endpoint().host
                ),
                cure: "Use scim.token_file, scim.token_command or scim.client_id; operators \
                       then sign in with their account of the local store."
                    .into(),
                raw: None,
            }
        }
        other => other.into_error(connection.endpoint()),
    }
}
