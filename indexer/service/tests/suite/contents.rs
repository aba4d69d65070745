//! Contents over HTTP: brought, served, refused; by strangers, with other bytes, cut short, over a limit, damaged.

use crate::{
    api::{Service, problem},
    history::{DOCUMENT, History, document_hash},
};
use futures::StreamExt as _;
use greatseal_api::wire::{Ciphertexts, Held, MissingPage, ProposalRow, RecordContents};
use greatseal_indexer::{
    block::Block,
    config::{Content, Size},
    contents::{Contents, Numbers, Refused, names::Names},
    fold::Fold,
    interruption::{Interruption, Stop},
    ledger::Breach,
    live::Live,
    progress::Progress,
    store::Judged,
};
use greatseal_protocol::{
    bytes::to_hex,
    content::Address,
    council::{Council, SeatId},
    digest,
};
use greatseal_vault::{Name, Place, Vault, VaultError};
use reqwest::{Method, Response, StatusCode};
use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::{Duration, SystemTime},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const AGE: &[u8] = b"age-encryption.org/v1\n-> X25519 ...";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

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

    let metrics = service.ask(Method::GET, "/metrics", "").await.text().await.unwrap();
    let addresses = |page: &MissingPage| {
        let named = page.records.iter().flat_map(|record| &record.contents).map(|content| content.address.clone());
        named.collect::<std::collections::BTreeSet<_>>().len()
    };
    let left = addresses(&service.get("/v1/contents/missing?limit=500").await);
    assert!(metrics.contains(&format!("greatseal_contents_missing {left}\n")), "{metrics}");
    assert!(metrics.contains("greatseal_contents 1\n"), "{metrics}");

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
async fn what_is_damaged_is_not_held_until_it_is_brought_again() {
    let service = Service::start().await;
    let (address, sealed) = (Address::Sha256(document_hash().0), [AGE, b"1"].concat());
    let path = format!("/v1/contents/{address}");
    let missing = async || {
        let page: MissingPage = service.get("/v1/contents/missing?limit=500").await;
        page.records.iter().flat_map(|record| &record.contents).any(|content| content.address == address.to_string())
    };
    assert_eq!(service.put(&address.to_string(), DOCUMENT).await.status(), StatusCode::CREATED);
    assert!(!missing().await);
    fs::write(service.folder().join(Name::Public(address).to_string()), "").unwrap();
    assert_eq!(service.refused(&path).await, (500, "content_damaged".into()));
    assert_eq!(service.ask(Method::HEAD, &path, "").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(service.contents.held(&address), Held::None);
    assert!(missing().await && !service.get::<ProposalRow>("/v1/proposals/1").await.document_held);
    let numbers = service.contents.numbers(&service.live.read());
    assert_eq!((numbers.held, numbers.damaged), (0, 1));

    let restricted = format!("{address}?restricted");
    assert_eq!(service.put(&restricted, sealed.clone()).await.status(), StatusCode::CREATED);
    assert_eq!(service.contents.held(&address), Held::Restricted);
    let hash = digest::document_hash(&sealed).0;
    fs::write(service.folder().join(Name::Restricted(address, hash).to_string()), "").unwrap();
    let one = format!("/v1/contents/{address}?restricted={}", to_hex(&hash));
    assert_eq!(service.refused(&one).await, (500, "content_damaged".into()));
    let listed: Ciphertexts = service.get(&format!("/v1/contents/{restricted}")).await;
    assert_eq!((listed.restricted, service.contents.held(&address)), (vec![], Held::None));

    assert_eq!(service.put(&restricted, sealed.clone()).await.status(), StatusCode::CREATED);
    assert_eq!(service.bytes(&one).await, sealed);
    assert_eq!(service.put(&address.to_string(), DOCUMENT).await.status(), StatusCode::CREATED);
    assert_eq!(service.ask(Method::HEAD, &path, "").await.status(), StatusCode::OK);
    assert!(!missing().await);
}

#[tokio::test]
async fn damage_of_what_was_brought_again_meanwhile_is_no_damage() {
    let shelf = Shelf::new().await;
    let bytes = vec![3; 3 << 20];
    let name = Name::Public(hashed(&bytes));
    shelf.keep(&bytes, false).await.unwrap();
    let mut reading = shelf.contents.open(name).await.unwrap().unwrap();
    assert!(reading.parts.next().await.unwrap().is_ok());
    fs::write(shelf.home.path().join(name.to_string()), vec![4; 3 << 20]).unwrap();
    shelf.keep(&bytes, false).await.unwrap();
    let mut ended = None;
    while let Some(part) = reading.parts.next().await {
        ended = Some(part);
    }
    assert!(matches!(ended, Some(Err(VaultError::Damaged(_)))));
    assert_eq!(shelf.contents.held(&name.address()), Held::Public);
    let mut again = shelf.contents.open(name).await.unwrap().unwrap();
    while let Some(part) = again.parts.next().await {
        part.unwrap();
    }
}

#[tokio::test]
async fn nothing_is_shown_in_plain_while_blocks_are_missing() {
    let service = Service::start().await;
    let (address, unnamed) = (Address::Sha256(document_hash().0).to_string(), hashed(b"unnamed").to_string());
    let caching = async |address: &str| {
        let answer = service.ask(Method::GET, &format!("/v1/contents/{address}"), "").await;
        answer.headers()["cache-control"].to_str().unwrap().to_owned()
    };
    service.put(&address, DOCUMENT).await;
    service.put(&unnamed, "unnamed").await;
    let sealed = [AGE, b"1"].concat();
    service.put(&format!("{unnamed}?restricted"), sealed.clone()).await;
    assert!(caching(&address).await.contains("immutable"));
    // A record may say tomorrow that it is confidential.
    assert_eq!(caching(&unnamed).await, "no-store");

    let last = service.live.read().indexed_to();
    service.live.seen(last + 10);
    assert!(caching(&address).await.contains("immutable"));
    service.live.seen(last + 11);
    for address in [&address, &unnamed] {
        let path = format!("/v1/contents/{address}");
        assert_eq!(service.refused(&path).await, (503, "behind".into()));
        assert_eq!(service.ask(Method::HEAD, &path, "").await.status(), StatusCode::OK);
    }
    // It stays so where the node is lost meanwhile.
    service.live.lost(&Interruption::Silent);
    assert_eq!(service.refused(&format!("/v1/contents/{address}")).await, (503, "behind".into()));
    let one = format!("/v1/contents/{unnamed}?restricted={}", to_hex(&digest::document_hash(&sealed).0));
    assert_eq!(service.bytes(&one).await, sealed);
    assert_eq!(service.put(&hashed(b"more").to_string(), "more").await.status(), StatusCode::CREATED);
    assert_eq!(service.refused(&format!("/v1/contents/{}", hashed(b"x"))).await, (404, "unknown_content".into()));
}

/// Uploads and questions lock index and contents while blocks come in.
#[test]
fn questions_and_uploads_never_wait_for_each_other() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(6).enable_all().build().unwrap();
    let (done, ended) = mpsc::channel();
    runtime.spawn(async move {
        let service = Arc::new(Service::start().await);
        // Each upload looks at all of those that no record names.
        for number in 0..500_u16 {
            let body = number.to_be_bytes().repeat(3);
            service.put(&hashed(&body).to_string(), body).await;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let (live, stopped) = (service.live.clone(), Arc::clone(&stop));
        let writer = std::thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                live.seen(0);
                std::thread::yield_now();
            }
        });
        let lanes: Vec<_> = (0..12).map(|lane| tokio::spawn(ask_often(Arc::clone(&service), lane))).collect();
        for lane in lanes {
            lane.await.unwrap();
        }
        stop.store(true, Ordering::Relaxed);
        writer.join().unwrap();
        done.send(()).unwrap();
    });
    let ended = ended.recv_timeout(Duration::from_secs(120));
    runtime.shutdown_background();
    ended.expect("they wait for each other");
}

async fn ask_often(service: Arc<Service>, lane: u16) {
    for number in 0..60_u16 {
        let body = [lane.to_be_bytes(), number.to_be_bytes()].concat();
        let (method, path) = match lane % 4 {
            0 => (Method::PUT, format!("/v1/contents/{}", hashed(&body))),
            1 => (Method::GET, "/metrics".to_owned()),
            2 => (Method::GET, "/v1/contents/missing".to_owned()),
            _ => (Method::GET, "/v1/proposals".to_owned()),
        };
        let answer = service.ask(method, &path, body).await;
        assert!(answer.status().is_success(), "{path}");
        answer.bytes().await.unwrap();
    }
}

/// Contents in a folder of their own, and an index whose records name some of them.
struct Shelf {
    home: TempDir,
    contents: Contents,
    live: Live,
    names: Names,
}

/// What a record names.
const NAMED: [&[u8]; 2] = [b"a document", b"another"];

impl Shelf {
    async fn new() -> Self {
        Self::of(&NAMED, Content::default()).await
    }

    /// `documents` are named by proposals; the last block is of now.
    async fn of(documents: &[&[u8]], limits: Content) -> Self {
        let mut history = History::new(1);
        for (index, document) in (0_u8..).zip(documents) {
            history.open(SeatId { council: Council::Emergency, index }, std::str::from_utf8(document).unwrap());
        }
        history.seal();
        let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        history.now = history.now.max((clock + 30 * DAY).as_secs());
        history.seal();
        let home = tempfile::tempdir().unwrap();
        let vault = Vault::at(&Place::Folder(home.path().to_owned())).await.unwrap();
        let contents = Contents::new(vault, limits).await.unwrap();
        let live = indexed(&history);
        let names = live.read().names.clone();
        Self { home, contents, live, names }
    }

    /// Brings something: named or not, as the index has it.
    async fn keep(&self, bytes: &[u8], restricted: bool) -> Result<Option<Name>, Refused> {
        self.keep_for(hashed(bytes), bytes, restricted).await
    }

    /// Brings something for an address.
    async fn keep_for(&self, address: Address, bytes: &[u8], restricted: bool) -> Result<Option<Name>, Refused> {
        let mut arriving = self.contents.begin(address, restricted, &self.names)?;
        arriving.push(bytes).await?;
        arriving.finish(|| self.names.has(&address)).await
    }

    fn numbers(&self) -> Numbers {
        self.contents.numbers(&self.live.read())
    }
}

/// What a history amounts to, without a database.
fn indexed(history: &History) -> Live {
    let replayed = Fold::new(&history.deployment);
    let live = Live::new(replayed.into(), [0; 32]);
    let mut ledger = history.ledger();
    let judge = |block: &Block| {
        let entries = ledger.take(block).unwrap();
        Judged::new(block.clone(), entries, ledger.head())
    };
    let judged: Vec<_> = history.blocks.iter().map(judge).collect();
    live.advance(&mut ledger, &judged);
    live
}

#[tokio::test]
async fn what_no_record_names_has_a_limit_and_an_end() {
    let (large, other) = (vec![b'1'; 600 << 10], vec![b'2'; 600 << 10]);
    let limits = Content { unnamed_max: Size(1 << 20), restricted_max: Size(2 << 20), ..Content::default() };
    let shelf = Shelf::of(&[other.as_slice(), b"a document"], limits.clone()).await;
    let contents = &shelf.contents;
    shelf.keep(&large, false).await.unwrap();
    let refused = shelf.keep(&vec![3; 600 << 10], false).await.unwrap_err();
    assert!(refused.to_string().contains("no room"), "{refused}");
    shelf.keep(&other, false).await.unwrap();
    shelf.keep_for(hashed(&other), &[AGE, &large].concat(), true).await.unwrap();
    assert!(shelf.keep_for(hashed(&other), &[AGE, &large, b"x"].concat(), true).await.is_err());
    // Two at a time share what is left.
    let mut first = contents.begin(hashed(b"1"), false, &shelf.names).unwrap();
    let mut second = contents.begin(hashed(b"2"), false, &shelf.names).unwrap();
    first.push(&vec![0; 300 << 10]).await.unwrap();
    assert!(matches!(second.push(&vec![0; 300 << 10]).await, Err(Refused::NoRoom(_))));
    drop((first, second));
    let mut alone = contents.begin(hashed(b"2"), false, &shelf.names).unwrap();
    alone.push(&vec![0; 300 << 10]).await.unwrap();
    drop(alone);

    let now = SystemTime::now();
    assert_eq!(contents.forget(&shelf.live, now + 6 * DAY).await.unwrap(), 0);
    assert_eq!(contents.forget(&shelf.live, now + 8 * DAY).await.unwrap(), 1);
    assert_eq!(contents.held(&hashed(&large)), Held::None);
    shelf.keep(&vec![4; 600 << 10], false).await.unwrap();
    // A start knows all that is there.
    let vault = Vault::at(&Place::Folder(shelf.home.path().to_owned())).await.unwrap();
    let again = Contents::new(vault, limits).await.unwrap();
    assert_eq!(again.held(&hashed(&other)), Held::Public);
    assert_eq!(again.held(&hashed(&large)), Held::None);
    assert_eq!(again.numbers(&shelf.live.read()), shelf.numbers());
}

#[tokio::test]
async fn ciphertexts_under_way_count_among_the_eight() {
    let shelf = Shelf::new().await;
    let address = hashed(b"hidden");
    let begin = || shelf.contents.begin(address, true, &shelf.names);
    let mut arriving: Vec<_> = (0..8).map(|_| begin().unwrap()).collect();
    assert!(matches!(begin(), Err(Refused::Busy)));
    // In plain, and for another address, it is no matter.
    drop(shelf.contents.begin(address, false, &shelf.names).unwrap());
    drop(shelf.contents.begin(hashed(b"other"), true, &shelf.names).unwrap());
    drop(arriving.pop());
    arriving.push(begin().unwrap());
    for (number, mut arriving) in (0_u8..).zip(arriving) {
        arriving.push(&[AGE, &[number]].concat()).await.unwrap();
        arriving.finish(|| false).await.unwrap();
    }
    assert!(matches!(begin(), Err(Refused::TooMany)));
    assert_eq!(shelf.contents.ciphertexts(&address, SystemTime::now()).len(), 8);
}

#[tokio::test]
async fn the_first_ciphertexts_are_told_whatever_their_hashes_are() {
    let shelf = Shelf::new().await;
    let address = hashed(b"hidden");
    let hash = |number: u8| digest::document_hash(&[AGE, &[number]].concat()).0;
    for number in 0..8 {
        shelf.keep_for(address, &[AGE, &[number]].concat(), true).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let expected: Vec<_> = (0..8).map(hash).collect();
    assert_eq!(shelf.contents.ciphertexts(&address, SystemTime::now()), expected);
    // More than eight, as somebody else has put them into the folder.
    for number in 8..40 {
        let bytes = [AGE, &[number]].concat();
        fs::write(shelf.home.path().join(Name::Restricted(address, hash(number)).to_string()), bytes).unwrap();
    }
    let vault = Vault::at(&Place::Folder(shelf.home.path().to_owned())).await.unwrap();
    let again = Contents::new(vault, Content::default()).await.unwrap();
    assert_eq!(again.ciphertexts(&address, SystemTime::now()), expected);
}

#[tokio::test]
async fn half_of_the_room_for_ciphertexts_is_for_those_before_their_records() {
    let limits = Content { restricted_max: Size(2 << 20), ..Content::default() };
    let shelf = Shelf::of(&NAMED, limits).await;
    let bytes = |number: u8| [AGE, &vec![number; 600 << 10]].concat();
    let [named, also_named] = NAMED.map(hashed);
    // Everybody knows the addresses that records name.
    shelf.keep_for(named, &bytes(1), true).await.unwrap();
    for address in [named, also_named] {
        let refused = shelf.keep_for(address, &bytes(2), true).await;
        assert!(matches!(refused, Err(Refused::NoRoom("restricted contents"))), "{refused:?}");
    }
    shelf.keep_for(hashed(b"first"), &bytes(3), true).await.unwrap();
    shelf.keep_for(hashed(b"second"), &bytes(4), true).await.unwrap();
    let full = shelf.keep_for(hashed(b"third"), &bytes(5), true).await;
    assert!(matches!(full, Err(Refused::NoRoom("restricted contents"))), "{full:?}");
}

#[tokio::test]
async fn whoever_is_told_that_it_is_held_has_all_the_days_again() {
    let shelf = Shelf::new().await;
    let (contents, now) = (&shelf.contents, SystemTime::now());
    let plain = shelf.keep(b"plain", false).await.unwrap().unwrap();
    let address = hashed(b"hidden");
    shelf.keep_for(address, AGE, true).await.unwrap();
    assert_eq!(contents.rely(&plain, now + 6 * DAY), Some(5));
    assert_eq!(contents.ciphertexts(&address, now + 6 * DAY).len(), 1);
    assert_eq!(contents.forget(&shelf.live, now + 12 * DAY).await.unwrap(), 0);
    assert_eq!(contents.forget(&shelf.live, now + 14 * DAY).await.unwrap(), 2);
    assert_eq!(contents.rely(&plain, now), None);
    assert_eq!(fs::read_dir(shelf.home.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn nothing_is_removed_while_a_record_may_be_ahead() {
    let then = SystemTime::now() + 8 * DAY;
    let shelf = Shelf::new().await;
    shelf.keep(b"plain", false).await.unwrap();
    let gone = async |live: &Live, now| shelf.contents.forget(live, now).await.unwrap();
    let last = shelf.live.read().indexed_to();
    type Wait<'a> = (&'a str, &'a dyn Fn(&Live));
    let waits: [Wait<'_>; 4] = [
        ("behind", &|live: &Live| live.seen(last + 11)),
        ("the node is lost", &|live: &Live| live.lost(&Interruption::Silent)),
        ("not verified", &|live: &Live| live.verify(Progress::new("verifying", 0, 1))),
        ("stopped", &|live: &Live| {
            let (expected, found) = ([0; 32], [1; 32]);
            live.stopped(&Stop::Breach(Breach::Fork { number: 7, expected, found }));
        }),
    ];
    for (why, wait) in waits {
        let fresh = Shelf::new().await;
        wait(&fresh.live);
        assert_eq!(gone(&fresh.live, then).await, 0, "{why}");
    }
    // A node that is itself behind says that nothing is missing.
    let last = SystemTime::UNIX_EPOCH + Duration::from_secs(shelf.live.read().now());
    assert!(last > then);
    assert_eq!(gone(&shelf.live, last + Duration::from_secs(3600)).await, 0, "the last block is old");
    let none = Live::new(Fold::new(&History::new(1).deployment).into(), [0; 32]);
    assert_eq!(gone(&none, then).await, 0, "no block is indexed");
    assert_eq!(gone(&shelf.live, then).await, 1);
}

#[tokio::test]
async fn what_arrives_again_meanwhile_stays() {
    let shelf = Shelf::new().await;
    let then = SystemTime::now() + 8 * DAY;
    let name = shelf.keep(b"plain", false).await.unwrap().unwrap();
    let mut arriving = shelf.contents.begin(name.address(), false, &shelf.names).unwrap();
    arriving.push(b"plain").await.unwrap();
    assert_eq!(shelf.contents.forget(&shelf.live, then).await.unwrap(), 0);
    arriving.finish(|| false).await.unwrap();
    assert!(shelf.contents.open(name).await.unwrap().is_some());

    // Whatever happens at the same time: what is said to be held is there, and nothing is damaged.
    let mut refused = 0;
    for round in 0..300 {
        let asked = shelf.contents.open(name);
        let gone = shelf.contents.forget(&shelf.live, then);
        let kept = shelf.keep(b"plain", false);
        let (asked, gone, kept) = match round % 2 {
            0 => futures::join!(asked, gone, kept),
            _ => {
                let (kept, gone, asked) = futures::join!(kept, gone, asked);
                (asked, gone, kept)
            }
        };
        assert!(asked.is_ok(), "{:?}", asked.err());
        gone.unwrap();
        match kept {
            Ok(_) => {}
            Err(Refused::Leaving) => refused += 1,
            Err(other) => panic!("{other}"),
        }
        assert_eq!(shelf.home.path().join(name.to_string()).exists(), shelf.contents.size(&name).is_some());
        if shelf.contents.size(&name).is_none() {
            shelf.keep(b"plain", false).await.unwrap();
        }
    }
    assert_eq!((shelf.numbers().damaged, shelf.numbers().held), (0, 1), "{refused} were refused");
}

#[tokio::test]
async fn what_cannot_be_removed_still_counts() {
    let shelf = Shelf::new().await;
    let then = SystemTime::now() + 8 * DAY;
    let name = shelf.keep(b"plain", false).await.unwrap().unwrap();
    let (path, before) = (shelf.home.path().join(name.to_string()), shelf.numbers());
    fs::remove_file(&path).unwrap();
    fs::create_dir_all(path.join("in the way")).unwrap();
    assert!(shelf.contents.forget(&shelf.live, then).await.is_err());
    assert_eq!(shelf.numbers(), before);
    // Another one has the room that is left, and no more.
    fs::remove_dir_all(&path).unwrap();
    fs::write(&path, "plain").unwrap();
    assert_eq!(shelf.contents.forget(&shelf.live, then).await.unwrap(), 1);
    assert_eq!((shelf.numbers().bytes, path.exists()), (0, false));
}
