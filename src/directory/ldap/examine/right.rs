//! What an operator needs, by flavour.

/// What is done with an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
    /// The extended right to set a password (Active Directory).
    Reset,
}

/// Something that an operator needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Right {
    /// "set passwords".
    pub(super) what: &'static str,
    pub(super) access: Access,
    pub(super) attributes: &'static [&'static str],
}

/// Is it held?
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Held {
    Yes,
    /// Not on these attributes.
    No(Vec<&'static str>),
    /// Why it cannot be told.
    Unknown(String),
}

const fn right(what: &'static str, access: Access, attributes: &'static [&'static str]) -> Right {
    Right {
        what,
        access,
        attributes,
    }
}

pub(super) const OPENLDAP: &[Right] = &[
    right("set passwords", Access::Write, &["userPassword"]),
    right(
        "demand a change at the next sign-in",
        Access::Write,
        &["pwdReset"],
    ),
    right("unlock", Access::Write, &["pwdAccountLockedTime"]),
    right("see locks", Access::Read, &["pwdAccountLockedTime"]),
    right("see must-change", Access::Read, &["pwdReset"]),
    right("see a reset take effect", Access::Read, &["pwdChangedTime"]),
];

pub(super) const DS389: &[Right] = &[
    right("set passwords", Access::Write, &["userPassword"]),
    right(
        "unlock",
        Access::Write,
        &[
            "passwordRetryCount",
            "retryCountResetTime",
            "accountUnlockTime",
        ],
    ),
    right(
        "see locks",
        Access::Read,
        &["nsAccountLock", "passwordRetryCount", "accountUnlockTime"],
    ),
    right(
        "see must-change and expiry",
        Access::Read,
        &["pwdReset", "passwordExpirationTime", "pwdPolicySubentry"],
    ),
    right(
        "see a reset take effect",
        Access::Read,
        &["pwdUpdateTime", "nsUniqueId", "modifyTimestamp"],
    ),
];

pub(super) const FREEIPA: &[Right] = &[
    right(
        "set passwords",
        Access::Write,
        &["userPassword", "krbPrincipalKey"],
    ),
    right(
        "unlock",
        Access::Write,
        &["krbLastAdminUnlock", "krbLoginFailedCount"],
    ),
    right(
        "see locks",
        Access::Read,
        &[
            "nsAccountLock",
            "krbLoginFailedCount",
            "krbLastFailedAuth",
            "krbLastAdminUnlock",
        ],
    ),
    right(
        "see must-change, expiry and a reset take effect",
        Access::Read,
        &[
            "krbPasswordExpiration",
            "krbPrincipalExpiration",
            "krbLastPwdChange",
        ],
    ),
];

pub(super) const ACTIVE_DIRECTORY: &[Right] = &[
    right("set passwords", Access::Reset, &["unicodePwd"]),
    right(
        "demand a change at the next sign-in",
        Access::Write,
        &["pwdLastSet"],
    ),
    right("unlock", Access::Write, &["lockoutTime"]),
    right(
        "see locks and expiry",
        Access::Read,
        &[
            "msDS-User-Account-Control-Computed",
            "userAccountControl",
            "pwdLastSet",
        ],
    ),
    right(
        "see a reset take effect",
        Access::Read,
        &["msDS-KeyVersionNumber", "objectGUID"],
    ),
];
