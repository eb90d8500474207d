//! The night in a strip with real footage: moments with their stills, the first sign of a fire, and answers a page at a time.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;

use crate::support::clips::{clip, mp4};
use crate::support::site::{LAT, LON, TestSite};

fn search(site: &TestSite, arguments: &[&str]) -> Value {
    let near = format!("{LAT},{LON}");
    site.run(&[&["search", "--json", "--near", &near, "--radius", "20km"], arguments].concat()).ends(0).json()
}

fn time(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

/// Five minutes at two frames a second with a keyframe every two seconds, of which all is the sensor's noise but what else this
/// filter draws.
fn five_minutes(filter: &str) -> PathBuf {
    let scene = format!("color=c=0x303030:s=160x120:r=2:d=300,format=yuv420p,{filter}noise=alls=6:allf=t");
    clip("mp4", &["-f", "lavfi", "-i", &scene, "-g", "4", "-bf", "0", "-preset", "ultrafast", "-crf", "26"])
}

/// Noise alone.
fn still() -> PathBuf {
    five_minutes("")
}

/// Much more noise from 120 s to 150 s, as somebody who moves before the camera.
fn burst() -> PathBuf {
    five_minutes("noise=alls=40:allf=t:enable='between(t,120,150)',")
}

/// A fire: the picture grows brighter from 60 s on, within two minutes, and flickers.
fn fire() -> PathBuf {
    five_minutes("eq=eval=frame:brightness='0.3*clip((t-60)/120,0,1)*(1+0.2*sin(t*2.3))',")
}

/// As bright as the fire became, flickering on.
fn ablaze() -> PathBuf {
    five_minutes("eq=eval=frame:brightness='0.3*(1+0.2*sin(t*2.3))',")
}

/// Puts clips of five minutes one after the other, from 22:00 on.
fn put(site: &TestSite, camera: &str, clips: &[&Path]) {
    for (number, clip) in clips.iter().enumerate() {
        let minute = number * 5;
        site.put(camera, format!("20240301_22{minute:02}00.mp4"), clip);
    }
}

const EVENING: [&str; 4] = ["--from", "2024-03-01 22:00", "--to", "2024-03-01 22:20"];

#[test]
fn somebody_who_moves_before_one_of_three_cameras_is_a_moment_with_a_still() {
    let site = TestSite::new(&["a", "b", "c"]);
    let (still, burst) = (still(), burst());
    put(&site, "a", &[&still, &still, &still, &still]);
    put(&site, "b", &[&still, &still, &burst, &still]);
    site.index(0);
    let stills = site.path("stills");
    let shown = stills.display().to_string();
    let answer = search(&site, &[&EVENING[..], &["--mode", "moments", "--stills", &shown]].concat());
    let strip = &answer["moments"];
    let moments = strip["moments"].as_array().unwrap();
    let [moment] = &moments[..] else { panic!("{strip}") };
    assert_eq!((&moment["camera"], &moment["group"]), (&"b".into(), &1.into()));
    // 22:12:00 to 22:12:30, Vietnam.
    let (from, to): (Timestamp, Timestamp) =
        ("2024-03-01T15:12:00Z".parse().unwrap(), "2024-03-01T15:12:30Z".parse().unwrap());
    let off = |told: &Value, truth: Timestamp| time(told).duration_since(truth).as_secs_f64().abs();
    assert!(off(&moment["start"], from) <= 8.0 && off(&moment["end"], to) <= 8.0, "{moment}");
    assert!((from..to).contains(&time(&moment["peak"])), "{moment}");
    assert!((118.0..150.0).contains(&moment["offset_s"].as_f64().unwrap()), "{moment}");
    let file = PathBuf::from(moment["still"].as_str().unwrap());
    assert_eq!(file.parent(), Some(stills.as_path()));
    assert!(std::fs::read(&file).unwrap().starts_with(b"\xff\xd8\xff"), "a JPEG");
    // `c` recorded nothing: never quiet.
    for camera in strip["cameras"].as_array().unwrap() {
        let quiet: f64 = camera["quiet"].as_array().unwrap().iter().map(length).sum();
        match camera["id"].as_str().unwrap() {
            // Noise alone needs the same bytes all the time, and there are no thumbnails: nobody can say.
            "a" => {
                let untold: f64 = camera["untold"].as_array().unwrap().iter().map(length).sum();
                assert!(camera["told_by"] == "nothing" && quiet == 0.0 && untold >= 1190.0, "{camera}");
            }
            "b" => assert!((1150.0..1185.0).contains(&quiet), "{camera}"),
            _ => assert!(quiet == 0.0 && camera["gaps"][0]["reason"] == "no_recording", "{camera}"),
        }
    }
    let told = site.run(
        &[&["search", "--near", &format!("{LAT},{LON}"), "--radius", "20km", "--mode", "moments"], &EVENING[..]]
            .concat(),
    );
    let told = told.ends(0).stdout;
    assert!(
        told.contains("1 moments worth a look")
            && told.contains("  ● ")
            && told.contains("! a: recorded, and nothing tells"),
        "{told}"
    );
}

fn length(stretch: &Value) -> f64 {
    time(&stretch["end"]).duration_since(time(&stretch["start"])).as_secs_f64()
}

#[test]
fn the_first_sign_of_a_fire_is_found_once_thumbnails_are_taken() {
    let site = TestSite::new(&["a", "b"]);
    let (still, fire, ablaze) = (still(), fire(), ablaze());
    put(&site, "a", &[&still, &still, &still, &still]);
    put(&site, "b", &[&still, &still, &fire, &ablaze]);
    site.index(0);
    let asked = [&EVENING[..], &["--mode", "brightness"]].concat();
    let before = search(&site, &asked);
    assert_eq!(before["brightness"]["rises"], serde_json::json!([]));
    for camera in before["brightness"]["cameras"].as_array().unwrap() {
        assert!(camera["unseen"].as_array().unwrap().iter().map(length).sum::<f64>() >= 1190.0, "{camera}");
    }
    site.run(&["index"]).ends(0);
    let after = search(&site, &asked);
    let rises = after["brightness"]["rises"].as_array().unwrap();
    let [rise] = &rises[..] else { panic!("{}", after["brightness"]) };
    assert_eq!((&rise["camera"], &rise["look"], &rise["first"]), (&"b".into(), &"growing".into(), &true.into()));
    let began: Timestamp = "2024-03-01T15:11:00Z".parse().unwrap();
    let off = time(&rise["time"]).duration_since(began).as_secs_f64();
    assert!(off.abs() <= rise["uncertainty_s"].as_f64().unwrap() + 1.0, "{off} s: {rise}");
    assert!(rise["thumbnail"].is_object() && rise["by"].as_f64().unwrap() > 20.0, "{rise}");
}

#[test]
fn page_by_page_every_recording_comes_once_and_in_order() {
    let site = TestSite::new(&["a", "b", "c", "d"]);
    for (camera, many) in [("a", 5), ("c", 3), ("d", 1)] {
        for minute in 0..many {
            site.put(camera, format!("20240301_22{minute:02}00.mp4"), &mp4());
        }
    }
    site.index(0);
    let ids = |answer: &Value| -> Vec<String> {
        let cameras = answer["cameras"].as_array().unwrap().iter();
        let recordings = cameras.flat_map(|camera| camera["recordings"].as_array().unwrap());
        recordings.map(|recording| recording["id"].as_str().unwrap().to_owned()).collect()
    };
    let whole = search(&site, &EVENING);
    assert!(whole["next"].is_null());
    let all = ids(&whole);
    assert_eq!(all.len(), 9);
    for limit in [1, 2, 4, 9] {
        let (mut walked, mut after): (Vec<String>, Option<String>) = (Vec::new(), None);
        for page in 1.. {
            let limit_text = limit.to_string();
            let mut arguments = [&EVENING[..], &["--limit", &limit_text]].concat();
            arguments.extend(after.as_deref().map(|after| ["--after", after]).into_iter().flatten());
            let answer = search(&site, &arguments);
            let found = ids(&answer);
            assert!((1..=limit).contains(&found.len()) && page <= 9, "page {page} of {limit}: {found:?}");
            walked.extend(found);
            match answer["next"].as_str() {
                Some(next) => after = Some(next.to_owned()),
                None => break,
            }
        }
        assert_eq!(walked, all, "{limit} a page");
    }
    for bad in ["", "a", "a:1", "zz:1:abc", "a:tomorrow:abc"] {
        let near = format!("{LAT},{LON}");
        let ran = site.run(&[&["search", "--near", &near, "--limit", "2", "--after", bad], &EVENING[..]].concat());
        assert!(ran.ends(2).stderr.contains("--after"), "{bad}");
    }
}
