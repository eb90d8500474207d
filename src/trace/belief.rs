//! What is believed after all answers: every way to every destination at every pace, each with its weight.

use std::collections::HashMap;

use super::cores::on_all_cores;
use super::net::Net;
use super::pace::{Arrival, CLASSES, Paces, Shape};
use super::tree::{Entry, NONE, Tree};
use crate::model::TraceSettings;

/// What was looked at of one camera and not seen, in seconds after the sighting (before it, where one looks backward).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct NotSeen {
    pub camera: u32,
    pub from_s: f64,
    pub to_s: f64,
    /// The share that was watched.
    pub share: f64,
    /// Standard deviation of the difference between this camera's clock and the sighting's, seconds.
    pub doubt_s: f64,
}

/// Where it came from, as far as that tells where it goes: seconds at the median pace from the sighting before to each link's start;
/// infinite where unknown.
pub(super) struct From {
    pub to_links: Vec<f64>,
    /// To the camera of the sighting.
    pub here_s: f64,
}

/// What is known beside the answers.
pub(super) struct Known<'a> {
    pub from: Option<From>,
    /// The direction in which it left, degrees, and that in which it came.
    pub leaving_deg: Option<f64>,
    pub arriving_deg: Option<f64>,
    /// How likely each pace is.
    pub paces: [f64; CLASSES],
    pub not_seen: &'a [NotSeen],
    /// Mean length of a journey, metres.
    pub journey_m: f64,
}

/// That a camera is passed, by one family of routes at one pace.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pass {
    pub entry: Entry,
    pub arrival: Arrival,
    /// Half of how long it is in view, seconds.
    pub half_s: f64,
    /// How likely it is that it passes there, this way and at this pace, given all answers about other cameras, and all other answers
    /// about this one.
    pub chance: f64,
}

/// All passes of each camera, by camera.
pub(super) struct Belief {
    pub passes: HashMap<u32, Vec<Pass>>,
}

/// Less than this of everything is not kept.
const LEAST: f64 = 1e-5;
/// A direction that differs by less than this, degrees, is as told; by more than the second, the contrary.
const AS_TOLD_DEG: f64 = 70.0;
const CONTRARY_DEG: f64 = 120.0;

impl Belief {
    /// The belief over the ways of some trees, all of one root and equally likely.
    pub(super) fn of(net: &Net, trees: &[Tree], paces: &Paces, settings: &TraceSettings, known: &Known<'_>) -> Belief {
        let answers = known.answers();
        let of_trees = on_all_cores(trees, |tree| {
            let beyond = weigh(net, tree, paces, settings, known, &answers);
            (whole(tree, &beyond), passes(net, tree, paces, settings, &answers, &beyond))
        });
        let mut total = 0.0;
        let mut passes: HashMap<u32, Vec<Pass>> = HashMap::new();
        for (whole, of_tree) in of_trees {
            total += whole;
            for pass in of_tree {
                passes.entry(pass.entry.camera).or_default().push(pass);
            }
        }
        let total = total.max(1e-300);
        for all in passes.values_mut() {
            all.iter_mut().for_each(|pass| pass.chance /= total);
            all.retain(|pass| pass.chance >= LEAST);
        }
        passes.retain(|_, all| !all.is_empty());
        Belief { passes }
    }
}

/// All passes of a tree, each with its weight.
fn passes(
    net: &Net,
    tree: &Tree,
    paces: &Paces,
    settings: &TraceSettings,
    answers: &Answers,
    beyond: &[[f64; CLASSES]],
) -> Vec<Pass> {
    let mut passes = Vec::new();
    for entry in &tree.entries {
        let own = answers.get(&entry.camera).map(|answers| survived(net, entry, answers, paces, settings));
        let certain = net.certain[entry.camera as usize];
        for class in 0..CLASSES {
            let mass = beyond[entry.step as usize][class];
            let chance = certain * own.map_or(mass, |own| mass / own[class].max(1e-9));
            if chance < LEAST * 1e-2 {
                continue;
            }
            let arrival = paces.arrival(entry.seconds, entry.junctions, class);
            let half_s = entry.half_s / paces.factors[class];
            passes.push(Pass { entry: *entry, arrival, half_s, chance });
        }
    }
    passes
}

/// Not seen, by camera.
type Answers = HashMap<u32, Vec<NotSeen>>;

impl Known<'_> {
    pub(super) fn answers(&self) -> Answers {
        let mut answers = Answers::new();
        for one in self.not_seen {
            answers.entry(one.camera).or_default().push(*one);
        }
        answers
    }
}

/// For every step of a tree and every pace, the weight of all ways that come to it, given all answers.
pub(super) fn weigh(
    net: &Net,
    tree: &Tree,
    paces: &Paces,
    settings: &TraceSettings,
    known: &Known<'_>,
    answers: &Answers,
) -> Vec<[f64; CLASSES]> {
    // What each step by itself leaves of the ways that go along it.
    let mut left = vec![[1.0; CLASSES]; tree.steps.len()];
    for entry in &tree.entries {
        if let Some(answers) = answers.get(&entry.camera) {
            let survived = survived(net, entry, answers, paces, settings);
            left[entry.step as usize].iter_mut().zip(survived).for_each(|(left, survived)| *left *= survived);
        }
    }
    beyond(tree, &destinations(net, tree, settings, known), left, known.paces)
}

/// The weight of all ways of a tree.
pub(super) fn whole(tree: &Tree, beyond: &[[f64; CLASSES]]) -> f64 {
    let first = tree.steps.iter().zip(beyond).filter(|(step, _)| step.parent == NONE);
    first.map(|(_, weights)| weights.iter().sum::<f64>()).sum()
}

/// How likely a pass would have escaped all that was watched, by pace.
fn survived(net: &Net, entry: &Entry, answers: &[NotSeen], paces: &Paces, settings: &TraceSettings) -> [f64; CLASSES] {
    let sees = net.certain[entry.camera as usize] * (1.0 - settings.miss);
    std::array::from_fn(|class| {
        let arrival = paces.arrival(entry.seconds, entry.junctions, class);
        let mut seen = 0.0;
        let half_s = entry.half_s / paces.factors[class];
        for answer in answers {
            let shape = Shape::new(arrival, answer.doubt_s);
            let until = paces.paused(&shape, arrival.mean, answer.to_s + half_s);
            let before = paces.paused(&shape, arrival.mean, answer.from_s - half_s);
            seen += sees * answer.share * (until - before).max(0.0);
        }
        // Windows looked at twice cannot tell more than a certain look does.
        1.0 - seen.min(sees)
    })
}

/// How likely each step's link is where the journey ends: sums to 1.
fn destinations(net: &Net, tree: &Tree, settings: &TraceSettings, known: &Known<'_>) -> Vec<f64> {
    let wander = settings.wander.clamp(0.001, 1.0);
    let as_told = |link: u32| {
        let first = &net.links()[link as usize];
        let off = |told: f64, is: f64| ((is - told + 180.0).rem_euclid(360.0) - 180.0).abs();
        let left = known.leaving_deg.is_none_or(|told| off(told, first.out_deg) <= AS_TOLD_DEG);
        let came = known.arriving_deg.is_none_or(|told| off(told, first.out_deg) < CONTRARY_DEG);
        // Told by somebody who saw it: nearly certain for leaving, a preference for going on after arriving.
        (if left { 1.0 } else { 0.03 }) * (if came { 1.0 } else { settings.turns_back })
    };
    // By step; only those of first steps are read.
    let told: Vec<f64> =
        tree.steps.iter().map(|step| if step.parent == NONE { as_told(step.link) } else { 1.0 }).collect();
    let mut weights = Vec::with_capacity(tree.steps.len());
    for step in &tree.steps {
        let link = &net.links()[step.link as usize];
        let as_told = told[step.root as usize];
        let straight_there = known.from.as_ref().map_or(1.0, |from| {
            let direct = from.to_links[step.link as usize];
            if !direct.is_finite() {
                return 1.0;
            }
            let detour = (from.here_s + step.seconds - direct).max(0.0);
            let allowed = settings.detour * direct.max(0.0) + 10.0;
            (1.0 - wander) * (-detour / allowed).exp() + wander
        });
        let metres = step.metres.max(0.0) + link.length_m / 2.0;
        let far = (metres / known.journey_m).powf(settings.onward) * (-metres / known.journey_m).exp();
        let length_m = if step.parent == NONE { link.length_m + step.metres } else { link.length_m };
        weights.push(length_m.max(0.0) * far * as_told * straight_there);
    }
    let sum: f64 = weights.iter().sum::<f64>().max(1e-300);
    weights.iter_mut().for_each(|weight| *weight /= sum);
    weights
}

/// For every step and pace, the weight of all ways that come to it, whether they end there or go on. `mass`: what each step by itself
/// leaves of them.
fn beyond(
    tree: &Tree,
    destinations: &[f64],
    mut mass: Vec<[f64; CLASSES]>,
    paces: [f64; CLASSES],
) -> Vec<[f64; CLASSES]> {
    // Down the tree: what is left of each way after all that was looked at along it.
    for (number, step) in tree.steps.iter().enumerate() {
        if let Some(before) = mass.get(step.parent as usize).copied() {
            mass[number].iter_mut().zip(before).for_each(|(own, before)| *own *= before);
        }
    }
    for (number, destination) in destinations.iter().enumerate() {
        for (class, pace) in paces.iter().enumerate() {
            mass[number][class] *= destination * pace;
        }
    }
    // And up again: every way through a step.
    for number in (0..tree.steps.len()).rev() {
        let (own, parent) = (mass[number], tree.steps[number].parent);
        if let Some(parent) = mass.get_mut(parent as usize) {
            parent.iter_mut().zip(own).for_each(|(parent, own)| *parent += own);
        }
    }
    mass
}
