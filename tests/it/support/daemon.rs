//! Running daemons.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::run::{Ran, truyvet};
use super::site::TestSite;

/// Generous: a test never depends on speed.
const LONG: Duration = Duration::from_secs(300);

/// A daemon on a free port; killed when dropped, and its reading processes with it. What it says goes into a file, so that it
/// never waits for a reader.
pub(crate) struct Daemon {
    child: Option<Child>,
    at: SocketAddr,
    log: PathBuf,
}

impl Daemon {
    /// One that is ready: it has looked through every folder.
    #[track_caller]
    pub(crate) fn start(site: &TestSite) -> Daemon {
        Daemon::ready(&site.path("site.toml"))
    }

    /// The same of any site file.
    #[track_caller]
    pub(crate) fn ready(site_file: &Path) -> Daemon {
        let daemon = Daemon::begin(site_file);
        daemon.until("it is ready", || daemon.get("/readyz").is_some_and(|(code, _)| code == 200));
        daemon
    }

    /// One that was started just now.
    pub(crate) fn begin(site_file: &Path) -> Daemon {
        let at = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let log = site_file.with_extension("log");
        let said = File::options().create(true).append(true).open(&log).unwrap();
        let listen = at.to_string();
        let mut command = truyvet(&["--config", site_file.to_str().unwrap(), "serve", "--listen", &listen]);
        command.env("TRUYVET_LOG", "warn,truyvet::watch=info");
        let child = command.stdout(Stdio::null()).stderr(said).spawn().unwrap();
        Daemon { child: Some(child), at, log }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.at
    }

    /// What its port answers: the code and the body.
    pub(crate) fn get(&self, path: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(self.at).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let code = answer.split(' ').nth(1)?.parse().ok()?;
        Some((code, answer.split_once("\r\n\r\n")?.1.to_owned()))
    }

    /// One of its figures; 0 where it has none yet.
    pub(crate) fn figure(&self, name: &str) -> f64 {
        let (_, figures) = self.get("/metrics").unwrap_or_default();
        figures.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok()).unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn until(&self, what: &str, mut done: impl FnMut() -> bool) {
        let deadline = Instant::now() + LONG;
        while !done() {
            assert!(Instant::now() < deadline, "never came: {what}\n{}", self.said());
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// All that the daemons of this site have said.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(self.child.as_ref().unwrap()), signal).unwrap();
    }

    /// Asks it to stop and gives what it said.
    pub(crate) fn stop(self) -> Ran {
        self.signal(Signal::TERM);
        self.ended()
    }

    /// Waits for its end.
    pub(crate) fn ended(mut self) -> Ran {
        let code = self.child.take().unwrap().wait().unwrap().code();
        Ran { code, stdout: String::new(), stderr: self.said() }
    }

    /// Kills it. The kernel kills its reading processes in the same instant.
    pub(crate) fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.end();
    }
}
