//! The daemon under a ward's load, for as long as wanted: a hundred cameras that each close a file a minute. Prints how long a
//! file needs to be found, and what the daemon needs of memory and processor; asserts only that every file is found. Then the
//! nightly rescan of 150,000 unchanged files: prints its time, asserts that none of them is opened.
//!
//! `cargo bench --bench soak [-- arrivals | rescan]`; MINUTES (30), CAMERAS (100), ALIGNED (1: all close in the same second)
//! and FILES (150,000) in the environment.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "soak/arrivals.rs"]
mod arrivals;
#[path = "soak/clips.rs"]
mod clips;
#[path = "soak/process.rs"]
mod process;
#[path = "soak/rescan.rs"]
mod rescan;

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() {
    let only = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    if only.as_deref() != Some("rescan") {
        arrivals::run(number("MINUTES", 30), number("CAMERAS", 100), number("ALIGNED", 0) == 1);
    }
    if only.as_deref() != Some("arrivals") {
        rescan::run(number("FILES", 150_000));
    }
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text}")))
}

/// A site with so many cameras in a folder of its own on the disk of the checkout, and their footage folders.
fn site(cameras: u64) -> (tempfile::TempDir, Vec<PathBuf>) {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
    let place = tempfile::Builder::new().prefix("soak-").tempdir_in(target).unwrap();
    let mut text = "[site]\nname = \"soak\"\ntimezone = \"Asia/Ho_Chi_Minh\"\ndata = \"data\"\n".to_owned();
    let mut folders = Vec::new();
    for number in 0..cameras {
        let lat = 18.07 + number as f64 / 10_000.0;
        let _ = write!(
            text,
            "[[camera]]\nid = \"c{number:03}\"\nlat = {lat}\nlon = 106.3\nfootage = \"footage/c{number:03}\"\n"
        );
        folders.push(place.path().join(format!("footage/c{number:03}")));
        std::fs::create_dir_all(&folders[number as usize]).unwrap();
    }
    std::fs::write(place.path().join("site.toml"), text).unwrap();
    (place, folders)
}

/// What a part of the sorted values does not exceed.
fn percentile(sorted: &[f64], part: f64) -> f64 {
    sorted.get(((sorted.len() as f64 * part).ceil() as usize).saturating_sub(1)).copied().unwrap_or(f64::NAN)
}
