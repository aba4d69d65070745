//! The chain on disk: a folder with one append-only log, held by one process.
//!
//! The log's first record says from what the chain was founded; every other one is a step: the blocks that it appended,
//! and what was final afterwards. A step is written and synchronised (`fdatasync`: 0.2 ms on an idle disk, some milliseconds on a busy one) before anybody
//! sees its blocks. A step that was cut off by the end of the process was seen by nobody: it is cut from the file.

mod frame;
mod open;
#[cfg(test)]
mod tests;

use std::{fs::File, io, path::PathBuf};

use parity_scale_codec::{Decode, Encode};
use sp_core::H256;
use sp_runtime::OpaqueExtrinsic;

use crate::{
    chain::Block,
    disk::frame::{Frames, Next},
    runtime::{BlockNumber, Header, Moment, genesis::Genesis},
    state::Changes,
};

/// The name of the log in its folder.
pub const LOG: &str = "chain.log";

/// Why a folder cannot be used. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// Another process has it.
    #[error("{0:?} is in use by another process")]
    InUse(PathBuf),
    /// There is something else in it, or a log in another format.
    #[error("{0:?} holds no chain of this program's format")]
    NotOurs(PathBuf),
    /// It has the chain of another genesis than was asked for.
    #[error("{path:?} holds a chain with another {what}")]
    OtherGenesis {
        /// The folder.
        path: PathBuf,
        /// In what they differ.
        what: &'static str,
    },
    /// The runtime of this program makes another block 0 of the same parameters, or has another version.
    #[error("{0:?} was made by another version of this program")]
    OtherVersion(PathBuf),
    /// There are whole records behind one that is none: this is not what a crash leaves.
    #[error("{path:?} is damaged at byte {at}")]
    Damaged {
        /// The log.
        path: PathBuf,
        /// Where the record that cannot be read begins.
        at: u64,
    },
    /// The system refused.
    #[error("{path:?} cannot be used: {source}")]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// A step could not be written; nothing can be written any more, since nobody knows what is in the file.
#[derive(Debug, thiserror::Error)]
#[error("the chain's log cannot be written: {0}")]
pub struct NotWritten(String);

/// What the operator says about block 0.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Its time, in milliseconds since 1970.
    pub time: Option<Moment>,
    /// What makes it unique.
    pub seed: Option<[u8; 32]>,
}

/// The first record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
struct Founding {
    time: Moment,
    seed: [u8; 32],
    genesis: H256,
    spec_version: u32,
}

/// Every other record.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Step {
    /// Each follows the one before it. The first one's parent is any block that is not below the final one; what came
    /// after that parent is replaced.
    pub blocks: Vec<Stored>,
    /// The newest final block afterwards.
    pub finalized: BlockNumber,
    /// How far the chain's clock was ahead of the machine's, in milliseconds.
    pub clock: i64,
}

/// A block with what it did to the trie.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Stored {
    header: Header,
    body: Vec<OpaqueExtrinsic>,
    inherents: u32,
    time: Moment,
    changes: Changes,
}

impl Stored {
    /// What is written of a block.
    pub fn of(block: &Block, changes: &Changes) -> Self {
        let Block { hash: _, header, body, inherents, time } = block;
        Self {
            header: header.clone(),
            body: body.clone(),
            inherents: *inherents,
            time: *time,
            changes: changes.clone(),
        }
    }

    /// The block again.
    pub fn into_block(self) -> (Block, Changes) {
        let Self { header, body, inherents, time, changes } = self;
        (Block { hash: header.hash(), header, body, inherents, time }, changes)
    }
}

/// The log of a chain, held by this process.
#[derive(Debug)]
pub struct Log {
    folder: PathBuf,
    file: File,
    founding: Founding,
    /// Where the next record goes.
    end: u64,
    /// Whether a write has failed.
    broken: bool,
    /// Locked as long as it is open.
    _lock: File,
}

impl Log {
    /// From what the chain was founded.
    pub fn genesis(&self) -> Genesis {
        Genesis { time: self.founding.time, seed: self.founding.seed }
    }

    /// The hash of block 0 when the chain was founded.
    pub fn genesis_hash(&self) -> H256 {
        self.founding.genesis
    }

    /// Where it lies.
    pub fn folder(&self) -> &PathBuf {
        &self.folder
    }

    /// Shows every step in order, and cuts off what a crash has left behind the last one.
    ///
    /// # Errors
    /// Where a record is damaged, or `take` does not accept it. Nothing is cut then.
    pub fn replay(&mut self, mut take: impl FnMut(Step) -> Result<(), String>) -> Result<(), Unusable> {
        let path = self.folder.join(LOG);
        let failed = |source| Unusable::Io { path: path.clone(), source };
        let mut frames = Frames::behind(&self.file, self.end).map_err(failed)?;
        loop {
            let at = frames.position();
            let damaged = || Unusable::Damaged { path: path.clone(), at };
            match frames.next().map_err(failed)? {
                Next::Payload(payload) => {
                    let step: Step = decode(&payload).ok_or_else(damaged)?;
                    take(step).map_err(|reason| {
                        tracing::error!(reason, at, "a record does not fit");
                        damaged()
                    })?;
                }
                Next::End => break,
                Next::Torn => {
                    tracing::warn!(at, "the last record was not written to its end; it is cut off");
                    self.file.set_len(at).and_then(|()| self.file.sync_all()).map_err(failed)?;
                    break;
                }
                Next::Damaged => return Err(damaged()),
            }
        }
        self.end = frames.position();
        Ok(())
    }

    /// Writes a step; it is on disk when this returns.
    ///
    /// # Errors
    /// [`NotWritten`], from then on always.
    pub fn write(&mut self, step: &Step) -> Result<(), NotWritten> {
        if self.broken {
            return Err(NotWritten("an earlier write has failed; start anew".to_owned()));
        }
        let written = frame::frame(&step.encode()).and_then(|frame| {
            use std::os::unix::fs::FileExt as _;
            self.file.write_all_at(&frame, self.end)?;
            self.file.sync_data()?;
            Ok(u64::try_from(frame.len()).unwrap_or(u64::MAX))
        });
        match written {
            Ok(length) => {
                self.end = self.end.saturating_add(length);
                Ok(())
            }
            Err(error) => {
                self.broken = true;
                Err(NotWritten(error.to_string()))
            }
        }
    }
}

fn decode<T: Decode>(bytes: &[u8]) -> Option<T> {
    parity_scale_codec::DecodeAll::decode_all(&mut &bytes[..]).ok()
}
