//! Power cuts: gaps of several cameras that share a group or a recorder's folder, and that begin and end together.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use crate::model::{Camera, Window};
use crate::search::{Gap, GapReason};

/// The gaps of one cut start within so long, microseconds …
const START_US: i64 = 30_000_000;
/// … and end within so long: recorders take a different time to start again.
const END_US: i64 = 120_000_000;

/// At least one camera in so many of a group or a folder is out, and at least [`LEAST`] of them.
const SHARE: usize = 3;
const LEAST: usize = 2;

/// A camera with more outages than this in the window (one an hour, over two days) records when something moves; when it
/// did not record tells nothing of the mains.
const MOST: usize = 48;
/// Two days, microseconds.
const MOST_WITHIN_US: i64 = 2 * 86_400_000_000;

/// One camera's time without recording, from the end of a recording to the start of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outage {
    /// Its first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
    /// The camera's place in the site file.
    pub camera: usize,
}

/// A power cut, as the gaps tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PowerCut {
    /// When the first camera stopped, true time.
    pub start: Timestamp,
    /// When the last one recorded again.
    pub end: Timestamp,
    /// The cameras that were out, in the site file's order.
    pub cameras: Vec<String>,
    /// What they share.
    pub places: Vec<CutPlace>,
    /// The gaps that it explains.
    #[serde(skip)]
    pub outages: Vec<Outage>,
}

/// A group or a recorder's folder that a cut struck.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CutPlace {
    /// The group's id; null for a folder.
    pub group: Option<String>,
    /// The recorder's folder; null for a group.
    pub folder: Option<PathBuf>,
    /// How many of its cameras were out.
    pub out: usize,
    /// How many it has.
    pub of: usize,
}

/// The outages of one camera: its gaps with the parts of different reasons joined again. Left out is what cannot tell of a
/// cut: a gap that is no lack of recording (gone, not looked at, not come yet), or whose start or end lies outside the
/// window.
pub fn outages(camera: usize, gaps: &[Gap], window: &Window) -> Vec<Outage> {
    let mut found = Vec::new();
    for run in gaps.chunk_by(|a, b| a.end == b.start) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let whole = first.start > window.start.0 && last.end < window.end.0;
        let lacking = run.iter().all(|gap| matches!(gap.reason, GapReason::NoRecording | GapReason::Damaged));
        if whole && lacking && run.iter().any(|gap| gap.reason == GapReason::NoRecording) {
            found.push(Outage { start: first.start, end: last.end, camera });
        }
    }
    let most = MOST * usize::try_from(window.micros() / MOST_WITHIN_US).unwrap_or(0).max(1);
    if found.len() > most { Vec::new() } else { found }
}

/// The power cuts that some outages tell of, by start; each outage is in one of them at most. The largest cut is found
/// first, so that an unrelated gap that happens to begin a little earlier cannot split it.
pub fn power_cuts(cameras: &[Camera], outages: &[Outage]) -> Vec<PowerCut> {
    let units = units(cameras);
    let mut sorted = outages.to_vec();
    sorted.sort_unstable();
    let mut cuts = Vec::new();
    for near in sorted.chunk_by(|a, b| micros(a.start, b.start) <= START_US) {
        let mut left = near.to_vec();
        while let Some(cut) = largest(&units, &left) {
            left.retain(|outage| !cut.contains(outage));
            cuts.extend(describe(cameras, &units, cut));
        }
    }
    cuts.sort_by_key(|cut| (cut.start, cut.end));
    cuts
}

/// Cameras that hang on one line, as far as we can know.
struct Unit {
    group: Option<String>,
    folder: Option<PathBuf>,
    members: BTreeSet<usize>,
}

fn units(cameras: &[Camera]) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for (i, camera) in cameras.iter().enumerate() {
        let keys = [(camera.group.clone(), None), (None, Some(camera.footage.clone()))];
        for (group, folder) in keys.into_iter().filter(|(group, folder)| group.is_some() || folder.is_some()) {
            match units.iter_mut().find(|unit| unit.group == group && unit.folder == folder) {
                Some(unit) => drop(unit.members.insert(i)),
                None => units.push(Unit { group, folder, members: BTreeSet::from([i]) }),
            }
        }
    }
    units
}

impl Unit {
    /// How many of its cameras are among these, where they are enough to speak of a cut.
    fn struck(&self, out: &BTreeSet<usize>) -> Option<usize> {
        let struck = self.members.intersection(out).count();
        (struck >= LEAST && struck * SHARE >= self.members.len()).then_some(struck)
    }
}

/// The largest cut among outages in order of their start; the earliest of equally large ones.
fn largest(units: &[Unit], sorted: &[Outage]) -> Option<Vec<Outage>> {
    let mut best: Vec<Outage> = Vec::new();
    for (i, first) in sorted.iter().enumerate() {
        let rest = sorted.get(i..).unwrap_or_default();
        let together: Vec<&Outage> = rest.iter().take_while(|o| micros(first.start, o.start) <= START_US).collect();
        for back in together.iter().map(|outage| outage.end) {
            let mut seen = BTreeSet::new();
            let ends_together = |o: &&&Outage| (0..=END_US).contains(&micros(back, o.end));
            let mut members: Vec<Outage> =
                together.iter().filter(ends_together).filter(|o| seen.insert(o.camera)).map(|o| **o).collect();
            let struck: Vec<&Unit> = units.iter().filter(|unit| unit.struck(&seen).is_some()).collect();
            members.retain(|outage| struck.iter().any(|unit| unit.members.contains(&outage.camera)));
            if members.len() > best.len() {
                best = members;
            }
        }
    }
    (!best.is_empty()).then_some(best)
}

fn describe(cameras: &[Camera], units: &[Unit], outages: Vec<Outage>) -> Option<PowerCut> {
    let out: BTreeSet<usize> = outages.iter().map(|outage| outage.camera).collect();
    let place = |unit: &Unit| {
        let out = unit.struck(&out)?;
        Some(CutPlace { group: unit.group.clone(), folder: unit.folder.clone(), out, of: unit.members.len() })
    };
    Some(PowerCut {
        start: outages.iter().map(|outage| outage.start).min()?,
        end: outages.iter().map(|outage| outage.end).max()?,
        cameras: out.iter().filter_map(|&i| cameras.get(i)).map(|camera| camera.id.clone()).collect(),
        places: units.iter().filter_map(place).collect(),
        outages,
    })
}

fn micros(from: Timestamp, to: Timestamp) -> i64 {
    to.as_microsecond().saturating_sub(from.as_microsecond())
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Point, Span, TrueTime};

    fn camera(id: usize, group: Option<usize>, folder: usize) -> Camera {
        Camera {
            id: format!("c{id}"),
            name: format!("c{id}"),
            note: None,
            group: group.map(|g| format!("g{g}")),
            at: Point { lat: 18.0, lon: 106.0 },
            view: None,
            footage: format!("/f{folder}").into(),
            recorder: id.to_string(),
            channel: None,
            layout: "auto".into(),
            zone: TimeZone::UTC,
        }
    }

    fn at(s: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + s).unwrap()
    }

    fn outage(camera: usize, start: i64, end: i64) -> Outage {
        Outage { camera, start: at(start), end: at(end) }
    }

    /// Groups of the sizes named, each camera with a folder of its own.
    fn groups(sizes: &[usize]) -> Vec<Camera> {
        let of = sizes.iter().enumerate().flat_map(|(group, size)| std::iter::repeat_n(group, *size));
        of.enumerate().map(|(id, group)| camera(id, Some(group), id)).collect()
    }

    fn site() -> impl Strategy<Value = (Vec<Camera>, Vec<Outage>)> {
        let cameras = prop::collection::vec((prop::option::of(0usize..3), 0usize..6), 1..12).prop_map(|places| {
            places.into_iter().enumerate().map(|(id, (group, folder))| camera(id, group, folder)).collect::<Vec<_>>()
        });
        cameras.prop_flat_map(|cameras| {
            let n = cameras.len();
            // Close enough to one another that groupings compete.
            let outages = prop::collection::vec((0..n, 0i64..150, 120i64..500), 0..30)
                .prop_map(|all| all.into_iter().map(|(c, start, long)| outage(c, start, start + long)).collect());
            (Just(cameras), outages)
        })
    }

    proptest! {
        #[test]
        fn every_cut_keeps_the_rule_and_no_gap_is_in_two((cameras, outages) in site()) {
            let cuts = power_cuts(&cameras, &outages);
            let mut left = outages.clone();
            for cut in &cuts {
                for outage in &cut.outages {
                    let place = left.iter().position(|o| o == outage);
                    prop_assert!(place.is_some(), "{outage:?} is in two cuts, or was never there");
                    left.remove(place.unwrap());
                    prop_assert!(micros(cut.start, outage.start) <= START_US);
                    prop_assert!(micros(outage.end, cut.end) <= END_US);
                }
                prop_assert!(cut.cameras.len() >= 2 && cut.cameras.len() == cut.outages.len());
                prop_assert!(!cut.places.is_empty());
                for place in &cut.places {
                    prop_assert!(place.out >= 2 && place.out * 3 >= place.of);
                    prop_assert!(place.group.is_some() != place.folder.is_some());
                }
                for outage in &cut.outages {
                    let camera = &cameras[outage.camera];
                    let shares = cut.places.iter().any(|p| {
                        p.folder.as_ref() == Some(&camera.footage) || (p.group.is_some() && p.group == camera.group)
                    });
                    prop_assert!(shares);
                }
            }
        }

        #[test]
        fn nothing_that_is_a_cut_is_left_out((cameras, outages) in site()) {
            let cuts = power_cuts(&cameras, &outages);
            let mut left = outages.clone();
            for outage in cuts.iter().flat_map(|cut| &cut.outages) {
                left.remove(left.iter().position(|o| o == outage).unwrap());
            }
            for (a, b) in left.iter().flat_map(|a| left.iter().map(move |b| (a, b))) {
                let together: BTreeSet<usize> = left
                    .iter()
                    .filter(|o| (0..=START_US).contains(&micros(a.start, o.start)))
                    .filter(|o| (0..=END_US).contains(&micros(b.end, o.end)))
                    .map(|o| o.camera)
                    .collect();
                let shared = |same: &dyn Fn(&Camera) -> bool| {
                    let of = cameras.iter().filter(|c| same(c)).count();
                    let out = together.iter().filter(|&&c| same(&cameras[c])).count();
                    out >= 2 && out * 3 >= of
                };
                for camera in &cameras {
                    prop_assert!(!shared(&|c| c.footage == camera.footage));
                    prop_assert!(camera.group.is_none() || !shared(&|c| c.group == camera.group));
                }
            }
        }

        #[test]
        fn the_order_of_gaps_does_not_matter((cameras, outages) in site(), seed in any::<u64>()) {
            let mut mixed = outages.clone();
            mixed.sort_by_key(|o| (o.start.as_second() as u64).wrapping_mul(seed | 1) ^ o.camera as u64);
            prop_assert_eq!(power_cuts(&cameras, &outages), power_cuts(&cameras, &mixed));
        }
    }

    #[test]
    fn a_cut_through_two_groups_is_listed_once() {
        let cameras = groups(&[3, 3]);
        let outages: Vec<Outage> = (0..6).map(|i| outage(i, i as i64 * 5, 600 + i as i64 * 20)).collect();
        let cuts = power_cuts(&cameras, &outages);
        assert_eq!(cuts.len(), 1);
        assert_eq!((cuts[0].start, cuts[0].end), (at(0), at(700)));
        assert_eq!(cuts[0].places.len(), 2);
    }

    #[test]
    fn an_unrelated_earlier_gap_does_not_split_a_cut() {
        let cameras = groups(&[4, 1]);
        let mut outages: Vec<Outage> = (0..4).map(|i| outage(i, 20 + i as i64 * 10, 600)).collect();
        outages.push(outage(4, 0, 600));
        let cuts = power_cuts(&cameras, &outages);
        assert_eq!(cuts.len(), 1);
        assert_eq!(cuts[0].cameras, ["c0", "c1", "c2", "c3"]);
    }

    #[test]
    fn two_of_seven_are_no_third() {
        let cameras = groups(&[7]);
        assert_eq!(power_cuts(&cameras, &[outage(0, 0, 600), outage(1, 0, 600)]), []);
        assert_eq!(power_cuts(&cameras, &[outage(0, 0, 600), outage(1, 0, 600), outage(2, 0, 600)]).len(), 1);
    }

    #[test]
    fn a_recorder_that_stopped_is_a_cut_of_its_folder() {
        let cameras: Vec<Camera> = (0..4).map(|id| camera(id, None, 0)).collect();
        let cuts = power_cuts(&cameras, &[outage(0, 0, 600), outage(3, 29, 719)]);
        assert_eq!(cuts[0].places, [CutPlace { group: None, folder: Some("/f0".into()), out: 2, of: 4 }]);
        assert_eq!(power_cuts(&cameras, &[outage(0, 0, 600), outage(3, 31, 600)]), []);
        assert_eq!(power_cuts(&cameras, &[outage(0, 0, 600), outage(3, 0, 721)]), []);
    }

    fn gap(start: i64, end: i64, reason: GapReason) -> Gap {
        Gap { start: at(start), end: at(end), reason }
    }

    fn window() -> Window {
        Span::new(TrueTime(at(0)), TrueTime(at(100_000)))
    }

    #[test]
    fn a_file_torn_by_the_cut_belongs_to_its_gap() {
        use GapReason::{Damaged, NoRecording};
        let gaps = [gap(1000, 1060, Damaged), gap(1060, 1600, NoRecording), gap(5000, 5300, Damaged)];
        assert_eq!(outages(2, &gaps, &window()), [outage(2, 1000, 1600)]);
    }

    #[test]
    fn dead_cameras_and_missing_folders_are_no_power_cut() {
        use GapReason::{Gone, NoRecording, NotIndexed};
        // Dead since before, not yet back, taken away, never looked at.
        let gaps = [
            gap(0, 900, NoRecording),
            gap(2000, 2600, Gone),
            gap(3000, 3600, NotIndexed),
            gap(4000, 4100, NoRecording),
            gap(4100, 4600, NotIndexed),
            gap(90_000, 100_000, NoRecording),
        ];
        assert_eq!(outages(0, &gaps, &window()), []);
    }

    #[test]
    fn a_camera_that_records_on_movement_tells_nothing_of_the_mains() {
        let gaps: Vec<Gap> = (1..60).map(|i| gap(i * 1000, i * 1000 + 500, GapReason::NoRecording)).collect();
        assert_eq!(outages(0, &gaps, &window()), []);
        assert_eq!(outages(0, &gaps[..10], &window()).len(), 10);
    }
}
