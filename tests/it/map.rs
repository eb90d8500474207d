//! The ground under the cameras, by HTTP against the daemon.

use std::fs;

use serde_json::{Value, json};

use crate::support::client::{Answer, Client, add};
use crate::support::daemon::Daemon;
use crate::support::site::{LAT, LON, TestSite};

/// A road past the first camera, one 200 km away, a ward around the camera and a market, which is no border.
fn imported(site: &TestSite) {
    let line =
        |lat: f64| json!({ "type": "LineString", "coordinates": [[LON - 0.01, lat], [LON + 0.01, lat + 0.0001]] });
    let square = |size: f64| {
        let at = |lat: f64, lon: f64| [LON + lon * size, LAT + lat * size];
        json!({ "type": "Polygon", "coordinates": [[at(-1.0, -1.0), at(-1.0, 1.0), at(1.0, 1.0), at(1.0, -1.0), at(-1.0, -1.0)]] })
    };
    let feature = |properties: Value, geometry: Value| json!({ "type": "Feature", "properties": properties, "geometry": geometry });
    let map = json!({ "type": "FeatureCollection", "features": [
        feature(json!({ "name": "Đường 1B", "highway": "trunk", "attribution": "© người vẽ" }), line(LAT + 0.001)),
        feature(json!({ "name": "Đường xa", "highway": "trunk" }), line(LAT + 2.0)),
        feature(json!({ "name": "Phường Thử", "boundary": "administrative" }), square(0.02)),
        feature(json!({ "name": "Chợ Thử", "amenity": "marketplace" }), square(0.001)),
    ]});
    fs::write(site.path("map.geojson"), map.to_string()).unwrap();
    site.run(&["places", "import", site.path("map.geojson").to_str().unwrap()]).ends(0);
}

fn names(answer: Answer) -> Vec<String> {
    assert_eq!(answer.headers["content-type"], "application/geo+json");
    let body = answer.is(200);
    let features = body["features"].as_array().unwrap();
    features.iter().map(|feature| feature["properties"]["name"].as_str().unwrap().to_owned()).collect()
}

fn asked(client: &Client, path: &str, header: (&str, &str)) -> Answer {
    let request = client.agent.get(format!("{}{path}", client.base)).header(header.0, header.1);
    let cookie = format!("truyvet={}", client.cookie.as_deref().unwrap());
    Answer::of(request.header("cookie", cookie).call().unwrap())
}

#[test]
fn the_map_has_what_was_imported_around_the_cameras() {
    let site = TestSite::new(&["a"]);
    imported(&site);
    add(&site, "truc", "duty", &[]);
    let daemon = Daemon::start(&site);
    for path in ["/api/v1/map", "/api/v1/map/roads", "/api/v1/map/areas", "/api/v1/map/base.pmtiles"] {
        Client::new(&daemon).get(path).refused(401, "not_logged_in");
    }
    let officer = Client::entered(&daemon, "truc");
    let map = officer.get("/api/v1/map").is(200);
    assert_eq!((&map["attribution"], &map["base"]), (&json!(["© người vẽ"]), &Value::Null));
    let bounds: Vec<f64> = map["bounds"].as_array().unwrap().iter().map(|edge| edge.as_f64().unwrap()).collect();
    assert!(bounds[0] < LON && LON < bounds[2] && bounds[1] < LAT && LAT < bounds[3], "{map}");
    assert_eq!(names(officer.get("/api/v1/map/roads")), ["Đường 1B"]);
    let road = &officer.get("/api/v1/map/roads").is(200)["features"][0];
    assert_eq!((&road["properties"]["class"], &road["geometry"]["type"]), (&json!("trunk"), &json!("LineString")));
    assert_eq!(road["geometry"]["coordinates"][0], json!([((LON - 0.01) * 1e6).round() / 1e6, LAT + 0.001]));
    assert_eq!(names(officer.get("/api/v1/map/areas")), ["Phường Thử"]);
    let area = &officer.get("/api/v1/map/areas").is(200)["features"][0];
    assert_eq!((&area["properties"]["kind"], &area["geometry"]["type"]), (&json!("ward"), &json!("Polygon")));
    officer.get("/api/v1/map/base.pmtiles").refused(404, "not_found");
    // Asked again, it is only said that it is the same; until a map is imported.
    let etag = officer.get("/api/v1/map/roads").headers["etag"].to_str().unwrap().to_owned();
    let again = asked(&officer, "/api/v1/map/roads", ("if-none-match", &etag));
    assert_eq!((again.status, again.body.len()), (304, 0));
    site.run(&["places", "remove", "map.geojson"]).ends(0);
    assert_eq!(asked(&officer, "/api/v1/map/roads", ("if-none-match", &etag)).is(200)["features"], json!([]));
}

#[test]
fn the_operators_base_map_is_given_by_ranges() {
    let site = TestSite::new(&["a"]);
    let tiles: Vec<u8> = [&b"PMTiles\x03"[..], &[7; 1_000]].concat();
    fs::write(site.path("base.pmtiles"), &tiles).unwrap();
    site.append("[map]\npmtiles = \"base.pmtiles\"\n");
    add(&site, "truc", "duty", &[]);
    let daemon = Daemon::start(&site);
    let officer = Client::entered(&daemon, "truc");
    assert_eq!(officer.get("/api/v1/map").is(200)["base"], json!({ "url": "/api/v1/map/base.pmtiles" }));
    let head = asked(&officer, "/api/v1/map/base.pmtiles", ("range", "bytes=0-7"));
    assert_eq!((head.status, &head.body[..]), (206, &b"PMTiles\x03"[..]));
    assert_eq!(head.headers["content-range"], "bytes 0-7/1008");
    assert_eq!(officer.get("/api/v1/map/base.pmtiles").body, tiles);
    assert_eq!(asked(&officer, "/api/v1/map/base.pmtiles", ("range", "bytes=5000-")).status, 416);
}

#[test]
fn what_is_no_base_map_is_refused_with_its_line() {
    let site = TestSite::new(&["a"]);
    site.append("[map]\npmtiles = \"base.pmtiles\"\n");
    assert!(site.run(&["check"]).ends(2).stderr.contains("base.pmtiles"));
    fs::write(site.path("base.pmtiles"), "<html>").unwrap();
    let said = site.run(&["check"]).ends(2).stderr;
    assert!(said.contains("PMTiles") && said.contains("site.toml:"), "{said}");
}
