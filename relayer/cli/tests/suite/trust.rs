//! TLS: a service proves who it is by an authority that was named.

use super::{greatseal, services::ANSWER};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use std::{net::SocketAddr, path::Path, process::Command, sync::Arc};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

/// An authority, and a certificate that it has made out to a name.
fn certificate(folder: &Path, authority: &str, server: &str, name: &str) {
    let file = |name: String| folder.join(name).to_str().unwrap().to_owned();
    let (key, root) = (file(format!("{authority}.key")), file(format!("{authority}.pem")));
    let new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl(&[&["req", "-x509"][..], &new_key, &["-keyout", &key, "-out", &root, "-subj", "/CN=authority"]].concat());
    let (own, asked, made) =
        (file(format!("{server}.key")), file(format!("{server}.csr")), file(format!("{server}.pem")));
    let name = format!("subjectAltName={name}");
    let request = ["-keyout", &own, "-out", &asked, "-subj", "/CN=service", "-addext", &name];
    openssl(&[&["req"][..], &new_key, &request].concat());
    let sign = ["x509", "-req", "-in", &asked, "-CA", &root, "-CAkey", &key, "-copy_extensions", "copy", "-days", "1"];
    openssl(&[&sign[..], &["-out", &made]].concat());
}

fn openssl(arguments: &[&str]) {
    let output = Command::new("openssl").args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Serves over TLS for as long as the runtime lives.
async fn serve(folder: &Path, server: &str) -> SocketAddr {
    let chain = CertificateDer::pem_file_iter(folder.join(format!("{server}.pem"))).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join(format!("{server}.key"))).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain.map(Result::unwrap).collect(), key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        while let Ok((peer, _)) = listener.accept().await {
            let Ok(mut peer) = acceptor.accept(peer).await else { continue };
            let mut request = [0; 4096];
            let _ = peer.read(&mut request).await;
            let _ = peer.write_all(ANSWER).await;
            let _ = peer.shutdown().await;
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_an_authority_that_was_named_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    certificate(folder, "ours", "service", "IP:127.0.0.1");
    certificate(folder, "other", "stranger", "IP:127.0.0.1");
    certificate(folder, "third", "misnamed", "DNS:indexer.example");
    std::fs::write(folder.join("empty.pem"), "").unwrap();
    std::fs::write(folder.join("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        .unwrap();
    let (service, misnamed) = (serve(folder, "service").await, serve(folder, "misnamed").await);
    let ask = |url: String, authority: Option<&str>| {
        let variables: Vec<_> = authority.map(|file| ("GREATSEAL_CA", file)).into_iter().collect();
        greatseal(folder, &variables, &["governance", "log", "--indexer", &url])
    };
    let url = || format!("https://{service}");
    let ended = ask(url(), Some("ours.pem"));
    assert!(ended.told.contains("the service speaks"), "{ended:?}");
    for (authority, words) in [
        (Some("other.pem"), "authority that is not trusted"),
        (Some("empty.pem"), "no certificate of an authority"),
        (Some("broken.pem"), "no certificate of an authority"),
        (Some("nowhere.pem"), "nowhere.pem"),
        (Some("ours.key"), "no certificate of an authority"),
        (None, "trusted"),
    ] {
        let ended = ask(url(), authority);
        assert_eq!(ended.code, 5, "{authority:?}: {ended:?}");
        assert!(ended.told.contains(words) && ended.told.contains("--ca FILE"), "{authority:?}: {ended:?}");
        assert!(!ended.told.contains("the service speaks"), "{authority:?}: {ended:?}");
    }
    let ended = ask(format!("https://{misnamed}"), Some("third.pem"));
    assert!(ended.code == 5 && ended.told.contains("made out to another name"), "{ended:?}");
    let ended = ask(format!("http://{service}"), Some("ours.pem"));
    assert_eq!(ended.code, 5, "{ended:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_speaks_no_tls_is_named_so() {
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path(), "ours", "service", "IP:127.0.0.1");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut peer, _)) = listener.accept().await {
            let _ = peer.write_all(ANSWER).await;
        }
    });
    let ended = greatseal(folder.path(), &[("GREATSEAL_CA", "ours.pem")], &["governance", "log", "--indexer", &url]);
    assert!(ended.code == 5 && ended.told.contains("does not speak TLS"), "{ended:?}");
}
