//! The certificate of the server: from files, read again on request, or made for a first try.

use std::{
    fs, io,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use sha2::{Digest, Sha256};

use crate::{file, text::system_error};

/// Where certificate and key come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// PEM files: the chain, leaf first, and the private key.
    Files {
        /// The chain.
        certificate: PathBuf,
        /// The key.
        key: PathBuf,
    },
    /// Made at start for these names and addresses, and gone at the end.
    SelfSigned(Vec<String>),
}

/// Why there is no usable certificate.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{path}: {}", system_error(source))]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file holds no PEM of the kind wanted.
    #[error("{path}: {what}")]
    Malformed {
        /// Which.
        path: PathBuf,
        /// What is missing.
        what: String,
    },
    /// The key can be read by others.
    #[error("others can read the private key {path} (mode {mode:04o}); run: chmod 0600 {path}")]
    Exposed {
        /// Which.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// Certificate and key do not fit, or the key is of a kind that TLS does not take.
    #[error("certificate and key cannot be used: {0}")]
    Unusable(String),
}

/// The certificate in use; [`Certificate::reload`] swaps it under running connections.
#[derive(Debug)]
pub struct Certificate {
    identity: Identity,
    current: RwLock<Arc<CertifiedKey>>,
}

impl Certificate {
    /// Reads or makes the certificate.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn load(identity: Identity) -> Result<Arc<Self>, TlsError> {
        let current = RwLock::new(Arc::new(certified(&identity)?));
        Ok(Arc::new(Self { identity, current }))
    }

    /// Reads the files again. The certificate in use stays when that fails.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn reload(&self) -> Result<(), TlsError> {
        if matches!(self.identity, Identity::SelfSigned(_)) {
            return Ok(());
        }
        let fresh = Arc::new(certified(&self.identity)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// SHA-256 of the leaf certificate as `AB:CD:…`, to be compared by eye.
    pub fn fingerprint(&self) -> String {
        let leaf = self.key().cert.first().map(Sha256::digest);
        leaf.map(|hash| {
            hash.iter()
                .map(|byte| format!("{byte:02X}"))
                .collect::<Vec<_>>()
                .join(":")
        })
        .unwrap_or_default()
    }

    /// The leaf certificate as PEM, for clients that are told to trust it.
    pub fn pem(&self) -> String {
        self.key()
            .cert
            .first()
            .map_or_else(String::new, |leaf| pem(leaf))
    }

    /// The server side of TLS 1.2 and 1.3 with HTTP/1.1.
    ///
    /// # Errors
    /// [`TlsError::Unusable`].
    pub fn server_config(self: &Arc<Self>) -> Result<Arc<ServerConfig>, TlsError> {
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()
                .map_err(|error| TlsError::Unusable(error.to_string()))?
                .with_no_client_auth()
                .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    fn key(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.key())
    }
}

fn certified(identity: &Identity) -> Result<CertifiedKey, TlsError> {
    let (chain, key) = match identity {
        Identity::Files { certificate, key } => (chain(certificate)?, private_key(key)?),
        Identity::SelfSigned(names) => self_signed(names)?,
    };
    let certified = CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider())
        .map_err(|error| TlsError::Unusable(error.to_string()))?;
    Ok(certified)
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let text = read(path)?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .map_err(|error| TlsError::Malformed {
            path: path.into(),
            what: error.to_string(),
        })?;
    if chain.is_empty() {
        return Err(TlsError::Malformed {
            path: path.into(),
            what: "there is no certificate in it".into(),
        });
    }
    Ok(chain)
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    use std::os::unix::fs::MetadataExt as _;
    let unreadable = |source| TlsError::Unreadable {
        path: path.into(),
        source,
    };
    let mode = fs::metadata(path).map_err(unreadable)?.mode() & 0o7777;
    // The group may read it: that is how certificate tools hand keys to a service.
    if mode & 0o007 != 0 {
        return Err(TlsError::Exposed {
            path: path.into(),
            mode,
        });
    }
    let text = zeroize::Zeroizing::new(read(path)?);
    PrivateKeyDer::from_pem_slice(&text).map_err(|error| TlsError::Malformed {
        path: path.into(),
        what: format!("there is no private key in it ({error})"),
    })
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    file::read(path, file::SETTINGS).map_err(|source| TlsError::Unreadable {
        path: path.into(),
        source,
    })
}

type ChainAndKey = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn self_signed(names: &[String]) -> Result<ChainAndKey, TlsError> {
    let unusable = |error: rcgen::Error| TlsError::Unusable(error.to_string());
    let made = rcgen::generate_simple_self_signed(names).map_err(unusable)?;
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    Ok((vec![made.cert.der().clone()], key.into()))
}

/// Names for a self-signed certificate of a server that listens on `address`.
pub fn names_for(address: IpAddr) -> Vec<String> {
    let mut names = vec!["localhost".to_owned()];
    if !address.is_unspecified() {
        names.push(address.to_string());
    }
    if let Ok(host) = fs::read_to_string("/etc/hostname") {
        names.push(host.trim().to_owned());
    }
    names.retain(|name| !name.is_empty());
    names.dedup();
    names
}

/// A certificate in base64, in lines of 64 (RFC 7468 section 2).
fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    pem
}
