//! Products of amounts, which need 256 bits.

/// `a · b / d`, rounded down. Nothing where `d` is zero or the result needs more than 128 bits.
pub fn mul_div(a: u128, b: u128, d: u128) -> Option<u128> {
    let (high, low) = product(a, b);
    quotient(high, low, d)
}

/// `a · b` as 128 bits above 128 bits: four products of halves, as on paper.
pub(crate) fn product(a: u128, b: u128) -> (u128, u128) {
    let (a1, a0) = halves(a);
    let (b1, b0) = halves(b);
    // Each is below 2^128 - 2^65 + 2, so that two halves more fit on top.
    let (low, cross, other, high) =
        (a0.wrapping_mul(b0), a0.wrapping_mul(b1), a1.wrapping_mul(b0), a1.wrapping_mul(b1));
    let middle = cross.wrapping_add(halves(low).0);
    let (carried, middle_low) = halves(middle);
    let middle = other.wrapping_add(middle_low);
    let high = high.wrapping_add(carried).wrapping_add(halves(middle).0);
    (high, halves(middle).1 << 64 | halves(low).1)
}

/// Upper and lower 64 bits.
fn halves(value: u128) -> (u128, u128) {
    (value >> 64, value & u128::from(u64::MAX))
}

/// Long division, bit by bit. It ends before the result grows beyond 128 bits.
fn quotient(high: u128, low: u128, d: u128) -> Option<u128> {
    if d == 0 || high >= d {
        // The result is at least 2^128.
        return None;
    }
    // The remainder stays below `d`: its highest bit may fall out when it is doubled, and is then taken back.
    let (mut rest, mut result) = (high, 0_u128);
    for bit in (0..128_u32).rev() {
        let overflow = rest >> 127 == 1;
        rest = rest << 1 | (low >> bit & 1);
        result <<= 1;
        if overflow || rest >= d {
            rest = rest.wrapping_sub(d);
            result |= 1;
        }
    }
    Some(result)
}
