//! Where bearer tokens come from when a machine, not the operator, proves itself to the server.

use std::{
    path::Path,
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{io::AsyncReadExt as _, process::Command, sync::Mutex};
use zeroize::Zeroizing;

use super::{
    connection::Connection,
    private_file::{self, NoLine},
    request_failure::{Answered, RequestFailure},
    settings::Way,
    token::Token,
};

/// A token is not used any more so long before its end.
const MARGIN: Duration = Duration::from_secs(30);
/// Longest output of a token command that is read, bytes.
const LONGEST_OUTPUT: u64 = 64 * 1024;

/// The token of a machine, got when it is first needed and again when it ends.
#[derive(Debug)]
pub(super) struct Bearer {
    way: Way,
    /// How long a token command may run.
    patience: Duration,
    held: Mutex<Option<Held>>,
}

struct Held {
    token: Arc<Token>,
    ends: Option<Instant>,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held").finish_non_exhaustive()
    }
}

/// What to do when the server does not accept the token.
pub(super) fn cure(way: &Way) -> String {
    match way {
        Way::File(file) => format!("Put a fresh token into {}.", file.display()),
        Way::Command(words) => format!(
            "Sign out and in again, which runs {} again; see what it prints.",
            words.first().map_or("the command", String::as_str)
        ),
        Way::Client { id, secret, .. } => format!(
            "See whether the client {id} still has its rights and whether {} holds its secret.",
            secret.display()
        ),
        Way::Operator => "Your sign-in at the server has ended: sign out and in again.".into(),
    }
}

impl Bearer {
    pub(super) fn new(way: Way, patience: Duration) -> Self {
        Self {
            way,
            patience,
            held: Mutex::new(None),
        }
    }

    /// A token that is good for now.
    pub(super) async fn token(
        &self,
        connection: &Connection,
    ) -> Result<Arc<Token>, RequestFailure> {
        let mut held = self.held.lock().await;
        if let Some(good) = held
            .as_ref()
            .filter(|held| held.ends.is_none_or(|ends| Instant::now() + MARGIN < ends))
        {
            return Ok(Arc::clone(&good.token));
        }
        // A command runs once for each sign-in; `renew` is what runs it.
        let fresh = self.fetch(connection).await?;
        let token = Arc::clone(&fresh.token);
        *held = Some(fresh);
        Ok(token)
    }

    /// Gets a new token: an operator has signed in.
    pub(super) async fn renew(&self, connection: &Connection) -> Result<(), RequestFailure> {
        let mut held = self.held.lock().await;
        *held = None;
        *held = Some(self.fetch(connection).await?);
        Ok(())
    }

    /// Forgets a token that the server refused. Says whether another may be had without the
    /// operator: a file may have been renewed, and client credentials obtain a new one.
    pub(super) async fn refused(&self, token: &Arc<Token>) -> bool {
        if matches!(self.way, Way::Command(_) | Way::Operator) {
            return false;
        }
        let mut held = self.held.lock().await;
        if held
            .as_ref()
            .is_some_and(|held| Arc::ptr_eq(&held.token, token))
        {
            *held = None;
        }
        true
    }

    async fn fetch(&self, connection: &Connection) -> Result<Held, RequestFailure> {
        let forever = |token| Held {
            token: Arc::new(token),
            ends: None,
        };
        match &self.way {
            Way::File(path) => secret(path).map(forever),
            Way::Command(words) => self.run(words).await.map(forever),
            Way::Client {
                address,
                id,
                secret: file,
                scope,
            } => {
                let mut form = String::from("grant_type=client_credentials");
                if !scope.is_empty() {
                    form.push_str("&scope=");
                    form.extend(form_urlencoded::byte_serialize(scope.as_bytes()));
                }
                let secret = secret(file)?;
                let answer = connection
                    .request_token(address, id, &secret, form)
                    .await
                    .map_err(|failure| at_token_endpoint(failure, address.as_str()))?;
                granted(&answer.body).map(|(token, seconds)| Held {
                    token: Arc::new(token),
                    ends: seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds)),
                })
            }
            Way::Operator => Err(RequestFailure::Token(
                "nobody has signed in at the server".into(),
                "Sign out and in again.".into(),
            )),
        }
    }

    async fn run(&self, words: &[String]) -> Result<Token, RequestFailure> {
        let failed = |why: String| {
            RequestFailure::Token(
                format!("the token command {}: {why}", words.join(" ")),
                "Run it by hand as the user that runs Halligan, and see what it says.".into(),
            )
        };
        let (program, arguments) = words
            .split_first()
            .ok_or_else(|| failed("is empty".into()))?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        let mut output = Zeroizing::new(String::with_capacity(4096));
        let stdout = child.stdout.take();
        let finish = async {
            if let Some(stdout) = stdout {
                stdout
                    .take(LONGEST_OUTPUT)
                    .read_to_string(&mut output)
                    .await?;
            }
            child.wait().await
        };
        let status = tokio::time::timeout(self.patience, finish)
            .await
            .map_err(|_| failed(format!("did not end within {} s", self.patience.as_secs())))?
            .map_err(|error| failed(error.to_string()))?;
        if !status.success() {
            return Err(failed(format!("ended with {status}")));
        }
        match private_file::one_line(&output) {
            Ok(line) => Ok(Zeroizing::new(line.to_owned())),
            Err(NoLine::Empty) => Err(failed("printed nothing".into())),
            Err(NoLine::More) => Err(failed("printed more than one line of text".into())),
        }
    }
}

fn secret(path: &Path) -> Result<Token, RequestFailure> {
    private_file::read_line(path)
        .map_err(|error| RequestFailure::Token(error.to_string(), error.cure()))
}

/// The token and its life in seconds (RFC 6749 section 5.1).
pub(super) fn granted(body: &serde_json::Value) -> Result<(Token, Option<u64>), RequestFailure> {
    let token = body
        .get("access_token")
        .and_then(serde_json::Value::as_str)
        .and_then(|text| private_file::one_line(text).ok())
        .ok_or_else(|| RequestFailure::NotScim(200, "no access_token in the answer".into()))?;
    let seconds = body.get("expires_in").and_then(|value| {
        // Some servers write the number as a string.
        value
            .as_u64()
            .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
    });
    Ok((Zeroizing::new(token.to_owned()), seconds))
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever is not looked at here is told by its own sentence, which names each variant"
)]
fn at_token_endpoint(failure: RequestFailure, address: &str) -> RequestFailure {
    match failure {
        RequestFailure::Answered(Answered {
            status: 400 | 401, ..
        }) => RequestFailure::Token(
            format!("{address} does not accept the client credentials"),
            "Check scim.client_id, scim.scope and the file with the secret.".into(),
        ),
        RequestFailure::Answered(Answered { status: 404, .. }) | RequestFailure::Html(404) => {
            RequestFailure::Token(
                format!("{address} is no token endpoint (404)"),
                "Check scim.token_url.".into(),
            )
        }
        other => other,
    }
}
