//! What is told of a trace is what was entered: the time as it was read, how sure somebody is, places that are known, and every doubt in every
//! file; and what the command line does not take.

use serde_json::{Value, json};

use crate::events::Line;
use crate::support::client::{Client, add_to};
use crate::support::daemon::Daemon;
use crate::support::town::Town;
use crate::trace::{time, town};

const FIRST: [&str; 3] = ["ht-13", "--at", "2023-07-15 21:14:28"];

fn begin(town: &Town, sighting: &[&str]) -> String {
    let all = [&["--purpose", "VV 12/2023", "trace", "start"], sighting, &["--kind", "motorbike", "--json"]].concat();
    town.run(&all).ends(0).json()["trace"].to_string()
}

fn seen(town: &Town, trace: &str, sighting: &[&str]) {
    town.run(&[&["trace", "seen", trace], sighting].concat()).ends(0);
}

fn shown(town: &Town, trace: &str) -> Value {
    town.run(&["trace", "show", trace, "--json"]).ends(0).json()
}

/// The five files of a trace, by ending.
fn files(town: &Town, trace: &str, lang: &str) -> impl Fn(&str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = |ending: &str| folder.path().join(format!("a.{ending}"));
    let names = ["geojson", "gpx", "kml", "csv", "txt"].map(|ending| file(ending).display().to_string());
    let outputs: Vec<&str> = names.iter().flat_map(|name| ["-o", name.as_str()]).collect();
    town.run(&[&["--lang", lang, "trace", "export", trace], &outputs[..]].concat()).ends(0);
    move |ending| std::fs::read_to_string(folder.path().join(format!("a.{ending}"))).unwrap()
}

/// Takes a camera out of the site file.
fn without_camera(town: &Town, id: &str) {
    let file = town.path().join("site.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let kept: Vec<&str> = text.split("\n[[").filter(|part| !part.contains(&format!("id = \"{id}\""))).collect();
    assert!(kept.len() + 1 == text.split("\n[[").count());
    std::fs::write(&file, kept.join("\n[[")).unwrap();
}

fn moved(sighting: &Value, lang: &str) -> bool {
    let parts = if lang == "vi" { "đã được sửa sau khi ghi" } else { "has changed since" };
    sighting["conflicts"].as_array().unwrap().iter().any(|conflict| conflict[lang].as_str().unwrap().contains(parts))
}

#[test]
fn a_shown_time_is_told_as_something_nobody_read_once_its_clock_is_checked() {
    let (town, _) = town(true);
    let trace = begin(&town, &["ht-01", "--shown", "2023-07-15 21:19:00"]);
    let before = shown(&town, &trace);
    let sighting = &before["sightings"][0];
    assert_eq!(
        (&sighting["at"], &sighting["camera_time"]),
        (&json!("2023-07-15T14:19:00Z"), &json!("2023-07-15T21:19:00+07:00"))
    );
    assert!(!moved(sighting, "en"));
    // Seven minutes fast: what was read was at 21:12 in true time.
    let fast = ["--shown", "2023-07-15 21:26:00", "--true", "2023-07-15 21:19:00"];
    town.run(&[&["clock", "check", "ht-01"], &fast[..]].concat()).ends(0);
    let after = shown(&town, &trace);
    let sighting = &after["sightings"][0];
    assert_eq!(
        (&sighting["at"], &sighting["camera_time"]),
        (&json!("2023-07-15T14:19:00Z"), &json!("2023-07-15T21:19:00+07:00"))
    );
    assert!(moved(sighting, "en") && moved(sighting, "vi"), "{sighting}");
    let told = sighting["conflicts"].to_string();
    assert!(told.contains("2023-07-15T21:12:00+07:00"), "{told}");
    let report = town.run(&["trace", "show", &trace]).ends(0).stdout;
    assert!(report.contains("on the picture 15/7/2023 21:19:00") && !report.contains("21:26:00"), "{report}");
    assert!(report.contains("CONFLICT: the correction of ht-01's clock has changed since"), "{report}");
}

#[test]
fn a_correction_within_the_doubt_is_no_conflict() {
    let (town, _) = town(true);
    let trace = begin(&town, &["ht-01", "--shown", "2023-07-15 21:19:00"]);
    let right = ["--shown", "2023-07-15 21:19:20", "--true", "2023-07-15 21:19:00"];
    town.run(&[&["clock", "check", "ht-01"], &right[..]].concat()).ends(0);
    let sighting = shown(&town, &trace)["sightings"][0].clone();
    assert!(!moved(&sighting, "en") && sighting["camera_time"] == "2023-07-15T21:19:00+07:00", "{sighting}");
}

/// A moment of a trace's windows, of a camera whose clock nobody checked: the camera, the still, its true time.
fn moment(town: &Town, trace: &str) -> (String, String, String) {
    let answer = town.run(&["trace", "next", trace, "--moments", "10", "--json"]).ends(0).json();
    let windows = answer["windows"].as_array().unwrap().iter();
    let windows = windows.filter(|window| window["clock"]["checked"] == false);
    let (window, moment) = windows.filter_map(|window| Some((window, window["moments"].get(0)?))).next().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let still = format!("{}@{}", text(&moment["recording"]), moment["pts_us"]);
    let (offset, file) = (format!("+{}s", moment["offset_s"]), town.path().join("still.png").display().to_string());
    let frame = ["frame", moment["recording"].as_str().unwrap(), "--at", &offset, "-o", &file, "--json"];
    (text(&window["camera"]), still, text(&town.run(&frame).ends(0).json()["time"]))
}

#[test]
fn a_still_that_is_none_is_taken() {
    let (town, _) = town(true);
    let trace = begin(&town, &FIRST);
    let (camera, still, at) = moment(&town, &trace);
    let (recording, pts) = still.split_once('@').unwrap();
    let last = format!("{recording}@{}", i64::MAX);
    let upper = format!("{recording}@{pts}x");
    for wrong in ["zzz@5", recording, &last, &upper, "@", "a.jpg"] {
        let all = ["trace", "seen", &trace, &camera, "--at", &at, "--still", wrong];
        let ran = town.run(&all).ends(2);
        assert!(ran.stderr.contains(wrong) && ran.stderr.contains("is no frame of"), "{}", ran.stderr);
    }
    let of_another = town.run(&["trace", "seen", &trace, "ht-13", "--at", &at, "--still", &still]).ends(2);
    assert!(of_another.stderr.contains("is no frame of ht-13"), "{}", of_another.stderr);
    let early = (time(&json!(at)) - jiff::SignedDuration::from_secs(10)).to_string();
    let of_then = town.run(&["trace", "seen", &trace, &camera, "--at", &early, "--still", &still]).ends(2);
    assert!(of_then.stderr.contains("its still was taken at"), "{}", of_then.stderr);
    assert_eq!(shown(&town, &trace)["events"].as_array().unwrap().len(), 1);
    let printed = town.run(&["trace", "next", &trace, "--moments", "10"]).ends(0).stdout;
    assert!(printed.contains(&still), "{printed}");
    seen(&town, &trace, &[&camera, "--at", &at, "--still", &still]);
    assert!(shown(&town, &trace)["sightings"].to_string().contains(&still));
    let told = town.run(&["trace", "show", &trace]).ends(0).stdout;
    assert!(told.contains(&format!("still {still}")), "{told}");
}

#[test]
fn a_time_that_was_taken_from_a_still_forgets_what_the_camera_showed() {
    let (town, _) = town(true);
    let trace = begin(&town, &FIRST);
    let (camera, still, at) = moment(&town, &trace);
    seen(&town, &trace, &[&camera, "--at", &at, "--still", &still]);
    let sighting = shown(&town, &trace)["sightings"][1].clone();
    assert_eq!(time(&sighting["shown"]), time(&json!(at)), "{sighting}");
    let fast = ["--shown", "2023-07-15 21:26:00", "--true", "2023-07-15 21:19:00"];
    town.run(&[&["clock", "check", &camera], &fast[..]].concat()).ends(0);
    let after = shown(&town, &trace)["sightings"][1].clone();
    assert!(after["camera_time"] == sighting["camera_time"] && moved(&after, "en"), "{after}");
    // A time of one's own is not the still's: what the camera showed is reckoned from it.
    let later = time(&json!(at)) + jiff::SignedDuration::from_secs(5);
    seen(&town, &trace, &[&camera, "--at", &later.to_string(), "--still", &still, "--despite", "x"]);
    let own = shown(&town, &trace)["sightings"][2].clone();
    let seven_minutes = jiff::SignedDuration::from_secs(420);
    assert_eq!(time(&own["shown"]), later + seven_minutes, "{own}");
    assert!(own["conflicts"].to_string().contains("its still was taken at"), "{own}");
}

#[test]
fn a_camera_that_left_the_site_file_lies_in_the_gulf_of_guinea() {
    let (town, _) = town(true);
    let trace = begin(&town, &FIRST);
    seen(&town, &trace, &["ht-01", "--at", "2023-07-15 21:15:05"]);
    seen(&town, &trace, &["ht-03", "--at", "2023-07-15 21:16:35", "--despite", "thấy rõ"]);
    without_camera(&town, "ht-03");
    let answer = shown(&town, &trace);
    let gone = &answer["sightings"][2];
    assert_eq!((&gone["camera"], &gone["lat"], &gone["lon"]), (&json!("ht-03"), &Value::Null, &Value::Null));
    let files = files(&town, &trace, "en");
    let geojson: Value = serde_json::from_str(&files("geojson")).unwrap();
    let features = geojson["features"].as_array().unwrap();
    let nowhere: Vec<&Value> = features.iter().filter(|feature| feature["geometry"].is_null()).collect();
    assert_eq!((features.len(), nowhere.len()), (5, 2), "{geojson}");
    assert_eq!(
        (&nowhere[0]["properties"]["camera"], &nowhere[1]["properties"]["unexplained"]),
        (&json!("ht-03"), &json!(true))
    );
    let (gpx, kml, csv, report) = (files("gpx"), files("kml"), files("csv"), files("txt"));
    assert_eq!((gpx.matches("<wpt ").count(), kml.matches("<Placemark>").count()), (2, 5));
    assert_eq!((kml.matches("<Point>").count(), kml.matches("<LineString>").count()), (2, 1));
    for text in [&gpx, &kml, &report] {
        assert!(text.contains("no longer in the site file"), "{text}");
        assert!(text.contains("no way is known · unexplained"), "{text}");
    }
    let row = csv.lines().find(|row| row.contains(",ht-03,")).unwrap();
    assert!(row.contains("+07:00,,,,"), "{row}");
    // Nothing can be reckoned from there, and that is said.
    for more in [&[][..], &["--after", &answer["sightings"][1]["event"].to_string()]] {
        let ran = town.run(&[&["trace", "next", &trace], more].concat()).ends(2);
        assert!(ran.stderr.contains("\"ht-03\"") && ran.stderr.contains("no longer"), "{}", ran.stderr);
    }
    town.run(&["trace", "before", &trace]).ends(0);
}

#[test]
fn a_leg_that_nothing_explains_is_stated_nowhere() {
    let (town, _) = town(true);
    let trace = begin(&town, &FIRST);
    seen(&town, &trace, &["ht-13", "--at", "2023-07-15 21:14:28"]);
    seen(&town, &trace, &["ht-01", "--at", "2023-07-15 21:29:00", "--despite", "x"]);
    let answer = shown(&town, &trace);
    let legs: Vec<(&Value, &Value)> =
        answer["legs"].as_array().unwrap().iter().map(|leg| (&leg["took_s"], &leg["unexplained"])).collect();
    assert_eq!(legs, [(&json!(0.0), &json!(false)), (&json!(872.0), &json!(true))]);
    for (lang, same, unexplained) in
        [("en", "the same camera", "unexplained"), ("vi", "cùng camera", "chưa giải thích được")]
    {
        let files = files(&town, &trace, lang);
        for ending in ["gpx", "kml", "txt"] {
            let text = files(ending);
            assert!(text.matches(same).count() == 1 && text.matches(unexplained).count() == 1, "{ending} {text}");
        }
        let csv = files("csv");
        let told: Vec<&str> = csv.lines().skip(1).map(|row| row.split(',').nth(14).unwrap()).collect();
        assert_eq!(told, ["", "false", "true"]);
    }
}

#[test]
fn a_conflict_is_kept_out_of_some_files() {
    let (town, _) = town(true);
    for camera in ["ht-13", "ht-05"] {
        let noon = ["--shown", "2023-07-15 21:14:00", "--true", "2023-07-15 21:14:00", "--within", "1s"];
        town.run(&[&["clock", "check", camera], &noon[..]].concat()).ends(0);
    }
    let trace = begin(&town, &FIRST);
    let fast = ["ht-05", "--at", "2023-07-15 21:14:32", "--within", "0s", "--despite", "hai nhân chứng"];
    seen(&town, &trace, &fast);
    for (lang, conflict) in [("en", "CONFLICT"), ("vi", "TRÁI NHAU")] {
        let files = files(&town, &trace, lang);
        for ending in ["gpx", "kml", "txt"] {
            let text = files(ending);
            // Of both sightings, and of the leg between them.
            assert!(text.matches(conflict).count() >= 3 && text.contains("hai nhân chứng"), "{ending} {text}");
        }
        let said = if lang == "en" { "which needs at least" } else { "ít nhất phải đi" };
        assert!(
            files("csv").contains(said) && files("geojson").contains(said) && files("csv").contains("hai nhân chứng")
        );
    }
}

#[test]
fn how_sure_somebody_is_is_told_nowhere() {
    let (town, _) = town(true);
    let trace = begin(&town, &[&FIRST[..], &["--confidence", "certain"]].concat());
    seen(&town, &trace, &["ht-01", "--at", "2023-07-15 21:15:05", "--confidence", "possible"]);
    seen(&town, &trace, &["ht-01", "--at", "2023-07-15 21:15:06"]);
    let answer = shown(&town, &trace);
    let told: Vec<&Value> = answer["sightings"].as_array().unwrap().iter().map(|one| &one["confidence"]).collect();
    assert_eq!(told, [&json!("certain"), &json!("possible"), &Value::Null]);
    for (lang, words) in [("en", ["certain", "possible"]), ("vi", ["chắc chắn", "có thể"])] {
        let files = files(&town, &trace, lang);
        for ending in ["gpx", "kml", "txt"] {
            let text = files(ending);
            assert!(words.iter().all(|word| text.contains(&format!("· {word}"))), "{ending} {text}");
        }
        assert!(files("geojson").contains("\"confidence\":\"certain\"") && files("csv").contains(",possible,"));
    }
    let wrong =
        town.run(&["trace", "seen", &trace, "ht-01", "--at", "2023-07-15 21:15:05", "--confidence", "sure"]).ends(2);
    assert!(wrong.stderr.contains("one of certain, probable, possible"), "{}", wrong.stderr);
}

#[test]
fn excel_reads_the_table_as_another_code_page() {
    let (town, _) = town(true);
    let trace = begin(&town, &[&FIRST[..], &["--note", "xe đỏ"]].concat());
    let csv = files(&town, &trace, "vi")("csv");
    assert!(csv.starts_with("\u{FEFF}event,camera,") && csv.contains("xe đỏ"), "{csv}");
}

#[test]
fn a_title_with_a_noncharacter_makes_no_xml() {
    let (town, _) = town(true);
    let all = [
        "--purpose",
        "x",
        "trace",
        "start",
        FIRST[0],
        FIRST[1],
        FIRST[2],
        "--kind",
        "car",
        "--title",
        "xe\u{FFFE}đỏ\u{FFFF}",
    ];
    town.run(&all).ends(0);
    let files = files(&town, "1", "vi");
    for ending in ["gpx", "kml"] {
        assert!(files(ending).contains("<name>xeđỏ</name>"), "{}", files(ending));
    }
}

#[test]
fn what_says_nothing_or_too_much_is_taken() {
    let (town, _) = town(true);
    let start = [&["trace", "start"], &FIRST[..]].concat();
    let refused = |all: &[&[&str]], parts: &[&str]| {
        let ran = town.run(&all.concat()).ends(2);
        assert!(parts.iter().all(|part| ran.stderr.contains(part)), "{parts:?}: {}", ran.stderr);
    };
    let car = ["--kind", "car"];
    for blank in ["", "  ", "\t"] {
        refused(&[&["--purpose", blank], &start, &car], &["--purpose is blank", "--emergency"]);
        refused(&[&["--purpose", blank, "--lang", "vi"], &start, &car], &["--purpose để trống"]);
    }
    let purpose = ["--purpose", "VV 12/2023"];
    refused(&[&purpose, &start, &car, &["--within", "3601s"]], &["--within", "3600", "read it from the footage"]);
    refused(&[&purpose, &start, &["--kind", "ngua"]], &["\"ngua\"", "one of foot, bicycle, motorbike, car, truck"]);
    refused(&[&purpose, &["--lang", "vi"], &start, &["--kind", "ngua"]], &["một trong foot, bicycle"]);
    town.run(&[&purpose[..], &start, &car, &["--within", "1h"]].concat()).ends(0);
    for most in ["0", "101", "x"] {
        refused(&[&["trace", "next", "1", "--most", most]], &["--most"]);
    }
    refused(&[&["trace", "next", "1", "--moments", "101"]], &["--moments"]);
}

#[test]
fn a_camera_that_only_a_note_names_is_missing_in_the_audit() {
    let (town, passes) = town(true);
    // The camera of a pass that nothing recorded: between those before and after it.
    let place = passes.iter().position(|pass| !pass.recorded).unwrap();
    let trace = begin(&town, &[&passes[place - 1].camera, "--at", &passes[place - 1].middle()]);
    let answer = town.run(&["trace", "next", &trace, "--most", "1", "--moments", "0", "--json"]).ends(0).json();
    let notes = answer["notes"].to_string();
    let named: Vec<&str> =
        town.truth.cameras.iter().map(|one| one.id.as_str()).filter(|id| notes.contains(&format!("{id}:"))).collect();
    assert!(!named.is_empty(), "{answer}");
    let rows = town.run(&["audit", "list", "--act", "trace", "--json"]).ends(0).json();
    let rows = rows.as_array().cloned().unwrap_or_else(|| rows["rows"].as_array().unwrap().clone());
    let row = rows.iter().find(|row| row["detail"]["what"] == "next").unwrap();
    let cameras: Vec<&str> = row["cameras"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert!(named.iter().all(|id| cameras.contains(id)), "{named:?} {cameras:?}");
    assert!(cameras.contains(&answer["windows"][0]["camera"].as_str().unwrap()));
}

#[test]
fn by_http_a_still_is_not_checked_and_confidence_is_lost() {
    let (town, _) = town(true);
    let file = town.path().join("site.toml");
    add_to(&file, "dieutra", "investigator", &[]);
    let daemon = Daemon::ready(&file);
    let client = Client::entered(&daemon, "dieutra");
    let purpose = client.purpose("VV 12/2023");
    let sighting = json!({ "camera": "ht-13", "at": "2023-07-15T14:14:28Z", "confidence": "probable" });
    let new = json!({ "kind": "motorbike", "sighting": sighting, "purpose": purpose });
    let trace = client.post("/api/v1/traces", &new).is(201)["trace"].as_i64().unwrap();
    let (camera, still, at) = moment(&town, &trace.to_string());
    let seen = |change: Value| {
        let mut body = json!({ "camera": camera, "at": at, "still": still });
        for (field, value) in change.as_object().unwrap() {
            body[field] = value.clone();
        }
        client.post(&format!("/api/v1/traces/{trace}/seen"), &body)
    };
    for change in [json!({ "still": "zzz@5" }), json!({ "camera": "ht-13" })] {
        let told = seen(change).refused(400, "bad_request");
        assert!(told["detail"].as_str().unwrap().contains("không phải ảnh của"), "{told}");
    }
    let told = seen(json!({ "confidence": "sure" })).refused(400, "bad_request");
    assert!(told["detail"].as_str().unwrap().contains("sure"), "{told}");
    seen(json!({})).is(201);
    let shown = client.get(&format!("/api/v1/traces/{trace}?purpose={purpose}")).is(200);
    assert_eq!(
        (&shown["sightings"][0]["confidence"], &shown["sightings"][1]["confidence"]),
        (&json!("probable"), &Value::Null)
    );
    assert_eq!(shown["sightings"][1]["still"], json!(still));
}

#[test]
fn who_listens_hears_nothing_of_what_the_command_line_enters() {
    let (town, _) = town(true);
    let file = town.path().join("site.toml");
    add_to(&file, "dieutra", "investigator", &[]);
    let daemon = Daemon::ready(&file);
    let (_, mut line) = Line::open(&daemon, &Client::entered(&daemon, "dieutra"));
    let first = begin(&town, &FIRST);
    line.until("trace", &format!("{{\"trace\":{first}}}"));
    let second = begin(&town, &FIRST);
    line.until("trace", &format!("{{\"trace\":{second}}}"));
    seen(&town, &first, &["ht-01", "--at", "2023-07-15 21:15:05"]);
    line.until("trace", &format!("{{\"trace\":{first}}}"));
    town.run(&["trace", "undo", &first, "3"]).ends(0);
    line.until("trace", &format!("{{\"trace\":{first}}}"));
}
