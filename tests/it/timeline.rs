//! Lanes on one axis of true time, by HTTP against the daemon.

use serde_json::{Value, json};

use crate::support::client::{Client, add, door};
use crate::support::clips::{clip, mp4};
use crate::support::daemon::Daemon;
use crate::support::site::TestSite;

fn ask(client: &Client, from: &str, to: &str, cameras: &[&str], bins: usize, purpose: i64) -> Value {
    let body = json!({ "from": from, "to": to, "cameras": cameras, "bins": bins, "purpose": purpose });
    client.post("/api/v1/timeline", &body).is(200)
}

/// Sixty seconds, of which the last twenty are noise.
fn stirred() -> std::path::PathBuf {
    let noise = "nullsrc=s=160x120:r=5:d=60,geq=lum='if(gte(T,40),random(1)*255,128)':cb=128:cr=128";
    clip("mp4", &["-f", "lavfi", "-i", noise, "-g", "10", "-sc_threshold", "0", "-c:v", "libx264", "-bf", "0"])
}

/// Two cameras of a group that were both without power for five minutes; one records a quiet minute and a stirred one.
fn site() -> (TestSite, Daemon, Client, i64) {
    let group = |id: &str| format!("footage = \"footage/{id}\"\ngroup = \"tdp-1\"");
    let (a, b) = (group("a"), group("b"));
    let site = TestSite::with(&[("a", &a), ("b", &b)]);
    site.append("[[group]]\nid = \"tdp-1\"\nname = \"Tổ 1\"\n");
    for camera in ["a", "b"] {
        for name in ["20240301_080000.mp4", "20240301_080100.mp4", "20240301_080700.mp4"] {
            site.put(camera, name, &stirred());
        }
    }
    site.run(&["index"]).ends(0);
    add(&site, "truc", "duty", &[]);
    add(&site, "quantri", "administrator", &[]);
    let daemon = Daemon::start(&site);
    let officer = Client::entered(&daemon, "truc");
    let purpose = officer.purpose("vụ 31/2026");
    (site, daemon, officer, purpose)
}

#[test]
fn a_lane_tells_what_was_recorded_what_is_missing_and_what_stirred() {
    let (_site, daemon, officer, purpose) = &site();
    let (from, to) = ("2024-03-01T01:00:00Z", "2024-03-01T01:08:00Z");
    let answer = ask(officer, from, to, &["b", "a"], 48, *purpose);
    assert_eq!((&answer["from"], &answer["to"]), (&json!(from), &json!(to)));
    let ids: Vec<&str> = answer["lanes"].as_array().unwrap().iter().map(|l| l["camera"].as_str().unwrap()).collect();
    assert_eq!(ids, ["b", "a"], "in the order asked for");
    let lane = &answer["lanes"][1];
    let recorded = json!([
        { "start": from, "end": "2024-03-01T01:02:00Z" },
        { "start": "2024-03-01T01:07:00Z", "end": to },
    ]);
    assert_eq!(lane["recorded"], recorded, "{lane}");
    let gap = json!([{ "start": "2024-03-01T01:02:00Z", "end": "2024-03-01T01:07:00Z", "reason": "no_recording", "cause": "power_cut" }]);
    assert_eq!(lane["gaps"], gap);
    assert_eq!((&lane["uncertainty_s"], &lane["clock"]["checked"]), (&Value::Null, &json!(false)));
    // Ten seconds a bin: still for four, stirred for two.
    let activity: Vec<Option<u64>> = lane["activity"].as_array().unwrap().iter().map(Value::as_u64).collect();
    assert_eq!(activity.len(), 48);
    for (bin, activity) in activity.iter().enumerate() {
        let stirred = bin % 6 >= 4;
        match activity {
            None => assert!((12..42).contains(&bin), "{bin}"),
            Some(percent) => assert!(if stirred { *percent > 80 } else { *percent < 20 }, "{bin}: {percent}"),
        }
    }
    assert!(activity[..12].iter().chain(&activity[42..]).all(Option::is_some));
    let thumbnails: Vec<&str> = lane["thumbnails"].as_array().unwrap().iter().map(|at| at.as_str().unwrap()).collect();
    assert!(thumbnails.len() >= 6 && thumbnails.contains(&from), "{thumbnails:?}");
    // Each is there, without decoding.
    for at in thumbnails {
        let shown = officer.get(&format!("/api/v1/cameras/a/frame?at={at}&snap=thumbnail&purpose={purpose}"));
        assert_eq!((shown.status, shown.headers["x-truyvet-time"].to_str().unwrap()), (200, at));
    }
    let rows = Client::entered(daemon, "quantri").get("/api/v1/audit?act=search").is(200);
    assert_eq!((&rows[0]["cameras"], &rows[0]["window"]["end"]), (&json!(["b", "a"]), &json!(to)));
}

#[test]
fn the_axis_reaches_from_a_second_to_two_months() {
    let (_site, _daemon, officer, purpose) = &site();
    let second = ask(officer, "2024-03-01T01:01:50Z", "2024-03-01T01:01:51Z", &["a"], 2_000, *purpose);
    let lane = &second["lanes"][0];
    assert_eq!(lane["recorded"], json!([{ "start": "2024-03-01T01:01:50Z", "end": "2024-03-01T01:01:51Z" }]));
    assert!(lane["activity"].as_array().unwrap().iter().all(Value::is_u64) && lane["gaps"] == json!([]), "{lane}");
    let months = ask(officer, "2024-02-01T00:00:00Z", "2024-04-03T00:00:00Z", &["a"], 62, *purpose);
    let lane = &months["lanes"][0];
    // The five minutes are far less than half a day's bin, and so one stretch.
    assert_eq!(lane["recorded"], json!([{ "start": "2024-03-01T01:00:00Z", "end": "2024-03-01T01:08:00Z" }]), "{lane}");
    let told: Vec<usize> =
        lane["activity"].as_array().unwrap().iter().enumerate().filter(|(_, a)| a.is_u64()).map(|(n, _)| n).collect();
    assert_eq!(told, [29]);
    assert_eq!(lane["gaps"].as_array().unwrap().len(), 2, "{lane}");
    assert_eq!(lane["thumbnails"].as_array().unwrap().len(), 1, "{lane}");
}

#[test]
fn what_cannot_be_shown_is_refused() {
    let (_site, daemon) = &door();
    let (all, one) = (Client::entered(daemon, "truc"), Client::entered(daemon, "to1"));
    let (purpose, theirs) = (all.purpose("vụ 32/2026"), one.purpose("vụ 33/2026"));
    let (from, to) = ("2024-03-01T01:00:00Z", "2024-03-01T01:08:00Z");
    let good = json!({ "from": from, "to": to, "cameras": ["a"], "bins": 10, "purpose": purpose });
    all.post("/api/v1/timeline", &good).is(200);
    for (key, value) in [
        ("to", json!(from)),
        ("to", json!("2024-05-03T01:00:00Z")),
        ("bins", json!(0)),
        ("bins", json!(2_001)),
        ("cameras", json!([])),
        ("cameras", json!(vec!["a"; 65])),
    ] {
        let mut wrong = good.clone();
        wrong[key] = value;
        all.post("/api/v1/timeline", &wrong).refused(400, "bad_request");
    }
    let mut unknown = good.clone();
    unknown["cameras"] = json!(["a", "x"]);
    all.post("/api/v1/timeline", &unknown).refused(404, "not_found");
    let mut other = good.clone();
    other["purpose"] = json!(theirs);
    one.post("/api/v1/timeline", &other).is(200);
    other["cameras"] = json!(["a", "b"]);
    one.post("/api/v1/timeline", &other).refused(404, "not_found");
}

#[test]
fn a_checked_clock_moves_the_lane_and_says_how_sure_it_is() {
    let site = TestSite::new(&["a"]);
    site.put("a", "20240301_080000.mp4", &mp4());
    site.index(0);
    site.run(&[
        "clock",
        "check",
        "a",
        "--shown",
        "2024-03-01 08:07:00",
        "--true",
        "2024-03-01 08:00:00",
        "--within",
        "3s",
    ])
    .ends(0);
    add(&site, "truc", "duty", &[]);
    let daemon = Daemon::start(&site);
    let officer = Client::entered(&daemon, "truc");
    let purpose = officer.purpose("vụ 34/2026");
    let answer = ask(&officer, "2024-03-01T00:50:00Z", "2024-03-01T01:10:00Z", &["a"], 100, purpose);
    let lane = &answer["lanes"][0];
    assert_eq!(lane["recorded"], json!([{ "start": "2024-03-01T00:53:00Z", "end": "2024-03-01T00:53:04Z" }]), "{lane}");
    assert!(lane["uncertainty_s"].as_f64().unwrap() >= 3.0, "{lane}");
    assert_eq!(lane["clock"]["offset_s"], 420.0);
}
