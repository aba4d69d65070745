//! Accounts that pay for transactions. They have no authority in the contract.

use crate::{ChainError, Draft, Unsigned};
use std::pin::Pin;
use subxt_signer::sr25519::{Keypair, dev};

/// A signature as the chain's `MultiSignature` knows it.
#[derive(Clone, Debug)]
pub enum AccountSignature {
    /// Ed25519.
    Ed25519([u8; 64]),
    /// Sr25519.
    Sr25519([u8; 64]),
}

/// Signs the payload of a transaction.
pub trait Account: Sync {
    /// The account's 32 bytes.
    fn id(&self) -> [u8; 32];

    /// Signs a payload; payloads over 256 bytes come as their BLAKE2-256 already.
    fn sign(&self, payload: &[u8]) -> impl Future<Output = Result<AccountSignature, ChainError>> + Send;

    /// Signs a transaction; its payload, where an account does not want to see more.
    fn sign_draft(&self, draft: &Draft) -> impl Future<Output = Result<AccountSignature, ChainError>> + Send {
        let payload = draft.payload();
        async move { self.sign(&payload?).await }
    }
}

/// Reads a transaction and signs it with a key that is kept elsewhere, or says why it does not.
type SignElsewhere = dyn Fn(Unsigned) -> BoxedSignature + Send + Sync;
type BoxedSignature = Pin<Box<dyn Future<Output = Result<[u8; 64], String>> + Send>>;

/// Who pays: a development account, or an Ed25519 key of one's own.
pub enum Paying {
    /// One of the accounts whose keys the whole world knows.
    Dev(Box<DevAccount>),
    /// A key of one's own.
    Key {
        /// The account: the public key.
        id: [u8; 32],
        /// Signs with it.
        sign: Box<SignElsewhere>,
    },
}

impl Paying {
    /// An Ed25519 key that is kept elsewhere; this crate knows neither tokens nor files.
    pub fn key<Signing>(id: [u8; 32], sign: impl Fn(Unsigned) -> Signing + Send + Sync + 'static) -> Self
    where
        Signing: Future<Output = Result<[u8; 64], String>> + Send + 'static,
    {
        Self::Key { id, sign: Box::new(move |unsigned| Box::pin(sign(unsigned))) }
    }

    /// Finds `dev:alice` … `dev:ferdie`.
    ///
    /// # Errors
    ///
    /// [`ChainError::NoSuchAccount`] for any other name.
    pub fn dev(name: &str) -> Result<Self, ChainError> {
        Ok(Self::Dev(Box::new(DevAccount::named(name)?)))
    }
}

impl Account for Paying {
    fn id(&self) -> [u8; 32] {
        match self {
            Self::Dev(account) => account.id(),
            Self::Key { id, .. } => *id,
        }
    }

    async fn sign(&self, payload: &[u8]) -> Result<AccountSignature, ChainError> {
        match self {
            Self::Dev(account) => account.sign(payload).await,
            Self::Key { .. } => Err(ChainError::Account("a payer's key signs no payload that it cannot read".into())),
        }
    }

    async fn sign_draft(&self, draft: &Draft) -> Result<AccountSignature, ChainError> {
        let signing = match self {
            Self::Dev(account) => return account.sign(&draft.payload()?).await,
            Self::Key { sign, .. } => sign(draft.unsigned()?),
        };
        signing.await.map(AccountSignature::Ed25519).map_err(ChainError::Account)
    }
}

/// An account as people write it: SS58 with the prefix 42, which is no particular chain's.
pub fn address(account: [u8; 32]) -> String {
    subxt::utils::AccountId32(account).to_string()
}

/// Reads an account as people write it; its prefix may be any chain's.
pub fn parse_address(text: &str) -> Option<[u8; 32]> {
    text.parse().ok().map(|subxt::utils::AccountId32(account)| account)
}

/// One of the well-known accounts of development chains, whose keys the whole world knows.
#[derive(Clone)]
pub struct DevAccount(Keypair);

impl DevAccount {
    /// Finds `dev:alice` … `dev:ferdie`.
    ///
    /// # Errors
    ///
    /// [`ChainError::NoSuchAccount`] for any other name.
    pub fn named(name: &str) -> Result<Self, ChainError> {
        Ok(Self(match name {
            "dev:alice" => dev::alice(),
            "dev:bob" => dev::bob(),
            "dev:charlie" => dev::charlie(),
            "dev:dave" => dev::dave(),
            "dev:eve" => dev::eve(),
            "dev:ferdie" => dev::ferdie(),
            other => return Err(ChainError::NoSuchAccount(other.to_owned())),
        }))
    }
}

impl Account for DevAccount {
    fn id(&self) -> [u8; 32] {
        self.0.public_key().0
    }

    async fn sign(&self, payload: &[u8]) -> Result<AccountSignature, ChainError> {
        Ok(AccountSignature::Sr25519(self.0.sign(payload).0))
    }
}
