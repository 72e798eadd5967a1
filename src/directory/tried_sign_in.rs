//! What came of a sign-in as somebody, tried to prove a password.

/// What a sign-in as somebody came to. Each sentence is the directory's own or says what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TriedSignIn {
    /// The password let the user in.
    SignedIn,
    /// The password is not the right one.
    Wrong(String),
    /// The password is right, and something else keeps the user out.
    KeptOut(String),
    /// It was refused, which may be the password or something else.
    Refused(String),
    /// It could not be tried, or its answer says neither.
    Untold(String),
}
