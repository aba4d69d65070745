//! Reading: what does not fit its name is never given out whole.

use crate::{Name, VaultError};
use bytes::Bytes;
use futures::{StreamExt as _, stream, stream::BoxStream};
use greatseal_content::check::Check;
use greatseal_protocol::content::Address;
use object_store::GetResult;

/// Contents up to this length are checked before anything of them is given out.
const SHORT: u64 = 1 << 20;

/// A content that is being read.
pub struct Reading {
    name: Name,
    size: u64,
    check: Check,
    read: u64,
    /// Whether all of it was checked already, so that `rest` may be given out as it is.
    checked: bool,
    /// Given out only when more came, or when the check found that all of it fits.
    held: Option<Bytes>,
    rest: BoxStream<'static, object_store::Result<Bytes>>,
}

impl Reading {
    pub(crate) async fn begin(name: Name, found: GetResult) -> Result<Self, VaultError> {
        let size = found.meta.size;
        let wanted = match name {
            Name::Public(address) => address,
            Name::Restricted(_, hash) => Address::Sha256(hash),
        };
        let (check, rest) = (Check::new(&wanted), found.into_stream().boxed());
        let begun = Self { name, size, check, read: 0, checked: false, held: None, rest };
        if size > SHORT {
            return Ok(begun);
        }
        let mut whole = Vec::new();
        let mut parts = begun.into_stream();
        while let Some(part) = parts.next().await {
            whole.extend_from_slice(&part?);
        }
        let (check, rest) = (Check::new(&wanted), stream::iter([Ok(whole.into())]).boxed());
        Ok(Self { name, size, check, read: size, checked: true, held: None, rest })
    }

    /// Its length in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Its bytes. The last of them come once all were checked; else [`VaultError::Damaged`] comes in their place.
    pub fn into_stream(self) -> BoxStream<'static, Result<Bytes, VaultError>> {
        stream::try_unfold(Some(self), |state| async move {
            let Some(reading) = state else { return Ok(None) };
            reading.next().await
        })
        .boxed()
    }

    async fn next(mut self) -> Result<Option<(Bytes, Option<Self>)>, VaultError> {
        if self.checked {
            let whole = self.rest.next().await.transpose()?;
            return Ok(whole.map(|whole| (whole, None)));
        }
        loop {
            let Some(part) = self.rest.next().await.transpose()? else { break };
            self.read = self.read.saturating_add(u64::try_from(part.len()).unwrap_or(u64::MAX));
            self.check.push(&part);
            if self.read > self.size || self.check.is_unfit() {
                return Err(VaultError::Damaged(self.name));
            }
            if let Some(before) = self.held.replace(part) {
                return Ok(Some((before, Some(self))));
            }
        }
        match self.check.finish() {
            Ok(()) if self.read == self.size => Ok(self.held.map(|last| (last, None))),
            _ => Err(VaultError::Damaged(self.name)),
        }
    }
}
