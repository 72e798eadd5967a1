//! Characters that nobody can type or say, and blanks that are easily lost.

use super::{
    candidate::is_blank,
    rule::{Rule, Verdict},
};
use crate::text::is_hidden;

/// The rule has a line only where it is broken: hardly anybody does so by hand.
pub(super) const RULE: Rule = Rule {
    key: "characters",
    label: |_, _| Some("only characters that can be typed".to_owned()),
    check: |_, candidate, _| {
        let exact = candidate.exact.as_str();
        if let Some(char) = exact.chars().find(|char| is_untypable(*char)) {
            // The character is no secret that anybody chose: it came with a paste.
            Verdict::broken(
                format!("it holds {}, which nobody can type or say", name(char)),
                "Type it instead of pasting it, or choose another.",
            )
        } else if !exact.is_empty() && exact.chars().all(is_blank) {
            Verdict::broken("it is nothing but blanks", "Choose words.")
        } else {
            Verdict::Silent
        }
    },
};

/// Allowed (SP 800-63B-4, 3.1.1.2), and lost by many a form and by every eye.
pub(super) const BLANK_AT_AN_END: Rule = Rule {
    key: "blank_at_an_end",
    label: |_, _| Some("a blank at the beginning or the end belongs to it".to_owned()),
    check: |_, candidate, _| {
        if has_blank_at_an_end(&candidate.exact) {
            Verdict::Doubtful
        } else {
            Verdict::Silent
        }
    },
};

/// For whoever sees no checklist.
pub(super) const BLANK_AT_AN_END_TOLD: &str =
    "the password begins or ends with a blank, which belongs to it";

pub(super) fn has_blank_at_an_end(exact: &str) -> bool {
    exact.starts_with(is_blank) || exact.ends_with(is_blank)
}

/// On no keyboard and in no input method: invisible, a control, of private use, without a meaning,
/// or a blank of a printer's width.
fn is_untypable(char: char) -> bool {
    is_hidden(char)
        || char.is_control()
        || matches!(char, '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{2800}'
            | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fffd}' | '\u{f0000}'..)
        || u32::from(char) & 0xfffe == 0xfffe
}

/// `U+200B ZERO WIDTH SPACE`.
fn name(char: char) -> String {
    let known = NAMES.iter().find(|(named, _)| *named == char);
    let name = known.map_or_else(|| kind(char), |(_, name)| name);
    format!("U+{:04X} {name}", u32::from(char))
}

const fn kind(char: char) -> &'static str {
    match char {
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => "(a control character)",
        '\u{1680}'..='\u{205f}' => "(an unusual blank)",
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => "(a variation selector)",
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => "(a character of private use)",
        _ => "(an invisible character)",
    }
}

/// Those that come with pastes; the names are Unicode's.
const NAMES: [(char, &str); 32] = [
    ('\u{ad}', "SOFT HYPHEN"),
    ('\u{34f}', "COMBINING GRAPHEME JOINER"),
    ('\u{61c}', "ARABIC LETTER MARK"),
    ('\u{115f}', "HANGUL CHOSEONG FILLER"),
    ('\u{1160}', "HANGUL JUNGSEONG FILLER"),
    ('\u{180e}', "MONGOLIAN VOWEL SEPARATOR"),
    ('\u{2002}', "EN SPACE"),
    ('\u{2003}', "EM SPACE"),
    ('\u{2009}', "THIN SPACE"),
    ('\u{200b}', "ZERO WIDTH SPACE"),
    ('\u{200c}', "ZERO WIDTH NON-JOINER"),
    ('\u{200d}', "ZERO WIDTH JOINER"),
    ('\u{200e}', "LEFT-TO-RIGHT MARK"),
    ('\u{200f}', "RIGHT-TO-LEFT MARK"),
    ('\u{2028}', "LINE SEPARATOR"),
    ('\u{2029}', "PARAGRAPH SEPARATOR"),
    ('\u{202a}', "LEFT-TO-RIGHT EMBEDDING"),
    ('\u{202b}', "RIGHT-TO-LEFT EMBEDDING"),
    ('\u{202c}', "POP DIRECTIONAL FORMATTING"),
    ('\u{202d}', "LEFT-TO-RIGHT OVERRIDE"),
    ('\u{202e}', "RIGHT-TO-LEFT OVERRIDE"),
    ('\u{202f}', "NARROW NO-BREAK SPACE"),
    ('\u{2060}', "WORD JOINER"),
    ('\u{2066}', "LEFT-TO-RIGHT ISOLATE"),
    ('\u{2067}', "RIGHT-TO-LEFT ISOLATE"),
    ('\u{2068}', "FIRST STRONG ISOLATE"),
    ('\u{2069}', "POP DIRECTIONAL ISOLATE"),
    ('\u{2800}', "BRAILLE PATTERN BLANK"),
    ('\u{3164}', "HANGUL FILLER"),
    ('\u{feff}', "ZERO WIDTH NO-BREAK SPACE (byte order mark)"),
    ('\u{ffa0}', "HALFWIDTH HANGUL FILLER"),
    ('\u{fffd}', "REPLACEMENT CHARACTER"),
];
