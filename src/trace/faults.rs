//! Tests by the fault that they keep away, on the town of `tests.rs`.

use super::tests::{camera, cameras, looked, of, rank, seconds, seen, told, town, tracer};
use super::*;
use crate::model::{Entry, Mover, Point, Sighting, TraceEvent, TraceSettings, TrueTime, Verdict, Window};
use crate::place::roads::Roads;

fn standing(entries: &[Entry]) -> Standing {
    let event = |(number, entry): (usize, &Entry)| TraceEvent {
        id: number as i64 + 1,
        entered_at: jiff::Timestamp::UNIX_EPOCH,
        by: "An".into(),
        entry: entry.clone(),
    };
    Standing::of(&entries.iter().enumerate().map(event).collect::<Vec<_>>())
}

#[test]
fn footage_that_is_not_there_is_never_taken_as_watched() {
    let (tracer, sightings) = (tracer(), [seen("c30", 0.0)]);
    let clock_s = |_: &str, _: TrueTime| Some(1.0);
    let until = seconds(50.0);
    let recorded = |id: &str, window: Window| match id {
        "c42" => Window { start: seconds(-1000.0), end: until }.intersect(&window).into_iter().collect(),
        _ => vec![window],
    };
    let passes = |looked: &[crate::model::Looked], camera: &str| {
        let mut answers = told(looked);
        for answer in &mut answers {
            answer.recorded = recorded(&answer.camera, answer.recorded[0]);
        }
        let facts = Facts { sightings: &sightings, answers: &answers, clock_s: &clock_s, recorded: &recorded };
        of(&tracer.rank(&facts, Side::After).candidates, camera).map_or(0.0, |candidate| candidate.passes)
    };
    let in_gap = looked("c42", 50.0, 600.0, Verdict::NotSeen { share: 1.0 });
    assert_eq!(passes(&[in_gap], "c12"), passes(&[], "c12"));
    let partly = looked("c42", 0.0, 600.0, Verdict::NotSeen { share: 1.0 });
    let recorded_part = looked("c42", 0.0, 50.0, Verdict::NotSeen { share: 1.0 });
    assert_eq!(passes(std::slice::from_ref(&partly), "c12"), passes(&[recorded_part], "c12"));
    assert!(passes(&[partly], "c12") > passes(&[], "c12"));
}

#[test]
fn where_no_way_leads_nobody_flies() {
    let mut all = cameras();
    // 90 km east, behind another one: farther than any tree grows.
    all.push(camera("beyond", 300.0, 3.0));
    all.push(camera("far", 600.0, 3.0));
    let tracer = Tracer::new(&Roads::new(&[town()]), &all, Mover::Motorbike, &TraceSettings::default());
    let (first, second) = (seen("c30", 0.0), seen("far", 4.0));
    assert!(tracer.best_way(&first, &second).is_none());
    let said = standing(&[Entry::Seen(first)]).contradictions(&second, &tracer);
    assert!(said.len() == 1 && said[0].en.contains("km/h"), "{said:?}");
    assert!(standing(&[Entry::Seen(seen("c30", -7_200.0))]).contradictions(&second, &tracer).is_empty());
}

#[test]
fn a_map_of_another_place_is_none_and_its_roads_lengthen_no_way() {
    let mut all = cameras();
    all.iter_mut().for_each(|camera| camera.at = Point { lat: camera.at.lat + 3.0, lon: camera.at.lon });
    let tracer = Tracer::new(&Roads::new(&[town()]), &all, Mover::Motorbike, &TraceSettings::default());
    let ranked = rank(&tracer, &[seen("c30", 0.0)], &[], Side::After);
    let near = of(&ranked, "c42").unwrap();
    assert!(tracer.net().straight && near.straight && (near.metres - 335.0 * 1.35).abs() < 40.0, "{near:?}");
}

#[test]
fn a_pass_that_two_officers_enter_does_not_turn_round() {
    let tracer = tracer();
    let passes = |sightings: &[Sighting]| {
        let ranked = rank(&tracer, sightings, &[], Side::After);
        ["c54", "c12"].map(|camera| of(&ranked, camera).map_or(0.0, |candidate| candidate.passes))
    };
    let (once, twice) = (
        passes(&[seen("c30", -60.0), seen("c42", 0.0)]),
        passes(&[seen("c30", -60.0), seen("c42", 0.0), seen("c42", 2.0)]),
    );
    assert!((once[0] - twice[0]).abs() < 0.03 && (once[1] - twice[1]).abs() < 0.03, "{once:?} {twice:?}");
}

#[test]
fn who_is_seen_twice_within_seconds_at_one_camera_stayed_there() {
    let ranked = rank(&tracer(), &[seen("c30", 0.0), seen("c30", 3.0)], &[], Side::Between(0));
    assert!(ranked.iter().all(|candidate| candidate.passes < 0.02), "{ranked:?}");
    let longer = rank(&tracer(), &[seen("c30", 0.0), seen("c30", 300.0)], &[], Side::Between(0));
    assert!(longer.iter().all(|candidate| candidate.window.start > seconds(-2.0)), "{longer:?}");
}

#[test]
fn what_was_not_watched_of_a_window_is_asked_for_again() {
    let (tracer, first) = (tracer(), [seen("c30", 0.0)]);
    let window = (20.0, 400.0);
    let within = |share: f64| {
        let answer = looked("c42", window.0, window.1, Verdict::NotSeen { share });
        let ranked = rank(&tracer, &first, &[answer], Side::After);
        let again = ranked.iter().find(|one| one.camera == "c42" && one.window.start < seconds(window.1 - 1.0));
        again.map_or(0.0, |again| again.chance)
    };
    assert!(within(0.01) > within(0.5) && within(0.5) > 0.0, "{} {}", within(0.01), within(0.5));
    assert_eq!(within(1.0), 0.0);
}

#[test]
fn the_same_answer_twice_tells_nothing_more() {
    let (tracer, first) = (tracer(), [seen("c30", 0.0)]);
    let answer = looked("c42", 0.0, 60.0, Verdict::NotSeen { share: 1.0 });
    let once = rank(&tracer, &first, std::slice::from_ref(&answer), Side::After);
    assert_eq!(rank(&tracer, &first, &[answer.clone(), answer], Side::After), once);
}

#[test]
fn a_vague_sighting_hides_no_impossible_one() {
    let vague = Sighting { uncertainty_s: 180.0, ..seen("c30", 5.0) };
    let said =
        standing(&[Entry::Seen(seen("c00", 0.0)), Entry::Seen(vague)]).contradictions(&seen("c66", 8.0), &tracer());
    assert!(said.iter().any(|said| said.en.contains("c00")), "{said:?}");
}

#[test]
fn what_was_seen_in_a_window_contradicts_that_it_was_not() {
    let standing = standing(&[Entry::Seen(seen("c42", 60.0))]);
    let answer = |share| looked("c42", 30.0, 90.0, Verdict::NotSeen { share });
    assert_eq!(standing.against(&answer(1.0)).len(), 1);
    assert!(standing.against(&answer(0.2)).is_empty());
    assert!(standing.against(&looked("c42", 30.0, 90.0, Verdict::CannotSay)).is_empty());
    assert!(standing.against(&looked("c30", 30.0, 90.0, Verdict::NotSeen { share: 1.0 })).is_empty());
}

#[test]
fn a_pass_that_two_cameras_see_at_once_is_not_asked_for_again() {
    let mut all = cameras();
    // Both see the street between them.
    all.push(camera("near", 3.4, 0.0));
    let tracer = Tracer::new(&Roads::new(&[town()]), &all, Mover::Motorbike, &TraceSettings::default());
    let vague = |camera: &str, s: f64| Sighting { uncertainty_s: 30.0, ..seen(camera, s) };
    let passes = |sightings: &[Sighting]| {
        let ranked = rank(&tracer, sightings, &[], Side::After);
        of(&ranked, "near").map_or(0.0, |near| near.passes)
    };
    let (open, found) = (passes(&[vague("c30", 0.0)]), passes(&[vague("near", -8.0), vague("c30", 0.0)]));
    assert!(open > 0.1 && found < 0.02, "{open} {found}");
}

#[test]
fn where_clocks_leave_a_speed_open_an_absurd_one_is_told() {
    let (tracer, sightings) = (tracer(), [seen("c30", 0.0)]);
    let (unchecked, recorded) = (|_: &str, _: TrueTime| None, |_: &str, window: Window| vec![window]);
    let facts = Facts { sightings: &sightings, answers: &[], clock_s: &unchecked, recorded: &recorded };
    let top = TraceSettings::default().pace(Mover::Motorbike).top_kmh;
    let ranked = tracer.rank(&facts, Side::After).candidates;
    assert!(ranked.iter().all(|candidate| candidate.kmh.is_none_or(|kmh| kmh <= top)), "{ranked:?}");
}
