//! Which characters are these, and where do lines end?

use std::io::{self, Cursor, Read};

use crate::text::system_error;

/// So much of the file is looked at to tell its encoding.
const LOOKED_AT: u64 = 4096;

/// More than any row of people. A file without ends of lines would be taken into memory whole.
const LONGEST_LINE: usize = 64 * 1024;

const MARK: &[u8] = b"\xef\xbb\xbf";

/// How the characters of a file are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, the lower byte first.
    Utf16Le,
    /// UTF-16, the higher byte first.
    Utf16Be,
    /// Windows-1252, what Western European spreadsheets call "CSV (comma delimited)".
    Windows1252,
}

impl Encoding {
    /// The name that is shown, and given.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
        }
    }

    /// Every encoding.
    pub const ALL: [Self; 4] = [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Windows1252];
}

/// The text as UTF-8 with one line feed for each end of a line, and how it was coded. Without
/// `told`, the file itself says: by its byte order mark, or by the zeros of UTF-16.
pub(super) fn begin(
    mut source: Box<dyn Read + Send>,
    told: Option<Encoding>,
) -> Result<(LineBreaks, Encoding), String> {
    let mut first = Vec::new();
    Read::by_ref(&mut source)
        .take(LOOKED_AT)
        .read_to_end(&mut first)
        .map_err(|error| system_error(&error))?;
    if first.starts_with(b"PK\x03\x04") {
        return Err("the file is a spreadsheet: save it as CSV in UTF-8".into());
    }
    let marked = if first.starts_with(b"\xff\xfe") {
        Some(Encoding::Utf16Le)
    } else if first.starts_with(b"\xfe\xff") {
        Some(Encoding::Utf16Be)
    } else if first.starts_with(MARK) {
        first.drain(..MARK.len());
        Some(Encoding::Utf8)
    } else {
        None
    };
    let encoding = marked.or(told).unwrap_or_else(|| of_zeros(&first));
    let whole: Box<dyn Read + Send> = Box::new(Cursor::new(first).chain(source));
    let text: Box<dyn Read + Send> = match encoding {
        Encoding::Utf8 => whole,
        Encoding::Utf16Le | Encoding::Utf16Be | Encoding::Windows1252 => {
            Box::new(Decoded::new(whole, encoding))
        }
    };
    Ok((LineBreaks::new(text), encoding))
}

/// A heading in Latin letters has a zero in every other byte when it is UTF-16.
fn of_zeros(first: &[u8]) -> Encoding {
    match first {
        [0, b, 0, d, ..] if *b != 0 && *d != 0 => Encoding::Utf16Be,
        [a, 0, c, 0, ..] if *a != 0 && *c != 0 => Encoding::Utf16Le,
        _ => Encoding::Utf8,
    }
}

/// What the bytes 0x80 to 0x9F mean in Windows-1252; the five that mean nothing stay controls.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Another encoding made UTF-8.
struct Decoded {
    source: Box<dyn Read + Send>,
    encoding: Encoding,
    raw: Vec<u8>,
    /// The first of two units, until the second is read.
    high: Option<u16>,
    text: Vec<u8>,
    given: usize,
    begun: bool,
}

impl Decoded {
    const fn new(source: Box<dyn Read + Send>, encoding: Encoding) -> Self {
        Self {
            source,
            encoding,
            raw: Vec::new(),
            high: None,
            text: Vec::new(),
            given: 0,
            begun: false,
        }
    }

    fn push(&mut self, char: char) {
        // The byte order mark is none of the text.
        if self.begun || char != '\u{feff}' {
            let mut bytes = [0; 4];
            self.text
                .extend_from_slice(char.encode_utf8(&mut bytes).as_bytes());
        }
        self.begun = true;
    }

    fn unit(&mut self, unit: u16) {
        if let Some(high) = self.high.take() {
            match char::decode_utf16([high, unit]).next() {
                Some(Ok(char)) if (0xdc00..0xe000).contains(&unit) => return self.push(char),
                _ => self.push(char::REPLACEMENT_CHARACTER),
            }
        }
        if (0xd800..0xdc00).contains(&unit) {
            self.high = Some(unit);
        } else {
            self.push(char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }

    /// Decodes some more; false at the end.
    fn more(&mut self) -> io::Result<bool> {
        self.text.clear();
        self.given = 0;
        let mut buffer = [0; 8192];
        let read = self.source.read(&mut buffer)?;
        let mut raw = std::mem::take(&mut self.raw);
        raw.extend_from_slice(&buffer[..read]);
        if self.encoding == Encoding::Windows1252 {
            for byte in raw {
                let char = match byte {
                    0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
                    _ => char::from(byte),
                };
                self.push(char);
            }
        } else {
            let whole = raw.len() / 2 * 2;
            for pair in raw[..whole].chunks_exact(2) {
                let pair = [pair[0], pair[1]];
                self.unit(match self.encoding {
                    Encoding::Utf16Be => u16::from_be_bytes(pair),
                    Encoding::Utf16Le | Encoding::Utf8 | Encoding::Windows1252 => {
                        u16::from_le_bytes(pair)
                    }
                });
            }
            self.raw = raw.split_off(whole);
            if read == 0 && (self.high.take().is_some() || !self.raw.is_empty()) {
                self.raw.clear();
                self.push(char::REPLACEMENT_CHARACTER);
            }
        }
        Ok(read > 0 || !self.text.is_empty())
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if !self.more()? {
                return Ok(0);
            }
        }
        let length = buffer.len().min(self.text.len() - self.given);
        buffer[..length].copy_from_slice(&self.text[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}

/// Makes one line feed of each way to end a line (CR LF, LF, CR), so that lines can be counted.
pub(super) struct LineBreaks {
    source: Box<dyn Read + Send>,
    after_return: bool,
    /// Bytes since the last end of a line.
    length: usize,
}

impl LineBreaks {
    const fn new(source: Box<dyn Read + Send>) -> Self {
        Self {
            source,
            after_return: false,
            length: 0,
        }
    }
}

impl Read for LineBreaks {
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
            // Nothing kept of something read is not the end.
            if kept > 0 || read == 0 {
                return Ok(kept);
            }
        }
    }
}
