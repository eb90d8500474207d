//! The worker: a child process in which hostile bytes are read. It limits itself, then answers requests about files that
//! the parent has opened, one after the other, until the parent closes the socket.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::Arc;

use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};

use super::decode::{frame_here, thumbnails_here};
use super::protocol::{Hello, PackedListing, Reply, Request, receive, send};

/// Files that a worker may have open: its socket, output and error, one file and a copy of it, with room to spare.
const OPEN_FILES: u64 = 32;

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
    limit(&hello)?;
    while let Some((request, file)) = receive::<Request>(&mut socket)? {
        let file = file.ok_or_else(|| io::Error::other("a request without a file"))?;
        send(&mut socket, &answer(&file, request)?, None)?;
    }
    Ok(())
}

/// A terminal interrupts the whole process group, and a service manager ends all of a service: the parent stops after the
/// file at hand, which must not look as if it had killed its reader.
fn leave_stopping_to_the_parent() -> io::Result<()> {
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP] {
        signal_hook::flag::register(signal, Arc::default())?;
    }
    Ok(())
}

fn limit(hello: &Hello) -> io::Result<()> {
    let limits = [
        (Resource::As, hello.memory_bytes),
        (Resource::Core, 0),
        (Resource::Nofile, OPEN_FILES),
        // Not one byte into any file. Pipes and sockets are not files in this sense.
        (Resource::Fsize, 0),
    ];
    for (resource, most) in limits {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(rustix::thread::set_no_new_privs(true)?)
}

fn answer(file: &File, request: Request) -> io::Result<Reply> {
    let reply = match request {
        Request::List => match super::list_here(file) {
            Ok(listing) => Ok(Reply::Listing(PackedListing::pack(listing)?)),
            Err(unreadable) => Err(unreadable),
        },
        Request::Thumbnails { pts_us, width } => thumbnails_here(file, &pts_us, width).map(Reply::Thumbnails),
        Request::Frame(ask) => frame_here(file, ask).map(Reply::Frame),
    };
    Ok(reply.unwrap_or_else(Reply::Unreadable))
}
