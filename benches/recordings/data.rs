//! The recordings and the questions: the same every time, and made when they are wanted, since ten million do not fit in memory.
//! Cameras that record all the time, into files of a minute.

use truyvet::model::{Basis, CameraSpan, CameraTime, Keyframe, Point, Recording, RecordingId, TimeSource, keytable};
use truyvet::place::distance_m;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
/// 2026-06-01T00:00:00Z.
const BEGIN: i64 = 1_780_272_000 * SECOND;
/// A keyframe every two seconds.
pub(crate) const KEYFRAMES: i64 = 30;
/// No recording is longer: a search by rows must begin so much earlier.
pub(crate) const LONGEST: i64 = MINUTE + SECOND;
/// The town is about 4 km wide.
const MIDDLE: Point = Point { lat: 18.07, lon: 106.29 };
const WIDE_DEG: f64 = 0.04;

/// A camera: its id and where it hangs.
pub(crate) type Camera = (String, Point);

/// Cameras, and how long they have recorded.
pub(crate) struct Town {
    pub(crate) cameras: Vec<Camera>,
    pub(crate) days: i64,
    /// The last minutes, which are committed one by one.
    minutes: i64,
}

/// What is asked: everything within the radius that shares an instant with the window (microseconds, half-open).
pub(crate) struct Ask {
    pub(crate) at: Point,
    pub(crate) radius_m: f64,
    pub(crate) start: i64,
    pub(crate) end: i64,
}

/// What was answered, as checksums: of the recordings, unless only keyframes are kept; of the keyframes in the window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    recordings: Option<(usize, u32)>,
    keyframes: (usize, u32),
}

/// A recording as every layout can tell it: id, camera, start, end, packed keyframes.
pub(crate) type Told = (String, String, i64, i64, Vec<u8>);
/// A keyframe: camera time, recording, pts, size, bytes between.
pub(crate) type Shown = (i64, String, i64, u32, u32);

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as i64
    }

    /// 0 to 1.
    fn share(&mut self) -> f64 {
        self.below(1 << 30) as f64 / (1u64 << 30) as f64
    }
}

impl Town {
    pub(crate) fn new(cameras: i64, days: i64, minutes: i64) -> Town {
        let mut dice = Dice(7);
        let mut place = |n: i64| {
            let mut shifted = |by: f64| by + WIDE_DEG * (dice.share() - 0.5);
            (format!("ht-{n:03}"), Point { lat: shifted(MIDDLE.lat), lon: shifted(MIDDLE.lon) })
        };
        Town { cameras: (0..cameras).map(&mut place).collect(), days, minutes }
    }

    pub(crate) fn len(&self) -> i64 {
        self.cameras.len() as i64 * self.days * 1440
    }

    /// The recordings as they are put in, in the order in which the cameras finish them.
    pub(crate) fn commits(&self) -> impl Iterator<Item = Vec<Recording>> {
        let cameras = self.cameras.len() as i64;
        let singly = self.len() - self.minutes * cameras;
        let sizes = std::iter::repeat_n(super::BATCH, (singly / super::BATCH) as usize)
            .chain(Some(singly % super::BATCH).filter(|rest| *rest > 0))
            .chain(std::iter::repeat_n(cameras, self.minutes as usize));
        let mut next = 0;
        sizes.map(move |size| {
            let some = (next..next + size).map(|number| self.recording(number)).collect();
            next += size;
            some
        })
    }

    /// One recording, by its place in the order of arrival.
    fn recording(&self, number: i64) -> Recording {
        let cameras = self.cameras.len() as i64;
        let (minute, camera) = (number / cameras, number % cameras);
        let mut dice = Dice(number as u64);
        let start = BEGIN + minute * MINUTE + camera * MINUTE / cameras + dice.below(SECOND / 2);
        let keyframes: Vec<Keyframe> = (0..KEYFRAMES)
            .map(|n| Keyframe {
                pts_us: n * 2 * SECOND,
                size: 60_000 + dice.below(100_000) as u32,
                between: 200_000 + dice.below(1_000_000) as u32,
            })
            .collect();
        let letters = b"abcdefghijklmnopqrstuvwxyz234567";
        let id = (0..13).map(|_| char::from(letters[dice.below(32) as usize])).collect();
        let span = CameraSpan { start: CameraTime::from_micros(start), end: CameraTime::from_micros(start + MINUTE) };
        Recording {
            id: RecordingId(id),
            camera: self.cameras[camera as usize].0.clone(),
            span,
            time_source: TimeSource::Name,
            time_basis: Basis::Local,
            uncertainty_s: 2.0,
            first_pts_us: 0,
            media_us: MINUTE,
            codec: "hevc".to_owned(),
            width: 1920,
            height: 1080,
            has_audio: false,
            keyframes: keyframes.len() as u32,
            table: keytable::pack(&keyframes),
        }
    }

    /// Questions about windows at any time, around places that have so many cameras near. No camera hangs at the very edge: all
    /// must agree on who is near.
    pub(crate) fn asks(&self, seed: u64, count: usize, near: usize, minutes: i64) -> Vec<Ask> {
        let mut dice = Dice(seed);
        let ask = || {
            let mut shifted = |by: f64| by + WIDE_DEG * (dice.share() - 0.5);
            let at = Point { lat: shifted(MIDDLE.lat), lon: shifted(MIDDLE.lon) };
            let mut distances: Vec<f64> = self.cameras.iter().map(|(_, camera)| distance_m(*camera, at)).collect();
            distances.sort_by(f64::total_cmp);
            let (last, next) = (distances[near - 1], distances[near]);
            let start = BEGIN + dice.below((self.days * 1440 - minutes) * MINUTE);
            (next - last > 2.0).then_some(Ask {
                at,
                radius_m: (last + next) / 2.0,
                start,
                end: start + minutes * MINUTE,
            })
        };
        std::iter::repeat_with(ask).flatten().take(count).collect()
    }

    /// The cameras within the radius.
    pub(crate) fn near(&self, ask: &Ask) -> Vec<&str> {
        let near = self.cameras.iter().filter(|(_, at)| distance_m(*at, ask.at) <= ask.radius_m);
        near.map(|(id, _)| id.as_str()).collect()
    }
}

impl Answer {
    pub(crate) fn of_recordings(ask: &Ask, recordings: &[Told]) -> Answer {
        let mut sum = crc32fast::Hasher::new();
        let mut shown = Vec::new();
        for (id, camera, start, end, table) in recordings {
            sum.update(id.as_bytes());
            sum.update(camera.as_bytes());
            sum.update(&start.to_le_bytes());
            sum.update(&end.to_le_bytes());
            sum.update(table);
            let keyframes = keytable::unpack(table).unwrap().into_iter();
            shown.extend(keyframes.map(|k| (start + k.pts_us, id.clone(), k.pts_us, k.size, k.between)));
        }
        shown.retain(|(at, ..)| (ask.start..ask.end).contains(at));
        Answer { recordings: Some((recordings.len(), sum.finalize())), ..Answer::of_keyframes(shown) }
    }

    pub(crate) fn of_keyframes(mut shown: Vec<Shown>) -> Answer {
        shown.sort_unstable();
        let mut sum = crc32fast::Hasher::new();
        for (at, id, pts, size, between) in &shown {
            sum.update(id.as_bytes());
            sum.update(&at.to_le_bytes());
            sum.update(&pts.to_le_bytes());
            sum.update(&size.to_le_bytes());
            sum.update(&between.to_le_bytes());
        }
        Answer { recordings: None, keyframes: (shown.len(), sum.finalize()) }
    }

    /// Whether both say the same of what both can tell. An empty answer agrees with nothing.
    pub(crate) fn agrees(&self, other: &Answer) -> bool {
        let recordings = match (self.recordings, other.recordings) {
            (Some(one), Some(another)) => one == another,
            _ => true,
        };
        recordings && self.keyframes == other.keyframes && self.keyframes.0 > 0
    }
}
