//! Upkeep through the door: the calendar, estimates of clocks, photographs of checks, quarantine, nightly reports, programs' keys, the
//! audit as a file.

use std::fs;

use serde_json::{Value, json};

use crate::support::client::{Client, add, door, site};
use crate::support::daemon::Daemon;

/// What the rows of the audit tell of an act.
fn audited(administrator: &Client, act: &str) -> Vec<Value> {
    let rows = administrator.get(&format!("/api/v1/audit?act={act}")).is(200);
    rows.as_array().unwrap().iter().map(|row| row["detail"]["what"].clone()).collect()
}

#[test]
fn the_calendar_tells_each_day_of_the_cameras_that_are_theirs() {
    let site = site();
    site.write("a", "20240302_080000.mp4", b"this is no footage at all");
    site.index(3);
    add(&site, "truc", "duty", &[]);
    add(&site, "to1", "duty", &["tdp-1"]);
    let daemon = Daemon::start(&site);
    let officer = Client::entered(&daemon, "truc");
    let calendar = officer.get("/api/v1/coverage?from=2024-02-29&to=2024-03-03").is(200);
    assert_eq!(calendar["days"], json!(["2024-02-29", "2024-03-01", "2024-03-02", "2024-03-03"]));
    let days = |camera: usize| calendar["cameras"][camera]["days"].as_array().unwrap().clone();
    assert_eq!(days(0)[0], Value::Null, "before its first recording");
    let first = &days(0)[1];
    assert!((0.0001..0.01).contains(&first["recorded"].as_f64().unwrap()), "{first}");
    assert_eq!((&first["gaps"], &first["quarantined"]), (&json!(2), &json!(0)));
    assert_eq!(days(0)[2], json!({ "recorded": 0.0, "gaps": 1, "quarantined": 1 }));
    assert_eq!(days(1)[2], json!({ "recorded": 0.0, "gaps": 1, "quarantined": 0 }));
    let future = officer.get("/api/v1/coverage?from=2999-01-01&to=2999-01-02").is(200);
    assert_eq!(future["cameras"][0]["days"], json!([null, null]));
    let theirs = Client::entered(&daemon, "to1").get("/api/v1/coverage?from=2024-03-01&to=2024-03-01").is(200);
    assert_eq!(theirs["cameras"].as_array().unwrap().len(), 1, "{theirs}");
    for wrong in ["from=2024-03-02&to=2024-03-01", "from=2024-01-01&to=2024-06-01", "from=2024-02-30&to=2024-03-01", ""]
    {
        officer.get(&format!("/api/v1/coverage?{wrong}")).refused(400, "bad_request");
    }
}

#[test]
fn a_clocks_photograph_is_kept_as_it_came_and_shown_to_those_who_see_the_camera() {
    let (site, daemon) = &door();
    let technician = Client::entered(daemon, "kythuat");
    let check = json!({ "camera": "b", "shown": "2024-03-01T01:07:00Z", "true": "2024-03-01T01:00:00Z" });
    let number = technician.post("/api/v1/clocks", &check).is(201)["check"]["id"].as_i64().unwrap();
    let path = format!("/api/v1/clocks/{number}/photo");
    technician.get(&path).refused(404, "not_found");
    // Larger than what other routes take.
    let photo = [&b"\x89PNG\r\n\x1a\n"[..], &[7; 300_000]].concat();
    technician.send_with("PUT", &path, &photo, &[("content-type", "image/png")]).is(204);
    let shown = technician.get(&path);
    assert_eq!((shown.status, &shown.body), (200, &photo));
    let header = |name: &str| shown.headers[name].to_str().unwrap().to_owned();
    assert_eq!((header("content-type").as_str(), header("content-disposition").as_str()), ("image/png", "inline"));
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").contains("sandbox"));
    let clocks = technician.get("/api/v1/clocks").is(200);
    assert!(clocks[1]["checks"][0]["photo"].as_str().unwrap().ends_with(".png"), "{clocks}");
    // What is no picture, too much, or another's.
    technician
        .send_with("PUT", &path, b"<svg onload='x'/>", &[("content-type", "image/png")])
        .refused(400, "bad_request");
    let too_long = [&b"\xff\xd8\xff"[..], &vec![0; (8 << 20) + 1]].concat();
    technician.send_with("PUT", &path, &too_long, &[("content-type", "image/jpeg")]).refused(413, "too_large");
    technician
        .send_with("PUT", "/api/v1/clocks/999/photo", &photo, &[("content-type", "image/png")])
        .refused(404, "not_found");
    Client::entered(daemon, "truc")
        .send_with("PUT", &path, &photo, &[("content-type", "image/png")])
        .refused(403, "forbidden");
    Client::entered(daemon, "to1").get(&path).refused(404, "not_found");
    Client::new(daemon).get(&path).refused(401, "not_logged_in");
    let kept: Vec<_> = fs::read_dir(site.path("data/clock-photos")).unwrap().collect();
    assert_eq!(kept.len(), 1);
    let told = audited(&Client::entered(daemon, "quantri"), "clock");
    assert_eq!(told, ["photo shown", "photo", "added"]);
}

#[test]
fn quarantined_files_are_tried_again_left_alone_and_taken_back() {
    let site = site();
    for camera in ["a", "b"] {
        site.write(camera, "20240301_090000.mp4", b"this is no footage at all");
    }
    site.index(3);
    add(&site, "kythuat", "technician", &[]);
    add(&site, "to1", "technician", &["tdp-1"]);
    add(&site, "truc", "duty", &[]);
    add(&site, "quantri", "administrator", &[]);
    let daemon = Daemon::start(&site);
    let technician = Client::entered(&daemon, "kythuat");
    let listed = technician.get("/api/v1/quarantine").is(200);
    let numbers: Vec<i64> = listed.as_array().unwrap().iter().map(|file| file["number"].as_i64().unwrap()).collect();
    assert_eq!((numbers.len(), &listed[0]["path"]), (2, &json!("20240301_090000.mp4")), "below the folder: {listed}");
    // Somebody of one group knows of their own only.
    let own = Client::entered(&daemon, "to1");
    assert_eq!(own.get("/api/v1/quarantine").is(200).as_array().unwrap().len(), 1);
    let other = numbers[1];
    own.post("/api/v1/quarantine/ignore", &json!({ "number": other })).refused(404, "not_found");
    own.post("/api/v1/quarantine/retry", &json!({ "numbers": [other] })).refused(404, "not_found");
    assert_eq!(own.post("/api/v1/quarantine/retry", &json!({ "numbers": null })).is(202)["due"], 1);
    Client::entered(&daemon, "truc").post("/api/v1/quarantine/retry", &json!({})).refused(403, "forbidden");
    // Left alone, it is not tried; taken back, it is.
    let ignore = json!({ "number": other, "reason": "ổ đĩa cũ" });
    technician.post("/api/v1/quarantine/ignore", &ignore).is(204);
    technician
        .post("/api/v1/quarantine/ignore", &json!({ "number": other, "reason": "a\nb" }))
        .refused(400, "bad_request");
    let listed = technician.get("/api/v1/quarantine").is(200);
    assert_eq!((&listed[1]["ignored_reason"], &listed[1]["ignored_by"]), (&json!("ổ đĩa cũ"), &json!("kythuat")));
    assert_eq!(technician.post("/api/v1/quarantine/retry", &json!({ "numbers": [other] })).is(202)["due"], 0);
    technician.post("/api/v1/quarantine/unignore", &json!({ "number": other })).is(204);
    technician.post("/api/v1/quarantine/unignore", &json!({ "number": other })).refused(404, "not_found");
    // The daemon tries it now, not at its next round through the folders, which is minutes away.
    let attempts = |file: usize| technician.get("/api/v1/quarantine").is(200)[file]["attempts"].as_i64().unwrap();
    let before = attempts(1);
    technician.post("/api/v1/quarantine/retry", &json!({ "numbers": [other] })).is(202);
    daemon.until("it is tried again", || attempts(1) > before);
    let told = audited(&Client::entered(&daemon, "quantri"), "quarantine");
    assert_eq!(told.iter().filter(|what| **what == "ignore").count(), 1, "{told:?}");
    assert!(told.contains(&json!("retry")) && told.contains(&json!("unignore")), "{told:?}");
}

#[test]
fn the_status_told_one_group_how_many_files_of_others_were_in_quarantine_and_waited() {
    let site = site();
    for (camera, name) in [("a", "20240302_080000.mp4"), ("b", "20240302_080000.mp4"), ("b", "20240302_090000.mp4")] {
        site.write(camera, name, b"this is no footage at all");
    }
    site.index(3);
    let ignored = site.footage("b", "20240302_090000.mp4");
    site.run(&["quarantine", "ignore", ignored.to_str().unwrap()]).ends(0);
    add(&site, "truc", "duty", &[]);
    add(&site, "to1", "duty", &["tdp-1"]);
    let daemon = Daemon::start(&site);
    let told = |name: &str| {
        let status = Client::entered(&daemon, name).get("/api/v1/status").is(200);
        let sampled = |camera: &Value| camera["without_thumbnails"].as_u64().unwrap();
        let waiting: u64 = status["cameras"].as_array().unwrap().iter().map(sampled).sum();
        assert_eq!(status["thumbnail_backlog"]["recordings"], waiting, "{status}");
        (status["quarantined"].clone(), status["ignored"].clone(), status["cameras"].as_array().unwrap().len())
    };
    assert_eq!(told("truc"), (json!(3), json!(1), 2));
    assert_eq!(told("to1"), (json!(1), json!(0), 1));
}

#[test]
fn the_nightly_report_is_shown_as_far_as_it_is_theirs() {
    let site = site();
    site.write("b", "20240301_090000.mp4", b"this is no footage at all");
    site.run(&["nightly", "--as-of", "2024-03-01 22:00"]).ends(3);
    add(&site, "truc", "duty", &[]);
    add(&site, "to1", "duty", &["tdp-1"]);
    let daemon = Daemon::start(&site);
    let officer = Client::entered(&daemon, "truc");
    assert_eq!(
        officer.get("/api/v1/reports").is(200),
        json!([{ "date": "2024-03-01", "now": "2024-03-01T15:00:00Z" }])
    );
    let whole = officer.get("/api/v1/reports/2024-03-01").is(200);
    assert_eq!(
        (&whole["cameras"][1]["id"], &whole["quarantine"][0]["path"]),
        (&json!("b"), &json!("20240301_090000.mp4"))
    );
    assert!(!whole.to_string().contains(site.path("").to_str().unwrap()), "{whole}");
    let own = Client::entered(&daemon, "to1").get("/api/v1/reports/2024-03-01").is(200);
    let ids: Vec<&Value> = own["cameras"].as_array().unwrap().iter().map(|camera| &camera["id"]).collect();
    assert_eq!((ids, &own["quarantine"]), (vec![&json!("a")], &json!([])));
    for nothing in ["2024-03-02", "..%2f..%2fsite", "x"] {
        officer.get(&format!("/api/v1/reports/{nothing}")).refused(404, "not_found");
    }
}

#[test]
fn a_key_made_through_the_door_lets_a_program_in_until_it_is_revoked() {
    let (_site, daemon) = &door();
    let administrator = Client::entered(daemon, "quantri");
    let new = json!({ "user": "truc", "name": "bảng điện", "lasts_h": 24 });
    let made = administrator.post("/api/v1/tokens", &new).is(201);
    let (number, key) = (made["number"].as_i64().unwrap(), made["key"].as_str().unwrap().to_owned());
    let mut program = Client::new(daemon);
    program.bearer = Some(key.clone());
    assert_eq!(program.get("/api/v1/me").is(200)["name"], "truc");
    let listed = administrator.get("/api/v1/tokens").is(200);
    assert_eq!((&listed[0]["number"], &listed[0]["name"]), (&json!(number), &json!("bảng điện")));
    assert!(!listed.to_string().contains(&key), "a key is told once");
    for wrong in [
        json!({ "user": "ai", "name": "x" }),
        json!({ "user": "truc", "name": " " }),
        json!({ "user": "truc", "name": "x", "lasts_h": 0 }),
    ] {
        administrator.post("/api/v1/tokens", &wrong).refused(400, "bad_request");
    }
    Client::entered(daemon, "truc").get("/api/v1/tokens").refused(403, "forbidden");
    administrator.send("DELETE", &format!("/api/v1/tokens/{number}"), &json!({})).is(204);
    administrator.send("DELETE", &format!("/api/v1/tokens/{number}"), &json!({})).refused(404, "not_found");
    program.get("/api/v1/me").refused(401, "not_logged_in");
    assert_eq!(audited(&administrator, "token"), ["revoked", "added"]);
}

#[test]
fn the_whole_audit_is_taken_out_as_a_file_that_tells_of_it_too() {
    let (site, daemon) = &door();
    let administrator = Client::entered(daemon, "quantri");
    // More than a page of it.
    let officer = Client::entered(daemon, "truc");
    let purpose = officer.purpose("vụ 12/2026");
    let ask = json!({ "from": "2024-03-01T01:00:00Z", "to": "2024-03-01T01:01:00Z", "lat": 18.0735, "lon": 106.2962, "radius_m": 100, "purpose": purpose });
    for _ in 0..1_050 {
        officer.post("/api/v1/search", &ask).is(200);
    }
    let file = administrator.get("/api/v1/audit/export");
    assert_eq!((file.status, &file.headers["content-type"]), (200, &"application/x-ndjson".parse().unwrap()));
    assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"audit-"));
    let text = String::from_utf8(file.body).unwrap();
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let numbers: Vec<i64> = rows.iter().map(|row| row["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..=rows.len() as i64).collect::<Vec<_>>());
    assert!(rows.len() > 1_050 && rows.last().unwrap()["detail"]["what"] == "export", "{} rows", rows.len());
    Client::entered(daemon, "kythuat").get("/api/v1/audit/export").refused(403, "forbidden");
    // The same as the command line's.
    let out = site.path("audit.jsonl");
    site.run(&["audit", "export", "-o", out.to_str().unwrap()]).ends(0);
    let told = fs::read_to_string(out).unwrap();
    assert_eq!(told.lines().take(rows.len()).collect::<Vec<_>>(), text.lines().collect::<Vec<_>>());
}

#[test]
fn an_estimate_from_files_is_accepted_as_checks() {
    let site = site();
    // A camera that is five minutes fast, by when its files were closed.
    for minute in 0..60 {
        let file = site.put("a", format!("20240302_08{minute:02}00.mp4"), &crate::support::clips::mp4());
        let start: jiff::Timestamp = "2024-03-02T01:00:00Z".parse().unwrap();
        let closed = start + jiff::SignedDuration::from_secs(minute * 60 + 4 - 300);
        crate::support::site::set_modified(&file, closed.into());
    }
    site.index(0);
    add(&site, "kythuat", "technician", &[]);
    add(&site, "to2", "technician", &["tdp-2"]);
    let daemon = Daemon::start(&site);
    let technician = Client::entered(&daemon, "kythuat");
    let estimates = technician.get("/api/v1/clocks/estimates").is(200);
    let by_command: Value = serde_json::from_str(&site.run(&["clock", "estimate", "--json"]).ends(0).stdout).unwrap();
    assert_eq!(
        (&estimates[0]["id"], &estimates[0]["offset_s"]),
        (&json!("a"), &by_command[0]["offset_s"]),
        "{estimates}"
    );
    let others = Client::entered(&daemon, "to2");
    assert_eq!(others.get("/api/v1/clocks/estimates").is(200).as_array().unwrap().len(), 1);
    others.get("/api/v1/clocks/estimates?camera=a").refused(404, "not_found");
    others.post("/api/v1/clocks/estimates/accept", &json!({ "camera": "a" })).refused(404, "not_found");
    let accepted = technician.post("/api/v1/clocks/estimates/accept", &json!({ "camera": "a" })).is(200);
    let clocks = technician.get("/api/v1/clocks").is(200);
    let checks = clocks[0]["checks"].as_array().unwrap().len();
    assert_eq!(accepted["accepted"], checks, "{accepted}");
    assert_eq!(accepted["clock"]["checked"], checks > 0);
    assert_eq!(
        technician.get("/api/v1/clocks/estimates?camera=a").is(200)[0]["known"],
        estimates[0]["offset_s"].is_number()
    );
}
