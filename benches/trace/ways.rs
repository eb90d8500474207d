//! The ways of looking that are compared. Each is an officer who opens one window after another until the route is known.

use std::collections::HashMap;

use truyvet::model::{Mover, Sighting, TrueTime, Verdict, Window};
use truyvet::place::distance_m;
use truyvet::trace::{Answer, Facts, Side, Tracer};

use crate::world::{Pass, Random, World};

/// So many minutes of footage in a row without a finding, and the officer gives up: the same for all but (a).
const PATIENCE: f64 = 60.0;
/// Windows that are only glanced at cost something too: no more than so many in a row.
const MOST_WINDOWS: usize = 400;

pub fn at(seconds: f64) -> TrueTime {
    TrueTime::from_micros(1_700_000_000_000_000 + (seconds * 1e6) as i64)
}

pub fn seconds(t: TrueTime) -> f64 {
    (t.as_micros() - 1_700_000_000_000_000) as f64 / 1e6
}

/// One search as it goes.
pub struct Officer<'a> {
    world: &'a World,
    passes: &'a [Pass],
    /// Those that can be found: after the first, recorded, not missed.
    findable: usize,
    pub found: Vec<usize>,
    pub minutes: f64,
    pub windows: usize,
    in_vain: usize,
    /// Minutes when something was found last.
    found_after: f64,
    /// Minutes when nine of ten were found.
    pub known_after: Option<f64>,
    watched: HashMap<usize, Vec<(f64, f64)>>,
}

impl<'a> Officer<'a> {
    pub fn new(world: &'a World, passes: &'a [Pass], first: usize) -> Officer<'a> {
        let findable = passes.iter().enumerate().filter(|(n, pass)| *n > first && can_be_found(world, pass)).count();
        Officer {
            world,
            passes,
            findable,
            found: vec![first],
            minutes: 0.0,
            windows: 0,
            in_vain: 0,
            found_after: 0.0,
            known_after: None,
            watched: HashMap::new(),
        }
    }

    /// Looks at a window of a camera, without what was looked at before; says which pass was found.
    pub fn look(&mut self, camera: usize, from: f64, to: f64) -> Option<usize> {
        self.windows += 1;
        self.in_vain += 1;
        let before = self.watched.entry(camera).or_default().clone();
        for (a, b) in without((from, to), &before) {
            let visible = |pass: &Pass| {
                pass.camera == camera && can_be_found(self.world, pass) && pass.enters < b && pass.leaves > a
            };
            let hit = (0..self.passes.len())
                .filter(|n| !self.found.contains(n) && visible(&self.passes[*n]))
                .min_by(|x, y| self.passes[*x].enters.total_cmp(&self.passes[*y].enters));
            let Some(number) = hit else {
                self.minutes += (b - a) / 60.0;
                self.watched.get_mut(&camera).unwrap().push((a, b));
                continue;
            };
            // Watched until it is there.
            let until = self.passes[number].enters.clamp(a, b) + 1.0;
            self.minutes += (until - a) / 60.0;
            self.watched.get_mut(&camera).unwrap().push((a, until));
            self.found.push(number);
            self.in_vain = 0;
            self.found_after = self.minutes;
            let confirmed = self.found.len() - 1;
            if self.known_after.is_none() && confirmed as f64 >= 0.9 * self.findable as f64 {
                self.known_after = Some(self.minutes);
            }
            return Some(number);
        }
        None
    }

    pub fn goes_on(&self) -> bool {
        self.found.len() <= self.findable && self.minutes - self.found_after < PATIENCE && self.in_vain < MOST_WINDOWS
    }

    pub fn recall(&self) -> f64 {
        (self.found.len() - 1) as f64 / self.findable.max(1) as f64
    }

    fn latest(&self) -> &Pass {
        let number = self.found.iter().copied().max().unwrap();
        &self.passes[number]
    }
}

pub fn can_be_found(world: &World, pass: &Pass) -> bool {
    !pass.missed && !world.cameras[pass.camera].gap
}

fn without(whole: (f64, f64), others: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut others = others.to_vec();
    others.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut left, mut from) = (Vec::new(), whole.0);
    for (a, b) in others.into_iter().filter(|(a, b)| *b > whole.0 && *a < whole.1) {
        if a > from {
            left.push((from, a));
        }
        from = from.max(b);
    }
    if from < whole.1 {
        left.push((from, whole.1));
    }
    left
}

/// Nobody can do with less: the passes themselves, nine of ten.
pub fn oracle(world: &World, passes: &[Pass], first: usize) -> f64 {
    let mut lengths: Vec<f64> = passes
        .iter()
        .skip(first + 1)
        .filter(|pass| can_be_found(world, pass))
        .map(|pass| (pass.leaves - pass.enters) / 60.0)
        .collect();
    lengths.sort_by(f64::total_cmp);
    let most = (lengths.len() as f64 * 0.9).ceil() as usize;
    lengths.iter().take(most).sum()
}

/// (a) Every camera within the radius that the time allows, nearest first, from the first sighting until the end (which it is told).
pub fn radius<'a>(world: &'a World, passes: &'a [Pass], first: usize) -> Officer<'a> {
    let mut officer = Officer::new(world, passes, first);
    let begin = passes[first].middle();
    let end = passes.last().unwrap().leaves + 30.0;
    let from = world.cameras[passes[first].camera].told.at;
    let reach = top(world.mover) * (end - begin);
    let mut near: Vec<(f64, usize)> =
        world.cameras.iter().enumerate().map(|(n, camera)| (distance_m(from, camera.told.at), n)).collect();
    near.retain(|(metres, n)| *metres <= reach && !world.cameras[*n].gap);
    near.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (_, camera) in near {
        // From start to end, however often it passes.
        while officer.look(camera, begin, end).is_some() {}
        if officer.known_after.is_some() && officer.recall() >= 1.0 {
            break;
        }
    }
    officer
}

/// Metres a second that nobody in town exceeds for long.
fn top(mover: Mover) -> f64 {
    median(mover) * 2.0
}

fn median(mover: Mover) -> f64 {
    match mover {
        Mover::Foot => 1.34,
        Mover::Bicycle => 4.0,
        Mover::Motorbike => 7.5,
        Mover::Car => 7.2,
        Mover::Truck => 6.2,
    }
}

/// (b) Straight-line windows at fixed speeds from the last that was found, nearest camera first.
pub fn straight<'a>(world: &'a World, passes: &'a [Pass], first: usize) -> Officer<'a> {
    let mut officer = Officer::new(world, passes, first);
    'anew: while officer.goes_on() {
        let last = *officer.latest();
        let from = world.cameras[last.camera].told.at;
        let mut near: Vec<(f64, usize)> =
            world.cameras.iter().enumerate().map(|(n, camera)| (distance_m(from, camera.told.at), n)).collect();
        near.retain(|(metres, n)| {
            *n != last.camera && *metres < median(world.mover) * 1800.0 && !world.cameras[*n].gap
        });
        near.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (metres, camera) in near {
            let (fast, slow) = (metres / top(world.mover), metres / (median(world.mover) * 0.4));
            let clock = world.cameras[camera].said_s + world.cameras[last.camera].said_s;
            if officer.look(camera, last.middle() + fast - clock, last.middle() + slow + clock + 5.0).is_some() {
                continue 'anew;
            }
            if !officer.goes_on() {
                break;
            }
        }
        break;
    }
    officer
}

/// (c) What was learned from training trips: from each camera to each other, how many came and how long they took.
pub struct Learned {
    pairs: HashMap<(usize, usize), Vec<f64>>,
    from: HashMap<usize, usize>,
}

pub fn learn(world: &World, trips: usize, random: &mut Random) -> Learned {
    let mut learned = Learned { pairs: HashMap::new(), from: HashMap::new() };
    let mut done = 0;
    while done < trips {
        let Some(journey) = world.journey(random) else { continue };
        let passes: Vec<Pass> = world.passes(&journey, random).into_iter().filter(|pass| !pass.missed).collect();
        if passes.len() < 2 {
            continue;
        }
        done += 1;
        for (n, one) in passes.iter().enumerate() {
            *learned.from.entry(one.camera).or_default() += 1;
            for other in passes.iter().skip(n + 1).take(8).filter(|other| other.camera != one.camera) {
                learned.pairs.entry((one.camera, other.camera)).or_default().push(other.middle() - one.middle());
            }
        }
    }
    learned.pairs.values_mut().for_each(|times| times.sort_by(f64::total_cmp));
    learned
}

pub fn histograms<'a>(world: &'a World, passes: &'a [Pass], first: usize, learned: &Learned) -> Officer<'a> {
    let mut officer = Officer::new(world, passes, first);
    let mut by_camera: HashMap<usize, Vec<(usize, &Vec<f64>)>> = HashMap::new();
    for ((from, to), times) in &learned.pairs {
        by_camera.entry(*from).or_default().push((*to, times));
    }
    // First what is usual from the last found, then what is usual from those before.
    'anew: while officer.goes_on() {
        let mut order = officer.found.clone();
        order.sort_unstable_by(|a, b| b.cmp(a));
        let mut windows: Vec<(usize, f64, usize, f64, f64)> = Vec::new();
        for (depth, number) in order.iter().enumerate().take(3) {
            let last = &passes[*number];
            let all = learned.from.get(&last.camera).copied().unwrap_or(1) as f64;
            for (to, times) in by_camera.get(&last.camera).into_iter().flatten() {
                let clock = world.cameras[*to].said_s.hypot(world.cameras[last.camera].said_s);
                let quantile = |q: f64| times[((times.len() - 1) as f64 * q).round() as usize];
                // Few trips tell little of the ends.
                let pad = clock * 0.5 + 3.0 + quantile(0.5) * if times.len() < 5 { 0.3 } else { 0.05 };
                let (from, until) = (quantile(0.05) - pad, quantile(0.95) + pad);
                let worth = times.len() as f64 / all / ((until - from + 10.0) / 60.0);
                if !world.cameras[*to].gap {
                    windows.push((depth, worth, *to, last.middle() + from, last.middle() + until));
                }
            }
        }
        windows.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
        for (_, _, camera, from, until) in windows {
            let covered = officer
                .watched
                .get(&camera)
                .is_some_and(|w| without((from, until), w).iter().map(|p| p.1 - p.0).sum::<f64>() < 3.0);
            if covered {
                continue;
            }
            if officer.look(camera, from, until).is_some() {
                continue 'anew;
            }
            if !officer.goes_on() {
                break 'anew;
            }
        }
        break;
    }
    officer
}

/// What was said of a window, and whether a pass was in it.
pub struct Said {
    /// Whether the window lay between two sightings.
    pub between: bool,
    pub chance: f64,
    pub held: bool,
}

/// (d) Ours: always the window that is worth most.
pub fn ours<'a>(
    world: &'a World,
    passes: &'a [Pass],
    first: usize,
    tracer: &Tracer,
    said: &mut Vec<Said>,
) -> Officer<'a> {
    let mut officer = Officer::new(world, passes, first);
    let number_of = |id: &str| id[1..].parse::<usize>().unwrap();
    let clock_s = |id: &str, _: TrueTime| Some(world.cameras[number_of(id)].said_s);
    let recorded = |id: &str, window: Window| if world.cameras[number_of(id)].gap { vec![] } else { vec![window] };
    let sighting = |pass: &Pass| Sighting {
        camera: world.cameras[pass.camera].told.id.clone(),
        at: at(pass.middle()),
        shown: None,
        recorded: None,
        uncertainty_s: 1.0f64.hypot(world.cameras[pass.camera].said_s),
        leaving_deg: None,
        arriving_deg: None,
        confidence: None,
        note: None,
        still: None,
        despite: None,
    };
    let mut answers: Vec<Answer> = Vec::new();
    while officer.goes_on() {
        let mut found = officer.found.clone();
        found.sort_unstable();
        let sightings: Vec<Sighting> = found.iter().map(|number| sighting(&passes[*number])).collect();
        let facts = Facts { sightings: &sightings, answers: &answers, clock_s: &clock_s, recorded: &recorded };
        let mut sides = vec![Side::After];
        sides.extend((0..sightings.len() - 1).map(Side::Between));
        let all = sides
            .into_iter()
            .flat_map(|side| tracer.rank(&facts, side).candidates.into_iter().take(1).map(move |one| (side, one)));
        let Some((side, best)) = all.max_by(|a, b| a.1.worth.total_cmp(&b.1.worth)) else { break };
        let camera = number_of(&best.camera);
        let (from, to) = (seconds(best.window.start), seconds(best.window.end));
        let held = (0..passes.len()).any(|n| {
            let pass = &passes[n];
            !found.contains(&n) && pass.camera == camera && pass.enters < to && pass.leaves > from
        });
        said.push(Said { between: side != Side::After, chance: best.chance, held });
        if officer.look(camera, from, to).is_none() {
            let verdict = Verdict::NotSeen { share: 1.0 };
            answers.push(Answer { camera: best.camera.clone(), recorded: vec![best.window], verdict });
        }
    }
    officer
}

/// Milliseconds to rank at a camera never ranked from before, and again after an answer.
pub fn time_ranks(world: &World, tracer: &Tracer, camera: usize) -> (f64, f64) {
    let sightings = [Sighting {
        camera: world.cameras[camera].told.id.clone(),
        at: at(0.0),
        shown: None,
        recorded: None,
        uncertainty_s: 2.0,
        leaving_deg: None,
        arriving_deg: None,
        confidence: None,
        note: None,
        still: None,
        despite: None,
    }];
    let (clock_s, recorded) = (|_: &str, _: TrueTime| Some(2.0), |_: &str, window: Window| vec![window]);
    let mut answers: Vec<Answer> = Vec::new();
    let mut took = [0.0; 2];
    for round in &mut took {
        let facts = Facts { sightings: &sightings, answers: &answers, clock_s: &clock_s, recorded: &recorded };
        let begun = std::time::Instant::now();
        let ranked = tracer.rank(&facts, Side::After);
        *round = begun.elapsed().as_secs_f64() * 1e3;
        if let Some(best) = ranked.candidates.first() {
            let verdict = Verdict::NotSeen { share: 1.0 };
            answers.push(Answer { camera: best.camera.clone(), recorded: vec![best.window], verdict });
        }
    }
    (took[0], took[1])
}
