//! Uploads: nothing is under its name before it was checked.

use crate::{Name, Vault, VaultError, open::UPLOADING};
use bytes::{Bytes, BytesMut};
use greatseal_content::{check::Check, restricted::MAGIC};
use greatseal_protocol::{bytes::to_hex, content::Address};
use object_store::{MultipartUpload, ObjectStoreExt as _, path::Path};
use sha2::{Digest as _, Sha256};
use std::{io, time::SystemTime};

/// Bytes of a part: what fits one is kept at once, in memory until then. Stores take parts from 5 MiB.
const PART: usize = 8 << 20;

/// A content that is being brought. Dropped before its end, it leaves nothing.
#[derive(Debug)]
pub struct Upload {
    vault: Vault,
    address: Address,
    check: Sort,
    size: u64,
    part: BytesMut,
    parts: Option<Parts>,
}

#[derive(Debug)]
enum Sort {
    Public(Check),
    /// Of a ciphertext only its beginning and its own hash can be told.
    Restricted {
        begins: Vec<u8>,
        hash: Sha256,
    },
}

#[derive(Debug)]
struct Parts {
    at: Path,
    upload: Option<Box<dyn MultipartUpload>>,
}

impl Upload {
    pub(crate) fn public(vault: Vault, address: Address) -> Self {
        Self::begin(vault, address, Sort::Public(Check::new(&address)))
    }

    pub(crate) fn restricted(vault: Vault, address: Address) -> Self {
        Self::begin(vault, address, Sort::Restricted { begins: Vec::new(), hash: Sha256::new() })
    }

    fn begin(vault: Vault, address: Address, check: Sort) -> Self {
        Self { vault, address, check, size: 0, part: BytesMut::new(), parts: None }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    ///
    /// [`VaultError::TooLong`], [`VaultError::NotEncrypted`], and whatever the store says. The upload is over then.
    pub async fn push(&mut self, bytes: &[u8]) -> Result<(), VaultError> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.size = self.size.saturating_add(length);
        if self.size > self.vault.longest {
            return Err(VaultError::TooLong(self.vault.longest));
        }
        match &mut self.check {
            Sort::Public(check) => {
                check.push(bytes);
                if check.is_unfit() {
                    check.clone().finish()?;
                }
            }
            Sort::Restricted { begins, hash } => {
                let wanted = MAGIC.len().saturating_sub(begins.len());
                begins.extend(bytes.iter().take(wanted));
                if !MAGIC.starts_with(begins) {
                    return Err(VaultError::NotEncrypted);
                }
                hash.update(bytes);
            }
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = PART.saturating_sub(self.part.len()).min(rest.len());
            let (now, later) = rest.split_at_checked(room).unwrap_or((rest, &[]));
            self.part.extend_from_slice(now);
            rest = later;
            // The last part is sent at the end, when all was checked.
            if self.part.len() == PART && !rest.is_empty() {
                self.send_part().await?;
            }
        }
        Ok(())
    }

    /// Bytes so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Checks all of it and puts it under its name; durable on return.
    ///
    /// # Errors
    ///
    /// [`VaultError::Unfit`], [`VaultError::NotEncrypted`], and whatever the store says.
    pub async fn finish(mut self) -> Result<crate::Kept, VaultError> {
        let name = match &mut self.check {
            Sort::Public(check) => {
                check.clone().finish()?;
                Name::Public(self.address)
            }
            Sort::Restricted { begins, .. } if begins.as_slice() != MAGIC => return Err(VaultError::NotEncrypted),
            Sort::Restricted { hash, .. } => Name::Restricted(self.address, hash.clone().finalize().into()),
        };
        let path = self.vault.path(&name);
        if self.parts.is_none() {
            let whole = std::mem::take(&mut self.part).freeze();
            self.vault.store.put(&path, whole.into()).await?;
        } else {
            self.send_part().await?;
            let parts = self.parts.take().unwrap_or_else(|| Parts { at: path.clone(), upload: None });
            let (at, upload) = parts.take();
            if let Some(mut upload) = upload {
                upload.complete().await?;
            }
            if at != path {
                self.vault.store.rename(&at, &path).await?;
            }
        }
        Ok(crate::Kept { name, size: self.size, since: SystemTime::now() })
    }

    async fn send_part(&mut self) -> Result<(), VaultError> {
        let part: Bytes = std::mem::take(&mut self.part).freeze();
        if self.parts.is_none() {
            let at = match &self.check {
                Sort::Public(_) => self.vault.path(&Name::Public(self.address)),
                Sort::Restricted { .. } => self.vault.inside(&format!("{UPLOADING}/{}", random()?)),
            };
            let upload = self.vault.store.put_multipart(&at).await?;
            self.parts = Some(Parts { at, upload: Some(upload) });
        }
        if let Some(upload) = self.parts.as_mut().and_then(|parts| parts.upload.as_mut()) {
            upload.put_part(part.into()).await?;
        }
        Ok(())
    }
}

impl Parts {
    fn take(mut self) -> (Path, Option<Box<dyn MultipartUpload>>) {
        (self.at.clone(), self.upload.take())
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        // A bucket keeps parts, and charges for them, until it is told; without a runtime its own rule has to remove them.
        if let (Some(mut upload), Ok(runtime)) = (self.upload.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move {
                if let Err(error) = upload.abort().await {
                    tracing::warn!(%error, "the parts of an unfinished content could not be removed");
                }
            });
        }
    }
}

fn random() -> Result<String, VaultError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| VaultError::Failing(io::Error::from(error).to_string()))?;
    Ok(to_hex(&bytes))
}
