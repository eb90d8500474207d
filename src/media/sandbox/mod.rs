//! The barriers that a worker puts around itself before the first byte of a file: limits of what it may use, no rights, no
//! file system, no network, and only the system calls that reading needs.
//!
//! They stand one behind the other, so that where a kernel lacks one the others hold. None can be taken down again.

mod forbidden;
mod landlock;
#[cfg(debug_assertions)]
pub(super) mod probe;
mod rlimits;
mod seccomp;

use std::io;

use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities, set_no_new_privs};
use serde::{Deserialize, Serialize};

/// Which barriers a worker puts up. Its limits (memory, files, processor time) hold in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sandbox {
    /// All that the kernel has. Anything else is for tests and benchmarks.
    #[default]
    Full,
    /// Without the filter of system calls, to see what Landlock does alone.
    LandlockOnly,
    /// Without Landlock, to see what the filter does alone.
    SeccompOnly,
    /// Neither, to see what they cost.
    LimitsOnly,
}

/// A barrier that a kernel may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Barrier {
    /// Landlock: no file can be opened (kernel 5.13 and later, unless it is switched off).
    Files,
    /// Landlock: no TCP port can be bound or connected to (kernel 6.7 and later).
    Tcp,
    /// seccomp: any system call that reading does not need ends the process (x86-64, ARM64).
    SystemCalls,
}

/// Puts the barriers up, for good, in the whole process; returns those that this kernel lacks. Must run while the process has
/// one thread, after the libraries are loaded.
///
/// # Errors
/// When a limit that every kernel has is refused.
pub(super) fn enter(sandbox: Sandbox, memory_bytes: u64) -> io::Result<Vec<Barrier>> {
    rlimits::set(memory_bytes)?;
    set_no_new_privs(true)?;
    // Run by root, or with capabilities from a service manager, a worker keeps none.
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
    let mut missing = Vec::new();
    if matches!(sandbox, Sandbox::Full | Sandbox::LandlockOnly) {
        missing.extend(landlock::forbid_files_and_tcp());
    }
    if matches!(sandbox, Sandbox::Full | Sandbox::SeccompOnly) {
        forbidden::name_on_death()?;
        if seccomp::filter().is_err() {
            missing.push(Barrier::SystemCalls);
        }
    }
    Ok(missing)
}
