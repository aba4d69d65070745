//! Accounts that pay for transactions. They have no authority in the contract.

use crate::ChainError;
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
