//! The form of a selection: some leaves of a log, each with what proves that it is one of the tree.

use crate::{
    filter::FilterText,
    history::MOST_HEAD,
    place::{Bundle, BundleError},
};
use greatseal_log::{
    decimal,
    evidence::{Cause, MOST, MOST_MEMORY, Proof, decode_within},
};
use greatseal_protocol::scale::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Name of the file that says which selection it is.
pub const NAME: &str = "selection.json";
/// Name of its form.
pub const SCHEMA: &str = "greatseal.selection/1";
/// Leaves in one file.
pub const LEAVES: u64 = 256;

/// Which selection it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectionHead {
    /// Path from the tree of `log/checkpoint` to this one; null where there is no checkpoint.
    pub consistency: Option<Vec<String>>,
    /// Deployment id.
    pub deployment: String,
    /// What was asked for, as whoever made it says.
    pub filter: FilterText,
    /// How many leaves were chosen.
    #[serde(with = "decimal")]
    pub leaves: u64,
    /// Root of the tree.
    pub root: String,
    /// [`SCHEMA`].
    pub schema: String,
    /// Number of leaves of the tree.
    #[serde(with = "decimal")]
    pub size: u64,
}

/// A leaf that was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Selected {
    /// Its number.
    pub seq: u64,
    /// Its bytes.
    pub leaf: Vec<u8>,
    /// Path to the root.
    pub path: Vec<[u8; 32]>,
    /// What brought it; what brought the leaf before it in the file where that is the same.
    pub cause: Cause,
    /// Hash of the block in which its transaction's life begins, where a signature over the transaction names it.
    pub birth: Option<[u8; 32]>,
    /// Header and proof of its block; those of the leaf before it in the file where that has the same block.
    pub block: Option<Block>,
}

/// A block by itself.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Block {
    /// Bytes of the header.
    pub header: Vec<u8>,
    /// What proves its events.
    pub proof: Proof,
}

/// Name of the file with the leaves chosen from number `256 · number` on.
pub fn file(number: u64) -> String {
    format!("selection/{number:08}")
}

/// Reads one file of chosen leaves.
///
/// # Errors
///
/// [`BundleError`]; `Ok(None)` where it does not hold a list of leaves.
pub fn read(bundle: &Bundle, number: u64) -> Result<Option<Vec<Selected>>, BundleError> {
    let bytes = bundle.read(&file(number), u64::try_from(MOST).unwrap_or(u64::MAX))?;
    Ok(decode_within(&bytes, MOST_MEMORY))
}

/// Which selection a bundle is; none where it is a whole log.
///
/// # Errors
///
/// [`BundleError`]; the inner error where it has another form.
pub fn head(bundle: &Bundle) -> Result<Option<Result<SelectionHead, serde_json::Error>>, BundleError> {
    match bundle.read(NAME, MOST_HEAD) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes))),
        Err(BundleError::Absent { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
