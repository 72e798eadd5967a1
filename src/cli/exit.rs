//! Exit codes.

/// How the program ends. Scripts may rely on the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Something else went wrong: a file, the terminal, a fault of the program.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// The configuration cannot be used.
    Configuration = 3,
    /// The operator's sign-in was refused.
    SignIn = 4,
    /// The operator may not do that.
    Permission = 5,
    /// The password policy or the profile refused it.
    Policy = 6,
    /// No such user.
    NotFound = 7,
    /// More than one user matches.
    Ambiguous = 8,
    /// Somebody else changed the user in between, or the ID or email is taken.
    Conflict = 9,
    /// The store or the audit cannot be used.
    Store = 10,
    /// The directory cannot be reached or does not answer.
    Unavailable = 11,
    /// It is not known whether it happened: look before you try again.
    Unknown = 12,
    /// Done in part or not proved, or done and the user still cannot sign in; the receipt says
    /// which.
    Partial = 13,
    /// The answer is no: the password does not sign in, the audit or the store has faults.
    No = 14,
    /// It is not sure who is calling, and the site wants that first.
    Caller = 15,
    /// Interrupted.
    Interrupted = 130,
}

impl Exit {
    /// Every code with its word (`error.kind` in JSON) and its meaning, for the documentation.
    pub const TABLE: [(Self, &'static str, &'static str); 17] = [
        (Self::Done, "done", "Done."),
        (
            Self::Failed,
            "failed",
            "Something else went wrong: a file, the terminal, a fault of the program.",
        ),
        (Self::Usage, "usage", "The command line makes no sense."),
        (
            Self::Configuration,
            "configuration",
            "The configuration cannot be used.",
        ),
        (
            Self::SignIn,
            "sign_in",
            "The operator's sign-in was refused.",
        ),
        (
            Self::Permission,
            "permission",
            "The operator may not do that.",
        ),
        (
            Self::Policy,
            "policy",
            "The password policy or the profile refused it.",
        ),
        (Self::NotFound, "not_found", "No such user."),
        (Self::Ambiguous, "ambiguous", "More than one user matches."),
        (
            Self::Conflict,
            "conflict",
            "Somebody else changed the user in between, or the ID or email is taken.",
        ),
        (
            Self::Store,
            "store",
            "The store or the audit cannot be used.",
        ),
        (
            Self::Unavailable,
            "unavailable",
            "The directory cannot be reached or does not answer.",
        ),
        (
            Self::Unknown,
            "unknown",
            "It is not known whether it happened: look before you try again.",
        ),
        (
            Self::Partial,
            "partial",
            "Done in part, or not proved, or done and the user still cannot sign in; the receipt says which.",
        ),
        (
            Self::No,
            "no",
            "The answer is no: the password does not sign in, the audit or the store has faults.",
        ),
        (
            Self::Caller,
            "caller",
            "It is not sure who is calling, and the site wants that first.",
        ),
        (Self::Interrupted, "interrupted", "Interrupted."),
    ];

    /// The number.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The word of the code, `error.kind` in JSON.
    pub fn word(self) -> &'static str {
        Self::TABLE
            .iter()
            .find(|(exit, ..)| *exit == self)
            .map_or("failed", |(_, word, _)| word)
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_and_word_is_in_the_table_once() {
        let codes: HashSet<_> = Exit::TABLE.iter().map(|(exit, ..)| exit.code()).collect();
        let words: HashSet<_> = Exit::TABLE.iter().map(|(_, word, _)| word).collect();
        assert_eq!((codes.len(), words.len()), (17, 17));
    }
}
