//! Paging by search-after: an answer's recordings a page at a time, each page going on after the last recording of the one before.

use super::Answer;
use crate::base::{Error, Kind, Result};
use crate::model::RecordingId;
use crate::say;

/// The last recording of a page: its camera, start (microseconds of true time since 1970), and id.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Last {
    camera: String,
    start_us: i64,
    recording: RecordingId,
}

impl Last {
    /// Camera ids have no colon.
    fn read(token: &str) -> Option<Last> {
        let mut parts = token.splitn(3, ':');
        let (camera, start_us, recording) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
        Some(Last { camera: camera.to_owned(), start_us, recording: RecordingId(recording.to_owned()) })
    }

    fn write(&self) -> String {
        format!("{}:{}:{}", self.camera, self.start_us, self.recording)
    }
}

/// Leaves at most `limit` (1 or more) recordings in an answer, those after the one that `after` names, and gives the name of the last where
/// more follow. Cameras all of whose recordings were on earlier pages are left out, and those without any come once; coverage and gaps of the others are those of
/// the whole window on every page, so that nothing that is missing is hidden by paging.
///
/// # Errors
/// [`Kind::Usage`] for an `after` that names nothing in this answer's order.
pub fn page(answer: &mut Answer, after: Option<&str>, limit: usize) -> Result<Option<String>> {
    if let Some(token) = after {
        let unknown = || {
            Error::new(
                Kind::Usage,
                say!(
                    "--after \"{token}\": không phải giá trị next của lần tìm này",
                    "--after \"{token}\" is not what an earlier page of this search gave as next"
                ),
            )
        };
        let last = Last::read(token).ok_or_else(unknown)?;
        let at = answer.cameras.iter().position(|camera| camera.id == last.camera).ok_or_else(unknown)?;
        answer.cameras.drain(..at);
        if let Some(camera) = answer.cameras.first_mut() {
            let seen = (last.start_us, &last.recording);
            camera.recordings.retain(|one| (one.start.as_microsecond(), &one.id) > seen);
        }
        if answer.cameras.first().is_some_and(|camera| camera.recordings.is_empty()) {
            answer.cameras.remove(0);
        }
    }
    let mut left = limit;
    for at in 0..answer.cameras.len() {
        let Some(camera) = answer.cameras.get_mut(at) else { break };
        if camera.recordings.len() <= left {
            left -= camera.recordings.len();
            continue;
        }
        camera.recordings.truncate(left);
        // A camera with nothing comes on the page of what follows it, once.
        let last = answer.cameras[..=at].iter().rposition(|camera| !camera.recordings.is_empty());
        answer.cameras.truncate(last.map_or(0, |last| last + 1));
        let last = answer.cameras.last().and_then(|camera| {
            let last = camera.recordings.last()?;
            Some(Last { camera: camera.id.clone(), start_us: last.start.as_microsecond(), recording: last.id.clone() })
        });
        return Ok(last.map(|last| last.write()));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Span, TimeSource, TrueTime};
    use crate::search::{CameraAnswer, ClockAnswer, PlaceAnswer, RecordingAnswer, TimeAnswer};

    fn recording(id: String, second: i64) -> RecordingAnswer {
        let at = |second| Timestamp::from_second(second).unwrap();
        RecordingAnswer {
            id: RecordingId(id),
            path: String::new(),
            start: at(second),
            end: at(second + 60),
            certain: true,
            camera_start: String::new(),
            time: TimeAnswer { source: TimeSource::Name, offset_s: 0.0, uncertainty_s: 1.0, clock_uncertainty_s: None },
            codec: "h264".into(),
            width: 1,
            height: 1,
            keyframes: 1,
            activity: Vec::new(),
            has_audio: false,
            recording: false,
            doubts: Vec::new(),
        }
    }

    /// An answer of cameras whose recordings start at these seconds.
    fn answer(starts: &[Vec<i64>]) -> Answer {
        let cameras = starts.iter().enumerate().map(|(number, starts)| {
            let mut starts = starts.clone();
            starts.sort_unstable();
            // Of equal starts the ids decide, as in a search.
            let recordings =
                starts.iter().enumerate().map(|(n, second)| recording(format!("{number}-{n:03}"), *second));
            CameraAnswer {
                id: format!("c-{number}"),
                name: String::new(),
                group: None,
                distance_m: number as f64,
                bearing_deg: 0.0,
                sees_place: false,
                clock: ClockAnswer {
                    checked: false,
                    offset_s: 0.0,
                    uncertainty_s: None,
                    drift_ppm: None,
                    nearest_check: None,
                    contradictions: Vec::new(),
                },
                coverage: 0.0,
                coverage_sure: 0.0,
                coverage_possible: 0.0,
                certainty: Vec::new(),
                recordings: recordings.collect(),
                gaps: Vec::new(),
                looked_at: None,
            }
        });
        let window = Span::new(TrueTime::from_micros(0), TrueTime::from_micros(1));
        let place = PlaceAnswer { lat: 18.0, lon: 106.0, radius_m: 300.0, name: None, shape: "point" };
        Answer { window, place, cameras: cameras.collect() }
    }

    fn ids(answer: &Answer) -> Vec<String> {
        answer.cameras.iter().flat_map(|camera| camera.recordings.iter().map(|one| one.id.0.clone())).collect()
    }

    proptest! {
        #[test]
        fn all_pages_together_are_the_whole_answer(
            starts in prop::collection::vec(prop::collection::vec(-9..9i64, 0..6), 0..6),
            limit in 1usize..9,
        ) {
            let whole = answer(&starts);
            let (mut walked, mut bare) = (Vec::new(), Vec::new());
            let mut after: Option<String> = None;
            loop {
                let mut one = answer(&starts);
                after = page(&mut one, after.as_deref(), limit).unwrap();
                let found = ids(&one);
                prop_assert!(found.len() == limit || after.is_none() && found.len() < limit, "{found:?} {after:?}");
                let empty = one.cameras.iter().filter(|camera| camera.recordings.is_empty());
                bare.extend(empty.map(|camera| camera.id.clone()));
                walked.extend(found);
                if after.is_none() {
                    break;
                }
            }
            prop_assert_eq!(walked, ids(&whole));
            let without = whole.cameras.iter().filter(|camera| camera.recordings.is_empty());
            prop_assert_eq!(bare, without.map(|camera| camera.id.clone()).collect::<Vec<_>>());
        }

        #[test]
        fn no_token_makes_it_panic(token in ".{0,40}", limit in 1usize..4) {
            let mut one = answer(&[vec![1, 2], vec![3]]);
            if let Err(error) = page(&mut one, Some(&token), limit) {
                prop_assert_eq!(error.kind(), Kind::Usage);
            }
        }
    }

    #[test]
    fn it_goes_on_where_it_was_though_the_last_recording_is_gone_or_new_ones_came() {
        let mut first = answer(&[vec![10, 20, 30]]);
        let next = page(&mut first, None, 2).unwrap().unwrap();
        assert_eq!(ids(&first), ["0-000", "0-001"]);
        let mut less = answer(&[vec![10, 30]]);
        assert_eq!(page(&mut less, Some(&next), 2).unwrap(), None);
        assert_eq!(less.cameras[0].recordings[0].start.as_second(), 30);
    }

    #[test]
    fn a_camera_that_is_not_in_the_answer_is_refused() {
        for token in ["", "c-0", "c-0:x:0-000", "c-9:10000000:0-000"] {
            assert!(page(&mut answer(&[vec![10]]), Some(token), 1).is_err(), "{token}");
        }
    }
}
