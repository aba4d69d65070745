//! Ed25519 (RFC 8032) for keys that are known beforehand: admission once, cheap strict verification ever after.
//!
//! Verification of a signature is mostly doublings of points. Where the key is known beforehand, most of them can be done
//! once: [`Prepared`] holds six multiples of the key, and a verification then doubles 43 times instead of 253. It is made
//! for a virtual machine that counts instructions and has no carry flag (PolkaVM); natively it is merely correct.
//!
//! Variable time throughout: keys, messages and signatures are public. There is no signing here.

#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod field;
mod inverse;
mod point;
mod product;
mod scalar;
#[cfg(test)]
mod tests;

use field::Field;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use point::{Affine, Extended, normalise};
use product::{PARTS, SPACING, combine, multiples};
use scalar::{ORDER, Scalar};
use scale_info::TypeInfo;
use sha2::{Digest as _, Sha512};

/// An admitted public key: the point A and its multiples by 2^43, 2^86, … 2^215, each as x and y, 32 bytes
/// little-endian. A function of the key and nothing else: every replay has the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Prepared([u8; Self::SIZE]);

impl Prepared {
    /// Bytes of a prepared key.
    pub const SIZE: usize = PARTS * 64;

    /// Admits a public key: only the one encoding of a point that is not neutral and has the prime order ℓ. This leaves no
    /// point of small order and none that has a part of small order.
    pub fn of(key: &[u8; 32]) -> Option<Self> {
        let point = Affine::decompress(key)?;
        let parts = normalise(&multiples(&point, SPACING));
        let neutral = point.x.is_zero() && point.y.sub(&Field::ONE).is_zero();
        // [ℓ] A through the very multiples that are kept: what they are worth is what is tested.
        if neutral || !combine(None, &Scalar(ORDER), &parts).is_neutral() {
            return None;
        }
        let mut bytes = [0; Self::SIZE];
        let coordinates = parts.iter().flat_map(|part| [part.x, part.y]);
        for (place, coordinate) in bytes.as_chunks_mut::<32>().0.iter_mut().zip(coordinates) {
            *place = coordinate.to_bytes();
        }
        Some(Self(bytes))
    }

    /// Strict verification: [s] B − [k] A must have exactly the encoding R that the signature states, without cofactor
    /// (RFC 8032, 5.1.7, the equation without the factor 8), with s below ℓ and R not neutral.
    ///
    /// Since A and B have order ℓ, so has everything that can equal R: other points of small order and other encodings are
    /// refused by not being equal. Every verifier that works like this gives the same answer.
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let ([r, s], _) = signature.as_chunks::<32>() else { return false };
        let Some(s) = Scalar::canonical(s) else { return false };
        let parts = self.parts();
        let [key, ..] = &parts;
        let hash = Sha512::new().chain_update(r).chain_update(key.compress()).chain_update(message).finalize();
        let sum = combine(Some(&s), &Scalar::reduced(&hash.into()), &parts);
        let mut point = Extended::NEUTRAL;
        sum.projective(&mut point);
        let [affine] = normalise(&[point]);
        affine.compress() == *r && !sum.is_neutral()
    }

    fn parts(&self) -> [Affine; PARTS] {
        let mut parts = [Affine { x: Field::ZERO, y: Field::ONE }; PARTS];
        for (part, bytes) in parts.iter_mut().zip(self.0.as_chunks::<64>().0) {
            if let ([x, y], _) = bytes.as_chunks::<32>() {
                *part = Affine { x: Field::from_bytes(x), y: Field::from_bytes(y) };
            }
        }
        parts
    }
}

/// Strict verification under a key that is not prepared; a key that would not be admitted verifies nothing.
pub fn verify(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    Prepared::of(key).is_some_and(|prepared| prepared.verify(message, signature))
}
