//! Contents that are arriving: each has its place and its part of the limits until it is kept.

use super::{Contents, MOST_RESTRICTED, charge};
use greatseal_protocol::content::Address;
use greatseal_vault::{Name, Upload, VaultError};
use tokio::sync::OwnedSemaphorePermit;

/// Why a content is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Contents that no record names, or restricted ones, take all that they may.
    #[error("there is no room for {0}")]
    NoRoom(&'static str),
    /// Too many uploads are under way.
    #[error("too many contents are arriving")]
    Busy,
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
    restricted: bool,
    named: bool,
    /// What of the limits was free when it began, and what had landed by then.
    room: u64,
    landed: [u64; 2],
    taken: u64,
    _place: OwnedSemaphorePermit,
}

impl Contents {
    /// Begins to take a content.
    ///
    /// # Errors
    ///
    /// [`Refused`].
    pub fn begin(
        &self,
        address: Address,
        restricted: bool,
        named: impl Fn(&Address) -> bool,
    ) -> Result<Arriving, Refused> {
        let place = self.0.places.clone().try_acquire_owned().map_err(|_| Refused::Busy)?;
        let is_named = named(&address);
        let mut shelf = self.shelf();
        let full = restricted && shelf.held.get(&address).is_some_and(|held| held.restricted.len() >= MOST_RESTRICTED);
        if full {
            return Err(Refused::TooMany);
        }
        let unnamed_room = match is_named {
            true => u64::MAX,
            false => self.0.limits.unnamed_max.0.saturating_sub(shelf.unnamed_bytes(named)),
        };
        let restricted_room = match restricted {
            true => self.0.limits.restricted_max.0.saturating_sub(shelf.restricted),
            false => u64::MAX,
        };
        let landed = shelf.landed;
        drop(shelf);
        let vault = &self.0.vault;
        let upload = if restricted { vault.keep_restricted(address) } else { vault.keep(address) };
        let mut arriving = Arriving {
            contents: self.clone(),
            upload: Some(upload),
            restricted,
            named: is_named,
            room: unnamed_room.min(restricted_room),
            landed,
            taken: 0,
            _place: place,
        };
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
        let more = charge(behind).saturating_sub(self.taken);
        self.take(more)?;
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
        let named = named();
        let mut shelf = self.contents.shelf();
        let [unnamed, restricted] = shelf.landed;
        let more = |wanted: bool, total: u64| if wanted { total.saturating_add(self.taken) } else { total };
        shelf.landed = [more(!self.named, unnamed), more(self.restricted, restricted)];
        shelf.put(&kept, named);
        drop(shelf);
        Ok(Some(kept.name))
    }

    /// Takes so many bytes of the limits, with what all others that are arriving take.
    fn take(&mut self, bytes: u64) -> Result<(), Refused> {
        let mut shelf = self.contents.shelf();
        // What has landed since it began is not free any more.
        let since = |now: [u64; 2]| {
            let ([unnamed, restricted], [unnamed_then, restricted_then]) = (now, self.landed);
            [unnamed.saturating_sub(unnamed_then), restricted.saturating_sub(restricted_then)]
        };
        let ([unnamed, restricted], [unnamed_landed, restricted_landed]) = (shelf.arriving, since(shelf.landed));
        let (all_unnamed, all_restricted) =
            (unnamed.saturating_add(unnamed_landed), restricted.saturating_add(restricted_landed));
        let others = match (self.named, self.restricted) {
            (true, false) => 0,
            (false, false) => all_unnamed,
            (true, true) => all_restricted,
            (false, true) => all_unnamed.max(all_restricted),
        };
        if others.saturating_add(bytes) > self.room {
            return Err(Refused::NoRoom(match self.restricted {
                true => "restricted contents",
                false => "contents that no record names",
            }));
        }
        self.taken = self.taken.saturating_add(bytes);
        let add = |wanted: bool, total: u64| if wanted { total.saturating_add(bytes) } else { total };
        shelf.arriving = [add(!self.named, unnamed), add(self.restricted, restricted)];
        Ok(())
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        let mut shelf = self.contents.shelf();
        let [unnamed, restricted] = shelf.arriving;
        let less = |wanted: bool, total: u64| if wanted { total.saturating_sub(self.taken) } else { total };
        shelf.arriving = [less(!self.named, unnamed), less(self.restricted, restricted)];
    }
}
