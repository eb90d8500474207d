//! The daemon's side of its socket: connections are read and answered on threads of their own; the work is done by the work
//! thread, between its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use super::{LONGEST, Line, Request, address};
use crate::base::{Error, Kind, Result, ResultExt, Said};
use crate::ingest::Report;
use crate::say;

/// At most so many may wait for an answer.
const MOST: usize = 16;
/// A connection that asks for nothing is closed after so long.
const PATIENCE: Duration = Duration::from_secs(5);

/// A request, and where its answer goes.
pub(in crate::daemon) struct Job {
    pub request: Request,
    pub reply: Reply,
}

/// Who asked. Gone askers are no reason to stop what was asked for.
pub(in crate::daemon) struct Reply(Sender<Line>);

impl Reply {
    /// A stage of the work begins, of so many steps where that is known.
    pub(in crate::daemon) fn begin(&self, stage: Said, steps: Option<u64>) {
        let _ = self.0.send(Line::Begin { stage, steps });
    }

    /// A step of it is done.
    pub(in crate::daemon) fn step(&self) {
        let _ = self.0.send(Line::Step);
    }

    /// The stage is over.
    pub(in crate::daemon) fn step_end(&self) {
        let _ = self.0.send(Line::End);
    }

    /// The last word.
    pub(in crate::daemon) fn end(self, result: Result<Report, &Error>) {
        let _ = self.0.send(Line::last(result));
    }
}

/// Opens the socket and hands on what is asked. The caller holds the data folder's lock: a socket found there is a dead one's.
///
/// # Errors
/// When the socket cannot be made.
pub(in crate::daemon) fn listen(data: &Path) -> Result<Receiver<Job>> {
    let cannot = || say!("không mở được cổng lệnh trong {}", "cannot open the command socket in {}", data.display());
    let (folder, path) = address(data).or_say(Kind::Io, cannot)?;
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Error::caused_by(Kind::Io, cannot(), error));
        }
        _ => {}
    }
    let listener = UnixListener::bind(&path).or_say(Kind::Io, cannot)?;
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).or_say(Kind::Io, cannot)?;
    let (jobs, receiver) = channel();
    let waiting = Arc::new(AtomicUsize::new(0));
    // Lives as long as the process; blocks on the socket and does no work.
    let accept = move || {
        let _folder = folder;
        for stream in listener.incoming().flatten() {
            let (jobs, place) = (jobs.clone(), Place::take(&waiting));
            if place.0.load(Ordering::Relaxed) > MOST {
                continue;
            }
            let serve = move || {
                let _place = place;
                if let Err(error) = converse(stream, &jobs) {
                    tracing::debug!(%error, "a command's connection ended");
                }
            };
            if let Err(error) = std::thread::Builder::new().name("command".into()).spawn(serve) {
                tracing::warn!(%error, "no thread for a command");
            }
        }
    };
    std::thread::Builder::new().name("commands".into()).spawn(accept).or_say(Kind::Internal, cannot)?;
    Ok(receiver)
}

/// A place among those who wait, given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>) -> Place {
        waiting.fetch_add(1, Ordering::Relaxed);
        Place(Arc::clone(waiting))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn converse(mut stream: UnixStream, jobs: &Sender<Job>) -> std::io::Result<()> {
    if !is_one_of_us(&stream)? {
        return Err(std::io::Error::other("another user's process"));
    }
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new((&stream).take(LONGEST)).read_line(&mut line)?;
    if line.is_empty() {
        // Somebody only looked whether there is a daemon.
        return Ok(());
    }
    let (send, told) = channel();
    match serde_json::from_str(&line) {
        Ok(request) => {
            let job = Job { request, reply: Reply(send) };
            jobs.send(job).map_err(|_| std::io::Error::other("the work has ended"))?;
        }
        Err(error) => {
            let said = say!("dịch vụ không hiểu: {error}", "the daemon does not understand: {error}");
            Reply(send).end(Err(&Error::new(Kind::Usage, said)));
        }
    }
    for line in told {
        let mut text = serde_json::to_vec(&line)?;
        text.push(b'\n');
        stream.write_all(&text)?;
    }
    Ok(())
}

/// The socket's mode says the same; where a file system knows no modes, this holds.
fn is_one_of_us(stream: &UnixStream) -> std::io::Result<bool> {
    let peer = rustix::net::sockopt::socket_peercred(stream)?;
    Ok(peer.uid == rustix::process::geteuid() || peer.uid.is_root())
}
