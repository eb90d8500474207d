//! Disks that are full, read-only, or away for a while. Each test mounts its own, in a namespace of its own.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::support::clips::{mp4, numbered, tiny};
use crate::support::daemon::Daemon;
use crate::support::namespace::{inside, mount_memory, remount, unmount};
use crate::support::site::TestSite;

fn site() -> TestSite {
    let site = TestSite::new(&["a", "b"]);
    site.append("[watch]\nsettle_s = 1\n");
    fs::create_dir(site.path("data")).unwrap();
    site
}

/// Fills a disk up to so many bytes.
fn fill_but(at: &Path, bytes: u64) {
    let stat = rustix::fs::statvfs(at).unwrap();
    let free = stat.f_bavail * stat.f_frsize;
    let mut filler = File::create(at.join("filler")).unwrap();
    filler.write_all(&vec![1; free.saturating_sub(bytes) as usize]).unwrap();
}

fn problems(daemon: &Daemon) -> bool {
    daemon.get("/healthz").is_some_and(|(_, body)| !body.contains("\"problems\":[]"))
}

#[test]
fn on_a_full_disk_it_pauses_says_so_and_resumes_by_itself() {
    if !inside("survive_disks::on_a_full_disk_it_pauses_says_so_and_resumes_by_itself") {
        return;
    }
    let site = site();
    let data = site.path("data");
    mount_memory(&data, "size=24m");
    let clip = fs::read(tiny()).unwrap();
    let daemon = Daemon::start(&site);
    let mut number = 0;
    // It ends in the store, in the index, or in a reel, whatever it was at.
    for left in [0, 40_000, 150_000, 400_000] {
        fill_but(&data, left);
        for _ in 0..60 {
            let name = format!("20240301_{:02}{:02}00.mp4", number / 60, number % 60);
            fs::write(site.footage("a", name), numbered(&clip, number)).unwrap();
            number += 1;
        }
        if left == 0 {
            daemon.until("it says so", || problems(&daemon));
            let (_, said) = daemon.get("/healthz").unwrap();
            println!("{said}");
        }
        std::thread::sleep(std::time::Duration::from_secs(3));
        fs::remove_file(data.join("filler")).unwrap();
        daemon.until("it resumes", || site.everything().len() as u64 == number && !problems(&daemon));
    }
    let ran = daemon.stop().ends(0);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    let report = site.run(&["index", "--json"]).ends(0).json();
    assert_eq!((&report["unchanged"], &report["rebuilt"]), (&number.into(), &false.into()));
    site.run(&["check", "--deep"]).ends(0);
}

#[test]
fn a_full_disk_at_the_start_harms_nothing() {
    if !inside("survive_disks::a_full_disk_at_the_start_harms_nothing") {
        return;
    }
    let site = site();
    let data = site.path("data");
    mount_memory(&data, "size=8m");
    site.put("a", "20240301_080000.mp4", &mp4());
    for left in [0, 4096, 20_000, 60_000, 120_000] {
        fill_but(&data, left);
        let ran = site.run(&["index", "--no-thumbnails"]);
        assert!(matches!(ran.code, Some(0 | 1)), "{left}: {:?} {}", ran.code, ran.stderr);
        assert!(!ran.stderr.contains("panicked") && !ran.stderr.contains("damaged"), "{left}: {}", ran.stderr);
        fs::remove_file(data.join("filler")).unwrap();
        site.index(0);
        assert_eq!(site.everything().len(), 1);
        for entry in fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() { fs::remove_dir_all(entry).unwrap() } else { fs::remove_file(entry).unwrap() }
        }
    }
}

#[test]
fn a_read_only_data_folder_is_refused_in_plain_words() {
    if !inside("survive_disks::a_read_only_data_folder_is_refused_in_plain_words") {
        return;
    }
    let site = site();
    let data = site.path("data");
    mount_memory(&data, "size=24m");
    site.put("a", "20240301_080000.mp4", &mp4());
    site.index(0);
    let all = site.everything();
    remount(&data, "ro");
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["index"]] {
        let ran = site.run(command).ends(1);
        assert!(ran.stderr.contains("cannot write to the data folder"), "{}", ran.stderr);
        assert!(ran.stderr.contains("Read-only file system"), "{}", ran.stderr);
    }
    remount(&data, "rw");
    site.put("a", "20240301_090000.mp4", &mp4());
    site.index(0);
    assert_eq!(site.everything().len(), 1 + all.len());
}

#[test]
fn a_footage_disk_that_is_unmounted_and_mounted_again_loses_nothing() {
    if !inside("survive_disks::a_footage_disk_that_is_unmounted_and_mounted_again_loses_nothing") {
        return;
    }
    let site = site();
    let (disk, footage) = (site.path("disk"), site.footage("a", ""));
    fs::create_dir(&disk).unwrap();
    mount_memory(&disk, "size=8m");
    let plug = || assert!(Command::new("mount").arg("--bind").args([&disk, &footage]).status().unwrap().success());
    plug();
    site.put("b", "20240301_080000.mp4", &mp4());
    for hour in 10..14 {
        site.put("a", format!("20240301_{hour}0000.mp4"), &mp4());
    }
    let daemon = Daemon::start(&site);
    let all = site.everything();
    assert_eq!(all.len(), 5);
    for round in 0..2 {
        unmount(&footage);
        daemon.until("it says so", || problems(&daemon));
        // Whoever else looks says so too, and marks nothing.
        site.put("b", format!("20240301_2{round}0000.mp4"), &mp4());
        daemon.until("the other camera's are taken in", || site.everything().len() == 6 + round);
        assert!(all.iter().all(|hit| site.everything().contains(hit)));
        plug();
        daemon.until("it is well again", || !problems(&daemon));
    }
    unmount(&footage);
    daemon.until("it says so", || problems(&daemon));
    daemon.stop().ends(0);
    let report = site.index(1);
    assert_eq!((&report["gone"], &report["troubles"][0]["code"]), (&0.into(), &"root_empty".into()));
    assert_eq!(site.everything().len(), 7);
    plug();
    let report = site.index(0);
    assert_eq!((&report["gone"], &report["listed"], &report["unchanged"]), (&0.into(), &0.into(), &7.into()));
}
