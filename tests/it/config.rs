//! The site file: what is wrong with it is said by name, with its line and in both languages.

use std::fs;

use crate::support::run::Ran;
use crate::support::site::TestSite;

/// A site file without fault; the lines are counted from 1.
const WHOLE: &str = r#"[site]
name = "Thử"
timezone = "Asia/Ho_Chi_Minh"
data = "./data"
[[group]]
id = "tdp-1"
name = "Tổ 1"
[[camera]]
id = "a"
group = "tdp-1"
lat = 18.07
lon = 106.29
footage = "footage/a"
layout = "auto"
azimuth = 120
fov = 90
range_m = 60
[[camera]]
id = "b"
lat = 18.08
lon = 106.30
footage = "footage/b"
channel = 1
[places]
files = ["places.tsv"]
[media]
workers = 1
"#;

/// A site whose file is the whole one with one change.
fn changed(from: &str, to: &str) -> TestSite {
    assert_eq!(WHOLE.matches(from).count(), 1, "{from:?} is not exactly once in the whole file");
    site(&WHOLE.replace(from, to))
}

fn site(toml: &str) -> TestSite {
    let site = TestSite::of(toml);
    fs::create_dir_all(site.path("footage/a")).unwrap();
    fs::create_dir_all(site.path("footage/b")).unwrap();
    fs::write(site.path("places.tsv"), "name\tkind\tlat\tlon\taliases\nChợ\tcho\t18.07\t106.29\t\n").unwrap();
    site
}

#[track_caller]
fn says(ran: &Ran, said: &str) {
    assert!(ran.stderr.contains(said), "not {said:?} but\n{}", ran.stderr);
}

#[test]
fn a_whole_site_file_is_taken_without_a_word() {
    let site = site(WHOLE);
    assert_eq!(site.run(&["index"]).ends(0).stderr, "");
    site.run(&["check"]).ends(0);
}

#[test]
fn what_cannot_be_is_refused_with_its_line() {
    let cases = [
        ("timezone = \"Asia/Ho_Chi_Minh\"", "timezone = \"Asia/Saigonn\"", 3, "Asia/Saigonn", "no timezone"),
        ("name = \"Thử\"", "name = \"Thử\"\nzone = \"x\"", 3, "`zone`", "unknown key `zone`"),
        ("azimuth = 120", "azimut = 120", 15, "`azimut`", "unknown key `azimut`"),
        ("[media]", "[medium]", 26, "`medium`", "unknown key `medium`"),
        ("workers = 1", "worker = 1", 27, "`worker`", "unknown key `worker`"),
        ("files = [\"places.tsv\"]", "files = [\"nowhere.tsv\"]", 25, "nowhere.tsv", "there is no file"),
        ("id = \"b\"", "id = \"a\"", 19, "dòng 9", "used on line 9 already"),
        ("id = \"b\"", "id = \"nhà bà\"", 19, "nhà bà", "ASCII letters"),
        ("id = \"b\"", "id = \"\"", 19, "chữ cái không dấu", "ASCII letters"),
        ("group = \"tdp-1\"", "group = \"tdp-9\"", 10, "tdp-9", "there is no group \"tdp-9\""),
        ("lat = 18.07\n", "lat = 98.07\n", 11, "98.07", "lat = 98.07 is impossible"),
        ("lon = 106.30\n", "lon = 206.30\n", 21, "206.3", "lon = 206.3 is impossible"),
        ("lat = 18.07\nlon = 106.29", "lat = 106.29\nlon = 18.07", 11, "bị đổi chỗ", "are swapped"),
        ("lat = 18.07\n", "lat = nan\n", 11, "NaN", "is impossible"),
        ("lat = 18.07\n", "lat = \"18.07\"\n", 11, "không đúng dạng", "expected f64"),
        ("azimuth = 120", "azimuth = 400", 15, "azimuth = 400", "must be 0 to 360"),
        ("fov = 90", "fov = 0", 16, "fov = 0", "must be 1 to 360"),
        ("range_m = 60", "range_m = -1", 17, "range_m = -1", "must be 1 to 10000"),
        ("footage = \"footage/b\"", "footage = \"footage/a/b\"", 22, "nằm trong nhau", "lie in one another"),
        ("footage = \"footage/b\"", "footage = \"footage/a\"", 22, "thêm channel", "give both a channel"),
        ("footage = \"footage/b\"", "footage = \"data/b\"", 22, "chồng lên nhau", "the data folder"),
        ("data = \"./data\"", "data = \"./footage/a/data\"", 13, "chồng lên nhau", "the data folder"),
        ("[[camera]]\nid = \"b\"", "[[camera]\nid = \"b\"", 18, "không đúng dạng", "site.toml:18"),
        ("lon = 106.30\n", "", 18, "lon", "missing field `lon`"),
    ];
    for (from, to, line, vi, en) in cases {
        let site = changed(from, to);
        for (lang, said) in [("vi", vi), ("en", en)] {
            for command in ["index", "check"] {
                let ran = site.run(&["--lang", lang, command]).ends(2);
                says(&ran, &format!("site.toml:{line}: "));
                says(&ran, said);
            }
        }
        assert!(!site.path("data").exists(), "nothing is made before the file is right: {to}");
    }
}

#[test]
fn impossible_limits_of_the_reading_processes_are_refused() {
    for (from, said) in
        [("memory_mib = 1", "memory_mib = 1"), ("timeout_s = 0", "timeout_s = 0"), ("thumbnail_width = 9", "64")]
    {
        let site = changed("workers = 1", from);
        let ran = site.run(&["index"]).ends(2);
        says(&ran, said);
        says(&ran, "[media]");
    }
}

#[test]
fn a_layout_that_nobody_knows_is_refused_with_its_camera() {
    let site = changed("layout = \"auto\"", "layout = \"dahuaa\"");
    for command in ["index", "check"] {
        let ran = site.run(&[command]).ends(2);
        says(&ran, "dahuaa");
        says(&ran, "camera \"a\"");
    }
}

#[test]
fn two_cameras_of_one_folder_and_channel_are_refused() {
    let site = changed("footage = \"footage/a\"", "footage = \"footage/b\"\nchannel = 1");
    let ran = site.run(&["index"]).ends(2);
    says(&ran, "the same channel = 1");
    says(&ran, "\"a\"");
    says(&ran, "\"b\"");
}

#[test]
fn one_folder_reached_by_a_link_is_still_one_folder() {
    let site = changed("footage = \"footage/b\"", "footage = \"link\"");
    std::os::unix::fs::symlink(site.path("footage/a"), site.path("link")).unwrap();
    says(&site.run(&["index"]).ends(2), "give both a channel");
}

#[test]
fn every_problem_is_told_at_once() {
    let toml =
        WHOLE.replace("lat = 18.08", "lat = 98").replace("fov = 90", "fov = 999").replace("Asia/Ho_Chi_Minh", "Asia");
    let ran = site(&toml).run(&["status"]).ends(2);
    for said in ["site.toml:3: ", "site.toml:16: ", "site.toml:20: "] {
        says(&ran, said);
    }
}

#[test]
fn a_missing_footage_folder_is_warned_of_and_the_others_are_indexed() {
    let site = site(WHOLE);
    fs::remove_dir(site.path("footage/b")).unwrap();
    let ran = site.run(&["index"]).ends(1);
    says(&ran, "site.toml:22: ");
    says(&ran, "warning");
    let ran = site.run(&["status"]).ends(0);
    says(&ran, "not mounted?");
    assert!(site.run(&["check"]).ends(1).stdout.contains("site.toml:22: "));
}

#[test]
fn a_view_without_direction_is_warned_of() {
    let site = changed("azimuth = 120\n", "");
    says(&site.run(&["index"]).ends(0), "without azimuth");
    site.run(&["check"]).ends(1);
}

#[test]
fn a_gazetteer_that_is_wrong_is_named_with_its_line() {
    let site = site(WHOLE);
    site.run(&["index"]).ends(0);
    let ask = ["search", "--place", "chợ", "--at", "2024-03-01 09:00"];
    site.run(&ask).ends(0);
    for (text, said) in [
        ("name\tkind\tlat\tlon\taliases\nChợ\tcho\t98\t106\t\n", "places.tsv:2"),
        ("name\tkind\tlat\tlon\taliases\n\nChợ\tcho\tx\t106\t\n", "places.tsv:3"),
        ("tên\tkind\n", "places.tsv:1"),
    ] {
        fs::write(site.path("places.tsv"), text).unwrap();
        says(&site.run(&ask).ends(2), said);
    }
}

#[test]
fn the_example_holds() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/config/site.example.toml");
    let Ok(text) = fs::read_to_string(example) else { panic!("config/site.example.toml is not there") };
    let raw: toml::Table = text.parse().unwrap();
    assert!(raw.contains_key("site") && raw.contains_key("camera"));
    let site = TestSite::of(&text);
    if let Some(files) = raw.get("places").and_then(|places| places["files"].as_array()) {
        for file in files {
            let path = site.path(file.as_str().unwrap());
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "name\tkind\tlat\tlon\taliases\n").unwrap();
        }
    }
    // Its folders are not here, which is warned of; nothing else is.
    let ran = site.run(&["check"]).ends(1);
    assert!(!ran.stderr.contains("error"), "{}", ran.stderr);
}
