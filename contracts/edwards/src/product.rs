//! Sums of multiples: [s] B − [k] A in one pass of [`SPACING`] doublings.
//!
//! Both scalars are cut into [`PARTS`] parts of [`SPACING`] bits, and each part multiplies a point of its own, 2^(43 i) A
//! or 2^(43 i) B. Of A these six points are stored. Of the base point there is a table of all sums with signs, ±P₀ ± … +
//! P₅, so that one addition serves all six parts (Lim and Lee, "More Flexible Exponentiation with Precomputation", 1994).

use crate::{
    field::Field,
    point::{Addend, Affine, Completed, Extended, normalise},
    scalar::Scalar,
};

/// Points that stand for one.
pub(crate) const PARTS: usize = 6;
/// Doublings from one of them to the next: 6 · 43 = 258 places, enough for scalars of 254 bits and a carry.
pub(crate) const SPACING: usize = 43;

/// The base point, y = 4 / 5 with an even x (RFC 8032, 5.1).
pub(crate) const BASE: Affine = Affine {
    x: Field([0xC956_2D60_8F25_D51A, 0x692C_C760_9525_A7B2, 0xC0A4_E231_FDD6_DC5C, 0x2169_36D3_CD6E_53FE]),
    y: Field([0x6666_6666_6666_6658, 0x6666_6666_6666_6666, 0x6666_6666_6666_6666, 0x6666_6666_6666_6666]),
};

/// Every ±P₀ ± P₁ ± P₂ ± P₃ ± P₄ + P₅; bit i of the index says that Pᵢ is added.
static TABLE: [Addend; 1 << (PARTS - 1)] = table();

/// The point and its multiples by 2^43, 2^86, … 2^215.
pub(crate) const fn multiples(point: &Affine) -> [Extended; PARTS] {
    let mut all = [point.extended(); PARTS];
    let mut multiple = point.extended();
    let mut sum = Completed::NEUTRAL;
    let mut part = 1;
    while part < PARTS {
        let mut doublings = 0;
        while doublings < SPACING {
            multiple.double(&mut sum);
            sum.projective(&mut multiple);
            doublings += 1;
        }
        all[part] = multiple;
        part += 1;
    }
    all
}

const fn table() -> [Addend; 1 << (PARTS - 1)] {
    let parts = normalise(&multiples(&BASE));
    // All minus first, then each sign turned by adding twice.
    let mut sums = [parts[PARTS - 1].extended(); 1 << (PARTS - 1)];
    let mut sum = Completed::NEUTRAL;
    let mut part = 0;
    while part < PARTS - 1 {
        sums[0].add(&parts[part].addend(), true, &mut sum);
        sum.extended(&mut sums[0]);
        part += 1;
    }
    let mut index = 1_usize;
    while index < 1 << (PARTS - 1) {
        let highest = index.ilog2() as usize;
        let addend = parts[highest].addend();
        let mut point = sums[index - (1 << highest)];
        point.add(&addend, false, &mut sum);
        sum.extended(&mut point);
        point.add(&addend, false, &mut sum);
        sum.extended(&mut point);
        sums[index] = point;
        index += 1;
    }
    let affine = normalise(&sums);
    let mut table = [affine[0].addend(); 1 << (PARTS - 1)];
    let mut index = 1;
    while index < 1 << (PARTS - 1) {
        table[index] = affine[index].addend();
        index += 1;
    }
    table
}

/// [s] B − [k] A, where `parts` are A's. Without an `s`, only −[k] A.
pub(crate) fn combine(s: Option<&Scalar>, k: &Scalar, parts: &[Affine; PARTS]) -> Completed {
    let signs = s.map(|s| s.signs(PARTS * SPACING));
    let (plus, minus) = k.digits();
    let parts = parts.each_ref().map(Affine::addend);
    let mut sum = Completed::NEUTRAL;
    let mut point = Extended::NEUTRAL;
    for column in (1..=SPACING).rev() {
        sum.projective(&mut point);
        point.double(&mut sum);
        for (addend, place) in parts.iter().zip((column..).step_by(SPACING)) {
            let subtract = plus.bit(place);
            if subtract || minus.bit(place) {
                sum.extended(&mut point);
                point.add(addend, subtract, &mut sum);
            }
        }
        if let Some(signs) = &signs {
            let (mut index, mut top) = (0, false);
            for part in (0..PARTS).rev() {
                let set = signs.bit(column + part * SPACING);
                if part == PARTS - 1 {
                    top = set;
                } else {
                    // The table has P₅ added; where it is to be subtracted, everything changes its sign.
                    index = index << 1 | usize::from(set == top);
                }
            }
            if let Some(addend) = TABLE.get(index) {
                sum.extended(&mut point);
                point.add(addend, !top, &mut sum);
            }
        }
    }
    sum
}
