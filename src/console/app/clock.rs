//! Time as the core sees it: a number that comes with each message.

/// Milliseconds on a clock that only runs forward.
pub type Millis = u64;
