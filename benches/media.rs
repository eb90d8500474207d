//! Figures of reading footage: the three tiers against FFmpeg on the same files, and `truyvet index` over many small files.
//! Prints a table and the goals; asserts only that all find the same keyframes and that an unchanged folder is left closed.
//!
//! `cargo bench --bench media [-- quick]`; ROUNDS, SECONDS (a file) and FILES in the environment. CPU is that of whole
//! processes, user and system; every round runs each contestant once, so that a busy machine is unjust to all alike.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "media/cost.rs"]
mod cost;
#[path = "media/footage.rs"]
mod footage;
#[path = "../examples/town/maker/mod.rs"]
#[allow(unused_imports, reason = "its tests have nobody to run them here")]
mod maker;
#[path = "media/ours.rs"]
mod ours;
#[path = "media/peer.rs"]
mod peer;
#[path = "media/report.rs"]
mod report;
#[path = "media/small_files.rs"]
mod small_files;

use cost::{Cost, Costs};
use footage::Footage;
use truyvet::media::{SAMPLE_EVERY, sample};
use truyvet::model::Listing;

/// Listings of which the mean is taken.
const LISTINGS: u32 = 100;
/// Frames of which the mean is taken.
const FRAMES: usize = 8;

/// What was measured on one file.
pub(crate) struct Measured {
    pub(crate) footage: Footage,
    pub(crate) listing: Listing,
    /// Thumbnails that the sample has.
    pub(crate) sampled: usize,
    /// By [`Contestant`].
    pub(crate) costs: Vec<Costs>,
}

/// Who was measured, in the order of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contestant {
    Ffmpeg,
    Every,
    DecodeOnly,
    Sampled,
    ListHere,
    ListByWorker,
    KeyframeAsked,
    FrameAsked,
    FfmpegFrame,
}

use Contestant as C;

impl Contestant {
    pub(crate) const ALL: [C; 9] = [
        C::Ffmpeg,
        C::Every,
        C::DecodeOnly,
        C::Sampled,
        C::ListHere,
        C::ListByWorker,
        C::KeyframeAsked,
        C::FrameAsked,
        C::FfmpegFrame,
    ];
}

impl Measured {
    pub(crate) fn of(&self, contestant: C) -> &Costs {
        &self.costs[contestant as usize]
    }
}

fn main() {
    let quick = std::env::args().any(|arg| arg == "quick");
    let number = |name: &str, usual: usize, quickly: usize| {
        let given = std::env::var(name).ok().and_then(|text| text.parse().ok());
        given.unwrap_or(if quick { quickly } else { usual })
    };
    let (rounds, seconds, files) = (number("ROUNDS", 5, 2), number("SECONDS", 120, 20), number("FILES", 200, 40));
    let footage = footage::files(seconds as u32, !quick);
    report::head(rounds);
    let mut all = Vec::new();
    for footage in footage {
        let measured = measure(footage, rounds);
        report::file(&measured);
        all.push(measured);
    }
    let runs = small_files::index_twice(files);
    report::small_files(files, &runs);
    report::goals(&all, &runs[1]);
}

fn measure(footage: Footage, rounds: usize) -> Measured {
    let path = footage.path.clone();
    let (_, listing) = ours::list_by_worker(&warm(&path), &path, 1);
    same_keyframes(&footage, &listing);
    let every: Vec<i64> = listing.keyframes.iter().map(|keyframe| keyframe.pts_us).collect();
    let few = sample(&listing.keyframes, SAMPLE_EVERY);
    // Spread over the file; halfway between two keyframes, which is the mean way to decode.
    let asked: Vec<i64> = (0..FRAMES).map(|n| every[(2 * n + 1) * every.len() / (2 * FRAMES)]).collect();
    let halfway = listing.duration_us() / listing.keyframes.len() as i64 / 2;
    let between: Vec<i64> = asked.iter().map(|pts_us| pts_us + halfway).collect();

    let mut costs = vec![Costs::default(); C::ALL.len()];
    for round in 0..rounds {
        let out = tempfile::tempdir_in(footage::folder()).unwrap();
        let pool = warm(&path);
        for contestant in C::ALL {
            let into = out.path().join(format!("{contestant:?}"));
            std::fs::create_dir(&into).unwrap();
            let thumbnails = |pts_us: &[i64]| {
                let (cost, made) = ours::thumbnails(&path, pts_us, &into);
                assert_eq!(made, pts_us.len(), "{}: a keyframe did not become a thumbnail", footage.name);
                cost
            };
            let cost = match contestant {
                C::Ffmpeg => peer::thumbnails(&path, &into),
                C::Every => thumbnails(&every),
                C::DecodeOnly => peer::decode_only(&path),
                C::Sampled => thumbnails(&few),
                C::ListHere => ours::list_in_process(&path, LISTINGS),
                C::ListByWorker => ours::list_by_worker(&pool, &path, LISTINGS).0,
                C::KeyframeAsked => ours::frames(&pool, &path, &asked),
                C::FrameAsked => ours::frames(&pool, &path, &between),
                C::FfmpegFrame => {
                    let zero = listing.first_pts_us;
                    mean(between.iter().map(|pts_us| peer::frame(&path, (pts_us - zero) as f64 / 1e6, &into)))
                }
            };
            if contestant == C::Ffmpeg {
                let made = std::fs::read_dir(&into).unwrap().count();
                assert_eq!(made, every.len(), "{}: ffmpeg finds other keyframes", footage.name);
            }
            costs[contestant as usize].0.push(cost);
        }
        eprintln!("{}: round {} of {rounds}", footage.name, round + 1);
    }
    Measured { footage, listing, sampled: few.len(), costs }
}

/// A pool whose worker has listed the file once, so that it is there and the file is in memory.
fn warm(path: &std::path::Path) -> truyvet::media::MediaPool {
    let pool = ours::pool();
    pool.list(path).unwrap();
    pool
}

fn mean(costs: impl Iterator<Item = Cost>) -> Cost {
    let all: Vec<Cost> = costs.collect();
    let n = all.len() as f64;
    let sum = |of: fn(&Cost) -> f64| all.iter().map(of).sum::<f64>() / n;
    Cost { cpu: sum(|cost| cost.cpu), wall: sum(|cost| cost.wall), read: sum(|cost| cost.read as f64) as u64 }
}

/// Before anything is timed: the listing has the keyframes that ffprobe has, at the same times.
fn same_keyframes(footage: &Footage, listing: &Listing) {
    let theirs = peer::keyframe_times(&footage.path);
    assert_eq!(listing.keyframes.len(), theirs.len(), "{}: ffprobe finds other keyframes", footage.name);
    for (ours, theirs) in listing.keyframes.iter().zip(theirs) {
        assert!((ours.pts_us as f64 / 1e6 - theirs).abs() <= 0.001, "{}: {} µs, {theirs} s", footage.name, ours.pts_us);
    }
}
