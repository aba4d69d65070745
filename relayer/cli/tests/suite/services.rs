//! Relayer and indexer over HTTP: straight to the address that the URL names.

use super::greatseal;
use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    sync::mpsc,
    thread,
};

pub(super) const ANSWER: &[u8] = b"HTTP/1.1 404 Not Found\r\ncontent-length: 58\r\n\r\n{\"code\":\"told\",\"error\":\"the service speaks\",\"help\":\"no\"}   ";
const LOG: [&str; 2] = ["governance", "log"];

/// Answers every request with the same bytes, and tells what it was sent.
fn server(answer: &'static [u8]) -> (SocketAddr, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        while let Ok((mut peer, _)) = listener.accept() {
            let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
            while !bytes.windows(4).any(|it| it == b"\r\n\r\n") {
                match peer.read(&mut part) {
                    Ok(count) if count > 0 => bytes.extend_from_slice(&part[..count]),
                    _ => break,
                }
            }
            let _ = peer.write_all(answer);
            let _ = tell.send(String::from_utf8_lossy(&bytes).into_owned());
        }
    });
    (address, told)
}

#[test]
fn a_proxy_of_the_environment_gets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (service, asked) = server(ANSWER);
    let (proxy, proxied) = server(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
    let proxy = format!("http://{proxy}");
    let variables: Vec<_> = ["http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"]
        .map(|name| (name, proxy.as_str()))
        .to_vec();
    let indexer = format!("http://{service}");
    let ended = greatseal(folder.path(), &variables, &[&LOG[..], &["--indexer", &indexer]].concat());
    assert!(ended.told.contains("the service speaks"), "{ended:?}");
    let request = asked.recv().unwrap();
    assert!(request.starts_with("GET /v1/"), "{request}");
    assert!(request.contains(&format!("host: {service}\r\n")), "{request}");
    assert!(proxied.try_recv().is_err(), "the proxy was asked");

    // For a host elsewhere no proxy is asked either: the name does not resolve.
    let elsewhere = [&LOG[..], &["--indexer", "http://indexer.invalid:7701"]].concat();
    let ended = greatseal(folder.path(), &variables, &elsewhere);
    assert_eq!(ended.code, 5, "{ended:?}");
    assert!(proxied.try_recv().is_err(), "the proxy was asked");
}

#[test]
fn an_error_says_its_cause() {
    let folder = tempfile::tempdir().unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ask = |url: &str| greatseal(folder.path(), &[], &[&LOG[..], &["--indexer", url]].concat());
    let ended = ask(&format!("http://{free}"));
    assert!(ended.code == 5 && ended.told.contains("refused") && !ended.told.contains("for url"), "{ended:?}");
    for (url, words) in [
        ("ftp://127.0.0.1", "neither with http:// nor with https://"),
        ("127.0.0.1:7701", "URL"),
        ("http://user:word@127.0.0.1", "no password"),
    ] {
        let ended = ask(url);
        assert!(ended.code == 5 && ended.told.contains(words), "{ended:?}");
    }
}

#[test]
fn what_is_no_answer_of_ours_is_told_and_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&'static [u8], &str); 5] = [
        (b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n", "302"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nguest", "not one of ours"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\ncut", "cannot reach"),
        (b"SSH-2.0-OpenSSH_9\r\n", "cannot reach"),
        (b"", "cannot reach"),
    ];
    for (answer, words) in cases {
        let (service, _asked) = server(answer);
        let indexer = format!("http://{service}");
        let ended = greatseal(folder.path(), &[], &[&LOG[..], &["--indexer", &indexer]].concat());
        assert!(ended.code == 5 && ended.told.contains(words), "{words}: {ended:?}");
    }
}
