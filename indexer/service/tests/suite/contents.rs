//! Contents over HTTP: brought, served, refused; by strangers, with other bytes, cut short, over a limit, damaged.

use crate::{
    api::{Service, problem},
    history::{DOCUMENT, document_hash},
};
use greatseal_api::wire::{Ciphertexts, Held, MissingPage, ProposalRow, RecordContents};
use greatseal_indexer::{
    config::{Content, Size},
    contents::Contents,
};
use greatseal_protocol::{
    bytes::{ReferenceHash, to_hex},
    content::Address,
    digest,
};
use greatseal_vault::{Name, Place, Vault};
use reqwest::{Method, Response, StatusCode};
use std::{
    fs,
    path::PathBuf,
    time::{Duration, SystemTime},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const AGE: &[u8] = b"age-encryption.org/v1\n-> X25519 ...";

fn hashed(bytes: &[u8]) -> Address {
    Address::Sha256(digest::document_hash(bytes).0)
}

impl Service {
    async fn put(&self, address: &str, bytes: impl Into<reqwest::Body>) -> Response {
        self.ask(Method::PUT, &format!("/v1/contents/{address}"), bytes).await
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join("contents")
    }

    /// Every file below the folder of contents.
    fn files(&self) -> Vec<PathBuf> {
        fn below(folder: PathBuf, found: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                match entry.file_type().unwrap().is_dir() {
                    true => below(entry.path(), found),
                    false => found.push(entry.path()),
                }
            }
        }
        let mut found = Vec::new();
        below(self.folder(), &mut found);
        found
    }
}

#[tokio::test]
async fn a_document_is_a_content_that_whoever_has_it_brings() {
    let service = Service::start().await;
    let address = Address::Sha256(document_hash().0).to_string();
    assert_eq!(service.refused(&format!("/v1/contents/{address}")).await, (404, "unknown_content".into()));
    assert!(!service.get::<ProposalRow>("/v1/proposals/1").await.document_held);
    let missing: MissingPage = service.get("/v1/contents/missing?limit=500").await;
    let named = |page: &MissingPage| {
        page.records.iter().flat_map(|record| &record.contents).filter(|content| content.address == address).count()
    };
    assert!(named(&missing) > 0);

    let kept = service.put(&address, DOCUMENT).await;
    assert_eq!(kept.status(), StatusCode::CREATED);
    assert_eq!(kept.headers()["location"], format!("/v1/contents/{address}").as_str());
    assert_eq!(service.put(&address, DOCUMENT).await.status(), StatusCode::OK);
    assert!(service.get::<ProposalRow>("/v1/proposals/1").await.document_held);
    assert_eq!(named(&service.get("/v1/contents/missing?limit=500").await), 0);

    let answer = service.ask(Method::GET, &format!("/v1/contents/{address}"), "").await;
    let fields = answer.headers().clone();
    assert_eq!(fields["content-type"], "application/octet-stream");
    assert_eq!(fields["x-content-type-options"], "nosniff");
    assert_eq!(fields["content-disposition"], "attachment");
    assert_eq!(fields["etag"], format!("\"{address}\"").as_str());
    assert!(fields["cache-control"].to_str().unwrap().contains("immutable"));
    assert_eq!(answer.text().await.unwrap(), DOCUMENT);
    let head = service.ask(Method::HEAD, &format!("/v1/contents/{address}"), "").await;
    assert_eq!(head.status(), StatusCode::OK);
    assert_eq!(head.headers()["content-length"], DOCUMENT.len().to_string().as_str());
    assert_eq!(head.text().await.unwrap(), "");

    let seq = missing.records[0].seq;
    let record: RecordContents = service.get(&format!("/v1/contents?seq={seq}")).await;
    let document = record.contents.iter().find(|content| content.kind == "document").unwrap();
    assert_eq!((document.address.as_str(), document.held), (address.as_str(), Held::Public));
    assert!(record.contents.iter().any(|content| content.kind == "reason" && content.held == Held::None));
}

#[tokio::test]
async fn what_is_missing_is_listed_page_by_page() {
    let service = Service::start().await;
    let whole: MissingPage = service.get("/v1/contents/missing").await;
    let (mut paged, mut after) = (Vec::new(), String::new());
    loop {
        let page: MissingPage = service.get(&format!("/v1/contents/missing?limit=1{after}")).await;
        paged.extend(page.records);
        let Some(next) = page.next else { break };
        after = format!("&after={next}");
    }
    assert_eq!(paged, whole.records);
    assert!(paged.len() >= 3);
}

#[tokio::test]
async fn other_bytes_and_other_addresses_are_refused() {
    let service = Service::start().await;
    let digits = "ab".repeat(32);
    for scheme in ["sha256", "entries", "outcomes", "carried", "accounts"] {
        let answer = service.put(&format!("{scheme}:{digits}"), "some bytes").await;
        assert_eq!(problem(answer).await, (422, "unfit".into()), "{scheme}");
    }
    for address in ["", "sha256", "sha256:", "md5:ab", "sha256:..%2F..%2Fetc%2Fpasswd", &format!("SHA256:{digits}")] {
        let answer = service.put(address, "x").await;
        let expected = if address.is_empty() { (404, "not_found") } else { (400, "bad_address") };
        assert_eq!(problem(answer).await, (expected.0, expected.1.to_owned()), "{address}");
    }
    let answer = service.put(&format!("sha256:{digits}?public"), "x").await;
    assert_eq!(problem(answer).await, (400, "unknown_parameter".into()));
    let answer = service.ask(Method::POST, &format!("/v1/contents/sha256:{digits}"), "x").await;
    assert_eq!(problem(answer).await, (405, "method_not_allowed".into()));
    assert_eq!(service.files(), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn too_long_is_told_before_it_is_sent_and_cut_short_leaves_nothing() {
    let service = Service::start().await;
    let address = hashed(b"long");
    let host = service.url.trim_start_matches("http://").to_owned();
    let mut long = TcpStream::connect(&host).await.unwrap();
    let head =
        |length: u64| format!("PUT /v1/contents/{address} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n");
    long.write_all(head((2 << 30) + 1).as_bytes()).await.unwrap();
    let mut answer = vec![0; 512];
    let length = long.read(&mut answer).await.unwrap();
    assert!(String::from_utf8_lossy(&answer[..length]).contains("413"));

    let mut cut = TcpStream::connect(&host).await.unwrap();
    cut.write_all(head(20 << 20).as_bytes()).await.unwrap();
    cut.write_all(&vec![7; 12 << 20]).await.unwrap();
    // Some of it is on disk, under no content's name.
    for _ in 0..500 {
        if !service.files().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(service.files().iter().all(|file| file.to_string_lossy().contains('#')), "{:?}", service.files());
    drop(cut);
    for _ in 0..500 {
        if service.files().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(service.files(), Vec::<PathBuf>::new());
    assert_eq!(service.refused(&format!("/v1/contents/{address}")).await, (404, "unknown_content".into()));
}

#[tokio::test]
async fn ciphertexts_are_kept_beside_each_other_and_the_first_eight_stay() {
    let service = Service::start().await;
    let address = hashed(b"hidden");
    let bring = async |bytes: Vec<u8>| service.put(&format!("{address}?restricted"), bytes).await;
    assert_eq!(problem(bring(b"plain".to_vec()).await).await, (415, "not_encrypted".into()));
    assert_eq!(problem(bring(Vec::new()).await).await, (415, "not_encrypted".into()));
    for number in 0..8 {
        assert_eq!(bring([AGE, &[number]].concat()).await.status(), StatusCode::CREATED);
    }
    assert_eq!(problem(bring([AGE, &[9]].concat()).await).await, (409, "too_many".into()));
    let listed: Ciphertexts = service.get(&format!("/v1/contents/{address}?restricted")).await;
    assert_eq!(listed.restricted.len(), 8);
    let first = [AGE, &[0]].concat();
    let name = to_hex(&digest::document_hash(&first).0);
    assert!(listed.restricted.contains(&name));
    assert_eq!(service.bytes(&format!("/v1/contents/{address}?restricted={name}")).await, first);
    let other = format!("/v1/contents/{address}?restricted={}", "ab".repeat(32));
    assert_eq!(service.refused(&other).await, (404, "unknown_content".into()));
    for bad in ["x", "../x", &name.to_uppercase()] {
        let path = format!("/v1/contents/{address}?restricted={bad}");
        assert_eq!(service.refused(&path).await, (400, "bad_parameter".into()));
    }
    // In plain it is still nowhere.
    assert_eq!(service.refused(&format!("/v1/contents/{address}")).await, (404, "unknown_content".into()));
    assert_eq!(service.contents.held(&address), Held::Restricted);
}

#[tokio::test]
async fn damage_is_told_and_mended_by_whoever_brings_it_again() {
    let service = Service::start().await;
    for bytes in [b"short".to_vec(), vec![3; 3 << 20]] {
        let address = hashed(&bytes);
        assert_eq!(service.put(&address.to_string(), bytes.clone()).await.status(), StatusCode::CREATED);
        let mut changed = bytes.clone();
        changed[1] ^= 1;
        fs::write(service.folder().join(Name::Public(address).to_string()), changed).unwrap();
        let path = format!("/v1/contents/{address}");
        let answer = service.ask(Method::GET, &path, "").await;
        assert!(answer.status() == StatusCode::INTERNAL_SERVER_ERROR || answer.bytes().await.is_err());
        assert_eq!(service.refused(&path).await, (500, "content_damaged".into()));
        assert_eq!(service.put(&address.to_string(), bytes.clone()).await.status(), StatusCode::CREATED);
        assert_eq!(service.bytes(&path).await, bytes);
    }
}

#[tokio::test]
async fn what_no_record_names_has_a_limit_and_an_end() {
    let home = tempfile::tempdir().unwrap();
    let vault = Vault::at(&Place::Folder(home.path().to_owned())).await.unwrap();
    let limits = Content { unnamed_max: Size(1 << 20), restricted_max: Size(1 << 20), ..Content::default() };
    let contents = Contents::new(vault.clone(), limits.clone()).await.unwrap();
    let reason = Address::Sha256(ReferenceHash([1; 32]).0);
    let keep = async |bytes: &[u8], restricted: bool, named: bool| {
        let mut arriving = contents.begin(hashed(bytes), restricted, |_| named)?;
        arriving.push(bytes).await?;
        arriving.finish(move || named).await
    };
    let large = vec![1; 600 << 10];
    keep(&large, false, false).await.unwrap();
    let refused = keep(&vec![2; 600 << 10], false, false).await.unwrap_err();
    assert!(refused.to_string().contains("no room"), "{refused}");
    keep(&vec![2; 600 << 10], false, true).await.unwrap();
    keep(&[AGE, &large].concat(), true, true).await.unwrap();
    assert!(keep(&[AGE, &large, b"x"].concat(), true, true).await.is_err());
    // Two at a time share what is left.
    let mut first = contents.begin(hashed(b"1"), false, |address| *address != hashed(&large)).unwrap();
    let small = contents.begin(hashed(b"2"), false, |_| false).unwrap();
    first.push(&[0; 10]).await.unwrap();
    drop((first, small));

    let named = |address: &Address| *address != hashed(&large) && *address != reason;
    let (now, day) = (SystemTime::now(), Duration::from_secs(24 * 60 * 60));
    assert_eq!(contents.forget(named, now + 6 * day).await.unwrap(), 0);
    assert_eq!(contents.forget(named, now + 8 * day).await.unwrap(), 1);
    assert_eq!(contents.held(&hashed(&large)), Held::None);
    keep(&vec![4; 600 << 10], false, false).await.unwrap();
    // A start knows all that is there.
    let again = Contents::new(vault, limits).await.unwrap();
    assert_eq!(again.held(&hashed(&vec![2; 600 << 10])), Held::Public);
    assert_eq!(again.held(&hashed(&large)), Held::None);
}
