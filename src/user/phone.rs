//! Phone numbers, as people write them.

/// A phone number has so many digits at least: the shortest that are dialled have three.
const FEWEST_DIGITS: usize = 3;

/// Digits, what people put between them, and an extension: `+1 (303) 555-0142 x17`.
pub(super) fn checked(text: String) -> Result<String, String> {
    let lower = text.to_lowercase();
    let (number, extension) = ["extension", "ext.", "ext", "x", ";ext=", "#"]
        .into_iter()
        .find_map(|mark| lower.split_once(mark))
        .map_or((lower.as_str(), None), |(number, extension)| {
            (number, Some(extension))
        });
    let is_of_a_number = |char: char| {
        char.is_ascii_digit() || char.is_whitespace() || "+-()./,*\u{2013}\u{2011}".contains(char)
    };
    let strange = number
        .trim_end_matches(';')
        .chars()
        .find(|char| !is_of_a_number(*char))
        .or_else(|| {
            let rest = extension.unwrap_or_default();
            rest.chars()
                .find(|char| !char.is_ascii_digit() && !char.is_whitespace())
        });
    if let Some(strange) = strange {
        return Err(format!(
            "the phone holds {strange:?}, which no phone number has"
        ));
    }
    if number.chars().filter(char::is_ascii_digit).count() < FEWEST_DIGITS {
        return Err(format!("the phone has fewer than {FEWEST_DIGITS} digits"));
    }
    Ok(text)
}
