//! Cameras of one recorder share its clock: their files tell of it together.
//!
//! Each camera is estimated alone first, since what is configured as one recorder may be none. Two cameras agree when their
//! offsets differ by no more than both their errors, wherever both have files. The camera with which most others agree leads;
//! who contradicts it has a clock of its own and is named. The files of the rest are estimated as if they were one
//! camera's: jumps are seen sooner, and the channel whose files are closed quickest bounds the latency of all.

use super::{Closing, Estimate, EstimateSettings, Stretch, Verdict, estimate};
use crate::model::TrueTime;

/// What the cameras of one recorder tell of its clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    /// The estimate from the files of all that agree.
    pub together: Estimate,
    /// The cameras, by their place, whose clock is another one.
    pub apart: Vec<usize>,
}

/// Estimates the clock that cameras share, from the closings of each.
pub fn estimate_shared(cameras: &[&[Closing]], settings: &EstimateSettings) -> Shared {
    let alone: Vec<Estimate> = cameras.iter().map(|closings| estimate(closings, settings)).collect();
    let answered: Vec<usize> = (0..alone.len()).filter(|n| !matches!(alone[*n].verdict, Verdict::None(_))).collect();
    // Those who hardly meet agree with everybody: that speaks for nobody.
    let speaks = |n: usize, m: usize| meet(&alone[n], &alone[m]) && agree(&alone[n], &alone[m]);
    let agreeing = |n: usize| answered.iter().filter(|m| speaks(n, **m)).count();
    // Of equals the one with more files leads.
    let Some(&leader) = answered.iter().max_by_key(|n| (agreeing(**n), alone[**n].files())) else {
        return Shared { together: estimate(&cameras.concat(), settings), apart: Vec::new() };
    };
    let (with, apart): (Vec<usize>, Vec<usize>) = answered.iter().partition(|n| agree(&alone[leader], &alone[**n]));
    let pooled: Vec<Closing> = with.iter().flat_map(|n| cameras[*n].iter().copied()).collect();
    Shared { together: estimate(&pooled, settings), apart }
}

/// Whether two estimates tell of the same time, for long enough.
fn meet(a: &Estimate, b: &Estimate) -> bool {
    let shared = |p: &Stretch, q: &Stretch| p.to.min(q.to).as_micros().saturating_sub(p.from.max(q.from).as_micros());
    a.stretches.iter().any(|p| b.stretches.iter().any(|q| shared(p, q) >= super::SILENCE_US))
}

/// Whether two estimates may be of one clock: wherever a stretch of the one meets a stretch of the other, in the middle of what
/// they share.
fn agree(a: &Estimate, b: &Estimate) -> bool {
    let pairs = a.stretches.iter().flat_map(|p| b.stretches.iter().map(move |q| (p, q)));
    pairs.filter(|(p, q)| p.from < q.to && q.from < p.to).all(|(p, q)| {
        let (from, to) = (p.from.max(q.from), p.to.min(q.to));
        let middle = TrueTime::from_micros(from.as_micros().midpoint(to.as_micros()));
        // Where one has seen a jump and the other not yet, they share minutes only.
        let brief = to.as_micros() - from.as_micros() < super::SILENCE_US;
        brief || (p.offset_s_at(middle) - q.offset_s_at(middle)).abs() <= p.error_95_s + q.error_95_s
    })
}
