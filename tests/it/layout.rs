//! `truyvet layout`: paths explained without a site and with one, and what `auto` picks.

use serde_json::{Value, json};

use crate::support::run::{Ran, run, truyvet};
use crate::support::site::TestSite;

/// Each line of standard output as JSON.
fn lines(ran: &Ran) -> Vec<Value> {
    ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn paths_are_explained_without_a_site() {
    let windows = r"D:\Camera cổng\2024-01-31\12-30-07.mp4";
    let web = "http://rear:8080/record/2022Y04M12D18H/09M00S60.mp4?token=1";
    let ran = run(&["layout", "test", "--json", windows, web, "cctv.mp4", "cam_20000101_120312.mp4"]).ends(0);
    let told = lines(&ran);
    assert_eq!(told.len(), 4);
    assert_eq!(
        told[0],
        json!({"path": windows, "layout": "motioneye", "start": "2024-01-31T12:30:07+07:00", "end": null, "basis": "local",
            "doubts": [], "start_if_utc": null, "within": null, "time_of_day": null, "channel": null,
            "zone": "Asia/Ho_Chi_Minh"})
    );
    assert_eq!(told[1]["end"], "2022-04-12T18:10:00+07:00");
    assert_eq!(told[1]["start_if_utc"], "2022-04-13T01:09:00+07:00");
    assert_eq!(told[1]["doubts"][0]["code"], "unclear_name");
    assert_eq!(
        (&told[2]["layout"], &told[2]["start"], &told[2]["basis"]),
        (&Value::Null, &Value::Null, &json!("none"))
    );
    assert_eq!(told[3]["doubts"][0]["code"], "impossible_time");
}

#[test]
fn the_zone_and_the_layout_may_be_named() {
    let berlin = |path: &str| {
        let ran = run(&["layout", "test", "--json", "--zone", "Europe/Berlin", path]).ends(0);
        let told = ran.json();
        (told["start"].as_str().unwrap().to_owned(), told["doubts"].as_array().unwrap().len())
    };
    assert_eq!(berlin("cam_20240701_120000.mp4"), ("2024-07-01T12:00:00+02:00".to_owned(), 0));
    assert_eq!(berlin("cam_20241027_023000.mp4"), ("2024-10-27T02:30:00+02:00".to_owned(), 1), "shown twice");
    assert_eq!(berlin("cam_20240331_023000.mp4"), ("2024-03-31T03:30:00+02:00".to_owned(), 1), "never shown");
    let utc = run(&["layout", "test", "--json", "--layout", "yi+utc", "2022Y04M12D18H/09M00S60.mp4"]).ends(0).json();
    assert_eq!((&utc["basis"], &utc["start"]), (&json!("utc"), &json!("2022-04-13T01:09:00+07:00")));
    assert_eq!(utc["doubts"], json!([]));
    for wrong in [["--zone", "Asia/Saigun"], ["--layout", "dahua2"]] {
        let ran = run(&["layout", "test", wrong[0], wrong[1], "x.mp4"]).ends(2);
        assert!(ran.stderr.contains(wrong[1]), "{}", ran.stderr);
    }
}

#[test]
fn paths_may_come_one_a_line() {
    let mut child = truyvet(&["layout", "test", "--json", "-"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), b"20240131_123007.mp4\n\nx.mp4\n").unwrap();
    let ran = crate::support::run::end(child).ends(0);
    assert_eq!(
        lines(&ran).iter().map(|told| told["path"].clone()).collect::<Vec<_>>(),
        ["20240131_123007.mp4", "", "x.mp4"]
    );
}

#[test]
fn a_site_gives_its_zone_and_its_own_layouts() {
    let site = TestSite::of(
        "[site]\nname = \"x\"\ndata = \"data\"\ntimezone = \"Asia/Tokyo\"\n[layouts]\nfiles = [\"own.toml\"]\n\
         [[camera]]\nid = \"a\"\nlat = 18.0\nlon = 106.0\nfootage = \"footage\"\n",
    );
    let own =
        "[[layout]]\nid = \"board\"\nvendor = \"ours\"\nbasis = \"utc\"\npatterns = ['BRD{Y}{m}{d}{H}{M}{S}{ext}']\n";
    std::fs::write(site.path("own.toml"), own).unwrap();
    let told = site.run(&["layout", "test", "--json", "BRD20240131123007.mp4"]).ends(0).json();
    assert_eq!(
        (&told["layout"], &told["start"], &told["basis"]),
        (&json!("board"), &json!("2024-01-31T21:30:07+09:00"), &json!("utc"))
    );
    let ran = site.run(&["layout", "test", "BRD20240131123007.mp4"]).ends(0);
    assert!(ran.stdout.contains("Asia/Tokyo") && ran.stdout.contains("site.toml"), "{}", ran.stdout);
    let listed = site.run(&["layout", "list", "--json"]).ends(0).json();
    let ids: Vec<&str> = listed.as_array().unwrap().iter().map(|layout| layout["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"board") && ids.contains(&"dahua"));
}

#[test]
fn what_auto_picks_for_a_camera_is_told_with_its_certainty() {
    let site = TestSite::new(&["ht-01"]);
    for minute in 0..30 {
        let end = minute + 1;
        site.write("ht-01", format!("2024-01-31/001/dav/12/12.{minute:02}.00-12.{end:02}.00[R][0@0][0].dav"), b"x");
    }
    site.write("ht-01", "readme.pdf", b"x");
    let told = site.run(&["layout", "pick", "--json", "ht-01"]).ends(0).json();
    assert_eq!(
        (&told["layout"], &told["explained"], &told["files"], &told["rival"]),
        (&json!("dahua"), &json!(30), &json!(31), &Value::Null)
    );
    let sure = told["sure"].as_f64().unwrap();
    assert!(sure > 0.8 && sure < 1.0, "{sure}");
    assert!(told["runner_up_explained"].as_u64().unwrap() <= 30);
    let said = site.run(&["--lang", "en", "layout", "pick", "ht-01"]).ends(0).stdout;
    assert!(said.contains("explains 30 of 31 files"), "{said}");
    site.run(&["layout", "pick", "nobody"]).ends(2);
}
