//! The site file: one TOML file that describes a ward's installation. Unknown keys are refused, and everything else that
//! cannot be is named with its line. The commented example is `config/site.example.toml`.

mod camera;
mod check;
mod clock;
mod daemon;
mod door;
mod media;
mod places;
mod problem;
mod retention;
mod site;
mod tls;
mod trace;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::base::{Error, Kind, Result, ResultExt, Said};
use crate::model::{Camera, Group, TraceSettings};
use crate::say;

pub use clock::ClockSection;
pub use daemon::{Hours, HttpSection, ScheduleSection, WatchSection};
pub use door::DoorSection;
pub use media::MediaSection;
pub use problem::Problem;
pub use retention::RetentionSection;
pub use tls::{OWN as TLS_FOLDER, TlsFiles, Transport};

/// Where the site file is looked for when none is named: the working folder, then the system.
pub const DEFAULT_FILES: [&str; 2] = ["site.toml", "/etc/truyvet/site.toml"];

/// A ward's installation, checked.
#[derive(Clone, Debug)]
pub struct Site {
    /// The file it was read from.
    pub file: PathBuf,
    /// As people call it.
    pub name: String,
    /// The zone in which people here say times.
    pub zone: TimeZone,
    /// Where the program keeps its state; the only folder it writes to.
    pub data: PathBuf,
    /// Who keeps cameras, in the file's order.
    pub groups: Vec<Group>,
    /// The cameras, in the file's order; ids are unique.
    pub cameras: Vec<Camera>,
    /// The line of the site file on which a camera, by its id, names its layout.
    pub layout_lines: BTreeMap<String, usize>,
    /// Gazetteer files.
    pub places: Vec<PathBuf>,
    /// The operator's base map, a PMTiles file.
    pub map: Option<PathBuf>,
    /// The operator's own recorder layouts, beside the built-in ones.
    pub layouts: Vec<PathBuf>,
    /// The operator's own kinds of incident, beside the built-in ones.
    pub kinds: Option<PathBuf>,
    /// How media is looked at.
    pub media: MediaSection,
    /// Where the daemon listens.
    pub http: HttpSection,
    /// The certificate that it shows.
    pub tls: TlsFiles,
    /// How long somebody who logged in stays in.
    pub door: DoorSection,
    /// How the daemon watches.
    pub watch: WatchSection,
    /// When the daemon takes thumbnails.
    pub schedule: ScheduleSection,
    /// What is taken for granted about cameras' clocks.
    pub clock: ClockSection,
    /// How long what was derived from footage outlives it.
    pub retention: RetentionSection,
    /// The numbers that tracing goes by.
    pub trace: TraceSettings,
    /// What is doubtful but can be worked with, such as a folder that is not there now.
    pub warnings: Vec<Problem>,
}

/// The file as written. Every section is a struct of its own, in a file of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteFile {
    site: site::SiteSection,
    #[serde(default, rename = "group")]
    groups: Vec<site::GroupSection>,
    #[serde(default, rename = "camera")]
    cameras: Vec<camera::CameraSection>,
    #[serde(default)]
    places: places::PlacesSection,
    #[serde(default)]
    map: places::MapSection,
    #[serde(default)]
    layouts: places::LayoutsSection,
    #[serde(default)]
    kinds: places::KindsSection,
    #[serde(default)]
    media: MediaSection,
    #[serde(default)]
    http: HttpSection,
    #[serde(default)]
    tls: tls::TlsSection,
    #[serde(default)]
    door: DoorSection,
    #[serde(default)]
    watch: WatchSection,
    #[serde(default)]
    schedule: ScheduleSection,
    #[serde(default)]
    clock: ClockSection,
    #[serde(default)]
    retention: RetentionSection,
    #[serde(default)]
    trace: TraceSettings,
}

impl Site {
    /// Reads and checks a site file; all its problems are reported at once.
    ///
    /// # Errors
    /// [`Kind::Config`], naming the file, the line, the field and the remedy.
    pub fn load(file: &Path) -> Result<Site> {
        let shown = file.display();
        let text = std::fs::read_to_string(file).or_say(Kind::Config, || {
            say!("không đọc được tệp cấu hình {shown}", "cannot read the configuration file {shown}")
        })?;
        Site::parse(file, &text)
    }

    /// Finds the site file: the one named, or the first of [`DEFAULT_FILES`] that is there.
    ///
    /// # Errors
    /// [`Kind::Config`] when there is none.
    pub fn find(named: Option<&Path>) -> Result<PathBuf> {
        if let Some(file) = named {
            return Ok(file.to_owned());
        }
        DEFAULT_FILES.iter().map(PathBuf::from).find(|file| file.is_file()).ok_or_else(|| {
            Error::new(
                Kind::Config,
                say!(
                    "không có tệp cấu hình: hãy đặt site.toml trong thư mục này, hoặc /etc/truyvet/site.toml, hoặc nêu --config TỆP (mẫu: config/site.example.toml)",
                    "no configuration file: put a site.toml in this folder, or /etc/truyvet/site.toml, or name one with --config FILE (example: config/site.example.toml)"
                ),
            )
        })
    }

    /// Checks the text of a site file; `file` tells what relative paths are relative to.
    ///
    /// # Errors
    /// As [`Site::load`].
    pub fn parse(file: &Path, text: &str) -> Result<Site> {
        let raw: SiteFile = toml::from_str(text).map_err(|error| refuse(file, text, &error))?;
        let (site, problems) = check::check(file, text, raw);
        let (fatal, warnings): (Vec<Problem>, Vec<Problem>) = problems.into_iter().partition(|p| p.fatal);
        match site {
            Some(site) if fatal.is_empty() => Ok(Site { warnings, ..site }),
            _ => Err(Error::new(Kind::Config, problem::join(&fatal))),
        }
    }

    /// The camera with this id.
    pub fn camera(&self, id: &str) -> Option<&Camera> {
        self.cameras.iter().find(|camera| camera.id == id)
    }
}

/// The parser's refusal in our words, with file and line.
fn refuse(file: &Path, text: &str, error: &toml::de::Error) -> Error {
    let line = error.span().map(|span| problem::line_of(text, span.start));
    let at = problem::place(file, line);
    let what = error.message();
    let said: Said = match what.strip_prefix("unknown field ") {
        Some(rest) => say!("{at}: khóa không có trong mẫu: {rest}", "{at}: unknown key {rest}"),
        None => say!("{at}: không đúng dạng: {what}", "{at}: {what}"),
    };
    Error::new(Kind::Config, said)
}
