//! A [`Tracer`] answers for one kind of mover: which windows of which cameras are worth a look, and what way was gone.

use std::sync::{Arc, Mutex, PoisonError};

use super::belief::{Belief, From, Known, NotSeen, Pass};
use super::cores::on_all_cores;
use super::grown::Grown;
use super::net::Net;
use super::pace::{Leg as PaceLeg, Paces};
use super::rank::{Curve, Stretch, without};
use super::tree::Tree;
use super::watched::stretches;
use crate::model::{Camera, Mover, Point, Sighting, Span, TraceSettings, TrueTime, Verdict, Window};
use crate::place::distance_m;
use crate::place::roads::Roads;

/// A camera that is hardly ever passed is not offered.
const LEAST_CHANCE: f64 = 0.001;
/// So many cameras are looked at closely, those most likely passed.
const MOST_CAMERAS: usize = 64;
/// Whatever is seen at a camera so long before or after a sighting there, seconds, is the same pass.
const ONE_PASS_S: f64 = 10.0;
/// Sightings of one camera no farther apart than this, seconds, tell the same of where it came from.
const SAME_STAY_S: f64 = 60.0;
/// A window of which this share was watched is not asked again; of another, what was not watched is.
const WATCHED: f64 = 0.8;
/// A clock's half-width is taken for so many standard deviations.
const HALF_WIDTH: f64 = 2.0;

/// Which way one looks from what is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// After the last sighting.
    After,
    /// Before the first.
    Before,
    /// Between the sighting at this place (by time) and the next.
    Between(usize),
}

/// What is known of a trace, and how to learn about cameras.
pub struct Facts<'a> {
    /// The sightings, by time.
    pub sightings: &'a [Sighting],
    /// All answers that hold.
    pub answers: &'a [Answer],
    /// How far a camera's times may be wrong around an instant, seconds either way; none for a clock never checked.
    pub clock_s: &'a dyn Fn(&str, TrueTime) -> Option<f64>,
    /// What of a window a camera recorded.
    pub recorded: &'a dyn Fn(&str, Window) -> Vec<Window>,
}

/// An answer about a window of a camera.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The camera's id.
    pub camera: String,
    /// What of the window could be looked at: what had footage when it was answered. True time, as the clock is known now.
    pub recorded: Vec<Window>,
    /// What was answered.
    pub verdict: Verdict,
}

/// Which windows are worth a look, and where looking is of no use.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranked {
    /// The windows, the most worth first; by camera where equal.
    pub candidates: Vec<Candidate>,
    /// The cameras that it may have passed while nothing was recorded, and how likely that is; the likeliest to be passed at all first.
    pub gaps: Vec<(String, f64)>,
}

/// A window of a camera that is worth a look.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The camera's id.
    pub camera: String,
    /// The window, true time.
    pub window: Window,
    /// How likely it passes within the window.
    pub chance: f64,
    /// How likely it passes there at all, whenever, recorded or not.
    pub passes: f64,
    /// How likely it passes there while nothing was recorded.
    pub in_gap: f64,
    /// What is expected to be learned, bits a minute of review.
    pub worth: f64,
    /// Metres along the road from the sighting (to it, where one looks back).
    pub metres: f64,
    /// The speed that this would mean in the middle of the window, km/h; none where that is before the sighting itself, or clocks and
    /// views leave it open.
    pub kmh: Option<f64>,
    /// Whether the way there is only a straight line.
    pub straight: bool,
}

/// Answers for one kind of mover on one map. Trees that were grown once are kept.
pub struct Tracer {
    pub(super) mover: Mover,
    pub(super) settings: TraceSettings,
    pub(super) ahead: Net,
    back: Net,
    pub(super) paces: Paces,
    grown: Mutex<Grown>,
    /// Where each camera of the net hangs.
    hangs: Vec<Point>,
}

/// A camera that is likely passed.
struct Likely {
    /// In the net.
    camera: u32,
    /// How far its clock may be wrong against the sighting's time: a standard deviation, seconds.
    doubt_s: f64,
    /// Where one looks between two sightings: how far after the second it may show what was before it, seconds.
    late_s: f64,
    /// All but those that the sightings themselves show.
    passes: Vec<Pass>,
}

/// One direction of looking: a net, and whether its time runs backward.
#[derive(Clone, Copy)]
pub(super) struct Direction<'a> {
    pub net: &'a Net,
    pub backward: bool,
}

/// Where one looks from.
pub(super) struct Start<'a> {
    number: usize,
    /// The sighting, and its camera in the net.
    pub root: &'a Sighting,
    pub camera: u32,
    /// The sighting that ends what is looked at, where one looks between two.
    pub next: Option<&'a Sighting>,
    pub direction: Direction<'a>,
    pub not_seen: Vec<NotSeen>,
}

impl Direction<'_> {
    /// Seconds from an instant to another, the way one looks.
    fn seconds(self, from: TrueTime, to: TrueTime) -> f64 {
        let seconds = (to.as_micros() - from.as_micros()) as f64 / 1e6;
        if self.backward { -seconds } else { seconds }
    }

    fn stretch(self, from: TrueTime, window: &Window) -> Stretch {
        let (a, b) = (self.seconds(from, window.start), self.seconds(from, window.end));
        (a.min(b), a.max(b))
    }

    fn window(self, from: TrueTime, stretch: Stretch) -> Window {
        let at =
            |seconds: f64| from.plus_micros(((if self.backward { -seconds } else { seconds }) * 1e6).round() as i64);
        let (a, b) = (at(stretch.0), at(stretch.1));
        Span::new(a.min(b), a.max(b))
    }
}

impl Tracer {
    /// On these roads, with these cameras.
    pub fn new(roads: &Roads, cameras: &[Camera], mover: Mover, settings: &TraceSettings) -> Tracer {
        let ahead = Net::new(roads, cameras, mover, settings);
        Tracer {
            mover,
            settings: settings.clone(),
            back: ahead.reversed(),
            ahead,
            paces: Paces::new(mover, settings),
            grown: Mutex::default(),
            hangs: cameras.iter().map(|camera| camera.at).collect(),
        }
    }

    /// The net that it reckons with.
    pub fn net(&self) -> &Net {
        &self.ahead
    }

    /// Metres between two cameras as the crow flies; none where one is not in the net.
    pub fn apart_m(&self, a: &str, b: &str) -> Option<f64> {
        let at = |id: &str| self.ahead.camera(id).and_then(|camera| self.hangs.get(camera as usize).copied());
        Some(distance_m(at(a)?, at(b)?))
    }

    /// The trees of all tastes from a camera.
    pub(super) fn trees(&self, backward: bool, camera: u32) -> Arc<Vec<Tree>> {
        let key = (backward, camera);
        if let Some(known) = self.grown.lock().unwrap_or_else(PoisonError::into_inner).get(key) {
            return known;
        }
        let net = if backward { &self.back } else { &self.ahead };
        let reach_s = self.settings.horizon_min * 60.0 * self.paces.factors[super::pace::CLASSES - 1];
        let tastes: Vec<u64> = (0..self.settings.routes.clamp(1, 64) as u64).collect();
        let trees = on_all_cores(&tastes, |taste| Tree::grow(net, camera, *taste, reach_s, &self.settings));
        let trees = Arc::new(trees);
        self.grown.lock().unwrap_or_else(PoisonError::into_inner).keep(key, trees.clone());
        trees
    }

    /// Where one looks from; none for a side that has no sighting, or whose camera is none of the net.
    pub(super) fn start<'a>(&'a self, facts: &Facts<'a>, side: Side) -> Option<Start<'a>> {
        let number = match side {
            Side::After => facts.sightings.len().checked_sub(1),
            Side::Before => (!facts.sightings.is_empty()).then_some(0),
            Side::Between(first) => (first + 1 < facts.sightings.len()).then_some(first),
        }?;
        let root = facts.sightings.get(number)?;
        let backward = side == Side::Before;
        let direction = Direction { net: if backward { &self.back } else { &self.ahead }, backward };
        let camera = direction.net.camera(&root.camera)?;
        let next = if let Side::Between(_) = side { facts.sightings.get(number + 1) } else { None };
        Some(Start { number, root, next, camera, direction, not_seen: self.not_seen(facts, direction, root) })
    }

    /// So far is looked, seconds: between two sightings, what lies between them.
    pub fn horizon_s(&self, sightings: &[Sighting], side: Side) -> f64 {
        match side {
            Side::Between(first) => sightings
                .get(first..first + 2)
                .map_or(0.0, |pair| (pair[1].at.as_micros() - pair[0].at.as_micros()) as f64 / 1e6),
            _ => self.settings.horizon_min * 60.0,
        }
    }

    /// The windows worth a look, and the gaps. Nothing for a side that has no sighting, or whose camera is none of the net.
    pub fn rank(&self, facts: &Facts<'_>, side: Side) -> Ranked {
        let Some(start) = self.start(facts, side) else { return Ranked::default() };
        let belief = match start.next {
            Some(next) => self.between((start.root, next), &start.not_seen),
            None => {
                let trees = self.trees(start.direction.backward, start.camera);
                Belief::of(start.direction.net, &trees, &self.paces, &self.settings, &self.known(facts, &start))
            }
        };
        let horizon_s = self.horizon_s(facts.sightings, side);
        let mut ranked = self.candidates(facts, &start, &belief, horizon_s, side);
        ranked.candidates.sort_by(|a, b| {
            b.worth.total_cmp(&a.worth).then_with(|| a.camera.cmp(&b.camera)).then(a.window.start.cmp(&b.window.start))
        });
        ranked
    }

    /// What was watched and not seen, as seconds after (before) a sighting.
    fn not_seen(&self, facts: &Facts<'_>, direction: Direction<'_>, root: &Sighting) -> Vec<NotSeen> {
        let mut told: Vec<NotSeen> = Vec::new();
        for answer in facts.answers {
            let Verdict::NotSeen { share } = answer.verdict else { continue };
            let Some(camera) = direction.net.camera(&answer.camera) else { continue };
            for window in &answer.recorded {
                let (from_s, to_s) = direction.stretch(root.at, window);
                if to_s > -60.0 {
                    let doubt_s = self.doubt_s(facts, &answer.camera, root, window.start);
                    told.push(NotSeen { camera, from_s, to_s, share, doubt_s });
                }
            }
        }
        stretches(told)
    }

    /// Standard deviation of the time between a sighting and what another camera shows, seconds.
    pub(super) fn doubt_s(&self, facts: &Facts<'_>, camera: &str, root: &Sighting, around: TrueTime) -> f64 {
        let own = if camera == root.camera { 0.0 } else { root.uncertainty_s };
        let other = if camera == root.camera {
            0.0
        } else {
            (facts.clock_s)(camera, around).unwrap_or(self.settings.unchecked_s)
        };
        own.hypot(other) / HALF_WIDTH
    }

    /// What is known of where it went (came from) beside the roads.
    pub(super) fn known<'a>(&self, facts: &Facts<'_>, start: &'a Start<'_>) -> Known<'a> {
        let Start { number, root, camera, direction, ref not_seen, .. } = *start;
        // The sighting before (the way one looks), and the way from there.
        let here = |other: &&Sighting| {
            other.camera == root.camera && direction.seconds(other.at, root.at).abs() <= SAME_STAY_S
        };
        let before = if direction.backward {
            facts.sightings[number + 1..].iter().find(|other| !here(other))
        } else {
            facts.sightings[..number].iter().rev().find(|other| !here(other))
        };
        let before = before.filter(|before| before.camera != root.camera);
        let to_links = before.and_then(|before| direction.net.camera(&before.camera)).map(|from| {
            let trees = self.trees(direction.backward, from);
            let tree = &trees[0];
            let seconds = |step: &u32| tree.steps.get(*step as usize).map_or(f64::INFINITY, |step| step.seconds);
            tree.step_of.iter().map(seconds).collect::<Vec<f64>>()
        });
        // It comes by the link of the camera that is reached first, and so in that direction.
        let mut came_deg = None;
        let from = to_links.and_then(|to_links| {
            let arrivals = direction.net.sights_of(camera).map(|sight| {
                let link = &direction.net.links()[sight.link as usize];
                let middle = f64::midpoint(sight.from_m, sight.to_m) / link.length_m.max(0.1);
                (to_links[sight.link as usize] + link.seconds * middle, link.out_deg)
            });
            // On a link that both see, what lies behind the camera before was not reached from there.
            let (here_s, deg) = arrivals.filter(|arrival| arrival.0 > 0.0).min_by(|a, b| a.0.total_cmp(&b.0))?;
            came_deg = here_s.is_finite().then_some(deg);
            here_s.is_finite().then_some(From { to_links, here_s })
        });
        let turned = |degrees: Option<f64>| degrees.map(|degrees| (degrees + 180.0) % 360.0);
        let (leaving_deg, arriving_deg) = match direction.backward {
            false => (root.leaving_deg, root.arriving_deg),
            true => (turned(root.arriving_deg), turned(root.leaving_deg)),
        };
        Known {
            from,
            leaving_deg,
            arriving_deg: arriving_deg.or(came_deg),
            paces: self.paces.classes(&self.pace_legs(facts)),
            not_seen,
            journey_m: self.settings.pace(self.mover).journey_km * 1000.0,
        }
    }

    /// What the legs so far tell of the pace.
    fn pace_legs(&self, facts: &Facts<'_>) -> Vec<PaceLeg> {
        let pairs = facts.sightings.windows(2).filter(|pair| pair[0].camera != pair[1].camera);
        let legs = pairs.filter_map(|pair| {
            let way = self.best_way(&pair[0], &pair[1])?;
            let took_s = (pair[1].at.as_micros() - pair[0].at.as_micros()) as f64 / 1e6;
            let deviation_s = pair[0].uncertainty_s.hypot(pair[1].uncertainty_s) / HALF_WIDTH;
            Some(PaceLeg { seconds: way.seconds, junctions: way.junctions, took_s, deviation_s })
        });
        legs.collect()
    }

    /// The cameras most likely passed, the likeliest first.
    fn likeliest(&self, facts: &Facts<'_>, start: &Start<'_>, belief: &Belief, side: Side) -> Vec<Likely> {
        let Start { root, direction, .. } = *start;
        let mut cameras: Vec<(f64, u32, &Vec<Pass>)> = belief
            .passes
            .iter()
            .map(|(camera, passes)| (passes.iter().map(|pass| pass.chance).sum(), *camera, passes))
            .filter(|(chance, ..)| *chance >= LEAST_CHANCE)
            .collect();
        cameras.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let ends = match side {
            Side::Between(first) => facts.sightings.get(first + 1).map(|next| next.camera.as_str()),
            _ => None,
        };
        let likeliest = cameras.into_iter().take(MOST_CAMERAS).filter_map(|(_, camera, passes)| {
            let id = direction.net.cameras[camera as usize].as_str();
            if side != Side::After && side != Side::Before && (ends == Some(id) || *id == root.camera) {
                return None;
            }
            // Who was seen by both cameras at the same time, as far as that is known, passed both once: that pass is found.
            let at_once = |other: &&Sighting| {
                facts.sightings.iter().any(|sighting| {
                    let apart_s = direction.seconds(other.at, sighting.at).abs();
                    sighting.camera == *id && apart_s <= ONE_PASS_S + sighting.uncertainty_s + other.uncertainty_s
                })
            };
            let found = [Some(root), start.next].into_iter().flatten().any(|other| at_once(&other));
            let left: Vec<Pass> = passes.iter().filter(|pass| !(found && pass.entry.beside)).copied().collect();
            let doubt_s = self.doubt_s(facts, id, root, root.at);
            let late_s = start.next.map_or(0.0, |next| HALF_WIDTH * self.doubt_s(facts, id, next, next.at));
            (!left.is_empty()).then_some(Likely { camera, doubt_s, late_s, passes: left })
        });
        likeliest.collect()
    }

    fn candidates(&self, facts: &Facts<'_>, start: &Start<'_>, belief: &Belief, horizon_s: f64, side: Side) -> Ranked {
        let Start { root, direction, ref not_seen, .. } = *start;
        let top_kmh = self.settings.pace(self.mover).top_kmh;
        let cameras = self.likeliest(facts, start, belief, side);
        let curves =
            on_all_cores(&cameras, |of| Curve::new(&of.passes, of.doubt_s, horizon_s + of.late_s, &self.paces));
        let mut ranked = Ranked::default();
        for (Likely { camera, doubt_s, .. }, mut curve) in cameras.into_iter().zip(curves) {
            let id = &direction.net.cameras[camera as usize];
            let span = direction.window(root.at, curve.span());
            let recorded = (facts.recorded)(id, span);
            let recorded: Vec<Stretch> = recorded.iter().map(|window| direction.stretch(root.at, window)).collect();
            let mut gaps = without(curve.span(), &recorded);
            // What was answered is not asked again, whatever the answer; nor what another sighting of this camera shows. Footage that came
            // in later was not answered.
            let mut done: Vec<Stretch> = Vec::new();
            for answer in facts.answers.iter().filter(|answer| answer.camera == *id) {
                let half_watched = matches!(answer.verdict, Verdict::NotSeen { share } if share < WATCHED);
                if !half_watched {
                    done.extend(answer.recorded.iter().map(|window| direction.stretch(root.at, window)));
                }
            }
            let within = curve.within(&gaps).clamp(0.0, 1.0);
            ranked.gaps.push((id.clone(), within));
            for answer in not_seen.iter().filter(|answer| answer.camera == camera) {
                curve.thin((answer.from_s, answer.to_s), 1.0 - answer.share * (1.0 - self.settings.miss));
            }
            for sighting in facts.sightings.iter().filter(|sighting| sighting.camera == *id) {
                let at = direction.seconds(root.at, sighting.at);
                let beside = ONE_PASS_S;
                done.push((at - beside, at + beside));
            }
            // Between two sightings nothing is asked from before the first, as far as clocks tell, nor from after the second.
            let early = (curve.span().0, -HALF_WIDTH * doubt_s);
            if start.next.is_some() && early.0 < early.1 {
                curve.thin(early, 0.0);
                gaps.push(early);
            }
            for offer in curve.offers(&done, &gaps, LEAST_CHANCE, &self.settings) {
                let window = direction.window(root.at, offer.window);
                let middle_s = f64::midpoint(offer.window.0, offer.window.1);
                // Where clocks and views leave the speed open, none is told.
                let kmh = (middle_s > 1.0).then(|| offer.metres / middle_s * 3.6).filter(|kmh| *kmh <= top_kmh);
                ranked.candidates.push(Candidate {
                    camera: id.clone(),
                    window,
                    chance: offer.chance,
                    passes: curve.total.clamp(0.0, 1.0),
                    in_gap: within,
                    worth: offer.worth,
                    metres: offer.metres,
                    kmh,
                    straight: direction.net.is_straight(camera),
                });
            }
        }
        ranked
    }
}
