//! Whether an estimate from files is to be believed, and why not.

use super::latency::{Spread, allowed_s};
use super::{Closing, ClosingKind, Estimate, EstimateSettings, Excluded, Step, Stretch, granularity};
use crate::base::say::Said;
use crate::say;
use crate::truetime::words;

/// Fewer files, or a shorter time, make no confident estimate.
const FILES: usize = 100;
const SPAN_S: f64 = 6.0 * 3_600.0;
/// Times of modification so near to the camera's own clock (apart from whole hours, which a zone explains) may be its own,
/// seconds.
const OWN_CLOCK_S: f64 = 8.0;
/// Fewer files, and less time, do where so many agree to within this, seconds.
const HANDFUL: usize = 8;
const ONE_MIND_S: f64 = 2.0;
/// An offset beyond a day may as well be files that came a day late.
const FAR_S: f64 = 86_400.0;
/// A clock that is set more often than this is not one clock, a day.
const STEPS_A_DAY: f64 = 2.0;

/// Whether to believe an estimate.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// All that was looked at speaks for it.
    Confident,
    /// It may be right; a person should look.
    Weak(Doubtful),
    /// The files tell nothing.
    None(Doubtful),
}

/// Why an estimate is not to be believed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Doubtful {
    /// No file that could tell anything.
    NoFiles,
    /// The files were copied in: when each was closed says nothing.
    Copied,
    /// Files are closed at no regular time after their end.
    Irregular,
    /// Too few files, or too short a time.
    Few,
    /// The times of modification agree with the camera's clock, apart from whole hours: either it is right, or it set them.
    OwnClock {
        /// The whole hours, positive when the camera is ahead.
        hours: i64,
    },
    /// Off by more than a day.
    Far,
    /// The latencies spread wider than those of files that are written live.
    Wide {
        /// From the quickest to the latest twentieth, seconds.
        spread_s: f64,
    },
    /// The clock would have been set again and again.
    Restless,
    /// The error is too large.
    Uncertain {
        /// The largest error of a stretch, seconds.
        error_s: f64,
    },
}

impl Verdict {
    /// The verdict as a sentence.
    pub fn say(&self) -> Said {
        match self {
            Verdict::Confident => say!("đáng tin", "to be believed"),
            Verdict::Weak(why) => {
                let Said { vi, en } = why.say();
                say!("chưa chắc: {vi}", "doubtful: {en}")
            }
            Verdict::None(why) => {
                let Said { vi, en } = why.say();
                say!("không biết được: {vi}", "cannot say: {en}")
            }
        }
    }
}

impl Doubtful {
    /// The reason as a sentence.
    pub fn say(&self) -> Said {
        match self {
            Doubtful::NoFiles => say!("không có tệp nào dùng được", "there is no file to tell it"),
            Doubtful::Copied => say!("các tệp được chép vào hàng loạt", "the files were copied in, many at once"),
            Doubtful::Irregular => {
                say!("tệp không đến đều sau khi ghi xong", "files do not come at a regular time after their end")
            }
            Doubtful::Few => say!("quá ít tệp hoặc thời gian quá ngắn", "too few files, or too short a time"),
            Doubtful::OwnClock { hours: 0 } => say!(
                "giờ sửa tệp trùng với giờ camera: hoặc camera đúng giờ, hoặc chính camera đã ghi giờ đó",
                "the times of modification agree with the camera's clock: either it is right, or it set them itself"
            ),
            Doubtful::OwnClock { hours } => say!(
                "giờ sửa tệp lệch giờ camera tròn {hours} giờ: có lẽ là múi giờ, và chính camera đã ghi giờ đó",
                "the times of modification differ from the camera's clock by {hours} h exactly: probably a zone, and set by \
                 the camera itself"
            ),
            Doubtful::Far => say!("lệch hơn một ngày", "off by more than a day"),
            Doubtful::Wide { spread_s } => {
                let Said { vi, en } = words::exactly(*spread_s);
                say!("tệp đóng sớm muộn khác nhau đến {vi}", "files are closed up to {en} sooner or later than others")
            }
            Doubtful::Restless => say!("đồng hồ như bị đặt lại liên tục", "the clock seems to be set again and again"),
            Doubtful::Uncertain { error_s } => {
                let Said { vi, en } = words::exactly(*error_s);
                say!("sai số đến {vi}", "the error is up to {en}")
            }
        }
    }
}

/// The answer that is none.
pub(super) fn nothing(excluded: Excluded) -> Estimate {
    let why = if excluded.copied * 2 > excluded.total() && excluded.copied > 0 {
        Doubtful::Copied
    } else if excluded.stray * 2 > excluded.total() {
        Doubtful::Irregular
    } else if excluded.few > 0 || excluded.stray > 0 {
        Doubtful::Few
    } else {
        Doubtful::NoFiles
    };
    Estimate { stretches: Vec::new(), jumps: Vec::new(), excluded, verdict: Verdict::None(why) }
}

/// The verdict about an estimate.
pub(super) fn of(
    stretches: &[Stretch],
    jumps: &[Step],
    excluded: &Excluded,
    spread: &Spread,
    closings: &[Closing],
    settings: &EstimateSettings,
) -> Verdict {
    let (Some(first), Some(last)) = (stretches.first(), stretches.last()) else {
        return nothing(*excluded).verdict;
    };
    let files: usize = stretches.iter().map(|stretch| stretch.files).sum();
    let span_s = (last.to.as_micros() - first.from.as_micros()) as f64 / 1e6;
    let error_s = stretches.iter().map(|stretch| stretch.error_95_s).fold(0.0, f64::max);
    let farthest = stretches.iter().map(|stretch| stretch.offset_s.abs()).fold(0.0, f64::max);
    let weak = if excluded.stray + excluded.few > files {
        Some(Doubtful::Irregular)
    } else if (files < FILES || span_s < SPAN_S) && !of_one_mind(files, jumps, excluded, spread) {
        Some(Doubtful::Few)
    } else if let Some(hours) = own_clock(stretches, closings) {
        Some(Doubtful::OwnClock { hours })
    } else if farthest > FAR_S {
        Some(Doubtful::Far)
    } else if spread.width_s > allowed_s(granularity(closings), settings) {
        Some(Doubtful::Wide { spread_s: spread.width_s })
    } else if jumps.len() as f64 > STEPS_A_DAY * (span_s / 86_400.0).max(1.0) {
        Some(Doubtful::Restless)
    } else if error_s > settings.weak_error_s {
        Some(Doubtful::Uncertain { error_s })
    } else {
        None
    };
    weak.map_or(Verdict::Confident, Verdict::Weak)
}

/// Whether a handful of files says the same without any exception: each was closed at one moment after its end, to within the
/// second that names are told to. A copy of as many would have to last exactly as long as the footage.
fn of_one_mind(files: usize, jumps: &[Step], excluded: &Excluded, spread: &Spread) -> bool {
    files >= HANDFUL && jumps.is_empty() && excluded.total() == 0 && spread.width_s <= ONE_MIND_S
}

/// Whether the times may be the camera's own: nobody saw the closes, and all stretches agree with its clock, apart from whole
/// hours (a file system that keeps local time). A clock that drifts or jumps against the times is not the one that set them.
fn own_clock(stretches: &[Stretch], closings: &[Closing]) -> Option<i64> {
    let seen = closings.iter().filter(|closing| closing.kind == ClosingKind::Close).count();
    let ends = || stretches.iter().flat_map(|stretch| [stretch.offset_s, stretch.offset_s_at(stretch.to)]);
    let hours = (ends().next()? / 3_600.0).round();
    let agrees = ends().all(|offset| (offset - hours * 3_600.0).abs() <= OWN_CLOCK_S);
    (agrees && hours.abs() <= 14.0 && seen * 10 < closings.len()).then_some(hours as i64)
}
