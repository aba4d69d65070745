//! Everything that is hashed, each purpose with a tag byte of its own. Golden vectors freeze these bytes.

use crate::{
    action::Action,
    batch::Header,
    bytes::{
        ActionHash, ContractAddress, DeploymentId, DocumentHash, DomainTag, EnvelopeDigest, ManifestHash,
        ProposalDigest, RouteHash, StatementHash, Written,
    },
    command::Command,
    council::SeatId,
    genesis::Genesis,
    hash::sha256,
    key::Key,
    proposal::ProposalTerms,
    route::{Route, Served},
    settlement::Statement,
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// First bytes of every message that a member key signs.
pub const PREFIX: &[u8; 13] = b"GREATSEAL-V1:";

const DOMAIN: u8 = 0x01;
const PROPOSAL: u8 = 0x02;
const ACTION: u8 = 0x03;
const ENVELOPE: u8 = 0x04;
const ROUTE: u8 = 0x05;
const COMPLIANCE: u8 = 0x06;
const MANIFEST: u8 = 0x0B;
const STATEMENT: u8 = 0x0C;

/// Where a signature counts: one contract on one chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Domain {
    /// Covers the genesis hash: it is in the constructor's argument.
    pub deployment: DeploymentId,
    /// The contract's address.
    pub contract: ContractAddress,
    /// Chain id that contracts see.
    pub chain_id: u64,
}

impl Domain {
    /// `0x01 ‖ deployment ‖ contract ‖ chain id (u64 LE)`, 61 bytes.
    fn bytes(&self) -> Vec<u8> {
        Written::once(&(DOMAIN, self))
    }

    /// What an envelope carries so that a misdirected one is told from a forged one.
    pub fn tag(&self) -> DomainTag {
        self.tag_by(sha256)
    }

    pub(crate) fn tag_by(&self, sha256: impl Fn(&[&[u8]]) -> [u8; 32]) -> DomainTag {
        let [a, b, c, d, ..] = sha256(&[&self.bytes()]);
        DomainTag([a, b, c, d])
    }
}

/// The 45 bytes that are signed: prefix ‖ SHA-256(domain ‖ key ‖ command).
///
/// The key, with its algorithm tag, is inside: a signature can be claimed for no other key (ADR 2).
pub fn signed_message(domain: &Domain, key: &Key, command: &Command) -> [u8; 45] {
    signed_message_of(sha256, domain, key, &Written::once(command))
}

/// What is signed, given the command's SCALE bytes.
pub(crate) fn signed_message_of(
    sha256: impl Fn(&[&[u8]]) -> [u8; 32],
    domain: &Domain,
    key: &Key,
    command: &[u8],
) -> [u8; 45] {
    let hash = sha256(&[&domain.bytes(), &Written::once(key), command]);
    let mut message = [0; 45];
    message.iter_mut().zip(PREFIX.iter().chain(&hash)).for_each(|(to, from)| *to = *from);
    message
}

/// SHA-256 of the constructor's argument, whose last field is 32 random bytes.
pub fn deployment_id(genesis: &Genesis) -> DeploymentId {
    DeploymentId(sha256(&[&Written::once(genesis)]))
}

/// Names an action.
pub fn action_hash(action: &Action) -> ActionHash {
    ActionHash(sha256(&[&action_preimage(action)]))
}

pub(crate) fn action_preimage(action: &Action) -> Vec<u8> {
    Written::once(&(ACTION, action))
}

/// Names an envelope, signature included.
pub fn envelope_digest(envelope: &[u8]) -> EnvelopeDigest {
    EnvelopeDigest(sha256(&envelope_preimage(envelope)))
}

pub(crate) fn envelope_preimage(envelope: &[u8]) -> [&[u8]; 2] {
    [&[ENVELOPE], envelope]
}

/// Names a route's version and economics: a value that comes back has another name.
pub fn route_hash(route: &Route) -> RouteHash {
    RouteHash(sha256(&[&route_preimage(route)]))
}

pub(crate) fn route_preimage(route: &Route) -> Vec<u8> {
    Written::once(&(ROUTE, route))
}

/// Names a version of whom a route serves.
pub fn compliance_hash(served: &Served) -> RouteHash {
    RouteHash(sha256(&[&compliance_preimage(served)]))
}

pub(crate) fn compliance_preimage(served: &Served) -> Vec<u8> {
    Written::once(&(COMPLIANCE, served))
}

/// Names a batch, by all that its header says.
pub fn manifest_hash(header: &Header) -> ManifestHash {
    ManifestHash(sha256(&[&manifest_preimage(header)]))
}

pub(crate) fn manifest_preimage(header: &Header) -> Vec<u8> {
    Written::once(&(MANIFEST, header))
}

/// Names a statement about a batch, by whose it is and all that it says.
pub fn statement_hash(recorder: SeatId, statement: &Statement) -> StatementHash {
    StatementHash(sha256(&[&statement_preimage(recorder, statement)]))
}

pub(crate) fn statement_preimage(recorder: SeatId, statement: &Statement) -> Vec<u8> {
    Written::once(&(STATEMENT, recorder, statement))
}

/// SHA-256 of a document's bytes (RFC 8785 JSON).
pub fn document_hash(document: &[u8]) -> DocumentHash {
    DocumentHash(sha256(&[document]))
}

/// SHA-256(`0x02` ‖ SCALE(terms)).
pub fn proposal_digest(terms: &ProposalTerms) -> ProposalDigest {
    ProposalDigest(sha256(&[&proposal_preimage(terms)]))
}

pub(crate) fn proposal_preimage(terms: &ProposalTerms) -> Vec<u8> {
    Written::once(&(PROPOSAL, terms))
}
