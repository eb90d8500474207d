//! Certificates: reading a pair of files and saying what is wrong with it, giving it to whoever connects, and making one of our own.

mod made;
mod pair;
mod validity;

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, version};

use crate::base::{Kind, Result, ResultExt};
use crate::say;

pub use made::{LONGEST_DAYS, Made, make};
pub use pair::{Pair, read};

/// The certificate that is shown to whoever connects; it can be exchanged while connections last.
#[derive(Debug)]
pub struct Shown(RwLock<Arc<CertifiedKey>>);

impl Shown {
    /// Shows the certificate of a pair of files.
    ///
    /// # Errors
    /// As [`read`].
    pub fn of(cert: &Path, key: &Path) -> Result<Arc<Shown>> {
        Ok(Arc::new(Shown(RwLock::new(read(cert, key)?.certified))))
    }

    /// Shows another from now on; the old one stays where that cannot be read.
    ///
    /// # Errors
    /// As [`read`].
    pub fn exchange(&self, cert: &Path, key: &Path) -> Result<()> {
        let pair = read(cert, key)?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = pair.certified;
        Ok(())
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// How a port speaks TLS (1.2 and 1.3) with a certificate.
///
/// # Errors
/// [`Kind::Internal`] when the TLS library cannot.
pub fn server(shown: Arc<Shown>) -> Result<Arc<ServerConfig>> {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])
        .or_say(Kind::Internal, || say!("không khởi động được TLS", "cannot start TLS"))?;
    let mut config = config.with_no_client_auth().with_cert_resolver(shown);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
