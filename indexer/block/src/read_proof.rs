//! Storage against a state root: the answer of `state_getReadProof`.

use crate::{Hash, Malformed};
use std::collections::BTreeMap;

/// Most bytes of all nodes together. A block's own proof has at most 10 MB on a parachain.
pub const MAX_PROOF: usize = 32 << 20;
/// Most nodes.
pub const MAX_NODES: usize = 1 << 16;

/// Nodes of a trie, by their hashes. Which trie, its root says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadProof(BTreeMap<Hash, Vec<u8>>);

/// Why a proof says nothing about a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The node with this hash is needed and is not among the proof's: ask for more, or somebody else.
    #[error("the proof lacks a node on the way to the key")]
    NotProved(Hash),
    /// The root commits to a node that is none. It is no root of a state.
    #[error("the root is no state's: {0}")]
    NoTrie(Malformed),
}

impl ReadProof {
    /// Takes the nodes of a proof, in any order.
    ///
    /// # Errors
    ///
    /// [`Malformed::TooLong`], [`Malformed::TooMany`].
    pub fn new(_nodes: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, Malformed> {
        todo!()
    }

    /// The value under a key in the state with this root; `None` where the proof shows that there is none.
    ///
    /// # Errors
    ///
    /// [`ProofError::NotProved`] where the proof shows neither.
    pub fn read(&self, _root: Hash, _key: &[u8]) -> Result<Option<&[u8]>, ProofError> {
        todo!()
    }
}
