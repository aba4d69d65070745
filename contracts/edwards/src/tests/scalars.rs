//! Integers modulo ℓ against curve25519-dalek.

use crate::scalar::{ORDER, Scalar};
use curve25519_dalek::scalar::Scalar as Reference;
use proptest::prelude::*;

fn bytes(scalar: &Scalar) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.as_chunks_mut::<8>().0.iter_mut().zip(scalar.0).for_each(|(to, limb)| *to = limb.to_le_bytes());
    bytes
}

/// ℓ and its neighbours.
fn around_the_order() -> impl Iterator<Item = [u8; 32]> {
    (0..=4_u64).map(|offset| bytes(&Scalar([ORDER[0] - 2 + offset, ORDER[1], ORDER[2], ORDER[3]])))
}

fn agree(wide: &[u8; 64]) {
    let expected = Reference::from_bytes_mod_order_wide(wide);
    assert_eq!(bytes(&Scalar::reduced(wide)), *expected.as_bytes(), "{wide:x?}");
}

#[test]
fn the_order_is_the_first_that_is_not_canonical() {
    for bytes in around_the_order() {
        let expected = Option::<Reference>::from(Reference::from_canonical_bytes(bytes));
        assert_eq!(Scalar::canonical(&bytes).is_some(), expected.is_some(), "{bytes:x?}");
    }
    for top in [0x20, 0x40, 0x80, 0xE0, 0xFF] {
        let mut large = [0; 32];
        large[31] = top;
        assert_eq!(Scalar::canonical(&large), None);
    }
}

#[test]
fn edges_are_reduced() {
    let patterns = [0, 1, 0x0F, 0x10, 0x7F, 0x80, 0xFF];
    for low in around_the_order().chain(patterns.map(|pattern| [pattern; 32])) {
        for high in around_the_order().chain(patterns.map(|pattern| [pattern; 32])) {
            let mut wide = [0; 64];
            wide.iter_mut().zip(low.iter().chain(&high)).for_each(|(to, from)| *to = *from);
            agree(&wide);
        }
    }
    for place in 0..512_usize {
        let mut power = [0; 64];
        power[place / 8] = 1 << (place % 8);
        agree(&power);
        agree(&power.map(|byte: u8| !byte));
    }
}

#[test]
fn digits_and_signs_add_up() {
    for value in [[0; 4], [1, 0, 0, 0], [3, 0, 0, 0], [u64::MAX, u64::MAX, u64::MAX, u64::MAX >> 4], ORDER] {
        let (plus, minus) = Scalar(value).digits();
        let digit = |place| i8::from(plus.bit(place)) - i8::from(minus.bit(place));
        // Without neighbours, and worth the value: checked modulo ℓ, from the top.
        let sum = (1..=256).rev().fold(Reference::ZERO, |sum, place| {
            assert!(digit(place) == 0 || digit(place + 1) == 0);
            let one = if digit(place) == 0 { Reference::ZERO } else { Reference::ONE };
            sum + sum + if digit(place) < 0 { -one } else { one }
        });
        assert_eq!(sum, Reference::from_bytes_mod_order(bytes(&Scalar(value))));
        let signs = Scalar(value).signs(258);
        let sum = (1..=258).rev().fold(Reference::ZERO, |sum, place| {
            sum + sum + if signs.bit(place) { Reference::ONE } else { -Reference::ONE }
        });
        assert_eq!(sum, Reference::from_bytes_mod_order(bytes(&Scalar(value))));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_is_reduced(low: [u8; 32], high: [u8; 32]) {
        let mut wide = [0; 64];
        wide.iter_mut().zip(low.iter().chain(&high)).for_each(|(to, from)| *to = *from);
        agree(&wide);
    }
}
