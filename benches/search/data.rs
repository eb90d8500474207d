//! The data and the questions: the same every time. Cameras that record on motion: files of two minutes with a keyframe
//! every two seconds, spread over the hours.

use std::collections::BTreeSet;

use truyvet::model::{Basis, CameraSpan, CameraTime, Keyframe, Recording, RecordingId, TimeSource, keytable};

const SECOND: i64 = 1_000_000;
const FILE_S: i64 = 120;
const KEYFRAMES_A_FILE: i64 = 60;
/// 2026-06-01T00:00:00Z.
const BEGIN: i64 = 1_780_272_000 * SECOND;

/// How much of everything.
pub(crate) struct Size {
    pub(crate) keyframes: usize,
    pub(crate) cameras: usize,
    pub(crate) hours: usize,
    pub(crate) commits: usize,
    pub(crate) rounds: usize,
}

impl Size {
    pub(crate) fn from_env(quick: bool) -> Size {
        let read = |name: &str, normal: usize, quickly: usize| {
            let given = std::env::var(name).ok().and_then(|value| value.parse().ok());
            given.unwrap_or(if quick { quickly } else { normal })
        };
        Size {
            keyframes: read("KEYFRAMES", 5_000_000, 100_000),
            cameras: read("CAMERAS", 200, 40),
            hours: read("HOURS", 69, 69),
            commits: read("COMMITS", 1000, 50),
            rounds: read("ROUNDS", 400, 40),
        }
    }
}

/// One question: these cameras (by id, sorted), this window.
pub(crate) struct Ask {
    pub(crate) cameras: Vec<String>,
    pub(crate) start: i64,
    pub(crate) end: i64,
}

/// A keyframe that was found: camera time, recording, pts, size, bytes between.
pub(crate) type Found = (i64, String, i64, u32, u32);

pub(crate) struct Data {
    /// In the order in which cameras finish them.
    pub(crate) recordings: Vec<Recording>,
    pub(crate) keyframes: usize,
    names: Vec<String>,
    hours: i64,
}

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
}

impl Data {
    pub(crate) fn new(size: &Size) -> Data {
        let mut dice = Dice(7);
        let names: Vec<String> = (0..size.cameras).map(|n| format!("ht-{n:03}")).collect();
        let files = (size.keyframes as i64 / KEYFRAMES_A_FILE / size.cameras as i64).max(1);
        let every = (size.hours as i64 * 3600 / files).max(FILE_S);
        let mut recordings = Vec::new();
        for name in &names {
            for n in 0..files {
                let idle = (every - FILE_S) * SECOND;
                let start = BEGIN + n * every * SECOND + dice.below(idle);
                recordings.push(recording(name, start, &mut dice));
            }
        }
        recordings.sort_by_key(|r| r.span.end);
        let keyframes = recordings.iter().map(|r| r.keyframes as usize).sum();
        Data { recordings, keyframes, names, hours: files * every / 3600 }
    }

    pub(crate) fn ask(&self, seed: u64, cameras: usize, seconds: i64) -> Ask {
        let mut dice = Dice(seed);
        let mut chosen = BTreeSet::new();
        while chosen.len() < cameras.min(self.names.len()) {
            chosen.insert(self.names[dice.below(self.names.len() as i64) as usize].clone());
        }
        let start = BEGIN + dice.below((self.hours * 3600 - seconds).max(1) * SECOND);
        Ask { cameras: chosen.into_iter().collect(), start, end: start + seconds * SECOND }
    }
}

fn recording(camera: &str, start: i64, dice: &mut Dice) -> Recording {
    let keyframes: Vec<Keyframe> = (0..KEYFRAMES_A_FILE)
        .map(|n| Keyframe {
            pts_us: n * 2 * SECOND,
            size: 60_000 + dice.below(100_000) as u32,
            between: 200_000 + dice.below(1_000_000) as u32,
        })
        .collect();
    let letters = b"abcdefghijklmnopqrstuvwxyz234567";
    let id = (0..13).map(|_| char::from(letters[dice.below(32) as usize])).collect();
    Recording {
        id: RecordingId(id),
        camera: camera.to_owned(),
        span: CameraSpan {
            start: CameraTime::from_micros(start),
            end: CameraTime::from_micros(start + FILE_S * SECOND),
        },
        time_source: TimeSource::Name,
        time_basis: Basis::Local,
        uncertainty_s: 2.0,
        first_pts_us: 0,
        media_us: FILE_S * SECOND,
        codec: "hevc".to_owned(),
        width: 1920,
        height: 1080,
        has_audio: false,
        keyframes: keyframes.len() as u32,
        table: keytable::pack(&keyframes),
    }
}

/// A recording's id, camera time of pts 0, and keyframes.
pub(crate) type Unpacked = (String, i64, Vec<Keyframe>);

/// The first 100 keyframes in the window among recordings: what a caller of either layout does.
pub(crate) fn first_100(recordings: &[Unpacked], ask: &Ask) -> Vec<Found> {
    let mut found: Vec<(i64, &str, Keyframe)> = Vec::with_capacity(1024);
    for (id, start, keyframes) in recordings {
        let in_window = |&(at, _, _): &(i64, &str, Keyframe)| (ask.start..ask.end).contains(&at);
        found.extend(keyframes.iter().map(|k| (start + k.pts_us, id.as_str(), *k)).filter(in_window).take(100));
    }
    found.sort_unstable_by_key(|&(at, id, _)| (at, id));
    found.truncate(100);
    found.into_iter().map(|(at, id, k)| (at, id.to_owned(), k.pts_us, k.size, k.between)).collect()
}
