//! tantivy answers some damage with a panic (a column of nonsense, a length beyond the file's end). That is damage like any other,
//! and not our end: it is caught here, and told as an error by whoever calls, not as a panic on standard error.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// Whether a panic of this thread is going to be caught.
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// The value, or nothing where it panicked.
pub(super) fn caught<T>(read: impl FnOnce() -> T) -> Option<T> {
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| match CATCHING.get() {
            true => tracing::debug!(%panic, "caught"),
            false => usual(panic),
        }));
    });
    let before = CATCHING.replace(true);
    // What is read is thrown away with the panic.
    let result = catch_unwind(AssertUnwindSafe(read));
    CATCHING.set(before);
    result.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught_and_the_next_one_elsewhere_is_not_hidden() {
        assert_eq!(caught(|| 7), Some(7));
        assert_eq!(caught(|| -> u8 { panic!("nonsense") }), None);
        assert!(!CATCHING.get());
        assert_eq!(caught(|| caught(|| -> u8 { panic!("nonsense") }).is_none() && CATCHING.get()), Some(true));
    }
}
