//! The optional account that looks for the DN of who signs in.

use std::{process::Stdio, time::Duration};

use tokio::{process::Command, time::timeout};
use zeroize::Zeroizing;

use crate::{
    directory::{
        Deadline, DirectoryError,
        ldap::{
            connection::Link, lost::unavailable, result_code as code, settings::SearchAccount, tls,
        },
    },
    file::{SETTINGS, read_text},
};

/// How long the program that prints the password may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Binds as the account.
pub(in crate::directory::ldap) async fn bind(
    link: &Link,
    account: &SearchAccount,
) -> Result<(), DirectoryError> {
    let password = password(account).await.map_err(|why| misconfigured(&why))?;
    if password.is_empty() {
        return Err(misconfigured("its password is empty"));
    }
    let bound = link
        .simple_bind(&account.dn, &password)
        .await
        .map_err(|lost| unavailable(&lost))?;
    if bound.rc == code::SUCCESS {
        return Ok(());
    }
    Err(DirectoryError::Unavailable {
        message: format!("{} refused the search account", link.server),
        cure: "Have the password of [ldap.search_account] renewed; signing in with a full DN \
               works without it."
            .into(),
        raw: Some(bound.text).filter(|text| !text.is_empty()),
    })
}

fn misconfigured(why: &str) -> DirectoryError {
    DirectoryError::Unavailable {
        message: format!("the search account cannot be used: {why}"),
        cure: "Look at [ldap.search_account] in the configuration.".into(),
        raw: None,
    }
}

async fn password(account: &SearchAccount) -> Result<Zeroizing<String>, String> {
    match (&account.password_file, account.password_command.as_slice()) {
        (Some(file), []) => {
            tls::only_ours(file)?;
            let text = read_text(file, SETTINGS)
                .map_err(|error| format!("{}: {error}", file.display()))?;
            Ok(first_line(&Zeroizing::new(text)))
        }
        (None, [program, arguments @ ..]) => {
            let run = Command::new(program)
                .args(arguments)
                .stdin(Stdio::null())
                .stderr(Stdio::null())
                .kill_on_drop(true)
                .output();
            let patience = Deadline::cap(PATIENCE);
            let output = timeout(patience, run)
                .await
                .map_err(|_| format!("{program} did not end within {} s", patience.as_secs_f32()))?
                .map_err(|error| format!("{program}: {error}"))?;
            let printed = Zeroizing::new(output.stdout);
            if !output.status.success() {
                return Err(format!("{program} ended with {}", output.status));
            }
            let text = std::str::from_utf8(&printed)
                .map_err(|_| format!("{program} printed no UTF-8 text"))?;
            Ok(first_line(text))
        }
        _ => Err("give it either password_file or password_command".into()),
    }
}

fn first_line(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.lines().next().unwrap_or_default().to_owned())
}
