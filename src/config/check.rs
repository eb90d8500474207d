//! From the file as written to a site that can be worked with: every value checked, every problem with its line.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use toml::Spanned;

use super::camera::CameraSection;
use super::problem::{Problem, line_of, place};
use super::tls::{TlsFiles, TlsSection, UNENCRYPTED};
use super::{Site, SiteFile};
use crate::base::Said;
use crate::model::{Camera, FieldOfView, Group, Point};
use crate::say;

/// Checks everything; the site is `None` where a value needed to build it is missing or impossible.
pub(super) fn check(file: &Path, text: &str, raw: SiteFile) -> (Option<Site>, Vec<Problem>) {
    let mut checker = Checker { file, text, problems: Vec::new() };
    let site = checker.site(raw);
    (site, checker.problems)
}

struct Checker<'a> {
    file: &'a Path,
    text: &'a str,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn report(&mut self, fatal: bool, byte: Option<usize>, said: Said) {
        let at = place(self.file, byte.map(|b| line_of(self.text, b)));
        self.problems
            .push(Problem { fatal, said: Said { vi: format!("{at}: {}", said.vi), en: format!("{at}: {}", said.en) } });
    }

    fn refuse<T>(&mut self, field: &Spanned<T>, said: Said) {
        self.report(true, Some(field.span().start), said);
    }

    fn warn<T>(&mut self, field: &Spanned<T>, said: Said) {
        self.report(false, Some(field.span().start), said);
    }

    fn site(&mut self, raw: SiteFile) -> Option<Site> {
        let zone = match &raw.site.timezone {
            Some(name) => self.zone(name),
            None => TimeZone::get("Asia/Ho_Chi_Minh").ok(),
        };
        let groups = self.groups(&raw);
        self.unique("camera", raw.cameras.iter().map(|camera| &camera.id));
        if raw.cameras.is_empty() {
            self.report(true, None, say!("chưa có [[camera]] nào", "there is no [[camera]]"));
        }
        let line =
            |c: &CameraSection| Some((c.id.get_ref().clone(), line_of(self.text, c.layout.as_ref()?.span().start)));
        let layout_lines = raw.cameras.iter().filter_map(line).collect();
        let data = self.resolve(&raw.site.data);
        let mut cameras = raw.cameras.iter().filter_map(|c| self.camera(c, &groups, zone.as_ref())).collect::<Vec<_>>();
        self.folders(&raw.cameras, &data);
        one_spelling(&mut cameras);
        one_clock(&mut cameras);
        let places = self.files(&raw.places.files);
        let map = self.map(raw.map.pmtiles.as_ref());
        let layouts = self.files(&raw.layouts.files);
        let kinds = self.files(raw.kinds.file.as_slice()).pop();
        self.media(&raw.media);
        self.watch(&raw.watch);
        self.schedule(&raw.schedule);
        self.door(&raw.door);
        let tls = self.tls(&raw.tls, &raw.http, &data);
        self.clock(&raw.clock);
        self.retention(&raw.retention);
        self.trace(&raw.trace);
        Some(Site {
            file: self.file.to_owned(),
            name: raw.site.name,
            zone: zone?,
            data,
            groups,
            cameras,
            layout_lines,
            places,
            map,
            layouts,
            kinds,
            media: raw.media,
            http: raw.http,
            tls,
            door: raw.door,
            watch: raw.watch,
            schedule: raw.schedule,
            clock: raw.clock,
            retention: raw.retention,
            trace: raw.trace,
            warnings: Vec::new(),
        })
    }

    fn groups(&mut self, raw: &SiteFile) -> Vec<Group> {
        self.unique("group", raw.groups.iter().map(|group| &group.id));
        raw.groups.iter().map(|g| Group { id: g.id.get_ref().clone(), name: g.name.clone() }).collect()
    }

    /// Ids are unique and made of characters that are safe in file names and URLs.
    fn unique<'s>(&mut self, kind: &str, ids: impl Iterator<Item = &'s Spanned<String>>) {
        let mut first: HashMap<&str, usize> = HashMap::new();
        for id in ids {
            let name = id.get_ref().as_str();
            let line = line_of(self.text, id.span().start);
            let clean = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            if name.is_empty() || name.len() > 64 || name.starts_with('.') || !name.chars().all(clean) {
                self.refuse(
                    id,
                    say!(
                        "id \"{name}\" của {kind}: chỉ dùng 1–64 chữ cái không dấu, chữ số, '-', '_', '.'",
                        "{kind} id \"{name}\": use 1–64 ASCII letters, digits, '-', '_', '.', not starting with '.'"
                    ),
                );
            }
            match first.get(name) {
                Some(earlier) => self.refuse(
                    id,
                    say!(
                        "id \"{name}\" của {kind} đã dùng ở dòng {earlier}; mỗi id chỉ dùng một lần",
                        "{kind} id \"{name}\" is used on line {earlier} already; give each its own"
                    ),
                ),
                None => {
                    first.insert(name, line);
                }
            }
        }
    }

    fn camera(&mut self, raw: &CameraSection, groups: &[Group], zone: Option<&TimeZone>) -> Option<Camera> {
        let id = raw.id.get_ref();
        if let Some(group) = &raw.group {
            let name = group.get_ref();
            if !groups.iter().any(|g| g.id == *name) {
                self.refuse(
                    group,
                    say!(
                        "camera \"{id}\": không có tổ \"{name}\"; thêm [[group]] với id này",
                        "camera \"{id}\": there is no group \"{name}\"; add a [[group]] with this id"
                    ),
                );
            }
        }
        let zone = match &raw.timezone {
            Some(name) => self.zone(name),
            None => zone.cloned(),
        };
        self.within(id, "lat", &raw.lat, -90.0..=90.0, raw.lon.get_ref());
        self.within(id, "lon", &raw.lon, -180.0..=180.0, raw.lat.get_ref());
        Some(Camera {
            id: id.clone(),
            name: raw.name.clone().unwrap_or_else(|| id.clone()),
            group: raw.group.as_ref().map(|g| g.get_ref().clone()),
            note: raw.note.clone(),
            at: Point { lat: *raw.lat.get_ref(), lon: *raw.lon.get_ref() },
            view: self.view(raw),
            footage: self.resolve(raw.footage.get_ref()),
            channel: raw.channel,
            // Empty until the folders are known (`one_clock`).
            recorder: raw.recorder.clone().unwrap_or_default(),
            layout: raw.layout.as_ref().map_or("auto", |layout| layout.get_ref()).to_owned(),
            zone: zone?,
        })
    }

    fn within(
        &mut self,
        id: &str,
        field: &str,
        value: &Spanned<f64>,
        range: std::ops::RangeInclusive<f64>,
        other: &f64,
    ) {
        let v = *value.get_ref();
        if range.contains(&v) {
            return;
        }
        let (low, high) = (range.start(), range.end());
        let swapped = field == "lat" && (-90.0..=90.0).contains(other) && (-180.0..=180.0).contains(&v);
        let (vi, en) = if swapped {
            ("; có lẽ lat và lon bị đổi chỗ", "; perhaps lat and lon are swapped")
        } else {
            ("", "")
        };
        self.refuse(
            value,
            say!(
                "camera \"{id}\": {field} = {v} không thể có (từ {low} đến {high}){vi}",
                "camera \"{id}\": {field} = {v} is impossible ({low} to {high}){en}"
            ),
        );
    }

    fn view(&mut self, raw: &CameraSection) -> Option<FieldOfView> {
        let id = raw.id.get_ref();
        let mut bounded = |field: &str, value: &Option<Spanned<f64>>, low: f64, high: f64| {
            let value = value.as_ref()?;
            let v = *value.get_ref();
            if !(v >= low && v <= high) {
                self.refuse(
                    value,
                    say!(
                        "camera \"{id}\": {field} = {v} phải từ {low} đến {high}",
                        "camera \"{id}\": {field} = {v} must be {low} to {high}"
                    ),
                );
            }
            Some(v)
        };
        let azimuth = bounded("azimuth", &raw.azimuth, 0.0, 360.0);
        let fov = bounded("fov", &raw.fov, 1.0, 360.0);
        let range_m = bounded("range_m", &raw.range_m, 1.0, 10_000.0);
        // A camera that looks all around needs no azimuth.
        let azimuth_deg = azimuth.or((fov == Some(360.0)).then_some(0.0));
        if azimuth_deg.is_none()
            && let Some(field) = raw.fov.as_ref().or(raw.range_m.as_ref())
        {
            self.warn(
                field,
                say!(
                    "camera \"{id}\": có fov hoặc range_m nhưng thiếu azimuth nên không biết camera nhìn hướng nào",
                    "camera \"{id}\": fov or range_m without azimuth: where it looks is not known"
                ),
            );
        }
        Some(FieldOfView {
            azimuth_deg: azimuth_deg? % 360.0,
            fov_deg: fov.unwrap_or(90.0),
            range_m: range_m.unwrap_or(50.0),
        })
    }

    fn zone(&mut self, name: &Spanned<String>) -> Option<TimeZone> {
        let zone = TimeZone::get(name.get_ref()).ok();
        if zone.is_none() {
            let shown = name.get_ref();
            self.refuse(
                name,
                say!(
                    "timezone \"{shown}\" không có; ví dụ đúng: \"Asia/Ho_Chi_Minh\"",
                    "no timezone \"{shown}\"; a right one looks like \"Asia/Ho_Chi_Minh\""
                ),
            );
        }
        zone
    }

    fn files(&mut self, files: &[Spanned<PathBuf>]) -> Vec<PathBuf> {
        files
            .iter()
            .map(|file| {
                let path = self.resolve(file.get_ref());
                if !path.is_file() {
                    let shown = path.display();
                    self.refuse(file, say!("không có tệp {shown}", "there is no file {shown}"));
                }
                path
            })
            .collect()
    }

    /// A base map: its first bytes are "PMTiles" and the version of its format, 3.
    fn map(&mut self, file: Option<&Spanned<PathBuf>>) -> Option<PathBuf> {
        let file = file?;
        let path = self.files(std::slice::from_ref(file)).pop()?;
        let mut head = [0; 8];
        let read = std::fs::File::open(&path).and_then(|mut file| std::io::Read::read_exact(&mut file, &mut head));
        if path.is_file() && (read.is_err() || head != *b"PMTiles\x03") {
            let shown = path.display();
            self.refuse(
                file,
                say!("{shown} không phải bản đồ PMTiles phiên bản 3", "{shown} is no PMTiles map of version 3"),
            );
        }
        Some(path)
    }

    fn tls(&mut self, tls: &TlsSection, http: &super::HttpSection, data: &Path) -> TlsFiles {
        if let Some(word) = http.insecure.as_deref().filter(|word| !UNENCRYPTED.contains(word)) {
            let [vi, en] = UNENCRYPTED;
            self.report(
                true,
                None,
                say!(
                    "[http] insecure = \"{word}\": chỉ nhận \"{vi}\" hoặc \"{en}\", khi chấp nhận không mã hóa",
                    "[http] insecure = \"{word}\" must be \"{vi}\" or \"{en}\", where anybody on the network may read along"
                ),
            );
        }
        match (&tls.cert, &tls.key) {
            (Some(cert), Some(key)) => {
                TlsFiles { cert: self.resolve(cert.get_ref()), key: self.resolve(key.get_ref()), named: true }
            }
            (None, None) => TlsFiles::own(data),
            (Some(one), None) | (None, Some(one)) => {
                self.refuse(one, say!("[tls] cần cả cert và key", "[tls] needs both cert and key"));
                TlsFiles::own(data)
            }
        }
    }

    fn door(&mut self, door: &super::DoorSection) {
        self.bounds(
            "door",
            &[("idle_min", door.idle_min.into(), 1, 1_440), ("longest_h", door.longest_h.into(), 1, 168)],
        );
    }

    fn media(&mut self, media: &super::MediaSection) {
        self.bounds(
            "media",
            &[
                ("memory_mib", media.memory_mib, 256, 65_536),
                ("timeout_s", media.timeout_s, 1, 3_600),
                ("thumbnail_every_s", media.thumbnail_every_s.into(), 1, 3_600),
                ("thumbnail_width", media.thumbnail_width.into(), 64, 1_920),
            ],
        );
    }

    fn watch(&mut self, watch: &super::WatchSection) {
        self.bounds(
            "watch",
            &[
                ("settle_s", watch.settle_s.into(), 0, 3_600),
                ("settle_remote_s", watch.settle_remote_s.into(), 0, 3_600),
                ("poll_every_s", watch.poll_every_s.into(), 1, 3_600),
                ("rescan_every_min", watch.rescan_every_min.into(), 1, 1_440),
            ],
        );
    }

    fn clock(&mut self, clock: &super::ClockSection) {
        self.bounds(
            "clock",
            &[
                ("drift_bound_ppm", clock.drift_bound_ppm.into(), 1, 10_000),
                ("accept_below_s", clock.accept_below_s.into(), 0, 600),
            ],
        );
    }

    fn trace(&mut self, trace: &crate::model::TraceSettings) {
        super::trace::problems(trace).into_iter().for_each(|said| self.report(true, None, said));
    }

    fn schedule(&mut self, schedule: &super::ScheduleSection) {
        self.bounds("schedule", &[("cpu_percent", schedule.cpu_percent.into(), 1, 100)]);
    }

    fn bounds(&mut self, section: &str, fields: &[(&str, u64, u64, u64)]) {
        for (field, value, low, high) in fields {
            if !(low..=high).contains(&value) {
                self.report(
                    true,
                    None,
                    say!(
                        "[{section}] {field} = {value} phải từ {low} đến {high}",
                        "[{section}] {field} = {value} must be {low} to {high}"
                    ),
                );
            }
        }
    }

    fn retention(&mut self, retention: &super::RetentionSection) {
        let days = retention.gone_days;
        if days > 36_500 {
            self.report(
                true,
                None,
                say!(
                    "[retention] gone_days = {days} phải từ 0 đến 36500",
                    "[retention] gone_days = {days} must be 0 to 36500"
                ),
            );
        }
    }

    /// No footage folder lies inside another, or is shared without channels; none holds or is held by the data folder.
    fn folders(&mut self, cameras: &[CameraSection], data: &Path) {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let data = real(data);
        let folders: Vec<PathBuf> = cameras.iter().map(|c| real(&self.resolve(c.footage.get_ref()))).collect();
        for (i, camera) in cameras.iter().enumerate() {
            let (id, folder) = (camera.id.get_ref(), &folders[i]);
            let shown = self.resolve(camera.footage.get_ref()).display().to_string();
            if folder.starts_with(&data) || data.starts_with(folder) {
                self.refuse(
                    &camera.footage,
                    say!(
                        "camera \"{id}\": thư mục hình {shown} và thư mục data chồng lên nhau; phải để riêng",
                        "camera \"{id}\": the footage folder {shown} and the data folder overlap; keep them apart"
                    ),
                );
            } else if !folder.is_dir() {
                self.warn(
                    &camera.footage,
                    say!(
                        "camera \"{id}\": không có thư mục hình {shown} (chưa gắn ổ đĩa?)",
                        "camera \"{id}\": the footage folder {shown} is not there (not mounted?)"
                    ),
                );
            }
            for (j, earlier) in cameras.iter().enumerate().take(i) {
                self.pair(camera, folder, earlier, &folders[j], &shown);
            }
        }
    }

    fn pair(&mut self, camera: &CameraSection, folder: &Path, earlier: &CameraSection, other: &Path, shown: &str) {
        let (id, first) = (camera.id.get_ref(), earlier.id.get_ref());
        if folder == other {
            match (camera.channel, earlier.channel) {
                (Some(a), Some(b)) if a != b => {}
                (Some(a), Some(_)) => self.refuse(
                    &camera.footage,
                    say!(
                        "camera \"{id}\" và \"{first}\" dùng chung {shown} với cùng channel = {a}; mỗi camera một kênh",
                        "cameras \"{id}\" and \"{first}\" share {shown} with the same channel = {a}; give each its own"
                    ),
                ),
                _ => self.refuse(
                    &camera.footage,
                    say!(
                        "camera \"{id}\" và \"{first}\" dùng chung {shown}; thêm channel cho cả hai",
                        "cameras \"{id}\" and \"{first}\" share {shown}; give both a channel"
                    ),
                ),
            }
        } else if folder.starts_with(other) || other.starts_with(folder) {
            self.refuse(
                &camera.footage,
                say!(
                    "thư mục hình của camera \"{id}\" ({shown}) và của \"{first}\" nằm trong nhau; phải để riêng",
                    "the footage folders of cameras \"{id}\" ({shown}) and \"{first}\" lie in one another; keep them apart"
                ),
            );
        }
    }

    /// Paths in the file are relative to the file.
    fn resolve(&self, path: &Path) -> PathBuf {
        let base = self.file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let joined = base.join(path);
        std::path::absolute(&joined).unwrap_or(joined)
    }
}

/// Where the site file names no recorder, cameras of one folder are one recorder's, named after the first of them.
fn one_clock(cameras: &mut [Camera]) {
    let mut first: HashMap<PathBuf, String> = HashMap::new();
    for camera in cameras.iter_mut().filter(|camera| camera.recorder.is_empty()) {
        let own = || format!("folder of {}", camera.id);
        camera.recorder = first.entry(camera.footage.clone()).or_insert_with(own).clone();
    }
}

/// Cameras that share a folder get it spelled alike, so that the rest of the program sees one folder.
fn one_spelling(cameras: &mut [Camera]) {
    let mut first: HashMap<PathBuf, PathBuf> = HashMap::new();
    for camera in cameras {
        if let Ok(real) = camera.footage.canonicalize() {
            camera.footage = first.entry(real).or_insert_with(|| camera.footage.clone()).clone();
        }
    }
}
