//! The daemon killed at any moment while files arrive: afterwards the hits are those of a run that nothing disturbed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::support::clips::{numbered, tiny};
use crate::support::daemon::Daemon;
use crate::support::luck::Luck;
use crate::support::site::{TestSite, set_modified};

const CAMERAS: [&str; 4] = ["a", "b", "c", "d"];
const FILES: usize = 500;

/// Lays one file down as recorders and copiers do: under a temporary name, bit by bit in its place, or at once; now and then
/// in a folder that is as new as the file.
fn lay_down(site: &TestSite, number: usize, clip: &[u8], luck: &mut Luck) {
    let camera = CAMERAS[number % CAMERAS.len()];
    let bytes = numbered(clip, number as u64);
    let folder = if number.is_multiple_of(7) { format!("20240301/{number}/") } else { String::new() };
    let path = site.footage(camera, format!("{folder}20240301_{:02}{:02}00.mp4", number / 60, number % 60));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let then = SystemTime::now() - Duration::from_secs(3600);
    match luck.below(3) {
        0 => {
            let unfinished = path.with_extension("mp4.tmp");
            fs::write(&unfinished, &bytes).unwrap();
            set_modified(&unfinished, then);
            fs::rename(&unfinished, &path).unwrap();
        }
        1 => {
            let mut file = File::create(&path).unwrap();
            for part in bytes.chunks(bytes.len() / 3) {
                file.write_all(part).unwrap();
                thread::sleep(Duration::from_millis(luck.below(20)));
            }
            file.set_modified(then).unwrap();
        }
        _ => {
            fs::write(&path, &bytes).unwrap();
            set_modified(&path, then);
        }
    }
}

/// The hits by path. A file that was looked at while it was written has its id from what it was then.
fn hits(all: Vec<Value>) -> BTreeMap<String, Value> {
    let count = all.len();
    let mut ids = std::collections::BTreeSet::new();
    let by_path: BTreeMap<String, Value> = all
        .into_iter()
        .map(|mut hit| {
            ids.insert(hit["id"].take().to_string());
            (hit["path"].as_str().unwrap().to_owned(), hit)
        })
        .collect();
    assert_eq!((by_path.len(), ids.len()), (count, count), "none twice");
    by_path
}

fn killed_while_files_arrive(kills: usize) {
    let site = TestSite::new(&CAMERAS);
    site.append("[watch]\nsettle_s = 1\n");
    let mut luck = Luck::new(0x5eed_0001);
    let clip = fs::read(tiny()).unwrap();
    let (allowed, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let mut survived = 0;
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut luck = Luck::new(0x5eed_0002);
            for number in 0..FILES {
                while allowed.load(Ordering::Relaxed) <= number && !over.load(Ordering::Relaxed) {
                    thread::sleep(Duration::from_millis(2));
                }
                lay_down(&site, number, &clip, &mut luck);
                thread::sleep(Duration::from_millis(luck.below(30)));
            }
        });
        for kill in 0..kills {
            allowed.store(FILES * (kill + 1) / kills, Ordering::Relaxed);
            let daemon = Daemon::begin(&site.path("site.toml"));
            thread::sleep(Duration::from_millis(luck.below(1800)));
            survived += usize::from(daemon.get("/readyz").is_some_and(|(code, _)| code == 200));
            daemon.kill();
        }
        over.store(true, Ordering::Relaxed);
    });
    println!("killed {kills} times, {survived} of them after it was ready");
    let daemon = Daemon::start(&site);
    daemon.until("all are found", || site.everything().len() >= FILES);
    let ran = daemon.stop().ends(0);
    assert!(!ran.stderr.contains("panicked") && !ran.stderr.contains("damaged"), "{}", ran.stderr);
    let undisturbed = site.with_data("undisturbed");
    undisturbed.run(&["index", "--no-thumbnails"]).ends(0);
    let (was, should) = (hits(site.everything()), hits(undisturbed.everything()));
    assert_eq!(should.len(), FILES);
    assert_eq!(was, should);
    site.run(&["check", "--deep"]).ends(0);
    let report = site.index(0);
    assert_eq!((&report["listed"], &report["gone"], &report["rebuilt"]), (&0.into(), &0.into(), &false.into()));
    let torn: Vec<_> = fs::read_dir(site.path("data"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with('.') || name.contains("damaged") || name.contains("left-over"))
        .collect();
    assert!(torn.is_empty(), "{torn:?}");
}

#[test]
fn killed_thirty_times_while_files_arrive_it_finds_what_an_undisturbed_run_finds() {
    killed_while_files_arrive(30);
}

#[test]
#[ignore = "three minutes: `make soak` does it"]
fn killed_a_hundred_times_while_files_arrive_it_finds_what_an_undisturbed_run_finds() {
    killed_while_files_arrive(100);
}
