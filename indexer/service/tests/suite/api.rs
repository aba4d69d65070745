//! The HTTP side over a bound port.

use crate::databases::{BOTH, On, Spot};
use crate::history::{DOCUMENT, FIRST_BLOCK, History, document_hash, store_blocks};
use greatseal_api::wire::{EventPage, EventRow, Health, ProposalPage, ProposalRow};
use greatseal_host::{config::Listen, problem::Problem, serve::serve};
use greatseal_indexer::{
    config::Content,
    contents::Contents,
    interruption::{Interruption, Stop},
    ledger::Breach,
    live::Live,
    serve::{App, router},
    store::{Store, StoreError},
};
use greatseal_log::{
    evidence::{Cause, Evidence, Headers},
    files::{File, LogHead, Part},
    leaf::Leaf,
};
use greatseal_protocol::{
    bytes::to_hex,
    council::{Council, SeatId},
    proposal_id::Decision,
};
use greatseal_trail::tree::{Frontier, leaf_hash};
use greatseal_vault::{Place, Vault};
use reqwest::{Method, Response, StatusCode};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot};

pub(crate) struct Service {
    pub(crate) url: String,
    pub(crate) live: Live,
    pub(crate) contents: Contents,
    pub(crate) history: History,
    client: reqwest::Client,
    _end: oneshot::Sender<()>,
    pub(crate) home: TempDir,
    _spot: Spot,
}

impl Service {
    pub(crate) async fn start() -> Self {
        Self::over(History::full()).await
    }

    pub(crate) async fn over(history: History) -> Self {
        Self::on(On::File, history).await
    }

    pub(crate) async fn on(on: On, history: History) -> Self {
        let (home, spot) = (tempfile::tempdir().unwrap(), Spot::new(on));
        let store = Store::open(&spot.place, &history.deployment).await.unwrap();
        let replayed = store.replay(&history.deployment).await.unwrap();
        let live = Live::new(replayed, history.deployment.code_hash);
        let mut ledger = history.ledger();
        let judged = store_blocks(&store, &mut ledger, &history.blocks).await;
        live.advance(&mut ledger, &judged);
        let vault = Vault::at(&Place::Folder(home.path().join("contents"))).await.unwrap();
        let contents = Contents::new(vault, Content::default()).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (end, told) = oneshot::channel();
        let router = router(App { store, live: live.clone(), contents: contents.clone() });
        tokio::spawn(serve(listener, router, Listen::<0>::default().limits(), async {
            let _ = told.await;
        }));
        Self { url, live, contents, history, client: reqwest::Client::new(), _end: end, home, _spot: spot }
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, body: impl Into<reqwest::Body>) -> Response {
        self.client.request(method, format!("{}{path}", self.url)).body(body).send().await.unwrap()
    }

    pub(crate) async fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> T {
        let response = self.ask(Method::GET, path, "").await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }

    pub(crate) async fn bytes(&self, path: &str) -> Vec<u8> {
        let response = self.ask(Method::GET, path, "").await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.bytes().await.unwrap().to_vec()
    }

    #[track_caller]
    pub(crate) fn refused(&self, path: &str) -> impl Future<Output = (u16, String)> {
        let request = self.client.get(format!("{}{path}", self.url)).send();
        async move { problem(request.await.unwrap()).await }
    }

    fn last_block(&self) -> u64 {
        FIRST_BLOCK + self.history.blocks.len() as u64 - 1
    }
}

pub(crate) async fn problem(response: Response) -> (u16, String) {
    assert_eq!(response.headers()["content-type"], "application/json");
    let status = response.status().as_u16();
    let problem: Problem = response.json().await.unwrap();
    assert!(!problem.error.is_empty() && !problem.help.is_empty());
    (status, problem.code)
}

#[tokio::test]
async fn health_says_how_the_index_is() {
    let service = Service::start().await;
    let health: Health = service.get("/health").await;
    assert_eq!((health.status.as_str(), health.indexed_to), ("ok", service.last_block()));
    assert_eq!(health.profile.as_deref(), Some("standard"));
    assert_eq!(health.events, service.live.read().ledger.count());
    assert_eq!(health.head, service.live.read().ledger.head().root.to_string());
    service.live.seen(service.last_block() + 10);
    assert_eq!(service.get::<Health>("/health").await.status, "ok");
    service.live.seen(service.last_block() + 11);
    let health: Health = service.get("/health").await;
    assert_eq!((health.status.as_str(), health.finalized), ("behind", service.last_block() + 11));
    assert_eq!((codes(&health), health.lag.blocks, health.node.answered_seconds_ago), (vec!["behind"], 11, Some(0)));
    service.live.stopped(&fork());
    let health: Health = service.get("/health").await;
    assert_eq!((health.status.as_str(), codes(&health)), ("stopped", vec!["ledger_breach"]));
    assert!(health.why().contains("fork below finality at block 7"), "{}", health.why());
}

#[tokio::test]
async fn a_probe_is_told_by_the_status_and_a_person_by_the_reasons() {
    let service = Service::start().await;
    let ready = async || {
        let response = service.ask(Method::GET, "/ready", "").await;
        let status = response.status().as_u16();
        let health: Health = response.json().await.unwrap();
        let same: Health = service.get("/health").await;
        assert_eq!((same.status.as_str(), &same.reasons), (health.status.as_str(), &health.reasons));
        (status, health)
    };
    let (status, health) = ready().await;
    assert_eq!((status, health.status.as_str(), codes(&health)), (200, "ok", vec![]));
    assert_eq!(health.last_error, None);

    service.live.lost(&Interruption::Silent);
    let (status, health) = ready().await;
    assert_eq!((status, health.status.as_str(), codes(&health)), (503, "degraded", vec!["node_unreachable"]));
    assert_eq!(health.database, "ok");

    let busy = StoreError::Database(greatseal_store::Error::Failing(sqlx::Error::PoolTimedOut));
    service.live.lost(&Interruption::from(busy));
    let (status, health) = ready().await;
    assert_eq!((status, health.status.as_str(), codes(&health)), (503, "degraded", vec!["database_busy"]));
    assert_eq!(health.database, "waiting");

    service.live.seen(service.last_block());
    service.live.answered();
    let (status, health) = ready().await;
    assert_eq!((status, health.status.as_str(), codes(&health)), (200, "ok", vec![]));
    assert_eq!(health.last_error.map(|error| error.code), Some("database_busy".into()), "what was is still told");

    service.live.stopped(&fork());
    assert_eq!(ready().await.0, 503);
    assert_eq!(service.refused("/ready?x=1").await, (400, "unknown_parameter".into()));
}

fn codes(health: &Health) -> Vec<&str> {
    health.reasons.iter().map(|reason| reason.code.as_str()).collect()
}

fn fork() -> Stop {
    Stop::Breach(Breach::Fork { number: 7, expected: [1; 32], found: [2; 32] })
}

/// Fields whose type has 32 bits or fewer: numbers in JSON. Every other integer is a string.
const SMALL: [&str; 3] = ["extrinsic_index", "event_index", "refusal"];

/// ADR 40, at every place of an answer.
fn spelled(path: &str, value: &Value) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| spelled(&format!("{path}.{name}"), value)),
        Value::Array(values) => values.iter().for_each(|value| spelled(path, value)),
        Value::Number(number) => {
            let name = path.rsplit('.').next().unwrap();
            // Facts are typed: a test of theirs looks at each type.
            let fact = path.contains(".event.fields.") || path.contains(".action.");
            let small = number.as_u64().is_some_and(|number| u32::try_from(number).is_ok());
            assert!(small && (fact || SMALL.contains(&name)), "{path} is the number {number}");
        }
        Value::String(text) => {
            let hexadecimal = text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(!text.contains("0x"), "{path} has a prefix: {text}");
            assert!(!hexadecimal || *text == text.to_lowercase(), "{path} has capitals: {text}");
        }
        Value::Bool(_) | Value::Null => {}
    }
}

#[tokio::test]
async fn rule_32_every_answer_spells_numbers_and_bytes_by_one_rule() {
    let service = Service::start().await;
    service.live.stopped(&fork());
    for path in ["/health", "/v1/events?limit=500", "/v1/events/0", "/v1/proposals", "/v1/proposals/1"] {
        let answer: Value = service.get(path).await;
        spelled(path, &answer);
    }
    let most = service.get::<Value>("/v1/events?limit=1").await;
    assert!(most["events"][0]["block_number"].is_string() && most["indexed_to"].is_string(), "{most}");
    spelled("deployment", &serde_json::to_value(&*service.history.deployment).unwrap());
}

#[tokio::test]
async fn metrics_show_flags_duties_and_proposals() {
    async fn shows(service: &Service, lines: &[&str]) {
        let response = service.ask(Method::GET, "/metrics", "").await;
        let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        assert_eq!((response.status(), response.headers()["content-type"].to_str().unwrap()), (StatusCode::OK, kind));
        let text = response.text().await.unwrap();
        assert!(text.ends_with("# EOF\n"));
        for line in lines {
            assert!(text.lines().any(|one| one == *line), "{line} is not in\n{text}");
        }
    }
    // The pause is over; nobody has read its review. One proposal took effect, one expired, one is open.
    let service = Service::start().await;
    let last = format!("greatseal_indexed_block {}", service.last_block());
    let lines = [
        last.as_str(),
        "greatseal_following 1",
        "greatseal_indexed_events 12",
        "greatseal_paused_scopes{scope=\"route\"} 0",
        "greatseal_reviews_due{scope=\"route\"} 1",
        "greatseal_reviews_due{scope=\"everything\"} 0",
        "greatseal_mode{mode=\"normal\"} 1",
        "greatseal_mode{mode=\"read-only\"} 0",
        "greatseal_profile{profile=\"standard\"} 1",
        "greatseal_profile{profile=\"micronode\"} 0",
        "greatseal_proposals{status=\"open\"} 1",
        "greatseal_proposals{status=\"executed\"} 1",
        "greatseal_proposals{status=\"expired\"} 1",
        "greatseal_proposals{status=\"rejected\"} 0",
        "greatseal_proposal_oldest_pending_seconds 0",
    ];
    shows(&service, &lines).await;
    assert_eq!(service.refused("/metrics?format=json").await.0, 400);
    service.live.stopped(&fork());
    shows(&service, &["greatseal_following 0"]).await;
    // While it runs it is paused, and nothing is due; what waits for its approvals gets old.
    let mut history = History::new(2);
    let emergency = |index| SeatId { council: Council::Emergency, index };
    let waiting = history.open(emergency(2), "{}");
    let first = history.open(emergency(0), DOCUMENT);
    history.decide(emergency(0), first, Decision::Approve);
    history.decide(emergency(1), first, Decision::Approve);
    history.execute(first);
    history.now += 60;
    history.decide(emergency(0), waiting, Decision::Reject);
    history.seal();
    let lines = [
        "greatseal_paused_scopes{scope=\"route\"} 1",
        "greatseal_reviews_due{scope=\"route\"} 0",
        "greatseal_review_due_oldest_seconds 0",
        "greatseal_proposal_oldest_pending_seconds 60",
    ];
    shows(&Service::over(history).await, &lines).await;
    // Before the deployment's block there is no profile, and how far the index is can be seen all the same.
    let mut nothing = History::new(3);
    nothing.blocks.clear();
    let lines = [
        "greatseal_indexed_events 0",
        "greatseal_profile{profile=\"standard\"} 0",
        "greatseal_profile{profile=\"micronode\"} 0",
    ];
    shows(&Service::over(nothing).await, &lines).await;
}

#[tokio::test]
async fn a_client_can_check_the_tree_itself() {
    let service = Service::start().await;
    let page: EventPage = service.get("/v1/events?limit=500").await;
    assert_eq!((page.next, page.indexed_to), (None, service.last_block()));
    let head: LogHead = service.get("/log/head").await;
    let mut tree = Frontier::new();
    for part in File::entries(head.size) {
        let bytes = service.bytes(&format!("/log/{}", File::Entries(part).path())).await;
        let evidence = service.bytes(&format!("/log/{}", File::Evidence(part).path())).await;
        let evidence = Evidence::parse(&evidence).unwrap();
        assert_eq!(evidence.causes.len(), page.events.len());
        assert!(
            matches!(evidence.causes[0], Cause::Transaction(_)) && matches!(evidence.causes[1], Cause::Envelope(_))
        );
        let mut entries = &*bytes;
        for (seq, event) in page.events.iter().enumerate() {
            let (length, rest) = entries.split_first_chunk::<2>().unwrap();
            let (leaf, rest) = rest.split_at(u16::from_be_bytes(*length).into());
            entries = rest;
            tree.push(leaf_hash(leaf)).unwrap();
            let (parsed, record) = Leaf::parse(leaf).unwrap();
            assert_eq!((event.seq.as_str(), record.seq), (seq.to_string().as_str(), seq as u64));
            assert_eq!((event.block_number, &event.record), (parsed.block_number, &to_hex(&parsed.record)));
            assert_eq!(event.leaf, leaf_hash(leaf).to_string());
            assert_eq!(&service.get::<EventRow>(&format!("/v1/events/{seq}")).await, event);
        }
        assert!(entries.is_empty());
    }
    assert_eq!(
        (tree.root().to_string(), &service.get::<Health>("/health").await.head),
        (head.root.clone(), &head.root)
    );
    let blocks = head.last_block - head.first_block + 1;
    for part in File::headers(blocks) {
        let headers = Headers::parse(&service.bytes(&format!("/log/{}", File::Headers(part).path())).await).unwrap();
        assert_eq!(headers.0.len() as u64, blocks);
    }
    let tile = service.bytes(&format!("/log/tile/0/000.p/{}", head.size)).await;
    assert_eq!(tile.len() as u64, 32 * head.size);
    let kinds: Vec<&str> = page.events.iter().map(|event| event.event.kind.as_str()).collect();
    let expected =
        "Deployed Opened Decided Decided QuorumReached Executed Paused Opened Decided Rejected Opened Refused";
    assert_eq!(kinds.join(" "), expected);
}

/// Whatever is asked of rows is answered with the same bytes on both databases.
#[tokio::test]
async fn both_databases_answer_the_same() {
    let part = |number| Part { number, width: 8 };
    let files = [
        File::Tile { level: 0, part: part(0) },
        File::Entries(part(0)),
        File::Evidence(part(0)),
        File::Headers(Part { number: 0, width: 5 }),
    ];
    let mut paths: Vec<String> = files.iter().map(|file| format!("/log/{}", file.path())).collect();
    for path in [
        "/log/head",
        "/v1/events",
        "/v1/events?limit=3",
        "/v1/events?limit=3&after=2",
        "/v1/events?kind=Decided",
        "/v1/events?proposal=1.E0.0",
        "/v1/events?proposal=1.E0.0&kind=Decided&after=1",
        "/v1/events/3",
        "/v1/proposals",
    ] {
        paths.push(path.to_owned());
    }
    let mut answers = Vec::new();
    for on in BOTH {
        let service = Service::on(on, History::full()).await;
        let mut bytes = Vec::new();
        for path in &paths {
            bytes.push(service.bytes(path).await);
        }
        answers.push(bytes);
    }
    for (path, (file, server)) in paths.iter().zip(answers[0].iter().zip(&answers[1])) {
        assert!(!file.is_empty());
        assert_eq!(String::from_utf8_lossy(file), String::from_utf8_lossy(server), "{path}");
    }
}

#[tokio::test]
async fn events_are_paged_and_filtered() {
    let service = Service::start().await;
    let page: EventPage = service.get("/v1/events?after=1&limit=2").await;
    assert_eq!(page.events.iter().map(|event| event.seq.as_str()).collect::<Vec<_>>(), ["2", "3"]);
    assert_eq!(page.next.as_deref(), Some("3"));
    let by_id: EventPage = service.get("/v1/events?proposal=2.E1.0").await;
    let by_number: EventPage = service.get("/v1/events?proposal=2").await;
    assert_eq!(by_id, by_number);
    assert_eq!(by_id.events.len(), 3);
    let page: EventPage = service.get("/v1/events?proposal=2&kind=Rejected").await;
    assert_eq!(page.events.len(), 1);
    assert!(service.get::<EventPage>("/v1/events?proposal=99").await.events.is_empty());
    assert!(service.get::<EventPage>("/v1/events?kind=RouteChanged").await.events.is_empty());
    assert!(service.get::<EventPage>("/v1/events?after=18446744073709551").await.events.is_empty());
}

#[tokio::test]
async fn proposals_show_where_they_stand() {
    let service = Service::start().await;
    let page: ProposalPage = service.get("/v1/proposals").await;
    let shown: Vec<_> = page.proposals.iter().map(|row| (row.id.as_str(), row.status.as_str())).collect();
    assert_eq!(shown, [("3.E1.0", "open"), ("2.E1.0", "expired"), ("1.E0.0", "executed")]);
    assert_eq!((page.next, page.indexed_to), (None, service.last_block()));

    let first: ProposalRow = service.get("/v1/proposals/1").await;
    assert_eq!(first, service.get::<ProposalRow>("/v1/proposals/1.E0.0").await);
    assert_eq!((first.approve.join(" "), first.reject.len()), ("E0 E1".into(), 0));
    assert!(first.eta.is_some() && first.execute_by.is_some() && !first.document_held);
    assert_eq!(first.document, document_hash().to_string());
    assert_eq!(first.status_at, service.live.read().now().to_string());
    assert_eq!(first.action["emergency"]["pause"]["scope"], "route:1");
    assert!(first.words.contains(&("scope".into(), "route:1".into())));
    assert_eq!(service.get::<ProposalRow>("/v1/proposals/2").await.reject, ["E2"]);

    let page: ProposalPage = service.get("/v1/proposals?limit=1").await;
    assert_eq!((page.proposals[0].id.as_str(), page.next.as_deref()), ("3.E1.0", Some("3")));
    let page: ProposalPage = service.get("/v1/proposals?limit=5&before=3").await;
    assert_eq!((page.proposals.len(), page.next), (2, None));
    let page: ProposalPage = service.get("/v1/proposals?status=executed").await;
    assert_eq!((page.proposals.len(), page.next), (1, None));
}

#[tokio::test]
async fn every_refusal_is_json_with_a_code_that_stays() {
    let service = Service::start().await;
    for (path, status, code) in [
        ("/health?x=1", 400, "unknown_parameter"),
        ("/v1/events?offset=1", 400, "unknown_parameter"),
        ("/v1/events/1?limit=1", 400, "unknown_parameter"),
        ("/v1/proposals?kind=Opened", 400, "unknown_parameter"),
        ("/v1/events?limit=0", 400, "bad_parameter"),
        ("/v1/events?limit=501", 400, "bad_parameter"),
        ("/v1/events?limit=", 400, "bad_parameter"),
        ("/v1/events?limit=1&limit=2", 400, "bad_parameter"),
        ("/v1/events?after=-1", 400, "bad_parameter"),
        ("/v1/events?after=%2B1", 400, "bad_parameter"),
        ("/v1/events?kind=opened", 400, "bad_parameter"),
        ("/v1/events?proposal=x", 400, "bad_parameter"),
        ("/v1/events/01", 400, "bad_parameter"),
        ("/v1/events/%FF", 400, "bad_parameter"),
        ("/v1/events/999", 404, "unknown_event"),
        ("/v1/events/18446744073709551615", 404, "unknown_event"),
        ("/v1/proposals?status=done", 400, "bad_parameter"),
        ("/v1/proposals?before=-1", 400, "bad_parameter"),
        ("/v1/proposals/9", 404, "unknown_proposal"),
        ("/v1/proposals/1.E1.0", 404, "unknown_proposal"),
        ("/v1/proposals/1.E0.9", 400, "bad_parameter"),
        ("/v1/proposals/1.E0", 400, "bad_parameter"),
        ("/v1/proposals/E0.1.0", 400, "bad_parameter"),
        ("/", 404, "not_found"),
        ("/v1/nothing", 404, "not_found"),
        ("/v1/events/", 404, "not_found"),
        ("/v1/documents", 404, "not_found"),
        ("/v1/contents", 400, "bad_parameter"),
        ("/v1/contents?seq=999", 404, "unknown_event"),
        ("/v1/contents/sha256:00", 400, "bad_address"),
    ] {
        assert_eq!(service.refused(path).await, (status, code.to_owned()), "{path}");
    }
    let deleted = problem(service.ask(Method::DELETE, "/v1/events", "").await).await;
    assert_eq!(deleted, (405, "method_not_allowed".into()));
}
