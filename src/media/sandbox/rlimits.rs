//! Limits of what a worker may use. Processor time is limited by the parent, for each request anew.

use std::io;

use rustix::process::{Resource, Rlimit, setrlimit};

/// Files that a worker may have open: its socket, output and error, one file and a copy of it, with room to spare.
const OPEN_FILES: u64 = 32;

/// Sets them, so that they cannot be raised again.
pub(super) fn set(memory_bytes: u64) -> io::Result<()> {
    let limits = [
        (Resource::As, memory_bytes),
        (Resource::Core, 0),
        (Resource::Nofile, OPEN_FILES),
        // Not one byte into any file. Pipes and sockets are not files in this sense.
        (Resource::Fsize, 0),
        // No process or thread beside it. Root is exempt, which leaves it to the filter of system calls.
        (Resource::Nproc, 0),
    ];
    for (resource, most) in limits {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}
