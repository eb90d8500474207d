//! A certificate and its key, from two PEM files.

use std::path::Path;
use std::sync::Arc;

use data_encoding::HEXUPPER;
use jiff::Timestamp;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use sha2::{Digest, Sha256};

use super::validity;
use crate::base::{Error, Kind, Result, ResultExt, Said};
use crate::say;

/// A pair that belongs together and can be used.
#[derive(Debug)]
pub struct Pair {
    /// As the TLS library takes it.
    pub(super) certified: Arc<CertifiedKey>,
    /// SHA-256 of the certificate, as browsers show it.
    pub fingerprint: String,
    /// Until when it is good.
    pub until: Timestamp,
}

fn wrong(said: Said) -> Error {
    Error::new(Kind::Config, said)
}

/// Reads a pair.
///
/// # Errors
/// [`Kind::Config`], naming the file and the remedy, where one cannot be read or is no PEM, where they do not belong together, and
/// where the certificate is not good yet or no longer.
pub fn read(cert: &Path, key: &Path) -> Result<Pair> {
    read_at(cert, key, Timestamp::now())
}

fn read_at(cert: &Path, key: &Path, now: Timestamp) -> Result<Pair> {
    let (cert_shown, key_shown) = (cert.display(), key.display());
    let bytes = |file: &Path| {
        let shown = file.display().to_string();
        std::fs::read(file).or_say(Kind::Config, || {
            say!(
                "không đọc được {shown}; kiểm tra [tls] trong tệp cấu hình và quyền đọc",
                "cannot read {shown}; check [tls] in the site file, and the right to read it"
            )
        })
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&bytes(cert)?)
        .collect::<std::result::Result<_, _>>()
        .ok()
        .filter(|chain: &Vec<_>| !chain.is_empty())
        .ok_or_else(|| {
            wrong(say!(
                "{cert_shown}: không có chứng chỉ dạng PEM (-----BEGIN CERTIFICATE-----)",
                "{cert_shown}: there is no certificate in PEM form (-----BEGIN CERTIFICATE-----)"
            ))
        })?;
    let own = PrivateKeyDer::from_pem_slice(&bytes(key)?).map_err(|_| {
        wrong(say!(
            "{key_shown}: không có khóa riêng dạng PEM không mật khẩu (-----BEGIN PRIVATE KEY-----)",
            "{key_shown}: there is no private key in PEM form without a password (-----BEGIN PRIVATE KEY-----)"
        ))
    })?;
    let first = chain.first().map(|first| first.as_ref().to_vec()).unwrap_or_default();
    let certified = CertifiedKey::from_der(chain, own, &ring::default_provider()).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => wrong(say!(
            "{key_shown} không phải khóa của chứng chỉ {cert_shown}; dùng đúng cặp tệp",
            "{key_shown} is not the key of the certificate {cert_shown}; name the two that belong together"
        )),
        error => Error::caused_by(
            Kind::Config,
            say!("không dùng được {cert_shown} với {key_shown}", "cannot use {cert_shown} with {key_shown}"),
            error,
        ),
    })?;
    let (from, until) = validity::of(&first).ok_or_else(|| {
        wrong(say!("{cert_shown}: không đọc được thời hạn", "{cert_shown}: when it is good cannot be read"))
    })?;
    if now >= until {
        return Err(wrong(say!(
            "{cert_shown}: chứng chỉ đã hết hạn từ {until}; xin chứng chỉ mới, hoặc chạy truyvet tls self-signed --replace",
            "{cert_shown}: the certificate is no longer good since {until}; get a new one, or run truyvet tls self-signed --replace"
        )));
    }
    if now < from {
        return Err(wrong(say!(
            "{cert_shown}: chứng chỉ chỉ có hiệu lực từ {from}; kiểm tra đồng hồ của máy này",
            "{cert_shown}: the certificate is good from {from} only; check this machine's clock"
        )));
    }
    Ok(Pair { certified: Arc::new(certified), fingerprint: fingerprint(&first), until })
}

/// SHA-256 of a certificate, as browsers show it.
pub(super) fn fingerprint(der: &[u8]) -> String {
    let bytes = Sha256::digest(der);
    bytes.iter().map(|byte| HEXUPPER.encode(&[*byte])).collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::super::make;
    use super::*;
    use crate::base::Lang;

    #[test]
    fn what_is_wrong_with_a_pair_is_named_with_its_remedy() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let now = Timestamp::now();
        let a = make(one.path(), &["localhost".to_owned()], 10, false, now).unwrap();
        let b = make(other.path(), &["localhost".to_owned()], 10, false, now).unwrap();
        let pair = read(&a.cert, &a.key).unwrap();
        assert_eq!((pair.fingerprint.len(), &pair.fingerprint), (95, &a.fingerprint));
        assert!(pair.until > now + 240.hours() - 48.hours() && pair.until <= now + 240.hours());
        let said = |cert: &Path, key: &Path, at: Timestamp| read_at(cert, key, at).unwrap_err().explain(Lang::En);
        assert!(said(&a.cert, &b.key, now).contains("is not the key of the certificate"));
        assert!(said(&a.cert, &a.cert, now).contains("no private key"));
        assert!(said(&a.key, &a.key, now).contains("no certificate in PEM form"));
        assert!(said(&one.path().join("none.pem"), &a.key, now).contains("check [tls]"));
        assert!(said(&a.cert, &a.key, now + 2_000.hours()).contains("no longer good"));
        assert!(said(&a.cert, &a.key, now - 2_000.hours()).contains("this machine's clock"));
    }
}
