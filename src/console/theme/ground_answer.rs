//! What a terminal answers when it is asked for the colour of its ground (OSC 11; `XTerm` Control
//! Sequences, "Operating System Commands").

use super::Ground;

/// How an answer begins, behind `ESC ]`.
pub const BEGINNING: &[u8] = b"11;";

/// Grounds up to this relative luminance (WCAG 2.2) leave the inks for a dark ground 4.5 to 1.
const DARK: f64 = 0.025;
/// Grounds from this on do so for the inks of a light one.
const LIGHT: f64 = 0.8;

/// The ground that an answer tells, `11;rgb:ffff/ffff/dddd`; in between neither theme is readable
/// for certain, and what is drawn brings its own ground where it can.
pub fn ground(answer: &[u8]) -> Option<Ground> {
    let text = std::str::from_utf8(answer.strip_prefix(BEGINNING)?).ok()?;
    let text = text.trim_end_matches(['\u{7}', '\u{1b}', '\\']);
    let colours = text
        .strip_prefix("rgb:")
        .or_else(|| text.strip_prefix("rgba:"))?;
    let mut parts = colours.split('/').map(part);
    let (red, green, blue) = (parts.next()??, parts.next()??, parts.next()??);
    let luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    Some(match luminance {
        ..=DARK => Ground::Dark,
        LIGHT.. => Ground::Light,
        _ => Ground::Unknown,
    })
}

/// One to four hexadecimal digits of a colour, as a share of the most.
fn part(digits: &str) -> Option<f64> {
    let most = match digits.len() {
        1 => 0xf,
        2 => 0xff,
        3 => 0xfff,
        4 => 0xffff,
        _ => return None,
    };
    let value = u16::from_str_radix(digits, 16).ok()?;
    Some(f64::from(value) / f64::from(most))
}

fn linear(share: f64) -> f64 {
    if share <= 0.040_45 {
        share / 12.92
    } else {
        ((share + 0.055) / 1.055).powf(2.4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ground_is_what_the_terminal_says() {
        for (answer, wanted) in [
            ("11;rgb:0000/0000/0000", Some(Ground::Dark)),
            ("11;rgb:0000/2b2b/3636\u{1b}\\", Some(Ground::Dark)),
            ("11;rgb:ffff/ffff/ffff\u{7}", Some(Ground::Light)),
            ("11;rgb:fd/f6/e3", Some(Ground::Light)),
            ("11;rgba:ffff/ffff/ffff/8000", Some(Ground::Light)),
            ("11;rgb:8080/8080/8080", Some(Ground::Unknown)),
            ("11;rgb:f/f/f", Some(Ground::Light)),
            ("10;rgb:ffff/ffff/ffff", None),
            ("11;rgb:ffff/ffff", None),
            ("11;rgb:zz/zz/zz", None),
            ("11;rgb:fffff/0/0", None),
            ("11;?", None),
            ("", None),
        ] {
            assert_eq!(ground(answer.as_bytes()), wanted, "{answer:?}");
        }
        assert_eq!(ground(b"11;rgb:\xff\xff/0/0"), None);
    }
}
