//! Playing by HTTP against the daemon: pieces map the file's time to true time exactly, clips stream while they are made and end with
//! their watcher, frames can be stepped through, and all of it is written down.

use std::collections::HashMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::clips::times;
use crate::support::client::{Answer, Client, add};
use crate::support::clips::{clip, probed_keyframes};
use crate::support::daemon::Daemon;
use crate::support::site::TestSite;

/// Four seconds, ten frames a second, each of its own brightness, so that a picture tells which it is; a keyframe a second.
fn graded(extension: &str, how: &str) -> std::path::PathBuf {
    let source = "nullsrc=s=160x120:r=10:d=4,geq=lum=16+5*N:cb=128:cr=128";
    let arguments: Vec<&str> = ["-f", "lavfi", "-i", source, "-g", "10"].into_iter().chain(how.split(' ')).collect();
    clip(extension, &arguments)
}

/// Which frame of [`graded`] a picture shows.
fn number(jpeg: &[u8]) -> i64 {
    let picture = image::load_from_memory(jpeg).unwrap().to_luma8();
    let mean = picture.pixels().map(|pixel| f64::from(pixel.0[0])).sum::<f64>()
        / f64::from(picture.width() * picture.height());
    // From full range back to the video's, 16 to 235.
    ((mean * 219.0 / 255.0) / 5.0).round() as i64
}

/// A camera for each way to the browser, all with the same four seconds.
const KINDS: [(&str, &str, &str, &str); 5] = [
    ("h264-mp4", "mp4", "-c:v libx264 -bf 2 -an", "native"),
    ("h264-mkv", "mkv", "-c:v libx264 -bf 2 -an", "copy"),
    ("h264-ts", "ts", "-c:v libx264 -bf 2 -an", "copy"),
    ("hevc-mp4", "mp4", "-c:v libx265 -x265-params log-level=none:bframes=2 -an -tag:v hvc1", "transcode"),
    ("mjpeg-avi", "avi", "-c:v mjpeg -q:v 2 -an", "transcode"),
];

fn open(site: &TestSite) -> (Daemon, Client, i64) {
    add(site, "truc", "duty", &[]);
    add(site, "quantri", "administrator", &[]);
    let daemon = Daemon::start(site);
    let officer = Client::entered(&daemon, "truc");
    let purpose = officer.purpose("vụ 21/2026");
    (daemon, officer, purpose)
}

fn every_kind() -> TestSite {
    let site = TestSite::new(&KINDS.map(|(camera, ..)| camera));
    for (camera, extension, how, _) in KINDS {
        site.put(camera, format!("20240301_080000.{extension}"), &graded(extension, how));
    }
    site.index(0);
    site
}

fn play(client: &Client, camera: &str, from: &str, to: &str, purpose: i64) -> Value {
    let body = json!({ "from": from, "to": to, "h265": false, "purpose": purpose });
    client.post(&format!("/api/v1/cameras/{camera}/play"), &body).is(200)
}

fn time(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

/// When a piece shows a time of the file, by the contract's formula.
fn shown(piece: &Value, pts_us: i64) -> Timestamp {
    let since = (pts_us - piece["from_pts_us"].as_i64().unwrap()) as f64 * piece["rate"].as_f64().unwrap();
    time(&piece["start"]) + SignedDuration::from_micros(since.round() as i64)
}

fn header(answer: &Answer, name: &str) -> String {
    answer.headers[name].to_str().unwrap().to_owned()
}

fn pts(answer: &Answer, name: &str) -> i64 {
    header(answer, name).parse().unwrap()
}

#[test]
fn every_kind_of_footage_plays_and_every_frame_is_at_its_true_time() {
    let site = every_kind();
    let (_daemon, officer, purpose) = &open(&site);
    let mut wrong = Vec::new();
    for (camera, extension, how, way) in KINDS {
        let film = play(officer, camera, "2024-03-01T00:59:00Z", "2024-03-01T01:01:00Z", *purpose);
        let [piece] = film["pieces"].as_array().unwrap().as_slice() else { panic!("{film}") };
        let source = times(&graded(extension, how));
        assert_eq!((&piece["way"], &piece["rate"]), (&json!(way), &json!(1.0)), "{piece}");
        assert_eq!((&piece["start"], &piece["end"]), (&json!("2024-03-01T01:00:00Z"), &json!("2024-03-01T01:00:04Z")));
        assert_eq!(piece["camera_start"], "2024-03-01T08:00:00+07:00");
        let gaps: Vec<&Value> = film["gaps"].as_array().unwrap().iter().map(|gap| &gap["start"]).collect();
        assert_eq!(gaps, ["2024-03-01T00:59:00Z", "2024-03-01T01:00:04Z"], "{film}");
        assert_eq!((&film["uncertainty_s"], &film["clock"]["checked"]), (&Value::Null, &json!(false)));
        let id = piece["recording"].as_str().unwrap();
        for query in ["", "&height=64&max_fps=15", "&from_us=FROM&to_us=TO"] {
            let (from, to) = (source[0] + 1_250_000, source[0] + 2_650_000);
            let query = query.replace("FROM", &from.to_string()).replace("TO", &to.to_string());
            let answer = officer.get(&format!("/api/v1/recordings/{id}/clip?purpose={purpose}{query}"));
            assert_eq!(
                (answer.status, header(&answer, "content-type")),
                (200, "video/mp4".to_owned()),
                "{camera} {query}"
            );
            let copied = way != "transcode" && !query.contains("height");
            assert_eq!(header(&answer, "x-truyvet-transcoded"), (!copied).to_string(), "{camera} {query}");
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("clip.mp4");
            fs::write(&file, &answer.body).unwrap();
            let zero = pts(&answer, "x-truyvet-zero-pts-us");
            let found: Vec<i64> = times(&file).into_iter().map(|us| zero + us).collect();
            let first = pts(&answer, "x-truyvet-first-pts-us");
            assert_eq!(found[0], first);
            if query.contains("from_us") {
                let begin = if copied { source[10] } else { source[12] };
                if first != begin || found.iter().any(|us| !source.contains(us)) {
                    wrong.push(format!("{camera} {query}: {found:?}, of {source:?}"));
                }
            } else if found != source {
                wrong.push(format!("{camera} {query}: {found:?}, not {source:?}"));
            }
            // The pictures of the clip are those that `frame` shows at the true times that the piece tells.
            let moment = shown(piece, found[found.len() / 2]);
            let frame = officer.get(&format!("/api/v1/cameras/{camera}/frame?at={moment}&purpose={purpose}"));
            let expected = source.iter().position(|us| *us == found[found.len() / 2]).unwrap() as i64;
            if number(&frame.body) != expected || pts(&frame, "x-truyvet-pts-us") != source[expected as usize] {
                wrong.push(format!("{camera} at {moment}: frame {}, not {expected}", number(&frame.body)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn frames_are_stepped_through_one_by_one_across_files_and_stop_at_a_gap() {
    let site = every_kind();
    for (camera, extension, how, _) in KINDS {
        site.put(camera, format!("20240301_080004.{extension}"), &graded(extension, how));
    }
    site.index(0);
    let (_daemon, officer, purpose) = &open(&site);
    for (camera, extension, how, _) in KINDS {
        let base = format!("/api/v1/cameras/{camera}/frame?purpose={purpose}&width=160");
        let mut at = "2024-03-01T01:00:03.450Z".to_owned();
        let mut seen = Vec::new();
        for _ in 0..8 {
            let frame = officer.get(&format!("{base}&at={at}&step=1"));
            assert_eq!(frame.status, 200, "{camera} {at}: {}", String::from_utf8_lossy(&frame.body));
            seen.push(number(&frame.body));
            at = header(&frame, "x-truyvet-time");
        }
        assert_eq!(seen, [35, 36, 37, 38, 39, 0, 1, 2], "{camera}");
        assert_eq!(at, "2024-03-01T01:00:04.2Z", "{camera}");
        seen.clear();
        for _ in 0..5 {
            let frame = officer.get(&format!("{base}&at={at}&step=-1"));
            seen.push(number(&frame.body));
            at = header(&frame, "x-truyvet-time");
        }
        assert_eq!(seen, [1, 0, 39, 38, 37], "{camera}");
        let refused = officer.get(&format!("{base}&at=2024-03-01T01:00:07.95Z&step=%2B1")).refused(404, "no_footage");
        assert!(refused["detail"].as_str().unwrap().contains("từ 08:00:08"), "{refused}");
        officer.get(&format!("{base}&at=2024-03-01T01:00:00.05Z&step=-1")).refused(404, "no_footage");
        let keyframe = officer.get(&format!("{base}&at=2024-03-01T01:00:02.750Z&snap=keyframe"));
        let path = graded(extension, how);
        let start = times(&path)[0] as f64 / 1e6;
        let by = probed_keyframes(&path).into_iter().flatten().filter(|s| *s <= start + 2.75).fold(0.0, f64::max);
        let told = pts(&keyframe, "x-truyvet-pts-us") as f64 / 1e6;
        assert!((told - by).abs() < 0.001 && (told - start) > 1.9, "{camera}: {told}, not {by}");
        officer.get(&format!("{base}&at=2024-03-01T01:00:02.750Z&snap=keyframe&step=1")).refused(400, "bad_request");
    }
}

#[test]
fn where_there_is_no_footage_it_is_said_why_in_the_users_language() {
    let site = TestSite::new(&["a"]);
    for name in ["20240301_080000.mp4", "20240301_081000.mp4"] {
        site.put("a", name, &graded("mp4", "-c:v libx264 -bf 2 -an"));
    }
    site.index(0);
    let (_daemon, officer, purpose) = &open(&site);
    let said = officer
        .get(&format!("/api/v1/cameras/a/frame?at=2024-03-01T01:05:00Z&purpose={purpose}"))
        .refused(404, "no_footage");
    assert_eq!(said["detail"], "Camera này không ghi từ 08:00:04 đến 08:10 ngày 1/3/2024.");
    let before = officer
        .get(&format!("/api/v1/cameras/a/frame?at=2024-03-01T00:05:00Z&purpose={purpose}"))
        .refused(404, "no_footage");
    assert_eq!(before["detail"], "Camera này không ghi từ trước cho đến 08:00 1/3/2024.");
}

#[test]
fn a_sampled_thumbnail_is_shown_for_an_instant_without_decoding() {
    let site = TestSite::new(&["a", "b"]);
    let footage = graded("mp4", "-c:v libx264 -bf 2 -an");
    site.put("a", "20240301_080000.mp4", &footage);
    site.run(&["index"]).ends(0);
    let (_daemon, officer, purpose) = &open(&site);
    let ask = |at: &str| officer.get(&format!("/api/v1/cameras/a/frame?at={at}&snap=thumbnail&purpose={purpose}"));
    let first = ask("2024-03-01T01:00:00.3Z");
    let last = ask("2024-03-01T01:00:03.9Z");
    assert_eq!(
        (first.status, number(&first.body), header(&first, "x-truyvet-time").as_str()),
        (200, 0, "2024-03-01T01:00:00Z")
    );
    assert_eq!((last.status, number(&last.body)), (200, 30));
    fs::remove_file(site.footage("a", "20240301_080000.mp4")).unwrap();
    assert_eq!(ask("2024-03-01T01:00:03.9Z").body, last.body, "the reel is enough");
}

/// A second of `camera`'s film for each of these clocks: what the piece says, and when that really was.
fn film_of(site: &TestSite, checks: &[(&str, &str)]) -> (Daemon, Client, i64) {
    for (shown, truth) in checks {
        site.run(&["clock", "check", "a", "--shown", shown, "--true", truth, "--within", "1s"]).ends(0);
    }
    open(site)
}

#[test]
fn a_clock_that_drifts_stretches_true_time_and_a_bend_in_it_cuts_a_piece() {
    let site = TestSite::new(&["a"]);
    // An hour of one frame a second.
    let long =
        clip("mp4", &["-f", "lavfi", "-i", "testsrc2=s=64x48:r=1:d=3600", "-g", "10", "-c:v", "libx264", "-bf", "0"]);
    site.put("a", "20240301_080000.mp4", &long);
    site.index(0);
    // 40 s fast a day before, right in the middle of the hour, 20 s slow a day after.
    let checks = [
        ("2024-02-29 08:30:40", "2024-02-29 08:30:00"),
        ("2024-03-01 08:30:00", "2024-03-01 08:30:00"),
        ("2024-03-02 08:29:40", "2024-03-02 08:30:00"),
    ];
    let (_daemon, officer, purpose) = &film_of(&site, &checks);
    let film = play(officer, "a", "2024-03-01T00:30:00Z", "2024-03-01T02:30:00Z", *purpose);
    let pieces = film["pieces"].as_array().unwrap();
    assert_eq!(pieces.len(), 2, "{film}");
    assert_eq!((&pieces[0]["end"], &pieces[1]["start"]), (&pieces[1]["start"], &json!("2024-03-01T01:30:00Z")));
    assert_eq!(
        (&pieces[0]["to_pts_us"], &pieces[1]["from_pts_us"]),
        (&json!(1_800_000_000i64), &json!(1_800_000_000i64))
    );
    // camera = true + offset; the offset falls by 40 s in a day of true time, then by 20 s.
    let truth = |camera_s: f64| {
        let before = camera_s / (1.0 - 40.0 / 86_400.0);
        let after = camera_s / (1.0 - 20.0 / 86_400.0);
        if camera_s < 0.0 { before } else { after }
    };
    let middle: Timestamp = "2024-03-01T01:30:00Z".parse().unwrap();
    for pts_us in [0i64, 1, 900_000_000, 1_799_999_999, 1_800_000_000, 2_700_000_000, 3_599_000_000] {
        let piece = &pieces[usize::from(pts_us >= 1_800_000_000)];
        let found = shown(piece, pts_us).duration_since(middle).as_micros() as f64 / 1e6;
        let expected = truth(pts_us as f64 / 1e6 - 1_800.0);
        assert!((found - expected).abs() < 2e-6, "{pts_us}: {found}, not {expected}");
        // And `frame` agrees.
        if pts_us % 1_000_000 == 0 {
            let at = shown(piece, pts_us);
            let frame = officer.get(&format!("/api/v1/cameras/a/frame?at={at}&purpose={purpose}&width=64"));
            assert_eq!(pts(&frame, "x-truyvet-pts-us"), pts_us);
            let told: Timestamp = header(&frame, "x-truyvet-time").parse().unwrap();
            assert!(told.duration_since(at).abs() <= SignedDuration::from_micros(2), "{told} {at}");
            assert!(header(&frame, "x-truyvet-uncertainty-s").parse::<f64>().unwrap() > 0.0);
        }
    }
    assert!(film["uncertainty_s"].as_f64().unwrap() >= 1.0);
}

#[test]
fn a_clock_that_was_set_back_shows_no_instant_twice() {
    let site = TestSite::new(&["a"]);
    let footage = graded("mp4", "-c:v libx264 -bf 2 -an");
    // Seven minutes fast until it was set right at 8:00: 8:06 to 8:07 on its clock came twice.
    for name in ["20240301_080656.mp4", "20240301_080003.mp4", "20240301_080100.mp4"] {
        site.put("a", name, &footage);
    }
    site.index(0);
    let checks = [
        ("2024-03-01 07:50:00", "2024-03-01 07:43:00"),
        ("2024-03-01 08:06:59", "2024-03-01 07:59:59"),
        ("2024-03-01 08:00:01", "2024-03-01 08:00:01"),
        ("2024-03-01 09:00:00", "2024-03-01 09:00:00"),
    ];
    let (_daemon, officer, purpose) = &film_of(&site, &checks);
    let film = play(officer, "a", "2024-03-01T00:59:00Z", "2024-03-01T01:02:00Z", *purpose);
    let pieces = film["pieces"].as_array().unwrap();
    let starts: Vec<&str> = pieces.iter().map(|piece| piece["camera_start"].as_str().unwrap()).collect();
    assert!(starts.contains(&"2024-03-01T08:00:03+07:00") && starts.contains(&"2024-03-01T08:01:00+07:00"), "{film}");
    for pair in pieces.windows(2) {
        assert!(time(&pair[0]["end"]) <= time(&pair[1]["start"]), "{film}");
    }
    let early = play(officer, "a", "2024-03-01T00:59:50Z", "2024-03-01T01:00:02Z", *purpose);
    assert_eq!(early["pieces"][0]["camera_start"], "2024-03-01T08:06:56+07:00", "{early}");
    assert_eq!(early["pieces"][0]["start"], "2024-03-01T00:59:56Z", "{early}");
}

#[test]
fn a_name_that_claims_both_ends_stretches_the_file_between_them() {
    let site = TestSite::new(&["a"]);
    site.put("a", "20240301080000_20240301080008.mp4", &graded("mp4", "-c:v libx264 -bf 2 -an"));
    site.index(0);
    let (_daemon, officer, purpose) = &open(&site);
    let film = play(officer, "a", "2024-03-01T01:00:00Z", "2024-03-01T01:01:00Z", *purpose);
    let piece = &film["pieces"][0];
    assert_eq!((&piece["rate"], &piece["end"]), (&json!(2.0), &json!("2024-03-01T01:00:08Z")), "{film}");
    let frame = officer.get(&format!("/api/v1/cameras/a/frame?at=2024-03-01T01:00:05Z&purpose={purpose}"));
    assert_eq!((number(&frame.body), header(&frame, "x-truyvet-time").as_str()), (25, "2024-03-01T01:00:05Z"));
    let part = play(officer, "a", "2024-03-01T01:00:01Z", "2024-03-01T01:00:03Z", *purpose);
    let piece = &part["pieces"][0];
    assert_eq!((&piece["from_pts_us"], &piece["to_pts_us"]), (&json!(500_000), &json!(1_500_000)), "{part}");
}

#[test]
fn of_two_files_of_one_time_each_instant_is_shown_once() {
    let site = TestSite::new(&["a"]);
    site.put("a", "20240301_080000.mp4", &graded("mp4", "-c:v libx264 -bf 2 -an"));
    site.put("a", "20240301_080002.mkv", &graded("mkv", "-c:v libx264 -bf 2 -an"));
    site.index(0);
    let (_daemon, officer, purpose) = &open(&site);
    let film = play(officer, "a", "2024-03-01T01:00:00Z", "2024-03-01T01:00:06Z", *purpose);
    let [one, two] = film["pieces"].as_array().unwrap().as_slice() else { panic!("{film}") };
    assert_eq!(
        (&one["end"], &two["start"], &two["from_pts_us"]),
        (&two["start"], &json!("2024-03-01T01:00:04Z"), &json!(2_000_000))
    );
    assert_eq!(film["gaps"], json!([]));
    // Stepping goes from one to the other and back without seeing anything twice.
    let on = officer.get(&format!("/api/v1/cameras/a/frame?at=2024-03-01T01:00:03.95Z&step=1&purpose={purpose}"));
    assert_eq!((number(&on.body), header(&on, "x-truyvet-time").as_str()), (20, "2024-03-01T01:00:04Z"));
    let back = officer.get(&format!("/api/v1/cameras/a/frame?at=2024-03-01T01:00:04.05Z&step=-1&purpose={purpose}"));
    assert_eq!((number(&back.body), header(&back, "x-truyvet-time").as_str()), (39, "2024-03-01T01:00:03.9Z"));
}

#[test]
fn what_cannot_be_played_is_refused_and_what_was_played_is_in_the_audit() {
    let site = every_kind();
    let (daemon, officer, purpose) = &open(&site);
    let path = "/api/v1/cameras/h264-mp4/play";
    let ask = |from: &str, to: &str, purpose: i64| json!({ "from": from, "to": to, "purpose": purpose });
    let (from, to) = ("2024-03-01T01:00:00Z", "2024-03-01T01:00:10Z");
    officer.post(path, &json!({ "from": from, "to": to })).refused(403, "purpose_needed");
    officer.post(path, &ask(to, from, *purpose)).refused(400, "bad_request");
    officer.post(path, &ask(from, "2024-03-01T07:00:01Z", *purpose)).refused(400, "bad_request");
    officer.post("/api/v1/cameras/x/play", &ask(from, to, *purpose)).refused(404, "not_found");
    let film = play(officer, "h264-mp4", from, to, *purpose);
    let id = film["pieces"][0]["recording"].as_str().unwrap();
    let clip = format!("/api/v1/recordings/{id}/clip");
    officer.get(&clip).refused(403, "purpose_needed");
    for query in ["from_us=9&to_us=3", "from_us=4000000", "to_us=0", "height=8", "max_fps=0", "h265=maybe", "x=1"] {
        officer.get(&format!("{clip}?purpose={purpose}&{query}")).refused(400, "bad_request");
    }
    officer.get(&format!("/api/v1/recordings/nothing/clip?purpose={purpose}")).refused(404, "not_found");
    assert_eq!(officer.get(&format!("{clip}?purpose={purpose}&from_us=2500000&to_us=3000000")).status, 200);
    let rows = Client::entered(daemon, "quantri").get("/api/v1/audit?actor=truc&act=clip").is(200);
    let windows: Vec<(&str, &str)> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["window"]["start"].as_str().unwrap(), row["window"]["end"].as_str().unwrap()))
        .collect();
    // The clip begins with the keyframe before.
    assert_eq!(windows, [("2024-03-01T01:00:02Z", "2024-03-01T01:00:03Z"), (from, to)], "{rows}");
    assert!(rows.as_array().unwrap().iter().all(|row| row["cameras"] == json!(["h264-mp4"])));
}

#[test]
fn whoever_belongs_to_one_group_plays_nothing_of_another() {
    let (_site, daemon) = &crate::support::client::door();
    let (all, one) = (Client::entered(daemon, "truc"), Client::entered(daemon, "to1"));
    let purpose = all.purpose("vụ 22/2026");
    let film = play(&all, "b", "2024-03-01T01:00:00Z", "2024-03-01T01:00:04Z", purpose);
    let id = film["pieces"][0]["recording"].as_str().unwrap();
    let theirs = one.purpose("vụ 23/2026");
    let body = json!({ "from": "2024-03-01T01:00:00Z", "to": "2024-03-01T01:00:04Z", "purpose": theirs });
    one.post("/api/v1/cameras/b/play", &body).refused(404, "not_found");
    one.get(&format!("/api/v1/recordings/{id}/clip?purpose={theirs}")).refused(404, "not_found");
    let frame = "/api/v1/cameras/b/frame?at=2024-03-01T01:00:01Z&width=64";
    // Not even what is in memory from another's look.
    assert_eq!(all.get(&format!("{frame}&purpose={purpose}")).status, 200);
    assert_eq!(all.get(&format!("{frame}&purpose={purpose}")).status, 200);
    one.get(&format!("{frame}&purpose={theirs}")).refused(404, "not_found");
    let rows = Client::entered(daemon, "quantri").get("/api/v1/audit?act=frame").is(200);
    assert_eq!(rows.as_array().unwrap().len(), 2, "each look at the same picture has its row: {rows}");
}

/// The daemon's processes that are making clips or read for it, by id.
fn workers(daemon: &Daemon) -> Vec<u32> {
    let mut parents = HashMap::new();
    for entry in fs::read_dir("/proc").unwrap().filter_map(Result::ok) {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        let Some((_, rest)) = stat.rsplit_once(')') else { continue };
        let mut rest = rest.split_whitespace();
        let (state, parent) = (rest.next().unwrap(), rest.next().unwrap().parse::<u32>().unwrap());
        if state != "Z" {
            parents.insert(pid, parent);
        }
    }
    parents.into_iter().filter(|(_, parent)| *parent == daemon.pid()).map(|(pid, _)| pid).collect()
}

/// Begins to watch a clip over a connection of its own, and reads its head and a little of it.
fn watch(daemon: &Daemon, client: &Client, path: &str) -> TcpStream {
    let host = daemon.address();
    let mut stream = TcpStream::connect(host).unwrap();
    let cookie = client.cookie.as_deref().unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: truyvet={cookie}\r\n\r\n").unwrap();
    let mut some = Vec::new();
    (&mut stream).take(1_000).read_to_end(&mut some).unwrap();
    let said = String::from_utf8_lossy(&some);
    assert!(some.len() == 1_000 && said.starts_with("HTTP/1.1 200"), "{said}");
    stream
}

#[test]
fn a_watcher_who_goes_leaves_no_process_behind_and_when_all_are_taken_it_is_said() {
    let site = TestSite::new(&["a"]);
    // Noise, so that no clip of it fits into the buffers of a connection.
    let noise = ["-f", "lavfi", "-i", "nullsrc=s=320x240:r=10:d=120,geq=random(1)*255:128:128", "-g", "10", "-bf", "0"];
    let noise: Vec<&str> = noise.into_iter().chain(["-c:v", "libx264", "-qp", "10"]).collect();
    site.put("a", "20240301_080000.mkv", &clip("mkv", &noise));
    site.index(0);
    let (daemon, officer, purpose) = open(&site);
    let film = play(&officer, "a", "2024-03-01T01:00:00Z", "2024-03-01T01:02:00Z", purpose);
    let id = film["pieces"][0]["recording"].as_str().unwrap();
    let before = workers(&daemon).len();
    let path = |query: &str| format!("/api/v1/recordings/{id}/clip?purpose={purpose}{query}");
    let watched: Vec<TcpStream> =
        (0..16).map(|n| watch(&daemon, &officer, &path(if n % 4 == 0 { "&height=240" } else { "" }))).collect();
    assert_eq!(workers(&daemon).len(), before + 16);
    let refused = officer.get(&path(""));
    assert_eq!(header(&refused, "retry-after"), "5");
    refused.refused(503, "busy");
    // Frames have processes of their own.
    let frame = officer.get(&format!("/api/v1/cameras/a/frame?at=2024-03-01T01:00:05Z&width=64&purpose={purpose}"));
    assert_eq!(frame.status, 200);
    let reading = workers(&daemon).len() - 16;
    drop(watched);
    daemon.until("every clip has ended", || workers(&daemon).len() <= reading);
    drop(watch(&daemon, &officer, &path("")));
    // Nor does a player that is paused keep the service from stopping.
    let paused = watch(&daemon, &officer, &path(""));
    daemon.stop().ends(0);
    drop(paused);
    assert!(Path::new(&site.footage("a", "20240301_080000.mkv")).is_file());
}

fn part(client: &Client, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = client.agent.get(format!("{}{path}", client.base));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let cookie = format!("truyvet={}", client.cookie.as_deref().unwrap());
    Answer::of(request.header("cookie", cookie).call().unwrap())
}

#[test]
fn a_native_file_is_given_by_ranges_and_saved_only_by_whom_it_may() {
    let site = every_kind();
    let (daemon, officer, purpose) = &open(&site);
    add(&site, "dieutra", "investigator", &[]);
    let investigator = Client::entered(daemon, "dieutra");
    let theirs = investigator.purpose("vụ 24/2026");
    let media = |camera: &str| {
        let film = play(officer, camera, "2024-03-01T01:00:00Z", "2024-03-01T01:01:00Z", *purpose);
        let id = film["pieces"][0]["recording"].as_str().unwrap().to_owned();
        format!("/api/v1/recordings/{id}/media")
    };
    let native = media("h264-mp4");
    let path = format!("{native}?purpose={purpose}");
    let whole = officer.get(&path);
    let bytes = fs::read(graded("mp4", "-c:v libx264 -bf 2 -an")).unwrap();
    assert_eq!(
        (whole.status, header(&whole, "content-type"), header(&whole, "accept-ranges")),
        (200, "video/mp4".into(), "bytes".into())
    );
    assert!(whole.body == bytes && !whole.headers.contains_key("content-disposition"));
    let etag = header(&whole, "etag");
    let some = part(officer, &path, &[("range", "bytes=100-199"), ("if-range", &etag)]);
    assert_eq!((some.status, header(&some, "content-range")), (206, format!("bytes 100-199/{}", bytes.len())));
    assert_eq!(some.body, bytes[100..200]);
    assert_eq!(part(officer, &path, &[("range", "bytes=-50")]).body, bytes[bytes.len() - 50..]);
    assert_eq!(part(officer, &path, &[("range", "bytes=100-199"), ("if-range", "\"another\"")]).body, bytes);
    assert_eq!(part(officer, &path, &[("range", "bytes=9999999-")]).status, 416);
    // What no page plays is only of use when it is saved.
    officer.get(&format!("{}?purpose={purpose}", media("h264-ts"))).refused(403, "forbidden");
    officer.get(&format!("{path}&download=true")).refused(403, "forbidden");
    let saved = investigator.get(&format!("{native}?purpose={theirs}&download=true"));
    assert_eq!(saved.body, bytes);
    assert!(header(&saved, "content-disposition").starts_with("attachment; filename=\"20240301_080000.mp4\""));
    officer.get(&native).refused(403, "purpose_needed");
    let rows = Client::entered(daemon, "quantri").get("/api/v1/audit?act=download").is(200);
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["actor"]), (1, &json!("dieutra")), "{rows}");
    // A file that is gone says so.
    fs::remove_file(site.footage("h264-mp4", "20240301_080000.mp4")).unwrap();
    officer.get(&path).refused(404, "no_footage");
}

#[test]
fn one_recording_is_told_as_show_tells_it_without_the_servers_paths() {
    let site = every_kind();
    let (daemon, officer, purpose) = &open(&site);
    let film = play(officer, "h264-mkv", "2024-03-01T01:00:00Z", "2024-03-01T01:01:00Z", *purpose);
    let id = film["pieces"][0]["recording"].as_str().unwrap();
    let mut told = officer.get(&format!("/api/v1/recordings/{id}?purpose={purpose}")).is(200);
    assert!(!told.to_string().contains(site.path("").to_str().unwrap()), "{told}");
    let mut shown = site.run(&["show", id, "--json"]).ends(0).json();
    assert_eq!(told["files"][0]["path"], "20240301_080000.mkv");
    // The daemon has taken thumbnails meanwhile, or not yet.
    for key in ["files", "thumbnails"] {
        told[key] = Value::Null;
        shown[key] = Value::Null;
    }
    assert_eq!(told, shown);
    let rows = Client::entered(daemon, "quantri").get("/api/v1/audit?act=show&actor=truc").is(200);
    assert_eq!(rows[0]["detail"], json!({ "recording": id }));
}
