//! Which characters take the same number of cells on every terminal.
//!
//! Tables of widths differ with the age of the system, and programs differ in what they count:
//! code points, as POSIX `wcwidth` does, or grapheme clusters (UAX #29). Agreed are the blocks below,
//! one code point at a time. The letters and lines that UAX #11 calls ambiguous are taken as
//! narrow, as terminals with a UTF-8 locale do unless they are told otherwise.

use unicode_width::UnicodeWidthChar;

/// One code point, in one cell everywhere.
pub fn is_agreed_narrow(symbol: &str) -> bool {
    only(symbol).is_some_and(|c| c.width() == Some(1) && is_narrow_block(c))
}

/// One code point that takes as many cells everywhere as it does here.
pub fn has_agreed_width(symbol: &str) -> bool {
    is_agreed_narrow(symbol)
        || only(symbol).is_some_and(|c| c.width() == Some(2) && is_wide_block(c))
}

fn only(symbol: &str) -> Option<char> {
    let mut chars = symbol.chars();
    chars.next().filter(|_| chars.next().is_none())
}

const fn is_narrow_block(c: char) -> bool {
    matches!(c,
        ' '..='~'
        // Latin without its soft hyphen, phonetic letters; Greek and Cyrillic; their extensions.
        | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}'
        | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{52f}'
        | '\u{1e00}'..='\u{1fff}'
        // Dashes, quotation marks, bullets, the ellipsis; currencies; arrows; mathematics.
        | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{20a0}'..='\u{20bf}'
        | '\u{2190}'..='\u{2193}' | '\u{2200}'..='\u{22ff}'
        // Lines, blocks and the plain shapes; ticks and crosses.
        | '\u{2500}'..='\u{25a1}' | '\u{25cb}' | '\u{25cf}' | '\u{2713}' | '\u{2717}'
    )
}

const fn is_wide_block(c: char) -> bool {
    matches!(c,
        // Kana, ideographs, Hangul syllables, and the wide forms of ASCII.
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fe}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{ff01}'..='\u{ff60}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_terminals_dispute_is_not_agreed() {
        for symbol in [
            "a", " ", "é", "ł", "Ж", "─", "…", "›", "✓", "✗", "■", "□", "○", "·",
        ] {
            assert!(is_agreed_narrow(symbol), "{symbol}");
        }
        for symbol in ["田", "김", "ノ"] {
            assert!(has_agreed_width(symbol), "{symbol}");
            assert!(!is_agreed_narrow(symbol), "{symbol}");
        }
        for symbol in [
            "e\u{301}",
            "\u{301}",
            "\u{ad}",
            "\u{200b}",
            "👍",
            "👍🏽",
            "❤\u{fe0f}",
            "🇨🇭",
            "आ",
            "নি",
            "ש",
            "م",
            "ก",
            "ｶ",
            "▶",
            "\u{fffd}",
            "",
            "ab",
        ] {
            assert!(!has_agreed_width(symbol), "{symbol:?}");
        }
    }
}
