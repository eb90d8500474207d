//! Temporary sites: a site file, footage folders, and a data folder outside them.

use std::ffi::OsStr;
use std::fmt::Write;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tempfile::TempDir;

use super::run::{Ran, end, run, start, truyvet};

/// Where the first camera of every site hangs; the others hang 2 km further north each.
pub(crate) const LAT: f64 = 18.0735;
pub(crate) const LON: f64 = 106.2962;

/// A site in a folder of its own.
pub(crate) struct TestSite {
    dir: TempDir,
    file: String,
}

impl TestSite {
    /// A site with these cameras, each with a folder `footage/<id>`.
    pub(crate) fn new(cameras: &[&str]) -> TestSite {
        let sections: Vec<String> = cameras.iter().map(|id| format!("footage = \"footage/{id}\"")).collect();
        let cameras: Vec<(&str, &str)> = cameras.iter().copied().zip(sections.iter().map(String::as_str)).collect();
        TestSite::with(&cameras)
    }

    /// A site with these cameras: id, and the rest of its section, which must tell its `footage`.
    pub(crate) fn with(cameras: &[(&str, &str)]) -> TestSite {
        let mut toml = "[site]\nname = \"Thử\"\ntimezone = \"Asia/Ho_Chi_Minh\"\ndata = \"./data\"\n".to_owned();
        for (i, (id, rest)) in cameras.iter().enumerate() {
            let (lat, lon) = place(i);
            let _ = write!(toml, "\n[[camera]]\nid = \"{id}\"\nlat = {lat}\nlon = {lon}\n{rest}\n");
        }
        let site = TestSite::of(&toml);
        for (id, rest) in cameras {
            let folder = rest.split('"').nth(1).unwrap_or(id);
            fs::create_dir_all(site.path(folder)).unwrap();
        }
        site
    }

    /// A site with this site file.
    pub(crate) fn of(toml: &str) -> TestSite {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("site.toml"), toml).unwrap();
        TestSite { dir, file: "site.toml".to_owned() }
    }

    /// Adds sections to the site file.
    pub(crate) fn append(&self, sections: &str) {
        let file = self.path(&self.file);
        let text = fs::read_to_string(&file).unwrap();
        fs::write(file, format!("{text}\n{sections}")).unwrap();
    }

    /// Another site of the same footage that keeps its state elsewhere. The first one must live on.
    pub(crate) fn with_data(&self, data: &str) -> SameFootage<'_> {
        let text = fs::read_to_string(self.path("site.toml")).unwrap();
        let file = format!("{data}.toml");
        fs::write(self.path(&file), text.replace("\"./data\"", &format!("\"./{data}\""))).unwrap();
        SameFootage { site: self, file }
    }

    /// A path in the site's folder.
    pub(crate) fn path(&self, below: impl AsRef<Path>) -> PathBuf {
        self.dir.path().join(below)
    }

    /// A path below a camera's own footage folder.
    pub(crate) fn footage(&self, camera: &str, below: impl AsRef<OsStr>) -> PathBuf {
        self.path("footage").join(camera).join(below.as_ref())
    }

    /// Puts a copy of a file into a camera's folder, last changed an hour ago.
    pub(crate) fn put(&self, camera: &str, below: impl AsRef<OsStr>, from: &Path) -> PathBuf {
        self.write(camera, below, &fs::read(from).unwrap())
    }

    /// Writes a file in a camera's folder, last changed an hour ago.
    pub(crate) fn write(&self, camera: &str, below: impl AsRef<OsStr>, bytes: &[u8]) -> PathBuf {
        let path = self.footage(camera, below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        set_modified(&path, SystemTime::now() - Duration::from_secs(3600));
        path
    }

    /// Runs a command on this site.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        run_on(&self.path(&self.file), arguments)
    }

    /// Runs `index` without thumbnails, which must end with this code; its report.
    #[track_caller]
    pub(crate) fn index(&self, code: i32) -> Value {
        self.run(&["index", "--json", "--no-thumbnails"]).ends(code).json()
    }

    /// All recordings of all cameras, as `search --json` tells them, without what depends on when it was run.
    #[track_caller]
    pub(crate) fn everything(&self) -> Vec<Value> {
        everything(&self.path(&self.file))
    }
}

/// See [`TestSite::with_data`].
pub(crate) struct SameFootage<'a> {
    site: &'a TestSite,
    file: String,
}

impl SameFootage<'_> {
    pub(crate) fn file(&self) -> PathBuf {
        self.site.path(&self.file)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        run_on(&self.file(), arguments)
    }

    #[track_caller]
    pub(crate) fn everything(&self) -> Vec<Value> {
        everything(&self.file())
    }
}

/// Where the camera of this number hangs.
pub(crate) fn place(number: usize) -> (f64, f64) {
    (LAT + 0.018 * number as f64, LON)
}

pub(crate) fn run_on(site: &Path, arguments: &[&str]) -> Ran {
    let mut all = vec!["--config".to_owned(), site.display().to_string()];
    all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
    run(&all)
}

/// The same with something on its standard input.
pub(crate) fn run_on_with(site: &Path, arguments: &[&str], input: &str) -> Ran {
    let all = [&["--config", site.to_str().unwrap()], arguments].concat();
    let mut child = start(truyvet(&all).stdin(Stdio::piped()));
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    end(child)
}

#[track_caller]
fn everything(site: &Path) -> Vec<Value> {
    let near = format!("{LAT},{LON}");
    let ran = run_on(
        site,
        &[
            "search",
            "--json",
            "--near",
            &near,
            "--radius",
            "2000km",
            "--from",
            "1990-01-01 00:00",
            "--to",
            "2090-01-01 00:00",
        ],
    );
    let answer = ran.ends(0).json();
    let cameras = answer["cameras"].as_array().unwrap();
    cameras
        .iter()
        .flat_map(|camera| {
            camera["recordings"].as_array().unwrap().iter().cloned().map(|mut recording| {
                recording["camera"] = camera["id"].clone();
                recording
            })
        })
        .collect()
}

/// Sets a file's modification time.
pub(crate) fn set_modified(path: &Path, time: SystemTime) {
    File::options().append(true).open(path).unwrap().set_modified(time).unwrap();
}

/// A name that is not UTF-8.
pub(crate) fn not_utf8(bytes: &[u8]) -> &OsStr {
    OsStr::from_bytes(bytes)
}
