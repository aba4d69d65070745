//! What the rows amount to now, shared by the follower, which writes it, and the routes, which read it.

use crate::{
    ledger::Ledger,
    register::Register,
    store::{Judged, Replayed},
};
use greatseal_api::{render::profile, wire::Health};
use greatseal_protocol::{
    bytes::{DocumentHash, to_hex},
    cells::Cells,
};
use std::{
    collections::HashSet,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

/// Blocks by which the index may lag before it says so.
const BEHIND: u64 = 10;

/// Shared state; what is in it has been stored durably.
#[derive(Clone, Debug)]
pub struct Live(Arc<RwLock<State>>);

/// What the routes read.
#[derive(Debug)]
pub struct State {
    /// State and place.
    pub ledger: Ledger,
    /// All proposals.
    pub register: Register,
    /// Documents whose bytes are held.
    pub documents: HashSet<DocumentHash>,
    time_ms: u64,
    finalized: u64,
    code_hash: [u8; 32],
    following: Following,
}

#[derive(Debug)]
enum Following {
    Yes,
    Lost(String),
    Stopped(String),
}

impl Live {
    /// From what is stored, and the code that the contract runs.
    pub fn new(replayed: Replayed, code_hash: [u8; 32]) -> Self {
        let Replayed { ledger, register, documents, time_ms } = replayed;
        let finalized = ledger.next().saturating_sub(1);
        let following = Following::Yes;
        Self(Arc::new(RwLock::new(State { ledger, register, documents, time_ms, finalized, code_hash, following })))
    }

    /// Reads; never held across a wait.
    pub fn read(&self) -> RwLockReadGuard<'_, State> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in blocks that have been stored.
    pub fn advance(&self, ledger: Ledger, blocks: &[Judged]) {
        let mut state = self.write();
        state.ledger = ledger;
        for block in blocks {
            state.time_ms = block.time_ms;
            block.entries.iter().for_each(|entry| state.register.enter(entry));
        }
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
    }

    /// The node has answered all that it was asked.
    pub fn answered(&self) {
        self.write().following = Following::Yes;
    }

    /// The node does not answer at the moment.
    pub fn lost(&self, reason: String) {
        self.write().following = Following::Lost(reason);
    }

    /// Following has stopped for good.
    pub fn stopped(&self, reason: String) {
        self.write().following = Following::Stopped(reason);
    }

    /// A document has been stored.
    pub fn hold(&self, document: DocumentHash) {
        self.write().documents.insert(document);
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
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
        let lag = self.finalized.saturating_sub(self.indexed_to());
        let (status, reason) = match &self.following {
            Following::Stopped(reason) => ("stopped", Some(reason.clone())),
            // How far behind cannot be known while nobody answers.
            Following::Lost(reason) => ("behind", Some(reason.clone())),
            Following::Yes if lag > BEHIND => ("behind", None),
            Following::Yes => ("ok", None),
        };
        Health {
            status: status.into(),
            reason,
            profile: self.ledger.cells().head().ok().map(|head| profile(head.profile).to_owned()),
            indexed_to: self.indexed_to(),
            finalized: self.finalized,
            events: self.ledger.count().to_string(),
            head: self.ledger.head().to_hex(),
            deployment: to_hex(&deployment.deployment),
            contract: to_hex(&deployment.contract),
            chain_genesis: to_hex(&deployment.chain_genesis),
            code_hash: to_hex(&self.code_hash),
        }
    }
}
