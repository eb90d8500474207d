//! The last words of a worker that made a forbidden system call: which it was.
//!
//! The filter traps such a call instead of killing at once: the call is not made, the kernel sends SIGSYS, and the handler here
//! names the call on standard error and lets the same signal end the process. A process that no longer obeys its handler has
//! gained nothing: each further call is trapped as well.

use std::ffi::{c_int, c_long, c_void};
use std::io;

/// How the last words begin.
const LAST_WORDS: &[u8] = b"forbidden system call ";

/// The calls that an intruder would try first, by name; others are told by their number.
const NAMES: &[(c_long, &str)] = &[
    (libc::SYS_socket, "socket"),
    (libc::SYS_socketpair, "socketpair"),
    (libc::SYS_connect, "connect"),
    (libc::SYS_bind, "bind"),
    (libc::SYS_listen, "listen"),
    (libc::SYS_accept4, "accept4"),
    (libc::SYS_clone, "clone"),
    (libc::SYS_clone3, "clone3"),
    (libc::SYS_execve, "execve"),
    (libc::SYS_execveat, "execveat"),
    (libc::SYS_openat2, "openat2"),
    (libc::SYS_unlinkat, "unlinkat"),
    (libc::SYS_renameat2, "renameat2"),
    (libc::SYS_mkdirat, "mkdirat"),
    (libc::SYS_getdents64, "getdents64"),
    (libc::SYS_ioctl, "ioctl"),
    (libc::SYS_fcntl, "fcntl"),
    (libc::SYS_mmap, "mmap"),
    (libc::SYS_mprotect, "mprotect"),
    (libc::SYS_memfd_create, "memfd_create"),
    (libc::SYS_kill, "kill"),
    (libc::SYS_tgkill, "tgkill"),
    (libc::SYS_rt_sigaction, "rt_sigaction"),
    (libc::SYS_prctl, "prctl"),
    (libc::SYS_prlimit64, "prlimit64"),
    (libc::SYS_ptrace, "ptrace"),
    (libc::SYS_process_vm_readv, "process_vm_readv"),
    (libc::SYS_pidfd_open, "pidfd_open"),
    (libc::SYS_pidfd_getfd, "pidfd_getfd"),
    (libc::SYS_unshare, "unshare"),
    (libc::SYS_setns, "setns"),
    (libc::SYS_mount, "mount"),
    (libc::SYS_chroot, "chroot"),
    (libc::SYS_setuid, "setuid"),
    (libc::SYS_capset, "capset"),
    (libc::SYS_bpf, "bpf"),
    (libc::SYS_io_uring_setup, "io_uring_setup"),
    (libc::SYS_userfaultfd, "userfaultfd"),
    (libc::SYS_perf_event_open, "perf_event_open"),
    (libc::SYS_keyctl, "keyctl"),
    (libc::SYS_seccomp, "seccomp"),
    (libc::SYS_nanosleep, "nanosleep"),
    (libc::SYS_clock_nanosleep, "clock_nanosleep"),
    (libc::SYS_lseek, "lseek"),
    (libc::SYS_writev, "writev"),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_fork, "fork"),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_vfork, "vfork"),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_poll, "poll"),
];

/// What the kernel says with SIGSYS: `siginfo_t` as in `asm-generic/siginfo.h`, on processors of 64 bits.
#[repr(C)]
struct Trapped {
    signal: c_int,
    errno: c_int,
    code: c_int,
    at: *const c_void,
    call: c_int,
    processor: u32,
}

/// Sets the handler, once per process.
pub(super) fn name_on_death() -> io::Result<()> {
    #[expect(unsafe_code, reason = "rustix and the standard library set no signal handlers")]
    // SAFETY: an all-zero sigaction is a valid one; the handler has the signature that SA_SIGINFO asks for and does only
    // what may be done in a signal handler.
    let code = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = trapped as extern "C" fn(c_int, *const Trapped, *const c_void) as usize;
        // Back to the default at once, and not held back, so that raising it again in the handler is the end.
        action.sa_flags = libc::SA_SIGINFO | libc::SA_RESETHAND | libc::SA_NODEFER;
        libc::sigaction(libc::SIGSYS, &raw const action, std::ptr::null_mut())
    };
    if code == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

extern "C" fn trapped(_: c_int, info: *const Trapped, _: *const c_void) {
    #[expect(unsafe_code, reason = "the handler's argument is the kernel's pointer")]
    // SAFETY: the kernel passes a whole siginfo_t, which is longer than `Trapped`; null is asked for all the same.
    let call = unsafe { info.as_ref() }.map_or(-1, |info| info.call);
    let mut words = [0; 64];
    let length = last_words(call, &mut words);
    #[expect(unsafe_code, reason = "the standard library's output is not for signal handlers")]
    // SAFETY: `write` may be called in handlers, and gets a buffer of ours with its length; `raise` and `_exit` take numbers.
    unsafe {
        libc::write(libc::STDERR_FILENO, words.as_ptr().cast(), length);
        libc::raise(libc::SIGSYS);
        libc::_exit(1);
    }
}

/// Writes the sentence without allocating; returns its length.
fn last_words(call: c_int, words: &mut [u8; 64]) -> usize {
    let mut digits = [0; 10];
    let mut first = digits.len();
    let mut left = call.unsigned_abs();
    loop {
        first -= 1;
        digits[first] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    let number = &digits[first..];
    let name = NAMES.iter().find(|(known, _)| *known == c_long::from(call)).map(|(_, name)| name.as_bytes());
    let parts: [&[u8]; 4] = match name {
        Some(name) => [name, b" (", number, b")"],
        None => [number, b"", b"", b""],
    };
    let mut length = 0;
    for byte in LAST_WORDS.iter().chain(parts.into_iter().flatten()) {
        if let Some(place) = words.get_mut(length) {
            *place = *byte;
            length += 1;
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(call: c_long) -> String {
        let mut words = [0; 64];
        let length = last_words(call as c_int, &mut words);
        String::from_utf8(words[..length].to_vec()).unwrap()
    }

    #[test]
    fn a_forbidden_call_is_told_by_name_and_number() {
        assert_eq!(said(libc::SYS_socket), format!("forbidden system call socket ({})", libc::SYS_socket));
        assert_eq!(said(0xffff), "forbidden system call 65535");
        assert_eq!(said(0), "forbidden system call 0");
        assert_eq!(said(c_long::from(c_int::MIN)), "forbidden system call 2147483648");
    }

    #[test]
    fn the_longest_last_words_are_not_cut() {
        for (call, name) in NAMES {
            assert_eq!(said(*call), format!("forbidden system call {name} ({call})"));
        }
    }

    #[test]
    fn the_call_is_where_the_kernel_puts_it() {
        // si_signo, si_errno, si_code, a hole up to the pointer's alignment, si_call_addr, si_syscall, si_arch.
        assert_eq!(std::mem::offset_of!(Trapped, at), 16);
        assert_eq!(std::mem::offset_of!(Trapped, call), 24);
        assert_eq!(std::mem::offset_of!(Trapped, processor), 28);
    }
}
