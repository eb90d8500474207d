//! Kinds of incident: how each is looked for unless the user says otherwise. The table is data: `config/kinds.toml`, built in, and a
//! site's own file of the same form. Every way in which an entry can be wrong is named with file, line and kind.

use std::ops::Range;
use std::path::Path;

use jiff::SignedDuration;
use jiff::civil::Time;
use jiff::fmt::strtime;
use serde::{Deserialize, Serialize};
use toml::Spanned;
use utoipa::ToSchema;

use crate::base::{Error, Kind as ErrorKind, Result, ResultExt, Said};
use crate::place::{fold, stands_in};
use crate::say;

const BUILTIN: &str = include_str!("../../config/kinds.toml");

/// The kind that counts where none is named.
const USUAL: &str = "khac";

/// Longer windows and radiuses than these are slips of the pen.
const LONGEST: SignedDuration = SignedDuration::from_hours(48);
const FARTHEST_M: f64 = 100_000.0;

/// In which order an answer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The nearest camera first.
    Nearest,
    /// The latest first.
    Newest,
    /// The earliest first.
    Oldest,
}

/// What an answer is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Every recording.
    Files,
    /// What stands out.
    Moments,
    /// Sustained rises of brightness.
    Brightness,
}

/// A kind of incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    /// What `--kind` takes.
    pub id: String,
    /// Its name.
    pub name: Said,
    /// Other words for it.
    pub called: Vec<String>,
    /// How long before a point in time is looked at, ≥ 0.
    pub before: SignedDuration,
    /// How long after it, ≥ 0.
    pub after: SignedDuration,
    /// The hours of a day where only a day is told, minutes after midnight; over 1440 on the day after.
    pub part: Range<u16>,
    /// Metres around the place, > 0.
    pub radius_m: f64,
    /// In which order the answer comes.
    pub order: Order,
    /// What it is made of.
    pub mode: Mode,
    /// Whether a search without a case number has to say why.
    pub ask_reason: bool,
}

/// The table.
#[derive(Clone, Debug)]
pub struct Kinds {
    kinds: Vec<Kind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    kind: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Spanned<String>,
    vi: String,
    en: String,
    #[serde(default)]
    called: Vec<String>,
    before: Spanned<String>,
    after: Spanned<String>,
    part: Spanned<String>,
    radius_m: Spanned<f64>,
    order: Order,
    mode: Mode,
    #[serde(default)]
    ask_reason: bool,
}

impl Kinds {
    /// The built-in table, with the operator's file where there is one.
    ///
    /// # Errors
    /// As [`Kinds::with_file`], and where the file cannot be read.
    pub fn load(file: Option<&Path>) -> Result<Kinds> {
        let kinds = Kinds::builtin()?;
        let Some(file) = file else { return Ok(kinds) };
        let shown = file.display().to_string();
        let text = std::fs::read_to_string(file)
            .or_say(ErrorKind::Config, || say!("không đọc được {shown}", "cannot read {shown}"))?;
        kinds.with_file(&shown, &text)
    }

    /// The built-in table.
    ///
    /// # Errors
    /// None: a test reads it.
    pub fn builtin() -> Result<Kinds> {
        Kinds { kinds: Vec::new() }.with_file("config/kinds.toml", BUILTIN)
    }

    /// With a file's kinds: in the place of those of the same id, else beside them.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config), naming file, line and kind.
    pub fn with_file(mut self, path: &str, text: &str) -> Result<Kinds> {
        let at = |byte: usize| format!("{path}:{}", 1 + text[..byte.min(text.len())].matches('\n').count());
        let file: File = toml::from_str(text).map_err(|error| {
            let (at, why) = (at(error.span().map_or(0, |span| span.start)), error.message().to_owned());
            Error::new(ErrorKind::Config, say!("{at}: không đúng dạng: {why}", "{at}: {why}"))
        })?;
        let mut own: Vec<Kind> = Vec::new();
        for entry in file.kind {
            let begins = entry.span().start;
            let kind = kind(entry.into_inner()).and_then(|kind| match own.iter().any(|other| other.id == kind.id) {
                true => Err((begins, say!("id \"{}\" đã có trong tệp", "id \"{}\" is in the file already", kind.id))),
                false => Ok(kind),
            });
            let refuse = |(byte, why): Wrong| {
                let (at, Said { vi, en }) = (at(byte), why);
                Error::new(ErrorKind::Config, Said { vi: format!("{at}: {vi}"), en: format!("{at}: {en}") })
            };
            own.push(kind.map_err(refuse)?);
        }
        for kind in own {
            match self.kinds.iter_mut().find(|other| other.id == kind.id) {
                Some(place) => *place = kind,
                None => self.kinds.push(kind),
            }
        }
        // A word that means two kinds means none.
        let words = |kind: &Kind| names(kind).collect::<Vec<_>>();
        for (n, one) in self.kinds.iter().enumerate() {
            let other = |other: &&Kind| words(other).iter().any(|word| words(one).contains(word));
            if let Some(other) = self.kinds[..n].iter().find(other) {
                let (a, b) = (&other.id, &one.id);
                return Err(Error::new(
                    ErrorKind::Config,
                    say!("{path}: \"{a}\" và \"{b}\" có chung tên gọi", "{path}: \"{a}\" and \"{b}\" share a name"),
                ));
            }
        }
        Ok(self)
    }

    /// All of them, the usual one first.
    pub fn all(&self) -> &[Kind] {
        &self.kinds
    }

    /// The kind of this id or name, in any of its words; case, diacritics and dashes do not matter.
    ///
    /// # Errors
    /// [`Usage`](ErrorKind::Usage), naming those that there are.
    pub fn find(&self, word: &str) -> Result<&Kind> {
        let wanted = plain(word);
        self.kinds.iter().find(|kind| names(kind).any(|name| name == wanted)).ok_or_else(|| {
            let list = |name: fn(&Said) -> &str| {
                let each = self.kinds.iter().map(|kind| format!("{} ({})", kind.id, name(&kind.name)));
                each.collect::<Vec<_>>().join(", ")
            };
            let (vi, en) = (list(|said| &said.vi), list(|said| &said.en));
            Error::new(
                ErrorKind::Usage,
                say!(
                    "không có loại vụ việc \"{word}\"; có: {vi}",
                    "there is no kind of incident \"{word}\"; there are: {en}"
                ),
            )
        })
    }

    /// The kinds that a text speaks of: one of their names stands in it. Where diacritics were typed they count: "bỏ chạy" is no fire.
    pub fn told_in<'a>(&'a self, text: &str) -> impl Iterator<Item = &'a Kind> {
        self.kinds.iter().filter(move |kind| {
            let names = [&kind.name.vi, &kind.name.en].into_iter().chain(&kind.called);
            kind.id != USUAL && names.filter(|name| name.len() > 3).any(|name| stands_in(text, name))
        })
    }

    /// What counts where none is named.
    ///
    /// # Errors
    /// None: the built-in table has it, and a file cannot take it away.
    pub fn usual(&self) -> Result<&Kind> {
        self.find(USUAL)
    }
}

/// A word as it is compared.
fn plain(word: &str) -> String {
    fold(&word.replace(['-', '_'], " "))
}

/// Everything that a kind is called, as it is compared.
fn names(kind: &Kind) -> impl Iterator<Item = String> {
    let own = [&kind.id, &kind.name.vi, &kind.name.en];
    let mut names: Vec<String> = own.into_iter().chain(&kind.called).map(|word| plain(word)).collect();
    names.sort();
    names.dedup();
    names.into_iter()
}

/// Where something is wrong, as a byte of the text, and what.
type Wrong = (usize, Said);

fn kind(entry: Entry) -> std::result::Result<Kind, Wrong> {
    let id = entry.id.get_ref().clone();
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if id.is_empty() || !id.bytes().all(is_plain) {
        return Err((
            entry.id.span().start,
            say!("id \"{id}\" chỉ được gồm a-z, 0-9 và dấu -", "id \"{id}\": only a-z, 0-9 and - are allowed"),
        ));
    }
    let radius_m = *entry.radius_m.get_ref();
    if !(radius_m > 0.0 && radius_m <= FARTHEST_M) {
        return Err((
            entry.radius_m.span().start,
            say!(
                "{id}: radius_m = {radius_m} phải lớn hơn 0 và không quá 100000",
                "{id}: radius_m = {radius_m} must be greater than 0 and at most 100000"
            ),
        ));
    }
    Ok(Kind {
        before: length(&id, "before", &entry.before)?,
        after: length(&id, "after", &entry.after)?,
        part: part(&id, &entry.part)?,
        id,
        name: Said { vi: entry.vi, en: entry.en },
        called: entry.called,
        radius_m,
        order: entry.order,
        mode: entry.mode,
        ask_reason: entry.ask_reason,
    })
}

fn length(id: &str, field: &str, text: &Spanned<String>) -> std::result::Result<SignedDuration, Wrong> {
    let length = text.get_ref().trim().parse::<SignedDuration>().ok();
    length.filter(|length| !length.is_negative() && *length <= LONGEST).ok_or_else(|| {
        let shown = text.get_ref();
        let said = say!(
            "{id}: {field} = \"{shown}\" phải như 90s, 15m, 2h, không quá 48h",
            "{id}: {field} = \"{shown}\" must be as 90s, 15m, 2h, and at most 48h"
        );
        (text.span().start, said)
    })
}

/// Hours as minutes after midnight; `24:00` is the end of the day.
fn part(id: &str, text: &Spanned<String>) -> std::result::Result<Range<u16>, Wrong> {
    let minute = |word: &str| match word.trim() {
        "24:00" => Some(1440),
        word => {
            let time: Time = strtime::parse("%H:%M", word).and_then(|time| time.to_time()).ok()?;
            Some(time.hour() as u16 * 60 + time.minute() as u16)
        }
    };
    let ends = text.get_ref().split_once('-').and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
    match ends {
        Some((from, to)) if from < to => Ok(from..to),
        Some((from, to)) if to < from => Ok(from..to + 1440),
        _ => {
            let shown = text.get_ref();
            let said = say!(
                "{id}: part = \"{shown}\" phải như 22:00-05:00",
                "{id}: part = \"{shown}\" must be as 22:00-05:00"
            );
            Err((text.span().start, said))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "[[kind]]\nid = \"trom-cap\"\nvi = \"trộm\"\nen = \"theft\"\nbefore = \"1h\"\nafter = \"0s\"\n\
                       part = \"21:30-04:00\"\nradius_m = 250\norder = \"nearest\"\nmode = \"moments\"\n";

    #[test]
    fn the_builtin_table_holds_the_kinds_that_people_name_in_both_languages() {
        let kinds = Kinds::builtin().unwrap();
        let ids: Vec<&str> = kinds.all().iter().map(|kind| kind.id.as_str()).collect();
        assert_eq!(ids, ["khac", "tai-nan", "trom-cap", "chay", "gay-roi", "tre-lac"]);
        for (word, id) in [
            ("trom-cap", "trom-cap"),
            ("Trộm cắp", "trom-cap"),
            ("theft", "trom-cap"),
            ("Hit-and-Run", "tai-nan"),
            ("tai nan", "tai-nan"),
            ("fire", "chay"),
            ("hoả hoạn", "chay"),
            ("fight", "gay-roi"),
            ("missing_child", "tre-lac"),
        ] {
            assert_eq!(kinds.find(word).unwrap().id, id, "{word}");
        }
        assert_eq!(kinds.find("trom-cap").unwrap().part, 22 * 60..29 * 60);
        assert!(kinds.find("tre-lac").unwrap().ask_reason);
        assert_eq!(kinds.usual().unwrap().id, "khac");
    }

    #[test]
    fn an_unknown_kind_is_refused_naming_the_known_ones() {
        let refused = Kinds::builtin().unwrap().find("giết người").unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Usage);
        let said = refused.to_string();
        for id in ["giết người", "tai-nan", "trom-cap", "chay", "gay-roi", "tre-lac"] {
            assert!(said.contains(id), "{said}");
        }
    }

    #[test]
    fn a_site_replaces_a_kind_and_adds_one() {
        let more = format!(
            "{OWN}\n[[kind]]\nid = \"do-rac\"\nvi = \"đổ rác\"\nen = \"dumping\"\nbefore = \"1h\"\nafter = \"1h\"\npart = \"00:00-24:00\"\nradius_m = 100\norder = \"oldest\"\nmode = \"moments\"\n"
        );
        let kinds = Kinds::builtin().unwrap().with_file("own.toml", &more).unwrap();
        assert_eq!((kinds.all().len(), kinds.find("theft").unwrap().radius_m), (7, 250.0));
        assert_eq!(kinds.find("đổ rác").unwrap().id, "do-rac");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (from, to, says) in [
            ("\"1h\"", "\"1 giờ\"", "own.toml:5: trom-cap: before"),
            ("21:30-04:00", "21:30", "own.toml:7: trom-cap: part"),
            ("21:30-04:00", "21:30-21:30", "own.toml:7: trom-cap: part"),
            ("250", "-1.0", "own.toml:8: trom-cap: radius_m"),
            ("250", "nan", "own.toml:8: trom-cap: radius_m"),
            ("trom-cap", "Trộm", "own.toml:2: id"),
            ("\"nearest\"", "\"farthest\"", "own.toml:9"),
            ("mode", "modus", "own.toml"),
            ("\"theft\"", "\"fire\"", "share a name"),
        ] {
            let text = OWN.replacen(from, to, 1);
            let error = Kinds::builtin().unwrap().with_file("own.toml", &text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(says), "{to}: {error}");
        }
        let twice = format!("{OWN}{OWN}");
        assert!(Kinds::builtin().unwrap().with_file("own.toml", &twice).is_err());
    }
}
