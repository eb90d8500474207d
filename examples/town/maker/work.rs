//! One segment of one camera: drawn, encoded, named, damaged where the plan says so, and dated.

use std::fs::{self, File, FileTimes};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::cameras::{Camera, Container, Wrong};
use super::encode::{Video, encode};
use super::error::{Result, at};
use super::names;
use super::plan::Plan;
use super::scene::Scene;
use super::truth::{State, TrueRecording};

/// Share of a damaged segment after which the power went.
const KEPT: f64 = 0.55;
/// How long after the end of all the copied-in camera's files were copied.
const COPIED_AFTER: SignedDuration = SignedDuration::from_hours(41);

/// The segments of a camera that exist, of `count`: a gap leaves some out.
pub fn wanted(camera: &Camera, count: usize) -> Vec<usize> {
    let at_share = |share: f64| (share * count as f64).round() as usize;
    match camera.wrong {
        Wrong::Gap(from, to) => (0..count).filter(|s| !(at_share(from)..at_share(to)).contains(s)).collect(),
        _ => (0..count).collect(),
    }
}

/// What is wrong with a segment; nothing is where the camera has only one.
fn state_of(camera: &Camera, segment: usize, count: usize) -> State {
    let is_at = |share: f64| count > 1 && segment == (share * count as f64) as usize;
    match camera.wrong {
        Wrong::NoMoov(share) if is_at(share) => State::NoMoov,
        Wrong::Empty(share) if is_at(share) => State::Empty,
        Wrong::TruncatedTail if count > 1 && segment + 1 == count => State::Truncated,
        _ => State::Whole,
    }
}

/// Cuts a file off where `keep` says, given all of it.
fn shorten(path: &Path, keep: impl Fn(&[u8]) -> usize) -> Result<()> {
    let whole = at(path, fs::read(path))?;
    at(path, fs::write(path, &whole[..keep(&whole).min(whole.len())]))
}

/// One segment to make.
pub struct Job<'a> {
    pub plan: &'a Plan,
    pub out: &'a Path,
    pub camera: &'a Camera,
    pub scene: &'a Scene<'a>,
    pub zone: &'a TimeZone,
    pub segment: usize,
    /// Seconds after the plan's start.
    pub span: (u32, u32),
}

impl Job<'_> {
    /// Makes the segment's files; `count` is how many segments the plan has.
    pub fn run(&self, count: usize) -> Result<Vec<TrueRecording>> {
        if self.camera.container == Container::Stills {
            return self.stills();
        }
        let (plan, camera) = (self.plan, self.camera);
        let (from, to) = (f64::from(self.span.0), f64::from(self.span.1));
        let (start, end) = (plan.time(from)?, plan.time(to)?);
        let name = names::path(camera, self.segment, self.shown(start)?, self.shown(end)?, self.zone);
        let path = self.folder().join(&name);
        let fps = plan.fps_of(camera);
        let state = state_of(camera, self.segment, count);
        let kept = match state {
            State::Whole => 1.0,
            State::NoMoov | State::Truncated => KEPT,
            State::Empty => 0.0,
        };
        let frames = (f64::from((self.span.1 - self.span.0) * fps) * kept).ceil() as u32;
        if state == State::Empty {
            if let Some(folder) = path.parent() {
                at(folder, fs::create_dir_all(folder))?;
            }
            at(&path, fs::write(&path, []))?;
        } else {
            self.film(&path, frames, fps, |frame| from + f64::from(frame) / f64::from(fps))?;
        }
        match state {
            // The index stands behind the media and was never reached.
            State::NoMoov => shorten(&path, |file| {
                let index = file.windows(4).rposition(|four| four == b"moov");
                index.unwrap_or(file.len()) * 9 / 10
            })?,
            // In the middle of the last packets.
            State::Truncated => shorten(&path, |file| file.len().saturating_sub(100))?,
            State::Whole | State::Empty => {}
        }
        let readable_until = match state {
            State::Whole => end,
            State::Truncated => plan.time(from + f64::from(frames.saturating_sub(1)) / f64::from(fps))?,
            State::NoMoov | State::Empty => start,
        };
        let modified = self.date(&path, plan.time(from + (to - from) * kept)?)?;
        Ok(vec![TrueRecording {
            path: self.told(&name),
            state,
            start,
            end,
            camera_start: self.shown(start)?,
            readable_until,
            frames,
            keyframes: frames.div_ceil(fps * plan.gop_seconds),
            modified,
        }])
    }

    /// The stills that fall into the segment, a file each.
    fn stills(&self) -> Result<Vec<TrueRecording>> {
        let every = self.plan.still_seconds;
        let times: Vec<u32> = (self.span.0..self.span.1).filter(|second| second % every == 0).collect();
        let pattern = self.folder().join(format!("segment-{:05}-%05d.jpg", self.segment));
        self.film(&pattern, times.len() as u32, 1, |frame| f64::from(times[frame as usize]))?;
        let mut recordings = Vec::new();
        for (number, &second) in times.iter().enumerate() {
            let drawn = self.folder().join(format!("segment-{:05}-{number:05}.jpg", self.segment));
            let taken = self.plan.time(f64::from(second))?;
            let shown = self.shown(taken)?;
            let name = names::path(self.camera, number, shown, shown, self.zone);
            let path = self.folder().join(&name);
            at(&path, fs::rename(&drawn, &path))?;
            let modified = self.date(&path, taken)?;
            let (frames, keyframes) = (1, 1);
            recordings.push(TrueRecording {
                path: self.told(&name),
                state: State::Whole,
                start: taken,
                end: taken,
                camera_start: shown,
                readable_until: taken,
                frames,
                keyframes,
                modified,
            });
        }
        Ok(recordings)
    }

    /// Draws and encodes `frames` pictures; `time_s` tells the moment of each.
    fn film(&self, path: &Path, frames: u32, fps: u32, time_s: impl Fn(u32) -> f64) -> Result<()> {
        let (plan, camera) = (self.plan, self.camera);
        let first = self.shown(plan.time(f64::from(self.span.0))?)?;
        let video = Video {
            codec: camera.codec,
            container: camera.container,
            width: plan.width,
            height: plan.height,
            fps,
            gop_frames: fps * plan.gop_seconds,
            b_frames: camera.b_frames,
            kbps: None,
            creation: (camera.container == Container::Mp4Faststart).then_some(first),
            shown: first.to_zoned(self.zone.clone()).datetime(),
        };
        let abroad = self.scene.abroad(f64::from(self.span.0), f64::from(self.span.1));
        // Checked here once, so that drawing cannot fail.
        let last = plan.time(f64::from(self.span.1))?;
        self.shown(last)?;
        let mut burned_in = (i64::MIN, String::new());
        encode(&video, path, frames, |frame, picture| {
            let time_s = time_s(frame);
            let millis = ((time_s + camera.clock_offset_s) * 1000.0).round() as i64;
            let second = (plan.start.as_millisecond() + millis).div_euclid(1000);
            if burned_in.0 != second {
                let shown = Timestamp::from_second(second).unwrap_or(last).to_zoned(self.zone.clone());
                burned_in = (second, shown.strftime("%Y-%m-%d %H:%M:%S").to_string());
            }
            self.scene.draw(picture, time_s, &abroad, &burned_in.1);
        })?;
        Ok(())
    }

    /// What the camera's clock shows at a true time.
    fn shown(&self, time: Timestamp) -> Result<Timestamp> {
        let offset = SignedDuration::from_millis((self.camera.clock_offset_s * 1000.0).round() as i64);
        Ok(time.checked_add(offset)?)
    }

    fn folder(&self) -> PathBuf {
        self.out.join("footage").join(self.camera.folder)
    }

    fn told(&self, name: &str) -> String {
        format!("footage/{}/{name}", self.camera.folder)
    }

    /// Sets the modification time: when the last byte was written by a clock that is right, or when all was copied in.
    fn date(&self, path: &Path, written: Timestamp) -> Result<Timestamp> {
        let copied = self.plan.time(f64::from(self.plan.seconds))?.checked_add(COPIED_AFTER)?;
        let modified = if self.camera.copied_in { copied } else { written };
        let times = FileTimes::new().set_modified(SystemTime::from(modified));
        at(path, at(path, File::options().write(true).open(path))?.set_times(times))?;
        Ok(modified)
    }
}
