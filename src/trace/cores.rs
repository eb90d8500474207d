//! The same for each of several things, on all cores.

use std::num::NonZero;
use std::thread::{available_parallelism, scope};

/// What each thing comes to, in the order of the things, so that how many cores there are changes nothing.
pub(super) fn on_all_cores<T: Sync, R: Send>(things: &[T], each: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = available_parallelism().map_or(1, NonZero::get).clamp(1, things.len().max(1));
    let part = |things: &[T]| -> Vec<R> { things.iter().map(&each).collect() };
    scope(|scope| {
        let (parts, part) = (things.chunks(things.len().div_ceil(cores).max(1)), &part);
        let running: Vec<_> = parts.map(|things| (things, scope.spawn(move || part(things)))).collect();
        running.into_iter().flat_map(|(things, one)| one.join().unwrap_or_else(|_| part(things))).collect()
    })
}
