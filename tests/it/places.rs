//! `truyvet places`, and searches by what it imported: maps are kept, listed, removed, and say where a search is.

use std::fs;

use serde_json::{Value, json};

use crate::support::site::{LAT, LON, TestSite};
use crate::support::town::Town;

/// Two crossing streets, the area around the first camera, a shop, an officer's house number.
fn geojson() -> String {
    let line = |name: &str, line: Value| {
        json!({"type": "Feature", "properties": {"name": name, "highway": "residential", "attribution": "tự vẽ"},
            "geometry": {"type": "LineString", "coordinates": line}})
    };
    let features = [
        line("Đường Trần Phú", json!([[LON - 0.01, LAT], [LON, LAT], [LON + 0.01, LAT]])),
        line("Đường Xuân Diệu", json!([[LON, LAT - 0.002], [LON, LAT], [LON, LAT + 0.002]])),
        json!({"type": "Feature", "properties": {"name": "Tổ dân phố 1", "kind": "to_dan_pho"}, "geometry": {"type": "Polygon", "coordinates":
            [[[LON - 0.005, LAT - 0.005], [LON + 0.005, LAT - 0.005], [LON + 0.005, LAT + 0.005], [LON - 0.005, LAT + 0.005]]]}}),
        json!({"type": "Feature", "properties": {"name": "Quán cô Ba", "kind": "restaurant"},
            "geometry": {"type": "Point", "coordinates": [LON + 0.001, LAT + 0.001]}}),
        json!({"type": "Feature", "properties": {"addr:street": "Trần Phú", "addr:housenumber": "12"},
            "geometry": {"type": "Point", "coordinates": [LON + 0.002, LAT]}}),
    ];
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

/// Three cameras, 2 km apart, and the map, imported.
fn site() -> TestSite {
    let site = TestSite::new(&["a", "b", "c"]);
    fs::write(site.path("map.geojson"), geojson()).unwrap();
    let map = site.path("map.geojson");
    let ran = site.run(&["places", "import", map.to_str().unwrap()]).ends(0);
    assert_eq!(
        ran.stdout,
        "map.geojson: 2 places, 2 road sections, 1 house numbers, 0 kilometre stones, 0 turn restrictions, 0 barriers\n  tự vẽ\n"
    );
    assert_eq!(ran.stderr, "");
    site.index(0);
    site
}

fn find(site: &TestSite, text: &str) -> Vec<Value> {
    let found = site.run(&["places", "find", "--json", text]).ends(0).json();
    found["candidates"].as_array().unwrap().clone()
}

fn searched(site: &TestSite, arguments: &[&str]) -> (Value, Vec<String>) {
    let all = [&["search", "--json", "--at", "2024-03-01 09:00"], arguments].concat();
    let answer = site.run(&all).ends(0).json();
    let ids = answer["cameras"].as_array().unwrap().iter().map(|camera| camera["id"].as_str().unwrap().to_owned());
    (answer["place"].clone(), ids.collect())
}

#[test]
fn what_was_imported_is_found() {
    let site = site();
    let corner = &find(&site, "ngã tư Trần Phú – Xuân Diệu")[0];
    assert_eq!((&corner["kind"], &corner["lat"], &corner["lon"]), (&json!("junction"), &json!(LAT), &json!(LON)));
    let keys: Vec<&str> = corner.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["kind", "lat", "lon", "name", "score", "shape", "text", "why"]);
    assert_eq!(find(&site, "số 12 Trần Phú")[0]["kind"], "house");
    assert_eq!(find(&site, "quan co baa")[0]["name"], "Quán cô Ba");
    assert_eq!(find(&site, "tổ 1")[0]["shape"], "area");
    assert!(find(&site, "không đâu cả").is_empty());
    let ran = site.run(&["--lang", "vi", "places", "find", "không đâu cả"]).ends(0);
    assert_eq!(ran.stdout, "không nhận ra địa điểm nào\n");
}

#[test]
fn searches_go_by_place_by_area_and_along_a_street() {
    let site = site();
    let (place, cameras) = searched(&site, &["--place", "góc Trần Phú - Xuân Diệu"]);
    assert_eq!((place["shape"].as_str(), cameras), (Some("point"), vec!["a".to_owned()]));
    let (place, cameras) = searched(&site, &["--area", "tdp 1"]);
    assert_eq!((&place["shape"], &place["radius_m"], cameras), (&json!("area"), &json!(0.0), vec!["a".to_owned()]));
    let (_, cameras) = searched(&site, &["--area", "tdp 1", "--radius", "2km"]);
    assert_eq!(cameras, ["a", "b"], "b hangs 1.5 km north of the area");
    let (place, cameras) = searched(&site, &["--along", "đường Xuân Diệu"]);
    assert_eq!(
        (&place["shape"], &place["name"], cameras),
        (&json!("line"), &json!("Đường Xuân Diệu"), vec!["a".to_owned()])
    );
    let near = format!("https://www.google.com/maps/@{LAT},{LON},17z");
    assert_eq!(searched(&site, &["--near", &near]).1, ["a"]);
    let at = ["search", "--at", "2024-03-01 09:00"];
    let ran = site.run(&[&at[..], &["--place", "quan co baa"]].concat()).ends(0);
    assert!(ran.stderr.contains("\"quan co baa\" is taken for \"Quán cô Ba\""), "never in silence: {}", ran.stderr);
    let wrong = |arguments: &[&str]| site.run(&[&at[..], arguments].concat()).ends(2).stderr;
    assert!(wrong(&["--area", "Quán cô Ba"]).contains("the boundary of \"Quán cô Ba\" is not known"));
    assert!(wrong(&["--along", "tổ 1"]).contains("the course of"));
    assert!(wrong(&["--area", "tổ 1", "--along", "Trần Phú"]).contains("cannot be used with"));
    assert!(wrong(&["--near", "đâu đó"]).contains("is not LAT,LON"));
}

#[test]
fn maps_are_listed_replaced_and_removed() {
    let site = site();
    let listed = site.run(&["places", "list", "--json", "trần"]).ends(0).json();
    assert_eq!(listed["places"].as_array().unwrap().len(), 1);
    assert_eq!(listed["places"][0]["source"], "map.geojson");
    assert_eq!((&listed["sources"][0]["roads"], &listed["sources"][0]["far_km"]), (&json!(2), &Value::Null));
    let kind = site.run(&["places", "list", "--kind", "restaurant"]).ends(0).stdout;
    assert!(kind.starts_with("Quán cô Ba · restaurant · 18.0745,106.2972 point · map.geojson\n1 places\n"), "{kind}");
    // The same name again takes its place; another name is added; --replace is alone.
    let (map, other) = (site.path("map.geojson"), site.path("other.geojson"));
    fs::copy(&map, &other).unwrap();
    let count =
        |site: &TestSite| site.run(&["places", "list", "--json"]).ends(0).json()["sources"].as_array().unwrap().len();
    for (arguments, want) in [
        (vec![map.to_str().unwrap()], 1),
        (vec![other.to_str().unwrap()], 2),
        (vec!["--replace", map.to_str().unwrap()], 1),
    ] {
        site.run(&[&["places", "import"], &arguments[..]].concat()).ends(0);
        assert_eq!(count(&site), want);
    }
    assert!(site.run(&["places", "remove", "other.geojson"]).ends(2).stderr.contains("there are: map.geojson"));
    site.run(&["places", "remove", "map.geojson"]).ends(0);
    assert!(find(&site, "Trần Phú").is_empty());
}

#[test]
fn what_is_no_map_is_refused_and_changes_nothing() {
    let site = site();
    for (name, content, why) in [
        ("x.geojson", "{", "content is wrong"),
        (
            "y.geojson",
            r#"{"type":"FeatureCollection","features":[{"geometry":{"type":"Point","coordinates":[18.0,106.0]},"properties":{}}]}"#,
            "feature 0",
        ),
        ("x.osm", "<osm><node id=\"1\" lat=\"18\" lon=\"106\"/>", "</osm>"),
        ("z.osm", "<osm><node id=\"1\" lat=\"north\" lon=\"106\"/></osm>", "lat"),
        ("x.osm.gz", "no gzip", "content is wrong"),
        ("x.osm.pbf", "no pbf at all", "content is wrong"),
        ("e.osm", "", "</osm>"),
        ("n.osm", "<osm><node id=\"1\" lat=\"NaN\" lon=\"106\"/></osm>", "NaN"),
        (
            "laugh.osm",
            "<!DOCTYPE o [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><osm><node id=\"1\" lat=\"1\" lon=\"1\"><tag k=\"name\" v=\"&b;\"/></node></osm>",
            "content is wrong",
        ),
        (
            "deep.geojson",
            &format!("{{\"type\":\"FeatureCollection\",\"features\":{}", "[".repeat(100_000)),
            "content is wrong",
        ),
        ("x.kml", "<kml/>", "can be imported"),
    ] {
        fs::write(site.path(name), content).unwrap();
        let path = site.path(name);
        let ran = site.run(&["places", "import", path.to_str().unwrap()]).ends(2);
        assert!(ran.stderr.contains(why) && ran.stderr.contains(name), "{name}: {}", ran.stderr);
        let remedy = name == "x.kml" || ran.stderr.contains("nothing was changed; download or export it again");
        assert!(remedy, "{name}: {}", ran.stderr);
    }
    let (one, other) = (site.path("map.geojson"), site.path("below/map.geojson"));
    fs::create_dir(site.path("below")).unwrap();
    fs::copy(&one, &other).unwrap();
    let ran = site.run(&["places", "import", one.to_str().unwrap(), other.to_str().unwrap()]).ends(2);
    assert!(ran.stderr.contains("two files are named map.geojson"), "{}", ran.stderr);
    let ran = site.run(&["places", "import", "/nonexistent/a.osm"]).ends(1);
    assert!(ran.stderr.contains("/nonexistent/a.osm"));
    assert_eq!(find(&site, "Trần Phú").len(), 1);
}

#[test]
fn a_map_of_another_region_is_warned_about_with_both_places() {
    let site = site();
    fs::write(site.path("far.osm"), "<osm><node id=\"1\" lat=\"43.73\" lon=\"7.42\"><tag k=\"name\" v=\"Casino\"/><tag k=\"amenity\" v=\"casino\"/></node></osm>").unwrap();
    let path = site.path("far.osm");
    let ran = site.run(&["places", "import", path.to_str().unwrap()]).ends(0);
    assert!(
        ran.stderr.contains("another region: around 43.7300,7.4200 (Casino)") && ran.stderr.contains("around a"),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.contains("OpenStreetMap contributors"));
}

#[test]
fn damaged_places_are_told_with_their_remedy() {
    let site = site();
    let file = site.path("data/places.bin");
    let mut bytes = fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&file, bytes).unwrap();
    let ran = site.run(&["places", "list"]).ends(1);
    assert!(ran.stderr.contains("places.bin") && ran.stderr.contains("truyvet places import"), "{}", ran.stderr);
    let map = site.path("map.geojson");
    site.run(&["places", "import", "--replace", map.to_str().unwrap()]).ends(0);
    site.run(&["places", "list"]).ends(0);
}

#[test]
fn the_demonstration_towns_roads_are_imported() {
    let town = Town::shared();
    // The town is shared by all tests: its roads go to a site of their own.
    let site = TestSite::new(&["a"]);
    let roads = town.path().join("roads.geojson");
    site.run(&["places", "import", roads.to_str().unwrap()]).ends(0);
    let corner = &find(&site, "ngã ba Đường 1B - Đường Việt Lào")[0];
    assert_eq!(
        (&corner["kind"], &corner["lat"], &corner["lon"]),
        (&json!("junction"), &json!(18.0735), &json!(106.2962))
    );
    assert_eq!(find(&site, "ngõ 12")[0]["shape"], "line");
}

#[test]
fn a_packed_map_that_unpacks_to_far_more_than_maps_do_is_refused() {
    let site = site();
    let before = fs::read(site.path("data/places.bin")).unwrap();
    let file = fs::File::create(site.path("bomb.osm.gz")).unwrap();
    let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::best());
    let begin = b"<osm><node id=\"1\" lat=\"1\" lon=\"1\"><tag k=\"name\" v=\"";
    std::io::Write::write_all(&mut packed, begin).unwrap();
    for _ in 0..80 {
        std::io::Write::write_all(&mut packed, &[b'a'; 1 << 20]).unwrap();
    }
    std::io::Write::write_all(&mut packed, b"\"/></node></osm>").unwrap();
    packed.finish().unwrap();
    let bomb = site.path("bomb.osm.gz");
    let ran = site.run(&["places", "import", bomb.to_str().unwrap()]).ends(2);
    assert!(ran.stderr.contains("bomb.osm.gz") && ran.stderr.contains("nothing was changed"), "{}", ran.stderr);
    assert_eq!(fs::read(site.path("data/places.bin")).unwrap(), before);
}
