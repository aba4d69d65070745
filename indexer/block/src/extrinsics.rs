//! The body of a block: its extrinsics against the root in the header.

use crate::{Hash, trie};
use parity_scale_codec::{Compact, Encode};

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
/// `chain_getBlock` gives them. The header does not say which version of the trie its root is made with, so that both
/// are compared; neither can be the other's root of another body.
///
/// # Errors
///
/// [`WrongBody`].
pub fn verify(root: Hash, body: &[impl AsRef<[u8]>]) -> Result<(), WrongBody> {
    let versions = [StateVersion::Hashed, StateVersion::Inline];
    match versions.into_iter().any(|version| self::root(body, version) == root) {
        true => Ok(()),
        false => Err(WrongBody),
    }
}

/// Root of the trie from each extrinsic's compact index to its bytes.
pub fn root(body: &[impl AsRef<[u8]>], version: StateVersion) -> Hash {
    trie::root((0_u32..).zip(body).map(|(index, bytes)| (Compact(index).encode(), bytes.as_ref())), version)
}
