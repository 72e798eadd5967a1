//! What a cell says.

use jiff::Timestamp;

use crate::{text, user::validity};

/// What spreadsheets leave where a formula has failed.
const ERRORS: &[&str] = &[
    "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
    "#ERROR!", "#BEZUG!", "#WERT!", "#NV",
];

/// A cell as it was meant: `="1042"` is how some exports keep a spreadsheet from counting.
pub(super) fn meant(cell: &str) -> &str {
    cell.strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .or_else(|| text::read_csv_cell(cell))
        .unwrap_or(cell)
        .trim()
}

/// Has a spreadsheet left this in place of what stood there?
pub(super) fn damage(cell: &str) -> Option<String> {
    ERRORS
        .iter()
        .any(|error| cell.eq_ignore_ascii_case(error))
        .then(|| {
            format!(
                "`{cell}` is what a spreadsheet leaves of a formula that failed: export the values"
            )
        })
}

/// Until when an account is valid; `accountExpires` of Active Directory counts intervals of 100 ns
/// since 1601, and 0 or the largest number is without an end.
pub(super) fn end(cell: &str) -> Result<Option<Timestamp>, String> {
    /// A smaller number, before 1918, counts something else: a day without its dashes, or the days of a
    /// spreadsheet.
    const LEAST: i64 = 100_000_000_000_000_000;
    match cell.parse::<i64>() {
        Ok(0 | i64::MAX) => Ok(None),
        // In whole seconds, as everybody writes it.
        Ok(ticks) if ticks >= LEAST => validity::filetime(ticks)
            .and_then(|at| Timestamp::from_second(at.as_second()).ok())
            .map(Some)
            .ok_or_else(|| format!("`{cell}` is no time")),
        Ok(_) | Err(_) => validity::end(cell, text::zone()),
    }
}

/// Has a spreadsheet counted with an ID?
pub(super) fn damaged_id(cell: &str) -> Option<String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = |text: &str| match text.split_once(['.', ',']) {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(text),
    };
    let scientific = cell
        .split_once(['E', 'e'])
        .is_some_and(|(number_part, power)| {
            number(number_part) && power.strip_prefix(['+', '-']).is_some_and(digits)
        });
    let fraction = cell.contains(['.', ',']) && cell.ends_with(".0") && number(cell);
    (scientific || fraction).then(|| {
        format!(
            "`{cell}` is what a spreadsheet makes of a long number: format the column as text and \
             export it again"
        )
    })
}

/// Words that say that there is no address.
const NOTHING: &[&str] = &[
    "n/a", "na", "n.a.", "none", "-", "--", "—", "null", "nil", "no email", "unknown", "keine",
    "aucun",
];

/// The address in a cell: `Ann Able <a@x.example>` and `mailto:a@x.example` are unwrapped.
///
/// # Errors
/// Two addresses. Whether it is one at all is judged with the user.
pub(super) fn address(cell: &str) -> Result<&str, String> {
    if NOTHING.iter().any(|word| cell.eq_ignore_ascii_case(word)) {
        return Ok("");
    }
    let inner = match (cell.rfind('<'), cell.ends_with('>')) {
        (Some(open), true) => &cell[open + 1..cell.len() - 1],
        _ => cell,
    };
    let inner = match inner.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => &inner[7..],
        _ => inner,
    };
    let inner = inner.split('?').next().unwrap_or(inner).trim();
    if inner.matches('@').count() > 1 && inner.contains([';', ',', ' ', '/', '|']) {
        return Err(format!("`{cell}` is more than one address: keep one"));
    }
    Ok(inner)
}

const YES: &[&str] = &[
    "yes",
    "y",
    "true",
    "t",
    "1",
    "-1",
    "on",
    "x",
    "active",
    "enabled",
    "current",
    "employed",
    "in service",
    "ja",
    "wahr",
    "aktiv",
    "oui",
    "vrai",
    "actif",
    "si",
    "sí",
    "verdadero",
    "activo",
    "sim",
    "verdadeiro",
    "ativo",
    "vero",
    "attivo",
    "actief",
    "waar",
    // Okta: the account is there, whatever stands between it and a sign-in.
    "provisioned",
    "password_expired",
    "locked_out",
    "recovery",
];

const NO: &[&str] = &[
    "no",
    "n",
    "false",
    "f",
    "0",
    "off",
    "inactive",
    "disabled",
    "suspended",
    "deactivated",
    "deprovisioned",
    "terminated",
    "separated",
    "retired",
    "resigned",
    "deceased",
    "archived",
    "blocked",
    "former",
    "left",
    "nein",
    "falsch",
    "inaktiv",
    "deaktiviert",
    "non",
    "faux",
    "inactif",
    "falso",
    "inactivo",
    "não",
    "nao",
    "inativo",
    "inattivo",
    "nee",
    "inactief",
    "onwaar",
];

/// Yes or no.
///
/// # Errors
/// Neither.
pub(super) fn flag(heading: &str, cell: &str) -> Result<bool, String> {
    let word = cell.to_lowercase();
    if YES.contains(&word.as_str()) {
        Ok(true)
    } else if NO.contains(&word.as_str()) {
        Ok(false)
    } else {
        Err(format!("{heading} `{cell}` is neither yes nor no"))
    }
}

/// Active Directory's flags (MS-ADTS section 2.2.16): is the account enabled?
///
/// # Errors
/// No number.
pub(super) fn account_control(heading: &str, cell: &str) -> Result<bool, String> {
    const ACCOUNT_DISABLE: u32 = 0x2;
    let flags: u32 = cell
        .parse()
        .map_err(|_| format!("{heading} `{cell}` is no number"))?;
    Ok(flags & ACCOUNT_DISABLE == 0)
}

/// Nothing but signs that stand for a password that is not shown.
pub(super) fn is_mask(cell: &str) -> bool {
    cell.chars()
        .all(|char| matches!(char, '*' | '•' | '●' | '·' | '-'))
}
