//! Cells of a CSV export that no spreadsheet takes for a formula.

use std::borrow::Cow;

use super::{escape, is_hidden};

/// A cell that is safe to open in a spreadsheet (OWASP ASVS 1.2.10, CWE-1236): a leading `'` where
/// it would start a formula, line breaks and tabs as spaces, controls and hidden characters written
/// out, as on the screen. Quoting (RFC 4180) is left to the CSV writer; JSON Lines is lossless.
pub fn csv_cell(text: &str) -> Cow<'_, str> {
    let formula = starts_formula(text);
    if !formula && !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut cell = String::with_capacity(text.len() + 1);
    for char in text.chars() {
        match char {
            '\t' | '\n' | '\r' => cell.push(' '),
            _ if is_hidden(char) => escape(char, &mut cell),
            _ => cell.push(char),
        }
    }
    // Again, for what a stripped control stood in front of.
    if formula || starts_formula(&cell) {
        cell.insert(0, '\'');
    }
    Cow::Owned(cell)
}

/// What stood in a cell to which [`csv_cell`] gave a mark; `None` of any other cell.
pub fn read_csv_cell(cell: &str) -> Option<&str> {
    cell.strip_prefix('\'').filter(|rest| starts_formula(rest))
}

/// A spreadsheet may skip blanks before the sign, so we look behind them.
fn starts_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\0'])
        || text
            .trim_start()
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}
