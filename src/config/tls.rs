//! `[tls]`, and how the port is to be spoken to: off this machine only with TLS, or against a plain word.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::Site;
use crate::base::{Error, Kind, Result};
use crate::say;

/// The words of `[http] insecure`: whoever writes one knows that passwords and pictures can be read on the way.
pub(super) const UNENCRYPTED: [&str; 2] = ["khong-ma-hoa", "unencrypted"];

/// The folder in the data folder where `truyvet tls self-signed` puts its pair.
pub const OWN: &str = "tls";

/// `[tls]` as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TlsSection {
    /// The certificate, PEM, its chain after it. Default: the one of `truyvet tls self-signed`.
    pub cert: Option<Spanned<PathBuf>>,
    /// Its key, PEM, without a password.
    pub key: Option<Spanned<PathBuf>>,
}

/// The files of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate.
    pub cert: PathBuf,
    /// Its key.
    pub key: PathBuf,
    /// Whether the site file names them.
    pub named: bool,
}

impl TlsFiles {
    /// Those of `truyvet tls self-signed`.
    pub(super) fn own(data: &Path) -> TlsFiles {
        let folder = data.join(OWN);
        TlsFiles { cert: folder.join("cert.pem"), key: folder.join("key.pem"), named: false }
    }
}

/// How the port is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// As it is, from this machine only.
    Local,
    /// By TLS.
    Tls,
    /// As it is, over a network, since the site file says so in a word.
    Unencrypted,
}

impl Site {
    /// How a port on this address is spoken to.
    ///
    /// # Errors
    /// [`Kind::Config`] for an address off this machine without a certificate or the word.
    pub fn transport(&self, listen: SocketAddr) -> Result<Transport> {
        if self.tls.named {
            return Ok(Transport::Tls);
        }
        if listen.ip().is_loopback() {
            return Ok(Transport::Local);
        }
        if self.http.insecure.is_some() {
            return Ok(Transport::Unencrypted);
        }
        if self.tls.cert.is_file() && self.tls.key.is_file() {
            return Ok(Transport::Tls);
        }
        let word = UNENCRYPTED[0];
        Err(Error::new(
            Kind::Config,
            say!(
                "{listen}: ngoài máy này phải có TLS: đặt [tls] cert và key, hoặc chạy truyvet tls self-signed (hoặc [http] insecure = \"{word}\" nếu chấp nhận không mã hóa)",
                "{listen}: off this machine there has to be TLS: set [tls] cert and key, or run truyvet tls self-signed (or [http] insecure = \"unencrypted\", if anybody on the network may read along)"
            ),
        ))
    }
}
