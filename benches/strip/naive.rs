//! What one would try first: a fixed threshold, the most bytes, so many deviations from each camera's mean.

use truyvet::model::{keytable, media::rates};

use crate::night::Night;

/// What comes within so long is one, microseconds.
const APART_US: i64 = 20_000_000;

/// A candidate: camera, from when to when (microseconds), how far it stands out.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    pub camera: usize,
    pub from: i64,
    pub to: i64,
    pub score: f64,
}

/// One step from keyframe to keyframe: from, to, bytes a second.
type Step = (i64, i64, f64);

fn steps(night: &Night, camera: usize) -> Vec<Step> {
    let mut steps = Vec::new();
    for recording in &night.cameras[camera].recordings {
        let table = keytable::unpack(&recording.table).unwrap();
        let start = recording.span.start.as_micros();
        let ends = table.iter().skip(1).map(|key| key.pts_us).chain([recording.media_us]);
        let rates = rates(&table, recording.media_us);
        steps.extend(
            table.iter().zip(ends).zip(rates).map(|((key, end), rate)| (start + key.pts_us, start + end, rate)),
        );
    }
    let window = crate::night::window();
    steps.retain(|(from, _, _)| (window.start.as_micros()..window.end.as_micros()).contains(from));
    steps
}

/// Everything at or over a threshold, what lies close together as one; the highest first.
fn over(camera: usize, scored: impl Iterator<Item = Step>, threshold: f64) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for (from, to, score) in scored.filter(|(_, _, score)| *score >= threshold) {
        match found.last_mut() {
            Some(last) if from <= last.to + APART_US => {
                last.to = to;
                last.score = last.score.max(score);
            }
            _ => found.push(Candidate { camera, from, to, score }),
        }
    }
    found
}

fn all(night: &Night, of_camera: impl Fn(usize, Vec<Step>) -> Vec<Candidate>) -> Vec<Candidate> {
    let of = |camera| of_camera(camera, steps(night, camera));
    let mut found: Vec<Candidate> = (0..night.cameras.len()).flat_map(of).collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found
}

/// Activity (0 to 1 between the camera's own 20th and 99th percentile, logarithmic) over 0.7.
pub fn fixed_threshold(night: &Night) -> Vec<Candidate> {
    all(night, |camera, steps| {
        let mut rates: Vec<f64> = steps.iter().map(|step| step.2).collect();
        rates.sort_by(f64::total_cmp);
        let at = |part: f64| rates.get((rates.len().saturating_sub(1) as f64 * part) as usize).copied().unwrap_or(1.0);
        let (quiet, busy) = (at(0.2).max(1.0), at(0.99));
        let range = (busy / quiet).max(4.0).ln();
        over(camera, steps.into_iter().map(|(from, to, rate)| (from, to, (rate.max(1.0) / quiet).ln() / range)), 0.7)
    })
}

/// The most bytes a second, of all cameras together.
pub fn most_bytes(night: &Night) -> Vec<Candidate> {
    // The steps one by one, from the top; a later one close to an earlier one is the same.
    let mut steps: Vec<(usize, Step)> = (0..night.cameras.len())
        .flat_map(|camera| steps(night, camera).into_iter().map(move |s| (camera, s)))
        .collect();
    steps.sort_by(|a, b| b.1.2.total_cmp(&a.1.2));
    let mut found: Vec<Candidate> = Vec::new();
    for (camera, (from, to, score)) in steps {
        let near = |c: &&mut Candidate| c.camera == camera && from <= c.to + APART_US && c.from <= to + APART_US;
        if let Some(same) = found.iter_mut().find(near) {
            (same.from, same.to) = (same.from.min(from), same.to.max(to));
        } else if found.len() < 60 {
            found.push(Candidate { camera, from, to, score });
        } else {
            break;
        }
    }
    found
}

/// Three deviations over the mean of the camera's night.
pub fn deviations(night: &Night) -> Vec<Candidate> {
    all(night, |camera, steps| {
        let count = steps.len().max(1) as f64;
        let mean = steps.iter().map(|step| step.2).sum::<f64>() / count;
        let spread = (steps.iter().map(|step| (step.2 - mean).powi(2)).sum::<f64>() / count).sqrt().max(1.0);
        over(camera, steps.into_iter().map(|(from, to, rate)| (from, to, (rate - mean) / spread)), 3.0)
    })
}
