//! A start from a snapshot: what it believes, what it verifies afterwards, and what a vandal of either file comes to.

use crate::{
    databases::{BOTH, On, Spot},
    history::{History, store_blocks},
};
use futures::future::poll_immediate;
use greatseal_indexer::{
    block::Block,
    contents::names::Names,
    fold::Fold,
    live::Live,
    register::Register,
    snapshot::{self, Keeper, Pending, Started},
    store::{Judged, Store, StoreError},
    verification::Verification,
};
use greatseal_protocol::{
    council::{Council, SeatId},
    hash::sha256,
};
use std::{fs, path::PathBuf, time::Duration};

/// Blocks that stand before the snapshot.
const BEFORE: usize = 4;
const HEADER: usize = b"greatseal.state/1\n".len();

struct Case {
    history: History,
    spot: Spot,
}

impl Case {
    /// A database with the whole history, closed, and a snapshot of its first blocks.
    async fn new(on: On) -> Self {
        let case = Self { history: History::full(), spot: Spot::new(on) };
        let store = case.open().await;
        let mut ledger = case.history.ledger();
        store_blocks(&store, &mut ledger, &case.history.blocks[..BEFORE]).await;
        let live = Live::new(store.replay(&case.history.deployment).await.unwrap(), [0; 32]);
        Keeper::new(live, &case.path("audit.db"), 0).keep().await;
        store_blocks(&store, &mut ledger, &case.history.blocks[BEFORE..]).await;
        store.close().await;
        case
    }

    /// One that can be brought back, with the bytes of its snapshot.
    async fn kept(on: On) -> (Self, Vec<u8>) {
        let case = Self::new(on).await;
        case.spot.keep();
        let sound = fs::read(case.path("audit.db.state")).unwrap();
        (case, sound)
    }

    /// Brings back database and snapshot.
    fn back(&self, sound: &[u8]) {
        self.spot.back();
        let _ = fs::remove_file(self.path("audit.db.state.refused"));
        fs::write(self.path("audit.db.state"), sound).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.spot.path.with_file_name(name)
    }

    async fn open(&self) -> Store {
        Store::open(&self.spot.place, &self.history.deployment).await.unwrap()
    }

    async fn start(&self, store: &Store) -> Result<Started, StoreError> {
        snapshot::start(store, &self.history.deployment, &self.path("audit.db"), 1).await
    }

    /// Whether a start uses the snapshot, and what judging all rows afterwards finds.
    async fn finds(&self) -> (bool, Option<StoreError>) {
        let store = self.open().await;
        let started = match self.start(&store).await {
            Ok(started) => started,
            Err(error) => {
                store.close().await;
                return (false, Some(error));
            }
        };
        let (used, found) = match started.pending.clone() {
            None => (false, None),
            Some(pending) => (true, self.verification(&store, started, pending).1.run().await.err()),
        };
        store.close().await;
        (used, found)
    }

    fn verification(&self, store: &Store, started: Started, pending: Pending) -> (Live, Verification) {
        let live = Live::new(started.replayed, [0; 32]);
        let deployment = self.history.deployment.clone();
        let verification = Verification::new(store.clone(), live.clone(), deployment, self.path("audit.db"), pending);
        (live, verification)
    }

    async fn damage(&self, statement: &str) {
        self.spot.damage(statement).await;
    }

    /// The snapshot is used, found to be wrong and put aside; without it everything is sound.
    async fn is_found(&self) {
        let (used, found) = self.finds().await;
        let refused = self.path("audit.db.state.refused");
        assert!(used && matches!(&found, Some(StoreError::DamagedState { path }) if *path == refused), "{found:?}");
        assert!(refused.exists() && !self.path("audit.db.state").exists());
        assert!(matches!(self.finds().await, (false, None)));
    }

    /// Another fold in the place of the kept one, with the hash that it has.
    fn forge(&self, forge: impl FnOnce(&mut Vec<u8>)) {
        let path = self.path("audit.db.state");
        let bytes = fs::read(&path).unwrap();
        let mut fold = bytes[HEADER + 32..].to_vec();
        forge(&mut fold);
        fs::write(&path, [&bytes[..HEADER], &sha256(&[&fold]), &fold].concat()).unwrap();
    }
}

#[tokio::test]
async fn a_start_from_a_snapshot_comes_to_the_same_and_verifies_it_afterwards() {
    for on in BOTH {
        let case = Case::new(on).await;
        let store = case.open().await;
        let whole = store.replay(&case.history.deployment).await.unwrap();
        let started = case.start(&store).await.unwrap();
        let pending = started.pending.clone().unwrap();
        let blocks = pending.next - case.history.deployment.block_number;
        assert!(pending.leaves > 0 && pending.leaves < whole.ledger.count() && blocks == BEFORE as u64);
        let fold = |replayed: &greatseal_indexer::store::Replayed| Fold {
            ledger: replayed.ledger.clone(),
            register: replayed.register.clone(),
            names: replayed.names.clone(),
            time_ms: replayed.time_ms,
        };
        assert_eq!(fold(&started.replayed).to_bytes(), fold(&whole).to_bytes());
        assert_eq!(started.replayed.ledger.cells(), &case.history.cells);

        let (live, verification) = case.verification(&store, started, pending);
        let work = live.read().health().verification.unwrap();
        assert!(!live.is_verified() && (work.done, work.seconds_left) == (0, None) && work.total > blocks, "{work:?}");
        // What rests on a snapshot becomes no snapshot, and nobody signs.
        let before = fs::read(case.path("audit.db.state")).unwrap();
        Keeper::new(live.clone(), &case.path("audit.db"), 0).keep().await;
        assert_eq!(fs::read(case.path("audit.db.state")).unwrap(), before);
        let waiting = tokio::time::timeout(Duration::from_millis(20), live.until_verified());
        assert!(waiting.await.is_err());
        verification.run().await.unwrap();
        live.until_verified().await;
        assert!(live.is_verified() && live.read().health().verification.is_none());
        Keeper::new(live, &case.path("audit.db"), 0).keep().await;
        assert_ne!(fs::read(case.path("audit.db.state")).unwrap(), before, "now there is a newer one");
        store.close().await;
        assert!(matches!(case.finds().await, (true, None)));
    }
}

/// What writes a snapshot goes on where the keeper is dropped: the next one waits for it, and no older one comes last.
#[tokio::test]
async fn a_snapshot_is_whole_whoever_was_dropped_while_it_was_kept() {
    let (history, home) = (History::full(), tempfile::tempdir().unwrap());
    let (database, path) = (home.path().join("audit.db"), home.path().join("audit.db.state"));
    for round in 0..100 {
        let live = Live::new(Fold::new(&history.deployment).into(), [0; 32]);
        let mut ledger = history.ledger();
        let mut keeper = Keeper::new(live.clone(), &database, 0);
        let (last, before) = history.blocks.split_last().unwrap();
        let mut advance = |block: &Block| {
            let entries = ledger.take(block).unwrap();
            let judged = Judged::new(block.clone(), entries, ledger.head());
            live.advance(&mut ledger, &[judged]);
        };
        for block in before {
            advance(block);
            // It begins to write and is dropped, as at the program's end.
            let _dropped = poll_immediate(keeper.keep()).await;
        }
        advance(last);
        keeper.keep().await;
        let bytes = fs::read(&path).unwrap();
        let kept = Fold::parse(&bytes[HEADER + 32..], &history.deployment).unwrap();
        assert_eq!(kept.ledger.next(), live.read().ledger.next(), "round {round}");
        assert_eq!(bytes[HEADER..HEADER + 32], sha256(&[&bytes[HEADER + 32..]]));
        assert_eq!(fs::read_dir(home.path()).unwrap().filter(is_part).count(), 0);
    }
}

fn is_part(entry: &std::io::Result<fs::DirEntry>) -> bool {
    entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part")
}

#[tokio::test]
async fn a_small_database_is_judged_whole_whatever_lies_beside_it() {
    for on in BOTH {
        let case = Case::new(on).await;
        case.damage("UPDATE events SET kind = 'Opened' WHERE seq = 2").await;
        let store = case.open().await;
        let refused = snapshot::start(&store, &case.history.deployment, &case.path("audit.db"), snapshot::LEAST).await;
        assert!(matches!(refused, Err(StoreError::DamagedEvent { seq: 2, .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn rule_26_rows_before_the_snapshot_are_found_afterwards_and_the_next_start_refuses_them() {
    for on in BOTH {
        let (case, sound) = Case::kept(on).await;
        for (statement, finding) in [
            ("UPDATE events SET record = substr(record, 1, 8) || x'FF' || substr(record, 10) WHERE seq = 1", "event 1"),
            ("UPDATE events SET kind = 'Decided' WHERE seq = 1", "event 1"),
            ("UPDATE events SET tx = zeroblob(32) WHERE seq = 1", "event 1"),
            ("UPDATE blocks SET time_ms = time_ms + 1000 WHERE number = 6", "event 1"),
            ("UPDATE blocks SET header = zeroblob(100) WHERE number = 7", "block 7"),
        ] {
            case.back(&sound);
            case.damage(statement).await;
            let name = |error: Option<StoreError>| match error {
                Some(StoreError::DamagedEvent { seq, .. }) => format!("event {seq}"),
                Some(StoreError::DamagedBlock { number, .. }) => format!("block {number}"),
                other => format!("{other:?}"),
            };
            let (used, found) = case.finds().await;
            assert!(used, "{statement}");
            assert_eq!(name(found), finding, "{statement}");
            // The snapshot is out of the way: nothing is served from now on.
            assert!(!case.path("audit.db.state").exists() && case.path("audit.db.state.refused").exists());
            let (used, found) = case.finds().await;
            assert_eq!((used, name(found).as_str()), (false, finding), "{statement}");
        }
    }
}

#[tokio::test]
async fn rule_26_rows_that_the_place_or_the_end_gives_away_are_refused_at_the_start() {
    for on in BOTH {
        let (case, sound) = Case::kept(on).await;
        for statement in [
            // The root at the snapshot's size is made of it.
            "UPDATE events SET leaf = zeroblob(32) WHERE seq = 1",
            "DELETE FROM events WHERE seq = 1",
            // They stand behind the snapshot.
            "UPDATE events SET kind = 'Opened' WHERE seq = 5",
            "DELETE FROM events WHERE seq = (SELECT MAX(seq) FROM events)",
            "UPDATE reached SET root = zeroblob(32)",
            "UPDATE reached SET next_block = next_block + 1",
            "INSERT INTO heads VALUES (-1, zeroblob(32), 1)",
            "INSERT INTO heads VALUES (1000, zeroblob(32), 1)",
            "INSERT INTO nodes VALUES (1, 0, zeroblob(32))",
            "INSERT INTO blocks VALUES (-4, zeroblob(32), 1, zeroblob(100), 7, NULL, NULL)",
        ] {
            case.back(&sound);
            case.damage(statement).await;
            let (used, found) = case.finds().await;
            assert!(!used && found.is_some(), "{statement}: {found:?}");
        }
    }
}

/// Whoever writes the snapshot alone can have the index say what he likes of the state, until every row is judged.
#[tokio::test]
async fn a_forged_state_is_found_by_judging_every_row() {
    for on in BOTH {
        let names: Forgery = |fold| fold.names = Names::default();
        let register: Forgery = |fold| fold.register = Register::default();
        let time: Forgery = |fold| fold.time_ms += 1;
        let (case, sound) = Case::kept(on).await;
        for forge in [names, register, time] {
            case.back(&sound);
            let deployment = case.history.deployment.clone();
            case.forge(|bytes| {
                let mut fold = Fold::parse(bytes, &deployment).unwrap();
                forge(&mut fold);
                *bytes = fold.to_bytes();
            });
            case.is_found().await;
        }

        // Of the cells, one that no later record looks at: a seat's key is another one.
        case.back(&sound);
        let key = case.history.key(SeatId { council: Council::Sovereign, index: 2 });
        case.forge(|bytes| {
            let place = bytes.windows(key.len()).position(|found| found == key).unwrap();
            bytes[place] ^= 1;
        });
        case.is_found().await;
    }
}

type Forgery = fn(&mut Fold);

/// A table that is not found, or that the account may not read any more, says nothing about the snapshot.
#[tokio::test]
async fn a_database_that_fails_for_good_leaves_the_snapshot_where_it_is() {
    for on in BOTH {
        let case = Case::new(on).await;
        let store = case.open().await;
        let started = case.start(&store).await.unwrap();
        let pending = started.pending.clone().unwrap();
        case.damage("ALTER TABLE events RENAME TO gone").await;
        let failing = case.verification(&store, started, pending).1.run().await.unwrap_err();
        assert!(matches!(failing, StoreError::Database(_)), "{failing}");
        assert!(case.path("audit.db.state").exists() && !case.path("audit.db.state.refused").exists());
        store.close().await;
    }
}

#[tokio::test]
async fn a_snapshot_that_is_not_of_this_database_or_not_whole_is_not_used() {
    let case = Case::new(On::File).await;
    let path = case.path("audit.db.state");
    let sound = fs::read(&path).unwrap();
    for place in 0..sound.len() {
        if place > 600 && place % 97 != 0 {
            continue;
        }
        let mut bytes = sound.clone();
        bytes[place] ^= 0x40;
        fs::write(&path, bytes).unwrap();
        assert!(matches!(case.finds().await, (false, None)), "byte {place}");
    }
    for length in [0, 5, HEADER, HEADER + 31, HEADER + 32, sound.len() / 2, sound.len() - 1] {
        fs::write(&path, &sound[..length]).unwrap();
        assert!(matches!(case.finds().await, (false, None)), "{length} bytes");
    }
    fs::write(&path, [&*sound, b"x"].concat()).unwrap();
    assert!(matches!(case.finds().await, (false, None)), "a byte more");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(matches!(case.finds().await, (false, None)), "a folder");
    fs::remove_dir(&path).unwrap();
    assert!(matches!(case.finds().await, (false, None)), "nothing");

    // Another root, another size, another deployment, under a right hash.
    fs::write(&path, &sound).unwrap();
    case.forge(|fold| {
        // Behind the place stand size and frontier: the last hash of it is changed.
        let last = case.history.blocks[BEFORE - 1].at.hash;
        let place = fold.windows(32).position(|bytes| bytes == last).unwrap();
        fold[place + 32 + 8 + 8 + 1] ^= 1;
    });
    assert!(matches!(case.finds().await, (false, None)), "another root");
    fs::write(&path, &sound).unwrap();
    case.forge(|fold| fold[0] ^= 1);
    assert!(matches!(case.finds().await, (false, None)), "another deployment");

    // The database was brought back from before the snapshot.
    let older = Case { history: History::full(), spot: Spot::new(On::File) };
    let store = older.open().await;
    store_blocks(&store, &mut older.history.ledger(), &older.history.blocks[..2]).await;
    store.close().await;
    fs::write(older.path("audit.db.state"), &sound).unwrap();
    assert!(matches!(older.finds().await, (false, None)), "an older database");
}

/// The bytes of a fold are read by later versions of this program. Where this hash changes, what the rules write or its form has
/// changed: then `greatseal.state/1` becomes the next number, so that no snapshot of an earlier version is believed.
#[tokio::test]
async fn the_golden_fold_is_of_this_version() {
    let case = Case::new(On::File).await;
    let bytes = fs::read(case.path("audit.db.state")).unwrap();
    assert_eq!(greatseal_protocol::bytes::to_hex(&sha256(&[&bytes])), GOLDEN);
}

const GOLDEN: &str = "efd472586cdc7859165beae5f3363d1a2c44e786287044bc0116fde5f26d7db7";
