//! `truyvet index` over time: nothing is opened twice, nothing is forgotten, and what changed on disk is seen.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::Value;

use crate::support::clips::{clip, mp4, other_mp4, ts};
use crate::support::run::{end, start, truyvet};
use crate::support::site::{LAT, LON, TestSite, not_utf8, set_modified};

const NINE: &str = "20240301_090000.mp4";
const TEN: &str = "20240301_100000.mp4";

fn counts(report: &Value) -> [u64; 5] {
    ["found", "unchanged", "listed", "unreadable", "gone"].map(|key| report[key].as_u64().unwrap())
}

fn ids(recordings: &[Value]) -> Vec<&str> {
    recordings.iter().map(|recording| recording["id"].as_str().unwrap()).collect()
}

fn paths(recordings: &[Value]) -> Vec<&Path> {
    recordings.iter().map(|recording| Path::new(recording["path"].as_str().unwrap())).collect()
}

/// The gaps of the first camera from nine to half past ten.
fn gaps(site: &TestSite) -> Vec<Value> {
    let near = format!("{LAT},{LON}");
    let arguments = ["--near", &near, "--from", "2024-03-01 09:00", "--to", "2024-03-01 10:30", "--json"];
    let answer = site.run(&[&["search"][..], &arguments].concat()).ends(0).json();
    answer["cameras"][0]["gaps"].as_array().unwrap().clone()
}

#[test]
fn a_second_run_opens_nothing_and_changes_nothing() {
    let site = TestSite::new(&["a", "b"]);
    let file = site.put("a", NINE, &mp4());
    site.put("a", TEN, &mp4());
    site.put("b", NINE, &other_mp4());
    site.write("b", "20240301_110000.mp4", b"no video at all, but a text");
    assert_eq!(counts(&site.run(&["index", "--json"]).ends(3).json()), [4, 0, 3, 1, 0]);
    let before = site.everything();
    // Were any file opened, this would be seen: same size and times, other bytes.
    let meta = file.metadata().unwrap();
    fs::write(&file, vec![b'?'; meta.len() as usize]).unwrap();
    File::options().append(true).open(&file).unwrap().set_modified(meta.modified().unwrap()).unwrap();
    let report = site.run(&["index", "--json"]).ends(3).json();
    assert_eq!(counts(&report), [4, 4, 0, 0, 0]);
    assert_eq!((&report["bytes_read"], &report["indexed"], &report["thumbnails"]), (&0.into(), &0.into(), &0.into()));
    assert_eq!(report["in_quarantine"][0]["attempts"], 1, "it is not due yet");
    assert_eq!(site.everything(), before);
}

#[test]
fn what_comes_later_is_added() {
    let site = TestSite::new(&["a"]);
    site.put("a", NINE, &mp4());
    site.index(0);
    site.put("a", TEN, &mp4());
    assert_eq!(counts(&site.index(0)), [2, 1, 1, 0, 0]);
    assert_eq!(site.everything().len(), 2);
}

#[test]
fn a_file_that_grew_stays_the_same_recording_and_is_longer() {
    let site = TestSite::new(&["a"]);
    let whole = fs::read(ts()).unwrap();
    let file = site.write("a", "20240301_090000.ts", &whole[..whole.len() / 2 / 188 * 188]);
    site.run(&["index"]).ends(0);
    let before = site.everything();
    File::options().append(true).open(&file).unwrap().write_all(&whole[whole.len() / 2 / 188 * 188..]).unwrap();
    assert_eq!(counts(&site.run(&["index", "--json"]).ends(0).json()), [1, 0, 1, 0, 0]);
    let after = site.everything();
    assert_eq!(ids(&before), ids(&after));
    assert_eq!(before[0]["start"], after[0]["start"]);
    assert_eq!(after[0]["keyframes"], 12);
    assert!(before[0]["keyframes"].as_u64().unwrap() < 8);
    let shown = site.run(&["show", "--json", file.to_str().unwrap()]).ends(0).json();
    let thumbnails = shown["thumbnails"].as_array().unwrap();
    let last = thumbnails.last().unwrap()["pts_us"].as_i64().unwrap();
    let first = thumbnails[0]["pts_us"].as_i64().unwrap();
    assert_eq!(last - first, 11_000_000, "thumbnails are those of the file as it is now");
}

#[test]
fn a_file_cut_short_is_listed_anew() {
    let site = TestSite::new(&["a"]);
    let whole = fs::read(ts()).unwrap();
    let file = site.write("a", "20240301_090000.ts", &whole);
    site.index(0);
    let before = site.everything();
    site.write("a", "20240301_090000.ts", &whole[..whole.len() / 2]);
    site.index(0);
    let after = site.everything();
    assert_eq!(ids(&before), ids(&after));
    assert!(after[0]["end"].as_str() < before[0]["end"].as_str());
    // Cut to nothing it is no recording any more, and its time is known to be damaged.
    fs::write(&file, b"").unwrap();
    let report = site.index(3);
    assert_eq!(report["in_quarantine"][0]["reason"], "empty");
    assert_eq!(site.everything(), [] as [Value; 0]);
    assert!(gaps(&site).iter().any(|gap| gap["reason"] == "damaged"));
}

#[test]
fn a_moved_file_keeps_its_recording() {
    let site = TestSite::new(&["a"]);
    let file = site.put("a", NINE, &mp4());
    site.index(0);
    let before = site.everything();
    let moved = site.footage("a", "kept/20240301_090000.mp4");
    fs::create_dir(moved.parent().unwrap()).unwrap();
    fs::rename(&file, &moved).unwrap();
    let report = site.index(0);
    assert_eq!((&report["gone"], &report["listed"]), (&1.into(), &1.into()));
    let after = site.everything();
    assert_eq!(ids(&before), ids(&after));
    assert_eq!(paths(&after), [moved.as_path()]);
    let shown = site.run(&["show", "--json", ids(&after)[0]]).ends(0).json();
    let files = shown["files"].as_array().unwrap();
    assert_eq!(files.len(), 2);
    assert!(files[0]["gone"].is_null() && files[1]["gone"].is_string());
}

#[test]
fn a_copy_that_tells_the_same_time_is_the_same_recording() {
    let site = TestSite::new(&["a"]);
    let first = site.put("a", NINE, &mp4());
    let second = site.put("a", "backup/20240301_090000.mp4", &mp4());
    site.index(0);
    let before = site.everything();
    assert_eq!(before.len(), 1, "{before:?}");
    let shown = site.run(&["show", "--json", ids(&before)[0]]).ends(0).json();
    assert_eq!(shown["files"].as_array().unwrap().len(), 2);
    // Of two files one may go.
    fs::remove_file(first).unwrap();
    assert_eq!(site.index(0)["gone"], 1);
    let after = site.everything();
    assert_eq!(ids(&before), ids(&after));
    assert_eq!(paths(&after), [second.as_path()]);
}

#[test]
fn a_copy_that_tells_another_time_is_another_recording() {
    let site = TestSite::new(&["a"]);
    site.put("a", NINE, &mp4());
    site.put("a", TEN, &mp4());
    site.index(0);
    let recordings = site.everything();
    assert_eq!(recordings.len(), 2);
    assert_ne!(ids(&recordings)[0], ids(&recordings)[1]);
}

#[test]
fn a_copy_put_back_under_the_old_name_of_a_renamed_file_does_not_take_its_recording() {
    let site = TestSite::new(&["a"]);
    let nine = site.put("a", NINE, &mp4());
    site.index(0);
    let ten = site.footage("a", TEN);
    fs::rename(&nine, &ten).unwrap();
    site.index(0);
    let renamed = site.everything();
    assert_eq!((renamed.len(), paths(&renamed)), (1, vec![ten.as_path()]));
    site.put("a", NINE, &mp4());
    site.index(0);
    let both = site.everything();
    assert_eq!(paths(&both), [nine.as_path(), ten.as_path()]);
    assert_eq!(ids(&both)[1], ids(&renamed)[0]);
    assert_ne!(ids(&both)[0], ids(&both)[1]);
}

#[test]
fn a_vanished_file_keeps_its_row_and_its_gap_says_so() {
    let site = TestSite::new(&["a"]);
    let file = site.put("a", NINE, &mp4());
    site.put("a", TEN, &mp4());
    site.index(0);
    let id = ids(&site.everything())[0].to_owned();
    fs::remove_file(&file).unwrap();
    assert_eq!(counts(&site.index(0)), [1, 1, 0, 0, 1]);
    assert_eq!(site.everything().len(), 1);
    let gone: Vec<Value> = gaps(&site).into_iter().filter(|gap| gap["reason"] == "gone").collect();
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0]["start"], "2024-03-01T02:00:00Z");
    assert_eq!(gone[0]["end"], "2024-03-01T02:00:04Z");
    site.run(&["show", &id]).ends(0);
    let picture = site.path("x.jpg");
    let frame = site.run(&["frame", &id, "--at", "+1s", "-o", picture.to_str().unwrap()]).ends(1);
    assert!(frame.stderr.contains(NINE), "{}", frame.stderr);
    // It comes back as what it was.
    site.put("a", NINE, &mp4());
    assert_eq!(site.index(0)["gone"], 0);
    assert_eq!(ids(&site.everything())[0], id);
}

#[test]
fn another_file_under_the_same_name_is_listed_anew() {
    let site = TestSite::new(&["a"]);
    let file = site.put("a", NINE, &mp4());
    site.run(&["index"]).ends(0);
    let big = clip("mp4", &["-f", "lavfi", "-i", "testsrc=s=320x240:r=10:d=6", "-g", "10", "-bf", "0"]);
    fs::copy(big, &file).unwrap();
    let report = site.run(&["index", "--json"]).ends(0).json();
    assert_eq!(counts(&report), [1, 0, 1, 0, 0]);
    assert!(report["thumbnails"].as_u64().unwrap() > 0, "the old thumbnails show another file");
    let recordings = site.everything();
    assert_eq!(recordings.len(), 1);
    assert_eq!((&recordings[0]["width"], &recordings[0]["keyframes"]), (&320.into(), &6.into()));
}

#[test]
fn a_folder_that_is_missing_or_emptied_forgets_nothing() {
    let site = TestSite::new(&["a", "b"]);
    site.put("a", NINE, &mp4());
    site.put("b", NINE, &other_mp4());
    site.index(0);
    let before = site.everything();
    let (folder, away) = (site.path("footage/a"), site.path("away"));
    fs::rename(&folder, &away).unwrap();
    let ran = site.run(&["index", "--json", "--no-thumbnails"]).ends(1);
    let report = ran.json();
    assert_eq!((&report["gone"], &report["troubles"][0]["code"]), (&0.into(), &"root_missing".into()));
    assert!(site.run(&["index"]).ends(1).stderr.contains(folder.to_str().unwrap()));
    assert_eq!(site.everything(), before);
    fs::create_dir(&folder).unwrap();
    let report = site.index(1);
    assert_eq!((&report["gone"], &report["troubles"][0]["code"]), (&0.into(), &"root_empty".into()));
    assert_eq!(report["troubles"][0]["folder"].as_str(), folder.to_str());
    assert_eq!(site.everything(), before);
    fs::remove_dir(&folder).unwrap();
    fs::rename(&away, &folder).unwrap();
    assert_eq!(counts(&site.index(0)), [2, 2, 0, 0, 0]);
    assert_eq!(site.everything(), before);
}

#[test]
fn rebuilding_needs_no_footage() {
    let site = TestSite::new(&["a", "b"]);
    site.put("a", NINE, &mp4());
    site.put("b", TEN, &other_mp4());
    site.index(0);
    let before = site.everything();
    fs::rename(site.path("footage"), site.path("away")).unwrap();
    let report = site.run(&["index", "--json", "--rebuild"]).ends(0).json();
    assert_eq!((&report["rebuilt"], &report["indexed"], &report["bytes_read"]), (&true.into(), &2.into(), &0.into()));
    assert_eq!(site.everything(), before);
    site.run(&["index", "--rebuild", "--camera", "a"]).ends(2);
}

#[test]
fn an_index_that_is_lost_or_damaged_is_made_anew_by_itself() {
    let site = TestSite::new(&["a"]);
    site.put("a", NINE, &mp4());
    site.put("a", TEN, &mp4());
    site.index(0);
    let before = site.everything();
    let folder = site.path("data/index");
    fs::remove_dir_all(&folder).unwrap();
    let refused = site.run(&["search", "--near", "18,106", "--at", "2024-03-01 09:00"]).ends(1);
    assert!(refused.stderr.contains("truyvet index"), "{}", refused.stderr);
    site.run(&["check"]).ends(1);
    assert_eq!(site.index(0)["rebuilt"], true);
    assert_eq!(site.everything(), before);

    fs::write(folder.join("meta.json"), b"").unwrap();
    site.run(&["search", "--near", "18,106", "--at", "2024-03-01 09:00"]).ends(1);
    site.run(&["check"]).ends(1);
    let ran = site.run(&["index", "--json", "--no-thumbnails"]).ends(0);
    assert!(ran.stderr.contains("index was damaged"), "{}", ran.stderr);
    assert_eq!((&ran.json()["rebuilt"], &ran.json()["listed"]), (&true.into(), &0.into()));
    assert_eq!(site.everything(), before);

    // Every file of a segment, torn.
    for entry in folder.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
        if entry.extension().is_some_and(|e| e != "json" && e != "lock") {
            File::options().write(true).open(&entry).unwrap().set_len(10).unwrap();
        }
    }
    let ran = site.run(&["index", "--json", "--no-thumbnails"]).ends(0);
    assert_eq!(ran.json()["rebuilt"], true, "{}", ran.stderr);
    assert_eq!(site.everything(), before);
    site.run(&["check", "--deep"]).ends(0);
}

#[test]
fn lost_and_damaged_thumbnails_are_taken_again_by_the_remedy_that_check_names() {
    let site = TestSite::new(&["a", "b"]);
    site.put("a", NINE, &mp4());
    site.put("b", NINE, &other_mp4());
    site.run(&["index"]).ends(0);
    site.run(&["check", "--deep"]).ends(0);
    let reels: Vec<_> = site.path("data/reels").read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(reels.len(), 2);
    fs::remove_file(&reels[0]).unwrap();
    let length = reels[1].metadata().unwrap().len();
    let mut bytes = fs::read(&reels[1]).unwrap();
    bytes[length as usize / 2] ^= 0xff;
    fs::write(&reels[1], bytes).unwrap();
    let said = site.run(&["check", "--deep"]).ends(1).stdout;
    let remedy: Vec<&str> = said.split("run truyvet ").nth(1).unwrap().split_whitespace().collect();
    let report = site.run(&[&remedy[..], &["--json"]].concat()).ends(0).json();
    assert_eq!((&report["thumbnails"], &report["listed"]), (&4.into(), &0.into()));
    site.run(&["check", "--deep"]).ends(0);
    for recording in site.everything() {
        let to = site.path(recording["camera"].as_str().unwrap());
        site.run(&["show", recording["id"].as_str().unwrap(), "--thumbnails", to.to_str().unwrap()]).ends(0);
        assert_eq!(to.read_dir().unwrap().count(), 2);
    }
}

#[test]
fn a_store_that_is_no_store_is_refused_and_left_alone() {
    let site = TestSite::new(&["a"]);
    site.put("a", NINE, &mp4());
    site.index(0);
    let store = site.path("data/truyvet.db");
    let whole = fs::read(&store).unwrap();
    for garbage in [vec![b'?'; 50_000], whole[..whole.len() / 2].to_vec()] {
        for beside in ["truyvet.db-wal", "truyvet.db-shm"] {
            let _ = fs::remove_file(site.path("data").join(beside));
        }
        fs::write(&store, &garbage).unwrap();
        for command in [&["index"][..], &["status"], &["search", "--near", "18,106", "--at", "2024-03-01 09:00"]] {
            let ran = site.run(command).ends(1);
            assert!(ran.stderr.contains(store.to_str().unwrap()), "{command:?}: {}", ran.stderr);
        }
        site.run(&["check"]).ends(1);
        assert_eq!(fs::read(&store).unwrap(), garbage, "a damaged store is evidence, and perhaps mendable");
    }
}

#[test]
fn of_two_runs_the_second_says_who_is_at_work() {
    let site = TestSite::new(&["a"]);
    for minute in 0..60 {
        site.put("a", format!("20240301_09{minute:02}00.mp4"), &mp4());
    }
    let config = site.path("site.toml");
    let arguments = ["--config", config.to_str().unwrap(), "index", "--no-thumbnails"];
    let mut first = start(&mut truyvet(&arguments));
    let pid = rustix::process::Pid::from_child(&first);
    while !site.path("data/truyvet.db").exists() {
        assert!(first.try_wait().unwrap().is_none());
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    rustix::process::kill_process(pid, rustix::process::Signal::STOP).unwrap();
    let second = site.run(&["index"]).ends(1);
    assert!(second.stderr.contains(&first.id().to_string()), "{}", second.stderr);
    rustix::process::kill_process(pid, rustix::process::Signal::CONT).unwrap();
    end(first).ends(0);
    assert_eq!(site.everything().len(), 60);
    site.run(&["index"]).ends(0);
}

#[test]
fn only_the_camera_asked_for_is_looked_at() {
    let site = TestSite::new(&["a", "b"]);
    site.put("a", NINE, &mp4());
    site.put("b", NINE, &other_mp4());
    site.write("a", TEN, b"");
    let report = site.run(&["index", "--json", "--camera", "b"]).ends(0).json();
    assert_eq!(counts(&report), [1, 0, 1, 0, 0]);
    assert_eq!(site.everything()[0]["camera"], "b");
    let near = format!("{LAT},{LON}");
    let answer = site.run(&["search", "--json", "--near", &near, "--at", "2024-03-01 09:00"]).ends(0).json();
    assert_eq!(answer["cameras"][0]["gaps"][0]["reason"], "not_indexed");
    let unknown = site.run(&["index", "--camera", "c"]).ends(2);
    assert!(unknown.stderr.contains("\"c\""));
    site.index(3);
    assert_eq!(site.everything().len(), 2);
}

#[test]
fn a_shared_folder_is_parted_by_channel() {
    // The second camera spells the same folder in another way.
    for second in ["footage = \"footage/nvr\"", "footage = \"footage/../footage/nvr/\""] {
        let second = format!("{second}\nchannel = 2");
        let site = TestSite::with(&[("one", "footage = \"footage/nvr\"\nchannel = 1"), ("two", &second)]);
        site.put("nvr", "2024-03-01/001/dav/09/09.00.00-09.00.04[R][0@0][0].dav", &mp4());
        site.put("nvr", "2024-03-01/002/dav/09/09.00.00-09.00.04[R][0@0][0].dav", &other_mp4());
        site.put("nvr", "2024-03-01/003/dav/09/09.00.00-09.00.04[R][0@0][0].dav", &mp4());
        let report = site.index(3);
        assert_eq!(counts(&report), [3, 0, 2, 1, 0], "{second}");
        assert_eq!(report["in_quarantine"][0]["reason"], "no_camera");
        let recordings = site.everything();
        let cameras: Vec<&str> = recordings.iter().map(|r| r["camera"].as_str().unwrap()).collect();
        assert_eq!(cameras, ["one", "two"]);
        assert!(recordings[0]["path"].as_str().unwrap().contains("/001/"));
        assert!(recordings[1]["path"].as_str().unwrap().contains("/002/"));
        assert_eq!(site.run(&["status", "--json"]).ends(0).json()["without_camera"], 1);
        assert_eq!(counts(&site.index(3)), [3, 3, 0, 0, 0]);
    }
}

#[test]
fn a_file_is_gone_also_after_the_first_camera_of_its_folder_left_the_site_file() {
    let one = ("one", "footage = \"footage/nvr\"\nchannel = 1");
    let two = ("two", "footage = \"footage/nvr\"\nchannel = 2");
    let site = TestSite::with(&[one, two]);
    site.put("nvr", "2024-03-01/001/dav/09/09.00.00-09.00.04[R][0@0][0].dav", &mp4());
    let file = site.put("nvr", "2024-03-01/002/dav/09/09.00.00-09.00.04[R][0@0][0].dav", &other_mp4());
    site.index(0);
    let before = site.everything();
    let left = TestSite::with(&[two]);
    fs::copy(left.path("site.toml"), site.path("site.toml")).unwrap();
    // The other channel's file is nobody's now, and says so.
    assert_eq!(site.index(3)["listed"], 0, "nothing is listed again");
    assert_eq!(site.everything().iter().map(|r| &r["id"]).collect::<Vec<_>>(), [&before[1]["id"]]);
    fs::remove_file(file).unwrap();
    assert_eq!(site.index(3)["gone"], 1);
    assert_eq!(site.everything(), Vec::<serde_json::Value>::new());
}

#[test]
fn a_file_is_gone_also_after_the_cameras_of_its_folder_changed_places_in_the_site_file() {
    let one = ("one", "footage = \"footage/nvr\"\nchannel = 1");
    let two = ("two", "footage = \"footage/nvr\"\nchannel = 2");
    let site = TestSite::with(&[one, two]);
    let file = site.put("nvr", "2024-03-01/001/dav/09/09.00.00-09.00.04[R][0@0][0].dav", &mp4());
    site.put("nvr", "2024-03-01/002/dav/09/09.00.00-09.00.04[R][0@0][0].dav", &other_mp4());
    site.index(0);
    let before = site.everything();
    let turned = TestSite::with(&[two, one]);
    fs::copy(turned.path("site.toml"), site.path("site.toml")).unwrap();
    assert_eq!(counts(&site.index(0)), [2, 2, 0, 0, 0]);
    let mut after = ids(&site.everything()).into_iter().map(str::to_owned).collect::<Vec<_>>();
    after.sort();
    let mut due = ids(&before);
    due.sort_unstable();
    assert_eq!(after, due);
    fs::remove_file(file).unwrap();
    site.index(0);
    let left = site.everything();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0]["camera"], "two");
}

#[test]
fn modification_times_may_be_absurd() {
    let site = TestSite::new(&["a"]);
    let seconds = std::time::Duration::from_secs;
    let epoch = std::time::SystemTime::UNIX_EPOCH;
    for (i, time) in [epoch - seconds(400_000_000), epoch, epoch + seconds(8_000_000_000)].into_iter().enumerate() {
        for name in [format!("2024030{}_090000.mp4", i + 1), format!("clip-{}.mp4", ["x", "y", "z"][i])] {
            let path = site.put("a", name, [mp4(), other_mp4(), ts()][i].as_path());
            set_modified(&path, time);
        }
    }
    assert_eq!(site.index(0)["listed"], 6);
    let recordings = site.everything();
    let named = recordings.iter().filter(|recording| recording["time"]["source"] == "name").count();
    assert_eq!(named, 3, "{recordings:#?}");
    site.run(&["status"]).ends(0);
    site.run(&["check"]).ends(0);
    assert_eq!(site.index(0)["unchanged"], 6);
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named() {
    let site = TestSite::new(&["a"]);
    fs::write(site.path("data"), b"a file").unwrap();
    let ran = site.run(&["index"]).ends(1);
    assert!(ran.stderr.contains(site.path("data").to_str().unwrap()), "{}", ran.stderr);
}

#[test]
fn names_need_not_be_utf8() {
    let site = TestSite::new(&["a"]);
    for name in [b"20240301_090000 \xff\xfe.mp4".as_slice(), b"20240301_100000 \xc3(.mp4"] {
        site.put("a", not_utf8(name), &mp4());
    }
    site.write("a", not_utf8(b"20240301_110000 \xff.mp4"), b"?");
    let report = site.run(&["index", "--json"]).ends(3).json();
    assert_eq!(counts(&report), [3, 0, 2, 1, 0]);
    assert_eq!(report["thumbnails"].as_u64().unwrap(), 4);
    let recordings = site.everything();
    let starts: Vec<&str> = recordings.iter().map(|r| r["start"].as_str().unwrap()).collect();
    assert_eq!(starts, ["2024-03-01T02:00:00Z", "2024-03-01T03:00:00Z"]);
    let picture = site.path("x.jpg");
    site.run(&["frame", ids(&recordings)[0], "--at", "+1s", "-o", picture.to_str().unwrap()]).ends(0);
    assert_eq!(counts(&site.index(3)), [3, 3, 0, 0, 0]);
    site.run(&["status"]).ends(0);
}

#[test]
fn links_are_not_followed_and_side_files_are_left_alone() {
    let site = TestSite::new(&["a"]);
    let outside = site.path("outside.mp4");
    fs::copy(other_mp4(), &outside).unwrap();
    site.put("a", NINE, &mp4());
    symlink(&outside, site.footage("a", TEN)).unwrap();
    symlink(site.path("footage"), site.footage("a", "loop")).unwrap();
    symlink(site.path("nowhere"), site.footage("a", "20240301_110000.mp4")).unwrap();
    for name in ["20240301_090000.mp4.thumb", "index00.bin", "Thumbs.db", ".DS_Store", "tmp.mp4.tmp", "x.m3u8"] {
        site.put("a", name, &mp4());
    }
    rustix::fs::mknodat(
        rustix::fs::CWD,
        site.footage("a", "20240301_120000.mp4"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .unwrap();
    let report = site.index(0);
    assert_eq!(counts(&report), [1, 0, 1, 0, 0], "{report}");
    assert_eq!(report["ignored"], 10);
}

#[test]
fn a_footage_folder_may_itself_be_a_link() {
    let site = TestSite::new(&["a"]);
    site.put("a", NINE, &mp4());
    fs::rename(site.path("footage/a"), site.path("disk")).unwrap();
    symlink(site.path("disk"), site.path("footage/a")).unwrap();
    assert_eq!(counts(&site.index(0)), [1, 0, 1, 0, 0]);
}

#[test]
fn without_a_site_file_or_with_a_wrong_one_the_code_is_two() {
    let site = TestSite::of("[site]\nname = \"x\"\n");
    for command in [&["index"][..], &["status"], &["check"], &["show", "x"]] {
        site.run(command).ends(2);
    }
    fs::remove_file(site.path("site.toml")).unwrap();
    site.run(&["index"]).ends(2);
    site.run(&["indx"]).ends(2);
}

#[test]
fn a_recording_whose_length_is_doubtful_says_when_the_next_contradicts_it() {
    let site = TestSite::new(&["a"]);
    // Eight seconds claimed for four of video, and a file that starts in the middle of them.
    site.put("a", "2024-03-01/001/dav/08/08.00.00-08.00.08[R][0@0][0].mp4", &mp4());
    site.put("a", "2024-03-01/001/dav/08/08.00.04-08.00.12[R][0@0][0].mp4", &mp4());
    site.index(0);
    let found = site.everything();
    let of = |name: &str| found.iter().find(|r| r["path"].as_str().unwrap().contains(name)).unwrap();
    let doubt = |name: &str, code: &str| {
        of(name)["doubts"].as_array().unwrap().iter().find(|doubt| doubt["code"] == code).cloned()
    };
    let fitted = doubt("08.00.00", "rate_fitted").unwrap();
    assert_eq!((&fitted["claimed_s"], &fitted["media_s"]), (&Value::from(8.0), &Value::from(4.0)));
    assert_eq!(of("08.00.00")["end"], "2024-03-01T01:00:08Z", "stretched to the claimed end");
    assert_eq!(doubt("08.00.00", "next_contradicts").unwrap()["by_s"], 4.0);
    assert_eq!(doubt("08.00.04", "next_contradicts"), None);
    let id = of("08.00.00")["id"].as_str().unwrap();
    let shown = site.run(&["show", id, "--json"]).ends(0).json();
    assert!(shown["doubts"].to_string().contains("next_contradicts"), "{shown}");
    let keyframes = shown["keyframes"].as_array().unwrap();
    assert_eq!(keyframes[1]["camera_time"], "2024-03-01T01:00:02Z", "a second of video is two of clock");
}
