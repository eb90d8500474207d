//! A worker that yields to everything else on the machine: its share of the processors and of the disk.

use std::io;

use rustix::process::nice;

use super::protocol::Priority;

/// Added to the niceness.
const NICER: i32 = 10;
/// From `linux/ioprio.h`: whose priority (a process by its id, 0 for the caller's own), and the class that gets the disk only
/// when nobody else wants it, in the bits above the level.
const IOPRIO_WHO_PROCESS: libc::c_int = 1;
const IOPRIO_CLASS_IDLE: libc::c_int = 3 << 13;

/// Takes the priority, for good.
///
/// # Errors
/// When the kernel refuses a process to yield, which it never does.
pub(super) fn apply(priority: Priority) -> io::Result<()> {
    if priority == Priority::Ordinary {
        return Ok(());
    }
    nice(NICER)?;
    #[expect(unsafe_code, reason = "ioprio_set has no safe wrapper")]
    // SAFETY: three integers, no memory; it concerns this thread, the only one.
    let set = unsafe { libc::syscall(libc::SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_CLASS_IDLE) };
    match set {
        0 => Ok(()),
        // A kernel built without priorities of the disk has none to give up.
        _ => match io::Error::last_os_error() {
            error if error.raw_os_error() == Some(libc::ENOSYS) => Ok(()),
            error => Err(error),
        },
    }
}
