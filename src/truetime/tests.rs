//! Clocks made up for the purpose, and what the model makes of their checks.

use proptest::prelude::*;

use super::*;
use crate::model::CheckMethod;

const DAY: f64 = 86_400.0;

/// Seconds after the first of July 2023, as true time.
pub(super) fn at(seconds: f64) -> TrueTime {
    TrueTime::from_micros(1_688_169_600_000_000 + (seconds * 1e6).round() as i64)
}

/// A check by screen: at so many seconds, the clock so many seconds fast.
pub(super) fn check(seconds: f64, offset_s: f64, uncertainty_s: f64) -> ClockCheck {
    ClockCheck {
        id: 0,
        camera: "a".into(),
        shown: CameraTime::from_micros(at(seconds).as_micros() + (offset_s * 1e6).round() as i64),
        truth: at(seconds),
        uncertainty_s,
        method: CheckMethod::Screen,
        by: "An".into(),
        photo: None,
        note: None,
        made_at: at(seconds).0,
    }
}

/// A check of an estimate from files, by the stretch that it belongs to.
fn files(seconds: f64, offset_s: f64, stretch: f64) -> ClockCheck {
    ClockCheck { method: CheckMethod::Files, made_at: at(stretch).0, ..check(seconds, offset_s, 0.5) }
}

fn model(checks: &[ClockCheck]) -> ClockModel {
    ClockModel::from_checks(checks, &ClockSettings::default())
}

#[test]
fn an_unchecked_clock_is_taken_as_right_and_says_so() {
    let clock = ClockModel::unchecked();
    assert!(!clock.checked());
    assert_eq!(clock.to_true(CameraTime(at(5.0).0)), at(5.0));
    assert_eq!(clock.uncertainty_s_at(at(5.0)), None);
    assert_eq!(clock.drift_ppm_at(at(5.0)), None);
    assert_eq!(clock.readings(CameraTime(at(5.0).0)), [(at(5.0), None)]);
    let window = Span::new(at(0.0), at(9.0));
    assert_eq!(clock.spans_to_camera_widened(&window), clock.spans_to_camera(&window));
    assert_eq!(clock, model(&[]));
    assert_eq!(clock, model(&[check(0.0, 3.0, f64::NAN)]));
}

#[test]
fn a_fast_camera_is_ahead_of_true_time() {
    let clock = model(&[check(DAY, 420.0, 2.0)]);
    assert_eq!(clock.to_true(CameraTime(at(1_420.0).0)), at(1_000.0));
    assert_eq!(clock.to_camera(at(1_000.0)), CameraTime(at(1_420.0).0));
    assert_eq!(clock.offset_s_at(at(0.0)), 420.0);
}

#[test]
fn one_check_widens_with_distance_by_the_bound_of_drift() {
    let clock = model(&[check(DAY, 420.0, 2.0)]);
    assert_eq!(clock.uncertainty_s_at(at(DAY)), Some(2.0));
    let day_after = clock.uncertainty_s_at(at(2.0 * DAY)).unwrap();
    assert!((day_after - 45.2).abs() < 1e-6, "{day_after}");
    assert_eq!(clock.uncertainty_s_at(at(0.0)), clock.uncertainty_s_at(at(2.0 * DAY)));
    assert_eq!(clock.drift_ppm_at(at(0.0)), None);
}

#[test]
fn between_two_checks_the_offset_is_interpolated_and_beyond_the_drift_goes_on() {
    let clock = model(&[check(11.0 * DAY, 440.0, 1.0), check(DAY, 420.0, 1.0)]);
    assert!((clock.offset_s_at(at(6.0 * DAY)) - 430.0).abs() < 1e-6);
    assert!((clock.offset_s_at(at(16.0 * DAY)) - 450.0).abs() < 1e-6);
    assert!((clock.offset_s_at(at(-4.0 * DAY)) - 410.0).abs() < 1e-6);
    assert!((clock.drift_ppm_at(at(0.0)).unwrap() - 20.0 / 0.864).abs() < 1e-6);
    assert_eq!(clock.uncertainty_s_at(at(11.0 * DAY)), Some(1.0));
    let middle = clock.uncertainty_s_at(at(6.0 * DAY)).unwrap();
    assert!((middle - (1.0 + 50e-6 * 5.0 * DAY)).abs() < 1e-6, "{middle}");
    let after = clock.uncertainty_s_at(at(16.0 * DAY)).unwrap();
    assert!((after - (1.0 + 500e-6 * 5.0 * DAY)).abs() < 1e-6, "{after}");
}

#[test]
fn a_drift_within_the_uncertainty_is_not_carried_on() {
    let clock = model(&[check(0.0, 420.0, 1.0), check(3_600.0, 421.5, 1.0)]);
    assert!((clock.offset_s_at(at(10.0 * DAY)) - 421.5).abs() < 1e-6);
}

#[test]
fn a_change_that_no_drift_explains_is_a_jump_and_the_time_between_covers_both() {
    let clock = model(&[check(0.0, 420.0, 2.0), check(DAY, 0.0, 2.0)]);
    assert_eq!(clock.jumps().len(), 1);
    assert!((clock.jumps()[0].by_s + 420.0).abs() < 1e-6);
    assert_eq!(clock.offset_s_at(at(-5.0)), 420.0);
    assert_eq!(clock.offset_s_at(at(DAY + 5.0)), 0.0);
    let noon = at(DAY / 2.0);
    assert!(clock.uncertainty_s_at(noon).unwrap() >= 420.0 + 2.0);
    // Shown once before the jump, or once after it.
    let shown = CameraTime(noon.0);
    let readings: Vec<TrueTime> = clock.readings(shown).into_iter().map(|(t, _)| t).collect();
    assert_eq!(readings.len(), 2);
    assert!(readings.contains(&noon) && readings.contains(&at(DAY / 2.0 - 420.0)), "{readings:?}");
    assert!(readings.contains(&clock.to_true(shown)));
    // A window of noon is looked for under both clocks.
    let spans = clock.spans_to_camera(&Span::new(noon, at(DAY / 2.0 + 60.0)));
    assert_eq!(spans.len(), 2);
    assert_eq!(spans[0], Span::new(shown, CameraTime(at(DAY / 2.0 + 60.0).0)));
    assert_eq!(spans[1].start, CameraTime(at(DAY / 2.0 + 420.0).0));
    // Far from the jump one reading is left.
    assert_eq!(clock.readings(CameraTime(at(5.0 * DAY).0)).len(), 1);
}

#[test]
fn a_time_that_was_skipped_has_no_reading_and_is_still_placed() {
    let set =
        |seconds, offset| ClockCheck { method: CheckMethod::Files, made_at: at(0.0).0, ..check(seconds, offset, 0.5) };
    let clock = model(&[set(0.0, -600.0), set(DAY, -600.0), set(DAY + 30.0, 0.0), set(2.0 * DAY, 0.0)]);
    assert_eq!(clock.jumps().len(), 1);
    let skipped = CameraTime(at(DAY - 300.0).0);
    assert_eq!(clock.readings(skipped), []);
    let placed = clock.to_true(skipped);
    assert!(placed == at(DAY - 300.0) || placed == at(DAY + 300.0), "{placed:?}");
}

#[test]
fn a_recording_during_which_the_clock_was_set_keeps_its_length() {
    let set =
        |seconds, offset| ClockCheck { method: CheckMethod::Files, made_at: at(0.0).0, ..check(seconds, offset, 0.5) };
    let clock = model(&[set(0.0, 600.0), set(DAY, 600.0), set(DAY + 30.0, 0.0), set(2.0 * DAY, 0.0)]);
    let span = Span::new(CameraTime(at(DAY + 590.0).0), CameraTime(at(DAY + 650.0).0));
    assert_eq!(clock.span_to_true(&span), Span::new(at(DAY - 10.0), at(DAY + 50.0)));
    // Its start was shown twice.
    assert_eq!(clock.span_readings(&span).len(), 2);
}

#[test]
fn contradicting_checks_are_told_and_widened_and_not_averaged_in_silence() {
    let clock = model(&[check(0.0, 420.0, 2.0), check(60.0, 0.0, 2.0)]);
    assert_eq!(clock.jumps(), []);
    assert_eq!(clock.contradictions().len(), 1);
    let finding = &clock.contradictions()[0];
    assert!((finding.difference_s + 420.0).abs() < 1e-6 && finding.allowed_s < 4.1);
    assert!(finding.say().en.contains("camera 7 min fast"), "{}", finding.say());
    for truth in [420.0, 0.0] {
        let miss = (clock.offset_s_at(at(30.0)) - truth).abs();
        assert!(miss <= clock.uncertainty_s_at(at(30.0)).unwrap());
    }
}

#[test]
fn a_clock_that_was_read_set_and_read_again_is_no_contradiction_once_others_agree() {
    let checks = [check(-2.0 * DAY, 419.0, 2.0), check(0.0, 420.0, 2.0), check(120.0, 0.0, 2.0), check(DAY, 0.5, 2.0)];
    let clock = model(&checks);
    assert_eq!(clock.contradictions(), []);
    assert_eq!(clock.jumps().len(), 1);
    assert!((clock.offset_s_at(at(-10.0)) - 420.0).abs() < 0.1);
    assert!((clock.offset_s_at(at(130.0))).abs() < 0.1);
}

#[test]
fn a_loose_check_between_sure_ones_does_not_bend_the_line() {
    let clock = model(&[check(0.0, 420.0, 1.0), check(DAY, 440.0, 60.0), check(2.0 * DAY, 420.0, 1.0)]);
    assert!((clock.offset_s_at(at(DAY)) - 420.0).abs() < 1e-6);
    assert!(clock.uncertainty_s_at(at(DAY)).unwrap() < 6.0);
}

#[test]
fn a_jump_is_looked_for_on_both_sides_of_a_check_that_fits_both() {
    let clock = model(&[check(0.0, 30.0, 1.0), check(600.5, 0.0, 60.0), check(1_300.0, -30.0, 1.0)]);
    assert_eq!(clock.jumps().len(), 1);
    assert_eq!((clock.jumps()[0].after, clock.jumps()[0].before), (at(0.0), at(1_300.0)));
    assert_eq!(clock.readings(clock.to_camera(at(300.0))).len(), 2);
}

#[test]
fn a_person_who_contradicts_an_estimate_widens_it() {
    let files = |seconds| files(seconds, 0.0, 0.0);
    let clock = model(&[files(0.0), check(5.0 * DAY, 90.0, 2.0), files(10.0 * DAY)]);
    assert_eq!(clock.contradictions().len(), 1);
    let there = at(5.0 * DAY);
    for truth in [0.0, 90.0] {
        assert!((clock.offset_s_at(there) - truth).abs() <= clock.uncertainty_s_at(there).unwrap() + 1e-6);
    }
    // Without the person nothing is wide, though days lie between the two: the estimate saw them.
    assert_eq!(model(&[files(0.0), files(10.0 * DAY)]).uncertainty_s_at(there), Some(0.5));
}

#[test]
fn a_small_step_that_an_estimate_saw_is_kept() {
    let clock =
        model(&[files(0.0, 0.0, 0.0), files(DAY, 0.0, 0.0), files(DAY + 60.0, 0.9, 1.0), files(2.0 * DAY, 0.9, 1.0)]);
    assert_eq!(clock.jumps().len(), 1);
    assert_eq!((clock.offset_s_at(at(DAY / 2.0)), clock.offset_s_at(at(1.5 * DAY))), (0.0, 0.9));
    assert_eq!(clock.uncertainty_s_at(at(1.5 * DAY)), Some(0.5));
}

#[test]
fn a_knee_of_an_estimate_was_lost_as_telling_less_than_its_neighbours() {
    let knee = ClockCheck { uncertainty_s: 0.6, ..files(10.0 * DAY, 1.0, 0.0) };
    let clock = model(&[files(0.0, 0.0, 0.0), knee, files(20.0 * DAY, 0.5, 0.0)]);
    assert_eq!(clock.offset_s_at(at(10.0 * DAY)), 1.0);
    assert_eq!(clock.uncertainty_s_at(at(10.0 * DAY)), Some(0.6));
}

#[test]
fn the_end_of_a_stretch_before_a_small_step_was_lost_as_telling_less_than_the_start_of_the_next() {
    let checks = [files(0.0, 0.0, 0.0), files(DAY, 0.0, 0.0), files(DAY + 60.0, 4.0, 1.0), files(2.0 * DAY, 4.0, 1.0)];
    let loose = [2.4, 2.5, 2.3, 2.3];
    let checks: Vec<ClockCheck> =
        checks.into_iter().zip(loose).map(|(check, uncertainty_s)| ClockCheck { uncertainty_s, ..check }).collect();
    let clock = model(&checks);
    assert_eq!(clock.jumps().len(), 1);
    assert_eq!(clock.offset_s_at(at(DAY - 10.0)), 0.0);
}

#[test]
fn a_reset_to_1970_is_a_jump_like_any_other() {
    let reset = -53.0 * 365.25 * DAY;
    let clock = model(&[check(0.0, 5.0, 2.0), check(DAY, reset, 2.0), check(2.0 * DAY, 5.0, 2.0)]);
    assert_eq!(clock.jumps().len(), 2);
    assert_eq!(clock.to_true(CameraTime::from_micros(at(DAY + reset).as_micros())), at(DAY));
}

/// A clock with a constant drift and jumps, by which checks are made.
#[derive(Clone, Debug)]
struct Made {
    offset_s: f64,
    ppm: f64,
    /// When (a fraction of the time) and by how much.
    jump: Option<(f64, f64)>,
    /// When (seconds), how uncertain, and how wrong as a share of that.
    checks: Vec<(f64, f64, f64)>,
}

const SPAN: f64 = 60.0 * DAY;

impl Made {
    fn offset(&self, seconds: f64) -> f64 {
        let jumped = self.jump.filter(|(when, _)| seconds >= when * SPAN).map_or(0.0, |(_, by)| by);
        self.offset_s + self.ppm * 1e-6 * seconds + jumped
    }

    fn checks(&self) -> Vec<ClockCheck> {
        let one = |(t, u, wrong): &(f64, f64, f64)| check(*t, self.offset(*t) + u * wrong, *u);
        self.checks.iter().map(one).collect()
    }
}

prop_compose! {
    fn made(jumping: bool)(
        offset_s in -7_200.0..7_200.0f64,
        ppm in prop_oneof![Just(-500.0), -500.0..500.0f64, Just(500.0)],
        when in 0.0..1.0f64,
        // More than two months of the greatest drift can hide.
        by in prop_oneof![-9_000.0..-5_300.0f64, 5_300.0..9_000.0f64],
        checks in prop::collection::vec((0.0..SPAN, 0.5..20.0f64, -0.99..0.99f64), 1..12),
    ) -> Made {
        Made { offset_s, ppm, jump: jumping.then_some((when, by)), checks }
    }
}

proptest! {
    #[test]
    fn the_two_directions_are_monotone_and_undo_each_other(
        clock in made(false),
        t in -1e8..1e8f64,
        step in 1i64..1_000_000_000_000,
    ) {
        let clock = model(&clock.checks());
        let shown = CameraTime(at(t).0);
        let later = shown.plus_micros(step);
        prop_assert!((clock.to_camera(clock.to_true(shown)).as_micros() - shown.as_micros()).abs() <= 1);
        prop_assert!((clock.to_true(clock.to_camera(at(t))).as_micros() - at(t).as_micros()).abs() <= 1);
        prop_assert!(clock.to_true(shown) <= clock.to_true(later));
        prop_assert!(clock.to_camera(at(t)) <= clock.to_camera(at(t).plus_micros(step)));
        prop_assert_eq!(clock.readings(shown).len(), 1);
    }

    #[test]
    fn a_drifting_clock_stays_within_the_uncertainty(clock in made(false), t in -0.5..1.5f64) {
        let known = model(&clock.checks());
        let miss = (known.offset_s_at(at(t * SPAN)) - clock.offset(t * SPAN)).abs();
        prop_assert_eq!((known.jumps().len(), known.contradictions().len()), (0, 0));
        prop_assert!(miss <= known.uncertainty_s_at(at(t * SPAN)).unwrap() + 1e-4, "{} s", miss);
    }

    #[test]
    fn a_clock_that_was_set_stays_within_the_uncertainty_and_the_readings(clock in made(true), t in 0.0..1.0f64) {
        let known = model(&clock.checks());
        let (first, last) = clock.checks.iter().fold((f64::MAX, f64::MIN), |(a, b), c| (a.min(c.0), b.max(c.0)));
        let t = first + t * (last - first);
        let miss = (known.offset_s_at(at(t)) - clock.offset(t)).abs();
        prop_assert!(miss <= known.uncertainty_s_at(at(t)).unwrap() + 1e-4, "{} s", miss);
        let shown = CameraTime::from_micros(at(t + clock.offset(t)).as_micros());
        let held = known.readings(shown).iter().any(|(reading, doubt)| {
            reading.as_micros().abs_diff(at(t).as_micros()) as f64 <= doubt.unwrap() * 1.002e6 + 1e3
        });
        prop_assert!(held || !known.contradictions().is_empty(), "{:?}", known.readings(shown));
    }

    #[test]
    fn the_widened_spans_hold_every_reading_that_touches_the_window(
        clock in made(true),
        t in -0.2..1.2f64,
        length in 1.0..DAY,
        shown in -0.3..1.3f64,
    ) {
        let known = model(&clock.checks());
        let window = Span::new(at(t * SPAN), at(t * SPAN + length));
        let spans = known.spans_to_camera_widened(&window);
        prop_assert!(spans.windows(2).all(|pair| pair[0].end < pair[1].start));
        let shown = CameraTime(at(shown * SPAN).0);
        for (reading, doubt) in known.readings(shown) {
            let doubt = (doubt.unwrap() * 1e6) as i64;
            if reading.plus_micros(doubt) >= window.start && reading.plus_micros(-doubt) < window.end {
                prop_assert!(spans.iter().any(|span| span.contains(shown)), "{:?} {:?}", reading, spans);
            }
        }
        // And what lies in the window is in the plain spans.
        let inside = at(t * SPAN + length / 2.0);
        prop_assert!(known.spans_to_camera(&window).iter().any(|span| span.contains(known.to_camera(inside))));
    }

    #[test]
    fn any_checks_make_a_model(
        rows in prop::collection::vec((any::<i64>(), any::<i64>(), any::<f64>()), 0..10),
        t in any::<i64>(),
    ) {
        let checks: Vec<ClockCheck> = rows.into_iter().map(|(shown, truth, uncertainty_s)| ClockCheck {
            shown: CameraTime::from_micros(shown),
            truth: TrueTime::from_micros(truth),
            ..check(0.0, 0.0, uncertainty_s)
        }).collect();
        let clock = model(&checks);
        let _ = clock.readings(CameraTime::from_micros(t));
        let _ = clock.uncertainty_s_at(TrueTime::from_micros(t));
        let _ = clock.spans_to_camera_widened(&Span::new(TrueTime::from_micros(t), TrueTime::from_micros(i64::MAX)));
    }
}
