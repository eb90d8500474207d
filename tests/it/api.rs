//! The door and the API, by HTTP against the daemon: who comes in, what they may see, and that all of it is written down.

use serde_json::{Value, json};
use ureq::Agent;

use crate::support::client::{Answer, Client, PASSWORD, add, door, site};
use crate::support::daemon::Daemon;

const ASK: &str = "1/3/2024 lúc 8h";

#[test]
fn without_a_session_nothing_is_told() {
    let (_site, daemon) = &door();
    let nobody = Client::new(daemon);
    for path in [
        "/api/v1/me",
        "/api/v1/site",
        "/api/v1/parse?phrase=x",
        "/api/v1/status",
        "/api/v1/users",
        "/api/v1/audit",
        "/api/v1/cameras/a/frame?at=2024-03-01T01:00:01Z",
    ] {
        nobody.get(path).refused(401, "not_logged_in");
    }
    nobody.post("/api/v1/ask", &json!({ "phrase": ASK })).refused(401, "not_logged_in");
    nobody.get("/api/v1/nothing").refused(404, "not_found");
    nobody.get("/healthz").is(200);
    let headers = nobody.get("/api/v1/me").headers;
    assert_eq!(
        (&headers["x-content-type-options"], &headers["cache-control"]),
        (&"nosniff".parse().unwrap(), &"no-store".parse().unwrap())
    );
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
}

#[test]
fn a_wrong_password_and_an_unknown_name_are_the_same_refusal() {
    let (_site, daemon) = &door();
    let mut client = Client::new(daemon);
    let wrong = client.login("dieutra", "sai sai sai sai").refused(403, "denied");
    let unknown = client.login("khongco", "sai sai sai sai").refused(403, "denied");
    assert_eq!(wrong["detail"], unknown["detail"]);
    assert!(client.cookie.is_none());
}

#[test]
fn an_officer_asks_with_a_purpose_sees_a_frame_and_all_of_it_is_in_the_audit() {
    let (_site, daemon) = &door();
    let officer = Client::entered(daemon, "truc");
    officer.post("/api/v1/ask", &json!({ "phrase": ASK })).refused(403, "purpose_needed");
    officer.post("/api/v1/ask", &json!({ "phrase": ASK, "purpose": 999_999 })).refused(403, "purpose_needed");
    let purpose = officer.purpose("vụ 12/2026");
    assert_eq!(officer.purpose("vụ  12/2026"), purpose, "the same one");
    let answer = officer.post("/api/v1/ask", &json!({ "phrase": ASK, "purpose": purpose })).is(200);
    let cameras: Vec<&str> =
        answer["cameras"].as_array().unwrap().iter().map(|camera| camera["id"].as_str().unwrap()).collect();
    assert_eq!(cameras, ["a", "b"], "{answer}");
    let recording = answer["cameras"][0]["recordings"][0]["id"].as_str().unwrap();
    let frame = officer.get(&format!("/api/v1/cameras/a/frame?at=2024-03-01T01:00:02Z&width=160&purpose={purpose}"));
    assert_eq!((&frame.body[..2], &frame.headers["content-type"]), (&[0xff, 0xd8][..], &"image/jpeg".parse().unwrap()));
    assert_eq!(frame.headers["x-truyvet-recording"], recording);
    assert_eq!(frame.headers["x-truyvet-time"], "2024-03-01T01:00:02Z");
    assert_eq!(frame.headers["x-truyvet-camera-time"], "2024-03-01T08:00:02+07:00");
    assert_eq!(frame.status, 200);
    let by_pts =
        officer.get(&format!("/api/v1/recordings/{recording}/frame?pts_us=2000000&width=160&purpose={purpose}"));
    assert_eq!(by_pts.body, frame.body);
    officer
        .get(&format!("/api/v1/cameras/a/frame?at=2024-03-01T05:00:00Z&purpose={purpose}"))
        .refused(404, "no_footage");
    let administrator = Client::entered(daemon, "quantri");
    let rows = administrator.get("/api/v1/audit?actor=truc&purpose=12/2026").is(200);
    let acts: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["frame", "frame", "search"]);
    assert_eq!((&rows[2]["detail"]["phrase"], &rows[2]["role"]), (&json!(ASK), &json!("duty")));
    assert_eq!((&rows[0]["cameras"], &rows[0]["window"]["start"]), (&json!(["a"]), &json!("2024-03-01T01:00:02Z")));
    assert_eq!(administrator.get("/api/v1/audit/verify").is(200)["whole"], true);
}

#[test]
fn whoever_belongs_to_one_group_sees_no_trace_of_another_by_any_way() {
    let (_site, daemon) = &door();
    let officer = Client::entered(daemon, "to1");
    let purpose = officer.purpose("vụ 13/2026");
    let site = officer.get("/api/v1/site").is(200);
    assert_eq!(site["cameras"].as_array().unwrap().len(), 1);
    assert_eq!(site["groups"], json!([{ "id": "tdp-1", "name": "Tổ 1", "cameras": 1 }]));
    let asked = officer.post("/api/v1/ask", &json!({ "phrase": ASK, "purpose": purpose })).is(200);
    assert!(asked["cameras"].as_array().unwrap().iter().all(|camera| camera["id"] == "a"), "{asked}");
    let by_name =
        officer.post("/api/v1/ask", &json!({ "phrase": format!("{ASK}, đầu ngõ 5"), "purpose": purpose })).is(200);
    assert!(!by_name["cameras"].to_string().contains("\"b\""), "{by_name}");
    let search = json!({ "from": "2024-03-01T00:00:00Z", "to": "2024-03-01T02:00:00Z", "lat": 18.07, "lon": 106.29,
        "radius_m": 20_000.0, "purpose": purpose });
    let found = officer.post("/api/v1/search", &search).is(200);
    assert_eq!(found["cameras"].as_array().unwrap().len(), 1, "{found}");
    let mut named = search.clone();
    named["cameras"] = json!(["b"]);
    officer.post("/api/v1/search", &named).refused(400, "bad_request");
    // By the ids that somebody else was told.
    let other = Client::entered(daemon, "dieutra");
    let theirs = other.purpose("vụ 14/2026");
    let mut all = search;
    all["purpose"] = json!(theirs);
    let all = other.post("/api/v1/search", &all).is(200);
    let of_b = all["cameras"].as_array().unwrap().iter().find(|camera| camera["id"] == "b").unwrap();
    let id = of_b["recordings"][0]["id"].as_str().unwrap();
    officer.get(&format!("/api/v1/recordings/{id}/frame?pts_us=0&purpose={purpose}")).refused(404, "not_found");
    officer.get(&format!("/api/v1/recordings/{id}/thumbnail?pts_us=0&purpose={purpose}")).refused(404, "not_found");
    officer
        .get(&format!("/api/v1/cameras/b/frame?at=2024-03-01T01:00:02Z&purpose={purpose}"))
        .refused(404, "not_found");
    // Nor by another's purpose.
    officer
        .get(&format!("/api/v1/cameras/a/frame?at=2024-03-01T01:00:02Z&purpose={theirs}"))
        .refused(403, "purpose_needed");
    for path in ["/api/v1/status", "/api/v1/clocks"] {
        let text = officer.get(path).is(200).to_string();
        assert!(text.contains("\"a\"") && !text.contains("\"b\""), "{path}: {text}");
    }
}

#[test]
fn a_change_without_the_sessions_code_is_refused() {
    let (_site, daemon) = &door();
    let mut officer = Client::entered(daemon, "truc");
    officer.csrf = None;
    officer.post("/api/v1/me/purposes", &json!({ "text": "vụ 1" })).refused(403, "csrf");
    officer.csrf = Some("x".repeat(52));
    officer.post("/api/v1/logout", &json!({})).refused(403, "csrf");
    officer.get("/api/v1/me").is(200);
}

#[test]
fn a_role_may_do_what_it_may_and_nothing_else() {
    let (_site, daemon) = &door();
    let officer = Client::entered(daemon, "truc");
    for path in ["/api/v1/users", "/api/v1/sessions", "/api/v1/audit", "/api/v1/quarantine"] {
        officer.get(path).refused(403, "forbidden");
    }
    let check = json!({ "camera": "b", "shown": "2024-03-01T01:07:00Z", "true": "2024-03-01T01:00:00Z" });
    officer.post("/api/v1/clocks", &check).refused(403, "forbidden");
    let technician = Client::entered(daemon, "kythuat");
    technician.post("/api/v1/me/purposes", &json!({ "text": "vụ 1" })).refused(403, "forbidden");
    technician.post("/api/v1/ask", &json!({ "phrase": ASK })).refused(403, "forbidden");
    technician.get("/api/v1/quarantine").is(200);
    // To check a clock the picture is needed, and it is said what for.
    assert_eq!(technician.get("/api/v1/cameras/b/frame?at=2024-03-01T01:00:02Z").status, 200);
    let made = technician.post("/api/v1/clocks", &check).is(201);
    assert_eq!(made["clock"]["offset_s"], 420.0, "{made}");
    let number = made["check"]["id"].as_i64().or_else(|| made["check"]["number"].as_i64()).unwrap();
    technician.send("DELETE", &format!("/api/v1/clocks/{number}?reason=th%E1%BB%AD"), &json!({})).is(204);
    technician.send("DELETE", &format!("/api/v1/clocks/{number}"), &json!({})).refused(404, "not_found");
}

#[test]
fn an_administrator_makes_an_account_whose_password_has_to_be_changed_first() {
    let (_site, daemon) = &door();
    let administrator = Client::entered(daemon, "quantri");
    let made =
        administrator.post("/api/v1/users", &json!({ "name": "moi", "role": "duty", "groups": ["tdp-2"] })).is(201);
    administrator.post("/api/v1/users", &json!({ "name": "moi", "role": "duty" })).refused(400, "bad_request");
    administrator
        .post("/api/v1/users", &json!({ "name": "x", "role": "duty", "groups": ["tdp-9"] }))
        .refused(400, "bad_request");
    let password = made["one_time_password"].as_str().unwrap();
    let mut fresh = Client::new(daemon);
    assert_eq!(fresh.login("moi", password).is(200)["must_change"], true);
    fresh.post("/api/v1/me/purposes", &json!({ "text": "vụ 1" })).refused(403, "password_must_change");
    let change = |old: &str, new: &str| json!({ "old": old, "new": new });
    fresh.send("PUT", "/api/v1/me/password", &change("sai sai sai", PASSWORD)).refused(403, "denied");
    fresh.send("PUT", "/api/v1/me/password", &change(password, "ngan")).refused(400, "bad_request");
    fresh.send("PUT", "/api/v1/me/password", &change(password, PASSWORD)).is(204);
    fresh.purpose("vụ 1");
    // Sent out, and locked out.
    administrator.send("DELETE", "/api/v1/users/moi/sessions", &json!({})).is(204);
    fresh.get("/api/v1/me").refused(401, "not_logged_in");
    administrator.send("PUT", "/api/v1/users/moi", &json!({ "disabled": true })).is(204);
    fresh.login("moi", PASSWORD).refused(403, "denied");
    administrator.send("PUT", "/api/v1/users/quantri", &json!({ "role": "duty" })).refused(400, "bad_request");
    administrator.send("PUT", "/api/v1/users/khongco", &json!({ "disabled": true })).refused(404, "not_found");
}

#[test]
fn whoever_left_is_out() {
    let (_site, daemon) = &door();
    let officer = Client::entered(daemon, "dieutra");
    officer.post("/api/v1/logout", &json!({})).is(204);
    officer.get("/api/v1/me").refused(401, "not_logged_in");
}

#[test]
fn bodies_that_are_wrong_too_long_or_no_json_are_problems_and_not_faults() {
    let (_site, daemon) = &door();
    let officer = Client::entered(daemon, "truc");
    let purpose = officer.purpose("vụ 15/2026");
    for (path, body) in [
        ("/api/v1/ask", json!({ "phrase": 5 })),
        ("/api/v1/ask", json!({ "phrase": ASK, "purpose": purpose, "unknown": 1 })),
        ("/api/v1/ask", json!({ "phrase": "x".repeat(20_000), "purpose": purpose, "radius_m": "xa" })),
        ("/api/v1/ask", json!({ "phrase": ASK, "kind": "abc", "purpose": purpose })),
        (
            "/api/v1/search",
            json!({ "from": "2024-03-01T02:00:00Z", "to": "2024-03-01T01:00:00Z", "lat": 18, "lon": 106,
            "radius_m": 5, "purpose": purpose }),
        ),
        (
            "/api/v1/search",
            json!({ "from": "2024-03-01T00:00:00Z", "to": "2024-03-01T01:00:00Z", "lat": 999, "lon": 106,
            "radius_m": 5, "purpose": purpose }),
        ),
        ("/api/v1/me/purposes", json!({ "text": "" })),
    ] {
        officer.post(path, &body).refused(400, "bad_request");
    }
    for path in [
        "/api/v1/parse",
        "/api/v1/cameras/a/frame?at=gio",
        "/api/v1/cameras/a/frame?at=2024-03-01T01:00:02Z&width=999999",
    ] {
        let path = if path.contains('?') { format!("{path}&purpose={purpose}") } else { path.to_owned() };
        officer.get(&path).refused(400, "bad_request");
    }
    for path in [
        "/api/v1/recordings/..%2F..%2Fetc%2Fpasswd/frame?pts_us=0",
        "/api/v1/cameras/..%2F/frame?at=2024-03-01T01:00:02Z",
    ] {
        officer.get(&format!("{path}&purpose={purpose}")).refused(404, "not_found");
    }
    officer.post("/api/v1/ask", &json!({ "phrase": "x".repeat(200_000) })).refused(413, "too_large");
    // A sentence that cannot be searched for is an answer.
    let answer =
        officer.post("/api/v1/ask", &json!({ "phrase": "'; DROP TABLE user; --", "purpose": purpose })).is(200);
    assert!(answer["refused"].is_string());
}

#[test]
fn a_program_comes_in_with_a_key_and_needs_a_purpose_like_anybody() {
    let (site, daemon) = &door();
    let key = site.run(&["token", "add", "truc", "--name", "bảng điện"]).ends(0).stdout.trim().to_owned();
    let program = |method: &str, path: &str, body: &Value| {
        let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", daemon.address()))
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", "application/json");
        Answer::of(agent.run(request.body(body.to_string()).unwrap()).unwrap())
    };
    assert_eq!(program("POST", "/api/v1/me/purposes", &json!({ "text": "thống kê" })).is(201)["text"], "thống kê");
    program("POST", "/api/v1/ask", &json!({ "phrase": ASK })).refused(403, "purpose_needed");
    program("GET", "/api/v1/users", &json!({})).refused(403, "forbidden");
}

#[test]
fn a_damaged_map_kept_the_daemon_from_starting() {
    let site = site();
    std::fs::write(site.path("data/places.bin"), b"TVPLACE\nnonsense").unwrap();
    add(&site, "truc", "duty", &[]);
    let daemon = Daemon::start(&site);
    let officer = Client::entered(&daemon, "truc");
    officer.get("/api/v1/parse?phrase=8h").refused(500, "failed");
    officer.get("/api/v1/status").is(200);
}
