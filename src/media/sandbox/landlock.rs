//! Landlock: a worker may open no file, bind and connect no TCP port, and signal nobody outside.

use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, Ruleset, RulesetAttr, RulesetError, RulesetStatus, Scope,
};

use super::Barrier;

/// The newest version whose restrictions are asked for; an older kernel gives those it knows.
const NEWEST: ABI = ABI::V6;

/// Forbids all of it from here on; returns what this kernel cannot forbid.
pub(super) fn forbid_files_and_tcp() -> Vec<Barrier> {
    match restrict() {
        // A refusal (some containers forbid the calls) leaves the process as it was, like a kernel without Landlock.
        Err(_) => vec![Barrier::Files, Barrier::Tcp],
        Ok(missing) => missing,
    }
}

fn restrict() -> Result<Vec<Barrier>, RulesetError> {
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .restrict_self()?;
    Ok(match (status.ruleset, status.landlock) {
        (RulesetStatus::NotEnforced, _) => vec![Barrier::Files, Barrier::Tcp],
        (_, LandlockStatus::Available { effective_abi, .. }) if effective_abi < ABI::V4 => vec![Barrier::Tcp],
        _ => Vec::new(),
    })
}
