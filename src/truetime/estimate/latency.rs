//! How late files are closed, and what that leaves unknown of the offset.
//!
//! A residual is the offset less a latency `ℓ ≥ 0`, to which the second that a name rounds away is added. A part of the latency
//! that is always the same cannot be seen: a recorder that closes each file three seconds late looks like a clock three
//! seconds slow. What can be seen is the spread. Measured from the stretch's median line, let `E` be where the uppermost residuals
//! lie (97.5 % quantile; the very uppermost may be wild) and `Q` the distance from there down to the 5 % quantile. Then
//!
//! - the offset is not below `E`, since there is no negative latency;
//! - if nearly all files are closed within `A` seconds (`latency_max_s`, and the rounding), the constant part of the
//!   latency is at most `A − Q`, so the offset is not above `E + A − Q`.
//!
//! The middle of the two bounds is the estimate, since it has the least greatest error, and half their distance is the
//! error to which the noise of the line is added. Latencies that vary by all of `A` leave the upper envelope alone; constant
//! ones leave ± A/2. The median would be no better centre: it lies above or below depending on what cannot be seen. When
//! `Q > A` the assumption is refuted and the verdict weak; the constant part is then taken to be at most `Q`.

use super::stretches::Piece;
use super::{EstimateSettings, Point};
use crate::truetime::robust::quantile;

/// How residuals lie about the median lines of their stretches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    /// Where the upper envelope lies above the line, seconds.
    pub envelope_s: f64,
    /// From the envelope down to the latest twentieth, seconds.
    pub width_s: f64,
}

impl Spread {
    /// The spread of all stretches together: the latency is the recorder's and the network's, not the clock's.
    pub(super) fn of(points: &[Point], pieces: &[Piece]) -> Spread {
        let mut left: Vec<f64> = pieces
            .iter()
            .flat_map(|piece| points[piece.files.clone()].iter().map(|point| point.r - piece.line.y(point.t)))
            .collect();
        if left.is_empty() {
            return Spread { envelope_s: 0.0, width_s: 0.0 };
        }
        let envelope_s = quantile(&mut left, 0.975);
        Spread { envelope_s, width_s: envelope_s - quantile(&mut left, 0.05) }
    }
}

/// What is to be added to the median line, and what remains unknown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slack {
    /// From the line up to the estimate, seconds.
    pub lift_s: f64,
    /// Half the distance of the bounds, seconds.
    pub half_s: f64,
}

/// The longest latency that files written live are taken to have, seconds.
pub(super) fn allowed_s(granularity_s: f64, settings: &EstimateSettings) -> f64 {
    settings.latency_max_s.max(0.0) + granularity_s
}

/// The bounds of the offset above the median line.
pub(super) fn slack(spread: &Spread, granularity_s: f64, settings: &EstimateSettings) -> Slack {
    let allowed = allowed_s(granularity_s, settings);
    let constant = if spread.width_s > allowed { spread.width_s } else { allowed - spread.width_s };
    Slack { lift_s: spread.envelope_s + constant / 2.0, half_s: constant / 2.0 }
}
