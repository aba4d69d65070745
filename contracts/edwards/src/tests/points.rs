//! Points and sums of multiples against curve25519-dalek.

use crate::{
    Prepared,
    field::Field,
    point::{Affine, Completed, D, Extended, normalise},
    product::{BASE, PARTS, SPACING, combine, multiples},
    scalar::{ORDER, Scalar},
};
use curve25519_dalek::{
    constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION},
    edwards::{CompressedEdwardsY, EdwardsPoint},
    scalar::Scalar as Reference,
    traits::Identity as _,
};
use proptest::prelude::*;

fn compressed(sum: &Completed) -> [u8; 32] {
    let mut point = Extended::NEUTRAL;
    sum.projective(&mut point);
    normalise(&[point])[0].compress()
}

fn affine(point: &EdwardsPoint) -> Affine {
    Affine::decompress(point.compress().as_bytes()).unwrap()
}

fn parts(point: &EdwardsPoint) -> [Affine; PARTS] {
    normalise(&multiples(&affine(point), SPACING))
}

fn scalar(bytes: &[u8; 32]) -> (Scalar, Reference) {
    let reference = Reference::from_bytes_mod_order(*bytes);
    (Scalar::canonical(reference.as_bytes()).unwrap(), reference)
}

#[test]
fn the_curve_and_its_base_point() {
    let (x, y) = (BASE.x.square(), BASE.y.square());
    let one = D.mul(&x).mul(&y).add(&Field::ONE);
    assert_eq!(y.sub(&x).to_bytes(), one.to_bytes(), "−x² + y² = 1 + d x² y²");
    assert_eq!(BASE.compress(), *ED25519_BASEPOINT_POINT.compress().as_bytes());
    assert_eq!(D.mul(&Field::small(121_666)).to_bytes(), Field::small(121_665).neg().to_bytes());
}

#[test]
fn multiples_are_what_they_say() {
    let mut point = ED25519_BASEPOINT_POINT * Reference::from(7_u64) + EIGHT_TORSION[1];
    for part in parts(&point) {
        assert_eq!(part.compress(), *point.compress().as_bytes());
        (0..SPACING).for_each(|_| point += point);
    }
}

/// Additions with themselves, with their opposites and with the neutral element need no case of their own.
#[test]
fn additions_are_complete() {
    let base = ED25519_BASEPOINT_POINT;
    let some = [base, -base, base + base, base * Reference::from(12_345_u64), EdwardsPoint::identity()];
    let points: Vec<_> = some.iter().flat_map(|point| EIGHT_TORSION.map(|torsion| point + torsion)).collect();
    for one in &points {
        let mut sum = Completed::NEUTRAL;
        affine(one).extended().double(&mut sum);
        assert_eq!(compressed(&sum), *(one + one).compress().as_bytes());
        for other in &points {
            affine(one).extended().add(&affine(other).addend(), false, &mut sum);
            assert_eq!(compressed(&sum), *(one + other).compress().as_bytes());
            affine(one).extended().add(&affine(other).addend(), true, &mut sum);
            assert_eq!(compressed(&sum), *(one - other).compress().as_bytes());
            assert_eq!(sum.is_neutral(), one == other);
        }
    }
}

#[test]
fn scalars_at_the_edges() {
    let point = ED25519_BASEPOINT_POINT * Reference::from(99_u64);
    let parts = parts(&point);
    let (one, top) = (Reference::ONE, -Reference::ONE);
    let powers = (0..253).map(|bit| (0..bit).fold(one, |power, _| power + power));
    let edges = [Reference::ZERO, one, one + one, top, top - one].into_iter();
    let all: Vec<_> = edges.chain(powers.clone()).chain(powers.map(|power| power - one)).collect();
    for (index, s) in all.iter().enumerate() {
        let k = all[(index * 17 + 5) % all.len()];
        let own = |scalar: &Reference| Scalar::canonical(scalar.as_bytes()).unwrap();
        let expected = ED25519_BASEPOINT_POINT * s - point * k;
        assert_eq!(compressed(&combine(Some(&own(s)), &own(&k), &parts)), *expected.compress().as_bytes());
        assert_eq!(compressed(&combine(None, &own(&k), &parts)), *(-(point * k)).compress().as_bytes());
    }
    assert!(combine(None, &Scalar(ORDER), &parts).is_neutral());
}

#[test]
fn only_points_of_prime_order_are_admitted() {
    let base = ED25519_BASEPOINT_POINT * Reference::from(3_u64);
    assert!(Prepared::of(base.compress().as_bytes()).is_some());
    for torsion in EIGHT_TORSION {
        let bytes = torsion.compress().to_bytes();
        assert_eq!(Prepared::of(&bytes), None, "of small order");
        let mixed = (base + torsion).compress().to_bytes();
        assert_eq!(Prepared::of(&mixed).is_some(), torsion == EdwardsPoint::identity(), "with a part of small order");
    }
}

/// The other ways to write y below 19, and x = 0 with a sign.
#[test]
fn only_one_encoding_is_admitted() {
    for low in 0..19_u8 {
        for top in [0x7F, 0xFF] {
            let mut bytes = [0xFF; 32];
            (bytes[0], bytes[31]) = (0xED + low, top);
            assert!(Affine::decompress(&bytes).is_none(), "p + {low}");
        }
    }
    for y in [1_u8, 0xEC] {
        let mut bytes = if y == 1 { [0; 32] } else { [0xFF; 32] };
        (bytes[0], bytes[31]) = (y, if y == 1 { 0 } else { 0x7F });
        assert!(Affine::decompress(&bytes).is_some(), "y = ±1 is a point");
        bytes[31] |= 0x80;
        assert!(Affine::decompress(&bytes).is_none(), "with x = −0");
    }
}

proptest! {
    #[test]
    fn decompression_agrees_with_the_reference(bytes: [u8; 32]) {
        let expected = CompressedEdwardsY(bytes).decompress().filter(|point| point.compress().0 == bytes);
        let found = Affine::decompress(&bytes);
        prop_assert_eq!(found.is_some(), expected.is_some());
        if let Some(point) = found {
            prop_assert_eq!(point.compress(), bytes);
        }
    }

    #[test]
    fn admission_agrees_with_the_reference(bytes: [u8; 32]) {
        let point = CompressedEdwardsY(bytes).decompress().filter(|point| point.compress().0 == bytes);
        let expected = point.is_some_and(|point| point.is_torsion_free() && !point.is_small_order());
        prop_assert_eq!(Prepared::of(&bytes).is_some(), expected);
    }

    #[test]
    fn combinations_agree_with_the_reference(a: [u8; 32], s: [u8; 32], k: [u8; 32]) {
        let point = ED25519_BASEPOINT_POINT * Reference::from_bytes_mod_order(a);
        let ((s, s_reference), (k, k_reference)) = (scalar(&s), scalar(&k));
        let expected = ED25519_BASEPOINT_POINT * s_reference - point * k_reference;
        prop_assert_eq!(compressed(&combine(Some(&s), &k, &parts(&point))), expected.compress().to_bytes());
    }
}
