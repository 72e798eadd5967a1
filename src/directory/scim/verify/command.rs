//! A sign-in by a program of the site. ID and password go to its standard input, a line each, so that
//! neither stands where others could read it: not in its arguments, not in its environment.

use std::{process::Stdio, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::Command,
};
use zeroize::Zeroizing;

use crate::{
    directory::{TriedSignIn, scim::mask::Mask},
    password::Secret,
    text,
};

/// Longest output that is read, bytes, and shown, characters.
const LONGEST_OUTPUT: u64 = 4096;
const LONGEST_WORD: usize = 200;

/// Runs the program once: it ends with 0 where the password signed the user in, with 1 where it is
/// wrong, with 2 where it is right and the user is kept out. Everything else says nothing.
pub(super) async fn try_sign_in(
    words: &[String],
    patience: Duration,
    login: &str,
    password: &Secret,
) -> TriedSignIn {
    let Some((program, arguments)) = words.split_first() else {
        return TriedSignIn::Untold("scim.verify_command is empty".into());
    };
    let is_line = |text: &str| !text.contains(['\n', '\r', '\0']);
    if !is_line(login) || !is_line(password.expose()) {
        return TriedSignIn::Untold("the ID or the password is no line of text".into());
    }
    let room = login.len() + password.expose().len() + 2;
    let mut lines = Zeroizing::new(Vec::with_capacity(room));
    for line in [login, password.expose()] {
        lines.extend_from_slice(line.as_bytes());
        lines.push(b'\n');
    }
    let spawned = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => return TriedSignIn::Untold(error.to_string()),
    };
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let work = async {
        if let Some(mut stdin) = stdin {
            // One that has made up its mind need not read.
            let _ = stdin.write_all(&lines).await;
        }
        let mut printed = Zeroizing::new(Vec::with_capacity(1024));
        if let Some(stdout) = stdout {
            let mut output = stdout.take(LONGEST_OUTPUT);
            output.read_to_end(&mut printed).await?;
        }
        Ok::<_, std::io::Error>((child.wait().await?, printed))
    };
    let (status, printed) = match tokio::time::timeout(patience, work).await {
        Ok(Ok(ended)) => ended,
        Ok(Err(error)) => return TriedSignIn::Untold(error.to_string()),
        Err(_) => {
            return TriedSignIn::Untold(format!("it did not end within {} s", patience.as_secs()));
        }
    };
    let why = |otherwise: &str| {
        let said = Zeroizing::new(String::from_utf8_lossy(&printed).into_owned());
        let said = Mask(&[password.duplicate()]).text(said.lines().next().unwrap_or_default());
        match text::clean(said.trim()) {
            said if said.is_empty() => otherwise.to_owned(),
            said => said.chars().take(LONGEST_WORD).collect(),
        }
    };
    match status.code() {
        Some(0) => TriedSignIn::SignedIn,
        Some(1) => TriedSignIn::Wrong(why("wrong password")),
        Some(2) => TriedSignIn::KeptOut(why("it does not say why")),
        Some(_) | None => TriedSignIn::Untold(why(&format!("it ended with {status}"))),
    }
}
