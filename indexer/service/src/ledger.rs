//! From blocks to rows, and from stored rows to the same state: pure, and the only judge of both.

use greatseal_api::link::{Row, RowHash};
use greatseal_client::{Block, ChainError, ContractEvent};
use greatseal_deployment::Deployment;
use greatseal_protocol::{
    bytes::{ContractAddress, to_hex},
    digest,
    event::{Event, Record},
    evolve::{Unfit, evolve},
    language::contract,
    memory::Memory,
    proposal::Proposal,
    scale::{DecodeAll, Encode},
    state::State,
};
use std::sync::Arc;

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

/// A row with all that follows from it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The row.
    pub row: Row,
    /// Its record, decoded.
    pub record: Record,
    /// Hash of the row before.
    pub previous: RowHash,
    /// Hash of this row.
    pub hash: RowHash,
    /// The proposal that it is about, as this record left it.
    pub proposal: Option<Proposal>,
}

/// Everything that has been judged so far.
#[derive(Clone, Debug)]
pub struct Ledger {
    deployment: Arc<Deployment>,
    cells: Memory,
    next: u64,
    last: Option<[u8; 32]>,
    head: RowHash,
    count: u64,
}

impl Ledger {
    /// Before the deployment's block.
    pub fn new(deployment: Arc<Deployment>) -> Self {
        let head = RowHash::before_first(&deployment.domain().deployment);
        let next = deployment.block_number;
        Self { deployment, cells: Memory::new(), next, last: None, head, count: 0 }
    }

    /// Judges the next block. On refusal nothing has changed.
    ///
    /// # Errors
    ///
    /// [`Breach`]: following must stop.
    pub fn take(&mut self, block: &Block) -> Result<Vec<Entry>, Breach> {
        self.follows(block.at.number, block.at.hash, block.parent)?;
        let mut entries = Vec::new();
        let mut contract = self.contract();
        let mut after = None;
        for event in &block.events {
            if event.contract == contract {
                let after: &mut Self = after.get_or_insert_with(|| self.clone());
                entries.push(after.judge(block, event)?);
                // From a retirement on it is the successor that speaks.
                contract = after.contract();
            }
        }
        if let Some(after) = after {
            *self = after;
        }
        self.pass(block.at.number, block.at.hash);
        Ok(entries)
    }

    /// Judges a row that was stored, as it was judged before it was.
    ///
    /// # Errors
    ///
    /// [`Breach`]: the rows are not the ones that were stored.
    pub fn replay(&mut self, row: Row) -> Result<Entry, Breach> {
        let record = Record::decode_all(&mut &*row.record).map_err(|error| Breach::Undecodable {
            number: row.block_number,
            index: row.index,
            reason: error.to_string(),
        })?;
        self.append(row, record)
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

    /// Hash of the last row.
    pub fn head(&self) -> RowHash {
        self.head
    }

    /// Number of rows.
    pub fn count(&self) -> u64 {
        self.count
    }

    fn judge(&mut self, block: &Block, event: &ContractEvent) -> Result<Entry, Breach> {
        let number = block.at.number;
        let undecodable =
            |reason: ChainError| Breach::Undecodable { number, index: event.index, reason: reason.to_string() };
        let record = event.record().map_err(undecodable)?;
        let row = Row {
            block_number: number,
            block_hash: block.at.hash,
            extrinsic: event.extrinsic,
            index: event.index,
            // The only bytes of this record: decoding accepts no others.
            record: record.encode(),
        };
        self.append(row, record)
    }

    fn append(&mut self, row: Row, record: Record) -> Result<Entry, Breach> {
        if record.seq != self.count {
            return Err(Breach::OutOfSequence { expected: self.count, found: record.seq });
        }
        if record.seq == 0 && !self.is_ours(&record.event) {
            return Err(Breach::OtherDeployment);
        }
        evolve(&mut self.cells, &record).map_err(|cause| Breach::Unfit { seq: record.seq, cause })?;
        let proposal = record.event.proposal().and_then(|id| self.cells.proposal(id).ok()).map(|proposal| *proposal);
        let previous = self.head;
        let hash = previous.then(&row);
        self.head = hash;
        self.count = self.count.saturating_add(1);
        Ok(Entry { row, record, previous, hash, proposal })
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
