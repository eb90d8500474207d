//! What a run did, for people and for `--json`. A contract: fields are added, never renamed.

use std::path::PathBuf;

use serde::Serialize;

use crate::base::{Result, Said};
use crate::config::Site;
use crate::model::Fault;
use crate::store::{Quarantined, Store};

/// What a run did.
#[derive(Clone, Debug, Default, Serialize)]
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
    /// Recordings told to the index (all of them, when it was made anew).
    pub indexed: u64,
    /// Whether the index was made anew.
    pub rebuilt: bool,
    /// Every file of these cameras that is in quarantine now.
    pub in_quarantine: Vec<QuarantinedFile>,
    /// Folders and files that could not be looked at.
    pub troubles: Vec<Trouble>,
}

/// A file in quarantine.
#[derive(Clone, Debug, Serialize)]
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
    /// When it will be tried again, should it not change before.
    pub next_try: Option<jiff::Timestamp>,
}

/// Something that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// The footage folder.
    pub folder: PathBuf,
    /// `root_missing`, `root_empty` or `unreadable`.
    pub code: &'static str,
    /// In words.
    #[serde(serialize_with = "english")]
    pub said: Said,
}

fn english<S: serde::Serializer>(said: &Said, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_str(&said.en)
}

/// The files in quarantine of some cameras' folders, of all where none is named.
pub fn quarantined(site: &Site, store: &Store, cameras: Option<&[String]>) -> Result<Vec<QuarantinedFile>> {
    let asked = |file: &Quarantined| {
        cameras.is_none_or(|named| file.camera.as_ref().is_some_and(|camera| named.contains(camera)))
    };
    Ok(store.quarantine()?.into_iter().filter(asked).map(|file| describe(site, file)).collect())
}

fn describe(site: &Site, file: Quarantined) -> QuarantinedFile {
    let folder = site.camera(&file.folder).map(|camera| camera.footage.clone()).unwrap_or_default();
    QuarantinedFile {
        camera: file.camera,
        path: crate::model::shown_path(&folder, &file.path),
        reason: file.why.fault,
        detail: file.why.detail,
        attempts: file.attempts,
        next_try: file.next_try,
    }
}
