//! What is in the way of a batch besides its own terms: that it was stopped, and disputes.

use crate::{
    batch::Header,
    bytes::{ManifestHash, ReferenceHash},
    cells::Cells,
    council::Council,
    decide::{Request, rising},
    digest,
    dispute::Subject,
    event::Event,
    language::program,
    refusal::Refusal,
    settlement::Stated,
    state::State,
};
use alloc::{vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    /// When a dispute about a batch was upheld.
    #[inline(never)]
    pub(super) fn upheld(&self, manifest: ManifestHash) -> Result<Option<u64>, Refusal> {
        Ok(self.cells.disputes(&Subject::Batch(manifest))?.upheld)
    }

    /// Since when no dispute is in the way of a statement. One that was made before a dispute was upheld stays as it is.
    #[inline(never)]
    pub(super) fn undisputed_since(&self, manifest: ManifestHash, stated: &Stated) -> Result<u64, Refusal> {
        let subject = Subject::Batch(manifest);
        let disputes = self.cells.disputes(&subject)?;
        if disputes.upheld.is_some_and(|at| stated.at <= at) {
            return Err(Refusal::Disputed);
        }
        match disputes.finality {
            Some(hold) => self.free_since(subject, hold),
            None => Ok(0),
        }
    }

    pub(in crate::decide) fn manifest_hash(&self, header: &Header) -> ManifestHash {
        ManifestHash(self.cells.sha256(&[&digest::manifest_preimage(header)]))
    }

    /// The header names the programme whose authority stops it; nobody can stop a batch of another one by its hash.
    #[inline(never)]
    pub(super) fn check_batch_stop(&self, header: &Header) -> Result<(), Refusal> {
        self.cells.program(header.program)?;
        match self.cells.stopped(self.manifest_hash(header))? {
            Some(_) => Err(Refusal::BatchStopped),
            None => Ok(()),
        }
    }

    /// A word of the authority to those who pay. The verifier names a held entry that was paid.
    #[inline(never)]
    pub(super) fn hold_entry(
        &self,
        manifest: ManifestHash,
        index: u32,
        hold: Option<(u64, ReferenceHash)>,
        nonce: u64,
    ) -> Result<Vec<Event>, Refusal> {
        let batch = self.cells.batch(manifest)?;
        let authority = self.cells.program(batch.program)?.terms.authority;
        let (seat, holder) = self.seat_of(&[Council::Program(authority)])?;
        rising(holder, nonce)?;
        if index >= batch.count {
            return Err(Refusal::BadEntry);
        }
        match hold {
            Some((until, _)) if until <= self.now => Err(Refusal::OutOfBounds),
            _ => Ok(vec![Event::Program(program::Event::EntryHeld { seat, manifest, index, hold, nonce })]),
        }
    }
}
