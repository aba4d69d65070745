//! Headers one after the other, and what a block proves.

use crate::fault::{BlockFault, Fault};
use greatseal_block::{
    Hash,
    contracts::{self, Emission},
    header::Header,
    metadata::Metadata,
    read_proof::ReadProof,
};
use greatseal_log::{
    evidence::{Headers, Proof},
    leaf::Leaf,
};
use greatseal_protocol::event::Record;
use std::collections::VecDeque;

/// The longest life of a transaction, in blocks: it names the hash of the block in which it began.
const LONGEST_ERA: usize = 65_536;

/// Headers that link to the deployment's block.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    first: u64,
    /// Height of the next header, and the hash that it has to have, or to name as its parent's.
    next: u64,
    last: Option<Hash>,
    expected_first: Hash,
    /// Headers that were given and not walked over yet.
    ahead: VecDeque<Vec<u8>>,
    /// The header walked over last.
    present: Option<Header>,
    /// Hashes of the last headers, the last one at the end.
    hashes: VecDeque<Hash>,
}

/// Events of contracts in a block, and its time.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) number: u64,
    pub(crate) time_ms: u64,
    pub(crate) events: VecDeque<Emission>,
}

impl Chain {
    /// Before the deployment's block.
    pub(crate) fn new(first: u64, hash: Hash) -> Self {
        Self {
            first,
            next: first,
            last: None,
            expected_first: hash,
            ahead: VecDeque::new(),
            present: None,
            hashes: VecDeque::new(),
        }
    }

    /// Number of headers that were walked over or lie ahead: the next file of headers begins behind them.
    pub(crate) fn given(&self) -> u64 {
        let walked = self.next.saturating_sub(self.first);
        walked.saturating_add(u64::try_from(self.ahead.len()).unwrap_or(u64::MAX))
    }

    /// Height and hash of the header that was walked over last.
    pub(crate) fn last(&self) -> Option<(u64, Hash)> {
        self.last.map(|hash| (self.next.saturating_sub(1), hash))
    }

    /// Takes a file of headers.
    pub(crate) fn give(&mut self, headers: Headers) {
        self.ahead.extend(headers.0);
    }

    /// Walks up to the header of this height. False where it has not been given yet.
    pub(crate) fn walk(&mut self, to: u64) -> Result<bool, Fault> {
        while self.next <= to {
            let Some(bytes) = self.ahead.pop_front() else { return Ok(false) };
            let number = self.next;
            let wrong = |reason| Fault::Block { number, reason };
            let header = Header::decode(&bytes).map_err(|error| wrong(BlockFault::Malformed(error)))?;
            let hash = header.hash();
            if u64::from(header.number) != number {
                return Err(wrong(BlockFault::OtherHeight { found: header.number }));
            }
            match self.last {
                None if hash != self.expected_first => return Err(wrong(BlockFault::NotTheDeployments)),
                Some(last) if header.parent != last => return Err(wrong(BlockFault::Unlinked)),
                _ => {}
            }
            if self.hashes.len() == LONGEST_ERA {
                self.hashes.pop_front();
            }
            self.hashes.push_back(hash);
            (self.last, self.present, self.next) = (Some(hash), Some(header), number.saturating_add(1));
        }
        Ok(true)
    }

    /// Hash of the block of this height, where it is among the last that were walked over.
    pub(crate) fn hash(&self, height: u64) -> Option<Hash> {
        let back = self.next.checked_sub(height)?;
        let place = self.hashes.len().checked_sub(usize::try_from(back).ok()?)?;
        self.hashes.get(place).copied()
    }

    /// What the proof shows of the block whose header was walked over last.
    pub(crate) fn prove(&self, proof: &Proof, metadata: &Metadata) -> Result<Block, Fault> {
        let number = proof.block_number;
        let header = self.present.as_ref().filter(|header| u64::from(header.number) == number);
        let header = header.ok_or(Fault::Block { number, reason: BlockFault::NotAfter })?;
        prove(header, proof, metadata)
    }
}

/// What the proof shows of the block with this header.
pub(crate) fn prove(header: &Header, proof: &Proof, metadata: &Metadata) -> Result<Block, Fault> {
    let number = proof.block_number;
    let wrong = |reason| Fault::Block { number, reason };
    let nodes = ReadProof::new(proof.nodes.iter().cloned()).map_err(|error| wrong(BlockFault::Malformed(error)))?;
    let runtime = contracts::spec_version(header, &nodes).map_err(|error| wrong(BlockFault::Unproved(error)))?;
    if runtime.is_some_and(|version| version != proof.spec_version) {
        return Err(wrong(BlockFault::OtherRuntime));
    }
    if metadata.runtime().is_some_and(|runtime| runtime.spec_version != proof.spec_version) {
        return Err(wrong(BlockFault::OtherRuntime));
    }
    let keys = contracts::keys(metadata).map_err(|error| wrong(BlockFault::Unproved(error.into())))?;
    let needed = nodes.needed(header.state_root, &keys).map_err(|error| wrong(BlockFault::Unproved(error.into())))?;
    if needed != proof.nodes {
        return Err(wrong(BlockFault::Superfluous));
    }
    let found = contracts::emitted(header, &nodes, metadata).map_err(|error| wrong(BlockFault::Unproved(error)))?;
    Ok(Block { number, time_ms: found.time_ms, events: found.events.into() })
}

/// Whether an emission is the event of a leaf.
pub(crate) fn is_event(emitted: &Emission, leaf: &Leaf, record: &Record) -> bool {
    let (subject, actor) = (record.event.subject(), record.actor.map(|key| key.topic()).unwrap_or_default());
    let topics = [Record::signature_topic(record.event.kind()), subject, actor];
    (emitted.extrinsic, emitted.index) == (leaf.extrinsic, leaf.index)
        && emitted.topics == topics
        && emitted.data == [&subject[..], &actor, &leaf.record].concat()
}
