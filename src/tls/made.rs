//! A certificate of our own, for a network in which nobody else vouches for this machine: browsers show a warning until somebody has
//! compared its fingerprint and accepted it.

use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};

use super::pair::fingerprint;
use crate::base::{Error, Kind, Result, ResultExt};
use crate::say;

/// A certificate may be made for so many days at most: browsers take no longer ones.
pub const LONGEST_DAYS: u32 = 825;

/// A pair that was made.
#[derive(Debug)]
pub struct Made {
    /// The certificate's file.
    pub cert: PathBuf,
    /// The key's file, which only its owner may read.
    pub key: PathBuf,
    /// SHA-256 of the certificate, as browsers show it.
    pub fingerprint: String,
}

/// Makes a key and a certificate for these names and addresses, good from the day before `now`, for so many days, as `cert.pem` and
/// `key.pem` in a folder.
///
/// # Errors
/// [`Kind::Usage`] for what is no name, and where there is a pair already that may not be replaced; [`Kind::Io`] where they cannot be
/// written.
pub fn make(folder: &Path, names: &[String], days: u32, replace: bool, now: Timestamp) -> Result<Made> {
    let (cert, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    if !replace && (cert.exists() || key.exists()) {
        let shown = cert.display();
        return Err(Error::new(
            Kind::Usage,
            say!(
                "đã có {shown}; thêm --replace để thay (trình duyệt sẽ hỏi lại)",
                "there is {shown} already; --replace puts another in its place (browsers will ask again)"
            ),
        ));
    }
    let mut params = CertificateParams::new(names).map_err(|error| {
        let all = names.join(", ");
        Error::caused_by(Kind::Usage, say!("--name: tên không dùng được: {all}", "--name: cannot use {all}"), error)
    })?;
    let today = now.to_zoned(TimeZone::UTC).date().yesterday().unwrap_or_default();
    let part = |part: i8| part.unsigned_abs();
    params.not_before = rcgen::date_time_ymd(today.year().into(), part(today.month()), part(today.day()));
    params.not_after = params.not_before + std::time::Duration::from_secs(u64::from(days) * 86_400);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "truyvet");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let failed = || say!("không tạo được chứng chỉ", "cannot make a certificate");
    let own = KeyPair::generate().or_say(Kind::Internal, failed)?;
    let made = params.self_signed(&own).or_say(Kind::Internal, failed)?;
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        for (file, text) in [(&key, own.serialize_pem()), (&cert, made.pem())] {
            // Temporary files are their owner's alone from the first byte on.
            let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
            temporary.write_all(text.as_bytes())?;
            temporary.as_file().sync_all()?;
            temporary.persist(file)?;
        }
        Ok(())
    };
    write().or_say(Kind::Io, || {
        let shown = folder.display();
        say!("không ghi được chứng chỉ vào {shown}", "cannot write the certificate into {shown}")
    })?;
    Ok(Made { cert, key, fingerprint: fingerprint(made.der()) })
}
