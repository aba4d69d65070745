//! Member keys and signatures: `{algorithm, bytes}`, with the algorithm as the SCALE tag.

use crate::{bytes, refusal::Refusal};
use core::fmt;
use ed25519_dalek::VerifyingKey;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A member's public key. Tag 3 is reserved for a post-quantum companion.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Key {
    /// Ed25519 (RFC 8032), compressed point.
    #[codec(index = 1)]
    Ed25519([u8; 32]),
    /// P-256 ECDSA (FIPS 186-5), compressed point. No deployment admits it yet.
    #[codec(index = 2)]
    P256([u8; 33]),
}

/// A signature under a [`Key`] of the same tag.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Signature {
    /// `R ‖ s`, RFC 8032.
    #[codec(index = 1)]
    Ed25519([u8; 64]),
    /// `r ‖ s`, low-s.
    #[codec(index = 2)]
    P256([u8; 64]),
}

impl Key {
    /// Whether this key may ever sit in a seat.
    ///
    /// Refuses what could be claimed by somebody without the private key: small-order and non-canonical points, points
    /// outside the prime-order subgroup, and the shape that pallet-revive gives to Ethereum accounts and contracts.
    pub fn admit(&self) -> Result<(), Refusal> {
        let Self::Ed25519(bytes) = self else { return Err(Refusal::WeakKey) };
        let point = VerifyingKey::from_bytes(bytes).map_err(|_| Refusal::WeakKey)?;
        let canonical = point.to_edwards().compress().as_bytes() == bytes;
        let ethereum = bytes.ends_with(&[0xEE; 12]);
        let sound = canonical && !ethereum && !point.is_weak() && point.to_edwards().is_torsion_free();
        sound.then_some(()).ok_or(Refusal::WeakKey)
    }

    /// Strict verification (RFC 8032 with canonical `s`, no small-order points): every verifier agrees on the answer.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), Refusal> {
        let (Self::Ed25519(key), Signature::Ed25519(signature)) = (self, signature) else {
            return Err(Refusal::BadSignature);
        };
        VerifyingKey::from_bytes(key)
            .and_then(|key| key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)))
            .map_err(|_| Refusal::BadSignature)
    }

    /// The first 32 bytes of the key material: an event topic, not an identity.
    pub fn topic(&self) -> [u8; 32] {
        match self {
            Self::Ed25519(bytes) => *bytes,
            Self::P256(bytes) => {
                let mut topic = [0; 32];
                topic.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
                topic
            }
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ed25519(key) => out.write_str("ed25519:").and_then(|()| bytes::write_hex(out, key)),
            Self::P256(key) => out.write_str("p256:").and_then(|()| bytes::write_hex(out, key)),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl core::str::FromStr for Key {
    type Err = bytes::NotHex;

    fn from_str(text: &str) -> Result<Self, bytes::NotHex> {
        match text.split_once(':') {
            Some(("ed25519", hex)) => bytes::parse_hex(hex).map(Self::Ed25519),
            Some(("p256", hex)) => bytes::parse_hex(hex).map(Self::P256),
            _ => Err(bytes::NotHex),
        }
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Ed25519(signature) | Self::P256(signature)) = self;
        bytes::write_hex(out, signature)
    }
}
