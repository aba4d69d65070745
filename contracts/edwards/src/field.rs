//! Integers modulo p = 2²⁵⁵ − 19, in four 64-bit limbs, least significant first.
//!
//! Every value below 2²⁵⁶ is a valid representation, so no bound has to be kept anywhere: what overflows 2²⁵⁶ comes back
//! multiplied by 38, because 2²⁵⁶ ≡ 38. Only [`Field::to_bytes`] reduces fully. Variable time: nothing here is secret.

/// An integer modulo p, not necessarily the smallest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field(pub(crate) [u64; 4]);

/// p itself.
pub(crate) const P: [u64; 4] = [u64::MAX - 18, u64::MAX, u64::MAX, u64::MAX >> 1];

/// 2²⁵⁶ mod p.
const FOLD: u64 = 38;

/// `a · b + c + d` as low and high limb; it cannot overflow, since (2⁶⁴ − 1)² + 2 (2⁶⁴ − 1) = 2¹²⁸ − 1.
const fn multiply_add(a: u64, b: u64, c: u64, d: u64) -> (u64, u64) {
    let wide = a as u128 * b as u128 + c as u128 + d as u128;
    (wide as u64, (wide >> 64) as u64)
}

/// `a + b + carry` and the carry out.
pub(crate) const fn carrying_add(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (sum, first) = a.overflowing_add(b);
    let (sum, second) = sum.overflowing_add(carry as u64);
    (sum, first | second)
}

/// `a − b − borrow` and the borrow out.
pub(crate) const fn borrowing_sub(a: u64, b: u64, borrow: bool) -> (u64, bool) {
    let (difference, first) = a.overflowing_sub(b);
    let (difference, second) = difference.overflowing_sub(borrow as u64);
    (difference, first | second)
}

impl Field {
    pub(crate) const ZERO: Self = Self::small(0);
    pub(crate) const ONE: Self = Self::small(1);

    pub(crate) const fn small(value: u64) -> Self {
        Self([value, 0, 0, 0])
    }

    /// Little-endian bytes, all 256 bits of them.
    pub(crate) const fn from_bytes(bytes: &[u8; 32]) -> Self {
        let (limbs, _) = bytes.as_chunks::<8>();
        let mut value = [0; 4];
        let mut at = 0;
        while at < 4 {
            value[at] = u64::from_le_bytes(limbs[at]);
            at += 1;
        }
        Self(value)
    }

    /// The smallest representative, little-endian.
    pub(crate) const fn to_bytes(self) -> [u8; 32] {
        let Self(limbs) = self.reduced();
        let mut bytes = [0; 32];
        let (chunks, _) = bytes.as_chunks_mut::<8>();
        let mut at = 0;
        while at < 4 {
            chunks[at] = limbs[at].to_le_bytes();
            at += 1;
        }
        bytes
    }

    /// The smallest representative.
    pub(crate) const fn reduced(self) -> Self {
        let [a, b, c, d] = self.0;
        // Bit 255 is worth 19: the value is now below 2²⁵⁵ + 19, that is below 2 p.
        let (a, carry) = carrying_add(a, 19 * (d >> 63), false);
        let (b, carry) = carrying_add(b, 0, carry);
        let (c, carry) = carrying_add(c, 0, carry);
        let (d, _) = carrying_add(d & (u64::MAX >> 1), 0, carry);
        // It is p or more exactly where adding 19 reaches bit 255.
        let (r, carry) = carrying_add(a, 19, false);
        let (s, carry) = carrying_add(b, 0, carry);
        let (t, carry) = carrying_add(c, 0, carry);
        let (u, _) = carrying_add(d, 0, carry);
        if u >> 63 == 1 { Self([r, s, t, u & (u64::MAX >> 1)]) } else { Self([a, b, c, d]) }
    }

    pub(crate) const fn is_zero(self) -> bool {
        matches!(self.reduced().0, [0, 0, 0, 0])
    }

    /// Bit 0 of the smallest representative: the sign of an x-coordinate (RFC 8032, 5.1.2).
    pub(crate) const fn is_odd(self) -> bool {
        let [low, ..] = self.reduced().0;
        low & 1 == 1
    }

    #[inline(never)]
    pub(crate) const fn add(&self, other: &Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        let (a, carry) = carrying_add(a, e, false);
        let (b, carry) = carrying_add(b, f, carry);
        let (c, carry) = carrying_add(c, g, carry);
        let (d, carry) = carrying_add(d, h, carry);
        if carry { Self::folded(a, b, c, d, FOLD) } else { Self([a, b, c, d]) }
    }

    #[inline(never)]
    pub(crate) const fn sub(&self, other: &Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        let (a, borrow) = borrowing_sub(a, e, false);
        let (b, borrow) = borrowing_sub(b, f, borrow);
        let (c, borrow) = borrowing_sub(c, g, borrow);
        let (d, borrow) = borrowing_sub(d, h, borrow);
        if !borrow {
            return Self([a, b, c, d]);
        }
        // 2²⁵⁶ too much, which is 38 too much.
        let (a, borrow) = a.overflowing_sub(FOLD);
        if !borrow {
            return Self([a, b, c, d]);
        }
        let (b, borrow) = b.overflowing_sub(1);
        let (c, borrow) = borrowing_sub(c, 0, borrow);
        let (d, borrow) = borrowing_sub(d, 0, borrow);
        // Twice around only from below 38: then the first limb is close to 2⁶⁴.
        Self([if borrow { a - FOLD } else { a }, b, c, d])
    }

    pub(crate) const fn neg(&self) -> Self {
        Self::ZERO.sub(self)
    }

    /// The value plus a small `extra`. The carry hardly ever leaves the first limb.
    #[inline(always)]
    const fn folded(a: u64, b: u64, c: u64, d: u64, extra: u64) -> Self {
        let (a, carry) = a.overflowing_add(extra);
        if !carry {
            return Self([a, b, c, d]);
        }
        let (b, carry) = b.overflowing_add(1);
        let (c, carry) = carrying_add(c, 0, carry);
        let (d, carry) = carrying_add(d, 0, carry);
        // Twice around only from within `extra` of 2²⁵⁶: then the first limb is small.
        Self([if carry { a + FOLD } else { a }, b, c, d])
    }

    /// Of a number of eight limbs: high half times 38 plus low half.
    #[inline(always)]
    const fn fold(low: [u64; 4], high: [u64; 4]) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (low, high);
        let (a, carry) = multiply_add(e, FOLD, a, 0);
        let (b, carry) = multiply_add(f, FOLD, b, carry);
        let (c, carry) = multiply_add(g, FOLD, c, carry);
        let (d, carry) = multiply_add(h, FOLD, d, carry);
        Self::folded(a, b, c, d, carry * FOLD)
    }

    /// Schoolbook, row by row.
    #[inline(never)]
    pub(crate) const fn mul(&self, other: &Self) -> Self {
        let mut product = [0; 8];
        Self::row::<0>(&mut product, self.0, other.0);
        Self::row::<1>(&mut product, self.0, other.0);
        Self::row::<2>(&mut product, self.0, other.0);
        Self::row::<3>(&mut product, self.0, other.0);
        let [r, s, t, u, high @ ..] = product;
        Self::fold([r, s, t, u], high)
    }

    /// Adds a limb of `a` times `b` to the product, at that limb's place.
    #[inline(always)]
    const fn row<const AT: usize>(product: &mut [u64; 8], a: [u64; 4], [b, c, d, e]: [u64; 4]) {
        let a = a[AT];
        // Worth more than the work that it saves: it keeps the compiler from mixing rows, for which registers are too few.
        if a == 0 {
            return;
        }
        let (first, carry) = multiply_add(a, b, product[AT], 0);
        let (second, carry) = multiply_add(a, c, product[AT + 1], carry);
        let (third, carry) = multiply_add(a, d, product[AT + 2], carry);
        let (fourth, carry) = multiply_add(a, e, product[AT + 3], carry);
        (product[AT], product[AT + 1], product[AT + 2], product[AT + 3]) = (first, second, third, fourth);
        product[AT + 4] = carry;
    }

    /// Products of different limbs once, doubled, and the squares of the limbs.
    #[inline(never)]
    pub(crate) const fn square(&self) -> Self {
        let [a, b, c, d] = self.0;
        let (p1, carry) = multiply_add(a, b, 0, 0);
        let (p2, carry) = multiply_add(a, c, 0, carry);
        let (p3, p4) = multiply_add(a, d, 0, carry);
        let (p3, carry) = multiply_add(b, c, p3, 0);
        let (p4, p5) = multiply_add(b, d, p4, carry);
        let (p5, p6) = multiply_add(c, d, p5, 0);
        let p7 = p6 >> 63;
        let p6 = p6 << 1 | p5 >> 63;
        let p5 = p5 << 1 | p4 >> 63;
        let p4 = p4 << 1 | p3 >> 63;
        let p3 = p3 << 1 | p2 >> 63;
        let p2 = p2 << 1 | p1 >> 63;
        let p1 = p1 << 1;
        let (p0, square) = multiply_add(a, a, 0, 0);
        let (p1, carry) = p1.overflowing_add(square);
        let (p2, square) = multiply_add(b, b, p2, carry as u64);
        let (p3, carry) = p3.overflowing_add(square);
        let (p4, square) = multiply_add(c, c, p4, carry as u64);
        let (p5, carry) = p5.overflowing_add(square);
        let (p6, square) = multiply_add(d, d, p6, carry as u64);
        // The whole is below 2⁵¹²: nothing is lost.
        Self::fold([p0, p1, p2, p3], [p4, p5, p6, p7.wrapping_add(square)])
    }

    /// Squared `times` times.
    #[inline(never)]
    const fn squared(&self, times: u32) -> Self {
        let mut value = self.square();
        let mut done = 1;
        while done < times {
            value = value.square();
            done += 1;
        }
        value
    }

    /// To the power 2²⁵⁰ − 1, from which [`Field::root`] goes on.
    const fn power_250(&self) -> Self {
        let z2 = self.square();
        let z9 = z2.squared(2).mul(self);
        let z11 = z9.mul(&z2);
        let ones_5 = z11.square().mul(&z9);
        let ones_10 = ones_5.squared(5).mul(&ones_5);
        let ones_20 = ones_10.squared(10).mul(&ones_10);
        let ones_40 = ones_20.squared(20).mul(&ones_20);
        let ones_50 = ones_40.squared(10).mul(&ones_10);
        let ones_100 = ones_50.squared(50).mul(&ones_50);
        let ones_200 = ones_100.squared(100).mul(&ones_100);
        ones_200.squared(50).mul(&ones_50)
    }

    /// A square root of `self / divisor`, if there is one (RFC 8032, 5.1.3).
    pub(crate) fn root(&self, divisor: &Self) -> Option<Self> {
        let cube = divisor.square().mul(divisor);
        let seventh = cube.square().mul(divisor);
        // (p − 5) / 8 = 2²⁵² − 3
        let base = self.mul(&seventh);
        let power = base.power_250().squared(2).mul(&base);
        let root = self.mul(&cube).mul(&power);
        let check = root.square().mul(divisor);
        if check.sub(self).is_zero() {
            return Some(root);
        }
        check.add(self).is_zero().then(|| root.mul(&ROOT_OF_MINUS_ONE))
    }
}

/// 2 to the power (p − 1) / 4, a square root of −1.
const ROOT_OF_MINUS_ONE: Field = {
    // (p − 1) / 4 = 2²⁵³ − 5 = 8 (2²⁵⁰ − 1) + 3
    let two = Field::small(2);
    two.power_250().squared(3).mul(&Field::small(8))
};
