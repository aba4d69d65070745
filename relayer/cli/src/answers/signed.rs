//! The answer of every command that signs: what was ordered, and what became of it.

mod converted;
mod missing;
mod opening;
mod order;

pub use converted::{Converted, Stated};
pub use missing::{Kind, Missing};
pub use opening::{Approval, Notes, Opening, Quorum};
pub use order::Order;

use super::{Answer, Text, content::ContentKept, schema};
use crate::{
    door::Delivery,
    output::{Line, line},
};
use greatseal_facts::{self as facts, EventFacts, NotFacts};
use greatseal_protocol::{bytes::to_hex, council::SeatId, event::Record};
use greatseal_wire::EnvelopeState;
use schemars::JsonSchema;
use serde::Serialize;

/// A command that was signed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Signed {
    /// What was ordered.
    #[serde(flatten)]
    pub order: Order,
    /// The seat that ordered it; none where anyone may.
    pub seat: Option<Text<SeatId>>,
    /// What the command names and the chain does not know.
    pub unknown: Vec<Missing>,
    /// What it names by hash, and who keeps it.
    pub contents: Vec<ContentKept>,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What became of a signed command.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Outcome {
    /// Whether it took effect.
    pub state: State,
    /// How it came in; none where it was not submitted.
    pub door: Option<Door>,
    /// Digest of its envelope; none where it came by its own account.
    pub envelope: Option<String>,
    /// Hash of the transaction that carried it.
    pub transaction: Option<String>,
    /// Whether a fee was paid for it.
    pub fee_paid: bool,
    /// The block that holds the transaction.
    pub block_number: Option<Text<u64>>,
    /// Number of its first event.
    pub seq: Option<Text<u64>>,
    /// Its events, as the block has them.
    pub events: Vec<EventShown>,
}

/// Whether a signed command took effect. One that did not is a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It was signed and kept in a file.
    Signed,
    /// It took effect.
    Applied,
}

/// How a command came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    /// In an envelope, through a relayer.
    Envelope,
    /// By the member's own chain account.
    Direct,
}

/// An event of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EventShown {
    /// Its number in the contract's history.
    pub seq: Text<u64>,
    /// What happened.
    #[serde(flatten)]
    #[schemars(schema_with = "schema::event")]
    pub event: EventFacts,
}

impl EventShown {
    fn of(record: &Record) -> Result<Self, NotFacts> {
        Ok(Self { seq: Text(record.seq), event: facts::event(&record.event)? })
    }
}

impl Outcome {
    /// What became of a command.
    ///
    /// # Errors
    ///
    /// [`NotFacts`], which no event of the protocol gives.
    pub fn of(delivery: &Delivery) -> Result<Self, NotFacts> {
        let records = delivery.records().unwrap_or_default();
        let (state, door, envelope, transaction) = match delivery {
            Delivery::NotSubmitted => (State::Signed, None, None, None),
            Delivery::Relayed(relayed) => {
                let EnvelopeState { envelope, transaction, .. } = &relayed.state;
                (State::Applied, Some(Door::Envelope), Some(envelope.clone()), transaction.clone())
            }
            // It has no envelope: its evidence is the transaction.
            Delivery::Direct(direct) => (State::Applied, Some(Door::Direct), None, Some(to_hex(&direct.transaction))),
        };
        Ok(Self {
            state,
            door,
            envelope,
            transaction,
            fee_paid: delivery.fee_paid(),
            block_number: delivery.block().map(Text),
            seq: records.first().map(|record| Text(record.seq)),
            events: records.iter().map(EventShown::of).collect::<Result<_, _>>()?,
        })
    }

    fn lines(&self) -> Vec<Line> {
        let state = match self.state {
            State::Signed => "signed, not submitted",
            State::Applied => "applied",
        };
        let mut lines = vec![line("state", state)];
        match (&self.envelope, self.door) {
            (Some(envelope), _) => lines.push(line("envelope", envelope)),
            (None, Some(_)) => lines.push(line("door", "direct")),
            (None, None) => {}
        }
        lines.extend(self.transaction.iter().map(|hash| line("transaction", hash)));
        lines.extend(self.block_number.map(|number| line("block", number)));
        lines.extend(self.seq.map(|seq| line("event", seq)));
        lines
    }
}

impl Answer for Signed {
    fn lines(&self) -> Vec<Line> {
        let mut lines = self.order.lines();
        lines.extend(self.seat.map(|seat| line("seat", seat)));
        lines.extend(self.unknown.iter().map(Missing::warning));
        lines.extend(self.contents.iter().map(ContentKept::line));
        lines.extend(self.outcome.lines());
        lines
    }
}
