//! `truyvet index` over a folder of many small files, then again over the same folder unchanged, by the real program.

use std::fs::{self, File};
use std::io::Write;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::io::Errno;
use serde_json::Value;

use crate::cost::{Cost, command};
use crate::footage;

/// Cameras among which the files are shared out.
const CAMERAS: usize = 4;
/// 2023-07-15 07:15:00 +07:00, when the first file of each camera starts.
const START: u64 = 1_689_380_100;

/// One run of `index`.
pub(crate) struct Run {
    pub(crate) cost: Cost,
    pub(crate) report: Value,
    /// How often, at least, the kernel saw a footage file opened: it joins openings of one file that follow each other.
    pub(crate) opened: usize,
}

/// Makes the folder of so many files and indexes it twice.
pub(crate) fn index_twice(files: usize) -> [Run; 2] {
    let place = tempfile::tempdir_in(footage::folder()).unwrap();
    let cameras: Vec<_> = (0..CAMERAS).map(|camera| place.path().join(format!("footage/c{camera}"))).collect();
    let mut site = "[site]\nname = \"bench\"\ndata = \"data\"\n".to_owned();
    for (number, folder) in cameras.iter().enumerate() {
        fs::create_dir_all(folder).unwrap();
        site += &format!(
            "[[camera]]\nid = \"c{number}\"\nlat = 18.07\nlon = 106.3{number}\nfootage = \"footage/c{number}\"\n"
        );
    }
    fs::write(place.path().join("site.toml"), site).unwrap();
    let minute = fs::read(footage::small()).unwrap();
    for number in 0..files {
        one(&cameras[number % CAMERAS], number / CAMERAS, number as u64, &minute);
    }
    [(); 2].map(|()| run(place.path(), &cameras))
}

/// The minute of a number, by the time in its name; its content differs from every other's by a last box that readers skip
/// (ISO/IEC 14496-12 §8.1.2).
fn one(folder: &Path, minute: usize, number: u64, content: &[u8]) {
    let (hour, past) = (7 + (15 + minute) / 60, (15 + minute) % 60);
    let path = folder.join(format!("{}_{:02}{past:02}00.mp4", 20_230_715 + hour / 24, hour % 24));
    let mut file = File::create(&path).unwrap();
    file.write_all(content).unwrap();
    file.write_all(b"\0\0\0\x10free").unwrap();
    file.write_all(&number.to_be_bytes()).unwrap();
    let end = START + 60 * (minute as u64 + 1);
    file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(end)).unwrap();
}

fn run(place: &Path, cameras: &[PathBuf]) -> Run {
    let watch = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).unwrap();
    for folder in cameras {
        inotify::add_watch(&watch, folder, WatchFlags::OPEN).unwrap();
    }
    let report = place.join("report.json");
    let mut truyvet = Command::new(env!("CARGO_BIN_EXE_truyvet"));
    truyvet.arg("--config").arg(place.join("site.toml")).args(["index", "--no-thumbnails", "--json"]);
    // Through a shell, because `command` keeps what is said for itself.
    let mut shell = Command::new("sh");
    shell.args(["-c", "exec \"$@\" > \"$0\""]).arg(&report).arg(truyvet.get_program()).args(truyvet.get_args());
    let cost = command(&mut shell);
    let report = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
    Run { cost, report, opened: opened(&watch) }
}

/// Opens of files, not of the folders themselves, since the watch began.
fn opened(watch: &OwnedFd) -> usize {
    let mut buffer = [std::mem::MaybeUninit::uninit(); 65_536];
    let mut reader = inotify::Reader::new(watch, &mut buffer);
    let mut opened = 0;
    loop {
        match reader.next() {
            Ok(event) => {
                assert!(!event.events().contains(ReadFlags::QUEUE_OVERFLOW), "too many files for the kernel's queue");
                opened += usize::from(!event.events().contains(ReadFlags::ISDIR));
            }
            Err(Errno::AGAIN) => return opened,
            Err(error) => panic!("inotify: {error}"),
        }
    }
}
