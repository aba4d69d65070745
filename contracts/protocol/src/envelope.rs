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
use parity_scale_codec::{Decode, Encode, Error};
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

/// Refused envelopes that a seat remembers while they live: what is refused beyond them leaves no record.
pub const MOST_REMEMBERED: usize = 8;

/// An envelope of a seat that was refused and is on record as such: it is not recorded again.
pub type Remembered = (EnvelopeDigest, u64);

impl Envelope {
    /// The only version.
    pub const VERSION: u8 = 1;
    /// Most bytes of an envelope.
    pub const MAX: usize = 12 * 1024;

    /// Bounded, exact decoding: every byte string has at most one meaning and every meaning one byte string.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        Self::parse_signed(bytes).map(|(envelope, _)| envelope)
    }

    /// The envelope, and the bytes in it that are its command. The signature is over these bytes as they came: they need
    /// not be encoded again.
    pub(crate) fn parse_signed(bytes: &[u8]) -> Result<(Self, &[u8]), Refusal> {
        if bytes.len() > Self::MAX {
            return Err(Refusal::TooLarge);
        }
        match bytes.first() {
            Some(&Self::VERSION) => Self::decode_signed(bytes).map_err(|_| Refusal::Decode),
            Some(_) => Err(Refusal::WrongVersion),
            None => Err(Refusal::Decode),
        }
    }

    /// The bytes of an [`Envelope`], field by field, so that it is known where the command begins and ends.
    fn decode_signed(mut bytes: &[u8]) -> Result<(Self, &[u8]), Error> {
        let (version, domain) = Decode::decode(&mut bytes)?;
        let from_command = bytes;
        let command = Command::decode(&mut bytes)?;
        let length = from_command.len().saturating_sub(bytes.len());
        let signed = from_command.get(..length).ok_or("a command longer than its envelope")?;
        let (key, signature) = Decode::decode(&mut bytes)?;
        match bytes {
            [] => Ok((Self { version, domain, command, key, signature }, signed)),
            _ => Err("bytes after the signature".into()),
        }
    }

    /// Puts a signature to a command.
    pub fn seal(domain: &Domain, command: Command, key: Key, signature: Signature) -> Self {
        Self { version: Self::VERSION, domain: domain.tag(), command, key, signature }
    }

    /// Whether the key signed these bytes of a command for this domain.
    pub(crate) fn verify_with(
        &self,
        signed: &[u8],
        domain: &Domain,
        prepared: Option<&Prepared>,
        crypto: &impl Crypto,
    ) -> Result<(), Refusal> {
        let sha256 = |parts: &[&[u8]]| crypto.sha256(parts);
        if self.domain != domain.tag_by(sha256) {
            return Err(Refusal::WrongDomain);
        }
        let message = digest::signed_message_of(sha256, domain, &self.key, signed);
        self.key.verify_with(prepared, &message, &self.signature, crypto)
    }

    /// Whether the key signed this command for this domain, verified in software.
    #[cfg(feature = "std")]
    pub fn verify(&self, domain: &Domain) -> Result<(), Refusal> {
        self.verify_with(&self.command.encode(), domain, None, &crate::key::Software)
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
