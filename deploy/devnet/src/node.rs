//! Joins chain, pool and clock: takes transactions in and makes blocks of them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sp_core::H256;
use sp_runtime::{
    OpaqueExtrinsic,
    transaction_validity::{InvalidTransaction, TransactionValidityError},
};
use tokio::sync::Notify;

use crate::{
    author::{Draft, Failure, transaction_hash},
    chain::{Block, Chain},
    clock::Clock,
    execute::{Trap, validate},
    pool::{Pool, Refusal, Transaction},
    runtime::{BlockNumber, genesis::Genesis},
    state::Archive,
    watch::{Status, Updates, Watchers},
};

/// After so many transactions that did not fit, a block counts as full.
const MAX_SKIPPED: usize = 32;
/// How many transactions are validated again after each block, the longest unchecked first.
const RECHECKED_PER_BLOCK: usize = 512;

/// A development chain that runs.
#[derive(Debug)]
pub struct Node {
    chain: Chain,
    clock: Clock,
    pool: Mutex<Pool>,
    /// Watchers of transactions that are in a block which is not final yet.
    included: Mutex<BTreeMap<BlockNumber, Vec<Watchers>>>,
    /// Held while a block is made: there is one author, one block at a time.
    authoring: Mutex<()>,
    arrival: Notify,
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
    pub fn found(genesis: &Genesis) -> Result<Self, String> {
        let archive = Archive::default();
        let root = archive.found(genesis.storage()?);
        Ok(Self {
            chain: Chain::found(archive, root, genesis.time),
            clock: Clock::starting_at(genesis.time),
            pool: Mutex::default(),
            included: Mutex::default(),
            authoring: Mutex::default(),
            arrival: Notify::new(),
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

    /// Resolves when a transaction came in.
    pub async fn transaction_arrived(&self) {
        self.arrival.notified().await;
    }

    /// Validates a transaction at the best block and takes it into the pool.
    ///
    /// # Errors
    /// See [`Rejection`].
    pub fn submit(&self, bytes: OpaqueExtrinsic) -> Result<H256, Rejection> {
        self.take_in(bytes, Watchers::default())
    }

    /// As [`Self::submit`], and reports what becomes of the transaction.
    ///
    /// # Errors
    /// See [`Rejection`].
    pub fn submit_and_watch(&self, bytes: OpaqueExtrinsic) -> Result<Updates, Rejection> {
        let (watchers, updates) = Watchers::one();
        self.take_in(bytes, watchers)?;
        Ok(updates)
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

    /// Makes one block. Blocks its thread for as long as the transactions take.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn make_block(&self, contents: Contents) -> Result<Option<Arc<Block>>, Failure> {
        let _author = lock(&self.authoring);
        let parent = self.chain.best();
        let ready = match contents {
            Contents::Empty => Vec::new(),
            Contents::Transactions | Contents::SomeTransactions => self.pool().ready(),
        };
        if ready.is_empty() && contents == Contents::SomeTransactions {
            return Ok(None);
        }
        let time = self.clock.now().max(parent.time.saturating_add(1));
        let mut draft = Draft::begin(self.chain.archive(), &parent.header, time)?;
        let Sorted { included, refused } = sort(&mut draft, ready);

        {
            let mut pool = self.pool();
            for hash in &refused {
                pool.remove(hash, Status::Invalid);
            }
            pool.settle();
        }
        if included.is_empty() && contents == Contents::SomeTransactions {
            return Ok(None);
        }
        let finished = draft.finish()?;
        let block = {
            // Under the lock of the pool: see `take_in`.
            let mut pool = self.pool();
            let block = self.chain.append(finished, time);
            let watchers = pool.include(&included, block.hash);
            lock(&self.included).insert(block.header.number, watchers);
            block
        };
        self.recheck(&block);
        self.finalize(block.header.number);
        tracing::info!(number = block.header.number, hash = ?block.hash, transactions = included.len(), "block");
        Ok(Some(block))
    }

    /// Moves the clock forward and makes one empty block at the new time.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn advance_time(&self, by: Duration) -> Result<Option<Arc<Block>>, Failure> {
        self.clock.advance(by);
        self.make_block(Contents::Empty)
    }

    fn finalize(&self, number: BlockNumber) {
        self.chain.finalize(number);
        let finalized = self.chain.heads().finalized;
        let mut included = lock(&self.included);
        let later = included.split_off(&finalized.saturating_add(1));
        for (number, watchers) in std::mem::replace(&mut *included, later) {
            let Some(block) = self.chain.numbered(number) else { continue };
            for mut watchers in watchers {
                watchers.tell(Status::Finalized(block.hash));
            }
        }
    }

    /// Asks the runtime again what it thinks of the transactions that were left over.
    fn recheck(&self, block: &Block) {
        let number = block.header.number;
        let waiting = {
            let mut pool = self.pool();
            for hash in pool.expired(number) {
                pool.remove(&hash, Status::Invalid);
            }
            pool.oldest_checked(RECHECKED_PER_BLOCK)
        };
        let opinions: Vec<_> = waiting
            .into_iter()
            .map(|transaction| {
                let opinion = validate(self.chain.archive(), block.header.state_root, block.hash, &transaction.bytes);
                (transaction.hash, opinion)
            })
            .collect();
        let mut pool = self.pool();
        for (hash, opinion) in opinions {
            match opinion {
                Ok(Ok(validity)) => pool.reconsider(&hash, validity, number),
                Ok(Err(_)) | Err(_) => pool.remove(&hash, Status::Invalid),
            }
        }
        pool.settle();
    }
}

struct Sorted {
    included: Vec<H256>,
    refused: Vec<H256>,
}

/// Applies what fits. What does not fit waits; what can never be included is refused.
fn sort(draft: &mut Draft<'_>, ready: Vec<Transaction>) -> Sorted {
    let mut sorted = Sorted { included: Vec::new(), refused: Vec::new() };
    let mut skipped = 0_usize;
    for transaction in ready {
        use InvalidTransaction::{ExhaustsResources, Future};
        match draft.apply(&transaction.bytes) {
            Ok(Ok(_)) => sorted.included.push(transaction.hash),
            // It may fit into the next block, unless this one was empty.
            Ok(Err(TransactionValidityError::Invalid(ExhaustsResources))) if !sorted.included.is_empty() => {
                skipped = skipped.saturating_add(1);
            }
            // The one before it did not fit.
            Ok(Err(TransactionValidityError::Invalid(Future))) if skipped > 0 => {
                skipped = skipped.saturating_add(1);
            }
            outcome => {
                tracing::debug!(hash = ?transaction.hash, ?outcome, "transaction refused");
                sorted.refused.push(transaction.hash);
            }
        }
        if skipped >= MAX_SKIPPED {
            break;
        }
    }
    sorted
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
