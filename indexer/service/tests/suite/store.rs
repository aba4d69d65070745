//! What the database keeps, what it refuses, and what it finds at the start.

use crate::{
    databases::{BOTH, On, Spot, execute, vandal},
    history::{FIRST_BLOCK, History, store_blocks},
};
use futures::future::poll_immediate;
use greatseal_indexer::{
    block::Block,
    follow::read_on,
    ledger::Ledger,
    live::Live,
    store::{EventFilter, Judged, Store, StoreError, Trouble},
};
use greatseal_postgres::SOCKET;
use greatseal_store::Error;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{UnixListener, UnixStream},
};

struct Case {
    history: History,
    spot: Spot,
}

impl Case {
    fn new(on: On) -> Self {
        Self { history: History::full(), spot: Spot::new(on) }
    }

    /// The file, where it is one.
    fn path(&self) -> &Path {
        &self.spot.path
    }

    async fn open(&self) -> Store {
        Store::open(&self.spot.place, &self.history.deployment).await.unwrap()
    }

    /// A database with the whole history, closed.
    async fn filled(on: On) -> Self {
        let case = Self::new(on);
        let store = case.open().await;
        store_blocks(&store, &mut case.history.ledger(), &case.history.blocks).await;
        store.close().await;
        case
    }

    async fn replay(&self) -> Result<greatseal_indexer::store::Replayed, StoreError> {
        let store = self.open().await;
        let replayed = store.replay(&self.history.deployment).await;
        store.close().await;
        replayed
    }

    async fn damage(&self, statement: &str) {
        self.spot.damage(statement).await;
    }

    /// Number of the first bad event, or the name of another finding.
    async fn finding(&self) -> String {
        match self.replay().await.unwrap_err() {
            StoreError::DamagedEvent { seq, .. } => format!("event {seq}"),
            StoreError::DamagedBlock { number, .. } => format!("block {number}"),
            other => panic!("{other}"),
        }
    }
}

fn judged(after: &mut Ledger, block: &Block) -> Judged {
    let entries = after.take(block).unwrap();
    Judged::new(block.clone(), entries, after.head())
}

#[tokio::test]
async fn a_restart_goes_on_where_the_last_run_ended() {
    for on in BOTH {
        let case = Case::new(on);
        let mut ledger = case.history.ledger();
        for blocks in case.history.blocks.chunks(2) {
            let store = case.open().await;
            let replayed = store.replay(&case.history.deployment).await.unwrap();
            assert_eq!(replayed.ledger.next(), ledger.next());
            assert_eq!(replayed.ledger.last(), ledger.last());
            assert_eq!(replayed.ledger.head(), ledger.head());
            assert_eq!(replayed.ledger.cells(), ledger.cells());
            let mut resumed = replayed.ledger;
            store_blocks(&store, &mut resumed, blocks).await;
            ledger = resumed;
            store.close().await;
        }
        assert_eq!(ledger.cells(), &case.history.cells);
        let replayed = case.replay().await.unwrap();
        assert_eq!(replayed.ledger.count(), ledger.count());
        assert_eq!(replayed.time_ms, case.history.blocks.last().unwrap().time_ms);
        assert!(replayed.register.get(3).is_some());
    }
}

#[tokio::test]
async fn rule_26_rows_and_blocks_are_append_only() {
    for on in BOTH {
        let case = Case::filled(on).await;
        for statement in [
            "UPDATE events SET kind = 'Opened' WHERE seq = 3",
            "DELETE FROM events WHERE seq = 3",
            "UPDATE blocks SET hash = header",
            "INSERT INTO nodes VALUES (1, 0, x'00') ON CONFLICT (level, number) DO UPDATE SET hash = x'01'; DELETE FROM nodes",
            "UPDATE envelopes SET bytes = x'00'",
            "DELETE FROM envelopes",
            "UPDATE transactions SET bytes = x'00'",
            "DELETE FROM transactions",
            "DELETE FROM blocks",
            "UPDATE meta SET value = ''",
            "DELETE FROM meta",
            "DELETE FROM reached",
            "DELETE FROM migrations",
        ] {
            let refused = case.spot.owner(statement).await.expect_err(statement);
            let told = ["append-only", "never changes", "stays"].into_iter().any(|word| refused.contains(word));
            assert!(told, "{statement}: {refused}");
        }
        // What is put in beside them is found.
        case.damage("INSERT INTO nodes VALUES (1, 0, x'00') ON CONFLICT DO NOTHING").await;
        let found = case.replay().await.unwrap_err().to_string();
        assert!(found.contains("the tree has nodes that its leaves do not make"), "{found}");
    }
}

#[tokio::test]
async fn rule_26_a_rewritten_row_is_found_with_its_number() {
    for on in BOTH {
        let case = Case::filled(on).await;
        case.spot.keep();
        let flip = "UPDATE events SET record = substr(record, 1, 8) || x'FF' || substr(record, 10) WHERE seq = 3";
        for (statement, finding) in [
            (flip, "event 3"),
            ("UPDATE events SET event_index = 77 WHERE seq = 4", "event 4"),
            ("UPDATE events SET block_number = block_number + 1 WHERE seq = 2", "event 2"),
            ("UPDATE blocks SET time_ms = time_ms + 1000 WHERE number = 6", "event 1"),
            ("UPDATE events SET tx = zeroblob(32) WHERE seq = 5", "event 5"),
            ("UPDATE events SET leaf = zeroblob(32) WHERE seq = 5", "event 5"),
            ("UPDATE events SET kind = 'Opened' WHERE seq = 2", "event 2"),
            ("UPDATE events SET proposal = NULL WHERE seq = 1", "event 1"),
            ("UPDATE events SET record = 'text' WHERE seq = 1", "event 1"),
            ("UPDATE events SET block_number = -1 WHERE seq = 1", "event 1"),
            ("DELETE FROM events WHERE seq = 2", "event 2"),
            ("DELETE FROM events WHERE seq = 0", "event 0"),
            ("DELETE FROM events", "event 0"),
            ("UPDATE events SET seq = 1000 WHERE seq = 2", "event 2"),
        ] {
            case.damage(statement).await;
            assert_eq!(case.finding().await, finding, "{statement}");
            case.spot.back();
        }
    }
}

#[tokio::test]
async fn swapped_rows_are_found() {
    for on in BOTH {
        let case = Case::filled(on).await;
        case.damage("UPDATE events SET seq = 5 - seq + 1000 WHERE seq IN (2, 3)").await;
        case.damage("UPDATE events SET seq = seq - 1000 WHERE seq > 900").await;
        assert_eq!(case.finding().await, "event 2");
    }
}

#[tokio::test]
async fn rule_26_truncation_is_found_by_the_cursor() {
    for on in BOTH {
        let case = Case::filled(on).await;
        case.spot.keep();
        let last = case.replay().await.unwrap().ledger.count() - 1;
        for (statement, finding) in [
            (format!("DELETE FROM events WHERE seq = {last}"), format!("event {last}")),
            (format!("DELETE FROM events WHERE seq > {last} - 2"), format!("event {}", last - 1)),
            (
                "DELETE FROM blocks WHERE number = (SELECT MAX(number) FROM blocks)".into(),
                format!("event {}", last - 2),
            ),
            ("DELETE FROM blocks WHERE number = 8".into(), "block 8".into()),
            ("UPDATE blocks SET hash = zeroblob(32) WHERE number = 8".into(), "block 8".into()),
            ("UPDATE blocks SET header = header || x'00' WHERE number = 7".into(), "block 7".into()),
            ("UPDATE blocks SET header = zeroblob(100) WHERE number = 7".into(), "block 7".into()),
            ("UPDATE reached SET next_block = next_block + 1".into(), "block 12".into()),
            ("UPDATE reached SET size = size - 1".into(), format!("event {last}")),
            ("UPDATE reached SET root = zeroblob(32)".into(), format!("event {last}")),
            ("UPDATE reached SET frontier = zeroblob(32)".into(), format!("event {last}")),
        ] {
            case.damage(&statement).await;
            assert_eq!(case.finding().await, finding, "{statement}");
            case.spot.back();
        }
    }
}

/// Behind the largest number that a column holds there are only fractions.
#[tokio::test]
async fn rows_with_the_largest_number_are_damage() {
    for on in BOTH {
        for (statement, finding) in [
            ("INSERT INTO blocks VALUES (9223372036854775807, zeroblob(32), 1, zeroblob(100), 7, NULL, NULL)", "block"),
            (
                "INSERT INTO events SELECT 9223372036854775807, kind, proposal, block_number, extrinsic_index, 99, tx, record, \
                 leaf FROM events WHERE seq = 1",
                "event",
            ),
        ] {
            let case = Case::filled(on).await;
            case.damage(statement).await;
            let found = case.finding().await;
            assert!(found.starts_with(finding), "{found}");
        }
    }
}

#[tokio::test]
async fn an_empty_block_cannot_vanish_from_the_end() {
    for on in BOTH {
        let mut case = Case::new(on);
        case.history.seal();
        let store = case.open().await;
        store_blocks(&store, &mut case.history.ledger(), &case.history.blocks).await;
        store.close().await;
        case.damage("DELETE FROM blocks WHERE number = (SELECT MAX(number) FROM blocks)").await;
        assert_eq!(case.finding().await, format!("block {}", FIRST_BLOCK + case.history.blocks.len() as u64 - 1));
    }
}

#[tokio::test]
async fn what_is_not_ours_is_refused_and_left_as_it_is() {
    let case = Case::filled(On::File).await;
    let other = History::new(2);
    let bytes = std::fs::read(case.path()).unwrap();
    let refused = Store::open(case.path(), &other.deployment).await.unwrap_err();
    assert!(matches!(refused, StoreError::OtherDeployment { what: "deployment", .. }), "{refused}");
    let mut other_code = (*case.history.deployment).clone();
    other_code.code_hash = [1; 32];
    let refused = Store::open(case.path(), &other_code.into()).await.unwrap_err();
    assert!(matches!(refused, StoreError::OtherDeployment { what: "code_hash", .. }), "{refused}");
    assert_eq!(std::fs::read(case.path()).unwrap(), bytes);

    let home = case.path().parent().unwrap();
    let text = home.join("notes.txt");
    std::fs::write(&text, "no database at all, but longer than a header of a hundred bytes would be, or nearly so …")
        .unwrap();
    let foreign = home.join("foreign.db");
    let options = SqliteConnectOptions::new().filename(&foreign).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    execute(&mut connection, "CREATE TABLE people (name TEXT)").await.unwrap();
    connection.close().await.unwrap();
    let alike = home.join("alike.db");
    let options = SqliteConnectOptions::new().filename(&alike).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    execute(&mut connection, "CREATE TABLE meta (key INTEGER, value INTEGER, more BLOB)").await.unwrap();
    execute(&mut connection, "INSERT INTO meta VALUES (1, 2, x'00')").await.unwrap();
    connection.close().await.unwrap();
    for path in [&text, &foreign, &alike, &home.to_owned()] {
        let bytes = std::fs::read(path).ok();
        let refused = Store::open(path, &case.history.deployment).await.unwrap_err();
        assert!(matches!(refused, StoreError::Database(Error::NotOurs { .. })), "{}: {refused}", path.display());
        assert_eq!(std::fs::read(path).ok(), bytes);
    }
    let nowhere = Store::open(&home.join("no/such/folder.db"), &case.history.deployment).await.unwrap_err();
    assert!(matches!(nowhere, StoreError::Database(Error::NotCreated { .. })), "{nowhere}");
}

/// One that the program made which counted no migrations.
#[tokio::test]
async fn a_database_of_the_first_release_is_migrated_and_one_from_before_is_refused() {
    let case = Case::filled(On::File).await;
    let mut vandal = vandal(case.path()).await;
    let old = "DROP TABLE migrations; DROP TRIGGER meta_keep; \
               UPDATE meta SET value = 'greatseal-indexer/1' WHERE key = 'schema'";
    for statement in old.split("; ") {
        execute(&mut vandal, statement).await.unwrap();
    }
    let refused = Store::open(case.path(), &case.history.deployment).await.unwrap_err();
    assert!(matches!(refused, StoreError::Database(Error::OtherSchema { .. })), "{refused}");

    let released = "UPDATE meta SET value = 'greatseal-indexer/3' WHERE key = 'schema'";
    execute(&mut vandal, released).await.unwrap();
    let keep = "CREATE TRIGGER meta_keep BEFORE UPDATE ON meta BEGIN SELECT RAISE(ABORT, 'meta never changes'); END";
    execute(&mut vandal, keep).await.unwrap();
    let schema =
        "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name)";
    let found: String = sqlx::query_scalar(schema).fetch_one(&mut vandal).await.unwrap();
    let mut first = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    sqlx::raw_sql(greatseal_indexer::store::SCHEMA.migrations[0].sqlite).execute(&mut first).await.unwrap();
    let expected: String = sqlx::query_scalar(schema).fetch_one(&mut first).await.unwrap();
    let words = |sql: &str| sql.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(&found), words(&expected), "nothing but the name tells it from the first release's");

    assert_eq!(case.replay().await.unwrap().ledger.cells(), &case.history.cells);
    let name: String =
        sqlx::query_scalar("SELECT value FROM meta WHERE key = 'schema'").fetch_one(&mut vandal).await.unwrap();
    assert_eq!(name, "greatseal-indexer/migrations", "the first release's program refuses it");
    execute(&mut vandal, "UPDATE meta SET value = ''").await.unwrap_err();
    assert_eq!(case.replay().await.unwrap().ledger.cells(), &case.history.cells);
}

#[tokio::test]
async fn rule_24_what_fails_before_the_commit_leaves_cursor_and_rows_together() {
    for on in BOTH {
        let case = Case::new(on);
        let store = case.open().await;
        let mut ledger = case.history.ledger();
        store_blocks(&store, &mut ledger, &case.history.blocks[..1]).await;
        for table in ["events", "blocks", "reached"] {
            let moment = if table == "reached" { "AFTER UPDATE" } else { "AFTER INSERT" };
            let (fail, mend) = match on {
                On::File => (
                    format!("CREATE TRIGGER fail {moment} ON {table} BEGIN SELECT RAISE(ABORT, 'disk'); END"),
                    "DROP TRIGGER fail".to_owned(),
                ),
                On::Server => (
                    format!("CREATE TRIGGER fail {moment} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse()"),
                    format!("DROP TRIGGER fail ON {table}"),
                ),
            };
            case.spot.owner(&fail).await.unwrap();
            let mut after = ledger.clone();
            let block = &case.history.blocks[1];
            let judged = [judged(&mut after, block)];
            store.append(ledger.place(), &after, &judged).await.unwrap_err();
            let replayed = store.replay(&case.history.deployment).await.unwrap();
            assert_eq!((replayed.ledger.next(), replayed.ledger.head()), (ledger.next(), ledger.head()), "{table}");
            case.spot.owner(&mend).await.unwrap();
        }
        store_blocks(&store, &mut ledger, &case.history.blocks[1..]).await;
        assert_eq!(store.replay(&case.history.deployment).await.unwrap().ledger.head(), ledger.head());
        store.close().await;
    }
}

/// The process dies: the file and its log are as they are at that moment, in the middle of a transaction and after it.
#[tokio::test]
async fn a_crash_keeps_what_was_committed_and_nothing_else() {
    let case = Case::new(On::File);
    let store = case.open().await;
    let mut ledger = case.history.ledger();
    store_blocks(&store, &mut ledger, &case.history.blocks[..3]).await;
    let mut other = vandal(case.path()).await;
    execute(&mut other, "BEGIN IMMEDIATE").await.unwrap();
    execute(&mut other, "INSERT INTO blocks VALUES (8, zeroblob(32), 1, zeroblob(100), 7, NULL, NULL)").await.unwrap();
    execute(&mut other, "UPDATE reached SET next_block = 9").await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let crashed = home.path().join("crashed.db");
    std::fs::copy(case.path(), &crashed).unwrap();
    std::fs::copy(case.path().with_extension("db-wal"), home.path().join("crashed.db-wal")).unwrap();
    let revived = Store::open(&crashed, &case.history.deployment).await.unwrap();
    let replayed = revived.replay(&case.history.deployment).await.unwrap();
    assert_eq!((replayed.ledger.next(), replayed.ledger.head()), (ledger.next(), ledger.head()));
    let mut resumed = replayed.ledger;
    store_blocks(&revived, &mut resumed, &case.history.blocks[3..]).await;
    assert_eq!(resumed.cells(), &case.history.cells);
}

#[tokio::test]
async fn two_writers_cannot_both_move_the_cursor() {
    for on in BOTH {
        let case = Case::new(on);
        let store = case.open().await;
        let second = Store::open(&case.spot.place, &case.history.deployment).await.unwrap_err();
        assert!(matches!(second, StoreError::Database(Error::InUse { .. })), "{second}");

        let (mut ledger, late) = (case.history.ledger(), case.history.ledger());
        store_blocks(&store, &mut ledger, &case.history.blocks[..2]).await;
        let mut after = late.clone();
        let block = &case.history.blocks[0];
        let judged = [judged(&mut after, block)];
        let refused = store.append(late.place(), &after, &judged).await.unwrap_err();
        assert!(matches!(refused, StoreError::Overtaken), "{refused}");
        let replayed = store.replay(&case.history.deployment).await.unwrap();
        assert_eq!(replayed.ledger.head(), ledger.head());
        // As a process ends that is killed.
        drop(store);
        case.open().await.close().await;
    }
}

#[tokio::test]
async fn a_database_that_another_process_holds_is_a_trouble_that_passes() {
    let case = Case::new(On::File);
    let store = case.open().await;
    let before = case.history.ledger();
    let mut after = before.clone();
    let block = &case.history.blocks[0];
    let judged = [judged(&mut after, block)];

    let mut holder = vandal(case.path()).await;
    execute(&mut holder, "BEGIN EXCLUSIVE").await.unwrap();
    for _ in 0..2 {
        let waiting = store.append(before.place(), &after, &judged).await.unwrap_err();
        assert_eq!(waiting.trouble(), Some(Trouble::Busy), "{waiting}");
    }
    let page = store.events(&EventFilter::default(), 10).await.unwrap();
    assert!(page.events.is_empty(), "whoever asks is answered meanwhile");
    execute(&mut holder, "ROLLBACK").await.unwrap();
    store.append(before.place(), &after, &judged).await.unwrap();
    assert_eq!(store.replay(&case.history.deployment).await.unwrap().ledger.head(), after.head());
}

#[tokio::test]
async fn an_attempt_that_was_stored_and_seemed_to_fail_is_not_stored_twice() {
    for on in BOTH {
        let case = Case::new(on);
        let store = case.open().await;
        let before = case.history.ledger();
        let mut after = before.clone();
        let judged: Vec<Judged> = case.history.blocks.iter().map(|block| judged(&mut after, block)).collect();
        let mut middle = before.clone();
        case.history.blocks[..2].iter().for_each(|block| drop(middle.take(block).unwrap()));

        store.append(before.place(), &middle, &judged[..2]).await.unwrap();
        // The node has gone on meanwhile: more blocks are judged than the first time.
        store.append(before.place(), &after, &judged).await.unwrap();
        store.append(before.place(), &after, &judged).await.unwrap();
        let replayed = store.replay(&case.history.deployment).await.unwrap();
        assert_eq!((replayed.ledger.head(), replayed.ledger.next()), (after.head(), after.next()));
        let other = store.append(before.place(), &middle, &judged[..2]).await.unwrap_err();
        assert!(matches!(other, StoreError::Overtaken), "{other}");
    }
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_read_and_gone_on_from() {
    let case = Case::new(On::Server);
    let between = Between::new(case.spot.socket());
    let store = Store::open(case.spot.by(between.folder.path()), &case.history.deployment).await.unwrap();
    let live = Live::new(store.replay(&case.history.deployment).await.unwrap(), [0; 32]);
    let (first, rest) = case.history.blocks.split_at(4);
    let before = case.history.ledger();
    let (mut after, mut middle) = (before.clone(), before.clone());
    let judged: Vec<Judged> = first.iter().map(|block| judged(&mut after, block)).collect();
    first[..2].iter().for_each(|block| drop(middle.take(block).unwrap()));

    between.cuts.store(true, Ordering::SeqCst);
    let lost = store.append(before.place(), &after, &judged).await.unwrap_err();
    assert_eq!(lost.trouble(), Some(Trouble::Lost), "{lost}");
    assert!(!between.cuts.load(Ordering::SeqCst), "it was committed");
    // Another node, which is not so far yet.
    for _ in 0..2 {
        let stored = store.append(before.place(), &middle, &judged[..2]).await.unwrap_err();
        assert!(matches!(stored, StoreError::Stored), "{stored}");
    }
    read_on(&store, &live).await.unwrap();
    assert_eq!(live.place(), (after.next(), after.last()));
    let mut ledger = live.read().ledger.clone();
    assert_eq!(ledger.cells(), after.cells());
    store_blocks(&store, &mut ledger, rest).await;
    assert_eq!(store.replay(&case.history.deployment).await.unwrap().ledger.cells(), &case.history.cells);
    // It is known now what is stored.
    let late = store.append(before.place(), &middle, &judged[..2]).await.unwrap_err();
    assert!(matches!(late, StoreError::Overtaken), "{late}");
    store.close().await;
}

#[tokio::test]
async fn a_database_that_went_back_is_told_from_one_that_another_moves() {
    for on in BOTH {
        let case = Case::new(on);
        let store = case.open().await;
        let mut ledger = case.history.ledger();
        store_blocks(&store, &mut ledger, &case.history.blocks[..3]).await;
        case.damage("UPDATE reached SET next_block = next_block - 1").await;
        let mut after = ledger.clone();
        let judged = [judged(&mut after, &case.history.blocks[3])];
        let behind = store.append(ledger.place(), &after, &judged).await.unwrap_err();
        assert!(matches!(behind, StoreError::Behind { .. }), "{behind}");
        assert_eq!(behind.trouble(), None);
    }
}

/// Stands between a program and its server. Once told to, it cuts the connection instead of saying that something was committed.
struct Between {
    folder: TempDir,
    cuts: Arc<AtomicBool>,
}

impl Between {
    fn new(server: PathBuf) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let cuts = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&cuts);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = UnixStream::connect(&server).await.unwrap();
                tokio::spawn(pass(client, server, Arc::clone(&told)));
            }
        });
        Self { folder, cuts }
    }
}

async fn pass(mut client: UnixStream, mut server: UnixStream, cuts: Arc<AtomicBool>) {
    let (mut up, mut down) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let Ok(count @ 1..) = read else { break };
                if server.write_all(&up[..count]).await.is_err() {
                    break;
                }
            }
            read = server.read(&mut down) => {
                let Ok(count @ 1..) = read else { break };
                let committed = down[..count].windows(7).any(|bytes| bytes == b"COMMIT\0");
                if committed && cuts.swap(false, Ordering::SeqCst) {
                    break;
                }
                if client.write_all(&down[..count]).await.is_err() {
                    break;
                }
            }
        }
    }
}

#[tokio::test]
async fn filters_select_rows_and_pages_continue() {
    for on in BOTH {
        let case = Case::filled(on).await;
        let store = case.open().await;
        let all = store.events(&EventFilter::default(), 500).await.unwrap();
        assert_eq!(all.indexed_to, FIRST_BLOCK + case.history.blocks.len() as u64 - 1);
        let first = Some("1.E0.0".to_owned());
        for filter in [
            EventFilter::default(),
            EventFilter { kind: Some("Decided".into()), ..EventFilter::default() },
            EventFilter { proposal: first.clone(), ..EventFilter::default() },
            EventFilter { proposal: first, kind: Some("Decided".into()), after: Some(1) },
        ] {
            let wanted: Vec<_> = all
                .events
                .iter()
                .filter(|row| filter.after.is_none_or(|after| row.seq.parse::<u64>().unwrap() > after))
                .filter(|row| filter.kind.as_ref().is_none_or(|kind| row.event.kind == *kind))
                .filter(|row| filter.proposal.is_none() || row.proposal == filter.proposal)
                .cloned()
                .collect();
            assert!(!wanted.is_empty());
            let (mut paged, mut page_filter) = (Vec::new(), filter.clone());
            loop {
                let page = store.events(&page_filter, 1).await.unwrap();
                paged.extend(page.events);
                let Some(next) = page.next else { break };
                page_filter.after = Some(next.parse().unwrap());
            }
            assert_eq!(paged, wanted, "{filter:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_in_the_middle_of_anything_it_leaves_nothing_beside_the_file() {
    let case = Case::filled(On::File).await;
    for round in 0..50 {
        let store = case.open().await;
        // Begun and, unless it was done at once, given up: as the follower is when the service is told to end.
        poll_immediate(Box::pin(store.keep_metadata(7, b"metadata"))).await;
        poll_immediate(Box::pin(store.metadata(7))).await;
        store.close().await;
        let left = case.path().with_extension("db-wal");
        assert!(!left.exists(), "{} in round {round}", left.display());
    }
}
