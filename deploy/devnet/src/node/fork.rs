//! A re-organisation on demand.

use std::sync::Arc;

use sp_core::H256;

use crate::{
    author::{Draft, Failure, transaction_hash},
    chain::Block,
    disk::NotWritten,
    node::{Node, Rejection, lock},
    pool::Refusal,
    runtime::BlockNumber,
    state::Changes,
    watch::{Status, Watchers},
};

/// What a fork did.
#[derive(Debug)]
pub struct Forked {
    /// The newest block that both branches have.
    pub common: Arc<Block>,
    /// The blocks that are no longer part of the chain, in order.
    pub replaced: Vec<Arc<Block>>,
    /// The best block now.
    pub best: Arc<Block>,
}

/// Why there was no fork; the chain is as before.
#[derive(Debug, thiserror::Error)]
pub enum NoFork {
    /// It would undo what is final, or nothing at all.
    #[error("a fork replaces at least one block and only such that are not final; there are {deepest} of these")]
    Depth {
        /// The deepest fork that there can be now.
        deepest: BlockNumber,
    },
    /// The other branch could not be made.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<NotWritten> for NoFork {
    fn from(error: NotWritten) -> Self {
        Self::Failed(error.into())
    }
}

/// A transaction of a replaced block, where it was, and those who watch it.
struct Retracted {
    bytes: sp_runtime::OpaqueExtrinsic,
    block: H256,
    watchers: Watchers,
}

impl Node {
    /// Replaces the last `depth` blocks by an empty branch that is one block longer, as the longest chain wins. The
    /// transactions of the replaced blocks go back to the pool.
    ///
    /// # Errors
    /// See [`NoFork`].
    pub fn fork(&self, depth: u32) -> Result<Forked, NoFork> {
        let mut log = lock(&self.authoring);
        let heads = self.chain.heads();
        let deepest = heads.best.saturating_sub(heads.finalized);
        let forking = (1..=deepest).contains(&depth).then(|| heads.best.saturating_sub(depth));
        let Some(common) = forking.and_then(|number| self.chain.numbered(number)) else {
            return Err(NoFork::Depth { deepest });
        };
        let first = common.header.number.saturating_add(1);
        let replaced: Vec<_> = (first..=heads.best).filter_map(|number| self.chain.numbered(number)).collect();

        let branch = self.other_branch(&common, &replaced)?;
        let finalized = self.final_behind(heads.best.saturating_add(1));
        if let Err(error) = self.write(log.as_mut(), &branch, finalized) {
            self.forget(&branch);
            return Err(error.into());
        }
        let retracted = {
            // Under the lock of the pool: see `take_in`.
            let _pool = self.pool();
            self.chain.adopt(branch, finalized);
            self.retract(&replaced)
        };
        self.metrics.blocks.inc_by(u64::from(depth).saturating_add(1));
        self.metrics.replaced.inc_by(u64::from(depth));
        for transaction in retracted {
            self.put_back(transaction);
        }
        let best = self.chain.best();
        // All of them: what one transaction waits for may have been in a replaced block.
        self.recheck(&best, usize::MAX);
        self.tell_finalized();
        self.arrival.notify_one();
        tracing::info!(number = best.header.number, hash = ?best.hash, depth, "fork");
        Ok(Forked { common, replaced, best })
    }

    /// Its nodes are in the archive: each block needs those of the one before it.
    fn other_branch(&self, common: &Block, replaced: &[Arc<Block>]) -> Result<Vec<(Arc<Block>, Changes)>, Failure> {
        let mut branch: Vec<(Arc<Block>, Changes)> = Vec::new();
        for step in 0..=replaced.len() {
            let parent = branch.last().map_or(common, |(block, _)| block);
            // Later than the block that it replaces, or it would be the same one.
            let taken = replaced.get(step).map_or(parent.time, |block| block.time.max(parent.time));
            let time = self.clock.now().max(taken.saturating_add(1));
            let finished = Draft::begin(self.chain.archive(), &parent.header, time).and_then(Draft::finish);
            match finished {
                Ok(finished) => {
                    let made = Block::made(finished, time);
                    self.chain.archive().keep(&made.1);
                    branch.push(made);
                }
                Err(failure) => {
                    self.forget(&branch);
                    return Err(failure);
                }
            }
        }
        Ok(branch)
    }

    fn forget(&self, branch: &[(Arc<Block>, Changes)]) {
        for (_, changes) in branch {
            self.chain.archive().release(changes.written.iter().map(|(key, _)| key));
        }
    }

    fn retract(&self, replaced: &[Arc<Block>]) -> Vec<Retracted> {
        let mut included = lock(&self.included);
        let mut retracted = Vec::new();
        for block in replaced {
            let mut watching = included.remove(&block.header.number).unwrap_or_default();
            for bytes in block.transactions() {
                let hash = transaction_hash(bytes);
                let place = watching.iter().position(|(watched, _)| *watched == hash);
                let watchers = place.map(|place| watching.swap_remove(place).1).unwrap_or_default();
                retracted.push(Retracted { bytes: bytes.clone(), block: block.hash, watchers });
            }
        }
        retracted
    }

    fn put_back(&self, transaction: Retracted) {
        let Retracted { bytes, block, mut watchers } = transaction;
        watchers.tell(Status::Retracted(block));
        let mut last_words = watchers.clone();
        if let Err(rejection) = self.take_in(bytes, watchers) {
            tracing::info!(%rejection, "a transaction of a replaced block does not come back");
            last_words.tell(match rejection {
                Rejection::Trap(_) | Rejection::Validity(_) => Status::Invalid,
                Rejection::Pool(Refusal::AlreadyImported(_) | Refusal::TooLowPriority { .. } | Refusal::Full) => {
                    Status::Dropped
                }
            });
        }
    }
}
