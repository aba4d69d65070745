//! Keys that are open, wherever they are kept, with the journal of their use.

use crate::{
    Algorithm, AuditKey, Companion, Error, FileJournal, HeadFile, Journal, KeyInfo, Payer, Purpose, Result, Signer, Source,
    Store, WitnessKey,
    sealed::{self, Folder, Unsealed},
    signer::Held,
    token::{self, Token, keys::Admitted},
};
use greatseal_protocol::key::{Key, Signature};
use greatseal_trail::{checkpoint::Origin, note::KeyName};
use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

/// Keys that are open. Clones share them.
#[derive(Clone)]
pub struct Keyring {
    vault: Vault,
    pub(crate) journal: Arc<dyn Journal>,
}

/// Where the keys are.
#[derive(Clone)]
enum Vault {
    Token(Token),
    Sealed(Folder),
}

/// The seat's key of this label, as far as its store shows it without a PIN or a passphrase: so that it can be asked for
/// beforehand what the key would be opened for. `None` where only an open store shows it.
///
/// Nothing is proved yet: whoever opens the key compares.
///
/// # Errors
///
/// What a sealed file could not be opened for either. A token's trouble is told by whoever opens it.
pub async fn public_key(store: &Store, label: &str) -> Result<Option<Key>> {
    match store {
        Store::Token(config) => Ok(token::public_key(config, label).await),
        Store::Sealed(sealed) => {
            let (folder, label) = (sealed.folder.clone(), label.to_owned());
            blocking(move || sealed::public_key(&folder, &label)).await
        }
    }
}

/// One key's private half.
#[derive(Clone)]
pub(crate) enum Private {
    Token(Arc<Admitted>),
    Sealed(Unsealed),
}

impl Keyring {
    /// Opens a token, or reads a folder's passphrase. The journal is read when a key is first used.
    ///
    /// # Errors
    ///
    /// What keeps the token from opening, or the secret from being read.
    pub async fn open(source: Source) -> Result<Self> {
        Self::open_with(source.store, Arc::new(FileJournal::at(source.journal))).await
    }

    /// Opens the keys without a journal: to sign checkpoints or cosignatures, whose last head is kept instead. Nothing else
    /// is signed.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open).
    pub async fn open_without_journal(store: Store) -> Result<Self> {
        Self::open_with(store, Arc::new(FileJournal::at(PathBuf::new()))).await
    }

    /// Opens the keys with a journal of the caller's.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open).
    pub async fn open_with(store: Store, journal: Arc<dyn Journal>) -> Result<Self> {
        let vault = match store {
            Store::Token(config) => Vault::Token(Token::open(config).await?),
            Store::Sealed(sealed) => Vault::Sealed(blocking(move || Folder::open(sealed)).await?),
        };
        Ok(Self { vault, journal })
    }

    /// Every key of a known algorithm, by label; those that no signer opens for come with their defect.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read at all.
    pub async fn keys(&self) -> Result<Vec<KeyInfo>> {
        match &self.vault {
            Vault::Token(token) => token.keys().await,
            Vault::Sealed(folder) => {
                let folder = folder.clone();
                blocking(move || folder.keys()).await
            }
        }
    }

    /// Generates a key, and proves it. The first one whose uses are journalled starts the journal.
    ///
    /// After [`Error::Timeout`] look at [`keys`](Self::keys): the key may be there.
    ///
    /// # Errors
    ///
    /// [`Error::JournalMissing`] where there are keys already and their journal is gone.
    pub async fn generate(&self, label: &str, purpose: Purpose) -> Result<KeyInfo> {
        self.generate_with(label, purpose, Algorithm::Ed25519).await
    }

    /// Generates a key of a chosen algorithm, and proves it.
    ///
    /// # Errors
    ///
    /// [`Error::NoP256`] for a payer or a sealed file; otherwise as [`generate`](Self::generate).
    pub async fn generate_with(&self, label: &str, purpose: Purpose, algorithm: Algorithm) -> Result<KeyInfo> {
        let seat_in_token = purpose == Purpose::Seat && matches!(self.vault, Vault::Token(_));
        if algorithm == Algorithm::P256 && !seat_in_token {
            return Err(Error::NoP256);
        }
        if purpose.is_journalled() {
            let first = match self.keys().await {
                Ok(keys) => keys.iter().all(|key| !key.purpose.is_journalled()),
                Err(Error::SealedUnreadable { reason, .. }) if reason.kind() == std::io::ErrorKind::NotFound => true,
                Err(error) => return Err(error),
            };
            let journal = Arc::clone(&self.journal);
            blocking(move || journal.ready(first)).await?;
        }
        match &self.vault {
            Vault::Token(token) => token.generate(label, purpose, algorithm).await,
            Vault::Sealed(folder) => {
                let (folder, label) = (folder.clone(), label.to_owned());
                blocking(move || folder.generate(&label, purpose)).await
            }
        }
    }

    /// The seat's key of this label, if it is kept as it must be and has been proved.
    ///
    /// # Errors
    ///
    /// [`Error::WrongPurpose`] for a payer's key.
    pub async fn signer(&self, label: &str) -> Result<Signer> {
        self.held(label, Purpose::Seat).await.map(Signer)
    }

    /// The payer's key of this label, if it is kept as it must be and has been proved.
    ///
    /// # Errors
    ///
    /// [`Error::WrongPurpose`] for a seat's key.
    pub async fn payer(&self, label: &str) -> Result<Payer> {
        self.held(label, Purpose::Payer).await.map(Payer)
    }

    /// The key of this label, whatever it is for, proved: what its store says of it holds.
    ///
    /// # Errors
    ///
    /// What its first signature would fail with.
    pub async fn proved(&self, label: &str) -> Result<KeyInfo> {
        self.admit(label, Purpose::Seat).await.map(|(info, ..)| info)
    }

    /// The audit key of this label: it signs checkpoints of this one log, each of which begins with the last that `heads`
    /// has.
    ///
    /// # Errors
    ///
    /// [`Error::WrongPurpose`] for another kind of key, [`Error::BadVkey`] where a note cannot name it.
    pub async fn audit_key(&self, label: &str, origin: Origin, heads: HeadFile) -> Result<AuditKey> {
        AuditKey::new(self.held(label, Purpose::Audit).await?, origin, heads)
    }

    /// The witness's key of this label, under the name that its operator gives it in cosignatures.
    ///
    /// # Errors
    ///
    /// [`Error::WrongPurpose`] for another kind of key, [`Error::BadVkey`] where a note cannot name it.
    pub async fn witness_key(&self, label: &str, name: KeyName, heads: HeadFile) -> Result<WitnessKey> {
        WitnessKey::new(self.held(label, Purpose::Witness).await?, name, heads)
    }

    /// The companion of this label, out of a sealed file.
    ///
    /// # Errors
    ///
    /// [`Error::NoCompanions`] for a token, [`Error::WrongPurpose`] for another key.
    pub async fn companion(&self, label: &str) -> Result<Companion> {
        let Vault::Sealed(folder) = &self.vault else { return Err(Error::NoCompanions) };
        let (folder, label) = (folder.clone(), label.to_owned());
        let (info, key) = blocking(move || folder.unseal_companion(&label)).await?;
        Ok(Companion { info: Arc::new(info), key: Arc::new(key) })
    }

    /// Ends a token's session now; a later call opens a new one. Dropping the last handle does it as well.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] or [`Error::Timeout`] where the token does not answer.
    pub async fn close(&self) -> Result<()> {
        match &self.vault {
            Vault::Token(token) => token.close().await,
            Vault::Sealed(_) => Ok(()),
        }
    }

    /// For how long a call into the token's module has been running that should long have ended. Such a call cannot be
    /// taken back: a service is not ready while this is so, and ends itself if it lasts, to be started again.
    pub fn stuck(&self) -> Option<Duration> {
        match &self.vault {
            Vault::Token(token) => token.stuck(),
            Vault::Sealed(_) => None,
        }
    }

    async fn held(&self, label: &str, purpose: Purpose) -> Result<Held> {
        let (info, key, private) = self.admit(label, purpose).await?;
        match info.purpose == purpose {
            true => Ok(Held { keyring: self.clone(), info: Arc::new(info), key, private }),
            false => Err(Error::WrongPurpose { label: label.into(), purpose: info.purpose, wanted: purpose }),
        }
    }

    pub(crate) async fn admit(&self, label: &str, wanted: Purpose) -> Result<(KeyInfo, Key, Private)> {
        match &self.vault {
            Vault::Token(token) => {
                let admitted = token.admit(label).await?;
                Ok((admitted.info.clone(), admitted.key, Private::Token(Arc::new(admitted))))
            }
            Vault::Sealed(folder) => {
                let (folder, label) = (folder.clone(), label.to_owned());
                let (info, key, unsealed) = blocking(move || folder.unseal(&label, wanted)).await?;
                Ok((info, key, Private::Sealed(unsealed)))
            }
        }
    }

    /// A bare signature. The caller has written the journal, and verifies.
    pub(crate) async fn sign(&self, private: &Private, key: Key, message: Vec<u8>) -> Result<Signature> {
        match (private, &self.vault) {
            (Private::Token(admitted), Vault::Token(token)) => token.sign(admitted, message).await,
            (Private::Sealed(unsealed), _) => {
                let signature = unsealed.sign(&message);
                key.verify(&message, &signature).map_err(|_| Error::BadSignature).map(|()| signature)
            }
            (Private::Token(_), Vault::Sealed(_)) => Err(Error::Gone),
        }
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Keyring").finish_non_exhaustive()
    }
}

/// Runs what reads files, waits for locks or derives keys on a thread that may block.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Gone)?
}
