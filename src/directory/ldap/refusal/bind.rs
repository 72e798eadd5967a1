//! Why a bind was refused.

use ldap3::LdapResult;

use super::wording::raw;
use crate::{
    directory::{
        DirectoryError,
        ldap::{
            connection::Link,
            control::{PolicyError, policy_error},
            result_code as code,
        },
    },
    operator::SignInRefusal,
};

/// The true reason of a refused sign-in; `None` when the answer is not about the account.
pub(in crate::directory::ldap) fn sign_in(result: &LdapResult) -> Option<SignInRefusal> {
    use SignInRefusal as Why;
    let text = result.text.to_ascii_lowercase();
    // 389 says "account locked" in the control of a disabled account too.
    match policy_error(&result.ctrls) {
        _ if text.contains("inactivated") => return Some(Why::Disabled),
        Some(PolicyError::AccountLocked) => return Some(Why::Locked),
        Some(PolicyError::PasswordExpired) => return Some(Why::Expired),
        Some(
            PolicyError::ChangeAfterReset
            | PolicyError::ModificationNotAllowed
            | PolicyError::MustSupplyOldPassword
            | PolicyError::InsufficientQuality
            | PolicyError::TooShort
            | PolicyError::TooYoung
            | PolicyError::InHistory
            | PolicyError::TooLong,
        )
        | None => {}
    }
    match result.rc {
        code::INVALID_CREDENTIALS => Some(match active_directory_code(&text) {
            Some("525") => Why::UnknownUser,
            Some("530" | "531") => Why::NotNow,
            Some("532") => Why::Expired,
            Some("533") => Why::Disabled,
            Some("701") => Why::AccountEnded,
            Some("773") => Why::MustChange,
            Some("775") => Why::Locked,
            _ => Why::WrongPassword,
        }),
        // 389 answers 19 for a lock and 53 for nsAccountLock; inappropriateAuthentication (48)
        // means that there is no password to compare with.
        code::CONSTRAINT => Some(Why::Locked),
        48 => Some(Why::NoPassword),
        code::NO_SUCH_OBJECT | 34 => Some(Why::UnknownUser),
        _ => None,
    }
}

/// Did Active Directory itself tell what stands in the way? It does so where a wrong password would
/// have been 52e, but for a lock (775), which it tells of any.
pub(in crate::directory::ldap) fn barred(result: &LdapResult) -> bool {
    let text = result.text.to_ascii_lowercase();
    result.rc == code::INVALID_CREDENTIALS
        && matches!(
            active_directory_code(&text),
            Some("530" | "531" | "532" | "533" | "701" | "773" | "775")
        )
}

/// The number after `data` in an Active Directory text: `…, data 52e, v1db1`.
fn active_directory_code(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("data ")?;
    let end = rest
        .find(|c: char| !c.is_ascii_hexdigit())
        .unwrap_or(rest.len());
    Some(&rest[..end])
}

/// The error when a connection opened anew for a signed-in operator is refused.
pub(in crate::directory::ldap) fn rebind(result: &LdapResult, link: &Link) -> DirectoryError {
    let message = match sign_in(result) {
        Some(SignInRefusal::Locked) => "your own account has been locked meanwhile",
        Some(SignInRefusal::Disabled) => "your own account has been disabled meanwhile",
        Some(SignInRefusal::Expired) => "your own password has expired meanwhile",
        Some(SignInRefusal::MustChange) => "your own password must be changed now",
        Some(SignInRefusal::AccountEnded) => "your own account has ended meanwhile",
        Some(SignInRefusal::NotYetValid) => "your own account is not valid yet",
        Some(SignInRefusal::NotNow) => "your own account may not sign in at this hour",
        Some(
            SignInRefusal::UnknownUser
            | SignInRefusal::WrongPassword
            | SignInRefusal::NoPassword
            | SignInRefusal::NowLocked
            | SignInRefusal::Delayed
            | SignInRefusal::Undisclosed,
        )
        | None => "your password is not taken any more",
    };
    DirectoryError::Unavailable {
        message: format!("{}: {message}", link.server),
        cure: "Sign out and in again.".into(),
        raw: raw(result),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(rc: u32, text: &str) -> Option<SignInRefusal> {
        sign_in(&LdapResult {
            rc,
            matched: String::new(),
            text: text.into(),
            refs: Vec::new(),
            ctrls: Vec::new(),
        })
    }

    /// What is told openly must have been told by the server itself, of the right password alone.
    #[test]
    fn only_what_active_directory_tells_of_the_right_password_is_told_openly() {
        let told = |rc, text: &str| {
            barred(&LdapResult {
                rc,
                matched: String::new(),
                text: text.into(),
                refs: Vec::new(),
                ctrls: Vec::new(),
            })
        };
        for data in ["530", "531", "532", "533", "701", "773", "775"] {
            assert!(told(
                49,
                &format!("AcceptSecurityContext error, data {data}, v1db1")
            ));
        }
        for data in ["525", "52e"] {
            assert!(!told(
                49,
                &format!("AcceptSecurityContext error, data {data}, v1db1")
            ));
        }
        assert!(!told(49, ""));
        assert!(!told(53, "data 773"));
    }

    #[test]
    fn every_servers_way_of_refusing_a_sign_in_has_its_reason() {
        use SignInRefusal as Why;
        let ad = |data: &str| {
            let text = format!(
                "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data {data}, v1db1"
            );
            reason(49, &text)
        };
        assert_eq!(ad("525"), Some(Why::UnknownUser));
        assert_eq!(ad("52e"), Some(Why::WrongPassword));
        assert_eq!(ad("533"), Some(Why::Disabled));
        assert_eq!(ad("530"), Some(Why::NotNow));
        assert_eq!(ad("532"), Some(Why::Expired));
        assert_eq!(ad("701"), Some(Why::AccountEnded));
        assert_eq!(ad("773"), Some(Why::MustChange));
        assert_eq!(ad("775"), Some(Why::Locked));
        assert_eq!(reason(49, ""), Some(Why::WrongPassword));
        assert_eq!(
            reason(
                19,
                "Exceed password retry limit. Contact system administrator to reset."
            ),
            Some(Why::Locked)
        );
        assert_eq!(
            reason(53, "Account inactivated. Contact system administrator."),
            Some(Why::Disabled)
        );
        assert_eq!(
            reason(51, "busy"),
            None,
            "a busy server says nothing about the account"
        );
    }
}
