//! What a running daemon is asked for by other commands, over a local socket in the data folder: one request a connection,
//! as a line of JSON, answered by lines that tell how far it is and one that tells how it ended.
//!
//! The daemon alone writes store and index. A command that finds the data folder taken asks here for the same work.

mod client;
mod server;

use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::{Error, Kind, Lang, Said};
use crate::ingest::{Order, Report};

pub use client::{Client, tell};
pub(super) use server::{Job, Reply, listen};

/// The socket in the data folder.
const SOCKET: &str = "daemon.sock";

/// The longest request, bytes.
const LONGEST: u64 = 1 << 20;

/// What the daemon can be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Request {
    /// Read the site file again.
    Reload,
    /// Look through the footage folders, as `truyvet index` does.
    Index {
        /// The site file that the asking command has read, so that both mean the same site.
        site: PathBuf,
        /// What to do.
        order: Order,
    },
    /// Take the thumbnails that are missing, all of them.
    Sample,
    /// Something was entered into a trace: whoever listens is to hear of it.
    Entered {
        /// The trace's number.
        trace: i64,
    },
}

/// A line of the answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "told", rename_all = "snake_case")]
enum Line {
    /// A stage of the work begins, of so many steps where that is known.
    Begin { stage: Said, steps: Option<u64> },
    /// A step of it is done.
    Step,
    /// It is over.
    End,
    /// The last line: the work is done. The troubles' sentences stand beside the report, in both languages.
    Done { report: Box<Report>, troubles: Vec<Said> },
    /// The last line: it failed.
    Failed { kind: Kind, said: Said },
}

impl Line {
    fn last(result: Result<Report, &Error>) -> Line {
        match result {
            Ok(report) => {
                let troubles = report.troubles.iter().map(|trouble| trouble.said.clone()).collect();
                Line::Done { report: Box::new(report), troubles }
            }
            Err(error) => {
                let said = Said { vi: error.explain(Lang::Vi), en: error.explain(Lang::En) };
                Line::Failed { kind: error.kind(), said }
            }
        }
    }
}

/// A path to the socket that is short, however long the data folder's path is: an address holds some 100 bytes. Good as long
/// as the folder's descriptor, which comes with it, is open.
fn address(data: &Path) -> std::io::Result<(std::fs::File, PathBuf)> {
    let folder = std::fs::File::open(data)?;
    let path = PathBuf::from(format!("/proc/self/fd/{}/{SOCKET}", folder.as_raw_fd()));
    Ok((folder, path))
}
