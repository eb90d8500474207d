//! Recorders made up for the purpose, and what is made of their files.

use super::*;
use crate::truetime::ClockModel;
use crate::truetime::estimate::shared::estimate_shared;
use crate::truetime::made::Random;
use crate::truetime::tests::at;

const DAY: f64 = 86_400.0;

/// A recorder that writes files of a minute.
#[derive(Clone, Debug)]
struct Recorder {
    offset_s: f64,
    ppm: f64,
    /// When the clock was set, seconds, and by how much.
    steps: Vec<(f64, f64)>,
    /// Least latency and jitter, seconds.
    latency: (f64, f64),
    kind: ClosingKind,
}

impl Default for Recorder {
    fn default() -> Self {
        Recorder { offset_s: 420.0, ppm: 20.0, steps: Vec::new(), latency: (0.5, 1.0), kind: ClosingKind::Close }
    }
}

impl Recorder {
    fn offset(&self, t: f64) -> f64 {
        let steps = self.steps.iter().filter(|(when, _)| *when <= t).map(|(_, by)| by);
        self.offset_s + self.ppm * 1e-6 * t + steps.sum::<f64>()
    }

    /// The files of some days, as they are closed: names tell whole seconds, the media's length is exact.
    fn files(&self, days: f64, random: &mut Random) -> Vec<Closing> {
        let minutes = (days * 1_440.0) as i64;
        (0..minutes)
            .map(|n| {
                let end = (n + 1) as f64 * 60.0 + random.between(-0.5, 0.5);
                let start = ((end - 60.0 + self.offset(end - 60.0)) * 1.0).floor();
                Closing {
                    claimed_start: CameraTime(at(start).0),
                    claimed_end: CameraTime(at(start + 60.0).0),
                    observed: at(end + self.latency.0 + random.between(0.0, self.latency.1)),
                    kind: self.kind,
                    size: 10_000_000,
                }
            })
            .collect()
    }
}

/// The files as a copy makes them: closed one after the other from an instant on, some seconds each.
fn copied(files: &[Closing], from: f64, each: f64, random: &mut Random) -> Vec<Closing> {
    let mut t = from;
    let mut next = || {
        t += random.between(0.5, 1.5) * each;
        at(t)
    };
    files.iter().map(|file| Closing { observed: next(), ..*file }).collect()
}

fn told(files: &[Closing]) -> Estimate {
    estimate(files, &EstimateSettings::default())
}

fn offset_error(told: &Estimate, recorder: &Recorder, t: f64) -> (f64, f64) {
    let stretch = told.stretches.iter().rev().find(|s| s.from <= at(t)).unwrap_or(&told.stretches[0]);
    ((stretch.offset_s_at(at(t)) - recorder.offset(t)).abs(), stretch.error_95_s)
}

#[test]
fn a_live_recorder_tells_its_offset_and_drift() {
    let recorder = Recorder { ppm: -137.0, ..Recorder::default() };
    let told = told(&recorder.files(10.0, &mut Random(1)));
    assert_eq!((told.verdict.clone(), told.stretches.len(), told.jumps.len()), (Verdict::Confident, 1, 0));
    assert!((told.stretches[0].drift_ppm + 137.0).abs() < 2.0, "{told:?}");
    for t in [0.0, 5.0 * DAY, 10.0 * DAY] {
        let (error, stated) = offset_error(&told, &recorder, t);
        assert!(error <= stated && stated < 3.0, "{error} {stated}");
    }
    assert!(told.files() > 14_000, "{:?}", told.excluded);
}

#[test]
fn latencies_that_vary_by_all_that_is_allowed_leave_little_doubt() {
    let recorder = Recorder { latency: (0.0, 5.0), ..Recorder::default() };
    let told = told(&recorder.files(5.0, &mut Random(2)));
    let (error, stated) = offset_error(&told, &recorder, DAY);
    assert_eq!(told.verdict, Verdict::Confident);
    assert!(error <= stated && stated < 1.0, "{error} {stated}");
}

#[test]
fn a_clock_that_was_set_is_cut_at_the_file() {
    for by in [-420.0, 3_600.0, 30.0, -5.0] {
        let recorder = Recorder { steps: vec![(3.0 * DAY + 1_234.0, by)], ..Recorder::default() };
        let told = told(&recorder.files(6.0, &mut Random(3)));
        assert_eq!((told.jumps.len(), told.stretches.len()), (1, 2), "{by}: {told:?}");
        let jump = told.jumps[0];
        assert!((jump.by_s - by).abs() < 0.5, "{jump:?}");
        assert!(jump.after <= at(3.0 * DAY + 1_400.0) && jump.before >= at(3.0 * DAY + 1_100.0), "{jump:?}");
        assert_eq!(told.verdict, Verdict::Confident);
        let before = offset_error(&told, &recorder, DAY);
        let after = offset_error(&told, &recorder, 5.0 * DAY);
        assert!(before.0 <= before.1 && after.0 <= after.1, "{before:?} {after:?}");
    }
}

#[test]
fn a_bulk_copy_gives_no_answer() {
    for (seed, each) in [(4, 0.05), (5, 1.0), (6, 12.0)] {
        let mut random = Random(seed);
        let files = Recorder::default().files(10.0, &mut random);
        let told = told(&copied(&files, 20.0 * DAY, each, &mut random));
        assert_eq!(told.verdict, Verdict::None(Doubtful::Copied), "{each}: {told:?}");
        assert_eq!(told.stretches, []);
    }
}

#[test]
fn a_bulk_copy_in_any_order_gives_no_answer() {
    let mut random = Random(7);
    let mut files = Recorder::default().files(10.0, &mut random);
    for n in (1..files.len()).rev() {
        files.swap(n, random.between(0.0, n as f64) as usize);
    }
    let told = told(&copied(&files, 20.0 * DAY, 0.3, &mut random));
    assert_eq!(told.verdict, Verdict::None(Doubtful::Copied), "{told:?}");
}

#[test]
fn a_bulk_copy_of_pictures_gives_no_answer() {
    let mut random = Random(8);
    let stills: Vec<Closing> = (0..20_000i32)
        .map(|n| CameraTime(at(f64::from(n)).0))
        .map(|t| Closing { claimed_start: t, claimed_end: t, observed: at(0.0), kind: ClosingKind::Close, size: 100 })
        .collect();
    let told = told(&copied(&stills, DAY, 0.1, &mut random));
    assert!(matches!(told.verdict, Verdict::None(_)), "{told:?}");
}

#[test]
fn batches_each_night_or_each_quarter_of_an_hour_are_not_believed() {
    let mut random = Random(9);
    for every in [DAY, 3_600.0, 900.0] {
        let files = Recorder::default().files(10.0, &mut random);
        let mut batched: Vec<Closing> = Vec::new();
        for file in &files {
            let end = file.observed.as_micros() as f64 / 1e6 - at(0.0).as_micros() as f64 / 1e6;
            let batch = (end / every).ceil() * every;
            let last = batched
                .last()
                .map_or(0.0, |last| last.observed.as_micros() as f64 / 1e6 - at(0.0).as_micros() as f64 / 1e6);
            batched.push(Closing { observed: at(last.max(batch) + random.between(0.2, 0.6)), ..*file });
        }
        let told = told(&batched);
        assert_ne!(told.verdict, Verdict::Confident, "{every}");
    }
}

#[test]
fn times_of_modification_that_the_camera_set_itself_are_not_believed() {
    for (hours, seed) in [(0i64, 10), (7, 11)] {
        let recorder = Recorder { offset_s: 0.0, ppm: 0.0, kind: ClosingKind::Mtime, ..Recorder::default() };
        let zone = -hours * 3_600_000_000;
        let files: Vec<Closing> = recorder
            .files(10.0, &mut Random(seed))
            .into_iter()
            .map(|file| Closing { observed: file.observed.plus_micros(zone), ..file })
            .collect();
        assert_eq!(told(&files).verdict, Verdict::Weak(Doubtful::OwnClock { hours }));
    }
}

#[test]
fn a_clock_in_another_zone_that_we_saw_is_believed_and_named() {
    let recorder = Recorder { offset_s: 3_600.0, ..Recorder::default() };
    let told = told(&recorder.files(3.0, &mut Random(12)));
    assert_eq!(told.verdict, Verdict::Confident);
    assert!(told.say().en.contains("probably a time zone"), "{}", told.say());
    assert!(told.say().vi.contains("camera nhanh 1 giờ"), "{}", told.say().vi);
}

#[test]
fn an_import_of_old_footage_does_not_hide_what_is_written_live() {
    let mut random = Random(13);
    let recorder = Recorder::default();
    let all = recorder.files(20.0, &mut random);
    let (old, live) = all.split_at(all.len() / 2);
    let mut files = copied(old, 15.0 * DAY, 0.4, &mut random);
    files.extend_from_slice(live);
    let told = told(&files);
    assert_eq!(told.verdict, Verdict::Confident, "{told:?}");
    assert!(told.excluded.copied >= old.len() - 10, "{:?}", told.excluded);
    let (error, stated) = offset_error(&told, &recorder, 15.0 * DAY);
    assert!(error <= stated && stated < 3.0, "{error} {stated}");
}

#[test]
fn late_files_among_others_are_left_out() {
    let mut random = Random(14);
    let recorder = Recorder::default();
    let mut files = recorder.files(5.0, &mut random);
    for file in &mut files {
        if random.chance(0.1) {
            file.observed = file.observed.plus_micros((random.between(20.0, 7_200.0) * 1e6) as i64);
        }
    }
    let told = told(&files);
    let (error, stated) = offset_error(&told, &recorder, 2.0 * DAY);
    assert_eq!((told.verdict.clone(), told.jumps.len()), (Verdict::Confident, 0));
    assert!(told.excluded.stray > 500 && error <= stated, "{:?}", told.excluded);
}

#[test]
fn uploads_that_take_anything_up_to_half_a_minute_are_weak() {
    let recorder = Recorder { latency: (1.0, 12.0), ..Recorder::default() };
    let told = told(&recorder.files(5.0, &mut Random(15)));
    assert!(matches!(told.verdict, Verdict::Weak(Doubtful::Wide { .. })), "{:?}", told.verdict);
    let (error, stated) = offset_error(&told, &recorder, DAY);
    assert!(error <= stated, "{error} {stated}");
}

#[test]
fn few_files_or_impossible_ones_are_said() {
    assert_eq!(told(&[]).verdict, Verdict::None(Doubtful::NoFiles));
    let uneven = Recorder { latency: (0.0, 4.0), ..Recorder::default() }.files(0.05, &mut Random(16));
    assert_eq!(told(&uneven).verdict, Verdict::Weak(Doubtful::Few));
    let files = Recorder::default().files(0.05, &mut Random(16));
    let reversed: Vec<Closing> =
        files.iter().map(|f| Closing { claimed_start: f.claimed_end, claimed_end: f.claimed_start, ..*f }).collect();
    let told = told(&reversed);
    assert_eq!((told.verdict, told.excluded.impossible), (Verdict::None(Doubtful::NoFiles), files.len()));
}

#[test]
fn a_model_of_the_accepted_checks_says_what_the_estimate_says() {
    let recorder = Recorder {
        ppm: 300.0,
        steps: vec![(2.0 * DAY, -40.0), (3.0 * DAY, 7.0), (5.0 * DAY, 100.0)],
        ..Recorder::default()
    };
    let told = told(&recorder.files(8.0, &mut Random(17)));
    assert_eq!(told.jumps.len(), 3, "{told:?}");
    let checks = told.checks("a", "truyvet", at(9.0 * DAY).0);
    let model = ClockModel::from_checks(&checks, &Default::default());
    assert_eq!((model.jumps().len(), model.contradictions().len()), (3, 0), "{:?}", model.contradictions());
    for stretch in &told.stretches {
        for share in [0.01, 0.5, 0.99] {
            let t =
                stretch.from.plus_micros(((stretch.to.as_micros() - stretch.from.as_micros()) as f64 * share) as i64);
            let differs = (model.offset_s_at(t) - stretch.offset_s_at(t)).abs();
            assert!(differs < 1e-4, "{differs}");
            assert!((model.uncertainty_s_at(t).unwrap() - stretch.error_95_s).abs() < 1e-4);
        }
    }
}

#[test]
fn a_clock_whose_drift_changes_is_followed_without_steps() {
    // Warm by day, and slowly warmer: 20 ppm more after ten days.
    let mut files = Vec::new();
    let mut random = Random(18);
    let offset = |t: f64| 60.0 + if t < 10.0 * DAY { 10e-6 * t } else { 100e-6 * DAY + 40e-6 * (t - 10.0 * DAY) };
    for n in 0..28_800 {
        let end = f64::from(n + 1) * 60.0;
        let start = end - 60.0 + offset(end);
        files.push(Closing {
            claimed_start: CameraTime(at(start).0),
            claimed_end: CameraTime(at(start + 60.0).0),
            observed: at(end + random.between(0.0, 4.0)),
            kind: ClosingKind::Close,
            size: 1,
        });
    }
    let told = told(&files);
    assert_eq!((told.verdict.clone(), told.jumps.len()), (Verdict::Confident, 0), "{told:?}");
    let model = ClockModel::from_checks(&told.checks("a", "t", at(0.0).0), &Default::default());
    for day in 1..20 {
        let t = f64::from(day) * DAY;
        let error = (model.offset_s_at(at(t)) - offset(t)).abs();
        assert!(error <= model.uncertainty_s_at(at(t)).unwrap(), "day {day}: {error}");
    }
}

#[test]
fn cameras_of_one_recorder_are_estimated_together_and_the_one_that_has_its_own_clock_is_named() {
    let recorder =
        |offset_s, latency| Recorder { offset_s, latency, steps: vec![(2.0 * DAY, -60.0)], ..Recorder::default() };
    let channels = [
        recorder(420.0, (0.2, 0.5)),
        recorder(420.0, (2.5, 0.5)),
        recorder(420.0, (1.0, 2.0)),
        recorder(470.0, (0.2, 0.5)),
    ];
    let mut random = Random(21);
    let files: Vec<Vec<Closing>> = channels.iter().map(|channel| channel.files(4.0, &mut random)).collect();
    let few = channels[0].files(4.0, &mut random)[100..110].to_vec();
    let cameras: Vec<&[Closing]> = files.iter().chain([&few]).map(Vec::as_slice).collect();
    let shared = estimate_shared(&cameras, &EstimateSettings::default());
    assert_eq!(shared.apart, [3]);
    assert_eq!((shared.together.verdict.clone(), shared.together.jumps.len()), (Verdict::Confident, 1));
    let alone = told(&files[1]).stretches[0].error_95_s;
    let (error, stated) = offset_error(&shared.together, &channels[0], DAY);
    assert!(error <= stated && stated < alone, "{error} {stated} {alone}");
}

#[test]
fn a_copied_folder_does_not_spoil_what_the_recorder_tells() {
    let mut random = Random(22);
    let live = Recorder::default().files(3.0, &mut random);
    let copy = copied(&live, 5.0 * DAY, 0.2, &mut random);
    let shared = estimate_shared(&[&live, &copy], &EstimateSettings::default());
    assert_eq!((shared.together.verdict, shared.apart), (Verdict::Confident, vec![]));
    assert_eq!(estimate_shared(&[], &EstimateSettings::default()).together.verdict, Verdict::None(Doubtful::NoFiles));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(40))]
    #[test]
    fn the_stated_error_holds_the_truth(
        seed in 0u64..u64::MAX,
        offset_s in -7_200.0..7_200.0f64,
        ppm in -500.0..500.0f64,
        least in 0.0..4.0f64,
        share in 0.05..1.0f64,
        step in proptest::option::of((1.0..3.0f64, -900.0..900.0f64)),
    ) {
        let steps: Vec<(f64, f64)> = step.into_iter().filter(|(_, by)| by.abs() > 5.0).map(|(t, by)| (t * DAY, by)).collect();
        let recorder = Recorder { offset_s, ppm, steps, latency: (least, share * (5.0 - least)), kind: ClosingKind::Close };
        let told = told(&recorder.files(4.0, &mut Random(seed)));
        proptest::prop_assert_eq!(&told.verdict, &Verdict::Confident);
        for t in [0.1, 0.9, 3.1, 3.9] {
            let (error, stated) = offset_error(&told, &recorder, t * DAY);
            proptest::prop_assert!(error <= stated, "{} > {} on day {}", error, stated, t);
        }
    }

    #[test]
    fn any_closings_are_estimated_without_panic(
        rows in proptest::collection::vec((proptest::prelude::any::<i64>(), 0i64..1_000_000_000, proptest::prelude::any::<i64>()), 0..200),
    ) {
        let files: Vec<Closing> = rows.into_iter().map(|(start, length, observed)| Closing {
            claimed_start: CameraTime::from_micros(start),
            claimed_end: CameraTime::from_micros(start).plus_micros(length),
            observed: TrueTime::from_micros(observed),
            kind: ClosingKind::Close,
            size: 0,
        }).collect();
        let told = told(&files);
        let _ = (told.say(), told.checks("a", "b", Timestamp::UNIX_EPOCH));
    }
}

/// Ten files of a minute by a camera 420 s fast, each closed so many seconds after the one before.
fn handful(step_s: i64) -> Vec<Closing> {
    let at = |s: i64| s * 1_000_000;
    (0..10)
        .map(|n| Closing {
            claimed_start: CameraTime::from_micros(at(1_700_000_420 + n * 60)),
            claimed_end: CameraTime::from_micros(at(1_700_000_480 + n * 60)),
            observed: TrueTime::from_micros(at(1_700_000_060 + n * step_s)),
            kind: ClosingKind::Mtime,
            size: 1,
        })
        .collect()
}

#[test]
fn ten_files_of_one_mind_are_enough_and_ten_copied_ones_are_not() {
    let live = estimate(&handful(60), &EstimateSettings::default());
    assert_eq!(live.verdict, Verdict::Confident);
    let stretch = live.stretches[0];
    assert!((stretch.offset_s - 420.0).abs() <= stretch.error_95_s && stretch.error_95_s < 5.0, "{stretch:?}");
    for step_s in [0, 1, 5, 20] {
        let copied = estimate(&handful(step_s), &EstimateSettings::default());
        assert_ne!(copied.verdict, Verdict::Confident, "{step_s} s apart: {copied:?}");
    }
}
