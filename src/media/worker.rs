//! The worker: a child process in which hostile bytes are read. It shuts itself in, then answers requests about files that
//! the parent has opened, one after the other, until the parent closes the socket.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::Arc;

use rustix::process::{Signal, set_parent_process_death_signal};

use super::clip::{ClipAsk, ClipPiece, ClipStop, clip_here};
use super::decode::{frame_here, thumbnails_here};
use super::protocol::{Hello, PackedListing, Reply, Request, Welcome, receive, send};
use super::{ffmpeg_log, sandbox, yielding};

/// The main function of the hidden command `worker`. Its standard input is the socket to the parent; run by hand it says so
/// and fails.
pub fn worker_main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("truyvet worker (started by truyvet itself, never by hand): {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> io::Result<()> {
    let mut socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    // When the parent dies, a worker in the middle of a file does not notice the closed socket.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    leave_stopping_to_the_parent()?;
    let Some((hello, _)) = receive::<Hello>(&mut socket)? else { return Ok(()) };
    // FFmpeg's own tables fill themselves without asking the kernel; this is all that is made ready while one still may.
    ffmpeg_log::listen();
    yielding::apply(hello.priority)?;
    let missing = sandbox::enter(hello.sandbox, hello.memory_bytes)?;
    send(&mut socket, &Welcome { missing }, None)?;
    while let Some((request, file)) = receive::<Request>(&mut socket)? {
        let file = file.ok_or_else(|| io::Error::other("a request without a file"))?;
        let reply = match request {
            Request::Clip(ask) => clip(&mut socket, &file, &ask)?,
            other => answer(&file, other)?,
        };
        send(&mut socket, &reply, None)?;
    }
    Ok(())
}

/// Sends a clip piece by piece, never more than one ahead of whoever takes them; gives its end.
fn clip(socket: &mut UnixStream, file: &File, ask: &ClipAsk) -> io::Result<Reply> {
    let ended = clip_here(file, ask, &mut |piece| {
        let reply = match piece {
            ClipPiece::Head(head) => Reply::ClipHead(head),
            ClipPiece::Segment(bytes) => Reply::ClipSegment(bytes),
        };
        send(socket, &reply, None)?;
        match receive::<Request>(socket)? {
            Some((Request::More, None)) => Ok(()),
            // The parent kills who makes what nobody wants; and if it is gone itself, this ends here.
            _ => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    });
    match ended {
        Ok(tail) => Ok(Reply::ClipEnd(tail)),
        Err(ClipStop::Unreadable(unreadable)) => Ok(Reply::Unreadable(unreadable)),
        Err(ClipStop::NotTaken(error)) => Err(error),
    }
}

/// A terminal interrupts the whole process group, and a service manager ends all of a service: the parent stops after the
/// file at hand, which must not look as if it had killed its reader.
fn leave_stopping_to_the_parent() -> io::Result<()> {
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP] {
        signal_hook::flag::register(signal, Arc::default())?;
    }
    Ok(())
}

fn answer(file: &File, request: Request) -> io::Result<Reply> {
    let reply = match request {
        Request::List => match super::list_here(file) {
            Ok(listing) => Ok(Reply::Listing(PackedListing::pack(listing)?)),
            Err(unreadable) => Err(unreadable),
        },
        Request::Thumbnails { pts_us, width } => thumbnails_here(file, &pts_us, width).map(Reply::Thumbnails),
        Request::Frame(ask) => frame_here(file, ask).map(Reply::Frame),
        Request::Clip(_) | Request::More => return Err(io::Error::other("a request at the wrong time")),
        #[cfg(debug_assertions)]
        Request::Probe(probe) => Ok(Reply::Probed(sandbox::probe::probe(file, &probe))),
    };
    Ok(reply.unwrap_or_else(Reply::Unreadable))
}
