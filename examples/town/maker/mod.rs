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

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use cameras::{Camera, Container, cameras};
use error::{Failure, Result, at};
use jiff::tz::TimeZone;
use map::{House, Xy};
use plan::{Plan, ZONE};
use scene::Scene;
use traffic::Traveller;
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
pub fn make(plan: &Plan, out: &Path, progress: impl FnMut(usize, usize, &str)) -> Result<Truth> {
    plan.check()?;
    if let Some(truth) = claim(plan, out)? {
        return Ok(truth);
    }
    let town = Town::new(plan)?;
    let recordings = town.film(out, progress)?;
    let truth = town.truth(recordings)?;
    let write = |name: &str, text: String| at(&out.join(name), fs::write(out.join(name), text));
    write("site.toml", site::site_toml(&town.chosen))?;
    write("places.tsv", site::places_tsv())?;
    write("roads.geojson", site::roads_geojson())?;
    write(TRUTH, as_json(&truth)?)?;
    at(out, fs::remove_file(out.join(MAKING)))?;
    Ok(truth)
}

/// What drawing needs to know of the whole town.
struct Town<'a> {
    plan: &'a Plan,
    chosen: Vec<Camera>,
    houses: Vec<House>,
    everybody: Vec<Traveller>,
    zone: TimeZone,
    /// The hour of the day in the middle of the plan, whose light falls on all of it.
    hour: f64,
}

impl Town<'_> {
    fn new(plan: &Plan) -> Result<Town<'_>> {
        let zone = TimeZone::get(ZONE)?;
        let middle = plan.time(f64::from(plan.seconds) / 2.0)?.to_zoned(zone.clone());
        // Houses leave room for every camera, so that choosing fewer does not move a wall.
        let every_camera: Vec<Xy> = cameras().iter().map(|camera| camera.at).collect();
        Ok(Town {
            plan,
            chosen: plan.chosen(),
            houses: map::houses(plan.seed, &every_camera),
            everybody: traffic::everybody(plan),
            zone,
            hour: f64::from(middle.hour()) + f64::from(middle.minute()) / 60.0,
        })
    }

    /// Makes every file, on all cores; gives each camera's recordings in order of time.
    fn film(&self, out: &Path, mut progress: impl FnMut(usize, usize, &str)) -> Result<Vec<Vec<TrueRecording>>> {
        // A scene is painted by the first worker that needs it; a segment is one job.
        let scenes: Vec<OnceLock<Scene<'_>>> = self.chosen.iter().map(|_| OnceLock::new()).collect();
        let segments = self.plan.segments();
        let jobs: Vec<(usize, usize)> = (0..self.chosen.len())
            .flat_map(|camera| work::wanted(&self.chosen[camera], segments.len()).into_iter().map(move |s| (camera, s)))
            .collect();
        let next = AtomicUsize::new(0);
        let work = || {
            let &(index, segment) = jobs.get(next.fetch_add(1, Ordering::Relaxed))?;
            let camera = &self.chosen[index];
            let paint = || Scene::new(camera, self.plan, self.hour, &self.houses, &self.everybody);
            let scene = scenes[index].get_or_init(paint);
            let (plan, zone, span) = (self.plan, &self.zone, segments[segment]);
            let job = work::Job { plan, out, camera, scene, zone, segment, span };
            Some((index, segment, job.run(segments.len())))
        };
        let (send, results) = mpsc::channel();
        let mut made: BTreeMap<(usize, usize), Vec<TrueRecording>> = BTreeMap::new();
        std::thread::scope(|scope| -> Result<()> {
            for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
                let (send, work) = (send.clone(), &work);
                scope.spawn(move || {
                    while let Some(done) = work() {
                        if send.send(done).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(send);
            for (camera, segment, outcome) in results {
                // After a failure nobody begins another job.
                let outcome = outcome.inspect_err(|_| next.store(jobs.len(), Ordering::Relaxed))?;
                progress(made.len() + 1, jobs.len(), outcome.first().map_or("", |recording| &recording.path));
                made.insert((camera, segment), outcome);
            }
            Ok(())
        })?;
        let mut recordings: Vec<Vec<TrueRecording>> = self.chosen.iter().map(|_| Vec::new()).collect();
        for ((camera, _), files) in made {
            recordings[camera].extend(files);
        }
        Ok(recordings)
    }

    fn truth(&self, recordings: Vec<Vec<TrueRecording>>) -> Result<Truth> {
        let (lat, lon) = map::JUNCTION.degrees();
        let at = self.plan.time(self.plan.crossing_s())?;
        let ride = Ride {
            colour: "red".to_owned(),
            speed_mps: traffic::RIDE_SPEED,
            route: truth::route(self.plan)?,
            passes: truth::passes(self.plan, &self.chosen, &self.houses, &recordings)?,
        };
        let mut cameras = Vec::new();
        for (camera, recordings) in self.chosen.iter().zip(recordings) {
            let is_still = camera.container == Container::Stills;
            let gaps = if is_still { Vec::new() } else { truth::gaps(self.plan, &recordings)? };
            cameras.push(TrueCamera::new(self.plan, camera, recordings, gaps));
        }
        Ok(Truth {
            plan: self.plan.clone(),
            timezone: ZONE.to_owned(),
            incident: Incident {
                kind: "hit_and_run".to_owned(), place: "Ngã ba Việt Lào".to_owned(), at, lat, lon
            },
            motorbike: ride,
            cameras,
        })
    }
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
