//! The operator's own tables: the gazetteer (named places), and units with their old and new names. Tab-separated.

use std::path::Path;

use super::units::{self, Change};
use crate::base::{Error, Kind, Result, ResultExt};
use crate::model::Point;
use crate::say;

/// A named place.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// As people call it.
    pub name: String,
    /// What it is (`nut_giao`, `cho`, `to_dan_pho`, …), in the file's words.
    pub kind: String,
    /// Where it is, where the file tells.
    pub at: Option<Point>,
    /// Other names.
    pub aliases: Vec<String>,
    /// The road and the kilometre that it marks, where it is a reference point.
    pub mark: Option<(String, f64)>,
}

/// All tables of a site.
#[derive(Clone, Debug, Default)]
pub struct Gazetteer {
    /// Named places, in the files' order.
    pub places: Vec<Place>,
    /// Units that became others.
    pub changes: Vec<Change>,
}

/// One table, row by row, by the names of its columns.
pub(super) struct Table<'a> {
    pub file: &'a str,
    header: Vec<&'a str>,
    rows: Vec<(usize, Vec<&'a str>)>,
}

/// One row of a table.
pub(super) struct Row<'a> {
    table: &'a Table<'a>,
    pub line: usize,
    cells: &'a [&'a str],
}

impl Gazetteer {
    /// Reads the operator's files, which their header lines tell apart. The gazetteer has at least the columns `name`, `lat` and
    /// `lon`, and perhaps `kind`, `aliases` (apart by `|`), `road` and `km` (a reference point of chainages); other columns are left
    /// alone. A place without coordinates is kept: its name is known, its point is not. For units see [`units`](super::units).
    ///
    /// # Errors
    /// [`Kind::Config`], naming file, line and column.
    pub fn load(files: &[impl AsRef<Path>]) -> Result<Gazetteer> {
        let mut gazetteer = Gazetteer::default();
        for file in files {
            let file = file.as_ref();
            let shown = file.display();
            let text = std::fs::read_to_string(file).or_say(Kind::Config, || {
                say!("không đọc được tệp địa điểm {shown}", "cannot read the gazetteer {shown}")
            })?;
            gazetteer.add(&shown.to_string(), &text)?;
        }
        Ok(gazetteer)
    }

    /// Adds a table.
    ///
    /// # Errors
    /// As [`Gazetteer::load`].
    pub fn add(&mut self, file: &str, text: &str) -> Result<()> {
        let Some(table) = Table::read(file, text) else { return Ok(()) };
        if table.has("old_ward") && table.has("new_unit") {
            self.changes.extend(units::read(&table)?);
            return Ok(());
        }
        if !(table.has("name") && table.has("lat") && table.has("lon")) {
            return Err(Error::new(
                Kind::Config,
                say!(
                    "{file}:1: dòng đầu phải có các cột name, kind, lat, lon, aliases, cách nhau bằng tab",
                    "{file}:1: the first line must name the columns name, kind, lat, lon, aliases, apart by tabs"
                ),
            ));
        }
        for row in table.rows() {
            self.places.push(place(&row)?);
        }
        Ok(())
    }
}

fn place(row: &Row<'_>) -> Result<Place> {
    let (lat, lon) = (row.number("lat", -90.0, 90.0)?, row.number("lon", -180.0, 180.0)?);
    let km = row.number("km", 0.0, 10_000.0)?;
    let (file, line) = (row.table.file, row.line);
    if row.cell("name").is_empty() {
        return Err(Error::new(Kind::Config, say!("{file}:{line}: thiếu name", "{file}:{line}: name is missing")));
    }
    let aliases = row.cell("aliases").split('|').map(str::trim).filter(|alias| !alias.is_empty());
    Ok(Place {
        name: row.cell("name").to_owned(),
        kind: row.cell("kind").to_owned(),
        at: lat.zip(lon).map(|(lat, lon)| Point { lat, lon }),
        aliases: aliases.map(str::to_owned).collect(),
        mark: km.map(|km| (row.cell("road").to_owned(), km)),
    })
}

impl<'a> Table<'a> {
    fn read(file: &'a str, text: &'a str) -> Option<Table<'a>> {
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
        let (_, header) = lines.next()?;
        let cells = |line: &'a str| line.split('\t').map(str::trim).collect::<Vec<_>>();
        let rows = lines.map(|(number, line)| (number + 1, cells(line))).collect();
        Some(Table { file, header: cells(header.trim_start_matches('\u{feff}')), rows })
    }

    pub(super) fn has(&self, column: &str) -> bool {
        self.header.contains(&column)
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, cells)| Row { table: self, line: *line, cells })
    }
}

impl<'a> Row<'a> {
    /// The text of a column; empty where there is none.
    pub(super) fn cell(&self, column: &str) -> &'a str {
        let at = self.table.header.iter().position(|header| *header == column);
        at.and_then(|at| self.cells.get(at)).copied().unwrap_or("")
    }

    /// The number of a column; none where it is empty.
    pub(super) fn number(&self, column: &str, from: f64, to: f64) -> Result<Option<f64>> {
        let text = self.cell(column);
        if text.is_empty() {
            return Ok(None);
        }
        let (file, line) = (self.table.file, self.line);
        let shown = |value: f64| value.to_string().replace('-', "−");
        match text.parse::<f64>() {
            Ok(value) if (from..=to).contains(&value) => Ok(Some(value)),
            _ => {
                let (from, to) = (shown(from), shown(to));
                Err(Error::new(
                    Kind::Config,
                    say!(
                        "{file}:{line}: {column} = \"{text}\" không phải số từ {from} đến {to}",
                        "{file}:{line}: {column} = \"{text}\" is not a number from {from} to {to}"
                    ),
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Lang;

    fn read(text: &str) -> Result<Gazetteer> {
        let mut gazetteer = Gazetteer::default();
        gazetteer.add("p.tsv", text)?;
        Ok(gazetteer)
    }

    #[test]
    fn a_row_is_a_place_and_columns_may_lack_or_be_more() {
        let gazetteer = read("\u{feff}name\tlat\tlon\tx\n# a remark\n\nchợ\t18.07\t106.29\ty\nđường\t\t\n").unwrap();
        let places: Vec<(&str, Option<Point>)> = gazetteer.places.iter().map(|p| (p.name.as_str(), p.at)).collect();
        assert_eq!(places, [("chợ", Some(Point { lat: 18.07, lon: 106.29 })), ("đường", None)]);
        let marks = read("name\tlat\tlon\troad\tkm\ncột\t18\t106\tQL1A\t565.5\n").unwrap();
        assert_eq!(marks.places[0].mark, Some(("QL1A".to_owned(), 565.5)));
        assert!(read("").unwrap().places.is_empty());
    }

    #[test]
    fn a_wrong_number_is_named_with_its_line() {
        let error = read("name\tkind\tlat\tlon\taliases\nx\ty\t106.2\t18.0\t\n").unwrap_err();
        assert_eq!(error.explain(Lang::En), "p.tsv:2: lat = \"106.2\" is not a number from −90 to 90");
        assert!(read("ten\tloai\n").is_err());
        assert!(read("name\tlat\tlon\n\t1\t2\n").is_err());
    }
}
