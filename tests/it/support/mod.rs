//! What the workflows share: temporary sites, clips, the town, and running the program.

pub(crate) mod client;
pub(crate) mod clips;
pub(crate) mod daemon;
pub(crate) mod fuzz;
pub(crate) mod luck;
#[path = "../../../examples/town/maker/mod.rs"]
pub(crate) mod maker;
pub(crate) mod namespace;
pub(crate) mod run;
pub(crate) mod site;
pub(crate) mod snapshot;
pub(crate) mod town;

use std::path::PathBuf;

/// The clips of real cameras that lie beside the checkout, where they do.
pub(crate) fn shared_footage() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/footage");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no shared data");
    None
}

/// A folder that outlives this process, for what is costly to make and always comes out the same.
pub(crate) fn cache() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("it");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Twelve hexadecimal digits that tell texts apart.
pub(crate) fn digest(text: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    data_encoding::HEXLOWER.encode(&Sha256::digest(text)[..6])
}
