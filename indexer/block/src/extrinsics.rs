//! The body of a block: its extrinsics against the root in the header.

use crate::Hash;

/// How a trie holds values of more than 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateVersion {
    /// 0: in their node.
    Inline,
    /// 1: by their hash.
    Hashed,
}

/// The body is not the one that the header names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the extrinsics are not those of the header's root")]
pub struct WrongBody;

/// Verifies that these are all extrinsics of a block, in their order; each with its length in front, as
/// `chain_getBlock` gives them. Says which version of the trie the chain builds.
///
/// # Errors
///
/// [`WrongBody`].
pub fn verify(root: Hash, body: &[impl AsRef<[u8]>]) -> Result<StateVersion, WrongBody> {
    let versions = [StateVersion::Hashed, StateVersion::Inline];
    versions.into_iter().find(|version| self::root(body, *version) == root).ok_or(WrongBody)
}

/// Root of the trie from each extrinsic's compact index to its bytes.
pub fn root(_body: &[impl AsRef<[u8]>], _version: StateVersion) -> Hash {
    todo!()
}
