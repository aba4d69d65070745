//! The body of a request.

use super::Status;
use crate::{
    checkpoint::{CheckpointError, Signed},
    text::decimal,
    tree::Hash,
};
use std::fmt;

/// Most hashes of a consistency proof.
pub const MOST_HASHES: usize = 63;
/// Longest body, in bytes: the proof, and a note of 128 KiB. A note with 16 post-quantum signatures fits.
pub const LONGEST_BODY: usize = 132 * 1024;

/// What is asked of a witness: to cosign a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// Size of the checkpoint that the witness cosigned last, as far as the log knows; 0 where there was none.
    pub old_size: u64,
    /// Proof that the tree of the old size is the beginning of the checkpoint's.
    pub proof: Vec<Hash>,
    /// The checkpoint.
    pub checkpoint: Signed,
}

/// A body is no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// More than [`LONGEST_BODY`] bytes.
    #[error("the body has more than {LONGEST_BODY} bytes")]
    TooLong,
    /// The lines before the empty one are not UTF-8, or there is no empty line.
    #[error("an empty line stands before the checkpoint")]
    Lines,
    /// The first line is no old size.
    #[error("the first line is \"old\", a space, and a decimal number without leading zeroes")]
    OldSize,
    /// A line of the proof is no hash.
    #[error("each line of the proof is 32 bytes in base 64")]
    Hash,
    /// More than [`MOST_HASHES`] hashes.
    #[error("a proof has at most {MOST_HASHES} hashes")]
    TooMany,
    /// The rest is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

impl Malformed {
    /// The answer's status: 400.
    #[must_use]
    pub const fn status(&self) -> Status {
        Status::BadRequest
    }
}

impl AddCheckpoint {
    /// Reads a body.
    ///
    /// # Errors
    ///
    /// Where it is no request.
    pub fn parse(body: &[u8]) -> Result<Self, Malformed> {
        if body.len() > LONGEST_BODY {
            return Err(Malformed::TooLong);
        }
        let text = std::str::from_utf8(body).map_err(|_| Malformed::Lines)?;
        let (head, note) = text.split_once("\n\n").ok_or(Malformed::Lines)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).ok_or(Malformed::OldSize)?;
        let old_size = decimal(old).ok_or(Malformed::OldSize)?;
        let mut proof = Vec::new();
        for line in lines {
            if proof.len() >= MOST_HASHES {
                return Err(Malformed::TooMany);
            }
            proof.push(Hash::from_base64(line).ok_or(Malformed::Hash)?);
        }
        Ok(Self { old_size, proof, checkpoint: Signed::parse(note.as_bytes())? })
    }
}

/// The body, as [`AddCheckpoint::parse`] reads it.
impl fmt::Display for AddCheckpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "old {}", self.old_size)?;
        self.proof.iter().try_for_each(|hash| writeln!(out, "{}", hash.to_base64()))?;
        write!(out, "\n{}", self.checkpoint.note())
    }
}
