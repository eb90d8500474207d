//! Random keys of sessions and programs. Only their hashes are kept.

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

use crate::base::{Error, Kind, Result};
use crate::say;

/// Bytes of chance in a key.
const BYTES: usize = 32;

/// A new key, and what is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// What its holder sends: 52 letters and digits.
    pub text: String,
    /// What the store keeps.
    pub hash: String,
}

impl Key {
    /// Makes one.
    ///
    /// # Errors
    /// [`Kind::Internal`] when the system gives no random bytes.
    pub fn new() -> Result<Key> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(|error| {
            Error::caused_by(
                Kind::Internal,
                say!("hệ thống không cho số ngẫu nhiên", "the system gives no random numbers"),
                error.to_string(),
            )
        })?;
        let text = BASE32_NOPAD.encode(&bytes).to_lowercase();
        Ok(Key { hash: hash(&text), text })
    }
}

impl Key {
    /// A password of chance that can be read out: four times four letters and digits.
    ///
    /// # Errors
    /// As [`Key::new`].
    pub fn one_time() -> Result<String> {
        let key = Key::new()?.text;
        let parts: Vec<&str> = [0..4, 4..8, 8..12, 12..16].into_iter().filter_map(|part| key.get(part)).collect();
        Ok(parts.join("-"))
    }
}

/// What the store keeps of a key. A plain hash is enough: a key is all chance, and cannot be guessed as a password can.
pub fn hash(key: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(key))
}
