//! What an intruder would try, tried on purpose inside a worker, so that tests see each barrier hold.
//!
//! Only in builds with debug assertions: a release has neither this module nor the request that reaches it. Not a cargo feature,
//! which any dependent or `--all-features` could switch on in a release, and which every test run would have to name.

use std::ffi::CString;
use std::fs::File;
use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use serde::{Deserialize, Serialize};

/// What to try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Probe {
    /// Open another file for reading.
    Open(PathBuf),
    /// Create a file.
    Create(PathBuf),
    /// Write into the file of the request.
    WriteFootage,
    /// Connect to a TCP port of this machine.
    Connect(u16),
    /// Bind a TCP port of this machine.
    Bind,
    /// Start a second process.
    Fork,
    /// Run a command with the shell, as another process.
    Shell(String),
    /// Become another program.
    Exec(PathBuf),
    /// Start a thread.
    Thread,
    /// Ask a process to end.
    Signal(i32),
    /// Take memory until it is refused, at most so many bytes.
    Allocate(u64),
    /// Work for ever.
    Spin,
    /// Wait for ever, without work.
    Hang,
    /// Call itself for ever.
    Recurse,
    /// Make memory that can be run.
    WritableProgram,
    /// Make a system call by its number, all arguments 0.
    Call(i64),
}

/// What came of it, if the worker lives to say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It worked: there is no barrier.
    Done,
    /// Refused, with this error number (0 where the standard library has none).
    Refused(i32),
}

/// Tries it.
pub(in crate::media) fn probe(file: &File, probe: &Probe) -> Outcome {
    match attempt(file, probe) {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Refused(error.raw_os_error().unwrap_or(0)),
    }
}

fn attempt(mut file: &File, probe: &Probe) -> io::Result<()> {
    match probe {
        Probe::Open(path) => File::open(path).map(drop),
        Probe::Create(path) => File::create(path).map(drop),
        Probe::WriteFootage => file.write_all(b"x"),
        Probe::Connect(port) => TcpStream::connect(("127.0.0.1", *port)).map(drop),
        Probe::Bind => TcpListener::bind(("127.0.0.1", 0)).map(drop),
        Probe::Fork => fork(),
        Probe::Shell(command) => Command::new("/bin/sh").arg("-c").arg(command).status().map(drop),
        Probe::Exec(program) => exec(program),
        Probe::Thread => thread::Builder::new().spawn(|| ())?.join().map_err(|_| io::Error::other("a panic")),
        Probe::Signal(pid) => {
            let pid = rustix::process::Pid::from_raw(*pid).ok_or_else(|| io::Error::other("no process id"))?;
            Ok(rustix::process::kill_process(pid, rustix::process::Signal::TERM)?)
        }
        Probe::Allocate(most) => allocate(*most),
        Probe::Spin => loop {
            std::hint::black_box(());
        },
        Probe::Hang => loop {
            thread::park();
        },
        Probe::Recurse => {
            std::hint::black_box(recurse(0));
            Ok(())
        }
        Probe::WritableProgram => writable_program(),
        Probe::Call(number) => call(*number),
    }
}

fn allocate(most: u64) -> io::Result<()> {
    const PIECE: usize = 64 << 20;
    let mut held: Vec<Vec<u8>> = Vec::new();
    while (held.len() as u64) * (PIECE as u64) < most {
        let mut piece: Vec<u8> = Vec::new();
        piece.try_reserve_exact(PIECE).map_err(|_| io::Error::from_raw_os_error(libc::ENOMEM))?;
        held.push(piece);
    }
    Ok(())
}

#[expect(unconditional_recursion, reason = "that is what is tried")]
fn recurse(depth: u64) -> u64 {
    let room = std::hint::black_box([depth; 512]);
    recurse(room[0] + 1) + room[511]
}

#[expect(unsafe_code, reason = "a fork is unsafe by nature")]
fn fork() -> io::Result<()> {
    // SAFETY: the worker has one thread, and the child ends at once.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        // SAFETY: takes a number.
        0 => unsafe { libc::_exit(0) },
        _ => Ok(()),
    }
}

#[expect(unsafe_code, reason = "the standard library's way sets signals first, which is forbidden before this is")]
fn exec(program: &std::path::Path) -> io::Result<()> {
    let program = CString::new(program.as_os_str().as_encoded_bytes())?;
    let arguments = [program.as_ptr(), std::ptr::null()];
    // SAFETY: both lists end with a null pointer, and the strings live until the call returns, which it does on failure only.
    unsafe { libc::execve(program.as_ptr(), arguments.as_ptr(), arguments[1..].as_ptr()) };
    Err(io::Error::last_os_error())
}

#[expect(unsafe_code, reason = "mmap has no safe wrapper")]
fn writable_program() -> io::Result<()> {
    let rights = libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC;
    // SAFETY: new memory, which nobody uses.
    let memory =
        unsafe { libc::mmap(std::ptr::null_mut(), 4096, rights, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0) };
    if memory == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[expect(unsafe_code, reason = "any system call by its number")]
fn call(number: i64) -> io::Result<()> {
    // SAFETY: the tests choose calls that do no harm with null pointers, or are not made because they are forbidden.
    if unsafe { libc::syscall(number, 0, 0, 0, 0, 0, 0) } == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
