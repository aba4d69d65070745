//! TLS of a service by rustls: a certificate and its key from files, read again when they are replaced.

use crate::pem;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, pem::PemObject as _},
};
use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio_rustls::TlsAcceptor;

/// How often files are looked at: a certificate that was renewed is used without a restart.
const LOOK: Duration = Duration::from_secs(60);

/// Where a certificate and its key are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The chain in PEM, the service's own certificate first.
    pub chain: PathBuf,
    /// Its private key in PEM; its owner alone can read the file.
    pub key: PathBuf,
}

/// A certificate that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsFault {
    /// A file cannot be read.
    #[error("{}: {reason}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Others can read the key.
    #[error("{} can be read or changed by others (mode {mode:o})", path.display())]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// Certificate and key do not go together, or are of a kind that nobody takes.
    #[error("the certificate {} cannot be used: {reason}", path.display())]
    Unusable {
        /// The file with the certificate.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl TlsFault {
    /// What to do next.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "give a certificate chain and a private key in PEM, which this account can read",
            Self::TooOpen { .. } => "chmod 600 it; if it held a real key so, have another certificate made",
            Self::Unusable { .. } => {
                "give the chain with the service's own certificate first, and the key that belongs to it"
            }
        }
    }
}

/// What TLS is spoken with.
#[derive(Debug)]
pub(super) struct Tls {
    files: Certificate,
    /// How often they are looked at.
    look: Duration,
    current: Mutex<Current>,
}

struct Current {
    acceptor: TlsAcceptor,
    /// Which files it is of.
    stamp: Option<Stamp>,
    looked: Instant,
}

/// Inode and time of change of both files: another one in their place has others.
type Stamp = [(u64, i64, i64); 2];

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// [`TlsFault`].
    pub(super) fn load(files: Certificate) -> Result<Self, TlsFault> {
        // Before they are read: what is replaced meanwhile is read again.
        let (stamp, looked) = (stamp(&files), Instant::now());
        let acceptor = acceptor(&files)?;
        Ok(Self { files, look: LOOK, current: Mutex::new(Current { acceptor, stamp, looked }) })
    }

    /// How TLS is spoken with the next peer. Files that were replaced are read once a minute; where they cannot be used, what was
    /// read before stays.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.looked.elapsed() >= self.look {
            current.looked = Instant::now();
            let found = stamp(&self.files);
            if found != current.stamp {
                match acceptor(&self.files) {
                    Ok(acceptor) => {
                        tracing::info!("the certificate was replaced");
                        (current.acceptor, current.stamp) = (acceptor, found);
                    }
                    Err(error) => {
                        tracing::error!(%error, "the certificate was replaced, and the new one cannot be used")
                    }
                }
            }
        }
        current.acceptor.clone()
    }
}

impl std::fmt::Debug for Current {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Current").field("stamp", &self.stamp).finish_non_exhaustive()
    }
}

fn stamp(files: &Certificate) -> Option<Stamp> {
    let of = |path: &Path| {
        let found = fs::metadata(path).ok()?;
        Some((found.ino(), found.ctime(), found.ctime_nsec()))
    };
    Some([of(&files.chain)?, of(&files.key)?])
}

fn acceptor(files: &Certificate) -> Result<TlsAcceptor, TlsFault> {
    let unreadable = |path: &Path, reason: String| TlsFault::Unreadable { path: path.to_owned(), reason };
    let unusable = |reason: String| TlsFault::Unusable { path: files.chain.clone(), reason };
    let chain = pem::certificates(&files.chain).map_err(|reason| unreadable(&files.chain, reason))?;
    if chain.is_empty() {
        return Err(unreadable(&files.chain, "it holds no certificate".to_owned()));
    }
    let (key, mode) = pem::bytes(&files.key).map_err(|reason| unreadable(&files.key, reason))?;
    if mode & 0o077 != 0 {
        return Err(TlsFault::TooOpen { path: files.key.clone(), mode });
    }
    let key = PrivateKeyDer::from_pem_slice(&key);
    let key = key.map_err(|_| unreadable(&files.key, "it holds no private key in PEM".to_owned()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| unusable(error.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::{Certificate, Tls, TlsFault};
    use crate::{
        client::{Address, Method, Trouble},
        serve::{Limits, Listener, serve},
    };
    use axum::{Router, routing::get};
    use std::{
        fs, io, num::NonZeroU16, os::unix::fs::PermissionsExt as _, path::Path, process::Command, time::Duration,
    };
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::{TcpListener, TcpStream},
    };

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    /// An authority `NAME.ca.pem`, its certificate for 127.0.0.1, and the key.
    fn made(folder: &Path, name: &str) -> io::Result<Certificate> {
        let at = |suffix: &str| format!("{name}.{suffix}");
        let openssl = |args: &[&str]| {
            let made = Command::new("openssl").args(args).current_dir(folder).output()?;
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
            Ok::<_, io::Error>(())
        };
        let new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
        let (ca, ca_key, asked, chain, key) = (at("ca.pem"), at("ca.key"), at("csr"), at("pem"), at("key"));
        let authority = ["req", "-x509", "-subj", "/CN=authority", "-keyout", &ca_key, "-out", &ca];
        openssl(&[&authority[..], &new].concat())?;
        let for_us = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", &key, "-out", &asked];
        openssl(&[&["req", "-subj", "/CN=service"], &new[..], &for_us].concat())?;
        let sign = ["x509", "-req", "-in", &asked, "-CA", &ca, "-CAkey", &ca_key, "-CAcreateserial"];
        openssl(&[&sign[..], &["-copy_extensions", "copy", "-days", "1", "-out", &chain]].concat())?;
        fs::set_permissions(folder.join(&key), fs::Permissions::from_mode(0o600))?;
        Ok(Certificate { chain: folder.join(chain), key: folder.join(key) })
    }

    #[test]
    fn a_certificate_that_cannot_be_used_is_refused() -> Outcome {
        let folder = tempfile::tempdir()?;
        let (ours, theirs) = (made(folder.path(), "ours")?, made(folder.path(), "theirs")?);
        assert!(Tls::load(ours.clone()).is_ok());
        let mixed = Tls::load(Certificate { key: theirs.key.clone(), ..ours.clone() });
        assert!(matches!(mixed, Err(TlsFault::Unusable { .. })), "{mixed:?}");
        // Cut off it would be the certificate alone.
        let long = folder.path().join("long");
        fs::write(&long, [fs::read(&ours.chain)?, vec![b'\n'; 1 << 20]].concat())?;
        fs::set_permissions(&long, fs::Permissions::from_mode(0o600))?;
        for (chain, key) in [
            (folder.path().join("nowhere"), ours.key.clone()),
            (folder.path().to_owned(), ours.key.clone()),
            (ours.key.clone(), ours.key.clone()),
            (ours.chain.clone(), ours.chain.clone()),
            (ours.chain.clone(), folder.path().join("nowhere")),
            (long.clone(), ours.key.clone()),
            (ours.chain.clone(), long.clone()),
        ] {
            let refused = Tls::load(Certificate { chain: chain.clone(), key: key.clone() });
            assert!(refused.is_err(), "{} {}", chain.display(), key.display());
        }
        for mode in [0o640, 0o604, 0o644, 0o622] {
            fs::set_permissions(&ours.key, fs::Permissions::from_mode(mode))?;
            assert!(matches!(Tls::load(ours.clone()), Err(TlsFault::TooOpen { .. })), "{mode:o}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn tls_is_spoken_with_the_certificate_that_is_there_now() -> Outcome {
        let folder = tempfile::tempdir()?;
        let (ours, next) = (made(folder.path(), "ours")?, made(folder.path(), "next")?);
        // Clients know who made the first one, and who makes the next.
        let (first, second) = (folder.path().join("ours.ca.pem"), folder.path().join("next.ca.pem"));
        let tcp = TcpListener::bind("127.0.0.1:0").await?;
        let address = tcp.local_addr()?;
        let tls = Tls { look: Duration::ZERO, ..Tls::load(ours.clone())? };
        let limits = Limits {
            connections: NonZeroU16::MIN.saturating_add(7),
            connections_per_peer: NonZeroU16::MIN,
            header_timeout: Duration::from_millis(200),
        };
        let router = Router::new().route("/", get(|| async { "here" }));
        tokio::spawn(serve(Listener { tcp, tls: Some(tls) }, router, limits, std::future::pending()));
        let ask = async |authority: &Path| {
            let url = format!("https://{address}");
            let answer = Address::parse(&url, Some(authority))?.send(Method::GET, "/", None).await?;
            Ok::<_, Trouble>(answer.1)
        };
        assert_eq!(ask(&first).await?, b"here");
        assert!(matches!(ask(&second).await, Err(Trouble::Untrusted(_))));
        // Half of a renewal is none: what was there goes on.
        fs::rename(&next.chain, &ours.chain)?;
        assert_eq!(ask(&first).await?, b"here");
        fs::rename(&next.key, &ours.key)?;
        assert_eq!(ask(&second).await?, b"here");
        assert!(matches!(ask(&first).await, Err(Trouble::Untrusted(_))));
        // Who does not speak TLS, or says nothing, is not waited for.
        for said in [&b"GET / HTTP/1.1\r\nhost: here\r\n\r\n"[..], b""] {
            let mut peer = TcpStream::connect(address).await?;
            peer.write_all(said).await?;
            let mut heard = Vec::new();
            peer.read_to_end(&mut heard).await?;
            assert!(!heard.windows(4).any(|word| word == b"here"));
        }
        assert_eq!(ask(&second).await?, b"here");
        Ok(())
    }
}
