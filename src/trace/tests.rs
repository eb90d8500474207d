//! On a town of 7 × 7 streets with a camera at every third junction.

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::model::{
    Camera, Entry, FieldOfView, Looked, Mover, Point, Sighting, Span, TraceEvent, TraceSettings, TrueTime, Verdict,
    Window,
};
use crate::place::geodesy::degree_m;
use crate::place::roads::Roads;
use crate::place::shape::Fixed;
use crate::place::source::{Access, Barrier, Oneway, Restriction, Road, Source};

const STEP_M: f64 = 150.0;

fn at(x: f64, y: f64) -> Point {
    let (north, east) = degree_m(18.0);
    Point { lat: 18.0 + y * STEP_M / north, lon: 106.0 + x * STEP_M / east }
}

fn street(id: i64, line: &[(i64, i64)]) -> Road {
    Road {
        id,
        name: String::new(),
        aliases: Vec::new(),
        refs: Vec::new(),
        class: "residential".to_owned(),
        oneway: Oneway::No,
        access: Access { foot: true, bicycle: true, motorcycle: true, motorcar: true },
        maxspeed_kmh: None,
        line: line.iter().map(|(x, y)| Fixed::from(at(*x as f64, *y as f64))).collect(),
        nodes: line.iter().map(|(x, y)| 1 + x + 100 * y).collect(),
    }
}

pub(super) fn town() -> Source {
    let row = |y: i64| (0..7).map(|x| (x, y)).collect::<Vec<_>>();
    let column = |x: i64| (0..7).map(|y| (x, y)).collect::<Vec<_>>();
    let rows = (0..7).map(|y| street(10 + y, &row(y)));
    let roads = rows.chain((0..7).map(|x| street(20 + x, &column(x)))).collect();
    Source { roads, ..Source::default() }
}

pub(super) fn camera(id: &str, x: f64, y: f64) -> Camera {
    Camera {
        id: id.to_owned(),
        name: id.to_owned(),
        group: None,
        note: None,
        at: at(x, y),
        view: Some(FieldOfView { azimuth_deg: 0.0, fov_deg: 360.0, range_m: 40.0 }),
        footage: "x".into(),
        channel: None,
        recorder: id.to_owned(),
        layout: "auto".into(),
        zone: TimeZone::UTC,
    }
}

pub(super) fn cameras() -> Vec<Camera> {
    let mut cameras = Vec::new();
    for (x, y) in [(0, 0), (3, 0), (6, 0), (1, 2), (4, 2), (2, 4), (5, 4), (0, 6), (3, 6), (6, 6)] {
        cameras.push(camera(&format!("c{x}{y}"), f64::from(x), f64::from(y)));
    }
    cameras
}

pub(super) fn tracer() -> Tracer {
    Tracer::new(&Roads::new(&[town()]), &cameras(), Mover::Motorbike, &TraceSettings::default())
}

pub(super) fn seconds(s: f64) -> TrueTime {
    TrueTime::from_micros((s * 1e6) as i64)
}

pub(super) fn seen(camera: &str, s: f64) -> Sighting {
    Sighting {
        camera: camera.to_owned(),
        at: seconds(s),
        shown: None,
        recorded: None,
        uncertainty_s: 2.0,
        leaving_deg: None,
        arriving_deg: None,
        confidence: None,
        note: None,
        still: None,
        despite: None,
    }
}

pub(super) fn looked(camera: &str, from: f64, to: f64, verdict: Verdict) -> Looked {
    Looked {
        camera: camera.to_owned(),
        window: Span::new(seconds(from), seconds(to)),
        verdict,
        note: None,
        despite: None,
        own: None,
    }
}

/// Everything was recorded.
pub(super) fn told(looked: &[Looked]) -> Vec<Answer> {
    let answer = |one: &Looked| Answer { camera: one.camera.clone(), recorded: vec![one.window], verdict: one.verdict };
    looked.iter().map(answer).collect()
}

pub(super) fn rank(tracer: &Tracer, sightings: &[Sighting], looked: &[Looked], side: Side) -> Vec<Candidate> {
    let (clock_s, recorded) = (|_: &str, _: TrueTime| Some(1.0), |_: &str, window: Window| vec![window]);
    let answers = told(looked);
    tracer.rank(&Facts { sightings, answers: &answers, clock_s: &clock_s, recorded: &recorded }, side).candidates
}

pub(super) fn of<'a>(candidates: &'a [Candidate], camera: &str) -> Option<&'a Candidate> {
    candidates.iter().find(|candidate| candidate.camera == camera)
}

#[test]
fn the_next_camera_comes_when_its_distance_says() {
    let ranked = rank(&tracer(), &[seen("c30", 1000.0)], &[], Side::After);
    let next = of(&ranked, "c42").unwrap();
    // Three blocks at 27 km/h: a minute where no light stops it, which is the likeliest, and more where one does.
    assert!((next.metres - 450.0).abs() < 60.0, "{next:?}");
    let middle = f64::midpoint(next.window.start.as_micros() as f64, next.window.end.as_micros() as f64) / 1e6;
    assert!((1045.0..1075.0).contains(&middle) && next.window.start > seconds(1020.0), "{next:?}");
    assert!(next.window.end < seconds(1200.0) && !next.straight, "{next:?}");
    let far = of(&ranked, "c66").unwrap();
    assert!(far.window.start > next.window.start && far.worth < next.worth);
}

#[test]
fn a_heading_and_where_it_came_from_tell_where_it_goes() {
    let tracer = tracer();
    let north = Sighting { leaving_deg: Some(0.0), ..seen("c42", 0.0) };
    let told = rank(&tracer, &[north], &[], Side::After);
    assert!(of(&told, "c36").unwrap().passes > 4.0 * of(&told, "c30").unwrap().passes, "{told:?}");
    let going_on = rank(&tracer, &[seen("c30", -60.0), seen("c42", 0.0)], &[], Side::After);
    assert!(of(&going_on, "c54").unwrap().passes > 1.5 * of(&going_on, "c12").unwrap().passes, "{going_on:?}");
}

#[test]
fn what_was_watched_and_not_seen_moves_belief_elsewhere() {
    let tracer = tracer();
    let first = [seen("c30", 0.0)];
    let before = rank(&tracer, &first, &[], Side::After);
    let answer = looked("c42", 0.0, 400.0, Verdict::NotSeen { share: 1.0 });
    let after = rank(&tracer, &first, &[answer], Side::After);
    let passes = |ranked: &[Candidate], camera: &str| of(ranked, camera).map_or(0.0, |candidate| candidate.passes);
    assert!(passes(&after, "c42") < 0.3 * passes(&before, "c42"));
    assert!(passes(&after, "c12") > passes(&before, "c12"));
    let half = looked("c42", 0.0, 400.0, Verdict::NotSeen { share: 0.5 });
    let halved = rank(&tracer, &first, &[half], Side::After);
    assert!(passes(&halved, "c12") > passes(&before, "c12") && passes(&halved, "c12") < passes(&after, "c12"));
}

#[test]
fn a_camera_that_recorded_nothing_is_named_and_not_offered() {
    let tracer = tracer();
    let sightings = [seen("c30", 0.0)];
    let clock_s = |_: &str, _: TrueTime| Some(1.0);
    let recorded = |id: &str, window: Window| match id {
        "c42" => vec![Window { start: seconds(90.0), end: window.end.max(seconds(90.0)) }],
        "c12" => vec![],
        _ => vec![window],
    };
    let facts = Facts { sightings: &sightings, answers: &[], clock_s: &clock_s, recorded: &recorded };
    let ranked = tracer.rank(&facts, Side::After).candidates;
    assert!(of(&ranked, "c12").is_none());
    let late = of(&ranked, "c42").unwrap();
    assert!(late.window.start >= seconds(90.0) && late.in_gap > 0.05, "{late:?}");
}

#[test]
fn between_two_sightings_the_cameras_on_the_way_are_asked_in_their_time() {
    let tracer = tracer();
    let ranked = rank(&tracer, &[seen("c00", 0.0), seen("c60", 130.0)], &[], Side::Between(0));
    let middle = of(&ranked, "c30").unwrap();
    assert!(
        middle.chance > 0.3 && middle.window.start > seconds(50.0) && middle.window.end < seconds(80.0),
        "{middle:?}"
    );
    assert!(ranked.iter().all(|candidate| candidate.window.end <= seconds(131.0)), "{ranked:?}");
    assert!(of(&ranked, "c66").is_none() && of(&ranked, "c00").is_none());
}

#[test]
fn speeds_are_ranges_and_impossible_ones_contradict() {
    let tracer = tracer();
    let speed = tracer.speed(&seen("c00", 0.0), &seen("c30", 60.0)).unwrap();
    assert!(speed.least_kmh < 27.0 && speed.kmh.unwrap() > 25.0 && speed.most_kmh.unwrap() > 27.0, "{speed:?}");
    let event = |id, entry| TraceEvent { id, entered_at: jiff::Timestamp::UNIX_EPOCH, by: "An".into(), entry };
    let events = [event(1, Entry::Seen(seen("c00", 0.0))), event(2, Entry::Seen(seen("c30", 60.0)))];
    let standing = Standing::of(&events);
    assert!(standing.contradictions(&seen("c66", 70.0), &tracer)[0].en.contains("km/h"));
    assert!(standing.contradictions(&seen("c66", 300.0), &tracer).is_empty());
    let undone = [&events[..], &[event(3, Entry::Undone { event: 2, reason: None })]].concat();
    assert_eq!(Standing::of(&undone).sightings.len(), 1);
}

#[test]
fn when_it_was_seen_and_when_that_was_entered_have_names_of_their_own() {
    let event = TraceEvent {
        id: 1,
        entered_at: jiff::Timestamp::UNIX_EPOCH,
        by: "An".into(),
        entry: Entry::Seen(seen("c00", 0.0)),
    };
    let json = serde_json::to_string(&event).unwrap();
    assert_eq!(json.matches("\"at\":").count(), 1, "{json}");
    assert_eq!(json.matches("\"entered_at\":").count(), 1, "{json}");
}

#[test]
fn forbidden_turns_and_barriers_are_kept() {
    let mut source = town();
    // No turn from the lowest street into the third column; a bollard between the first two junctions of the second street.
    source.restrictions.push(Restriction { kind: "no_left_turn".into(), from: 10, via: vec![1 + 2], to: 22 });
    source.barriers.push(Barrier { node: 1 + 1 + 100, kind: "bollard".into() });
    let roads = Roads::new(&[source]);
    let by = |mover| Tracer::new(&roads, &cameras(), mover, &TraceSettings::default());
    let follows = |tracer: &Tracer, from: ((f64, f64), (f64, f64)), to: ((f64, f64), (f64, f64))| {
        let near = |a: Point, b: Point| (a.lat - b.lat).abs() < 1e-6 && (a.lon - b.lon).abs() < 1e-6;
        let link = |ends: ((f64, f64), (f64, f64))| {
            let (a, b) = (at(ends.0.0, ends.0.1), at(ends.1.0, ends.1.1));
            let runs = |link: &net::Link| near(link.points[0], a) && near(link.points[link.points.len() - 1], b);
            tracer.net().links().iter().position(runs).unwrap() as u32
        };
        tracer.net().after(link(from)).contains(&link(to))
    };
    let turn = (((1.0, 0.0), (2.0, 0.0)), ((2.0, 0.0), (2.0, 1.0)));
    assert!(!follows(&by(Mover::Motorbike), turn.0, turn.1) && follows(&by(Mover::Foot), turn.0, turn.1));
    let past = (((0.0, 1.0), (1.0, 1.0)), ((1.0, 1.0), (2.0, 1.0)));
    assert!(!follows(&by(Mover::Car), past.0, past.1) && follows(&by(Mover::Motorbike), past.0, past.1));
}

#[test]
fn without_roads_and_off_the_roads_straight_lines_say_so() {
    let none = Tracer::new(&Roads::default(), &cameras(), Mover::Foot, &TraceSettings::default());
    let ranked = rank(&none, &[seen("c30", 0.0)], &[], Side::After);
    assert!(none.net().straight && !ranked.is_empty() && ranked.iter().all(|candidate| candidate.straight));
    let near = of(&ranked, "c42").unwrap();
    // 335 m of straight line, times the factor.
    assert!((near.metres - 335.0 * 1.35).abs() < 40.0, "{near:?}");
    let mut with_far = cameras();
    with_far.push(camera("far", 10.0, 3.0));
    let far = Tracer::new(&Roads::new(&[town()]), &with_far, Mover::Motorbike, &TraceSettings::default());
    let ranked = rank(&far, &[seen("far", 0.0)], &[], Side::After);
    assert!(
        of(&ranked, "c54").is_some() && !far.net().straight && far.net().is_straight(far.net().camera("far").unwrap())
    );
}

#[test]
fn backward_is_forward_with_time_reversed() {
    let tracer = tracer();
    assert_eq!(tracer.net().reversed().reversed().links(), tracer.net().links());
    let (after, before) =
        (rank(&tracer, &[seen("c42", 0.0)], &[], Side::After), rank(&tracer, &[seen("c42", 0.0)], &[], Side::Before));
    // Every street runs both ways, so that the future is the past's mirror, but for the tastes of each direction.
    for candidate in after.iter().filter(|candidate| candidate.passes > 0.1) {
        let mirrored = of(&before, &candidate.camera).unwrap();
        assert!((candidate.passes - mirrored.passes).abs() < 0.12, "{candidate:?} {mirrored:?}");
        let (a, b) = (candidate.window.start.as_micros(), mirrored.window.end.as_micros());
        assert!((a + b).abs() < 20_000_000, "{candidate:?} {mirrored:?}");
    }
}

fn reach(tracer: &Tracer, sightings: &[Sighting], looked: &[Looked], side: Side) -> Vec<Reached> {
    let (clock_s, recorded) = (|_: &str, _: TrueTime| Some(1.0), |_: &str, window: Window| vec![window]);
    tracer.reach(&Facts { sightings, answers: &told(looked), clock_s: &clock_s, recorded: &recorded }, side)
}

/// The street between two junctions, whichever way it is drawn.
fn street_of(reached: &[Reached], a: (i64, i64), b: (i64, i64)) -> Option<&Reached> {
    let near = |p: Point, (x, y): (i64, i64)| {
        let q = at(x as f64, y as f64);
        (p.lat - q.lat).abs() < 1e-6 && (p.lon - q.lon).abs() < 1e-6
    };
    reached.iter().find(|street| {
        let (first, last) = (street.line[0], street.line[street.line.len() - 1]);
        near(first, a) && near(last, b) || near(first, b) && near(last, a)
    })
}

#[test]
fn what_may_be_reached_grows_with_time_and_with_the_way() {
    let tracer = tracer();
    let reached = reach(&tracer, &[seen("c30", 0.0)], &[], Side::After);
    let up = |y: i64| street_of(&reached, (3, y), (3, y + 1)).unwrap();
    for y in 0..5 {
        assert!(up(y).first_s < up(y + 1).first_s, "{y}: {reached:?}");
        assert!(up(y).chance > up(y + 1).chance && up(y).first_s < up(y).last_s);
    }
    // Three blocks at 27 km/h are a minute: there sooner by a quick rider, later by a slow one.
    assert!(up(3).first_s > 25.0 && up(3).first_s < 60.0 && up(3).last_s > 80.0, "{:?}", up(3));
    let by = |s: f64| reached.iter().filter(|street| street.first_s <= s).count();
    assert!(by(5.0) < by(30.0) && by(30.0) < by(120.0) && by(120.0) <= reached.len());
    assert!(reached.windows(2).all(|pair| pair[0].first_s <= pair[1].first_s));
}

/// One street from west to east with three cameras; the middle one is where it was seen.
fn only_street() -> Tracer {
    let line: Vec<(i64, i64)> = (0..7).map(|x| (x, 0)).collect();
    let branch = |x: i64| street(30 + x, &[(x, 0), (x, 1)]);
    let source =
        Source { roads: [vec![street(10, &line)], (1..6).map(branch).collect()].concat(), ..Source::default() };
    let cameras = [camera("west", 1.5, 0.0), camera("here", 3.5, 0.0), camera("east", 4.5, 0.0)];
    Tracer::new(&Roads::new(&[source]), &cameras, Mover::Motorbike, &TraceSettings::default())
}

#[test]
fn what_was_not_seen_on_the_only_street_takes_chance_from_what_is_behind_it_and_adds_it_elsewhere() {
    let tracer = only_street();
    let first = [seen("here", 0.0)];
    let chance = |looked: &[Looked], a, b| {
        let reached = reach(&tracer, &first, looked, Side::After);
        street_of(&reached, a, b).map_or(0.0, |street| street.chance)
    };
    let not_seen = looked("east", 0.0, 600.0, Verdict::NotSeen { share: 1.0 });
    let behind = ((5, 0), (6, 0));
    let elsewhere = ((2, 0), (3, 0));
    let (before, after) =
        (chance(&[], behind.0, behind.1), chance(std::slice::from_ref(&not_seen), behind.0, behind.1));
    assert!(before > 0.1 && after < 0.3 * before, "{before} {after}");
    let (west_before, west_after) =
        (chance(&[], elsewhere.0, elsewhere.1), chance(std::slice::from_ref(&not_seen), elsewhere.0, elsewhere.1));
    assert!(west_after > 1.3 * west_before && west_after <= 1.0, "{west_before} {west_after}");
    // Half of it watched tells half as much, or so.
    let half = chance(&[looked("east", 0.0, 600.0, Verdict::NotSeen { share: 0.5 })], behind.0, behind.1);
    assert!(half < before && half > after, "{half}");
    for verdict in [Verdict::Gap, Verdict::CannotSay] {
        let told = [looked("east", 0.0, 600.0, verdict)];
        assert_eq!(reach(&tracer, &first, &told, Side::After), reach(&tracer, &first, &[], Side::After));
    }
}

#[test]
fn a_dead_end_is_gone_along_once() {
    let tracer = only_street();
    let reached = reach(&tracer, &[seen("here", 0.0)], &[], Side::After);
    let dead_end = street_of(&reached, (2, 0), (2, 1)).unwrap();
    let towards = street_of(&reached, (2, 0), (3, 0)).unwrap();
    assert!(dead_end.chance < 0.7 * towards.chance, "{dead_end:?} {towards:?}");
    let own = street_of(&reached, (3, 0), (4, 0)).unwrap();
    assert!((own.chance - 1.0).abs() < 1e-9 && own.first_s == 0.0, "{own:?}");
}

#[test]
fn backward_reach_is_the_mirror_of_forward() {
    let tracer = tracer();
    let first = [seen("c42", 0.0)];
    let (after, before) = (reach(&tracer, &first, &[], Side::After), reach(&tracer, &first, &[], Side::Before));
    let middle = |street: &Reached| {
        let (a, b) = (street.line[0], street.line[street.line.len() - 1]);
        (f64::midpoint(a.lat, b.lat), f64::midpoint(a.lon, b.lon))
    };
    let mut compared = 0;
    for street in after.iter().filter(|street| street.chance > 0.1) {
        let (lat, lon) = middle(street);
        let same = |other: &&Reached| (middle(other).0 - lat).abs() < 1e-9 && (middle(other).1 - lon).abs() < 1e-9;
        let mirrored = before.iter().find(same).unwrap();
        assert!((street.chance - mirrored.chance).abs() < 0.12, "{street:?} {mirrored:?}");
        assert!((street.first_s - mirrored.first_s).abs() < 10.0, "{street:?} {mirrored:?}");
        compared += 1;
    }
    assert!(compared > 8);
}

#[test]
fn between_two_sightings_only_what_lies_between_was_reached() {
    let tracer = tracer();
    let pair = [seen("c00", 0.0), seen("c60", 130.0)];
    let reached = reach(&tracer, &pair, &[], Side::Between(0));
    let street = |x| street_of(&reached, (x, 0), (x + 1, 0)).unwrap();
    assert!(street(1).chance > 0.5 && street(2).first_s < 65.0 && street(3).last_s > 65.0, "{reached:?}");
    assert!(street(1).first_s < street(4).first_s && street_of(&reached, (1, 5), (1, 6)).is_none());
    let not_seen = looked("c30", 0.0, 130.0, Verdict::NotSeen { share: 1.0 });
    let told = reach(&tracer, &pair, &[not_seen], Side::Between(0));
    let through = |reached: &[Reached]| street_of(reached, (2, 0), (3, 0)).map_or(0.0, |street| street.chance);
    assert!(through(&told) <= through(&reached), "{told:?}");
    assert!(
        reach(&tracer, &pair, &[], Side::Between(1)).is_empty() && reach(&tracer, &[], &[], Side::After).is_empty()
    );
}

fn answers() -> impl Strategy<Value = Vec<Looked>> {
    let cameras: Vec<String> = cameras().into_iter().map(|camera| camera.id).collect();
    let verdict = prop_oneof![
        (0.05..1.0f64).prop_map(|share| Verdict::NotSeen { share }),
        Just(Verdict::CannotSay),
        Just(Verdict::Gap)
    ];
    let one = (prop::sample::select(cameras), -50.0..400.0f64, 1.0..200.0f64, verdict);
    prop::collection::vec(
        one.prop_map(|(camera, from, long, verdict)| looked(&camera, from, from + long, verdict)),
        0..8,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever was answered: chances are chances, the same answers give the same ranking, and nothing answered is asked again.
    #[test]
    fn chances_are_chances_and_rankings_repeat(answers in answers()) {
        let sightings = [seen("c12", -80.0), seen("c42", 0.0)];
        let ranked = rank(&tracer(), &sightings, &answers, Side::After);
        prop_assert_eq!(&ranked, &rank(&tracer(), &sightings, &answers, Side::After));
        for candidate in &ranked {
            prop_assert!((0.0..=1.0).contains(&candidate.chance) && candidate.passes <= 1.0 && candidate.worth > 0.0);
            for answer in answers.iter().filter(|answer| answer.camera == candidate.camera) {
                let shared = candidate.window.intersect(&answer.window).map_or(0, |shared| shared.micros());
                // Of what was watched in part the rest may be asked for.
                let asked_again = matches!(answer.verdict, Verdict::NotSeen { share } if share < 0.8);
                prop_assert!(asked_again || shared <= 10, "{candidate:?} {answer:?}");
            }
        }
    }

    /// Gaps and what cannot be said change nothing but what is offered.
    #[test]
    fn a_gap_never_counts_as_not_seen(answers in answers()) {
        let sightings = [seen("c42", 0.0)];
        let (tracer, nothing) = (tracer(), Vec::new());
        let told: Vec<Looked> =
            answers.into_iter().filter(|answer| !matches!(answer.verdict, Verdict::NotSeen { .. })).collect();
        let (with, without) =
            (rank(&tracer, &sightings, &told, Side::After), rank(&tracer, &sightings, &nothing, Side::After));
        for candidate in &with {
            if let Some(same) = of(&without, &candidate.camera) {
                prop_assert_eq!(candidate.passes, same.passes);
            }
        }
    }

    /// Whatever was answered: streets' chances are chances, times are in order, and the same answers give the same.
    #[test]
    fn what_may_be_reached_repeats(answers in answers()) {
        let sightings = [seen("c12", -80.0), seen("c42", 0.0)];
        for side in [Side::After, Side::Before, Side::Between(0)] {
            let reached = reach(&tracer(), &sightings, &answers, side);
            prop_assert_eq!(&reached, &reach(&tracer(), &sightings, &answers, side));
            for street in &reached {
                prop_assert!((0.005..=1.0).contains(&street.chance), "{street:?}");
                prop_assert!(street.first_s >= 0.0 && street.first_s <= street.last_s, "{street:?}");
            }
        }
    }
}
