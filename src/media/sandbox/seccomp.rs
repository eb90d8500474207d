//! seccomp: the few system calls that a worker needs are allowed, some are refused with an error because libraries that mean
//! well make them, and any other ends the process.

use std::collections::BTreeMap;

use libc::{c_int, c_long};
use seccompiler::{
    BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter_all_threads,
};

/// Allowed whatever their arguments.
const ALLOWED: &[c_long] = &[
    // The socket to the parent and the file, which are open already. No other can be opened.
    libc::SYS_read,
    libc::SYS_pread64,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_write,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_fstat,
    libc::SYS_close,
    // Memory. Mapping it is looked at more closely below.
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    // Locks, clocks, chance, and what libraries ask about the machine before they choose a way to work.
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_clock_gettime,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_sched_getaffinity,
    libc::SYS_sysinfo,
    // Ending, by itself or with last words.
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_restart_syscall,
    libc::SYS_sigaltstack,
];

/// Refused with `EACCES`: glibc looks for character sets (FFmpeg asks for them to read the channel names of a transport
/// stream), a panic for the program's source. They do well without, and who means ill learns nothing.
const REFUSED: &[c_long] = &[
    libc::SYS_openat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_readlinkat,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_getcwd,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_stat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lstat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_access,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_readlink,
];

type Rules = BTreeMap<c_long, Vec<SeccompRule>>;

/// Filters every system call of the process from here on.
///
/// # Errors
/// When the kernel has no such filters, or the processor is neither x86-64 nor ARM64 (nor 64-bit RISC-V).
pub(super) fn filter() -> Result<(), Error> {
    let refused: Rules = REFUSED.iter().map(|&call| (call, Vec::new())).collect();
    let mut allowed = allowed()?;
    allowed.extend(refused.clone());
    // Of two filters the stricter answer counts: the first says which error, the second who may pass at all. A trap ends the
    // process (see `forbidden`) and, unlike a plain kill, lets it say by which call.
    let refusing = compile(refused, SeccompAction::Allow, SeccompAction::Errno(libc::EACCES.unsigned_abs()))?;
    let allowing = compile(allowed, SeccompAction::Trap, SeccompAction::Allow)?;
    apply_filter_all_threads(&refusing)?;
    apply_filter_all_threads(&allowing)
}

fn compile(rules: Rules, otherwise: SeccompAction, listed: SeccompAction) -> Result<BpfProgram, Error> {
    let processor = std::env::consts::ARCH.try_into()?;
    Ok(SeccompFilter::new(rules, otherwise, listed, processor)?.try_into()?)
}

fn allowed() -> Result<Rules, Error> {
    let mut rules: Rules = ALLOWED.iter().map(|&call| (call, Vec::new())).collect();
    // Memory never becomes a program.
    let no_program = || argument(2, SeccompCmpOp::MaskedEq(bits(libc::PROT_EXEC)), 0);
    rules.insert(libc::SYS_mmap, vec![SeccompRule::new(vec![no_program()?])?]);
    rules.insert(libc::SYS_mprotect, vec![SeccompRule::new(vec![no_program()?])?]);
    // A copy of the descriptor, and the standard library's own checks; not its flags.
    rules.insert(libc::SYS_fcntl, one_of(1, &[libc::F_DUPFD_CLOEXEC, libc::F_GETFD])?);
    // `abort` and the last words: signals to itself. Process ids fit an i32.
    let myself = bits(std::process::id().cast_signed());
    let to_myself = |signal| -> Result<SeccompRule, Error> {
        let conditions = vec![argument(0, SeccompCmpOp::Eq, myself)?, argument(2, SeccompCmpOp::Eq, bits(signal))?];
        Ok(SeccompRule::new(conditions)?)
    };
    rules.insert(libc::SYS_tgkill, vec![to_myself(libc::SIGABRT)?, to_myself(libc::SIGSYS)?]);
    // The standard library's report of a stack overflow goes back to the default; without it a fault would be blamed on this.
    rules.insert(libc::SYS_rt_sigaction, one_of(0, &[libc::SIGSEGV, libc::SIGBUS])?);
    Ok(rules)
}

/// The argument (counted from 0) is one of these.
fn one_of(index: u8, values: &[c_int]) -> Result<Vec<SeccompRule>, Error> {
    let rule = |&value| Ok(SeccompRule::new(vec![argument(index, SeccompCmpOp::Eq, bits(value))?])?);
    values.iter().map(rule).collect()
}

fn argument(index: u8, operator: SeccompCmpOp, value: u64) -> Result<SeccompCondition, Error> {
    // The kernel looks at the lower half of these arguments only, and so do we.
    Ok(SeccompCondition::new(index, SeccompCmpArgLen::Dword, operator, value)?)
}

fn bits(value: c_int) -> u64 {
    u64::from(value.cast_unsigned())
}
