//! Hashing and verifying off the async threads.

use tokio::task::spawn_blocking;

use crate::{
    directory::DirectoryError,
    password::{
        Secret,
        hash::{self, PasswordHash},
        policy::Refusal,
        profile::Kdf,
    },
};

pub(super) async fn hash(kdf: Kdf, password: &Secret) -> Result<PasswordHash, DirectoryError> {
    let password = password.duplicate();
    run(move || hash::hash(kdf, &password))
        .await?
        .map_err(unavailable)
}

pub(super) async fn verify(hash: PasswordHash, password: &Secret) -> Result<bool, DirectoryError> {
    let password = password.duplicate();
    run(move || hash::verify(&hash, &password)).await
}

/// As long as [`verify`], for whoever has no password.
pub(super) async fn verify_nobody(kdf: Kdf, password: &Secret) -> Result<bool, DirectoryError> {
    let password = password.duplicate();
    run(move || {
        hash::verify_nobody(kdf, &password);
        false
    })
    .await
}

/// Refuses a password that was in use before.
///
/// # Errors
/// [`DirectoryError::PasswordRefused`].
pub(super) async fn refuse_former(
    former: Vec<PasswordHash>,
    password: &Secret,
) -> Result<(), DirectoryError> {
    if former.is_empty() {
        return Ok(());
    }
    let count = former.len();
    let password = password.duplicate();
    let known = run(move || former.iter().any(|hash| hash::verify(hash, &password))).await?;
    if !known {
        return Ok(());
    }
    let message = if count == 1 {
        "this is the password that the user has now".into()
    } else {
        format!("this is one of the last {count} passwords of the user")
    };
    Err(DirectoryError::PasswordRefused {
        refusal: Refusal {
            rule: "history".into(),
            message,
            cure: "Choose another, or generate one.".into(),
        },
        raw: None,
    })
}

async fn run<T, F>(work: F) -> Result<T, DirectoryError>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    spawn_blocking(work)
        .await
        .map_err(|_| unavailable("hashing was interrupted".into()))
}

fn unavailable(message: String) -> DirectoryError {
    DirectoryError::Unavailable {
        message,
        cure: "Try again; if it stays, look whether the machine has memory left.".into(),
        raw: None,
    }
}
