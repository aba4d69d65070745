//! TLS by rustls: the authorities of this machine, or the one that `--ca` names and no other.

use super::Trouble;
use crate::pem::certificates;
use rustls::{CertificateError, ClientConfig, Error as TlsError, RootCertStore, crypto::ring, pki_types::ServerName};
use std::{io, path::Path, sync::Arc};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Prepares TLS.
pub(super) fn connector(authority: Option<&Path>) -> Result<TlsConnector, Trouble> {
    let untrusted = |reason: String| Trouble::Untrusted(reason);
    let mut roots = RootCertStore::empty();
    let certificates = match authority {
        Some(file) => certificates(file).map_err(|reason| untrusted(format!("{}: {reason}", file.display())))?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    // Some of a machine's certificates may be of a form that is not known here; one of a named file may not.
    let (_, ignored) = roots.add_parsable_certificates(certificates);
    if let Some(file) = authority.filter(|_| ignored > 0 || roots.is_empty()) {
        return Err(untrusted(format!("{} holds no certificate of an authority, or a broken one", file.display())));
    }
    if roots.is_empty() {
        return Err(untrusted("this machine knows no authority".to_owned()));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| untrusted(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Lets the service prove who it is.
pub(super) async fn handshake(
    connector: &TlsConnector,
    host: &str,
    stream: TcpStream,
) -> Result<TlsStream<TcpStream>, Trouble> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| Trouble::Unreachable("no certificate can be made out to this host".to_owned()))?;
    connector.connect(name, stream).await.map_err(|error| trouble(&error))
}

/// What went wrong, in words.
fn trouble(error: &io::Error) -> Trouble {
    use CertificateError as Certificate;
    let Some(cause) = error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>()) else {
        return Trouble::Unreachable(error.to_string());
    };
    let words = match cause {
        TlsError::InvalidCertificate(Certificate::UnknownIssuer | Certificate::BadSignature) => {
            "its certificate is of an authority that is not trusted here"
        }
        TlsError::InvalidCertificate(Certificate::NotValidForName | Certificate::NotValidForNameContext { .. }) => {
            "its certificate is made out to another name"
        }
        TlsError::InvalidCertificate(Certificate::Expired | Certificate::ExpiredContext { .. }) => {
            "its certificate has expired"
        }
        TlsError::InvalidCertificate(Certificate::NotValidYet | Certificate::NotValidYetContext { .. }) => {
            "its certificate is not valid yet, or this machine's clock is slow"
        }
        TlsError::InvalidCertificate(_) => "its certificate does not hold",
        TlsError::InvalidMessage(_) => return Trouble::Unreachable("it does not speak TLS: is it http://?".to_owned()),
        other => return Trouble::Untrusted(other.to_string()),
    };
    Trouble::Untrusted(words.to_owned())
}
