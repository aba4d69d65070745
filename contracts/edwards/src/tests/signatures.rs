//! Signatures against `verify_strict` of ed25519-dalek, and against the vectors of RFC 8032.

use crate::{Prepared, verify};
use curve25519_dalek::{
    constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION},
    edwards::EdwardsPoint,
    scalar::Scalar,
    traits::Identity as _,
};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use parity_scale_codec::{Decode as _, Encode as _, MaxEncodedLen as _};
use proptest::prelude::*;
use sha2::{Digest as _, Sha512};

fn reference(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    VerifyingKey::from_bytes(key).is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok())
}

fn joined(r: &[u8; 32], s: &[u8; 32]) -> [u8; 64] {
    let mut signature = [0; 64];
    signature.iter_mut().zip(r.iter().chain(s)).for_each(|(to, from)| *to = *from);
    signature
}

/// A signature made by hand, as RFC 8032 says, with any nonce point: `r · B + extra`.
fn made(a: &Scalar, key: &[u8; 32], r: &Scalar, extra: &EdwardsPoint, message: &[u8]) -> [u8; 64] {
    made_with(a, key, r, (ED25519_BASEPOINT_POINT * r + extra).compress().to_bytes(), message)
}

/// A signature with any bytes in the place of R.
fn made_with(a: &Scalar, key: &[u8; 32], r: &Scalar, nonce: [u8; 32], message: &[u8]) -> [u8; 64] {
    let hash = Sha512::new().chain_update(nonce).chain_update(key).chain_update(message).finalize();
    let s = r + Scalar::from_bytes_mod_order_wide(&hash.into()) * a;
    joined(&nonce, s.as_bytes())
}

#[test]
fn vectors_of_rfc_8032() {
    // Section 7.1: public key, message, signature of tests 1, 2 and 3.
    for [key, message, signature] in [
        [
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ],
        [
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ],
        [
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ],
    ] {
        let key = hex::decode(key).unwrap().try_into().unwrap();
        let signature = hex::decode(signature).unwrap().try_into().unwrap();
        let message = hex::decode(message).unwrap();
        assert!(Prepared::of(&key).unwrap().verify(&message, &signature));
        assert!(!verify(&key, b"another", &signature));
    }
}

#[test]
fn a_prepared_key_is_bytes() {
    let key = SigningKey::from_bytes(&[1; 32]).verifying_key().to_bytes();
    let prepared = Prepared::of(&key).unwrap();
    let bytes = prepared.encode();
    assert_eq!((bytes.len(), Prepared::max_encoded_len()), (384, 384), "in a cell of 416 with a seat");
    assert_eq!(Prepared::decode(&mut &*bytes), Ok(prepared));
    // y of the key itself stands first, after x.
    assert_eq!(bytes[32..63], key[..31]);
}

#[test]
fn s_is_canonical() {
    let signer = SigningKey::from_bytes(&[2; 32]);
    let key = signer.verifying_key().to_bytes();
    let signature = signer.sign(b"message").to_bytes();
    assert!(verify(&key, b"message", &signature));
    // s + n ℓ is the same modulo ℓ, for every n that fits.
    let mut larger = signature;
    for _ in 1..15 {
        let mut carry = 1;
        for (byte, order) in larger[32..].iter_mut().zip((-Scalar::ONE).to_bytes()) {
            let sum = u16::from(*byte) + u16::from(order) + carry;
            (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
        }
        assert_eq!(carry, 0);
        assert!(!verify(&key, b"message", &larger) && !reference(&key, b"message", &larger));
    }
}

/// With every point of small order in the place of R, or added to it, under sound keys.
#[test]
fn r_has_prime_order() {
    let a = Scalar::from(0x1234_5678_9ABC_u64);
    let key = (ED25519_BASEPOINT_POINT * a).compress().to_bytes();
    let prepared = Prepared::of(&key).unwrap();
    for torsion in EIGHT_TORSION {
        for r in [Scalar::ZERO, Scalar::from(77_u64)] {
            for message in 0..8_u8 {
                let signature = made(&a, &key, &r, &torsion, &[message]);
                let sound = torsion == EdwardsPoint::identity() && r != Scalar::ZERO;
                assert_eq!(prepared.verify(&[message], &signature), sound);
                assert_eq!(reference(&key, &[message], &signature), sound);
            }
        }
    }
    // The neutral element written the other ways: y = 1 + p, x = −0, and both.
    for (low, top) in [(0xEE, 0x7F), (0x01, 0x80), (0xEE, 0xFF)] {
        let mut nonce = if low == 1 { [0; 32] } else { [0xFF; 32] };
        (nonce[0], nonce[31]) = (low, top);
        assert!(!prepared.verify(b"", &made_with(&a, &key, &Scalar::ZERO, nonce, b"")));
    }
}

/// Keys of small order verify what nobody signed, and keys with such a part verify differently in different programs.
#[test]
fn keys_that_are_not_admitted_verify_nothing() {
    let a = Scalar::from(5_u64);
    for torsion in EIGHT_TORSION {
        let small = torsion.compress().to_bytes();
        let mixed = (ED25519_BASEPOINT_POINT * a + torsion).compress().to_bytes();
        for message in 0..16_u8 {
            let forged = made(&Scalar::ZERO, &small, &Scalar::ONE, &EdwardsPoint::identity(), &[message]);
            assert!(!verify(&small, &[message], &forged) && !reference(&small, &[message], &forged));
            let signature = made(&a, &mixed, &Scalar::ONE, &EdwardsPoint::identity(), &[message]);
            assert_eq!(verify(&mixed, &[message], &signature), torsion == EdwardsPoint::identity());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn signatures_agree_with_the_reference(seed: [u8; 32], message in prop::collection::vec(any::<u8>(), 0..300)) {
        let signer = SigningKey::from_bytes(&seed);
        let key = signer.verifying_key().to_bytes();
        let signature = signer.sign(&message).to_bytes();
        prop_assert!(Prepared::of(&key).unwrap().verify(&message, &signature));
        prop_assert!(reference(&key, &message, &signature));
    }

    #[test]
    fn a_changed_bit_is_found(seed: [u8; 32], message: [u8; 45], place in 0_usize..512 + 256 + 360) {
        let signer = SigningKey::from_bytes(&seed);
        let mut key = signer.verifying_key().to_bytes();
        let mut signature = signer.sign(&message).to_bytes();
        let mut message = message;
        let bytes: &mut [u8] = match place {
            0..512 => &mut signature,
            512..768 => &mut key,
            _ => &mut message,
        };
        let place = if place < 512 { place } else if place < 768 { place - 512 } else { place - 768 };
        bytes[place / 8] ^= 1 << (place % 8);
        prop_assert!(!verify(&key, &message, &signature));
        prop_assert!(!reference(&key, &message, &signature));
    }

    #[test]
    fn random_bytes_agree_with_the_reference(key: [u8; 32], r: [u8; 32], s: [u8; 32], message: [u8; 4]) {
        let signature = joined(&r, &s);
        prop_assert_eq!(verify(&key, &message, &signature), reference(&key, &message, &signature));
    }
}
