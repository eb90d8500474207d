//! Moments over made-up footage: what is found, what is not, and what must hold whatever was recorded.

use proptest::prelude::*;

use super::made::{Made, at, moving, second, unrest, window};
use super::*;
use crate::model::keytable;

const HOUR: i64 = 3600;

fn found(cameras: &[Made], window: &Window, most: usize) -> Found {
    let footage: Vec<Footage<'_>> = cameras.iter().map(Made::footage).collect();
    find(&footage, window, most)
}

/// When a moment's still was taken, seconds.
fn still_at(camera: &Made, moment: &Moment) -> f64 {
    let recording = camera.recordings.iter().find(|recording| recording.id == moment.recording).unwrap();
    second(camera.clock.to_true(recording.camera_time_of(moment.pts_us)).0)
}

fn lasts(span: &Window, from: i64, to: i64) -> bool {
    (second(span.start.0) - from as f64).abs() < 1.0 && (second(span.end.0) - to as f64).abs() < 1.0
}

#[test]
fn a_burst_is_found_with_its_still_and_shared_by_the_neighbour() {
    let cameras = [
        Made::new(0).record(-HOUR, 2 * HOUR, moving(1800, 1830, 1.0)),
        Made::new(1).record(-HOUR, 2 * HOUR, moving(1832, 1844, 1.0)),
        // A kilometre away.
        Made::new(14).record(-HOUR, 2 * HOUR, moving(1800, 1830, 1.0)),
    ];
    let found = found(&cameras, &window(0, HOUR), 60);
    assert_eq!(found.moments.len(), 3, "{:?}", found.moments);
    for (camera, from, to) in [(0usize, 1800.0, 1830.0), (1, 1832.0, 1844.0), (2, 1800.0, 1830.0)] {
        let moment = found.moments.iter().find(|moment| moment.camera == cameras[camera].id).unwrap();
        assert!((second(moment.start) - from).abs() <= 8.0 && (second(moment.end) - to).abs() <= 8.0, "{moment:?}");
        assert!((from..to).contains(&second(moment.peak)) && moment.start <= moment.peak && moment.peak < moment.end);
        assert!((from - 2.0..to).contains(&still_at(&cameras[camera], moment)), "{moment:?}");
        assert!(moment.activity.contains(&Some(1.0)) && moment.activity[0].is_some_and(|height| height < 0.5));
        // e times the bytes.
        assert!(moment.why.en.starts_with("2.") && moment.why.en.contains("the bytes usual"), "{}", moment.why.en);
    }
    let group = |camera: &str| found.moments.iter().find(|moment| moment.camera == camera).unwrap().group;
    assert_eq!(group("c-0"), group("c-1"));
    assert_ne!(group("c-0"), group("c-14"));
    for part in &found.cameras {
        assert_eq!((part.told_by, part.left_out), (ToldBy::Bytes, 0));
        let quiet: i64 = part.quiet(&window(0, HOUR)).iter().map(Span::micros).sum();
        assert!((3500..3600).contains(&(quiet / 1_000_000)), "{quiet}");
    }
}

#[test]
fn the_most_remarkable_are_shown_and_the_others_counted() {
    let bursts = |second: i64| {
        let strength = (second.rem_euclid(600) < 20).then_some(0.6 + 0.1 * (second / 600) as f64);
        unrest(second) + strength.unwrap_or(0.0)
    };
    let cameras = [Made::new(0).record(-HOUR, 3 * HOUR, bursts)];
    let all = found(&cameras, &window(0, 2 * HOUR), 60);
    assert_eq!((all.moments.len(), all.cameras[0].left_out), (12, 0));
    let few = found(&cameras, &window(0, 2 * HOUR), 5);
    assert_eq!((few.moments.len(), few.cameras[0].left_out), (5, 7));
    assert_eq!(few.cameras[0].candidates, all.cameras[0].candidates, "what is left out is no less a candidate");
    assert!(few.moments.is_sorted_by_key(|moment| moment.start));
    let none = found(&cameras, &window(0, 2 * HOUR), 0);
    assert_eq!((none.moments.len(), none.cameras[0].left_out), (0, 12));
}

#[test]
fn a_constant_rate_is_told_by_thumbnails_and_without_them_by_nothing() {
    let constant = || Made::new(0).record(-HOUR, 2 * HOUR, |_| 0.0);
    let asked = window(0, HOUR);
    let pictures = |second: i64| if (1800..1850).contains(&second) { 25 } else { (second / 10 % 3) as u8 };
    let seen = found(&[constant().pictures(|_| 40.0, pictures)], &asked, 60);
    assert_eq!((seen.moments.len(), seen.cameras[0].told_by), (1, ToldBy::Thumbnails));
    let moment = &seen.moments[0];
    assert!((1790.0..1850.0).contains(&second(moment.peak)), "{moment:?}");
    assert_eq!(moment.thumbnail.as_ref().map(|thumbnail| thumbnail.pts_us), Some(moment.pts_us));
    assert!(moment.why.en.contains("constant bit rate"));
    assert!(!seen.cameras[0].quiet(&asked).is_empty());

    let unseen = found(&[constant()], &asked, 60);
    assert_eq!((unseen.moments.len(), unseen.cameras[0].told_by), (0, ToldBy::Nothing));
    assert_eq!((unseen.cameras[0].quiet(&asked), unseen.cameras[0].untold.clone()), (vec![], vec![asked]));
}

#[test]
fn a_very_still_scene_was_taken_for_a_constant_rate() {
    let still = |second: i64| unrest(second) / 20.0 + if (1800..1830).contains(&second) { 1.0 } else { 0.0 };
    let found = found(&[Made::new(0).record(-HOUR, 2 * HOUR, still)], &window(0, HOUR), 60);
    assert_eq!((found.moments.len(), found.cameras[0].told_by), (1, ToldBy::Bytes));
}

#[test]
fn of_a_camera_that_records_on_movement_every_piece_is_a_candidate() {
    let mut camera = Made::new(0);
    for piece in 0..20 {
        let start = piece * 300 - HOUR / 2;
        camera = camera.record(start, start + 30, |second| unrest(second) + 0.3);
    }
    let asked = window(0, HOUR);
    let found = found(&[camera], &asked, 60);
    let pieces: Vec<i64> = (0..12).map(|piece| piece * 300).collect();
    for start in &pieces {
        assert!(found.cameras[0].candidates.iter().any(|span| span.overlaps(&window(*start, start + 30))), "{start}");
    }
    for moment in &found.moments {
        let inside =
            |start: &&i64| second(moment.start) >= **start as f64 && second(moment.end) <= (**start + 30) as f64;
        assert!(pieces.iter().any(|start| inside(&start)), "{moment:?}");
    }
}

#[test]
fn what_has_no_keyframes_was_called_quiet() {
    let asked = window(0, HOUR);
    for table in [vec![], vec![1], vec![9, 9, 9], keytable::pack(&[])] {
        let mut camera = Made::new(0).record(-HOUR, 1200, moving(600, 630, 1.0)).record(1800, 2 * HOUR, unrest);
        camera.add(1200, 1800, table);
        let found = found(&[camera], &asked, 60);
        assert_eq!(found.cameras[0].recorded, [asked]);
        assert!(matches!(&found.cameras[0].untold[..], [one] if lasts(one, 1200, 1800)), "{:?}", found.cameras[0]);
        assert!(found.cameras[0].quiet(&asked).iter().all(|quiet| !quiet.overlaps(&window(1201, 1799))));
    }
}

#[test]
fn what_has_no_thumbnails_yet_was_called_quiet_at_a_constant_rate() {
    let asked = window(0, HOUR);
    let sampled = Made::new(0).record(-HOUR, 1800, |_| 0.0);
    let camera = sampled.pictures(|_| 40.0, |second| (second / 10 % 3) as u8).record(1800, 2 * HOUR, |_| 0.0);
    let found = found(&[camera], &asked, 60);
    assert_eq!(found.cameras[0].told_by, ToldBy::Thumbnails);
    assert!(matches!(&found.cameras[0].untold[..], [one] if lasts(one, 1800, HOUR)), "{:?}", found.cameras[0].untold);
}

#[test]
fn times_are_true_by_the_cameras_clock_and_as_uncertain() {
    let camera = || Made::new(0).record(-2 * HOUR, 3 * HOUR, moving(1800, 1830, 1.0));
    let asked = window(0, HOUR);
    let plain = &found(&[camera()], &asked, 60).moments[0];
    assert_eq!((plain.clock_uncertainty_s, plain.uncertainty_s), (None, 1.0));
    let ahead = &found(&[camera().ahead(900, 3.0)], &asked, 60).moments[0];
    assert!((second(plain.peak) - second(ahead.peak) - 900.0).abs() <= 2.0, "{plain:?} {ahead:?}");
    let clock_s = ahead.clock_uncertainty_s.unwrap();
    assert!(clock_s >= 3.0 && (ahead.uncertainty_s - clock_s - 1.0).abs() < 0.002, "{ahead:?}");
    assert_eq!((ahead.pts_us, ahead.offset_s, &ahead.recording), (plain.pts_us, plain.offset_s, &plain.recording));
}

#[test]
fn rain_that_sets_in_and_a_road_that_is_never_empty_are_no_moments() {
    let rain = |second: i64| unrest(second) + if second > 1800 { 1.0 } else { 0.0 };
    let road = |second: i64| unrest(second) + if second.rem_euclid(40) < 6 { 1.2 } else { 0.0 };
    let cameras = [Made::new(0).record(-HOUR, 2 * HOUR, rain), Made::new(1).record(-HOUR, 2 * HOUR, road)];
    let candidates: Vec<usize> =
        found(&cameras, &window(0, HOUR), 60).cameras.iter().map(|part| part.candidates.len()).collect();
    assert_eq!(candidates, [0, 0]);
}

/// A camera's own unrest, which no other shares.
fn own(number: i64, second: i64) -> f64 {
    unrest((unrest(second + number * 100_003) * 1e12) as i64)
}

/// Gusts of half a minute or so, in half of the minutes, that come to every camera.
fn gust(second: i64) -> f64 {
    let strength = |minute: i64| (5.0 * unrest(minute * 31)).max(0.0);
    let within = second.rem_euclid(60) as f64 / 60.0;
    3.0 * strength(second.div_euclid(60)) * (std::f64::consts::PI * within).sin().powi(2)
}

#[test]
fn gusts_that_come_to_all_cameras_hid_somebody_before_one() {
    let windy = |number: i64| move |second: i64| own(number, second) + gust(second);
    let visited = move |second: i64| windy(0)(second) + if (1800..1850).contains(&second) { 0.9 } else { 0.0 };
    let mut cameras = vec![Made::new(0).record(-HOUR, 2 * HOUR, visited)];
    let alone = found(&cameras, &window(0, HOUR), 1);
    cameras.extend((1..7).map(|number| Made::new(number as usize).record(-HOUR, 2 * HOUR, windy(number))));
    let together = found(&cameras, &window(0, HOUR), 7);
    let visit = window(1800, 1850);
    let shows = |moment: &Moment| moment.camera == "c-0" && visit.contains(TrueTime(moment.peak));
    assert!(!alone.moments.iter().any(shows), "alone it cannot be told from the wind: {:?}", alone.moments);
    assert!(together.moments.iter().any(shows), "{:?}", together.moments);
}

#[test]
fn what_all_cameras_see_once_is_not_weather() {
    let seen =
        |number: i64| move |second: i64| own(number, second) + if (1800..1840).contains(&second) { 1.0 } else { 0.0 };
    let camera = |number: i64| Made::new(number as usize).record(-HOUR, 2 * HOUR, seen(number));
    let cameras: Vec<Made> = (0..7).map(camera).collect();
    let found = found(&cameras, &window(0, HOUR), 60);
    for camera in &cameras {
        let shows = |moment: &&Moment| moment.camera == camera.id && (1800.0..1840.0).contains(&second(moment.peak));
        assert_eq!(found.moments.iter().filter(shows).count(), 1, "{:?}", found.moments);
    }
}

#[test]
fn a_headlight_that_passed_somebody_at_work_was_the_still() {
    let work = |second: i64| {
        let passes = if (1846..1850).contains(&second) { 2.5 } else { 0.0 };
        moving(1850, 1930, 0.8)(second) + passes
    };
    let camera = Made::new(0).record(-HOUR, 2 * HOUR, work);
    let found = found(std::slice::from_ref(&camera), &window(0, HOUR), 60);
    let [moment] = &found.moments[..] else { panic!("{:?}", found.moments) };
    assert!(moment.start < at(1850).0 && (1850.0..1930.0).contains(&still_at(&camera, moment)), "{moment:?}");
}

#[test]
fn without_footage_there_is_nothing_and_nothing_is_quiet() {
    let asked = window(0, HOUR);
    let none = found(&[], &asked, 60);
    assert_eq!((none.moments.len(), none.cameras.len()), (0, 0));
    let empty = found(&[Made::new(0)], &asked, 60);
    assert_eq!((empty.moments.len(), empty.cameras[0].told_by), (0, ToldBy::Nothing));
    assert_eq!((empty.cameras[0].quiet(&asked), empty.cameras[0].untold.len()), (vec![], 0));
    let short = found(&[Made::new(0).record(100, 140, moving(110, 120, 2.0))], &asked, 60);
    assert_eq!(short.cameras[0].quiet(&asked), [], "forty seconds have no background");
    assert_eq!(short.cameras[0].untold, [window(100, 140)]);
}

#[test]
fn one_recording_is_enough_and_the_same_twice_is_one_moment() {
    let one = Made::new(0).record(0, 900, moving(600, 620, 1.0));
    let twice = Made::new(0).record(0, 900, moving(600, 620, 1.0)).record(0, 900, moving(600, 620, 1.0));
    let asked = window(0, 900);
    let (one, twice) = (found(&[one], &asked, 60), found(&[twice], &asked, 60));
    assert_eq!((one.moments.len(), twice.moments.len()), (1, 1));
    assert_eq!(one.cameras[0].candidates, twice.cameras[0].candidates);
}

#[test]
fn windows_at_the_edges_of_time_and_longer_than_eight_days_are_borne() {
    let camera = || Made::new(0).record(-HOUR, HOUR, moving(600, 620, 1.0));
    let (first, last) = (TrueTime::from_micros(i64::MIN), TrueTime::from_micros(i64::MAX));
    for asked in [
        Span::new(first, first),
        Span::new(first, first.plus_micros(AROUND_US)),
        Span::new(last.plus_micros(-AROUND_US), last),
        Span::new(first, last),
        Span::new(at(0), last),
    ] {
        let found = found(&[camera()], &asked, 60);
        assert!(found.moments.iter().all(|moment| asked.contains(TrueTime(moment.start))));
    }
    assert_eq!(found(&[camera()], &Span::new(at(0), last), 60).moments.len(), 1);
}

/// What one camera's footage of the property test is like.
#[derive(Clone, Debug)]
struct Plan {
    /// From, for how long, seconds; 0: as it should be, 1: a constant rate, 2: a table of noise, 3: no table.
    pieces: Vec<(i64, i64, u8)>,
    bursts: Vec<(i64, i64, f64)>,
    pictures: bool,
    ahead: Option<(i64, f64)>,
}

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let pieces = prop::collection::vec((-HOUR..2 * HOUR, 0..1500i64, 0..8u8), 0..12);
    let bursts = prop::collection::vec((-HOUR..2 * HOUR, 1..200i64, 0.1..2.5f64), 0..12);
    let plan = (pieces, bursts, any::<bool>(), prop::option::of((-600..600i64, 0.0..20.0f64)))
        .prop_map(|(pieces, bursts, pictures, ahead)| Plan { pieces, bursts, pictures, ahead });
    prop::collection::vec(plan, 0..4)
}

fn made(number: usize, plan: &Plan, noise: &[u8]) -> Made {
    let lift = |second: i64| {
        let bursts = plan.bursts.iter().filter(|(from, long, _)| (*from..from + long).contains(&second));
        unrest(second) + bursts.map(|(_, _, lift)| lift).sum::<f64>()
    };
    let mut camera = Made::new(number);
    for &(from, long, kind) in &plan.pieces {
        match kind {
            1 => camera = camera.record(from, from + long, |_| 0.0),
            2 => camera.add(from, from + long, [&[1], noise].concat()),
            3 => camera.add(from, from + long, Vec::new()),
            _ => camera = camera.record(from, from + long, lift),
        }
    }
    if plan.pictures {
        camera = camera.pictures(|second| 40.0 + 10.0 * lift(second), |second| (6.0 * lift(second).max(0.0)) as u8);
    }
    match plan.ahead {
        Some((seconds, uncertainty_s)) => camera.ahead(seconds, uncertainty_s),
        None => camera,
    }
}

/// Seconds that two lists of spans share.
fn shared(a: &[Window], b: &[Window]) -> f64 {
    a.iter().flat_map(|a| b.iter().filter_map(|b| a.intersect(b))).map(|both| both.micros() as f64 / 1e6).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_was_recorded_what_is_told_holds(
        plans in plans(),
        noise in prop::collection::vec(any::<u8>(), 0..60),
        (from, long) in (-HOUR / 2..HOUR, 0..HOUR),
        most in 0usize..20,
    ) {
        let mut cameras: Vec<Made> = plans.iter().enumerate().map(|(n, plan)| made(n, plan, &noise)).collect();
        let asked = window(from, from + long);
        let told = found(&cameras, &asked, most);
        prop_assert!(told.moments.len() <= most);
        prop_assert!(told.moments.is_sorted_by_key(|moment| moment.start));
        for (camera, part) in cameras.iter().zip(&told.cameras) {
            let gaps = coverage::gaps(&part.recorded, &asked);
            let shown: Vec<&Moment> = told.moments.iter().filter(|moment| moment.camera == camera.id).collect();
            prop_assert_eq!(shown.len() + part.left_out, part.candidates.len());
            for moment in shown {
                let span = Span::new(TrueTime(moment.start), TrueTime(moment.end));
                prop_assert!(moment.start <= moment.peak && moment.peak < moment.end);
                prop_assert_eq!(shared(&[span], &part.recorded), span.micros() as f64 / 1e6);
                prop_assert!(shared(&[span], &gaps) == 0.0 && part.candidates.contains(&span));
                prop_assert!((0.0..=1.0).contains(&moment.score) && moment.uncertainty_s >= 1.0);
                prop_assert!(camera.recordings.iter().any(|recording| recording.id == moment.recording));
                prop_assert!((1..=told.moments.len()).contains(&moment.group));
            }
            prop_assert!(part.candidates.windows(2).all(|two| two[0].end <= two[1].start), "{:?}", part.candidates);
            let quiet = part.quiet(&asked);
            for others in [&part.candidates, &part.untold, &gaps] {
                prop_assert_eq!(shared(&quiet, others), 0.0);
            }
            // Seams of at most two seconds between files are the only time that counts as recorded and is not.
            let clock = &camera.clock;
            let files = camera.recordings.iter().map(|recording| clock.span_to_true(&recording.span));
            let unrecorded = coverage::complement(&coverage::union(files, &asked), &asked);
            let over = quiet.iter().flat_map(|q| unrecorded.iter().filter_map(|gap| gap.intersect(q)));
            prop_assert!(over.map(|span| span.micros()).max().unwrap_or(0) <= 2_000_000);
            if part.told_by == ToldBy::Nothing {
                prop_assert_eq!(quiet, vec![]);
            }
            let all: i64 = [&part.quiet(&asked), &part.untold, &part.candidates].into_iter().flatten().map(Span::micros).sum();
            prop_assert_eq!(all, part.recorded.iter().map(Span::micros).sum::<i64>());
        }
        prop_assert_eq!(&found(&cameras, &asked, most), &told);
        for camera in &mut cameras {
            camera.recordings.reverse();
        }
        prop_assert_eq!(found(&cameras, &asked, most), told);
    }
}
