//! Made-up footage for tests: what listings and thumbnails would say of scenes that are given second by second.

use std::collections::HashMap;

use crate::model::{
    Basis, CameraTime, CheckMethod, ClockCheck, ClockSettings, Keyframe, Point, Recording, RecordingId, Span,
    TimeSource, TrueTime, Window, keytable,
};
use crate::search::moments::Footage;
use crate::store::ThumbnailPlace;
use crate::truetime::ClockModel;

/// 2023-07-15 22:00 +07:00, microseconds; the tests count their seconds from here.
const BEGIN_US: i64 = 1_689_433_200_000_000;
/// Seconds in a file.
const FILE_S: i64 = 60;

pub(super) fn at(second: i64) -> TrueTime {
    TrueTime::from_micros(BEGIN_US + second * 1_000_000)
}

pub(super) fn second(t: jiff::Timestamp) -> f64 {
    (t.as_microsecond() - BEGIN_US) as f64 / 1e6
}

pub(super) fn window(from: i64, to: i64) -> Window {
    Span::new(at(from), at(to))
}

/// A camera and its footage.
pub(super) struct Made {
    pub id: String,
    pub at: Point,
    pub clock: ClockModel,
    pub recordings: Vec<Recording>,
    pub thumbnails: HashMap<RecordingId, Vec<ThumbnailPlace>>,
}

impl Made {
    /// A camera with nothing; each hangs 78 m north of the one before.
    pub(super) fn new(number: usize) -> Made {
        Made {
            id: format!("c-{number}"),
            at: Point { lat: 18.0735 + 0.0007 * number as f64, lon: 106.2962 },
            clock: ClockModel::unchecked(),
            recordings: Vec::new(),
            thumbnails: HashMap::new(),
        }
    }

    /// Records in files of a minute, a keyframe every two seconds; `lift` is how far the bytes lie above the usual, natural
    /// logarithm.
    pub(super) fn record(mut self, from: i64, to: i64, lift: impl Fn(i64) -> f64) -> Made {
        let mut start = from;
        while start < to {
            let end = (start + FILE_S).min(to);
            let keys = (start..end).step_by(2).map(|second| Keyframe {
                pts_us: (second - start) * 1_000_000,
                size: 9_000,
                between: (20_000.0 * (end - second).min(2) as f64 * lift(second).exp()) as u32,
            });
            let keys: Vec<Keyframe> = keys.collect();
            self.add(start, end, keytable::pack(&keys));
            start = end;
        }
        self
    }

    /// A recording with this keyframe table.
    pub(super) fn add(&mut self, from: i64, to: i64, table: Vec<u8>) {
        let camera_time = |second| CameraTime::from_micros(at(second).as_micros());
        self.recordings.push(Recording {
            id: RecordingId(format!("{}:{from}:{}", self.id, self.recordings.len())),
            camera: self.id.clone(),
            span: Span::new(camera_time(from), camera_time(to)),
            time_source: TimeSource::Name,
            time_basis: Basis::Local,
            uncertainty_s: 1.0,
            first_pts_us: 0,
            media_us: (to - from).max(0) * 1_000_000,
            codec: "hevc".into(),
            width: 1920,
            height: 1080,
            has_audio: false,
            keyframes: 0,
            table,
        });
    }

    /// Samples thumbnails of everything recorded so far, one in ten seconds and each file's last, with this mean luma and this
    /// change.
    pub(super) fn pictures(mut self, mean: impl Fn(i64) -> f64, change: impl Fn(i64) -> u8) -> Made {
        for recording in &self.recordings {
            let start = (recording.span.start.as_micros() - BEGIN_US) / 1_000_000;
            let last = recording.media_us / 1_000_000 - 2;
            let seconds = (0..last - 8).step_by(10).chain([last.max(0)]);
            let places = seconds.map(|n| ThumbnailPlace {
                pts_us: n * 1_000_000,
                reel: "made".into(),
                offset: 0,
                length: 0,
                mean: mean(start + n).clamp(0.0, 255.0) as u8,
                change: if n == 0 { 0 } else { change(start + n) },
            });
            self.thumbnails.insert(recording.id.clone(), places.collect());
        }
        self
    }

    /// The camera's clock runs ahead by so many seconds, as two checks tell, give or take.
    pub(super) fn ahead(mut self, seconds: i64, uncertainty_s: f64) -> Made {
        let check = |hour: i64| ClockCheck {
            id: 0,
            camera: self.id.clone(),
            shown: CameraTime::from_micros(at(hour * 3600 + seconds).as_micros()),
            truth: at(hour * 3600),
            uncertainty_s,
            method: CheckMethod::Screen,
            by: "test".into(),
            photo: None,
            note: None,
            made_at: at(0).0,
        };
        self.clock = ClockModel::from_checks(&[check(-24), check(24)], &ClockSettings::default());
        self
    }

    pub(super) fn footage(&self) -> Footage<'_> {
        Footage {
            camera: &self.id,
            at: self.at,
            clock: &self.clock,
            recordings: &self.recordings,
            thumbnails: &self.thumbnails,
        }
    }
}

/// A scene's own unrest, −0.1 to 0.1 without a pattern: the second's number, mixed as in SplitMix64 (Steele, Lea, Flood 2014).
pub(super) fn unrest(second: i64) -> f64 {
    let bits = (second as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ (bits >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((bits >> 40) as f64 / (1u64 << 24) as f64 - 0.5) / 5.0
}

/// [`unrest`], and a rise while something moves.
pub(super) fn moving(from: i64, to: i64, lift: f64) -> impl Fn(i64) -> f64 {
    move |second| unrest(second) + if (from..to).contains(&second) { lift } else { 0.0 }
}
