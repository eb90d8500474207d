//! Whether configuration and state are whole: each problem with its remedy. Looks, and changes nothing.

use std::collections::HashSet;
use std::path::Path;

use serde::Serialize;

use crate::base::{Error, Kind, Lang, Result, Said};
use crate::config::{Site, Transport};
use crate::index::{FootageIndex, TantivyIndex};
use crate::media::{Barrier, MediaPool};
use crate::model::RecordingId;
use crate::reel::{self, ReelPlace};
use crate::say;
use crate::store::{Store, backup};
use crate::tls;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; nothing has to be done.
    Note,
    /// Something has to be done.
    Wrong,
}

/// One finding. What `check --json` prints; a contract: fields are added, never renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `config`, `folder`, `data`, `store`, `index`, `reels`, `quarantine`, `port`, `worker` or `sandbox`.
    pub what: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is, and the remedy.
    #[serde(serialize_with = "both")]
    pub said: Said,
}

fn both<S: serde::Serializer>(said: &Said, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    use serde::ser::SerializeMap;
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("vi", &said.vi)?;
    map.serialize_entry("en", &said.en)?;
    map.end()
}

/// Looks at everything; `deep` reads the index and all thumbnails from end to end.
pub fn check(site: &Site, media: &MediaPool, deep: bool) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    for warning in &site.warnings {
        findings.add("config", Severity::Wrong, warning.said.clone());
    }
    folders(site, &mut findings);
    port(site, &mut findings);
    worker(media, &mut findings);
    let store = match Store::open_to_read(&site.data) {
        Ok(Some(store)) => store,
        Ok(None) => {
            findings.add(
                "store",
                Severity::Wrong,
                say!("chưa lập chỉ mục lần nào; hãy chạy truyvet index", "nothing was indexed yet; run truyvet index"),
            );
            return findings.0;
        }
        Err(error) => {
            findings.failed("store", &error);
            findings.0.extend(advice(site).map(|said| Finding { what: "store", severity: Severity::Wrong, said }));
            return findings.0;
        }
    };
    let parts: [(&'static str, Result<()>); 3] = [
        ("store", check_store(site, &store, &mut findings)),
        ("index", check_index(site, &store, deep, &mut findings)),
        ("reels", check_reels(site, &store, deep, &mut findings)),
    ];
    for (what, result) in parts {
        if let Err(error) = result {
            findings.failed(what, &error);
        }
    }
    findings.0
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, what: &'static str, severity: Severity, said: Said) {
        self.0.push(Finding { what, severity, said });
    }

    fn failed(&mut self, what: &'static str, error: &Error) {
        self.add(what, Severity::Wrong, Said { vi: error.explain(Lang::Vi), en: error.explain(Lang::En) });
    }
}

/// Footage folders must be readable. That they are there at all the site file's check has said.
fn folders(site: &Site, findings: &mut Findings) {
    let mut seen: HashSet<&Path> = HashSet::new();
    for camera in site.cameras.iter().filter(|c| seen.insert(c.footage.as_path()) && c.footage.is_dir()) {
        if let Err(error) = std::fs::read_dir(&camera.footage) {
            let (id, shown) = (&camera.id, camera.footage.display());
            findings.add(
                "folder",
                Severity::Wrong,
                say!(
                    "camera \"{id}\": không đọc được {shown} ({error}); hãy cấp quyền đọc",
                    "camera \"{id}\": cannot read {shown} ({error}); grant the right to read it"
                ),
            );
        }
    }
}

/// A certificate that has fewer days left than this is told of.
const DAYS_LEFT: i64 = 30;

/// Off this machine the port needs a certificate that is good.
fn port(site: &Site, findings: &mut Findings) {
    match site.transport(site.http.listen) {
        Err(error) => findings.failed("port", &error),
        Ok(Transport::Local) => {}
        Ok(Transport::Unencrypted) => findings.add(
            "port",
            Severity::Note,
            say!(
                "[http] insecure: không mã hóa, ai ở trong mạng cũng đọc được mật khẩu và hình",
                "[http] insecure: not encrypted, whoever is on the network can read passwords and pictures"
            ),
        ),
        Ok(Transport::Tls) => match tls::read(&site.tls.cert, &site.tls.key) {
            Err(error) => findings.failed("port", &error),
            Ok(pair) => {
                let left = pair.until.duration_since(jiff::Timestamp::now()).as_hours() / 24;
                if left < DAYS_LEFT {
                    let shown = site.tls.cert.display();
                    let said = say!(
                        "{shown}: chứng chỉ còn {left} ngày; thay tệp rồi chạy truyvet reload",
                        "{shown}: the certificate is good for {left} more days; exchange the files, then truyvet reload"
                    );
                    findings.add("port", Severity::Wrong, said);
                }
            }
        },
    }
}

/// A reading process must start and answer: asked for something that is no media, it says so.
fn worker(media: &MediaPool, findings: &mut Findings) {
    use crate::model::Fault;
    let answer =
        tempfile::NamedTempFile::new().map_err(|e| e.to_string()).and_then(|file| match media.list(file.path()) {
            Err(why) if why.fault == Fault::Empty => Ok(()),
            Err(why) => Err(format!("{}: {}", why.fault.as_str(), why.detail)),
            Ok(_) => Err("an empty file was listed".to_owned()),
        });
    if let Err(why) = answer {
        findings.add(
            "worker",
            Severity::Wrong,
            say!(
                "tiến trình đọc không chạy được ({why}); kiểm tra thư viện FFmpeg đã cài",
                "the reading process does not work ({why}); check that FFmpeg's libraries are installed"
            ),
        );
    }
    for barrier in media.missing_barriers() {
        let (severity, said) = lacking(*barrier);
        findings.add("sandbox", severity, said);
    }
}

/// What it means that the kernel lacks a barrier around the reading processes.
fn lacking(barrier: Barrier) -> (Severity, Said) {
    match barrier {
        Barrier::Files => (
            Severity::Note,
            say!(
                "nhân Linux này không có Landlock: tiến trình đọc video chỉ còn bộ lọc lệnh gọi hệ thống ngăn mở tệp khác; \
                 có thể bật Landlock (nhân 5.13 trở lên, tham số lsm=landlock,…)",
                "this kernel has no Landlock: only the filter of system calls keeps the reading processes from other files; \
                 Landlock can be switched on (kernel 5.13 or later, parameter lsm=landlock,…)"
            ),
        ),
        Barrier::Tcp => (
            Severity::Note,
            say!(
                "Landlock của nhân Linux này không cấm được mạng (cần nhân 6.7 trở lên): tiến trình đọc video chỉ còn bộ lọc \
                 lệnh gọi hệ thống ngăn kết nối",
                "this kernel's Landlock cannot forbid the network (6.7 or later can): only the filter of system calls keeps \
                 the reading processes from it"
            ),
        ),
        Barrier::SystemCalls => (
            Severity::Wrong,
            say!(
                "nhân Linux này không lọc được lệnh gọi hệ thống (seccomp): tiến trình đọc video thiếu lớp bảo vệ chính; \
                 hãy dùng nhân có CONFIG_SECCOMP_FILTER trên x86-64 hoặc ARM64",
                "this kernel cannot filter system calls (seccomp): the reading processes lack their main barrier; use a \
                 kernel with CONFIG_SECCOMP_FILTER on x86-64 or ARM64"
            ),
        ),
    }
}

/// What to do about a damaged store: the last good backup and the command that restores it. `None` where the store is whole.
/// Reads all of the store, and of backups until one is good.
pub fn advice(site: &Site) -> Option<Said> {
    if !backup::store_is_damaged(&site.data) {
        return None;
    }
    let (store, folder) = (site.data.join(crate::store::FILE), site.data.join(backup::FOLDER));
    let command = format!("truyvet --config {} restore", in_shell(&site.file));
    let Ok(Some((file, held))) = backup::last_good(&site.data) else {
        let (store, folder) = (store.display(), folder.display());
        return Some(say!(
            "không có bản sao lưu tốt nào trong {folder}; nếu có bản ở nơi khác: {command} TỆP; nếu không: cất {store} đi rồi chạy truyvet index để lập lại từ hình còn lại",
            "there is no good backup in {folder}; if there is one elsewhere: {command} FILE; if not: put {store} aside and run truyvet index to make it anew from the footage that is left"
        ));
    };
    let (shown, quoted, recordings) = (file.display(), in_shell(&file), held.recordings);
    Some(say!(
        "bản sao lưu tốt gần nhất là {shown} ({recordings} đoạn ghi); khôi phục bằng: {command} {quoted}",
        "the last good backup is {shown} ({recordings} recordings); restore it with: {command} {quoted}"
    ))
}

/// A path as a shell takes it, whatever characters it has; whole, so that the command works from any folder.
fn in_shell(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let text = path.to_string_lossy().into_owned();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '+' | ':' | '@' | ',');
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

fn check_store(site: &Site, store: &Store, findings: &mut Findings) -> Result<()> {
    for fault in store.faults()? {
        findings.add("store", Severity::Wrong, say!("kho dữ liệu hỏng: {fault}", "the store is damaged: {fault}"));
    }
    if let Some(said) = advice(site) {
        findings.add("store", Severity::Wrong, said);
    }
    let pending = store.pending_count()?;
    if pending > 0 {
        findings.add(
            "store",
            Severity::Wrong,
            say!(
                "{pending} đoạn ghi chưa vào chỉ mục (lần chạy trước bị dừng?); hãy chạy truyvet index",
                "{pending} recordings are not in the index yet (was the last run stopped?); run truyvet index"
            ),
        );
    }
    let quarantined = store.quarantine()?.iter().filter(|file| file.ignored.is_none()).count();
    if quarantined > 0 {
        findings.add(
            "quarantine",
            Severity::Note,
            say!(
                "{quarantined} tệp đang cách ly; xem truyvet quarantine list, sẽ tự thử lại",
                "{quarantined} files are in quarantine; see truyvet quarantine list, they are tried again by themselves"
            ),
        );
    }
    Ok(())
}

fn check_index(site: &Site, store: &Store, deep: bool, findings: &mut Findings) -> Result<()> {
    let folder = site.data.join(crate::index::FOLDER);
    let remedy = |vi: String, en: String| Said {
        vi: format!("{vi}; hãy chạy truyvet index --rebuild"),
        en: format!("{en}; run truyvet index --rebuild"),
    };
    if !folder.is_dir() {
        let said = remedy("chưa có chỉ mục".into(), "there is no index".into());
        findings.add("index", Severity::Wrong, said);
        return Ok(());
    }
    let index = match TantivyIndex::open(&folder) {
        Ok(index) => index,
        Err(error) if error.kind() == Kind::State => {
            let said = remedy(error.explain(Lang::Vi), error.explain(Lang::En));
            findings.add("index", Severity::Wrong, said);
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    if deep && let Err(error) = index.verify() {
        let said = remedy(error.explain(Lang::Vi), error.explain(Lang::En));
        findings.add("index", Severity::Wrong, said);
        return Ok(());
    }
    let mut held: HashSet<RecordingId> = HashSet::new();
    index.ids(&mut |id| {
        held.insert(id);
        Ok(())
    })?;
    let should: HashSet<RecordingId> = store.present_ids()?.into_iter().collect();
    let (missing, extra) = (should.difference(&held).count(), held.difference(&should).count());
    if missing > 0 || extra > 0 {
        let said = remedy(
            format!("chỉ mục thiếu {missing} đoạn ghi và thừa {extra}"),
            format!("the index lacks {missing} recordings and holds {extra} too many"),
        );
        findings.add("index", Severity::Wrong, said);
    }
    Ok(())
}

/// Every thumbnail that the store knows must lie in its reel; `deep` also reads each and compares its checksum.
fn check_reels(site: &Site, store: &Store, deep: bool, findings: &mut Findings) -> Result<()> {
    let dir = site.data.join(reel::FOLDER);
    let mut lost = 0u64;
    for (_, places) in store.all_thumbnails()? {
        for place in places {
            let at = ReelPlace { reel: place.reel, offset: place.offset, length: place.length };
            let there = if deep { reel::read(&dir, &at).is_ok() } else { reel::holds(&dir, &at) };
            lost += u64::from(!there);
        }
    }
    if lost > 0 {
        findings.add(
            "reels",
            Severity::Wrong,
            say!(
                "mất hoặc hỏng {lost} ảnh nhỏ; hãy chạy truyvet index --retake-thumbnails",
                "{lost} thumbnails are lost or damaged; run truyvet index --retake-thumbnails"
            ),
        );
    }
    Ok(())
}
