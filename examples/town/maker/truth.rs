//! What really happened in the town, for whoever wants to test an answer: `truth.json`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::cameras::{Camera, Codec, Container, Layout};
use super::error::Result;
use super::map::{House, RIDE};
use super::plan::Plan;
use super::scene::{HEIGHT_M, sees};
use super::traffic::{RIDE_SPEED, motorbike};

/// Everything that is true of a made town. Times are true times, seconds are seconds, angles degrees, distances metres.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    pub plan: Plan,
    pub timezone: String,
    pub incident: Incident,
    pub motorbike: Ride,
    pub cameras: Vec<TrueCamera>,
}

/// What the officer is called about.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    pub kind: String,
    pub place: String,
    pub at: Timestamp,
    pub lat: f64,
    pub lon: f64,
}

/// The red motorbike's way through town.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Ride {
    pub colour: String,
    pub speed_mps: f64,
    /// The corners of its way and when it is there.
    pub route: Vec<Waypoint>,
    /// Every time that it is in a camera's view, in order.
    pub passes: Vec<Pass>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Waypoint {
    pub at: Timestamp,
    pub lat: f64,
    pub lon: f64,
}

/// The red motorbike in the field of view of one camera, within its range and with no house between.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pass {
    pub camera: String,
    pub enters: Timestamp,
    pub leaves: Timestamp,
    /// When it is nearest, and how near.
    pub nearest_at: Timestamp,
    pub nearest_m: f64,
    /// Whether a readable file holds the moment at which it is nearest.
    pub recorded: bool,
}

/// A camera as it really is, which is not always as the site file says.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct TrueCamera {
    pub id: String,
    pub name: String,
    pub group: String,
    pub lat: f64,
    pub lon: f64,
    pub azimuth_deg: f64,
    pub fov_deg: f64,
    pub range_m: f64,
    pub height_m: f64,
    pub view_is_stated: bool,
    /// Its clock less true time.
    pub clock_offset_s: f64,
    pub layout: Layout,
    pub codec: Codec,
    pub container: Container,
    pub b_frames: u32,
    /// Frames per second; 1 where it takes stills.
    pub fps: u32,
    /// Relative to the town's folder.
    pub folder: String,
    pub channel: Option<u32>,
    /// Whether the modification times are those of a copy made later.
    pub copied_in: bool,
    pub recordings: Vec<TrueRecording>,
    pub gaps: Vec<TrueGap>,
}

/// The state that a file was left in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Whole,
    /// An mp4 without its index.
    NoMoov,
    /// The end is missing.
    Truncated,
    /// Zero bytes.
    Empty,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrueRecording {
    /// Relative to the town's folder.
    pub path: String,
    pub state: State,
    /// What was recorded, before anything was damaged. A still starts when it ends.
    pub start: Timestamp,
    pub end: Timestamp,
    /// What the camera's clock showed at the start.
    pub camera_start: Timestamp,
    /// Up to when a reader can show something: the start where nothing can be read.
    pub readable_until: Timestamp,
    /// Frames drawn, and how many of them are keyframes.
    pub frames: u32,
    pub keyframes: u32,
    pub modified: Timestamp,
}

/// A time of which nothing can be seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrueGap {
    pub start: Timestamp,
    pub end: Timestamp,
    /// `not_recorded` or `damaged`.
    pub reason: String,
}

/// When the red motorbike is in whose view. `recordings` are each camera's, in the same order.
///
/// # Errors
/// When a time is outside what can be told.
pub fn passes(
    plan: &Plan,
    chosen: &[Camera],
    houses: &[House],
    recordings: &[Vec<TrueRecording>],
) -> Result<Vec<Pass>> {
    const STEPS_PER_S: f64 = 10.0;
    // A post or a corner that hides it for a moment does not end a pass.
    const HIDDEN_STEPS: i64 = 10;
    let bike = motorbike(plan);
    let (first, last) = ((bike.sets_out_s * STEPS_PER_S).ceil() as i64, (bike.leaves_s() * STEPS_PER_S) as i64);
    let mut passes = Vec::new();
    for (camera, recordings) in chosen.iter().zip(recordings) {
        // First step, last step, nearest step and distance of the pass being followed.
        let mut open: Option<(i64, i64, i64, f64)> = None;
        for step in first..=last + HIDDEN_STEPS + 1 {
            let position = bike.position(step as f64 / STEPS_PER_S);
            if let Some(seen) = position.filter(|position| sees(camera, position.at, houses)) {
                let away = seen.at.minus(camera.at).length();
                let pass = open.get_or_insert((step, step, step, away));
                pass.1 = step;
                if away < pass.3 {
                    (pass.2, pass.3) = (step, away);
                }
            }
            if let Some((enters, leaves, nearest, nearest_m)) = open.take_if(|pass| pass.1 + HIDDEN_STEPS < step) {
                let time = |step: i64| plan.time(step as f64 / STEPS_PER_S);
                let nearest_at = time(nearest)?;
                let recorded = recordings.iter().any(|r| r.start <= nearest_at && nearest_at < r.readable_until);
                passes.push(Pass {
                    camera: camera.id.to_owned(),
                    enters: time(enters)?,
                    leaves: time(leaves + 1)?,
                    nearest_at,
                    nearest_m: (nearest_m * 10.0).round() / 10.0,
                    recorded,
                });
            }
        }
    }
    passes.sort_by(|a, b| (a.enters, &a.camera).cmp(&(b.enters, &b.camera)));
    Ok(passes)
}

/// The ride's corners with their times.
///
/// # Errors
/// When a time is outside what can be told.
pub fn route(plan: &Plan) -> Result<Vec<Waypoint>> {
    let mut when = motorbike(plan).sets_out_s;
    let mut route = Vec::new();
    for (index, corner) in RIDE.iter().enumerate() {
        if index > 0 {
            when += corner.minus(RIDE[index - 1]).length() / RIDE_SPEED;
        }
        let (lat, lon) = corner.degrees();
        route.push(Waypoint { at: plan.time(when)?, lat, lon });
    }
    Ok(route)
}

/// The times between a plan's start and end that no readable file of a camera holds.
///
/// # Errors
/// When a time is outside what can be told.
pub fn gaps(plan: &Plan, recordings: &[TrueRecording]) -> Result<Vec<TrueGap>> {
    let mut gaps: Vec<TrueGap> = Vec::new();
    let mut add = |start: Timestamp, end: Timestamp, reason: &str| match gaps.last_mut() {
        Some(before) if before.end == start && before.reason == reason => before.end = end,
        _ if start < end => gaps.push(TrueGap { start, end, reason: reason.to_owned() }),
        _ => {}
    };
    let mut reached = plan.start;
    for recording in recordings {
        add(reached, recording.start, "not_recorded");
        add(recording.readable_until, recording.end, "damaged");
        reached = recording.end;
    }
    add(reached, plan.time(f64::from(plan.seconds))?, "not_recorded");
    Ok(gaps)
}

impl TrueCamera {
    /// What is true of a camera, with what it recorded.
    pub fn new(plan: &Plan, camera: &Camera, recordings: Vec<TrueRecording>, gaps: Vec<TrueGap>) -> TrueCamera {
        let (lat, lon) = camera.at.degrees();
        TrueCamera {
            id: camera.id.to_owned(),
            name: camera.name.to_owned(),
            group: camera.group.to_owned(),
            lat,
            lon,
            azimuth_deg: camera.azimuth_deg,
            fov_deg: camera.fov_deg,
            range_m: camera.range_m,
            height_m: HEIGHT_M,
            view_is_stated: camera.view_is_stated,
            clock_offset_s: camera.clock_offset_s,
            layout: camera.layout,
            codec: camera.codec,
            container: camera.container,
            b_frames: camera.b_frames,
            fps: if camera.container == Container::Stills { 1 } else { plan.fps_of(camera) },
            folder: format!("footage/{}", camera.folder),
            channel: camera.channel,
            copied_in: camera.copied_in,
            recordings,
            gaps,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cameras::cameras;
    use super::super::frame::Frame;
    use super::super::map::{Xy, houses};
    use super::super::scene::Scene;
    use super::super::traffic::everybody;
    use super::*;

    #[test]
    fn the_motorbike_passes_the_cameras_one_after_the_other_and_is_in_their_pictures() {
        let plan = Plan { width: 320, height: 180, ..Plan::default() };
        let cameras = cameras();
        let positions: Vec<Xy> = cameras.iter().map(|camera| camera.at).collect();
        let houses = houses(plan.seed, &positions);
        let recordings: Vec<Vec<TrueRecording>> = cameras.iter().map(|_| Vec::new()).collect();
        let passes = passes(&plan, &cameras, &houses, &recordings).unwrap();
        let order: Vec<&str> = passes.iter().map(|pass| &pass.camera[3..]).collect();
        assert_eq!(order, ["13", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"]);
        let everybody = everybody(&plan);
        for pass in passes {
            let length = pass.leaves.duration_since(pass.enters);
            assert!((2.0..20.0).contains(&length.as_secs_f64()), "{pass:?}");
            let camera = cameras.iter().find(|camera| camera.id == pass.camera).unwrap();
            let scene = Scene::new(camera, &plan, 21.25, &houses, &everybody);
            let time_s = pass.enters.duration_since(plan.start).as_secs_f64() + length.as_secs_f64() / 2.0;
            let abroad = scene.abroad(time_s, time_s + 1.0);
            let [mut with, mut without] = [Frame::new(320, 180), Frame::new(320, 180)];
            scene.draw(&mut with, time_s, &abroad, "");
            scene.draw(&mut without, time_s, &abroad[1..], "");
            let changed = with.bytes.iter().zip(&without.bytes).filter(|(a, b)| a != b).count();
            assert!(changed > 20, "{pass:?}: {changed}");
        }
    }
}
