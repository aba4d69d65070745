//! Drafts one block: inherents first, then transactions in order, then the header.

use sp_core::H256;
use sp_inherents::InherentData;
use sp_runtime::{
    ApplyExtrinsicResult, Digest, ExtrinsicInclusionMode, OpaqueExtrinsic,
    traits::{Hash as _, Header as _},
};

use crate::{
    disk::NotWritten,
    execute::{Scratch, Trap},
    runtime::{Header, Moment},
    state::{Archive, Changes, Hasher},
};

/// The identifier under which pallet-timestamp looks for its inherent.
const TIMESTAMP_INHERENT: [u8; 8] = *b"timstap0";

/// Why no block could be made. Every variant is a defect of this program or of the runtime.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The runtime gave no answer.
    #[error(transparent)]
    Trap(#[from] Trap),
    /// An inherent was refused.
    #[error("the runtime refused its own inherent: {0}")]
    Inherent(String),
    /// The changes could not be collected, or their root is not the header's.
    #[error("state of the new block: {0}")]
    State(String),
    /// The block could not be written down, so that it must not be seen.
    #[error(transparent)]
    Disk(#[from] NotWritten),
}

/// A block that is being put together.
pub struct Draft<'a> {
    scratch: Scratch<'a>,
    body: Vec<OpaqueExtrinsic>,
    inherents: u32,
}

/// A block that is ready to be imported.
pub struct Finished {
    /// The header; its state root is the root of what `changes` leave.
    pub header: Header,
    /// Inherents and transactions.
    pub body: Vec<OpaqueExtrinsic>,
    /// How many inherents `body` begins with.
    pub inherents: u32,
    /// What the block does to the trie.
    pub changes: Changes,
}

impl<'a> Draft<'a> {
    /// Begins the block after `parent`, at `time`.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn begin(archive: &'a Archive, parent: &Header, time: Moment) -> Result<Self, Failure> {
        let mut scratch = Scratch::new(archive, parent.state_root);
        let header =
            Header::new(parent.number.saturating_add(1), H256::zero(), H256::zero(), parent.hash(), Digest::default());
        let _: ExtrinsicInclusionMode = scratch.ask("Core_initialize_block", header)?;

        let mut draft = Self { scratch, body: Vec::new(), inherents: 0 };
        for inherent in draft.inherents(time)? {
            draft
                .apply(&inherent)?
                .map_err(|error| Failure::Inherent(format!("{error:?}")))?
                .map_err(|error| Failure::Inherent(format!("{error:?}")))?;
            draft.inherents = draft.inherents.saturating_add(1);
        }
        Ok(draft)
    }

    /// Appends a transaction if the runtime accepts it; otherwise the draft is as before.
    ///
    /// # Errors
    /// If the runtime traps. The draft is as before.
    pub fn apply(&mut self, transaction: &OpaqueExtrinsic) -> Result<ApplyExtrinsicResult, Trap> {
        let outcome: ApplyExtrinsicResult = self
            .scratch
            .attempt(|scratch| scratch.ask("BlockBuilder_apply_extrinsic", transaction), ApplyExtrinsicResult::is_ok)?;
        if outcome.is_ok() {
            self.body.push(transaction.clone());
        }
        Ok(outcome)
    }

    /// Closes the block.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn finish(mut self) -> Result<Finished, Failure> {
        let header: Header = self.scratch.ask("BlockBuilder_finalize_block", ())?;
        let (root, changes) = self.scratch.into_changes().map_err(Failure::State)?;
        if root != header.state_root {
            return Err(Failure::State(format!("root {root:?} differs from the header's {:?}", header.state_root)));
        }
        Ok(Finished { header, body: self.body, inherents: self.inherents, changes: changes.into() })
    }

    fn inherents(&mut self, time: Moment) -> Result<Vec<OpaqueExtrinsic>, Failure> {
        let mut data = InherentData::new();
        data.put_data(TIMESTAMP_INHERENT, &time).map_err(|error| Failure::Inherent(error.to_string()))?;
        Ok(self.scratch.ask("BlockBuilder_inherent_extrinsics", data)?)
    }
}

/// The hash under which the pool and clients know a transaction.
pub fn transaction_hash(transaction: &OpaqueExtrinsic) -> H256 {
    Hasher::hash_of(transaction)
}
