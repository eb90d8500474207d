//! Tracing by HTTP: the same loop as at the command line, by several officers, each with the cameras that are theirs.

use serde_json::{Value, json};

use crate::events::Line;
use crate::support::client::{Answer, Client, add_to};
use crate::support::daemon::Daemon;
use crate::support::town::Town;
use crate::trace::{Pass, town};

/// A town at which an investigator, an officer of the first pass's group, a technician and an administrator may come in.
fn served() -> (Town, Vec<Pass>, Daemon, String) {
    let (town, passes) = town(true);
    let file = town.path().join("site.toml");
    let group = town.truth.cameras.iter().find(|camera| camera.id == passes[0].camera).unwrap().group.clone();
    for (name, role, groups) in [
        ("dieutra", "investigator", &[][..]),
        ("to", "duty", &[group.as_str()]),
        ("kythuat", "technician", &[]),
        ("quantri", "administrator", &[]),
    ] {
        add_to(&file, name, role, groups);
    }
    let daemon = Daemon::ready(&file);
    (town, passes, daemon, group)
}

/// An officer at work on traces.
struct Officer {
    client: Client,
    purpose: i64,
}

impl Officer {
    fn of(daemon: &Daemon, name: &str) -> Officer {
        let client = Client::entered(daemon, name);
        let purpose = client.purpose("VV 12/2023");
        Officer { client, purpose }
    }

    fn begin(&self, camera: &str, at: &str) -> Answer {
        let sighting = json!({ "camera": camera, "at": at });
        let new = json!({ "title": "xe máy đỏ", "kind": "motorbike", "sighting": sighting, "purpose": self.purpose });
        self.client.post("/api/v1/traces", &new)
    }

    fn start(&self, first: &Pass) -> i64 {
        self.begin(&first.camera, &first.middle()).is(201)["trace"].as_i64().unwrap()
    }

    fn post(&self, trace: i64, what: &str, body: &Value) -> Answer {
        self.client.post(&format!("/api/v1/traces/{trace}/{what}"), body)
    }

    /// A look, with this purpose.
    fn ask(&self, trace: i64, what: &str, more: &Value) -> Answer {
        let mut body = more.clone();
        body["purpose"] = json!(self.purpose);
        self.post(trace, what, &body)
    }

    fn windows(&self, trace: i64, more: &Value) -> Vec<Value> {
        self.ask(trace, "next", more).is(200)["windows"].as_array().unwrap().clone()
    }

    fn show(&self, trace: i64) -> Answer {
        self.client.get(&format!("/api/v1/traces/{trace}?purpose={}", self.purpose))
    }

    fn listed(&self) -> Vec<Value> {
        self.client.get("/api/v1/traces").is(200)["traces"].as_array().unwrap().clone()
    }

    /// Looks at a window as one who sees what the truth says, and answers. Says which pass was found.
    fn look(&self, trace: i64, window: &Value, passes: &[Pass], found: &[usize]) -> Option<usize> {
        let [from, to] = ["start", "end"].map(|end| window[end].as_str().unwrap().parse().unwrap());
        let visible =
            |pass: &Pass| window["camera"] == *pass.camera && pass.recorded && pass.enters < to && pass.leaves > from;
        let hit = (0..passes.len()).find(|n| !found.contains(n) && visible(&passes[*n]));
        match hit {
            Some(number) => {
                let seen = json!({ "camera": window["camera"], "at": passes[number].middle() });
                self.post(trace, "seen", &seen).is(201)
            }
            None => self.post(trace, "looked", &not_seen(window)).is(201),
        };
        hit
    }
}

fn not_seen(window: &Value) -> Value {
    let (from, to) = (&window["start"], &window["end"]);
    json!({ "camera": window["camera"], "from": from, "to": to, "verdict": "not_seen", "share": 1.0 })
}

#[test]
fn the_red_motorbike_is_traced_from_its_first_camera_to_its_last() {
    let (_town, passes, daemon, _) = served();
    let officer = Officer::of(&daemon, "dieutra");
    let trace = officer.start(&passes[0]);
    let last = passes.iter().rposition(|pass| pass.recorded).unwrap();
    let (mut found, mut opened) = (vec![0], 0);
    for _ in 0..20 {
        let windows = officer.windows(trace, &json!({ "most": 3, "moments": 1 }));
        assert!(windows.len() <= 3 && windows[1]["moments"] == json!([]), "{windows:?}");
        for window in windows {
            opened += 1;
            if let Some(number) = officer.look(trace, &window, &passes, &found) {
                found.push(number);
                break;
            }
        }
        if found.contains(&last) {
            break;
        }
    }
    assert!(found.contains(&last) && opened <= 30, "{found:?} by {opened} windows");
    let shown = officer.show(trace).is(200);
    assert_eq!((&shown["title"], &shown["purpose"]), (&json!("xe máy đỏ"), &json!("VV 12/2023")));
    assert_eq!(shown["sightings"].as_array().unwrap().len(), found.len());
    // Between two sightings, and back from the first.
    let first = shown["sightings"][0]["event"].clone();
    assert_eq!(officer.ask(trace, "next", &json!({ "after": first })).is(200)["side"], "between");
    assert_eq!(officer.ask(trace, "next", &json!({ "side": "before" })).is(200)["side"], "before");
    let between = officer.ask(trace, "reach", &json!({ "after": first })).is(200);
    assert!(between["from"] == first && !between["links"].as_array().unwrap().is_empty(), "{between}");
    exports(&officer, trace, found.len());
    let head = &officer.listed()[0];
    assert_eq!((&head["id"], &head["sightings"]), (&json!(trace), &json!(found.len())));
    assert_eq!((&head["last_camera"], &head["made_by"]), (&json!(passes[last].camera), &json!("dieutra")));
    audited(&daemon);
}

fn exports(officer: &Officer, trace: i64, sightings: usize) {
    let get = |form: &str, media: &str, lang: &str| {
        let path = format!("/api/v1/traces/{trace}/export?form={form}&purpose={}", officer.purpose);
        let answer = officer.client.get_with(&path, &[("accept-language", lang)]);
        assert_eq!((answer.status, answer.headers["content-type"].to_str().unwrap()), (200, media), "{form}");
        let name = answer.headers["content-disposition"].to_str().unwrap();
        assert!(name.starts_with(&format!("attachment; filename=\"trace-{trace}.")), "{name}");
        String::from_utf8(answer.body).unwrap()
    };
    let geojson: Value = serde_json::from_str(&get("geojson", "application/geo+json", "vi")).unwrap();
    let features = geojson["features"].as_array().unwrap();
    assert_eq!(features.iter().filter(|feature| feature["geometry"]["type"] == "Point").count(), sightings);
    assert_eq!(get("gpx", "application/gpx+xml", "vi").matches("<wpt ").count(), sightings);
    let kml = get("kml", "application/vnd.google-earth.kml+xml", "vi");
    assert_eq!(kml.matches("<Placemark>").count(), 2 * sightings - 1);
    assert_eq!(get("csv", "text/csv; charset=utf-8", "vi").lines().count(), sightings + 1);
    let [vi, en] = ["vi", "en"].map(|lang| get("report", "text/plain; charset=utf-8", lang));
    assert!(vi.contains("xe máy đỏ") && vi.contains("VV 12/2023") && vi != en, "{vi}");
}

/// Every look and every entry is in the audit with its purpose, what shows something with its cameras.
fn audited(daemon: &Daemon) {
    let rows = Client::entered(daemon, "quantri").get("/api/v1/audit?act=trace&limit=1000").is(200);
    let rows = rows.as_array().unwrap();
    assert!(rows.iter().all(|row| row["purpose"] == "VV 12/2023" && row["actor"] == "dieutra"), "{rows:?}");
    for what in ["shown", "next", "reach", "exported"] {
        let row = rows.iter().find(|row| row["detail"]["what"] == what).unwrap();
        assert!(!row["cameras"].as_array().unwrap().is_empty() && row["window"]["start"].is_string(), "{row}");
    }
    let entered = rows.iter().filter(|row| row["detail"]["entry"].is_object()).count();
    assert!(entered > 5 && entered < rows.len());
}

#[test]
fn a_trace_with_another_groups_camera_is_not_there() {
    let (town, passes, daemon, group) = served();
    let (all, own) = (Officer::of(&daemon, "dieutra"), Officer::of(&daemon, "to"));
    let ours = |id: &str| town.truth.cameras.iter().any(|camera| camera.id == id && camera.group == group);
    let foreign: Vec<&str> =
        town.truth.cameras.iter().map(|camera| camera.id.as_str()).filter(|id| !ours(id)).collect();
    let told = |text: &str| foreign.iter().find(|id| text.contains(&format!("\"{id}\""))).copied();
    own.begin(foreign[0], &passes[0].middle()).refused(404, "not_found");
    let trace = own.start(&passes[0]);
    let ((_, mut to_own), (_, mut to_all)) = (Line::open(&daemon, &own.client), Line::open(&daemon, &all.client));
    let (_, mut to_technician) = Line::open(&daemon, &Client::entered(&daemon, "kythuat"));
    // What it reckons with knows only the officer's cameras.
    for (what, more) in [("next", json!({ "most": 100 })), ("next", json!({ "side": "before" })), ("reach", json!({}))]
    {
        let text = own.ask(trace, what, &more).is(200).to_string();
        assert_eq!(told(&text), None, "{what}: {text}");
    }
    let (next, theirs) = (all.windows(trace, &json!({ "most": 100 })), own.windows(trace, &json!({ "most": 100 })));
    assert!(
        next.iter().any(|window| foreign.contains(&window["camera"].as_str().unwrap())) && theirs.len() < next.len()
    );
    let seen = json!({ "camera": foreign[0], "at": passes[0].middle(), "despite": "x" });
    own.post(trace, "seen", &seen).refused(404, "not_found");
    let window = json!({ "camera": foreign[0], "start": "2023-07-15T14:15:00Z", "end": "2023-07-15T14:15:30Z" });
    own.post(trace, "looked", &not_seen(&window)).refused(404, "not_found");
    assert_eq!(own.listed().len(), 1);
    // Somebody who may see more adds what they may not see; and takes it back, which changes nothing.
    let event = all.post(trace, "looked", &not_seen(&window)).is(201)["event"].clone();
    for _ in 0..2 {
        own.show(trace).refused(404, "not_found");
        let export = format!("/api/v1/traces/{trace}/export?form=csv&purpose={}", own.purpose);
        own.client.get(&export).refused(404, "not_found");
        own.ask(trace, "next", &json!({})).refused(404, "not_found");
        own.ask(trace, "reach", &json!({})).refused(404, "not_found");
        own.post(trace, "undo", &json!({ "event": event })).refused(404, "not_found");
        own.post(trace, "seen", &json!({ "camera": passes[0].camera, "at": passes[0].middle() }))
            .refused(404, "not_found");
        assert_eq!(own.listed().len(), 0);
        if all.show(trace).is(200)["looked"].as_array().unwrap().len() == 1 {
            all.post(trace, "undo", &json!({ "event": event })).is(201);
        }
    }
    let second = own.start(&passes[0]);
    let mark = format!("{{\"trace\":{second}}}");
    to_all.until("trace", &format!("{{\"trace\":{trace}}}"));
    to_all.until("trace", &mark);
    loop {
        let (name, data) = to_own.next().unwrap();
        assert!(name != "trace" || data == mark, "another's: {data}");
        if name == "trace" {
            break;
        }
    }
    // Who may not look hears of no trace, only of what comes after.
    let check = json!({ "camera": passes[0].camera, "shown": "2023-07-15T14:14:00Z", "true": "2023-07-15T14:14:00Z" });
    Client::entered(&daemon, "kythuat").post("/api/v1/clocks", &check).is(201);
    while let Some((name, _)) = to_technician.next() {
        assert_ne!(name, "trace");
        if name == "clocks" {
            break;
        }
    }
    Client::entered(&daemon, "kythuat").get("/api/v1/traces").refused(403, "forbidden");
}

#[test]
fn what_contradicts_is_a_conflict_and_what_was_entered_can_be_undone() {
    let (town, passes, daemon, _) = served();
    let officer = Officer::of(&daemon, "dieutra");
    officer.begin("ht-13", "2020-01-01T14:14:28Z").refused(409, "contradiction");
    for camera in ["ht-13", "ht-05"] {
        let noon = ["--shown", "2023-07-15 21:14:00", "--true", "2023-07-15 21:14:00", "--within", "1s"];
        town.run(&[&["clock", "check", camera], &noon[..]].concat()).ends(0);
    }
    let trace = officer.start(&passes[0]);
    // A kilometre in four seconds.
    let mut fast = json!({ "camera": "ht-05", "at": "2023-07-15T14:14:32Z", "within_s": 0.0 });
    let refused = officer.post(trace, "seen", &fast).refused(409, "contradiction");
    assert!(refused["detail"].as_str().unwrap().contains("km/h"), "{refused}");
    assert_eq!(officer.show(trace).is(200)["events"].as_array().unwrap().len(), 1);
    fast["despite"] = json!("hai nhân chứng");
    let entered = officer.post(trace, "seen", &fast).is(201);
    assert!(entered["conflicts"][0]["en"].as_str().unwrap().contains("km/h"), "{entered}");
    let shown = officer.show(trace).is(200);
    assert!(shown["sightings"][1]["conflicts"][0]["vi"].is_string(), "{shown}");
    let undo = json!({ "event": entered["event"], "reason": "nhầm xe" });
    officer.post(trace, "undo", &undo).is(201);
    officer.post(trace, "undo", &undo).refused(400, "bad_request");
    let shown = officer.show(trace).is(200);
    assert_eq!((shown["sightings"].as_array().unwrap().len(), shown["events"].as_array().unwrap().len()), (1, 3));
    let after = json!({ "after": entered["event"] });
    officer.ask(trace, "next", &after).refused(400, "bad_request");
    officer.ask(trace, "reach", &after).refused(400, "bad_request");
}

#[test]
fn what_may_be_reached_shrinks_where_it_was_not_seen() {
    let (_town, passes, daemon, _) = served();
    let officer = Officer::of(&daemon, "dieutra");
    let trace = officer.start(&passes[0]);
    let before = officer.ask(trace, "reach", &json!({})).is(200);
    assert_eq!(
        (&before["side"], &before["straight"], &before["horizon_s"]),
        (&json!("after"), &json!(false), &json!(1800.0))
    );
    let links = before["links"].as_array().unwrap().clone();
    let first_s = |link: &Value| link["first_s"].as_f64().unwrap();
    assert!(links.len() > 10 && links.windows(2).all(|pair| first_s(&pair[0]) <= first_s(&pair[1])));
    for link in &links {
        let (chance, last_s) = (link["chance"].as_f64().unwrap(), link["last_s"].as_f64().unwrap());
        assert!(chance > 0.0 && chance <= 1.0 && last_s >= first_s(link) && link["line"].as_array().unwrap().len() > 1);
    }
    let all: f64 = links.iter().map(|link| link["chance"].as_f64().unwrap()).sum();
    // Of the camera likeliest to be passed all is watched, and it is nowhere to be seen.
    let windows = officer.windows(trace, &json!({ "most": 100, "moments": 0 }));
    let likeliest =
        windows.iter().max_by(|a, b| a["passes"].as_f64().unwrap().total_cmp(&b["passes"].as_f64().unwrap()));
    let camera = likeliest.unwrap()["camera"].clone();
    let watched = json!({ "camera": camera, "start": "2023-07-15T14:13:00Z", "end": "2023-07-15T14:24:00Z" });
    officer.post(trace, "looked", &not_seen(&watched)).is(201);
    let after = officer.ask(trace, "reach", &json!({})).is(200);
    let chance = |reach: &Value, line: &Value| {
        let links = reach["links"].as_array().unwrap();
        links.iter().find(|link| link["line"] == *line).map_or(0.0, |link| link["chance"].as_f64().unwrap())
    };
    let lost = links.iter().filter(|link| chance(&after, &link["line"]) < 0.4 * chance(&before, &link["line"])).count();
    let gained =
        links.iter().filter(|link| chance(&after, &link["line"]) > 1.1 * chance(&before, &link["line"])).count();
    assert!(lost > 0 && gained > 0, "{lost} {gained} of {all}");
    // A gap tells nothing.
    let gap =
        json!({ "camera": "ht-13", "from": "2023-07-15T14:15:00Z", "to": "2023-07-15T14:16:00Z", "verdict": "gap" });
    officer.post(trace, "looked", &gap).is(201);
    assert_eq!(officer.ask(trace, "reach", &json!({})).is(200)["links"], after["links"]);
}

#[test]
fn two_officers_at_once_lose_no_answer() {
    let (_town, passes, daemon, _) = served();
    let one = Officer::of(&daemon, "dieutra");
    let trace = one.start(&passes[0]);
    let other = Officer::of(&daemon, "quantri");
    let window = json!({ "camera": passes[1].camera, "start": "2023-07-15T14:20:00Z", "end": "2023-07-15T14:20:10Z" });
    std::thread::scope(|scope| {
        for officer in [&one, &other] {
            scope.spawn(|| (0..8).for_each(|_| drop(officer.post(trace, "looked", &not_seen(&window)).is(201))));
        }
    });
    let shown = one.show(trace).is(200);
    let by = |name: &str| shown["looked"].as_array().unwrap().iter().filter(|looked| looked["by"] == name).count();
    assert_eq!((by("dieutra"), by("quantri")), (8, 8));
}

#[test]
fn what_is_wrong_is_named() {
    let (_town, passes, daemon, _) = served();
    let officer = Officer::of(&daemon, "dieutra");
    let trace = officer.start(&passes[0]);
    let (camera, at) = (passes[0].camera.as_str(), passes[0].middle());
    let sighting = |field: &str, value: Value| {
        let mut sighting = json!({ "camera": camera, "at": at });
        sighting[field] = value;
        sighting
    };
    let bad = |answer: Answer, part: &str| {
        let told = answer.refused(400, "bad_request");
        assert!(told["detail"].as_str().unwrap().contains(part), "{part}: {told}");
    };
    for (field, value, part) in [
        ("leaving_deg", json!(361.0), "leaving_deg"),
        ("arriving_deg", json!(-1.0), "arriving_deg"),
        ("within_s", json!(3601.0), "within_s"),
        ("within_s", json!(-1.0), "within_s"),
        ("note", json!("hai\ndòng"), "note"),
        ("despite", json!("x".repeat(501)), "despite"),
        ("at", json!("2999-01-01T00:00:00Z"), "chưa tới"),
        ("at", json!("lúc nãy"), "at"),
        ("plate", json!("38A"), "plate"),
    ] {
        bad(officer.post(trace, "seen", &sighting(field, value)), part);
    }
    officer.post(trace, "seen", &sighting("camera", json!("ht-99"))).refused(404, "not_found");
    let looked = |change: Value| {
        let mut looked =
            json!({ "camera": camera, "from": "2023-07-15T14:15:00Z", "to": "2023-07-15T14:16:00Z", "verdict": "gap" });
        for (field, value) in change.as_object().unwrap() {
            looked[field] = value.clone();
        }
        officer.post(trace, "looked", &looked)
    };
    bad(looked(json!({ "to": "2023-07-15T14:15:00Z" })), "to phải sau from");
    bad(looked(json!({ "to": "2023-07-15T20:15:01Z" })), "6 giờ");
    bad(looked(json!({ "to": "2999-01-01T00:00:00Z", "from": "2998-12-31T23:00:00Z" })), "chưa tới");
    bad(looked(json!({ "verdict": "not_seen" })), "share");
    bad(looked(json!({ "verdict": "not_seen", "share": 0.0 })), "share");
    bad(looked(json!({ "verdict": "not_seen", "share": 1.5 })), "share");
    bad(looked(json!({ "share": 0.5 })), "share");
    bad(looked(json!({ "verdict": "maybe" })), "maybe");
    let new = |kind: &str, purpose: Value| {
        let sighting = json!({ "camera": camera, "at": at });
        officer.client.post("/api/v1/traces", &json!({ "kind": kind, "sighting": sighting, "purpose": purpose }))
    };
    bad(new("horse", json!(officer.purpose)), "horse");
    new("car", Value::Null).refused(403, "purpose_needed");
    for (what, body) in [
        ("next", json!({ "most": 0 })),
        ("next", json!({ "most": 101 })),
        ("next", json!({ "moments": 101 })),
        ("next", json!({ "side": "before", "after": 1 })),
        ("reach", json!({ "side": "between" })),
        ("reach", json!({ "after": 999_999 })),
    ] {
        officer.ask(trace, what, &body).refused(400, "bad_request");
    }
    officer.post(trace, "next", &json!({})).refused(403, "purpose_needed");
    officer.post(trace, "reach", &json!({})).refused(403, "purpose_needed");
    officer.client.get(&format!("/api/v1/traces/{trace}")).refused(403, "purpose_needed");
    officer.client.get(&format!("/api/v1/traces/{trace}/export?form=csv")).refused(403, "purpose_needed");
    let form = format!("/api/v1/traces/{trace}/export?form=docx&purpose={}", officer.purpose);
    bad(officer.client.get(&form), "docx");
    officer.show(999).refused(404, "not_found");
    officer.client.get("/api/v1/traces/abc").refused(404, "not_found");
    officer.post(999, "undo", &json!({ "event": 1 })).refused(404, "not_found");
    Client::new(&daemon).get("/api/v1/traces").refused(401, "not_logged_in");
}
