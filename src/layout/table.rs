//! The layouts table: its TOML form, and every way in which an entry can be wrong, named with file, entry and line.

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;
use toml::Spanned;

use super::template::{self, Fault};
use crate::base::error::{Error, Kind, Result};
use crate::base::say::Said;
use crate::say;

/// Rank of a layout that does not state one: a vendor's own naming.
const USUAL_RANK: i32 = 50;

/// One recorder layout, ready to match.
#[derive(Debug)]
pub struct Layout {
    /// Its name in the site file.
    pub id: String,
    /// Who writes such paths.
    pub vendor: String,
    /// A sample path with tokens, where one is given.
    pub form: Option<String>,
    pub(super) basis: Digits,
    pub(super) rank: i32,
    pub(super) length_s: Option<f64>,
    pub(super) uncertainty_s: Option<f64>,
    pub(super) counter: bool,
    pub(super) doubts: Vec<Said>,
    pub(super) patterns: Vec<Regex>,
}

impl Layout {
    /// What its digits are, in the table's word.
    pub fn basis(&self) -> &'static str {
        match self.basis {
            Digits::Local => "local",
            Digits::Utc => "utc",
            Digits::LocalOrUtc => "local_or_utc",
            Digits::Epoch => "epoch",
            Digits::Offset => "offset",
            Digits::None => "none",
        }
    }
}

/// What the digits of a layout's names are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Digits {
    Local,
    Utc,
    LocalOrUtc,
    Epoch,
    Offset,
    None,
}

/// Files that are no recordings, with the reason.
#[derive(Debug)]
pub(super) struct Ignored {
    pub(super) pattern: Regex,
    pub(super) reason: Said,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    doubt: BTreeMap<String, Words>,
    #[serde(default)]
    layout: Vec<Spanned<Entry>>,
    #[serde(default)]
    ignore: Vec<IgnoreEntry>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    en: String,
    vi: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Spanned<String>,
    #[serde(default)]
    vendor: String,
    patterns: Vec<Spanned<String>>,
    basis: Digits,
    form: Option<String>,
    rank: Option<i32>,
    length_s: Option<Spanned<f64>>,
    uncertainty_s: Option<Spanned<f64>>,
    #[serde(default)]
    counter: bool,
    #[serde(default)]
    doubts: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IgnoreEntry {
    patterns: Vec<Spanned<String>>,
    en: String,
    vi: String,
}

/// A table as read from one file.
pub(super) struct Table {
    pub(super) layouts: Vec<Layout>,
    pub(super) ignored: Vec<Ignored>,
    pub(super) doubts: BTreeMap<String, Said>,
}

/// Reads one table. `known` are ids already in use, `doubts` texts already defined, `rank` what an entry without one gets
/// beyond the usual.
pub(super) fn read(
    path: &str,
    toml_text: &str,
    known: &[&str],
    doubts: &BTreeMap<String, Said>,
    rank: i32,
) -> Result<Table> {
    let at = Place { path, text: toml_text };
    let file: File = toml::from_str(toml_text).map_err(|error| {
        let from = error.span().map_or(0, |span| span.start);
        let (why, entry) = (error.message().to_owned(), at.entry_near(from));
        at.wrong(from, &entry, &say!("{why}", "{why}"))
    })?;
    let mut doubts = doubts.clone();
    doubts.extend(file.doubt.into_iter().map(|(name, words)| (name, Said { vi: words.vi, en: words.en })));
    let mut layouts: Vec<Layout> = Vec::new();
    for entry in file.layout {
        let layout = at.layout(entry.into_inner(), &doubts, rank)?;
        if known.contains(&layout.0.id.as_str()) || layouts.iter().any(|other| other.id == layout.0.id) {
            let id = layout.0.id;
            return Err(at.wrong(layout.1, &id, &say!("id đã có", "field `id`: already in use")));
        }
        layouts.push(layout.0);
    }
    let mut ignored = Vec::new();
    for entry in file.ignore {
        for pattern in &entry.patterns {
            let reason = Said { vi: entry.vi.clone(), en: entry.en.clone() };
            ignored.push(Ignored { pattern: at.pattern("ignore", pattern)?, reason });
        }
    }
    Ok(Table { layouts, ignored, doubts })
}

/// Where an error is told to be.
struct Place<'a> {
    path: &'a str,
    text: &'a str,
}

impl Place<'_> {
    /// One entry, and where its id stands.
    fn layout(&self, entry: Entry, texts: &BTreeMap<String, Said>, rank: i32) -> Result<(Layout, usize)> {
        let id_at = entry.id.span().start;
        let id = entry.id.into_inner();
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            let said = say!("id chỉ gồm a-z, 0-9 và dấu -", "field `id`: only a-z, 0-9 and - are allowed");
            return Err(self.wrong(id_at, &id, &said));
        }
        if entry.patterns.is_empty() {
            return Err(self.wrong(
                id_at,
                &id,
                &say!("thiếu mẫu patterns", "field `patterns`: at least one is needed"),
            ));
        }
        let patterns = entry.patterns.iter().map(|pattern| self.pattern(&id, pattern)).collect::<Result<_>>()?;
        let mut doubts = Vec::new();
        for name in &entry.doubts {
            let said = texts.get(name.get_ref()).ok_or_else(|| {
                let name = name.get_ref();
                say!("doubts: không có [doubt.{name}]", "field `doubts`: there is no [doubt.{name}]")
            });
            doubts.push(said.map_err(|why| self.wrong(name.span().start, &id, &why))?.clone());
        }
        let layout = Layout {
            length_s: self.seconds(&id, "length_s", entry.length_s)?,
            uncertainty_s: self.seconds(&id, "uncertainty_s", entry.uncertainty_s)?,
            id,
            vendor: entry.vendor,
            form: entry.form,
            basis: entry.basis,
            counter: entry.counter,
            rank: entry.rank.unwrap_or(USUAL_RANK + rank),
            doubts,
            patterns,
        };
        Ok((layout, id_at))
    }

    fn pattern(&self, entry: &str, pattern: &Spanned<String>) -> Result<Regex> {
        let (from, text) = (pattern.span().start, pattern.get_ref());
        let expanded = template::expand(text).map_err(|fault| {
            let why = match fault {
                Fault::UnknownToken(name) => {
                    say!("patterns: không có ký hiệu {{{name}}}", "field `patterns`: there is no token {{{name}}}")
                }
                Fault::Unclosed => say!("patterns: thiếu dấu }}", "field `patterns`: a {{ without its }}"),
            };
            self.wrong(from, entry, &why)
        })?;
        Regex::new(&expanded).map_err(|error| {
            let why = error.to_string();
            let why = why.lines().last().unwrap_or("").to_owned();
            self.wrong(from, entry, &say!("patterns: {why}", "field `patterns`: {why}"))
        })
    }

    fn seconds(&self, entry: &str, field: &str, value: Option<Spanned<f64>>) -> Result<Option<f64>> {
        let Some(value) = value else { return Ok(None) };
        let (from, seconds) = (value.span().start, value.into_inner());
        if seconds > 0.0 && seconds <= 86_400.0 {
            return Ok(Some(seconds));
        }
        let said = say!("{field}: phải trong khoảng 0 đến 86400 giây", "field `{field}`: 0 to 86400 seconds");
        Err(self.wrong(from, entry, &said))
    }

    fn wrong(&self, from: usize, entry: &str, why: &Said) -> Error {
        let line = 1 + self.text.as_bytes().iter().take(from).filter(|b| **b == b'\n').count();
        let path = self.path;
        let (vi, en) = (&why.vi, &why.en);
        Error::new(
            Kind::Config,
            say!("{path}, dòng {line}, kiểu `{entry}`: {vi}", "{path}, line {line}, layout `{entry}`: {en}"),
        )
    }

    /// The id of the entry that a place in the text belongs to, for errors found before entries exist.
    fn entry_near(&self, from: usize) -> String {
        let head = self.text.get(..from).and_then(|before| before.rfind("[[layout]]")).unwrap_or(0);
        let block = &self.text[head..];
        let block = block.get(10..).and_then(|rest| rest.find("[[")).map_or(block, |end| &block[..end + 10]);
        let id = block.lines().find_map(|line| line.trim().strip_prefix("id")?.trim_start().strip_prefix('='));
        id.map_or_else(|| "?".to_owned(), |id| id.trim().trim_matches(['"', '\'']).to_owned())
    }
}
