//! What was imported: roads, places, areas and addresses of maps, kept in one file of the data folder.
//!
//! ```text
//! 8 bytes "TVPLACE\n" · u32 version (1), little-endian · u32 CRC-32 (IEEE) of what follows · the sources as postcard
//! ```

use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::shape::{Fixed, Shape};
use crate::base::{Error, Kind, Result, ResultExt};
use crate::model::Point;
use crate::say;

/// The file in the data folder.
pub const FILE: &str = "places.bin";
/// Held while that is changed.
const LOCK: &str = "places.lock";
const MAGIC: [u8; 8] = *b"TVPLACE\n";
const VERSION: u32 = 1;
const HEADER_BYTES: usize = 16;

/// One imported file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// The file's name: what `places remove` is told.
    pub name: String,
    /// Whom to thank, as the file or its format says.
    pub attribution: String,
    /// When it was imported, RFC 3339.
    pub imported: String,
    /// Named things.
    pub places: Vec<MapPlace>,
    /// Roads.
    pub roads: Vec<Road>,
    /// House numbers.
    pub addresses: Vec<Address>,
    /// Kilometre stones.
    pub stones: Vec<Stone>,
    /// Where one may not turn.
    pub restrictions: Vec<Restriction>,
    /// Gates, bollards and the like on roads.
    pub barriers: Vec<Barrier>,
}

/// A named thing on a map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapPlace {
    /// As the map calls it.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// What it is, in the map's words (`marketplace`, `school`).
    pub kind: String,
    /// Where it is.
    pub ground: Ground,
}

/// A shape as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ground {
    /// See [`Shape::Point`].
    Point(Fixed),
    /// See [`Shape::Line`].
    Line(Vec<Vec<Fixed>>),
    /// See [`Shape::Area`].
    Area(Vec<Vec<Fixed>>),
}

impl Ground {
    /// The shape to reckon with.
    pub fn shape(&self) -> Shape {
        let lines = |lines: &[Vec<Fixed>]| -> Vec<Vec<Point>> {
            lines.iter().map(|line| line.iter().map(|at| Point::from(*at)).collect()).collect()
        };
        match self {
            Ground::Point(at) => Shape::Point(Point::from(*at)),
            Ground::Line(all) => Shape::Line(lines(all)),
            Ground::Area(all) => Shape::Area(lines(all)),
        }
    }
}

/// Who may use a road; unset where the map does not tell and the class decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Walkers.
    pub foot: bool,
    /// Bicycles.
    pub bicycle: bool,
    /// Motorcycles.
    pub motorcycle: bool,
    /// Cars.
    pub motorcar: bool,
}

/// In which direction vehicles may drive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Oneway {
    /// Both.
    #[default]
    No,
    /// As the line runs.
    Along,
    /// Against the line.
    Against,
}

/// A road: one way of a map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Road {
    /// The map's number for it; 0 where it has none.
    pub id: i64,
    /// Its name; empty where it has none.
    pub name: String,
    /// Other names it has or had.
    pub aliases: Vec<String>,
    /// Its numbers: `QL.1`.
    pub refs: Vec<String>,
    /// OpenStreetMap's word for its class: `trunk`, `residential`.
    pub class: String,
    /// One way or both.
    pub oneway: Oneway,
    /// Who may use it.
    pub access: Access,
    /// Where a limit is told, km/h.
    pub maxspeed_kmh: Option<f32>,
    /// Its points. Roads that share a point meet there, unless one passes over the other.
    pub line: Vec<Fixed>,
    /// The map's numbers of these points; empty where it has none.
    pub nodes: Vec<i64>,
}

/// A house.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// `12`, `12A`, `12/5`.
    pub number: String,
    /// The street that it counts along.
    pub street: String,
    /// Where it is.
    pub at: Fixed,
}

/// A point whose distance along a numbered road is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stone {
    /// The road, as the map calls it; empty where it does not tell.
    pub road: String,
    /// Kilometres.
    pub km: f64,
    /// Where it is.
    pub at: Fixed,
}

/// A turn that is forbidden, or the only one allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restriction {
    /// OpenStreetMap's word: `no_left_turn`, `only_straight_on`.
    pub kind: String,
    /// The road one comes from, by the map's number.
    pub from: i64,
    /// The points (or roads) one goes through.
    pub via: Vec<i64>,
    /// The road one goes to.
    pub to: i64,
}

/// Something that stands in a road's way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Barrier {
    /// The map's number of the point.
    pub node: i64,
    /// OpenStreetMap's word: `gate`, `bollard`.
    pub kind: String,
}

/// All imported files, by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sources {
    /// In the order of their names.
    pub sources: Vec<Source>,
}

impl Sources {
    /// Reads what the data folder has; nothing where nothing was imported.
    ///
    /// # Errors
    /// [`Kind::Io`] for what cannot be read, [`Kind::State`] for a file that is damaged or of another version.
    pub fn load(data: &Path) -> Result<Sources> {
        let file = data.join(FILE);
        let shown = file.display();
        let bytes = match std::fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Sources::default()),
            Err(error) => {
                let said = say!("không đọc được {shown}", "cannot read {shown}");
                return Err(Error::caused_by(Kind::Io, said, error));
            }
        };
        Sources::decode(&bytes).or_say(Kind::State, || {
            say!(
                "{shown} không dùng được; hãy xóa tệp đó và nhập lại bằng truyvet places import",
                "{shown} cannot be used; delete it and import again with truyvet places import"
            )
        })
    }

    /// Changes what the data folder has, or puts something in its place; others wait meanwhile. Makes the folder where there is none.
    ///
    /// # Errors
    /// What `change`, [`Sources::load`] and writing report; nothing is changed then.
    pub fn change(data: &Path, anew: bool, change: impl FnOnce(&mut Sources) -> Result<()>) -> Result<()> {
        let lock = data.join(LOCK);
        let shown = lock.display();
        let locked = || -> std::io::Result<std::fs::File> {
            std::fs::create_dir_all(data)?;
            let file = std::fs::File::create(&lock)?;
            file.lock()?;
            Ok(file)
        };
        let _held = locked().or_say(Kind::Io, || say!("không ghi được {shown}", "cannot write {shown}"))?;
        let mut sources = if anew { Sources::default() } else { Sources::load(data)? };
        change(&mut sources)?;
        sources.save(data)
    }

    /// Puts them in the data folder, all or nothing.
    ///
    /// # Errors
    /// [`Kind::Io`].
    fn save(&self, data: &Path) -> Result<()> {
        let file = data.join(FILE);
        let shown = file.display();
        let cannot = || say!("không ghi được {shown}", "cannot write {shown}");
        let bytes = self.encode().or_say(Kind::Internal, cannot)?;
        let write = || -> std::io::Result<()> {
            let mut fresh = tempfile::NamedTempFile::new_in(data)?;
            fresh.write_all(&bytes)?;
            fresh.as_file().sync_all()?;
            fresh.persist(&file)?;
            std::fs::File::open(data)?.sync_all()
        };
        write().or_say(Kind::Io, cannot)
    }

    /// Adds a file's content, in the place of what was imported under its name before.
    pub fn put(&mut self, source: Source) {
        self.sources.retain(|other| other.name != source.name);
        self.sources.push(source);
        self.sources.sort_by(|a, b| a.name.cmp(&b.name));
    }

    fn encode(&self) -> postcard::Result<Vec<u8>> {
        let body = postcard::to_stdvec(self)?;
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(crc32fast::hash(&body).to_le_bytes());
        bytes.extend(body);
        Ok(bytes)
    }

    fn decode(bytes: &[u8]) -> Result<Sources> {
        let wrong = |said| Error::new(Kind::State, said);
        let short = || wrong(say!("tệp bị cắt cụt", "the file is cut off"));
        let number = |at: usize| {
            let four = bytes.get(at..at + 4).and_then(|four| <[u8; 4]>::try_from(four).ok());
            four.map(u32::from_le_bytes).ok_or_else(short)
        };
        let (version, sum) = (number(8)?, number(12)?);
        if !bytes.starts_with(&MAGIC) {
            return Err(wrong(say!("không phải tệp địa điểm đã nhập", "it is no file of imported places")));
        }
        if version != VERSION {
            return Err(wrong(say!("phiên bản {version} lạ", "its version {version} is unknown")));
        }
        let body = bytes.get(HEADER_BYTES..).ok_or_else(short)?;
        if crc32fast::hash(body) != sum {
            return Err(wrong(say!("tệp bị hỏng", "the file is damaged")));
        }
        postcard::from_bytes(body).or_say(Kind::State, || say!("tệp bị hỏng", "the file is damaged"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources() -> Sources {
        let stone = Stone { road: "QL1".into(), km: 565.8, at: Fixed { lat: 180_735_000, lon: 1_062_962_000 } };
        let mut sources = Sources::default();
        sources.put(Source { name: "b.osm".into(), stones: vec![stone], ..Source::default() });
        sources.put(Source { name: "a.osm".into(), attribution: "©".into(), ..Source::default() });
        sources
    }

    #[test]
    fn what_is_saved_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Sources::load(folder.path()).unwrap(), Sources::default());
        sources().save(folder.path()).unwrap();
        let read = Sources::load(folder.path()).unwrap();
        assert_eq!(read, sources());
        assert_eq!(read.sources[0].name, "a.osm", "by name");
        let mut twice = sources();
        twice.put(Source { name: "b.osm".into(), ..Source::default() });
        assert_eq!(twice.sources.len(), 2, "a file replaces itself");
        assert!(twice.sources[1].stones.is_empty());
    }

    #[test]
    fn a_damaged_file_is_refused_and_never_read_in_part() {
        let folder = tempfile::tempdir().unwrap();
        let whole = sources().encode().unwrap();
        for (at, what) in [(0, "magic"), (8, "version"), (13, "sum"), (20, "body")] {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x40;
            std::fs::write(folder.path().join(FILE), &bytes).unwrap();
            assert_eq!(Sources::load(folder.path()).unwrap_err().kind(), Kind::State, "{what}");
        }
        for length in 0..whole.len() {
            assert!(Sources::decode(&whole[..length]).is_err(), "{length}");
        }
    }
}
