//! Making blocks, and making them final.

use std::{sync::Arc, time::Duration};

use sp_core::H256;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

use crate::{
    author::{Draft, Failure},
    chain::Block,
    disk::{Log, NotWritten, Step, Stored},
    execute::validate,
    node::{Contents, Node, lock},
    pool::Transaction,
    runtime::BlockNumber,
    state::Changes,
    watch::Status,
};

/// After so many transactions that did not fit, a block counts as full.
const MAX_SKIPPED: usize = 32;
/// How many transactions are validated again after each block, the longest unchecked first.
const RECHECKED_PER_BLOCK: usize = 512;

impl Node {
    /// Makes one block. Blocks its thread for as long as the transactions take.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn make_block(&self, contents: Contents) -> Result<Option<Arc<Block>>, Failure> {
        let mut log = lock(&self.authoring);
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
        self.metrics.refused(refused.len());
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
        let made = Block::made(draft.finish()?, time);
        let block = Arc::clone(&made.0);
        let branch = vec![made];
        let finalized = self.final_behind(block.header.number);
        self.write(log.as_mut(), &branch, finalized)?;
        {
            // Under the lock of the pool: see `take_in`.
            let mut pool = self.pool();
            self.keep(&branch);
            self.chain.adopt(branch, finalized);
            let watchers = pool.include(&included, block.hash);
            lock(&self.included).insert(block.header.number, watchers);
        }
        self.metrics.blocks.inc();
        self.metrics.included(included.len());
        self.recheck(&block, RECHECKED_PER_BLOCK);
        self.tell_finalized();
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

    /// Makes everything up to that block final, whatever the lag; the best one where there is no such number yet.
    ///
    /// # Errors
    /// Where it cannot be written down.
    pub fn finalize(&self, number: BlockNumber) -> Result<Arc<Block>, Failure> {
        let mut log = lock(&self.authoring);
        let heads = self.chain.heads();
        let number = number.min(heads.best);
        if number > heads.finalized {
            self.write(log.as_mut(), &[], number)?;
            self.chain.adopt(Vec::new(), number);
            self.tell_finalized();
        }
        Ok(self.chain.finalized())
    }

    /// What is final when that block is the best one.
    pub(super) fn final_behind(&self, best: BlockNumber) -> BlockNumber {
        best.saturating_sub(self.finality_lag).max(self.chain.heads().finalized)
    }

    /// Durable before visible.
    pub(super) fn write(
        &self,
        log: Option<&mut Log>,
        branch: &[(Arc<Block>, Changes)],
        finalized: BlockNumber,
    ) -> Result<(), NotWritten> {
        let Some(log) = log else { return Ok(()) };
        let blocks = branch.iter().map(|(block, changes)| Stored::of(block, changes)).collect();
        log.write(&Step { blocks, finalized, clock: self.clock.offset() })
    }

    /// The nodes of blocks that are about to be adopted.
    fn keep(&self, branch: &[(Arc<Block>, Changes)]) {
        for (_, changes) in branch {
            self.chain.archive().keep(changes);
        }
    }

    /// Tells those who wait for it that their transaction is final.
    pub(super) fn tell_finalized(&self) {
        let finalized = self.chain.heads().finalized;
        let mut included = lock(&self.included);
        let later = included.split_off(&finalized.saturating_add(1));
        for (number, watchers) in std::mem::replace(&mut *included, later) {
            let Some(block) = self.chain.numbered(number) else { continue };
            for (_, mut watchers) in watchers {
                watchers.tell(Status::Finalized(block.hash));
            }
        }
    }

    /// Asks the runtime again what it thinks of that many transactions which were left over.
    pub(super) fn recheck(&self, block: &Block, count: usize) {
        let number = block.header.number;
        let waiting = {
            let mut pool = self.pool();
            for hash in pool.expired(number) {
                pool.remove(&hash, Status::Invalid);
            }
            pool.oldest_checked(count)
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
