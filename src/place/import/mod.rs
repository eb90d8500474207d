//! From map files to a [`Source`]: OpenStreetMap as XML (also packed) and PBF, and GeoJSON.

mod access;
mod assemble;
mod geojson;
mod osm;
mod pbf;
#[cfg(test)]
mod tests;
mod xml;

use std::path::Path;

use super::source::Source;
use crate::base::{Error, Kind, Result, ResultExt};
use crate::say;

/// How often a packed map's own size is read at most, and how much of a small one, bytes: real maps are packed to a tenth, and a
/// hostile file of a megabyte could claim to be a thousand.
const MOST_UNPACKED: u64 = 100;
const SMALL_BYTES: u64 = 64 << 20;

/// Reads a map file; its format is told by its name's ending. `imported` is the present, RFC 3339.
///
/// # Errors
/// [`Kind::Usage`] for an ending that is none of ours, [`Kind::Io`] for a file that cannot be read, [`Kind::Usage`] for one whose
/// content is not what its name says.
pub fn read(file: &Path, imported: &str) -> Result<Source> {
    let shown = file.display().to_string();
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let lower = name.to_lowercase();
    let ends = |ending: &str| lower.ends_with(ending);
    let unreadable = || say!("không đọc được bản đồ {shown}", "cannot read the map {shown}");
    std::fs::File::open(file).or_say(Kind::Io, unreadable)?;
    let mut source = if ends(".osm.pbf") || ends(".pbf") {
        osm::read(&pbf::Pbf(file.to_owned()))
    } else if ends(".osm") || ends(".osm.gz") || ends(".osm.xml") || ends(".xml.gz") {
        osm::read(&xml::Xml(file.to_owned()))
    } else if ends(".geojson") || ends(".geojson.gz") || ends(".json") {
        geojson::read(file)
    } else {
        return Err(Error::new(
            Kind::Usage,
            say!(
                "{shown}: chỉ nhập được .osm, .osm.gz, .osm.pbf, .geojson",
                "{shown}: only .osm, .osm.gz, .osm.pbf and .geojson can be imported"
            ),
        ));
    }
    .or_say(Kind::Usage, || {
        say!(
            "không nhập được bản đồ {shown}, chưa thay đổi gì; hãy tải lại hoặc xuất lại tệp này",
            "cannot import the map {shown}, nothing was changed; download or export it again"
        )
    })?;
    source.name = name;
    source.imported = imported.to_owned();
    Ok(source)
}

/// A file to be read from its start, unpacked where its name says so.
fn open(file: &Path) -> std::io::Result<Box<dyn std::io::BufRead>> {
    use std::io::{BufReader, Read};
    let plain = std::fs::File::open(file)?;
    let most = plain.metadata()?.len().saturating_mul(MOST_UNPACKED).max(SMALL_BYTES);
    let plain = BufReader::with_capacity(1 << 16, plain);
    let packed = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    Ok(if packed {
        let unpacked = flate2::bufread::MultiGzDecoder::new(plain).take(most);
        Box::new(BufReader::with_capacity(1 << 16, unpacked))
    } else {
        Box::new(plain)
    })
}

/// A content that is not what it should be.
fn wrong(why: impl std::fmt::Display) -> Error {
    Error::new(Kind::Usage, say!("nội dung sai: {why}", "its content is wrong: {why}"))
}
