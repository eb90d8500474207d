//! What every engine must do, whatever it is made of: one suite, run over each.

use std::collections::BTreeMap;

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::windows::{contains, encloses, per_camera, touches};
use super::*;
use crate::base::{Error, Kind};
use crate::model::{Basis, Keyframe, TimeSource, keytable};

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3600 * SECOND;

fn id(n: u64) -> RecordingId {
    RecordingId(format!("r{n:012}"))
}

fn t(us: i64) -> CameraTime {
    CameraTime::from_micros(us)
}

/// A recording with a keyframe every two seconds.
pub(super) fn recording(n: u64, camera: &str, start: i64, length: i64) -> Recording {
    let first_pts_us = 40_000 * (n as i64 % 3);
    let pts = (0..length.max(1)).step_by(2 * SECOND as usize);
    let keyframes: Vec<Keyframe> =
        pts.take(50).map(|pts| Keyframe { pts_us: first_pts_us + pts, size: 9000, between: n as u32 }).collect();
    Recording {
        id: id(n),
        camera: camera.to_owned(),
        span: CameraSpan { start: t(start), end: t(start + length) },
        time_source: TimeSource::Name,
        time_basis: Basis::Local,
        uncertainty_s: 2.5,
        first_pts_us,
        // One in five runs at another rate than the clock.
        media_us: if n % 5 == 4 { length * 7 / 10 } else { length },
        codec: "hevc".to_owned(),
        width: 1920,
        height: 1080,
        has_audio: n.is_multiple_of(2),
        keyframes: keyframes.len() as u32,
        table: keytable::pack(&keyframes),
    }
}

pub(super) fn window(camera: &str, start: i64, end: i64) -> CameraWindow {
    CameraWindow { camera: camera.to_owned(), span: CameraSpan { start: t(start), end: t(end) } }
}

fn put(index: &dyn FootageIndex, recordings: &[Recording]) {
    let changes: Vec<Change> = recordings.iter().cloned().map(Change::Put).collect();
    index.apply(&changes).unwrap();
}

fn ids_of(found: &[Recording]) -> Vec<String> {
    found.iter().map(|recording| recording.id.0.clone()).collect()
}

fn all_ids(index: &dyn FootageIndex) -> Vec<String> {
    let mut ids = Vec::new();
    index
        .ids(&mut |id| {
            ids.push(id.0);
            Ok(())
        })
        .unwrap();
    ids.sort();
    ids
}

/// What a search must find, by looking at everything.
fn expected<'r>(all: impl Iterator<Item = &'r Recording>, query: &Query) -> Vec<Recording> {
    let cameras: BTreeMap<_, _> = per_camera(&query.windows).into_iter().collect();
    let mut found: Vec<Recording> = all
        .filter(|r| {
            let ranges = cameras.get(r.camera.as_str());
            ranges.is_some_and(|ranges| touches(ranges, r.span.start.as_micros(), r.span.end.as_micros()))
        })
        .filter(|r| query.after.as_ref().is_none_or(|after| (r.span.start, &r.id) > (after.start, &after.id)))
        .cloned()
        .collect();
    found.sort_by(|a, b| (a.span.start, &a.id).cmp(&(b.span.start, &b.id)));
    found.truncate(query.limit);
    found
}

fn expected_counts<'r>(all: impl Iterator<Item = &'r Recording> + Clone, windows: &[CameraWindow]) -> Vec<CameraCount> {
    let count = |(camera, ranges): (&str, Vec<_>)| {
        let mut row = CameraCount { camera: camera.to_owned(), recordings: 0, keyframes: 0 };
        for r in all.clone().filter(|r| r.camera == camera) {
            let (start, end) = (r.span.start.as_micros(), r.span.end.as_micros());
            if touches(&ranges, start, end) {
                row.recordings += 1;
                let inside = |k: &&Keyframe| contains(&ranges, r.camera_time_of(k.pts_us).as_micros());
                row.keyframes += match encloses(&ranges, start, end) {
                    true => r.keyframes.into(),
                    false => keytable::unpack(&r.table).unwrap().iter().filter(inside).count() as u64,
                };
            }
        }
        row
    };
    per_camera(windows).into_iter().map(count).collect()
}

/// Numbers that look random and are the same every time.
struct Dice(TestRng);

impl Dice {
    fn new() -> Dice {
        Dice(TestRng::deterministic_rng(RngAlgorithm::ChaCha))
    }

    fn below(&mut self, bound: i64) -> i64 {
        (self.0.next_u64() % bound as u64) as i64
    }
}

pub(super) fn a_recording_comes_back_as_it_was_put(index: &dyn FootageIndex) {
    let one = recording(1, "ht-01", -5 * SECOND, 120 * SECOND);
    let other = Recording { camera: "ngõ-2".to_owned(), table: vec![], keyframes: 0, ..recording(2, "", 7, 0) };
    put(index, &[one.clone(), other.clone()]);
    assert_eq!(index.get(&id(1)).unwrap(), Some(one.clone()));
    assert_eq!(index.get(&id(2)).unwrap(), Some(other));
    assert_eq!(index.get(&id(3)).unwrap(), None);
    assert_eq!(index.search(&Query::all(vec![window("ht-01", 0, 1)])).unwrap(), [one]);
}

pub(super) fn an_empty_index_finds_nothing(index: &dyn FootageIndex) {
    assert!(index.is_empty().unwrap());
    assert_eq!(index.search(&Query::all(vec![window("a", 0, HOUR)])).unwrap(), []);
    assert_eq!(all_ids(index), Vec::<String>::new());
    let zero = CameraCount { camera: "a".to_owned(), recordings: 0, keyframes: 0 };
    assert_eq!(index.count(&[window("a", 0, HOUR)]).unwrap(), [zero]);
    index.verify().unwrap();
}

pub(super) fn putting_again_replaces_and_removing_removes(index: &dyn FootageIndex) {
    put(index, &[recording(1, "a", 0, SECOND), recording(2, "a", 0, SECOND), recording(1, "a", 10, SECOND)]);
    assert_eq!(all_ids(index), [id(1).0, id(2).0]);
    assert_eq!(index.get(&id(1)).unwrap().unwrap().span.start, t(10));
    put(index, &[recording(1, "b", 20, SECOND)]);
    assert_eq!(index.search(&Query::all(vec![window("a", 0, HOUR)])).unwrap(), [recording(2, "a", 0, SECOND)]);
    assert_eq!(index.search(&Query::all(vec![window("b", 0, HOUR)])).unwrap(), [recording(1, "b", 20, SECOND)]);
    let changes = [
        Change::Remove(id(1)),
        Change::Remove(id(9)),
        Change::Put(recording(3, "a", 5, SECOND)),
        Change::Remove(id(3)),
        Change::Remove(id(2)),
        Change::Put(recording(2, "a", 7, SECOND)),
    ];
    index.apply(&changes).unwrap();
    assert_eq!(all_ids(index), [id(2).0]);
    assert_eq!(index.len().unwrap(), 1);
    assert_eq!(index.get(&id(1)).unwrap(), None);
    let row = CameraCount { camera: "a".to_owned(), recordings: 1, keyframes: 1 };
    assert_eq!(index.count(&[window("a", 0, HOUR)]).unwrap(), [row]);
    index.apply(&[]).unwrap();
    index.settle().unwrap();
    assert_eq!(all_ids(index), [id(2).0]);
}

pub(super) fn a_window_is_half_open(index: &dyn FootageIndex) {
    put(index, &[recording(1, "a", 100, 50), recording(2, "a", 150, 0), recording(3, "a", 150, 10)]);
    for (start, end, hits) in [
        (0, 100, vec![]),
        (0, 101, vec![1]),
        (149, 150, vec![1]),
        (150, 151, vec![2, 3]),
        (151, 159, vec![3]),
        (160, 170, vec![]),
        (150, 150, vec![]),
    ] {
        let found = index.search(&Query::all(vec![window("a", start, end)])).unwrap();
        assert_eq!(ids_of(&found), hits.into_iter().map(|n| id(n).0).collect::<Vec<_>>(), "{start}..{end}");
    }
}

pub(super) fn each_camera_has_its_own_windows(index: &dyn FootageIndex) {
    put(
        index,
        &[
            recording(1, "a", 0, HOUR / 60),
            recording(2, "b", 0, HOUR / 60),
            recording(3, "a", 10_000 * HOUR, HOUR / 60),
            recording(4, "b", 10_000 * HOUR, HOUR / 60),
            recording(5, "c", 0, HOUR / 60),
            recording(6, "b", HOUR, HOUR / 60),
        ],
    );
    // Camera a's clock is more than a year behind b's; b's has jumped, and shows an hour twice.
    let windows = vec![
        window("a", -HOUR, 5 * HOUR),
        window("b", 9_999 * HOUR, 10_001 * HOUR),
        window("b", HOUR, 2 * HOUR),
        window("b", HOUR / 2, 3 * HOUR / 2),
        window("nobody", 0, HOUR),
    ];
    let found = index.search(&Query::all(windows.clone())).unwrap();
    assert_eq!(ids_of(&found), [id(1).0, id(6).0, id(4).0]);
    let counts = index.count(&windows).unwrap();
    let rows: Vec<_> = counts.iter().map(|row| (row.camera.as_str(), row.recordings, row.keyframes)).collect();
    assert_eq!(rows, [("a", 1, 30), ("b", 2, 60), ("nobody", 0, 0)]);
}

pub(super) fn pages_together_are_the_whole(index: &dyn FootageIndex) {
    // Many start at the same instant, in several commits: ties are told apart by id alone.
    for commit in 0..4 {
        let some: Vec<_> =
            (0..40).map(|n| recording(n * 4 + commit, "a", (n as i64 / 13) * SECOND, 9 * SECOND)).collect();
        put(index, &some);
    }
    let whole = index.search(&Query::all(vec![window("a", 0, HOUR)])).unwrap();
    assert_eq!(whole.len(), 160);
    assert!(whole.is_sorted_by_key(|r| (r.span.start, r.id.clone())));
    for limit in [1, 7, 52, 159, 160, 161] {
        let mut pages: Vec<Recording> = Vec::new();
        loop {
            let after = pages.last().map(Cursor::at);
            let page = index.search(&Query { windows: vec![window("a", 0, HOUR)], after, limit }).unwrap();
            assert!(page.len() <= limit);
            if page.is_empty() {
                break;
            }
            pages.extend(page);
        }
        assert_eq!(pages, whole, "limit {limit}");
    }
    assert_eq!(index.search(&Query { windows: vec![window("a", 0, HOUR)], after: None, limit: 0 }).unwrap(), []);
}

pub(super) fn one_absurdly_long_recording_is_found_and_counted(index: &dyn FootageIndex) {
    let mut all: Vec<_> = (0..2000).map(|n| recording(n, "a", n as i64 * 60 * SECOND, 60 * SECOND)).collect();
    all.push(recording(5000, "a", -HOUR, 40 * HOUR));
    all.push(recording(5001, "a", 10 * HOUR, 3 * HOUR));
    put(index, &all);
    for (start, end) in
        [(30 * HOUR, 30 * HOUR + 1), (11 * HOUR, 12 * HOUR), (-2 * HOUR, 50 * HOUR), (38 * HOUR, 39 * HOUR)]
    {
        let query = Query { windows: vec![window("a", start, end)], after: None, limit: 5 };
        assert_eq!(index.search(&query).unwrap(), expected(all.iter(), &query), "{start}..{end}");
        assert_eq!(index.count(&query.windows).unwrap(), expected_counts(all.iter(), &query.windows), "{start}..{end}");
    }
}

pub(super) fn replacing_everything_shows_only_the_new(index: &dyn FootageIndex) {
    put(index, &[recording(1, "a", 0, SECOND), recording(2, "a", 0, SECOND)]);
    let failing = [Ok(recording(7, "a", 0, SECOND)), Err(Error::interrupted())];
    let error = index.replace_all(&mut failing.into_iter()).unwrap_err();
    assert_eq!(error.kind(), Kind::Interrupted);
    assert_eq!(all_ids(index), [id(1).0, id(2).0], "a failed rebuild leaves the old");
    index.refresh().unwrap();
    assert_eq!(all_ids(index), [id(1).0, id(2).0]);
    let new = (3..2000).map(|n| Ok(recording(n, "b", 0, SECOND)));
    assert_eq!(index.replace_all(&mut new.into_iter()).unwrap(), 1997);
    assert_eq!(index.len().unwrap(), 1997);
    assert_eq!(index.get(&id(1)).unwrap(), None);
    put(index, &[recording(1, "a", 0, SECOND), recording(3, "a", 0, SECOND)]);
    assert_eq!(index.len().unwrap(), 1998);
    assert_eq!(index.replace_all(&mut std::iter::empty()).unwrap(), 0);
    assert!(index.is_empty().unwrap());
}

pub(super) fn ids_end_at_the_visitors_error(index: &dyn FootageIndex) {
    put(index, &[recording(1, "a", 0, SECOND), recording(2, "a", 0, SECOND)]);
    let error = index.ids(&mut |_| Err(Error::interrupted())).unwrap_err();
    assert_eq!(error.kind(), Kind::Interrupted);
}

pub(super) fn ten_thousand_recordings_are_found_as_by_looking_at_each(index: &dyn FootageIndex) {
    let mut dice = Dice::new();
    let mut all: BTreeMap<RecordingId, Recording> = BTreeMap::new();
    for commit in 0..30 {
        let mut changes = Vec::new();
        for _ in 0..if commit == 0 { 6000 } else { 200 } {
            // Some ids again: replaced. Starts in steps, so that some are the same.
            let (n, camera) = (dice.below(20_000) as u64, dice.below(12));
            let start = dice.below(48 * 360) * 10 * SECOND + if camera == 3 { -9000 * HOUR } else { 0 };
            let length = match dice.below(300) {
                0 => dice.below(40 * HOUR),
                1..20 => 0,
                _ => 60 * SECOND + dice.below(60) * SECOND,
            };
            let change = match dice.below(10) {
                0 => Change::Remove(id(n)),
                _ => Change::Put(recording(n, &format!("c{camera}"), start, length)),
            };
            match &change {
                Change::Put(recording) => all.insert(id(n), recording.clone()),
                Change::Remove(id) => all.remove(id),
            };
            changes.push(change);
        }
        index.apply(&changes).unwrap();
    }
    assert_eq!(all_ids(index), all.keys().map(|id| id.0.clone()).collect::<Vec<_>>());
    for round in 0..150 {
        if round == 100 {
            index.settle().unwrap();
        }
        let mut windows = Vec::new();
        for _ in 0..=dice.below(9) {
            let camera = dice.below(14);
            let start = dice.below(50 * HOUR / SECOND) * SECOND + if camera == 3 { -9000 * HOUR } else { 0 };
            windows.push(window(&format!("c{camera}"), start, start + dice.below(12 * HOUR / SECOND) * SECOND));
        }
        let limit = if dice.below(2) == 0 { 1 + dice.below(40) as usize } else { usize::MAX };
        let mut query = Query { windows, after: None, limit };
        for _page in 0..2 {
            let found = index.search(&query).unwrap();
            assert_eq!(ids_of(&found), ids_of(&expected(all.values(), &query)), "{query:?}");
            assert!(found.iter().all(|found| all.get(&found.id) == Some(found)));
            query.after = found.get(found.len() / 2).map(Cursor::at);
        }
        assert_eq!(index.count(&query.windows).unwrap(), expected_counts(all.values(), &query.windows), "{query:?}");
    }
}

pub(super) fn readers_see_whole_commits_while_one_writes(index: &dyn FootageIndex) {
    // Each commit moves all ten recordings together: a reader must never see some here and some there.
    let commit = |round: i64| {
        let moved: Vec<_> = (0..10).map(|n| recording(n, "a", round * SECOND, SECOND)).collect();
        put(index, &moved);
    };
    commit(0);
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = 0;
            loop {
                let last = done.load(std::sync::atomic::Ordering::Acquire);
                let found = index.search(&Query::all(vec![window("a", 0, HOUR)])).unwrap();
                assert_eq!(found.len(), 10);
                assert!(found.iter().all(|r| r.span.start == found[0].span.start));
                assert!(found[0].span.start.as_micros() >= seen, "time runs back");
                seen = found[0].span.start.as_micros();
                if last {
                    return seen;
                }
            }
        });
        (1..=30).for_each(commit);
        done.store(true, std::sync::atomic::Ordering::Release);
        assert_eq!(reader.join().unwrap(), 30 * SECOND);
    });
}

/// The suite over an engine: `make` gives an empty one and whatever must live as long.
macro_rules! suite {
    ($engine:ident, $make:expr) => {
        mod $engine {
            use super::*;
            suite!(@tests $make;
                a_recording_comes_back_as_it_was_put
                an_empty_index_finds_nothing
                putting_again_replaces_and_removing_removes
                a_window_is_half_open
                each_camera_has_its_own_windows
                pages_together_are_the_whole
                one_absurdly_long_recording_is_found_and_counted
                replacing_everything_shows_only_the_new
                ids_end_at_the_visitors_error
                ten_thousand_recordings_are_found_as_by_looking_at_each
                readers_see_whole_commits_while_one_writes);
        }
    };
    (@tests $make:expr; $($name:ident)*) => {
        $(#[test] fn $name() {
            let (index, _kept) = $make;
            super::$name(&index);
        })*
    };
}

suite!(in_memory, (TantivyIndex::in_memory().unwrap(), ()));
suite!(on_disk, {
    let dir = tempfile::tempdir().unwrap();
    (TantivyIndex::open(&dir.path().join("index")).unwrap(), dir)
});
suite!(unsorted, (TantivyIndex::unsorted_in_memory().unwrap(), ()));
