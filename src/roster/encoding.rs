//! What kind of text is this?

use std::io::{self, Cursor, Read};

use crate::text::system_error;

/// So much of the file is looked at to tell its delimiter: more than any heading.
const LOOKED_AT: u64 = 4096;

/// More than any row of people. A file without ends of lines would be taken into memory whole.
const LONGEST_LINE: usize = 64 * 1024;

const MARK: &[u8] = b"\xef\xbb\xbf";

/// Passes over a byte order mark and finds the delimiter of the heading.
pub(super) fn begin(
    source: impl Read + Send + 'static,
) -> Result<(Box<dyn Read + Send>, u8), String> {
    let mut source = LineBreaks {
        source,
        after_return: false,
        last: None,
        length: 0,
    };
    let mut first = Vec::new();
    Read::by_ref(&mut source)
        .take(LOOKED_AT)
        .read_to_end(&mut first)
        .map_err(|error| system_error(&error))?;
    if first.starts_with(b"\xff\xfe") || first.starts_with(b"\xfe\xff") {
        return Err("the file is UTF-16: save it as CSV in UTF-8".into());
    }
    if first.starts_with(b"PK\x03\x04") {
        return Err("the file is a spreadsheet: save it as CSV in UTF-8".into());
    }
    if first.starts_with(MARK) {
        first.drain(..MARK.len());
    }
    let heading = first
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    #[expect(clippy::naive_bytecount, reason = "a heading is short")]
    let count = |wanted: u8| heading.iter().filter(|byte| **byte == wanted).count();
    let delimiter = *b",;\t"
        .iter()
        .max_by_key(|delimiter| (count(**delimiter), **delimiter == b','))
        .unwrap_or(&b',');
    Ok((Box::new(Cursor::new(first).chain(source)), delimiter))
}

/// Makes one line feed of each way to end a line (CR LF, LF, CR) and ends the last line, so that
/// lines can be counted.
struct LineBreaks<R> {
    source: R,
    after_return: bool,
    /// The last byte that was given, if any.
    last: Option<u8>,
    /// Bytes since the last end of a line.
    length: usize,
}

impl<R: Read> Read for LineBreaks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.source.read(buffer)?;
            let mut kept = 0;
            for at in 0..read {
                let byte = buffer[at];
                self.length = match byte {
                    b'\n' | b'\r' => 0,
                    _ => self.length + 1,
                };
                if self.length > LONGEST_LINE {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "a line is longer than 64 KiB: this is no roster",
                    ));
                }
                let is_second = byte == b'\n' && self.after_return;
                self.after_return = byte == b'\r';
                if !is_second {
                    buffer[kept] = if byte == b'\r' { b'\n' } else { byte };
                    kept += 1;
                }
            }
            let open = self.last.is_some_and(|last| last != b'\n');
            if read == 0
                && open
                && let Some(end) = buffer.first_mut()
            {
                *end = b'\n';
                kept = 1;
            }
            // Nothing kept of something read is not the end.
            if kept > 0 || read == 0 {
                self.last = buffer[..kept].last().copied().or(self.last);
                return Ok(kept);
            }
        }
    }
}
