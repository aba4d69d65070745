//! Envelopes: a signed command as bytes, decoded exactly and verified before anything else.

use crate::{
    bytes::{DomainTag, EnvelopeDigest},
    command::Command,
    digest::{self, Domain},
    key::{Crypto, Key, Signature},
    refusal::Refusal,
};
use alloc::vec::Vec;
use greatseal_edwards::Prepared;
use parity_scale_codec::{Decode, DecodeAll, Encode};
use scale_info::TypeInfo;

/// A signed command.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Envelope {
    /// [`Envelope::VERSION`].
    pub version: u8,
    /// Which contract on which chain it is for. Not signed: it only explains a refusal.
    pub domain: DomainTag,
    /// What is said.
    pub command: Command,
    /// By whom.
    pub key: Key,
    /// Over [`digest::signed_message`].
    pub signature: Signature,
}

impl Envelope {
    /// The only version.
    pub const VERSION: u8 = 1;
    /// Most bytes of an envelope.
    pub const MAX: usize = 12 * 1024;

    /// Bounded, exact decoding: every byte string has at most one meaning and every meaning one byte string.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > Self::MAX {
            return Err(Refusal::TooLarge);
        }
        match bytes.first() {
            Some(&Self::VERSION) => Self::decode_all(&mut &*bytes).map_err(|_| Refusal::Decode),
            Some(_) => Err(Refusal::WrongVersion),
            None => Err(Refusal::Decode),
        }
    }

    /// Puts a signature to a command.
    pub fn seal(domain: &Domain, command: Command, key: Key, signature: Signature) -> Self {
        Self { version: Self::VERSION, domain: domain.tag(), command, key, signature }
    }

    /// Whether the key signed this command for this domain.
    pub fn verify_with(
        &self,
        domain: &Domain,
        prepared: Option<&Prepared>,
        crypto: &impl Crypto,
    ) -> Result<(), Refusal> {
        let sha256 = |parts: &[&[u8]]| crypto.sha256(parts);
        if self.domain != domain.tag_by(sha256) {
            return Err(Refusal::WrongDomain);
        }
        let message = digest::signed_message_by(sha256, domain, &self.key, &self.command);
        self.key.verify_with(prepared, &message, &self.signature, crypto)
    }

    /// The same, in software.
    #[cfg(feature = "std")]
    pub fn verify(&self, domain: &Domain) -> Result<(), Refusal> {
        self.verify_with(domain, None, &crate::key::Software)
    }

    /// Its name.
    pub fn digest(bytes: &[u8]) -> EnvelopeDigest {
        digest::envelope_digest(bytes)
    }

    /// The bytes that travel.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.encode()
    }
}
