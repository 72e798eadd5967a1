//! What users sign in with: the ID and the email, unique over both together.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{index::Row, read};
use crate::{
    directory::{DirectoryError, NewUser, UserAttribute},
    permission::Reach,
    store::StoreError,
    text,
};

/// What somebody signs in with, as it is looked up: IDs and emails that differ in letter case alone
/// are the same.
pub fn sign_in_name(typed: &str) -> String {
    text::comparable(typed.trim()).into_owned()
}

pub(super) fn row_of_sign_in_name(
    connection: &Connection,
    name: &str,
) -> Result<Option<Row>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT row FROM sign_in_names WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?)
}

/// Claims the ID and the email of a user; says whose they are when they are taken.
pub(super) fn claim_names(
    transaction: &Transaction<'_>,
    row: Row,
    new: &NewUser,
) -> Result<Option<Taken>, StoreError> {
    let mut claim = transaction
        .prepare_cached("INSERT OR IGNORE INTO sign_in_names (name, row) VALUES (?1, ?2)")?;
    if let Some(alike) = in_latin(&new.login)
        && let Some(owner) = row_of_sign_in_name(transaction, &sign_in_name(&alike))?
        && owner != row
    {
        return Ok(Some(Taken {
            attribute: UserAttribute::Id,
            name: new.login.clone(),
            owner,
            only_looks: true,
        }));
    }
    for (attribute, name) in [
        (UserAttribute::Id, &new.login),
        (UserAttribute::Email, &new.email),
    ] {
        let key = sign_in_name(name);
        if key.is_empty() || claim.execute(params![key, row])? > 0 {
            continue;
        }
        // The owner is the user where ID and email are one and the same.
        let owner = row_of_sign_in_name(transaction, &key)?;
        if let Some(owner) = owner.filter(|owner| *owner != row) {
            return Ok(Some(Taken {
                attribute,
                name: name.clone(),
                owner,
                only_looks: false,
            }));
        }
    }
    Ok(None)
}

/// The ASCII text that `name` looks like, where it is not that text itself. What looks like `1` and
/// like a letter alike is read as the letter.
fn in_latin(name: &str) -> Option<String> {
    let latin: String = name
        .chars()
        .map(|char| match text::ascii_look_alike(char) {
            Some('1') => 'i',
            Some(ascii) => ascii,
            None => char,
        })
        .collect();
    (latin != name).then_some(latin)
}

/// An ID or email that somebody else signs in with.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) attribute: UserAttribute,
    pub(super) name: String,
    pub(super) owner: Row,
    /// It is not the same, but nobody could tell the two apart.
    pub(super) only_looks: bool,
}

impl Taken {
    /// The same where the owner stands in another line of the same roster.
    pub(super) fn in_line(&self, line: u64) -> String {
        let verb = if self.only_looks {
            "looks like the one"
        } else {
            "stands"
        };
        let already = if self.only_looks { "" } else { " already" };
        format!(
            "{} {} {verb} in line {line}{already}",
            self.attribute.word(),
            self.name
        )
    }

    /// "ID E1042 is taken by Maria Vasquez (E1042)"; whoever reaches only `reach` learns of others that
    /// the name is taken, and not by whom.
    pub(super) fn error(
        &self,
        connection: &Connection,
        reach: &Reach,
    ) -> Result<DirectoryError, DirectoryError> {
        let owner = read::user(connection, self.owner)?;
        let by = if owner.is_reached_by(reach) {
            format!("{} ({})", owner.name(), owner.login)
        } else {
            "an account that your role does not reach".to_owned()
        };
        let verb = if self.only_looks {
            "looks like that of"
        } else {
            "is taken by"
        };
        Ok(DirectoryError::Taken {
            attribute: Some(self.attribute),
            message: format!("{} {} {verb} {by}", self.attribute.word(), self.name),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::in_latin;

    #[test]
    fn a_name_in_letters_that_look_like_ascii_ones_is_read_as_those() {
        for (name, latin) in [
            ("ЕЗ", Some("e3")),
            ("І7", Some("i7")),
            ("Αda", Some("ada")),
            ("Ꭼ1", Some("e1")),
        ] {
            assert_eq!(in_latin(name).as_deref(), latin, "{name}");
        }
        for name in ["E1042", "Zoë", "小林"] {
            assert_eq!(in_latin(name), None, "{name}");
        }
    }
}
