//! What a page that is open is told while it happens, and to whom; and when the line ends.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::support::client::{Client, door};
use crate::support::clips::mp4;
use crate::support::daemon::Daemon;

/// A line on which events come.
pub(crate) struct Line(BufReader<TcpStream>);

impl Line {
    /// The status that the daemon answers with, and the line.
    pub(crate) fn open(daemon: &Daemon, client: &Client) -> (u16, Line) {
        let mut stream = TcpStream::connect(daemon.address()).unwrap();
        // No test waits for this long: it is there so that a fault ends.
        stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
        let cookie = client.cookie.as_deref().unwrap();
        write!(
            stream,
            "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: truyvet={cookie}\r\n\r\n"
        )
        .unwrap();
        let mut line = Line(BufReader::new(stream));
        let status = line.text().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        while line.text().is_some_and(|text| !text.is_empty()) {}
        (status, line)
    }

    /// The next line of text; none where the other side closed.
    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        let read = self.0.read_line(&mut text).unwrap();
        (read > 0).then(|| text.trim_end().to_owned())
    }

    /// The next event, with its data; none at the end.
    pub(crate) fn next(&mut self) -> Option<(String, String)> {
        loop {
            let text = self.text()?;
            if let Some(name) = text.strip_prefix("event: ") {
                let data = self.text()?;
                return Some((name.to_owned(), data.strip_prefix("data: ").unwrap().to_owned()));
            }
        }
    }

    pub(crate) fn until(&mut self, name: &str, data: &str) {
        while let Some(event) = self.next() {
            if event == (name.to_owned(), data.to_owned()) {
                return;
            }
        }
        panic!("the line ended before {name} {data}");
    }
}

#[test]
fn checks_and_footage_are_told_to_those_whose_cameras_they_are() {
    let (site, daemon) = &door();
    let all = Client::entered(daemon, "kythuat");
    let own = Client::entered(daemon, "to1");
    let ((status, mut to_all), (_, mut to_own)) = (Line::open(daemon, &all), Line::open(daemon, &own));
    assert_eq!(status, 200);
    let check = json!({ "camera": "a", "shown": "2024-03-01T01:07:00Z", "true": "2024-03-01T01:00:00Z" });
    let number = all.post("/api/v1/clocks", &check).is(201)["check"]["id"].as_i64().unwrap();
    to_all.until("clocks", "{}");
    to_own.until("clocks", "{}");
    // What lands is told once it can be found: b's to who sees b, and then a's to both.
    for (camera, name) in [("b", "20240301_090000.mp4"), ("a", "20240301_100000.mp4")] {
        site.put(camera, name, &mp4());
        to_all.until("footage", &format!("{{\"camera\":\"{camera}\"}}"));
    }
    while let Some((name, data)) = to_own.next() {
        assert_ne!(data, "{\"camera\":\"b\"}", "another group's");
        if name == "footage" {
            assert_eq!(data, "{\"camera\":\"a\"}");
            break;
        }
    }
    // The command line is another process.
    site.run(&["clock", "remove", &number.to_string()]).ends(0);
    to_all.until("clocks", "{}");
}

#[test]
fn the_line_ends_with_the_session_and_with_the_daemon() {
    let (_site, daemon) = door();
    let (leaves, stays) = (Client::entered(&daemon, "truc"), Client::entered(&daemon, "dieutra"));
    let (_, mut left) = Line::open(&daemon, &leaves);
    let (_, mut open) = Line::open(&daemon, &stays);
    leaves.post("/api/v1/logout", &json!({})).is(204);
    assert_eq!(left.next(), None, "it ends at once, not at the next ping");
    let administrator = Client::entered(&daemon, "quantri");
    let (_, mut sent_out) = Line::open(&daemon, &Client::entered(&daemon, "to1"));
    administrator.send("DELETE", "/api/v1/users/to1/sessions", &json!({})).is(204);
    assert_eq!(sent_out.next(), None);
    assert_eq!(Line::open(&daemon, &leaves).0, 401);
    // An open line does not keep the daemon from ending.
    let ended = std::thread::spawn(move || while open.next().is_some() {});
    daemon.stop().ends(0);
    ended.join().unwrap();
}

#[test]
fn a_session_listens_four_times_at_once() {
    let (_site, daemon) = &door();
    let client = Client::entered(daemon, "truc");
    let mut lines: Vec<(u16, Line)> = (0..4).map(|_| Line::open(daemon, &client)).collect();
    assert!(lines.iter().all(|(status, _)| *status == 200));
    assert_eq!(Line::open(daemon, &client).0, 429);
    assert_eq!(Line::open(daemon, &Client::entered(daemon, "truc")).0, 200, "another session");
    lines.pop();
    daemon.until("its place is free again", || Line::open(daemon, &client).0 == 200);
}
