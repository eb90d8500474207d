//! Our index on disk, filled by commits and merged by its own policy meanwhile.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use truyvet::index::{CameraWindow, Change, FootageIndex, Query, TantivyIndex};
use truyvet::model::{CameraSpan, CameraTime};

use super::data::{Answer, Ask, Told, Town};
use super::{Contestant, Filled, ms};

pub(crate) struct Ours {
    place: PathBuf,
    index: Option<TantivyIndex>,
}

impl Ours {
    pub(crate) fn new(place: &Path) -> Ours {
        Ours { place: place.to_owned(), index: None }
    }
}

impl Contestant for Ours {
    fn name(&self) -> &str {
        "truyvet"
    }

    fn fill(&mut self, town: &Town) -> Filled {
        self.open();
        let index = self.index.as_ref().unwrap();
        if index.len().unwrap() == town.len().unsigned_abs() {
            return Filled { took: Duration::MAX, note: "filled by an earlier run".to_owned() };
        }
        let mut took = Duration::ZERO;
        let mut commits = Vec::new();
        for recordings in town.commits() {
            let small = recordings.len() == town.cameras.len();
            let changes: Vec<Change> = recordings.into_iter().map(Change::Put).collect();
            let begun = Instant::now();
            index.apply(&changes).unwrap();
            let one = begun.elapsed();
            took += one;
            if small {
                commits.push(ms(one));
            }
        }
        let begun = Instant::now();
        index.settle().unwrap();
        took += begun.elapsed();
        commits.sort_by(f64::total_cmp);
        let at = |percent: usize| super::percentile(&commits, percent);
        let segments = std::fs::read_dir(&self.place)
            .unwrap()
            .filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|extension| extension == "store"));
        let segments = segments.count();
        let note = format!(
            "a minute's commit {:.0} / {:.0} ms (p50 / p99); {segments} segments; settled in {:.1} s",
            at(50),
            at(99),
            begun.elapsed().as_secs_f64()
        );
        Filled { took, note }
    }

    fn close(&mut self) {
        self.index = None;
    }

    fn open(&mut self) {
        self.index = Some(TantivyIndex::open(&self.place).unwrap());
    }

    fn ask(&mut self, town: &Town, ask: &Ask) -> (Duration, Answer) {
        let begun = Instant::now();
        let span = CameraSpan { start: CameraTime::from_micros(ask.start), end: CameraTime::from_micros(ask.end) };
        let windows = town.near(ask).into_iter().map(|camera| CameraWindow { camera: camera.to_owned(), span });
        let found = self.index.as_ref().unwrap().search(&Query::all(windows.collect())).unwrap();
        let took = begun.elapsed();
        let told: Vec<Told> = found
            .into_iter()
            .map(|r| (r.id.0, r.camera, r.span.start.as_micros(), r.span.end.as_micros(), r.table))
            .collect();
        (took, Answer::of_recordings(ask, &told))
    }
}
