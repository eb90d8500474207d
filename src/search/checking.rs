//! Entering a clock check: held against the others and against the footage first, refused in words where it cannot be.

use crate::base::{Error, Kind, Result, Said};
use crate::model::{Actor, Camera, CameraSpan, ClockCheck, ClockSettings};
use crate::search::clocks::{self, ClockAnswer, Clocks};
use crate::store::Store;
use crate::truetime::review;

/// A person reads two clocks to within so many seconds.
pub const READ_S: f64 = 2.0;

/// What is to be said of a new check.
///
/// # Errors
/// [`Kind::Usage`] for one that cannot be; else when the store fails.
pub fn review(
    store: &Store,
    cameras: &[Camera],
    camera: &Camera,
    new: &ClockCheck,
    settings: &ClockSettings,
) -> Result<Vec<Said>> {
    let twins = clocks::sharing(cameras, camera);
    let mut others = store.clock_checks()?;
    others.retain(|other| twins.iter().any(|twin| twin.id == other.camera));
    let summary = store.summary(&camera.id)?;
    let footage = summary.oldest.zip(summary.latest_end).map(|(start, end)| CameraSpan::new(start, end));
    let remarks = review::review(new, &others, footage.as_ref(), new.made_at, settings);
    if let Some(refused) = remarks.iter().find(|remark| remark.refuses()) {
        return Err(Error::new(Kind::Usage, refused.said().clone()));
    }
    Ok(remarks.iter().map(|remark| remark.said().clone()).collect())
}

/// Saves a check, and tells how the clock stands with it at its instant.
///
/// # Errors
/// When the store fails.
pub fn enter(
    store: &mut Store,
    cameras: &[Camera],
    camera: &Camera,
    mut new: ClockCheck,
    settings: &ClockSettings,
    actor: &Actor,
) -> Result<(ClockCheck, ClockAnswer)> {
    let ids = store.add_clock_checks(std::slice::from_ref(&new), actor)?;
    new.id = ids.first().copied().unwrap_or_default();
    let clocks = Clocks::load(store, cameras, settings)?;
    let clock = ClockAnswer::at(clocks.of(&camera.id), new.truth);
    Ok((new, clock))
}
