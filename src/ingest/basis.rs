//! Local time or UTC, where the paths of a folder cannot tell: decided from when its files were closed and made, for the
//! folder as a whole (one recorder writes a folder, by one clock), or left open.
//!
//! The rule. A file is evidence when its modification time lies within a tolerance of the end that one reading of the name
//! claims: 15 minutes, so that a clock that is wrong by minutes still counts, but never more than a quarter of the zone's
//! offset, so that it cannot count for both. Out are files that were copied in a heap (one minute of modification for
//! starts that lie far apart), and modification times that are all even whole seconds: memory cards keep those, in the
//! camera's own time. A container's creation time counts for local time only: cameras that know no zone write their local
//! digits there as if they were UTC. At least 20 files must tell something, and nine of ten must agree.

use std::collections::BTreeMap;

use super::Workshop;
use super::folders::{self, Folder};
use crate::base::Result;
use crate::layout::Reading;
use crate::model::Doubt;
use crate::store::{FileState, KnownFile};

/// Half-width of what counts as the same moment, microseconds.
const SAME_US: i64 = 900_000_000;
/// Fewer files decide nothing.
const ENOUGH: usize = 20;
/// Of so many files, evenly spread over the folder.
const SAMPLE: usize = 400;
/// Files modified within one such span, microseconds, …
const HEAP_US: i64 = 60_000_000;
/// … whose claimed starts lie further apart than this, microseconds, were copied.
const HEAP_STARTS_US: i64 = 600_000_000;

/// What a folder's files say about its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    /// UTC, or else local time.
    utc: bool,
    /// So many files …
    hits: usize,
    /// … of so many that tell anything.
    of: usize,
    /// Within so many seconds.
    within_s: i64,
    /// By their modification times, or else by the creation times in the containers.
    by_mtime: bool,
}

/// What one file offers as evidence, microseconds since 1970.
#[derive(Clone, Debug)]
struct Witness {
    /// The claimed start, the name read as local time and as UTC.
    local_us: i64,
    utc_us: i64,
    length_us: i64,
    mtime_us: i64,
    created_us: Option<i64>,
}

impl Decision {
    /// Puts a decision behind the name of the layout that was chosen, as the store keeps the two.
    pub(super) fn joined(chosen: Option<&str>, decision: Option<&Decision>) -> Option<String> {
        let Some(d) = decision else { return chosen.map(str::to_owned) };
        let (zone, by) = (if d.utc { "utc" } else { "local" }, if d.by_mtime { "mtime" } else { "container" });
        let Decision { hits, of, within_s, .. } = d;
        Some(format!("{}@{zone}/{hits}/{of}/{within_s}/{by}", chosen.unwrap_or_default()))
    }

    /// The inverse of [`Decision::joined`].
    pub(super) fn split(kept: Option<&str>) -> (Option<&str>, Option<Decision>) {
        let Some(kept) = kept else { return (None, None) };
        let Some((chosen, told)) = kept.split_once('@') else { return (Some(kept), None) };
        let parts: Vec<&str> = told.split('/').collect();
        let decision = match parts.as_slice() {
            [zone, hits, of, within_s, by] => {
                hits.parse().ok().zip(of.parse().ok()).zip(within_s.parse().ok()).map(|((hits, of), within_s)| {
                    Decision { utc: *zone == "utc", hits, of, within_s, by_mtime: *by == "mtime" }
                })
            }
            _ => None,
        };
        ((!chosen.is_empty()).then_some(chosen), decision)
    }

    /// The layout's name that makes it read its digits so.
    pub(super) fn named(&self, layout: &str) -> String {
        format!("{layout}+{}", if self.utc { "utc" } else { "local" })
    }

    /// Says in a reading what decided, and how surely.
    pub(super) fn tell(&self, reading: &mut Reading) {
        let Decision { utc, hits, of, within_s, by_mtime } = self;
        let minutes = within_s / 60;
        let (zone, zone_vi) = if *utc { ("UTC", "giờ UTC") } else { ("local time", "giờ địa phương") };
        let (did, did_vi) = if *by_mtime { ("closed", "đóng") } else { ("made", "tạo") };
        let at = if *by_mtime { "modification times" } else { "container creation times" };
        reading.doubts.push(Doubt::UnclearName {
            what: format!("read as {zone}: {hits} of {of} files were {did} within {minutes} min of it"),
            vi: format!("đọc là {zone_vi}: {hits} trong {of} tệp được {did_vi} trong vòng {minutes} phút quanh giờ đó"),
        });
        reading.evidence = Some(format!(
            "{zone} by {at}: {hits} of {of} files within {within_s} s (rule: at least {ENOUGH} files, 90 %)"
        ));
    }

    /// Whether another decision is another answer, or the same by much more evidence; little more is no reason to time
    /// everything anew.
    fn outdated_by(&self, other: &Decision) -> bool {
        self.utc != other.utc || other.of >= 2 * self.of
    }
}

/// Looks at the evidence of every folder in which something is new, and notes what is to be timed anew by it.
pub(super) fn settle(shop: &Workshop<'_>, folders: &mut [Folder<'_>]) -> Result<()> {
    for folder in folders.iter_mut() {
        let open = |reading: &Reading| reading.start_if_utc.is_some() || reading.evidence.is_some();
        let mut readings =
            folder.jobs.iter().chain(folder.again.iter().map(|again| &again.job)).map(|job| &job.reading);
        if !readings.any(open) {
            continue;
        }
        let known = shop.store.files_of(&folder.key)?;
        let found = decide(&witnesses(shop, folder, &known)?);
        let (chosen, before) = Decision::split(folder.reading.layout.as_deref());
        let keep = match (&before, &found) {
            (None, None) => true,
            (Some(before), Some(found)) => !before.outdated_by(found),
            _ => false,
        };
        if !keep {
            folder.reading.layout = Decision::joined(chosen, found.as_ref());
            folders::read_again(shop, folder, &known)?;
        }
    }
    Ok(())
}

/// What the folder's listed files say, evenly spread over their paths.
fn witnesses(
    shop: &Workshop<'_>,
    folder: &Folder<'_>,
    known: &std::collections::HashMap<Vec<u8>, KnownFile>,
) -> Result<Vec<Witness>> {
    let listed = |file: &KnownFile| matches!(file.state, FileState::Listed | FileState::Indexed);
    let mut files: Vec<(&Vec<u8>, &KnownFile)> = known.iter().filter(|(_, file)| listed(file)).collect();
    files.sort_unstable_by_key(|(path, _)| *path);
    let step = files.len().div_ceil(SAMPLE).max(1);
    let (chosen, _) = Decision::split(folder.reading.layout.as_deref());
    let mut witnesses = Vec::new();
    for (path, file) in files.into_iter().step_by(step) {
        shop.shutdown.check()?;
        let reading = folders::read_path(shop, folder, chosen, None, path);
        let (Some(start), Some(utc), Some(id)) = (reading.start, reading.start_if_utc, &file.recording) else {
            continue;
        };
        if let Some(row) = shop.store.recording(id)? {
            witnesses.push(Witness {
                local_us: start.as_micros(),
                utc_us: utc.as_micros(),
                length_us: row.listing.duration_us(),
                mtime_us: file.mtime_us,
                created_us: row.listing.creation_time.map(|at| at.as_microsecond()),
            });
        }
    }
    Ok(witnesses)
}

/// The decision that the evidence carries; none where it is too little, or does not agree.
fn decide(all: &[Witness]) -> Option<Decision> {
    let apart = all.iter().map(|w| (w.utc_us - w.local_us).abs()).min()?;
    let same_us = SAME_US.min(apart / 4);
    let within_s = same_us / 1_000_000;
    let made_local = |w: &Witness| {
        let created = w.created_us?;
        Some(created >= w.local_us - same_us && created <= w.local_us + w.length_us + same_us)
    };
    let made: Vec<bool> = all.iter().filter_map(made_local).collect();
    let made_hits = made.iter().filter(|hit| **hit).count();
    let by_container = agreed(made_hits, made.len()).then_some(Decision {
        utc: false,
        hits: made_hits,
        of: made.len(),
        within_s,
        by_mtime: false,
    });

    let live = written_live(all);
    let closed_at = |w: &Witness, start_us: i64| (w.mtime_us - start_us - w.length_us).abs() <= same_us;
    let hits = |utc: bool| live.iter().filter(|w| closed_at(w, if utc { w.utc_us } else { w.local_us })).count();
    let (as_utc, as_local) = (hits(true), hits(false));
    let by_mtime = [(true, as_utc), (false, as_local)]
        .into_iter()
        .find(|(_, hits)| agreed(*hits, live.len()))
        .map(|(utc, hits)| Decision { utc, hits, of: live.len(), within_s, by_mtime: true });
    match (by_mtime, by_container) {
        (Some(closed), Some(_)) if closed.utc => None,
        (closed, made) => closed.or(made),
    }
}

fn agreed(hits: usize, of: usize) -> bool {
    of >= ENOUGH && hits * 10 >= of * 9
}

/// The files whose modification time may be when a recorder closed them.
fn written_live(all: &[Witness]) -> Vec<&Witness> {
    if all.iter().all(|w| w.mtime_us % 2_000_000 == 0) {
        return Vec::new();
    }
    let mut heaps: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    let minute = |w: &Witness| w.mtime_us.div_euclid(HEAP_US);
    for w in all {
        let heap = heaps.entry(minute(w)).or_insert((w.local_us, w.local_us));
        *heap = (heap.0.min(w.local_us), heap.1.max(w.local_us));
    }
    let copied = |w: &&Witness| heaps.get(&minute(w)).is_some_and(|(from, to)| to - from > HEAP_STARTS_US);
    all.iter().filter(|w| !copied(w)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000_000;
    const EAST: i64 = 7 * 3_600_000_000;

    /// A minute file, one each ten minutes, closed (by our clock) `late` µs after its end as read in `utc`.
    fn file(n: i64, utc: bool, late: i64) -> Witness {
        let local_us = 1_700_000_000_000_000 + n * 10 * MINUTE;
        let start = if utc { local_us + EAST } else { local_us };
        Witness {
            local_us,
            utc_us: local_us + EAST,
            length_us: MINUTE,
            mtime_us: start + MINUTE + late,
            created_us: None,
        }
    }

    fn files(count: i64, utc: bool) -> Vec<Witness> {
        (0..count).map(|n| file(n, utc, 1_234_567 + n * 7_001)).collect()
    }

    fn answer(all: &[Witness]) -> Option<(bool, usize, usize)> {
        decide(all).map(|d| (d.utc, d.hits, d.of))
    }

    #[test]
    fn files_written_live_tell_utc_from_local() {
        assert_eq!(answer(&files(40, true)), Some((true, 40, 40)));
        assert_eq!(answer(&files(40, false)), Some((false, 40, 40)));
        assert_eq!(answer(&files(19, true)), None, "too few");
        let fast: Vec<Witness> = (0..40).map(|n| file(n, true, -420_000_000 - n)).collect();
        assert_eq!(answer(&fast), Some((true, 40, 40)), "a clock seven minutes fast");
    }

    #[test]
    fn copies_in_a_heap_say_nothing() {
        let mut all: Vec<Witness> = files(40, true);
        for w in &mut all {
            w.mtime_us = 1_800_000_000_000_001;
        }
        assert_eq!(answer(&all), None);
        all.extend((100..140).map(|n| file(n, true, 999)));
        assert_eq!(answer(&all), Some((true, 40, 40)), "beside files written live");
    }

    #[test]
    fn a_cards_own_times_say_nothing() {
        let mut all = files(40, true);
        for w in &mut all {
            w.mtime_us = w.mtime_us / 2_000_000 * 2_000_000;
        }
        assert_eq!(answer(&all), None);
    }

    #[test]
    fn evidence_that_does_not_agree_leaves_it_open() {
        let mut all = files(30, true);
        all.extend((100..110).map(|n| file(n, false, 5)));
        assert_eq!(answer(&all), None);
        let mut contradicted = files(40, true);
        for w in &mut contradicted {
            w.created_us = Some(w.local_us);
        }
        assert_eq!(answer(&contradicted), None, "the containers say local, the closing says UTC");
    }

    #[test]
    fn containers_count_for_local_time_only() {
        let with = |utc: bool| {
            let mut all = files(40, utc);
            for w in &mut all {
                w.mtime_us = 1_800_000_000_000_001;
                w.created_us = Some(if utc { w.utc_us } else { w.local_us });
            }
            answer(&all)
        };
        assert_eq!(with(false), Some((false, 40, 40)));
        assert_eq!(with(true), None, "local digits written as if they were UTC look the same");
    }

    #[test]
    fn a_narrow_offset_narrows_what_counts_as_the_same() {
        let mut all = files(40, false);
        for w in &mut all {
            w.utc_us = w.local_us + 1_800_000_000;
            w.mtime_us += 600_000_000;
        }
        assert_eq!(answer(&all), None, "ten minutes off, and half an hour between the readings");
    }

    #[test]
    fn what_the_store_keeps_is_read_back() {
        let d = Decision { utc: true, hits: 412, of: 415, within_s: 900, by_mtime: true };
        for chosen in [None, Some("yi"), Some("yi+local")] {
            let kept = Decision::joined(chosen, Some(&d));
            assert_eq!(Decision::split(kept.as_deref()), (chosen, Some(d.clone())));
            assert_eq!(Decision::split(Decision::joined(chosen, None).as_deref()), (chosen, None));
        }
        assert_eq!(d.named("yi"), "yi+utc");
    }
}
