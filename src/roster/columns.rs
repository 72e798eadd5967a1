//! Which column is what.

use csv::ByteRecord;

use crate::{directory::NewUser, permission::Role, user::AccountKind};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Id,
    Email,
    Name,
    Given,
    Family,
    Kind,
    Role,
    Active,
}

/// Names of columns as headings have them, letters and digits only, in lower case.
const NAMES: &[(Column, &[&str])] = &[
    (
        Column::Id,
        &[
            "id",
            "login",
            "badge",
            "badgenumber",
            "badgeno",
            "employeeid",
            "employeenumber",
            "userid",
            "username",
            "user",
            "uid",
            "customernumber",
            "customerid",
            "number",
        ],
    ),
    (
        Column::Email,
        &["email", "mail", "emailaddress", "mailaddress", "address"],
    ),
    (Column::Name, &["name", "fullname", "displayname"]),
    (
        Column::Given,
        &["given", "givenname", "first", "firstname", "forename"],
    ),
    (
        Column::Family,
        &["family", "familyname", "last", "lastname", "surname"],
    ),
    (Column::Kind, &["kind", "type", "usertype", "accounttype"]),
    (Column::Role, &["role"]),
    (Column::Active, &["active", "enabled", "status", "state"]),
];

/// Headings that hold a password; never taken.
const PASSWORDS: &[&str] = &[
    "password",
    "pass",
    "passwd",
    "pwd",
    "pin",
    "secret",
    "passwordhash",
    "initialpassword",
    "temporarypassword",
    "userpassword",
];

/// The columns of one roster.
#[derive(Debug)]
pub(super) struct Columns {
    places: Vec<(Column, usize)>,
    ignored: Vec<String>,
}

impl Columns {
    pub(super) fn of(heading: &ByteRecord) -> Result<Self, String> {
        let mut columns = Self {
            places: Vec::new(),
            ignored: Vec::new(),
        };
        for (place, title) in heading.iter().enumerate() {
            let title = std::str::from_utf8(title)
                .map_err(|_| "the heading is not UTF-8: save the file as CSV in UTF-8")?;
            columns.take(place, title)?;
        }
        let has = |column| columns.place(column).is_some();
        if !has(Column::Id) {
            return Err("the heading has no column for the ID: \
                        name one `id`, `login` or `badge`"
                .into());
        }
        if !has(Column::Name) && !has(Column::Family) {
            return Err("the heading has no column for the name: \
                        name one `name`, or two `given` and `family`"
                .into());
        }
        Ok(columns)
    }

    fn take(&mut self, place: usize, title: &str) -> Result<(), String> {
        let name: String = title
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        if PASSWORDS.contains(&name.as_str()) {
            return Err(format!(
                "the column `{title}` holds passwords: take it out. Passwords are never read from \
                 a file; set them with a reset, or let the users be given temporary ones"
            ));
        }
        let column = NAMES
            .iter()
            .find(|(_, names)| names.contains(&name.as_str()))
            .map(|(column, _)| *column);
        match column {
            Some(column) if self.place(column).is_some() => {
                return Err(format!("two columns say the same: `{title}` is the second"));
            }
            Some(column) => self.places.push((column, place)),
            None => self.ignored.push(title.to_owned()),
        }
        Ok(())
    }

    fn place(&self, column: Column) -> Option<usize> {
        self.places
            .iter()
            .find(|(other, _)| *other == column)
            .map(|(_, place)| *place)
    }

    pub(super) fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// The user of a row.
    pub(super) fn user(&self, record: &ByteRecord) -> Result<NewUser, String> {
        let text = |column| -> Result<&str, String> {
            let field = self.place(column).and_then(|place| record.get(place));
            std::str::from_utf8(field.unwrap_or_default())
                .map_err(|_| "this is not UTF-8: save the file as CSV in UTF-8".into())
        };
        let kind = match text(Column::Kind)? {
            "" => AccountKind::Staff,
            word => AccountKind::from_word(word).ok_or_else(|| {
                format!("kind `{word}` is none of staff, residential, commercial, unit")
            })?,
        };
        let role = match text(Column::Role)? {
            "" => Role::None,
            word => Role::from_word(word).ok_or_else(|| {
                let known = Role::ALL.map(Role::word).join(", ");
                format!("role `{word}` is none of {known}")
            })?,
        };
        let (given, family) = match (text(Column::Given)?, text(Column::Family)?) {
            ("", "") => split(text(Column::Name)?, kind),
            (given, family) => (given.to_owned(), family.to_owned()),
        };
        Ok(NewUser {
            login: text(Column::Id)?.to_owned(),
            email: text(Column::Email)?.to_owned(),
            given_name: given,
            family_name: family,
            kind,
            role,
            active: active(text(Column::Active)?)?,
            must_change: false,
        })
    }
}

/// "Vasquez, Maria" and "Maria Vasquez" are given and family name; apparatus and businesses have
/// one name only.
fn split(name: &str, kind: AccountKind) -> (String, String) {
    if matches!(kind, AccountKind::Unit | AccountKind::Commercial) {
        return (String::new(), name.to_owned());
    }
    if let Some((family, given)) = name.split_once(',') {
        return (given.trim().to_owned(), family.trim().to_owned());
    }
    match name.rsplit_once(char::is_whitespace) {
        Some((given, family)) => (given.trim().to_owned(), family.to_owned()),
        None => (String::new(), name.to_owned()),
    }
}

fn active(word: &str) -> Result<bool, String> {
    match word.to_lowercase().as_str() {
        "" | "yes" | "y" | "true" | "1" | "active" | "enabled" => Ok(true),
        "no" | "n" | "false" | "0" | "inactive" | "disabled" => Ok(false),
        other => Err(format!("active `{other}` is neither yes nor no")),
    }
}
