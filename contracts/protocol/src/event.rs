//! Events: what happened. Folding them from the first gives the stored state.

use crate::{
    bytes::{EnvelopeDigest, Written},
    content::Content,
    hash,
    key::Key,
    language::{bridge, contract, council, dispute, emergency, operation, phase, policy, program, proposal, registry},
    proposal_id::ProposalId,
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// An event with its place in the contract's one sequence.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Record {
    /// Rises by one with every event of the contract, from 0.
    pub seq: u64,
    /// Block time in seconds.
    pub at: u64,
    /// How the command came in.
    pub door: Door,
    /// Whose command; none for the constructor.
    pub actor: Option<Key>,
    /// What happened.
    pub event: Event,
}

/// How a command comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Door {
    /// A signed envelope, whoever submits it: the evidence stands in the transaction under this digest.
    #[codec(index = 0)]
    Envelope(EnvelopeDigest),
    /// The member's own chain account.
    #[codec(index = 1)]
    Direct,
    /// The constructor, or the import of another contract's state, which anybody may bring.
    #[codec(index = 2)]
    Constructor,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Event {
    /// Who sits where: seats, their keys, and the sizes of councils.
    #[codec(index = 0)]
    Council(council::Event),
    /// Proposals: opened, decided about, executed.
    #[codec(index = 1)]
    Proposal(proposal::Event),
    /// Pauses, degraded modes, and the review that follows.
    #[codec(index = 2)]
    Emergency(emergency::Event),
    /// The policy table, adopted texts, and the profile.
    #[codec(index = 3)]
    Policy(policy::Event),
    /// Bridge routes and the conversions over them.
    #[codec(index = 4)]
    Bridge(bridge::Event),
    /// Distribution programmes, their batches and settlement.
    #[codec(index = 5)]
    Program(program::Event),
    /// The registry, and the releases that run.
    #[codec(index = 6)]
    Registry(registry::Event),
    /// Disputes and their clocks.
    #[codec(index = 7)]
    Dispute(dispute::Event),
    /// Post-quantum phases and companion keys.
    #[codec(index = 8)]
    Phase(phase::Event),
    /// Work of operators and auditors: escalations, parameters, drills.
    #[codec(index = 9)]
    Operation(operation::Event),
    /// The contract itself: deployed, retired, succeeded; and what it refused.
    #[codec(index = 10)]
    Contract(contract::Event),
}

/// Asks the subject of an event: every one is named here, and in its own file every variant.
macro_rules! each {
    ($self:expr, $one:ident => $answer:expr) => {
        match $self {
            Self::Council($one) => $answer,
            Self::Proposal($one) => $answer,
            Self::Emergency($one) => $answer,
            Self::Policy($one) => $answer,
            Self::Bridge($one) => $answer,
            Self::Program($one) => $answer,
            Self::Registry($one) => $answer,
            Self::Dispute($one) => $answer,
            Self::Phase($one) => $answer,
            Self::Operation($one) => $answer,
            Self::Contract($one) => $answer,
        }
    };
}

impl Event {
    /// Names of the kinds by subject, each subject's by tag.
    pub const KINDS: &[&[&'static str]] = &[
        council::Event::KINDS,
        proposal::Event::KINDS,
        emergency::Event::KINDS,
        policy::Event::KINDS,
        bridge::Event::KINDS,
        program::Event::KINDS,
        registry::Event::KINDS,
        dispute::Event::KINDS,
        phase::Event::KINDS,
        operation::Event::KINDS,
        contract::Event::KINDS,
    ];

    /// Every kind's name.
    pub fn kinds() -> impl Iterator<Item = &'static str> {
        Self::KINDS.iter().flat_map(|kinds| kinds.iter().copied())
    }

    /// The kind's name.
    pub fn kind(&self) -> &'static str {
        each!(self, one => one.kind())
    }

    /// Whether rows, councils or seats are other ones after it, so that every open proposal looks at them again.
    pub fn moves_standing(&self) -> bool {
        each!(self, one => one.moves_standing())
    }

    /// The proposal that it is about, where there is one.
    pub fn proposal(&self) -> Option<ProposalId> {
        each!(self, one => one.proposal())
    }

    /// Second topic of the chain's event: the SCALE bytes of what it is about, filled up with zeros, or their SHA-256
    /// where they are more than 32; zeros where it is only about itself.
    pub fn subject(&self) -> [u8; 32] {
        let mut written = Written::with_room(64);
        each!(self, one => one.write_subject(&mut written));
        let bytes = written.bytes();
        let mut subject = [0; 32];
        match subject.get_mut(..bytes.len()) {
            Some(start) => start.copy_from_slice(bytes),
            None => subject = hash::sha256(&[bytes]),
        }
        subject
    }

    /// The contents that it names: what stands on chain as a hash, and is kept elsewhere.
    pub fn contents(&self) -> Vec<Content> {
        each!(self, one => one.contents())
    }
}

impl Record {
    /// What stands before a kind's name where it is hashed.
    const TOPIC: &[u8] = b"greatseal/event/";

    /// Signature topic of a kind's chain event: SHA-256 of `greatseal/event/` and the name. Fixed for ever.
    pub fn signature_topic(kind: &str) -> [u8; 32] {
        hash::sha256(&[Self::TOPIC, kind.as_bytes()])
    }
}
