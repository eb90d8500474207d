//! Units with an old and a new name: communes and wards that were merged or split, and when.
//!
//! A table has the columns `old_ward` and `new_unit`, and perhaps `old_district`, `lat`, `lon` (of the old unit), `new_lat`, `new_lon`,
//! `default_for_split` (whether most of a unit that was split went there) and `date` (the first day of the new name). Without a
//! `date` it is 2025-07-01, when all of Vietnam's communes were arranged anew and the districts ended. Codes are left alone: new units
//! took over the codes of old ones, so that a code does not say which is meant.

use super::gazetteer::{Row, Table};
use crate::base::{Error, Kind, Result};
use crate::model::Point;
use crate::say;

const OF_2025: &str = "2025-07-01";

/// What became of a unit; one that was split has several.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The old name, with its kind: `Phường Hưng Trí`.
    pub old: String,
    /// The district that it was in; empty where it is not told.
    pub district: String,
    /// Where the old unit was.
    pub old_at: Option<Point>,
    /// The name now, with its kind.
    pub new: String,
    /// Where the new unit is.
    pub new_at: Option<Point>,
    /// Whether most of it went there.
    pub main: bool,
    /// The first day of the new name.
    pub date: jiff::civil::Date,
}

impl Change {
    /// The day as people here write it.
    pub fn day(&self) -> String {
        let date = self.date;
        format!("{}/{}/{}", date.day(), date.month(), date.year())
    }
}

/// Reads the rows of a table.
///
/// # Errors
/// [`Kind::Config`], naming file, line and column.
pub(super) fn read(table: &Table<'_>) -> Result<Vec<Change>> {
    table.rows().map(|row| change(table.file, &row)).collect()
}

fn change(file: &str, row: &Row<'_>) -> Result<Change> {
    let line = row.line;
    let point = |lat: &str, lon: &str| -> Result<Option<Point>> {
        let (lat, lon) = (row.number(lat, -90.0, 90.0)?, row.number(lon, -180.0, 180.0)?);
        Ok(lat.zip(lon).map(|(lat, lon)| Point { lat, lon }))
    };
    for column in ["old_ward", "new_unit"] {
        if row.cell(column).is_empty() {
            let said = say!("{file}:{line}: thiếu {column}", "{file}:{line}: {column} is missing");
            return Err(Error::new(Kind::Config, said));
        }
    }
    let date = Some(row.cell("date")).filter(|date| !date.is_empty()).unwrap_or(OF_2025);
    let date = date.parse().map_err(|_| {
        let said = say!(
            "{file}:{line}: date = \"{date}\" không phải ngày; viết như 2025-07-01",
            "{file}:{line}: date = \"{date}\" is not a day; write 2025-07-01"
        );
        Error::new(Kind::Config, said)
    })?;
    Ok(Change {
        old: row.cell("old_ward").to_owned(),
        district: row.cell("old_district").to_owned(),
        old_at: point("lat", "lon")?,
        new: row.cell("new_unit").to_owned(),
        new_at: point("new_lat", "new_lon")?,
        main: !matches!(row.cell("default_for_split").to_lowercase().as_str(), "false" | "0" | "no"),
        date,
    })
}
