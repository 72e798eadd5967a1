//! Which column is what.

use super::{
    headings::{self, Field},
    reading::{Mapping, Reading},
    records::Record,
    values,
};
use crate::{
    directory::{NewUser, RosterRow, Said},
    permission::Role,
    text,
    user::{AccountKind, Detail, Details, full_name, validity},
};

/// One column that is read.
#[derive(Debug, Clone)]
struct Column {
    field: Field,
    place: usize,
    title: String,
    /// The operator has said what it is.
    told: bool,
}

/// The columns of one roster.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    read: Vec<Column>,
    /// Cells of the heading.
    pub(super) width: usize,
    /// The roles of the site, in lower case.
    roles: Vec<String>,
    /// Columns that say passwords, until it is known what stands below.
    pub(super) passwords: Vec<(usize, String)>,
    pub(super) ignored: Vec<String>,
    /// What was settled, for whoever imports.
    pub(super) remarks: Vec<String>,
}

/// So many fields does a row name as a heading would.
pub(super) fn score(heading: &Record, mapping: &Mapping) -> usize {
    let mut fields: Vec<Field> = Vec::new();
    for place in 0..heading.len() {
        let title = shown(heading, place);
        match said_of(mapping, &title) {
            Some(told) => fields.extend(told),
            None => fields.extend(
                headings::meanings(&headings::form(&title))
                    .first()
                    .map(|(field, _)| *field),
            ),
        }
    }
    fields.sort_by_key(|field| field.word());
    fields.dedup();
    fields.len()
}

fn shown(heading: &Record, place: usize) -> String {
    let cell = heading.cell(place).unwrap_or_default();
    text::clean(&cell.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

fn said_of<'a>(mapping: &'a Mapping, title: &str) -> Option<&'a [Field]> {
    let exact = mapping
        .iter()
        .find(|(heading, _)| heading.eq_ignore_ascii_case(title));
    let form = headings::form(title);
    let alike = || {
        mapping
            .iter()
            .find(|(heading, _)| !form.is_empty() && headings::form(heading) == form)
    };
    exact.or_else(alike).map(|(_, fields)| fields.as_slice())
}

impl Columns {
    pub(super) fn of(
        heading: &Record,
        mapping: &Mapping,
        reading: &Reading,
    ) -> Result<Self, String> {
        let mut columns = Self {
            read: Vec::new(),
            width: heading.len(),
            roles: reading
                .roles
                .iter()
                .map(|role| role.to_lowercase())
                .collect(),
            passwords: Vec::new(),
            ignored: Vec::new(),
            remarks: Vec::new(),
        };
        for (wanted, _) in &reading.columns {
            let there = (0..heading.len()).map(|place| shown(heading, place));
            let one = [(wanted.clone(), Vec::new())].to_vec();
            if !there
                .into_iter()
                .any(|title| said_of(&one, &title).is_some())
            {
                return Err(format!("the heading has no column `{wanted}`"));
            }
        }
        let mut candidates: Vec<(Column, usize)> = Vec::new();
        let mut known = vec![false; heading.len()];
        for (place, known) in known.iter_mut().enumerate() {
            let title = shown(heading, place);
            let form = headings::form(&title);
            let column = |field, told| Column {
                field,
                place,
                title: title.clone(),
                told,
            };
            if let Some(fields) = said_of(mapping, &title) {
                candidates.extend(fields.iter().map(|field| (column(*field, true), 0)));
                *known = true;
            } else if headings::is_password(&form) {
                columns.passwords.push((place, title.clone()));
                *known = true;
            } else {
                for (field, rank) in headings::meanings(&form) {
                    candidates.push((column(field, false), rank + 1));
                    *known = true;
                }
            }
        }
        for (field, _) in Field::ALL {
            let of_field = candidates
                .iter()
                .filter(|(column, _)| column.field == field);
            if field.adds_up() {
                columns
                    .read
                    .extend(of_field.map(|(column, _)| column.clone()));
            } else if let Some((best, _)) =
                of_field.min_by_key(|(column, rank)| (*rank, column.place))
            {
                columns.read.push(best.clone());
            }
        }
        columns.tell_the_rest(heading, &candidates, &known);
        columns.settle_names();
        columns.has_what_it_must(!reading.update)?;
        Ok(columns)
    }

    /// What lost against another column of the same meaning, and what nobody knows.
    fn tell_the_rest(&mut self, heading: &Record, candidates: &[(Column, usize)], known: &[bool]) {
        for (place, known) in known.iter().enumerate() {
            if !known {
                self.ignored.push(shown(heading, place));
                continue;
            }
            if self.read.iter().any(|column| column.place == place) {
                continue;
            }
            let lost = candidates.iter().find(|(column, _)| column.place == place);
            let Some((lost, _)) = lost else { continue };
            if let Some(won) = self.read.iter().find(|column| column.field == lost.field) {
                let remark = format!(
                    "The column '{}' is passed over: the {} is taken from '{}'.",
                    lost.title,
                    lost.field.word(),
                    won.title
                );
                self.remarks.push(remark);
            }
        }
    }

    /// `Nome` is a given name beside a family name, and else the whole one.
    fn settle_names(&mut self) {
        let has = |columns: &Self, field| columns.place(field).is_some();
        if has(self, Field::GivenName) && !has(self, Field::FamilyName) && !has(self, Field::Name) {
            for column in &mut self.read {
                if column.field == Field::GivenName {
                    column.field = Field::Name;
                }
            }
        }
        // A whole name that is the only one is no other name to show.
        if !has(self, Field::FamilyName) {
            let whole = self.place(Field::Name);
            self.read.retain(|column| {
                column.field != Field::Detail(Detail::DisplayName) || Some(column.place) != whole
            });
        }
    }

    fn has_what_it_must(&self, wants_names: bool) -> Result<(), String> {
        if self.place(Field::Id).is_none() {
            return Err(
                "the heading has no column for the ID: name one `id`, `login` or `badge`, or \
                        say which it is with --column \"HEADING=id\""
                    .into(),
            );
        }
        let has_names =
            self.place(Field::Name).is_some() || self.place(Field::FamilyName).is_some();
        if wants_names && !has_names {
            return Err(
                "the heading has no column for the name: name one `name`, or two `given` and \
                        `family`, or say which it is with --column \"HEADING=name\""
                    .into(),
            );
        }
        Ok(())
    }

    fn column(&self, field: Field) -> Option<&Column> {
        self.read.iter().find(|column| column.field == field)
    }

    fn place(&self, field: Field) -> Option<usize> {
        self.column(field).map(|column| column.place)
    }

    /// The places whose values decide whether a column is what its heading says, and how.
    pub(super) fn doubtful(&self) -> Vec<Doubtful> {
        let guessed = self.read.iter().filter(|column| !column.told);
        guessed
            .filter_map(|column| {
                let fits: fn(&str) -> bool = match column.field {
                    Field::Role => |cell| Role::built_in(cell).is_some(),
                    Field::Kind => |cell| AccountKind::from_word(cell).is_some(),
                    Field::Email if headings::form(&column.title) == "address" => {
                        |cell| cell.contains('@')
                    }
                    Field::Email
                    | Field::Id
                    | Field::Name
                    | Field::GivenName
                    | Field::FamilyName
                    | Field::Active
                    | Field::Inactive
                    | Field::AccountControl
                    | Field::Detail(_)
                    | Field::ValidFrom
                    | Field::ValidUntil => return None,
                };
                let of_the_site = if column.field == Field::Role {
                    self.roles.clone()
                } else {
                    Vec::new()
                };
                Some(Doubtful {
                    of_the_site,
                    field: column.field,
                    place: column.place,
                    fits,
                    other: None,
                })
            })
            .collect()
    }

    /// A column holds something else than its heading says: it is read no more, and that is told.
    pub(super) fn unmap(&mut self, doubtful: &Doubtful) {
        let Some((line, value)) = &doubtful.other else {
            return;
        };
        let Some(at) = (self.read.iter()).position(|column| column.field == doubtful.field) else {
            return;
        };
        let column = self.read.remove(at);
        let (what, instead) = match column.field {
            Field::Role => ("role", "nobody is given a role"),
            Field::Kind => ("kind of account", "everybody is staff"),
            Field::Email
            | Field::Id
            | Field::Name
            | Field::GivenName
            | Field::FamilyName
            | Field::Active
            | Field::Inactive
            | Field::AccountControl
            | Field::Detail(_)
            | Field::ValidFrom
            | Field::ValidUntil => ("address", "nobody has an email"),
        };
        self.remarks.push(format!(
            "The column '{}' is passed over: '{}' in line {line} is no {what}, so {instead} from it.",
            column.title,
            text::clean(value),
        ));
    }

    /// The person of a row, and what the row says at all.
    pub(super) fn person(&self, record: &Record) -> Result<RosterRow, String> {
        let cell = |field| -> Result<&str, String> {
            let Some(column) = self.column(field) else {
                return Ok("");
            };
            let cell = record
                .cell(column.place)
                .ok_or("this is not UTF-8: save the file as CSV in UTF-8")?;
            let cell = values::meant(cell);
            match values::damage(cell) {
                Some(damage) => Err(format!("{}: {damage}", column.title)),
                None => Ok(cell),
            }
        };
        let login = cell(Field::Id)?;
        if let Some(damage) = values::damaged_id(login) {
            return Err(format!("the ID {damage}"));
        }
        let email = values::address(cell(Field::Email)?)?;
        let kind = match cell(Field::Kind)? {
            "" => None,
            word => Some(AccountKind::from_word(word).ok_or_else(|| {
                format!("kind `{word}` is none of staff, residential, commercial, unit")
            })?),
        };
        let role = match cell(Field::Role)? {
            "" => None,
            // The roles of the site are looked up at the desk.
            word => Some(Role::of_word(word)),
        };
        let named = cell(Field::Name)?;
        let (given, family) = match (cell(Field::GivenName)?, cell(Field::FamilyName)?) {
            ("", "") => split(named, kind.unwrap_or_default()),
            // The family name stands in the whole name only.
            (given, "") if self.place(Field::FamilyName).is_none() && !named.is_empty() => {
                split(named, kind.unwrap_or_default()).merge(given)
            }
            (given, family) => Names(given.to_owned(), family.to_owned()),
        }
        .into_parts();
        let active = self.active(record)?;
        let mut details = Details::default();
        for detail in Detail::ALL {
            *details.of_mut(detail) = detail.checked(cell(Field::Detail(detail))?)?;
        }
        details.drop_repeated_name(&full_name(&given, &family));
        let says = Detail::ALL.map(|detail| !details.of(detail).is_empty());
        let (from, until) = (cell(Field::ValidFrom)?, cell(Field::ValidUntil)?);
        let said = Said {
            email: !email.is_empty(),
            names: !(given.is_empty() && family.is_empty()),
            kind: kind.is_some(),
            role: role.is_some(),
            active: active.is_some(),
            details: says,
            valid_from: !from.is_empty(),
            valid_until: !until.is_empty(),
        };
        Ok(RosterRow {
            line: record.line,
            user: NewUser {
                login: login.to_owned(),
                email: email.to_owned(),
                given_name: given,
                family_name: family,
                kind: kind.unwrap_or_default(),
                role: role.unwrap_or_default(),
                active: active.unwrap_or(true),
                must_change: false,
                details,
                valid_from: validity::beginning(from, text::zone())?,
                valid_until: values::end(until)?,
            },
            said,
        })
    }

    /// Active where every column that says something of it says so.
    fn active(&self, record: &Record) -> Result<Option<bool>, String> {
        let mut active = None;
        for column in &self.read {
            if !column.field.adds_up() {
                continue;
            }
            let cell = record
                .cell(column.place)
                .ok_or("this is not UTF-8: save the file as CSV in UTF-8")?;
            let cell = values::meant(cell);
            if cell.is_empty() {
                continue;
            }
            let says = if column.field == Field::AccountControl {
                values::account_control(&column.title, cell)?
            } else {
                values::flag(&column.title, cell)? == (column.field == Field::Active)
            };
            active = Some(active.unwrap_or(true) && says);
        }
        Ok(active)
    }
}

/// A column that may be something else than its heading says.
#[derive(Debug)]
pub(super) struct Doubtful {
    field: Field,
    pub(super) place: usize,
    fits: fn(&str) -> bool,
    /// Values that the site has made, which fit too.
    of_the_site: Vec<String>,
    /// The first value that does not fit, and its line.
    pub(super) other: Option<(u64, String)>,
}

impl Doubtful {
    /// Is `cell` what the heading says?
    pub(super) fn fits(&self, cell: &str) -> bool {
        (self.fits)(cell) || self.of_the_site.contains(&cell.trim().to_lowercase())
    }
}

/// Given and family name.
struct Names(String, String);

impl Names {
    fn merge(self, given: &str) -> Self {
        let family = format!("{} {}", self.0, self.1);
        let family = family.trim().strip_prefix(given).unwrap_or(&self.1).trim();
        Self(given.to_owned(), family.to_owned())
    }

    fn into_parts(self) -> (String, String) {
        (self.0, self.1)
    }
}

/// "Vasquez, Maria" and "Maria Vasquez" are given and family name; apparatus and businesses have
/// one name only.
fn split(name: &str, kind: AccountKind) -> Names {
    if matches!(kind, AccountKind::Unit | AccountKind::Commercial) {
        return Names(String::new(), name.to_owned());
    }
    if let Some((family, given)) = name.split_once(',') {
        return Names(given.trim().to_owned(), family.trim().to_owned());
    }
    match name.rsplit_once(char::is_whitespace) {
        Some((given, family)) => Names(given.trim().to_owned(), family.to_owned()),
        None => Names(String::new(), name.to_owned()),
    }
}
