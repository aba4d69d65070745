//! What the rows amount to now, shared by the follower, which writes it, and the routes, which read it.

use crate::{
    checkpoint::Checkpoints,
    contents::names::Names,
    fold::Fold,
    interruption::{Interruption, Stop},
    ledger::Ledger,
    progress::Progress,
    register::Register,
    store::{Judged, Replayed},
};
use greatseal_api::wire::{Health, Lag, LastError, NodeHealth, Reason};
use greatseal_protocol::{bytes::to_hex, state::State as _};
use std::{
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::sync::{Notify, watch};

/// Blocks by which the index may lag before it says so.
const BEHIND: u64 = 10;

/// Age of the last block from which nothing is removed that a record may still name: a node that is behind tells of old blocks.
const RECENT: Duration = Duration::from_secs(600);

/// Shared state; what is in it has been stored durably.
#[derive(Clone, Debug)]
pub struct Live {
    state: Arc<RwLock<State>>,
    grown: Arc<Notify>,
    verified: watch::Sender<bool>,
}

/// What the routes read.
#[derive(Debug)]
pub struct State {
    /// State and place.
    pub ledger: Ledger,
    /// All proposals.
    pub register: Register,
    /// What records name.
    pub names: Names,
    /// The log's checkpoints; `None` where none are signed.
    pub checkpoints: Option<Checkpoints>,
    time_ms: u64,
    finalized: u64,
    code_hash: [u8; 32],
    /// When the node last answered.
    heard: Option<Instant>,
    following: Following,
    last_error: Option<LastError>,
    /// How far the judging of what stands before a snapshot is; `None` where all is judged.
    verification: Option<Progress>,
    /// How far the indexing of blocks is; `None` where few are missing.
    backfill: Option<Progress>,
}

#[derive(Debug)]
enum Following {
    Yes,
    /// The node is tried again.
    NodeLost(Reason),
    /// The database is tried again.
    Waiting(Reason),
    /// For good, and whether the database is why.
    Stopped(Reason, bool),
}

impl Live {
    /// From what is stored, and the code that the contract runs.
    pub fn new(replayed: Replayed, code_hash: [u8; 32]) -> Self {
        let Replayed { ledger, register, names, time_ms } = replayed;
        let finalized = ledger.next().saturating_sub(1);
        let state = State {
            ledger,
            register,
            names,
            checkpoints: None,
            time_ms,
            finalized,
            code_hash,
            heard: None,
            following: Following::Yes,
            last_error: None,
            verification: None,
            backfill: None,
        };
        Self { state: Arc::new(RwLock::new(state)), grown: Arc::default(), verified: watch::Sender::new(true) }
    }

    /// Reads; never held across a wait.
    pub fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in blocks that have been stored.
    pub fn advance(&self, ahead: &mut Ledger, blocks: &[Judged]) {
        let mut state = self.write();
        let grown = ahead.count() > state.ledger.count();
        state.ledger.catch_up(ahead);
        for block in blocks {
            state.time_ms = block.time_ms;
            for entry in &block.entries {
                state.register.enter(entry);
                state.names.enter(entry);
            }
        }
        state.backfill();
        if grown {
            self.grown.notify_one();
        }
    }

    /// Takes in what was read from the database, which was behind what is shown.
    pub fn resume(&self, fold: Fold) {
        let Fold { ledger, register, names, time_ms } = fold;
        let mut state = self.write();
        let grown = ledger.count() > state.ledger.count();
        (state.ledger, state.register, state.names, state.time_ms) = (ledger, register, names, time_ms);
        state.backfill();
        if grown {
            self.grown.notify_one();
        }
    }

    /// Resolves when the log has grown since this resolved last.
    pub async fn grown(&self) {
        self.grown.notified().await;
    }

    /// Changes what is known of the checkpoints.
    pub fn checkpoints(&self, change: impl FnOnce(&mut Option<Checkpoints>)) {
        change(&mut self.write().checkpoints);
    }

    /// The next height, and the hash of the block before it.
    pub fn place(&self) -> (u64, Option<[u8; 32]>) {
        let state = self.read();
        (state.ledger.next(), state.ledger.last())
    }

    /// The node says how far it is.
    pub fn seen(&self, finalized: u64) {
        let mut state = self.write();
        state.finalized = state.finalized.max(finalized);
        state.heard = Some(Instant::now());
        state.backfill();
    }

    /// What is held rests on a snapshot, until [`Self::verified`].
    pub fn verify(&self, progress: Progress) {
        self.write().verification = Some(progress);
        self.verified.send_replace(false);
    }

    /// All of it has been judged.
    pub fn verified(&self) {
        self.write().verification = None;
        self.verified.send_replace(true);
    }

    /// Whether all of it has been judged.
    pub fn is_verified(&self) -> bool {
        *self.verified.borrow()
    }

    /// Resolves when all of it has been judged.
    pub async fn until_verified(&self) {
        // The sender is this value's own.
        let _ = self.verified.subscribe().wait_for(|verified| *verified).await;
    }

    /// The node has answered all that it was asked.
    pub fn answered(&self) {
        self.write().following = Following::Yes;
    }

    /// Node or database do not answer at the moment.
    pub fn lost(&self, interruption: &Interruption) {
        let reason = interruption.reason();
        let mut state = self.write();
        state.last_error = Some(now(&reason));
        state.following = match interruption {
            Interruption::Waiting { .. } => Following::Waiting(reason),
            Interruption::Lost(_) | Interruption::Silent | Interruption::TooEarly { .. } | Interruption::Stop(_) => {
                Following::NodeLost(reason)
            }
        };
    }

    /// Following has stopped for good.
    pub fn stopped(&self, stop: &Stop) {
        let reason = stop.reason();
        let mut state = self.write();
        state.last_error = Some(now(&reason));
        state.following = Following::Stopped(reason, matches!(stop, Stop::Store(_)));
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// What leaves and blocks amount to, without what is known besides.
    pub fn fold(&self) -> Fold {
        Fold {
            ledger: self.ledger.clone(),
            register: self.register.clone(),
            names: self.names.clone(),
            time_ms: self.time_ms,
        }
    }

    /// Whether so many blocks are missing that what is answered from state may be long outdated, whether or not they can be had.
    pub fn is_behind(&self) -> bool {
        self.ledger.last().is_none() || self.lag() > BEHIND
    }

    /// Whether everything is verified, nothing is missing and the last block is of now: what no record names then was not named
    /// before either.
    pub fn is_current(&self, now: SystemTime) -> bool {
        let last = UNIX_EPOCH.checked_add(Duration::from_millis(self.time_ms));
        // A chain whose clock is ahead is of now.
        let recent = last.is_some_and(|last| now.duration_since(last).map_or(true, |age| age <= RECENT));
        self.condition().0 == "ok" && self.verification.is_none() && recent
    }

    /// Last block in the database.
    pub fn indexed_to(&self) -> u64 {
        self.ledger.next().saturating_sub(1)
    }

    /// Time of that block in seconds: the moment for which statuses hold.
    pub fn now(&self) -> u64 {
        self.time_ms / 1000
    }

    /// How the index is.
    pub fn health(&self) -> Health {
        let deployment = self.ledger.deployment();
        let (status, reason, database) = self.condition();
        Health {
            status: status.into(),
            ready: status == "ok",
            reasons: reason.into_iter().collect(),
            node: NodeHealth {
                finalized: self.finalized,
                answered_seconds_ago: self.heard.map(|heard| heard.elapsed().as_secs()),
            },
            lag: Lag { blocks: self.lag(), seconds: self.age() },
            database: database.into(),
            last_error: self.last_error.clone(),
            profile: self.ledger.cells().head().ok().map(|head| head.profile.name().to_owned()),
            indexed_to: self.indexed_to(),
            finalized: self.finalized,
            events: self.ledger.count(),
            head: self.ledger.head().root.to_string(),
            verification: self.verification.as_ref().map(Progress::work),
            backfill: self.backfill.as_ref().map(Progress::work),
            checkpoint: self.checkpoints.as_ref().map(|checkpoints| checkpoints.health(clock())),
            deployment: to_hex(&deployment.deployment),
            contract: to_hex(&deployment.contract),
            chain_genesis: to_hex(&deployment.chain_genesis),
            code_hash: to_hex(&self.code_hash),
        }
    }

    fn condition(&self) -> (&'static str, Option<Reason>, &'static str) {
        match &self.following {
            Following::Stopped(reason, true) => ("stopped", Some(reason.clone()), "failed"),
            Following::Stopped(reason, false) => ("stopped", Some(reason.clone()), "ok"),
            // How far behind cannot be known while nobody answers.
            Following::NodeLost(reason) => ("degraded", Some(reason.clone()), "ok"),
            Following::Waiting(reason) => ("degraded", Some(reason.clone()), "waiting"),
            Following::Yes if self.lag() > BEHIND => {
                let text = format!("{} blocks are missing", self.lag());
                ("behind", Some(Reason { code: "behind".into(), text }), "ok")
            }
            Following::Yes if self.ledger.last().is_none() => {
                ("behind", Some(Reason { code: "behind".into(), text: "no block is indexed yet".into() }), "ok")
            }
            Following::Yes => ("ok", None, "ok"),
        }
    }

    /// Takes note of how many blocks there are, and are to be indexed.
    fn backfill(&mut self) {
        let first = self.ledger.deployment().block_number;
        let (done, total) =
            (self.ledger.next().saturating_sub(first), self.finalized.saturating_add(1).saturating_sub(first));
        match &self.backfill {
            None if self.lag() > BEHIND => self.backfill = Some(Progress::new("indexing blocks", done, total)),
            None => {}
            Some(progress) => {
                progress.expect(total);
                progress.reach(done);
                if self.lag() <= BEHIND {
                    progress.tell();
                    self.backfill = None;
                }
            }
        }
    }

    fn lag(&self) -> u64 {
        self.finalized.saturating_sub(self.indexed_to())
    }

    /// Seconds since the last block in the database, by this machine's clock.
    fn age(&self) -> Option<u64> {
        self.ledger.last().map(|_| clock().saturating_sub(self.now()))
    }
}

fn now(reason: &Reason) -> LastError {
    LastError { code: reason.code.clone(), text: reason.text.clone(), at: clock() }
}

/// This machine's clock, in seconds.
pub(crate) fn clock() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
