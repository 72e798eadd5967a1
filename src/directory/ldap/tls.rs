//! TLS towards the servers: whom we trust, and our own certificate.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use zeroize::Zeroizing;

use super::settings::LdapSettings;
use crate::file;

/// Makes the TLS configuration that `settings` describe.
///
/// # Errors
/// A sentence that names the file and what is wrong with it.
pub(super) fn client(settings: &LdapSettings) -> Result<Arc<ClientConfig>, String> {
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be used: {error}"))?
        .with_root_certificates(authorities(settings.ca_file.as_deref())?);
    let config = match (&settings.client_certificate, &settings.client_key) {
        (Some(certificate), Some(key)) => {
            only_ours(key)?;
            let chain = certificates(certificate)?;
            let pem = file::read(key, file::SETTINGS)
                .map_err(|error| format!("{}: {error}", key.display()))?;
            let key = PrivateKeyDer::from_pem_slice(&Zeroizing::new(pem))
                .map_err(|error| format!("{} holds no private key: {error}", key.display()))?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|error| format!("the client certificate cannot be used: {error}"))?
        }
        (None, None) => builder.with_no_client_auth(),
        _ => return Err("[ldap] client_certificate and client_key go together".into()),
    };
    Ok(Arc::new(config))
}

fn authorities(file: Option<&Path>) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    let Some(file) = file else {
        let found = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(found.certs);
        return Ok(roots);
    };
    for certificate in certificates(file)? {
        roots
            .add(certificate)
            .map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(roots)
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let broken = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let pem = file::read(file, file::SETTINGS).map_err(|error| broken(&error))?;
    let all = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| broken(&error))?;
    if all.is_empty() {
        return Err(format!("{} holds no certificate", file.display()));
    }
    Ok(all)
}

/// Refuses a file with a secret that others can read.
pub(super) fn only_ours(file: &Path) -> Result<(), String> {
    let mode = fs::metadata(file)
        .map_err(|error| format!("{}: {error}", file.display()))?
        .permissions()
        .mode();
    if mode & 0o077 != 0 {
        return Err(format!(
            "{0} can be read by others; run: chmod 600 {0}",
            file.display()
        ));
    }
    Ok(())
}
