//! Signed transactions: who has signed what.
//!
//! Version 4 with a signature is read: `0x84`, address, signature, extensions, call. Version 5 has no such form: its
//! transactions are bare, or "general" with the signature inside of an extension.

mod payload;
mod read;

use crate::{Hash, Malformed, era::Era};
pub use payload::{Implied, PayloadError, SignatureError};

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

impl Transaction {
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
}
