//! `CKA_EC_POINT` of an Ed25519 key in the three encodings that tokens use.
//!
//! PKCS#11 v3.0 wants the raw point of RFC 8032, v2.40 a DER OCTET STRING around it, and some modules hand out the
//! BIT STRING of RFC 8410. The lengths differ, so a value has one reading at most.

use crate::{Error, Result};

/// The 32 bytes of the compressed point.
///
/// Says nothing about the point itself: a key is believed once it has signed a challenge.
pub fn parse(value: &[u8]) -> Result<[u8; 32]> {
    let point = match value {
        [0x04, 0x20, point @ ..] if value.len() == 34 => point,
        [0x03, 0x21, 0x00, point @ ..] if value.len() == 35 => point,
        point => point,
    };
    point.try_into().map_err(|_| Error::BadPoint)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::parse;

    const POINT: [u8; 32] = [0x5A; 32];

    fn with_head(head: &[u8], point: &[u8]) -> Vec<u8> {
        [head, point].concat()
    }

    #[test]
    fn rule_22_three_encodings_give_one_point() {
        assert_eq!(parse(&POINT).unwrap(), POINT);
        assert_eq!(parse(&with_head(&[0x04, 0x20], &POINT)).unwrap(), POINT);
        assert_eq!(parse(&with_head(&[0x03, 0x21, 0x00], &POINT)).unwrap(), POINT);
    }

    #[test]
    fn rule_22_a_raw_point_may_begin_like_a_header() {
        let octets = with_head(&[0x04, 0x20], &[0x5A; 30]);
        assert_eq!(parse(&octets).unwrap().as_slice(), octets);
        let bits = with_head(&[0x03, 0x21, 0x00], &[0x5A; 29]);
        assert_eq!(parse(&bits).unwrap().as_slice(), bits);
    }

    #[test]
    fn everything_else_is_refused() {
        let refused = [
            vec![],
            vec![0x5A; 31],
            vec![0x5A; 33],
            vec![0x5A; 34],
            vec![0x5A; 35],
            with_head(&[0x04, 0x21], &POINT),
            with_head(&[0x03, 0x20], &POINT),
            with_head(&[0x03, 0x21, 0x01], &POINT),
            with_head(&[0x04, 0x20, 0x00], &POINT),
            with_head(&[0x04, 0x20], &[0x5A; 33]),
            with_head(&[0x04, 0x39], &[0x5A; 57]),
        ];
        for value in refused {
            assert!(parse(&value).is_err(), "{value:02x?}");
        }
    }

    #[test]
    fn no_length_panics() {
        for length in 0..=300 {
            for first in [0x00, 0x03, 0x04, 0x20] {
                let accepted = parse(&vec![first; length]).is_ok();
                assert_eq!(accepted, length == 32, "{first:02x} × {length}");
            }
        }
    }
}
