//! Field arithmetic against fiat-crypto, whose code is generated with a machine-checked proof.

use crate::field::{Field, P};
use fiat_crypto::curve25519_64 as fiat;
use proptest::prelude::*;

/// The reference, given the value: 256 bits as bit 255, worth 19, and the rest.
fn reference(value: &Field) -> fiat::fiat_25519_tight_field_element {
    let mut bytes = [0; 32];
    bytes.as_chunks_mut::<8>().0.iter_mut().zip(value.0).for_each(|(to, limb)| *to = limb.to_le_bytes());
    let extra = (bytes[31] >> 7) * 19;
    bytes[31] &= 0x7F;
    let (mut low, mut high) = (tight(), tight());
    fiat::fiat_25519_from_bytes(&mut low, &bytes);
    let mut small = [0; 32];
    small[0] = extra;
    fiat::fiat_25519_from_bytes(&mut high, &small);
    let mut sum = loose();
    fiat::fiat_25519_add(&mut sum, &low, &high);
    let mut carried = tight();
    fiat::fiat_25519_carry(&mut carried, &sum);
    carried
}

fn tight() -> fiat::fiat_25519_tight_field_element {
    fiat::fiat_25519_tight_field_element([0; 5])
}

fn loose() -> fiat::fiat_25519_loose_field_element {
    fiat::fiat_25519_loose_field_element([0; 5])
}

fn relaxed(value: &Field) -> fiat::fiat_25519_loose_field_element {
    let mut out = loose();
    fiat::fiat_25519_relax(&mut out, &reference(value));
    out
}

fn bytes(value: &fiat::fiat_25519_tight_field_element) -> [u8; 32] {
    let mut out = [0; 32];
    fiat::fiat_25519_to_bytes(&mut out, value);
    out
}

fn carried(value: &fiat::fiat_25519_loose_field_element) -> [u8; 32] {
    let mut out = tight();
    fiat::fiat_25519_carry(&mut out, value);
    bytes(&out)
}

/// Every operation on two values agrees with the reference.
fn agree(a: &Field, b: &Field) {
    assert_eq!(a.to_bytes(), bytes(&reference(a)), "{a:x?}");
    let mut product = tight();
    fiat::fiat_25519_carry_mul(&mut product, &relaxed(a), &relaxed(b));
    assert_eq!(a.mul(b).to_bytes(), bytes(&product), "{a:x?} · {b:x?}");
    let mut square = tight();
    fiat::fiat_25519_carry_square(&mut square, &relaxed(a));
    assert_eq!(a.square().to_bytes(), bytes(&square), "{a:x?}²");
    let mut sum = loose();
    fiat::fiat_25519_add(&mut sum, &reference(a), &reference(b));
    assert_eq!(a.add(b).to_bytes(), carried(&sum), "{a:x?} + {b:x?}");
    let mut difference = loose();
    fiat::fiat_25519_sub(&mut difference, &reference(a), &reference(b));
    assert_eq!(a.sub(b).to_bytes(), carried(&difference), "{a:x?} − {b:x?}");
    let mut opposite = loose();
    fiat::fiat_25519_opp(&mut opposite, &reference(a));
    assert_eq!(a.neg().to_bytes(), carried(&opposite), "−{a:x?}");
    assert_eq!(a.is_zero(), bytes(&reference(a)) == [0; 32]);
    assert_eq!(a.is_odd(), bytes(&reference(a))[0] & 1 == 1);
}

/// Values at which carries, folds and reductions change their course.
fn edges() -> Vec<Field> {
    let near = |limbs: [u64; 4]| {
        (-40_i64..=40).map(move |offset| {
            let mut value = limbs;
            let mut add = offset.unsigned_abs();
            for limb in &mut value {
                let (sum, carry) = if offset < 0 { limb.overflowing_sub(add) } else { limb.overflowing_add(add) };
                (*limb, add) = (sum, u64::from(carry));
            }
            Field(value)
        })
    };
    let double = [P[0] << 1, u64::MAX, u64::MAX, u64::MAX];
    let limbs = [0, 1, 19, 38, u64::MAX - 37, u64::MAX, 1 << 63, u64::MAX >> 1];
    let grid = (0..4096_usize).map(|index| Field([0, 3, 6, 9].map(|shift| limbs[index >> shift & 7])));
    near([0; 4]).chain(near(P)).chain(near(double)).chain(near([0, 0, 0, 1 << 63])).chain(grid).collect()
}

#[test]
fn edges_agree_with_the_reference() {
    let edges = edges();
    for (index, a) in edges.iter().enumerate() {
        // Each with itself, and with others that are not always the same distance away.
        agree(a, a);
        for step in [1, 7, 81, 333, 1021] {
            agree(a, &edges[(index * 31 + step) % edges.len()]);
        }
    }
}

#[test]
fn inverses_and_roots() {
    for value in edges() {
        let inverse = value.invert();
        match value.is_zero() {
            true => assert!(inverse.is_zero()),
            false => assert_eq!(inverse.mul(&value).to_bytes(), Field::ONE.to_bytes(), "{value:x?}"),
        }
        let square = value.square();
        let root = square.root(&Field::ONE).unwrap();
        assert_eq!(root.square().to_bytes(), square.to_bytes());
        // Twice a square is none, because 2 is none.
        assert!(value.is_zero() || square.add(&square).root(&Field::ONE).is_none(), "{value:x?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_values_agree_with_the_reference(a: [u64; 4], b: [u64; 4]) {
        agree(&Field(a), &Field(b));
    }

    #[test]
    fn any_inverse(a: [u64; 4]) {
        prop_assume!(!Field(a).is_zero());
        prop_assert_eq!(Field(a).invert().mul(&Field(a)).to_bytes(), Field::ONE.to_bytes());
    }

    #[test]
    fn bytes_come_back(bytes: [u8; 32]) {
        let value = Field::from_bytes(&bytes);
        prop_assert_eq!(Field::from_bytes(&value.to_bytes()).to_bytes(), value.to_bytes());
    }
}
