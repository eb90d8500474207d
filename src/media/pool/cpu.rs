//! Processor time of a worker, limited by the parent for each request anew: a worker that could raise its own limit would have
//! none. It matters when the parent itself is stopped or starved and cannot keep its wall-clock limit.

use std::io;
use std::mem::MaybeUninit;
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};

/// Lets a child use so much more processor time than it has used up to now, rounded up to whole seconds; past that the
/// kernel ends it with `SIGXCPU`.
pub(super) fn allow(pid: u32, more: Duration) -> io::Result<()> {
    let child = Pid::from_raw(pid.cast_signed()).ok_or(io::ErrorKind::InvalidInput)?;
    let allowed = used(pid)?.saturating_add(more);
    let seconds = allowed.as_secs() + u64::from(allowed.subsec_nanos() > 0);
    // The upper limit is the one that the child inherited; lowered, it could not be raised again.
    let maximum = getrlimit(Resource::Cpu).maximum;
    let current = Some(maximum.map_or(seconds, |maximum| seconds.min(maximum)));
    prlimit(Some(child), Resource::Cpu, Rlimit { current, maximum })?;
    Ok(())
}

/// Processor time that a process has used.
#[expect(unsafe_code, reason = "rustix has no clocks of other processes")]
fn used(pid: u32) -> io::Result<Duration> {
    let mut clock: libc::clockid_t = 0;
    // SAFETY: writes one clock id to where it is given.
    let code = unsafe { libc::clock_getcpuclockid(pid.cast_signed(), &raw mut clock) };
    if code != 0 {
        return Err(io::Error::from_raw_os_error(code));
    }
    let mut time = MaybeUninit::<libc::timespec>::zeroed();
    // SAFETY: writes one timespec to where it is given.
    if unsafe { libc::clock_gettime(clock, time.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: all zero is a valid timespec, and the call has filled it.
    let time = unsafe { time.assume_init() };
    Ok(Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn our_own_time_is_counted() {
        let before = used(std::process::id()).unwrap();
        let mut sum = 0u64;
        while used(std::process::id()).unwrap() <= before {
            sum = std::hint::black_box(sum + 1);
        }
        assert!(used(u32::MAX >> 1).is_err(), "no such process");
    }

    #[test]
    fn a_process_that_works_for_ever_is_ended_by_the_kernel() {
        let mut child = Command::new("sh").args(["-c", "while :; do :; done"]).stdin(Stdio::null()).spawn().unwrap();
        allow(child.id(), Duration::from_millis(10)).unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(libc::SIGXCPU));
    }
}
