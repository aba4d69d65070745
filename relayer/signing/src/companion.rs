//! A seat's post-quantum companion: signs beside an envelope that the seat's own key has signed, and nothing else.
//!
//! Kept in sealed files only: tokens that sign ML-DSA (PKCS#11 v3.2) are not supported, and SoftHSM 2.6.1 has none. It has no
//! journal of its own: what it accompanies was written down, and released, by the seat's key before.

use crate::{Authorized, Error, KeyInfo, Request, Result};
use greatseal_protocol::{
    bytes::CompanionHash,
    companion::{CompanionKey, Companioned, Sent},
    council::Phase,
    envelope::Envelope,
};
use std::{fmt, sync::Arc};

/// A companion's key that is open; wiped when the last handle is dropped.
#[derive(Clone)]
pub struct Companion {
    pub(crate) info: Arc<KeyInfo>,
    pub(crate) key: Arc<CompanionKey>,
}

impl Companion {
    /// What the seat names.
    pub fn name(&self) -> CompanionHash {
        self.key.name()
    }

    /// The key as its store describes it.
    pub fn info(&self) -> &KeyInfo {
        &self.info
    }

    /// Signs beside the envelope that `authorized` has become; verified in software before it is released.
    ///
    /// # Errors
    ///
    /// [`Error::OtherEnvelope`] for an envelope that says anything else, or that does not verify.
    pub fn accompany(&self, authorized: &Authorized<Request>, envelope: &Envelope) -> Result<Companioned> {
        let Request::Command { domain, command } = authorized.request();
        if envelope.key != authorized.key() || envelope.command != *command {
            return Err(Error::OtherEnvelope);
        }
        let companioned = self.key.accompany(domain, envelope).map_err(|_| Error::OtherEnvelope)?;
        let sent = Sent::Companioned(companioned.clone());
        sent.admit(domain, Phase::Hybrid, Some(self.name())).map_err(|_| Error::BadSignature)?;
        Ok(companioned)
    }
}

impl fmt::Debug for Companion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Companion({})", self.name())
    }
}
