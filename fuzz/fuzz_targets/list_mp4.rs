//! Any bytes as a file for our own mp4 parser: it ends, and what it lists is sane.
#![no_main]

#[path = "../../tests/it/support/fuzz/sane.rs"]
mod sane;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(listing) = truyvet::media::raw::mp4(bytes) {
        assert_eq!(sane::wrong_with(&listing, bytes.len() as u64), None);
    }
});
