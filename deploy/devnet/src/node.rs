//! Joins chain, pool, clock and disk: takes transactions in and makes blocks of them.

mod blocks;
mod fork;
mod resume;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
};

use sp_core::H256;
use sp_runtime::{OpaqueExtrinsic, transaction_validity::TransactionValidityError};
use tokio::sync::Notify;

use crate::{
    author::transaction_hash,
    chain::Chain,
    clock::Clock,
    disk::Log,
    execute::{Trap, validate},
    faults::Faults,
    metrics::Metrics,
    pool::{Pool, Refusal, Transaction},
    runtime::{BlockNumber, genesis::Genesis},
    state::Archive,
    watch::{Updates, Watchers},
};

pub use fork::{Forked, NoFork};
pub use resume::NoChain;

/// A development chain that runs.
#[derive(Debug)]
pub struct Node {
    chain: Chain,
    clock: Clock,
    pool: Mutex<Pool>,
    /// Watchers of transactions that are in a block which is not final yet.
    included: Mutex<BTreeMap<BlockNumber, Vec<(H256, Watchers)>>>,
    /// Held while a block is made: there is one author, one block at a time. It holds the log, if there is one.
    authoring: Mutex<Option<Log>>,
    arrival: Notify,
    finality_lag: u32,
    faults: Faults,
    metrics: Metrics,
}

/// How the chain behaves.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// The newest final block is so many blocks behind the best one.
    pub finality_lag: u32,
    /// States of so many newest blocks can be read; of all of them where there is no number.
    pub keep_states: Option<NonZeroU32>,
}

/// What a new block is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    /// Ready transactions; no block if there is none.
    SomeTransactions,
    /// Ready transactions, if any.
    Transactions,
    /// Inherents only.
    Empty,
}

/// Why a transaction was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Rejection {
    /// The runtime could not read it.
    #[error(transparent)]
    Trap(#[from] Trap),
    /// The runtime says that it is invalid, or cannot say.
    #[error("{0:?}")]
    Validity(TransactionValidityError),
    /// The pool has no place for it.
    #[error(transparent)]
    Pool(#[from] Refusal),
}

impl Node {
    /// Makes block 0.
    ///
    /// # Errors
    /// Says what a pallet did not accept.
    pub fn found(genesis: &Genesis, settings: Settings) -> Result<Self, String> {
        let archive = Archive::default();
        let root = archive.found(genesis.storage()?);
        Ok(Self {
            chain: Chain::found(archive, root, genesis.time, settings.keep_states),
            clock: Clock::starting_at(genesis.time),
            pool: Mutex::default(),
            included: Mutex::default(),
            authoring: Mutex::default(),
            arrival: Notify::new(),
            finality_lag: settings.finality_lag,
            faults: Faults::default(),
            metrics: Metrics::default(),
        })
    }

    /// The blocks.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The pool. Hold it briefly.
    pub fn pool(&self) -> MutexGuard<'_, Pool> {
        lock(&self.pool)
    }

    /// What goes wrong with it.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// What it has done so far.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Resolves when a transaction came in.
    pub async fn transaction_arrived(&self) {
        self.arrival.notified().await;
    }

    /// Validates a transaction at the best block and takes it into the pool.
    ///
    /// # Errors
    /// See [`Rejection`].
    pub fn submit(&self, bytes: OpaqueExtrinsic) -> Result<H256, Rejection> {
        self.counted(self.take_in(bytes, Watchers::default()))
    }

    /// Submits a transaction, and reports what becomes of it.
    ///
    /// # Errors
    /// See [`Rejection`].
    pub fn submit_and_watch(&self, bytes: OpaqueExtrinsic) -> Result<Updates, Rejection> {
        let (watchers, updates) = Watchers::one();
        self.counted(self.take_in(bytes, watchers))?;
        Ok(updates)
    }

    fn counted(&self, taken: Result<H256, Rejection>) -> Result<H256, Rejection> {
        if taken.is_err() {
            self.metrics.refused(1);
        }
        taken
    }

    fn take_in(&self, bytes: OpaqueExtrinsic, watchers: Watchers) -> Result<H256, Rejection> {
        let hash = transaction_hash(&bytes);
        loop {
            let head = self.chain.best();
            if self.pool().contains(&hash) {
                return Err(Refusal::AlreadyImported(hash).into());
            }
            let validity = validate(self.chain.archive(), head.header.state_root, head.hash, &bytes)?
                .map_err(Rejection::Validity)?;
            let mut pool = self.pool();
            // A block that came meanwhile may have included what this one requires: ask again.
            if self.chain.best().hash != head.hash {
                continue;
            }
            let checked_at = head.header.number;
            pool.insert(Transaction { hash, bytes, validity, checked_at }, watchers)?;
            break;
        }
        self.arrival.notify_one();
        Ok(hash)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
