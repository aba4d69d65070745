//! Who pays for a deployment: a development account, or a payer's key in a token or a sealed file.

use crate::{error::CliError, keys::Keys};
use greatseal_chain::{Account, AccountSignature, ChainError, DevAccount};
use greatseal_signing::Payer;

/// Who pays.
pub enum Paying {
    /// One of the accounts whose keys the whole world knows.
    Dev(Box<DevAccount>),
    /// A key of our own.
    Key(Payer),
}

impl Paying {
    /// The key where keys are given, the development account otherwise.
    ///
    /// # Errors
    ///
    /// [`CliError::Signing`] for the key, [`ChainError::NoSuchAccount`] for the name.
    pub async fn open(keys: &Keys, key: &str, account: &str) -> Result<Self, CliError> {
        match keys.source()? {
            Some(_) => Ok(Self::Key(keys.open().await?.payer(key).await?)),
            None => Ok(Self::Dev(Box::new(DevAccount::named(account)?))),
        }
    }
}

impl Account for Paying {
    fn id(&self) -> [u8; 32] {
        match self {
            Self::Dev(account) => account.id(),
            Self::Key(payer) => payer.account(),
        }
    }

    async fn sign(&self, payload: &[u8]) -> Result<AccountSignature, ChainError> {
        match self {
            Self::Dev(account) => account.sign(payload).await,
            Self::Key(payer) => match payer.pay(payload).await {
                Ok(signature) => Ok(AccountSignature::Ed25519(signature)),
                Err(error) => Err(ChainError::Account(format!("{error}; {}", error.help()))),
            },
        }
    }
}
