//! A seat's key: known by its public half first, and opened when something is to be signed with it.

use crate::error::CliError;
use greatseal_protocol::key::Key;
use greatseal_signing::{Error, Keyring, Signer, Source, public_key};

/// A seat's key that a command names.
pub(super) struct SeatKey {
    public: Key,
    /// Where the store shows nothing before it is open.
    opened: Option<Signer>,
}

impl SeatKey {
    /// Looks the key up. No PIN and no passphrase is asked for, unless the store shows the key to nobody without.
    ///
    /// # Errors
    ///
    /// [`CliError::Signing`].
    pub(super) async fn find(source: &Source, label: &str) -> Result<Self, CliError> {
        match public_key(&source.store, label).await? {
            Some(public) => Ok(Self { public, opened: None }),
            None => {
                let signer = open(source, label).await?;
                Ok(Self { public: signer.key(), opened: Some(signer) })
            }
        }
    }

    /// Its public half.
    pub(super) fn public(&self) -> Key {
        self.public
    }

    /// Opens it. Whatever was asked and shown so far was about this very key.
    ///
    /// # Errors
    ///
    /// [`CliError::Signing`], also where the store showed another key.
    pub(super) async fn open(&self, source: &Source, label: &str) -> Result<Signer, CliError> {
        let signer = match &self.opened {
            Some(signer) => signer.clone(),
            None => open(source, label).await?,
        };
        match signer.key() == self.public {
            true => Ok(signer),
            false => Err(Error::WrongKey { authorized: self.public, held: signer.key() }.into()),
        }
    }
}

async fn open(source: &Source, label: &str) -> Result<Signer, CliError> {
    Ok(Keyring::open(source.clone()).await?.signer(label).await?)
}
