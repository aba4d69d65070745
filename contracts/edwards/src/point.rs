//! Points of edwards25519, −x² + y² = 1 + d x² y² (RFC 8032, 5.1), and the additions between them.
//!
//! Formulas: Hisil, Wong, Carter, Dawson, "Twisted Edwards Curves Revisited" (2008), sections 3.1, 3.3 and 4. They are
//! complete, because −1 is a square modulo p and d is not: no pair of points of the curve needs a case of its own.

use crate::field::Field;

/// d = −121665 / 121666 (RFC 8032, 5.1).
pub(crate) const D: Field = Field::small(121_665).neg().mul(&Field::small(121_666).invert());
const TWO_D: Field = D.add(&D);

/// A point by its coordinates.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Affine {
    pub(crate) x: Field,
    pub(crate) y: Field,
}

/// A point (X : Y : Z : T) with x = X / Z, y = Y / Z, T = X Y / Z.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extended {
    pub(crate) x: Field,
    pub(crate) y: Field,
    pub(crate) z: Field,
    pub(crate) t: Field,
}

/// A point to be added, prepared: y + x, y − x and 2 d x y.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Addend {
    sum: Field,
    difference: Field,
    product: Field,
}

/// What a formula leaves: X = E F, Y = G H, Z = F G, T = E H.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Completed {
    e: Field,
    f: Field,
    g: Field,
    h: Field,
}

impl Affine {
    /// The point that 32 bytes name, if they are its one encoding (RFC 8032, 5.1.3).
    pub(crate) fn decompress(bytes: &[u8; 32]) -> Option<Self> {
        let mut plain = *bytes;
        let [.., last] = &mut plain;
        let odd = *last >> 7 == 1;
        *last &= 0x7F;
        let y = Field::from_bytes(&plain);
        if y.to_bytes() != plain {
            return None;
        }
        let square = y.square();
        let root = square.sub(&Field::ONE).root(&square.mul(&D).add(&Field::ONE))?;
        let x = if root.is_odd() == odd { root } else { root.neg() };
        // Zero has no second sign.
        (x.is_odd() == odd).then_some(Self { x, y })
    }

    /// RFC 8032, 5.1.2.
    pub(crate) fn compress(&self) -> [u8; 32] {
        let mut bytes = self.y.to_bytes();
        let [.., last] = &mut bytes;
        *last |= u8::from(self.x.is_odd()) << 7;
        bytes
    }

    pub(crate) const fn extended(&self) -> Extended {
        Extended { x: self.x, y: self.y, z: Field::ONE, t: self.x.mul(&self.y) }
    }

    pub(crate) const fn addend(&self) -> Addend {
        Addend { sum: self.y.add(&self.x), difference: self.y.sub(&self.x), product: self.x.mul(&self.y).mul(&TWO_D) }
    }
}

impl Extended {
    /// The neutral element, (0, 1).
    pub(crate) const NEUTRAL: Self = Self { x: Field::ZERO, y: Field::ONE, z: Field::ONE, t: Field::ZERO };

    /// Section 4.4 with 3.3; needs no T.
    #[inline(never)]
    pub(crate) const fn double(&self, into: &mut Completed) {
        let (xx, yy, zz) = (self.x.square(), self.y.square(), self.z.square());
        // All four with the other sign than in the paper, which changes no product.
        into.h = yy.add(&xx);
        into.g = yy.sub(&xx);
        into.e = self.x.add(&self.y).square().sub(&into.h);
        into.f = zz.add(&zz).sub(&into.g);
    }

    /// Section 3.1 with Z₂ = 1, and k = 2 d; minus the addend where `negative`.
    #[inline(never)]
    pub(crate) const fn add(&self, addend: &Addend, negative: bool, into: &mut Completed) {
        let (plus, minus) =
            if negative { (&addend.difference, &addend.sum) } else { (&addend.sum, &addend.difference) };
        let a = self.y.sub(&self.x).mul(minus);
        let b = self.y.add(&self.x).mul(plus);
        let c = self.t.mul(&addend.product);
        let d = self.z.add(&self.z);
        into.e = b.sub(&a);
        into.h = b.add(&a);
        let (less, more) = if negative { (&mut into.g, &mut into.f) } else { (&mut into.f, &mut into.g) };
        *less = d.sub(&c);
        *more = d.add(&c);
    }
}

impl Completed {
    /// The neutral element, (0, 1).
    pub(crate) const NEUTRAL: Self = Self { e: Field::ZERO, f: Field::ONE, g: Field::ONE, h: Field::ONE };

    /// Enough to double: no T.
    #[inline(never)]
    pub(crate) const fn projective(&self, into: &mut Extended) {
        into.x = self.e.mul(&self.f);
        into.y = self.g.mul(&self.h);
        into.z = self.f.mul(&self.g);
    }

    pub(crate) const fn extended(&self, into: &mut Extended) {
        self.projective(into);
        into.t = self.e.mul(&self.h);
    }

    /// Whether it is (0, 1).
    pub(crate) fn is_neutral(&self) -> bool {
        // x = E / G and y = H / F
        self.e.is_zero() && self.h.sub(&self.f).is_zero()
    }
}

/// The coordinates of several points, with one inversion for all (Montgomery's trick).
pub(crate) const fn normalise<const N: usize>(points: &[Extended; N]) -> [Affine; N] {
    // Before each point, the product of the Z before it.
    let mut product = Field::ONE;
    let mut before = [Field::ONE; N];
    let mut at = 0;
    while at < N {
        before[at] = product;
        product = product.mul(&points[at].z);
        at += 1;
    }
    let mut inverse = product.invert();
    let mut affine = [Affine { x: Field::ZERO, y: Field::ONE }; N];
    while at > 0 {
        at -= 1;
        let point = &points[at];
        let one = inverse.mul(&before[at]);
        inverse = inverse.mul(&point.z);
        affine[at] = Affine { x: point.x.mul(&one), y: point.y.mul(&one) };
    }
    affine
}
