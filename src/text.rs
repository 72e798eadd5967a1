//! The one choke point for text that comes from elsewhere: neutralises control, bidirectional and
//! invisible characters before they reach a terminal, a log or an export (CWE-150, CWE-117), and
//! fits text to cells, to ASCII, to CSV and to searching.

use std::{
    borrow::Cow,
    fmt::{Display, Write},
    ops::RangeInclusive,
};

use deunicode::deunicode_char;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

mod csv;
mod look_alike;
mod moment;
mod system_error;

pub use csv::{csv_cell, read_csv_cell};
pub use look_alike::ascii_look_alike;
pub use moment::{ago, ahead, moment, since, stamp, zone};
pub use system_error::system_error;

/// "23 users", "1 user".
pub fn users<N: Copy + Display + PartialEq + From<u8>>(count: N) -> String {
    let noun = if count == N::from(1) { "user" } else { "users" };
    format!("{count} {noun}")
}

/// Marks on one base beyond which they are dropped: a cell shows no more, and stacks of them
/// overprint the neighbouring lines.
const MOST_MARKS: usize = 4;

/// Text that is safe to draw, and whether something had to be done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neutral<'a> {
    /// The text, with every hidden character written out as an escape such as `\u{202e}`.
    pub text: Cow<'a, str>,
    /// It contained hidden characters; say so beside it ("contains hidden characters").
    pub hidden: bool,
}

/// Makes text from elsewhere harmless and visible.
///
/// Controls become `\n`, `\t`, `\x1b`; bidirectional, zero-width, tag and separator characters
/// `\u{…}`; variation selectors vanish; more than four combining marks on one base are cut, and a
/// mark without a base is written out. The result neutralises to itself.
pub fn neutralise(text: &str) -> Neutral<'_> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Neutral {
            text: Cow::Borrowed(text),
            hidden: false,
        };
    }
    let mut safe = String::with_capacity(text.len());
    let mut hidden = false;
    // Marks left for the base before them; `None` while there is no base.
    let mut marks_left = None;
    for char in text.chars() {
        if is_variation_selector(char) {
            hidden = true;
        } else if is_hidden(char) {
            hidden = true;
            marks_left = None;
            escape(char, &mut safe);
        } else if is_combining_mark(char) {
            match marks_left {
                None => {
                    hidden = true;
                    escape(char, &mut safe);
                }
                Some(0) => hidden = true,
                Some(left) => {
                    marks_left = Some(left - 1);
                    safe.push(char);
                }
            }
        } else {
            marks_left = Some(MOST_MARKS);
            safe.push(char);
        }
    }
    Neutral {
        text: if hidden {
            Cow::Owned(safe)
        } else {
            Cow::Borrowed(text)
        },
        hidden,
    }
}

/// The text of [`neutralise`], where the flag does not matter.
pub fn clean(text: &str) -> Cow<'_, str> {
    neutralise(text).text
}

/// What a terminal would obey, reorder by, or not show: never drawn as it is.
const HIDDEN: [RangeInclusive<char>; 22] = [
    '\0'..='\u{1f}',           // C0
    '\u{7f}'..='\u{9f}',       // DEL and C1
    '\u{ad}'..='\u{ad}',       // soft hyphen
    '\u{34f}'..='\u{34f}',     // combining grapheme joiner
    '\u{61c}'..='\u{61c}',     // Arabic letter mark
    '\u{115f}'..='\u{1160}',   // Hangul fillers
    '\u{17b4}'..='\u{17b5}',   // Khmer inherent vowels
    '\u{180e}'..='\u{180e}',   // Mongolian vowel separator
    '\u{200b}'..='\u{200f}',   // zero width, bidirectional marks
    '\u{2028}'..='\u{202e}',   // line and paragraph separator, embeddings, overrides
    '\u{2060}'..='\u{206f}',   // word joiner, invisible operators, isolates, deprecated formats
    '\u{3164}'..='\u{3164}',   // Hangul filler
    '\u{feff}'..='\u{feff}',   // zero width no-break space, byte order mark
    '\u{ffa0}'..='\u{ffa0}',   // half-width Hangul filler
    '\u{fff0}'..='\u{fffb}',   // unassigned ignorables, interlinear annotation
    '\u{fffe}'..='\u{ffff}',   // noncharacters
    '\u{110bd}'..='\u{110bd}', // Kaithi number signs, drawn over what follows
    '\u{110cd}'..='\u{110cd}',
    '\u{13430}'..='\u{1343f}', // hieroglyph format controls
    '\u{1bca0}'..='\u{1bca3}', // shorthand format controls
    '\u{1d173}'..='\u{1d17a}', // musical format controls
    '\u{e0000}'..='\u{e0fff}', // tags and other ignorables
];

/// Would this character act on the terminal, turn the reading order, or not be seen?
pub fn is_hidden(char: char) -> bool {
    !matches!(char, ' '..='~')
        && (is_variation_selector(char) || HIDDEN.iter().any(|range| range.contains(&char)))
}

const fn is_variation_selector(char: char) -> bool {
    matches!(char, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0100}'..='\u{e01ef}')
}

fn escape(char: char, out: &mut String) {
    match char {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        // Writing to a String cannot fail.
        '\0'..='\x7f' => _ = write!(out, "\\x{:02x}", u32::from(char)),
        _ => _ = write!(out, "\\u{{{:x}}}", u32::from(char)),
    }
}

/// JSON in which C1 controls, bidirectional and invisible characters are `\\u` escapes, so that it
/// says the same and can be looked at: JSON itself demands that of the C0 controls only.
pub fn json(document: &str) -> Cow<'_, str> {
    let acts = |char: char| !char.is_ascii() && (is_hidden(char) || is_combining_mark(char));
    if !document.chars().any(acts) {
        return Cow::Borrowed(document);
    }
    let mut safe = String::with_capacity(document.len() + 16);
    for char in document.chars() {
        if acts(char) {
            for unit in char.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(char);
        }
    }
    Cow::Owned(safe)
}

/// `text` as a value of one line can be kept: trimmed, as NFC.
///
/// # Errors
/// A sentence that begins with `what`, for a control character or more than `longest` characters.
pub fn one_line(what: &str, text: &str, longest: usize) -> Result<String, String> {
    let text: String = text.trim().nfc().collect();
    if text.chars().any(char::is_control) {
        return Err(format!("{what} holds a control character"));
    }
    if text.chars().count() > longest {
        return Err(format!("{what} is longer than {longest} characters"));
    }
    Ok(text)
}

/// How many terminal cells neutralised text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Cuts neutralised text to `cells` cells between two graphemes and marks the cut with an
/// ellipsis: `…`, or `...` where the terminal is not `utf8`. Where not even that fits it only cuts.
pub fn truncate(text: &str, cells: usize, utf8: bool) -> Cow<'_, str> {
    if width(text) <= cells {
        return Cow::Borrowed(text);
    }
    let ellipsis = if utf8 { "…" } else { "..." };
    let ellipsis = if width(ellipsis) <= cells {
        ellipsis
    } else {
        ""
    };
    let room = cells - width(ellipsis);
    let mut end = 0;
    for (start, grapheme) in text.grapheme_indices(true) {
        let next = start + grapheme.len();
        if width(&text[..next]) > room {
            break;
        }
        end = next;
    }
    let mut cut = String::with_capacity(end + ellipsis.len());
    cut.push_str(&text[..end]);
    cut.push_str(ellipsis);
    Cow::Owned(cut)
}

/// Neutralised text in ASCII, for a locale that is not UTF-8: `José` is `Jose`, and `?` stands
/// for what has no near letters.
pub fn ascii(text: &str) -> Cow<'_, str> {
    let text = clean(text);
    if text.is_ascii() {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for char in text.nfc() {
        match deunicode_char(char) {
            Some(near) => out.extend(near.chars().filter(|char| matches!(char, ' '..='~'))),
            None => out.push('?'),
        }
    }
    Cow::Owned(out)
}

/// The form in which identifiers and names are compared, by filters and for uniqueness alike: NFC and
/// lower case, every sigma the same. `rené` in one character or in two, `RENÉ` and `René` are equal.
pub fn comparable(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        };
    }
    // By the letter: the lower case of a whole word knows a final sigma, that of a part does not.
    let lower = text.nfc().flat_map(char::to_lowercase);
    let lower = lower.map(|char| if char == 'ς' { 'σ' } else { char });
    Cow::Owned(lower.nfc().collect())
}

/// The form in which text is searched: NFC, transliterated to ASCII, lower case, hidden characters
/// gone, runs of white space one space, trimmed. `"  JOSÉ\tGarcía "` and `jose garcia` are equal.
/// A character without near ASCII letters stays as it is.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        text.chars().for_each(|char| fold_into(char, &mut folded));
    } else {
        for char in text.nfc() {
            match deunicode_char(char) {
                _ if char.is_whitespace() => fold_into(' ', &mut folded),
                _ if is_hidden(char) => {}
                Some(near) => near.chars().for_each(|char| fold_into(char, &mut folded)),
                None => folded.push(char),
            }
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

fn fold_into(char: char, folded: &mut String) {
    if char.is_ascii_whitespace() {
        if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    } else if !char.is_ascii_control() {
        folded.push(char.to_ascii_lowercase());
    }
}

#[cfg(test)]
mod tests;
