//! Whom to trust, and why somebody is not trusted.

use std::{io, path::PathBuf, sync::Arc};

use rustls::{CertificateError, ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, pem::PemObject as _};

use super::error::ConnectError;
use crate::types::Escaped;

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateFlaw {
    UnknownAuthority,
    Expired,
    NotYetValid,
    OtherName,
    Other,
}

impl CertificateFlaw {
    fn of(error: &CertificateError) -> Self {
        use CertificateError::{
            Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet,
            NotValidYetContext, UnknownIssuer,
        };
        match error {
            UnknownIssuer => Self::UnknownAuthority,
            Expired | ExpiredContext { .. } => Self::Expired,
            NotValidYet | NotValidYetContext { .. } => Self::NotYetValid,
            NotValidForName | NotValidForNameContext { .. } => Self::OtherName,
            _ => Self::Other,
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::UnknownAuthority => "it is signed by an authority that is not trusted here",
            Self::Expired => "it has expired",
            Self::NotYetValid => "it is not valid yet",
            Self::OtherName => "it is for another name",
            Self::Other => "it cannot be used",
        }
    }
}

/// Why there is no TLS connection, as far as trying again is of no use.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("the certificate of `{}` is refused: {}", Escaped::new(host), flaw.text())]
    Certificate {
        host: String,
        flaw: CertificateFlaw,
        #[source]
        error: Option<rustls::Error>,
    },
    #[error("`{}` does not speak TLS", Escaped::new(host))]
    NoTls { host: String },
}

impl TlsError {
    /// What a failed handshake means; an I/O error hides what it wraps from the chain.
    pub(crate) fn explain(
        host: &str,
        error: io::Error,
    ) -> Box<dyn std::error::Error + Send + Sync> {
        let host = host.to_owned();
        let wrapped = error.get_ref().and_then(|wrapped| wrapped.downcast_ref::<rustls::Error>());
        match wrapped {
            Some(rustls::Error::InvalidCertificate(flawed)) => {
                let flaw = CertificateFlaw::of(flawed);
                let unexplained = wrapped.filter(|_| flaw == CertificateFlaw::Other).cloned();
                Box::new(Arc::new(Self::Certificate { host, flaw, error: unexplained }))
            }
            Some(rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType)) => {
                Box::new(Arc::new(Self::NoTls { host }))
            }
            _ => Box::new(error),
        }
    }
}

/// TLS with the system's certificate authorities, or with those of `AWS_CA_BUNDLE` in their place,
/// as everywhere in AWS's tools.
pub(super) fn tls() -> Result<Arc<ClientConfig>, ConnectError> {
    let mut roots = RootCertStore::empty();
    match std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty()) {
        // What of the system's certificates cannot be read is not trusted, and told of when it is
        // missed.
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        Some(path) => {
            let path = PathBuf::from(path);
            let pem = std::fs::read(&path)
                .map_err(|error| ConnectError::CaBundle { path: path.clone(), error })?;
            let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
            let (added, _) = roots.add_parsable_certificates(certificates.unwrap_or_default());
            if added == 0 {
                return Err(ConnectError::NotACaBundle(path));
            }
        }
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| ConnectError::Client(Box::new(error)))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
