//! Opening what commands work with: the site, the layouts, the store, the index, the reading processes.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

use super::{Globals, print};
use crate::ask;
use crate::base::{Error, Kind, Lang, Result, ResultExt, Said};
use crate::config::Site;
use crate::fsck;
use crate::index::{self, TantivyIndex};
use crate::layout::Layouts;
use crate::media::{Limits, MediaPool, PoolConfig, Priority, Sandbox};
use crate::model::{Act, Actor, Camera, Deed, Purpose, RecordingId, Window};
use crate::place::Atlas;
use crate::say;
use crate::search;
use crate::store::Store;

/// The file in the data folder that the one writing process holds locked.
const LOCK: &str = "lock";

/// Reads the site file and says its warnings.
pub(super) fn site(globals: &Globals) -> Result<Site> {
    let site = Site::load(&Site::find(globals.config.as_deref())?)?;
    for warning in &site.warnings {
        print::warning(warning.said.in_lang(globals.lang), globals.lang);
    }
    Ok(site)
}

/// All places of the site: its tables and the imported maps.
pub(super) fn atlas(site: &Site) -> Result<Atlas> {
    Atlas::load(&site.places, &site.data, ask::middle(&site.cameras))
}

/// The recorder layouts: the built-in ones and the operator's. Every camera's layout must be one of them.
pub(super) fn layouts(site: &Site) -> Result<Layouts> {
    let mut layouts = Layouts::builtin()?;
    for file in &site.layouts {
        let shown = file.display().to_string();
        let text = std::fs::read_to_string(file)
            .or_say(Kind::Config, || say!("không đọc được {shown}", "cannot read {shown}"))?;
        layouts = layouts.with_file(&shown, &text)?;
    }
    for camera in &site.cameras {
        let id = &camera.id;
        layouts.check_id(&camera.layout).or_say(Kind::Config, || {
            let line = site.layout_lines.get(id).map(|line| format!(":{line}")).unwrap_or_default();
            let file = format!("{}{line}", site.file.display());
            say!("{file}: camera \"{id}\", layout", "{file}: camera \"{id}\", layout")
        })?;
    }
    Ok(layouts)
}

/// Holds the data folder for writing until dropped.
#[derive(Debug)]
pub(super) struct DataLock {
    _file: File,
}

/// Makes the data folder where there is none, and takes it for writing.
///
/// # Errors
/// [`Kind::Busy`] naming the process that has it.
pub(super) fn lock(data: &Path) -> Result<DataLock> {
    let shown = data.display().to_string();
    let failed = || say!("không ghi được vào thư mục data {shown}", "cannot write to the data folder {shown}");
    std::fs::create_dir_all(data).or_say(Kind::Io, failed)?;
    let path = data.join(LOCK);
    let mut file =
        File::options().read(true).write(true).create(true).truncate(false).open(&path).or_say(Kind::Io, failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // The number only helps to find the other one; without it the sentence still stands.
            let _ = file.read_to_string(&mut holder);
            let holder = holder.trim();
            return Err(Error::new(
                Kind::Busy,
                say!(
                    "tiến trình khác (pid {holder}) đang ghi vào {shown}; đợi nó xong rồi chạy lại",
                    "another process (pid {holder}) is writing to {shown}; wait for it and run again"
                ),
            ));
        }
        Err(TryLockError::Error(error)) => return Err(Error::caused_by(Kind::Io, failed(), error)),
    }
    let write = |file: &mut File| {
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())
    };
    write(&mut file).or_say(Kind::Io, failed)?;
    Ok(DataLock { _file: file })
}

/// The reading processes.
pub(super) fn media(site: &Site, priority: Priority) -> Result<MediaPool> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = if site.media.workers == 0 { processors } else { site.media.workers };
    pool(site, workers, site.media.memory_mib, priority)
}

/// So many clips are watched at a time: a wall of sixteen.
const CLIPS: usize = 16;
/// What the making of a clip may take at most, MiB: 4K H.265 takes 300 beside 200 for the libraries, and sixteen are made at a time.
const CLIP_MIB: u64 = 1024;

/// Processes that make clips: each is held while its clip is watched, so they are none of the others'.
///
/// # Errors
/// As [`MediaPool::new`].
pub(super) fn clips(site: &Site) -> Result<MediaPool> {
    pool(site, CLIPS, site.media.memory_mib.min(CLIP_MIB), Priority::Ordinary)
}

fn pool(site: &Site, workers: usize, memory_mib: u64, priority: Priority) -> Result<MediaPool> {
    let exe = std::env::current_exe().or_say(Kind::Internal, || {
        say!("không biết chương trình này nằm ở đâu", "cannot tell where this program is")
    })?;
    let limits = Limits {
        memory_bytes: memory_mib * 1024 * 1024,
        list: Duration::from_secs(site.media.timeout_s),
        ..Limits::default()
    };
    MediaPool::new(PoolConfig { exe, workers, limits, sandbox: Sandbox::Full, priority })
}

/// Store and index, to write; a damaged index is put aside, with a warning, and made anew by the next step.
///
/// # Errors
/// As the store and the index.
pub(super) fn state_to_write(site: &Site, lang: Lang) -> Result<(Store, TantivyIndex)> {
    let store = Store::open(&site.data)?;
    let (index, set_aside) = TantivyIndex::open_or_set_aside(&site.data.join(index::FOLDER))?;
    if let Some(old) = set_aside {
        let (path, why) = (old.path.display(), old.reason.explain(lang));
        let said = say!(
            "chỉ mục bị hỏng ({why}); đã cất sang {path} và lập lại từ kho dữ liệu",
            "the index was damaged ({why}); it is put aside as {path} and made anew from the store"
        );
        print::warning(said.in_lang(lang), lang);
    }
    Ok((store, index))
}

/// Lets these recordings have their thumbnails before all others, since somebody is looking at them. Only a wish: where it
/// cannot be written down, nothing is lost but the turn.
pub(super) fn want(site: &Site, ids: &[RecordingId]) {
    if ids.is_empty() {
        return;
    }
    let noted = Store::open_beside(&site.data).and_then(|store| match store {
        Some(mut store) => store.want(ids, jiff::Timestamp::now()),
        None => Ok(()),
    });
    if let Err(error) = noted {
        tracing::debug!(%error, "the wish for thumbnails was not noted");
    }
}

/// The camera that a person names by its id.
///
/// # Errors
/// [`Kind::Usage`] when there is none.
pub(super) fn camera<'a>(site: &'a Site, id: &str) -> Result<&'a Camera> {
    site.camera(id).ok_or_else(|| {
        Error::new(
            Kind::Usage,
            say!("không có camera \"{id}\" trong tệp cấu hình", "there is no camera \"{id}\" in the site file"),
        )
    })
}

/// The store, for short changes beside whoever holds the data folder; made where there is none.
///
/// # Errors
/// As the store.
pub(super) fn store_beside(site: &Site) -> Result<Store> {
    if let Some(store) = Store::open_beside(&site.data)? {
        return Ok(store);
    }
    let _lock = lock(&site.data)?;
    Store::open(&site.data)
}

/// Store and index, to read.
///
/// # Errors
/// [`Kind::State`] when nothing was ever indexed: an answer from nothing would read as "nobody passed".
pub(super) fn state(site: &Site) -> Result<(Store, TantivyIndex)> {
    let never = || {
        let data = site.data.display();
        Error::new(
            Kind::State,
            say!(
                "chưa có gì trong {data}: hãy chạy truyvet index trước",
                "there is nothing in {data} yet: run truyvet index first"
            ),
        )
    };
    let store = Store::open_to_read(&site.data)?.ok_or_else(never)?;
    let folder = site.data.join(index::FOLDER);
    if !folder.is_dir() {
        return Err(never());
    }
    let index = TantivyIndex::open(&folder).or_say(Kind::State, || {
        say!(
            "chỉ mục không dùng được; hãy chạy truyvet index --rebuild (không mở tệp hình nào)",
            "the index cannot be used; run truyvet index --rebuild (it opens no footage)"
        )
    })?;
    Ok((store, index))
}

/// What to do about the store of this site, where that is damaged.
pub(super) fn advice(globals: &Globals) -> Option<Said> {
    let site = Site::load(&Site::find(globals.config.as_deref()).ok()?).ok()?;
    fsck::advice(&site)
}

/// The file of a site that a person names by its path: the store's key of its folder, and the path below that, for each way
/// to read it.
pub(super) fn file_below(site: &Site, named: &Path) -> Vec<(String, Vec<u8>)> {
    let absolute = std::path::absolute(named).unwrap_or_else(|_| named.to_owned());
    let mut found = Vec::new();
    for camera in &site.cameras {
        // A path may also lead there by links, or by "..".
        let real = named.canonicalize().ok().zip(camera.footage.canonicalize().ok());
        let below = absolute.strip_prefix(&camera.footage).ok().map(Path::to_owned);
        let below = below.or_else(|| real.and_then(|(path, folder)| Some(path.strip_prefix(folder).ok()?.to_owned())));
        if let Some(below) = below {
            let key = search::folder_key(&site.cameras, camera).to_owned();
            found.push((key, below.into_os_string().into_encoded_bytes()));
        }
    }
    found.dedup();
    found
}

/// The recording that a person names: by its id, by the first characters of one, or by its file's path.
///
/// # Errors
/// [`Kind::Usage`] when there is none, or more than one.
pub(super) fn recording(site: &Site, store: &Store, named: &str) -> Result<RecordingId> {
    let wanted = named.trim().to_ascii_lowercase();
    let by_id = if wanted.is_empty() { Vec::new() } else { store.ids_like(&wanted)? };
    match by_id.as_slice() {
        [id] => return Ok(id.clone()),
        [first, ..] if first.0 == wanted => return Ok(first.clone()),
        [_, _, ..] => {
            return Err(Error::new(
                Kind::Usage,
                say!(
                    "nhiều đoạn ghi có mã bắt đầu bằng \"{named}\"; hãy viết dài hơn",
                    "several recordings' ids start with \"{named}\"; write more of it"
                ),
            ));
        }
        [] => {}
    }
    let path = std::path::absolute(named).unwrap_or_else(|_| named.into());
    for camera in &site.cameras {
        if let Ok(below) = path.strip_prefix(&camera.footage) {
            let bytes = std::os::unix::ffi::OsStrExt::as_bytes(below.as_os_str());
            let key = search::folder_key(&site.cameras, camera);
            if let Some(id) = store.recording_at(key, bytes)? {
                return Ok(id);
            }
        }
    }
    Err(Error::new(
        Kind::Usage,
        say!(
            "không có đoạn ghi \"{named}\"; mã lấy từ truyvet search, hoặc nêu đường dẫn tệp",
            "there is no recording \"{named}\"; take an id from truyvet search, or name the file's path"
        ),
    ))
}

/// What is about to be shown.
pub(super) struct Looked {
    pub act: Act,
    /// By id.
    pub cameras: Vec<String>,
    pub window: Option<Window>,
    /// What else is known.
    pub detail: serde_json::Value,
}

/// Writes into the audit what is about to be shown. Nothing is shown before.
///
/// # Errors
/// As the store: what cannot be written down is not shown.
pub(super) fn note(globals: &Globals, site: &Site, looked: Looked) -> Result<()> {
    let Looked { act, cameras, window, detail } = looked;
    let purpose = Purpose { text: globals.purpose.clone(), emergency: globals.emergency };
    let deed = Deed { actor: actor(), act, cameras, window, purpose, detail };
    store_beside(site)?.note(&deed, jiff::Timestamp::now()).map(drop).or_say(Kind::Io, || {
        say!(
            "không ghi được nhật ký truy cập, nên không cho xem",
            "the audit cannot be written, so that nothing is shown"
        )
    })
}

/// Whoever is at the command line, for the audit.
pub(super) fn actor() -> Actor {
    Actor { name: user(), role: None, origin: Actor::CLI.to_owned() }
}

/// Who is at the keyboard, as far as the system tells: through `sudo` the person, not root.
pub(super) fn user() -> String {
    ["SUDO_USER", "LOGNAME", "USER"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|name| !name.is_empty() && !name.chars().any(char::is_control))
        .unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()))
}
