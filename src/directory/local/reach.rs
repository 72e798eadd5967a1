//! An operator's reach as SQL: the store itself leaves out whom the operator may not see, so that
//! every count is one of what is shown.

use std::fmt::Write as _;

use rusqlite::{Connection, functions::FunctionFlags};

use super::write;
use crate::permission::{Reach, comparable_station};

/// `halligan_station(text)`: a station as it is compared.
const STATION: &str = "halligan_station";

/// The condition that a row `u` of `users` is within `reach`, for a connection that [`prepare`] has
/// seen. Kinds are numbers of ours; a station is written in hexadecimal, so that no text of anybody
/// is a part of the SQL.
pub(super) fn sql(reach: &Reach) -> String {
    let mut conditions = Vec::new();
    if let Some(kinds) = reach.kinds {
        let numbers: Vec<_> = kinds
            .iter()
            .map(|kind| write::number_of_kind(kind).to_string())
            .collect();
        conditions.push(format!("u.kind IN ({})", numbers.join(", ")));
    }
    if let Some(stations) = &reach.stations {
        let texts: Vec<_> = stations
            .iter()
            .map(|station| comparable_station(station))
            .filter(|station| !station.is_empty())
            .map(|station| format!("CAST(X'{}' AS TEXT)", hexadecimal(&station)))
            .collect();
        conditions.push(format!("{STATION}(u.station) IN ({})", texts.join(", ")));
    }
    if conditions.is_empty() {
        return "1".into();
    }
    conditions.join(" AND ")
}

fn hexadecimal(text: &str) -> String {
    text.bytes().fold(String::new(), |mut digits, byte| {
        // Writing to a text cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Makes the comparison of stations known to a connection that does not have it yet.
pub(super) fn prepare(connection: &Connection, reach: &Reach) -> rusqlite::Result<()> {
    if reach.stations.is_none()
        || connection
            .prepare_cached(&format!("SELECT {STATION}('')"))
            .is_ok()
    {
        return Ok(());
    }
    connection.create_scalar_function(
        STATION,
        1,
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC,
        |context| {
            let station = context.get_raw(0).as_str_or_null()?;
            Ok(station.map(comparable_station))
        },
    )
}
