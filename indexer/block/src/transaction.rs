//! Signed transactions: who has signed what.
//!
//! Version 4 with a signature is read: `0x84`, address, signature, extensions, call. Version 5 has no such form: its
//! transactions are bare, or "general" with the signature inside of an extension.

use crate::{Hash, Malformed, era::Era, metadata::Metadata};

/// Longest transaction that is read, in bytes. No block of the chains of today is longer.
pub const MAX_TRANSACTION: usize = 16 << 20;

/// A signed transaction. Nobody has verified the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    hash: Hash,
    signer: [u8; 32],
    signature: Signature,
    extensions: Vec<Extension>,
    call: Vec<u8>,
    era: Option<Era>,
    nonce: Option<u64>,
    tip: Option<u128>,
}

/// A signature of the chain's `MultiSignature`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// Ed25519; the account is the public key.
    Ed25519([u8; 64]),
    /// Sr25519; the account is the public key.
    Sr25519([u8; 64]),
    /// ECDSA over secp256k1; the account is the BLAKE2-256 of the compressed public key.
    Ecdsa([u8; 65]),
}

/// What a transaction extension adds to a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Its name in the metadata.
    pub identifier: String,
    /// Its bytes in the transaction.
    pub explicit: Vec<u8>,
    /// Whether its type adds nothing to what is signed beside these bytes.
    pub adds_nothing: bool,
}

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

/// Why an extrinsic is not read as a signed transaction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransactionError {
    /// The bytes are not what the metadata say: they are of another runtime, or one of the two is forged.
    #[error("the transaction does not fit the metadata: {0}")]
    Malformed(#[from] Malformed),
    /// It has no signature: an inherent, or a call that needs none.
    #[error("the extrinsic is not signed")]
    Unsigned,
    /// It may be valid, and is not understood here.
    #[error("the extrinsic has {0}, which is not understood here")]
    Unsupported(&'static str),
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
    /// Reads all of the bytes as a signed transaction, with its length in front, as `chain_getBlock` gives it.
    ///
    /// # Errors
    ///
    /// [`TransactionError`].
    pub fn decode(_metadata: &Metadata, _bytes: &[u8]) -> Result<Self, TransactionError> {
        todo!()
    }

    /// BLAKE2-256 of all bytes.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The account that signed.
    pub fn signer(&self) -> [u8; 32] {
        self.signer
    }

    /// Its signature.
    pub fn signature(&self) -> Signature {
        self.signature
    }

    /// What the chain's extensions add, in their order.
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// The call, with the numbers of its pallet and of itself.
    pub fn call(&self) -> &[u8] {
        &self.call
    }

    /// Its life; `None` where the chain has no `CheckMortality`.
    pub fn era(&self) -> Option<Era> {
        self.era
    }

    /// The account's nonce; `None` where the chain has no `CheckNonce`.
    pub fn nonce(&self) -> Option<u64> {
        self.nonce
    }

    /// Tip in base units, or in units of the asset in which the fee is paid; `None` where the chain takes no fee.
    pub fn tip(&self) -> Option<u128> {
        self.tip
    }

    /// What the account signed: call ‖ explicit parts ‖ implied parts; its BLAKE2-256 where it is longer than 256 bytes.
    ///
    /// # Errors
    ///
    /// [`PayloadError`].
    pub fn payload(&self, _implied: &Implied) -> Result<Vec<u8>, PayloadError> {
        todo!()
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
    pub fn verify_ed25519(&self, _implied: &Implied) -> Result<(), SignatureError> {
        todo!()
    }
}
