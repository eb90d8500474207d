//! Rises of brightness over made-up thumbnails.

use proptest::prelude::*;

use super::*;
use crate::search::moments::made::{Made, at, second, unrest, window};

const HOUR: i64 = 3600;
const ASKED: (i64, i64) = (0, 2 * HOUR);

fn rises_of(cameras: &[Made]) -> (Vec<Rise>, Vec<Vec<Window>>) {
    let footage: Vec<Footage<'_>> = cameras.iter().map(Made::footage).collect();
    rises(&footage, &window(ASKED.0, ASKED.1))
}

/// A camera whose thumbnails are so bright.
fn lit(number: usize, mean: impl Fn(i64) -> f64) -> Made {
    Made::new(number).record(-HOUR, 3 * HOUR, |_| 0.0).pictures(mean, |_| 0)
}

/// The dark, restless by a step of luma or so.
fn dark(second: i64) -> f64 {
    30.0 + 6.0 * unrest(second)
}

/// Grows by 60 steps within five minutes and flickers by a fifth.
fn fire(from: i64) -> impl Fn(i64) -> f64 {
    move |second| {
        let grown = ((second - from) as f64 / 300.0).clamp(0.0, 1.0);
        dark(second) + 60.0 * grown * (1.0 + 2.0 * unrest(second * 7))
    }
}

fn lamp(from: i64) -> impl Fn(i64) -> f64 {
    move |second| dark(second) + if second >= from { 40.0 } else { 0.0 }
}

#[test]
fn a_fire_is_found_with_its_look_and_its_beginning() {
    for begins in [900, 3605, 5000] {
        let (rises, _) = rises_of(&[lit(0, dark), lit(1, fire(begins))]);
        let [rise] = &rises[..] else { panic!("{rises:?}") };
        assert_eq!((rise.camera.as_str(), rise.look, rise.first), ("c-1", Look::Growing, true));
        assert!((second(rise.time) - begins as f64).abs() <= rise.uncertainty_s, "{begins}: {rise:?}");
        assert!(rise.uncertainty_s < 90.0 && rise.not_before <= rise.time && rise.time <= rise.sure_by, "{rise:?}");
        assert!((28.0..32.0).contains(&rise.before) && (30.0..75.0).contains(&rise.by), "{rise:?}");
        assert_eq!(rise.thumbnail.as_ref().map(|place| place.pts_us), Some(rise.pts_us));
    }
}

#[test]
fn a_lamp_is_a_step_and_not_the_first_sign() {
    let (rises, _) = rises_of(&[lit(0, lamp(1800)), lit(1, fire(3600))]);
    let looks: Vec<(&str, Look, bool)> =
        rises.iter().map(|rise| (rise.camera.as_str(), rise.look, rise.first)).collect();
    assert_eq!(looks, [("c-0", Look::Step, false), ("c-1", Look::Growing, true)]);
    assert!((second(rises[0].time) - 1800.0).abs() <= rises[0].uncertainty_s);
}

#[test]
fn a_fire_in_the_light_of_a_lamp_is_found_too() {
    let both = |second: i64| lamp(1800)(second) + fire(4000)(second) - dark(second);
    let (rises, _) = rises_of(&[lit(0, both)]);
    assert_eq!(rises.iter().map(|rise| rise.look).collect::<Vec<_>>(), [Look::Step, Look::Growing], "{rises:?}");
}

#[test]
fn daylight_comes_before_several_cameras() {
    let dawn = |late: i64| move |second: i64| dark(second) + ((second - 3600 - late) as f64 / 40.0).clamp(0.0, 80.0);
    let (rises, _) = rises_of(&[lit(0, dawn(0)), lit(1, dawn(120)), lit(2, dawn(-100)), lit(3, dawn(60))]);
    assert_eq!(rises.len(), 4, "{rises:?}");
    assert!(rises.iter().all(|rise| rise.look == Look::Daylight && !rise.first), "{rises:?}");
}

#[test]
fn headlights_lightning_and_a_door_left_open_for_a_minute_are_no_rises() {
    let passing = |second: i64| dark(second) + if second.rem_euclid(200) < 11 { 60.0 } else { 0.0 };
    let door = |second: i64| dark(second) + if (3000..3060).contains(&second) { 60.0 } else { 0.0 };
    assert_eq!(rises_of(&[lit(0, passing), lit(1, door)]).0, []);
}

#[test]
fn the_first_glow_of_a_fire_that_grows_slowly_was_before_its_interval() {
    for (begins, long) in [(2000, 300.0), (3003, 600.0), (4507, 900.0)] {
        // With the square of the time.
        let slow = move |second: i64| {
            let grown = ((second - begins) as f64 / long).clamp(0.0, 1.0).powi(2);
            dark(second) + 60.0 * grown * (1.0 + 1.5 * unrest(second * 7))
        };
        let (rises, _) = rises_of(&[lit(0, slow)]);
        let [rise] = &rises[..] else { panic!("{rises:?}") };
        let (from, to) = (second(rise.not_before), second(rise.sure_by));
        assert!(from <= begins as f64 && begins as f64 <= to && to - from < 600.0, "{from} {begins} {to}");
        assert!(rise.look.may_be_fire() && (second(rise.time) - begins as f64).abs() <= rise.uncertainty_s, "{rise:?}");
    }
}

#[test]
fn a_lamp_in_traffic_and_a_vehicle_that_stops_were_unclear() {
    let traffic = |second: i64| if second.rem_euclid(90) < 11 { 50.0 } else { 0.0 };
    let lamp = move |second: i64| lamp(1800)(second) + traffic(second);
    let stops = |second: i64| dark(second) + if (3000..3180).contains(&second) { 60.0 } else { 0.0 };
    let (rises, _) = rises_of(&[lit(0, lamp), lit(1, stops)]);
    assert_eq!(rises.iter().map(|rise| rise.look).collect::<Vec<_>>(), [Look::Step, Look::Step], "{rises:?}");
}

#[test]
fn a_lamp_that_went_on_and_off_hid_the_fire_after_it() {
    let lamp = |second: i64| if (900..1500).contains(&second) { 40.0 } else { 0.0 };
    let (rises, _) = rises_of(&[lit(0, move |second| fire(2000)(second) + lamp(second))]);
    assert_eq!(rises.iter().map(|rise| rise.look).collect::<Vec<_>>(), [Look::Step, Look::Growing], "{rises:?}");
}

#[test]
fn what_may_be_a_lamp_was_first_before_the_fire() {
    // Grows within two minutes and is then as steady as a lamp.
    let dimmed = |second: i64| dark(second) + ((second - 1800) as f64 / 3.0).clamp(0.0, 40.0);
    let (rises, _) = rises_of(&[lit(0, dimmed), lit(1, fire(4000))]);
    let looks: Vec<(Look, bool)> = rises.iter().map(|rise| (rise.look, rise.first)).collect();
    assert_eq!(looks, [(Look::Unclear, false), (Look::Growing, true)]);
    let (alone, _) = rises_of(&[lit(0, dimmed)]);
    assert!(alone[0].first && alone.len() == 1);
}

#[test]
fn times_are_true_by_the_cameras_clock_and_as_uncertain() {
    let plain = &rises_of(&[lit(0, fire(3600))]).0[0];
    let ahead = &rises_of(&[lit(0, fire(3600)).ahead(600, 4.0)]).0[0];
    assert!((second(plain.time) - second(ahead.time) - 600.0).abs() < 1.0);
    let clock_s = ahead.clock_uncertainty_s.unwrap();
    assert!(plain.clock_uncertainty_s.is_none() && clock_s >= 4.0);
    assert!((ahead.uncertainty_s - plain.uncertainty_s - clock_s).abs() < 0.01);
    assert_eq!((ahead.pts_us, &ahead.recording), (plain.pts_us, &plain.recording));
}

#[test]
fn what_no_thumbnail_tells_of_is_unseen() {
    let asked = window(ASKED.0, ASKED.1);
    let (_, unseen) = rises_of(&[lit(0, dark), Made::new(1).record(-HOUR, 3 * HOUR, |_| 0.0), Made::new(2)]);
    assert_eq!(unseen, [vec![], vec![asked], vec![]], "a gap is not unseen, it is a gap");
    let half = Made::new(0).record(-HOUR, HOUR, |_| 0.0).pictures(dark, |_| 0).record(HOUR, 3 * HOUR, |_| 0.0);
    let (_, unseen) = rises_of(&[half]);
    let [one] = &unseen[0][..] else { panic!("{unseen:?}") };
    assert!((second(one.start.0) - 3600.0).abs() < 60.0 && one.end == asked.end);
}

#[test]
fn the_first_thumbnails_after_an_hour_without_were_taken_for_seen() {
    let camera = Made::new(0).record(1800, 3 * HOUR, |_| 0.0).pictures(dark, |_| 0);
    let (_, unseen) = rises_of(&[camera]);
    let [one] = &unseen[0][..] else { panic!("{unseen:?}") };
    assert!(one.start == at(1800) && (10.0..90.0).contains(&(one.micros() as f64 / 1e6)), "{one:?}");
    // After a lamp the night begins anew, and its first thumbnails were looked at with the lamp.
    assert_eq!(rises_of(&[lit(0, lamp(1800))]).1, [vec![]]);
}

#[test]
fn without_footage_and_at_the_edges_of_time_nothing_is_found() {
    assert_eq!(rises_of(&[]), (vec![], vec![]));
    let (first, last) = (TrueTime::from_micros(i64::MIN), TrueTime::from_micros(i64::MAX));
    let camera = lit(0, dark);
    for asked in [Span::new(first, first.plus_micros(AROUND_US)), Span::new(last, last), Span::new(first, last)] {
        assert_eq!(rises(&[camera.footage()], &asked).0, []);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_the_thumbnails_show_what_is_told_holds(
        steps in prop::collection::vec((-HOUR..3 * HOUR, -60.0..120.0f64, 0.0..600.0f64), 0..8),
        pieces in prop::collection::vec((-HOUR..3 * HOUR, 0..2 * HOUR), 0..5),
        flicker in 0.0..5.0f64,
        ahead in prop::option::of((-900..900i64, 0.0..30.0f64)),
    ) {
        let light = |second: i64| {
            let grown = |(from, by, long): &(i64, f64, f64)| by * ((second - from) as f64 / long.max(1.0)).clamp(0.0, 1.0);
            40.0 + flicker * 10.0 * unrest(second) + steps.iter().map(grown).sum::<f64>()
        };
        let mut camera = Made::new(0);
        for (from, long) in pieces {
            camera = camera.record(from, from + long, |_| 0.0);
        }
        camera = camera.pictures(light, |_| 0);
        if let Some((seconds, uncertainty_s)) = ahead {
            camera = camera.ahead(seconds, uncertainty_s);
        }
        let mut cameras = [camera, lit(1, light)];
        let asked = window(ASKED.0, ASKED.1);
        let told = rises_of(&cameras);
        prop_assert!(told.0.is_sorted_by_key(|rise| rise.time));
        for rise in &told.0 {
            prop_assert!(asked.contains(TrueTime(rise.sure_by)));
            prop_assert!(rise.not_before <= rise.time && rise.time <= rise.sure_by);
            let half_s = (second(rise.sure_by) - second(rise.not_before)) / 2.0;
            prop_assert!(rise.uncertainty_s >= half_s && rise.by > 0.0);
            prop_assert!(rise.thumbnail.is_some());
        }
        let looks_so = |look| told.0.iter().position(|rise| rise.look == look);
        let first = looks_so(Look::Growing).or_else(|| looks_so(Look::Unclear));
        prop_assert_eq!(told.0.iter().position(|rise| rise.first), first);
        prop_assert!(told.0.iter().filter(|rise| rise.first).count() <= 1);
        for (camera, unseen) in cameras.iter().zip(&told.1) {
            let files: Vec<Window> = camera.recordings.iter().map(|r| camera.clock.span_to_true(&r.span)).collect();
            let recorded = coverage::union(files, &asked);
            // Seams of at most two seconds count as recorded.
            let beyond = unseen.iter().flat_map(|one| coverage::complement(&coverage::union(recorded.iter().copied(), one), one));
            prop_assert!(beyond.map(|span| span.micros()).max().unwrap_or(0) <= 2_000_000);
        }
        for camera in &mut cameras {
            camera.recordings.reverse();
        }
        prop_assert_eq!(rises_of(&cameras), told);
    }
}
