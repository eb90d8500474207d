//! A camera's footage as one film in true time: pieces of recordings, one after the other, no instant twice.
//!
//! Within a piece true time runs straight with the file's own: a frame at presentation time p is shown at
//! `start + (p − from_pts_us) · rate`. So a recording is cut where its camera's clock changes its rate, and where it was silent. Of
//! several that recorded at once the one that started first is shown to its end, which is also what `frame` shows.

use super::placed::Placed;
use super::{Sight, coverage, lane};
use crate::base::Result;
use crate::model::{Camera, CameraTime, Recording, RecordingId, Span, TrueTime, Window, keytable};
use crate::truetime::Run;

/// A part of one recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// The recording.
    pub recording: RecordingId,
    /// From here …
    pub start: TrueTime,
    /// … to here, exclusive.
    pub end: TrueTime,
    /// What the camera's clock said at the start.
    pub camera_start: CameraTime,
    /// The start on the file's own timeline, microseconds.
    pub from_pts_us: i64,
    /// The end on it.
    pub to_pts_us: i64,
    /// Microseconds of true time that pass in one of the file's, > 0.
    pub rate: f64,
}

impl Piece {
    /// From its start to its end.
    pub fn window(&self) -> Window {
        Span::new(self.start, self.end)
    }

    /// The time on the file's own timeline that is shown at an instant of the piece, microseconds.
    pub fn pts_at(&self, t: TrueTime) -> i64 {
        let since = t.as_micros().saturating_sub(self.start.as_micros());
        self.from_pts_us.saturating_add((since as f64 / self.rate).round() as i64)
    }

    /// When a time on the file's own timeline is shown.
    pub fn time_of(&self, pts_us: i64) -> TrueTime {
        let since = pts_us.saturating_sub(self.from_pts_us);
        self.start.plus_micros((since as f64 * self.rate).round() as i64)
    }

    /// The part of it within a window.
    fn within(&self, run: &Run<'_>, window: &Window) -> Option<Piece> {
        let Span { start, end } = self.window().intersect(window)?;
        let at = |t: TrueTime, known: TrueTime, pts_us: i64| if t == known { pts_us } else { self.pts_at(t) };
        let (from_pts_us, to_pts_us) = (at(start, self.start, self.from_pts_us), at(end, self.end, self.to_pts_us));
        let camera_start = run.to_camera(start);
        let part = Piece { start, end, camera_start, from_pts_us, to_pts_us, ..self.clone() };
        (from_pts_us < to_pts_us).then_some(part)
    }
}

/// The pieces of these recordings within a window, by start. Stills have no length and are in none.
pub fn pieces(hits: &[(Recording, Placed<'_>)], window: &Window) -> Vec<Piece> {
    let mut all: Vec<(Piece, Run<'_>)> = Vec::new();
    for (recording, placed) in hits {
        all.extend(straight(recording, &placed.run).into_iter().map(|piece| (piece, placed.run)));
    }
    all.sort_by(|(a, _), (b, _)| a.start.cmp(&b.start).then_with(|| a.recording.cmp(&b.recording)));
    let mut film = Vec::new();
    let mut from = window.start;
    for (piece, run) in all {
        if let Some(part) = piece.within(&run, &Span::new(from, window.end)) {
            from = part.end;
            film.push(part);
        }
    }
    film
}

/// A recording cut into pieces in which true time runs straight.
fn straight(recording: &Recording, run: &Run<'_>) -> Vec<Piece> {
    let bends = run.bends(&recording.span);
    let mut pieces = Vec::new();
    for (from, to) in coverage::recorded_pts(recording) {
        let bends = bends.iter().map(|bend| recording.pts_of(*bend)).filter(|pts| from < *pts && *pts < to);
        let marks: Vec<i64> = std::iter::once(from).chain(bends).chain([to]).collect();
        for mark in marks.windows(2) {
            pieces.extend(between(recording, run, mark[0], mark[1]));
        }
    }
    pieces
}

fn between(recording: &Recording, run: &Run<'_>, from_pts_us: i64, to_pts_us: i64) -> Option<Piece> {
    let camera_start = recording.camera_time_of(from_pts_us);
    let window = Span::new(run.to_true(camera_start), run.to_true(recording.camera_time_of(to_pts_us)));
    let length = to_pts_us.saturating_sub(from_pts_us);
    let there = !window.is_empty() && length > 0;
    there.then(|| Piece {
        recording: recording.id.clone(),
        start: window.start,
        end: window.end,
        camera_start,
        from_pts_us,
        to_pts_us,
        rate: window.micros() as f64 / length as f64,
    })
}

/// What a camera shows at an instant: a place in a recording.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The recording.
    pub recording: Recording,
    /// The place on its own timeline, microseconds.
    pub pts_us: i64,
    /// The stretch of true time in which this recording is what the camera shows, as far as [`NEAR_US`] either way.
    pub window: Window,
    /// How wrong the time may be either way, seconds; none for an unchecked clock.
    pub uncertainty_s: Option<f64>,
    /// The piece; none of a still.
    piece: Option<Piece>,
}

/// How far around an instant pieces are put together, microseconds: a frame is not shown for longer.
const NEAR_US: i64 = 60_000_000;

impl Shown {
    fn of(recording: &Recording, placed: &Placed<'_>, piece: Piece, pts_us: i64) -> Shown {
        let camera_time = recording.camera_time_of(pts_us);
        Shown {
            recording: recording.clone(),
            pts_us,
            window: piece.window(),
            uncertainty_s: placed.run.uncertainty_s(camera_time).map(|clock_s| clock_s + recording.uncertainty_s),
            piece: Some(piece),
        }
    }

    /// When a time on the recording's own timeline was.
    pub fn time_of(&self, pts_us: i64) -> TrueTime {
        self.piece.as_ref().map_or(self.window.start, |piece| piece.time_of(pts_us))
    }

    /// Whether a frame that begins to be shown then is one of those that the camera shows here.
    pub fn holds(&self, pts_us: i64) -> bool {
        self.piece.as_ref().is_some_and(|piece| piece.from_pts_us <= pts_us && pts_us < piece.to_pts_us)
    }

    /// The last keyframe of the recording by then, on its own timeline.
    pub fn keyframe(&self) -> Option<i64> {
        let keyframes = keytable::unpack(&self.recording.table).unwrap_or_default();
        let by = self.pts_us.saturating_add(ROUNDING_US);
        keyframes.iter().map(|keyframe| keyframe.pts_us).filter(|pts| *pts <= by).max()
    }

    /// Where the camera goes on after this, if at once.
    ///
    /// # Errors
    /// What the index reports.
    pub fn after(&self, sight: Sight<'_>, camera: &Camera) -> Result<Option<Shown>> {
        let (hits, pieces) = near(sight, camera, self.window.end)?;
        let within = |piece: &&Piece| {
            let seam = piece.start.as_micros().saturating_sub(self.window.end.as_micros());
            (0..=coverage::SEAM_US).contains(&seam)
        };
        Ok(pieces.iter().find(within).and_then(|piece| in_piece(&hits, piece, piece.from_pts_us)))
    }

    /// Where it was before this, if it goes on at once.
    ///
    /// # Errors
    /// What the index reports.
    pub fn before(&self, sight: Sight<'_>, camera: &Camera) -> Result<Option<Shown>> {
        let (hits, pieces) = near(sight, camera, self.window.start)?;
        let within = |piece: &&Piece| {
            let seam = self.window.start.as_micros().saturating_sub(piece.end.as_micros());
            (0..=coverage::SEAM_US).contains(&seam)
        };
        let last = |piece: &Piece| in_piece(&hits, piece, piece.to_pts_us.saturating_sub(1 + ROUNDING_US));
        Ok(pieces.iter().rev().find(within).and_then(last))
    }
}

/// Times are rounded to microseconds on both ways between a file and true time.
const ROUNDING_US: i64 = 2;

type Hits<'a> = Vec<(Recording, Placed<'a>)>;

/// The pieces around an instant.
fn near<'a>(sight: Sight<'a>, camera: &Camera, at: TrueTime) -> Result<(Hits<'a>, Vec<Piece>)> {
    let window = Span::new(at.plus_micros(-NEAR_US), at.plus_micros(NEAR_US));
    let hits = lane::hits(sight, camera, &window)?;
    let pieces = pieces(&hits, &window);
    Ok((hits, pieces))
}

fn in_piece(hits: &Hits<'_>, piece: &Piece, pts_us: i64) -> Option<Shown> {
    let (recording, placed) = hits.iter().find(|(recording, _)| recording.id == piece.recording)?;
    Some(Shown::of(recording, placed, piece.clone(), pts_us))
}

/// What a camera shows at an instant; a still at its own.
///
/// # Errors
/// What the index reports.
pub fn shown_at(sight: Sight<'_>, camera: &Camera, at: TrueTime) -> Result<Option<Shown>> {
    let (hits, pieces) = near(sight, camera, at)?;
    if let Some(piece) = pieces.iter().find(|piece| piece.window().contains(at)) {
        return Ok(in_piece(&hits, piece, piece.pts_at(at)));
    }
    let still = hits.iter().find(|(recording, placed)| recording.span.is_empty() && placed.span.start == at);
    Ok(still.map(|(recording, placed)| Shown {
        recording: recording.clone(),
        pts_us: recording.first_pts_us,
        window: Span::new(at, at),
        uncertainty_s: placed.run.uncertainty_s(recording.span.start).map(|s| s + recording.uncertainty_s),
        piece: None,
    }))
}
