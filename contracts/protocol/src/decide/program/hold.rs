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
    state::State,
};
use alloc::{vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    /// Whether a dispute is in the way of a statement about a batch.
    #[inline(never)]
    pub(super) fn held(&self, manifest: ManifestHash) -> Result<bool, Refusal> {
        let subject = Subject::Batch(manifest);
        match self.cells.disputes(&subject)?.finality {
            Some(hold) => self.holds(subject, hold),
            None => Ok(false),
        }
    }

    /// When a dispute about a batch was upheld.
    #[inline(never)]
    pub(super) fn upheld(&self, manifest: ManifestHash) -> Result<Option<u64>, Refusal> {
        Ok(self.cells.disputes(&Subject::Batch(manifest))?.upheld)
    }

    pub(in crate::decide) fn manifest_hash(&self, header: &Header) -> ManifestHash {
        ManifestHash(self.cells.sha256(&[&digest::manifest_preimage(header)]))
    }

    /// The header names the programme whose authority stops it; nobody can stop a batch of another one by its hash.
    #[inline(never)]
    pub(super) fn check_batch_stop(&self, header: &Header, reason: ReferenceHash) -> Result<(), Refusal> {
        self.cells.program(header.program)?;
        if reason == ReferenceHash([0; 32]) {
            return Err(Refusal::DocumentMissing);
        }
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
            return Err(Refusal::BadRange);
        }
        match hold {
            Some((_, reason)) if reason == ReferenceHash([0; 32]) => Err(Refusal::DocumentMissing),
            Some((until, _)) if until <= self.now => Err(Refusal::OutOfBounds),
            _ => Ok(vec![Event::Program(program::Event::EntryHeld { seat, manifest, index, hold, nonce })]),
        }
    }
}
