//! Photographs of clock checks, in a folder of the data folder, each under the SHA-256 of its bytes: evidence that cannot be exchanged
//! unseen. They are kept as they came and never decoded.

use std::io::Write;
use std::path::Path;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use rusqlite::params;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Store, audit};
use crate::base::{Error, Kind, Result, ResultExt};
use crate::model::{Act, Actor, Deed};
use crate::say;

/// Their folder in the data folder.
const FOLDER: &str = "clock-photos";

/// The kinds of picture that are taken, by their first bytes: the ending of the file's name, and what it is called in HTTP.
const KINDS: [(&[u8], &str, &str); 2] =
    [(&[0xFF, 0xD8, 0xFF], "jpg", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "png", "image/png")];

/// A kept photograph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// `image/jpeg` or `image/png`.
    pub kind: &'static str,
    /// The file as it came.
    pub bytes: Vec<u8>,
}

/// Keeps a photograph; gives its name.
///
/// # Errors
/// [`Kind::Usage`] for what is neither JPEG nor PNG; [`Kind::Io`] where it cannot be written.
pub fn keep_photo(data: &Path, bytes: &[u8]) -> Result<String> {
    let Some((_, ending, _)) = KINDS.iter().find(|(head, ..)| bytes.starts_with(head)) else {
        return Err(Error::new(Kind::Usage, say!("không phải ảnh JPEG hay PNG", "neither a JPEG nor a PNG")));
    };
    let name = format!("{}.{ending}", HEXLOWER.encode(&Sha256::digest(bytes)));
    let folder = data.join(FOLDER);
    let keep = || -> std::io::Result<()> {
        std::fs::create_dir_all(&folder)?;
        let mut temporary = tempfile::NamedTempFile::new_in(&folder)?;
        temporary.write_all(bytes)?;
        temporary.as_file().sync_all()?;
        temporary.persist(folder.join(&name))?;
        Ok(())
    };
    keep().or_say(Kind::Io, || {
        let shown = folder.display();
        say!("không cất được ảnh vào {shown}", "cannot keep the photo in {shown}")
    })?;
    Ok(name)
}

/// A photograph by its name in the store; none where its file is no longer there.
///
/// # Errors
/// [`Kind::Io`] where it cannot be read.
pub fn photo(data: &Path, name: &str) -> Result<Option<Photo>> {
    // The name comes from our own row, and is held to what we write all the same.
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let kind = KINDS.iter().find(|(_, known, _)| *known == ending).map(|(.., kind)| *kind);
    let Some(kind) = kind.filter(|_| stem.len() == 64 && stem.bytes().all(|byte| byte.is_ascii_hexdigit())) else {
        return Ok(None);
    };
    match std::fs::read(data.join(FOLDER).join(name)) {
        Ok(bytes) => Ok(Some(Photo { kind, bytes })),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::caused_by(
            Kind::Io,
            say!("không đọc được ảnh kiểm giờ", "cannot read a clock check's photo"),
            error,
        )),
    }
}

impl Store {
    /// Notes the photograph of a clock check that holds; `false` where there is none of that number. The name of an earlier one stays
    /// in the audit, and its file where it is.
    ///
    /// # Errors
    /// When the store fails; then nothing was changed.
    pub fn set_check_photo(&mut self, id: i64, name: &str, actor: &Actor, at: Timestamp) -> Result<bool> {
        self.write(|tx| {
            let changed = tx
                .execute("UPDATE clock_check SET photo = ?2 WHERE id = ?1 AND removed_us IS NULL", params![id, name])?;
            if changed > 0 {
                let told = json!({ "what": "photo", "number": id, "photo": name });
                let mut deed = Deed::new(actor.clone(), Act::Clock, told);
                deed.cameras
                    .push(tx.query_row("SELECT camera FROM clock_check WHERE id = ?1", [id], |row| row.get(0))?);
                audit::add(tx, &deed, at)?;
            }
            Ok(changed > 0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_kept_under_its_own_hash_and_nothing_else_is_taken_or_read() {
        let data = tempfile::tempdir().unwrap();
        let png = b"\x89PNG\r\n\x1a\nrest".to_vec();
        let name = keep_photo(data.path(), &png).unwrap();
        assert_eq!(photo(data.path(), &name).unwrap(), Some(Photo { kind: "image/png", bytes: png.clone() }));
        assert_eq!(keep_photo(data.path(), &png).unwrap(), name, "twice is once");
        for wrong in [&b"GIF89a"[..], b"", b"\xFF\xD8", b"<svg xmlns='http://www.w3.org/2000/svg'/>"] {
            assert_eq!(keep_photo(data.path(), wrong).unwrap_err().kind(), Kind::Usage);
        }
        std::fs::write(data.path().join("secret.png"), &png).unwrap();
        let gone = format!("{}.png", "0".repeat(64));
        for other in ["../secret.png", "secret.png", &gone, &name.replace(".png", ".svg"), ""] {
            assert_eq!(photo(data.path(), other).unwrap(), None, "{other}");
        }
    }
}
