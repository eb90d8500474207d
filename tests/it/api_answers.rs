//! How the API answers: its description and the page of it, what the browser has already, what is compressed, and questions whose
//! parts were edited.

use std::io::Read;

use serde_json::{Value, json};

use crate::support::client::{Client, door};

const ASK: &str = "1/3/2024 lúc 8h";

fn ids(answer: &Value) -> Vec<&str> {
    answer["cameras"].as_array().unwrap().iter().map(|camera| camera["id"].as_str().unwrap()).collect()
}

#[test]
fn the_description_and_its_page_are_served_without_a_session_and_without_anything_from_elsewhere() {
    let (_site, daemon) = &door();
    let nobody = Client::new(daemon);
    let described = nobody.get("/api/openapi.json");
    assert_eq!(described.headers["content-type"], "application/json");
    assert_eq!(String::from_utf8(described.body).unwrap(), truyvet::http::description());
    let page = nobody.get("/api/docs");
    let policy = page.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let text = String::from_utf8(page.body).unwrap();
    assert!(text.contains("/api/v1/ask") && text.contains("docs.css") && !text.contains("<script"));
    let style = nobody.get("/api/docs.css");
    assert_eq!((style.status, &style.headers["content-type"]), (200, &"text/css; charset=utf-8".parse().unwrap()));
}

#[test]
fn what_the_browser_has_already_is_not_sent_again() {
    let (_site, daemon) = &door();
    let officer = Client::entered(daemon, "truc");
    for path in ["/api/openapi.json", "/api/docs", "/api/docs.css", "/api/v1/site"] {
        let first = officer.get(path);
        let tag = first.headers["etag"].to_str().unwrap().to_owned();
        assert_eq!(
            (first.status, &first.headers["cache-control"]),
            (200, &"private, no-cache".parse().unwrap()),
            "{path}"
        );
        let again = officer.get_with(path, &[("if-none-match", &tag)]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert_eq!(officer.get_with(path, &[("if-none-match", "\"another\"")]).status, 200, "{path}");
    }
    // The tag opens no door.
    let tag = officer.get("/api/v1/site").headers["etag"].to_str().unwrap().to_owned();
    Client::new(daemon).get_with("/api/v1/site", &[("if-none-match", &tag)]).refused(401, "not_logged_in");
    // Whoever sees other cameras has another site.
    let other = Client::entered(daemon, "to1");
    assert_eq!(other.get_with("/api/v1/site", &[("if-none-match", &tag)]).status, 200);
}

#[test]
fn json_is_compressed_for_whoever_takes_it_and_pictures_never() {
    let (_site, daemon) = &door();
    let officer = Client::entered(daemon, "truc");
    let plain = officer.get_with("/api/openapi.json", &[("accept-encoding", "identity")]);
    assert!(!plain.headers.contains_key("content-encoding"));
    let gzip = officer.get_with("/api/openapi.json", &[("accept-encoding", "gzip")]);
    assert_eq!(gzip.headers["content-encoding"], "gzip");
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&gzip.body[..]).read_to_end(&mut unpacked).unwrap();
    assert!(unpacked == plain.body && gzip.body.len() * 4 < plain.body.len());
    let br = officer.get_with("/api/openapi.json", &[("accept-encoding", "br, gzip")]);
    assert_eq!((&br.headers["content-encoding"], br.body.len() < gzip.body.len()), (&"br".parse().unwrap(), true));
    assert_eq!(br.headers["etag"], plain.headers["etag"]);
    let purpose = officer.purpose("vụ 1/2026");
    let frame = format!("/api/v1/cameras/a/frame?at=2024-03-01T01:00:02Z&purpose={purpose}");
    let frame = officer.get_with(&frame, &[("accept-encoding", "br, gzip")]);
    assert!(frame.body.starts_with(&[0xff, 0xd8]) && !frame.headers.contains_key("content-encoding"));
}

#[test]
fn errors_are_told_in_the_visitors_language_wherever_they_come_from() {
    let (_site, daemon) = &door();
    let officer = Client::entered(daemon, "truc");
    for (path, status) in
        [("/api/v1/nothing", 404), ("/api/v1/parse", 400), ("/api/v1/clocks", 405), ("/api/v1/users/x/sessions", 405)]
    {
        let method = if status == 405 { "PATCH" } else { "GET" };
        let told = |lang: &str| {
            let answer = officer.send_with(method, path, b"", &[("accept-language", lang)]);
            assert_eq!(
                (answer.status, &answer.headers["content-type"]),
                (status, &"application/problem+json".parse().unwrap())
            );
            serde_json::from_slice::<Value>(&answer.body).unwrap()["detail"].as_str().unwrap().to_owned()
        };
        assert!(told("en").is_ascii() && !told("vi").is_ascii(), "{path}: {} / {}", told("en"), told("vi"));
    }
    let allowed = officer.send_with("PATCH", "/api/v1/clocks", b"", &[]);
    let allowed = allowed.headers["allow"].to_str().unwrap().to_owned();
    assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
}

#[test]
fn a_question_whose_parts_were_edited_is_answered_as_it_was_edited() {
    let (_site, daemon) = &door();
    let officer = Client::entered(daemon, "truc");
    let purpose = officer.purpose("vụ 2/2026");
    let ask = |more: Value| {
        let mut body = json!({ "phrase": ASK, "purpose": purpose });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        officer.post("/api/v1/ask", &body)
    };
    let first = ask(json!({})).is(200);
    let (from, to) = ("2024-03-01T01:00:01Z", "2024-03-01T01:00:03Z");
    let edited = ask(json!({ "from": from, "to": to })).is(200);
    assert_eq!(edited["window"], json!({ "start": from, "end": to }));
    assert_eq!(
        (&edited["readings"], &edited["refused"]),
        (&first["readings"], &Value::Null),
        "the sentence stays understood"
    );
    let silent =
        ask(json!({ "phrase": "", "from": from, "to": to, "at": { "lat": 18.07, "lon": 106.29, "name": "ở đây" },
        "radius_m": 5_000.0 }))
        .is(200);
    assert_eq!(
        (&silent["place"]["name"], &silent["place"]["radius_m"], ids(&silent)),
        (&json!("ở đây"), &json!(5_000.0), ids(&first))
    );
    assert!(silent["cameras"][0]["recordings"][0]["id"].is_string(), "{silent}");
    assert_eq!(ids(&ask(json!({ "cameras": ["b"] })).is(200)), ["b"]);
    assert_eq!(ids(&ask(json!({ "cameras": [] })).is(200)), [""; 0]);
    for wrong in [
        json!({ "from": from }),
        json!({ "to": to }),
        json!({ "from": to, "to": from }),
        json!({ "at": { "lat": 91.0, "lon": 0.0 } }),
        json!({ "at": { "lat": 1.0 } }),
        json!({ "cameras": ["khong-co"] }),
        json!({ "cameras": "a" }),
        json!({ "radius_m": -1.0 }),
    ] {
        ask(wrong).refused(400, "bad_request");
    }
    let refused = ask(json!({ "phrase": "" })).is(200);
    assert!(refused["refused"].is_string() && refused["window"].is_null());
    // What was pointed at is in the audit.
    let rows = Client::entered(daemon, "quantri").get("/api/v1/audit?actor=truc&act=search&limit=2").is(200);
    assert!(rows[0]["cameras"].is_array() && rows[0]["window"]["start"].is_string(), "{rows}");
}

#[test]
fn whoever_sees_one_group_cannot_name_anothers_camera_in_a_question() {
    let (_site, daemon) = &door();
    let officer = Client::entered(daemon, "to1");
    let purpose = officer.purpose("vụ 3/2026");
    let ask =
        |camera: &str| officer.post("/api/v1/ask", &json!({ "phrase": ASK, "purpose": purpose, "cameras": [camera] }));
    let theirs = ask("b").refused(400, "bad_request");
    let nobodys = ask("c").refused(400, "bad_request");
    assert_eq!(theirs["detail"].as_str().unwrap().replace("\"b\"", "\"c\""), nobodys["detail"]);
}

#[test]
fn the_servers_folders_are_in_no_answer() {
    let (site, daemon) = &door();
    let officer = Client::entered(daemon, "truc");
    let purpose = officer.purpose("vụ 4/2026");
    let asked = officer.post("/api/v1/ask", &json!({ "phrase": ASK, "purpose": purpose })).is(200);
    let search = json!({ "from": "2024-03-01T00:00:00Z", "to": "2024-03-01T02:00:00Z", "lat": 18.07, "lon": 106.29,
        "radius_m": 20_000.0, "purpose": purpose });
    let found = officer.post("/api/v1/search", &search).is(200);
    for answer in [&asked, &found] {
        assert_eq!(answer["cameras"][0]["recordings"][0]["path"], "20240301_080000.mp4");
    }
    let folder = site.path("").to_string_lossy().into_owned();
    for answer in [asked, found, officer.get("/api/v1/site").is(200), officer.get("/api/v1/status").is(200)] {
        assert!(!answer.to_string().contains(folder.trim_end_matches('/')), "{answer}");
    }
}
