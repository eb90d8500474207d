//! The maker of the demonstration town: a ward of invented streets with cameras, rendered, encoded and named as real
//! recorders do. The same plan gives the same bytes. Tests and benchmarks include this module by its path.
#![allow(dead_code, unreachable_pub, reason = "the example, the tests and the benchmarks each use a part of it")]

mod annexb;
pub mod cameras;
pub mod clip;
mod dav;
mod encode;
pub mod error;
mod font;
mod frame;
mod map;
mod names;
pub mod plan;
mod ps;
mod rng;
mod scene;
mod site;
mod sprite;
mod street;
mod traffic;
pub mod truth;
mod work;

use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use cameras::{Container, cameras};
use error::{Failure, Result, at};
use jiff::tz::TimeZone;
use map::Xy;
use plan::{Plan, ZONE};
use scene::Scene;
use truth::{Incident, Ride, TrueCamera, TrueRecording, Truth};

const TRUTH: &str = "truth.json";
/// Marks a folder as ours while the town is being made.
const MAKING: &str = "making.json";

/// Makes the town of a plan in `out`; `progress` hears of every finished file.
///
/// A folder that already holds the same town is left as it is; one that holds another town is made anew.
///
/// # Errors
/// When the plan is impossible, the folder holds something else, FFmpeg is missing or fails, or the disk does.
pub fn make(plan: &Plan, out: &Path, mut progress: impl FnMut(usize, usize, &str)) -> Result<Truth> {
    plan.check()?;
    if let Some(truth) = claim(plan, out)? {
        return Ok(truth);
    }
    let zone = TimeZone::get(ZONE)?;
    let chosen = plan.chosen();
    let every_camera: Vec<Xy> = cameras().iter().map(|camera| camera.at).collect();
    let houses = map::houses(plan.seed, &every_camera);
    let everybody = traffic::everybody(plan);
    let middle = plan.time(f64::from(plan.seconds) / 2.0)?.to_zoned(zone.clone());
    let hour = f64::from(middle.hour()) + f64::from(middle.minute()) / 60.0;

    // A scene is painted by the first worker that needs it; a segment is one job.
    let scenes: Vec<OnceLock<Scene<'_>>> = chosen.iter().map(|_| OnceLock::new()).collect();
    let segments = plan.segments();
    let jobs: Vec<(usize, usize)> = (0..chosen.len())
        .flat_map(|camera| work::wanted(&chosen[camera], segments.len()).into_iter().map(move |s| (camera, s)))
        .collect();
    let next = AtomicUsize::new(0);
    let (send, results) = mpsc::channel();
    let mut made: Vec<Vec<(usize, Vec<TrueRecording>)>> = chosen.iter().map(|_| Vec::new()).collect();
    std::thread::scope(|scope| -> Result<()> {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            let send = send.clone();
            let (next, jobs, scenes, chosen, segments) = (&next, &jobs, &scenes, &chosen, &segments);
            let (houses, everybody, zone) = (&houses, &everybody, &zone);
            scope.spawn(move || {
                while let Some(&(index, segment)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let camera = &chosen[index];
                    let scene = scenes[index].get_or_init(|| Scene::new(camera, plan, hour, houses, everybody));
                    let job = work::Job { plan, out, camera, scene, zone, segment, span: segments[segment] };
                    if send.send((index, segment, job.run(segments.len()))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        for done in 1..=jobs.len() {
            let Ok((camera, segment, outcome)) = results.recv() else { break };
            let outcome = outcome.inspect_err(|_| next.store(jobs.len(), Ordering::Relaxed))?;
            progress(done, jobs.len(), outcome.first().map_or("", |recording| &recording.path));
            made[camera].push((segment, outcome));
        }
        Ok(())
    })?;
    let recordings: Vec<Vec<TrueRecording>> = made
        .into_iter()
        .map(|mut segments| {
            segments.sort_by_key(|(segment, _)| *segment);
            segments.into_iter().flat_map(|(_, recordings)| recordings).collect()
        })
        .collect();

    let (lat, lon) = map::JUNCTION.degrees();
    let mut truth = Truth {
        plan: plan.clone(),
        timezone: ZONE.to_owned(),
        incident: Incident {
            kind: "hit_and_run".to_owned(),
            place: "Ngã ba Việt Lào".to_owned(),
            at: plan.time(plan.crossing_s())?,
            lat,
            lon,
        },
        motorbike: Ride {
            colour: "red".to_owned(),
            speed_mps: traffic::RIDE_SPEED,
            route: truth::route(plan)?,
            passes: truth::passes(plan, &chosen, &houses, &recordings)?,
        },
        cameras: Vec::new(),
    };
    for (camera, recordings) in chosen.iter().zip(recordings) {
        let stills = camera.container == Container::Stills;
        let gaps = if stills { Vec::new() } else { truth::gaps(plan, &recordings)? };
        truth.cameras.push(TrueCamera::new(plan, camera, recordings, gaps));
    }
    let write = |name: &str, text: String| at(&out.join(name), fs::write(out.join(name), text));
    write("site.toml", site::site_toml(&chosen))?;
    write("places.tsv", site::places_tsv())?;
    write("roads.geojson", site::roads_geojson())?;
    write(TRUTH, as_json(&truth)?)?;
    at(out, fs::remove_file(out.join(MAKING)))?;
    Ok(truth)
}

/// Makes sure that the folder is empty or ours. Gives the truth when the same town is already there.
fn claim(plan: &Plan, out: &Path) -> Result<Option<Truth>> {
    at(out, fs::create_dir_all(out))?;
    let making = out.join(MAKING);
    let ours = making.exists() || out.join(TRUTH).exists();
    if let Ok(text) = fs::read_to_string(out.join(TRUTH))
        && !making.exists()
        && let Ok(truth) = serde_json::from_str::<Truth>(&text)
        && truth.plan == *plan
    {
        return Ok(Some(truth));
    }
    if !ours && at(out, fs::read_dir(out))?.next().is_some() {
        return Err(Failure(format!("{} is not empty and holds no town: choose another folder", out.display())));
    }
    at(&making, fs::write(&making, as_json(plan)?))?;
    let footage = out.join("footage");
    if footage.exists() {
        at(&footage, fs::remove_dir_all(&footage))?;
    }
    Ok(None)
}

fn as_json(value: &impl serde::Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure(format!("cannot write JSON: {error}")))?;
    Ok(text + "\n")
}
