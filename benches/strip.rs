//! Whether the theft of a night is among the moments that are shown, and when a fire is first seen: over nights made up for the
//! purpose, against what one would try first.
//!
//! `cargo bench --bench strip -- [FIRST [COUNT]]`: seeds FIRST … FIRST + COUNT − 1, by default 1000 … 1399. The constants were
//! chosen on the seeds 1 to 300, and on nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, unreachable_pub)]

#[path = "strip/fires.rs"]
mod fires;
#[path = "strip/naive.rs"]
mod naive;
#[path = "strip/night.rs"]
mod night;
#[path = "strip/random.rs"]
mod random;

use std::time::Instant;

use naive::Candidate;
use night::{Cause, Night, window};
use truyvet::search::moments::brightness::{Rise, rises};
use truyvet::search::moments::find;
use truyvet::truetime::ClockModel;

/// At most so many moments are shown.
const MOST: usize = 60;

/// Seconds that a gust needs from camera to camera, 78 m, at 5 m/s.
const TRAVELS_S: usize = 16;

fn main() {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let (first, count) = (numbers.first().copied().unwrap_or(1000), numbers.get(1).copied().unwrap_or(400));
    println!("nights {first} to {}\n", first + count - 1);
    thefts(first..first + count, 0);
    println!("\n## wind that needs {TRAVELS_S} s from camera to camera\n");
    thefts(first..first + count, TRAVELS_S);
    burning(first..first + count);
}

/// What one way of looking came to.
#[derive(Default)]
struct Tally {
    name: &'static str,
    /// For each night: whether the theft was among all candidates, among the first 60, how many there were.
    nights: Vec<(bool, bool, usize)>,
}

impl Tally {
    fn add(&mut self, night: &Night, candidates: &[Candidate]) {
        let hit = |of: &[Candidate]| of.iter().any(|candidate| shows(night, candidate));
        self.nights.push((hit(candidates), hit(&candidates[..candidates.len().min(MOST)]), candidates.len()));
    }

    fn print(&self) {
        let among = |pick: fn(&(bool, bool, usize)) -> bool| self.nights.iter().filter(|night| pick(night)).count();
        let mut counts: Vec<usize> = self.nights.iter().map(|night| night.2).collect();
        counts.sort_unstable();
        let at = |part: f64| counts[((counts.len() - 1) as f64 * part) as usize];
        // In batches of fifty nights, to show how far luck goes.
        let shares: Vec<f64> =
            self.nights.chunks(50).map(|batch| share(batch.iter().filter(|n| n.1).count(), batch.len())).collect();
        let (least, most) = (shares.iter().copied().fold(100.0, f64::min), shares.iter().copied().fold(0.0, f64::max));
        let nights = self.nights.len();
        println!(
            "| {} | {:.1} % | {least:.0}–{most:.0} % | {:.1} % | {} ({}–{}) |",
            self.name,
            share(among(|n| n.1), nights),
            share(among(|n| n.0), nights),
            at(0.5),
            at(0.05),
            at(0.95),
        );
    }
}

fn share(part: usize, of: usize) -> f64 {
    100.0 * part as f64 / of.max(1) as f64
}

/// Whether a candidate shows the theft: of a camera that saw it, and while it was seen.
fn shows(night: &Night, candidate: &Candidate) -> bool {
    night.theft.seen.iter().any(|&(camera, from, to)| {
        camera == candidate.camera && candidate.from < night::at(to) && night::at(from) < candidate.to
    })
}

/// What was loudest before its camera for most of a candidate, where anything was.
fn loudest(night: &Night, candidate: &Candidate) -> Cause {
    let second = |us: i64| ((us - night::at(0.0)) / 1_000_000) as usize;
    let mut counts = std::collections::BTreeMap::<Cause, usize>::new();
    for cause in &night.loudest[candidate.camera][second(candidate.from)..second(candidate.to)] {
        *counts.entry(*cause).or_default() += usize::from(*cause != Cause::Nothing);
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(Cause::Nothing, |(cause, _)| cause)
}

fn thefts(seeds: std::ops::Range<u64>, travels_s: usize) {
    let tally = |name| Tally { name, nights: Vec::new() };
    let mut ours = tally("**moments**");
    let mut tallies =
        [tally("activity over 0.7"), tally("most bytes, all cameras"), tally("3 deviations over the camera's mean")];
    let clock = ClockModel::unchecked();
    let mut shown_by = std::collections::BTreeMap::<_, [usize; 2]>::new();
    let (mut seconds, mut by_lift, mut by_weather) =
        (0.0, Vec::new(), std::collections::BTreeMap::<_, Vec<bool>>::new());
    for seed in seeds {
        let night = night::night(seed, travels_s);
        let footage = night::footage(&night.cameras, &clock);
        let begun = Instant::now();
        let found = find(&footage, &window(), MOST);
        seconds += begun.elapsed().as_secs_f64();
        let shown: Vec<Candidate> = found
            .moments
            .iter()
            .map(|moment| {
                let camera = night.cameras.iter().position(|camera| camera.id == moment.camera).unwrap();
                let recordings = &night.cameras[camera].recordings;
                let recording = recordings.iter().find(|recording| recording.id == moment.recording).unwrap();
                // What is looked at is the still and a little around it, so the theft must be there when it was taken.
                let still = recording.camera_time_of(moment.pts_us).as_micros();
                Candidate { camera, from: still - 5_000_000, to: still + 5_000_000, score: moment.score }
            })
            .collect();
        assert!(shown.len() <= MOST);
        ours.add(&night, &shown);
        // Those that were left out are candidates too.
        let candidates = found.cameras.iter().enumerate().flat_map(|(camera, part)| {
            part.candidates.iter().map(move |span| (camera, span.start.as_micros(), span.end.as_micros()))
        });
        let candidates: Vec<Candidate> =
            candidates.map(|(camera, from, to)| Candidate { camera, from, to, score: 0.0 }).collect();
        if let Some(last) = ours.nights.last_mut() {
            (last.0, last.2) = (candidates.iter().any(|one| shows(&night, one)), candidates.len());
        }
        let hit = ours.nights.last().unwrap().1;
        for candidate in &shown {
            shown_by.entry(loudest(&night, candidate)).or_default()[usize::from(!hit)] += 1;
        }
        by_lift.push((night.theft.lift, hit));
        by_weather.entry(night.weather).or_default().push(hit);
        for (tally, way) in tallies.iter_mut().zip([naive::fixed_threshold, naive::most_bytes, naive::deviations]) {
            tally.add(&night, &way(&night));
        }
    }
    println!(
        "| | theft among the first 60 | in batches of 50 nights | among all | candidates: median (5–95 %) |\n|---|---|---|---|---|"
    );
    ours.print();
    tallies.iter().for_each(Tally::print);
    println!("\n{:.0} ms a night of nine cameras\n", 1e3 * seconds / by_lift.len() as f64);
    for (weather, hits) in by_weather {
        println!(
            "{weather}: {} nights, {:.1} %",
            hits.len(),
            share(hits.iter().filter(|hit| **hit).count(), hits.len())
        );
    }
    let all = [0, 1].map(|n| shown_by.values().map(|counts| counts[n]).sum::<usize>());
    println!("what was shown, in nights with the theft and without it:");
    for (cause, counts) in shown_by {
        println!("  {cause:?}: {:.1} %, {:.1} %", share(counts[0], all[0]), share(counts[1], all[1]));
    }
    for (low, high) in [(0.2, 0.35), (0.35, 0.6), (0.6, 0.9), (0.9, 1.4)] {
        let near: Vec<bool> =
            by_lift.iter().filter(|(lift, _)| (low..high).contains(lift)).map(|night| night.1).collect();
        let hits = near.iter().filter(|hit| **hit).count();
        let times = |lift: f64| (lift.exp() * 100.0).round() - 100.0;
        println!(
            "theft adds {}–{} % bytes: {} nights, {:.1} %",
            times(low),
            times(high),
            near.len(),
            share(hits, near.len())
        );
    }
}

/// What a sign that is no fire came from.
fn cause(dark: &fires::Dark, camera: usize, second: f64) -> &'static str {
    // A lamp, or headlights that stayed, which came on in the two minutes before or went off just now.
    let near = |light: &&(&str, f64, f64)| {
        let (_, from, to) = **light;
        to - from > 15.0 && (second - 135.0..second + 65.0).contains(&from) && to > second - 15.0
    };
    let lights: Vec<&str> = dark.lights[camera].iter().filter(near).map(|light| light.0).collect();
    match dark.fire.as_ref() {
        Some(fire) if fire.seen.contains(&camera) && second > fire.begins => "the fire, anew",
        _ if lights.len() > 1 => "several lights",
        _ if lights.len() == 1 => lights[0],
        _ if second > dark.dawn - 300.0 => "dawn",
        _ => "other",
    }
}

fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(((values.len().max(1) - 1) as f64 * part) as usize).copied().unwrap_or(f64::NAN)
}

fn burning(seeds: std::ops::Range<u64>) {
    let clock = ClockModel::unchecked();
    let (mut fires, mut first, mut within, mut calm, mut clean) = (0, 0, 0, 0, 0);
    let (mut widths, mut before, mut late) = (Vec::new(), Vec::new(), Vec::new());
    let mut looks = std::collections::BTreeMap::<String, usize>::new();
    let mut causes = std::collections::BTreeMap::<(&str, String), (usize, usize)>::new();
    let nights = seeds.end - seeds.start;
    for seed in seeds {
        let dark = fires::dark(seed);
        let (rises, _) = rises(&night::footage(&dark.cameras, &clock), &window());
        let second = |t: jiff::Timestamp| (t.as_microsecond() - night::at(0.0)) as f64 / 1e6;
        let camera = |rise: &Rise| dark.cameras.iter().position(|camera| camera.id == rise.camera).unwrap();
        let is_fire = |rise: &Rise| {
            dark.fire.as_ref().is_some_and(|fire| {
                let after = second(rise.sure_by) - fire.begins;
                fire.seen.contains(&camera(rise)) && (-30.0..1200.0).contains(&after)
            })
        };
        let wrong: Vec<&Rise> = rises.iter().filter(|rise| rise.look.may_be_fire() && !is_fire(rise)).collect();
        for rise in &wrong {
            let cause = cause(&dark, camera(rise), second(rise.sure_by));
            let (count, firsts) = causes.entry((cause, format!("{:?}", rise.look))).or_default();
            (*count, *firsts) = (*count + 1, *firsts + usize::from(rise.first));
        }
        clean += usize::from(wrong.is_empty());
        let Some(fire) = &dark.fire else {
            calm += usize::from(wrong.is_empty());
            continue;
        };
        fires += 1;
        first += usize::from(rises.iter().any(|rise| rise.first && is_fire(rise)));
        let told = rises.iter().find(|rise| is_fire(rise));
        *looks.entry(told.map_or("not seen".into(), |rise| format!("{:?}", rise.look))).or_default() += 1;
        if let Some(rise) = told.filter(|rise| rise.look.may_be_fire()) {
            within += usize::from((second(rise.time) - fire.begins).abs() <= rise.uncertainty_s);
            widths.push(2.0 * rise.uncertainty_s);
            before.push(fire.begins - second(rise.not_before));
            late.push(second(rise.sure_by) - fire.begins);
        }
    }
    let seen = widths.len();
    println!(
        "\n## fires\n\n{fires} fires: seen as one (or unclear) {seen}, and the first sign of the night {first}; looks: {looks:?}"
    );
    println!("the stated interval held the beginning in {within} of {seen} ({:.1} %)", share(within, seen));
    for (name, values) in [
        ("its width", &mut widths),
        ("not_before came before the beginning by", &mut before),
        ("sure_by after it by", &mut late),
    ] {
        let [median, most, all] = [0.5, 0.95, 1.0].map(|part| quantile(values, part));
        println!("{name}: p50 {median:.0} s, p95 {most:.0} s, most {all:.0} s");
    }
    let wrong: usize = causes.values().map(|(count, _)| count).sum();
    println!(
        "false signs: {wrong} in {nights} nights ({clean} nights with none); of {} nights without a fire {calm} had none",
        nights - fires
    );
    for ((cause, look), (count, firsts)) in causes {
        println!("  {cause}, {look}: {count}, of these the first sign of the night {firsts}");
    }
}
