//! Why something is missing: each gap is cut into the parts that have one reason.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Sight, coverage};
use crate::base::{Result, Said};
use crate::model::{Camera, Span, TrueTime, Window};
use crate::say;
use crate::store::{Presence, UnreadableClaim};
use crate::truetime::ClockModel;

/// Why a camera has nothing for a span. The words are a contract: extend, never rename.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GapReason {
    /// Its folder was looked through since, and there is no recording.
    NoRecording,
    /// There are single pictures, a minute apart at most, and nothing recorded between them.
    StillsOnly,
    /// A file that claims this time cannot be read (see the quarantine).
    Damaged,
    /// It was recorded, and the file is no longer there.
    Gone,
    /// The file that holds it is still being written, and is listed when it is complete.
    BeingWritten,
    /// Its folder was not looked through since then: nobody knows.
    NotIndexed,
    /// It has not come yet.
    Future,
}

impl GapReason {
    /// The reason as a sentence.
    pub fn say(self) -> Said {
        match self {
            GapReason::NoRecording => say!("không ghi hình", "not recorded"),
            GapReason::StillsOnly => say!("chỉ có ảnh tĩnh", "single pictures only"),
            GapReason::Damaged => say!("tệp hỏng", "the file is damaged"),
            GapReason::Gone => say!("đã ghi nhưng tệp không còn", "was recorded, but the file is gone"),
            GapReason::BeingWritten => say!("tệp đang được ghi", "the file is still being written"),
            GapReason::NotIndexed => {
                say!("chưa quét thư mục hình từ lúc đó", "the footage folder was not looked through since")
            }
            GapReason::Future => say!("chưa tới", "has not come yet"),
        }
    }
}

/// A span without footage, in true time, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Gap {
    /// Its first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
    /// Why.
    pub reason: GapReason,
}

/// What the reasons of one camera's gaps are found with.
pub(super) struct Context<'a> {
    pub camera: &'a Camera,
    pub clock: &'a ClockModel,
    /// The usual length of its recordings, for unreadable files that claim only a start.
    pub typical_us: i64,
    /// What unreadable files claim, of all cameras.
    pub unreadable: &'a [UnreadableClaim],
    /// When its single pictures were taken, in order.
    pub stills: Vec<TrueTime>,
    pub now: TrueTime,
}

/// Single pictures that follow one another within so long, microseconds, tell of the time between them.
const STILL_STEP_US: i64 = 60_000_000;

/// A file that could not be read and claims only a start is taken to be at least so long, microseconds.
const LEAST_US: i64 = 1_000_000;

/// Cuts gaps into parts with one reason each. Where several apply the stronger knowledge wins: damaged, single pictures,
/// gone, being written, not yet come, not looked at, and only then not recorded.
pub(super) fn explain(sight: Sight<'_>, context: &Context<'_>, gaps: &[Window]) -> Result<Vec<Gap>> {
    let mut explained = Vec::new();
    let scanned = super::scanned(sight, context.camera)?.map(TrueTime);
    let (Some(first), Some(last)) = (gaps.first(), gaps.last()) else { return Ok(explained) };
    let mut gone = Vec::new();
    for span in context.clock.spans_to_camera(&Span::new(first.start, last.end)) {
        gone.extend(sight.store.spans(&context.camera.id, &span, Presence::Gone)?);
    }
    let known = [
        (GapReason::Damaged, claimed(context, false)),
        (GapReason::StillsOnly, between_stills(&context.stills)),
        (GapReason::Gone, gone.iter().map(|span| context.clock.span_to_true(span)).collect()),
        (GapReason::Gone, claimed(context, true)),
        (GapReason::BeingWritten, being_written(sight, context)?),
    ];
    for gap in gaps {
        let after = |t: TrueTime| vec![Span::new(t.max(gap.start).min(gap.end), gap.end)];
        let (future, unseen) = (after(context.now), scanned.map_or(vec![*gap], after));
        let later = [(GapReason::Future, &future), (GapReason::NotIndexed, &unseen)];
        let layers = known.iter().map(|(reason, spans)| (*reason, spans)).chain(later);
        let mut rest = vec![*gap];
        for (reason, spans) in layers {
            let mut left = Vec::new();
            for part in rest {
                let taken = coverage::union(spans.iter().copied(), &part);
                explained.extend(taken.iter().map(|t| Gap { start: t.start.0, end: t.end.0, reason }));
                left.extend(coverage::complement(&taken, &part));
            }
            rest = left;
        }
        explained.extend(rest.iter().map(|r| Gap { start: r.start.0, end: r.end.0, reason: GapReason::NoRecording }));
    }
    explained.sort_by_key(|gap| gap.start);
    Ok(explained)
}

/// From the end of what was listed of a growing file to when it was last written to.
fn being_written(sight: Sight<'_>, context: &Context<'_>) -> Result<Vec<Window>> {
    let files = sight.store.being_written(&context.camera.id)?;
    Ok(files.iter().map(|file| Span::new(context.clock.to_true(file.from), TrueTime(file.until))).collect())
}

/// The spans that single pictures tell of: from each to the next, and one usual step before the first and after the last,
/// since their neighbours may lie beyond the window.
fn between_stills(stills: &[TrueTime]) -> Vec<Window> {
    let mut steps: Vec<i64> = stills.windows(2).map(|pair| Span::new(pair[0], pair[1]).micros()).collect();
    steps.sort_unstable();
    let (Some(&usual), Some(&first), Some(&last)) = (steps.get(steps.len() / 2), stills.first(), stills.last()) else {
        return Vec::new();
    };
    let edges = [Span::new(first.plus_micros(-usual), first), Span::new(last, last.plus_micros(usual))];
    let between = stills.windows(2).map(|pair| Span::new(pair[0], pair[1]));
    between.chain(edges).filter(|span| span.micros() <= STILL_STEP_US).collect()
}

/// The spans that this camera's unreadable files claim: of those that are there, or of those that are gone.
fn claimed(context: &Context<'_>, gone: bool) -> Vec<Window> {
    context
        .unreadable
        .iter()
        .filter(|file| file.camera == context.camera.id && file.gone == gone)
        .map(|file| {
            let end = file.end.unwrap_or_else(|| file.start.plus_micros(context.typical_us.max(LEAST_US)));
            context.clock.span_to_true(&Span::new(file.start, end))
        })
        .collect()
}
