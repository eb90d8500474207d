//! Nights of brightness made up for the purpose: lamps, headlights, lightning, daylight, and in some a fire.

use std::collections::HashMap;

use truyvet::model::{Keyframe, Point, RecordingId};

use crate::night::{CAMERAS, Camera, SECONDS, recording, thumbnail};
use crate::random::Random;

/// A fire: which cameras see it and from when, seconds.
pub struct Fire {
    pub seen: Vec<usize>,
    pub begins: f64,
    /// Steps of luma that it comes to before its first camera.
    pub height: f64,
    /// Seconds in which it comes to that.
    pub grows: f64,
}

pub struct Dark {
    pub cameras: Vec<Camera>,
    pub fire: Option<Fire>,
    /// For each camera its lamps and headlights: which, from when to when, seconds. Nothing but the table of false signs reads it.
    pub lights: Vec<Vec<(&'static str, f64, f64)>>,
    /// When day breaks, seconds.
    pub dawn: f64,
}

/// The night of a seed; of odd seeds without a fire.
pub fn dark(seed: u64) -> Dark {
    let mut r = Random::new(seed, 11);
    let fire = seed.is_multiple_of(2).then(|| {
        let camera = r.between(0.0, CAMERAS as f64) as usize;
        let seen = if r.chance(0.5) { vec![camera] } else { vec![camera, (camera + 1) % CAMERAS] };
        let (begins, height) = (r.between(1.2, 7.3) * 3600.0, r.scaled(15.0, 120.0));
        Fire { seen, begins, height, grows: r.scaled(60.0, 900.0) }
    });
    let storm = r.chance(0.2);
    let flashes: Vec<f64> = (0..if storm { 150 } else { 0 }).map(|_| r.between(0.0, SECONDS as f64)).collect();
    // Dawn comes at about 04:50 for all, a few minutes apart.
    let dawn = r.between(7.6, 8.0) * 3600.0;
    let mut lights = Vec::new();
    let cameras = (0..CAMERAS)
        .map(|number| {
            let mut r = Random::new(seed, 400 + number as u64);
            let (mut light, own) = own_light(&mut r);
            lights.push(own);
            for flash in &flashes {
                let strength = r.between(5.0, 120.0);
                light[*flash as usize] += strength;
            }
            let (late, pace) = (r.between(-240.0, 240.0), r.between(0.01, 0.05));
            for (t, light) in light.iter_mut().enumerate() {
                *light += ((t as f64 - dawn - late) * pace).clamp(0.0, 120.0);
            }
            if let Some(fire) = fire.as_ref().filter(|fire| fire.seen.contains(&number)) {
                burn(&mut r, &mut light, fire, number);
            }
            pictures(&mut r, number, &light)
        })
        .collect();
    Dark { cameras, fire, lights, dawn }
}

/// The camera's night, its lamps and the headlights that pass.
fn own_light(r: &mut Random) -> (Vec<f64>, Vec<(&'static str, f64, f64)>) {
    let (base, mut cloud) = (r.between(12.0, 70.0), 0.0);
    let mut light: Vec<f64> = (0..SECONDS)
        .map(|_| {
            cloud += -cloud / 1200.0 + 0.02 * r.normal();
            base + cloud
        })
        .collect();
    let mut lights = Vec::new();
    let lamps = r.scaled(0.1, 1.5);
    let mut t = r.wait(lamps);
    while t < SECONDS as f64 {
        // From the light on a staircase to a lamp that burns all night.
        let (long, step) = (r.scaled(20.0, 14_400.0), r.between(4.0, 45.0));
        let to = ((t + long) as usize).min(SECONDS);
        light[t as usize..to].iter_mut().for_each(|light| *light += step);
        lights.push(("lamp", t, t + long));
        t += long + r.wait(lamps);
    }
    let vehicles = r.scaled(2.0, 40.0);
    let mut t = r.wait(vehicles);
    while t < SECONDS as f64 {
        // Some stop for a while with their lights on.
        let (long, step) =
            (if r.chance(0.05) { r.between(20.0, 240.0) } else { r.between(2.0, 9.0) }, r.between(3.0, 70.0));
        let to = ((t + long) as usize).min(SECONDS);
        light[t as usize..to].iter_mut().for_each(|light| *light += step);
        lights.push(("headlights", t, t + long));
        t += r.wait(vehicles);
    }
    (light, lights)
}

/// It grows, faster and faster, and flickers as it grows; farther cameras see less of it.
fn burn(r: &mut Random, light: &mut [f64], fire: &Fire, number: usize) {
    let height = if fire.seen[0] == number { fire.height } else { fire.height * r.between(0.3, 0.9) };
    for (t, light) in light.iter_mut().enumerate().skip(fire.begins as usize) {
        let grown = ((t as f64 - fire.begins) / fire.grows).min(1.0).powf(1.5);
        *light += height * grown * (1.0 + 0.15 * r.normal()).max(0.2);
    }
}

fn pictures(r: &mut Random, number: usize, light: &[f64]) -> Camera {
    let mut camera = Camera {
        id: format!("ht-{number:02}"),
        at: Point { lat: 18.0735 + 0.0007 * number as f64, lon: 106.2962 },
        recordings: Vec::new(),
        thumbnails: HashMap::new(),
    };
    for start in (0..SECONDS).step_by(60) {
        let id = RecordingId(format!("{number:02}{start:011}"));
        let table = (0..30).map(|n| Keyframe { pts_us: n * 2_000_000, size: 1, between: 1 }).collect();
        // The first, the last, and one in ten seconds or a little more.
        let mut seconds = vec![0];
        while seconds[seconds.len() - 1] + 20 < 58 {
            seconds.push(seconds[seconds.len() - 1] + r.pick(&[10, 10, 12, 14]));
        }
        seconds.push(58);
        let places = seconds.into_iter().map(|second: usize| {
            let mean = (light[start + second] + 0.7 * r.normal()).clamp(0.0, 255.0);
            thumbnail(second as i64 * 1_000_000, mean as u8, 0)
        });
        camera.thumbnails.insert(id.clone(), places.collect());
        camera.recordings.push(recording(id, &camera.id, start as f64, (start + 60) as f64, table));
    }
    camera
}
