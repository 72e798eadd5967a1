//! The flags of an account in Active Directory (MS-ADTS 2.2.16, 3.1.1.4.5).

use super::entry::Entry;

/// `userAccountControl`: disabled.
pub(super) const DISABLED: i64 = 0x2;
/// `userAccountControl`: the password never expires; must-change has no effect then.
pub(super) const NEVER_EXPIRES: i64 = 0x1_0000;
/// `userAccountControl`: a smart card is required.
pub(super) const SMART_CARD: i64 = 0x4_0000;
/// `msDS-User-Account-Control-Computed`: locked out now.
pub(super) const COMPUTED_LOCKED: i64 = 0x10;

/// The flags that are stored.
pub(super) fn account_control(entry: &Entry) -> Option<i64> {
    entry.number("userAccountControl")
}

/// The flags that the server works out. `lockoutTime` alone does not prove a lock.
pub(super) fn computed(entry: &Entry) -> Option<i64> {
    entry.number("msDS-User-Account-Control-Computed")
}
