//! Bearer tokens (RFC 6750).

use zeroize::Zeroizing;

/// A bearer token.
pub(super) type Token = Zeroizing<String>;
