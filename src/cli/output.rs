//! Where results go: lines for people or one JSON document on standard output, remarks on standard
//! error.

use std::io::{self, Write as _};

use serde_json::Value;

use crate::text;

/// The way results are printed.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    json: bool,
}

impl Output {
    /// One JSON document, or lines.
    pub const fn new(json: bool) -> Self {
        Self { json }
    }

    /// One JSON document rather than lines?
    pub const fn is_json(self) -> bool {
        self.json
    }

    /// The result: `document` for machines or `lines` for people. Lines are neutralised here;
    /// JSON escapes by itself what a terminal could take for an order.
    pub fn result<I>(self, document: &Value, lines: I) -> io::Result<()>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let mut stdout = io::BufWriter::new(io::stdout().lock());
        if self.json {
            writeln!(stdout, "{}", escaped(document))?;
        } else {
            for line in lines {
                writeln!(stdout, "{}", text::clean(line.as_ref()))?;
            }
        }
        stdout.flush()
    }

    /// A remark for people, on standard error; not printed beside a JSON document.
    pub fn remark(self, line: &str) -> io::Result<()> {
        if self.json {
            return Ok(());
        }
        writeln!(io::stderr(), "{}", text::clean(line))
    }
}

/// JSON on one line in which C1 controls, bidirectional and invisible characters are `\u` escapes:
/// serde escapes the C0 controls only, and somebody will look at the document on a terminal.
pub(super) fn escaped(document: &Value) -> String {
    use std::fmt::Write as _;
    let mut safe = String::new();
    for character in document.to_string().chars() {
        if character.is_ascii()
            || text::clean(character.encode_utf8(&mut [0; 4]))
                .chars()
                .eq([character])
        {
            safe.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        }
    }
    safe
}

/// Columns as wide as their widest cell, two blanks between.
pub(super) fn table(rows: &[Vec<String>]) -> Vec<String> {
    use unicode_width::UnicodeWidthStr as _;
    let rows: Vec<Vec<_>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| text::clean(cell)).collect())
        .collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns)
        .map(|n| {
            let cells = rows.iter().filter_map(|row| row.get(n));
            cells.map(|cell| cell.width()).max().unwrap_or_default()
        })
        .collect();
    rows.iter()
        .map(|row| {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.extend(std::iter::repeat_n(' ', width + 2 - cell.width()));
            }
            line.truncate(line.trim_end().len());
            line
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    proptest! {
        #[test]
        fn an_escaped_document_says_the_same_and_holds_nothing_hidden(text in any::<String>()) {
            let document = json!({ "name": text });
            let printed = escaped(&document);
            prop_assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), document);
            let hidden = ['\u{202e}', '\u{200b}', '\u{9b}', '\u{1b}'];
            prop_assert!(!printed.contains(hidden));
        }
    }

    #[test]
    fn bidirectional_overrides_leave_as_escapes() {
        assert_eq!(escaped(&json!("a\u{202e}b\u{9b}")), r#""a\u202eb\u009b""#);
    }

    #[test]
    fn wide_names_keep_the_columns_straight() {
        let rows = [
            vec!["王".into(), "x".into()],
            vec!["abc".into(), "y".into()],
        ];
        assert_eq!(table(&rows), ["王   x", "abc  y"]);
    }
}
