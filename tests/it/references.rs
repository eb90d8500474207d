//! Files that name other files: none of those is opened, even where no sandbox would stop it.

use std::fs::{self, File};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::fd::OwnedFd;
use rustix::fs::inotify;
use tempfile::TempDir;
use truyvet::media::{FrameAsk, ImageFormat, Which, frame_here, list_here, thumbnails_here};
use truyvet::model::Fault;

/// A clip that others refer to, under watch.
struct Watched {
    folder: TempDir,
    clip: PathBuf,
    events: OwnedFd,
}

impl Watched {
    fn new() -> Watched {
        let folder = tempfile::tempdir().unwrap();
        let clip = folder.path().canonicalize().unwrap().join("clip.mov");
        let made = Command::new("ffmpeg")
            .args(["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=10:d=2", "-pix_fmt", "yuv420p", "-g", "5"])
            .arg(&clip)
            .status()
            .unwrap();
        assert!(made.success());
        let events = inotify::init(inotify::CreateFlags::NONBLOCK).unwrap();
        inotify::add_watch(&events, &clip, inotify::WatchFlags::OPEN).unwrap();
        Watched { folder, clip, events }
    }

    /// Whether anybody opened the clip since it was last asked.
    fn was_opened(&self) -> bool {
        let mut space = [MaybeUninit::uninit(); 4096];
        let mut reader = inotify::Reader::new(&self.events, &mut space);
        let mut opened = false;
        while reader.next().is_ok() {
            opened = true;
        }
        opened
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

/// Reads a file in every way there is; gives the fault of listing it.
fn read(path: &Path) -> Option<Fault> {
    let file = File::open(path).unwrap();
    let listed = list_here(&file);
    // What comes of these does not matter here, only what they open.
    let _ = thumbnails_here(&file, &[0, 500_000], 160);
    let _ =
        frame_here(&file, FrameAsk { pts_us: 500_000, which: Which::Shown, width: None, format: ImageFormat::Jpeg });
    listed.err().map(|unreadable| unreadable.fault)
}

#[test]
fn the_watch_sees_who_opens() {
    let watched = Watched::new();
    assert!(!watched.was_opened());
    File::open(&watched.clip).unwrap();
    assert!(watched.was_opened());
    assert!(!watched.was_opened());
}

#[test]
fn a_playlist_opens_nothing() {
    let watched = Watched::new();
    let clip = watched.clip.display();
    let lists = [
        (
            "list.m3u8",
            format!("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{clip}\n#EXT-X-ENDLIST\n"),
        ),
        ("near.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nclip.mov\n#EXT-X-ENDLIST\n".to_owned()),
        ("list.ffconcat", format!("ffconcat version 1.0\nfile '{clip}'\nduration 2\n")),
        (
            "list.mpd",
            format!(
                "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" \
                 mediaPresentationDuration=\"PT2S\" profiles=\"urn:mpeg:dash:profile:isoff-main:2011\"><Period>\
                 <AdaptationSet mimeType=\"video/mp4\"><Representation id=\"1\" bandwidth=\"1\"><BaseURL>{clip}</BaseURL>\
                 </Representation></AdaptationSet></Period></MPD>"
            ),
        ),
        (
            "list.sdp",
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n".to_owned(),
        ),
        ("list.txt", format!("{clip}\n")),
    ];
    for (name, text) in lists {
        let fault = read(&watched.write(name, text.as_bytes()));
        assert_eq!(fault, Some(Fault::NotMedia), "{name}");
        assert!(!watched.was_opened(), "{name}");
    }
}

#[test]
fn a_movie_whose_media_is_elsewhere_opens_nothing() {
    let watched = Watched::new();
    let clip = fs::read(&watched.clip).unwrap();
    watched.was_opened();
    let referring = watched.write(
        "referring.mov",
        &in_boxes(&clip, &["moov", "trak", "mdia", "minf", "dinf", "dref"], &{
            let mut references = vec![0, 0, 0, 0, 0, 0, 0, 1];
            references.extend(alias(&watched.clip));
            references
        }),
    );
    // FFmpeg told to follow such references follows this one: it is made right.
    let probed = Command::new("ffprobe")
        .args(["-v", "quiet", "-enable_drefs", "1", "-use_absolute_path", "1", "-show_packets"])
        .arg(&referring)
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&probed.stdout).contains("codec_type=video"));
    assert!(watched.was_opened());
    read(&referring);
    assert!(!watched.was_opened());
}

#[test]
fn a_movie_that_refers_to_another_movie_opens_nothing() {
    let watched = Watched::new();
    let url = [watched.clip.as_os_str().as_bytes(), b"\0"].concat();
    let reference = [b"\0\0\0\0url ".as_slice(), &(url.len() as u32).to_be_bytes(), &url].concat();
    let movie = a_box("moov", &a_box("rmra", &a_box("rmda", &a_box("rdrf", &reference))));
    let file = [a_box("ftyp", b"qt  \0\0\0\0qt  "), movie, a_box("mdat", &[0; 4096])].concat();
    assert!(read(&watched.write("reference.mov", &file)).is_some());
    assert!(!watched.was_opened());
}

/// A data reference as a Macintosh alias record, with the absolute path as its entry of kind 2 (QuickTime File Format, "Data
/// Reference Atoms"; the record in Inside Macintosh).
fn alias(path: &Path) -> Vec<u8> {
    let mut path = path.as_os_str().as_bytes().to_vec();
    path.resize(path.len().next_multiple_of(2), 0);
    let mut record = vec![0; 4 + 10 + 28 + 12 + 64 + 16 + 2 + 2 + 16];
    record.extend(2u16.to_be_bytes());
    record.extend((path.len() as u16).to_be_bytes());
    record.extend(path);
    record.extend([0xff, 0xff, 0, 0]);
    a_box("alis", &record)
}

fn a_box(kind: &str, content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes(), kind.as_bytes(), content].concat()
}

/// The boxes of a movie with the content of one, found by its path, replaced.
fn in_boxes(bytes: &[u8], path: &[&str], content: &[u8]) -> Vec<u8> {
    let Some((first, inner)) = path.split_first() else { return content.to_vec() };
    let mut made = Vec::new();
    let mut rest = bytes;
    while rest.len() >= 8 {
        let (this, after) = rest.split_at(u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize);
        if &this[4..8] == first.as_bytes() {
            made.extend(a_box(first, &in_boxes(&this[8..], inner, content)));
        } else {
            made.extend(this);
        }
        rest = after;
    }
    made
}
