//! Checkpoints: promised, signed, cosigned, published; and what is refused at the start.

use crate::databases::{BOTH, On, Spot};
use crate::history::{History, store_blocks};
use axum::{Router, body::Bytes, extract::State as Extracted, http::StatusCode, routing::post};
use greatseal_api::wire::Health;
use greatseal_host::{config::Listen, serve::serve};
use greatseal_indexer::{
    block::Block,
    checkpoint::{self, Publisher},
    config::{Config, Content},
    contents::Contents,
    error::Error,
    ledger::Ledger,
    live::Live,
    serve::{App, router},
    store::{Store, StoreError},
};
use greatseal_protocol::bytes::to_hex;
use greatseal_signing::{
    Cosigning, Growth, HeadFile, Keyring, Purpose, Sealed, SecretSource, Store as Keys, WitnessKey, Work,
};
use greatseal_trail::{
    checkpoint::{Checkpoint, Log, Origin, Signed},
    cosignature::{self, Policy},
    note::{KeyName, VerifierKey},
    tree::{Head, Memory, Nodes as _, consistency, leaf_hash, root},
    witness::{AddCheckpoint, Judgement, Kept, SIZE_TYPE},
};
use greatseal_vault::{Place, Vault};
use serde_json::json;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};
use tempfile::TempDir;
use tokio::{
    net::TcpListener,
    sync::{Mutex, oneshot},
};

/// A folder with keys, a database that grows, and what is configured.
struct Case {
    history: History,
    home: TempDir,
    spot: Spot,
    witnesses: Vec<String>,
    quorum: u16,
}

/// One run of the indexer's parts, without a node.
struct Run {
    store: Store,
    live: Live,
    ledger: Ledger,
    publisher: Option<Publisher>,
}

impl Case {
    async fn new(on: On) -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("passphrase"), "the cat sat on a seal\n").unwrap();
        fs::set_permissions(home.path().join("passphrase"), Permissions::from_mode(0o600)).unwrap();
        let case = Self { history: History::full(), home, spot: Spot::new(on), witnesses: Vec::new(), quorum: 0 };
        case.keyring("keys").await.generate("log", Purpose::Audit).await.unwrap();
        case
    }

    fn path(&self, name: &str) -> PathBuf {
        let home = if name.starts_with("audit.db") { self.spot.path.parent().unwrap() } else { self.home.path() };
        home.join(name)
    }

    async fn keyring(&self, folder: &str) -> Keyring {
        let passphrase = SecretSource::File(self.path("passphrase"));
        let sealed = Sealed { work: Work::LEAST, ..Sealed::new(self.path(folder), passphrase) };
        Keyring::open_without_journal(Keys::Sealed(sealed)).await.unwrap()
    }

    fn config(&self) -> Config {
        serde_json::from_value(json!({
            "deployment": { "file": "not read here" },
            "database": { "file": self.path("audit.db") },
            "checkpoint": {
                "kind": "sealed",
                "path": self.path("keys"),
                "key": "log",
                "passphrase_file": self.path("passphrase"),
            },
            "witnesses": { "list": self.witnesses.concat(), "quorum": self.quorum },
        }))
        .unwrap()
    }

    fn origin(&self) -> Origin {
        Origin::new(format!("greatseal/{}", to_hex(&self.history.deployment.deployment))).unwrap()
    }

    async fn try_run(&self) -> Result<Run, Error> {
        let store = Store::open(&self.spot.place, &self.history.deployment).await?;
        let replayed = store.replay(&self.history.deployment).await?;
        let ledger = replayed.ledger.clone();
        let live = Live::new(replayed, self.history.deployment.code_hash);
        match checkpoint::open(&self.config(), &store, &live).await {
            Ok(publisher) => Ok(Run { store, live, ledger, publisher }),
            Err(error) => {
                store.close().await;
                Err(error)
            }
        }
    }

    async fn run(&self) -> Run {
        self.try_run().await.unwrap()
    }

    /// Whoever verifies knows the log's key.
    fn log(&self, run: &Run) -> Log {
        let key: VerifierKey = run.health().checkpoint.unwrap().key.parse().unwrap();
        Log { origin: self.origin(), keys: vec![key] }
    }

    /// The head of the first blocks, made from the history alone.
    fn head(&self, blocks: &[Block]) -> Head {
        let mut ledger = self.history.ledger();
        blocks.iter().for_each(|block| drop(ledger.take(block).unwrap()));
        ledger.head()
    }
}

impl Run {
    async fn grow(&mut self, blocks: &[Block]) {
        let judged = store_blocks(&self.store, &mut self.ledger, blocks).await;
        self.live.advance(&mut self.ledger, &judged);
    }

    async fn round(&mut self) {
        self.publisher.as_mut().unwrap().round().await;
    }

    fn health(&self) -> Health {
        self.live.read().health()
    }

    fn note(&self) -> Option<String> {
        self.live.read().checkpoints.as_ref()?.note().map(|note| note.to_string())
    }

    async fn end(self) {
        drop(self.publisher);
        self.store.close().await;
    }
}

/// A witness that lives in this test, over HTTP: the same key and the same judgement as the real one.
struct Eye {
    key: WitnessKey,
    log: Log,
    asked: Vec<u64>,
    time: u64,
}

async fn eye(case: &mut Case, log: Log, name: &str) -> (Arc<Mutex<Eye>>, oneshot::Sender<()>) {
    let keyring = case.keyring(name).await;
    keyring.generate("eye", Purpose::Witness).await.unwrap();
    let heads = HeadFile::open(&case.path(&format!("{name}.state"))).unwrap();
    let key = keyring.witness_key("eye", KeyName::new(format!("{name}.example/w")).unwrap(), heads).await.unwrap();
    let vkey = key.vkey().clone();
    let eye = Arc::new(Mutex::new(Eye { key, log, asked: Vec::new(), time: 1_800_000_000 }));
    let router = Router::new().route("/sub/add-checkpoint", post(answer)).with_state(Arc::clone(&eye));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    case.witnesses.push(format!("{vkey} http://{}/sub\n", listener.local_addr().unwrap()));
    let (end, told) = oneshot::channel();
    tokio::spawn(serve(listener, router, Listen::<0>::default().limits(), async {
        let _ = told.await;
    }));
    (eye, end)
}

async fn answer(
    Extracted(eye): Extracted<Arc<Mutex<Eye>>>,
    body: Bytes,
) -> (StatusCode, [(&'static str, &'static str); 1], String) {
    let mut eye = eye.lock().await;
    let request = AddCheckpoint::parse(&body).unwrap();
    eye.asked.push(request.old_size);
    let kept = eye.key.last(&eye.log.origin).map(|note| Kept::open(note.as_bytes(), &eye.log).unwrap());
    eye.time += 1;
    let text = [("content-type", "text/plain")];
    match Cosigning::judge(kept.as_ref(), &request, &eye.log) {
        Ok(cosigning) => (StatusCode::OK, text, eye.key.cosign(&cosigning, eye.time).await.unwrap()),
        Err(judgement @ Judgement::Conflict { .. }) => {
            (StatusCode::CONFLICT, [("content-type", SIZE_TYPE)], judgement.body().unwrap())
        }
        Err(other) => (StatusCode::from_u16(other.status().code()).unwrap(), text, format!("{other:?}")),
    }
}

#[tokio::test]
async fn rule_27_every_head_that_grows_is_promised_signed_and_published() {
    for on in BOTH {
        let case = Case::new(on).await;
        let mut run = case.run().await;
        let log = case.log(&run);
        run.round().await;
        assert_eq!((run.note(), run.health().checkpoint.unwrap().size), (None, None), "an empty log has none");
        let mut notes = Vec::new();
        for block in &case.history.blocks {
            run.grow(std::slice::from_ref(block)).await;
            run.round().await;
            let note = run.note().unwrap();
            let signed = Signed::open(note.as_bytes(), &log).unwrap();
            assert_eq!(signed.checkpoint().head(), &run.ledger.head());
            let kept = HeadFile::read(&case.path("audit.db.head")).unwrap();
            assert_eq!(kept[case.origin().as_str()], signed.checkpoint().to_string());
            assert_eq!(run.store.last_head().await.unwrap(), Some(run.ledger.head()));
            notes.push(note);
        }
        // Blocks without records have no checkpoint of their own: it would be the same.
        notes.dedup();
        assert!(notes.len() >= 4, "{notes:?}");
        let (head, health) = (run.ledger.head(), run.health().checkpoint.unwrap());
        assert_eq!((health.size, health.signed, health.quorum), (Some(head.size), Some(head.size), 0));
        assert!(health.age_seconds.is_some_and(|age| age < 60) && health.reason.is_none());

        // Over HTTP: the last, earlier ones, and none where there is none.
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (end, told) = oneshot::channel::<()>();
        let vault = Vault::at(&Place::Folder(case.home.path().join("contents"))).await.unwrap();
        let contents = Contents::new(vault, Content::default()).await.unwrap();
        let app = App { store: run.store.clone(), live: run.live.clone(), contents };
        let serving = tokio::spawn(serve(listener, router(app), Listen::<0>::default().limits(), async {
            let _ = told.await;
        }));
        let get = async |path: &str| {
            let answer = reqwest::get(format!("{url}{path}")).await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        assert_eq!(get("/log/checkpoint").await, (200, notes.last().unwrap().clone()));
        for note in &notes {
            let size = Signed::parse(note.as_bytes()).unwrap().checkpoint().head().size;
            assert_eq!(get(&format!("/log/checkpoint/{size}")).await, (200, note.clone()));
        }
        for wrong in ["99", "01", "-1", "x", "18446744073709551616"] {
            let (status, body) = get(&format!("/log/checkpoint/{wrong}")).await;
            assert!(status == 404 && body.contains("unknown_checkpoint"), "{wrong}: {status} {body}");
        }
        let (_, metrics) = get("/metrics").await;
        for line in [format!("greatseal_checkpoint_events {}", head.size), "greatseal_witnesses 0".into()] {
            assert!(metrics.lines().any(|one| one == line), "{metrics}");
        }
        let _ = end.send(());
        serving.await.unwrap().unwrap();

        // The next run shows the last one before it signs.
        run.end().await;
        let again = case.run().await;
        assert_eq!(again.note().as_ref(), notes.last());
        again.end().await;
    }
}

#[tokio::test]
async fn without_a_key_nothing_is_signed() {
    for on in BOTH {
        let case = Case::new(on).await;
        let store = Store::open(&case.path("audit.db"), &case.history.deployment).await.unwrap();
        let live = Live::new(store.replay(&case.history.deployment).await.unwrap(), [0; 32]);
        let config = Config { checkpoint: greatseal_indexer::config::Checkpoint::None, ..case.config() };
        assert!(checkpoint::open(&config, &store, &live).await.unwrap().is_none());
        assert!(live.read().health().checkpoint.is_none() && !case.path("audit.db.head").exists());
        // Witnesses that could never be enough are refused.
        let config = Config { checkpoint: case.config().checkpoint, ..case.config() };
        let config =
            Config { witnesses: greatseal_indexer::config::Witnesses { quorum: 1, ..config.witnesses }, ..config };
        assert!(matches!(checkpoint::open(&config, &store, &live).await, Err(Error::Witnesses(_))));
        store.close().await;
    }
}

/// Roots and proofs come from rows alone, over the first row of nodes too.
#[tokio::test]
async fn roots_and_proofs_of_every_size_are_those_of_the_leaves() {
    const LEAVES: u64 = 700;
    let case = Case::new(On::File).await;
    let run = case.run().await;
    // Leaves by themselves: what they are of does not matter here.
    let options = SqliteConnectOptions::new().filename(case.path("audit.db"));
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("INSERT INTO blocks VALUES (1, x'', 0, x'', 0, NULL, NULL)").execute(&mut connection).await.unwrap();
    let mut tree = Memory::new();
    let mut transaction = connection.begin().await.unwrap();
    for seq in 0..LEAVES {
        let hash = leaf_hash(&seq.to_be_bytes());
        tree.push(hash).unwrap();
        sqlx::query("INSERT INTO events VALUES ($1, 'Opened', NULL, 1, 0, $1, x'', x'', $2)")
            .bind(i64::try_from(seq).unwrap())
            .bind(hash.bytes().to_vec())
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    for number in 0..LEAVES / 256 {
        sqlx::query("INSERT INTO nodes VALUES (1, $1, $2)")
            .bind(i64::try_from(number).unwrap())
            .bind(tree.node(8, number).unwrap().bytes().to_vec())
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
    connection.close().await.unwrap();
    for size in [1, 2, 3, 255, 256, 257, 511, 512, 513, 600, LEAVES] {
        assert_eq!(run.store.root(size).await.unwrap(), root(&mut tree, size).unwrap(), "{size}");
        for old in [0, 1, 2, 7, 255, 256, 257, 500, 512, size].into_iter().filter(|old| *old <= size) {
            let proof = run.store.consistency(old, size).await.unwrap();
            assert_eq!(proof, consistency(&mut tree, old, size).unwrap(), "{old} {size}");
        }
    }
    assert!(matches!(run.store.root(LEAVES + 1).await, Err(StoreError::DamagedEvent { .. })));
    assert!(matches!(run.store.consistency(9, 8).await, Err(StoreError::DamagedEvent { .. })));
    run.end().await;
}

#[tokio::test]
async fn rule_26_an_older_database_is_refused_as_rewound() {
    let case = Case::new(On::File).await;
    let (first, rest) = case.history.blocks.split_at(3);
    let mut run = case.run().await;
    run.grow(first).await;
    run.round().await;
    run.end().await;
    fs::copy(case.path("audit.db"), case.path("backup.db")).unwrap();
    let mut run = case.run().await;
    run.grow(rest).await;
    run.round().await;
    let note = run.note().unwrap();
    run.end().await;
    let newest = case.path("newest.db");
    fs::rename(case.path("audit.db"), &newest).unwrap();
    // A backup, and a database that is new altogether.
    for older in [Some("backup.db"), None] {
        if let Some(older) = older {
            fs::copy(case.path(older), case.path("audit.db")).unwrap();
        }
        let Err(refused) = case.try_run().await else { panic!("it starts") };
        let (signed, found) = (case.head(&case.history.blocks).size, older.map_or(0, |_| case.head(first).size));
        assert!(
            matches!(&refused, Error::Store(StoreError::Rewound { signed: it, found: has, .. }) if (*it, *has) == (signed, found)),
            "{refused}"
        );
        assert_eq!((refused.code(), refused.exit_code()), ("database_rewound", 7));
        assert!(refused.help().contains("bring the newer database back") && refused.help().contains("index anew"));
        fs::remove_file(case.path("audit.db")).unwrap();
    }
    // Indexed anew without the key, up to what was signed: the same leaves, and it goes on.
    let store = Store::open(&case.path("audit.db"), &case.history.deployment).await.unwrap();
    store_blocks(&store, &mut case.history.ledger(), &case.history.blocks).await;
    store.close().await;
    let mut again = case.run().await;
    again.round().await;
    assert_eq!(again.note(), Some(note));
    again.end().await;
}

#[tokio::test]
async fn rule_26_another_history_is_refused() {
    for on in BOTH {
        let case = Case::new(on).await;
        let mut run = case.run().await;
        run.grow(&case.history.blocks).await;
        run.end().await;
        // The file says that another tree of this size was signed.
        let size = case.head(&case.history.blocks).size;
        let mut other = Memory::new();
        (0..size).for_each(|leaf| other.push(leaf_hash(&leaf.to_be_bytes())).unwrap());
        let forged = Checkpoint::new(case.origin(), Head { size, root: root(&mut other, size).unwrap() });
        {
            let heads = HeadFile::open(&case.path("audit.db.head")).unwrap();
            let key = case.keyring("keys").await.audit_key("log", case.origin(), heads).await.unwrap();
            key.sign(&Growth::judge(&case.origin(), None, forged, &[]).unwrap()).await.unwrap();
        }
        let Err(refused) = case.try_run().await else { panic!("it starts") };
        assert!(
            matches!(refused, Error::Store(StoreError::OtherHistory { signed, .. }) if signed == size),
            "{refused}"
        );
        assert_eq!((refused.code(), refused.exit_code()), ("database_rewound", 7));
    }
}

/// Killed behind the promise, in the database, in the file, or in both: the next run signs what was promised, or goes on from it.
#[tokio::test]
async fn rule_27_killed_between_promise_and_signature_it_goes_on() {
    for on in BOTH {
        for (in_database, in_file) in [(true, false), (false, true), (true, true)] {
            let case = Case::new(on).await;
            let (first, rest) = case.history.blocks.split_at(3);
            let mut run = case.run().await;
            run.grow(first).await;
            let head = run.ledger.head();
            if in_database {
                run.store.keep_head(&head, 1).await.unwrap();
            }
            run.end().await;
            if in_file {
                let heads = HeadFile::open(&case.path("audit.db.head")).unwrap();
                let key = case.keyring("keys").await.audit_key("log", case.origin(), heads).await.unwrap();
                let promise = Growth::judge(&case.origin(), None, Checkpoint::new(case.origin(), head), &[]).unwrap();
                key.keep(&promise).await.unwrap();
            }
            let mut again = case.run().await;
            assert_eq!(again.note(), None, "nothing was signed");
            again.round().await;
            let log = case.log(&again);
            assert_eq!(Signed::open(again.note().unwrap().as_bytes(), &log).unwrap().checkpoint().head(), &head);
            again.grow(rest).await;
            again.round().await;
            let last = Signed::open(again.note().unwrap().as_bytes(), &log).unwrap();
            assert_eq!(last.checkpoint().head(), &case.head(&case.history.blocks));
            again.end().await;
        }
    }
}

/// The file of heads is lost: it is made anew from what the database has promised.
#[tokio::test]
async fn a_lost_file_of_heads_comes_back() {
    for on in BOTH {
        let case = Case::new(on).await;
        let mut run = case.run().await;
        run.grow(&case.history.blocks).await;
        run.round().await;
        run.end().await;
        let before = fs::read(case.path("audit.db.head")).unwrap();
        fs::remove_file(case.path("audit.db.head")).unwrap();
        case.run().await.end().await;
        assert_eq!(fs::read(case.path("audit.db.head")).unwrap(), before);
        // What is no such file is refused, and left as it is.
        fs::write(case.path("audit.db.head"), "{}").unwrap();
        let Err(refused) = case.try_run().await else { panic!("it starts") };
        assert_eq!((refused.code(), refused.exit_code()), ("checkpoint_key", 6));
    }
}

#[tokio::test]
async fn rule_26_promises_are_append_only_and_are_compared_with_the_leaves() {
    let case = Case::new(On::File).await;
    let mut run = case.run().await;
    run.grow(&case.history.blocks).await;
    run.round().await;
    let mut wrong = run.ledger.head();
    wrong.root = leaf_hash(b"otherwise");
    assert!(matches!(run.store.keep_head(&wrong, 1).await, Err(StoreError::DamagedEvent { .. })));
    run.end().await;
    let mut vandal = vandal(&case.path("audit.db")).await;
    for statement in [
        "UPDATE heads SET size = 1",
        "DELETE FROM heads",
        "UPDATE checkpoints SET note = ''",
        "DELETE FROM checkpoints",
        "DELETE FROM cosignatures",
    ] {
        let done = sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(&mut vandal).await;
        let empty = statement.contains("cosignatures");
        assert!(empty || done.unwrap_err().to_string().contains("append-only"), "{statement}");
    }
    let last = run_size(&case);
    for (statement, seq) in [
        ("UPDATE heads SET root = zeroblob(32)".to_owned(), last - 1),
        (format!("UPDATE heads SET size = {}", last + 3), last),
        ("UPDATE heads SET root = x'00'".to_owned(), last - 1),
    ] {
        let damaged = case.path("damaged.db");
        fs::copy(case.path("audit.db"), &damaged).unwrap();
        let mut vandal = self::vandal(&damaged).await;
        for statement in ["DROP TRIGGER heads_keep", "PRAGMA foreign_keys = OFF"] {
            sqlx::query(statement).execute(&mut vandal).await.unwrap();
        }
        sqlx::query(sqlx::AssertSqlSafe(statement.clone())).execute(&mut vandal).await.unwrap();
        vandal.close().await.unwrap();
        let store = Store::open(&damaged, &case.history.deployment).await.unwrap();
        let found = store.replay(&case.history.deployment).await.unwrap_err();
        assert!(matches!(&found, StoreError::DamagedEvent { seq: it, .. } if *it == seq), "{statement}: {found}");
        store.close().await;
        for beside in ["damaged.db", "damaged.db-wal", "damaged.db-shm"] {
            let _ = fs::remove_file(case.path(beside));
        }
    }
}

fn run_size(case: &Case) -> u64 {
    case.head(&case.history.blocks).size
}

async fn vandal(path: &Path) -> SqliteConnection {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.unwrap()
}

#[tokio::test]
async fn rule_27_a_checkpoint_is_published_once_enough_witnesses_have_cosigned() {
    for on in BOTH {
        let mut case = Case::new(on).await;
        let (first, rest) = case.history.blocks.split_at(3);
        let (first, rest) = (first.to_vec(), rest.to_vec());
        let log = {
            let run = case.run().await;
            let log = case.log(&run);
            run.end().await;
            log
        };
        let (one, _one) = eye(&mut case, log.clone(), "one").await;
        let (two, end_two) = eye(&mut case, log.clone(), "two").await;
        // Nobody is at the third's address.
        let absent =
            cosignature::WitnessKey::new(KeyName::new("absent").unwrap(), one.lock().await.log.keys[0].public())
                .unwrap();
        case.witnesses.push(format!("{absent} http://127.0.0.1:1\n"));
        case.quorum = 2;
        let keys = vec![one.lock().await.key.vkey().clone(), two.lock().await.key.vkey().clone(), absent];
        let policy = Policy::new(2, keys).unwrap();

        let mut run = case.run().await;
        run.grow(&first).await;
        run.round().await;
        let published = Signed::open(run.note().unwrap().as_bytes(), &log).unwrap();
        assert_eq!(published.checkpoint().head(), &case.head(&first));
        assert_eq!(policy.judge(&published).unwrap().cosigned.len(), 2);
        let health = run.health().checkpoint.unwrap();
        assert_eq!(health.quorum, 2);
        let told = |health: &greatseal_api::wire::CheckpointHealth| {
            let one = |witness: &greatseal_api::wire::WitnessHealth| {
                (witness.cosigned, witness.reason.as_ref().map(|reason| reason.code.clone()))
            };
            health.witnesses.iter().map(one).collect::<Vec<_>>()
        };
        let size = case.head(&first).size;
        let unreachable = || Some("witness_unreachable".to_owned());
        assert_eq!(told(&health), [(Some(size), None), (Some(size), None), (None, unreachable())]);

        // One of them is gone: what is signed is not published.
        let _ = end_two.send(());
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        run.grow(&rest).await;
        run.round().await;
        assert_eq!(Signed::parse(run.note().unwrap().as_bytes()).unwrap().checkpoint().head(), &case.head(&first));
        let health = run.health().checkpoint.unwrap();
        let newest = case.head(&case.history.blocks).size;
        assert_eq!((health.size, health.signed), (Some(size), Some(newest)));
        assert_eq!(told(&health), [(Some(newest), None), (Some(size), unreachable()), (None, unreachable())]);
        assert!(run.store.checkpoint(newest).await.unwrap().is_some());
        // Nor after a restart.
        run.end().await;
        let mut run = case.run().await;
        assert_eq!(Signed::parse(run.note().unwrap().as_bytes()).unwrap().checkpoint().head(), &case.head(&first));

        // A restart forgets how far witnesses are: they say so, and are asked again from there.
        one.lock().await.asked.clear();
        run.round().await;
        assert_eq!(one.lock().await.asked, [0, newest]);
        // It is asked again after the interval only, though another one is asked more often.
        run.round().await;
        assert_eq!(one.lock().await.asked.len(), 2);

        // It comes back somewhere else, with what it kept.
        let (_two, end) = {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let vkey = two.lock().await.key.vkey().clone();
            case.witnesses[1] = format!("{vkey} http://{}/sub\n", listener.local_addr().unwrap());
            let router = Router::new().route("/sub/add-checkpoint", post(answer)).with_state(Arc::clone(&two));
            let (end, told) = oneshot::channel::<()>();
            tokio::spawn(serve(listener, router, Listen::<0>::default().limits(), async {
                let _ = told.await;
            }));
            (two, end)
        };
        run.end().await;
        let mut run = case.run().await;
        run.round().await;
        let published = Signed::open(run.note().unwrap().as_bytes(), &log).unwrap();
        assert_eq!(published.checkpoint().head().size, newest);
        assert_eq!(policy.judge(&published).unwrap().cosigned.len(), 2);
        run.end().await;
        drop(end);
    }
}

/// What a witness answers is verified: another key's line, another checkpoint's, nonsense.
#[tokio::test]
async fn rule_27_a_witness_that_lies_counts_for_nothing() {
    for on in BOTH {
        type Lie = fn(&str) -> (StatusCode, String);
        let lies: [(Lie, &str); 5] = [
            (|line| (StatusCode::OK, line.replace('A', "B").replace('a', "b")), "witness_unproved"),
            (|_| (StatusCode::OK, String::new()), "witness_unproved"),
            (|_| (StatusCode::CONFLICT, "a lot\n".into()), "witness_refuses"),
            (|_| (StatusCode::CONFLICT, "1000000\n".into()), "witness_ahead"),
            (|_| (StatusCode::CONFLICT, "1\n".into()), "witness_restless"),
        ];
        for (lie, code) in lies {
            let mut case = Case::new(on).await;
            let log = {
                let run = case.run().await;
                let log = case.log(&run);
                run.end().await;
                log
            };
            let (eye, _end) = eye(&mut case, log, "one").await;
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let vkey = eye.lock().await.key.vkey().clone();
            case.witnesses = vec![format!("{vkey} http://{}/sub\n", listener.local_addr().unwrap())];
            case.quorum = 1;
            let router = Router::new().route(
                "/sub/add-checkpoint",
                post(move |body: Bytes| async move {
                    let (_, _, true_line) = answer(Extracted(eye), body).await;
                    lie(&true_line)
                }),
            );
            tokio::spawn(serve(listener, router, Listen::<0>::default().limits(), std::future::pending()));
            let mut run = case.run().await;
            run.grow(&case.history.blocks).await;
            run.round().await;
            assert_eq!(run.note(), None, "{code}");
            let reason = run.health().checkpoint.unwrap().witnesses.remove(0).reason.unwrap();
            assert_eq!(reason.code, code, "{}", reason.text);
            run.end().await;
        }
    }
}
