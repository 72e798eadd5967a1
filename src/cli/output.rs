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
    pub fn result<I>(self, document: &Value, lines: I) -> Result<(), Unwritten>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        self.write(document, lines).map_err(Unwritten)
    }

    fn write<I>(self, document: &Value, lines: I) -> io::Result<()>
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

/// The result is there, but standard output did not take it.
#[derive(Debug)]
pub struct Unwritten(pub io::Error);

/// Would whatever is printed be thrown away? Asked before a secret is made that is shown once:
/// a standard output that was closed is `/dev/null` too by the time the program looks at it.
pub(super) fn is_thrown_away() -> bool {
    use rustix::fs::{FileType, fstat};
    let Ok(about) = fstat(io::stdout()) else {
        return true;
    };
    let null = rustix::fs::stat("/dev/null");
    FileType::from_raw_mode(about.st_mode) == FileType::CharacterDevice
        && null.is_ok_and(|null| null.st_rdev == about.st_rdev)
}

/// A document on one line, with nothing in it that a terminal obeys.
pub(super) fn escaped(document: &Value) -> String {
    text::json(&document.to_string()).into_owned()
}

/// A secret, alone on a line of standard output, and through to wherever that leads.
pub(super) fn secret(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}")?;
    stdout.flush()
}

/// A secret behind whose it is, on a line of standard output, and through to wherever that leads.
pub(super) fn secret_of(whose: &str, text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{whose} {text}")?;
    stdout.flush()
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
}
