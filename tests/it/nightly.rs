//! The night's work and its report: what is told of a day, of the nights before, and after an interruption.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;

use crate::support::clips::{clip, mp4};
use crate::support::run::{Ran, end, start, truyvet};
use crate::support::site::TestSite;

/// Ten minutes at a frame a second.
fn ten_minutes() -> PathBuf {
    clip("mp4", &["-f", "lavfi", "-i", "testsrc2=s=64x48:r=1:d=600", "-g", "10", "-bf", "0"])
}

/// Three cameras of one group; the first thumbnail of a file and the last are enough.
fn ward() -> TestSite {
    let mut toml = "[site]\nname = \"Phường <Thử>\"\ntimezone = \"Asia/Ho_Chi_Minh\"\ndata = \"./data\"\n\
                    [media]\nthumbnail_every_s = 600\n[[group]]\nid = \"tdp-2\"\nname = \"Tổ dân phố 2\"\n"
        .to_owned();
    for id in ["a", "b", "c"] {
        toml.push_str(&format!(
            "[[camera]]\nid = \"{id}\"\nname = \"Cổng <b>{id}</b>\"\ngroup = \"tdp-2\"\nlat = 18.07\nlon = 106.29\nfootage = \"footage/{id}\"\n"
        ));
    }
    let site = TestSite::of(&toml);
    for id in ["a", "b", "c"] {
        fs::create_dir_all(site.path("footage").join(id)).unwrap();
    }
    site
}

/// An evening from 20:00 to 20:40 with no mains between 20:20 and 20:30; camera `c` has a battery, and a damaged file.
fn evening(site: &TestSite) {
    for (camera, second, minutes) in [("a", 0, &[0, 10, 30][..]), ("b", 10, &[0, 10, 30]), ("c", 0, &[0, 10, 20, 30])] {
        for minute in minutes {
            site.put(camera, format!("20240301_20{minute:02}{second:02}.mp4"), &ten_minutes());
        }
    }
    site.write("c", "20240301_210000.mp4", b"damaged");
}

fn nightly(site: &TestSite, as_of: &str) -> Ran {
    site.run(&["nightly", "--json", "--as-of", as_of])
}

fn written(site: &TestSite, name: &str) -> String {
    fs::read_to_string(site.path("data/reports").join(name)).unwrap()
}

#[test]
fn an_evening_with_a_power_cut_is_told_whole() {
    let site = ward();
    evening(&site);
    let report = nightly(&site, "2024-03-01 22:30").ends(3).json();
    assert_eq!(report["date"], "2024-03-01");
    assert_eq!(report["day"]["start"], "2024-02-29T15:30:00Z");
    let shares: Vec<f64> = (0..3).map(|i| report["cameras"][i]["recorded_day"].as_f64().unwrap() * 1440.0).collect();
    for (minutes, expected) in shares.iter().zip([30.0, 30.0, 40.0]) {
        assert!((minutes - expected).abs() < 0.2, "{shares:?}");
    }

    let cuts = report["power_cuts"].as_array().unwrap();
    assert_eq!(cuts.len(), 1, "{cuts:?}");
    assert_eq!(cuts[0]["start"], "2024-03-01T13:20:00Z");
    assert_eq!(cuts[0]["end"], "2024-03-01T13:30:10Z");
    assert_eq!(cuts[0]["cameras"], serde_json::json!(["a", "b"]));
    assert_eq!(cuts[0]["places"], serde_json::json!([{ "group": "tdp-2", "folder": null, "out": 2, "of": 3 }]));
    let gaps = report["cameras"][0]["gaps"].as_array().unwrap();
    let told: Vec<(&Value, &Value)> = gaps.iter().map(|gap| (&gap["reason"], &gap["cause"])).collect();
    let no_recording = Value::from("no_recording");
    assert_eq!(
        told,
        [(&no_recording, &Value::Null), (&no_recording, &"power_cut".into()), (&no_recording, &Value::Null)]
    );
    let damaged = report["cameras"][2]["gaps"].as_array().unwrap().iter().find(|gap| gap["reason"] == "damaged");
    assert!(damaged.is_some_and(|gap| gap["cause"].is_null()));

    assert_eq!(report["quarantine"].as_array().unwrap().len(), 1);
    assert_eq!((&report["quarantine"][0]["new"], &report["previous"]), (&true.into(), &Value::Null));
    assert_eq!(report["cameras"][0]["retention"]["edge"], "nothing_to_compare");
    assert!(report["disk"]["store_bytes"].as_u64().unwrap() > 0 && report["disk"]["free_bytes"].is_u64());
    assert_eq!((&report["thumbnail_backlog"]["recordings"], &report["run"]["thumbnails"]), (&0.into(), &20.into()));

    assert_eq!(serde_json::from_str::<Value>(&written(&site, "2024-03-01.json")).unwrap(), report);
    let page = written(&site, "2024-03-01.html");
    assert!(page.contains("<html lang=\"vi\">") && page.contains("có lẽ do mất điện") && page.contains("tệp hỏng"));
    assert!(page.contains("Phường &lt;Thử&gt;") && page.contains("Cổng &lt;b&gt;a"));
    assert!(!page.contains("<script") && !page.contains("http:") && !page.contains("https:"));
    let left: Vec<_> = fs::read_dir(site.path("data/reports")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");

    let said = site.run(&["nightly", "--as-of", "2024-03-01 22:30", "--lang", "vi"]).ends(3);
    assert!(said.stdout.contains("mất điện 1/3/2024 20:20:00–20:30:10: tdp-2: 2/3 camera"), "{}", said.stdout);
    assert_eq!(said.stderr, "");
}

#[test]
fn the_next_night_is_compared_with_the_one_before() {
    let site = ward();
    evening(&site);
    nightly(&site, "2024-03-01 22:30").ends(3);
    fs::write(site.path("data/reports/2024-02-29.json"), "{\"now\":").unwrap();
    // The recorder of camera a overwrites; the others do not.
    fs::remove_file(site.footage("a", "20240301_200000.mp4")).unwrap();
    site.write("b", "20240302_100000.mp4", b"damaged too");
    let report = nightly(&site, "2024-03-02 22:30").ends(3).json();
    assert_eq!(report["previous"]["date"], "2024-03-01");
    assert_eq!(report["unreadable_reports"], serde_json::json!(["2024-02-29.json"]));
    let new: Vec<bool> =
        report["quarantine"].as_array().unwrap().iter().map(|file| file["new"].as_bool().unwrap()).collect();
    assert_eq!(new, [true, false]);
    assert_eq!(report["cameras"][1]["newly_quarantined"], 1);
    assert!(report["disk"]["growth_bytes_per_day"].is_number());
    // The cut was told the night before.
    assert_eq!(report["power_cuts"], serde_json::json!([]));

    let overwritten = &report["cameras"][0]["retention"];
    assert_eq!((&overwritten["edge"], &overwritten["oldest"]), (&"forward".into(), &"2024-03-01T13:10:00Z".into()));
    assert_eq!(overwritten["age_s"], 94_800.0);
    // Ten minutes a day: twenty in the next 48 hours.
    assert_eq!(overwritten["gone_in_48h_until"], "2024-03-01T13:30:00Z");
    assert_eq!(overwritten["oldest_48h_gone_at"], "2024-12-15T15:30:00Z");
    let kept = &report["cameras"][2]["retention"];
    assert_eq!((&kept["edge"], &kept["oldest_48h_gone_at"]), (&"still".into(), &Value::Null));

    let said = site.run(&["nightly", "--as-of", "2024-03-02 22:30", "--lang", "en"]).ends(3);
    assert!(said.stderr.contains("2024-02-29.json cannot be read"), "{}", said.stderr);
    assert!(said.stdout.contains("footage before 1/3/2024 20:30:00 goes within 48 h"), "{}", said.stdout);
}

#[test]
fn a_power_cut_over_the_edge_of_the_day_is_told_with_its_start() {
    let site = ward();
    evening(&site);
    let report = nightly(&site, "2024-03-02 20:25").ends(3).json();
    assert_eq!(report["power_cuts"][0]["start"], "2024-03-01T13:20:00Z");
    assert_eq!(report["cameras"][0]["gaps"][0]["start"], "2024-03-01T13:25:00Z");
    assert_eq!(report["cameras"][0]["gaps"][0]["cause"], "power_cut");
}

#[test]
fn a_missing_folder_is_named_and_nothing_is_concluded_from_it() {
    let site = ward();
    evening(&site);
    nightly(&site, "2024-03-01 22:30").ends(3);
    fs::rename(site.path("footage/a"), site.path("elsewhere")).unwrap();
    let report = nightly(&site, "2024-03-02 22:30").ends(1).json();
    assert_eq!(report["troubles"][0]["code"], "root_missing");
    let camera = &report["cameras"][0];
    assert_eq!((&camera["looked"], &camera["retention"]["edge"]), (&false.into(), &"not_looked".into()));
    assert_eq!(report["cameras"][2]["retention"]["edge"], "still");
    assert!(written(&site, "2024-03-02.html").contains("không quét được thư mục hình"));
    // What was not measured is not compared with.
    fs::rename(site.path("elsewhere"), site.path("footage/a")).unwrap();
    let report = nightly(&site, "2024-03-03 22:30").ends(3).json();
    assert_eq!(report["cameras"][0]["retention"]["compared_with"], "2024-03-01");
}

#[test]
fn recordings_timed_anew_are_counted_once() {
    let site = ward();
    evening(&site);
    nightly(&site, "2024-03-01 22:30").ends(3);
    let text = fs::read_to_string(site.path("site.toml")).unwrap();
    fs::write(site.path("site.toml"), text.replacen("lon = 106.29\n", "lon = 106.29\ntimezone = \"UTC\"\n", 1))
        .unwrap();
    // By day, not by the nightly run itself.
    site.index(3);
    let retimed = |report: &Value| -> Vec<u64> {
        report["cameras"].as_array().unwrap().iter().map(|c| c["retimed"].as_u64().unwrap()).collect()
    };
    assert_eq!(retimed(&nightly(&site, "2024-03-02 22:30").ends(3).json()), [3, 0, 0]);
    assert_eq!(retimed(&nightly(&site, "2024-03-03 22:30").ends(3).json()), [0, 0, 0]);
}

#[test]
fn interrupted_in_its_thumbnails_it_has_its_report_and_goes_on() {
    let site = TestSite::new(&["a"]);
    for i in 0..200 {
        site.put("a", format!("20240301_{:02}{:02}00.mp4", i / 60, i % 60), &mp4());
    }
    let mut command = truyvet(&["--config", site.path("site.toml").to_str().unwrap(), "nightly"]);
    command.args(["--as-of", "2024-03-01 22:30"]).process_group(0);
    let child = start(&mut command);
    let report = site.path("data/reports/2024-03-01.json");
    let deadline = Instant::now() + Duration::from_secs(300);
    while !report.exists() {
        assert!(Instant::now() < deadline, "no report");
        std::thread::sleep(Duration::from_millis(1));
    }
    kill_process_group(Pid::from_child(&child), Signal::INT).unwrap();
    let ran = end(child).ends(130);
    assert!(ran.stderr.contains("run again"), "{}", ran.stderr);
    let told: Value = serde_json::from_str(&fs::read_to_string(&report).unwrap()).unwrap();
    assert_eq!(told["thumbnail_backlog"], serde_json::json!({ "recordings": 200, "left_s": null }));
    let again = nightly(&site, "2024-03-01 22:30").ends(0).json();
    assert_eq!((&again["run"]["listed"], &again["thumbnail_backlog"]["recordings"]), (&0.into(), &0.into()));
    assert_eq!(again["cameras"][0]["recorded_day"], told["cameras"][0]["recorded_day"]);
}

#[test]
fn the_backlog_of_thumbnails_is_told_with_the_time_that_it_needs() {
    let site = TestSite::new(&["a"]);
    site.put("a", "20240301_200000.mp4", &mp4());
    site.index(0);
    let backlog = |site: &TestSite| site.run(&["status", "--json"]).ends(0).json()["thumbnail_backlog"].clone();
    assert_eq!(backlog(&site), serde_json::json!({ "recordings": 1, "left_s": null }));
    let said = site.run(&["status", "--lang", "vi"]).ends(0);
    assert!(said.stdout.contains("1 đoạn ghi chờ lấy ảnh nhỏ, chưa biết mất bao lâu"), "{}", said.stdout);
    site.run(&["index"]).ends(0);
    assert_eq!(backlog(&site), serde_json::json!({ "recordings": 0, "left_s": 0.0 }));
    site.put("a", "20240301_210000.mp4", &mp4());
    site.index(0);
    assert!(backlog(&site)["left_s"].as_f64().unwrap() > 0.0);
    let said = site.run(&["status", "--lang", "vi"]).ends(0);
    assert!(said.stdout.contains("1 đoạn ghi chờ lấy ảnh nhỏ, còn "), "{}", said.stdout);
}

#[test]
fn systemd_accepts_the_timer_and_its_service() {
    let units = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/systemd");
    let dir = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for name in ["truyvet-nightly.service", "truyvet-nightly.timer"] {
        let text = fs::read_to_string(units.join(name)).unwrap();
        // What the unit starts need not be installed here.
        let text = text.replace("/usr/bin/truyvet", env!("CARGO_BIN_EXE_truyvet"));
        fs::write(dir.path().join(name), text).unwrap();
        paths.push(dir.path().join(name));
    }
    match Command::new("systemd-analyze").arg("verify").args(&paths).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            let ours: Vec<&str> = said.lines().filter(|line| line.contains("truyvet-nightly")).collect();
            assert!(output.status.success() && ours.is_empty(), "{said}");
        }
        Err(error) => println!("skipped: systemd-analyze: {error}"),
    }
}
