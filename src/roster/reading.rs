//! What the operator says of a roster before it is read.

use super::{encoding::Encoding, headings::Field};

/// How the operator wants a roster to be read.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What columns are, where their headings do not tell; each is to be there.
    pub columns: Mapping,
    /// The same from the settings; not every file has them all.
    pub saved: Mapping,
    /// How the text is coded, where the file does not tell.
    pub encoding: Option<Encoding>,
    /// People who are there are changed: their names need not be in it.
    pub update: bool,
    /// The roles that the site has made, by name, beside those that are built in.
    pub roles: Vec<String>,
}

/// What the operator says of columns: a heading, and the fields that stand below; none: passed over.
pub type Mapping = Vec<(String, Vec<Field>)>;

/// Reads `Employee #=id`, `Login=id,email` or `Notes=-`.
///
/// # Errors
/// A sentence.
pub fn mapped(text: &str) -> Result<(String, Vec<Field>), String> {
    let (heading, fields) = text
        .rsplit_once('=')
        .ok_or_else(|| format!("`{text}` is not of the form HEADING=FIELD"))?;
    if fields.trim() == "-" {
        return Ok((heading.trim().to_owned(), Vec::new()));
    }
    let fields = fields.split(',').map(|word| {
        Field::of_word(word.trim()).ok_or_else(|| {
            let known = Field::ALL.map(|(_, word)| word).join(", ");
            format!("`{}` is none of {known} and -", word.trim())
        })
    });
    Ok((heading.trim().to_owned(), fields.collect::<Result<_, _>>()?))
}
