//! What the rows of an audit database show by themselves: links, order, times, and every command decided again.
//!
//! Pure, and in memory that grows with the replayed state alone. What rows cannot show is for others to look at: whether
//! the chain holds these events, whether the last row is the last event, and who signed an envelope.

mod command;
mod fault;
mod rules;
mod shown;

pub use fault::{Cause, Fault};

use crate::{
    link::{Row, RowHash},
    wire::EventRow,
};
use greatseal_deployment::Deployment;
use greatseal_protocol::{
    bytes::ContractAddress,
    event::{Event, Record},
    key::Key,
    language::{contract, council},
    memory::Memory,
    state::State,
};
use rules::Rules;

/// A row that follows the ones before it. Whether the rules let it happen is not looked at yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place and its bytes.
    pub row: Row,
    /// The record in these bytes.
    pub record: Record,
    /// Hash of the row.
    pub hash: RowHash,
    /// The contract that has to have emitted the event.
    pub contract: ContractAddress,
}

/// A history that was verified.
#[derive(Clone, Debug)]
pub struct Verified {
    /// State after the last event.
    pub state: Memory,
    /// Number of events.
    pub events: u64,
    /// The last event.
    pub last: Last,
    /// Keys that got a seat and are no point of their curve, with the number of the event: nobody can sign with them. The contract
    /// does not compute that. The first 64.
    pub no_points: Vec<(u64, Key)>,
}

/// Most keys that a verification names.
const MOST_KEYS: usize = 64;

/// The last row that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Last {
    /// Its hash.
    pub hash: RowHash,
    /// Height of its block.
    pub block_number: u64,
    /// Hash of its block.
    pub block_hash: [u8; 32],
    extrinsic: u32,
    index: u32,
    at: u64,
}

/// Takes the rows of a history one after the other.
#[derive(Clone, Debug)]
pub struct Verifier {
    deployment: Deployment,
    state: Memory,
    rules: Rules,
    next: u64,
    last: Option<Last>,
    no_points: Vec<(u64, Key)>,
}

impl Verifier {
    /// Before the first row. The deployment is the one of the file that the auditor has: not of the history.
    pub fn new(deployment: Deployment) -> Self {
        Self { deployment, state: Memory::new(), rules: Rules::default(), next: 0, last: None, no_points: Vec::new() }
    }

    /// Reads the next row: its number, its links and its place follow the row before, and what is shown as a fact is what
    /// its bytes say. Words are not compared: they change, and are no evidence.
    ///
    /// # Errors
    ///
    /// [`Fault`] with the number of the event that does not follow.
    pub fn read(&self, shown: &EventRow) -> Result<Entry, Fault> {
        let at = |cause| Fault::Event { seq: self.next, cause };
        let (row, record) = shown::read(shown).map_err(at)?;
        if record.seq != self.next {
            return Err(at(Cause::OutOfSequence { found: record.seq }));
        }
        if self.last.is_none() {
            self.begins_here(&row, &record)?;
        }
        let previous = self.head();
        let hash = previous.then(&row);
        shown::compare(shown, &record, &row, previous, hash).map_err(at)?;
        if let Some(last) = &self.last {
            last.before(&row, record.at).map_err(at)?;
        }
        Ok(Entry { contract: self.contract(), row, record, hash })
    }

    /// Decides the entry's command again, and folds its record into the state.
    ///
    /// # Errors
    ///
    /// [`Fault`] where the rules give something else; the verifier is then not to be used any more.
    pub fn fold(&mut self, entry: Entry) -> Result<(), Fault> {
        let Entry { row, record, hash, .. } = entry;
        let last = Last {
            hash,
            block_number: row.block_number,
            block_hash: row.block_hash,
            extrinsic: row.extrinsic,
            index: row.index,
            at: record.at,
        };
        let seq = self.next;
        let place = (row.block_number, row.extrinsic);
        let lacking = seated(&record.event).into_iter().filter(|key| !key.is_a_point()).map(|key| (seq, key));
        let room = MOST_KEYS.saturating_sub(self.no_points.len());
        self.no_points.extend(lacking.take(room));
        self.rules.take(&mut self.state, place, record).map_err(|cause| Fault::Event { seq, cause })?;
        self.last = Some(last);
        self.next = seq.saturating_add(1);
        Ok(())
    }

    /// After the last row.
    ///
    /// # Errors
    ///
    /// [`Fault::Empty`], or [`Fault::Event`] where a command's last events are missing.
    pub fn finish(self) -> Result<Verified, Fault> {
        let last = self.last.ok_or(Fault::Empty)?;
        self.rules.finish().map_err(|cause| Fault::Event { seq: self.next, cause })?;
        Ok(Verified { state: self.state, events: self.next, last, no_points: self.no_points })
    }

    /// State after the rows so far. A record that only makes room for the next one is folded together with that one.
    pub fn state(&self) -> &Memory {
        &self.state
    }

    /// Hash of the last row; before the first one, what that one has to link to.
    pub fn head(&self) -> RowHash {
        match &self.last {
            Some(last) => last.hash,
            None => RowHash::before_first(&self.deployment.domain().deployment),
        }
    }

    /// Number of rows so far.
    pub fn events(&self) -> u64 {
        self.next
    }

    /// The contract that emits the next event: the deployment's, or the one that goes on after it.
    pub fn contract(&self) -> ContractAddress {
        match self.state.head() {
            Ok(head) => head.successor.unwrap_or(head.domain.contract),
            Err(_) => self.deployment.contract(),
        }
    }

    /// A history begins with the deployment that the file names, in the block that the file names.
    fn begins_here(&self, row: &Row, record: &Record) -> Result<(), Fault> {
        let Event::Contract(contract::Event::Deployed { deployment, contract, genesis }) = &record.event else {
            return Err(Fault::Event { seq: 0, cause: Cause::NotTheBeginning { kind: record.event.kind() } });
        };
        let (domain, chain) = (self.deployment.domain(), self.deployment.chain());
        if *deployment != domain.deployment {
            return Err(Fault::OtherDeployment { found: *deployment, expected: domain.deployment });
        }
        let claimed = (*contract, genesis.chain_id, genesis.chain, row.block_number, row.block_hash);
        let expected =
            (domain.contract, domain.chain_id, chain, self.deployment.block_number, self.deployment.block_hash);
        if claimed != expected {
            return Err(Fault::Event { seq: 0, cause: Cause::ElsewhereDeployed });
        }
        Ok(())
    }
}

/// The keys to which an event gives seats.
fn seated(event: &Event) -> Vec<Key> {
    match event {
        Event::Contract(contract::Event::Deployed { genesis, .. }) => {
            genesis.seats().map(|(_, seat)| seat.key).collect()
        }
        Event::Council(council::Event::SeatReplaced { new, .. }) => vec![new.key],
        Event::Council(council::Event::CouncilReconstituted { added, .. }) => added.iter().map(|new| new.key).collect(),
        _ => Vec::new(),
    }
}

impl Last {
    /// Whether a row may follow: later in the chain, and not earlier in time.
    fn before(&self, row: &Row, at: u64) -> Result<(), Cause> {
        let same = row.block_number == self.block_number;
        if same && row.block_hash != self.block_hash {
            return Err(Cause::OtherBlock);
        }
        let place = (self.block_number, self.index);
        if (row.block_number, row.index) <= place || same && row.extrinsic < self.extrinsic {
            return Err(Cause::NotAfter);
        }
        if at < self.at || same && at != self.at {
            return Err(Cause::TimeFalls { before: self.at, found: at });
        }
        Ok(())
    }
}
