//! On whose signature a chosen record rests, without the state before it.

use crate::{
    Basis, Entry, Resting,
    commands::{Setting, acts, signed},
    fault::Cause,
    selection::consent::ordered,
};
use greatseal_block::{Hash, blake2_256, metadata::Metadata, transaction::Transaction};
use greatseal_deployment::Deployment;
use greatseal_log::{
    evidence::{self, envelope_in},
    leaf::Leaf,
};
use greatseal_protocol::{
    bytes::ContractAddress,
    command::Command,
    digest::Domain,
    envelope::Envelope,
    event::{Door, Record},
    key::Key,
    proposal_id::ProposalId,
    refusal::Refusal,
    scale::DecodeAll as _,
};

/// What a signature is over, besides its bytes.
pub(super) struct Signing<'a> {
    pub(super) deployment: &'a Deployment,
    /// The contract in force.
    pub(super) emitter: ContractAddress,
    /// Those of the record's block.
    pub(super) metadata: &'a Metadata,
    /// Hash of the block in which the transaction's life begins.
    pub(super) birth: Option<Hash>,
    /// The proposal that the record's command has opened by an earlier record.
    pub(super) opened: Option<ProposalId>,
}

impl Signing<'_> {
    /// On whose signature the record rests; none of the block alone.
    pub(super) fn basis(&self, entry: &Entry) -> Result<Basis, Cause> {
        let Entry { leaf, record, cause } = entry;
        if self.birth.is_some() && (record.door != Door::Direct) {
            return Err(Cause::OtherCause { what: "transaction" });
        }
        match (record.door, cause) {
            (_, evidence::Cause::Same) => Err(Cause::NoCause),
            (Door::Envelope(name), evidence::Cause::Envelope(bytes)) => {
                if Envelope::digest(bytes) != name {
                    return Err(Cause::OtherCause { what: "envelope" });
                }
                let envelope = Envelope::parse(bytes).map_err(|refusal| Cause::Unsigned { refusal })?;
                if record.actor != Some(envelope.key) {
                    return Err(Cause::Unsigned { refusal: Refusal::NotTheCaller });
                }
                let domain = Domain { contract: self.emitter, ..self.deployment.domain() };
                envelope.verify(&domain).map_err(|refusal| Cause::Unsigned { refusal })?;
                self.ordered(&envelope.command, record)?;
                Ok(Basis::Envelope)
            }
            (_, evidence::Cause::Envelope(_)) => Err(Cause::OtherCause { what: "envelope" }),
            (door, evidence::Cause::Transaction(bytes)) => {
                if blake2_256(bytes) != leaf.transaction {
                    return Err(Cause::OtherCause { what: "transaction" });
                }
                match door {
                    Door::Constructor => Ok(Basis::Block(Resting::Constructor)),
                    Door::Envelope(name) => match envelope_in(bytes, name) {
                        Some(_) => Err(Cause::OtherCause { what: "envelope" }),
                        None => Ok(Basis::Block(Resting::Assembled)),
                    },
                    Door::Direct => self.direct(leaf, record, bytes),
                }
            }
        }
    }

    fn direct(&self, leaf: &Leaf, record: &Record, bytes: &[u8]) -> Result<Basis, Cause> {
        let Ok(transaction) = Transaction::decode(self.metadata, bytes) else {
            return Ok(Basis::Block(Resting::Unreadable));
        };
        let Some(message) = acts(&transaction, self.emitter, self.metadata) else {
            return Ok(Basis::Block(Resting::Within));
        };
        let bare = <(Key, Command)>::decode_all(&mut &*message);
        let (key, command) = bare.map_err(|_| Cause::Unsigned { refusal: Refusal::Decode })?;
        self.ordered(&command, record)?;
        let setting = Setting {
            metadata: self.metadata,
            genesis: self.deployment.chain_genesis,
            height: leaf.block_number,
            // Whatever hash is given: a signature under it is over this hash.
            hash_of: &|_| self.birth,
        };
        let signer = Key::Ed25519(transaction.signer());
        match signed(&transaction, &setting) {
            false => Ok(Basis::Block(Resting::Unreconstructed)),
            true if key == signer && record.actor == Some(signer) => Ok(Basis::Transaction),
            true => Err(Cause::Unsigned { refusal: Refusal::NotTheCaller }),
        }
    }

    fn ordered(&self, command: &Command, record: &Record) -> Result<(), Cause> {
        if ordered(command, record, self.opened) { Ok(()) } else { Err(Cause::OtherOrder) }
    }
}
