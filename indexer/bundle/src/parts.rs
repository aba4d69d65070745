//! The readable parts of a bundle: seven files that follow from the leaves and from what brought them, and from nothing else. A reader
//! without SCALE finds in them what was decided; whoever verifies makes them again and compares.
//!
//! Each row is of one record, in order, so that a part is written and compared in constant memory. Rule sets alone have a beginning
//! and an end: there is one row for each, in memory until the last record.

mod approval;
mod content;
mod kinds;
mod rules;

use crate::parts::rules::RuleSets;
pub use approval::{ENVELOPE, TRANSACTION};
use greatseal_facts::{self as facts, EventFacts, NotFacts};
use greatseal_log::{evidence::Cause, leaf::Leaf};
use greatseal_protocol::{
    bytes::{ContractAddress, EnvelopeDigest, to_hex},
    event::{Door, Event, Record},
    key::Key,
    language::{contract, proposal},
    proposal_id::ProposalId,
};
use serde::Serialize;
use std::collections::BTreeSet;

/// A readable part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Signed approvals and refusals, one line of JSON for each.
    Approvals,
    /// Batches: headers, statements, votes, what is final.
    Batches,
    /// Contents that events name, one line of JSON for each.
    Contents,
    /// Disputes, holds, stops, overrules, pauses and their reviews, refusals.
    Exceptions,
    /// Programmes: terms, rule sets, budget lines.
    Programmes,
    /// Rule sets of programmes, from when to when.
    RuleSets,
    /// What rails did, as far as the chain knows it.
    Settlement,
}

impl Part {
    /// Each, by its name.
    pub const ALL: [Self; 7] = [
        Self::Approvals,
        Self::Batches,
        Self::Contents,
        Self::Exceptions,
        Self::Programmes,
        Self::RuleSets,
        Self::Settlement,
    ];

    /// Name of its file in a bundle.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approvals => "parts/approvals.jsonl",
            Self::Batches => "parts/batches.json",
            Self::Contents => "parts/contents.jsonl",
            Self::Exceptions => "parts/exceptions.json",
            Self::Programmes => "parts/programmes.json",
            Self::RuleSets => "parts/rule-sets.json",
            Self::Settlement => "parts/settlement.json",
        }
    }

    /// Name of its form.
    pub const fn schema(self) -> &'static str {
        match self {
            Self::Approvals => "greatseal.approval/1",
            Self::Batches => "greatseal.batches/1",
            Self::Contents => "greatseal.content/1",
            Self::Exceptions => "greatseal.exceptions/1",
            Self::Programmes => "greatseal.programmes/1",
            Self::RuleSets => "greatseal.rule-sets/1",
            Self::Settlement => "greatseal.settlement/1",
        }
    }

    /// Whether it is lines of JSON, and not one object with rows.
    pub const fn is_lines(self) -> bool {
        matches!(self, Self::Approvals | Self::Contents)
    }
}

/// Why parts cannot be made: none of the protocol's records gives these.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    /// A record has no facts.
    #[error(transparent)]
    Facts(#[from] NotFacts),
    /// A row is no canonical JSON.
    #[error("a row cannot be written as canonical JSON")]
    Json,
}

/// A record as a row of a part.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Whose command it was; null for the constructor.
    pub actor: Option<String>,
    /// Block time in seconds.
    pub at: String,
    /// Height of the block.
    pub block_number: String,
    /// How the command came in.
    pub door: &'static str,
    /// Digest of the envelope that brought it.
    pub envelope: Option<String>,
    /// What happened.
    pub event: EventFacts,
    /// The proposal that it is about, where there is one.
    pub proposal: Option<String>,
    /// Number of the record.
    pub seq: String,
}

/// Makes the parts from one record after the other.
#[derive(Debug)]
pub struct Parts {
    deployment: String,
    /// The contract that emits the records.
    contract: ContractAddress,
    /// Parts that have a row already.
    begun: BTreeSet<Part>,
    rules: RuleSets,
    /// The command of the last approval: it has one line, however many records it gives.
    last: Option<Line>,
}

/// The command of a line of [`Part::Approvals`].
#[derive(Debug)]
struct Line {
    door: Door,
    actor: Option<Key>,
    transaction: [u8; 32],
    /// Proposals about which its first record says that decisions follow.
    due: Vec<ProposalId>,
}

impl Parts {
    /// Before the first record of this deployment and contract.
    pub fn new(deployment: &[u8; 32], contract: ContractAddress) -> Self {
        Self {
            deployment: to_hex(deployment),
            contract,
            begun: BTreeSet::new(),
            rules: RuleSets::default(),
            last: None,
        }
    }

    /// Takes the next record with what brought it, which is never [`Cause::Same`]. `out` gets the bytes that come next in each part.
    ///
    /// # Errors
    ///
    /// [`Unwritable`], and those of `out`.
    pub fn take<E: From<Unwritable>>(
        &mut self,
        leaf: &Leaf,
        record: &Record,
        cause: &Cause,
        out: &mut impl FnMut(Part, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        if let Event::Contract(contract::Event::Succeeded { contract, .. }) = &record.event {
            self.contract = *contract;
        }
        self.rules.take(record);
        for content in record.event.contents() {
            out(Part::Contents, &line(&content::Named::of(record, &content))?)?;
        }
        let parts = kinds::parts(&record.event);
        if parts.is_empty() {
            return Ok(());
        }
        let row = canonical(&Row::of(leaf, record).map_err(Unwritable::Facts)?)?;
        for part in parts {
            match part {
                Part::Approvals => {
                    if let Some(line) = self.approval(leaf, record, cause)? {
                        out(Part::Approvals, &line)?;
                    }
                }
                part => self.row(*part, &row, out)?,
            }
        }
        Ok(())
    }

    /// After the last record: the rule sets, and the end of each part.
    ///
    /// # Errors
    ///
    /// [`Unwritable`], and those of `out`.
    pub fn finish<E: From<Unwritable>>(mut self, out: &mut impl FnMut(Part, &[u8]) -> Result<(), E>) -> Result<(), E> {
        for rules in std::mem::take(&mut self.rules).rows() {
            self.row(Part::RuleSets, &canonical(&rules)?, out)?;
        }
        for part in Part::ALL.into_iter().filter(|part| !part.is_lines()) {
            self.begin(part, out)?;
            out(part, format!("],\"schema\":\"{}\"}}", part.schema()).as_bytes())?;
        }
        Ok(())
    }

    /// The beginning of a part, where it has none yet. True where it had one.
    fn begin<E>(&mut self, part: Part, out: &mut impl FnMut(Part, &[u8]) -> Result<(), E>) -> Result<bool, E> {
        let first = self.begun.insert(part);
        if first {
            out(part, format!("{{\"deployment\":\"{}\",\"rows\":[", self.deployment).as_bytes())?;
        }
        Ok(!first)
    }

    fn row<E>(&mut self, part: Part, row: &[u8], out: &mut impl FnMut(Part, &[u8]) -> Result<(), E>) -> Result<(), E> {
        if self.begin(part, out)? {
            out(part, b",")?;
        }
        out(part, row)
    }

    /// The line of an approval; none where its command has one already.
    fn approval(&mut self, leaf: &Leaf, record: &Record, cause: &Cause) -> Result<Option<Vec<u8>>, Unwritable> {
        if self.last.as_mut().is_some_and(|line| line.has(leaf, record)) {
            return Ok(None);
        }
        self.last = Some(Line::of(leaf, record));
        line(&approval::Approval::of(record, cause, self.contract)).map(Some)
    }
}

impl Line {
    fn of(leaf: &Leaf, record: &Record) -> Self {
        let due = match &record.event {
            Event::Proposal(proposal::Event::Opened(opened)) => vec![opened.id],
            Event::Proposal(proposal::Event::DecidedTogether { choices, .. }) => {
                choices.iter().filter(|choice| choice.skipped.is_none()).map(|choice| choice.id).collect()
            }
            _ => Vec::new(),
        };
        Self { door: record.door, actor: record.actor, transaction: leaf.transaction, due }
    }

    /// Whether a record is a further one of the command.
    fn has(&mut self, leaf: &Leaf, record: &Record) -> bool {
        let same = (self.door, self.actor, self.transaction) == (record.door, record.actor, leaf.transaction);
        match (&record.event, record.door) {
            // An envelope is one command.
            (_, Door::Envelope(_)) => same,
            // A transaction of a member's account may hold several.
            (Event::Proposal(proposal::Event::Decided { id, .. }), _) if same => {
                let place = self.due.iter().position(|due| due == id);
                place.map(|place| self.due.remove(place)).is_some()
            }
            _ => false,
        }
    }
}

impl Row {
    fn of(leaf: &Leaf, record: &Record) -> Result<Self, NotFacts> {
        Ok(Self {
            actor: record.actor.map(|key| key.to_string()),
            at: record.at.to_string(),
            block_number: leaf.block_number.to_string(),
            door: door(record.door),
            envelope: envelope(record.door).map(|digest| digest.to_string()),
            event: facts::event(&record.event)?,
            proposal: record.event.proposal().map(|id| id.to_string()),
            seq: record.seq.to_string(),
        })
    }
}

const fn door(door: Door) -> &'static str {
    match door {
        Door::Envelope(_) => "envelope",
        Door::Direct => "direct",
        Door::Constructor => "constructor",
    }
}

const fn envelope(door: Door) -> Option<EnvelopeDigest> {
    match door {
        Door::Envelope(digest) => Some(digest),
        Door::Direct | Door::Constructor => None,
    }
}

/// A line of a part that is lines.
fn line(value: &impl Serialize) -> Result<Vec<u8>, Unwritable> {
    let mut line = canonical(value)?;
    line.push(b'\n');
    Ok(line)
}

/// Canonical JSON (RFC 8785) of a value.
///
/// # Errors
///
/// [`Unwritable::Json`].
pub fn canonical(value: &impl Serialize) -> Result<Vec<u8>, Unwritable> {
    serde_json_canonicalizer::to_vec(value).map_err(|_| Unwritable::Json)
}
