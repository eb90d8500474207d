//! Series made up for the purpose: what two cameras of one street see, and what two of different towns do.

use super::*;
use crate::truetime::made::Random;
use crate::truetime::tests::at;

const STEP_S: f64 = 10.0;
/// Some three hours and a half.
const BINS: usize = 1_250;

/// Activity as it comes and goes: bursts of some length, more by evening than by night, over a background.
fn activity(random: &mut Random, bins: usize) -> Vec<f64> {
    let mut values = vec![0.0; bins];
    let mut n = 0.0;
    while (n as usize) < bins {
        let busy = 1.0 + 4.0 * (std::f64::consts::PI * n / bins as f64).sin();
        n += -30.0 / busy * random.between(f64::MIN_POSITIVE, 1.0).ln();
        let (length, height) = (random.between(1.0, 8.0), random.between(0.3, 1.0));
        for value in values.iter_mut().skip(n as usize).take(length as usize) {
            *value += height;
        }
    }
    values
}

/// What a camera sees of the activity of a street: a share of it and its own, on its own clock.
fn camera(street: &[f64], own: &[f64], share: f64, lag_bins: usize, random: &mut Random) -> Series {
    let values = (0..BINS)
        .map(|n| match random.chance(0.05) {
            true => f64::NAN,
            false => share * street[n + 400 - lag_bins] + (1.0 - share) * own[n] + 0.05 * random.normal(),
        })
        .collect();
    Series { start: CameraTime(at(0.0).0), step_s: STEP_S, values }
}

fn settings() -> AlignSettings {
    AlignSettings { most_s: 2_000.0, slow_s: 1_800.0 }
}

#[test]
fn cameras_of_one_street_are_aligned_and_the_stated_error_holds_the_truth() {
    let (mut held, mut found) = (0, 0);
    const SEEDS: u64 = 60;
    for seed in 0..SEEDS {
        let mut random = Random(seed);
        let street = activity(&mut random, BINS + 400);
        let own: [Vec<f64>; 2] = std::array::from_fn(|_| activity(&mut random, BINS));
        let lag = random.between(0.0, 150.0) as usize;
        let a = camera(&street, &own[0], 0.6, 0, &mut random);
        let b = camera(&street, &own[1], 0.6, lag, &mut random);
        match align(&a, &b, &settings()) {
            Alignment::Found { lag_s, error_95_s, .. } => {
                found += 1;
                held += u64::from((lag_s - lag as f64 * STEP_S).abs() <= error_95_s);
                assert!(error_95_s <= 15.0, "{error_95_s}");
            }
            other => assert!(matches!(other, Alignment::TooWeak { .. }), "{other:?}"),
        }
    }
    assert!(found >= SEEDS * 9 / 10, "{found} found");
    assert!(held * 100 >= found * 95, "{held} of {found} held");
}

#[test]
fn unrelated_cameras_are_too_weak_to_say() {
    const SEEDS: u64 = 600;
    let alarms = (0..SEEDS).filter(|seed| {
        let mut random = Random(50_000 + seed);
        // Both busy in the evening, which is no common event.
        let [a, b] = [0, 1].map(|_| {
            let own = activity(&mut random, BINS + 400);
            camera(&own, &own, 0.5, 0, &mut random)
        });
        matches!(align(&a, &b, &settings()), Alignment::Found { .. })
    });
    let alarms = alarms.count();
    assert!(alarms <= 6, "{alarms} false alarms of {SEEDS}");
}

#[test]
fn lights_that_go_on_for_both_align_the_brightness() {
    let mut random = Random(5);
    let switches: Vec<f64> = (0..12).map(|_| random.between(0.0, BINS as f64)).collect();
    let bright = |shift: f64, random: &mut Random| -> Vec<f64> {
        (0..BINS)
            .map(|n| {
                let on = switches.iter().filter(|t| **t + shift <= n as f64).count();
                40.0 * (on % 2) as f64 + 10.0 * (n as f64 / 700.0).sin() + random.normal()
            })
            .collect()
    };
    let series = |values| Series { start: CameraTime(at(0.0).0), step_s: STEP_S, values };
    let (a, b) = (series(bright(0.0, &mut random)), series(bright(-42.0, &mut random)));
    match align(&a, &b, &settings()) {
        Alignment::Found { lag_s, error_95_s, .. } => assert!((lag_s + 420.0).abs() <= error_95_s.max(5.0), "{lag_s}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn series_that_begin_at_different_times_are_compared_by_their_clocks() {
    let mut random = Random(6);
    let street = activity(&mut random, BINS + 400);
    let own = activity(&mut random, BINS);
    let a = camera(&street, &own, 0.8, 0, &mut random);
    let mut b = camera(&street, &own, 0.8, 30, &mut random);
    b.values.drain(..100);
    b.start = CameraTime(at(100.0 * STEP_S).0);
    let Alignment::Found { lag_s, .. } = align(&a, &b, &settings()) else { panic!("not found") };
    assert!((lag_s - 300.0).abs() <= 5.0, "{lag_s}");
}

#[test]
fn what_repeats_itself_is_ambiguous_or_too_weak() {
    let mut random = Random(7);
    let [a, b] = [0.0, 4.0].map(|shift| Series {
        start: CameraTime(at(0.0).0),
        step_s: STEP_S,
        values: (0..BINS)
            .map(|n| f64::from(u8::from((n as f64 + shift) % 12.0 < 5.0)) + 0.1 * random.normal())
            .collect(),
    });
    let told = align(&a, &b, &settings());
    assert!(matches!(told, Alignment::Ambiguous { .. } | Alignment::TooWeak { .. }), "{told:?}");
}

#[test]
fn too_little_or_nothing_that_moves_is_said() {
    let series = |values| Series { start: CameraTime(at(0.0).0), step_s: STEP_S, values };
    let mut random = Random(8);
    let moving = series(activity(&mut random, BINS));
    for other in [
        series(vec![]),
        series(vec![f64::NAN; BINS]),
        series(vec![3.0; BINS]),
        Series { step_s: 5.0, ..moving.clone() },
    ] {
        let told = align(&moving, &other, &settings());
        assert!(matches!(told, Alignment::TooShort | Alignment::TooWeak { .. }), "{told:?}");
    }
}
