//! The blocks, and which of them are the heads.

mod states;

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, PoisonError, RwLock},
};

use sp_core::H256;
use sp_runtime::{OpaqueExtrinsic, traits::Header as _};
use tokio::sync::watch;

use crate::{
    author::Finished,
    chain::states::States,
    runtime::{BlockNumber, Header, Moment},
    state::{Archive, Changes},
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
    /// How many inherents `body` begins with.
    pub inherents: u32,
    /// Its time, in milliseconds since 1970.
    pub time: Moment,
}

impl Block {
    /// What was finished, at its time; and what it does to the trie.
    pub fn made(finished: Finished, time: Moment) -> (Arc<Self>, Changes) {
        let Finished { header, body, inherents, changes } = finished;
        (Arc::new(Self { hash: header.hash(), header, body, inherents, time }), changes)
    }

    /// What came from outside.
    pub fn transactions(&self) -> &[OpaqueExtrinsic] {
        let inherents = usize::try_from(self.inherents).unwrap_or(usize::MAX);
        self.body.get(inherents..).unwrap_or_default()
    }
}

/// The ends of the chain, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heads {
    /// The newest block.
    pub best: BlockNumber,
    /// The newest block that cannot be undone. Never above `best`, never falling.
    pub finalized: BlockNumber,
}

/// All blocks since genesis, and the states that are kept.
#[derive(Debug)]
pub struct Chain {
    archive: Archive,
    blocks: RwLock<Blocks>,
    heads: watch::Sender<Heads>,
    genesis: Arc<Block>,
}

#[derive(Debug)]
struct Blocks {
    /// Replaced ones as well: whoever saw one can still ask for it.
    by_hash: HashMap<H256, Arc<Block>>,
    /// Those from which the best one descends.
    by_number: Vec<Arc<Block>>,
    states: States,
}

impl Blocks {
    fn push(&mut self, block: Arc<Block>) {
        self.by_hash.insert(block.hash, Arc::clone(&block));
        self.by_number.push(block);
    }

    fn numbered(&self, number: BlockNumber) -> Option<&Arc<Block>> {
        self.by_number.get(usize::try_from(number).ok()?)
    }

    fn is_canonical(&self, block: &Block) -> bool {
        self.numbered(block.header.number).is_some_and(|canonical| canonical.hash == block.hash)
    }
}

impl Chain {
    /// A chain of one block: the one whose state is `root` in `archive`. It keeps the states of that many newest
    /// blocks, or of all.
    pub fn found(archive: Archive, root: H256, time: Moment, keep_states: Option<NonZeroU32>) -> Self {
        let header = Header::new(
            0,
            sp_trie::empty_trie_root::<sp_trie::LayoutV1<crate::state::Hasher>>(),
            root,
            H256::zero(),
            Default::default(),
        );
        let genesis = Arc::new(Block { hash: header.hash(), header, body: Vec::new(), inherents: 0, time });
        let mut blocks =
            Blocks { by_hash: HashMap::new(), by_number: Vec::new(), states: States::keeping(keep_states) };
        blocks.push(Arc::clone(&genesis));
        let (heads, _) = watch::channel(Heads { best: 0, finalized: 0 });
        Self { archive, blocks: RwLock::new(blocks), heads, genesis }
    }

    /// Trie nodes of the kept states.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Block 0.
    pub fn genesis(&self) -> &Arc<Block> {
        &self.genesis
    }

    /// Makes the last of these blocks the best one. They follow each other and a block that the best one descends from
    /// or is; whatever came after that is replaced. Their trie nodes are in the archive already. What `finalized`
    /// names becomes final, if it was not.
    pub fn adopt(&self, branch: Vec<(Arc<Block>, Changes)>, finalized: BlockNumber) {
        let mut blocks = self.blocks.write().unwrap_or_else(PoisonError::into_inner);
        let next = branch.first().map_or(usize::MAX, |(block, _)| index(block.header.number));
        if next < blocks.by_number.len() {
            for replaced in blocks.by_number.split_off(next) {
                blocks.states.abandon(&replaced);
            }
        }
        for (block, changes) in branch {
            blocks.states.note(block.hash, changes);
            blocks.push(block);
        }
        let best = BlockNumber::try_from(blocks.by_number.len().saturating_sub(1)).unwrap_or(BlockNumber::MAX);
        let heads = self.heads();
        let heads = Heads { best, finalized: heads.finalized.max(finalized.min(best)) };
        let Blocks { by_number, states, .. } = &mut *blocks;
        states.prune(heads, by_number, &self.archive);
        drop(blocks);
        self.heads.send_replace(heads);
    }

    /// The heads now.
    pub fn heads(&self) -> Heads {
        *self.heads.borrow()
    }

    /// Wakes whenever a head moves. Readers catch up with [`Self::after`], so nobody misses a block.
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

    /// The block of that number from which the best one descends.
    pub fn numbered(&self, number: BlockNumber) -> Option<Arc<Block>> {
        self.blocks.read().unwrap_or_else(PoisonError::into_inner).numbered(number).cloned()
    }

    /// The block that somebody must be told next who was told of `last`: the one after it or, where it was replaced,
    /// the first one of the branch that replaced it.
    pub fn after(&self, last: &Arc<Block>) -> Option<Arc<Block>> {
        let blocks = self.blocks.read().unwrap_or_else(PoisonError::into_inner);
        let mut last = last;
        while !blocks.is_canonical(last) {
            last = blocks.by_hash.get(&last.header.parent_hash)?;
        }
        blocks.numbered(last.header.number.checked_add(1)?).cloned()
    }

    /// Whether the state of that block can still be read.
    pub fn has_state(&self, block: &Block) -> bool {
        self.blocks.read().unwrap_or_else(PoisonError::into_inner).states.has(block.header.number)
    }
}

fn index(number: BlockNumber) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
