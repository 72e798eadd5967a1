//! The flags of an account in Active Directory (MS-ADTS 2.2.16, 3.1.1.4.5).

use super::entry::Entry;

/// `userAccountControl`: disabled.
pub(super) const DISABLED: i64 = 0x2;
/// `userAccountControl`: the password never expires; must-change has no effect then.
pub(super) const NEVER_EXPIRES: i64 = 0x1_0000;
/// `userAccountControl`: a smart card is required.
pub(super) const SMART_CARD: i64 = 0x4_0000;
/// `userAccountControl`: trust accounts of a domain, of a computer, of a domain controller.
const TRUSTS: i64 = 0x800 | 0x1000 | 0x2000;
/// `sAMAccountType` of a user; machines and trusts have others, though they are of the class user too.
const NORMAL_USER: i64 = 0x3000_0000;
/// The relative identifier of `krbtgt` (MS-DTYP 2.4.2.4).
const KRBTGT: u32 = 502;
/// `msDS-User-Account-Control-Computed`: locked out now.
pub(super) const COMPUTED_LOCKED: i64 = 0x10;

/// The flags that are stored.
pub(super) fn account_control(entry: &Entry) -> Option<i64> {
    entry.number("userAccountControl")
}

/// Why an entry is not a user though it looks like one: the domain's own accounts.
///
/// A new password for `krbtgt` makes every ticket of the domain void, one for a machine or a trust
/// takes it out of the domain.
pub(super) fn not_a_user(entry: &Entry) -> Option<&'static str> {
    let flags = account_control(entry).unwrap_or(0);
    let kind = entry.number("sAMAccountType");
    if flags & TRUSTS != 0 || kind.is_some_and(|kind| kind != NORMAL_USER) {
        return Some("the account of a computer, of a service or of a trust between domains");
    }
    let is_krbtgt = relative_identifier(entry) == Some(KRBTGT)
        || entry.has("msDS-SecondaryKrbTgtNumber")
        || entry
            .text("sAMAccountName")
            .is_some_and(|name| name.eq_ignore_ascii_case("krbtgt"));
    is_krbtgt.then_some("krbtgt, whose password is the key of every Kerberos ticket in the domain")
}

/// The last four bytes of a security identifier (MS-DTYP 2.4.2.2).
fn relative_identifier(entry: &Entry) -> Option<u32> {
    let sid = entry.bytes("objectSid")?;
    let last = sid.get(sid.len().checked_sub(4)?..)?;
    Some(u32::from_le_bytes(last.try_into().ok()?))
}

/// The flags that the server works out. `lockoutTime` alone does not prove a lock.
pub(super) fn computed(entry: &Entry) -> Option<i64> {
    entry.number("msDS-User-Account-Control-Computed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domains_own_accounts_are_no_users() {
        let why = |attributes: &[(&str, &[&str])]| {
            not_a_user(&Entry::for_test("CN=a", attributes)).is_some()
        };
        let user = ("sAMAccountType", &["805306368"][..]);
        assert!(!why(&[user, ("sAMAccountName", &["E1042"])]));
        assert!(why(&[user, ("sAMAccountName", &["KRBTGT"])]));
        // A read-only domain controller has one of its own.
        let own = ("msDS-SecondaryKrbTgtNumber", &["31234"][..]);
        assert!(why(&[user, ("sAMAccountName", &["krbtgt_31234"]), own]));
        assert!(why(&[("sAMAccountType", &["805306369"])]), "a machine");
        assert!(why(&[("sAMAccountType", &["805306370"])]), "a trust");
        assert!(why(&[user, ("userAccountControl", &["4096"])]), "a machine");
        assert!(!why(&[]), "what cannot be read is not held against anybody");
    }
}
