//! Whose certificates are trusted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Why no trust could be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file with extra authorities cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file holds no certificate in PEM form.
    #[error("{}: holds no certificate (expected PEM, `-----BEGIN CERTIFICATE-----`)", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
}

impl TlsError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "name a file that this user may read with --ca-file",
            Self::NoCertificate { .. } => {
                "convert it: openssl x509 -inform DER -in FILE -out ca.pem, then --ca-file ca.pem"
            }
        }
    }
}

/// Trusts the system's store and the authorities in `ca_file`; where the system has no store
/// (a bare container), the roots that Mozilla ships, unless a file is given.
pub(crate) fn config(ca_file: Option<&Path>) -> Result<TlsConfig, TlsError> {
    let mut roots: Vec<Certificate<'static>> = rustls_native_certs::load_native_certs()
        .certs
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .collect();
    if let Some(path) = ca_file {
        roots.extend(read_authorities(path)?);
    }
    let roots = if roots.is_empty() {
        RootCerts::WebPki
    } else {
        RootCerts::Specific(Arc::new(roots))
    };
    Ok(TlsConfig::builder().root_certs(roots).build())
}

fn read_authorities(path: &Path) -> Result<Vec<Certificate<'static>>, TlsError> {
    let pem = std::fs::read(path).map_err(|source| TlsError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let certificates: Vec<_> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err(TlsError::NoCertificate {
            path: path.to_owned(),
        });
    }
    Ok(certificates)
}
