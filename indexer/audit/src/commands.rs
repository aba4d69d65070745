//! Who signed what, and the rules again: the contract's own entry points run over what brought each record.

use crate::{
    basis::{Basis, Resting},
    fault::Cause,
    rules::Rules,
};
use greatseal_block::{
    Hash, blake2_256,
    call::{self, Call},
    metadata::Metadata,
    transaction::{Implied, Transaction},
};
use greatseal_log::{evidence, leaf::Leaf};
use greatseal_protocol::{
    bytes::{ContractAddress, EnvelopeDigest},
    digest,
    event::{Door, Event, Record},
    key::Software,
    memory::Memory,
    outcome::{Outcome, Records},
    scale::DecodeAll as _,
    selector,
    state::State as _,
    submit,
};
use std::collections::VecDeque;

/// Where a transaction is in the chain: what its signature implies besides its bytes.
pub(crate) struct Setting<'a> {
    pub(crate) metadata: &'a Metadata,
    pub(crate) genesis: Hash,
    pub(crate) height: u64,
    pub(crate) hash_of: &'a dyn Fn(u64) -> Option<Hash>,
}

/// The replayed state, and what has to come next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Commands {
    pub(crate) state: Memory,
    /// For records whose command is not at hand.
    rules: Rules,
    /// Further records of the command before, and what it rests on.
    due: VecDeque<Record>,
    basis: Option<Basis>,
    /// What brought the record before.
    cause: Option<evidence::Cause>,
}

impl Commands {
    /// Takes the next record. The state is then the one behind it, or behind its command.
    pub(crate) fn take(
        &mut self,
        leaf: &Leaf,
        record: &Record,
        cause: evidence::Cause,
        contract: ContractAddress,
        setting: &Setting<'_>,
    ) -> Result<Basis, Cause> {
        let new = cause != evidence::Cause::Same;
        if let Some(due) = self.due.pop_front() {
            // All records of a command have one cause.
            if new && self.cause.as_ref() != Some(&cause) {
                return Err(Cause::OtherCause { what: "envelope or transaction" });
            }
            let basis = self.basis.unwrap_or(Basis::Block(Resting::Within));
            self.rules.note(record);
            return same(&due, record).map(|()| basis);
        }
        let cause = if new { Some(cause) } else { self.cause.take() };
        let cause = cause.ok_or(Cause::NoCause)?;
        let taken = self.begin(leaf, record, &cause, contract, setting);
        self.cause = Some(cause);
        let basis = taken?;
        self.basis = Some(basis);
        Ok(basis)
    }

    /// Whether the command before has more records.
    pub(crate) fn due(&self) -> bool {
        !self.due.is_empty()
    }

    /// After the last record.
    pub(crate) fn finish(&mut self) -> Result<(), Cause> {
        match self.due.front() {
            Some(due) => Err(Cause::Interrupted { expected: due.event.kind() }),
            None => self.rules.finish(),
        }
    }

    fn begin(
        &mut self,
        leaf: &Leaf,
        record: &Record,
        cause: &evidence::Cause,
        contract: ContractAddress,
        setting: &Setting<'_>,
    ) -> Result<Basis, Cause> {
        match (record.door, cause) {
            (_, evidence::Cause::Same) => Err(Cause::NoCause),
            (Door::Envelope(name), evidence::Cause::Envelope(bytes)) => {
                self.rules.finish()?;
                self.envelope(record, name, bytes)
            }
            (_, evidence::Cause::Envelope(_)) => Err(Cause::OtherCause { what: "envelope" }),
            (door, evidence::Cause::Transaction(bytes)) => {
                if blake2_256(bytes) != leaf.transaction {
                    return Err(Cause::OtherCause { what: "transaction" });
                }
                match door {
                    Door::Constructor => self.rest(leaf, record, Resting::Constructor),
                    Door::Envelope(name) => match evidence::envelope_in(bytes, name) {
                        // It was there to be kept.
                        Some(_) => Err(Cause::OtherCause { what: "envelope" }),
                        None => self.rest(leaf, record, Resting::Assembled),
                    },
                    Door::Direct => self.direct(leaf, record, bytes, contract, setting),
                }
            }
        }
    }

    /// Runs `submit` again.
    fn envelope(&mut self, record: &Record, name: EnvelopeDigest, bytes: &[u8]) -> Result<Basis, Cause> {
        if digest::envelope_digest(bytes) != name {
            return Err(Cause::OtherCause { what: "envelope" });
        }
        let done = submit::submit(&mut self.state, bytes, record.at, &Software)?;
        self.expect(record, done)?;
        Ok(Basis::Envelope)
    }

    /// Runs `act` again, where the transaction is a call of the contract itself.
    fn direct(
        &mut self,
        leaf: &Leaf,
        record: &Record,
        bytes: &[u8],
        contract: ContractAddress,
        setting: &Setting<'_>,
    ) -> Result<Basis, Cause> {
        let Ok(transaction) = Transaction::decode(setting.metadata, bytes) else {
            return self.rest(leaf, record, Resting::Unreadable);
        };
        let Some(message) = acts(&transaction, contract, setting.metadata) else {
            return self.rest(leaf, record, Resting::Within);
        };
        self.rules.finish()?;
        let signer = transaction.signer();
        let done = submit::act(&mut self.state, &message, record.at, |key| *key == signer)?;
        self.expect(record, done)?;
        Ok(if signed(&transaction, setting) { Basis::Transaction } else { Basis::Block(Resting::Unreconstructed) })
    }

    /// The command is not at hand: the rules are asked for what the event itself says of it.
    fn rest(&mut self, leaf: &Leaf, record: &Record, why: Resting) -> Result<Basis, Cause> {
        let place = (leaf.block_number, leaf.extrinsic);
        self.rules.take(&mut self.state, place, record.clone())?;
        Ok(Basis::Block(why))
    }

    fn expect(&mut self, record: &Record, (outcome, records): (Outcome, Option<Records>)) -> Result<(), Cause> {
        let mut records = VecDeque::from(records.map_or(Vec::new(), Records::into_vec));
        match records.pop_front() {
            Some(first) => same(&first, record)?,
            None => {
                return Err(match outcome {
                    Outcome::Ignored { refusal } => Cause::Ignored { refusal },
                    _ => Cause::NoCause,
                });
            }
        }
        self.due = records;
        self.rules.note(record);
        Ok(())
    }
}

/// Whether a record is the one that the rules give.
fn same(expected: &Record, found: &Record) -> Result<(), Cause> {
    if expected == found {
        return Ok(());
    }
    let (kind, same) = (expected.event.kind(), expected.event.kind() == found.event.kind());
    match (&expected.event, &found.event) {
        (ours, theirs) if ours == theirs => Err(Cause::OtherFrame),
        (Event::Contract(greatseal_protocol::language::contract::Event::Refused { refusal, .. }), _) => {
            Err(Cause::Refused { refusal: *refusal })
        }
        _ => Err(Cause::Differs { expected: kind, same }),
    }
}

/// The bare command in a transaction that calls `act` of the contract.
pub(crate) fn acts(transaction: &Transaction, contract: ContractAddress, metadata: &Metadata) -> Option<Vec<u8>> {
    let Ok(Call::Contract(called)) = call::decode(metadata, transaction.call()) else { return None };
    let message = called.data.strip_prefix(&selector::ACT).filter(|_| called.dest == contract.0)?;
    Vec::<u8>::decode_all(&mut &*message).ok()
}

/// Whether the transaction's account signed it with Ed25519, as far as that can be reconstructed.
pub(crate) fn signed(transaction: &Transaction, setting: &Setting<'_>) -> bool {
    let Some(runtime) = setting.metadata.runtime() else { return false };
    let (Some(era), Ok(height)) = (transaction.era(), u32::try_from(setting.height)) else { return false };
    let birth = u64::from(era.birth(height));
    let birth_hash = if birth == 0 { Some(setting.genesis) } else { (setting.hash_of)(birth) };
    let Some(birth_hash) = birth_hash else { return false };
    let implied = Implied {
        spec_version: runtime.spec_version,
        transaction_version: runtime.transaction_version,
        genesis: setting.genesis,
        birth_hash,
        metadata_hash: None,
    };
    transaction.verify_ed25519(&implied).is_ok()
}

/// The contract that emits the next event: the deployment's, or the one that goes on after it.
pub(crate) fn in_force(state: &Memory, deployed: ContractAddress) -> ContractAddress {
    match state.head() {
        Ok(head) => head.successor.unwrap_or(head.domain.contract),
        Err(_) => deployed,
    }
}
