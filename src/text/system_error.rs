//! What the operating system refuses, in words: its own end in "(os error 2)".

use std::{
    error::Error as Any,
    io::{Error, ErrorKind},
};

/// Why a file or a connection could not be used, as the end of a sentence.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named keeps the system's own words"
)]
pub fn system_error(error: &(dyn Any + 'static)) -> String {
    // Without a number it is a sentence of ours, or of a library.
    let Some((number, error)) = refused(error) else {
        return error.to_string();
    };
    let words = match error.kind() {
        ErrorKind::NotFound => "there is no such file",
        ErrorKind::PermissionDenied => "this account has no permission",
        ErrorKind::IsADirectory => "it is a directory",
        ErrorKind::NotADirectory => "a part of the path is no directory",
        ErrorKind::AlreadyExists => "it is there already",
        ErrorKind::StorageFull => "the disk is full",
        ErrorKind::QuotaExceeded => "the quota of the disk is used up",
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only",
        ErrorKind::BrokenPipe => "nobody reads it any more",
        ErrorKind::AddrInUse => "another program listens there",
        ErrorKind::AddrNotAvailable => "this machine has no such address",
        ErrorKind::ConnectionRefused => "nothing listens there",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => "the connection was cut",
        ErrorKind::TimedOut => "there was no answer in time",
        _ => return without_number(&error.to_string(), number),
    };
    words.to_owned()
}

/// The system's number and error, which a library may have wrapped.
fn refused<'a>(error: &'a (dyn Any + 'static)) -> Option<(i32, &'a Error)> {
    let Some(known) = error.downcast_ref::<Error>() else {
        return refused(error.source()?);
    };
    match known.raw_os_error() {
        Some(number) => Some((number, known)),
        // An error that carries another hides it from `source`.
        None => refused(known.get_ref()?),
    }
}

/// The system's own words without the number that stands behind them.
fn without_number(text: &str, number: i32) -> String {
    let end = format!(" (os error {number})");
    text.strip_suffix(&end).unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::io::Errno;

    #[test]
    fn no_number_of_the_operating_system_is_shown() {
        for number in 1..=133 {
            let told = system_error(&Error::from_raw_os_error(number));
            assert!(!told.contains("os error"), "{told}");
            assert!(!told.is_empty());
        }
        let missing = Error::from(Errno::NOENT);
        assert_eq!(system_error(&missing), "there is no such file");
        let links = Error::from(Errno::LOOP);
        assert_eq!(system_error(&links), "Too many levels of symbolic links");
    }

    #[test]
    fn a_refusal_is_found_in_what_libraries_made_of_it() {
        let refused = || Error::from(Errno::NOSPC);
        let wrapped = Error::other(refused());
        assert_eq!(system_error(&wrapped), "the disk is full");
        let twice = Error::other(wrapped);
        assert_eq!(system_error(&twice), "the disk is full");
    }

    #[test]
    fn a_sentence_of_our_own_is_left_as_it_is() {
        let ours = Error::new(ErrorKind::NotFound, "it belongs to somebody else");
        assert_eq!(system_error(&ours), "it belongs to somebody else");
    }
}
