//! A chain that goes on where it stopped.

use std::sync::Arc;

use crate::{
    chain::Chain,
    clock::Clock,
    disk::{Log, Step, Unusable},
    node::{Node, Settings, lock},
    runtime::BlockNumber,
};

/// Why a chain does not go on.
#[derive(Debug, thiserror::Error)]
pub enum NoChain {
    /// Block 0 could not be made: a defect of this program.
    #[error("cannot make block 0: {0}")]
    Genesis(String),
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] Unusable),
    /// What became final at the start could not be written down.
    #[error(transparent)]
    Disk(#[from] crate::disk::NotWritten),
}

impl Node {
    /// The chain in that log, as far as it was written. The pool is empty: transactions that were not in a block are
    /// forgotten.
    ///
    /// The clock goes on as if it had never stopped, and never stands before the last block.
    ///
    /// # Errors
    /// See [`NoChain`].
    pub fn resume(mut log: Log, settings: Settings) -> Result<Self, NoChain> {
        let mut node = Self::found(&log.genesis(), settings).map_err(NoChain::Genesis)?;
        if node.chain.genesis().hash != log.genesis_hash() {
            return Err(Unusable::OtherVersion(log.folder().clone()).into());
        }
        let mut clock = None;
        log.replay(|step| {
            clock = Some(step.clock);
            take(&node.chain, step)
        })?;
        if let Some(offset) = clock {
            node.clock = Clock::resuming(offset, node.chain.best().time);
        }
        let heads = node.chain.heads();
        let finalized = node.final_behind(heads.best);
        if finalized > heads.finalized {
            // The lag is shorter than it was.
            node.write(Some(&mut log), &[], finalized)?;
            node.chain.adopt(Vec::new(), finalized);
        }
        *lock(&node.authoring) = Some(log);
        Ok(node)
    }
}

/// One step of the log, if it fits.
fn take(chain: &Chain, step: Step) -> Result<(), String> {
    let heads = chain.heads();
    let mut branch = Vec::new();
    let mut parent: Option<(sp_core::H256, BlockNumber)> = None;
    for stored in step.blocks {
        let (block, changes) = stored.into_block();
        let fits = match parent {
            Some((hash, number)) => {
                block.header.parent_hash == hash && number.checked_add(1) == Some(block.header.number)
            }
            None => block
                .header
                .number
                .checked_sub(1)
                .filter(|number| (heads.finalized..=heads.best).contains(number))
                .and_then(|number| chain.numbered(number))
                .is_some_and(|parent| parent.hash == block.header.parent_hash),
        };
        if !fits {
            return Err(format!("block {} follows no block", block.header.number));
        }
        parent = Some((block.hash, block.header.number));
        chain.archive().keep(&changes);
        branch.push((Arc::new(block), changes));
    }
    chain.adopt(branch, step.finalized);
    Ok(())
}
