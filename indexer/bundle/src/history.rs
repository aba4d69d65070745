//! The records of a bundle in order, with what brought each.

use crate::place::{Bundle, BundleError};
use greatseal_log::{
    evidence::{self, Cause, Evidence, Proof},
    files::{File, LogHead},
    leaf::{Leaf, NoLeaf},
};
use greatseal_protocol::event::Record;

/// Most bytes of a file `head`.
pub const MOST_HEAD: u64 = 64 * 1024;
/// Most bytes of any other file of a log.
pub const MOST: u64 = evidence::MOST as u64;

/// A leaf with what brought it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    /// The leaf.
    pub leaf: Leaf,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The record in it.
    pub record: Record,
    /// What brought it; never [`Cause::Same`].
    pub cause: Cause,
    /// What proves its block, where it is the block's first leaf.
    pub proof: Option<Proof>,
}

/// Why a history cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// A file cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The head has another form.
    #[error("log/head: {0}")]
    Head(serde_json::Error),
    /// A file does not hold what its name says.
    #[error("log/{path} does not hold what its name says")]
    Form {
        /// Its path below the log's.
        path: String,
    },
    /// A leaf is none.
    #[error("event {seq}: {reason}")]
    Leaf {
        /// Its number.
        seq: u64,
        /// Why.
        reason: NoLeaf,
    },
}

/// How far the log of a bundle is said to be.
///
/// # Errors
///
/// [`HistoryError`].
pub fn head(bundle: &Bundle) -> Result<LogHead, HistoryError> {
    serde_json::from_slice(&bundle.read("log/head", MOST_HEAD)?).map_err(HistoryError::Head)
}

/// The bytes of a file of the log.
///
/// # Errors
///
/// [`BundleError`].
pub fn file(bundle: &Bundle, file: File) -> Result<Vec<u8>, BundleError> {
    bundle.read(&format!("log/{}", file.path()), MOST)
}

/// Gives each leaf of a log of this size to `each`, in constant memory.
///
/// # Errors
///
/// [`HistoryError`], and those of `each`.
pub fn walk<E: From<HistoryError>>(
    bundle: &Bundle,
    size: u64,
    mut each: impl FnMut(Brought) -> Result<(), E>,
) -> Result<(), E> {
    let mut seq = 0_u64;
    for part in File::entries(size) {
        let form = |file: File| HistoryError::Form { path: file.path() };
        let (entries, beside) = (File::Entries(part), File::Evidence(part));
        let bytes = file(bundle, entries).map_err(HistoryError::Bundle)?;
        let evidence = file(bundle, beside).map_err(HistoryError::Bundle)?;
        let evidence = Evidence::parse(&evidence).ok_or_else(|| form(beside))?;
        let leaves = part.leaves(&bytes).ok_or_else(|| form(entries))?;
        if leaves.len() != evidence.causes.len() {
            return Err(form(beside).into());
        }
        let mut proofs = evidence.proofs.into_iter().peekable();
        let mut before = None;
        for (bytes, cause) in leaves.into_iter().zip(evidence.causes) {
            let (leaf, record) = Leaf::parse(bytes).map_err(|reason| HistoryError::Leaf { seq, reason })?;
            let cause = match cause {
                Cause::Same => before.take().ok_or_else(|| form(beside))?,
                cause => cause,
            };
            before = Some(cause.clone());
            let proof = proofs.next_if(|proof| proof.block_number == leaf.block_number);
            each(Brought { bytes: bytes.to_vec(), leaf, record, cause, proof })?;
            seq = seq.saturating_add(1);
        }
    }
    Ok(())
}
