//! A tiny town with its truth, made once for all tests and copied for each.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use tempfile::TempDir;

use super::maker::make;
use super::maker::plan::Plan;
use super::maker::truth::Truth;
use super::run::Ran;
use super::site::run_on;
use super::{cache, digest};

/// A town's footage and site file in a folder of its own, and the truth about it.
pub(crate) struct Town {
    dir: TempDir,
    pub truth: &'static Truth,
}

impl Town {
    /// A fresh copy, not indexed.
    pub(crate) fn new() -> Town {
        static MADE: OnceLock<(std::path::PathBuf, Truth)> = OnceLock::new();
        let (from, truth) = MADE.get_or_init(|| {
            let plan = Plan { seconds: 60, segment_seconds: 20, width: 160, height: 90, fps: 5, ..Plan::default() };
            let folder = cache().join(format!("town-{}", digest(sources().as_bytes())));
            let truth = make(&plan, &folder, |_, _, _| {}).unwrap_or_else(|failure| panic!("{failure}"));
            (folder, truth)
        });
        let dir = tempfile::tempdir().unwrap();
        copy(from, dir.path());
        Town { dir, truth }
    }

    /// Another town than all others, not indexed.
    pub(crate) fn of(plan: Plan) -> Town {
        let dir = tempfile::tempdir().unwrap();
        let truth = make(&plan, dir.path(), |_, _, _| {}).unwrap_or_else(|failure| panic!("{failure}"));
        // As long as the test runs: it has a few of them at most.
        Town { dir, truth: Box::leak(Box::new(truth)) }
    }

    /// A copy of this one, with all that was done to it.
    pub(crate) fn copy(&self) -> Town {
        let dir = tempfile::tempdir().unwrap();
        copy(self.path(), dir.path());
        Town { dir, truth: self.truth }
    }

    /// One that all tests share which only look at it; indexed, thumbnails taken.
    pub(crate) fn shared() -> &'static Town {
        static SHARED: OnceLock<Town> = OnceLock::new();
        SHARED.get_or_init(|| {
            let town = Town::new();
            // Two of its files are damaged on purpose.
            town.run(&["index"]).ends(3);
            town
        })
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        run_on(&self.path().join("site.toml"), arguments)
    }
}

/// The maker's own text: another maker makes another town.
fn sources() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/town/maker");
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).unwrap();
        } else {
            fs::copy(entry.path(), &target).unwrap();
            let modified = entry.metadata().unwrap().modified().unwrap();
            super::site::set_modified(&target, modified);
        }
    }
}
