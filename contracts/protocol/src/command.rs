//! What a key can say: one command, signed in an envelope.

use crate::{
    content::Content,
    council::SeatId,
    language::{Proof, bridge, council, dispute, emergency, operation, phase, program, proposal, registry},
    proposal_id::ProposalId,
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A command: in which capacity, until when, and what.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Command {
    /// What the key claims to be.
    pub capacity: Capacity,
    /// First second in which the command is no longer accepted. Once counted, an approval outlives it.
    pub expiry: u64,
    /// The order.
    pub order: Order,
}

/// What a key claims to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Capacity {
    /// Nobody in particular; enough to execute where the row says anyone.
    #[codec(index = 0)]
    Anyone,
    /// This seat, in this epoch of its council.
    #[codec(index = 1)]
    Seat {
        /// The seat.
        seat: SeatId,
        /// The council's epoch that the signer knew.
        epoch: u32,
    },
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Order {
    /// Who sits where: seats, their keys, and the sizes of councils.
    #[codec(index = 0)]
    Council(council::Order),
    /// Proposals: opened, decided about, executed.
    #[codec(index = 1)]
    Proposal(proposal::Order),
    /// Pauses, degraded modes, and the review that follows.
    #[codec(index = 2)]
    Emergency(emergency::Order),
    /// Bridge routes and the conversions over them.
    #[codec(index = 4)]
    Bridge(bridge::Order),
    /// Distribution programmes, their batches and settlement.
    #[codec(index = 5)]
    Program(program::Order),
    /// The registry, and the releases that run.
    #[codec(index = 6)]
    Registry(registry::Order),
    /// Disputes and their clocks.
    #[codec(index = 7)]
    Dispute(dispute::Order),
    /// Post-quantum phases and companion keys.
    #[codec(index = 8)]
    Phase(phase::Order),
    /// Work of operators and auditors: escalations, parameters, drills.
    #[codec(index = 9)]
    Operation(operation::Order),
}

/// Asks the subject of an order: every one is named here, and in its own file every variant.
macro_rules! each {
    ($self:expr, $one:ident => $answer:expr) => {
        match $self {
            Self::Council($one) => $answer,
            Self::Proposal($one) => $answer,
            Self::Emergency($one) => $answer,
            Self::Bridge($one) => $answer,
            Self::Program($one) => $answer,
            Self::Registry($one) => $answer,
            Self::Dispute($one) => $answer,
            Self::Phase($one) => $answer,
            Self::Operation($one) => $answer,
        }
    };
}

impl Order {
    /// What the order asks of its seat besides the signature of the seat's key.
    pub fn proof(&self) -> Proof {
        each!(self, one => one.proof())
    }

    /// The word for the order.
    pub fn name(&self) -> &'static str {
        each!(self, one => one.name())
    }

    /// The proposal that it is about, where there is one already.
    pub fn proposal(&self) -> Option<ProposalId> {
        each!(self, one => one.proposal())
    }

    /// The contents that it names: what stands on chain as a hash, and is kept elsewhere.
    pub fn contents(&self) -> Vec<Content> {
        each!(self, one => one.contents())
    }
}
