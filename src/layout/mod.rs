//! Recorder path grammars: what a path tells about when, and on which channel, a recording was made.
//!
//! The grammars are data (`config/layouts.toml`, built in; an operator's own file adds to it). This room matches them and
//! does the careful part: calendar, zone, midnight, contradictions. What a path cannot tell becomes a [`Doubt`], never a
//! guess in silence.

mod dates;
mod leftover;
mod path;
mod pick;
mod reading;
mod resolve;
mod stamp;
mod table;
mod template;
mod words;

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use regex::{RegexSet, RegexSetBuilder};
use sha2::{Digest, Sha256};

pub use pick::Pick;
pub use reading::Reading;
pub use table::Layout;

use crate::base::error::{Error, Kind, Result, ResultExt};
use crate::base::say::Said;
use crate::model::Doubt;
use crate::say;
use dates::other_dates;
use path::PathText;
use resolve::Given;
use table::{Digits, Ignored};

const BUILTIN: &str = include_str!("../../config/layouts.toml");

/// An operator's layout outranks a built-in one by this, so that it is the one that counts.
const OPERATORS_RANK: i32 = 50;

/// Until told the present ([`Layouts::not_after`]), a start after 2100-01-01T00:00:00Z counts as impossible.
const FAR_FUTURE_S: i64 = 4_102_444_800;

/// Layouts of a lower rank are general forms, of no known recorder.
const GENERAL_BELOW: i32 = 30;

/// Memory that matching all patterns at once may take. With the usual 2 MiB its cache is thrown away again and again
/// (measured: 250 µs a path over mixed paths, 40 µs with this).
const SET_BYTES: usize = 32 << 20;

/// Two readings of one path that differ by no more are the same, seconds.
const SAME_S: i64 = 2;

/// The table of layouts, ready to read paths.
#[derive(Debug)]
pub struct Layouts {
    layouts: Vec<Layout>,
    ignored: Vec<Ignored>,
    doubts: BTreeMap<String, Said>,
    /// All patterns at once, and for each the layout and the pattern in it.
    set: RegexSet,
    places: Vec<(usize, usize)>,
    /// Hex SHA-256 over the texts that the table was read from.
    mark: String,
    latest: Timestamp,
}

impl Layouts {
    /// The built-in table.
    ///
    /// # Errors
    /// Only when the table built in is wrong, which a test holds it against.
    pub fn builtin() -> Result<Layouts> {
        let empty = Layouts {
            layouts: Vec::new(),
            ignored: Vec::new(),
            doubts: BTreeMap::new(),
            set: RegexSet::empty(),
            places: Vec::new(),
            mark: String::new(),
            latest: Timestamp::from_second(FAR_FUTURE_S).unwrap_or(Timestamp::MAX),
        };
        empty.extended("config/layouts.toml", BUILTIN, 0)
    }

    /// Adds an operator's own table; its layouts outrank the built-in ones where both match.
    ///
    /// # Errors
    /// [`Kind::Config`] naming the file, the line, the layout and the field that is wrong.
    pub fn with_file(self, path: &str, toml_text: &str) -> Result<Layouts> {
        self.extended(path, toml_text, OPERATORS_RANK)
    }

    /// Sets the latest instant at which a recording can start; later ones are read, doubted and not claimed.
    pub fn not_after(mut self, latest: Timestamp) -> Layouts {
        self.latest = latest;
        self
    }

    fn extended(mut self, path: &str, toml_text: &str, rank: i32) -> Result<Layouts> {
        let known: Vec<&str> = self.ids().collect();
        let table = table::read(path, toml_text, &known, &self.doubts, rank)?;
        self.layouts.extend(table.layouts);
        self.ignored.extend(table.ignored);
        self.doubts = table.doubts;
        self.mark = HEXLOWER.encode(&Sha256::new().chain_update(&self.mark).chain_update(toml_text).finalize());
        self.places = Vec::new();
        let mut all = Vec::new();
        for (layout, entry) in self.layouts.iter().enumerate() {
            for (at, pattern) in entry.patterns.iter().enumerate() {
                self.places.push((layout, at));
                all.push(pattern.as_str());
            }
        }
        let set = RegexSetBuilder::new(all).size_limit(SET_BYTES).dfa_size_limit(SET_BYTES).build();
        self.set = set.or_say(Kind::Config, || {
            say!("{path}: các mẫu quá lớn khi gộp lại", "{path}: the patterns are too large together")
        })?;
        Ok(self)
    }

    /// Stands for the whole table: another table has another mark.
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// The ids of all layouts, in the table's order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.layouts.iter().map(|layout| layout.id.as_str())
    }

    /// All layouts, in the table's order.
    pub fn all(&self) -> &[Layout] {
        &self.layouts
    }

    /// Whether a site may name this layout: `auto`, an id, or an id with `+local` or `+utc` behind it, which decides
    /// what the table leaves open.
    ///
    /// # Errors
    /// [`Kind::Config`] naming the layout that does not exist.
    pub fn check_id(&self, id: &str) -> Result<()> {
        let (base, _) = split_id(id);
        if id == "auto" || self.ids().any(|known| known == base) {
            return Ok(());
        }
        Err(Error::new(
            Kind::Config,
            say!("không có kiểu đặt tên `{id}`; xem config/layouts.toml", "no layout `{id}`; see config/layouts.toml"),
        ))
    }

    /// Reads a path for a camera whose clock is set to `zone`, by the layout that knows it best, or by `only` that one
    /// (`auto` is the same as none). Never fails; what is unknown tells nothing.
    pub fn read(&self, path: &str, zone: &TimeZone, only: Option<&str>) -> Reading {
        let mut reading = self.read_path(path, zone, only);
        if let Some(reason) = self.is_ignored(path) {
            reading.unclear(words::no_recording(reason));
        }
        reading
    }

    /// Reads a path by the layout that [`Layouts::pick`] chose for its folder, unless one of a higher rank, which explains
    /// more, knows the path too: a range among plain names is a range. What may be a counter is none for a folder where
    /// the pick said so.
    pub fn read_as_chosen(&self, path: &str, zone: &TimeZone, chosen: Option<&str>) -> Reading {
        let best = self.read(path, zone, None);
        let layout = |id: &str| self.layouts.iter().find(|layout| layout.id == id);
        let known = best.layout.as_deref().and_then(layout);
        let outranked = |id: &&str| {
            known.is_some_and(|best| best.counter) || layout(id).map(|l| l.rank) >= known.map(|best| best.rank)
        };
        let Some(id) = chosen.filter(outranked) else { return best };
        let reading = self.read(path, zone, Some(id));
        if reading.layout.is_some() { reading } else { best }
    }

    fn read_path(&self, path: &str, zone: &TimeZone, only: Option<&str>) -> Reading {
        let path = PathText::new(path);
        let only = only.filter(|id| *id != "auto").map(split_id);
        let given = Given { zone, latest: self.latest, digits: only.and_then(|(_, digits)| digits) };
        let mut readings = self.readings(&path, &given, only.map(|(id, _)| id));
        if readings.is_empty() {
            return Reading::nothing(None);
        }
        let (at, mut best) = readings.remove(0);
        let rank = self.layouts[at].rank;
        for (other, reading) in readings {
            if self.layouts[other].rank == rank {
                compare(&mut best, &reading);
            }
        }
        if rank < GENERAL_BELOW {
            best.channel = best.channel.or_else(|| path.channel());
        }
        other_dates(&mut best, &path, zone, rank < GENERAL_BELOW);
        best
    }

    /// Every layout's reading of a path, with its place in the table; the best first: higher rank, then one that tells a
    /// start, then the table's order.
    fn readings(&self, path: &PathText, given: &Given<'_>, only: Option<&str>) -> Vec<(usize, Reading)> {
        let mut found: Vec<(usize, Reading)> = Vec::new();
        let mut last = None;
        for index in self.set.matches(path.as_str()) {
            let (at, pattern) = self.places[index];
            let layout = &self.layouts[at];
            if last == Some(at) || only.is_some_and(|id| id != layout.id) {
                continue;
            }
            let regex = &layout.patterns[pattern];
            if let Some(caps) = regex.captures(path.as_str()) {
                last = Some(at);
                found.push((at, resolve::resolve(layout, regex, &caps, path, given)));
            }
        }
        found.sort_by_key(|(at, reading)| (std::cmp::Reverse(self.layouts[*at].rank), reading.start.is_none()));
        found
    }

    /// Why a path is no recording: a temporary file, an index, a thumbnail beside a video. None for what may be footage.
    pub fn is_ignored(&self, path: &str) -> Option<&Said> {
        let path = PathText::new(path);
        self.ignored.iter().find(|ignored| ignored.pattern.is_match(path.as_str())).map(|ignored| &ignored.reason)
    }
}

/// `yi+utc` → `yi`, UTC.
fn split_id(id: &str) -> (&str, Option<Digits>) {
    match id.rsplit_once('+') {
        Some((base, "utc")) => (base, Some(Digits::Utc)),
        Some((base, "local")) => (base, Some(Digits::Local)),
        _ => (id, None),
    }
}

/// Two layouts of one rank that tell different times: the first is kept, the difference said.
fn compare(best: &mut Reading, other: &Reading) {
    if let (Some(ours), Some(theirs)) = (best.start, other.start) {
        let difference = theirs.0.as_second() - ours.0.as_second();
        if difference.abs() > SAME_S {
            best.doubt(Doubt::TimeConflict {
                believed: best.layout.clone().unwrap_or_default(),
                other: other.layout.clone().unwrap_or_default(),
                difference_s: difference as f64,
            });
        }
    }
}

#[cfg(test)]
mod tests;
