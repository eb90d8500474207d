//! Asking a running daemon.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use super::{Line, Request, address};
use crate::base::shutdown::Shutdown;
use crate::base::{Error, Kind, Result, ResultExt};
use crate::ingest::{Progress, Report};
use crate::say;

/// How often the wish to stop is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Where a daemon answers.
#[derive(Debug)]
pub struct Client {
    data: std::path::PathBuf,
}

impl Client {
    /// The daemon that works on a data folder; `None` where none answers.
    pub fn of(data: &Path) -> Option<Client> {
        connect(data).ok().map(|_| Client { data: data.to_owned() })
    }

    /// Asks, and waits until it is done. Asked to stop, it leaves the daemon at its work.
    ///
    /// # Errors
    /// What the daemon failed of, with its kind; [`Kind::Interrupted`]; [`Kind::Busy`] when the daemon went away.
    pub fn ask(&self, request: &Request, progress: &dyn Progress, shutdown: &Shutdown) -> Result<Report> {
        let gone = || say!("dịch vụ truyvet đã dừng giữa chừng", "the daemon ended before it was done");
        let mut stream = connect(&self.data).or_say(Kind::Busy, gone)?;
        let text = serde_json::to_string(request).or_say(Kind::Internal, gone)?;
        stream.write_all(format!("{text}\n").as_bytes()).or_say(Kind::Busy, gone)?;
        stream.set_read_timeout(Some(LOOK_EVERY)).or_say(Kind::Internal, gone)?;
        let mut lines = BufReader::new(stream);
        let mut line = Vec::new();
        loop {
            match lines.read_until(b'\n', &mut line) {
                Ok(_) if line.ends_with(b"\n") => {
                    let told: Line = serde_json::from_slice(&line).or_say(Kind::Busy, || {
                        say!(
                            "dịch vụ đang chạy là phiên bản khác; hãy khởi động lại nó",
                            "the running daemon is of another version; restart it"
                        )
                    })?;
                    line.clear();
                    match told {
                        Line::Begin { stage, steps } => progress.begin(stage, steps),
                        Line::Step => progress.step(),
                        Line::End => progress.end(),
                        Line::Done { report, troubles } => return Ok(whole(*report, troubles)),
                        Line::Failed { kind, said } => return Err(Error::new(kind, said)),
                    }
                }
                Ok(_) => return Err(Error::new(Kind::Busy, gone())),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    if shutdown.asked() {
                        return Err(Error::new(
                            Kind::Interrupted,
                            say!("không đợi nữa; dịch vụ vẫn làm tiếp", "no longer waiting; the daemon goes on"),
                        ));
                    }
                }
                Err(error) => return Err(Error::caused_by(Kind::Busy, gone(), error)),
            }
        }
    }
}

/// Tells the daemon of a data folder something that nobody waits for. Where none runs, nobody needs to know.
pub fn tell(data: &Path, request: &Request) {
    let told = serde_json::to_string(request).map_err(std::io::Error::other).and_then(|text| {
        let mut stream = connect(data)?;
        stream.write_all(format!("{text}\n").as_bytes())
    });
    if let Err(error) = told {
        tracing::debug!(%error, "no daemon was told");
    }
}

fn connect(data: &Path) -> std::io::Result<UnixStream> {
    let (_folder, path) = address(data)?;
    UnixStream::connect(path)
}

/// The report with its troubles in both languages.
fn whole(mut report: Report, troubles: Vec<crate::base::Said>) -> Report {
    for (trouble, said) in report.troubles.iter_mut().zip(troubles) {
        trouble.said = said;
    }
    report
}
