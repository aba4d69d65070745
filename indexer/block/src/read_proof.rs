//! Storage against a state root: the answer of `state_getReadProof`.

use crate::{
    Hash, Malformed, blake2_256,
    trie::{Child, Node, Value, nibbles},
};
use std::collections::BTreeMap;

/// Most bytes of all nodes together. A block's own proof has at most 10 MB on a parachain.
pub const MAX_PROOF: usize = 32 << 20;
/// Most nodes.
pub const MAX_NODES: usize = 1 << 16;

/// The one node of a state without keys. No proof has to bring it.
const EMPTY: &[u8] = &[0];

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
    pub fn new(nodes: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, Malformed> {
        let (mut found, mut bytes) = (BTreeMap::new(), 0_usize);
        for node in nodes {
            bytes = bytes.saturating_add(node.len());
            if bytes > MAX_PROOF {
                return Err(Malformed::TooLong(MAX_PROOF));
            }
            found.insert(blake2_256(&node), node);
            if found.len() > MAX_NODES {
                return Err(Malformed::TooMany);
            }
        }
        Ok(Self(found))
    }

    /// The value under a key in the state with this root; `None` where the proof shows that there is none.
    ///
    /// # Errors
    ///
    /// [`ProofError::NotProved`] where the proof shows neither.
    pub fn read(&self, root: Hash, key: &[u8]) -> Result<Option<&[u8]>, ProofError> {
        self.walk(root, key, &mut |_| {})
    }

    /// The nodes that the values of these keys need, each once, in the order in which they are needed: the one form of a proof.
    ///
    /// # Errors
    ///
    /// [`ProofError`].
    pub fn needed(&self, root: Hash, keys: &[impl AsRef<[u8]>]) -> Result<Vec<&[u8]>, ProofError> {
        let mut needed: Vec<Hash> = Vec::new();
        for key in keys {
            self.walk(root, key.as_ref(), &mut |hash| {
                if !needed.contains(&hash) {
                    needed.push(hash);
                }
            })?;
        }
        Ok(needed.iter().filter_map(|hash| self.0.get(hash).map(Vec::as_slice)).collect())
    }

    /// Goes from the root to the value under a key, and tells of each node on its way.
    fn walk(&self, root: Hash, key: &[u8], pass: &mut impl FnMut(Hash)) -> Result<Option<&[u8]>, ProofError> {
        if root == blake2_256(EMPTY) {
            return Ok(None);
        }
        let path = nibbles(key);
        let (mut node, mut path) = (self.bytes(root, pass)?, path.as_slice());
        // Each turn but the last takes a nibble of the path.
        loop {
            match Node::decode(node).map_err(ProofError::NoTrie)? {
                Node::Empty => return Err(ProofError::NoTrie(Malformed::Form("an empty node stands below another"))),
                Node::Leaf { partial, value } => {
                    return match partial.strip(path) {
                        Some([]) => self.value(value, pass).map(Some),
                        _ => Ok(None),
                    };
                }
                Node::Branch { partial, value, children } => match partial.strip(path).map(<[u8]>::split_first) {
                    None => return Ok(None),
                    Some(None) => return value.map(|value| self.value(value, pass)).transpose(),
                    Some(Some((nibble, rest))) => match children.into_iter().find(|(of, _)| of == nibble) {
                        None => return Ok(None),
                        Some((_, child)) => (node, path) = (self.child(child, pass)?, rest),
                    },
                },
            }
        }
    }

    fn value<'a>(&'a self, value: Value<'a>, pass: &mut impl FnMut(Hash)) -> Result<&'a [u8], ProofError> {
        match value {
            Value::Inline(bytes) => Ok(bytes),
            Value::Hashed(hash) => self.bytes(hash, pass),
        }
    }

    fn child<'a>(&'a self, child: Child<'a>, pass: &mut impl FnMut(Hash)) -> Result<&'a [u8], ProofError> {
        match child {
            Child::Inline(bytes) => Ok(bytes),
            Child::Hashed(hash) => self.bytes(hash, pass),
        }
    }

    fn bytes(&self, hash: Hash, pass: &mut impl FnMut(Hash)) -> Result<&[u8], ProofError> {
        pass(hash);
        self.0.get(&hash).map(Vec::as_slice).ok_or(ProofError::NotProved(hash))
    }
}
