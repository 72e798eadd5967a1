//! What a user's fields may hold.

use unicode_normalization::char::is_combining_mark as is_mark;

use crate::{
    directory::{
        DirectoryError, NewUser, Provisioned, UserAttribute,
        user_change::refuse_an_end_before_the_beginning,
    },
    permission::Role,
    text,
};

/// Longest ID, in characters.
const LONGEST_ID: usize = 64;
/// Longest email, in characters (RFC 5321, 4.5.3.1.3, less the brackets).
const LONGEST_EMAIL: usize = 254;
/// Longest handle of a provisioning client, in characters.
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
        login: tidy(Id, &new.login, LONGEST_ID)?,
        email: tidy(Email, &new.email, LONGEST_EMAIL)?,
        given_name: tidy(GivenName, &new.given_name, LONGEST_NAME)?,
        family_name: tidy(FamilyName, &new.family_name, LONGEST_NAME)?,
        details: new.details.checked().map_err(DirectoryError::of_detail)?,
        role: new.role.clone(),
        ..*new
    };
    if let Role::Named(name) = &new.role {
        return Err(invalid(None, &format!("there is no role {name}")));
    }
    refuse_an_end_before_the_beginning(new.valid_from, new.valid_until)?;
    if new.login.is_empty() {
        return Err(invalid(Some(Id), "the ID is missing"));
    }
    if new.login.contains(char::is_whitespace) {
        return Err(invalid(Some(Id), "the ID cannot hold a space"));
    }
    if new.given_name.is_empty() && new.family_name.is_empty() {
        return Err(invalid(Some(FamilyName), "the name is missing"));
    }
    // Two people whom nobody can tell apart on a screen.
    for (attribute, text) in [(Id, &new.login), (Email, &new.email)] {
        if let Some(hidden) = text.chars().find(|char| text::is_hidden(*char)) {
            let code = u32::from(hidden);
            let sentence = format!(
                "the {} holds an invisible character (U+{code:04X})",
                attribute.word()
            );
            return Err(invalid(Some(attribute), &sentence));
        }
    }
    if !new.email.is_empty() && !is_mailbox(&new.email) {
        return Err(invalid(
            Some(Email),
            "the email is not an address such as name@example.org",
        ));
    }
    Ok(new)
}

/// `Local-part "@" Domain` of RFC 5321 section 4.1.2, with the letters of RFC 6531; no quoted local
/// part and no address literal, which nobody gives to people.
fn is_mailbox(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else {
        return false;
    };
    let atom = |text: &str| {
        !text.is_empty()
            && text.chars().all(|char| {
                char.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(char) || is_mark(char)
            })
    };
    let label = |text: &str| {
        !text.is_empty()
            && text.len() <= 63
            && !text.starts_with('-')
            && !text.ends_with('-')
            && text
                .chars()
                .all(|char| char.is_alphanumeric() || char == '-' || is_mark(char))
    };
    local.len() <= 64 && local.split('.').all(atom) && domain.split('.').all(label)
}

/// What only provisioning clients write: their handle as it is.
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
    Ok(new.clone())
}

fn tidy(attribute: UserAttribute, text: &str, longest: usize) -> Result<String, DirectoryError> {
    text::one_line(&format!("the {}", attribute.word()), text, longest)
        .map_err(|sentence| invalid(Some(attribute), &sentence))
}

fn invalid(attribute: Option<UserAttribute>, sentence: &str) -> DirectoryError {
    DirectoryError::Invalid {
        attribute,
        message: sentence.into(),
    }
}
