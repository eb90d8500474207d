//! The machine's clock steps by hours: nothing is lost, timed wrongly, forgotten or done again.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use truyvet::base::Said;
use truyvet::base::shutdown::Shutdown;
use truyvet::config::Site;
use truyvet::index::{self, TantivyIndex};
use truyvet::ingest::{self, Order, Progress, Report, Standing, Workshop};
use truyvet::layout::Layouts;
use truyvet::media::{Limits, MediaPool, PoolConfig, Priority, Sandbox};
use truyvet::store::Store;
use truyvet::watch::Found;

use crate::support::clips::{numbered, tiny};
use crate::support::site::{TestSite, set_modified};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

struct Nobody;

impl Progress for Nobody {
    fn begin(&self, _: Said, _: Option<u64>) {}
    fn step(&self) {}
    fn end(&self) {}
}

/// A workshop on a site's data folder whose clock is set by hand.
struct Clocked {
    site: Site,
    layouts: Layouts,
    store: Store,
    index: TantivyIndex,
    media: MediaPool,
    now: Timestamp,
}

impl Clocked {
    fn open(site: &TestSite, now: Timestamp) -> Clocked {
        let site = Site::load(&site.path("site.toml")).unwrap();
        fs::create_dir_all(&site.data).unwrap();
        let exe = env!("CARGO_BIN_EXE_truyvet").into();
        let config = PoolConfig {
            exe,
            workers: 2,
            limits: Limits::default(),
            sandbox: Sandbox::Full,
            priority: Priority::Ordinary,
        };
        Clocked {
            layouts: Layouts::builtin().unwrap(),
            store: Store::open(&site.data).unwrap(),
            index: TantivyIndex::open(&site.data.join(index::FOLDER)).unwrap(),
            media: MediaPool::new(config).unwrap(),
            site,
            now,
        }
    }

    fn with(&mut self, work: impl FnOnce(&mut Workshop<'_>, &mut Report)) -> Report {
        let now = self.now;
        let mut report = Report::default();
        let mut shop = Workshop {
            site: &self.site,
            layouts: &self.layouts,
            store: &mut self.store,
            index: &self.index,
            media: &self.media,
            now: &|| now,
            young: std::time::Duration::ZERO,
            shutdown: &Shutdown::default(),
            progress: &Nobody,
        };
        work(&mut shop, &mut report);
        report
    }

    /// Everything is looked through.
    fn run(&mut self) -> Report {
        self.with(|shop, report| {
            *report = ingest::run(shop, &Order { without_thumbnails: true, ..Order::default() }).unwrap();
        })
    }

    /// A file is said to have settled.
    fn take(&mut self, site: &TestSite, camera: &str, name: &str) -> Report {
        let meta = fs::metadata(site.footage(camera, name)).unwrap();
        let mtime_us = truyvet::watch::scan::micros(meta.modified().unwrap());
        let found = Found { path: name.as_bytes().to_vec(), size: meta.len(), mtime_us };
        let files = BTreeMap::from([(camera.to_owned(), vec![found])]);
        self.with(|shop, report| ingest::take(shop, &files, Standing::Settled, report).unwrap())
    }
}

/// The nth file of a camera: its name tells when it was recorded; its modification time is as the machine's clock stood.
fn lay_down(site: &TestSite, camera: &str, number: u64, clock: Timestamp) -> String {
    let name = format!("20240301_{:02}{:02}00.mp4", number / 60, number % 60);
    let path = site.footage(camera, &name);
    fs::write(&path, numbered(&fs::read(tiny()).unwrap(), number)).unwrap();
    let since_1970 = Duration::from_micros(clock.as_microsecond().unsigned_abs());
    set_modified(&path, SystemTime::UNIX_EPOCH + since_1970);
    name
}

fn without_doubts(all: Vec<Value>) -> Vec<Value> {
    // What the modification time claims is the jumping clock's; it is shown as a doubt, and not believed.
    let strip = |mut hit: Value| {
        hit["doubts"] = Value::Null;
        hit
    };
    all.into_iter().map(strip).collect()
}

#[test]
fn a_clock_that_steps_by_hours_changes_nothing_that_is_found() {
    let noon: Timestamp = "2024-03-01T12:00:00Z".parse().unwrap();
    let (stepped, steady) = (TestSite::new(&["a", "b"]), TestSite::new(&["a", "b"]));
    for site in [&stepped, &steady] {
        fs::write(site.footage("b", "20240301_235900.mp4"), b"damaged").unwrap();
    }
    let (mut one, mut other) = (Clocked::open(&stepped, noon), Clocked::open(&steady, noon));
    assert_eq!((one.run().unreadable, other.run().unreadable), (1, 1));
    // An hour on, two back, a day back, to 1970 as without a battery, and right again.
    let steps = [HOUR, HOUR * -2, HOUR * -24, noon.duration_until(Timestamp::UNIX_EPOCH), SignedDuration::ZERO];
    let mut number = 0;
    for step in steps {
        one.now = noon.checked_add(step).unwrap();
        other.now = noon;
        for _ in 0..2 {
            for (clocked, site) in [(&mut one, &stepped), (&mut other, &steady)] {
                let name = lay_down(site, "a", number, clocked.now);
                assert_eq!(clocked.take(site, "a", &name).listed, 1, "{step}");
            }
            number += 1;
        }
        for clocked in [&mut one, &mut other] {
            let report = clocked.run();
            assert_eq!((report.listed, report.gone, report.forgotten, report.reels_deleted), (0, 0, 0, 0), "{step}");
            assert_eq!((report.unchanged + report.unreadable, report.retimed), (number + 1, 0), "{step}");
        }
    }
    drop((one, other));
    let (was, should) = (stepped.everything(), steady.everything());
    assert_eq!((was.len(), should.len()), (10, 10));
    let local = |site: &TestSite, all: Vec<Value>| -> Vec<Value> {
        let root = site.path("").display().to_string();
        let strip = |mut hit: Value| {
            hit["path"] = hit["path"].as_str().unwrap().replace(&root, "").into();
            hit
        };
        without_doubts(all.into_iter().map(strip).collect())
    };
    assert_eq!(local(&stepped, was), local(&steady, should));
}

#[test]
fn after_a_step_back_a_damaged_file_is_still_tried_again() {
    let site = TestSite::new(&["a"]);
    let noon: Timestamp = "2024-03-01T12:00:00Z".parse().unwrap();
    fs::write(site.footage("a", "20240301_110000.mp4"), b"damaged").unwrap();
    let mut clocked = Clocked::open(&site, noon);
    assert_eq!(clocked.run().unreadable, 1);
    assert_eq!(clocked.run().unreadable, 0, "it waits for its time");
    clocked.now = noon.checked_sub(HOUR * 24 * 365).unwrap();
    assert_eq!(clocked.run().unreadable, 1, "its time would come in a year");
    assert_eq!(clocked.run().unreadable, 0, "no more often than else");
}
