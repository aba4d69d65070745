//! Sums of multiples: [s] B − [k] A in one pass of [`SPACING`] doublings.
//!
//! k is cut into [`PARTS`] parts of [`SPACING`] bits, and each part multiplies a point of its own, 2^(43 i) A: these six
//! points are stored. s is cut into [`TEETH`] parts of [`GAP`] bits, for which there is a table of all sums with signs of
//! the points P₀ … P₆ = B … 2^(37 · 6) B, so that one addition serves all seven parts (Lim and Lee, "More Flexible
//! Exponentiation with Precomputation", 1994).

use crate::{
    field::Field,
    point::{Addend, Affine, Completed, Extended, normalise},
    scalar::Scalar,
};

/// Points that stand for one.
pub(crate) const PARTS: usize = 6;
/// Doublings from one of them to the next: 6 · 43 = 258 places, enough for scalars of 254 bits and a carry.
pub(crate) const SPACING: usize = 43;

/// Parts of the scalar that multiplies the base point. One more would double the table.
const TEETH: usize = 7;
/// Bits of such a part: 7 · 37 = 259, and no more than the doublings that there are.
const GAP: usize = 37;
const SUMS: usize = 1 << (TEETH - 1);

/// The base point, y = 4 / 5 with an even x (RFC 8032, 5.1).
pub(crate) const BASE: Affine = Affine {
    x: Field([0xC956_2D60_8F25_D51A, 0x692C_C760_9525_A7B2, 0xC0A4_E231_FDD6_DC5C, 0x2169_36D3_CD6E_53FE]),
    y: Field([0x6666_6666_6666_6658, 0x6666_6666_6666_6666, 0x6666_6666_6666_6666, 0x6666_6666_6666_6666]),
};

/// Every ±P₀ ± P₁ ± P₂ ± P₃ ± P₄ ± P₅ + P₆; bit i of the index says that Pᵢ is added.
static TABLE: [Addend; SUMS] = table();

/// The point and its multiples by 2^spacing, 2^(2 spacing) and so on.
pub(crate) const fn multiples<const N: usize>(point: &Affine, spacing: usize) -> [Extended; N] {
    let mut all = [point.extended(); N];
    let mut multiple = point.extended();
    let mut sum = Completed::NEUTRAL;
    let mut part = 1;
    while part < N {
        let mut doublings = 0;
        while doublings < spacing {
            multiple.double(&mut sum);
            sum.projective(&mut multiple);
            doublings += 1;
        }
        all[part] = multiple;
        part += 1;
    }
    all
}

const fn table() -> [Addend; SUMS] {
    let parts: [Affine; TEETH] = normalise(&multiples(&BASE, GAP));
    // All minus first, then each sign turned by adding twice.
    let mut sums = [parts[TEETH - 1].extended(); SUMS];
    let mut sum = Completed::NEUTRAL;
    let mut part = 0;
    while part < TEETH - 1 {
        sums[0].add(&parts[part].addend(), true, &mut sum);
        sum.extended(&mut sums[0]);
        part += 1;
    }
    let mut index = 1_usize;
    while index < SUMS {
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
    let mut table = [affine[0].addend(); SUMS];
    let mut index = 1;
    while index < SUMS {
        table[index] = affine[index].addend();
        index += 1;
    }
    table
}

/// [s] B − [k] A, where `parts` are A's. Without an `s`, only −[k] A.
pub(crate) fn combine(s: Option<&Scalar>, k: &Scalar, parts: &[Affine; PARTS]) -> Completed {
    let signs = s.map(|s| s.signs(TEETH * GAP));
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
        if let Some(signs) = signs.as_ref().filter(|_| column <= GAP) {
            // The table has P₆ added; where it is to be subtracted, everything changes its sign.
            let top = signs.bit(column + (TEETH - 1) * GAP);
            let mut index = 0;
            for tooth in (0..TEETH - 1).rev() {
                index = index << 1 | usize::from(signs.bit(column + tooth * GAP) == top);
            }
            if let Some(addend) = TABLE.get(index) {
                sum.extended(&mut point);
                point.add(addend, !top, &mut sum);
            }
        }
    }
    sum
}
