//! What somebody who looks waits for, by HTTP against the daemon: a frame that is in memory, one that is not, the first bytes of a
//! clip, lanes of a time axis. `cargo bench --bench door`; `ROUNDS`, `SECONDS` of footage.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a bench says what went wrong by panicking

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::Agent;

const PASSWORD: &str = "mưa rào Kỳ Anh";
/// 1 March 2024, 8:00 in the site's zone, as the names say it and as it is.
const NAME: &str = "20240301_080000";
const START: &str = "2024-03-01T01:00:00Z";

fn read(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual)
}

struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Client {
    agent: Agent,
    base: String,
    cookie: String,
    csrf: String,
}

impl Client {
    fn get(&self, path: &str) -> ureq::http::Response<ureq::Body> {
        self.agent.get(format!("{}{path}", self.base)).header("cookie", &self.cookie).call().unwrap()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.agent.post(format!("{}{path}", self.base)).header("cookie", &self.cookie);
        request.header("x-truyvet-csrf", &self.csrf).send_json(body).unwrap().body_mut().read_json().unwrap()
    }
}

fn truyvet(site: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_truyvet"));
    command.arg("--config").arg(site).args(arguments).stdout(Stdio::null());
    command
}

fn footage(folder: &Path, seconds: usize) {
    for (name, codec) in [("h264.mkv", "libx264"), ("hevc.mp4", "libx265"), ("mjpeg.avi", "mjpeg")] {
        let camera = folder.join(name.split('.').next().unwrap());
        fs::create_dir_all(&camera).unwrap();
        let extension = name.split('.').nth(1).unwrap();
        let source = format!("testsrc2=s=1920x1080:r=25:d={seconds}");
        let made = Command::new("ffmpeg")
            .args(["-v", "error", "-y", "-f", "lavfi", "-i", &source, "-g", "50", "-c:v", codec])
            .args(["-preset", "ultrafast", "-pix_fmt", "yuv420p"])
            .arg(camera.join(format!("{NAME}.{extension}")))
            .status();
        assert!(made.unwrap().success());
    }
}

/// Runs it so often; milliseconds of the median, of 95 in 100, and the longest.
fn timed(rounds: usize, mut what: impl FnMut(usize)) -> String {
    let mut took: Vec<f64> = (0..rounds)
        .map(|round| {
            let begun = Instant::now();
            what(round);
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took[((took.len() - 1) as f64 * share).round() as usize];
    format!("p50 {:.1} ms, p95 {:.1} ms, longest {:.1} ms of {rounds}", at(0.5), at(0.95), at(1.0))
}

fn main() {
    let (rounds, seconds) = (read("ROUNDS", 100), read("SECONDS", 20));
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site.toml");
    footage(folder.path(), seconds);
    let mut toml = "[site]\nname = \"Thử\"\ndata = \"./data\"\n".to_owned();
    for (n, camera) in ["h264", "hevc", "mjpeg"].into_iter().enumerate() {
        toml += &format!("[[camera]]\nid = \"{camera}\"\nlat = 18.07\nlon = 106.{n}\nfootage = \"{camera}\"\n");
    }
    fs::write(&site, toml).unwrap();
    assert!(truyvet(&site, &["index", "--no-thumbnails"]).status().unwrap().success());
    let mut added = truyvet(&site, &["user", "add", "truc", "--role", "duty", "--password-stdin"]);
    let mut added = added.stdin(Stdio::piped()).spawn().unwrap();
    added.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(added.wait().unwrap().success());
    let at = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let _daemon = Daemon(truyvet(&site, &["serve", "--listen", &at]).spawn().unwrap());
    let client = entered(&format!("http://{at}"));
    let purpose = client.post("/api/v1/me/purposes", &json!({ "text": "đo" }))["number"].as_i64().unwrap();

    for camera in ["h264", "hevc", "mjpeg"] {
        let whole = seconds as f64 - 1.0;
        let frame = |share: f64| {
            let at: jiff::Timestamp = START.parse().unwrap();
            let at = at + Duration::from_secs_f64(whole * share);
            let path = format!("/api/v1/cameras/{camera}/frame?at={at}&width=640&purpose={purpose}");
            assert!(!client.get(&path).body_mut().read_to_vec().unwrap().is_empty());
        };
        println!(
            "{camera} 1080p, a frame decoded, 640 wide: {}",
            timed(rounds.min(50), |n| frame((n as f64 * 0.618) % 1.0))
        );
        frame(0.5);
        println!("{camera} 1080p, the same frame from memory: {}", timed(rounds, |_| frame(0.5)));
        let to = "2024-03-01T01:00:30Z";
        let film = client
            .post(&format!("/api/v1/cameras/{camera}/play"), &json!({ "from": START, "to": to, "purpose": purpose }));
        let id = film["pieces"][0]["recording"].as_str().unwrap();
        for query in ["", "&height=360&max_fps=15"] {
            let path = format!("/api/v1/recordings/{id}/clip?purpose={purpose}{query}");
            let first = timed(rounds.min(10), |_| {
                let mut some = [0; 4_096];
                client.get(&path).body_mut().as_reader().read_exact(&mut some).unwrap();
            });
            println!("{camera} 1080p, first bytes of a clip{query}: {first}");
        }
    }
    let ask = json!({ "from": "2024-02-01T00:00:00Z", "to": "2024-03-03T00:00:00Z", "cameras": ["h264", "hevc", "mjpeg"],
        "bins": 1000, "purpose": purpose });
    println!(
        "a month's axis of three cameras: {}",
        timed(rounds.min(20), |_| drop(client.post("/api/v1/timeline", &ask)))
    );
}

/// Waits for the daemon, and comes in.
fn entered(base: &str) -> Client {
    let agent: Agent = Agent::config_builder().build().into();
    while agent.get(format!("{base}/readyz")).call().is_err() {
        std::thread::sleep(Duration::from_millis(100));
    }
    let login = json!({ "name": "truc", "password": PASSWORD });
    let mut answer = agent.post(format!("{base}/api/v1/login")).send_json(&login).unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let me: Value = answer.body_mut().read_json().unwrap();
    Client { agent, base: base.to_owned(), cookie, csrf: me["csrf"].as_str().unwrap().to_owned() }
}
