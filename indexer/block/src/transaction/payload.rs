//! The bytes that a signer has signed.

use super::{Extension, Signature, Transaction};
use crate::{Hash, blake2_256, era::Era};
use ed25519_dalek::VerifyingKey;

/// A payload longer than this is signed by its BLAKE2-256.
const LONGEST_PAYLOAD: usize = 256;

/// What is signed and not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Implied {
    /// Version of the runtime that executed the transaction.
    pub spec_version: u32,
    /// Version of the form of its transactions.
    pub transaction_version: u32,
    /// Hash of block 0.
    pub genesis: Hash,
    /// Hash of the block at [`Era::birth`]. An immortal transaction needs none, and names the genesis.
    pub birth_hash: Hash,
    /// Hash of the metadata (RFC 78), where the signer had it compared; without it such a transaction cannot be verified.
    pub metadata_hash: Option<Hash>,
}

/// The bytes that were signed are not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// This extension adds something to what is signed, and is not known here.
    #[error("what was signed cannot be reconstructed: an extension adds what is not known here")]
    UnknownExtension(String),
    /// The signer had the hash of the metadata compared, and it was not given.
    #[error("what was signed cannot be reconstructed: the hash of the metadata is needed")]
    NoMetadataHash,
}

/// What is known of a transaction's signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The payload is not known.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// It is no Ed25519 signature.
    #[error("the transaction is not signed with Ed25519")]
    OtherKind,
    /// The account's key did not sign this payload; or it did in a form that the strict rule refuses.
    #[error("the signature does not verify")]
    Wrong,
}

impl Transaction {
    /// What the account signed: call ‖ explicit parts ‖ implied parts; its BLAKE2-256 where it is longer than 256 bytes.
    ///
    /// # Errors
    ///
    /// [`PayloadError`].
    pub fn payload(&self, implied: &Implied) -> Result<Vec<u8>, PayloadError> {
        let mut payload = self.call.clone();
        self.extensions.iter().for_each(|extension| payload.extend_from_slice(&extension.explicit));
        for extension in &self.extensions {
            payload.extend(self.implicit(extension, implied)?);
        }
        match payload.len() > LONGEST_PAYLOAD {
            true => Ok(blake2_256(&payload).to_vec()),
            false => Ok(payload),
        }
    }

    /// Verifies an Ed25519 signature, strictly: no small-order keys or points, canonical numbers, no cofactor.
    ///
    /// Chains verify by the rules of ZIP 215 (`ed25519-zebra`), which accept all that the strict rule accepts, and more:
    /// keys of small order, with which anybody can sign. A transaction that only the chain accepts is refused here; it
    /// then rests on the block alone.
    ///
    /// # Errors
    ///
    /// [`SignatureError`].
    pub fn verify_ed25519(&self, implied: &Implied) -> Result<(), SignatureError> {
        let Signature::Ed25519(signature) = self.signature else { return Err(SignatureError::OtherKind) };
        let payload = self.payload(implied)?;
        let key = VerifyingKey::from_bytes(&self.signer).map_err(|_| SignatureError::Wrong)?;
        let signature = ed25519_dalek::Signature::from_bytes(&signature);
        key.verify_strict(&payload, &signature).map_err(|_| SignatureError::Wrong)
    }

    /// What an extension adds to what is signed.
    fn implicit(&self, extension: &Extension, implied: &Implied) -> Result<Vec<u8>, PayloadError> {
        if extension.adds_nothing {
            return Ok(Vec::new());
        }
        Ok(match (extension.identifier.as_str(), extension.explicit.as_slice()) {
            ("CheckSpecVersion", _) => implied.spec_version.to_le_bytes().to_vec(),
            ("CheckTxVersion", _) => implied.transaction_version.to_le_bytes().to_vec(),
            ("CheckGenesis", _) => implied.genesis.to_vec(),
            ("CheckMortality" | "CheckEra", _) => match self.era {
                Some(Era::Mortal { .. }) => implied.birth_hash.to_vec(),
                _ => implied.genesis.to_vec(),
            },
            // Whether the hash of the metadata is compared, and then an `Option` of it.
            ("CheckMetadataHash", [0]) => vec![0],
            ("CheckMetadataHash", [1]) => {
                let hash = implied.metadata_hash.ok_or(PayloadError::NoMetadataHash)?;
                [1].into_iter().chain(hash).collect()
            }
            _ => return Err(PayloadError::UnknownExtension(extension.identifier.clone())),
        })
    }
}
