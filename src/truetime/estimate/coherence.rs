//! Which files may have been written live: those whose residual is that of their neighbours.
//!
//! Of a camera that writes live, closes follow each other as the claimed ends do: residuals of neighbours differ by the jitter
//! of the latency and by drift. In a copy the residual runs by nearly a file's length from each to the next, since closes
//! follow each other as fast as the disk allows.

use super::{Excluded, Point};

/// Residuals of neighbours may differ by this much and what drift can do, seconds: the jitter of files written live, and as
/// much again.
pub(super) const TOLERANCE_S: f64 = 15.0;
/// How many neighbours on each side are asked.
const NEIGHBOURS: usize = 4;
/// So many of one side must agree, or as many as one side has of both: next to a jump only one side does.
const AGREE_ONE_SIDE: usize = 3;

/// The points whose neighbours agree with them, in order of time as they come.
pub(super) fn coherent(points: &[Point], bound: f64, excluded: &mut Excluded) -> Vec<Point> {
    let agree = |a: &Point, b: &Point| (a.r - b.r).abs() <= TOLERANCE_S + bound * (a.t - b.t).abs();
    let around = |n: usize| (n.saturating_sub(NEIGHBOURS)..n, n + 1..(n + 1 + NEIGHBOURS).min(points.len()));
    let agrees = |n: usize| {
        let (before, after) = around(n);
        let [left, right] = [before, after].map(|side| side.filter(|m| agree(&points[n], &points[*m])).count());
        left >= AGREE_ONE_SIDE || right >= AGREE_ONE_SIDE || left + right >= NEIGHBOURS
    };
    let kept: Vec<bool> = (0..points.len()).map(agrees).collect();
    for n in (0..points.len()).filter(|n| !kept[*n]) {
        // A late file lies alone among others that agree; in a copy nothing agrees.
        let (before, after) = around(n);
        let others: Vec<usize> = before.chain(after).filter(|m| !kept[*m]).collect();
        if others.len() >= NEIGHBOURS && others.iter().any(|m| bunched(&points[n], &points[*m])) {
            excluded.copied += 1;
        } else {
            excluded.stray += 1;
        }
    }
    points.iter().zip(kept).filter(|(_, kept)| *kept).map(|(point, _)| *point).collect()
}

/// Whether two files were closed far sooner after each other than what they hold.
fn bunched(a: &Point, b: &Point) -> bool {
    let apart = (a.t - b.t).abs();
    // Claimed end = observed + residual.
    let claimed = (a.t + a.r - b.t - b.r).abs();
    apart < claimed / 2.0 && claimed > TOLERANCE_S
}
