//! Inversion modulo p by division steps: Bernstein and Yang, "Fast constant-time gcd computation and modular inversion"
//! (2019), here in variable time. It needs a third of the instructions of the power p − 2.
//!
//! A division step takes a pair (f, g), f odd, towards (± gcd, 0). It looks at nothing but the lowest bit of g and a
//! counter, so that 62 steps can be found from the lowest 62 bits alone: a matrix, then applied to the whole numbers.

use crate::field::{Field, P};

/// Division steps in a matrix.
const STEPS: u32 = 62;
/// 2 to the power −62 modulo p.
const UNSCALE: Field = Field([u64::MAX - 1, u64::MAX, u64::MAX, 0x0D79_435E_50D7_9435]);

/// An integer in limbs of 62 bits, of which the last has the sign.
type Signed = [i64; 5];

/// 2⁶² times what 62 steps do: f becomes (u f + v g) / 2⁶², g becomes (q f + r g) / 2⁶². In each row the magnitudes add up
/// to 2⁶² at most (theorem 9.1 of the paper).
struct Matrix {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

impl Field {
    /// The inverse; zero of zero.
    pub(crate) const fn invert(&self) -> Self {
        let mut f = signed(P);
        let mut g = signed(self.reduced().0);
        // f ≡ d · self and g ≡ e · self, but for a factor 2⁶² for every matrix.
        let (mut d, mut e) = (Self::ZERO, Self::ONE);
        let mut delta = 1;
        let mut matrices = 0;
        while !matches!(g, [0, 0, 0, 0, 0]) {
            let Matrix { u, v, q, r } = steps(f[0], g[0], &mut delta);
            (f, g) = (applied(u, &f, v, &g), applied(q, &f, r, &g));
            (d, e) = (d.times(u).add(&e.times(v)), d.times(q).add(&e.times(r)));
            matrices += 1;
        }
        while matrices > 0 {
            d = d.mul(&UNSCALE);
            matrices -= 1;
        }
        // f is 1 or −1; where self is zero, f is p and d zero.
        if f[4] < 0 { d.neg() } else { d }
    }

    #[inline(never)]
    const fn times(&self, factor: i64) -> Self {
        let product = Self::small(factor.unsigned_abs()).mul(self);
        if factor < 0 { product.neg() } else { product }
    }
}

const fn signed([a, b, c, d]: [u64; 4]) -> Signed {
    const LIMB: u64 = u64::MAX >> (64 - STEPS);
    let limbs = [a & LIMB, (a >> 62 | b << 2) & LIMB, (b >> 60 | c << 4) & LIMB, (c >> 58 | d << 6) & LIMB, d >> 56];
    [limbs[0] as i64, limbs[1] as i64, limbs[2] as i64, limbs[3] as i64, limbs[4] as i64]
}

/// 62 division steps on the lowest limbs of f and g.
const fn steps(f: i64, g: i64, delta: &mut i64) -> Matrix {
    let (mut f, mut g) = (f as u64, g as u64);
    let (mut u, mut v, mut q, mut r) = (1_i64, 0_i64, 0_i64, 1_i64);
    let mut left = STEPS;
    loop {
        // As many steps at once as g has zeros; instead of halving g's row, f's row doubles.
        let zeros = (g | u64::MAX << left).trailing_zeros();
        g >>= zeros;
        (u, v) = (u << zeros, v << zeros);
        *delta += zeros as i64;
        left -= zeros;
        if left == 0 {
            return Matrix { u, v, q, r };
        }
        if *delta > 0 {
            *delta = -*delta;
            (f, g) = (g, f.wrapping_neg());
            (u, q) = (q, -u);
            (v, r) = (r, -v);
        }
        g = g.wrapping_add(f);
        (q, r) = (q + u, r + v);
    }
}

/// (one · f + other · g) / 2⁶², which has no remainder.
#[inline(never)]
const fn applied(one: i64, f: &Signed, other: i64, g: &Signed) -> Signed {
    const LIMB: i128 = (1 << STEPS) - 1;
    let mut result = [0; 5];
    let mut carry = (one as i128 * f[0] as i128 + other as i128 * g[0] as i128) >> STEPS;
    let mut at = 1;
    while at < 5 {
        carry += one as i128 * f[at] as i128 + other as i128 * g[at] as i128;
        result[at - 1] = (carry & LIMB) as i64;
        carry >>= STEPS;
        at += 1;
    }
    result[4] = carry as i64;
    result
}
