//! The daemon's work, on one thread: take in what settled, look through what is to be looked through, do what other commands
//! ask for, hand out thumbnails when it may. The only writer of store and index while it runs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::control::{self, Job, Reply, Request};
use super::figures;
use super::inbox::Inbox;
use super::news::News;
use super::thumbnailer::Thumbnailer;
use crate::base::health::Health;
use crate::base::shutdown::Shutdown;
use crate::base::{Error, Kind, Lang, Result, Said};
use crate::config::Site;
use crate::http::{Desk, Known};
use crate::index::{FootageIndex, TantivyIndex};
use crate::ingest::{self, Order, Progress, Report, Standing, Workshop, sampling};
use crate::layout::Layouts;
use crate::media::MediaPool;
use crate::say;
use crate::store::Store;
use crate::tls::Shown;
use crate::watch::{Event, Found, Settings, Watch, WatchedFolder};

/// Waits so long for a first event.
const IDLE: Duration = Duration::from_millis(500);
/// After a failure (a full disk, a busy store) the work is tried again after so long.
const RETRY: Duration = Duration::from_secs(5);
/// How often the figures of what there is are counted.
const COUNT_EVERY: Duration = Duration::from_secs(10);
/// A file that is written for longer than this is listed as far as it goes, and again after as long.
const GROWING_EVERY: Duration = Duration::from_secs(60);

/// What the work is done with.
pub struct Tools {
    /// The site.
    pub site: Site,
    /// The recorder layouts.
    pub layouts: Arc<Layouts>,
    /// The truth.
    pub store: Store,
    /// The index.
    pub index: Arc<TantivyIndex>,
    /// Where files are listed.
    pub media: MediaPool,
    /// Where thumbnails are taken: processes that yield to all others.
    pub background: MediaPool,
    /// The wish to stop.
    pub shutdown: Shutdown,
}

/// Reads the configuration again.
pub type Reload = Box<dyn Fn() -> Result<(Site, Layouts)> + Send>;

/// The site and what it is worked at with.
struct Shop {
    site: Site,
    /// The site file as it was read, to know whether it has changed.
    text: Vec<u8>,
    layouts: Arc<Layouts>,
    store: Store,
    index: Arc<TantivyIndex>,
    media: MediaPool,
    shutdown: Shutdown,
}

/// Somebody who waits until no thumbnail is missing.
struct Sampling {
    cameras: Option<Vec<String>>,
    report: Report,
    reply: Reply,
}

/// The HTTP port, as the work sees it.
pub(super) struct Port<'a> {
    /// Where it answers from: it is told of another site file, and of what happens.
    pub desk: &'a Desk,
    /// The keys of folders that visitors want to have looked through.
    pub wished: Receiver<String>,
    /// The certificate that it shows, where it speaks TLS.
    pub certificate: Option<Arc<Shown>>,
}

struct Work<'a> {
    shop: Shop,
    health: &'a Health,
    port: Port<'a>,
    /// What was told of the state last.
    news: News,
    watch: Watch,
    events: Receiver<Event>,
    inbox: Inbox,
    jobs: Receiver<Job>,
    reload: Reload,
    thumbnailer: Thumbnailer,
    asked_for: Vec<Sampling>,
    counted: Option<Instant>,
}

/// Works until asked to stop.
///
/// # Errors
/// When the store is damaged, or watching cannot begin. A full disk or a failing folder is no end: it is said, and tried again.
pub(super) fn run(tools: Tools, health: &Health, again: &Shutdown, reload: Reload, port: Port<'_>) -> Result<()> {
    let Tools { site, layouts, store, index, media, background, shutdown } = tools;
    let text = text_of(&site.file);
    let mut shop = Shop { site, text, layouts, store, index, media, shutdown };
    let beat = Beat { health, asker: None };
    match ingest::begin(&mut shop.open(&beat), false, &mut Report::default()) {
        Err(error) if error.kind() == Kind::Interrupted => return Ok(()),
        result => result?,
    }
    let thumbnailer = Thumbnailer::start(background, shop.site.schedule.cpu_percent)?;
    let jobs = control::listen(&shop.site.data)?;
    let (watch, events) = shop.watch()?;
    let inbox = Inbox::all(shop.keys());
    let mut work = Work {
        shop,
        health,
        port,
        news: News::default(),
        watch,
        events,
        inbox,
        jobs,
        reload,
        thumbnailer,
        asked_for: Vec::new(),
        counted: None,
    };
    while !work.shop.shutdown.asked() {
        if again.take()
            && let Err(error) = work.reload()
        {
            tracing::error!("the site file is not taken, the old one stays: {}", explain(&error));
        }
        work.inbox.gather(&work.events, IDLE)?;
        health.alive();
        match work.step() {
            Ok(()) => {
                let missing = &work.inbox.missing;
                health.problems(missing.iter().map(|(folder, why)| format!("{folder}: {why}")).collect());
                if work.inbox.unseen.is_empty() {
                    health.ready();
                }
            }
            Err(error) if error.kind() == Kind::Interrupted => break,
            Err(error) if error.kind() == Kind::State => return Err(error),
            Err(error) => work.pause(&error),
        }
    }
    let Work { shop, watch, .. } = work;
    drop(watch);
    shop.index.settle()
}

impl Shop {
    fn open<'a>(&'a mut self, progress: &'a dyn Progress) -> Workshop<'a> {
        let watch = &self.site.watch;
        Workshop {
            young: Duration::from_secs(watch.settle_s.into()),
            site: &self.site,
            layouts: &self.layouts,
            store: &mut self.store,
            index: &*self.index,
            media: &self.media,
            now: &Timestamp::now,
            shutdown: &self.shutdown,
            progress,
        }
    }

    fn keys(&self) -> impl Iterator<Item = String> {
        ingest::folders(&self.site).into_iter().map(|(key, _)| key)
    }

    fn watch(&self) -> Result<(Watch, Receiver<Event>)> {
        let config = &self.site.watch;
        let seconds = |s: u32| Duration::from_secs(s.into());
        let settings = Settings {
            settle: seconds(config.settle_s),
            settle_remote: seconds(config.settle_remote_s),
            poll_every: seconds(config.poll_every_s),
            rescan_every: seconds(config.rescan_every_min.saturating_mul(60)),
            growing_every: GROWING_EVERY,
            force_poll: config.poll,
            ..Settings::default()
        };
        let folders = ingest::folders(&self.site).into_iter().map(|(key, path)| WatchedFolder { key, path }).collect();
        let layouts = Arc::clone(&self.layouts);
        let ignore = move |path: &Path| layouts.is_ignored(&path.to_string_lossy()).is_some();
        Watch::start(folders, settings, Arc::new(ignore))
    }
}

impl Work<'_> {
    /// One round: what others ask for; files that settled, since somebody may be asking for them; a folder to look through, or
    /// a growing file; thumbnails.
    fn step(&mut self) -> Result<()> {
        while let Ok(job) = self.jobs.try_recv() {
            self.serve(job)?;
        }
        self.inbox.rescan.extend(self.port.wished.try_iter());
        let settled = self.inbox.settled();
        if !settled.is_empty() {
            self.take(&settled, Standing::Settled)?;
        }
        let removed = self.inbox.due(removal_after(&self.shop.site));
        if !removed.is_empty() {
            let mut report = Report::default();
            let beat = Beat { health: self.health, asker: None };
            ingest::miss(&mut self.shop.open(&beat), &removed, &mut report)?;
            self.done(&report);
        }
        if let Some(folder) = self.inbox.rescan.pop_first() {
            self.look_through(&folder)?;
        } else if let Some((place, file)) = self.inbox.next_growing() {
            let began = Instant::now();
            self.take(&BTreeMap::from([(place.0.clone(), vec![file])]), Standing::Growing)?;
            self.inbox.followed(place, began.elapsed());
        }
        self.thumbnails()?;
        self.count()
    }

    fn take(&mut self, files: &BTreeMap<String, Vec<Found>>, standing: Standing) -> Result<()> {
        let mut report = Report::default();
        let beat = Beat { health: self.health, asker: None };
        ingest::take(&mut self.shop.open(&beat), files, standing, &mut report)?;
        self.done(&report);
        Ok(())
    }

    fn look_through(&mut self, folder: &str) -> Result<()> {
        let mut report = Report::default();
        let beat = Beat { health: self.health, asker: None };
        ingest::rescan(&mut self.shop.open(&beat), &[folder.to_owned()], &mut report)?;
        self.looked_through(&report);
        figures::rescanned(1);
        self.inbox.unseen.remove(folder);
        Ok(())
    }

    /// Counts what a piece of work did, and tells of it.
    fn done(&self, report: &Report) {
        figures::add(report);
        News::worked(self.port.desk, report);
    }

    fn looked_through(&self, report: &Report) {
        for trouble in &report.troubles {
            tracing::warn!(folder = %trouble.folder.display(), code = %trouble.code, "{}", trouble.said);
        }
        self.done(report);
        for (folder, path) in &report.young {
            self.watch.consider(folder, [path.clone()]);
        }
    }

    /// Does what another command asks for.
    fn serve(&mut self, job: Job) -> Result<()> {
        let Job { request, reply } = job;
        tracing::info!(?request, "asked");
        let result = match request {
            Request::Reload => self.reload().map(|()| Report::default()),
            Request::Entered { trace } => {
                News::entered(self.port.desk, &self.shop.store, trace).map(|()| Report::default())
            }
            Request::Sample => return self.want_thumbnails(None, Report::default(), reply),
            Request::Index { site, order } => {
                let sample = !order.without_thumbnails && !order.rebuild;
                let cameras = order.cameras.clone();
                match self.index(&site, order, &reply) {
                    Ok(report) if sample => return self.want_thumbnails(cameras, report, reply),
                    result => result,
                }
            }
        };
        match result {
            Ok(report) => {
                reply.end(Ok(report));
                Ok(())
            }
            Err(error) => {
                reply.end(Err(&error));
                // What is wrong with the request is the asker's; what is wrong with the state is ours too.
                if matches!(error.kind(), Kind::Usage | Kind::Config) { Ok(()) } else { Err(error) }
            }
        }
    }

    fn index(&mut self, site: &Path, order: Order, reply: &Reply) -> Result<Report> {
        let ours = &self.shop.site.file;
        if !same_file(site, ours) {
            let ours = ours.display();
            return Err(Error::new(
                Kind::Usage,
                say!(
                    "dịch vụ đang chạy với tệp cấu hình khác: {ours}",
                    "the daemon runs with another site file: {ours}"
                ),
            ));
        }
        if text_of(ours) != self.shop.text {
            self.reload()?;
        }
        let beat = Beat { health: self.health, asker: Some(reply) };
        let order = Order { without_thumbnails: true, ..order };
        let report = ingest::run(&mut self.shop.open(&beat), &order)?;
        self.looked_through(&report);
        Ok(report)
    }

    fn want_thumbnails(&mut self, cameras: Option<Vec<String>>, report: Report, reply: Reply) -> Result<()> {
        let missing = self.shop.store.unsampled(cameras.as_deref())?;
        reply.begin(say!("lấy ảnh nhỏ", "taking thumbnails"), Some(missing));
        self.asked_for.push(Sampling { cameras, report, reply });
        Ok(())
    }

    /// Takes a changed site file; the old one stays where the new one is wrong.
    fn reload(&mut self) -> Result<()> {
        let text = text_of(&self.shop.site.file);
        let (site, layouts) = (self.reload)()?;
        self.port.desk.know(Known::of(site.clone())?);
        if let Some(shown) = &self.port.certificate
            && let Err(error) = shown.exchange(&site.tls.cert, &site.tls.key)
        {
            tracing::error!("the certificate is not taken, the old one stays: {}", explain(&error));
        }
        (self.shop.site, self.shop.layouts, self.shop.text) = (site, Arc::new(layouts), text);
        (self.watch, self.events) = self.shop.watch()?;
        self.inbox = Inbox::all(self.shop.keys());
        tracing::info!("the site file was read again");
        Ok(())
    }

    /// Saves the thumbnails that came back and gives out more, when it may.
    fn thumbnails(&mut self) -> Result<()> {
        let back = self.thumbnailer.take();
        if !back.is_empty() {
            let (count, busy_s) = (back.len(), back.iter().map(|sampled| sampled.busy_s).sum());
            let mut report = Report::default();
            let beat = Beat { health: self.health, asker: None };
            sampling::save(&mut self.shop.open(&beat), back, &mut report)?;
            self.shop.store.note_sampling(count, self.thumbnailer.wall_s(busy_s))?;
            figures::add(&report);
            for asker in &mut self.asked_for {
                asker.report.thumbnails += report.thumbnails;
                (0..count).for_each(|_| asker.reply.step());
            }
        }
        self.answer_askers()?;
        let schedule = &self.shop.site.schedule;
        let time = Timestamp::now().to_zoned(self.shop.site.zone.clone()).time();
        let may = self.inbox.is_empty() && (schedule.when_idle || schedule.thumbnails.hold(time));
        self.thumbnailer.bound(if self.asked_for.is_empty() { schedule.cpu_percent } else { 100 });
        let room = self.thumbnailer.room();
        if room > 0 && (may || !self.asked_for.is_empty()) {
            let beat = Beat { health: self.health, asker: None };
            let cameras = if may { None } else { self.asked_for.first().and_then(|a| a.cameras.clone()) };
            let tasks = sampling::tasks(&self.shop.open(&beat), cameras.as_deref(), room, self.thumbnailer.at_work())?;
            self.thumbnailer.give(tasks);
        }
        Ok(())
    }

    /// Tells those who waited for thumbnails of which none is missing any more.
    fn answer_askers(&mut self) -> Result<()> {
        for mut asker in std::mem::take(&mut self.asked_for) {
            let none = self.shop.store.next_to_sample(asker.cameras.as_deref(), 1)?.is_empty();
            if none {
                asker.report.in_quarantine =
                    ingest::report::quarantined(&self.shop.site, &self.shop.store, asker.cameras.as_deref())?;
                asker.reply.step_end();
                asker.reply.end(Ok(asker.report));
            } else {
                self.asked_for.push(asker);
            }
        }
        Ok(())
    }

    /// Counts what there is, now and then.
    fn count(&mut self) -> Result<()> {
        if self.counted.is_none_or(|at| at.elapsed() >= COUNT_EVERY) {
            let store = &self.shop.store;
            let (waiting, pace) = (store.unsampled(None)?, store.sampling_pace()?);
            let (quarantined, missing) = (store.quarantine()?.len(), self.inbox.missing.len());
            figures::now(quarantined, waiting, pace, missing);
            self.news.look(self.port.desk, store, quarantined, missing)?;
            self.counted = Some(Instant::now());
        }
        Ok(())
    }

    /// After a failure: says so and waits a little. Nothing is lost: what was not taken in is found again by looking through
    /// the folders.
    fn pause(&mut self, error: &Error) {
        let why = explain(error);
        tracing::error!("work pauses: {why}");
        self.health.problems(vec![why]);
        for asker in self.asked_for.drain(..) {
            asker.reply.end(Err(error));
        }
        self.inbox.rescan.extend(self.shop.keys());
        self.inbox.forget_settled();
        let until = Instant::now() + RETRY;
        while Instant::now() < until && !self.shop.shutdown.asked() {
            self.health.alive();
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Every step of a long piece of work is a sign of life, since listing a ward for the first time takes longer than the watchdog
/// waits; and whoever asked for the work is told.
struct Beat<'a> {
    health: &'a Health,
    asker: Option<&'a Reply>,
}

impl Progress for Beat<'_> {
    fn begin(&self, stage: Said, steps: Option<u64>) {
        self.health.alive();
        if let Some(asker) = self.asker {
            asker.begin(stage, steps);
        }
    }

    fn step(&self) {
        self.health.alive();
        if let Some(asker) = self.asker {
            asker.step();
        }
    }

    fn end(&self) {
        self.health.alive();
        if let Some(asker) = self.asker {
            asker.step_end();
        }
    }
}

/// When what is said to be gone is looked at: long after everything that was renamed has settled.
fn removal_after(site: &Site) -> Duration {
    let (local, remote) = (site.watch.settle_s.saturating_mul(10), site.watch.settle_remote_s.saturating_mul(2));
    Duration::from_secs(local.max(remote).into())
}

fn explain(error: &Error) -> String {
    error.explain(Lang::En)
}

/// The bytes of a file; none where it cannot be read, which reading it as a site file will say.
fn text_of(file: &Path) -> Vec<u8> {
    std::fs::read(file).unwrap_or_default()
}

fn same_file(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| -> PathBuf { path.canonicalize().unwrap_or_else(|_| path.to_owned()) };
    real(a) == real(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_listing_gave_no_sign_of_life_and_the_watchdog_killed_it() {
        let health = Health::default();
        let acts: [fn(&Beat<'_>); 3] =
            [|beat| beat.begin("listing".into(), Some(2)), |beat| beat.step(), |beat| beat.end()];
        for act in acts {
            let before = Instant::now();
            act(&Beat { health: &health, asker: None });
            assert!(health.last_sign() >= before);
        }
    }
}
