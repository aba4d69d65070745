//! From blocks to leaves, and from stored leaves to the same state: pure, and the only judge of both.

use crate::block::{Block, Transaction};
use greatseal_client::{ChainError, ContractEvent};
use greatseal_deployment::Deployment;
use greatseal_log::{
    evidence::envelope_in,
    leaf::{self, Leaf},
};
use greatseal_protocol::{
    bytes::{ContractAddress, EnvelopeDigest, to_hex},
    cells::{CellKey, Cells, CellsMut, Succession},
    digest,
    event::{Door, Event, Record},
    evolve::{Unfit, evolve},
    language::contract,
    memory::Memory,
    proposal::Proposal,
    scale::Encode,
    state::State,
};
use greatseal_trail::tree::{Frontier, Hash, Head, leaf_hash};
use std::{collections::BTreeSet, sync::Arc};

/// A block that may not follow what is there. Every variant stops following: nothing is skipped, nothing is undone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// A height is missing.
    #[error("block {found} where block {expected} is next")]
    Gap {
        /// The next height.
        expected: u64,
        /// The block's.
        found: u64,
    },
    /// The chain has another history than the one that was final already.
    #[error("fork below finality at block {number}: expected {}, found {}", to_hex(.expected), to_hex(.found))]
    Fork {
        /// Height of the block whose hash differs.
        number: u64,
        /// Its hash here.
        expected: [u8; 32],
        /// Its hash there.
        found: [u8; 32],
    },
    /// Our contract emitted something that is not exactly one record under its own topics, kind and subject and actor.
    #[error("block {number} holds no record of the protocol where it should: {reason}")]
    Undecodable {
        /// Height of the block.
        number: u64,
        /// Index of the event in its block.
        index: u32,
        /// What is wrong with it.
        reason: String,
    },
    /// A record is missing, or comes twice.
    #[error("event {found} where event {expected} is next")]
    OutOfSequence {
        /// The next number.
        expected: u64,
        /// The record's.
        found: u64,
    },
    /// The record cannot follow the state that the ones before it made.
    #[error("event {seq} does not fit: {cause}")]
    Unfit {
        /// The record's number.
        seq: u64,
        /// What `evolve` says.
        cause: Unfit,
    },
    /// The first record is of another deployment than the deployment file.
    #[error("event 0 deploys something else than the deployment file names")]
    OtherDeployment,
}

/// A leaf with all that follows from it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The leaf.
    pub leaf: Leaf,
    /// Its record, decoded.
    pub record: Record,
    /// Hash of the leaf (RFC 9162).
    pub hash: Hash,
    /// What brought it, to be kept; none where it is replayed, or is kept with the entry before.
    pub cause: Option<Cause>,
    /// The proposal that it is about, as this record left it.
    pub proposal: Option<Proposal>,
    /// Subtrees of 256, 65,536, … leaves that it completes.
    pub nodes: Vec<Node>,
}

/// The root of a complete subtree: what tiles of higher levels are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// 1 over 256 leaves, 2 over 65,536, and so on.
    pub level: u8,
    /// How many of its level stand before it.
    pub number: u64,
    /// Its root.
    pub hash: Hash,
}

/// What brought an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The envelope that its record names.
    Envelope(EnvelopeDigest, Vec<u8>),
    /// The whole transaction.
    Transaction(Transaction),
}

/// Everything that has been judged so far.
#[derive(Clone, Debug)]
pub struct Ledger {
    deployment: Arc<Deployment>,
    cells: Memory,
    next: u64,
    last: Option<[u8; 32]>,
    tree: Frontier,
    /// Cells that were written since another ledger caught up with this one.
    touched: BTreeSet<CellKey>,
}

/// Where a ledger stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The next height.
    pub next: u64,
    /// Hash of the block before it; none before the first.
    pub last: Option<[u8; 32]>,
    /// Size and root of the tree.
    pub head: Head,
}

/// Cells that are written, with what stood there before: so that what is refused half-way has changed nothing.
struct Undo<'a> {
    cells: &'a mut Memory,
    before: Written,
}

/// Cells with what stood there before they were written, in order.
type Written = Vec<(CellKey, Option<Vec<u8>>)>;

impl Succession for Undo<'_> {}

impl Cells for Undo<'_> {
    fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
        self.cells.load(key)
    }
}

impl CellsMut for Undo<'_> {
    fn store(&mut self, key: &CellKey, bytes: Vec<u8>) {
        self.before.push((*key, self.cells.insert(*key, bytes)));
    }

    fn count(&mut self, change: u32) -> u32 {
        self.cells.count(change)
    }
}

impl Ledger {
    /// Before the deployment's block.
    pub fn new(deployment: Arc<Deployment>) -> Self {
        let next = deployment.block_number;
        Self { deployment, cells: Memory::new(), next, last: None, tree: Frontier::new(), touched: BTreeSet::new() }
    }

    /// Goes on from a place and a state that were kept.
    pub(crate) fn resume(
        deployment: Arc<Deployment>,
        (next, last): (u64, Option<[u8; 32]>),
        tree: Frontier,
        cells: Memory,
    ) -> Self {
        Self { deployment, cells, next, last, tree, touched: BTreeSet::new() }
    }

    /// Judges the next block. On refusal nothing has changed.
    ///
    /// # Errors
    ///
    /// [`Breach`]: following must stop.
    pub fn take(&mut self, block: &Block) -> Result<Vec<Entry>, Breach> {
        self.follows(block.at.number, block.at.hash, block.parent)?;
        let tree = self.tree.clone();
        let mut before = Vec::new();
        match self.entries(block, &mut before) {
            Ok(entries) => {
                self.touched.extend(before.into_iter().map(|(key, _)| key));
                self.pass(block.at.number, block.at.hash);
                Ok(entries)
            }
            Err(breach) => {
                self.tree = tree;
                for (key, bytes) in before.into_iter().rev() {
                    match bytes {
                        Some(bytes) => self.cells.insert(key, bytes),
                        None => self.cells.remove(&key),
                    };
                }
                Err(breach)
            }
        }
    }

    /// Comes to where another ledger is that went on from the same place: only what it has written is copied.
    pub fn catch_up(&mut self, ahead: &mut Self) {
        for key in std::mem::take(&mut ahead.touched) {
            if let Some(bytes) = ahead.cells.get(&key) {
                self.cells.insert(key, bytes.clone());
            }
        }
        (self.next, self.last, self.tree) = (ahead.next, ahead.last, ahead.tree.clone());
    }

    /// Judges a leaf that was stored, as it was judged before it was.
    ///
    /// # Errors
    ///
    /// [`Breach`]: the leaves are not the ones that were stored.
    pub fn replay(&mut self, leaf: Leaf) -> Result<Entry, Breach> {
        let undecodable = |reason: leaf::NoLeaf| Breach::Undecodable {
            number: leaf.block_number,
            index: leaf.index,
            reason: reason.to_string(),
        };
        let bytes = leaf.to_bytes().map_err(undecodable)?;
        let (_, record) = Leaf::parse(&bytes).map_err(undecodable)?;
        self.append(leaf, &bytes, record, &mut Vec::new())
    }

    /// Whether a block may come next.
    ///
    /// # Errors
    ///
    /// [`Breach::Gap`] or [`Breach::Fork`].
    pub fn follows(&self, number: u64, hash: [u8; 32], parent: [u8; 32]) -> Result<(), Breach> {
        if number != self.next {
            return Err(Breach::Gap { expected: self.next, found: number });
        }
        let (number, expected, found) = match self.last {
            Some(last) => (number.saturating_sub(1), last, parent),
            None => (number, self.deployment.block_hash, hash),
        };
        (expected == found).then_some(()).ok_or(Breach::Fork { number, expected, found })
    }

    /// Takes note of a block whose rows are in.
    pub(crate) fn pass(&mut self, number: u64, hash: [u8; 32]) {
        self.next = number.saturating_add(1);
        self.last = Some(hash);
    }

    /// The replayed state.
    pub fn cells(&self) -> &Memory {
        &self.cells
    }

    /// The contract that emits the next event: the deployment's, or the one that goes on after it.
    pub fn contract(&self) -> ContractAddress {
        match self.cells.head() {
            Ok(head) => head.successor.unwrap_or(head.domain.contract),
            Err(_) => self.deployment.contract(),
        }
    }

    /// Which contract on which chain.
    pub fn deployment(&self) -> &Deployment {
        &self.deployment
    }

    /// The next height.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Hash of the last block; none before the first.
    pub fn last(&self) -> Option<[u8; 32]> {
        self.last
    }

    /// Size and root of the tree.
    pub fn head(&self) -> Head {
        self.tree.head()
    }

    /// The tree, as far as it is needed to go on.
    pub fn tree(&self) -> &Frontier {
        &self.tree
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        Place { next: self.next, last: self.last, head: self.head() }
    }

    /// Number of leaves.
    pub fn count(&self) -> u64 {
        self.tree.size()
    }

    /// Judges the events of a block one after the other, and keeps what stood where they write.
    fn entries(&mut self, block: &Block, before: &mut Written) -> Result<Vec<Entry>, Breach> {
        let mut entries = Vec::new();
        let mut contract = self.contract();
        for event in &block.events {
            if event.contract == contract {
                entries.push(self.judge(block, event, before)?);
                // From a retirement on it is the successor that speaks.
                contract = self.contract();
            }
        }
        Ok(entries)
    }

    fn judge(&mut self, block: &Block, event: &ContractEvent, before: &mut Written) -> Result<Entry, Breach> {
        let number = block.at.number;
        let undecodable =
            |reason: ChainError| Breach::Undecodable { number, index: event.index, reason: reason.to_string() };
        let record = event.record().map_err(undecodable)?;
        let place = usize::try_from(event.extrinsic).ok().and_then(|place| block.transactions.get(place));
        let transaction = place.ok_or_else(|| Breach::Undecodable {
            number,
            index: event.index,
            reason: "the block does not have its transaction".into(),
        })?;
        let leaf = Leaf {
            edition: leaf::EDITION,
            block_number: number,
            block_hash: block.at.hash,
            time_ms: block.time_ms,
            extrinsic: event.extrinsic,
            index: event.index,
            transaction: transaction.hash,
            // The only bytes of this record: decoding accepts no others.
            record: record.encode(),
        };
        let too_long =
            |reason: leaf::NoLeaf| Breach::Undecodable { number, index: event.index, reason: reason.to_string() };
        let bytes = leaf.to_bytes().map_err(too_long)?;
        let cause = cause(&record, transaction);
        Ok(Entry { cause: Some(cause), ..self.append(leaf, &bytes, record, before)? })
    }

    fn append(&mut self, leaf: Leaf, bytes: &[u8], record: Record, before: &mut Written) -> Result<Entry, Breach> {
        let count = self.count();
        if record.seq != count {
            return Err(Breach::OutOfSequence { expected: count, found: record.seq });
        }
        if record.seq == 0 && !self.is_ours(&record.event) {
            return Err(Breach::OtherDeployment);
        }
        let mut cells = Undo { cells: &mut self.cells, before: std::mem::take(before) };
        let evolved = evolve(&mut cells, &record);
        *before = cells.before;
        evolved.map_err(|cause| Breach::Unfit { seq: record.seq, cause })?;
        let proposal = record.event.proposal().and_then(|id| self.cells.proposal(id).ok()).map(|proposal| *proposal);
        let hash = leaf_hash(bytes);
        let full = Breach::OutOfSequence { expected: count, found: record.seq };
        let mut nodes = Vec::new();
        let note = |height: u32, hash: &Hash| {
            // Levels of the tiles stand eight levels of the tree apart.
            if let (0, Ok(level)) = (height % 8, u8::try_from(height / 8)) {
                nodes.push(Node { level, number: count.checked_shr(height).unwrap_or_default(), hash: *hash });
            }
        };
        self.tree.push_noting(hash, note).map_err(|_| full)?;
        Ok(Entry { leaf, record, hash, cause: None, proposal, nodes })
    }

    /// The id is computed again: it is the hash of the genesis that the record carries.
    fn is_ours(&self, event: &Event) -> bool {
        let Event::Contract(contract::Event::Deployed { deployment, contract, genesis }) = event else { return false };
        let domain = self.deployment.domain();
        let claimed: (_, ContractAddress, _) = (*deployment, *contract, genesis.chain_id);
        claimed == (domain.deployment, domain.contract, domain.chain_id)
            && genesis.chain == self.deployment.chain()
            && digest::deployment_id(genesis) == domain.deployment
    }
}

/// What to keep of the transaction that brought a record.
fn cause(record: &Record, transaction: &Transaction) -> Cause {
    match record.door {
        Door::Envelope(name) => match envelope_in(&transaction.bytes, name) {
            Some(envelope) => Cause::Envelope(name, envelope.to_vec()),
            None => Cause::Transaction(transaction.clone()),
        },
        Door::Direct | Door::Constructor => Cause::Transaction(transaction.clone()),
    }
}
