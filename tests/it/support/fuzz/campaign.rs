//! Many cases, one after the other: what became of each, and what must not.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use truyvet::media::{
    FrameAsk, ImageFormat, Limits, MediaPool, PoolConfig, Priority, SAMPLE_EVERY, Sandbox, Which, sample,
};
use truyvet::model::{Fault, Listing, Unreadable};

use super::corpus::Seed;
use super::mutant::Mutant;
use super::sane;
use crate::support::luck::Luck;

/// What a request may take. The files are small: a whole one is listed within milliseconds.
const LIMIT: Duration = Duration::from_secs(20);
/// How much longer than its limit an answer may take, a new process included, on a machine that does much else.
const GRACE: Duration = Duration::from_secs(120);
/// No thumbnails of more keyframes are asked for.
const MOST_THUMBNAILS: usize = 4;

/// What became of a campaign.
#[derive(Default)]
pub(crate) struct Outcome {
    /// By container.
    pub tallies: BTreeMap<&'static str, Tally>,
    /// What must not be, each with its case.
    pub wrong: Vec<String>,
    /// Processes that died, ran out of time or of memory, each with its case.
    pub deaths: Vec<String>,
    pub seconds: f64,
}

/// What became of the cases of one container.
#[derive(Clone, Default)]
pub(crate) struct Tally {
    pub cases: u64,
    pub listed: u64,
    /// Files of which thumbnails, or a frame, were decoded.
    pub decoded: u64,
    /// Faults of all requests, by their word.
    pub faults: BTreeMap<&'static str, u64>,
    pub slowest: (Duration, u64),
}

/// A pool with all barriers and the real limits of memory.
pub(crate) fn pool(exe: &Path) -> MediaPool {
    let limits = Limits { list: LIMIT, frame: LIMIT, ..Limits::default() };
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let config =
        PoolConfig { exe: exe.to_owned(), workers, limits, sandbox: Sandbox::Full, priority: Priority::Ordinary };
    MediaPool::new(config).unwrap()
}

/// Runs the cases of these numbers. `tell` hears of every thousandth.
pub(crate) fn run(
    pool: &MediaPool,
    corpus: &[Seed],
    luck: &Luck,
    numbers: std::ops::Range<u64>,
    tell: impl Fn(u64) + Sync,
) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let (next, outcome) = (AtomicU64::new(numbers.start), Mutex::new(Outcome::default()));
    let begun = Instant::now();
    thread::scope(|scope| {
        for worker in 0..pool.workers() {
            let file = folder.path().join(worker.to_string());
            let (next, outcome, numbers, tell) = (&next, &outcome, &numbers, &tell);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if !numbers.contains(&number) {
                        break;
                    }
                    let mutant = Mutant::new(corpus, luck, number);
                    let case = Case::run(pool, &file, &mutant, number);
                    outcome.lock().unwrap().add(&mutant, number, case);
                    if number % 1000 == 999 {
                        tell(number + 1);
                    }
                }
            });
        }
    });
    let mut outcome = outcome.into_inner().unwrap();
    outcome.seconds = begun.elapsed().as_secs_f64();
    // After all that, a whole file is read as ever.
    let whole: PathBuf = folder.path().join("whole");
    for seed in corpus {
        fs::write(&whole, &seed.bytes).unwrap();
        if let Err(unreadable) = pool.list(&whole)
            && matches!(unreadable.fault, Fault::WorkerDied | Fault::TimedOut | Fault::OutOfMemory | Fault::Io)
        {
            outcome.wrong.push(format!("afterwards, {} whole: {unreadable:?}", seed.name));
        }
    }
    outcome
}

/// One damaged file.
#[derive(Default)]
struct Case {
    listed: bool,
    decoded: bool,
    faults: Vec<Unreadable>,
    wrong: Vec<String>,
    slowest: Duration,
}

impl Case {
    fn run(pool: &MediaPool, file: &Path, mutant: &Mutant<'_>, number: u64) -> Case {
        fs::write(file, &mutant.bytes).unwrap();
        let mut case = Case::default();
        let listing = case.ask(|| pool.list(file));
        // FFmpeg refuses what it has no memory for; our own code must not ask for so much.
        let greedy = case.faults.iter().find(|fault| fault.detail.contains("memory allocation of"));
        case.wrong.extend(greedy.map(|fault| fault.detail.clone()));
        let mut times = vec![0];
        if let Some(listing) = &listing {
            case.listed = true;
            case.wrong.extend(sane::wrong_with(listing, mutant.bytes.len() as u64));
            times = asked_times(listing);
        }
        // One that cannot be listed is decoded seldom: nothing asks for that.
        let share = if case.listed { 4 } else { 40 };
        if number.is_multiple_of(share)
            && let Some(thumbnails) = case.ask(|| pool.thumbnails(file, &times, 160))
        {
            case.decoded = true;
            let good = |jpeg: &[u8]| jpeg.starts_with(&[0xFF, 0xD8]) && jpeg.ends_with(&[0xFF, 0xD9]);
            if !thumbnails.iter().all(|thumbnail| times.contains(&thumbnail.pts_us) && good(&thumbnail.jpeg)) {
                case.wrong.push("a thumbnail of another time, or none".to_owned());
            }
        }
        if number % share == 1 {
            let width = number.is_multiple_of(3).then_some(320);
            let format = if number.is_multiple_of(5) { ImageFormat::Png } else { ImageFormat::Jpeg };
            let pts_us = times[number as usize % times.len()].saturating_add(number as i64 % 1_000_000);
            if let Some(frame) = case.ask(|| pool.frame(file, FrameAsk { pts_us, which: Which::Shown, width, format }))
            {
                case.decoded = true;
                if frame.bytes.is_empty() || frame.width == 0 || frame.height == 0 {
                    case.wrong.push("a frame without a picture".to_owned());
                }
            }
        }
        case
    }

    fn ask<T>(&mut self, request: impl FnOnce() -> Result<T, Unreadable>) -> Option<T> {
        let begun = Instant::now();
        let answer = request();
        let took = begun.elapsed();
        self.slowest = self.slowest.max(took);
        let limit = LIMIT + Limits::default().per_thumbnail * MOST_THUMBNAILS as u32;
        if took > limit + GRACE {
            self.wrong.push(format!("an answer after {} s", took.as_secs()));
        }
        answer.map_err(|unreadable| self.fault(unreadable)).ok()
    }

    fn fault(&mut self, unreadable: Unreadable) {
        match unreadable.fault {
            Fault::Io | Fault::Changing | Fault::NoCamera => {
                self.wrong.push(format!("a fault that it has not: {unreadable:?}"))
            }
            Fault::WorkerDied if is_ours(&unreadable.detail) => self.wrong.push(unreadable.detail.clone()),
            _ => {}
        }
        self.faults.push(unreadable);
    }
}

/// Whether a process died of a fault in our own code: a panic, a system call that it was not let do; and not of one in FFmpeg's.
fn is_ours(last_words: &str) -> bool {
    !last_words.contains("signal") || ["panicked", "forbidden", "overflow"].iter().any(|word| last_words.contains(word))
}

/// The times that thumbnails and a frame are asked of.
fn asked_times(listing: &Listing) -> Vec<i64> {
    let mut times = sample(&listing.keyframes, SAMPLE_EVERY);
    times.truncate(MOST_THUMBNAILS);
    times
}

impl Outcome {
    fn add(&mut self, mutant: &Mutant<'_>, number: u64, case: Case) {
        let name = || format!("case {number} ({}: {})", mutant.of.name, mutant.how.join(", "));
        self.wrong.extend(case.wrong.iter().map(|wrong| format!("{}: {wrong}", name())));
        let tally = self.tallies.entry(mutant.of.container.name()).or_default();
        tally.cases += 1;
        tally.listed += u64::from(case.listed);
        tally.decoded += u64::from(case.decoded);
        tally.slowest = tally.slowest.max((case.slowest, number));
        for unreadable in case.faults {
            *tally.faults.entry(unreadable.fault.as_str()).or_default() += 1;
            if matches!(unreadable.fault, Fault::WorkerDied | Fault::TimedOut | Fault::OutOfMemory) {
                self.deaths.push(format!("{}: {}: {}", name(), unreadable.fault.as_str(), unreadable.detail));
            }
        }
    }

    /// Cases in all.
    pub(crate) fn cases(&self) -> u64 {
        self.tallies.values().map(|tally| tally.cases).sum()
    }
}

/// A table of all containers, and what died.
impl Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = Fault::ALL.map(Fault::as_str);
        let heard: Vec<&str> = words
            .into_iter()
            .filter(|word| self.tallies.values().any(|tally| tally.faults.contains_key(word)))
            .collect();
        writeln!(out, "| container | cases | listed | decoded | {} | slowest, ms (case) |", heard.join(" | "))?;
        writeln!(out, "|---|---|---|---|{}---|", "---|".repeat(heard.len()))?;
        let mut sum = Tally::default();
        for tally in self.tallies.values() {
            sum.cases += tally.cases;
            sum.listed += tally.listed;
            sum.decoded += tally.decoded;
            sum.slowest = sum.slowest.max(tally.slowest);
            tally.faults.iter().for_each(|(word, count)| *sum.faults.entry(word).or_default() += count);
        }
        for (name, tally) in self.tallies.iter().map(|(name, tally)| (*name, tally)).chain([("all", &sum)]) {
            let faults: Vec<String> =
                heard.iter().map(|word| tally.faults.get(word).copied().unwrap_or_default().to_string()).collect();
            let (slowest, number) = (tally.slowest.0.as_millis(), tally.slowest.1);
            let Tally { cases, listed, decoded, .. } = tally;
            writeln!(
                out,
                "| {name} | {cases} | {listed} | {decoded} | {} | {slowest} ({number}) |",
                faults.join(" | ")
            )?;
        }
        writeln!(
            out,
            "\n{} cases in {:.0} s, {:.0} a second",
            sum.cases,
            self.seconds,
            sum.cases as f64 / self.seconds
        )?;
        self.deaths.iter().try_for_each(|death| writeln!(out, "{death}"))
    }
}
