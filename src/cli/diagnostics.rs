//! Diagnostics for whoever looks after the program: to a file, and only when one is configured.

use std::{fs::File, io, os::unix::fs::OpenOptionsExt as _, path::Path, sync::Mutex};

use tracing::Level;

/// Writes events to the end of `file` from now on. Nothing in the program logs a secret, and the
/// formatter escapes control characters in what it is given.
pub(super) fn write_to(file: &Path) -> io::Result<()> {
    let file = File::options()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(file)?;
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(Level::INFO)
        .with_writer(Mutex::new(file))
        .finish();
    // A second call would find the first one in place, which is as good.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(())
}

/// Writes events to standard error from now on, for a server without a log file.
pub(super) fn write_to_stderr() {
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(Level::INFO)
        .with_writer(io::stderr)
        .finish();
    // A second call would find the first one in place, which is as good.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
