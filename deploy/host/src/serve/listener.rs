//! Where a service listens: on this machine as it likes, to others with TLS, or where it was told twice.

use super::tls::{Certificate, Tls, TlsFault};
use std::{
    io,
    net::{IpAddr, SocketAddr},
};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Where to listen, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The address.
    pub address: SocketAddr,
    /// With which certificate; without TLS where there is none.
    pub certificate: Option<Certificate>,
    /// The address once more, where others may connect without TLS.
    pub plain: Option<SocketAddr>,
}

/// An address that is listened on.
#[derive(Debug)]
pub struct Listener {
    pub(super) tcp: TcpListener,
    pub(super) tls: Option<Tls>,
}

/// An address cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum CannotListen {
    /// The operating system refuses.
    #[error("cannot listen on {address}: {source}")]
    Refused {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// Others could connect without TLS.
    #[error(
        "{address} can be reached from other machines, and there is no TLS: whoever is on the way reads and changes what is said"
    )]
    Plain {
        /// The address.
        address: SocketAddr,
    },
    /// Its certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsFault),
}

impl CannotListen {
    /// Whether another program listens there.
    pub fn in_use(&self) -> bool {
        matches!(self, Self::Refused { source, .. } if source.kind() == io::ErrorKind::AddrInUse)
    }

    /// What to do next.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Refused { .. } if self.in_use() => {
                "stop the other program, or choose another port with --listen 127.0.0.1:0"
            }
            Self::Refused { .. } => "choose an address of this machine with --listen",
            Self::Plain { .. } => {
                "name a certificate with `listen.certificate` and `listen.key_file`; behind a proxy with TLS listen on 127.0.0.1, or say the address once more as `listen.plain`"
            }
            Self::Tls(fault) => fault.help(),
        }
    }
}

impl Opening {
    /// Without TLS, for this machine.
    pub fn local(address: SocketAddr) -> Self {
        Self { address, certificate: None, plain: None }
    }

    /// How it would be listened, without listening.
    ///
    /// # Errors
    ///
    /// [`CannotListen::Plain`], [`CannotListen::Tls`].
    pub fn check(&self) -> Result<&'static str, CannotListen> {
        Ok(match (self.tls()?, reached_by_others(self.address.ip())) {
            (Some(_), _) => "with TLS",
            (None, false) => "without TLS, for this machine",
            (None, true) => "without TLS, for every machine that reaches it",
        })
    }

    fn tls(&self) -> Result<Option<Tls>, CannotListen> {
        let address = self.address;
        if self.certificate.is_none() && reached_by_others(address.ip()) && self.plain != Some(address) {
            return Err(CannotListen::Plain { address });
        }
        Ok(self.certificate.clone().map(Tls::load).transpose()?)
    }
}

impl From<TcpListener> for Listener {
    fn from(tcp: TcpListener) -> Self {
        Self { tcp, tls: None }
    }
}

impl Listener {
    /// How TLS is spoken with the next peer.
    pub(super) fn acceptor(&self) -> Option<TlsAcceptor> {
        self.tls.as_ref().map(Tls::acceptor)
    }
}

/// Listens; answers the URL, with the port that was taken.
///
/// # Errors
///
/// [`CannotListen`].
pub async fn listen(opening: &Opening) -> Result<(Listener, String), CannotListen> {
    let (address, tls) = (opening.address, opening.tls()?);
    let cannot = |source| CannotListen::Refused { address, source };
    let tcp = TcpListener::bind(address).await.map_err(cannot)?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{}", tcp.local_addr().map_err(cannot)?);
    Ok((Listener { tcp, tls }, url))
}

/// Whether other machines can connect to an address.
fn reached_by_others(address: IpAddr) -> bool {
    !address.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::{CannotListen, Opening, listen};
    use std::net::SocketAddr;

    #[tokio::test]
    async fn others_connect_with_tls_or_where_that_was_said_twice() -> Result<(), Box<dyn std::error::Error>> {
        for open in ["0.0.0.0:0", "[::]:0", "[::ffff:0.0.0.0]:0", "192.0.2.1:0"] {
            let address: SocketAddr = open.parse()?;
            for plain in [None, Some("127.0.0.1:0".parse()?), Some("0.0.0.0:7701".parse()?)] {
                let refused = listen(&Opening { plain, ..Opening::local(address) }).await;
                assert!(matches!(refused, Err(CannotListen::Plain { .. })), "{open}, {plain:?}");
            }
        }
        let address = "0.0.0.0:0".parse()?;
        let (_, url) = listen(&Opening { plain: Some(address), ..Opening::local(address) }).await?;
        assert!(url.starts_with("http://0.0.0.0:"), "{url}");
        for local in ["127.0.0.1:0", "127.0.0.9:0"] {
            assert!(listen(&Opening::local(local.parse()?)).await.is_ok(), "{local}");
        }
        let (held, url) = listen(&Opening::local("127.0.0.1:0".parse()?)).await?;
        let taken = url.strip_prefix("http://").ok_or("no scheme")?.parse()?;
        let again = listen(&Opening::local(taken)).await;
        assert!(again.is_err_and(|error| error.in_use()));
        drop(held);
        Ok(())
    }
}
