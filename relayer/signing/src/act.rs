//! The direct door: a transaction of the seat's own account, read byte for byte before the seat's key signs it.
//!
//! Whoever prepares it gives the call and each transaction extension's bytes, not a payload. They are decoded here, and
//! the payload is made here. What is not entirely understood is not signed. What cannot be seen from here is which call
//! of the chain's runtime has the two numbers that stand first: they come from the node's metadata (ADR 21).

mod extensions;
mod payment;

pub use extensions::Extension;
pub use payment::{Calls, Payment};

use crate::{Authorized, Confirmation, Error, Result};
use extensions::Envelope;
use greatseal_protocol::{
    bytes::ChainGenesis,
    command::Command,
    digest::Domain,
    hash,
    key::Key,
    scale::{Compact, DecodeAll, Encode},
    selector::ACT,
    words::{self, Line},
};

/// A payload longer than this is signed by its BLAKE2-256 (Polkadot SDK).
const LONGEST_PAYLOAD: usize = 256;
/// What the messages of commands and the challenges of tokens begin with.
const PROTOCOL: &[u8] = b"GREATSEAL-";

/// A transaction that nobody has signed, in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// The call, with the numbers of its pallet and of itself.
    pub call: Vec<u8>,
    /// What the chain's extensions add, in their order.
    pub extensions: Vec<Extension>,
}

/// Numbers that the chain's metadata gives to pallet-revive and its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revive {
    /// Of the pallet.
    pub pallet: u8,
    /// Of `call`.
    pub call: u8,
    /// Of `map_account`.
    pub map_account: u8,
}

/// Where an act is to count: what every part of the transaction is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The contract.
    pub domain: Domain,
    /// Hash of the chain's block 0.
    pub genesis: ChainGenesis,
    /// The chain's numbers.
    pub revive: Revive,
}

/// A transaction that was read and understood, and that nobody has agreed to yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    place: Place,
    key: Key,
    deed: Deed,
    around: Envelope,
    payload: Vec<u8>,
}

/// What it does.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Deed {
    /// The contract's `act` with a command.
    Command { command: Box<Command>, time: u64, proof: u64, deposit: u128 },
    /// pallet-revive gets to know the account, which it must before the account's first call.
    Map,
}

impl Act {
    /// Reads a transaction that `key` shall sign: a call of the contract's `act` with a command of this key and no
    /// value, or `map_account`; signed for this chain, mortal, without a tip.
    ///
    /// # Errors
    ///
    /// [`Error::NoAct`] for everything else.
    pub fn read(place: Place, key: Key, transaction: &Transaction) -> Result<Self> {
        let Key::Ed25519(_) = key else { return no("a P-256 key has no account") };
        let deed = deed(&place, key, &transaction.call)?;
        let around = Envelope::read(place.genesis, &transaction.extensions)?;
        let explicit = transaction.extensions.iter().map(|extension| extension.explicit.as_slice());
        let implicit = transaction.extensions.iter().map(|extension| extension.implicit.as_slice());
        let payload: Vec<&[u8]> = [transaction.call.as_slice()].into_iter().chain(explicit).chain(implicit).collect();
        let payload = payload.concat();
        if payload.starts_with(PROTOCOL) {
            return no("it begins as a message of the protocol does");
        }
        Ok(Self { place, key, deed, around, payload })
    }

    /// Everything that is signed, a line a fact: the command, by whom and for which contract, and what surrounds it.
    pub fn words(&self) -> Vec<Line> {
        let Place { domain, genesis, .. } = &self.place;
        let mut lines = match &self.deed {
            Deed::Command { command, .. } => words::command(command),
            Deed::Map => vec![("order", "make the account known to pallet-revive".into())],
        };
        lines.push(("signed by", self.key.to_string()));
        if let Deed::Command { time, proof, deposit, .. } = &self.deed {
            lines.extend([
                ("for contract", domain.contract.to_string()),
                ("of deployment", domain.deployment.to_string()),
                ("on chain", domain.chain_id.to_string()),
                ("weight at most", format!("{time} ps, {proof} bytes of proof")),
                ("deposit at most", format!("{deposit} base units")),
            ]);
        }
        lines.push(("chain's genesis", genesis.to_string()));
        lines.extend(self.around.words());
        lines
    }

    /// The SHA-256 over what is signed: over the payload, or over its BLAKE2-256 where that is signed.
    pub fn digest(&self) -> [u8; 32] {
        hash::sha256(&[&self.message()])
    }

    /// A person has agreed. Call it only after [`words`](Self::words) and [`digest`](Self::digest) were shown, or when
    /// the person waived that.
    pub fn confirm(self, confirmation: Confirmation) -> Authorized<Self> {
        let key = self.key;
        Authorized::new(self, key, confirmation)
    }

    /// What it orders, in one word or two.
    pub fn order(&self) -> &'static str {
        self.command().map_or("map the account", |command| command.order.name())
    }

    /// The command; nothing for a mapping.
    pub fn command(&self) -> Option<&Command> {
        match &self.deed {
            Deed::Command { command, .. } => Some(command),
            Deed::Map => None,
        }
    }

    pub(crate) fn domain(&self) -> &Domain {
        &self.place.domain
    }

    /// The bytes for the key, made here and nowhere else. No message of the protocol has their form: those begin with
    /// its name and have 45 bytes, and these are 32 or more than 64 that do not begin so.
    pub fn message(&self) -> Vec<u8> {
        match self.payload.len() > LONGEST_PAYLOAD {
            true => sp_crypto_hashing::blake2_256(&self.payload).to_vec(),
            false => self.payload.clone(),
        }
    }
}

/// `Revive.call` behind its two numbers: contract, value, weight in time and proof, deposit, data.
type Call = ([u8; 20], Compact<u128>, Compact<u64>, Compact<u64>, Compact<u128>, Vec<u8>);

fn deed(place: &Place, key: Key, call: &[u8]) -> Result<Deed> {
    let Revive { pallet, call: number, map_account } = place.revive;
    let Some((head, rest)) = call.split_at_checked(2) else { return no("it calls nothing") };
    if head == [pallet, map_account] && number != map_account {
        return if rest.is_empty() { Ok(Deed::Map) } else { no("there is something behind its call") };
    }
    if head != [pallet, number] {
        return no("it calls something else than a contract");
    }
    let Ok(call) = Call::decode_all(&mut &*rest) else { return no("its call cannot be read") };
    // What is longer than it must be would decode to the same.
    if call.encode() != rest {
        return no("its call is not in its one form");
    }
    let (contract, Compact(value), Compact(time), Compact(proof), Compact(deposit), data) = call;
    if contract != place.domain.contract.0 {
        return no("it calls another contract");
    }
    if value != 0 {
        return no("it moves money");
    }
    let Some(argument) = data.strip_prefix(&ACT) else { return no("it calls another message than `act`") };
    let Ok(bare) = Vec::<u8>::decode_all(&mut &*argument) else { return no("its message cannot be read") };
    let Ok((stated, command)) = <(Key, Command)>::decode_all(&mut &*bare) else {
        return no("its command cannot be read");
    };
    if stated != key {
        return no("its command is another key's");
    }
    if (ACT, (stated, &command).encode()).encode() != data {
        return no("its command is not in its one form");
    }
    Ok(Deed::Command { command: Box::new(command), time, proof, deposit })
}

fn no<T>(reason: &'static str) -> Result<T> {
    Err(Error::NoAct(reason))
}
