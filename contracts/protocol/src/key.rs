//! Member keys and signatures: `{algorithm, bytes}`, with the algorithm as the SCALE tag.

use crate::{bytes, refusal::Refusal};
use core::fmt;
use greatseal_edwards::Prepared;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A member's public key. Tag 3 is reserved for a post-quantum companion.
#[derive(Clone, Copy, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
#[allow(clippy::derived_hash_with_manual_eq, reason = "the same keys have the same bytes")]
pub enum Key {
    /// Ed25519 (RFC 8032), compressed point.
    #[codec(index = 1)]
    Ed25519([u8; 32]),
    /// P-256 ECDSA (FIPS 186-5), compressed point (SEC 1, section 2.3.3).
    #[codec(index = 2)]
    P256([u8; 33]),
}

/// Every command asks whose seat it is.
impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Ed25519(one), Self::Ed25519(other)) => bytes::same(one, other),
            (Self::P256(one), Self::P256(other)) => one == other,
            _ => false,
        }
    }
}

/// A signature under a [`Key`] of the same tag.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Signature {
    /// `R ‖ s`, RFC 8032.
    #[codec(index = 1)]
    Ed25519([u8; 64]),
    /// `r ‖ s ‖ y`, low-s. `y` is the key's second coordinate: the chain's precompile takes both, and to find it from
    /// the compressed point would cost a square root. There is one `y` of the key's parity, so nothing is left open.
    #[codec(index = 2)]
    P256([u8; 96]),
}

/// What the surroundings verify: natively a library, in the contract the chain's precompile.
pub trait Crypto {
    /// P-256 ECDSA (FIPS 186-5) over a SHA-256 digest; big-endian numbers. False for points that are not on the curve.
    fn p256(&self, digest: &[u8; 32], r_s: &[u8; 64], x: &[u8; 32], y: &[u8; 32]) -> bool;

    /// SHA-256 over the parts, one after the other; overridden where the surroundings do it for less.
    fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
        crate::hash::sha256(parts)
    }
}

/// Verification in software.
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug)]
pub struct Software;

#[cfg(feature = "std")]
impl Crypto for Software {
    fn p256(&self, digest: &[u8; 32], r_s: &[u8; 64], x: &[u8; 32], y: &[u8; 32]) -> bool {
        use p256::ecdsa::{Signature, VerifyingKey, signature::hazmat::PrehashVerifier};
        let point = p256::EncodedPoint::from_affine_coordinates(x.into(), y.into(), false);
        let (Ok(key), Ok(signature)) = (VerifyingKey::from_encoded_point(&point), Signature::from_slice(r_s)) else {
            return false;
        };
        key.verify_prehash(digest, &signature).is_ok()
    }
}

/// The field's prime and half of the group's order (FIPS 186-5, SP 800-186 section 3.2.1.3), big-endian.
const P256_FIELD: [u8; 32] =
    *b"\xff\xff\xff\xff\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";
const P256_HALF_ORDER: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xde, 0x73, 0x7d,
    0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8,
];

impl Key {
    /// Whether this key may ever sit in a seat.
    ///
    /// Refuses what could be claimed by somebody without the private key: small-order and non-canonical points, points
    /// outside the prime-order subgroup, and the shape that pallet-revive gives to Ethereum accounts and contracts.
    /// A P-256 key is only looked at from outside: a point that is not on the curve verifies nothing, and a seat that
    /// never accepts.
    pub fn admit(&self) -> Result<(), Refusal> {
        self.prepare().map(|_| ())
    }

    /// Whether everybody who admits it knows that somebody can sign with it: the points of Ed25519 are looked at, those of
    /// P-256 from outside only.
    pub(crate) fn signs(&self) -> bool {
        match self {
            Self::Ed25519(_) => true,
            Self::P256(_) => false,
        }
    }

    /// Whether it is a point of its curve, which a contract cannot find out of a P-256 key. Every client and every verifier
    /// asks, of each key that is to have a seat.
    #[cfg(feature = "std")]
    pub fn is_a_point(&self) -> bool {
        match self {
            Self::Ed25519(_) => self.admit().is_ok(),
            Self::P256(bytes) => p256::PublicKey::from_sec1_bytes(bytes).is_ok(),
        }
    }

    /// What its cell keeps so that verification is cheap, if it may ever sit in a seat; nothing for a P-256 key.
    pub fn prepare(&self) -> Result<Option<Prepared>, Refusal> {
        match self {
            Self::Ed25519(bytes) if !bytes.ends_with(&[0xEE; 12]) => Prepared::of(bytes).map(Some),
            Self::P256([sign, x @ ..]) if matches!(sign, 2 | 3) && *x < P256_FIELD => Some(None),
            _ => None,
        }
        .ok_or(Refusal::WeakKey)
    }

    /// Strict verification: every verifier agrees on the answer. Ed25519 after RFC 8032 without cofactor, with canonical
    /// `R` and `s` and no small-order points; P-256 with low-s. Without `prepared`, an Ed25519 key is prepared first.
    pub fn verify_with(
        &self,
        prepared: Option<&Prepared>,
        message: &[u8],
        signature: &Signature,
        crypto: &impl Crypto,
    ) -> Result<(), Refusal> {
        let holds = match (self, signature, prepared) {
            (Self::Ed25519(_), Signature::Ed25519(signature), Some(prepared)) => prepared.verify(message, signature),
            (Self::Ed25519(key), Signature::Ed25519(signature), None) => {
                greatseal_edwards::verify(key, message, signature)
            }
            (Self::P256(key), Signature::P256(signature), _) => verify_p256(key, message, signature, crypto),
            _ => false,
        };
        Refusal::BadSignature.unless(holds)
    }

    /// Verification in software.
    #[cfg(feature = "std")]
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), Refusal> {
        self.verify_with(None, message, signature, &Software)
    }

    /// The chain account that the key itself controls. A P-256 key has none, hence no direct door.
    pub fn account(&self) -> Option<&[u8; 32]> {
        match self {
            Self::Ed25519(account) => Some(account),
            Self::P256(_) => None,
        }
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

fn verify_p256(key: &[u8; 33], message: &[u8], signature: &[u8; 96], crypto: &impl Crypto) -> bool {
    let (Some((r_s, y)), [sign, x @ ..]) = (signature.split_first_chunk::<64>(), key) else { return false };
    let (Ok(y), [_, s]) = (<&[u8; 32]>::try_from(y), r_s.as_chunks::<32>().0) else { return false };
    let parity = y.last().is_some_and(|last| last & 1 == sign & 1);
    parity && *s <= P256_HALF_ORDER && crypto.p256(&crypto.sha256(&[message]), r_s, x, y)
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
        match self {
            Self::Ed25519(signature) => bytes::write_hex(out, signature),
            Self::P256(signature) => bytes::write_hex(out, signature),
        }
    }
}
