//! One long file of one camera, for benchmarks: a busy street by day, at a bit rate that real cameras have.

use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::cameras::{Codec, Container, cameras};
use super::encode::{Video, encode};
use super::error::{Failure, Result};
use super::map;
use super::plan::{Plan, ZONE};
use super::scene::Scene;
use super::traffic;

/// A file to make. [`Clip::default`] is what the listing benchmark measures: two minutes of 1080p H.264 with 2 s GOPs.
#[derive(Clone, Debug)]
pub struct Clip {
    pub codec: Codec,
    pub container: Container,
    pub width: u32,
    pub height: u32,
    pub fps: u32,
    pub seconds: u32,
    pub gop_seconds: u32,
    pub b_frames: u32,
    pub kbps: u32,
    pub seed: u64,
}

impl Default for Clip {
    fn default() -> Clip {
        Clip {
            codec: Codec::H264,
            container: Container::Mp4MoovLast,
            width: 1920,
            height: 1080,
            fps: 15,
            seconds: 120,
            gop_seconds: 2,
            b_frames: 0,
            kbps: 3500,
            seed: 1,
        }
    }
}

/// Makes the file. Its pictures start at 07:15 on 15 July 2023.
///
/// # Errors
/// When the clip is impossible, FFmpeg is missing or fails, or the disk does.
pub fn make_clip(clip: &Clip, path: &Path) -> Result<()> {
    let plan = Plan {
        start: Timestamp::constant(1_689_380_100, 0),
        seconds: clip.seconds,
        width: clip.width,
        height: clip.height,
        fps: clip.fps,
        gop_seconds: clip.gop_seconds,
        seed: clip.seed,
        ..Plan::default()
    };
    plan.check()?;
    let every_camera = cameras();
    let Some(camera) = every_camera.first() else { return Err(Failure("the town has no camera".to_owned())) };
    let positions: Vec<_> = every_camera.iter().map(|camera| camera.at).collect();
    let houses = map::houses(plan.seed, &positions);
    let everybody = traffic::everybody(&plan);
    let scene = Scene::new(camera, &plan, 7.25, &houses, &everybody);
    let abroad = scene.abroad(0.0, f64::from(plan.seconds));
    let zone = TimeZone::get(ZONE)?;
    let video = Video {
        codec: clip.codec,
        container: clip.container,
        width: clip.width,
        height: clip.height,
        fps: clip.fps,
        gop_frames: clip.fps * clip.gop_seconds,
        b_frames: clip.b_frames,
        kbps: Some(clip.kbps),
        creation: None,
        shown: plan.start.to_zoned(zone.clone()).datetime(),
    };
    let clocks: Vec<String> = (0..=clip.seconds)
        .map(|second| {
            Ok(plan.time(f64::from(second))?.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string())
        })
        .collect::<Result<_>>()?;
    encode(&video, path, clip.seconds * clip.fps, |frame, picture| {
        let clock = &clocks[(frame / clip.fps) as usize];
        scene.draw(picture, f64::from(frame) / f64::from(clip.fps), &abroad, clock);
    })
}
