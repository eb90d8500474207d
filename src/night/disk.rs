//! The data folder's disk: what the state takes, how fast it grows, how long the room lasts.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::history::Earlier;
use super::retention::comparable;
use crate::{index, reel, store};

/// The data folder's disk. Bytes are those that the file system gave to files, which may be more than the files hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Disk {
    /// The store and what belongs to it.
    pub store_bytes: u64,
    /// The index.
    pub index_bytes: u64,
    /// The reels of thumbnails.
    pub reels_bytes: u64,
    /// Everything else in the data folder.
    pub other_bytes: u64,
    /// All of it.
    pub total_bytes: u64,
    /// What is free for us on the disk; null where the system does not tell.
    pub free_bytes: Option<u64>,
    /// Bytes by which the data folder grew a day (less than 0: it shrank); null where there is nothing to compare with.
    pub growth_bytes_per_day: Option<f64>,
    /// The report that it was compared with.
    pub compared_with: Option<Date>,
    /// Days until the disk is full, if it goes on so; null where that is not known, or it does not grow.
    pub days_left: Option<f64>,
}

/// Measures the data folder and compares with earlier reports (the latest first).
pub fn disk(data: &Path, now: Timestamp, earlier: &[Earlier]) -> Disk {
    let [mut store_bytes, mut index_bytes, mut reels_bytes, mut other_bytes] = [0u64; 4];
    for entry in walkdir::WalkDir::new(data).min_depth(1).into_iter().filter_map(Result::ok) {
        let below = entry.path().strip_prefix(data).unwrap_or(entry.path());
        let first = below.components().next().map(|part| part.as_os_str().to_string_lossy()).unwrap_or_default();
        let bytes = entry.metadata().map_or(0, |meta| std::os::unix::fs::MetadataExt::blocks(&meta) * 512);
        *(match first.as_ref() {
            index::FOLDER => &mut index_bytes,
            reel::FOLDER => &mut reels_bytes,
            name if name.starts_with(store::FILE) => &mut store_bytes,
            _ => &mut other_bytes,
        }) += bytes;
    }
    let total_bytes = store_bytes + index_bytes + reels_bytes + other_bytes;
    let free_bytes = rustix::fs::statvfs(data).ok().map(|stat| stat.f_bavail.saturating_mul(stat.f_frsize));
    let then = comparable(now, earlier).filter_map(|report| Some((report, report.data_bytes?))).last();
    let growth = then.map(|(report, bytes)| growth(bytes, total_bytes, now.duration_since(report.now).as_secs_f64()));
    Disk {
        store_bytes,
        index_bytes,
        reels_bytes,
        other_bytes,
        total_bytes,
        free_bytes,
        growth_bytes_per_day: growth,
        compared_with: then.map(|(report, _)| report.date),
        days_left: growth.zip(free_bytes).and_then(|(growth, free)| days_left(growth, free)),
    }
}

fn growth(then: u64, now: u64, seconds: f64) -> f64 {
    ((now as f64 - then as f64) / seconds * 86_400.0).round()
}

fn days_left(growth: f64, free: u64) -> Option<f64> {
    (growth > 0.0).then(|| (free as f64 / growth * 10.0).floor() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_counts_once_under_its_own_heading() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["truyvet.db", "truyvet.db-wal", "index/a/b", "reels/r", "reports/x", "lock"] {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, vec![1; 100_000]).unwrap();
        }
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let measured = disk(dir.path(), now, &[]);
        assert!(measured.store_bytes >= 200_000 && measured.store_bytes < measured.total_bytes);
        for part in [measured.index_bytes, measured.reels_bytes] {
            assert!((100_000..200_000).contains(&part), "{part}");
        }
        assert!(measured.other_bytes >= 200_000);
        assert!(measured.free_bytes.is_some());
        assert_eq!((measured.growth_bytes_per_day, measured.days_left), (None, None));

        let mut earlier = Earlier::empty(Date::constant(2023, 11, 12), Timestamp::from_second(1_699_827_200).unwrap());
        earlier.data_bytes = Some(measured.total_bytes - 20_000);
        let measured = disk(dir.path(), now, &[earlier]);
        assert_eq!(measured.growth_bytes_per_day, Some(10_000.0));
        assert_eq!(measured.compared_with, Some(Date::constant(2023, 11, 12)));
        assert!(measured.days_left.is_some());
    }

    #[test]
    fn a_folder_that_does_not_grow_never_fills_the_disk() {
        assert_eq!(growth(100, 50, 86_400.0), -50.0);
        assert_eq!(days_left(-50.0, 1_000), None);
        assert_eq!(days_left(0.0, 1_000), None);
        assert_eq!(days_left(300.0, 1_000), Some(3.3));
    }
}
