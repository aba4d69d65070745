//! Integers modulo the prime order of the group, ℓ = 2²⁵² + 27742317777372353535851937790883648493 (RFC 8032, 5.1), and
//! the digits in which they multiply points.

use crate::field::{borrowing_sub, carrying_add};

/// ℓ, least significant limb first.
pub(crate) const ORDER: [u64; 4] = [0x5812_631A_5CF5_D3ED, 0x14DE_F9DE_A2F7_9CD6, 0, 0x1000_0000_0000_0000];

/// An integer below 2²⁵⁶, mostly below ℓ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scalar(pub(crate) [u64; 4]);

/// A number of 256 bits and more, of which single bits are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bits([u64; 5]);

impl Scalar {
    /// Little-endian bytes below ℓ; nothing else is the `s` of a signature (RFC 8032, 5.1.7).
    pub(crate) fn canonical(bytes: &[u8; 32]) -> Option<Self> {
        let (chunks, _) = bytes.as_chunks::<8>();
        let mut limbs = [0; 4];
        limbs.iter_mut().zip(chunks).for_each(|(limb, chunk)| *limb = u64::from_le_bytes(*chunk));
        let (_, below) = subtract(limbs, ORDER);
        below.then_some(Self(limbs))
    }

    /// 64 little-endian bytes modulo ℓ.
    ///
    /// Horner's rule in steps of 32 bits. What stands above 2²⁵² counts how often ℓ is taken away: never too seldom, and
    /// once too often at most, because a step's value is below 2²⁸⁶ and ℓ exceeds 2²⁵² by less than 2¹²⁵.
    pub(crate) fn reduced(bytes: &[u8; 64]) -> Self {
        let (words, _) = bytes.as_chunks::<4>();
        let mut value = [0_u64; 4];
        for word in words.iter().rev() {
            let [a, b, c, d] = value;
            let e = d >> 32;
            let shifted = [
                a << 32 | u64::from(u32::from_le_bytes(*word)),
                b << 32 | a >> 32,
                c << 32 | b >> 32,
                d << 32 | c >> 32,
            ];
            let quotient = e << 4 | shifted[3] >> 60;
            let mut multiple = [0; 4];
            let mut carry = 0_u128;
            for (limb, order) in multiple.iter_mut().zip(ORDER) {
                carry += u128::from(order) * u128::from(quotient);
                *limb = carry as u64;
                carry >>= 64;
            }
            // Modulo 2²⁵⁶ is enough: the difference is between −ℓ and ℓ.
            let (rest, _) = subtract(shifted, multiple);
            let [.., top] = rest;
            value = if top >> 63 == 1 { add(rest, ORDER) } else { rest };
        }
        Self(value)
    }

    /// Digits −1, 0 and 1 without neighbours (Reitwiesner 1960): of 3 n and n, the bits where only one of them has a 1.
    /// First where the digit is 1, then where it is −1; all are one place too high.
    pub(crate) fn digits(&self) -> (Bits, Bits) {
        let once = Bits::new(self.0);
        let mut thrice = [0; 5];
        let mut carry = 0_u128;
        for (limb, single) in thrice.iter_mut().zip(once.0) {
            carry += u128::from(single) * 3;
            *limb = carry as u64;
            carry >>= 64;
        }
        let (mut plus, mut minus) = (once, once);
        for ((plus, minus), thrice) in plus.0.iter_mut().zip(&mut minus.0).zip(thrice) {
            let once = *plus;
            *plus = thrice & !once;
            *minus = once & !thrice;
        }
        (plus, minus)
    }

    /// Digits −1 and 1 only, in `places` places: of an odd n, digit i is 1 where bit i + 1 is set, and the last is 1. An
    /// even n becomes odd by adding ℓ, so the point that it multiplies must have order ℓ. All are one place too high.
    pub(crate) fn signs(&self, places: usize) -> Bits {
        let [low, ..] = self.0;
        let mut bits = Bits::new(if low & 1 == 1 { self.0 } else { add(self.0, ORDER) });
        if let Some(limb) = bits.0.get_mut(places >> 6) {
            *limb |= 1 << (places & 63);
        }
        bits
    }
}

impl Bits {
    fn new([a, b, c, d]: [u64; 4]) -> Self {
        Self([a, b, c, d, 0])
    }

    pub(crate) fn bit(&self, place: usize) -> bool {
        self.0.get(place >> 6).is_some_and(|limb| limb >> (place & 63) & 1 == 1)
    }
}

fn add(one: [u64; 4], other: [u64; 4]) -> [u64; 4] {
    let mut sum = [0; 4];
    let mut carry = false;
    for ((sum, one), other) in sum.iter_mut().zip(one).zip(other) {
        (*sum, carry) = carrying_add(one, other, carry);
    }
    sum
}

fn subtract(one: [u64; 4], other: [u64; 4]) -> ([u64; 4], bool) {
    let mut difference = [0; 4];
    let mut borrow = false;
    for ((difference, one), other) in difference.iter_mut().zip(one).zip(other) {
        (*difference, borrow) = borrowing_sub(one, other, borrow);
    }
    (difference, borrow)
}
