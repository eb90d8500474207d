//! What a run did, for people and for `--json`. A contract: fields are added, never renamed.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::base::{Result, Said};
use crate::config::Site;
use crate::model::Fault;
use crate::store::{Quarantined, Store};

/// What a run did.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// Files that lie in the footage folders.
    pub found: u64,
    /// Recorders' temporary and side files, and links.
    pub ignored: u64,
    /// Files known and unchanged; none of them was opened.
    pub unchanged: u64,
    /// Files listed in this run.
    pub listed: u64,
    /// Files that this run could not read.
    pub unreadable: u64,
    /// Files that were known and are no longer there.
    pub gone: u64,
    /// Recordings timed anew, since the site's settings or the layout table changed.
    pub retimed: u64,
    /// Bytes read to list.
    pub bytes_read: u64,
    /// Seconds of footage listed.
    pub footage_s: f64,
    /// Thumbnails taken.
    pub thumbnails: u64,
    /// Recordings forgotten, since their files are gone for longer than the site file says.
    pub forgotten: u64,
    /// Reels deleted, since none of their thumbnails is known any more.
    pub reels_deleted: u64,
    /// Recordings told to the index (all of them, when it was made anew).
    pub indexed: u64,
    /// Whether the index was made anew.
    pub rebuilt: bool,
    /// Every file of these cameras that is in quarantine now.
    pub in_quarantine: Vec<QuarantinedFile>,
    /// Folders and files that could not be looked at.
    pub troubles: Vec<Trouble>,
    /// Cameras of which the index was told new or changed recordings.
    #[serde(skip)]
    pub fresh: BTreeSet<String>,
    /// Files that are taken to be still written, as key of the folder and path below it: somebody should look again.
    #[serde(skip)]
    pub young: Vec<(String, Vec<u8>)>,
}

/// A file in quarantine.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct QuarantinedFile {
    /// The camera, where the path tells.
    pub camera: Option<String>,
    /// The file.
    pub path: String,
    /// Why.
    pub reason: Fault,
    /// The reader's words.
    pub detail: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it will be tried again, should it not change before; null while it is ignored.
    pub next_try: Option<Timestamp>,
    /// That somebody decided to leave it alone; null where nobody did.
    pub ignored: Option<IgnoredFile>,
}

/// That somebody decided to leave a quarantined file alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IgnoredFile {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Why; null where that was not told.
    pub reason: Option<String>,
}

/// Something that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// The footage folder.
    pub folder: PathBuf,
    /// `root_missing`, `root_empty` or `unreadable`.
    pub code: Cow<'static, str>,
    /// In words; English in JSON.
    #[serde(serialize_with = "english", deserialize_with = "as_it_is")]
    pub said: Said,
}

fn english<S: serde::Serializer>(said: &Said, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_str(&said.en)
}

fn as_it_is<'de, D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Said, D::Error> {
    String::deserialize(deserializer).map(|text| Said::from(text.as_str()))
}

/// The files in quarantine of some cameras' folders, of all where none is named.
pub fn quarantined(site: &Site, store: &Store, cameras: Option<&[String]>) -> Result<Vec<QuarantinedFile>> {
    let asked = |file: &Quarantined| cameras.is_none_or(|named| concerns(site, file, named));
    Ok(store.quarantine()?.into_iter().filter(asked).map(|file| describe(site, &file)).collect())
}

/// Whether a quarantined file is one of these cameras'. A file of no known camera is everybody's who records into its folder.
pub fn concerns(site: &Site, file: &Quarantined, cameras: &[String]) -> bool {
    let folder = |id: &str| site.camera(id).map(|camera| &camera.footage);
    let shared = |id: &str| file.camera.is_none() && folder(id).is_some() && folder(id) == folder(&file.folder);
    cameras.iter().any(|id| file.camera.as_ref() == Some(id) || shared(id))
}

/// A quarantined file for people and for JSON.
pub fn describe(site: &Site, file: &Quarantined) -> QuarantinedFile {
    let folder = site.camera(&file.folder).map(|camera| camera.footage.clone()).unwrap_or_default();
    QuarantinedFile {
        camera: file.camera.clone(),
        path: crate::model::shown_path(&folder, &file.path),
        reason: file.why.fault,
        detail: file.why.detail.clone(),
        attempts: file.attempts,
        next_try: file.next_try,
        ignored: file.ignored.as_ref().map(|ignored| IgnoredFile {
            at: ignored.at,
            by: ignored.by.clone(),
            reason: ignored.reason.clone(),
        }),
    }
}
