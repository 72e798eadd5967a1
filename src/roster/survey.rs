//! The first look at a whole roster: what kind of file it is, where its heading stands, and what its
//! columns hold.

use std::io::{BufRead as _, BufReader};

use super::{
    columns::{self, Columns},
    encoding::{self, Encoding},
    ldif::{self, Entries},
    reading::{Mapping, Reading},
    records::{Record, Records},
    source::Source,
    values,
};
use crate::{
    directory::RowFault,
    text::{self, system_error},
};

/// A heading stands among so many rows, or nowhere.
const TITLES: usize = 20;

/// What may part cells, the likeliest first.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// Rows, however they are written.
pub(super) enum Rows {
    Csv(Records),
    Ldif(Entries),
}

impl Rows {
    pub(super) fn read(&mut self, record: &mut Record) -> Result<bool, RowFault> {
        match self {
            Self::Csv(records) => records.read(record),
            Self::Ldif(entries) => entries.read(record),
        }
    }
}

/// How a file is to be read.
#[derive(Debug, Clone)]
pub(super) enum Form {
    /// Cells, and the rows above the first person: titles and the heading.
    Csv { delimiter: u8, above: usize },
    /// Entries, with the attributes in all of them.
    Ldif(Vec<String>),
}

/// What was seen.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) form: Form,
    pub(super) encoding: Encoding,
    /// The encoding is a guess; a text of the file as it is read by it.
    pub(super) guessed: Option<String>,
    pub(super) columns: Columns,
    /// Rows that are not blank.
    pub(super) rows: u64,
}

/// Opens the rows below the heading.
pub(super) fn rows(source: &Source, form: &Form, encoding: Encoding) -> Result<Rows, String> {
    let raw = source.open().map_err(|error| system_error(&error))?;
    let (lines, _) = encoding::begin(raw, Some(encoding))?;
    match form {
        Form::Ldif(attributes) => Ok(Rows::Ldif(Entries::new(lines, attributes.clone()))),
        Form::Csv { delimiter, above } => {
            let mut records = Records::new(lines, *delimiter);
            let mut record = Record::default();
            for _ in 0..*above {
                let read = records.read(&mut record);
                // A title may be written in any way.
                if read.as_ref().is_err_and(|fault| fault.ends_the_file) {
                    break;
                }
            }
            Ok(Rows::Csv(records))
        }
    }
}

/// Looks a roster over.
///
/// # Errors
/// A sentence: it cannot be read at all, or not by anybody.
pub(super) fn look(source: &Source, reading: &Reading) -> Result<Survey, String> {
    let told = reading.encoding;
    // What is said for this file comes before what is said for all.
    let mapping = &[reading.columns.clone(), reading.saved.clone()].concat();
    let open = || source.open().map_err(|error| system_error(&error));
    let (lines, encoding) = encoding::begin(open()?, told)?;
    let first = first_lines(lines)?;
    let (form, heading, titles) = if ldif::begins(&first) {
        let (attributes, heading) = attributes(source, encoding)?;
        (Form::Ldif(attributes), heading, 0)
    } else {
        heading(source, encoding, mapping, &first)?
    };
    let mut columns = Columns::of(&heading, mapping, reading)?;
    if titles > 0 {
        let remark = format!(
            "The heading is taken from line {}; what stands above is passed over.",
            heading.line
        );
        columns.remarks.insert(0, remark);
    }
    let mut look = Look::begin(&columns);
    look.through(rows(source, &form, encoding)?)?;
    let western = encoding == Encoding::Utf8 && told.is_none() && look.bad > 0 && look.good == 0;
    let (encoding, guessed) = if western {
        look = Look::begin(&columns);
        look.through(rows(source, &form, Encoding::Windows1252)?)?;
        (Encoding::Windows1252, look.sample.clone())
    } else {
        (encoding, None)
    };
    for doubtful in &look.doubtful {
        columns.unmap(doubtful);
    }
    for (at, title) in look.passwords {
        if at.is_some() {
            return Err(format!(
                "the column `{title}` holds passwords: take it out. Passwords are never read from a \
                 file; set them with a reset, or let the users be given temporary ones"
            ));
        }
        columns.remarks.push(format!(
            "The column '{title}' holds no passwords and is passed over."
        ));
    }
    Ok(Survey {
        form,
        encoding,
        guessed,
        columns,
        rows: look.rows,
    })
}

fn first_lines(lines: encoding::LineBreaks) -> Result<Vec<String>, String> {
    let mut lines = BufReader::new(lines);
    let mut first = Vec::new();
    while first.len() < TITLES {
        let mut raw = Vec::new();
        let read = lines.read_until(b'\n', &mut raw);
        if read.map_err(|error| system_error(&error))? == 0 {
            break;
        }
        first.push(String::from_utf8_lossy(&raw).into_owned());
    }
    Ok(first)
}

/// `sep=;`, which spreadsheets read and write.
fn told_delimiter(first: &[String]) -> Option<u8> {
    let line = first.first()?.trim_end_matches('\n').trim_matches('"');
    let rest = line
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case("sep="))
        .map(|_| &line[4..])?;
    let &[delimiter] = rest.as_bytes() else {
        return None;
    };
    Some(delimiter)
}

/// The first row that names two fields; else the first row that is not blank.
fn heading(
    source: &Source,
    encoding: Encoding,
    mapping: &Mapping,
    first: &[String],
) -> Result<(Form, Record, usize), String> {
    let told = told_delimiter(first);
    let mut best: Option<(usize, Form, Record, usize)> = None;
    for delimiter in told.map_or(DELIMITERS.to_vec(), |told| vec![told]) {
        let raw = source.open().map_err(|error| system_error(&error))?;
        let (lines, _) = encoding::begin(raw, Some(encoding))?;
        let mut records = Records::new(lines, delimiter);
        let mut titles = 0;
        for above in 1..=TITLES {
            let mut record = Record::default();
            match records.read(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(fault) if fault.ends_the_file => break,
                Err(_) => continue,
            }
            let line = record.cell(0).unwrap_or_default();
            let is_note =
                record.is_blank() || line.starts_with("#TYPE") || (above == 1 && told.is_some());
            if is_note {
                continue;
            }
            // A row of one column is a title, unless nothing better comes.
            let score = columns::score(&record, mapping) * 2 + usize::from(titles == 0);
            if best.as_ref().is_none_or(|(so_far, ..)| score > *so_far) {
                best = Some((score, Form::Csv { delimiter, above }, record, titles));
            }
            if score >= 4 {
                break;
            }
            titles += 1;
        }
    }
    let (_, form, heading, titles) = best.ok_or("the file is empty")?;
    Ok((form, heading, titles))
}

/// Every attribute of an LDIF, and the heading that they make.
fn attributes(source: &Source, encoding: Encoding) -> Result<(Vec<String>, Record), String> {
    let raw = source.open().map_err(|error| system_error(&error))?;
    let (lines, _) = encoding::begin(raw, Some(encoding))?;
    let mut entries = Entries::new(lines, Vec::new());
    let mut record = Record::default();
    loop {
        match entries.read(&mut record) {
            Ok(false) => break,
            Err(fault) if fault.ends_the_file => return Err(fault.to_string()),
            Ok(true) | Err(_) => {}
        }
    }
    let heading = Record::of(entries.attributes.iter().map(String::as_str), 0);
    Ok((entries.attributes, heading))
}

/// What is noted on the way.
struct Look {
    rows: u64,
    /// Rows that are no UTF-8, and rows that could only be UTF-8.
    bad: u64,
    good: u64,
    sample: Option<String>,
    doubtful: Vec<columns::Doubtful>,
    /// Columns of passwords: the line of the first, the place of the column and its title.
    passwords: Vec<(Option<u64>, String)>,
    places: Vec<usize>,
}

impl Look {
    fn begin(columns: &Columns) -> Self {
        let (places, titles): (Vec<_>, Vec<_>) = columns.passwords.iter().cloned().unzip();
        Self {
            rows: 0,
            bad: 0,
            good: 0,
            sample: None,
            doubtful: columns.doubtful(),
            passwords: titles.into_iter().map(|title| (None, title)).collect(),
            places,
        }
    }

    fn through(&mut self, mut rows: Rows) -> Result<(), String> {
        let mut record = Record::default();
        loop {
            match rows.read(&mut record) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(fault) if fault.ends_the_file => return Err(fault.to_string()),
                Err(_) => {
                    self.rows += 1;
                    continue;
                }
            }
            if record.is_blank() {
                continue;
            }
            self.rows += 1;
            self.one(&record);
        }
    }

    fn one(&mut self, record: &Record) {
        for place in 0..record.len() {
            if record.raw(place).is_ascii() {
                continue;
            }
            match record.cell(place) {
                None => self.bad += 1,
                Some(cell) => {
                    self.good += 1;
                    self.sample
                        .get_or_insert_with(|| text::clean(cell).into_owned());
                }
            }
        }
        for doubtful in &mut self.doubtful {
            let cell = record
                .cell(doubtful.place)
                .map(values::meant)
                .unwrap_or_default();
            if doubtful.other.is_none() && !cell.is_empty() && !doubtful.fits(cell) {
                doubtful.other = Some((record.line, cell.to_owned()));
            }
        }
        for (place, (found, _)) in self.places.iter().zip(&mut self.passwords) {
            let holds = match record.cell(*place) {
                Some(cell) => !values::is_mask(cell),
                None => true,
            };
            if holds {
                found.get_or_insert(record.line);
            }
        }
    }
}
