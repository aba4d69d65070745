//! What is in the way of a batch besides its own terms: that it was stopped, and disputes.

use crate::{
    batch::Header,
    bytes::{ManifestHash, ReferenceHash},
    cells::Cells,
    council::Council,
    decide::{Request, rising},
    digest,
    dispute::{Dispute, Resolution},
    event::Event,
    language::program,
    refusal::Refusal,
    settlement::Stated,
    state::State,
};
use alloc::{vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    /// Whether a dispute is in the way of a batch that was not executed: it is open, or was upheld.
    #[inline(never)]
    pub(super) fn held(&self, manifest: ManifestHash) -> Result<bool, Refusal> {
        Ok(self.about(manifest)?.is_some_and(|dispute| dispute.open() || upheld(&dispute).is_some()))
    }

    /// When a dispute about a batch was upheld.
    #[inline(never)]
    pub(super) fn upheld(&self, manifest: ManifestHash) -> Result<Option<u64>, Refusal> {
        Ok(self.about(manifest)?.as_ref().and_then(upheld))
    }

    /// Since when no dispute is in the way of a statement. One that was made before a dispute was upheld stays as it is.
    #[inline(never)]
    pub(super) fn undisputed_since(&self, manifest: ManifestHash, stated: &Stated) -> Result<u64, Refusal> {
        let Some(dispute) = self.about(manifest)? else { return Ok(0) };
        match dispute.open() || upheld(&dispute).is_some_and(|at| stated.at <= at) {
            true => Err(Refusal::Disputed),
            false => Ok(dispute.closed().unwrap_or(0)),
        }
    }

    fn about(&self, manifest: ManifestHash) -> Result<Option<Dispute>, Refusal> {
        self.cells.dispute(ReferenceHash(manifest.0))
    }

    pub(super) fn manifest_hash(&self, header: &Header) -> ManifestHash {
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
            return Err(Refusal::BadEntry);
        }
        match hold {
            Some((_, reason)) if reason == ReferenceHash([0; 32]) => Err(Refusal::DocumentMissing),
            Some((until, _)) if until <= self.now => Err(Refusal::OutOfBounds),
            _ => Ok(vec![Event::Program(program::Event::EntryHeld { seat, manifest, index, hold, nonce })]),
        }
    }
}

fn upheld(dispute: &Dispute) -> Option<u64> {
    dispute.resolved.filter(|(answer, _)| *answer == Resolution::Upheld).map(|(_, at)| at)
}
