//! Writing a report: whole under its name, or not at all.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::{FOLDER, Report, page};
use crate::base::{Kind, Result, ResultExt};
use crate::config::Site;
use crate::say;

/// Where a report was written.
#[derive(Clone, Debug)]
pub struct Written {
    /// The JSON.
    pub json: PathBuf,
    /// The page.
    pub page: PathBuf,
}

/// Writes a report as `reports/<date>.json` and `.html` in the data folder; one of the same day is replaced.
///
/// # Errors
/// [`Kind::Io`] when the folder or a file cannot be written.
pub fn write(site: &Site, report: &Report) -> Result<Written> {
    let folder = site.data.join(FOLDER);
    let shown = folder.display().to_string();
    let failed = || say!("không ghi được báo cáo vào {shown}", "cannot write the report into {shown}");
    let json = serde_json::to_vec(report)
        .or_say(Kind::Internal, || say!("không viết được JSON", "the result does not fit JSON"))?;
    std::fs::create_dir_all(&folder).or_say(Kind::Io, failed)?;
    let date = report.date;
    // The page first: where there is the JSON, which later reports read, there is the page too.
    let page = put(&folder, &format!("{date}.html"), page::page(report, site).as_bytes()).or_say(Kind::Io, failed)?;
    let json = put(&folder, &format!("{date}.json"), &json).or_say(Kind::Io, failed)?;
    Ok(Written { json, page })
}

/// Writes a file beside its place and renames it there. What an interrupted run left behind is overwritten.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<PathBuf> {
    let (unfinished, path) = (folder.join(format!(".{name}.new")), folder.join(name));
    let mut file = File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, &path)?;
    // The name is safe only with its folder.
    File::open(folder)?.sync_all()?;
    Ok(path)
}
