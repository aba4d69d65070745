//! P-256 in a token: its points, and its signatures in the protocol's form.
//!
//! The protocol wants `r ‖ s ‖ y` with the lower of the two possible `s`, and `y` of the public key. Tokens give `r ‖ s`,
//! and know no lower one.

use crate::{Error, Result};
use greatseal_protocol::{
    hash::sha256,
    key::{Key, Signature},
};
use p256::ecdsa::Signature as Ecdsa;

/// The compressed key and its second coordinate, from `CKA_EC_POINT`: an uncompressed point (SEC 1, section 2.3.3), raw or
/// in a DER OCTET STRING. Says nothing about the point itself: a key is believed once it has signed a challenge.
pub(crate) fn parse(value: &[u8]) -> Result<(Key, [u8; 32])> {
    let point = match value {
        [0x04, 0x41, point @ ..] if value.len() == 67 => point,
        point => point,
    };
    let [0x04, coordinates @ ..] = point else { return Err(Error::BadPoint) };
    let [x, y] = coordinates.as_chunks::<32>().0 else { return Err(Error::BadPoint) };
    if coordinates.len() != 64 {
        return Err(Error::BadPoint);
    }
    let mut key = [0; 33];
    let (sign, rest) = key.split_at_mut(1);
    sign.fill(2 + (y[31] & 1));
    rest.copy_from_slice(x);
    Ok((Key::P256(key), *y))
}

/// What the token signs: the plain ECDSA mechanism takes a digest (PKCS#11 v3.1, 6.3.12).
pub(crate) fn digest(message: &[u8]) -> [u8; 32] {
    sha256(&[message])
}

/// The protocol's form of what the token has signed.
pub(crate) fn signature(signed: &[u8], y: &[u8; 32]) -> Result<Signature> {
    let signed = Ecdsa::from_slice(signed).map_err(|_| Error::BadSignature)?;
    let low = signed.normalize_s().unwrap_or(signed);
    let mut form = [0; 96];
    let (r_s, second) = form.split_at_mut(64);
    r_s.copy_from_slice(&low.to_bytes());
    second.copy_from_slice(y);
    Ok(Signature::P256(form))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use p256::ecdsa::{SigningKey, signature::hazmat::PrehashSigner};

    fn key() -> SigningKey {
        SigningKey::from_slice(&[7; 32]).unwrap()
    }

    fn point() -> Vec<u8> {
        key().verifying_key().to_encoded_point(false).as_bytes().to_vec()
    }

    #[test]
    fn two_encodings_give_one_key() {
        let (raw, wrapped) = (parse(&point()).unwrap(), parse(&[&[0x04, 0x41], &point()[..]].concat()).unwrap());
        assert_eq!(raw, wrapped);
        let Key::P256(bytes) = raw.0 else { panic!("{:?}", raw.0) };
        assert_eq!(bytes, key().verifying_key().to_encoded_point(true).as_bytes());
    }

    #[test]
    fn everything_else_is_refused() {
        let compressed = key().verifying_key().to_encoded_point(true);
        for length in 0..=300 {
            for first in [0x00, 0x02, 0x04, 0x41] {
                let accepted = parse(&vec![first; length]).is_ok();
                assert_eq!(accepted, first == 0x04 && length == 65, "{first:02x} × {length}");
            }
        }
        assert!(parse(compressed.as_bytes()).is_err());
    }

    #[test]
    fn both_halves_of_the_order_end_in_the_lower_one() {
        let (public, y) = parse(&point()).unwrap();
        let mut high = 0;
        for number in 0..32_u8 {
            let message = [number; 45];
            let made: Ecdsa = key().sign_prehash(&digest(&message)).unwrap();
            let (r, s) = made.split_scalars();
            let other = Ecdsa::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap();
            high += u32::from(made.normalize_s().is_some());
            let forms = [made, other].map(|made| signature(&made.to_bytes(), &y).unwrap());
            assert_eq!(forms[0], forms[1]);
            public.verify(&message, &forms[0]).unwrap();
        }
        assert!(high < 32, "one of each pair is the lower one");
        assert!(signature(&[0; 64], &y).is_err() && signature(&[1; 63], &y).is_err());
    }
}
