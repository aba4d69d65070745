//! On what records rest: a signature of their actor, or the block alone.

use serde::Serialize;
use std::collections::BTreeMap;

/// Most records that rest on the block alone that are named.
const MOST_NAMED: usize = 64;

/// What a record rests on, besides the block that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// An envelope that the actor's key signed.
    Envelope,
    /// A transaction that the actor's key signed.
    Transaction,
    /// Nothing else: the block alone says so.
    Block(Resting),
}

/// Why a record rests on the block alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resting {
    /// The contract makes it by itself when it is deployed, or takes over: nobody's key orders that.
    Constructor,
    /// The transaction does not hold the envelope in one piece.
    Assembled,
    /// The transaction is not a signed one of a form that is read here.
    Unreadable,
    /// The contract was called from inside of another call.
    Within,
    /// What was signed cannot be reconstructed, or was not signed with Ed25519 under the strict rule.
    Unreconstructed,
}

impl Resting {
    /// For people, after a number of events.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Constructor => "the contract makes them by itself",
            Self::Assembled => "their transactions do not hold the envelopes in one piece",
            Self::Unreadable => "their transactions cannot be read as signed ones",
            Self::Within => "the contract was called from inside of another call",
            Self::Unreconstructed => "what was signed cannot be reconstructed",
        }
    }
}

/// Records by what they rest on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bases {
    /// Records under an envelope that the actor's key signed.
    pub by_envelope: u64,
    /// Records under a transaction that the actor's key signed.
    pub by_transaction: u64,
    /// How many records rest on the block alone, and why.
    pub by_block: BTreeMap<Resting, u64>,
    /// The first of those that somebody's key should have signed: at most 64.
    pub resting: Vec<(u64, Resting)>,
}

impl Bases {
    /// Counts the record of this number.
    pub(crate) fn count(&mut self, seq: u64, basis: Basis) {
        let more = |count: &mut u64| *count = count.saturating_add(1);
        match basis {
            Basis::Envelope => more(&mut self.by_envelope),
            Basis::Transaction => more(&mut self.by_transaction),
            Basis::Block(why) => {
                more(self.by_block.entry(why).or_default());
                if why != Resting::Constructor && self.resting.len() < MOST_NAMED {
                    self.resting.push((seq, why));
                }
            }
        }
    }

    /// Number of the first record that rests on the block for this reason, where it is named.
    pub fn first(&self, why: Resting) -> Option<u64> {
        self.resting.iter().find(|(_, other)| *other == why).map(|(seq, _)| *seq)
    }
}
