//! What a user's fields may hold.

use unicode_normalization::UnicodeNormalization;

use crate::directory::{DirectoryError, NewUser, Provisioned, UserAttribute};

/// Longest ID, in characters.
const LONGEST_ID: usize = 64;
/// Longest email, in characters (RFC 5321, 4.5.3.1.3, less the brackets).
const LONGEST_EMAIL: usize = 254;
/// Longest handle of a provisioning client, and longest display name, in characters.
const LONGEST_HANDLE: usize = 256;
/// Longest given or family name, in characters.
const LONGEST_NAME: usize = 100;

/// The user trimmed and as NFC, when every field can be stored.
///
/// # Errors
/// [`DirectoryError::Invalid`] names the field.
pub(super) fn checked(new: &NewUser) -> Result<NewUser, DirectoryError> {
    use UserAttribute::{Email, FamilyName, GivenName, Id};
    let new = NewUser {
        login: tidy(Id.word(), Some(Id), &new.login, LONGEST_ID)?,
        email: tidy(Email.word(), Some(Email), &new.email, LONGEST_EMAIL)?,
        given_name: tidy(
            GivenName.word(),
            Some(GivenName),
            &new.given_name,
            LONGEST_NAME,
        )?,
        family_name: tidy(
            FamilyName.word(),
            Some(FamilyName),
            &new.family_name,
            LONGEST_NAME,
        )?,
        ..*new
    };
    if new.login.is_empty() {
        return Err(invalid(Some(Id), "the ID is missing"));
    }
    if new.login.contains(char::is_whitespace) {
        return Err(invalid(Some(Id), "the ID cannot hold a space"));
    }
    if new.given_name.is_empty() && new.family_name.is_empty() {
        return Err(invalid(Some(FamilyName), "the name is missing"));
    }
    let looks_like_email = match new.email.rsplit_once('@') {
        Some((before, after)) => !before.is_empty() && !after.is_empty(),
        None => new.email.is_empty(),
    };
    if !looks_like_email || new.email.contains(char::is_whitespace) {
        return Err(invalid(
            Some(Email),
            "the email is not an address such as name@example.org",
        ));
    }
    Ok(new)
}

/// What only provisioning clients write: their handle as it is, the display name tidied.
///
/// # Errors
/// [`DirectoryError::Invalid`].
pub(super) fn provisioned(new: &Provisioned) -> Result<Provisioned, DirectoryError> {
    let handle = new.external_id.as_deref().unwrap_or_default();
    if handle.chars().count() > LONGEST_HANDLE || handle.chars().any(char::is_control) {
        return Err(DirectoryError::invalid(format!(
            "the external id holds control characters or is longer than {LONGEST_HANDLE} characters"
        )));
    }
    let display_name = new
        .display_name
        .as_deref()
        .map(|name| tidy("display name", None, name, LONGEST_HANDLE))
        .transpose()?;
    Ok(Provisioned {
        display_name,
        ..new.clone()
    })
}

fn tidy(
    name: &str,
    attribute: Option<UserAttribute>,
    text: &str,
    longest: usize,
) -> Result<String, DirectoryError> {
    let text: String = text.trim().nfc().collect();
    if text.chars().any(char::is_control) {
        return Err(invalid(
            attribute,
            &format!("the {name} holds a control character"),
        ));
    }
    if text.chars().count() > longest {
        return Err(invalid(
            attribute,
            &format!("the {name} is longer than {longest} characters"),
        ));
    }
    Ok(text)
}

fn invalid(attribute: Option<UserAttribute>, sentence: &str) -> DirectoryError {
    DirectoryError::Invalid {
        attribute,
        message: sentence.into(),
    }
}
