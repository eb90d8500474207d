//! Our index, filled in three ways.

use std::path::Path;

use truyvet::index::{CameraWindow, Change, Cursor, FootageIndex, Query, TantivyIndex};
use truyvet::model::{CameraSpan, CameraTime, keytable};

use super::Contestant;
use super::data::{Ask, Data, Found, first_100};

pub(crate) struct Ours {
    name: String,
    index: TantivyIndex,
}

pub(crate) fn bulk(place: &Path, data: &Data) -> Ours {
    let index = TantivyIndex::open(&place.join("index")).unwrap();
    index.replace_all(&mut data.recordings.iter().cloned().map(Ok)).unwrap();
    index.settle().unwrap();
    Ours { name: "truyvet, one commit".to_owned(), index }
}

pub(crate) fn commits(place: &Path, data: &Data, commits: usize, settle: bool) -> Ours {
    let index = TantivyIndex::open(&place.join("index")).unwrap();
    for some in data.recordings.chunks(data.recordings.len().div_ceil(commits)) {
        let changes: Vec<Change> = some.iter().cloned().map(Change::Put).collect();
        index.apply(&changes).unwrap();
    }
    if settle {
        index.settle().unwrap();
    }
    let then = if settle { "settled" } else { "not settled" };
    Ours { name: format!("truyvet, {commits} commits, {then}"), index }
}

pub(crate) fn memory(data: &Data) -> Ours {
    let index = TantivyIndex::in_memory().unwrap();
    index.replace_all(&mut data.recordings.iter().cloned().map(Ok)).unwrap();
    index.settle().unwrap();
    Ours { name: "truyvet, in memory".to_owned(), index }
}

fn windows(ask: &Ask) -> Vec<CameraWindow> {
    let span = CameraSpan { start: CameraTime::from_micros(ask.start), end: CameraTime::from_micros(ask.end) };
    ask.cameras.iter().map(|camera| CameraWindow { camera: camera.clone(), span }).collect()
}

impl Contestant for Ours {
    fn name(&self) -> &str {
        &self.name
    }

    fn first_keyframes(&self, ask: &Ask) -> Vec<Found> {
        let mut query = Query { windows: windows(ask), after: None, limit: 12 };
        let mut recordings = Vec::new();
        loop {
            let page = self.index.search(&query).unwrap();
            let (full, last) = (page.len() == query.limit, page.last().map(Cursor::at));
            recordings.extend(page.into_iter().map(|r| {
                let keyframes = keytable::unpack(&r.table).unwrap();
                (r.id.0, r.span.start.as_micros() - r.first_pts_us, keyframes)
            }));
            let found = first_100(&recordings, ask);
            // What comes after starts after the last recording seen.
            let Some(last) = last.filter(|_| full) else { return found };
            if found.get(99).is_some_and(|hundredth| hundredth.0 < last.start.as_micros()) {
                return found;
            }
            query.after = Some(last);
        }
    }

    fn counts(&self, ask: &Ask) -> Vec<(String, u64)> {
        let counts = self.index.count(&windows(ask)).unwrap();
        counts.into_iter().map(|row| (row.camera, row.keyframes)).collect()
    }
}
