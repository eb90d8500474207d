//! The daemon's work, on one thread: take in what settled, look through what is to be looked through, take thumbnails when
//! nothing waits. The only writer of store and index while it runs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::figures;
use crate::base::health::Health;
use crate::base::shutdown::Shutdown;
use crate::base::{Error, Kind, Result, Said};
use crate::config::Site;
use crate::index::{FootageIndex, TantivyIndex};
use crate::ingest::{self, Progress, Report, Workshop};
use crate::layout::Layouts;
use crate::media::MediaPool;
use crate::store::Store;
use crate::watch::{Event, Found, Settings, Watch, WatchedFolder};

/// Waits so long for a first event …
const IDLE: Duration = Duration::from_millis(500);
/// … and then so long for more, so that files which come together are committed together.
const GATHER: Duration = Duration::from_millis(200);
/// At most so many events are taken at once.
const MOST_EVENTS: usize = 4_096;
/// At most so many removals wait to be looked at; beyond, the folder is looked through.
const MOST_REMOVED: usize = 10_000;
/// Recordings sampled between two looks at the events.
const SAMPLES: usize = 8;
/// After a failure (a full disk, a busy store) the work is tried again after so long.
const RETRY: Duration = Duration::from_secs(5);
/// How often the figures of what there is are counted.
const COUNT_EVERY: Duration = Duration::from_secs(10);

/// What the work is done with.
pub struct Tools {
    /// The site.
    pub site: Site,
    /// The recorder layouts.
    pub layouts: Arc<Layouts>,
    /// The truth.
    pub store: Store,
    /// The index.
    pub index: TantivyIndex,
    /// Where files are looked into.
    pub media: MediaPool,
    /// The wish to stop.
    pub shutdown: Shutdown,
}

/// Reads the configuration again.
pub type Reload = Box<dyn Fn() -> Result<(Site, Layouts)> + Send>;

/// What came in and is not done yet.
#[derive(Default)]
struct Inbox {
    settled: BTreeMap<String, BTreeMap<Vec<u8>, Found>>,
    rescan: BTreeSet<String>,
    missing: BTreeMap<String, String>,
    /// What is said to be gone, and since when; the first is the oldest.
    removed: VecDeque<(Instant, String, Vec<u8>)>,
    /// Folders that were never looked through since the start.
    unseen: BTreeSet<String>,
}

impl Inbox {
    fn put(&mut self, event: Event) {
        match event {
            Event::Settled { folder, path, size, mtime_us } => {
                self.settled.entry(folder).or_default().insert(path.clone(), Found { path, size, mtime_us });
            }
            Event::Rescan { folder, .. } => {
                self.rescan.insert(folder);
            }
            Event::FolderMissing { folder, error } => {
                self.unseen.remove(&folder);
                self.missing.insert(folder, error.en);
            }
            Event::FolderBack { folder } => {
                self.missing.remove(&folder);
            }
            Event::Removed { folder, path, .. } if self.removed.len() < MOST_REMOVED => {
                self.removed.push_back((Instant::now(), folder, path));
            }
            Event::Removed { folder, .. } => {
                self.rescan.insert(folder);
            }
            // A hint: it will settle, or a scan finds it.
            Event::Growing { .. } => {}
        }
    }

    /// What was said to be gone so long ago, by folder. What was only renamed has settled under its new name by then, so that
    /// its recording is never without a file.
    fn due(&mut self, after: Duration) -> BTreeMap<String, Vec<Vec<u8>>> {
        let mut due: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        while let Some((_, folder, path)) = self.removed.pop_front_if(|(since, ..)| since.elapsed() >= after) {
            due.entry(folder).or_default().push(path);
        }
        due
    }

    fn is_empty(&self) -> bool {
        self.settled.is_empty() && self.rescan.is_empty()
    }
}

/// Works until asked to stop.
///
/// # Errors
/// When the store is damaged, or watching cannot begin. A full disk or a failing folder is no end: it is said, and tried again.
pub(super) fn run(mut tools: Tools, health: &Health, again: &Shutdown, reload: Reload) -> Result<()> {
    let beat = Beat(health);
    let mut report = Report::default();
    match ingest::begin(&mut workshop(&mut tools, &beat), false, &mut report) {
        Err(error) if error.kind() == Kind::Interrupted => return Ok(()),
        result => result?,
    }
    let (mut watch, mut events) = start(&tools)?;
    let mut inbox = begin(&tools);
    let mut counted: Option<Instant> = None;
    loop {
        if tools.shutdown.asked() {
            break;
        }
        if again.take() {
            match reload() {
                Ok((site, layouts)) => {
                    tracing::info!("the site file was read again");
                    (tools.site, tools.layouts) = (site, Arc::new(layouts));
                    drop(watch);
                    (watch, events) = start(&tools)?;
                    inbox = begin(&tools);
                }
                Err(error) => tracing::error!("the site file is not taken, the old one stays: {}", explain(&error)),
            }
        }
        gather(&events, &mut inbox)?;
        health.alive();
        let done = step(&mut tools, &mut inbox, &beat).and_then(|()| count(&tools, &inbox, &mut counted));
        match done {
            Ok(()) => {
                health.problems(inbox.missing.iter().map(|(folder, why)| format!("{folder}: {why}")).collect());
                if inbox.unseen.is_empty() {
                    health.ready();
                }
            }
            Err(error) if error.kind() == Kind::Interrupted => break,
            Err(error) if error.kind() == Kind::State => return Err(error),
            Err(error) => {
                // Nothing is lost: what was not taken in is found again by looking through the folders.
                let why = explain(&error);
                tracing::error!("work pauses: {why}");
                health.problems(vec![why]);
                inbox.rescan.extend(ingest::folders(&tools.site).into_iter().map(|(key, _)| key));
                inbox.settled.clear();
                pause(&tools.shutdown);
            }
        }
    }
    drop(watch);
    tools.index.settle()
}

/// The first inbox: every folder is to be looked through.
fn begin(tools: &Tools) -> Inbox {
    let keys: BTreeSet<String> = ingest::folders(&tools.site).into_iter().map(|(key, _)| key).collect();
    Inbox { rescan: keys.clone(), unseen: keys, ..Inbox::default() }
}

fn explain(error: &Error) -> String {
    error.explain(crate::base::Lang::En)
}

/// Every step of a long piece of work is a sign of life: listing a ward for the first time takes longer than the watchdog waits.
struct Beat<'a>(&'a Health);

impl Progress for Beat<'_> {
    fn begin(&self, _: Said, _: Option<u64>) {
        self.0.alive();
    }

    fn step(&self) {
        self.0.alive();
    }

    fn end(&self) {
        self.0.alive();
    }
}

fn workshop<'a>(tools: &'a mut Tools, beat: &'a Beat<'_>) -> Workshop<'a> {
    Workshop {
        site: &tools.site,
        layouts: &tools.layouts,
        store: &mut tools.store,
        index: &tools.index,
        media: &tools.media,
        now: &Timestamp::now,
        shutdown: &tools.shutdown,
        progress: beat,
    }
}

fn start(tools: &Tools) -> Result<(Watch, Receiver<Event>)> {
    let config = &tools.site.watch;
    let seconds = |s: u32| Duration::from_secs(s.into());
    let settings = Settings {
        settle: seconds(config.settle_s),
        settle_remote: seconds(config.settle_remote_s),
        poll_every: seconds(config.poll_every_s),
        rescan_every: seconds(config.rescan_every_min.saturating_mul(60)),
        force_poll: config.poll,
        ..Settings::default()
    };
    let folders = ingest::folders(&tools.site).into_iter().map(|(key, path)| WatchedFolder { key, path }).collect();
    let layouts = Arc::clone(&tools.layouts);
    let ignore = move |path: &Path| layouts.is_ignored(&path.to_string_lossy()).is_some();
    Watch::start(folders, settings, Arc::new(ignore))
}

/// Takes what has come; waits a little when there is nothing to do, and a little more for what comes with it, but never for a
/// pause: a hundred cameras make none.
fn gather(events: &Receiver<Event>, inbox: &mut Inbox) -> Result<()> {
    let mut wait = if inbox.is_empty() { IDLE } else { Duration::ZERO };
    let mut first: Option<Instant> = None;
    for _ in 0..MOST_EVENTS {
        match events.recv_timeout(wait) {
            Ok(event) => {
                inbox.put(event);
                wait = GATHER.saturating_sub(first.get_or_insert_with(Instant::now).elapsed());
            }
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Error::new(
                    Kind::Internal,
                    crate::say!("việc theo dõi thư mục đã dừng", "the watching of folders has ended"),
                ));
            }
        }
    }
    Ok(())
}

/// One round: files that settled first, since somebody may be asking for them; then one folder to look through; then, when
/// nothing waits, some thumbnails.
fn step(tools: &mut Tools, inbox: &mut Inbox, beat: &Beat<'_>) -> Result<()> {
    let settled: BTreeMap<String, Vec<Found>> = std::mem::take(&mut inbox.settled)
        .into_iter()
        .map(|(folder, files)| (folder, files.into_values().collect()))
        .collect();
    if !settled.is_empty() {
        let mut report = Report::default();
        ingest::take(&mut workshop(tools, beat), &settled, &mut report)?;
        figures::add(&report);
    }
    let removed = inbox.due(removal_after(&tools.site));
    if !removed.is_empty() {
        let mut report = Report::default();
        ingest::miss(&mut workshop(tools, beat), &removed, &mut report)?;
        figures::add(&report);
    }
    if let Some(folder) = inbox.rescan.pop_first() {
        let mut report = Report::default();
        ingest::rescan(&mut workshop(tools, beat), std::slice::from_ref(&folder), &mut report)?;
        for trouble in &report.troubles {
            tracing::warn!(folder = %trouble.folder.display(), code = trouble.code, "{}", trouble.said);
        }
        figures::add(&report);
        figures::rescanned(1);
        inbox.unseen.remove(&folder);
        return Ok(());
    }
    let time = Timestamp::now().to_zoned(tools.site.zone.clone()).time();
    if inbox.is_empty() && (tools.site.schedule.when_idle || tools.site.schedule.thumbnails.hold(time)) {
        let mut report = Report::default();
        ingest::sample(&mut workshop(tools, beat), SAMPLES, &mut report)?;
        figures::add(&report);
    }
    Ok(())
}

/// When what is said to be gone is looked at: long after everything that was renamed has settled.
fn removal_after(site: &Site) -> Duration {
    let (local, remote) = (site.watch.settle_s.saturating_mul(10), site.watch.settle_remote_s.saturating_mul(2));
    Duration::from_secs(local.max(remote).into())
}

/// Counts what there is, now and then.
fn count(tools: &Tools, inbox: &Inbox, counted: &mut Option<Instant>) -> Result<()> {
    if counted.is_none_or(|at| at.elapsed() >= COUNT_EVERY) {
        let waiting = tools.store.without_thumbnails(None)?.len();
        figures::now(tools.store.quarantine()?.len(), waiting, inbox.missing.len());
        *counted = Some(Instant::now());
    }
    Ok(())
}

fn pause(shutdown: &Shutdown) {
    let until = Instant::now() + RETRY;
    while Instant::now() < until && !shutdown.asked() {
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_without_a_pause_kept_settled_files_waiting() {
        let (send, receive) = std::sync::mpsc::channel();
        let growing = || Event::Growing { folder: "a".to_owned(), path: b"1".to_vec(), size: 1, mtime_us: 0 };
        let stop = Shutdown::default();
        std::thread::scope(|scope| {
            let (stopped, send) = (stop.clone(), send);
            scope.spawn(move || {
                while !stopped.asked() && send.send(growing()).is_ok() {
                    std::thread::sleep(GATHER / 4);
                }
            });
            let mut inbox = Inbox::default();
            inbox.put(Event::Settled { folder: "a".to_owned(), path: b"2".to_vec(), size: 1, mtime_us: 0 });
            gather(&receive, &mut inbox).unwrap();
            stop.ask();
            assert_eq!(inbox.settled.len(), 1);
        });
    }

    #[test]
    fn what_is_said_to_be_gone_is_looked_at_later_and_in_its_order() {
        let mut inbox = Inbox::default();
        for n in 0..MOST_REMOVED + 1 {
            let path = n.to_string().into_bytes();
            inbox.put(Event::Removed { folder: "a".to_owned(), path, is_dir: false });
        }
        assert_eq!(inbox.rescan.len(), 1, "beyond the bound the folder is looked through");
        assert!(inbox.due(Duration::from_secs(3600)).is_empty());
        let due = inbox.due(Duration::ZERO);
        assert_eq!((due["a"].len(), &due["a"][1][..]), (MOST_REMOVED, &b"1"[..]));
        assert!(inbox.removed.is_empty());
    }

    #[test]
    fn a_long_listing_gave_no_sign_of_life_and_the_watchdog_killed_it() {
        let health = Health::default();
        let acts: [fn(&Beat<'_>); 3] =
            [|beat| beat.begin("listing".into(), Some(2)), |beat| beat.step(), |beat| beat.end()];
        for act in acts {
            let before = Instant::now();
            act(&Beat(&health));
            assert!(health.last_sign() >= before);
        }
    }
}
