//! From one frame to the one shown before or after it: when that is shown. Packets tell without decoding; where they do not say when
//! they are shown, decoding tells.

use super::frame::{decode_timed, target};
use super::reader::{Reader, Shot};
use super::run::{ROUNDING_US, find_run};
use crate::model::{Fault, Unreadable};

/// How many packets after a frame's may hold the one shown next: H.264 and H.265 reorder at most 16.
const AHEAD: usize = 17;
/// So many usual steps on a next frame is looked for, where packets do not tell: frames may be left out.
const STEPS: i64 = 25;

/// The time of the frame after the one shown at a time (`forward`), or of the one before it, as [`find_run`] is to be asked for it.
///
/// # Errors
/// [`Fault::NoPackets`] where the file has none.
pub(super) fn beside(reader: &mut Reader, pts_us: i64, forward: bool) -> Result<i64, Unreadable> {
    let none = || Unreadable::new(Fault::NoPackets, "no frame beside it");
    let run = find_run(reader, pts_us)?;
    if reader.is_counted() {
        let step = if forward { 1 } else { -1 };
        let number = reader.number_at(pts_us.saturating_add(ROUNDING_US)).saturating_add(step);
        let time = reader.time_of_number(number);
        return if number < 0 { Err(none()) } else { Ok(time) };
    }
    let told = target(&run, pts_us.saturating_add(ROUNDING_US));
    let shown = match told {
        Some(shown) => shown,
        None => decode_timed(reader, &run, pts_us)?.0,
    };
    match (forward, told) {
        (false, _) => {
            let before = shown.saturating_sub(2 * ROUNDING_US);
            let run = find_run(reader, before)?;
            let found = match target(&run, before.saturating_add(ROUNDING_US)) {
                Some(found) => found,
                None => decode_timed(reader, &run, before)?.0,
            };
            if found < shown { Ok(found) } else { Err(none()) }
        }
        (true, Some(_)) => {
            let ahead: Vec<Shot> = std::iter::from_fn(|| reader.next()).take(AHEAD).collect();
            let all = run.iter().chain(&ahead).filter(|shot| !shot.hidden && shot.has_pts);
            all.map(|shot| shot.pts_us).filter(|pts| *pts > shown.saturating_add(ROUNDING_US)).min().ok_or_else(none)
        }
        (true, None) => {
            let step = reader.time_of_number(1).max(1);
            for steps in 1..=STEPS {
                let after = shown.saturating_add(step.saturating_mul(steps));
                let run = find_run(reader, after)?;
                let found = decode_timed(reader, &run, after)?.0;
                if found > shown {
                    return Ok(found);
                }
            }
            Err(none())
        }
    }
}
