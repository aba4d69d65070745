//! Contents that are arriving: each has its place and its part of the limits until it is kept.

use super::{
    Contents, MOST_RESTRICTED,
    names::Names,
    shelf::{Claim, charge},
};
use greatseal_protocol::content::Address;
use greatseal_vault::{Name, Upload, VaultError};
use tokio::sync::OwnedSemaphorePermit;

/// Why a content is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Contents that no record names, or restricted ones, take all that they may.
    #[error("there is no room for {0}")]
    NoRoom(&'static str),
    /// Too many uploads are under way, or too many ciphertexts of the address.
    #[error("too many contents are arriving")]
    Busy,
    /// The vault is removing what was there.
    #[error("the content is being removed, because no record has named it for days")]
    Leaving,
    /// The address has as many ciphertexts as it may have.
    #[error("the address has {MOST_RESTRICTED} restricted contents already")]
    TooMany,
    /// The vault says so.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// A content that is arriving; dropped before its end, it leaves nothing.
#[derive(Debug)]
pub struct Arriving {
    contents: Contents,
    upload: Option<Upload>,
    /// `None` once it is over.
    claim: Option<Claim>,
    _place: OwnedSemaphorePermit,
}

impl Contents {
    /// Begins to take a content. The index is locked already where it has the names: it comes before the shelf everywhere.
    ///
    /// # Errors
    ///
    /// [`Refused`].
    pub fn begin(&self, address: Address, restricted: bool, names: &Names) -> Result<Arriving, Refused> {
        let place = self.0.places.clone().try_acquire_owned().map_err(|_| Refused::Busy)?;
        let claim = Claim { address, restricted, named: names.has(&address), bytes: 0 };
        let mut shelf = self.shelf();
        if !claim.named {
            shelf.name(|address| names.has(address));
        }
        shelf.begin(&claim)?;
        drop(shelf);
        let vault = &self.0.vault;
        let upload = if restricted { vault.keep_restricted(address) } else { vault.keep(address) };
        let (contents, upload, claim) = (self.clone(), Some(upload), Some(claim));
        let mut arriving = Arriving { contents, upload, claim, _place: place };
        arriving.take(charge(0))?;
        Ok(arriving)
    }
}

impl Arriving {
    /// Takes the next bytes.
    ///
    /// # Errors
    ///
    /// [`Refused`]; the upload is over then.
    pub async fn push(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        let Some(upload) = &mut self.upload else { return Ok(()) };
        let behind = upload.size().saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        let taken = self.claim.as_ref().map_or(0, |claim| claim.bytes);
        self.take(charge(behind).saturating_sub(taken))?;
        if let Some(upload) = &mut self.upload {
            upload.push(bytes).await?;
        }
        Ok(())
    }

    /// Checks and keeps it; what it is called. `named` tells whether a record names it by now.
    ///
    /// # Errors
    ///
    /// [`Refused`].
    pub async fn finish(mut self, named: impl FnOnce() -> bool) -> Result<Option<Name>, Refused> {
        let Some(upload) = self.upload.take() else { return Ok(None) };
        let kept = upload.finish().await?;
        // Before the shelf is locked: what tells it locks the index.
        let named = named();
        let claim = self.claim.take();
        let mut shelf = self.contents.shelf();
        shelf.put(&kept, named);
        if let Some(claim) = &claim {
            shelf.release(claim);
        }
        drop(shelf);
        Ok(Some(kept.name))
    }

    /// Takes so many bytes of the limits, beside what all others that are arriving take.
    fn take(&mut self, bytes: u64) -> Result<(), Refused> {
        let Some(claim) = &mut self.claim else { return Ok(()) };
        self.contents.shelf().claim(claim, bytes, &self.contents.0.limits)
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        if let Some(claim) = self.claim.take() {
            self.contents.shelf().release(&claim);
        }
    }
}
