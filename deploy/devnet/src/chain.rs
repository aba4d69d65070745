//! The blocks, and which of them are the heads.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use sp_core::H256;
use sp_runtime::{OpaqueExtrinsic, traits::Header as _};
use tokio::sync::watch;

use crate::{
    author::Finished,
    runtime::{BlockNumber, Header, Moment},
    state::Archive,
};

/// A block as it was made.
#[derive(Debug)]
pub struct Block {
    /// BLAKE2-256 of the header.
    pub hash: H256,
    /// The header.
    pub header: Header,
    /// Inherents and transactions.
    pub body: Vec<OpaqueExtrinsic>,
    /// Its time, in milliseconds since 1970.
    pub time: Moment,
}

/// The ends of the chain, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heads {
    /// The newest block.
    pub best: BlockNumber,
    /// The newest block that cannot be undone. Never above `best`.
    pub finalized: BlockNumber,
}

/// All blocks since genesis and the state of each.
#[derive(Debug)]
pub struct Chain {
    archive: Archive,
    blocks: RwLock<Blocks>,
    heads: watch::Sender<Heads>,
    genesis: Arc<Block>,
}

#[derive(Debug, Default)]
struct Blocks {
    by_hash: HashMap<H256, Arc<Block>>,
    by_number: Vec<Arc<Block>>,
}

impl Blocks {
    fn push(&mut self, block: Arc<Block>) {
        self.by_hash.insert(block.hash, Arc::clone(&block));
        self.by_number.push(block);
    }
}

impl Chain {
    /// A chain of one block: the one whose state is `root` in `archive`.
    pub fn found(archive: Archive, root: H256, time: Moment) -> Self {
        let header = Header::new(
            0,
            sp_trie::empty_trie_root::<sp_trie::LayoutV1<crate::state::Hasher>>(),
            root,
            H256::zero(),
            Default::default(),
        );
        let genesis = Arc::new(Block { hash: header.hash(), header, body: Vec::new(), time });
        let mut blocks = Blocks::default();
        blocks.push(Arc::clone(&genesis));
        let (heads, _) = watch::channel(Heads { best: 0, finalized: 0 });
        Self { archive, blocks: RwLock::new(blocks), heads, genesis }
    }

    /// Trie nodes of every block.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Block 0.
    pub fn genesis(&self) -> &Arc<Block> {
        &self.genesis
    }

    /// Appends a block to the best one and makes it the best.
    pub fn append(&self, finished: Finished, time: Moment) -> Arc<Block> {
        let Finished { header, body, nodes } = finished;
        self.archive.keep(nodes);
        let number = header.number;
        let block = Arc::new(Block { hash: header.hash(), header, body, time });
        self.blocks.write().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&block));
        self.heads.send_modify(|heads| heads.best = number);
        block
    }

    /// Declares everything up to `number` final.
    pub fn finalize(&self, number: BlockNumber) {
        self.heads.send_if_modified(|heads| {
            let next = number.min(heads.best).max(heads.finalized);
            let moved = next != heads.finalized;
            heads.finalized = next;
            moved
        });
    }

    /// The heads now.
    pub fn heads(&self) -> Heads {
        *self.heads.borrow()
    }

    /// Wakes whenever a head moves. Readers catch up by number, so nobody misses a block.
    pub fn follow(&self) -> watch::Receiver<Heads> {
        self.heads.subscribe()
    }

    /// The newest block.
    pub fn best(&self) -> Arc<Block> {
        self.numbered(self.heads().best).unwrap_or_else(|| Arc::clone(&self.genesis))
    }

    /// The newest final block.
    pub fn finalized(&self) -> Arc<Block> {
        self.numbered(self.heads().finalized).unwrap_or_else(|| Arc::clone(&self.genesis))
    }

    /// The block of that hash.
    pub fn block(&self, hash: H256) -> Option<Arc<Block>> {
        self.blocks.read().unwrap_or_else(PoisonError::into_inner).by_hash.get(&hash).cloned()
    }

    /// The block of that number.
    pub fn numbered(&self, number: BlockNumber) -> Option<Arc<Block>> {
        let index = usize::try_from(number).ok()?;
        self.blocks.read().unwrap_or_else(PoisonError::into_inner).by_number.get(index).cloned()
    }
}
