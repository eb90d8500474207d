//! Nights made up for the purpose: what nine cameras' listings and thumbnails would say of 21:00 to 06:00.
//!
//! Everything happens on a grid of seconds as natural logarithms above the camera's quiet rate; keyframe tables are made of that.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use truyvet::media::sample;
use truyvet::model::{
    Basis, CameraSpan, CameraTime, Keyframe, Point, Recording, RecordingId, Span, TimeSource, TrueTime, Window,
    keytable,
};
use truyvet::search::moments::Footage;
use truyvet::store::ThumbnailPlace;
use truyvet::truetime::ClockModel;

use crate::random::Random;

pub const CAMERAS: usize = 9;
/// From an hour before the window to an hour after it, seconds.
pub const SECONDS: usize = 9 * 3600;
const HOUR: f64 = 3600.0;
const FILE_S: usize = 60;

/// 2023-07-15 21:00 +07:00 and so many seconds.
pub fn at(seconds: f64) -> i64 {
    1_689_429_600_000_000 + (seconds * 1e6).round() as i64
}

/// 22:00 to 05:00.
pub fn window() -> Window {
    Span::new(TrueTime::from_micros(at(HOUR)), TrueTime::from_micros(at(8.0 * HOUR)))
}

/// A camera's night.
pub struct Camera {
    pub id: String,
    pub at: Point,
    pub recordings: Vec<Recording>,
    pub thumbnails: HashMap<RecordingId, Vec<ThumbnailPlace>>,
}

/// Where and when the theft was seen, seconds.
#[derive(Clone, Debug)]
pub struct Theft {
    pub seen: Vec<(usize, f64, f64)>,
    /// How far it lifts its camera's rate, natural logarithm.
    pub lift: f64,
}

pub struct Night {
    pub cameras: Vec<Camera>,
    pub theft: Theft,
    pub weather: &'static str,
    /// For each camera and second, what was loudest there. Nothing but the tables of what was shown instead reads it.
    pub loudest: Vec<Vec<Cause>>,
}

/// What something before a camera was made by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    #[default]
    Nothing,
    Insect,
    Cat,
    Sitter,
    Person,
    Vehicle,
    Road,
    Wind,
    Rain,
    Theft,
}

/// What the cameras know.
pub fn footage<'a>(cameras: &'a [Camera], clock: &'a ClockModel) -> Vec<Footage<'a>> {
    let of = |camera: &'a Camera| Footage {
        camera: &camera.id,
        at: camera.at,
        clock,
        recordings: &camera.recordings,
        thumbnails: &camera.thumbnails,
    };
    cameras.iter().map(of).collect()
}

/// What happens before one camera, second by second.
#[derive(Clone)]
pub struct Scene {
    /// Natural logarithm over the quiet rate.
    lift: Vec<f64>,
    /// How much a thumbnail differs from the one before, steps of luma.
    change: Vec<f64>,
    recorded: Vec<bool>,
    loudest: Vec<(f64, Cause)>,
}

impl Scene {
    fn note(&mut self, second: usize, lift: f64, cause: Cause) {
        if lift > self.loudest[second].0 {
            self.loudest[second] = (lift, cause);
        }
    }

    fn add(&mut self, cause: Cause, from: f64, long: f64, lift: f64, change: f64) {
        let (first, last) = (from.max(0.0), (from + long).min(SECONDS as f64));
        let mut t = first;
        while t < last {
            let place = t as usize;
            let share = ((place + 1) as f64).min(last) - t;
            // Rates add, not logarithms.
            self.lift[place] = (self.lift[place].exp() + share * (lift.exp() - 1.0)).ln();
            self.change[place] = self.change[place].max(change * share);
            self.note(place, lift * share, cause);
            t = (place + 1) as f64;
        }
    }
}

/// How much traffic there is at a second of the night, against 21:00.
fn traffic(t: f64) -> f64 {
    const BY_HOUR: [f64; 9] = [1.0, 0.8, 0.45, 0.2, 0.1, 0.08, 0.08, 0.25, 0.7];
    BY_HOUR[((t / HOUR) as usize).min(8)]
}

/// The night of a seed; gusts need so many seconds from each camera to the next.
pub fn night(seed: u64, travels_s: usize) -> Night {
    let mut r = Random::new(seed, 1);
    let (rain, wind) = (r.chance(0.4), r.chance(0.5));
    let quiet = Scene {
        lift: vec![0.0; SECONDS],
        change: vec![0.0; SECONDS],
        recorded: vec![true; SECONDS],
        loudest: vec![(0.05, Cause::Nothing); SECONDS],
    };
    let mut scenes = vec![quiet; CAMERAS];
    for (camera, scene) in scenes.iter_mut().enumerate() {
        small(&mut Random::new(seed, 100 + camera as u64), scene);
    }
    passing(&mut r, &mut scenes);
    let gusts = wind.then(|| gusts(&mut Random::new(seed, 2)));
    let rain = rain.then(|| shower(&mut Random::new(seed, 3)));
    for (camera, scene) in scenes.iter_mut().enumerate() {
        let mut r = Random::new(seed, 200 + camera as u64);
        let (trees, drops) = (r.between(0.0, 0.6), r.between(0.3, 1.1));
        for t in 0..SECONDS {
            let gust = gusts.as_ref().map_or(0.0, |gusts| trees * gusts[t.saturating_sub(travels_s * camera)]);
            let wet = rain.as_ref().map_or(0.0, |rain| drops * rain[t]);
            let flutter = if wet > 0.0 { wet * 0.25 * r.normal() } else { 0.0 };
            scene.lift[t] += gust + (wet + flutter).max(0.0);
            scene.change[t] += 2.0 * gust + 2.0 * wet;
            scene.note(t, gust, Cause::Wind);
            scene.note(t, wet, Cause::Rain);
        }
    }
    let theft = theft(&mut Random::new(seed, 4), &mut scenes);
    let loudest = scenes.iter().map(|scene| scene.loudest.iter().map(|(_, cause)| *cause).collect()).collect();
    let cameras = scenes
        .into_iter()
        .enumerate()
        .map(|(number, scene)| {
            let mut r = Random::new(seed, 300 + number as u64);
            let is_theirs = theft.seen.iter().filter(|(camera, ..)| *camera == number);
            let keep: Vec<(f64, f64)> = is_theirs.map(|(_, from, to)| (*from, *to)).collect();
            record(&mut r, number, scene, &keep)
        })
        .collect();
    let weather = match (rain.is_some(), wind) {
        (true, true) => "rain and wind",
        (true, false) => "rain",
        (false, true) => "wind",
        (false, false) => "calm",
    };
    Night { cameras, theft, weather, loudest }
}

/// What one camera alone sees: insects, cats, somebody who sits outside, a lamp.
fn small(r: &mut Random, scene: &mut Scene) {
    if r.chance(0.4) {
        let per_hour = r.scaled(15.0, 250.0);
        let mut t = r.wait(per_hour);
        while t < SECONDS as f64 {
            let (long, lift) = (r.between(0.4, 2.5), r.between(0.15, 1.3));
            scene.add(Cause::Insect, t, long, lift, lift * 4.0);
            t += r.wait(per_hour);
        }
    }
    let cats = r.between(0.2, 4.0);
    let mut t = r.wait(cats);
    while t < SECONDS as f64 {
        let (long, lift) = (r.between(4.0, 25.0), r.between(0.05, 0.4));
        scene.add(Cause::Cat, t, long, lift, lift * 6.0);
        t += r.wait(cats);
    }
    if r.chance(0.3) {
        let (from, lift) = (r.between(0.0, 1.5 * HOUR), r.between(0.1, 0.5));
        let mut t = from;
        let until = from + r.between(600.0, 3000.0);
        while t < until {
            let long = r.between(3.0, 40.0);
            scene.add(Cause::Sitter, t, long, lift * r.between(0.3, 1.2), 2.0);
            t += long + r.between(0.0, 20.0);
        }
    }
    if r.chance(0.3) {
        let (from, step) = (r.between(0.5, 8.5) * HOUR, r.between(-0.3, 0.4));
        scene.lift[from as usize..].iter_mut().for_each(|lift| *lift += step);
    }
}

/// What passes several cameras one after the other: people and vehicles.
fn passing(r: &mut Random, scenes: &mut [Scene]) {
    let people = r.scaled(4.0, 30.0);
    let vehicles = r.scaled(6.0, 45.0);
    // One camera in some nights looks at a road that is never empty.
    let road = r.chance(0.4).then(|| (r.between(0.0, CAMERAS as f64) as usize, r.scaled(60.0, 240.0)));
    for (cause, per_hour, long, lift, pace_s) in [
        (Cause::Person, people, (6.0, 30.0), (0.1, 0.8), 60.0),
        (Cause::Vehicle, vehicles, (2.0, 7.0), (0.4, 2.2), 10.0),
    ] {
        let mut t = r.wait(per_hour);
        while t < SECONDS as f64 {
            if r.chance(traffic(t)) {
                let first = r.between(0.0, CAMERAS as f64) as usize;
                let many = r.between(1.0, 4.0) as usize;
                let way = if r.chance(0.5) { 1 } else { CAMERAS - 1 };
                for step in 0..many {
                    let lift = r.between(lift.0, lift.1);
                    let from = t + step as f64 * pace_s * r.between(0.7, 1.3);
                    let long = r.between(long.0, long.1);
                    scenes[(first + step * way) % CAMERAS].add(cause, from, long, lift, lift * 10.0);
                }
            }
            t += r.wait(per_hour);
        }
    }
    if let Some((camera, per_hour)) = road {
        let mut t = r.wait(per_hour);
        while t < SECONDS as f64 {
            if r.chance(traffic(t).max(0.3)) {
                let lift = r.between(0.4, 1.8);
                scenes[camera].add(Cause::Road, t, r.between(2.0, 6.0), lift, lift * 10.0);
            }
            t += r.wait(per_hour);
        }
    }
}

/// Gusts, 0 to about 1: swells of some ten seconds in windy hours.
fn gusts(r: &mut Random) -> Vec<f64> {
    let (from, to) = (r.between(0.0, 5.0) * HOUR, r.between(5.0, 9.0) * HOUR);
    let (slow, mut state) = (r.between(10.0, 40.0), 0.0);
    (0..SECONDS)
        .map(|t| {
            state += -state / slow + (2.0 / slow).sqrt() * r.normal();
            let edge = ((t as f64 - from).min(to - t as f64) / 600.0).clamp(0.0, 1.0);
            edge * (0.3 + 0.45 * state).max(0.0)
        })
        .collect()
}

/// Rain from 01:00 to 02:30, 0 to about 1, that swells and ebbs.
fn shower(r: &mut Random) -> Vec<f64> {
    let (from, to, ramp) = (4.0 * HOUR, 5.5 * HOUR, r.between(40.0, 240.0));
    let (slow, mut state) = (r.between(60.0, 240.0), 0.0);
    (0..SECONDS)
        .map(|t| {
            state += -state / slow + (2.0 / slow).sqrt() * r.normal();
            let edge = ((t as f64 - from).min(to - t as f64) / ramp).clamp(0.0, 1.0);
            edge * (0.8 + 0.15 * state).max(0.1)
        })
        .collect()
}

/// 40 s to 3 min of somebody at work, with pauses; then the motorbike is pushed or ridden off. Two in five times a neighbour sees
/// the way there or away.
fn theft(r: &mut Random, scenes: &mut [Scene]) -> Theft {
    let camera = r.between(0.0, CAMERAS as f64) as usize;
    let (from, long) = (r.between(1.3, 7.8) * HOUR, r.between(40.0, 180.0));
    let lift = r.scaled(0.2, 1.4);
    let mut t = from;
    while t < from + long {
        let busy = r.between(3.0, 15.0).min(from + long - t);
        scenes[camera].add(Cause::Theft, t, busy, lift * r.between(0.5, 1.3), lift * 8.0);
        t += busy + r.between(0.0, 6.0);
    }
    let away = r.between(4.0, 8.0);
    let leaving = lift + r.between(0.1, 0.8);
    scenes[camera].add(Cause::Theft, from + long, away, leaving, leaving * 8.0);
    let mut seen = vec![(camera, from, from + long + away)];
    if r.chance(0.4) {
        let other = (camera + 1) % CAMERAS;
        let (long, lift) = (r.between(5.0, 15.0), r.scaled(0.15, 1.2));
        let start = if r.chance(0.5) { from - 25.0 } else { seen[0].2 + 8.0 };
        scenes[other].add(Cause::Theft, start, long, lift, lift * 8.0);
        seen.push((other, start, start + long));
    }
    Theft { seen, lift }
}

/// What the camera's recorder makes of it. What must not be missing is in `keep`.
fn record(r: &mut Random, number: usize, mut scene: Scene, keep: &[(f64, f64)]) -> Camera {
    let must = |from: f64, to: f64| keep.iter().any(|(a, b)| *a - 20.0 < to && from < *b + 20.0);
    if r.chance(0.3) {
        let (from, long) = (r.between(0.0, 8.0) * HOUR, r.between(60.0, 3600.0));
        let to = (from + long).min(SECONDS as f64);
        if !must(from, to) {
            scene.recorded[from as usize..to as usize].fill(false);
        }
    }
    if r.chance(0.08) {
        // On movement only, from 5 s before to 20 s after.
        let trigger = 0.25;
        let moves: Vec<usize> = (0..SECONDS).filter(|t| scene.lift[*t] > trigger).collect();
        let mut on = vec![false; SECONDS];
        for t in moves {
            on[t.saturating_sub(5)..(t + 20).min(SECONDS)].fill(true);
        }
        for (from, to) in keep {
            on[(from - 5.0).max(0.0) as usize..(*to as usize + 20).min(SECONDS)].fill(true);
        }
        for (recorded, on) in scene.recorded.iter_mut().zip(on) {
            *recorded &= on;
        }
    }
    let constant = r.chance(0.08);
    let quiet = r.scaled(6_000.0, 60_000.0);
    let unrest = r.between(0.02, 0.08);
    let gop = r.pick(&[1usize, 2, 2, 2, 3, 4, 4, 5, 8]);
    let (mut drift, steady) = (0.0, r.between(0.01, 0.05));
    let mut camera = Camera {
        id: format!("ht-{number:02}"),
        at: Point { lat: 18.0735 + 0.0007 * number as f64, lon: 106.2962 },
        recordings: Vec::new(),
        thumbnails: HashMap::new(),
    };
    let mut start = 0;
    while start < SECONDS {
        if !scene.recorded[start] {
            start += 1;
            continue;
        }
        let whole = (start / FILE_S + 1) * FILE_S;
        let end = (start..whole.min(SECONDS)).find(|t| !scene.recorded[*t]).unwrap_or(whole.min(SECONDS));
        let mut table = Vec::new();
        for from in (start..end).step_by(gop) {
            drift += -drift / 150.0 + steady * 0.1 * r.normal();
            let to = (from + gop).min(end);
            let rate: f64 = scene.lift[from..to].iter().map(|lift| quiet * lift.exp()).sum();
            let rate = if constant { quiet * (to - from) as f64 } else { rate };
            let noise = if constant { 0.008 * r.normal() } else { drift + unrest * r.normal() };
            let between = (rate * noise.exp()) as u32;
            table.push(Keyframe { pts_us: (from - start) as i64 * 1_000_000, size: quiet as u32, between });
        }
        let id = RecordingId(format!("{number:02}{start:011}"));
        let pictures = sample(&table, SignedDuration::from_secs(10)).into_iter().map(|pts_us| {
            let t = start + (pts_us / 1_000_000) as usize;
            let near = &scene.change[t..(t + gop).min(SECONDS)];
            let change = near.iter().copied().fold(0.0, f64::max) * r.between(0.6, 1.2) + r.between(0.3, 1.8);
            let change = if pts_us == 0 { 0 } else { change.min(255.0) as u8 };
            thumbnail(pts_us, 40, change)
        });
        camera.thumbnails.insert(id.clone(), pictures.collect());
        camera.recordings.push(recording(id, &camera.id, start as f64, end as f64, table));
        start = end;
    }
    camera
}

pub fn thumbnail(pts_us: i64, mean: u8, change: u8) -> ThumbnailPlace {
    ThumbnailPlace { pts_us, reel: "made-up".into(), offset: 0, length: 0, mean, change }
}

pub fn recording(id: RecordingId, camera: &str, from: f64, to: f64, table: Vec<Keyframe>) -> Recording {
    let [start, end] = [from, to].map(|t| CameraTime(Timestamp::from_microsecond(at(t)).unwrap()));
    Recording {
        id,
        camera: camera.to_owned(),
        span: CameraSpan::new(start, end),
        time_source: TimeSource::Name,
        time_basis: Basis::Local,
        uncertainty_s: 1.0,
        first_pts_us: 0,
        media_us: ((to - from) * 1e6) as i64,
        codec: "hevc".into(),
        width: 1920,
        height: 1080,
        has_audio: false,
        keyframes: table.len() as u32,
        table: keytable::pack(&table),
    }
}
