//! Controls: the ones that are sent, and the answers of those that are read.

use ldap3::{
    SearchEntry,
    asn1::{PL, StructureTag, parse_tag},
    controls::{Assertion, Control, PostRead, PostReadResp, RawControl},
    ldap_escape,
};

/// OID of the password policy control (draft-behera-ldap-password-policy).
pub(super) const PASSWORD_POLICY: &str = "1.3.6.1.4.1.42.2.27.8.5.1";
/// OID of the account usability control.
pub(super) const ACCOUNT_USABILITY: &str = "1.3.6.1.4.1.42.2.27.9.5.8";
/// OIDs of the policy hints control, newer first (MS-ADTS 3.1.1.3.4.1.28).
pub(super) const POLICY_HINTS: [&str; 2] = ["1.2.840.113556.1.4.2239", "1.2.840.113556.1.4.2066"];
/// 389 says by this that the password must be changed.
const PASSWORD_EXPIRED: &str = "2.16.840.1.113730.3.4.4";

/// OID of the assertion control (RFC 4528).
pub(super) const ASSERTION: &str = "1.3.6.1.1.12";
/// OID of the post-read control (RFC 4527).
pub(super) const POST_READ: &str = "1.3.6.1.1.13.2";

fn plain(oid: &str) -> RawControl {
    RawControl {
        ctype: oid.into(),
        crit: false,
        val: None,
    }
}

/// Asks for the cause behind a refusal.
pub(super) fn password_policy() -> RawControl {
    plain(PASSWORD_POLICY)
}

/// Lets the write happen only while the attribute has this value.
pub(super) fn while_it_is(attribute: &str, value: &str) -> RawControl {
    let mut control = Assertion::new(format!("({attribute}={})", ldap_escape(value)));
    control.crit = true;
    control
}

/// Asks for the attributes as the write leaves them, in its answer.
pub(super) fn post_read(attributes: &[&str]) -> RawControl {
    PostRead::new(attributes.to_vec())
}

/// The attributes that [`post_read`] asked for.
pub(super) fn read_after(controls: &[Control]) -> Option<SearchEntry> {
    let Control(_, raw) = controls
        .iter()
        .find(|Control(_, raw)| raw.ctype == POST_READ)?;
    if raw.val.as_ref()?.len() > LONGEST {
        return None;
    }
    let parsed = std::panic::catch_unwind(|| raw.parse::<PostReadResp>()).ok()?;
    Some(SearchEntry {
        dn: String::new(),
        attrs: parsed.attrs,
        bin_attrs: parsed.bin_attrs,
    })
}

/// Asks for a user's state.
pub(super) fn account_usability() -> RawControl {
    plain(ACCOUNT_USABILITY)
}

/// Asks Active Directory for the access control list of an entry and not for its owner, which
/// fewer may read: `SEQUENCE { INTEGER 4 }` (MS-ADTS 3.1.1.3.4.1.11).
pub(super) fn access_list_only() -> RawControl {
    RawControl {
        ctype: "1.2.840.113556.1.4.801".into(),
        crit: false,
        val: Some(vec![0x30, 3, 2, 1, 4]),
    }
}

/// Asks Active Directory to enforce the history on a reset: `SEQUENCE { INTEGER 1 }`.
pub(super) fn policy_hints(oid: &str) -> RawControl {
    RawControl {
        ctype: oid.into(),
        crit: true,
        val: Some(vec![0x30, 0x84, 0, 0, 0, 3, 2, 1, 1]),
    }
}

/// Errors of the password policy control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PolicyError {
    PasswordExpired,
    AccountLocked,
    ChangeAfterReset,
    ModificationNotAllowed,
    MustSupplyOldPassword,
    InsufficientQuality,
    TooShort,
    TooYoung,
    InHistory,
    TooLong,
}

impl PolicyError {
    const fn from_code(code: i64) -> Option<Self> {
        Some(match code {
            0 => Self::PasswordExpired,
            1 => Self::AccountLocked,
            2 => Self::ChangeAfterReset,
            3 => Self::ModificationNotAllowed,
            4 => Self::MustSupplyOldPassword,
            5 => Self::InsufficientQuality,
            6 => Self::TooShort,
            7 => Self::TooYoung,
            8 => Self::InHistory,
            9 => Self::TooLong,
            _ => return None,
        })
    }
}

/// Every control whose answer is read here, with `value`.
#[cfg(feature = "fuzz")]
pub(super) fn all_with(value: &[u8]) -> Vec<Control> {
    [PASSWORD_POLICY, ACCOUNT_USABILITY, PASSWORD_EXPIRED]
        .into_iter()
        .map(|oid| {
            let mut raw = plain(oid);
            raw.val = Some(value.to_vec());
            Control(None, raw)
        })
        .collect()
}

fn value<'a>(controls: &'a [Control], oid: &str) -> Option<&'a [u8]> {
    controls
        .iter()
        .find(|Control(_, raw)| raw.ctype == oid)?
        .1
        .val
        .as_deref()
}

/// Longer than any value that is read here. The reader of BER calls itself for each level, so a long
/// value could be nested deeper than the stack is.
const LONGEST: usize = 1024;

fn parse(bytes: &[u8]) -> Option<StructureTag> {
    if bytes.len() > LONGEST {
        return None;
    }
    parse_tag(bytes).ok().map(|(_, tag)| tag)
}

fn children(tag: StructureTag) -> Vec<StructureTag> {
    match tag.payload {
        PL::C(children) => children,
        PL::P(_) => Vec::new(),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is another crate's, and what is not named is handled alike"
)]
fn integer(tag: &StructureTag) -> Option<i64> {
    match &tag.payload {
        PL::P(bytes) if (1..=8).contains(&bytes.len()) => {
            let sign = if bytes[0] & 0x80 == 0 { 0 } else { -1 };
            Some(bytes.iter().fold(sign, |n, &b| n << 8 | i64::from(b)))
        }
        _ => None,
    }
}

/// The error in the answer to [`password_policy`].
pub(super) fn policy_error(controls: &[Control]) -> Option<PolicyError> {
    let sequence = parse(value(controls, PASSWORD_POLICY)?)?;
    children(sequence)
        .iter()
        .find(|tag| tag.id == 1)
        .and_then(integer)
        .and_then(PolicyError::from_code)
}

/// How many sign-ins a bind left to a password that has expired (`graceAuthNsRemaining`).
pub(super) fn grace(controls: &[Control]) -> Option<u32> {
    let sequence = parse(value(controls, PASSWORD_POLICY)?)?;
    let warning = children(sequence).into_iter().find(|tag| tag.id == 0)?;
    let left = children(warning).into_iter().find(|tag| tag.id == 1)?;
    integer(&left).and_then(|left| u32::try_from(left).ok())
}

/// Did a bind say that the password must be changed?
pub(super) fn must_change(controls: &[Control]) -> bool {
    policy_error(controls) == Some(PolicyError::ChangeAfterReset)
        || controls
            .iter()
            .any(|Control(_, raw)| raw.ctype == PASSWORD_EXPIRED)
}

/// What the account usability control says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "the flags of the control")]
pub(super) struct Usability {
    /// The user could sign in.
    pub(super) usable: bool,
    /// Seconds until the password expires, where it does.
    pub(super) expires_in: Option<i64>,
    /// Locked or disabled.
    pub(super) inactive: bool,
    /// Must change.
    pub(super) reset: bool,
    /// The password has expired.
    pub(super) expired: bool,
    /// Seconds until the lock opens by itself.
    pub(super) unlocks_in: Option<i64>,
}

/// Reads the answer to [`account_usability`].
pub(super) fn usability(controls: &[Control]) -> Option<Usability> {
    let tag = parse(value(controls, ACCOUNT_USABILITY)?)?;
    if tag.id == 0 {
        return Some(Usability {
            usable: true,
            expires_in: integer(&tag).filter(|&seconds| seconds > 0),
            ..Usability::default()
        });
    }
    let mut answer = Usability::default();
    for part in children(tag) {
        let number = integer(&part);
        let flag = number.is_some_and(|n| n != 0);
        match part.id {
            0 => answer.inactive = flag,
            1 => answer.reset = flag,
            2 => answer.expired = flag,
            4 => answer.unlocks_in = number.filter(|&seconds| seconds > 0),
            _ => {}
        }
    }
    Some(answer)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answer(oid: &str, bytes: &[u8]) -> Vec<Control> {
        vec![Control(
            None,
            RawControl {
                ctype: oid.into(),
                crit: false,
                val: Some(bytes.to_vec()),
            },
        )]
    }

    #[test]
    fn the_policy_control_names_the_cause_behind_a_19() {
        let too_short = answer(PASSWORD_POLICY, &[0x30, 3, 0x81, 1, 6]);
        assert_eq!(policy_error(&too_short), Some(PolicyError::TooShort));
        let nothing = answer(PASSWORD_POLICY, &[0x30, 0]);
        assert_eq!(policy_error(&nothing), None);
        // timeBeforeExpiration of 300 s is a warning, not an error.
        let warning = answer(PASSWORD_POLICY, &[0x30, 6, 0xa0, 4, 0x80, 2, 1, 0x2c]);
        assert_eq!(policy_error(&warning), None);
        assert_eq!(grace(&warning), None);
        let left = answer(PASSWORD_POLICY, &[0x30, 5, 0xa0, 3, 0x81, 1, 2]);
        assert_eq!((grace(&left), policy_error(&left)), (Some(2), None));
        let reset = answer(PASSWORD_POLICY, &[0x30, 3, 0x81, 1, 2]);
        assert!(must_change(&reset));
        assert!(must_change(&answer(PASSWORD_EXPIRED, b"0")));
    }

    #[test]
    fn account_usability_tells_locks_and_expiry_apart() {
        let usable = answer(ACCOUNT_USABILITY, &[0x80, 2, 0x0e, 0x10]);
        assert_eq!(
            usability(&usable),
            Some(Usability {
                usable: true,
                expires_in: Some(3600),
                ..Usability::default()
            })
        );
        let locked = answer(
            ACCOUNT_USABILITY,
            &[0xa1, 10, 0x80, 1, 0xff, 0x81, 1, 0, 0x84, 2, 0, 60],
        );
        let state = usability(&locked).expect("an answer");
        assert!(state.inactive && !state.reset && !state.usable);
        assert_eq!(state.unlocks_in, Some(60));
    }

    #[test]
    fn a_value_nested_deeper_than_the_stack_is_not_read() {
        let mut nested = Vec::new();
        for level in (0..200_000_u32).rev() {
            nested.extend([0x30, 0x84]);
            nested.extend((level * 6).to_be_bytes());
        }
        assert_eq!(policy_error(&answer(PASSWORD_POLICY, &nested)), None);
        assert_eq!(usability(&answer(ACCOUNT_USABILITY, &nested)), None);
    }

    proptest! {
        #[test]
        fn no_control_value_makes_the_readers_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = policy_error(&answer(PASSWORD_POLICY, &bytes));
            let _ = grace(&answer(PASSWORD_POLICY, &bytes));
            let _ = read_after(&answer(POST_READ, &bytes));
            let _ = usability(&answer(ACCOUNT_USABILITY, &bytes));
        }
    }
}
