//! Taking estimates of clocks as checks, because somebody decided so.

use jiff::Timestamp;

use super::estimates::Proposal;
use super::neighbours::Neighbour;
use super::{Clocks, Sight};
use crate::base::Result;
use crate::model::{Actor, Camera, ClockCheck, ClockSettings};
use crate::store::Store;

/// Who decides, and when.
#[derive(Clone, Copy, Debug)]
pub struct Decided<'a> {
    /// Who vouches for it.
    pub by: &'a str,
    /// Who acts, for the audit.
    pub actor: &'a Actor,
    /// When.
    pub now: Timestamp,
}

/// Takes what files tell of clocks as checks, where the checks that hold do not say it already: confident estimates; of a camera that
/// was `named` a doubtful one too, since somebody looked at it. Gives how many checks were entered.
///
/// # Errors
/// When the store fails.
pub fn accept(
    store: &mut Store,
    cameras: &[Camera],
    settings: &ClockSettings,
    proposals: &[Proposal],
    named: bool,
    decided: Decided<'_>,
) -> Result<usize> {
    let clocks = Clocks::load(store, cameras, settings)?;
    let wanted = |proposal: &&Proposal| proposal.is_sure(f64::INFINITY) || (named && proposal.error_s.is_some());
    let mut accepted = 0;
    for proposal in proposals.iter().filter(wanted) {
        if !proposal.cameras.first().is_some_and(|camera| proposal.is_known(clocks.of(camera))) {
            accepted += proposal.accept(store, decided.by, decided.actor, decided.now)?.len();
        }
    }
    Ok(accepted)
}

/// Whether the files tell nothing of any of these clocks, so that neighbours are to be asked.
pub fn are_silent(proposals: &[Proposal]) -> bool {
    proposals.iter().all(|proposal| proposal.error_s.is_none())
}

/// The check that the surest neighbour whose own clock was checked gives for a camera.
pub fn from_neighbours(
    sight: Sight<'_>,
    camera: &Camera,
    neighbours: &[Neighbour],
    by: &str,
    now: Timestamp,
) -> Option<ClockCheck> {
    let checks = neighbours.iter().filter_map(|neighbour| neighbour.check(sight, camera, by, now));
    checks.min_by(|a, b| a.uncertainty_s.total_cmp(&b.uncertainty_s))
}
