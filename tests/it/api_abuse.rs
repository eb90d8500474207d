//! Against the API, as somebody who means it no good: paths that climb, bodies without end, clients that dribble or never read, pages
//! of other names, and everybody at once.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::client::{Client, door};
use crate::support::daemon::Daemon;

/// What climbs out of a folder, or pretends to end a name.
const CLIMBING: [&str; 12] = [
    "..",
    "%2e%2e",
    "..%2f..%2fetc%2fpasswd",
    "..%5c..%5c",
    "%2fetc%2fpasswd",
    "a%2f..%2fb",
    "a%00",
    "%00",
    "%ff%fe",
    "a%0d%0aX-Injected:%201",
    "....//....//etc/passwd",
    "%252e%252e%252f",
];

/// Sends bytes, and reads what comes back until the other side closes.
fn raw(daemon: &Daemon, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(daemon.address()).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    // What came before a reset is an answer too.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("nothing")
}

#[test]
fn no_id_leads_out_of_its_folder() {
    let (_site, daemon) = &door();
    let client = Client::entered(daemon, "quantri");
    let purpose = client.purpose("vụ 1/2026");
    let (cookie, csrf) = (client.cookie.clone().unwrap(), client.csrf.clone().unwrap());
    // Every path of the description with a parameter in it, whatever is added later.
    let api: Value = serde_json::from_str(&truyvet::http::description()).unwrap();
    let mut tried = 0;
    for (path, item) in api["paths"].as_object().unwrap().iter().filter(|(path, _)| path.contains('{')) {
        for method in item.as_object().unwrap().keys() {
            for climbing in CLIMBING {
                let mut parts: Vec<&str> = path.split('/').collect();
                parts.iter_mut().filter(|part| part.starts_with('{')).for_each(|part| *part = climbing);
                let (path, method) = (parts.join("/"), method.to_uppercase());
                let query = format!("purpose={purpose}&at=2024-03-01T01:00:02Z");
                let answer = raw(
                    daemon,
                    format!(
                        "{method} {path}?{query} HTTP/1.1\r\nHost: localhost\r\nCookie: truyvet={cookie}\r\nX-Truyvet-Csrf: {csrf}\r\n\
                         Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"
                    )
                    .as_bytes(),
                );
                let code: u16 = status(&answer).parse().unwrap_or_else(|_| panic!("{method} {path}: {answer}"));
                assert!((400..500).contains(&code), "{method} {path}: {answer}");
                assert!(answer.contains("application/problem+json"), "{method} {path}: {answer}");
                assert!(!answer.contains("root:") && !answer.to_lowercase().contains("\r\nx-injected"), "{answer}");
                tried += 1;
            }
        }
    }
    assert!(tried >= 80, "{tried}");
    assert_eq!(client.get("/api/v1/me").status, 200);
}

#[test]
fn a_body_that_is_too_long_is_refused_and_the_refusal_arrives() {
    let (_site, daemon) = &door();
    let client = Client::entered(daemon, "truc");
    let long = json!({ "phrase": "x".repeat(1 << 20) });
    for path in ["/api/v1/login", "/api/v1/ask", "/api/v1/search", "/api/v1/me/purposes", "/api/v1/nothing"] {
        client.post(path, &long).refused(413, "too_large");
    }
    // Without a length that is told before, and without an end.
    let mut stream = TcpStream::connect(daemon.address()).unwrap();
    stream
        .write_all(b"POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
        .unwrap();
    let chunk = [b"10000\r\n".as_slice(), &[b'x'; 0x1_0000], b"\r\n"].concat();
    // The other side stops reading in the end; that is what is wanted.
    let sent = (0..2_000).take_while(|_| stream.write_all(&chunk).is_ok()).count();
    assert!(sent < 2_000, "130 MB were taken");
    // A length that is a lie.
    let told =
        raw(daemon, b"POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n");
    assert!(["400", "413"].contains(&status(&told)), "{told}");
}

#[test]
fn heads_that_are_too_long_or_no_http_close_only_their_own_connection() {
    let (_site, daemon) = &door();
    let many = format!("GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "X-A: b\r\n".repeat(5_000));
    let long = format!("GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nX-A: {}\r\n\r\n", "b".repeat(2 << 20));
    let path = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(1 << 20));
    for request in [
        many.as_bytes(),
        long.as_bytes(),
        path.as_bytes(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\0\0\0\0\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(daemon.address()).unwrap();
        // A refusal may come before all was sent.
        let _ = stream.write_all(request);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.is_empty() || status(&answer).starts_with('4'), "{answer}");
        assert_eq!(Client::new(daemon).get("/healthz").status, 200);
    }
}

#[test]
fn clients_that_dribble_or_never_read_keep_nobody_waiting_and_are_dropped() {
    let (_site, daemon) = &door();
    let connect = || TcpStream::connect(daemon.address()).unwrap();
    let began = Instant::now();
    let mut heads: Vec<TcpStream> = (0..100).map(|_| connect()).collect();
    let mut bodies: Vec<TcpStream> = (0..100).map(|_| connect()).collect();
    let silent: Vec<TcpStream> = (0..50).map(|_| connect()).collect();
    for stream in &mut heads {
        stream.write_all(b"GET /api/v1/me HT").unwrap();
    }
    for stream in &mut bodies {
        let head = b"POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60\r\n\r\n{";
        stream.write_all(head).unwrap();
    }
    // They ask for far more than fits between, and take nothing of it.
    let deaf: Vec<TcpStream> = (0..20)
        .map(|_| {
            let mut stream = connect();
            stream.set_nonblocking(true).unwrap();
            let _ = stream.write_all(&b"GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(200));
            stream
        })
        .collect();
    // A byte now and then keeps no connection alive for good.
    let dribble = |streams: &mut Vec<TcpStream>| {
        streams.iter_mut().for_each(|stream| drop(stream.write_all(b" ")));
    };
    for _ in 0..5 {
        let officer = Client::entered(daemon, "truc");
        let purpose = officer.purpose("vụ 5/2026");
        officer.post("/api/v1/ask", &json!({ "phrase": "1/3/2024 lúc 8h", "purpose": purpose })).is(200);
        dribble(&mut heads);
        dribble(&mut bodies);
    }
    println!("five rounds beside 270 slow clients: {:?}", began.elapsed());
    // Each is told so, or its connection closed; how long that takes is the server's to say.
    for mut stream in bodies {
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert!(answer.is_empty() || status(&answer) == "408", "{answer}");
    }
    for mut stream in heads.into_iter().chain(silent) {
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert!(answer.is_empty() || status(&answer) == "408", "{answer}");
    }
    drop(deaf);
    assert_eq!(Client::new(daemon).get("/healthz").status, 200);
}

#[test]
fn two_hundred_searches_at_once_are_all_answered_right() {
    let (_site, daemon) = &door();
    let officer = Client::entered(daemon, "truc");
    let purpose = officer.purpose("vụ 6/2026");
    let body = |second: usize| {
        json!({ "from": format!("2024-03-01T01:00:0{}Z", second % 3), "to": "2024-03-01T01:00:04Z", "lat": 18.07, "lon": 106.29,
            "radius_m": 20_000.0, "purpose": purpose })
    };
    let expected: Vec<Value> = (0..3).map(|second| officer.post("/api/v1/search", &body(second)).is(200)).collect();
    assert!(expected[0] != expected[1] && expected[0]["cameras"].as_array().unwrap().len() == 2);
    let mut took: Vec<Duration> = thread::scope(|scope| {
        let searches: Vec<_> = (0..200)
            .map(|n| {
                let client = officer.as_another();
                let (body, expected) = (body(n), &expected[n % 3]);
                scope.spawn(move || {
                    let began = Instant::now();
                    loop {
                        let answer = client.post("/api/v1/search", &body);
                        // Whoever had no turn is told when to come again.
                        if answer.status == 503 {
                            assert!(answer.headers.contains_key("retry-after"));
                            thread::sleep(Duration::from_secs(1));
                            continue;
                        }
                        assert_eq!(&answer.is(200), expected);
                        return began.elapsed();
                    }
                })
            })
            .collect();
        searches.into_iter().map(|search| search.join().unwrap()).collect()
    });
    took.sort();
    println!("200 searches at once: median {:?}, p99 {:?}, last {:?}", took[100], took[198], took[199]);
    let rows = Client::entered(daemon, "quantri").get("/api/v1/audit?actor=truc&act=search&limit=1000").is(200);
    assert!(rows.as_array().unwrap().len() >= 203, "every one of them is in the audit");
    assert_eq!(Client::entered(daemon, "quantri").get("/api/v1/audit/verify").is(200)["whole"], true);
}

#[test]
fn a_page_of_another_name_that_was_made_to_mean_this_machine_is_told_nothing() {
    let (site, daemon) = door();
    let asked = |daemon: &Daemon, host: &str| {
        let answer = raw(daemon, format!("GET /healthz HTTP/1.1\r\n{host}Connection: close\r\n\r\n").as_bytes());
        (status(&answer).to_owned(), answer)
    };
    for host in ["Host: localhost\r\n", "Host: 127.0.0.1:8480\r\n", "Host: [::1]\r\n", "host: LOCALHOST:1\r\n"] {
        assert_eq!(asked(&daemon, host).0, "200", "{host}");
    }
    for host in [
        "Host: evil.example\r\n",
        "Host: evil.example:8480\r\n",
        "Host: truyvet.phuong.lan\r\n",
        "Host: localhost\r\nHost: evil.example\r\n",
        "Host: localhost@evil.example\r\n",
        "Host:\r\n",
        "",
    ] {
        let (code, answer) = asked(&daemon, host);
        assert!(code == "421" && answer.contains("misdirected") || code == "400", "{host}: {answer}");
    }
    let absolute =
        raw(&daemon, b"GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert_eq!(status(&absolute), "421", "{absolute}");
    for path in ["/", "/api/docs", "/api/openapi.json", "/api/v1/me", "/metrics"] {
        let answer =
            raw(&daemon, format!("GET {path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").as_bytes());
        assert_eq!(status(&answer), "421", "{path}");
    }
    drop(daemon);
    site.append("[http]\nnames = [\"truyvet.phuong.lan\"]\n");
    let daemon = Daemon::start(&site);
    assert_eq!(asked(&daemon, "Host: Truyvet.phuong.lan:443\r\n").0, "200");
    assert_eq!(asked(&daemon, "Host: evil.example\r\n").0, "421");
}
