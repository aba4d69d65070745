//! Whether bytes are the content of an address, piece by piece and in constant memory.

use greatseal_protocol::{
    content::Address,
    conversion::{Account, Carried},
    hash,
    manifest::Entry,
    merkle,
    scale::Decode,
    settlement::Outcome,
};
use greatseal_trail::tree::{Frontier, Hash};
use sha2::{Digest as _, Sha256};

/// Most bytes of one item of a list.
const ITEM: usize = 64 * 1024;
/// First byte of an entry and of an outcome.
const VERSION: u8 = 1;

/// The bytes are not the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unfit;

/// A check that goes on with every piece.
pub(super) struct Check {
    expected: [u8; 32],
    kind: Kind,
}

enum Kind {
    Bytes(Sha256),
    List { tree: Frontier, item: fn(&[u8]) -> Option<usize>, rest: Vec<u8> },
}

impl Check {
    /// Of the content of an address.
    pub(super) fn new(address: &Address) -> Self {
        let list = |item| Kind::List { tree: Frontier::default(), item, rest: Vec::new() };
        let kind = match address {
            Address::Sha256(_) => Kind::Bytes(Sha256::new()),
            Address::Entries(_) => list(versioned::<Entry>),
            Address::Outcomes(_) => list(versioned::<Outcome>),
            Address::Carried(_) => list(length::<Carried>),
            Address::Accounts(_) => list(length::<Account>),
        };
        Self { expected: *address.hash(), kind }
    }

    /// With the next bytes.
    ///
    /// # Errors
    ///
    /// [`Unfit`] where they cannot go on to be the content.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), Unfit> {
        match &mut self.kind {
            Kind::Bytes(sha256) => {
                sha256.update(bytes);
                Ok(())
            }
            Kind::List { tree, item, rest } => {
                rest.extend_from_slice(bytes);
                let mut at = 0_usize;
                while let Some(left) = rest.get(at..).filter(|left| !left.is_empty()) {
                    let Some(length) = item(left) else { break };
                    let leaf = left.get(..length).ok_or(Unfit)?;
                    tree.push(Hash::new(merkle::leaf(leaf, &hash::sha256))).map_err(|_| Unfit)?;
                    at = at.saturating_add(length);
                }
                rest.drain(..at);
                // What is longer is no item that has only begun.
                if rest.len() > ITEM { Err(Unfit) } else { Ok(()) }
            }
        }
    }

    /// At the end.
    ///
    /// # Errors
    ///
    /// [`Unfit`].
    pub(super) fn finish(self) -> Result<(), Unfit> {
        let found: [u8; 32] = match self.kind {
            Kind::Bytes(sha256) => sha256.finalize().into(),
            Kind::List { tree, rest, .. } if rest.is_empty() => *tree.root().bytes(),
            Kind::List { .. } => return Err(Unfit),
        };
        if found == self.expected { Ok(()) } else { Err(Unfit) }
    }
}

/// The length of the item that bytes begin with; `None` where it is not whole, or none.
fn length<T: Decode>(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    T::decode(&mut rest).ok()?;
    bytes.len().checked_sub(rest.len())
}

/// Of an item behind its version.
fn versioned<T: Decode>(bytes: &[u8]) -> Option<usize> {
    match bytes.split_first() {
        Some((&VERSION, rest)) => length::<T>(rest)?.checked_add(1),
        _ => None,
    }
}
